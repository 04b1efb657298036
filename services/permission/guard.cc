#include "services/permission/guard.h"

#include <algorithm>

namespace countersign {
namespace {

using storage::StreamType;

// The facts beside the plan by which a decision is judged, as far as it may not rest on old ones.
enum class Judged {
  kNothingElse,  // Or what does no harm when it has just changed.
  kManagers,     // Who may review depends on who manages the reviewee (R25, R26).
  kOffices,      // Who is given a copy depends on who holds an office in the school (R76, R77).
  kDates,        // A day that was counted gives or takes somebody's time (A04, R78).
};

Judged JudgedBy(v1::PlanCommand::IntentCase intent) {
  switch (intent) {
    case v1::PlanCommand::kAssignReviewer:
    case v1::PlanCommand::kDecideReplacement:
    case v1::PlanCommand::kReplaceReviewer:
      return Judged::kManagers;
    case v1::PlanCommand::kSign:
    case v1::PlanCommand::kIssueCopies:
      return Judged::kOffices;
    case v1::PlanCommand::kExtendDeadline:
    case v1::PlanCommand::kCloseUnsigned:
      return Judged::kDates;
    case v1::PlanCommand::kWithdrawEnrolment:
    case v1::PlanCommand::kSuspendPlan:
    case v1::PlanCommand::kResumePlan:
    case v1::PlanCommand::kRequestReplacement:
    case v1::PlanCommand::kIssuePreparationPack:
    case v1::PlanCommand::kSharePreparation:
    case v1::PlanCommand::kRecordConsultation:
    case v1::PlanCommand::kArrangeRelease:
    case v1::PlanCommand::kConfirmMeeting:
    case v1::PlanCommand::kMoveMeeting:
    case v1::PlanCommand::kCorrectMeeting:
    case v1::PlanCommand::kCancelMeeting:
    case v1::PlanCommand::kWaiveNotice:
    case v1::PlanCommand::kRecordMeetingHeld:
    case v1::PlanCommand::kIssueDraft:
    case v1::PlanCommand::kRequestChanges:
    case v1::PlanCommand::kAddComment:
    case v1::PlanCommand::kReviseDraft:
    case v1::PlanCommand::kDeclineChange:
    case v1::PlanCommand::kFinaliseRecord:
    case v1::PlanCommand::kDeclineSignature:
    case v1::PlanCommand::INTENT_NOT_SET:
      return Judged::kNothingElse;
  }
  return Judged::kNothingElse;
}

void Expect(StreamType type, const std::string& id, int64_t version,
            std::vector<storage::Expectation>& expectations) {
  const absl::StatusOr<storage::Id> parsed = storage::ParseId(id);
  if (!parsed.ok()) return;
  const storage::Expectation expectation{{type, *parsed}, version};
  const bool is_known = std::any_of(
      expectations.begin(), expectations.end(),
      [&](const storage::Expectation& known) { return known.stream == expectation.stream; });
  if (!is_known) expectations.push_back(expectation);
}

}  // namespace

void ExpectStillSo(const Gathered& gathered, Standing standing, const v1::Command& command,
                   std::vector<storage::Expectation>& expectations) {
  const StandingSources from = SourcesOf(standing);
  const Judged judged = JudgedBy(command.plan().intent_case());
  const bool dates = judged == Judged::kDates;
  if (from.trust || dates) {
    Expect(StreamType::kTrust, rules::kTrustId, gathered.trust.version, expectations);
  }
  if (from.school || dates || judged == Judged::kOffices) {
    Expect(StreamType::kSchool, gathered.school->facts.school_id(), gathered.school.version,
           expectations);
  }
  if (from.person || dates || judged == Judged::kManagers) {
    Expect(StreamType::kPerson, gathered.person->facts.person_id(), gathered.person.version,
           expectations);
  }
  const std::string& reviewer_id = gathered.plan->progress.reviewer_id();
  const auto reviewer = gathered.people.find(reviewer_id);
  if (dates && reviewer != gathered.people.end()) {
    Expect(StreamType::kPerson, reviewer_id, reviewer->second.version, expectations);
  }
}

}  // namespace countersign
