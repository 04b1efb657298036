// What is owed, read from the cards of the projection "obligations" (obligation_cards.h). Pure: the
// day on which somebody looks is an argument.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_OBLIGATIONS_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_OBLIGATIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/obligation_cards.pb.h"
#include "services/projections/listing.h"
#include "services/projections/projection.h"
#include "services/rules/deadlines/deadlines.h"

namespace countersign::projections {

// How an obligation stands on a day in Europe/London, without any calendar: the same ladder as
// rules::StatusOn, which it agrees with on every day as long as the facts are those that the card
// was found from.
rules::Status StatusOf(const v1::ObligationCard& card, absl::CivilDay today);

// Which obligations to list. An empty field asks for nothing.
struct ObligationFilter {
  // Who owes it on `today`: as a party, as the head of a school, or for a head who is a party.
  std::string owner_id = {};
  std::string plan_id = {};    // Of this plan.
  std::string school_id = {};  // Of plans that this school holds.
  // With one of these; none: those still open, which are all but met, met_late, waived and
  // discharged.
  std::vector<rules::Status> statuses = {};
  // The day for which the statuses hold. A list may be continued on the next day.
  absl::CivilDay today;
  Reach reach = {};
};

struct ObligationRow {
  // The card, with `owed_by_id` filled in for what the office of head owes (head_office.h).
  v1::ObligationCard card;
  rules::Status status = rules::Status::kNotStarted;
};

// The obligations that the filter asks for and the reach allows, soonest due first; those without a
// due date after them, suspended ones last. A page reads little more than it shows: what somebody
// owes lies together, in that order. INVALID_ARGUMENT for a token that does not fit or a page of no
// rows, DATA_LOSS for a damaged card, else the errors of the cards.
absl::StatusOr<Page<ObligationRow>> ListObligations(const CardReader& cards,
                                                    const ObligationFilter& filter,
                                                    const PageRequest& request);

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_OBLIGATIONS_H_
