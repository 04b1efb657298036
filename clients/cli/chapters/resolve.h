// From what people call a thing to its id: staff keys, school numbers, names of cycles.
//
// Every function asks the server, so it fails as Session::Ask() does, and with NOT_FOUND when
// nothing is called that. A UUID is taken as it is, without asking.

#ifndef COUNTERSIGN_CLIENTS_CLI_CHAPTERS_RESOLVE_H_
#define COUNTERSIGN_CLIENTS_CLI_CHAPTERS_RESOLVE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/session.h"

namespace countersign::cli {

// A person, by staff key or UUID.
absl::StatusOr<std::string> ResolvePerson(Session& session, const std::string& named);

// A school, by unique reference number or UUID.
absl::StatusOr<std::string> ResolveSchool(Session& session, const std::string& named);

// A cycle, by name or UUID.
absl::StatusOr<std::string> ResolveCycle(Session& session, const std::string& named);

// The parameters by which every command about one plan is told which (PLAN, --of, --cycle), and
// then `more`.
std::vector<Parameter> PlanParameters(std::vector<Parameter> more = {});

// The plan that PlanParameters() name; one named by the front of its id is looked for among the
// plans that the caller may list. INVALID_ARGUMENT when they name none, or both a plan and a
// person; FAILED_PRECONDITION when the person has several plans and no cycle is named, or several
// plans begin so.
absl::StatusOr<std::string> ResolvePlan(Session& session, const Arguments& arguments);

// A request about that plan; what else it says is for the caller to fill in. The failures of
// ResolvePlan().
template <typename Request>
absl::StatusOr<Request> RequestAboutPlan(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  Request request;
  request.set_plan_id(*plan);
  return request;
}

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_CHAPTERS_RESOLVE_H_
