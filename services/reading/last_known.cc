#include "services/reading/last_known.h"

#include <optional>
#include <utility>

#include "services/projections/directory.h"
#include "storage/errors.h"

namespace countersign {

bool IsUnreadable(const absl::Status& status) {
  return absl::IsDataLoss(status) || storage::IsKeyDestroyed(status);
}

Standings LastKnownStandings(const CardsNow& cards, const std::string& plan_id,
                             const rules::Trust& trust, const rules::Person& caller,
                             absl::CivilDay today) {
  const Standings to_trust = StandingsTo(trust, caller, today);
  const absl::StatusOr<SnapshotCards> snapshot = cards();
  if (!snapshot.ok()) return to_trust;
  const auto progress = projections::FindPlan(*snapshot, plan_id);
  if (!progress.ok() || !progress->has_value()) return to_trust;
  const auto reviewee = projections::FindPerson(*snapshot, (*progress)->reviewee_id());
  const auto school = projections::FindSchool(*snapshot, (*progress)->school_id());
  if (!reviewee.ok() || !school.ok()) return to_trust;
  rules::Plan plan;
  plan.progress = **progress;
  rules::Person whose;
  whose.facts = reviewee->value_or(v1::PersonFacts());
  rules::School of;
  of.facts = school->value_or(v1::SchoolFacts());
  return StandingsTo(plan, whose, of, trust, caller, today);
}

}  // namespace countersign
