#include "services/rules/deadlines/calendar.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace countersign::rules {
namespace {

// Place of `day` in its week: 0 for Monday.
int WeekdayIndex(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)); }

bool Contains(const NamedDays& span, absl::CivilDay day) {
  return span.first <= day && day <= span.last;
}

const NamedDays* ClosureOn(absl::CivilDay day, const SchoolCalendar& calendar) {
  for (const NamedDays& closure : calendar.closures) {
    if (Contains(closure, day)) return &closure;
  }
  return nullptr;
}

// Where a day lies among the published terms.
enum class Season { kTerm, kHoliday, kUnpublished };

Season SeasonOn(absl::CivilDay day, const SchoolCalendar& calendar) {
  bool term_before = false;
  bool term_after = false;
  for (const NamedDays& term : calendar.terms) {
    if (day < term.first) {
      term_after = true;
    } else if (term.last < day) {
      term_before = true;
    } else {
      return Season::kTerm;
    }
  }
  return term_before && term_after ? Season::kHoliday : Season::kUnpublished;
}

// The week of the pattern that `day` lies in, or null where no days are recorded.
const WorkWeek* WeekOn(absl::CivilDay day, const WorkFacts& person) {
  const WorkPattern* pattern = PatternOn(day, person);
  if (pattern == nullptr || pattern->weeks.empty()) return nullptr;
  if (pattern->weeks.size() == 1) return &pattern->weeks[0];

  const absl::CivilDay monday = day - WeekdayIndex(day);
  const absl::CivilDay anchor_monday = pattern->anchor - WeekdayIndex(pattern->anchor);
  const absl::civil_diff_t cycle = static_cast<absl::civil_diff_t>(pattern->weeks.size());
  // The remainder of a negative number is negative; before the anchor the cycle runs on backwards.
  const absl::civil_diff_t week = (((monday - anchor_monday) / 7) % cycle + cycle) % cycle;
  return &pattern->weeks[week];
}

bool WorksOn(absl::CivilDay day, const WorkFacts& person) {
  const WorkWeek* week = WeekOn(day, person);
  return week == nullptr || week->works[WeekdayIndex(day)];
}

bool IsAbsentOn(absl::CivilDay day, const WorkFacts& person) {
  return std::any_of(person.absences.begin(), person.absences.end(), [day](const Absence& absence) {
    return absence.first <= day && (!absence.last.has_value() || day <= *absence.last);
  });
}

// Minutes after midnight as "08:30".
std::string ClockTime(int minutes) {
  return absl::StrCat(absl::Dec(minutes / 60, absl::kZeroPad2), ":",
                      absl::Dec(minutes % 60, absl::kZeroPad2));
}

constexpr std::array<absl::string_view, 7> kWeekdays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
// "Monday to Thursday", "Monday, Tuesday and Thursday".
std::string WeekInWords(const WorkWeek& week) {
  std::vector<std::string> runs;
  for (size_t first = 0; first < week.works.size(); ++first) {
    if (!week.works[first]) continue;
    size_t last = first;
    while (last + 1 < week.works.size() && week.works[last + 1]) ++last;
    // Two days in a row read better as a list.
    if (last - first >= 2) {
      runs.push_back(absl::StrCat(kWeekdays[first], " to ", kWeekdays[last]));
      first = last;
    } else {
      runs.emplace_back(kWeekdays[first]);
    }
  }
  return runs.empty() ? "no days" : Listed(runs);
}

}  // namespace

void BankHolidays::Set(Division division, std::vector<NamedDay> days) {
  std::stable_sort(days.begin(), days.end(),
                   [](const NamedDay& a, const NamedDay& b) { return a.date < b.date; });
  days_[static_cast<size_t>(division)] = std::move(days);
}

