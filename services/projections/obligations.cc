#include "services/projections/obligations.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/projections/card_keys.h"
#include "services/projections/head_office.h"
#include "services/projections/stored_card.h"
#include "services/rules/days.h"
#include "services/rules/status_ladder.h"

namespace countersign::projections {
namespace {

using rules::Status;

bool IsOpen(Status status) {
  switch (status) {
    case Status::kNotStarted:
    case Status::kPending:
    case Status::kDueSoon:
    case Status::kOverdue:
    case Status::kSuspended:
      return true;
    case Status::kMet:
    case Status::kMetLate:
    case Status::kWaived:
    case Status::kDischarged:
      return false;
  }
  return false;
}

bool IsWanted(Status status, const ObligationFilter& filter) {
  if (filter.statuses.empty()) return IsOpen(status);
  return std::find(filter.statuses.begin(), filter.statuses.end(), status) != filter.statuses.end();
}

bool IsWanted(const v1::ObligationCard& card, const ObligationFilter& filter) {
  const Reach& reach = filter.reach;
  const bool party = !reach.person_id.empty() && (reach.person_id == card.reviewee_id() ||
                                                  reach.person_id == card.reviewer_id());
  return (reach.HasSchool(card.school_id()) || party) &&
         (filter.owner_id.empty() || filter.owner_id == card.owed_by_id()) &&
         (filter.plan_id.empty() || filter.plan_id == card.plan_id()) &&
         (filter.school_id.empty() || filter.school_id == card.school_id());
}

// One half of everything, and what of it the office of head owes.
struct Shelves {
  absl::string_view of_parties;
  absl::string_view of_head;
};
constexpr Shelves kOpenShelves = {keys::kOpen, keys::kOpenOfHead};
constexpr Shelves kSettledShelves = {keys::kSettled, keys::kSettledOfHead};

// The narrowest scopes that hold everything that is asked for and allowed, whoever owes it.
std::vector<std::string> ScopesOf(const ObligationFilter& filter) {
  const Reach& reach = filter.reach;
  if (!filter.plan_id.empty()) return {keys::PlanScope(filter.plan_id)};
  if (!filter.school_id.empty() && reach.HasSchool(filter.school_id)) {
    return {keys::SchoolScope(filter.school_id)};
  }
  if (reach.everything) return {keys::AllScope()};
  std::vector<std::string> scopes;
  if (filter.school_id.empty()) {
    for (const std::string& school : reach.school_ids) scopes.push_back(keys::SchoolScope(school));
  }
  if (!reach.person_id.empty()) scopes.push_back(keys::PersonScope(reach.person_id));
  return scopes;
}

// Where everything lies that `owner` may owe today: their own, that of the schools they head, and,
// for a trust lead, the plans in which some head is a party (A11).
std::set<std::string> PlacesOfOwner(const std::string& owner, const HeadOffice& office,
                                    const Shelves& shelves) {
  std::set<std::string> places = {absl::StrCat(keys::PersonScope(owner), shelves.of_parties)};
  for (const std::string& school : office.SchoolsHeadedBy(owner)) {
    places.insert(absl::StrCat(keys::SchoolScope(school), shelves.of_head));
  }
  if (!office.IsTrustLead(owner)) return places;
  for (const std::string& head : office.Heads()) {
    places.insert(absl::StrCat(keys::PersonScope(head), shelves.of_head));
  }
  return places;
}

std::vector<std::string> PrefixesOf(const ObligationFilter& filter, const HeadOffice& office) {
  bool open = filter.statuses.empty();
  bool settled = false;
  for (const Status status : filter.statuses) (IsOpen(status) ? open : settled) = true;
  std::vector<std::string> prefixes;
  const auto add = [&](const Shelves& shelves) {
    if (filter.plan_id.empty() && !filter.owner_id.empty()) {
      for (const std::string& place : PlacesOfOwner(filter.owner_id, office, shelves)) {
        prefixes.push_back(place);
      }
      return;
    }
    for (const std::string& scope : ScopesOf(filter)) {
      prefixes.push_back(absl::StrCat(scope, shelves.of_parties));
      prefixes.push_back(absl::StrCat(scope, shelves.of_head));
    }
  };
  if (open) add(kOpenShelves);
  if (settled) add(kSettledShelves);
  return prefixes;
}

std::string SpelledFilter(const ObligationFilter& filter) {
  std::vector<int> statuses;
  for (const Status status : filter.statuses) statuses.push_back(static_cast<int>(status));
  std::sort(statuses.begin(), statuses.end());
  std::string wanted;
  for (const int status : statuses) absl::StrAppend(&wanted, status, ",");
  return Spelled({"obligations", filter.owner_id, filter.plan_id, filter.school_id, wanted},
                 filter.reach);
}

}  // namespace

Status StatusOf(const v1::ObligationCard& card, absl::CivilDay today) {
  // ISO days compare as text.
  const std::string on = rules::IsoOf(today);
  const auto day = [](const std::string& iso) {
    return iso.empty() ? std::nullopt : std::optional<absl::string_view>(iso);
  };
  rules::KnownDays<absl::string_view> known;
  known.starts_on = day(card.starts_on());
  known.due_on = day(card.due_on());
  known.met_on = day(card.met_on());
  known.suspended = card.suspended();
  known.waived = rules::Happened(card.waived());
  known.discharged = card.discharged();
  return rules::StatusOnLadder<absl::string_view>(on, known,
                                                  [&] { return on >= card.due_soon_from_on(); });
}

absl::StatusOr<Page<ObligationRow>> ListObligations(const CardReader& cards,
                                                    const ObligationFilter& filter,
                                                    const PageRequest& request) {
  const absl::StatusOr<HeadOffice> office = HeadOffice::Read(cards, filter.today);
  if (!office.ok()) return office.status();
  const auto read = [&](absl::string_view due_order, std::vector<ObligationRow>& rows) {
    const std::string key = keys::Obligation(keys::NameInDueOrder(due_order));
    absl::StatusOr<std::optional<v1::ObligationCard>> found =
        FindCard<v1::ObligationCard>(cards, key);
    if (!found.ok()) return found.status();
    if (!found->has_value()) return absl::DataLossError(absl::StrCat("there is no card ", key));
    v1::ObligationCard card = **std::move(found);
    card.set_owed_by_id(office->OwedBy(card));
    const Status status = StatusOf(card, filter.today);
    if (IsWanted(status, filter) && IsWanted(card, filter)) {
      rows.push_back({std::move(card), status});
    }
    return absl::OkStatus();
  };
  return ReadPage<ObligationRow>(cards, PrefixesOf(filter, *office), SpelledFilter(filter), request,
                                 read);
}

}  // namespace countersign::projections
