// The working calendar: on which days does a person work, and if not, why not?
//
// A day counts for a person when they work on it (R71, R73, R78; open questions A01, A07). The
// rules are asked in a fixed order, and the first that fails is the reason people are shown:
//
//   1. an extra open day of the school counts whatever rules 2 to 6 say;
//   2. not a Saturday or Sunday;
//   3. not a bank holiday of the school's division;
//   4. not a closure of the school;
//   5. in a term, or the person works all year. Before the first published term and after the last
//      the calendar is unknown: the day counts as term and the answer is provisional;
//   6. in the person's work pattern;
//   7. not recorded absent (also on extra open days).
//
// Pure values and functions over civil days: there are no time zones and no clock here. Every
// value is safe to read from any number of threads. Spans of days include both ends; lists need no
// order and may overlap, unless a field says otherwise.

#ifndef COUNTERSIGN_SERVICES_RULES_DEADLINES_CALENDAR_H_
#define COUNTERSIGN_SERVICES_RULES_DEADLINES_CALENDAR_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace countersign::rules {

// Part of the United Kingdom with bank holidays of its own, as the government publishes them.
enum class Division { kEnglandAndWales, kScotland, kNorthernIreland };

// A span of days with a name, first and last included: a term, or a closure of the school.
struct NamedDays {
  std::string name = {};
  absl::CivilDay first;
  absl::CivilDay last;
};

// One day with a name: an extra open day, or a bank holiday.
struct NamedDay {
  std::string name = {};
  absl::CivilDay date;
};

// The bank holidays of every division.
class BankHolidays {
 public:
  // Replaces the days of `division`. They may come in any order; of two titles for the same date
  // the first given stands.
  void Set(Division division, std::vector<NamedDay> days);

  // Title of the bank holiday on `day`, or nothing when it is none, which is also the answer for
  // years that were never set. The view lives until the next Set().
  std::optional<absl::string_view> TitleOn(Division division, absl::CivilDay day) const;

 private:
  std::array<std::vector<NamedDay>, 3> days_;  // Per division, sorted by date.
};

// What a school has published. Half terms and holidays are the gaps between terms.
struct SchoolCalendar {
  Division division = Division::kEnglandAndWales;
  std::vector<NamedDays> terms = {};
  std::vector<NamedDays> closures = {};
  std::vector<NamedDay> open_days = {};
};

// Weekdays worked in one week: index 0 is Monday, 6 is Sunday.
struct WorkWeek {
  std::array<bool, 7> works = {};
  // Length of the working day in minutes, where it is known. Hours never move a deadline: a short
  // day counts as a day.
  std::array<std::optional<int>, 7> minutes = {};
  // Start and end of work as minutes after midnight in Europe/London, where they are known.
  std::array<std::optional<int>, 7> starts = {};
  std::array<std::optional<int>, 7> ends = {};
};

// A timetable in force from a day on, repeating for ever after and before.
struct WorkPattern {
  // The first day on which this pattern is in force. Nothing means: since ever.
  std::optional<absl::CivilDay> from = {};
  // The weeks of the cycle in turn. An empty list says that nothing is known of the days worked,
  // and rule 6 does not apply; a week with no day says that none is worked.
  std::vector<WorkWeek> weeks = {};
  // Works in term only while this pattern is in force. Nothing: as WorkFacts says.
  std::optional<bool> term_time_only = std::nullopt;
  // A day in the week that `weeks` begins with: its Monday is the anchor. Without meaning for a
  // cycle of one week. May lie after the days in question: the cycle runs backwards too.
  absl::CivilDay anchor;
};

// A recorded absence. Its reason is never recorded (R78).
struct Absence {
  absl::CivilDay first;
  std::optional<absl::CivilDay> last = {};  // Nothing: no end is known yet.
};

// What is recorded of a person's work, as far as deadlines depend on it.
struct WorkFacts {
  // Works in term only, unless a pattern says otherwise. False: works all year, school holidays
  // included.
  bool term_time_only = true;
  // A change of pattern takes effect on its date: the latest with `from` on or before a day is in
  // force on that day, and the earliest before any; of two from the same date the later in the
  // list. None at all: every weekday is worked.
  std::vector<WorkPattern> patterns = {};
  std::vector<Absence> absences = {};
};

