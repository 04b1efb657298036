#include "services/rules/chapters/completeness.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace countersign::rules {
namespace {

bool Blank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

// R43e: the support for an objective, or the plain word that none is needed.
bool HasSupport(const v1::TrainingAnnex& annex, int objective) {
  return std::any_of(annex.objective_support().begin(), annex.objective_support().end(),
                     [&](const v1::ObjectiveSupport& row) {
                       return static_cast<int>(row.objective()) == objective &&
                              (row.none_needed() || !Blank(row.support()));
                     });
}

// R43g: training and development needs with the actions that address them.
bool HasDevelopment(const v1::TrainingAnnex& annex) {
  const auto said = [](const auto& row) { return !Blank(row.support()); };
  return std::any_of(annex.personal_development().begin(), annex.personal_development().end(),
                     said) ||
         std::any_of(annex.objective_support().begin(), annex.objective_support().end(), said) ||
         std::any_of(annex.aspiration_support().begin(), annex.aspiration_support().end(), said);
}

bool HasMonitoring(const v1::IndividualPlan& plan) {
  return std::any_of(
      plan.observations().begin(), plan.observations().end(),
      [](const v1::PlannedObservation& row) { return !Blank(row.work()) || !Blank(row.focus()); });
}

bool HasEvidence(const v1::IndividualPlan& plan) {
  return std::any_of(plan.other_evidence().begin(), plan.other_evidence().end(),
                     [](const v1::EvidenceSource& row) { return !Blank(row.what()); });
}

bool HasMilestone(const v1::Objective& objective, absl::string_view cycle_last_on) {
  return std::any_of(objective.milestones().begin(), objective.milestones().end(),
                     [&](const v1::Milestone& row) {
                       return !Blank(row.milestone()) && !row.reach_by().empty() &&
                              row.reach_by() <= cycle_last_on;
                     });
}

}  // namespace

std::vector<std::string> Missing(const v1::IndividualPlan& plan, const v1::TrainingAnnex& annex,
                                 absl::string_view cycle_last_on) {
  std::vector<std::string> missing;
  const int objectives = plan.objectives_size();
  if (objectives == 0) missing.emplace_back("R43a: write at least one objective.");
  for (int i = 0; i < objectives; ++i) {
    if (Blank(plan.objectives(i).objective())) {
      missing.push_back(absl::StrCat("R43a: say what objective ", i + 1, " is."));
    }
  }
  // Observation is for classroom-based staff; other evidence monitors everybody else's work.
  if (!HasMonitoring(plan) && !HasEvidence(plan)) {
    missing.emplace_back(
        "R43b: agree an observation, or name other evidence by which work is monitored.");
  }
  if (!HasEvidence(plan) && !plan.no_other_evidence()) {
    missing.emplace_back("R43c: name other sources of evidence, or say that there are none.");
  }
  for (int i = 0; i < objectives; ++i) {
    if (Blank(plan.objectives(i).success_criteria())) {
      missing.push_back(absl::StrCat("R43d: say how achievement of objective ", i + 1,
                                     " will be known (success criteria)."));
    }
  }
  for (int i = 0; i < objectives; ++i) {
    if (!HasSupport(annex, i + 1)) {
      missing.push_back(absl::StrCat("R43e: write the support for objective ", i + 1,
                                     " into the annex, or say that none is needed."));
    }
  }
  for (const v1::ObjectiveSupport& row : annex.objective_support()) {
    if (static_cast<int>(row.objective()) > objectives) {
      missing.push_back(absl::StrCat("R43e: the annex supports objective ", row.objective(),
                                     ", which the plan does not have."));
    }
  }
  for (int i = 0; i < objectives; ++i) {
    if (plan.objectives(i).achieve_by().empty()) {
      missing.push_back(
          absl::StrCat("R43f: give objective ", i + 1, " a day by which it is achieved."));
    }
  }
  if (!HasDevelopment(annex)) {
    missing.emplace_back(
        "R43g: write training and development needs, and what is done about them, into the annex.");
  }
  for (int i = 0; i < objectives; ++i) {
    const v1::Objective& objective = plan.objectives(i);
    if (objective.achieve_by() > cycle_last_on && !HasMilestone(objective, cycle_last_on)) {
      missing.push_back(absl::StrCat("R48: objective ", i + 1,
                                     " outlasts the cycle, so set a milestone by ", cycle_last_on,
                                     "."));
    }
  }
  return missing;
}

}  // namespace countersign::rules
