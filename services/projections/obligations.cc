#include "services/projections/obligations.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/projections/card_keys.h"
#include "services/projections/head_office.h"
#include "services/projections/stored_card.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/deadlines/status_ladder.h"

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

// The scopes of all schools that hold anything: one short scan for each.
absl::StatusOr<std::vector<std::string>> ScopesOfAllSchools(const CardReader& cards) {
  std::vector<std::string> scopes;
  std::string from;
  for (bool more = true; more;) {
    more = false;
    const absl::Status scanned =
        cards.Scan(keys::kSchoolScopes, from, 1, [&](absl::string_view key, absl::string_view) {
          const size_t end_of_id = key.find('/', keys::kSchoolScopes.size());
          scopes.emplace_back(key.substr(0, end_of_id + 1));
          more = true;
          return absl::OkStatus();
        });
    if (!scanned.ok()) return scanned;
    // "0" follows "/": past all that begins with this scope.
    if (more) from = absl::StrCat(scopes.back().substr(0, scopes.back().size() - 1), "0");
  }
  return scopes;
}

// The narrowest scopes that hold everything that is asked for and allowed, whoever owes it and
// whatever the plan. Errors: those of the cards.
absl::StatusOr<std::vector<std::string>> ScopesOf(const CardReader& cards,
                                                  const ObligationFilter& filter) {
  const Reach& reach = filter.reach;
  std::vector<std::string> scopes;
  if (!filter.school_id.empty() && reach.HasSchool(filter.school_id)) {
    scopes.push_back(keys::SchoolScope(filter.school_id));
    return scopes;
  }
  if (reach.everything) return ScopesOfAllSchools(cards);
  if (filter.school_id.empty()) {
    for (const std::string& school : reach.school_ids) scopes.push_back(keys::SchoolScope(school));
  }
  if (!reach.person_id.empty()) scopes.push_back(keys::PersonScope(reach.person_id));
  return scopes;
}

// Where everything lies that `owner` may owe today: their own, that of the schools they head, and,
// for a trust lead, the plans in which some head is a party, or may come to be (A11).
std::set<std::string> OpenPlacesOf(const std::string& owner, const HeadOffice& office) {
  std::set<std::string> places = {absl::StrCat(keys::PersonScope(owner), keys::kOpen)};
  for (const std::string& school : office.SchoolsHeadedBy(owner)) {
    places.insert(absl::StrCat(keys::SchoolScope(school), keys::kOpenOfHead));
  }
  if (!office.IsTrustLead(owner)) return places;
  for (const std::string& head : office.Heads()) {
    places.insert(absl::StrCat(keys::PersonScope(head), keys::kOpenOfHead));
  }
  return places;
}

// Errors: those of the cards.
absl::StatusOr<std::vector<std::string>> PrefixesOf(const CardReader& cards,
                                                    const ObligationFilter& filter,
                                                    const HeadOffice& office) {
  bool open = filter.statuses.empty();
  bool settled = false;
  for (const Status status : filter.statuses) (IsOpen(status) ? open : settled) = true;
  std::vector<std::string> prefixes;
  if (!filter.owner_id.empty()) {
    if (open) {
      for (const std::string& place : OpenPlacesOf(filter.owner_id, office)) {
        prefixes.push_back(place);
      }
    }
    // What is settled names whoever settled it.
    if (settled) {
      prefixes.push_back(absl::StrCat(keys::PersonScope(filter.owner_id), keys::kSettled));
    }
    return prefixes;
  }
  const absl::StatusOr<std::vector<std::string>> scopes = ScopesOf(cards, filter);
  if (!scopes.ok()) return scopes.status();
  for (const std::string& scope : *scopes) {
    if (open) prefixes.push_back(absl::StrCat(scope, keys::kOpen));
    if (open) prefixes.push_back(absl::StrCat(scope, keys::kOpenOfHead));
    if (settled) prefixes.push_back(absl::StrCat(scope, keys::kSettled));
  }
  return prefixes;
}

// Visits what one plan owes in the order of due dates, what comes after `after` only. Errors: those
// of the cards and of `visit`.
absl::Status VisitPlan(const CardReader& cards, const std::string& plan_id,
                       const std::string& after, RowVisitor visit) {
  std::set<std::string> due_orders;
  const absl::Status scanned = cards.Scan(keys::ObligationsOfPlan(plan_id), "", kNoLimit,
                                          [&](absl::string_view key, absl::string_view bytes) {
                                            const absl::StatusOr<v1::ObligationCard> card =
                                                ParseCard<v1::ObligationCard>(key, bytes);
                                            if (!card.ok()) return card.status();
                                            due_orders.insert(keys::DueOrder(*card));
                                            return absl::OkStatus();
                                          });
  if (!scanned.ok()) return scanned;
  for (auto row = due_orders.upper_bound(after); row != due_orders.end(); ++row) {
    const absl::StatusOr<bool> more = visit(*row);
    if (!more.ok()) return more.status();
    if (!*more) break;
  }
  return absl::OkStatus();
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
    if (!IsWanted(status, filter) || !IsWanted(card, filter)) return absl::OkStatus();
    const absl::StatusOr<bool> admitted = filter.reach.Admits(card.plan_id());
    if (!admitted.ok()) return admitted.status();
    if (*admitted) rows.push_back({std::move(card), status});
    return absl::OkStatus();
  };
  if (!filter.plan_id.empty()) {
    return ReadPageFrom<ObligationRow>(
        [&](const std::string& after, RowVisitor visit) {
          return VisitPlan(cards, filter.plan_id, after, visit);
        },
        SpelledFilter(filter), request, read);
  }
  const absl::StatusOr<std::vector<std::string>> prefixes = PrefixesOf(cards, filter, *office);
  if (!prefixes.ok()) return prefixes.status();
  return ReadPage<ObligationRow>(cards, *prefixes, SpelledFilter(filter), request, read);
}

}  // namespace countersign::projections
