#include "services/rules/state/plan.h"

#include <algorithm>
#include <utility>

#include "services/rules/state/unknown_plan_event.h"

namespace countersign::rules {
namespace {

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
  return UnknownPlanEvent();
}

void AddComment(Plan& plan, const v1::CommentAdded& event, const Recorded& recorded) {
  v1::RevieweeComments::Comment comment;
  comment.set_text(event.text());
  comment.mutable_recorded_at()->set_seconds(recorded.recorded_at_us / 1'000'000);
  comment.mutable_recorded_at()->set_nanos(
      static_cast<int32_t>(recorded.recorded_at_us % 1'000'000 * 1000));
  plan.comments.Add(std::move(comment));
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
    case v1::RecordingEvent::kDeadlineExtended:
      return absl::OkStatus();  // All of it is in the progress.
    case v1::RecordingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status EvolveSigning(Plan& plan, const v1::SigningEvent& chapter, const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::SigningEvent::kSigned: {
      const v1::Signed& signature = chapter.signed_();
      const bool as_reviewer = signature.capacity().has_reviewer();
      plan.signatures.push_back({recorded.actor_id, as_reviewer, recorded.recorded_at_us,
                                 signature.method(), signature.meaning()});
      plan.declined.erase(std::remove_if(plan.declined.begin(), plan.declined.end(),
                                         [&](const StandingDecline& decline) {
                                           return decline.as_reviewer == as_reviewer;
                                         }),
                          plan.declined.end());
      return absl::OkStatus();
    }
    case v1::SigningEvent::kSignatureDeclined: {
      const v1::SignatureDeclined& declined = chapter.signature_declined();
      plan.declined.push_back({recorded.actor_id, declined.capacity().has_reviewer(),
                               recorded.recorded_at_us, declined.reason()});
      return absl::OkStatus();
    }
    case v1::SigningEvent::kClosedUnsigned:
      plan.closed_because = chapter.closed_unsigned().reason();
      return absl::OkStatus();
    case v1::SigningEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status EvolveReviewer(Plan& plan, const v1::ReviewerEvent& chapter,
                            const Recorded& recorded) {
  const auto decide = [&](bool upheld, const std::string& reasons) {
    if (plan.replacements.empty()) return;
    RequestedReplacement& request = plan.replacements.back();
    request.decided = true;
    request.upheld = upheld;
    request.decision_reasons = reasons;
    request.decided_at_us = recorded.recorded_at_us;
  };
  switch (chapter.event_case()) {
    case v1::ReviewerEvent::kReviewerAssigned:
      return absl::OkStatus();  // All of it is in the progress.
    case v1::ReviewerEvent::kReplacementRequested: {
      RequestedReplacement& request = plan.replacements.emplace_back();
      request.replacement = chapter.replacement_requested().replacement();
      request.reviewer_id = plan.progress.reviewer_id();
      request.reasons = chapter.replacement_requested().reasons();
      request.requested_at_us = recorded.recorded_at_us;
      return absl::OkStatus();
    }
    case v1::ReviewerEvent::kReplacementDeclined:
      decide(false, chapter.replacement_declined().reasons());
      return absl::OkStatus();
    case v1::ReviewerEvent::kReplacementUpheld:
      decide(true, chapter.replacement_upheld().reasons());
      return absl::OkStatus();
    case v1::ReviewerEvent::kReviewerReplaced:
      if (!Happened(plan.progress.meeting_held())) plan.meeting.Clear();
      return absl::OkStatus();
    case v1::ReviewerEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status EvolvePreparation(Plan& plan, const v1::PreparationEvent& chapter) {
  switch (chapter.event_case()) {
    case v1::PreparationEvent::kPreparationPackIssued: {
      const auto& documents = chapter.preparation_pack_issued().documents();
      plan.preparation.documents.assign(documents.begin(), documents.end());
      return absl::OkStatus();
    }
    case v1::PreparationEvent::kPreparationShared:
      plan.preparation.shared.push_back(chapter.preparation_shared().text());
      return absl::OkStatus();
    case v1::PreparationEvent::kConsultationRecorded:
      plan.preparation.consultations.push_back(chapter.consultation_recorded());
      return absl::OkStatus();
    case v1::PreparationEvent::kReleaseArranged:
      plan.preparation.cover = chapter.release_arranged().cover();
      return absl::OkStatus();
    case v1::PreparationEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

absl::Status EvolveCopies(Plan& plan, const v1::CopiesEvent& chapter) {
  switch (chapter.event_case()) {
    case v1::CopiesEvent::kCopyIssued:
      return absl::OkStatus();  // All of it is in the progress.
    case v1::CopiesEvent::kOriginalLodged:
      plan.original_lodged_with_id = chapter.original_lodged().head_id();
      return absl::OkStatus();
    case v1::CopiesEvent::kAnnexCopyIssued:
      plan.annex_issued_to_id = chapter.annex_copy_issued().training_lead_id();
      return absl::OkStatus();
    case v1::CopiesEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

// What the progress does not hold: texts, bytes, signatures.
absl::Status EvolveContent(Plan& plan, const Recorded& recorded) {
  const v1::PlanEvent& event = recorded.event.plan();
  switch (event.chapter_case()) {
    case v1::PlanEvent::kEnrolment:
      return absl::OkStatus();  // All of it is in the progress.
    case v1::PlanEvent::kReviewer:
      return EvolveReviewer(plan, event.reviewer(), recorded);
    case v1::PlanEvent::kMeeting:
      return EvolveMeeting(plan, event.meeting());
    case v1::PlanEvent::kRecording:
      return EvolveRecording(plan, event.recording(), recorded);
    case v1::PlanEvent::kSigning:
      return EvolveSigning(plan, event.signing(), recorded);
    case v1::PlanEvent::kPreparation:
      return EvolvePreparation(plan, event.preparation());
    case v1::PlanEvent::kCopies:
      return EvolveCopies(plan, event.copies());
    case v1::PlanEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownPlanEvent();
}

}  // namespace

absl::StatusOr<Plan> Evolve(Plan before, const Recorded& recorded) {
  Plan plan = std::move(before);
  if (absl::Status advanced = Advance(plan.progress, recorded); !advanced.ok()) return advanced;
  if (absl::Status evolved = EvolveContent(plan, recorded); !evolved.ok()) return evolved;
  if (!plan.progress.final()) {
    plan.comments_bytes.clear();
    plan.digest.clear();
    plan.signatures.clear();
    plan.declined.clear();
  }
  return plan;
}

}  // namespace countersign::rules
