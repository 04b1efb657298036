// A second opinion on deadlines: their definitions in the plainest form, slow and sharing no line
// with the rules, against the rules on random schools and people with fixed seeds.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "services/rules/deadlines/deadlines.h"
#include "tests/rules/deadline_fixtures.h"
#include "tests/support/london.h"

namespace countersign::rules {
namespace {

constexpr int kSeeds = 3000;

// One random school with two people and a meeting.
struct World {
  SchoolCalendar calendar;
  WorkFacts reviewer;
  WorkFacts reviewee;
  DeadlineInputs inputs;
};

class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  // From `least` to `most`. Not a distribution of the library, whose numbers differ by platform.
  int Roll(int least, int most) {
    return least + static_cast<int>(engine_() % static_cast<uint32_t>(most - least + 1));
  }
  bool OneIn(int n) { return Roll(1, n) == 1; }
  absl::CivilDay Day() { return On("2026-08-24") + Roll(0, 450); }

 private:
  std::mt19937 engine_;
};

WorkFacts RandomPerson(Dice& dice) {
  WorkFacts person;
  person.term_time_only = !dice.OneIn(3);
  const int patterns = dice.OneIn(2) ? 0 : dice.Roll(1, 3);
  for (int i = 0; i < patterns; ++i) {
    WorkPattern pattern;
    if (i > 0 || dice.OneIn(2)) pattern.from = dice.Day();
    pattern.anchor = dice.Day();
    const int weeks = dice.Roll(dice.OneIn(10) ? 0 : 1, 3);
    for (int w = 0; w < weeks; ++w) {
      WorkWeek& week = pattern.weeks.emplace_back();
      for (bool& works : week.works) works = dice.OneIn(2);
    }
    person.patterns.push_back(pattern);
  }
  const int absences = dice.OneIn(2) ? 0 : dice.Roll(1, 3);
  for (int i = 0; i < absences; ++i) {
    Absence absence{dice.Day(), std::nullopt};
    if (!dice.OneIn(12)) absence.last = absence.first + dice.Roll(0, 30);
    person.absences.push_back(absence);
  }
  return person;
}

void Randomise(Dice& dice, World& world) {
  world.calendar = dice.OneIn(20) ? SchoolCalendar{} : SchoolYear();
  // Any order will do.
  auto& terms = world.calendar.terms;
  for (size_t i = 1; i < terms.size(); ++i) std::swap(terms[i], terms[dice.Roll(0, int(i))]);
  world.calendar.division = static_cast<Division>(dice.Roll(0, 2));
  for (int i = dice.Roll(0, 3); i > 0; --i) {
    const absl::CivilDay first = dice.Day();
    world.calendar.closures.push_back({"Closed", first, first + dice.Roll(0, 5)});
  }
  for (int i = dice.Roll(0, 3); i > 0; --i) {
    world.calendar.open_days.push_back({"INSET", dice.Day()});
  }
  world.reviewer = RandomPerson(dice);
  world.reviewee = RandomPerson(dice);
  world.inputs = {.meeting_on = dice.Day(),
                  .calendar = &world.calendar,
                  .holidays = &RealHolidays(),
                  .reviewer = &world.reviewer,
                  .reviewee = &world.reviewee};
  DeadlinePolicy& policy = world.inputs.policy;
  if (dice.OneIn(3)) policy.notice_days = dice.Roll(0, 12);
  if (dice.OneIn(3)) policy.draft_days = dice.Roll(1, 12);
  if (dice.OneIn(3)) policy.final_days = dice.Roll(1, 25);
  policy.notice_clear = dice.OneIn(3);
  if (dice.OneIn(5)) policy.notice_unit = NoticeUnit::kCalendar;
  policy.extend_for_pattern = !dice.OneIn(4);
  policy.extend_for_absence = !dice.OneIn(4);
  if (dice.OneIn(4)) world.inputs.extended_draft = world.inputs.meeting_on + dice.Roll(0, 40);
  if (dice.OneIn(4)) world.inputs.extended_final = world.inputs.meeting_on + dice.Roll(0, 60);
}

// ---- The second opinion. ----

class Oracle {
 public:
  Oracle(const DeadlineInputs& inputs, Party party)
      : inputs_(inputs),
        party_(PartyName(party)),
        person_(party == Party::kReviewer ? *inputs.reviewer : *inputs.reviewee) {
    for (const NamedDay& day : inputs.calendar->open_days) open_.insert(day.date);
    for (const NamedDays& span : inputs.calendar->terms) {
      for (absl::CivilDay day = span.first; day <= span.last; ++day) in_term_.insert(day);
    }
    for (const NamedDays& span : inputs.calendar->closures) {
      for (absl::CivilDay day = span.first; day <= span.last; ++day) closed_.insert(day);
    }
  }

