#include "services/projections/annexes.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/projections/card_keys.h"
#include "services/projections/stored_card.h"

namespace countersign::projections {
namespace {

// The schools that hold everything that is asked for and allowed.
absl::StatusOr<std::vector<std::string>> SchoolsOf(const CardReader& cards,
                                                   const AnnexFilter& filter) {
  std::vector<std::string> schools;
  if (!filter.school_id.empty()) {
    if (filter.reach.HasSchool(filter.school_id)) schools.push_back(filter.school_id);
    return schools;
  }
  if (!filter.reach.everything) return filter.reach.school_ids;
  const absl::StatusOr<v1::TrustFacts> trust = CardOrEmpty<v1::TrustFacts>(cards, keys::kTrust);
  if (!trust.ok()) return trust.status();
  for (const v1::TrustFacts::School& school : trust->schools()) {
    schools.push_back(school.school_id());
  }
  return schools;
}

}  // namespace

absl::StatusOr<Page<v1::PlanProgress>> ListAnnexes(const CardReader& cards,
                                                   const AnnexFilter& filter,
                                                   const PageRequest& request) {
  const absl::StatusOr<std::vector<std::string>> schools = SchoolsOf(cards, filter);
  if (!schools.ok()) return schools.status();
  std::vector<std::string> prefixes;
  for (const std::string& school : *schools) prefixes.push_back(keys::AnnexesOfSchool(school));
  return ReadPage<v1::PlanProgress>(
      cards, prefixes, Spelled({"annexes", filter.school_id}, filter.reach), request,
      [&](absl::string_view by_age, std::vector<v1::PlanProgress>& rows) -> absl::Status {
        const std::string key = keys::Plan(keys::PlanInAnnexByAge(by_age));
        absl::StatusOr<std::optional<v1::PlanProgress>> plan =
            FindCard<v1::PlanProgress>(cards, key);
        if (!plan.ok()) return plan.status();
        if (!plan->has_value()) return absl::DataLossError(absl::StrCat("there is no card ", key));
        const absl::StatusOr<bool> admitted = filter.reach.Admits((*plan)->plan_id());
        if (!admitted.ok()) return admitted.status();
        if (*admitted) rows.push_back(**std::move(plan));
        return absl::OkStatus();
      });
}

}  // namespace countersign::projections
