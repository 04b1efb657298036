// Which annexes were given to whoever plans training in a school (R77), read from the cards of the
// projection "obligations" (obligation_cards.h). Ids and moments only: an annex itself is read from
// its plan's stream, for who may see it.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_ANNEXES_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_ANNEXES_H_

#include <string>

#include "absl/status/statusor.h"
#include "countersign/v1/cards.pb.h"
#include "services/projections/listing.h"
#include "services/projections/projection.h"

namespace countersign::projections {

// Which annexes to list. An empty field asks for nothing.
struct AnnexFilter {
  std::string school_id = {};  // That holds the plan.
  // The annexes of its schools. `person_id` allows nothing here.
  Reach reach = {};
};

// The plans whose annex was issued, as far as the filter asks for them and the reach allows; the
// annex issued last comes first. `annex_copy_issued` of a row says when. INVALID_ARGUMENT for a
// token that does not fit or a page of no rows, DATA_LOSS for a damaged card, else the errors of
// the cards.
absl::StatusOr<Page<v1::PlanProgress>> ListAnnexes(const CardReader& cards,
                                                   const AnnexFilter& filter,
                                                   const PageRequest& request);

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_ANNEXES_H_
