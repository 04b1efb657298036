// The model's counting stands on its own feet: it finds the dates of the shared cases, whose
// answers are known. Only then is its word against the server's worth something.
#include "tests/scenario/counting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/scenario/model.h"
#include "tests/scenario/staff.h"

namespace countersign::scenario {
namespace {

using nlohmann::json;

Day DayAt(const json& value) { return *DayIn(value.get<std::string>()); }

// A missing last day means the first; null means none yet.
Stretch StretchIn(const json& days) {
  if (!days.contains("last")) return {DayAt(days.at("first")), DayAt(days.at("first"))};
  if (days.at("last").is_null()) return {DayAt(days.at("first")), std::nullopt};
  return {DayAt(days.at("first")), DayAt(days.at("last"))};
}

Worker WorkerIn(const json& person) {
  Worker worker;
  Timetable table;
  table.term_time_only = person.value("term_time_only", true);
  const std::vector<std::string> names = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  for (const json& week : person.value("pattern", json::object()).value("weeks", json::array())) {
    auto& shifts = table.weeks.emplace_back();
    for (const json& day : week) {
      shifts[std::find(names.begin(), names.end(), day) - names.begin()].works = true;
    }
  }
  const json pattern = person.value("pattern", json::object());
  if (pattern.contains("anchor")) table.anchor = DayAt(pattern.at("anchor"));
  worker.timetables.push_back(table);
  for (const json& absence : person.value("absences", json::array())) {
    worker.absences[static_cast<int>(worker.absences.size())] = StretchIn(absence);
  }
  return worker;
}

SchoolDays SchoolIn(const json& one_case) {
  SchoolDays school;
  const json calendar = one_case.value("calendar", json::object());
  for (const json& term : calendar.value("terms", json::array())) {
    school.terms.push_back(StretchIn(term));
  }
  for (const json& closure : calendar.value("closures", json::array())) {
    school.closures.push_back(StretchIn(closure));
  }
  for (const json& day : calendar.value("open_days", json::array())) {
    school.open_days.insert(DayAt(day.is_object() ? day.at("date") : day));
  }
  school.bank_holidays =
      BankHolidaysIn(HolidaysFile(), one_case.value("division", "england-and-wales"));
  return school;
}

Knobs KnobsIn(const json& policy) {
  Knobs knobs;
  knobs.notice_days = policy.value("notice_days", 5);
  knobs.notice_in_calendar_days = policy.value("notice_unit", "working") == "calendar";
  knobs.notice_clear = policy.value("notice_clear", false);
  knobs.draft_days = policy.value("draft_days", 5);
  knobs.final_days = policy.value("final_days", 10);
  knobs.extend_for_pattern = policy.value("extend_for_pattern", true);
  knobs.extend_for_absence = policy.value("extend_for_absence", true);
  return knobs;
}

// A floor under what was computed.
std::optional<Day> Extended(std::optional<Day> computed, const json& one_case, const char* which) {
  const json extended = one_case.value("extended", json::object());
  if (!extended.contains(which)) return computed;
  return computed.has_value() ? std::max(*computed, DayAt(extended.at(which)))
                              : DayAt(extended.at(which));
}

std::string DueIn(const json& expected) {
  return expected.contains("due") && !expected.at("due").is_null()
             ? expected.at("due").get<std::string>()
             : "";
}

// R33, R71, R73, R78.
TEST(CountingDays, FindsTheDatesOfTheCasesWithKnownAnswers) {
  std::ifstream in(TESTS_DIR "/rules/deadlines.json");
  const json file = json::parse(in);
  const std::vector<Stretch> no_rests;
  int judged = 0;
  for (const json& one_case : file.at("cases")) {
    SCOPED_TRACE(one_case.at("name").get<std::string>());
    const SchoolDays school = SchoolIn(one_case);
    const Worker reviewer = WorkerIn(one_case.value("reviewer", json::object()));
    const Worker reviewee = WorkerIn(one_case.value("reviewee", json::object()));
    const Knobs knobs = KnobsIn(one_case.value("policy", json::object()));
    const Day meeting = DayAt(one_case.at("meeting"));
    const Counting for_reviewer{&school, &reviewer, &no_rests, knobs};
    const Counting for_reviewee{&school, &reviewee, &no_rests, knobs};
    const json& expect = one_case.at("expect");
    if (expect.contains("notice") && expect.at("notice").contains("confirm_by")) {
      EXPECT_EQ(Iso(ConfirmBy(meeting, for_reviewee)), expect.at("notice").at("confirm_by"));
      ++judged;
    }
    if (expect.contains("draft")) {
      const auto due = NthAfter(meeting, knobs.draft_days, for_reviewer);
      EXPECT_EQ(Iso(Extended(due, one_case, "draft")), DueIn(expect.at("draft")));
      ++judged;
    }
    if (expect.contains("final")) {
      const auto first = NthAfter(meeting, knobs.final_days, for_reviewer);
      const auto other = NthAfter(meeting, knobs.final_days, for_reviewee);
      const auto later = first && other ? std::optional(std::max(*first, *other)) : std::nullopt;
      EXPECT_EQ(Iso(Extended(later, one_case, "final")), DueIn(expect.at("final")));
      ++judged;
    }
  }
  EXPECT_GT(judged, 200);
}

// A22: a rest counts for neither party, on extra open days too, and whatever the policy says.
TEST(CountingDays, LeavesOutTheDaysOfRest) {
  SchoolDays school;
  school.open_days = {Day(2026, 10, 3)};
  const Worker anybody;
  Knobs knobs;
  knobs.extend_for_absence = false;
  const std::vector<Stretch> rests = {{Day(2026, 10, 1), Day(2026, 10, 5)}};
  const Counting counting{&school, &anybody, &rests, knobs};
  EXPECT_EQ(NthAfter(Day(2026, 9, 29), 2, counting), Day(2026, 10, 6));
  EXPECT_EQ(WhyNot(Day(2026, 10, 3), counting), "plan_suspended");
  const std::vector<Stretch> without_an_end = {{Day(2026, 10, 1), std::nullopt}};
  const Counting resting{&school, &anybody, &without_an_end, knobs};
  EXPECT_EQ(NthAfter(Day(2026, 9, 29), 2, resting), std::nullopt);
}

}  // namespace
}  // namespace countersign::scenario