  // "" when the day counts, else the name of the first reason.
  std::string Why(absl::CivilDay day) const {
    const bool open = open_.count(day) > 0;
    const std::vector<std::pair<bool, std::string>> rules = {
        {!open && IsWeekend(day), "weekend"},
        {!open && IsBankHoliday(day), "bank_holiday"},
        {!open && closed_.count(day) > 0, "school_closed"},
        {!open && person_.term_time_only && !Unpublished(day) && in_term_.count(day) == 0,
         "school_holiday"},
        {!open && inputs_.policy.extend_for_pattern && !Works(day), party_ + "_not_working"},
        {inputs_.policy.extend_for_absence && Absent(day), party_ + "_absent"}};
    for (const auto& [fails, reason] : rules) {
      if (fails) return reason;
    }
    return "";
  }

  bool ProvisionalOn(absl::CivilDay day) const {
    return Unpublished(day) && open_.count(day) == 0 && !IsWeekend(day) && !IsBankHoliday(day) &&
           closed_.count(day) == 0;
  }

  // The `wanted`-th day after the meeting that counts.
  std::optional<absl::CivilDay> After(int wanted) const {
    int number = 0;
    for (int i = 1; i <= 1500; ++i) {
      if (Why(inputs_.meeting_on + i).empty() && ++number == wanted) return inputs_.meeting_on + i;
    }
    return std::nullopt;
  }

  // How many days count after `from`, up to and including `to`.
  int Between(absl::CivilDay from, absl::CivilDay to) const {
    int number = 0;
    for (absl::CivilDay day = from + 1; day <= to; ++day) number += Why(day).empty() ? 1 : 0;
    return number;
  }

 private:
  static bool IsWeekend(absl::CivilDay day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
  }

  bool IsBankHoliday(absl::CivilDay day) const {
    return RealHolidays().TitleOn(inputs_.calendar->division, day).has_value();
  }

  bool Unpublished(absl::CivilDay day) const {
    return in_term_.empty() || day < *in_term_.begin() || *in_term_.rbegin() < day;
  }

  bool Works(absl::CivilDay day) const {
    if (person_.patterns.empty()) return true;
    // In order of their dates, "since ever" first; equal dates in the order given.
    std::vector<const WorkPattern*> sorted;
    for (const WorkPattern& pattern : person_.patterns) sorted.push_back(&pattern);
    const auto from = [](const WorkPattern* pattern) {
      return pattern->from.value_or(absl::CivilDay::min());
    };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](auto* a, auto* b) { return from(a) < from(b); });
    const WorkPattern* in_force = sorted.front();
    for (const WorkPattern* pattern : sorted) {
      if (from(pattern) <= day) in_force = pattern;
    }
    if (in_force->weeks.empty()) return true;
    // Walk week by week from the anchor's Monday, to either side.
    absl::CivilDay monday = absl::PrevWeekday(in_force->anchor + 1, absl::Weekday::monday);
    const int weeks = static_cast<int>(in_force->weeks.size());
    int week = 0;
    for (; monday + 6 < day; monday += 7) week = (week + 1) % weeks;
    for (; day < monday; monday -= 7) week = (week + weeks - 1) % weeks;
    return in_force->weeks[week].works[day - monday];
  }

  bool Absent(absl::CivilDay day) const {
    for (const Absence& absence : person_.absences) {
      if (absence.first <= day && day <= absence.last.value_or(absl::CivilDay::max())) return true;
    }
    return false;
  }

  const DeadlineInputs& inputs_;
  std::string party_;
  const WorkFacts& person_;
  std::set<absl::CivilDay> open_;
  std::set<absl::CivilDay> in_term_;
  std::set<absl::CivilDay> closed_;
};

// Every line of a working agrees with the second opinion, and the last is the date.
void ExpectWorking(const DueDate& due, const Oracle& oracle, absl::CivilDay first, int step) {
  ASSERT_FALSE(due.days.empty());
  int number = 0;
  bool provisional = false;
  absl::CivilDay day = first;
  for (const Working& line : due.days) {
    EXPECT_EQ(line.day, day);
    const std::string why = oracle.Why(day);
    if (why.empty()) {
      EXPECT_EQ(line.number, ++number);
      EXPECT_FALSE(line.reason.has_value());
    } else {
      ASSERT_TRUE(line.reason.has_value()) << day;
      EXPECT_EQ(ReasonName(*line.reason, due.counted_for), why) << day;
    }
    provisional = provisional || oracle.ProvisionalOn(day);
    day += step;
  }
  EXPECT_EQ(due.provisional, provisional);
}

