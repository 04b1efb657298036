#include "services/rules/timeline.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/rules/days.h"

namespace countersign::rules {
namespace {

absl::Status UnknownEvent() {
  return absl::DataLossError("event of unknown kind in a plan: written by a newer version");
}

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
    case v1::EnrolmentEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<InWords> Reviewer(const v1::ReviewerEvent& chapter, const NameFunction& name_of) {
  switch (chapter.event_case()) {
    case v1::ReviewerEvent::kReviewerAssigned: {
      const v1::ReviewerAssigned& assigned = chapter.reviewer_assigned();
      const std::string name = name_of(assigned.reviewer_id());
      switch (assigned.basis().basis_case()) {
        case v1::AssignmentBasis::kLineManager:
          return InWords{absl::StrCat("assigned ", name, ", the line manager, as reviewer"), ""};
        case v1::AssignmentBasis::kHeadteacherChoice:
          return InWords{absl::StrCat("chose ", name, " among several line managers as reviewer"),
                         ""};
        case v1::AssignmentBasis::kOther:
          return InWords{absl::StrCat("assigned ", name, " as reviewer"),
                         assigned.basis().other().note()};
        case v1::AssignmentBasis::BASIS_NOT_SET:
          break;
      }
      return UnknownEvent();
    }
    case v1::ReviewerEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
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
  return UnknownEvent();
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
    case v1::RecordingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<InWords> Signing(const v1::SigningEvent& chapter) {
  switch (chapter.event_case()) {
    case v1::SigningEvent::kSigned:
      return InWords{
          absl::StrCat("signed the record as ",
                       chapter.signed_().capacity().has_reviewer() ? "reviewer" : "reviewee"),
          chapter.signed_().meaning()};
    case v1::SigningEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
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
    case v1::PlanEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

}  // namespace countersign::rules
