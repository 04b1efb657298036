#include "clients/cli/input/work_pattern.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace countersign::cli {
namespace {

constexpr absl::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// 1 Monday to 7 Sunday, from a name of at least three letters; 0 when it is none.
uint32_t WeekdayOf(absl::string_view word) {
  static constexpr absl::string_view kWhole[] = {"monday", "tuesday",  "wednesday", "thursday",
                                                 "friday", "saturday", "sunday"};
  const std::string lower = absl::AsciiStrToLower(word);
  for (uint32_t i = 0; i < 7; ++i) {
    if (absl::StartsWith(lower, kWeekdays[i]) && absl::StartsWith(kWhole[i], lower)) return i + 1;
  }
  return 0;
}

// "Mon" or "Mon-Thu" as first and last day; nothing for anything else.
std::optional<std::pair<uint32_t, uint32_t>> DaysOf(absl::string_view word) {
  const std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(word, absl::MaxSplits('-', 1));
  const uint32_t first = WeekdayOf(ends.first);
  const uint32_t last = absl::StrContains(word, '-') ? WeekdayOf(ends.second) : first;
  if (first == 0 || last < first) return std::nullopt;
  return std::make_pair(first, last);
}

// Minutes since midnight of "08:30"; nothing for anything else.
std::optional<uint32_t> MinuteOf(absl::string_view word) {
  const std::vector<absl::string_view> parts = absl::StrSplit(word, ':');
  uint32_t hour = 0;
  uint32_t minute = 0;
  if (parts.size() != 2 || parts[1].size() != 2 || !absl::SimpleAtoi(parts[0], &hour) ||
      !absl::SimpleAtoi(parts[1], &minute) || hour > 24 || minute > 59) {
    return std::nullopt;
  }
  return hour * 60 + minute;
}

// Length of "08:30-15:00" in minutes; nothing for anything else.
std::optional<uint32_t> MinutesIn(absl::string_view word) {
  const std::vector<absl::string_view> ends = absl::StrSplit(word, '-');
  if (ends.size() != 2) return std::nullopt;
  const auto from = MinuteOf(ends[0]);
  const auto to = MinuteOf(ends[1]);
  if (!from || !to || *to <= *from || *to > 24 * 60) return std::nullopt;
  return *to - *from;
}

absl::Status ParseWeek(absl::string_view text, v1::WorkWeek& week) {
  int first_of_group = 0;  // Hours count for the days just before them.
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(" ,"), absl::SkipEmpty())) {
    if (const auto days = DaysOf(word); days.has_value()) {
      first_of_group = week.days_size();
      for (uint32_t weekday = days->first; weekday <= days->second; ++weekday) {
        week.add_days()->set_weekday(weekday);
      }
    } else if (const auto minutes = MinutesIn(word);
               minutes.has_value() && first_of_group < week.days_size()) {
      for (int i = first_of_group; i < week.days_size(); ++i) {
        week.mutable_days(i)->set_minutes(*minutes);
      }
      first_of_group = week.days_size();
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", word,
                       "\" is no day worked: write \"Mon-Thu\", \"Mon Tue Fri\", "
                       "\"Mon-Wed 08:30-15:00\", or \"Mon-Wed | Mon-Fri\" for a cycle of weeks."));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::WorkPattern> ParseWorkPattern(absl::string_view works,
                                                 absl::string_view anchor_on) {
  v1::WorkPattern pattern;
  for (const absl::string_view week : absl::StrSplit(works, '|')) {
    if (absl::Status status = ParseWeek(week, *pattern.add_weeks()); !status.ok()) return status;
  }
  pattern.set_anchor_on(std::string(anchor_on));
  return pattern;
}

}  // namespace countersign::cli
