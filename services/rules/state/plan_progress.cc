#include <algorithm>
#include <utility>

#include "services/rules/deadlines/days.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/unknown_plan_event.h"

namespace countersign::rules {
namespace {

// A change of the draft opens a final record again; signatures stand on its digest and fall with
// it.
void OpenAgain(v1::PlanProgress& progress) {
  progress.set_final(false);
  progress.clear_offered();
  progress.clear_signed_by_reviewer();
  progress.clear_signed_by_reviewee();
  progress.clear_declined_by_reviewer();
  progress.clear_declined_by_reviewee();
}

// More time was given for a period that ran from another day (R78), so it falls with that day.
void SetMeetingDay(v1::PlanProgress& progress, const std::string& meeting_on) {
  if (progress.meeting_on() == meeting_on) return;
  progress.set_meeting_on(meeting_on);
  progress.clear_draft_extended_to_on();
  progress.clear_final_extended_to_on();
}

// The meeting will not be; what hung on its day falls with it.
void DropMeeting(v1::PlanProgress& progress) {
  SetMeetingDay(progress, "");
  progress.clear_meeting_confirmed();
  progress.clear_notice_waived();
  progress.clear_notice_judged();
}

// A01b: notice is given for one day anew, and a waiver was given for the day before.
void Confirm(v1::PlanProgress& progress, const std::string& meeting_on, const v1::Moment& moment) {
  SetMeetingDay(progress, meeting_on);
  *progress.mutable_meeting_confirmed() = moment;
  *progress.mutable_notice_judged() = moment;
  progress.clear_notice_waived();
}

// The day turned out to be another than the one that was confirmed; when it was confirmed stays.
// Nobody has waived anything for this day, and may still do so.
void HoldOnAnotherDay(v1::PlanProgress& progress, const std::string& meeting_on,
                      const v1::Moment& moment) {
  SetMeetingDay(progress, meeting_on);
  *progress.mutable_notice_judged() = moment;
  progress.clear_notice_waived();
}

// A correction of the hour or the place leaves everything as it is.
void CorrectDay(v1::PlanProgress& progress, const std::string& meeting_on,
                const v1::Moment& moment) {
  if (progress.meeting_on() == meeting_on) return;
  // Before it was held another day is as good as a move, whatever it is called.
  if (!Happened(progress.meeting_held())) return Confirm(progress, meeting_on, moment);
  // The day stands in the record's header, so a final record with another day is none.
  if (progress.final()) progress.clear_finalised();
  OpenAgain(progress);
  HoldOnAnotherDay(progress, meeting_on, moment);
}

void DecideReplacementOf(v1::PlanProgress& progress, const Recorded& recorded) {
  v1::PlanProgress::DecidedReplacement* decided = progress.add_decided_replacements();
  decided->set_replacement(progress.replacements());
  *decided->mutable_requested() = progress.replacement_requested();
  *decided->mutable_decided() = MomentOf(recorded);
  decided->set_decided_by_id(recorded.actor_id);
  progress.clear_replacement_requested();
}

void Replace(v1::PlanProgress& progress, const std::string& reviewer_id) {
  progress.set_reviewer_id(reviewer_id);
  // A meeting yet to come was the former reviewer's to confirm.
  if (!Happened(progress.meeting_held())) DropMeeting(progress);
  OpenAgain(progress);
}

// Closes the time of rest. One that ends on the day it began leaves no day of rest.
void EndRest(v1::PlanProgress& progress, const std::string& from_on) {
  auto* rests = progress.mutable_rests();
  if (rests->empty()) return;
  v1::PlanProgress::Rest& rest = *rests->Mutable(rests->size() - 1);
  const std::optional<absl::CivilDay> from = DayOf(from_on);
  if (!from.has_value() || from_on <= rest.first_on()) {
    rests->RemoveLast();
  } else {
    rest.set_last_on(IsoOf(*from - 1));
  }
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
      progress.set_ended_by_id(recorded.actor_id);
      return absl::OkStatus();
    case v1::EnrolmentEvent::kPlanSuspended: {
      v1::PlanProgress::Rest* rest = progress.add_rests();
      rest->set_first_on(chapter.plan_suspended().first_on());
      *rest->mutable_begun() = MomentOf(recorded);
      return absl::OkStatus();
    }
    case v1::EnrolmentEvent::kPlanResumed:
      EndRest(progress, chapter.plan_resumed().from_on());
      return absl::OkStatus();
    case v1::EnrolmentEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status AdvanceReviewer(v1::PlanProgress& progress, const v1::ReviewerEvent& chapter,
                             const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::ReviewerEvent::kReviewerAssigned:
      progress.set_reviewer_id(chapter.reviewer_assigned().reviewer_id());
      *progress.mutable_reviewer_assigned() = MomentOf(recorded);
      progress.set_reviewer_assigned_by_id(recorded.actor_id);
      return absl::OkStatus();
    case v1::ReviewerEvent::kReplacementRequested:
      progress.set_replacements(chapter.replacement_requested().replacement());
      *progress.mutable_replacement_requested() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::ReviewerEvent::kReplacementDeclined:
    case v1::ReviewerEvent::kReplacementUpheld:
      DecideReplacementOf(progress, recorded);
      return absl::OkStatus();
    case v1::ReviewerEvent::kReviewerReplaced:
      Replace(progress, chapter.reviewer_replaced().reviewer_id());
      return absl::OkStatus();
    case v1::ReviewerEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status AdvanceMeeting(v1::PlanProgress& progress, const v1::MeetingEvent& chapter,
                            const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::MeetingEvent::kMeetingConfirmed:
      Confirm(progress, chapter.meeting_confirmed().meeting().on(), MomentOf(recorded));
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingMoved:
      Confirm(progress, chapter.meeting_moved().meeting().on(), MomentOf(recorded));
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingCorrected:
      CorrectDay(progress, chapter.meeting_corrected().meeting().on(), MomentOf(recorded));
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingCancelled:
      DropMeeting(progress);
      return absl::OkStatus();
    case v1::MeetingEvent::kNoticeWaived:
      *progress.mutable_notice_waived() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::MeetingEvent::kMeetingHeld:
      if (progress.meeting_on() != chapter.meeting_held().held_on()) {
        HoldOnAnotherDay(progress, chapter.meeting_held().held_on(), MomentOf(recorded));
      }
      *progress.mutable_meeting_held() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::MeetingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status AdvanceRecording(v1::PlanProgress& progress, const v1::RecordingEvent& chapter,
                              const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::RecordingEvent::kDraftIssued:
      progress.set_draft(chapter.draft_issued().draft());
      progress.set_drafted_by_id(progress.reviewer_id());
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
      progress.set_drafted_by_id(progress.reviewer_id());
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
      *progress.mutable_offered() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::RecordingEvent::kDeadlineExtended:
      switch (chapter.deadline_extended().period().period_case()) {
        case v1::Period::kDraft:
          progress.set_draft_extended_to_on(chapter.deadline_extended().due_on());
          return absl::OkStatus();
        case v1::Period::kFinal:
          progress.set_final_extended_to_on(chapter.deadline_extended().due_on());
          return absl::OkStatus();
        case v1::Period::PERIOD_NOT_SET:
          break;
      }
      break;
    case v1::RecordingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

// Who declined may sign after all. That they answered when they declined stays true (A04).
absl::Status AdvanceSignature(v1::PlanProgress& progress, const v1::Capacity& capacity,
                              const v1::Moment& moment) {
  switch (capacity.capacity_case()) {
    case v1::Capacity::kReviewer:
      *progress.mutable_signed_by_reviewer() = moment;
      return absl::OkStatus();
    case v1::Capacity::kReviewee:
      *progress.mutable_signed_by_reviewee() = moment;
      return absl::OkStatus();
    case v1::Capacity::CAPACITY_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status AdvanceDecline(v1::PlanProgress& progress, const v1::Capacity& capacity,
                            const v1::Moment& moment) {
  switch (capacity.capacity_case()) {
    case v1::Capacity::kReviewer:
      *progress.mutable_declined_by_reviewer() = moment;
      return absl::OkStatus();
    case v1::Capacity::kReviewee:
      *progress.mutable_declined_by_reviewee() = moment;
      return absl::OkStatus();
    case v1::Capacity::CAPACITY_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status AdvanceSigning(v1::PlanProgress& progress, const v1::SigningEvent& chapter,
                            const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::SigningEvent::kSigned:
      progress.set_ended_by_id(recorded.actor_id);
      return AdvanceSignature(progress, chapter.signed_().capacity(), MomentOf(recorded));
    case v1::SigningEvent::kSignatureDeclined:
      return AdvanceDecline(progress, chapter.signature_declined().capacity(), MomentOf(recorded));
    case v1::SigningEvent::kClosedUnsigned:
      *progress.mutable_closed_unsigned() = MomentOf(recorded);
      progress.set_ended_by_id(recorded.actor_id);
      return absl::OkStatus();
    case v1::SigningEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status AdvancePreparation(v1::PlanProgress& progress, const v1::PreparationEvent& chapter,
                                const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::PreparationEvent::kPreparationPackIssued:
      if (!Happened(progress.preparation_pack_issued())) {
        *progress.mutable_preparation_pack_issued() = MomentOf(recorded);
      }
      return absl::OkStatus();
    case v1::PreparationEvent::kPreparationShared:
      return absl::OkStatus();  // All of it is text.
    case v1::PreparationEvent::kConsultationRecorded: {
      const std::string& person_id = chapter.consultation_recorded().person_id();
      auto* consulted = progress.mutable_consulted_ids();
      if (!person_id.empty() &&
          std::find(consulted->begin(), consulted->end(), person_id) == consulted->end()) {
        *consulted->Add() = person_id;
      }
      return absl::OkStatus();
    }
    case v1::PreparationEvent::kReleaseArranged:
      *progress.mutable_release_arranged() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::PreparationEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status AdvanceCopies(v1::PlanProgress& progress, const v1::CopiesEvent& chapter,
                           const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::CopiesEvent::kCopyIssued:
      *progress.mutable_copy_issued() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::CopiesEvent::kOriginalLodged:
      *progress.mutable_original_lodged() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::CopiesEvent::kAnnexCopyIssued:
      *progress.mutable_annex_copy_issued() = MomentOf(recorded);
      return absl::OkStatus();
    case v1::CopiesEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

}  // namespace

PlanState StateOf(const v1::PlanProgress& progress) {
  if (!Happened(progress.enrolled())) return PlanState::kUnborn;
  if (Happened(progress.withdrawn())) return PlanState::kWithdrawn;
  if (Happened(progress.signed_by_reviewer()) && Happened(progress.signed_by_reviewee())) {
    return PlanState::kSigned;
  }
  if (Happened(progress.closed_unsigned())) return PlanState::kClosedUnsigned;
  if (IsSuspended(progress)) return PlanState::kSuspended;
  if (progress.final()) return PlanState::kFinalised;
  if (progress.open_changes_size() > 0) return PlanState::kChangesRequested;
  if (progress.draft() > 0) return PlanState::kDraftIssued;
  if (Happened(progress.meeting_held())) return PlanState::kMeetingHeld;
  if (Happened(progress.meeting_confirmed())) return PlanState::kMeetingConfirmed;
  if (!progress.reviewer_id().empty()) return PlanState::kReviewerAssigned;
  return PlanState::kEnrolled;
}

bool IsClosed(PlanState state) {
  return state == PlanState::kSigned || state == PlanState::kClosedUnsigned ||
         state == PlanState::kWithdrawn;
}

bool IsSuspended(const v1::PlanProgress& progress) {
  return !progress.rests().empty() && progress.rests(progress.rests_size() - 1).last_on().empty();
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
    case v1::PlanEvent::kPreparation:
      return AdvancePreparation(progress, plan.preparation(), recorded);
    case v1::PlanEvent::kCopies:
      return AdvanceCopies(progress, plan.copies(), recorded);
    case v1::PlanEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

}  // namespace countersign::rules
