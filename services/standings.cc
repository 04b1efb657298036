#include "services/standings.h"

#include <algorithm>
#include <string>

namespace countersign {
namespace {

bool Manages(const std::string& manager_id, const rules::Person& person) {
  const auto& ids = person.facts.manager_ids();
  return std::find(ids.begin(), ids.end(), manager_id) != ids.end();
}

void AddRoles(const google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles,
              const rules::Person& caller, absl::CivilDay today, Standings& standings) {
  for (const v1::RoleHeld& held : roles) {
    if (held.person_id() != caller.facts.person_id() || !rules::Counts(held, today)) continue;
    if (held.role() == v1::ROLE_HEADTEACHER) standings.Add(Standing::kHead);
    if (held.role() == v1::ROLE_OFFICE) standings.Add(Standing::kOffice);
    if (held.role() == v1::ROLE_TRAINING_LEAD) standings.Add(Standing::kTrainingLead);
    if (held.role() == v1::ROLE_GOVERNOR) standings.Add(Standing::kGovernor);
    if (held.role() == v1::ROLE_TRUST_LEAD) standings.Add(Standing::kTrustLead);
    if (held.role() == v1::ROLE_AUDITOR) standings.Add(Standing::kAuditor);
  }
}

// Whether the reviewee has asked for another reviewer than this person, and nobody has decided.
bool IsUnderChallenge(const std::string& person_id, const rules::Plan& plan) {
  return rules::Happened(plan.progress.replacement_requested()) &&
         plan.progress.reviewer_id() == person_id;
}

bool WasChallenged(const std::string& person_id, const rules::Plan& plan) {
  return std::any_of(
      plan.replacements.begin(), plan.replacements.end(),
      [&](const rules::RequestedReplacement& request) { return request.reviewer_id == person_id; });
}

// A11: somebody acts for the head whose own plan it is, who manages the reviewee, or whose own
// reviewing is what the reviewee asks to end.
bool HeadNeedsSubstitute(const rules::Plan& plan, const rules::Person& reviewee,
                         const rules::School& school, absl::CivilDay today) {
  const std::string head = rules::HeadOf(school.facts, today);
  return !head.empty() && (head == plan.progress.reviewee_id() || Manages(head, reviewee) ||
                           IsUnderChallenge(head, plan));
}

}  // namespace

absl::string_view NameOf(Standing standing) {
  switch (standing) {
    case Standing::kReviewee:
      return "reviewee";
    case Standing::kReviewer:
      return "reviewer";
    case Standing::kLineManager:
      return "line_manager";
    case Standing::kHead:
      return "headteacher";
    case Standing::kSubstituteHead:
      return "substitute_head";
    case Standing::kOffice:
      return "office";
    case Standing::kTrainingLead:
      return "training_lead";
    case Standing::kGovernor:
      return "governor";
    case Standing::kTrustLead:
      return "trust_lead";
    case Standing::kAuditor:
      return "auditor";
    case Standing::kSelf:
      return "self";
    case Standing::kMember:
      return "member";
    case Standing::kFounder:
      return "founder";
    case Standing::kChallenged:
      return "challenged";
  }
  return "";
}

Standings StandingsTo(const rules::Trust& trust, const rules::Person& caller,
                      absl::CivilDay today) {
  Standings standings;
  if (!rules::IsFounded(trust)) {
    standings.Add(Standing::kFounder);
    return standings;
  }
  if (!rules::IsKnown(caller)) return standings;
  standings.Add(Standing::kMember);
  AddRoles(trust.facts.roles(), caller, today, standings);
  return standings;
}

Standings StandingsTo(const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller, absl::CivilDay today) {
  Standings standings = StandingsTo(trust, caller, today);
  if (rules::IsKnown(caller)) AddRoles(school.facts.roles(), caller, today, standings);
  return standings;
}

Standings StandingsTo(const rules::Person& person, const rules::School& school,
                      const rules::Trust& trust, const rules::Person& caller,
                      absl::CivilDay today) {
  Standings standings = StandingsTo(school, trust, caller, today);
  if (!rules::IsKnown(caller)) return standings;
  if (person.facts.person_id() == caller.facts.person_id()) {
    standings.Add(Standing::kSelf);
    // Facts about one's work move one's deadlines and open one's plan: others record them.
    standings.Remove(Standing::kHead);
    standings.Remove(Standing::kOffice);
    standings.Remove(Standing::kTrustLead);
  }
  if (Manages(caller.facts.person_id(), person)) standings.Add(Standing::kLineManager);
  return standings;
}

Standings StandingsTo(const rules::Plan& plan, const rules::Person& reviewee,
                      const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller, absl::CivilDay today) {
  Standings standings = StandingsTo(school, trust, caller, today);
  if (!rules::IsKnown(caller)) return standings;
  const std::string& caller_id = caller.facts.person_id();
  if (Manages(caller_id, reviewee)) standings.Add(Standing::kLineManager);
  if (plan.progress.reviewer_id() == caller_id) standings.Add(Standing::kReviewer);
  if (WasChallenged(caller_id, plan)) standings.Add(Standing::kChallenged);
  // R77: the annex is the training lead's once it was passed on, and nothing else ever is.
  if (!rules::Happened(plan.progress.annex_copy_issued())) {
    standings.Remove(Standing::kTrainingLead);
  }
  if (plan.progress.reviewee_id() == caller_id) {
    standings.Add(Standing::kReviewee);
    // R90: nobody picks their own reviewer, the head included; A11: the trust lead acts instead.
    standings.Remove(Standing::kHead);
    standings.Remove(Standing::kOffice);
  } else if (IsUnderChallenge(caller_id, plan)) {
    standings.Remove(Standing::kHead);
  } else if (standings.Has(Standing::kTrustLead) &&
             HeadNeedsSubstitute(plan, reviewee, school, today)) {
    standings.Add(Standing::kSubstituteHead);
  }
  return standings;
}

}  // namespace countersign
