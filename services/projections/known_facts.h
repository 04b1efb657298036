// The facts that due dates are found from, remembered beside their cards: one fact may move the
// obligations of hundreds of plans, and hundreds of events look at the same school.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_KNOWN_FACTS_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_KNOWN_FACTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/projections/projection.h"
#include "services/rules/state/person.h"
#include "services/rules/state/school.h"
#include "services/rules/state/trust.h"

namespace countersign::projections {

// For the time of one event, once its own card is written. Borrows the cards. What it hands out
// lives until its card changes; what nobody ever registered is unknown, not an error. DATA_LOSS for
// a damaged card, else the errors of the cards.
class KnownFacts {
 public:
  explicit KnownFacts(Cards& cards) : cards_(cards) {}

  absl::StatusOr<const rules::Trust*> Trust();
  absl::StatusOr<const rules::School*> School(const std::string& school_id);
  absl::StatusOr<const rules::Person*> Person(const std::string& person_id);

 private:
  Cards& cards_;
};

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_KNOWN_FACTS_H_
