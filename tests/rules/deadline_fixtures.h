// A small language for tests of the calendar and of deadlines: one school year with its terms, the
// real bank holidays, and people by the days they work.

#ifndef COUNTERSIGN_TESTS_RULES_DEADLINE_FIXTURES_H_
#define COUNTERSIGN_TESTS_RULES_DEADLINE_FIXTURES_H_

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "services/rules/deadlines/calendar.h"
#include "services/rules/deadlines/deadlines.h"
#include "tests/support/london.h"

namespace countersign::rules {

// The bank holidays of all divisions from 2019 to 2028.
inline const BankHolidays& RealHolidays() {
  static const BankHolidays* const holidays = [] {
    std::ifstream file(TESTS_DIR "/rules/bank-holidays.json");
    const auto json = nlohmann::json::parse(file);
    auto* read = new BankHolidays;
    for (const auto& [key, division] : {std::pair{"england-and-wales", Division::kEnglandAndWales},
                                        {"scotland", Division::kScotland},
                                        {"northern-ireland", Division::kNorthernIreland}}) {
      std::vector<NamedDay> days;
      for (const auto& event : json[key]["events"]) {
        days.push_back({event["title"].get<std::string>(), On(event["date"].get<std::string>())});
      }
      read->Set(division, std::move(days));
    }
    return read;
  }();
  return *holidays;
}

// Terms of the school year 2026/27 and the first of the next, in England.
inline SchoolCalendar SchoolYear() {
  SchoolCalendar calendar;
  calendar.terms = {{"Autumn 1", On("2026-09-01"), On("2026-10-23")},
                    {"Autumn 2", On("2026-11-02"), On("2026-12-18")},
                    {"Spring 1", On("2027-01-04"), On("2027-02-12")},
                    {"Spring 2", On("2027-02-22"), On("2027-03-25")},
                    {"Summer 1", On("2027-04-12"), On("2027-05-28")},
                    {"Summer 2", On("2027-06-07"), On("2027-07-21")},
                    {"Autumn 1", On("2027-09-01"), On("2027-10-22")}};
  return calendar;
}

// "mon tue thu" as a week.
inline WorkWeek Week(absl::string_view days) {
  static const std::map<std::string, int> kIndex = {{"mon", 0}, {"tue", 1}, {"wed", 2}, {"thu", 3},
                                                    {"fri", 4}, {"sat", 5}, {"sun", 6}};
  WorkWeek week;
  for (absl::string_view day : absl::StrSplit(days, ' ', absl::SkipEmpty())) {
    week.works[kIndex.at(std::string(day))] = true;
  }
  return week;
}

inline WorkFacts EveryWeekday() { return {}; }

inline WorkFacts WhoWorks(absl::string_view days) {
  WorkFacts person;
  person.patterns.push_back({.from = {}, .weeks = {Week(days)}, .anchor = {}});
  return person;
}

inline WorkFacts AllYear(WorkFacts person) {
  person.term_time_only = false;
  return person;
}

inline WorkFacts Absent(WorkFacts person, absl::string_view first, absl::string_view last) {
  person.absences.push_back({On(first), On(last)});
  return person;
}

inline WorkFacts AbsentWithNoEnd(WorkFacts person, absl::string_view first) {
  person.absences.push_back({On(first), std::nullopt});
  return person;
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_TESTS_RULES_DEADLINE_FIXTURES_H_
