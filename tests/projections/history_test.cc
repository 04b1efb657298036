// What holds of the cards after any history: they agree with the rules, with one another, and with
// themselves when they are rebuilt; and nothing that somebody wrote is on them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/projections/known_facts.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/event_type.h"
#include "services/rules/state/plan_people.h"
#include "tests/projections/office.h"
#include "tests/projections/random_history.h"
#include "tests/support/london.h"

namespace countersign::projections {
namespace {

using rules::Recorded;

constexpr int kEvents = 2500;

std::vector<Recorded> History(uint32_t seed, int events = kEvents) {
  RandomHistory history(seed);
  std::vector<Recorded> told;
  for (int i = 0; i < events; ++i) told.push_back(history.NextRecorded());
  return told;
}

// Whether what was made of cards is remembered from one event to the next.
enum class Memory { kKept, kDropped };

class AnyHistory : public testing::TestWithParam<uint32_t> {
 protected:
  void Follow(const std::vector<Recorded>& history, MemoryCards& cards,
              Memory memory = Memory::kKept) {
    const ObligationCards projection(London());
    for (const Recorded& recorded : history) {
      const absl::Status applied = projection.Apply(recorded, cards);
      ASSERT_TRUE(applied.ok()) << applied << recorded.event.ShortDebugString();
      if (memory == Memory::kDropped) cards.TakeMemory();
    }
  }