std::optional<absl::string_view> BankHolidays::TitleOn(Division division,
                                                       absl::CivilDay day) const {
  const std::vector<NamedDay>& days = days_[static_cast<size_t>(division)];
  const auto found = std::lower_bound(
      days.begin(), days.end(), day,
      [](const NamedDay& holiday, absl::CivilDay sought) { return holiday.date < sought; });
  if (found == days.end() || found->date != day) return std::nullopt;
  return found->name;
}

std::optional<Skip> WhyNotCounted(absl::CivilDay day, const SchoolCalendar& calendar,
                                  const BankHolidays& holidays, const WorkFacts& person,
                                  ExtendFor extend_for) {
  if (OpenDayOn(day, calendar) == nullptr) {
    if (auto skip = WhyNotOrdinary(day, calendar, holidays, person, extend_for)) return skip;
  }
  if (extend_for.absence && IsAbsentOn(day, person)) return Skip{ReasonNotCounted::kAbsent, {}};
  return std::nullopt;
}

std::optional<NotInWorkingTime> WhyNotInWorkingTime(absl::CivilDay day,
                                                    std::optional<int> starts_at, int minutes,
                                                    const SchoolCalendar& calendar,
                                                    const BankHolidays& holidays,
                                                    const WorkFacts& person) {
  if (OpenDayOn(day, calendar) != nullptr) return std::nullopt;
  if (holidays.TitleOn(calendar.division, day).has_value()) return NotInWorkingTime::kBankHoliday;
  if (ClosureOn(day, calendar) != nullptr) return NotInWorkingTime::kSchoolClosed;
  if (SeasonOn(day, calendar) == Season::kHoliday && TermTimeOnlyOn(day, person)) {
    return NotInWorkingTime::kSchoolHoliday;
  }
  const WorkWeek* week = WeekOn(day, person);
  if (week == nullptr) return std::nullopt;
  const int weekday = WeekdayIndex(day);
  if (!week->works[weekday]) return NotInWorkingTime::kNotWorking;
  if (!starts_at.has_value()) return std::nullopt;
  const bool too_early = week->starts[weekday].has_value() && *starts_at < *week->starts[weekday];
  const bool too_late =
      week->ends[weekday].has_value() && *starts_at + minutes > *week->ends[weekday];
  if (too_early || too_late) return NotInWorkingTime::kOutsideHours;
  return std::nullopt;
}

std::string HoursInWords(absl::CivilDay day, const WorkFacts& person) {
  const WorkWeek* week = WeekOn(day, person);
  if (week == nullptr) return {};
  const int weekday = WeekdayIndex(day);
  const std::optional<int>& starts = week->starts[weekday];
  const std::optional<int>& ends = week->ends[weekday];
  if (starts.has_value() && ends.has_value()) {
    return absl::StrCat(ClockTime(*starts), " to ", ClockTime(*ends));
  }
  if (starts.has_value()) return absl::StrCat("from ", ClockTime(*starts));
  return ends.has_value() ? absl::StrCat("until ", ClockTime(*ends)) : std::string();
}

bool TermTimeOnlyOn(absl::CivilDay day, const WorkFacts& person) {
  const WorkPattern* pattern = PatternOn(day, person);
  return pattern == nullptr ? person.term_time_only
                            : pattern->term_time_only.value_or(person.term_time_only);
}

std::optional<Skip> WhyNotOrdinary(absl::CivilDay day, const SchoolCalendar& calendar,
                                   const BankHolidays& holidays, const WorkFacts& person,
                                   ExtendFor extend_for) {
  if (WeekdayIndex(day) >= 5) return Skip{ReasonNotCounted::kWeekend, {}};
  if (const auto title = holidays.TitleOn(calendar.division, day)) {
    return Skip{ReasonNotCounted::kBankHoliday, *title};
  }
  if (const NamedDays* closure = ClosureOn(day, calendar)) {
    return Skip{ReasonNotCounted::kSchoolClosed, closure->name};
  }
  if (SeasonOn(day, calendar) == Season::kHoliday && TermTimeOnlyOn(day, person)) {
    return Skip{ReasonNotCounted::kSchoolHoliday, {}};
  }
  if (extend_for.pattern && !WorksOn(day, person)) return Skip{ReasonNotCounted::kNotWorking, {}};
  return std::nullopt;
}

