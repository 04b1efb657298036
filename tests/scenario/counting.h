// Counting days, written a second time from the design's page on deadlines (its section 1) and from
// nothing else, so that it can be held against the product's own. Days are days in Europe/London;
// stretches include both ends.
#ifndef COUNTERSIGN_TESTS_SCENARIO_COUNTING_H_
#define COUNTERSIGN_TESTS_SCENARIO_COUNTING_H_

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

namespace countersign::scenario {

using Day = absl::CivilDay;

// Days in a row; no last day: without an end so far.
struct Stretch {
  Day first;
  std::optional<Day> last;

  bool Has(Day day) const { return day >= first && (!last.has_value() || day <= *last); }
};

// What somebody works on one weekday; minutes after midnight, -1 where the hours are not known.
struct Shift {
  bool works = false;
  int starts = -1;
  int ends = -1;
};

// A timetable from a day on. No weeks: nothing is known of the days worked.
struct Timetable {
  std::optional<Day> from;
  std::vector<std::array<Shift, 7>> weeks;  // Index 0 is Monday.
  Day anchor;
  bool term_time_only = true;
};

// What is known of somebody's work.
struct Worker {
  std::vector<Timetable> timetables;  // As recorded.
  std::map<int, Stretch> absences;    // Those that stand, by number.
};

// When a school is open.
struct SchoolDays {
  std::vector<Stretch> terms;
  std::vector<Stretch> closures;
  std::set<Day> open_days;
  std::set<Day> bank_holidays;
};

// The knobs of the policy.
struct Knobs {
  int notice_days = 5;
  bool notice_in_calendar_days = false;
  bool notice_clear = false;
  int draft_days = 5;
  int final_days = 10;
  int signature_grace_days = 5;
  bool extend_for_pattern = true;
  bool extend_for_absence = true;
};

// All that decides whether a day counts in a plan.
struct Counting {
  const SchoolDays* school = nullptr;
  const Worker* person = nullptr;
  const std::vector<Stretch>* rests = nullptr;  // Of the plan (A22).
  Knobs knobs;
};

// Empty when the day counts, else the first reason why not: "weekend", "bank_holiday",
// "school_closed", "school_holiday", "not_working", "absent" or "plan_suspended".
std::string WhyNot(Day day, const Counting& counting);

// The n-th day after `day` that counts, for n of 1 or more. Nothing when there is none within 1,500
// days.
std::optional<Day> NthAfter(Day day, int n, const Counting& counting);

// The latest day on which a meeting can be confirmed. Nothing as NthAfter.
std::optional<Day> ConfirmBy(Day meeting_on, const Counting& counting);

// Days that count after `today`, up to and including `due`, but no more than three.
int DaysLeft(Day today, Day due, const Counting& counting);

// Whether the school lets the person off whatever the timetable says of the weekday: on a bank
// holiday, while it is closed, in the holidays of those who work in term.
bool IsFree(Day day, const SchoolDays& school, const Worker& person);

// The timetable in force on the day, or nullptr.
const Timetable* InForce(const Worker& person, Day day);

// What the timetable says of the day; nothing when it says nothing.
std::optional<Shift> ShiftOn(const Worker& person, Day day);

}  // namespace countersign::scenario

#endif  // COUNTERSIGN_TESTS_SCENARIO_COUNTING_H_
