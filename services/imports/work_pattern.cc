#include "services/imports/work_pattern.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/imports/text.h"

namespace countersign::imports {
namespace {

using countersign::v1::WorkPattern;
using countersign::v1::WorkWeek;

constexpr std::array<absl::string_view, 7> kWeekdays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

// The end of a day, in minutes since its beginning.
constexpr int kMidnight = 24 * 60;

// Place in the week, 0 for Monday.
std::optional<int> WeekdayNamed(absl::string_view word) {
  for (int day = 0; day < 7; ++day) {
    if (absl::EqualsIgnoreCase(word, kWeekdays[day]) ||
        absl::EqualsIgnoreCase(word, kWeekdays[day].substr(0, 3))) {
      return day;
    }
  }
  return std::nullopt;
}

// Minutes since midnight for "8:30" or "08:30"; 24:00 is the end of the day.
std::optional<int> ParseTime(absl::string_view word) {
  const std::vector<absl::string_view> parts = absl::StrSplit(word, ':');
  int hours = 0;
  int minutes = 0;
  if (parts.size() != 2 || parts[0].empty() || parts[0].size() > 2 || parts[1].size() != 2 ||
      !absl::ascii_isdigit(parts[0][0]) || !absl::ascii_isdigit(parts[1][0]) ||
      !absl::SimpleAtoi(parts[0], &hours) || !absl::SimpleAtoi(parts[1], &minutes)) {
    return std::nullopt;
  }
  const int time = hours * 60 + minutes;
  return minutes < 60 && time <= kMidnight ? std::make_optional(time) : std::nullopt;
}

// "08:30" for minutes since midnight.
std::string SpellTime(int time) { return absl::StrFormat("%02d:%02d", time / 60, time % 60); }

absl::Status NotUnderstood(absl::string_view word) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(word),
                   " is no day and no hours: write days as in Mon-Fri or Mon Tue Wed, hours "
                   "after them as in Mon-Thu 08:30-15:00, and | between the weeks of a cycle."));
}

// Reads one week, word by word.
class WeekReader {
 public:
  absl::Status Take(absl::string_view word) {
    const std::pair<absl::string_view, absl::string_view> ends =
        absl::StrSplit(word, absl::MaxSplits('-', 1));
    const bool is_span = absl::StrContains(word, '-');
    const std::optional<int> first = WeekdayNamed(ends.first);
    const std::optional<int> last = is_span ? WeekdayNamed(ends.second) : first;
    if (first.has_value() && last.has_value()) return TakeDays(word, *first, *last);
    const std::optional<int> from = ParseTime(ends.first);
    const std::optional<int> to = ParseTime(ends.second);
    if (from.has_value() && to.has_value()) return TakeHours(word, *from, *to);
    return NotUnderstood(word);
  }

  WorkWeek Week() const {
    WorkWeek week;
    for (int day = 0; day < 7; ++day) {
      if (!works_[day]) continue;
      WorkWeek::Day* worked = week.add_days();
      worked->set_weekday(static_cast<uint32_t>(day + 1));
      worked->set_minutes(static_cast<uint32_t>(minutes_[day]));
      if (minutes_[day] == 0) continue;
      worked->set_starts_at(SpellTime(starts_[day]));
      if (ends_[day] < kMidnight) worked->set_ends_at(SpellTime(ends_[day]));
    }
    return week;
  }

 private:
  absl::Status TakeDays(absl::string_view word, int first, int last) {
    if (last < first) {
      return absl::InvalidArgumentError(
          absl::StrCat(Quoted(word), " runs past the end of the week: write the days one by one."));
    }
    if (hours_seen_) spell_days_.clear();
    hours_seen_ = false;
    for (int day = first; day <= last; ++day) {
      if (works_[day]) {
        return absl::InvalidArgumentError(
            absl::StrCat(Quoted(word),
                         " names a day of the week that stands there already: name "
                         "each day once."));
      }
      works_[day] = true;
      spell_days_.push_back(day);
    }
    return absl::OkStatus();
  }

  absl::Status TakeHours(absl::string_view word, int from, int to) {
    if (spell_days_.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("The hours ", Quoted(word), " stand before any day: write the day first."));
    }
    if (to <= from) {
      return absl::InvalidArgumentError(absl::StrCat("The hours ", Quoted(word),
                                                     " end before they begin: write them as in "
                                                     "08:30-15:00."));
    }
    if (hours_seen_ && from < hours_end_) {
      return absl::InvalidArgumentError(
          absl::StrCat("The hours ", Quoted(word),
                       " begin before the hours in front of them end: "
                       "write the spells of a day in their order."));
    }
    for (int day : spell_days_) {
      if (minutes_[day] == 0) starts_[day] = from;
      ends_[day] = to;
      minutes_[day] += to - from;
    }
    hours_seen_ = true;
    hours_end_ = to;
    return absl::OkStatus();
  }

  std::array<bool, 7> works_ = {};
  std::array<int, 7> minutes_ = {};
  // Since midnight, of the days that have minutes.
  std::array<int, 7> starts_ = {};
  std::array<int, 7> ends_ = {};
  // The days to which the next hours belong.
  std::vector<int> spell_days_;
  bool hours_seen_ = false;
  int hours_end_ = 0;
};

absl::StatusOr<WorkWeek> ReadWeek(absl::string_view words) {
  const std::vector<absl::string_view> tokens =
      absl::StrSplit(words, absl::ByAnyChar(" ,"), absl::SkipEmpty());
  if (tokens.empty()) {
    return absl::InvalidArgumentError(
        "A week of the cycle is empty: write its days, or none where nothing is worked.");
  }
  if (tokens.size() == 1 && absl::EqualsIgnoreCase(tokens[0], "none")) return WorkWeek();
  WeekReader reader;
  for (absl::string_view token : tokens) {
    if (absl::Status taken = reader.Take(token); !taken.ok()) return taken;
  }
  return reader.Week();
}

}  // namespace

absl::StatusOr<WorkPattern> ReadWorkPattern(absl::string_view words) {
  static const std::size_t weeks_max = LimitsOf(WorkPattern::descriptor(), "weeks").items_max();
  // Programs that correct what people type turn a hyphen into an en dash.
  std::string plain = absl::StrReplaceAll(OneLine(words), {{"\xE2\x80\x93", "-"}});
  plain = absl::StrReplaceAll(plain, {{" - ", "-"}});
  const std::vector<absl::string_view> weeks = absl::StrSplit(plain, '|');
  if (weeks.size() > weeks_max) {
    return absl::InvalidArgumentError(
        absl::StrCat("The cycle has ", weeks.size(), " weeks: write at most ", weeks_max, "."));
  }
  WorkPattern pattern;
  for (absl::string_view week : weeks) {
    absl::StatusOr<WorkWeek> read = ReadWeek(week);
    if (!read.ok()) return read.status();
    *pattern.add_weeks() = *std::move(read);
  }
  return pattern;
}

}  // namespace countersign::imports
