#include "clients/cli/chapters/resolve.h"

#include <limits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "clients/cli/transport/request_id.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "countersign/v1/trust_service.pb.h"

namespace countersign::cli {
namespace {

absl::Status Unknown(const std::string& message, const std::string& next) {
  return MakeFailure(absl::StatusCode::kNotFound, {.message = message, .next = next});
}

absl::StatusOr<v1::Person> AskForPerson(Session& session, const std::string& named) {
  v1::GetPersonRequest request;
  IsUuid(named) ? request.set_person_id(absl::AsciiStrToLower(named))
                : request.set_staff_key(named);
  auto answer = session.Ask<v1::GetPersonResponse>(request);
  if (!answer.ok()) return answer.status();
  return answer->person();
}

// The plans of a person in any cycle, as cycle and plan: from what is known of the person, else
// from the plans that the caller may list, because a reviewer may see a plan and not the person.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> PlansOf(Session& session,
                                                                         const std::string& of) {
  std::vector<std::pair<std::string, std::string>> plans;
  const auto person = AskForPerson(session, of);
  if (person.ok()) {
    for (const auto& plan : person->facts().plans()) {
      plans.emplace_back(plan.cycle_id(), plan.plan_id());
    }
    return plans;
  }
  if (!absl::IsPermissionDenied(person.status())) return person.status();
  v1::ListPlansRequest request;
  request.set_reviewee(of);
  const auto listed = session.Ask<v1::ListPlansResponse>(request);
  if (!listed.ok()) return listed.status();
  for (const auto& plan : listed->plans()) {
    if (plan.state() == v1::PLAN_STATE_WITHDRAWN) continue;
    plans.emplace_back(plan.cycle_id(), plan.plan_id());
  }
  if (plans.empty()) return person.status();
  return plans;
}

absl::StatusOr<std::string> PlanOf(Session& session, const Arguments& arguments) {
  const std::string& of = arguments.Text("of");
  const auto plans = PlansOf(session, of);
  if (!plans.ok()) return plans.status();
  std::string cycle_id;
  if (arguments.Has("cycle")) {
    const auto cycle = ResolveCycle(session, arguments.Text("cycle"));
    if (!cycle.ok()) return cycle.status();
    cycle_id = *cycle;
  }
  std::vector<std::string> plan_ids;
  for (const auto& [plan_cycle_id, plan_id] : *plans) {
    if (cycle_id.empty() || plan_cycle_id == cycle_id) plan_ids.push_back(plan_id);
  }
  if (plan_ids.empty()) {
    return Unknown(absl::StrCat(of, " has no such plan."),
                   "`countersign plan list` shows the plans that you may see");
  }
  if (plan_ids.size() > 1) {
    return MakeFailure(
        absl::StatusCode::kFailedPrecondition,
        {.reason = "SEVERAL_PLANS",
         .message = absl::StrCat(of, " has several plans."),
         .next = "say which with --cycle NAME; `countersign trust show` lists them"});
  }
  return plan_ids.front();
}

// The one plan, among those that the caller may list, whose id begins so.
absl::StatusOr<std::string> PlanBeginningWith(Session& session, const std::string& front) {
  v1::ListPlansRequest request;
  const auto listed =
      session.AskForList<v1::ListPlansResponse>(request, std::numeric_limits<uint32_t>::max());
  if (!listed.ok()) return listed.status();
  std::vector<std::string> found;
  for (const auto& plan : listed->plans()) {
    if (absl::StartsWith(plan.plan_id(), front)) found.push_back(plan.plan_id());
  }
  if (found.empty()) {
    return Unknown(absl::StrCat("No plan that you may see begins with ", front, "."),
                   "`countersign plan list` shows the plans that you may see");
  }
  if (found.size() > 1) {
    return MakeFailure(absl::StatusCode::kFailedPrecondition,
                       {.reason = "SEVERAL_PLANS",
                        .message = absl::StrCat("Several plans begin with ", front, "."),
                        .next = "give more digits of the id"});
  }
  return found.front();
}

}  // namespace

absl::StatusOr<std::string> ResolvePerson(Session& session, const std::string& named) {
  if (IsUuid(named)) return absl::AsciiStrToLower(named);
  const auto person = AskForPerson(session, named);
  if (!person.ok()) return person.status();
  return person->person_id();
}

absl::StatusOr<std::string> ResolveSchool(Session& session, const std::string& named) {
  if (IsUuid(named)) return absl::AsciiStrToLower(named);
  v1::ListSchoolsRequest request;
  const auto answer =
      session.AskForList<v1::ListSchoolsResponse>(request, std::numeric_limits<uint32_t>::max());
  if (!answer.ok()) return answer.status();
  for (const auto& school : answer->schools()) {
    if (school.urn() == named) return school.school_id();
  }
  return Unknown(absl::StrCat("No school in the trust has the number ", named, "."),
                 "`countersign school list` shows the schools");
}

absl::StatusOr<std::string> ResolveCycle(Session& session, const std::string& named) {
  if (IsUuid(named)) return absl::AsciiStrToLower(named);
  const auto answer = session.Ask<v1::GetTrustResponse>(v1::GetTrustRequest());
  if (!answer.ok()) return answer.status();
  for (const auto& cycle : answer->trust().cycles()) {
    if (cycle.name() == named) return cycle.cycle_id();
  }
  return Unknown(absl::StrCat("The trust has no cycle ", named, "."),
                 "`countersign trust show` lists the cycles");
}

std::vector<Parameter> PlanParameters(std::vector<Parameter> more) {
  std::vector<Parameter> parameters = {
      Fills({"plan_id"}, Positional("plan", Kind::kPlan, "The plan, by id or its first 8 digits")),
      Fills({"plan_id"}, Option("of", Kind::kPerson, "Instead of PLAN: whose plan")),
      Fills({"plan_id"},
            Option("cycle", Kind::kCycle, "With --of: of which cycle, such as 2026/27"))};
  parameters.insert(parameters.end(), more.begin(), more.end());
  return parameters;
}

absl::StatusOr<std::string> ResolvePlan(Session& session, const Arguments& arguments) {
  if (arguments.Has("plan") == arguments.Has("of")) {
    return MakeFailure(absl::StatusCode::kInvalidArgument,
                       {.reason = "USAGE",
                        .message = "Say which plan: either PLAN or --of PERSON.",
                        .next = "`countersign plan list` shows the plans that you may see"});
  }
  if (arguments.Has("of")) return PlanOf(session, arguments);
  const std::string named = absl::AsciiStrToLower(arguments.Text("plan"));
  if (IsUuid(named)) return named;
  return PlanBeginningWith(session, named);
}

}  // namespace countersign::cli
