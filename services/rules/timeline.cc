#include "services/rules/timeline.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/state/unknown_plan_event.h"

namespace countersign::rules {
namespace {

// "Wednesday 14 October 2026".
std::string Day(const std::string& iso) {
  const std::optional<absl::CivilDay> day = DayOf(iso);
  return day.has_value() ? DateWithWeekday(*day) : iso;
}

std::string When(const v1::Meeting& meeting) {
  return absl::StrCat(Day(meeting.on()), meeting.starts_at().empty() ? "" : " at ",
                      meeting.starts_at());
}

absl::StatusOr<InWords> Enrolment(const v1::EnrolmentEvent& chapter, const NameFunction& name_of) {
  switch (chapter.event_case()) {
    case v1::EnrolmentEvent::kEnrolled:
      return InWords{absl::StrCat("enrolled ", name_of(chapter.enrolled().reviewee_id())), ""};
    case v1::EnrolmentEvent::kEnrolmentWithdrawn:
      return InWords{"withdrew the enrolment", chapter.enrolment_withdrawn().reason()};
    case v1::EnrolmentEvent::kPlanSuspended:
      return InWords{
          absl::StrCat("let the plan rest from ", Day(chapter.plan_suspended().first_on()), " on"),
          ""};
    case v1::EnrolmentEvent::kPlanResumed:
      return InWords{
          absl::StrCat("let the plan go on from ", Day(chapter.plan_resumed().from_on()), " on"),
          ""};
    case v1::EnrolmentEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

// Who reviews from now on and on what ground; `how` is "reviewer", or "reviewer in place of ...".
absl::StatusOr<InWords> Named(const std::string& name, const v1::AssignmentBasis& basis,
                              absl::string_view how) {
  switch (basis.basis_case()) {
    case v1::AssignmentBasis::kLineManager:
      return InWords{absl::StrCat("assigned ", name, ", the line manager, as ", how), ""};
    case v1::AssignmentBasis::kHeadteacherChoice:
      return InWords{absl::StrCat("chose ", name, " among several line managers as ", how), ""};
    case v1::AssignmentBasis::kOther:
      return InWords{absl::StrCat("assigned ", name, " as ", how), basis.other().note()};
    case v1::AssignmentBasis::BASIS_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::StatusOr<InWords> Reviewer(const v1::ReviewerEvent& chapter, const NameFunction& name_of) {
  switch (chapter.event_case()) {
    case v1::ReviewerEvent::kReviewerAssigned: {
      const v1::ReviewerAssigned& assigned = chapter.reviewer_assigned();
      return Named(name_of(assigned.reviewer_id()), assigned.basis(), "reviewer");
    }
    case v1::ReviewerEvent::kReplacementRequested:
      return InWords{"asked the head to consider another reviewer",
                     chapter.replacement_requested().reasons(), true};
    case v1::ReviewerEvent::kReplacementDeclined:
      return InWords{"considered the request for another reviewer: the reviewer stays",
                     chapter.replacement_declined().reasons(), true};
    case v1::ReviewerEvent::kReplacementUpheld:
      return InWords{"considered the request for another reviewer and agreed",
                     chapter.replacement_upheld().reasons(), true};
    case v1::ReviewerEvent::kReviewerReplaced: {
      const v1::ReviewerReplaced& replaced = chapter.reviewer_replaced();
      absl::StatusOr<InWords> words =
          Named(name_of(replaced.reviewer_id()), replaced.basis(), "the new reviewer");
      if (words.ok() && !replaced.reason().empty()) {
        words->text = absl::StrJoin(words->text.empty()
                                        ? std::vector<std::string>{replaced.reason()}
                                        : std::vector<std::string>{words->text, replaced.reason()},
                                    "; ");
      }
      return words;
    }
    case v1::ReviewerEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::StatusOr<InWords> Preparation(const v1::PreparationEvent& chapter,
                                    const NameFunction& name_of) {
  switch (chapter.event_case()) {
    case v1::PreparationEvent::kPreparationPackIssued:
      return InWords{"gave the reviewee the documents to prepare with",
                     absl::StrJoin(chapter.preparation_pack_issued().documents(), "; ")};
    case v1::PreparationEvent::kPreparationShared:
      return InWords{"shared thoughts before the meeting", chapter.preparation_shared().text()};
    case v1::PreparationEvent::kConsultationRecorded: {
      const v1::ConsultationRecorded& consulted = chapter.consultation_recorded();
      return InWords{absl::StrCat("consulted ", consulted.person_id().empty()
                                                    ? consulted.who()
                                                    : name_of(consulted.person_id())),
                     consulted.topic()};
    }
    case v1::PreparationEvent::kReleaseArranged:
      return InWords{"arranged cover for the meeting", chapter.release_arranged().cover()};
    case v1::PreparationEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::StatusOr<InWords> MeetingWords(const v1::MeetingEvent& chapter) {
  switch (chapter.event_case()) {
    case v1::MeetingEvent::kMeetingConfirmed:
      return InWords{
          absl::StrCat("confirmed the meeting for ", When(chapter.meeting_confirmed().meeting())),
          ""};
    case v1::MeetingEvent::kMeetingMoved:
      return InWords{absl::StrCat("moved the meeting to ", When(chapter.meeting_moved().meeting())),
                     chapter.meeting_moved().reason()};
    case v1::MeetingEvent::kMeetingCorrected:
      return InWords{absl::StrCat("corrected what was written about the meeting to ",
                                  When(chapter.meeting_corrected().meeting())),
                     chapter.meeting_corrected().reason()};
    case v1::MeetingEvent::kMeetingCancelled:
      return InWords{"cancelled the meeting", chapter.meeting_cancelled().reason()};
    case v1::MeetingEvent::kNoticeWaived:
      return InWords{"waived the short notice", chapter.notice_waived().reason()};
    case v1::MeetingEvent::kMeetingHeld:
      return InWords{
          absl::StrCat("recorded the meeting as held on ", Day(chapter.meeting_held().held_on()),
                       chapter.meeting_held().summary_given() ? ", summed up at its end" : ""),
          ""};
    case v1::MeetingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::StatusOr<InWords> Extended(const v1::DeadlineExtended& extended) {
  std::string cause;
  switch (extended.cause().cause_case()) {
    case v1::ExtensionCause::kWorkPattern:
      cause = "because not every day is worked";
      break;
    case v1::ExtensionCause::kAbsence:
      cause = "because of an absence";
      break;
    case v1::ExtensionCause::CAUSE_NOT_SET:
      return UnknownPlanEvent();
  }
  return InWords{
      absl::StrCat("gave time for the ", extended.period().has_draft() ? "draft" : "final record",
                   " until ", Day(extended.due_on()), ", ", cause),
      ""};
}

absl::StatusOr<InWords> Recording(const v1::RecordingEvent& chapter) {
  switch (chapter.event_case()) {
    case v1::RecordingEvent::kDraftIssued:
      return InWords{"issued the first draft", ""};
    case v1::RecordingEvent::kChangesRequested: {
      const v1::ChangesRequested& wish = chapter.changes_requested();
      return InWords{
          absl::StrCat("asked for change ", wish.change(),
                       wish.section().empty() ? "" : absl::StrCat(" (", wish.section(), ")")),
          wish.wish()};
    }
    case v1::RecordingEvent::kCommentAdded:
      return InWords{"commented on the draft", chapter.comment_added().text()};
    case v1::RecordingEvent::kDraftRevised: {
      const v1::DraftRevised& revised = chapter.draft_revised();
      return InWords{absl::StrCat("issued draft ", revised.draft(),
                                  revised.answers().empty()
                                      ? ""
                                      : absl::StrCat(" in answer to change ",
                                                     absl::StrJoin(revised.answers(), ", "))),
                     ""};
    }
    case v1::RecordingEvent::kChangeDeclined:
      return InWords{absl::StrCat("declined change ", chapter.change_declined().change()),
                     chapter.change_declined().reason()};
    case v1::RecordingEvent::kRecordFinalised:
      return InWords{absl::StrCat("finalised draft ", chapter.record_finalised().draft(),
                                  " and offered it for signature"),
                     ""};
    case v1::RecordingEvent::kDeadlineExtended:
      return Extended(chapter.deadline_extended());
    case v1::RecordingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::string_view CapacityInWords(const v1::Capacity& capacity) {
  return capacity.has_reviewer() ? "reviewer" : "reviewee";
}

absl::StatusOr<InWords> Signing(const v1::SigningEvent& chapter) {
  switch (chapter.event_case()) {
    case v1::SigningEvent::kSigned:
      return InWords{
          absl::StrCat("signed the record as ", CapacityInWords(chapter.signed_().capacity())),
          chapter.signed_().meaning()};
    case v1::SigningEvent::kSignatureDeclined:
      return InWords{absl::StrCat("declined to sign the record as ",
                                  CapacityInWords(chapter.signature_declined().capacity())),
                     chapter.signature_declined().reason()};
    case v1::SigningEvent::kClosedUnsigned:
      return InWords{"closed the record although a signature is missing",
                     chapter.closed_unsigned().reason()};
    case v1::SigningEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::StatusOr<InWords> Copies(const v1::CopiesEvent& chapter, const NameFunction& name_of) {
  switch (chapter.event_case()) {
    case v1::CopiesEvent::kCopyIssued:
      return InWords{"gave the reviewee a copy of the record", ""};
    case v1::CopiesEvent::kOriginalLodged:
      return InWords{
          absl::StrCat("passed the original to ", name_of(chapter.original_lodged().head_id()),
                       ", the head, for retention"),
          ""};
    case v1::CopiesEvent::kAnnexCopyIssued:
      return InWords{absl::StrCat("gave the annex to ",
                                  name_of(chapter.annex_copy_issued().training_lead_id()),
                                  ", who plans training"),
                     ""};
    case v1::CopiesEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

}  // namespace

absl::StatusOr<InWords> InWordsOf(const Recorded& recorded, const NameFunction& name_of) {
  const v1::PlanEvent& plan = recorded.event.plan();
  switch (plan.chapter_case()) {
    case v1::PlanEvent::kEnrolment:
      return Enrolment(plan.enrolment(), name_of);
    case v1::PlanEvent::kReviewer:
      return Reviewer(plan.reviewer(), name_of);
    case v1::PlanEvent::kMeeting:
      return MeetingWords(plan.meeting());
    case v1::PlanEvent::kRecording:
      return Recording(plan.recording());
    case v1::PlanEvent::kSigning:
      return Signing(plan.signing());
    case v1::PlanEvent::kPreparation:
      return Preparation(plan.preparation(), name_of);
    case v1::PlanEvent::kCopies:
      return Copies(plan.copies(), name_of);
    case v1::PlanEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

}  // namespace countersign::rules
