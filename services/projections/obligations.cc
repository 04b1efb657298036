#include "services/projections/obligations.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/projections/card_keys.h"
#include "services/projections/stored_card.h"
#include "services/rules/days.h"

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

// The narrowest places that hold everything that is asked for and allowed.
std::vector<std::string> ScopesOf(const ObligationFilter& filter) {
  const Reach& reach = filter.reach;
  if (!filter.plan_id.empty()) return {keys::PlanScope(filter.plan_id)};
  if (!filter.owner_id.empty()) return {keys::PersonScope(filter.owner_id)};
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

std::vector<std::string> PrefixesOf(const ObligationFilter& filter) {
  bool open = filter.statuses.empty();
  bool settled = false;
  for (const Status status : filter.statuses) (IsOpen(status) ? open : settled) = true;
  std::vector<std::string> prefixes;
  for (const std::string& scope : ScopesOf(filter)) {
    if (open) prefixes.push_back(absl::StrCat(scope, keys::kOpen));
    if (settled) prefixes.push_back(absl::StrCat(scope, keys::kSettled));
  }
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
  const bool met = rules::Happened(card.met());
  if (met && (card.due_on().empty() || card.met_on() <= card.due_on())) return Status::kMet;
  if (rules::Happened(card.waived())) return Status::kWaived;
  if (met) return Status::kMetLate;
  if (card.discharged()) return Status::kDischarged;
  if (card.starts_on().empty() || on < card.starts_on()) return Status::kNotStarted;
  if (card.due_on().empty()) return card.suspended() ? Status::kSuspended : Status::kPending;
  if (on > card.due_on()) return Status::kOverdue;
  return on >= card.due_soon_from_on() ? Status::kDueSoon : Status::kPending;
}

absl::StatusOr<Page<ObligationRow>> ListObligations(const CardReader& cards,
                                                    const ObligationFilter& filter,
                                                    const PageRequest& request) {
  const auto read = [&](absl::string_view due_order, std::vector<ObligationRow>& rows) {
    const std::string key = keys::Obligation(keys::NameInDueOrder(due_order));
    absl::StatusOr<std::optional<v1::ObligationCard>> card =
        FindCard<v1::ObligationCard>(cards, key);
    if (!card.ok()) return card.status();
    if (!card->has_value()) return absl::DataLossError(absl::StrCat("there is no card ", key));
    const Status status = StatusOf(**card, filter.today);
    if (IsWanted(status, filter) && IsWanted(**card, filter)) {
      rows.push_back({**std::move(card), status});
    }
    return absl::OkStatus();
  };
  return ReadPage<ObligationRow>(cards, PrefixesOf(filter), SpelledFilter(filter), request, read);
}

}  // namespace countersign::projections
