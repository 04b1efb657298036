#include "tests/scenario/counting.h"

#include <algorithm>

namespace countersign::scenario {
namespace {

constexpr int kFarthest = 1500;

bool In(const std::vector<Stretch>& stretches, Day day) {
  return std::any_of(stretches.begin(), stretches.end(),
                     [&](const Stretch& stretch) { return stretch.Has(day); });
}

// 0 Monday to 6 Sunday.
int WeekdayOf(Day day) {
  static const Day a_monday(2000, 1, 3);
  const int weekday = static_cast<int>((day - a_monday) % 7);
  return weekday < 0 ? weekday + 7 : weekday;
}

bool IsHoliday(const SchoolDays& school, Day day) {
  if (school.terms.empty() || In(school.terms, day)) return false;
  bool after_one = false;
  bool before_one = false;
  for (const Stretch& term : school.terms) {
    after_one = after_one || term.first < day;
    before_one = before_one || *term.last > day;
  }
  return after_one && before_one;
}

bool IsAbsent(const Worker& person, Day day) {
  return std::any_of(person.absences.begin(), person.absences.end(),
                     [&](const auto& absence) { return absence.second.Has(day); });
}

// The day from which on no day counts any more, so that nobody looks at four years of them.
std::optional<Day> EndOf(const Counting& counting) {
  std::optional<Day> end;
  const auto ends_with = [&](const Stretch& stretch) {
    if (!stretch.last.has_value() && (!end || stretch.first < *end)) end = stretch.first;
  };
  for (const Stretch& rest : *counting.rests) ends_with(rest);
  if (!counting.knobs.extend_for_absence) return end;
  for (const auto& [number, absence] : counting.person->absences) ends_with(absence);
  return end;
}

}  // namespace

const Timetable* InForce(const Worker& person, Day day) {
  const Timetable* in_force = nullptr;
  const Timetable* earliest = nullptr;
  for (const Timetable& table : person.timetables) {
    // Of two from the same day the one recorded later stands; no day at all is before every day.
    const Day from = table.from.value_or(Day::min());
    if (earliest == nullptr || from <= earliest->from.value_or(Day::min())) earliest = &table;
    if (from > day) continue;
    if (in_force == nullptr || from >= in_force->from.value_or(Day::min())) in_force = &table;
  }
  return in_force != nullptr ? in_force : earliest;
}

std::optional<Shift> ShiftOn(const Worker& person, Day day) {
  const Timetable* table = InForce(person, day);
  if (table == nullptr || table->weeks.empty()) return std::nullopt;
  const auto weeks = static_cast<absl::civil_diff_t>(table->weeks.size());
  const Day monday = day - WeekdayOf(day);
  absl::civil_diff_t turn = weeks == 1 ? 0 : (monday - table->anchor) / 7 % weeks;
  if (turn < 0) turn += weeks;
  return table->weeks[turn][WeekdayOf(day)];
}

bool IsFree(Day day, const SchoolDays& school, const Worker& person) {
  if (school.bank_holidays.count(day) > 0 || In(school.closures, day)) return true;
  const Timetable* table = InForce(person, day);
  return (table == nullptr || table->term_time_only) && IsHoliday(school, day);
}

std::string WhyNot(Day day, const Counting& counting) {
  const SchoolDays& school = *counting.school;
  const Worker& person = *counting.person;
  if (school.open_days.count(day) == 0) {
    if (WeekdayOf(day) >= 5) return "weekend";
    if (school.bank_holidays.count(day) > 0) return "bank_holiday";
    if (In(school.closures, day)) return "school_closed";
    const Timetable* table = InForce(person, day);
    if ((table == nullptr || table->term_time_only) && IsHoliday(school, day)) {
      return "school_holiday";
    }
    const std::optional<Shift> shift = ShiftOn(person, day);
    if (counting.knobs.extend_for_pattern && shift.has_value() && !shift->works) {
      return "not_working";
    }
  }
  if (counting.knobs.extend_for_absence && IsAbsent(person, day)) return "absent";
  return In(*counting.rests, day) ? "plan_suspended" : "";
}

std::optional<Day> NthAfter(Day day, int n, const Counting& counting) {
  const std::optional<Day> end = EndOf(counting);
  for (int ahead = 1; ahead <= kFarthest; ++ahead) {
    if (end.has_value() && day + ahead >= *end) return std::nullopt;
    if (WhyNot(day + ahead, counting).empty() && --n == 0) return day + ahead;
  }
  return std::nullopt;
}

std::optional<Day> ConfirmBy(Day meeting_on, const Counting& counting) {
  int left = counting.knobs.notice_days;
  if (counting.knobs.notice_in_calendar_days || left == 0) return meeting_on - left;
  for (int back = counting.knobs.notice_clear ? 1 : 0; back <= kFarthest; ++back) {
    if (WhyNot(meeting_on - back, counting).empty() && --left == 0) return meeting_on - back - 1;
  }
  return std::nullopt;
}

int DaysLeft(Day today, Day due, const Counting& counting) {
  int left = 0;
  for (Day day = today + 1; day <= due && left < 3; ++day) {
    if (WhyNot(day, counting).empty()) ++left;
  }
  return left;
}

}  // namespace countersign::scenario