  std::vector<v1::PlanProgress> Plans(const MemoryCards& cards) {
    const auto page = ListPlans(cards, {.reach = {.everything = true}}, {.size = 100'000});
    EXPECT_TRUE(page.ok()) << page.status();
    return page->rows;
  }
};

INSTANTIATE_TEST_SUITE_P(Seeds, AnyHistory, testing::Values(1u, 2u, 3u, 4u));

TEST_P(AnyHistory, HoldsEventsOfEveryKind) {
  std::set<std::string> kinds;
  for (const Recorded& recorded : History(GetParam())) {
    kinds.insert(*rules::EventNameOf(recorded.event));
  }
  // Every innermost choice of the schema.
  std::set<std::string> expected;
  const auto* stream = v1::Event::descriptor()->oneof_decl(0);
  for (int i = 0; i < stream->field_count(); ++i) {
    const auto* chapters = stream->field(i)->message_type()->oneof_decl(0);
    for (int j = 0; j < chapters->field_count(); ++j) {
      const auto* chapter = chapters->field(j)->message_type();
      const bool is_event = !absl::EndsWith(chapter->name(), "Event");
      if (is_event) expected.insert(chapters->field(j)->name());
      for (int k = 0; !is_event && k < chapter->field_count(); ++k) {
        expected.insert(chapter->field(k)->name());
      }
    }
  }
  EXPECT_EQ(kinds, expected);
}

// Whatever is remembered of the cards: it is never stale.
TEST_P(AnyHistory, GivesTheSameCardsWhenItIsToldAgain) {
  const std::vector<Recorded> history = History(GetParam());
  MemoryCards followed;
  MemoryCards rebuilt;
  Follow(history, followed);
  Follow(history, rebuilt, Memory::kDropped);
  EXPECT_TRUE(followed.rows == rebuilt.rows);
}

// What was compared, so that a history that shows nothing does not pass.
struct Compared {
  int dated = 0;    // Open obligations with a due date.
  int managed = 0;  // Open ones that wait for the head or whoever acts beside a line manager.
  int settled = 0;  // What the head owed, and somebody settled.
};

// A11: until there is a reviewer, who assigns one depends on who manages the reviewee.
void ExpectManagers(const v1::ObligationCard& card, const rules::Person& reviewee,
                    Compared& compared) {
  const bool awaits_reviewer =
      card.owed_by_head() && card.reviewer_id().empty() && !keys::IsSettled(card);
  std::vector<std::string> expected;
  if (awaits_reviewer) {
    expected.assign(reviewee.facts.manager_ids().begin(), reviewee.facts.manager_ids().end());
  }
  EXPECT_THAT(card.manager_ids(), testing::ElementsAreArray(expected));
  compared.managed += !expected.empty();
}

// Holds the obligations of the plan against what the rules find from the cards of its facts.
// `cards` remember nothing but what was asked of them here, or they would tell what is stale.
void ExpectAsTheRulesFind(const v1::PlanProgress& plan, MemoryCards& cards, Compared& compared) {
  KnownFacts facts(cards);
  const rules::ObligationInputs inputs{*facts.Trust(), *facts.School(plan.school_id()),
                                       *facts.Person(plan.reviewer_id()),
                                       *facts.Person(plan.reviewee_id())};
  const auto obligations = rules::ObligationsOf(plan, inputs, London(), rules::Detail::kDateOnly);
  for (const rules::Obligation& owed : *obligations) {
    v1::ObligationCard card;
    card.set_plan_id(plan.plan_id());
    card.set_kind(static_cast<uint32_t>(owed.kind));
    card.set_change(owed.change);
    card.set_replacement(owed.replacement);
    const auto row = cards.rows.find(keys::Obligation(keys::ObligationName(card)));
    const bool begun = owed.has_deadline || owed.starts_on.has_value();
    EXPECT_EQ(row != cards.rows.end(), begun) << rules::NameOf(owed.kind);
    if (!begun || row == cards.rows.end()) continue;
    EXPECT_TRUE(card.ParseFromString(row->second));
    EXPECT_EQ(card.owed_by_head(), owed.owed_by_head);
    EXPECT_EQ(card.replacement(), owed.replacement);
    EXPECT_EQ(rules::Happened(card.met()), rules::Happened(owed.met));
    EXPECT_EQ(rules::Happened(card.waived()), rules::Happened(owed.waived));
    EXPECT_EQ(card.reviewer_id(), plan.reviewer_id());
    ExpectManagers(card, *inputs.reviewee, compared);
    if (card.owed_by_head() && keys::IsSettled(card)) {
      EXPECT_EQ(card.owed_by_id(), owed.owed_by_id);
      compared.settled += !card.owed_by_id().empty();
    }
    if (rules::Happened(owed.met)) continue;
    compared.dated += owed.due.due_on.has_value();
    EXPECT_EQ(card.owed_by_id(), owed.owed_by_id);
    EXPECT_EQ(card.due_on(), rules::IsoOf(owed.due.due_on));
    EXPECT_EQ(card.suspended(), owed.due.suspended);
    EXPECT_EQ(card.provisional(), owed.due.provisional);
    EXPECT_EQ(card.starts_on(), rules::IsoOf(owed.starts_on));
    for (absl::CivilDay day(2026, 9, 1); day < absl::CivilDay(2027, 2, 1); ++day) {
      EXPECT_EQ(StatusOf(card, day), *rules::StatusOn(day, owed, plan, inputs, London()))
          << day << " " << card.ShortDebugString();
    }
  }
}

// Nothing that an open due date rests on can change without the card being found anew.
TEST_P(AnyHistory, LeavesOpenObligationsAsTheRulesFindThemNow) {
  const std::vector<Recorded> history = History(GetParam());
  MemoryCards cards;
  Compared compared;
  constexpr size_t kStride = 25;
  for (size_t from = 0; from < history.size(); from += kStride) {
    Follow({history.begin() + from, history.begin() + from + kStride}, cards);
    MemoryCards as_they_lie;
    as_they_lie.rows = cards.rows;
    for (const v1::PlanProgress& plan : Plans(cards)) {
      if (rules::IsClosed(rules::StateOf(plan))) continue;
      ExpectAsTheRulesFind(plan, as_they_lie, compared);
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(compared.dated, 200);
  EXPECT_GT(compared.managed, 10);
  EXPECT_GT(compared.settled, 200);
}

// When the plan was withdrawn, closed or signed last.
v1::Moment EndOf(const v1::PlanProgress& plan) {
  v1::Moment end;
  for (const v1::Moment& moment : {plan.withdrawn(), plan.closed_unsigned(),
                                   plan.signed_by_reviewer(), plan.signed_by_reviewee()}) {
    if (moment.position_after() > end.position_after()) end = moment;
  }
  return end;
}

// Whoever assigned the reviewer, decided on the request, or ended the plan and the question with
// it: as the journal has it, without asking the rules.
TEST_P(AnyHistory, NamesWhoeverSettledWhatTheHeadOwed) {
  // Little of what a head owes is discharged rather than met.
  const std::vector<Recorded> history = History(GetParam(), 2 * kEvents);
  MemoryCards cards;
  Follow(history, cards);
  std::map<std::string, v1::PlanProgress> plans;
  for (v1::PlanProgress& plan : Plans(cards)) plans[plan.plan_id()] = std::move(plan);
  int met = 0;
  int discharged = 0;
  for (const auto& [key, bytes] : cards.rows) {
    if (!absl::StartsWith(key, "o/")) continue;
    v1::ObligationCard card;
    ASSERT_TRUE(card.ParseFromString(bytes));
    if (!card.owed_by_head() || !keys::IsSettled(card)) continue;
    const v1::Moment settled =
        rules::Happened(card.met()) ? card.met() : EndOf(plans[card.plan_id()]);
    ASSERT_TRUE(rules::Happened(settled)) << card.ShortDebugString();
    EXPECT_EQ(card.owed_by_id(), history[settled.position_after() - 1].actor_id)
        << card.ShortDebugString();
    ++(rules::Happened(card.met()) ? met : discharged);
  }
  EXPECT_GT(met, 10);
  EXPECT_GT(discharged, 0);
}

TEST_P(AnyHistory, ListsEveryObligationOnceAndNoneThatIsNotThere) {
  MemoryCards cards;
  Follow(History(GetParam()), cards);
  std::set<std::string> expected;
  for (const auto& [key, bytes] : cards.rows) {
    if (!absl::StartsWith(key, "o/")) continue;
    v1::ObligationCard card;
    ASSERT_TRUE(card.ParseFromString(bytes));
    std::set<std::string> scopes = {keys::SchoolScope(card.school_id())};
    for (const auto& person : {card.owed_by_id(), card.reviewee_id(), card.reviewer_id()}) {
      if (!person.empty()) scopes.insert(keys::PersonScope(person));
    }
    for (const std::string& manager : card.manager_ids()) {
      scopes.insert(keys::PersonScope(manager));
    }
    const bool settled = card.has_met() || card.has_waived() || card.discharged();
    for (const std::string& scope : scopes) {
      const char* const shelf = settled ? "settled/" : card.owed_by_head() ? "open-head/" : "open/";
      expected.insert(absl::StrCat(scope, shelf, keys::DueOrder(card)));
    }
  }
  std::set<std::string> rows;
  for (const auto& [key, card] : cards.rows) {
    if (absl::StartsWith(key, "i/")) rows.insert(key);
  }
  EXPECT_EQ(rows, expected);
  EXPECT_GT(rows.size(), 300u);
}

TEST_P(AnyHistory, ListsPlansAndPeopleWhereTheirCardsSay) {
  MemoryCards cards;
  Follow(History(GetParam()), cards);
  std::set<std::string> expected;
  for (const v1::PlanProgress& plan : Plans(cards)) {
    expected.insert(keys::PlansOfSchool(plan.school_id()) + plan.plan_id());
    expected.insert(keys::PlansOfCycle(plan.cycle_id(), plan.school_id()) + plan.plan_id());
    if (rules::Happened(plan.annex_copy_issued())) {
      expected.insert(keys::AnnexesOfSchool(plan.school_id()) +
                      keys::AnnexByAge(plan.annex_copy_issued(), plan.plan_id()));
    }
    expected.insert(keys::PlansOfPerson(plan.reviewee_id()) + plan.plan_id());
    if (!rules::ReviewerOf(plan).empty()) {
      expected.insert(keys::PlansOfPerson(rules::ReviewerOf(plan)) + plan.plan_id());
    }
  }
  std::set<std::string> rows;
  for (const auto& [key, card] : cards.rows) {
    if (absl::StartsWith(key, "w/")) {
      v1::PersonFacts person;
      ASSERT_TRUE(person.ParseFromString(card));
      expected.insert(keys::PeopleOfSchool(person.school_id()) + key.substr(2));
    }
    const std::string kind = key.substr(0, key.find('/'));
    if (std::set<std::string>{"pw", "ps", "pc", "ws", "a"}.count(kind) != 0) rows.insert(key);
  }
  EXPECT_EQ(rows, expected);
}

// Every text of every event is a marker that names the kind of stream it was written in.
TEST_P(AnyHistory, LeavesNothingThatSomebodyWroteOnAnyCard) {
  MemoryCards cards;
  Follow(History(GetParam()), cards);
  int public_names = 0;
  for (const auto& [key, card] : cards.rows) {
    EXPECT_FALSE(absl::StrContains(key, "TEXT-OF-")) << key;
    if (absl::StartsWith(key, "s/") || key == keys::kTrust) {
      // Names of schools, terms, closures and holidays, and nothing from elsewhere.
      for (const char* stream : {"plan", "person", "caller", "journal"}) {
        EXPECT_FALSE(absl::StrContains(card, RandomHistory::Marker(stream))) << key;
      }
      public_names += absl::StrContains(card, "TEXT-OF-");
      continue;
    }
    EXPECT_FALSE(absl::StrContains(card, "TEXT-OF-")) << key;
  }
  EXPECT_GT(public_names, 0);
}

}  // namespace
}  // namespace countersign::projections
