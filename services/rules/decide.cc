#include "services/rules/decide.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

// What each chapter may do when a plan is closed or rests.
enum class Chapter { kEnrolment, kReviewer, kPreparation, kMeeting, kRecording, kSigning, kCopies };

Chapter ChapterOf(v1::PlanCommand::IntentCase intent) {
  switch (intent) {
    case v1::PlanCommand::kWithdrawEnrolment:
    case v1::PlanCommand::kSuspendPlan:
    case v1::PlanCommand::kResumePlan:
    case v1::PlanCommand::INTENT_NOT_SET:
      return Chapter::kEnrolment;
    case v1::PlanCommand::kAssignReviewer:
    case v1::PlanCommand::kRequestReplacement:
    case v1::PlanCommand::kDecideReplacement:
    case v1::PlanCommand::kReplaceReviewer:
      return Chapter::kReviewer;
    case v1::PlanCommand::kIssuePreparationPack:
    case v1::PlanCommand::kSharePreparation:
    case v1::PlanCommand::kRecordConsultation:
    case v1::PlanCommand::kArrangeRelease:
      return Chapter::kPreparation;
    case v1::PlanCommand::kConfirmMeeting:
    case v1::PlanCommand::kMoveMeeting:
    case v1::PlanCommand::kCorrectMeeting:
    case v1::PlanCommand::kCancelMeeting:
    case v1::PlanCommand::kWaiveNotice:
    case v1::PlanCommand::kRecordMeetingHeld:
      return Chapter::kMeeting;
    case v1::PlanCommand::kIssueDraft:
    case v1::PlanCommand::kRequestChanges:
    case v1::PlanCommand::kAddComment:
    case v1::PlanCommand::kReviseDraft:
    case v1::PlanCommand::kDeclineChange:
    case v1::PlanCommand::kFinaliseRecord:
    case v1::PlanCommand::kExtendDeadline:
      return Chapter::kRecording;
    case v1::PlanCommand::kSign:
    case v1::PlanCommand::kDeclineSignature:
    case v1::PlanCommand::kCloseUnsigned:
      return Chapter::kSigning;
    case v1::PlanCommand::kIssueCopies:
      return Chapter::kCopies;
  }
  return Chapter::kEnrolment;
}

