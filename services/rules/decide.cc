#include "services/rules/decide.h"

#include <utility>

#include "services/rules/days.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

// A closed plan accepts nothing; it is asked first.
absl::Status RefuseIfClosed(const Plan& plan) {
  switch (StateOf(plan.progress)) {
    case PlanState::kUnborn:
      return absl::NotFoundError("there is no such plan");
    case PlanState::kWithdrawn:
      return Refuse(v1::PLAN_WITHDRAWN,
                    "The enrolment was withdrawn, so nothing more can happen to this plan. Enrol "
                    "the person again to start a new one.");
    case PlanState::kSigned:
      return Refuse(
          v1::RECORD_SIGNED,
          "Both parties have signed this record, so it cannot change any more. What comes up later "
          "belongs in the next plan.");
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

const Person& Facts::PersonOf(const std::string& person_id) const {
  static const Person* const kNobody = new Person();
  const auto found = people.find(person_id);
  return found == people.end() ? *kNobody : *found->second;
}

std::vector<std::string> PeopleNeeded(const Plan& plan, const v1::PlanCommand& command) {
  std::vector<std::string> needed = {plan.progress.reviewee_id()};
  if (!plan.progress.reviewer_id().empty()) needed.push_back(plan.progress.reviewer_id());
  if (command.has_assign_reviewer()) needed.push_back(command.assign_reviewer().reviewer_id());
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
  if (absl::Status closed = RefuseIfClosed(plan); !closed.ok()) return closed;
  switch (command.intent_case()) {
    case v1::PlanCommand::kWithdrawEnrolment:
      return DecideEnrolment(plan, command.withdraw_enrolment());
    case v1::PlanCommand::kAssignReviewer:
      return DecideReviewer(plan, facts, command.assign_reviewer());
    case v1::PlanCommand::kConfirmMeeting:
    case v1::PlanCommand::kMoveMeeting:
    case v1::PlanCommand::kCorrectMeeting:
    case v1::PlanCommand::kCancelMeeting:
    case v1::PlanCommand::kWaiveNotice:
    case v1::PlanCommand::kRecordMeetingHeld:
      return DecideMeeting(plan, facts, command);
    case v1::PlanCommand::kIssueDraft:
    case v1::PlanCommand::kRequestChanges:
    case v1::PlanCommand::kAddComment:
    case v1::PlanCommand::kReviseDraft:
    case v1::PlanCommand::kDeclineChange:
    case v1::PlanCommand::kFinaliseRecord:
      return DecideRecording(plan, facts, command);
    case v1::PlanCommand::kSign:
      return DecideSigning(plan, facts, command.sign());
    case v1::PlanCommand::INTENT_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the command says nothing about the plan");
}

absl::StatusOr<DeadlineInputs> DeadlineInputsOf(const v1::PlanProgress& progress,
                                                const Trust& trust, const School& school,
                                                const Person& reviewer, const Person& reviewee) {
  const std::optional<absl::CivilDay> meeting_on = DayOf(progress.meeting_on());
  if (!meeting_on.has_value()) return absl::InternalError("deadlines asked for without a meeting");
  DeadlineInputs inputs;
  inputs.meeting_on = *meeting_on;
  inputs.calendar = &school.calendar;
  inputs.holidays = &trust.holidays;
  inputs.reviewer = &reviewer.work;
  inputs.reviewee = &reviewee.work;
  inputs.policy = PolicyOn(trust.facts, *meeting_on);
  return inputs;
}

}  // namespace countersign::rules
