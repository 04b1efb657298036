#include "services/projections/plan_obligations.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "countersign/v1/obligation_cards.pb.h"
#include "services/projections/card_keys.h"
#include "services/projections/stored_card.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/decide.h"
#include "services/rules/state/plan_people.h"

namespace countersign::projections {
namespace {

// An obligation card, and its bytes as they lie among the cards.
struct CardBefore {
  v1::ObligationCard card;
  std::string bytes;
};
// By the name in their keys.
using CardsByName = std::map<std::string, CardBefore, std::less<>>;

absl::StatusOr<rules::ObligationInputs> InputsOf(const v1::PlanProgress& progress,
                                                 KnownFacts& facts) {
  // Until there is a meeting no day is counted, and enrolling a whole school reads no calendar of
  // the trust and nobody's work.
  static const auto* const no_trust = new rules::Trust;
  static const auto* const nobody = new rules::Person;
  rules::ObligationInputs inputs{no_trust, nullptr, nobody, nobody};
  const absl::StatusOr<const rules::School*> school = facts.School(progress.school_id());
  if (!school.ok()) return school.status();
  inputs.school = *school;
  if (progress.meeting_on().empty()) return inputs;
  const absl::StatusOr<const rules::Trust*> trust = facts.Trust();
  if (!trust.ok()) return trust.status();
  inputs.trust = *trust;
  const absl::StatusOr<const rules::Person*> reviewer = facts.Person(progress.reviewer_id());
  if (!reviewer.ok()) return reviewer.status();
  inputs.reviewer = *reviewer;
  const absl::StatusOr<const rules::Person*> reviewee = facts.Person(progress.reviewee_id());
  if (!reviewee.ok()) return reviewee.status();
  inputs.reviewee = *reviewee;
  return inputs;
}

// The first day from which at most kDueSoonDaysLeft days are left that count for who owes it. Each
// day is asked once: walking back from the due date, a day that counts adds one to what is left on
// the day before it.
absl::CivilDay DueSoonFrom(absl::CivilDay due_on, absl::CivilDay starts_on, rules::Party owed_by,
                           const rules::DeadlineInputs& counting) {
  absl::CivilDay from = due_on;
  int left = 0;
  while (from > starts_on) {
    left += rules::DaysLeft(from - 1, from, counting, owed_by, 1);
    if (left > rules::kDueSoonDaysLeft) break;
    --from;
  }
  return from;
}

absl::StatusOr<v1::ObligationCard> CardOf(const rules::Obligation& owed,
                                          const v1::PlanProgress& progress,
                                          const rules::ObligationInputs& inputs,
                                          absl::TimeZone zone) {
  v1::ObligationCard card;
  card.set_plan_id(progress.plan_id());
  card.set_kind(static_cast<uint32_t>(owed.kind));
  card.set_change(owed.change);
  card.set_replacement(owed.replacement);
  // Roles have days: who the head is, is found on the day of asking as long as nobody has acted.
  card.set_owed_by_head(owed.owed_by_head);
  card.set_owed_by_id(owed.owed_by_id);
  card.set_reviewee_id(progress.reviewee_id());
  card.set_reviewer_id(std::string(rules::ReviewerOf(progress)));
  card.set_school_id(progress.school_id());
  card.set_cycle_id(progress.cycle_id());
  card.set_due_on(rules::IsoOf(owed.due.due_on));
  card.set_suspended(owed.due.suspended);
  card.set_provisional(owed.due.provisional);
  card.set_extended(owed.due.extended);
  card.set_starts_on(rules::IsoOf(owed.starts_on));
  if (owed.due.due_on.has_value()) {
    const absl::StatusOr<rules::DeadlineInputs> counting = rules::DeadlineInputsOf(
        progress, *inputs.trust, *inputs.school, *inputs.reviewer, *inputs.reviewee);
    if (!counting.ok()) return counting.status();
    // Without a first day it is not started on any day, so any bound will do.
    const absl::CivilDay starts_on = owed.starts_on.value_or(*owed.due.due_on);
    card.set_due_soon_from_on(
        rules::IsoOf(DueSoonFrom(*owed.due.due_on, starts_on, owed.owed_by, *counting)));
  }
  if (rules::Happened(owed.met)) {
    *card.mutable_met() = owed.met;
    card.set_met_on(
        rules::IsoOf(absl::ToCivilDay(absl::FromUnixMicros(owed.met.recorded_at_us()), zone)));
  }
  if (rules::Happened(owed.waived)) *card.mutable_waived() = owed.waived;
  card.set_discharged(owed.discharged);
  return card;
}

// A11: who assigns a reviewer may depend on who manages the reviewee.
absl::Status AddManagers(KnownFacts& facts, v1::ObligationCard& card) {
  if (!card.owed_by_head() || !card.reviewer_id().empty() || keys::IsSettled(card)) {
    return absl::OkStatus();
  }
  const absl::StatusOr<const rules::Person*> reviewee = facts.Person(card.reviewee_id());
  if (!reviewee.ok()) return reviewee.status();
  *card.mutable_manager_ids() = (*reviewee)->facts.manager_ids();
  return absl::OkStatus();
}

// Whether it has no date and is not owed yet: the copies of a record that is still open. Nobody
// waits for them, and no list shows them.
bool IsFarOff(const rules::Obligation& owed) {
  return !owed.has_deadline && !owed.starts_on.has_value() && !rules::Happened(owed.met);
}

// Whether both were met by the same event, or both discharged.
bool SettledAsBefore(const v1::ObligationCard& before, const v1::ObligationCard& now) {
  if (before.met().position_after() != now.met().position_after()) return false;
  return rules::Happened(before.met()) || (before.discharged() && now.discharged());
}

void KeepJudgement(const v1::ObligationCard& before, v1::ObligationCard& now) {
  now.set_owed_by_id(before.owed_by_id());
  now.set_due_on(before.due_on());
  now.set_suspended(before.suspended());
  now.set_provisional(before.provisional());
  now.set_extended(before.extended());
  now.set_starts_on(before.starts_on());
  now.set_due_soon_from_on(before.due_soon_from_on());
}

absl::StatusOr<CardsByName> CardsBefore(const std::string& plan_id, const CardReader& cards) {
  CardsByName before;
  const absl::Status scanned = cards.Scan(
      keys::ObligationsOfPlan(plan_id), "", kNoLimit,
      [&](absl::string_view key, absl::string_view bytes) {
        absl::StatusOr<v1::ObligationCard> card = ParseCard<v1::ObligationCard>(key, bytes);
        if (!card.ok()) return card.status();
        before.emplace(keys::NameInObligation(key),
                       CardBefore{*std::move(card), std::string(bytes)});
        return absl::OkStatus();
      });
  if (!scanned.ok()) return scanned;
  return before;
}

// Every row by which the obligation is found in the order of due dates, in their order.
std::vector<std::string> RowsOf(const v1::ObligationCard& card) {
  std::vector<std::string> scopes = {keys::SchoolScope(card.school_id())};
  for (const std::string* person : {&card.owed_by_id(), &card.reviewee_id(), &card.reviewer_id()}) {
    if (!person->empty()) scopes.push_back(keys::PersonScope(*person));
  }
  for (const std::string& manager : card.manager_ids()) {
    scopes.push_back(keys::PersonScope(manager));
  }
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  const absl::string_view shelf = keys::ShelfOf(card);
  const std::string due_order = keys::DueOrder(card);
  std::vector<std::string> rows;
  for (const std::string& scope : scopes) rows.push_back(absl::StrCat(scope, shelf, due_order));
  return rows;
}

// `before` is null for an obligation that is new.
void Rewrite(const CardBefore* before, const std::string& name, const v1::ObligationCard& now,
             Cards& cards) {
  const std::string bytes = now.SerializeAsString();
  if (before != nullptr && before->bytes == bytes) return;
  cards.Put(keys::Obligation(name), bytes);
  const std::vector<std::string> old_rows =
      before != nullptr ? RowsOf(before->card) : std::vector<std::string>();
  const std::vector<std::string> new_rows = RowsOf(now);
  for (const std::string& row : old_rows) {
    if (!std::binary_search(new_rows.begin(), new_rows.end(), row)) cards.Erase(row);
  }
  for (const std::string& row : new_rows) {
    if (!std::binary_search(old_rows.begin(), old_rows.end(), row)) cards.Put(row, "");
  }
}

}  // namespace

absl::Status ReviseObligations(const v1::PlanProgress& progress, Notice notice, absl::TimeZone zone,
                               KnownFacts& facts, Cards& cards) {
  const absl::StatusOr<rules::ObligationInputs> inputs = InputsOf(progress, facts);
  if (!inputs.ok()) return inputs.status();
  const absl::StatusOr<CardsByName> before = CardsBefore(progress.plan_id(), cards);
  if (!before.ok()) return before.status();
  const absl::StatusOr<std::vector<rules::Obligation>> obligations =
      rules::ObligationsOf(progress, *inputs, zone, rules::Detail::kDateOnly);
  if (!obligations.ok()) return obligations.status();
  for (const rules::Obligation& owed : *obligations) {
    if (IsFarOff(owed)) continue;
    absl::StatusOr<v1::ObligationCard> card = CardOf(owed, progress, *inputs, zone);
    if (!card.ok()) return card.status();
    if (absl::Status added = AddManagers(facts, *card); !added.ok()) return added;
    const std::string name = keys::ObligationName(*card);
    const auto found = before->find(name);
    const CardBefore* old_card = found == before->end() ? nullptr : &found->second;
    const bool judged_anew =
        owed.kind == rules::ObligationKind::kNotice && notice == Notice::kJudgedAnew;
    if (old_card != nullptr && SettledAsBefore(old_card->card, *card)) {
      // Who has confirmed the meeting has given the notice, whoever puts its day right later.
      judged_anew ? card->set_owed_by_id(old_card->card.owed_by_id())
                  : KeepJudgement(old_card->card, *card);
    }
    // Obligations come and never go: an answered change request is kept as met.
    Rewrite(old_card, name, *card, cards);
  }
  return absl::OkStatus();
}

}  // namespace countersign::projections
