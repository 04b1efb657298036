#include "services/permission/standings.h"

#include <string>

#include "services/rules/state/plan_people.h"

namespace countersign {
namespace {

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

// A11: whether the trust lead acts in the place of the head of that day, or beside them.
bool HeadHasSubstitute(const rules::PlanPeople& people, const rules::School& school,
                       absl::CivilDay today) {
  const std::string head = rules::HeadOf(school.facts, today);
  return !head.empty() && rules::HowHeadActs(head, people) != rules::HeadActs::kAlone;
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
  if (rules::Manages(caller.facts.person_id(), person.facts)) {
    standings.Add(Standing::kLineManager);
  }
  return standings;
}

Standings StandingsTo(const rules::Plan& plan, const rules::Person& reviewee,
                      const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller, absl::CivilDay today) {
  Standings standings = StandingsTo(school, trust, caller, today);
  if (!rules::IsKnown(caller)) return standings;
  const std::string& caller_id = caller.facts.person_id();
  if (rules::Manages(caller_id, reviewee.facts)) standings.Add(Standing::kLineManager);
  if (rules::ReviewerOf(plan.progress) == caller_id) standings.Add(Standing::kReviewer);
  // R77: the annex is the training lead's once it was passed on, and nothing else ever is.
  if (!rules::Happened(plan.progress.annex_copy_issued())) {
    standings.Remove(Standing::kTrainingLead);
  }
  if (plan.progress.reviewee_id() == caller_id) {
    standings.Add(Standing::kReviewee);
    standings.Remove(Standing::kOffice);
  }
  const rules::PlanPeople people = rules::PeopleOf(plan.progress, reviewee.facts);
  if (rules::HowHeadActs(caller_id, people) == rules::HeadActs::kNot) {
    standings.Remove(Standing::kHead);
  } else if (standings.Has(Standing::kTrustLead) && HeadHasSubstitute(people, school, today)) {
    standings.Add(Standing::kSubstituteHead);
  }
  return standings;
}

Standings StandingsTo(const rules::RequestedReplacement& request, const rules::Person& caller,
                      Standings to_plan) {
  if (rules::IsKnown(caller) && request.reviewer_id == caller.facts.person_id()) {
    to_plan.Add(Standing::kChallenged);
  }
  return to_plan;
}

StandingSources SourcesOf(Standing standing) {
  switch (standing) {
    case Standing::kHead:
    case Standing::kTrainingLead:
      return {.school = true};
    case Standing::kOffice:
    case Standing::kGovernor:
      return {.trust = true, .school = true};
    case Standing::kTrustLead:
    case Standing::kAuditor:
    case Standing::kFounder:
      return {.trust = true};
    case Standing::kLineManager:
      return {.person = true};
    case Standing::kSubstituteHead:
      // Who leads the trust, who is the head, and whom the head manages.
      return {.trust = true, .school = true, .person = true};
    case Standing::kReviewee:
    case Standing::kReviewer:
    case Standing::kChallenged:
      return {};  // The plan's own stream tells.
    case Standing::kSelf:
    case Standing::kMember:
      return {};  // Never lost.
  }
  return {};
}

}  // namespace countersign
