// Who may ask about a plan whose history cannot be read.
//
// How somebody stands to a plan is found from its own stream. When that is damaged or erased, its
// cards still tell, because they were made while it could be read. So whoever may see the plan is
// told what is wrong with it, and nobody else is told that there is such a plan.
#ifndef COUNTERSIGN_SERVICES_READING_LAST_KNOWN_H_
#define COUNTERSIGN_SERVICES_READING_LAST_KNOWN_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/cards/view_cards.h"
#include "services/permission/policy.h"
#include "services/rules/state/person.h"
#include "services/rules/state/trust.h"

namespace countersign {

// The cards of the projection "obligations" as they stand; an error while there are none.
using CardsNow = std::function<absl::StatusOr<SnapshotCards>()>;

// Whether the error says that the history itself cannot be read any more: DATA_LOSS, or the key was
// destroyed.
bool IsUnreadable(const absl::Status& status);

// How the caller stands to the plan by its cards; to the trust alone where the cards do not know
// the plan or cannot be read either.
Standings LastKnownStandings(const CardsNow& cards, const std::string& plan_id,
                             const rules::Trust& trust, const rules::Person& caller,
                             absl::CivilDay today);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_READING_LAST_KNOWN_H_
