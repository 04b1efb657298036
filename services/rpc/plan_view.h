// A plan, its obligations and its timeline as the API shows them. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_PLAN_VIEW_H_
#define COUNTERSIGN_SERVICES_RPC_PLAN_VIEW_H_

#include <vector>

#include "absl/status/statusor.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/plan_views.pb.h"
#include "services/reading/moments.h"
#include "services/rpc/office.h"
#include "services/rpc/reading.h"
#include "services/rules/deadlines/deadlines.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/recorded.h"
#include "services/rules/timeline.h"

namespace countersign::rpc {

v1::PlanState StateOf(rules::PlanState state);
v1::ObligationKind KindOf(rules::ObligationKind kind);
v1::ObligationStatus StatusOf(rules::Status status);

// A plan without content; names are those of `moment`.
v1::PlanSummary SummaryOf(const Office& office, const v1::PlanProgress& progress,
                          const rules::School& school, const rules::Trust& trust,
                          const Moment& moment);

// A plan with its content, and with the receipts of its copies as they were known at `moment`.
// DATA_LOSS when the stored record cannot be read, else the errors of PlanHistory.
absl::StatusOr<v1::PlanView> ViewOf(const Office& office, const PlanFile& file,
                                    const Moment& moment);

// The copies given out, each with the first look of whom it was given to at what was given: their
// receipt, as it was known at `moment`. A list such as this one is no look. Errors of PlanHistory.
absl::StatusOr<std::vector<v1::IssuedCopy>> CopiesOf(const Office& office, const rules::Plan& plan,
                                                     const Moment& moment);

// One event in words, with the names of `moment`. Texts that are for the reviewee and the head
// alone (R28) are left out unless the reader `sees_reasons`. DATA_LOSS for an event of unknown
// kind.
absl::StatusOr<v1::TimelineEntry> EntryOf(const Office& office, const rules::Recorded& recorded,
                                          bool sees_reasons, const Moment& moment);

// Every deadline of the plan as it stood at `moment`, with its working. What was met is judged by
// what was known when it was met.
absl::StatusOr<std::vector<v1::ExplainedDeadline>> DeadlinesOf(const Office& office,
                                                               const PlanFile& file,
                                                               const Moment& moment);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_PLAN_VIEW_H_