// A closed plan takes nothing but the copies still owed, and a resting one nothing that the parties
// do; asked before anything else.
absl::Status RefuseIfClosed(const Plan& plan, Chapter chapter) {
  switch (StateOf(plan.progress)) {
    case PlanState::kUnborn:
      return absl::NotFoundError("there is no such plan");
    case PlanState::kWithdrawn:
      return Refuse(v1::PLAN_WITHDRAWN,
                    "The enrolment was withdrawn, so nothing more can happen to this plan. Enrol "
                    "the person again to start a new one.");
    case PlanState::kSigned:
      if (chapter == Chapter::kCopies) break;
      return Refuse(
          v1::RECORD_SIGNED,
          "Both parties have signed this record, so it cannot change any more. What comes up later "
          "belongs in the next plan.");
    case PlanState::kClosedUnsigned:
      if (chapter == Chapter::kCopies) break;
      return Refuse(v1::RECORD_CLOSED_UNSIGNED,
                    "The head closed this record unsigned, so it cannot change any more. What "
                    "comes up later belongs in the next plan.");
    case PlanState::kSuspended:
      if (chapter == Chapter::kEnrolment || chapter == Chapter::kReviewer) break;
      return Refuse(
          v1::PLAN_SUSPENDED,
          "This plan rests. The head lets it go on before anything is done in it.",
          {{"suspended_from_on", plan.progress.rests(plan.progress.rests_size() - 1).first_on()}});
    case PlanState::kEnrolled:
    case PlanState::kReviewerAssigned:
    case PlanState::kMeetingConfirmed:
    case PlanState::kMeetingHeld:
    case PlanState::kDraftIssued:
    case PlanState::kChangesRequested:
    case PlanState::kFinalised:
      break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RefuseUnlessAssigned(const Plan& plan) {
  if (!plan.progress.reviewer_id().empty()) return absl::OkStatus();
  return Refuse(v1::REVIEWER_NOT_ASSIGNED,
                "The head has not assigned a reviewer yet. Ask the head to assign one first.");
}

absl::Status RefuseWhileUndecided(const Plan& plan) {
  if (!Happened(plan.progress.replacement_requested())) return absl::OkStatus();
  return Refuse(
      v1::REPLACEMENT_UNDECIDED,
      "The reviewee asked for another reviewer and the head has not decided yet. The head "
      "decides first.",
      {{"replacement", absl::StrCat(plan.progress.replacements())}});
}

const Person& Facts::PersonOf(const std::string& person_id) const {
  static const Person* const kNobody = new Person();
  const auto found = people.find(person_id);
  return found == people.end() ? *kNobody : *found->second;
}

std::vector<std::string> PeopleNeeded(const Plan& plan, const v1::PlanCommand& command) {
  std::vector<std::string> needed = {plan.progress.reviewee_id()};
  if (!plan.progress.reviewer_id().empty()) needed.push_back(plan.progress.reviewer_id());
  for (const std::string& named :
       {command.assign_reviewer().reviewer_id(), command.replace_reviewer().reviewer_id(),
        command.decide_replacement().replace().reviewer_id(),
        command.record_consultation().person_id()}) {
    if (!named.empty()) needed.push_back(named);
  }
  return needed;
}

std::vector<std::string> PeopleNeeded(const v1::PersonCommand& command) {
  const auto& managers = command.name_line_managers().manager_ids();
  return {managers.begin(), managers.end()};
}

std::vector<std::string> PeopleNeeded(const v1::GrantRole& command) {
  if (command.person_id().empty()) return {};
  return {command.person_id()};
}

std::vector<std::string> StaffKeysNeeded(const v1::TrustCommand& command) {
  std::vector<std::string> keys;
  if (command.has_found_trust()) keys.push_back(command.found_trust().lead_staff_key());
  for (const v1::StaffRow& row : command.register_people().people()) {
    keys.push_back(row.staff_key());
    keys.insert(keys.end(), row.manager_staff_keys().begin(), row.manager_staff_keys().end());
  }
  return keys;
}

Decision Decide(const Plan& plan, const Facts& facts, const v1::PlanCommand& command) {
  if (absl::Status closed = RefuseIfClosed(plan, ChapterOf(command.intent_case())); !closed.ok()) {
    return closed;
  }
  switch (command.intent_case()) {
    case v1::PlanCommand::kWithdrawEnrolment:
      return DecideEnrolment(plan, facts, command.withdraw_enrolment());
    case v1::PlanCommand::kSuspendPlan:
      return DecideEnrolment(plan, facts, command.suspend_plan());
    case v1::PlanCommand::kResumePlan:
      return DecideEnrolment(plan, facts, command.resume_plan());
    case v1::PlanCommand::kAssignReviewer:
      return DecideReviewer(plan, facts, command.assign_reviewer());
    case v1::PlanCommand::kRequestReplacement:
      return DecideReviewer(plan, facts, command.request_replacement());
    case v1::PlanCommand::kDecideReplacement:
      return DecideReviewer(plan, facts, command.decide_replacement());
    case v1::PlanCommand::kReplaceReviewer:
      return DecideReviewer(plan, facts, command.replace_reviewer());
    case v1::PlanCommand::kIssuePreparationPack:
      return DecidePreparation(plan, facts, command.issue_preparation_pack());
    case v1::PlanCommand::kSharePreparation:
      return DecidePreparation(plan, facts, command.share_preparation());
    case v1::PlanCommand::kRecordConsultation:
      return DecidePreparation(plan, facts, command.record_consultation());
    case v1::PlanCommand::kArrangeRelease:
      return DecidePreparation(plan, facts, command.arrange_release());
    case v1::PlanCommand::kConfirmMeeting:
      return DecideMeeting(plan, facts, command.confirm_meeting());
    case v1::PlanCommand::kMoveMeeting:
      return DecideMeeting(plan, facts, command.move_meeting());
    case v1::PlanCommand::kCorrectMeeting:
      return DecideMeeting(plan, facts, command.correct_meeting());
    case v1::PlanCommand::kCancelMeeting:
      return DecideMeeting(plan, facts, command.cancel_meeting());
    case v1::PlanCommand::kWaiveNotice:
      return DecideMeeting(plan, facts, command.waive_notice());
    case v1::PlanCommand::kRecordMeetingHeld:
      return DecideMeeting(plan, facts, command.record_meeting_held());
    case v1::PlanCommand::kIssueDraft:
      return DecideRecording(plan, facts, command.issue_draft());
    case v1::PlanCommand::kRequestChanges:
      return DecideRecording(plan, facts, command.request_changes());
    case v1::PlanCommand::kAddComment:
      return DecideRecording(plan, facts, command.add_comment());
    case v1::PlanCommand::kReviseDraft:
      return DecideRecording(plan, facts, command.revise_draft());
    case v1::PlanCommand::kDeclineChange:
      return DecideRecording(plan, facts, command.decline_change());
    case v1::PlanCommand::kFinaliseRecord:
      return DecideRecording(plan, facts, command.finalise_record());
    case v1::PlanCommand::kExtendDeadline:
      return DecideRecording(plan, facts, command.extend_deadline());
    case v1::PlanCommand::kSign:
      return DecideSigning(plan, facts, command.sign());
    case v1::PlanCommand::kDeclineSignature:
      return DecideSigning(plan, facts, command.decline_signature());
    case v1::PlanCommand::kCloseUnsigned:
      return DecideSigning(plan, facts, command.close_unsigned());
    case v1::PlanCommand::kIssueCopies:
      return DecideCopies(plan, facts, command.issue_copies());
    case v1::PlanCommand::INTENT_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the command says nothing about the plan");
}

}  // namespace countersign::rules
