#include "services/rules/plan.h"

#include <algorithm>
#include <utility>

namespace countersign::rules {
namespace {

absl::Status UnknownEvent() {
  return absl::DataLossError("event of unknown kind in a plan: written by a newer version");
}

// A change of the draft opens a final record again; signatures stand on its digest and fall with
// it.
void OpenAgain(v1::PlanProgress& progress) {
  progress.set_final(false);
  progress.clear_signed_by_reviewer();
  progress.clear_signed_by_reviewee();
}

void AnswerChange(v1::PlanProgress& progress, uint32_t change, const v1::Moment& moment) {
  auto* open = progress.mutable_open_changes();
  for (int i = 0; i < open->size(); ++i) {
    if (open->Get(i).change() != change) continue;
    v1::PlanProgress::AnsweredChange* answered = progress.add_answered_changes();
    answered->set_change(change);
    *answered->mutable_requested() = open->Get(i).requested();
    *answered->mutable_answered() = moment;
    open->DeleteSubrange(i, 1);
    return;
  }
}

absl::Status AdvanceEnrolment(v1::PlanProgress& progress, const v1::EnrolmentEvent& chapter,
                              const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::EnrolmentEvent::kEnrolled:
      progress.set_plan_id(recorded.subject_id);
      progress.set_reviewee_id(chapter.enrolled().reviewee_id());
      progress.set_school_id(chapter.enrolled().school_id());
      progress.set_cycle_id(chapter.enrolled().cycle_id());
      *progress.mutable_enrolled() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::EnrolmentEvent::kEnrolmentWithdrawn:
      *progress.mutable_withdrawn() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::EnrolmentEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status AdvanceReviewer(v1::PlanProgress& progress, const v1::ReviewerEvent& chapter,
                             const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::ReviewerEvent::kReviewerAssigned:
      progress.set_reviewer_id(chapter.reviewer_assigned().reviewer_id());
      *progress.mutable_reviewer_assigned() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::ReviewerEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status AdvanceMeeting(v1::PlanProgress& progress, const v1::MeetingEvent& chapter,
                            const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::MeetingEvent::kMeetingConfirmed:
      progress.set_meeting_on(chapter.meeting_confirmed().meeting().on());
      *progress.mutable_meeting_confirmed() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingMoved:
      // A01b: a move restarts the notice, and a waiver was given for the day before the move.
      progress.set_meeting_on(chapter.meeting_moved().meeting().on());
      *progress.mutable_meeting_confirmed() = MomentOf(recorded);
      progress.clear_notice_waived();
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingCorrected:
      // The day stands in the record's header, so a final record with another day is none.
      if (progress.meeting_on() != chapter.meeting_corrected().meeting().on()) {
        if (progress.final()) progress.clear_finalised();
        OpenAgain(progress);
      }
      progress.set_meeting_on(chapter.meeting_corrected().meeting().on());
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingCancelled:
      progress.clear_meeting_on();
      progress.clear_meeting_confirmed();
      progress.clear_notice_waived();
      return absl::OkStatus();
    case v1::MeetingEvent::kNoticeWaived:
      *progress.mutable_notice_waived() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingHeld:
      progress.set_meeting_on(chapter.meeting_held().held_on());
      *progress.mutable_meeting_held() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::MeetingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status AdvanceRecording(v1::PlanProgress& progress, const v1::RecordingEvent& chapter,
                              const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::RecordingEvent::kDraftIssued:
      progress.set_draft(chapter.draft_issued().draft());
      *progress.mutable_draft_issued() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::RecordingEvent::kChangesRequested: {
      v1::PlanProgress::OpenChange* open = progress.add_open_changes();
      open->set_change(chapter.changes_requested().change());
      *open->mutable_requested() = MomentOf(recorded);
      progress.set_changes(chapter.changes_requested().change());
      OpenAgain(progress);
      return absl::OkStatus();
    }
    case v1::RecordingEvent::kCommentAdded:
      progress.set_comments(progress.comments() + 1);
      OpenAgain(progress);
      return absl::OkStatus();
    case v1::RecordingEvent::kDraftRevised:
      progress.set_draft(chapter.draft_revised().draft());
      // Who opens a final record unasked has not made it available after all (R73).
      if (progress.final()) progress.clear_finalised();
      for (const uint32_t change : chapter.draft_revised().answers()) {
        AnswerChange(progress, change, MomentOf(recorded));
      }
      OpenAgain(progress);
      return absl::OkStatus();
    case v1::RecordingEvent::kChangeDeclined:
      AnswerChange(progress, chapter.change_declined().change(), MomentOf(recorded));
      return absl::OkStatus();
    case v1::RecordingEvent::kRecordFinalised:
      // R73 asks when a final record was first available; later finalisations follow a wish or a
      // comment of the reviewee and do not make it late.
      if (!Happened(progress.finalised())) *progress.mutable_finalised() = MomentOf(recorded);
      progress.set_final(true);
      return absl::OkStatus();
    case v1::RecordingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status AdvanceSigning(v1::PlanProgress& progress, const v1::SigningEvent& chapter,
                            const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::SigningEvent::kSigned:
      switch (chapter.signed_().capacity().capacity_case()) {
        case v1::Capacity::kReviewer:
          *progress.mutable_signed_by_reviewer() = MomentOf(recorded);
          return absl::OkStatus();
        case v1::Capacity::kReviewee:
          *progress.mutable_signed_by_reviewee() = MomentOf(recorded);
          return absl::OkStatus();
        case v1::Capacity::CAPACITY_NOT_SET:
          break;
      }
      break;
    case v1::SigningEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status EvolveMeeting(Plan& plan, const v1::MeetingEvent& chapter) {
  switch (chapter.event_case()) {
    case v1::MeetingEvent::kMeetingConfirmed:
      plan.meeting = chapter.meeting_confirmed().meeting();
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingMoved:
      plan.meeting = chapter.meeting_moved().meeting();
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingCorrected:
      plan.meeting = chapter.meeting_corrected().meeting();
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingCancelled:
      plan.meeting.Clear();
      return absl::OkStatus();
    case v1::MeetingEvent::kNoticeWaived:
      return absl::OkStatus();  // All of it is in the progress.
    case v1::MeetingEvent::kMeetingHeld:
      plan.meeting.set_on(chapter.meeting_held().held_on());
      return absl::OkStatus();
    case v1::MeetingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

void AddComment(Plan& plan, const v1::CommentAdded& event, const Recorded& recorded) {
  v1::RevieweeComments::Comment* comment = plan.comments.add_comments();
  comment->set_text(event.text());
  comment->mutable_recorded_at()->set_seconds(recorded.recorded_at_us / 1'000'000);
  comment->mutable_recorded_at()->set_nanos(
      static_cast<int32_t>(recorded.recorded_at_us % 1'000'000 * 1000));
}

absl::Status EvolveRecording(Plan& plan, const v1::RecordingEvent& chapter,
                             const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::RecordingEvent::kDraftIssued:
      plan.record = chapter.draft_issued().record();
      return absl::OkStatus();
    case v1::RecordingEvent::kChangesRequested: {
      const v1::ChangesRequested& wish = chapter.changes_requested();
      plan.changes.push_back({wish.change(), wish.section(), wish.wish(), true, ""});
      return absl::OkStatus();
    }
    case v1::RecordingEvent::kCommentAdded:
      AddComment(plan, chapter.comment_added(), recorded);
      return absl::OkStatus();
    case v1::RecordingEvent::kDraftRevised: {
      plan.record = chapter.draft_revised().record();
      const auto& answers = chapter.draft_revised().answers();
      for (RequestedChange& change : plan.changes) {
        if (std::find(answers.begin(), answers.end(), change.change) != answers.end()) {
          change.open = false;
        }
      }
      return absl::OkStatus();
    }
    case v1::RecordingEvent::kChangeDeclined:
      for (RequestedChange& change : plan.changes) {
        if (change.change != chapter.change_declined().change()) continue;
        change.open = false;
        change.declined_because = chapter.change_declined().reason();
      }
      return absl::OkStatus();
    case v1::RecordingEvent::kRecordFinalised:
      plan.comments_bytes = chapter.record_finalised().comments();
      plan.digest = chapter.record_finalised().digest();
      return absl::OkStatus();
    case v1::RecordingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status EvolveSigning(Plan& plan, const v1::SigningEvent& chapter, const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::SigningEvent::kSigned: {
      const v1::Signed& signature = chapter.signed_();
      plan.signatures.push_back({recorded.actor_id, signature.capacity().has_reviewer(),
                                 recorded.recorded_at_us, signature.method(), signature.meaning()});
      return absl::OkStatus();
    }
    case v1::SigningEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

// What the progress does not hold: texts, bytes, signatures.
absl::Status EvolveContent(Plan& plan, const Recorded& recorded) {
  const v1::PlanEvent& event = recorded.event.plan();
  switch (event.chapter_case()) {
    case v1::PlanEvent::kEnrolment:
    case v1::PlanEvent::kReviewer:
      return absl::OkStatus();  // All of it is in the progress.
    case v1::PlanEvent::kMeeting:
      return EvolveMeeting(plan, event.meeting());
    case v1::PlanEvent::kRecording:
      return EvolveRecording(plan, event.recording(), recorded);
    case v1::PlanEvent::kSigning:
      return EvolveSigning(plan, event.signing(), recorded);
    case v1::PlanEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

}  // namespace

PlanState StateOf(const v1::PlanProgress& progress) {
  if (!Happened(progress.enrolled())) return PlanState::kUnborn;
  if (Happened(progress.withdrawn())) return PlanState::kWithdrawn;
  if (Happened(progress.signed_by_reviewer()) && Happened(progress.signed_by_reviewee())) {
    return PlanState::kSigned;
  }
  if (progress.final()) return PlanState::kFinalised;
  if (progress.open_changes_size() > 0) return PlanState::kChangesRequested;
  if (progress.draft() > 0) return PlanState::kDraftIssued;
  if (Happened(progress.meeting_held())) return PlanState::kMeetingHeld;
  if (Happened(progress.meeting_confirmed())) return PlanState::kMeetingConfirmed;
  if (!progress.reviewer_id().empty()) return PlanState::kReviewerAssigned;
  return PlanState::kEnrolled;
}

bool IsClosed(PlanState state) {
  return state == PlanState::kSigned || state == PlanState::kWithdrawn;
}

absl::Status Advance(v1::PlanProgress& progress, const Recorded& recorded) {
  const v1::PlanEvent& plan = recorded.event.plan();
  switch (plan.chapter_case()) {
    case v1::PlanEvent::kEnrolment:
      return AdvanceEnrolment(progress, plan.enrolment(), recorded);
    case v1::PlanEvent::kReviewer:
      return AdvanceReviewer(progress, plan.reviewer(), recorded);
    case v1::PlanEvent::kMeeting:
      return AdvanceMeeting(progress, plan.meeting(), recorded);
    case v1::PlanEvent::kRecording:
      return AdvanceRecording(progress, plan.recording(), recorded);
    case v1::PlanEvent::kSigning:
      return AdvanceSigning(progress, plan.signing(), recorded);
    case v1::PlanEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<Plan> Evolve(Plan before, const Recorded& recorded) {
  Plan plan = std::move(before);
  if (absl::Status advanced = Advance(plan.progress, recorded); !advanced.ok()) return advanced;
  if (absl::Status evolved = EvolveContent(plan, recorded); !evolved.ok()) return evolved;
  if (!plan.progress.final()) {
    plan.comments_bytes.clear();
    plan.digest.clear();
    plan.signatures.clear();
  }
  return plan;
}

}  // namespace countersign::rules
