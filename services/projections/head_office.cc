#include "services/projections/head_office.h"

#include <algorithm>
#include <set>

#include "countersign/v1/cards.pb.h"
#include "services/projections/card_keys.h"
#include "services/projections/stored_card.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/state/plan_people.h"
#include "services/rules/state/school.h"

namespace countersign::projections {
namespace {

// The people in the plan of an obligation that is still open. A decision on a request for another
// reviewer is open while the reviewer is challenged, and no longer.
rules::PlanPeople PeopleOf(const v1::ObligationCard& card) {
  const bool is_challenged =
      card.kind() == static_cast<uint32_t>(rules::ObligationKind::kReplacementDecision);
  return {card.reviewee_id(), card.reviewer_id(), is_challenged, &card.manager_ids()};
}

}  // namespace

absl::StatusOr<HeadOffice> HeadOffice::Read(const CardReader& cards, absl::CivilDay today) {
  const absl::StatusOr<v1::TrustFacts> trust = CardOrEmpty<v1::TrustFacts>(cards, keys::kTrust);
  if (!trust.ok()) return trust.status();
  HeadOffice office;
  for (const v1::RoleHeld& held : trust->roles()) {
    if (held.role() == v1::ROLE_TRUST_LEAD &&
        rules::HasRole(trust->roles(), held.person_id(), v1::ROLE_TRUST_LEAD, today)) {
      office.trust_leads_.insert(office.trust_leads_.begin(), held.person_id());
    }
  }
  const absl::Status scanned =
      cards.Scan(keys::kSchools, "", kNoLimit, [&](absl::string_view key, absl::string_view card) {
        const absl::StatusOr<v1::SchoolFacts> school = ParseCard<v1::SchoolFacts>(key, card);
        if (!school.ok()) return school.status();
        std::string head = rules::HeadOf(*school, today);
        if (!head.empty()) {
          office.head_by_school_[std::string(key.substr(keys::kSchools.size()))] = std::move(head);
        }
        return absl::OkStatus();
      });
  if (!scanned.ok()) return scanned;
  return office;
}

std::string HeadOffice::OwedBy(const v1::ObligationCard& card) const {
  if (!card.owed_by_head() || keys::IsSettled(card)) return card.owed_by_id();
  const auto head = head_by_school_.find(card.school_id());
  if (head == head_by_school_.end()) return "";
  const rules::PlanPeople people = PeopleOf(card);
  const rules::HeadActs head_acts = rules::HowHeadActs(head->second, people);
  if (head_acts == rules::HeadActs::kAlone) return head->second;
  const auto lead =
      std::find_if(trust_leads_.begin(), trust_leads_.end(), [&](const std::string& id) {
        return rules::HowHeadActs(id, people) != rules::HeadActs::kNot;
      });
  if (lead != trust_leads_.end()) return *lead;
  return head_acts == rules::HeadActs::kBesideSubstitute ? head->second : "";
}

std::vector<std::string> HeadOffice::SchoolsHeadedBy(absl::string_view person_id) const {
  std::vector<std::string> schools;
  for (const auto& [school, head] : head_by_school_) {
    if (head == person_id) schools.push_back(school);
  }
  return schools;
}

bool HeadOffice::IsTrustLead(absl::string_view person_id) const {
  return std::find(trust_leads_.begin(), trust_leads_.end(), person_id) != trust_leads_.end();
}

std::vector<std::string> HeadOffice::Heads() const {
  std::set<std::string> heads;
  for (const auto& [school, head] : head_by_school_) heads.insert(head);
  return {heads.begin(), heads.end()};
}

}  // namespace countersign::projections