void ExpectDue(const DueDate& due, const Oracle& oracle, const DeadlineInputs& inputs,
               std::optional<absl::CivilDay> computed, std::optional<absl::CivilDay> extended_to) {
  EXPECT_EQ(due.computed_on, computed);
  const bool extended = extended_to.has_value() && (!computed || *extended_to > *computed);
  EXPECT_EQ(due.extended, extended);
  EXPECT_EQ(due.due_on, extended ? extended_to : computed);
  EXPECT_EQ(due.suspended, !computed.has_value() && !extended);
  if (computed.has_value()) {
    EXPECT_EQ(due.days.back().day, computed);
    ExpectWorking(due, oracle, inputs.meeting_on + 1, 1);
  }
}

void ExpectNotice(const DueDate& notice, const Oracle& oracle, const DeadlineInputs& inputs) {
  const DeadlinePolicy& policy = inputs.policy;
  if (policy.notice_unit == NoticeUnit::kCalendar) {
    EXPECT_EQ(notice.due_on, inputs.meeting_on - policy.notice_days);
    return;
  }
  const absl::CivilDay last = inputs.meeting_on - (policy.notice_clear ? 1 : 0);
  if (!notice.due_on.has_value()) {
    EXPECT_LT(oracle.Between(last - 1500, last), policy.notice_days);
    return;
  }
  // Enough days lie after it, and after no later day.
  EXPECT_GE(oracle.Between(*notice.due_on, last), policy.notice_days);
  if (policy.notice_days == 0) {
    EXPECT_EQ(notice.due_on, inputs.meeting_on);
    return;
  }
  EXPECT_LT(oracle.Between(*notice.due_on + 1, last), policy.notice_days);
  ExpectWorking(notice, oracle, last, -1);
}

TEST(DeadlinesOracle, AgreesOnRandomSchoolsAndPeople) {
  int suspended = 0;
  int provisional = 0;
  int extended = 0;
  int for_reviewee = 0;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    World world;
    Randomise(dice, world);
    const DeadlineInputs& inputs = world.inputs;
    const Oracle reviewer(inputs, Party::kReviewer);
    const Oracle reviewee(inputs, Party::kReviewee);

    const DueDate draft = DraftDue(inputs, Detail::kWithWorking);
    ExpectDue(draft, reviewer, inputs, reviewer.After(inputs.policy.draft_days),
              inputs.extended_draft);

    const auto by_reviewer = reviewer.After(inputs.policy.final_days);
    const auto by_reviewee = reviewee.After(inputs.policy.final_days);
    const absl::CivilDay never = absl::CivilDay::max();
    const bool reviewees = by_reviewee.value_or(never) > by_reviewer.value_or(never);
    const DueDate final = FinalDue(inputs, Detail::kWithWorking);
    EXPECT_EQ(final.counted_for, reviewees ? Party::kReviewee : Party::kReviewer);
    ExpectDue(final, reviewees ? reviewee : reviewer, inputs, reviewees ? by_reviewee : by_reviewer,
              inputs.extended_final);
    EXPECT_EQ(FinalDue(inputs, Detail::kDateOnly).due_on, final.due_on);

    ExpectNotice(NoticeBy(inputs, Detail::kWithWorking), reviewee, inputs);
    if (HasFailure()) break;

    suspended += final.suspended ? 1 : 0;
    provisional += final.provisional ? 1 : 0;
    extended += final.extended ? 1 : 0;
    for_reviewee += reviewees ? 1 : 0;
  }
  // The dice reach every corner; a generator that went quiet would prove nothing.
  EXPECT_GT(suspended, kSeeds / 50);
  EXPECT_GT(provisional, kSeeds / 50);
  EXPECT_GT(extended, kSeeds / 50);
  EXPECT_GT(for_reviewee, kSeeds / 10);
}

TEST(DeadlinesOracle, ALaterMeetingNeverHasAnEarlierDueDate) {
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    World world;
    Randomise(dice, world);
    world.inputs.extended_draft.reset();
    absl::CivilDay before = absl::CivilDay::min();
    for (int i = 0; i < 30; ++i) {
      ++world.inputs.meeting_on;
      const auto due_on = DraftDue(world.inputs, Detail::kDateOnly).due_on;
      EXPECT_GE(due_on.value_or(absl::CivilDay::max()), before);
      before = due_on.value_or(absl::CivilDay::max());
    }
  }
}

TEST(DeadlinesOracle, ALongerAbsenceNeverBringsAnEarlierDueDate) {
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice(seed);
    World world;
    Randomise(dice, world);
    // An extension would end the suspension that a long absence leads to.
    world.inputs.extended_final.reset();
    absl::CivilDay before = absl::CivilDay::min();
    world.reviewee.absences.push_back({world.inputs.meeting_on, world.inputs.meeting_on});
    for (int i = 0; i < 20; ++i) {
      *world.reviewee.absences.back().last += 2;
      const absl::CivilDay due_on =
          FinalDue(world.inputs, Detail::kDateOnly).due_on.value_or(absl::CivilDay::max());
      EXPECT_GE(due_on, before);
      before = due_on;
    }
  }
}

}  // namespace
}  // namespace countersign::rules