bool IsProvisional(absl::CivilDay day, const std::optional<Skip>& skip,
                   const SchoolCalendar& calendar) {
  if (skip.has_value() && skip->reason < ReasonNotCounted::kSchoolHoliday) return false;
  return SeasonOn(day, calendar) == Season::kUnpublished && OpenDayOn(day, calendar) == nullptr;
}

const NamedDay* OpenDayOn(absl::CivilDay day, const SchoolCalendar& calendar) {
  for (const NamedDay& open_day : calendar.open_days) {
    if (open_day.date == day) return &open_day;
  }
  return nullptr;
}

const WorkPattern* PatternOn(absl::CivilDay day, const WorkFacts& person) {
  const WorkPattern* in_force = nullptr;
  const WorkPattern* earliest = nullptr;
  for (const WorkPattern& pattern : person.patterns) {
    // Nothing sorts before every day, which is what "since ever" means.
    if (earliest == nullptr || pattern.from < earliest->from) earliest = &pattern;
    if (pattern.from.has_value() && day < *pattern.from) continue;
    if (in_force == nullptr || in_force->from <= pattern.from) in_force = &pattern;
  }
  return in_force != nullptr ? in_force : earliest;
}

absl::string_view HolidayName(absl::CivilDay day, const SchoolCalendar& calendar) {
  constexpr absl::string_view kUnnamed = "the school holiday";
  if (SeasonOn(day, calendar) != Season::kHoliday) return kUnnamed;
  absl::CivilDay first = absl::CivilDay::min();
  absl::CivilDay last = absl::CivilDay::max();
  for (const NamedDays& term : calendar.terms) {
    if (term.last < day) first = std::max(first, term.last + 1);
    if (term.first > day) last = std::min(last, term.first - 1);
  }

  // Schools name their terms, not the gaps; the time of year is what people go by.
  const auto includes = [&](int month, int day_of_month) {
    const absl::CivilDay in_first_year(first.year(), month, day_of_month);
    const absl::CivilDay in_last_year(last.year(), month, day_of_month);
    return (first <= in_first_year && in_first_year <= last) ||
           (first <= in_last_year && in_last_year <= last);
  };
  const absl::civil_diff_t length_days = last - first + 1;
  if (includes(12, 25)) return "the Christmas holiday";
  if (includes(8, 1)) return "the summer holiday";
  const bool starts_near_easter =
      absl::CivilDay(first.year(), 3, 15) <= first && first <= absl::CivilDay(first.year(), 4, 25);
  if (starts_near_easter && length_days >= 7) return "the Easter holiday";
  // A gap of a day or two is no half term; one of more than 17 days is no half either.
  if (length_days >= 4 && length_days <= 17) return "half term";
  return kUnnamed;
}

std::string Listed(const std::vector<std::string>& items) {
  if (items.size() < 2) return absl::StrJoin(items, "");
  return absl::StrCat(absl::StrJoin(items.begin(), std::prev(items.end()), ", "), " and ",
                      items.back());
}

std::string PatternInWords(const WorkPattern& pattern) {
  if (pattern.weeks.empty()) return "every weekday";
  if (pattern.weeks.size() == 1) {
    const auto& works = pattern.weeks[0].works;
    const std::string days = WeekInWords(pattern.weeks[0]);
    return std::count(works.begin(), works.end(), true) == 1 ? absl::StrCat(days, "s only") : days;
  }
  if (pattern.weeks.size() == 2) {
    return absl::StrCat(WeekInWords(pattern.weeks[0]), " one week and ",
                        WeekInWords(pattern.weeks[1]), " the next");
  }
  return absl::StrCat("a timetable of ", pattern.weeks.size(), " weeks");
}

}  // namespace countersign::rules
