// Who and what there is: people by school, plans by school, person and state. Read from the cards
// of the projection "obligations" (obligation_cards.h); ids, states and dates only. Names of people
// come from their own streams, for who may see them.
//
// Every function answers DATA_LOSS for a damaged card, else the errors of the cards.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_DIRECTORY_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_DIRECTORY_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/cards.pb.h"
#include "services/projections/listing.h"
#include "services/projections/projection.h"
#include "services/rules/state/plan.h"

namespace countersign::projections {

// One card by its id, or nothing. A plan's count of comments is not kept.
absl::StatusOr<std::optional<v1::PlanProgress>> FindPlan(const CardReader& cards,
                                                         absl::string_view plan_id);
absl::StatusOr<std::optional<v1::PersonFacts>> FindPerson(const CardReader& cards,
                                                          absl::string_view person_id);
absl::StatusOr<std::optional<v1::SchoolFacts>> FindSchool(const CardReader& cards,
                                                          absl::string_view school_id);
// Names every school. Nothing before the trust is founded.
absl::StatusOr<std::optional<v1::TrustFacts>> FindTrust(const CardReader& cards);

// Which plans to list. An empty field asks for nothing.
struct PlanFilter {
  std::string school_id = {};  // That holds the plan.
  std::string person_id = {};  // The reviewee or the reviewer.
  std::optional<rules::PlanState> state = {};
  Reach reach = {};
};

// The plans that the filter asks for and the reach allows, in the order of ids. INVALID_ARGUMENT
// for a token that does not fit or a page of no rows.
absl::StatusOr<Page<v1::PlanProgress>> ListPlans(const CardReader& cards, const PlanFilter& filter,
                                                 const PageRequest& request);

// Which people to list. An empty field asks for nothing.
struct PeopleFilter {
  std::string school_id = {};  // In which they work.
  // The people of its schools; only who reaches everything sees central staff. `person_id` allows
  // nothing here.
  Reach reach = {};
};

// The people that the filter asks for and the reach allows, in the order of ids. Errors as
// ListPlans.
absl::StatusOr<Page<v1::PersonFacts>> ListPeople(const CardReader& cards,
                                                 const PeopleFilter& filter,
                                                 const PageRequest& request);

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_DIRECTORY_H_
