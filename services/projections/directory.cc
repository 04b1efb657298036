#include "services/projections/directory.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/projections/card_keys.h"
#include "services/projections/stored_card.h"
#include "services/rules/state/plan_people.h"

namespace countersign::projections {
namespace {

bool IsParty(const v1::PlanProgress& plan, const std::string& person_id) {
  return !person_id.empty() &&
         (plan.reviewee_id() == person_id || rules::ReviewerOf(plan) == person_id);
}

bool IsWanted(const v1::PlanProgress& plan, const PlanFilter& filter) {
  return (filter.reach.HasSchool(plan.school_id()) || IsParty(plan, filter.reach.person_id)) &&
         (filter.school_id.empty() || filter.school_id == plan.school_id()) &&
         (filter.person_id.empty() || IsParty(plan, filter.person_id)) &&
         (!filter.state.has_value() || *filter.state == rules::StateOf(plan));
}

bool IsWanted(const v1::PersonFacts& person, const PeopleFilter& filter) {
  return filter.reach.HasSchool(person.school_id()) &&
         (filter.school_id.empty() || filter.school_id == person.school_id());
}

const std::string& IdOf(const v1::PlanProgress& plan) { return plan.plan_id(); }
const std::string& IdOf(const v1::PersonFacts& person) { return person.person_id(); }

// The narrowest places that hold everything that is asked for and allowed.
std::vector<std::string> PrefixesOf(const PlanFilter& filter) {
  const Reach& reach = filter.reach;
  if (!filter.person_id.empty()) return {keys::PlansOfPerson(filter.person_id)};
  if (!filter.school_id.empty() && reach.HasSchool(filter.school_id)) {
    return {keys::PlansOfSchool(filter.school_id)};
  }
  if (reach.everything) return {std::string(keys::kPlans)};
  std::vector<std::string> prefixes;
  if (filter.school_id.empty()) {
    for (const std::string& school : reach.school_ids) {
      prefixes.push_back(keys::PlansOfSchool(school));
    }
  }
  if (!reach.person_id.empty()) prefixes.push_back(keys::PlansOfPerson(reach.person_id));
  return prefixes;
}

std::vector<std::string> PrefixesOf(const PeopleFilter& filter) {
  if (!filter.school_id.empty()) return {keys::PeopleOfSchool(filter.school_id)};
  if (filter.reach.everything) return {std::string(keys::kPeople)};
  std::vector<std::string> prefixes;
  for (const std::string& school : filter.reach.school_ids) {
    prefixes.push_back(keys::PeopleOfSchool(school));
  }
  return prefixes;
}

// Adds the card to the rows if it is wanted. A row that names a card which is not there is damage.
template <typename Row, typename Filter>
absl::Status AddWanted(const CardReader& cards, const std::string& key, const Filter& filter,
                       std::vector<Row>& rows) {
  absl::StatusOr<std::optional<Row>> card = FindCard<Row>(cards, key);
  if (!card.ok()) return card.status();
  if (!card->has_value()) return absl::DataLossError(absl::StrCat("there is no card ", key));
  if (!IsWanted(**card, filter)) return absl::OkStatus();
  const absl::StatusOr<bool> admitted = filter.reach.Admits(IdOf(**card));
  if (!admitted.ok()) return admitted.status();
  if (*admitted) rows.push_back(**std::move(card));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<v1::PlanProgress>> FindPlan(const CardReader& cards,
                                                         absl::string_view plan_id) {
  return FindCard<v1::PlanProgress>(cards, keys::Plan(plan_id));
}

absl::StatusOr<std::optional<v1::PersonFacts>> FindPerson(const CardReader& cards,
                                                          absl::string_view person_id) {
  return FindCard<v1::PersonFacts>(cards, keys::Person(person_id));
}

absl::StatusOr<std::optional<v1::SchoolFacts>> FindSchool(const CardReader& cards,
                                                          absl::string_view school_id) {
  return FindCard<v1::SchoolFacts>(cards, keys::School(school_id));
}

absl::StatusOr<std::optional<v1::TrustFacts>> FindTrust(const CardReader& cards) {
  return FindCard<v1::TrustFacts>(cards, keys::kTrust);
}

absl::StatusOr<Page<v1::PlanProgress>> ListPlans(const CardReader& cards, const PlanFilter& filter,
                                                 const PageRequest& request) {
  const std::string state =
      filter.state.has_value() ? absl::StrCat(static_cast<int>(*filter.state)) : "";
  return ReadPage<v1::PlanProgress>(
      cards, PrefixesOf(filter),
      Spelled({"plans", filter.school_id, filter.person_id, state}, filter.reach), request,
      [&](absl::string_view plan_id, std::vector<v1::PlanProgress>& rows) {
        return AddWanted(cards, keys::Plan(plan_id), filter, rows);
      });
}

absl::StatusOr<Page<v1::PersonFacts>> ListPeople(const CardReader& cards,
                                                 const PeopleFilter& filter,
                                                 const PageRequest& request) {
  return ReadPage<v1::PersonFacts>(
      cards, PrefixesOf(filter), Spelled({"people", filter.school_id}, filter.reach), request,
      [&](absl::string_view person_id, std::vector<v1::PersonFacts>& rows) {
        return AddWanted(cards, keys::Person(person_id), filter, rows);
      });
}

}  // namespace countersign::projections
