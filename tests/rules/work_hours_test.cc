// When somebody works, as it is written down (R78, R86): hours that are some, and the week in
// words.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "services/rules/decide.h"
#include "services/rules/patterns.h"
#include "services/rules/refusals.h"
#include "services/rules/state/person.h"
#include "tests/support/london.h"
#include "tests/support/people.h"

namespace countersign::rules {
namespace {

v1::WorkPattern Mondays(const std::string& starts_at, const std::string& ends_at,
                        uint32_t minutes) {
  v1::WorkPattern pattern;
  v1::WorkWeek::Day* day = pattern.add_weeks()->add_days();
  day->set_weekday(1);
  day->set_starts_at(starts_at);
  day->set_ends_at(ends_at);
  day->set_minutes(minutes);
  return pattern;
}

TEST(HoursOfWork, AreRecordedAsTheyAreSaid) {
  Person amina;
  amina.facts.set_person_id(kAmina);
  v1::PersonCommand command;
  *command.mutable_change_work_pattern()->mutable_pattern() = Mondays("08:30", "15:00", 360);
  const Decision decided = Decide(amina, Facts(), command);
  ASSERT_TRUE(decided.ok()) << decided.status();
  ASSERT_EQ(decided->size(), 1u);
  Recorded recorded;
  recorded.subject_id = kAmina;
  recorded.event = decided->front().event;
  const absl::StatusOr<Person> after = Evolve(amina, recorded);
  ASSERT_TRUE(after.ok()) << after.status();
  const WorkWeek& week = after->work.patterns.at(0).weeks.at(0);
  EXPECT_EQ(week.starts[0], 8 * 60 + 30);
  EXPECT_EQ(week.ends[0], 15 * 60);
  EXPECT_EQ(week.minutes[0], 360);
  EXPECT_EQ(week.starts[1], std::nullopt);
  EXPECT_EQ(week.ends[1], std::nullopt);
}

TEST(HoursOfWork, MayBeKnownInPart) {
  for (const v1::WorkPattern& pattern :
       {Mondays("", "", 0), Mondays("", "", 390), Mondays("08:30", "", 390),
        Mondays("", "15:00", 0), Mondays("08:30", "15:00", 0), Mondays("08:30", "15:00", 390),
        Mondays("00:00", "23:59", 1439), Mondays("08:30", "08:31", 1)}) {
    EXPECT_TRUE(RefuseUnclearPattern(pattern).ok()) << pattern.ShortDebugString();
  }
}

TEST(HoursOfWork, EndAfterTheyStartAndHoldTheMinutesWorked) {
  struct Unclear {
    const char* starts_at;
    const char* ends_at;
    uint32_t minutes;
    const char* words;
  };
  const Unclear kUnclear[] = {
      {"15:00", "08:30", 0, "ends before it starts"},
      {"08:30", "08:30", 0, "ends before it starts"},
      {"08:30", "15:00", 391, "more minutes than lie between"},
      {"8:30", "15:00", 0, "hours that are none"},
      {"08:30", "24:00", 0, "hours that are none"},
      {"08:30", "15:60", 0, "hours that are none"},
  };
  for (const Unclear& unclear : kUnclear) {
    const std::optional<v1::Refusal> refusal = RefusalOf(
        RefuseUnclearPattern(Mondays(unclear.starts_at, unclear.ends_at, unclear.minutes)));
    ASSERT_TRUE(refusal.has_value()) << unclear.starts_at << " to " << unclear.ends_at;
    EXPECT_EQ(refusal->reason(), v1::PATTERN_UNCLEAR);
    EXPECT_NE(refusal->message().find(unclear.words), std::string::npos) << refusal->message();
    EXPECT_EQ(refusal->values().at("weekday"), "1");
  }
}

WorkWeek Worked(const std::vector<int>& weekdays) {
  WorkWeek week;
  for (const int weekday : weekdays) week.works[weekday] = true;
  return week;
}

TEST(WorkInWords, IsTheWorkOfTheDayAsked) {
  WorkFacts work;
  EXPECT_EQ(WorksInWords(work, On("2026-10-05")), "every weekday, term time only");
  work.patterns.push_back({std::nullopt, {Worked({0, 1, 2, 3})}, true, {}});
  work.patterns.push_back({On("2026-11-02"), {Worked({1})}, false, {}});
  EXPECT_EQ(WorksInWords(work, On("2026-11-01")), "Monday to Thursday, term time only");
  EXPECT_EQ(WorksInWords(work, On("2026-11-02")), "Tuesdays only, all year");
}

TEST(WorkInWords, TellsTheWeeksOfACycle) {
  WorkFacts work;
  work.patterns.push_back({std::nullopt, {Worked({0, 1, 2}), Worked({3, 4})}, true, {}});
  EXPECT_EQ(WorksInWords(work, On("2026-10-05")),
            "Monday to Wednesday one week and Thursday and Friday the next, term time only");
}

}  // namespace
}  // namespace countersign::rules
