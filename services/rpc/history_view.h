// What changed in a plan, as the API shows it: event by event, and between two versions.
#ifndef COUNTERSIGN_SERVICES_RPC_HISTORY_VIEW_H_
#define COUNTERSIGN_SERVICES_RPC_HISTORY_VIEW_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "countersign/v1/plan_service.pb.h"
#include "services/rpc/office.h"
#include "services/rpc/opened_plan.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/recorded.h"

namespace countersign::rpc {

// Whether the reader may see what the event says in confidence, if it says any such thing (R28).
bool SeesReasonsIn(const OpenedPlan& opened, const v1::ReviewerEvent& event);

// A page of the history from `from_version` on: at most `limit` events, at least 1, and fewer where
// they changed much, so that the page fits into one message of gRPC. Reasons that the reader may
// not see are no changes to them (R28). Errors of PlanHistory.
absl::Status FillHistory(const Office& office, const OpenedPlan& opened, uint64_t from_version,
                         size_t limit, v1::GetHistoryResponse& response);

// Two versions beside each other, word by word, withheld as above; names are those of the later
// one. OUT_OF_RANGE for a version that the plan does not have; RESOURCE_EXHAUSTED where more
// differs than one message of gRPC holds; else the errors of PlanHistory.
absl::Status FillComparison(const Office& office, const OpenedPlan& opened, uint64_t first_version,
                            uint64_t second_version, v1::CompareVersionsResponse& response);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_HISTORY_VIEW_H_
