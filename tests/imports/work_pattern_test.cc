// Patterns of work in plain words (R78).
#include "services/imports/work_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/imports/expect.h"

namespace countersign::imports {
namespace {

// "1 2 3:390 | 5": the weekdays of each week, with minutes where they are known.
std::string PatternOf(absl::string_view words) {
  const absl::StatusOr<countersign::v1::WorkPattern> pattern = ReadWorkPattern(words);
  if (!pattern.ok()) return std::string(pattern.status().message());
  EXPECT_EQ(BrokenLimit(*pattern), "");
  std::string spelled;
  for (const auto& week : pattern->weeks()) {
    if (!spelled.empty()) spelled += " |";
    for (const auto& day : week.days()) {
      absl::StrAppend(&spelled, spelled.empty() ? "" : " ", day.weekday());
      if (day.minutes() > 0) absl::StrAppend(&spelled, ":", day.minutes());
    }
  }
  return spelled;
}

struct Words {
  const char* words;
  const char* pattern;
};

TEST(WorkPatterns, AreReadAsPeopleWriteThem) {
  const Words kWords[] = {
      {"Mon-Fri", "1 2 3 4 5"},
      {"Mon Tue Wed", "1 2 3"},
      {"Wed, Mon,Tue", "1 2 3"},
      {"monday TUESDAY Sunday", "1 2 7"},
      {"Mon \xE2\x80\x93 Thu", "1 2 3 4"},
      {"Mon-Tue Thu-Fri", "1 2 4 5"},
      {"  Mon\n-\tTue ", "1 2"},
      {"Mon 08:30-15:00 Tue 8:30-15:00", "1:390 2:390"},
      {"Mon-Thu 08:30-15:00 Fri 08:30-12:30", "1:390 2:390 3:390 4:390 5:240"},
      {"Mon Tue Wed 11:45-13:15", "1:90 2:90 3:90"},
      {"Mon 07:30-09:00 15:00-18:00 Fri", "1:270 5"},
      {"Sat 00:00-24:00", "6:1440"},
      {"Mon-Wed | Mon-Fri", "1 2 3 | 1 2 3 4 5"},
      {"Mon-Fri|none", "1 2 3 4 5 |"},
      {"Mon|Tue|Wed|Thu|Fri|Mon|Tue|Wed", "1 | 2 | 3 | 4 | 5 | 1 | 2 | 3"},
  };
  for (const Words& words : kWords) EXPECT_EQ(PatternOf(words.words), words.pattern) << words.words;
}

// "1 08:30-15:00": the weekdays of the first week, with when work starts and ends.
std::string HoursOf(absl::string_view words) {
  const absl::StatusOr<countersign::v1::WorkPattern> pattern = ReadWorkPattern(words);
  if (!pattern.ok()) return std::string(pattern.status().message());
  EXPECT_EQ(BrokenLimit(*pattern), "");
  std::string spelled;
  for (const auto& day : pattern->weeks(0).days()) {
    absl::StrAppend(&spelled, spelled.empty() ? "" : ", ", day.weekday(), " ", day.starts_at(), "-",
                    day.ends_at());
  }
  return spelled;
}

// R86: meetings lie within these hours.
TEST(WorkPatterns, KeepWhenWorkStartsAndEndsOnEachDay) {
  const Words kWords[] = {
      {"Mon-Tue 8:30-15:00", "1 08:30-15:00, 2 08:30-15:00"},
      {"Mon 08:30-15:00 Fri 09:05-12:30", "1 08:30-15:00, 5 09:05-12:30"},
      {"Mon Tue 09:00-15:15 Wed", "1 09:00-15:15, 2 09:00-15:15, 3 -"},
      {"Mon 07:30-09:00 15:00-18:00", "1 07:30-18:00"},
      {"Mon-Tue 07:30-09:00 15:00-18:00 Wed 10:00-11:00",
       "1 07:30-18:00, 2 07:30-18:00, 3 10:00-11:00"},
      {"Sat 00:00-24:00", "6 00:00-"},
      {"Sat 22:00-23:59", "6 22:00-23:59"},
      {"Mon-Wed", "1 -, 2 -, 3 -"},
  };
  for (const Words& words : kWords) EXPECT_EQ(HoursOf(words.words), words.pattern) << words.words;
}

TEST(WorkPatterns, AreRefusedWithASentenceWhereTheyMeanNothing) {
  const Words kWords[] = {
      {"", "A week of the cycle is empty"},
      {"Mon |", "A week of the cycle is empty"},
      {"Monn", "\"Monn\" is no day and no hours"},
      {"full time", "\"full\" is no day and no hours"},
      {"Mon none", "\"none\" is no day and no hours"},
      {"Mon-", "\"Mon-\" is no day and no hours"},
      {"Mon-Tue-Wed", "\"Mon-Tue-Wed\" is no day and no hours"},
      {"Mon 08:30", "\"08:30\" is no day and no hours"},
      {"Mon 08:60-09:00", "\"08:60-09:00\" is no day and no hours"},
      {"Mon 08:30-24:01", "\"08:30-24:01\" is no day and no hours"},
      {"Mon +8:30-09:00", "\"+8:30-09:00\" is no day and no hours"},
      {"Mon 8.30-15.00", "\"8.30-15.00\" is no day and no hours"},
      {"Fri-Mon", "\"Fri-Mon\" runs past the end of the week"},
      {"Mon-Fri Tue", "\"Tue\" names a day of the week that stands there already"},
      {"08:30-15:00 Mon", "The hours \"08:30-15:00\" stand before any day"},
      {"Mon 15:00-08:30", "The hours \"15:00-08:30\" end before they begin"},
      {"Mon 08:00-12:00 11:00-15:00", "The hours \"11:00-15:00\" begin before the hours in front"},
      {"Mon|Mon|Mon|Mon|Mon|Mon|Mon|Mon|Mon", "The cycle has 9 weeks: write at most 8."},
  };
  for (const Words& words : kWords) {
    EXPECT_THAT(PatternOf(words.words), testing::StartsWith(words.pattern)) << words.words;
  }
}

}  // namespace
}  // namespace countersign::imports