// Why a day does not count, in the order in which the rules are asked.
enum class ReasonNotCounted {
  kWeekend,
  kBankHoliday,
  kSchoolClosed,
  kSchoolHoliday,
  kNotWorking,
  kAbsent,
  kPlanSuspended,  // Of no person: deadlines.h adds it for the days on which a plan rests.
};

// A day that does not count.
struct Skip {
  ReasonNotCounted reason;
  // Title of the bank holiday or name of the closure, else empty. Borrowed from the calendar or
  // the bank holidays, and valid as long as they are.
  absl::string_view title;
};

// Which of the person's facts move a deadline; both are policy (R78).
struct ExtendFor {
  bool pattern = true;  // False drops rule 6.
  bool absence = true;  // False drops rule 7.
};

// Nothing when `day` counts for `person`, else the first reason why not. Allocates nothing.
std::optional<Skip> WhyNotCounted(absl::CivilDay day, const SchoolCalendar& calendar,
                                  const BankHolidays& holidays, const WorkFacts& person,
                                  ExtendFor extend_for);

// Rules 2 to 6 alone: why `day` would not count for `person` if it were no extra open day and they
// were not absent.
std::optional<Skip> WhyNotOrdinary(absl::CivilDay day, const SchoolCalendar& calendar,
                                   const BankHolidays& holidays, const WorkFacts& person,
                                   ExtendFor extend_for);

// Whether the verdict on `day` rests on terms that are not published: rule 5 was reached, and the
// day lies before the first published term or after the last. A weekend, a bank holiday, a closure
// and an extra open day are what they are whatever the terms will be. `skip` is the answer of
// WhyNotCounted() for any person.
bool IsProvisional(absl::CivilDay day, const std::optional<Skip>& skip,
                   const SchoolCalendar& calendar);

// The school's extra open day on `day`, or null. Borrowed from `calendar`.
const NamedDay* OpenDayOn(absl::CivilDay day, const SchoolCalendar& calendar);

// The pattern in force on `day`, or null when every weekday is worked. Borrowed from `person`.
const WorkPattern* PatternOn(absl::CivilDay day, const WorkFacts& person);

// Why a meeting would not lie in somebody's working time (R86), in the order in which it is asked.
enum class NotInWorkingTime {
  kBankHoliday,
  kSchoolClosed,
  kSchoolHoliday,  // The person works in term only.
  kNotWorking,     // The pattern leaves the day out.
  kOutsideHours,   // The hours of the day are known and do not hold all of it.
};

// Nothing where the meeting lies in working time as far as anybody recorded it: hours that are not
// known, a weekend of somebody without a pattern, and days outside the published terms are not
// judged, and on an extra open day of the school everybody works. `starts_at` is in minutes after
// midnight; nothing: the day alone is judged.
std::optional<NotInWorkingTime> WhyNotInWorkingTime(absl::CivilDay day,
                                                    std::optional<int> starts_at, int minutes,
                                                    const SchoolCalendar& calendar,
                                                    const BankHolidays& holidays,
                                                    const WorkFacts& person);

// The hours worked on `day`, as people write them: "08:30 to 15:30", "from 08:30", "until 15:30".
// Empty where the pattern leaves the day out or no hours are recorded.
std::string HoursInWords(absl::CivilDay day, const WorkFacts& person);

// Whether the person works in term only on `day`.
bool TermTimeOnlyOn(absl::CivilDay day, const WorkFacts& person);

// A gap between two published terms, as people call it: "half term", "the Christmas holiday", "the
// Easter holiday", "the summer holiday", or "the school holiday" where none of these fits. `day`
// lies in the gap; for any other day the answer is "the school holiday".
absl::string_view HolidayName(absl::CivilDay day, const SchoolCalendar& calendar);

// A pattern after the words "who works": "Monday to Thursday", "Tuesdays only", "Monday one week
// and Tuesday the next", "a timetable of 3 weeks".
std::string PatternInWords(const WorkPattern& pattern);

// A list in a sentence: "a", "a and b", "a, b and c". Empty for an empty list.
std::string Listed(const std::vector<std::string>& items);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_DEADLINES_CALENDAR_H_
