// What one plan owes, brought up to date among the cards.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_PLAN_OBLIGATIONS_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_PLAN_OBLIGATIONS_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "countersign/v1/cards.pb.h"
#include "services/projections/known_facts.h"
#include "services/projections/projection.h"

namespace countersign::projections {

// Whether a notice that was given is judged by what is known now, or as it was judged before
// (rules/deadlines/notice.h).
enum class Notice { kJudgedAnew, kAsJudged };

// Finds every obligation of the plan from the facts as they stand and rewrites the obligation cards
// and their places in the order of due dates, where they differ. What was met before and still is
// keeps its due date, its day of becoming due soon, and who owed it: it is judged by what was known
// at that moment (deadlines, section 2). So does what was discharged when the plan closed. Errors:
// those of the facts and of the cards.
absl::Status ReviseObligations(const v1::PlanProgress& progress, Notice notice, absl::TimeZone zone,
                               KnownFacts& facts, Cards& cards);

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_PLAN_OBLIGATIONS_H_
