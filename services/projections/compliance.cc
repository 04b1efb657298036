#include "services/projections/compliance.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "countersign/v1/cards.pb.h"
#include "countersign/v1/obligation_cards.pb.h"
#include "services/projections/card_keys.h"
#include "services/projections/obligations.h"
#include "services/projections/stored_card.h"
#include "services/rules/state/plan.h"

namespace countersign::projections {
namespace {

// A group while it is counted.
struct Group {
  std::set<std::string> people = {};  // Who has a plan that stands.
  ComplianceGroup figures = {};
  size_t plans = 0;       // Withdrawn ones, too.
  bool in_full = false;   // Whoever asks may see every figure of it.
  bool withheld = false;  // ... may not see any.

  void Add(const Group& other) {
    people.insert(other.people.begin(), other.people.end());
    for (size_t kind = 0; kind < kCountedKinds.size(); ++kind) {
      figures.by_kind[kind].Add(other.figures.by_kind[kind]);
    }
    plans += other.plans;
  }
  ComplianceGroup Shown() const {
    ComplianceGroup shown;
    if (!withheld) {
      shown = figures;
      shown.people = people.size();
    }
    shown.withheld = withheld;
    return shown;
  }
};

struct School {
  std::string school_id;
  Group group;
  std::map<std::string, Group> teams = {};  // By name.
};

bool Has(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// What is counted of a plan. Nobody can hide behind somebody whose plan was withdrawn: whoever
// knows of it knows the figures, too, for nearly all that was owed in it was discharged.
absl::StatusOr<Group> CountPlan(const CardReader& cards, const std::string& plan_id,
                                const v1::PlanProgress& progress, absl::CivilDay today) {
  Group plan;
  plan.plans = 1;
  if (rules::StateOf(progress) != rules::PlanState::kWithdrawn) {
    plan.people.insert(progress.reviewee_id());
  }
  const absl::Status counted = cards.Scan(
      keys::ObligationsOfPlan(plan_id), "", kNoLimit,
      [&](absl::string_view key, absl::string_view bytes) {
        const absl::StatusOr<v1::ObligationCard> card = ParseCard<v1::ObligationCard>(key, bytes);
        if (!card.ok()) return card.status();
        const auto kind = std::find(kCountedKinds.begin(), kCountedKinds.end(),
                                    static_cast<rules::ObligationKind>(card->kind()));
        if (kind == kCountedKinds.end()) return absl::OkStatus();
        StatusCounts& counts = plan.figures.by_kind[kind - kCountedKinds.begin()];
        ++counts.by_status[static_cast<size_t>(StatusOf(*card, today))];
        return absl::OkStatus();
      });
  if (!counted.ok()) return counted;
  return plan;
}

absl::StatusOr<School> CountSchool(const CardReader& cards, const std::string& school_id,
                                   const ComplianceFilter& filter) {
  School school{school_id, {}};
  const absl::StatusOr<std::vector<std::string>> plan_ids =
      IdsUnder(cards, keys::PlansOfCycle(filter.cycle_id, school_id));
  if (!plan_ids.ok()) return plan_ids.status();
  for (const std::string& plan_id : *plan_ids) {
    const absl::StatusOr<v1::PlanProgress> progress =
        CardOrEmpty<v1::PlanProgress>(cards, keys::Plan(plan_id));
    if (!progress.ok()) return progress.status();
    const absl::StatusOr<Group> plan = CountPlan(cards, plan_id, *progress, filter.today);
    if (!plan.ok()) return plan.status();
    const absl::StatusOr<v1::PersonFacts> reviewee =
        CardOrEmpty<v1::PersonFacts>(cards, keys::Person(progress->reviewee_id()));
    if (!reviewee.ok()) return reviewee.status();
    school.teams[reviewee->team()].Add(*plan);
  }
  for (const auto& [name, team] : school.teams) school.group.Add(team);
  school.group.in_full = Has(filter.sight.school_ids, school_id);
  return school;
}

// Withholds what it takes among the groups of one that is shown. False when that is not enough, as
// where they have fewer than five people in all, and the one above has to be withheld, too.
bool WithholdAmong(std::vector<Group*> groups) {
  const auto cannot_hide = [](const Group* group) { return group->in_full || group->plans == 0; };
  groups.erase(std::remove_if(groups.begin(), groups.end(), cannot_hide), groups.end());
  std::stable_sort(groups.begin(), groups.end(), [](const Group* left, const Group* right) {
    return left->people.size() < right->people.size();
  });
  // What is left when the groups shown are taken from the one above.
  std::set<std::string> remaining;
  size_t withheld = 0;
  const auto is_enough = [&] {
    return withheld == 0 || (withheld >= 2 && remaining.size() >= kFewestShown);
  };
  for (Group* group : groups) {
    if (group->people.size() >= kFewestShown && is_enough()) break;
    group->withheld = true;
    remaining.insert(group->people.begin(), group->people.end());
    ++withheld;
  }
  return is_enough();
}

// Withholds in the whole trust what a governor may not see. Returns whether all schools together
// are withheld.
bool Withhold(std::vector<School>& schools) {
  std::vector<Group*> of_trust;
  for (School& school : schools) of_trust.push_back(&school.group);
  const bool is_enough = WithholdAmong(of_trust);
  for (School& school : schools) {
    std::vector<Group*> of_school;
    for (auto& [name, team] : school.teams) of_school.push_back(&team);
    if (school.group.withheld) {
      for (Group* team : of_school) team->withheld = true;
    } else if (!school.group.in_full) {
      WithholdAmong(of_school);  // Always enough: five people or more work in the school.
    }
  }
  return !is_enough;
}

bool IsInSight(const School& school, const ComplianceFilter& filter) {
  return (filter.school_id.empty() || filter.school_id == school.school_id) &&
         (Has(filter.sight.school_ids, school.school_id) ||
          Has(filter.sight.governed_school_ids, school.school_id));
}

SchoolCompliance ShownOf(const School& school) {
  SchoolCompliance shown{school.school_id, school.group.Shown(), {}};
  for (const auto& [name, team] : school.teams) shown.teams.push_back({name, team.Shown()});
  return shown;
}

}  // namespace

void StatusCounts::Add(const StatusCounts& other) {
  for (size_t i = 0; i < by_status.size(); ++i) by_status[i] += other.by_status[i];
}

StatusCounts ComplianceGroup::Together() const {
  StatusCounts together;
  for (const StatusCounts& counts : by_kind) together.Add(counts);
  return together;
}

absl::StatusOr<Compliance> ReadCompliance(const CardReader& cards, const ComplianceFilter& filter) {
  const absl::StatusOr<v1::TrustFacts> trust = CardOrEmpty<v1::TrustFacts>(cards, keys::kTrust);
  if (!trust.ok()) return trust.status();
  // What a governor may see of one school depends on all of them.
  const bool governed = !filter.sight.governed_school_ids.empty();
  std::vector<School> schools;
  for (const v1::TrustFacts::School& joined : trust->schools()) {
    if (!governed && !IsInSight({joined.school_id(), {}}, filter)) continue;
    absl::StatusOr<School> school = CountSchool(cards, joined.school_id(), filter);
    if (!school.ok()) return school.status();
    schools.push_back(*std::move(school));
  }
  const bool trust_withheld = governed && Withhold(schools);
  Compliance compliance;
  Group all;
  bool any_withheld = false;
  for (const School& school : schools) {
    if (!IsInSight(school, filter)) continue;
    compliance.schools.push_back(ShownOf(school));
    all.Add(school.group);
    any_withheld = any_withheld || school.group.withheld;
  }
  // The sum over some of the schools is no group of the tree: it is shown only where it tells
  // nothing beyond its parts.
  const bool whole_trust = compliance.schools.size() == schools.size();
  all.withheld = governed && whole_trust ? trust_withheld : any_withheld;
  compliance.all = all.Shown();
  return compliance;
}

}  // namespace countersign::projections
