#include "tests/scenario/staff.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/scenario/model.h"

namespace countersign::scenario {
namespace {

// The first and last days of the terms of 2026/27, and of the autumn after it.
struct TermDays {
  const char* name;
  const char* first;
  const char* last;
};
constexpr TermDays kTerms[] = {
    {"Autumn 1", "2026-09-01", "2026-10-23"}, {"Autumn 2", "2026-11-02", "2026-12-18"},
    {"Spring 1", "2027-01-04", "2027-02-12"}, {"Spring 2", "2027-02-22", "2027-03-25"},
    {"Summer 1", "2027-04-12", "2027-05-28"}, {"Summer 2", "2027-06-07", "2027-07-21"}};
constexpr TermDays kNextAutumn = {"Autumn 2027", "2027-09-06", "2027-12-17"};

void AddTerm(const TermDays& days, v1::SchoolCalendar& calendar) {
  v1::NamedDays* term = calendar.add_terms();
  term->set_name(days.name);
  term->set_first_on(days.first);
  term->set_last_on(days.last);
}

void AddOpenDay(Day day, v1::SchoolCalendar& calendar) {
  for (const v1::NamedDay& other : calendar.open_days()) {
    if (other.on() == Iso(day)) return;
  }
  v1::NamedDay* open = calendar.add_open_days();
  open->set_name("INSET day");
  open->set_on(Iso(day));
}

void AddClosure(Day first, Day last, v1::SchoolCalendar& calendar) {
  for (const v1::NamedDays& other : calendar.closures()) {
    if (Iso(first) <= other.last_on() && Iso(last) >= other.first_on()) return;
  }
  v1::NamedDays* closure = calendar.add_closures();
  closure->set_name("Snow");
  closure->set_first_on(Iso(first));
  closure->set_last_on(Iso(last));
}

std::string Event(const std::string& category, const std::string& name, const std::string& first,
                  const std::string& last) {
  const auto compact = [](Day day) { return absl::StrReplaceAll(Iso(day), {{"-", ""}}); };
  return absl::StrCat("BEGIN:VEVENT\r\nCATEGORIES:", category, "\r\nSUMMARY:", name,
                      "\r\nDTSTART;VALUE=DATE:", compact(*DayIn(first)),
                      "\r\nDTEND;VALUE=DATE:", compact(*DayIn(last) + 1), "\r\nEND:VEVENT\r\n");
}

}  // namespace

std::vector<StaffMember> MadeUpStaff(Dice& dice) {
  std::vector<StaffMember> staff = {{"OT", "", false, {}}, {"C1", "", false, {}}};
  const auto add = [&](const std::string& urn, bool has_plan, const std::vector<std::string>& keys,
                       const std::vector<std::string>& managers) {
    for (const std::string& key : keys) {
      StaffMember member{key, urn, has_plan, {}};
      for (const std::string& manager : managers) {
        if (manager != key && dice.Chance(60)) member.manager_keys.push_back(manager);
      }
      staff.push_back(member);
    }
  };
  add("100001", false, {"OA", "LA"}, {"HA"});
  add("100001", true, {"HA"}, {"C1"});
  add("100001", true, {"DA", "MA1", "MA2", "MA3"}, {"HA"});
  add("100001", true, {"SA1", "SA2", "SA3", "SA4", "SA5", "SA6", "SA7", "SA8"},
      {"MA1", "MA2", "MA3"});
  add("100002", false, {"HB", "OB", "LB", "XB"}, {});
  add("100002", true, {"MB1", "MB2"}, {"HB"});
  add("100002", true, {"SB1", "SB2", "SB3", "SB4", "SB5"}, {"MB1", "MB2"});
  return staff;
}

std::string StaffFile(const std::vector<StaffMember>& staff) {
  std::string file = "staff_key,name,job_title,team,urn,line_managers\n";
  for (const StaffMember& member : staff) {
    absl::StrAppend(&file, member.key, ",Person ", member.key, ",Teaching assistant,Key Stage 1,",
                    member.urn, ",", absl::StrJoin(member.manager_keys, ";"), "\n");
  }
  return file;
}

v1::ChangeWorkPattern MadeUpTimetable(Dice& dice, std::optional<Day> from) {
  v1::ChangeWorkPattern command;
  command.set_effective_from_on(Iso(from));
  command.set_term_time_only(dice.Chance(65));
  const int weeks = dice.Chance(25) ? 2 : 1;
  const bool with_hours = dice.Chance(50);
  for (int week = 0; week < weeks; ++week) {
    v1::WorkWeek* days = command.mutable_pattern()->add_weeks();
    const int always = 1 + dice.Below(5);  // Nobody in this trust works on no day at all.
    for (int weekday = 1; weekday <= 5; ++weekday) {
      if (weekday != always && dice.Chance(25)) continue;
      v1::WorkWeek::Day* day = days->add_days();
      day->set_weekday(weekday);
      if (with_hours && dice.Chance(80)) {
        day->set_starts_at("08:30");
        day->set_ends_at(dice.Chance(70) ? "15:30" : "12:30");
      }
    }
  }
  if (weeks > 1)
    command.mutable_pattern()->set_anchor_on(dice.Chance(50) ? "2026-09-07" : "2027-04-05");
  return command;
}

v1::SchoolCalendar MadeUpCalendar(Dice& dice) {
  v1::SchoolCalendar calendar;
  for (const TermDays& term : kTerms) AddTerm(term, calendar);
  if (dice.Chance(50)) AddTerm(kNextAutumn, calendar);
  // INSET days on the first Monday of half term, and on a Saturday.
  if (dice.Chance(50)) AddOpenDay(Day(2026, 10, 26), calendar);
  if (dice.Chance(50)) AddOpenDay(Day(2026, 9, 19) + 7 * dice.Below(30), calendar);
  return calendar;
}

void Announce(Dice& dice, Day today, v1::SchoolCalendar& calendar) {
  const Day near = today + dice.Between(-3, 12);
  const Day first(2026, 9, 1);
  const Day last(2027, 7, 20);
  const Day day = std::clamp(near, first, last);
  if (calendar.terms_size() == 6 && dice.Chance(20)) {
    AddTerm(kNextAutumn, calendar);
  } else if (dice.Chance(25) && calendar.closures_size() > 0) {
    calendar.mutable_closures()->RemoveLast();
  } else if (dice.Chance(40)) {
    AddOpenDay(day, calendar);
  } else {
    AddClosure(day, std::min(day + dice.Below(3), last), calendar);
  }
}

std::string CalendarFile(const v1::SchoolCalendar& calendar) {
  std::string file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";
  for (const v1::NamedDays& term : calendar.terms()) {
    file += Event("TERM", term.name(), term.first_on(), term.last_on());
  }
  for (const v1::NamedDays& closure : calendar.closures()) {
    file += Event("CLOSURE", closure.name(), closure.first_on(), closure.last_on());
  }
  for (const v1::NamedDay& day : calendar.open_days()) {
    file += Event("OPEN DAY", day.name(), day.on(), day.on());
  }
  return file + "END:VCALENDAR\r\n";
}

v1::Policy MadeUpPolicy(Dice& dice) {
  v1::Policy policy;
  if (dice.Chance(40)) policy.set_notice_days(dice.Between(1, 10));
  if (dice.Chance(30)) {
    policy.set_notice_unit(dice.Chance(50) ? v1::Policy::NOTICE_UNIT_CALENDAR
                                           : v1::Policy::NOTICE_UNIT_WORKING);
  }
  if (dice.Chance(30)) policy.set_notice_clear(dice.Chance(60));
  if (dice.Chance(30)) policy.set_draft_days(dice.Between(1, 8));
  if (dice.Chance(30)) policy.set_final_days(dice.Between(4, 15));
  if (dice.Chance(40)) policy.set_signature_grace_days(dice.Between(0, 6));
  if (dice.Chance(20)) policy.set_extend_for_pattern(dice.Chance(50));
  if (dice.Chance(20)) policy.set_extend_for_absence(dice.Chance(50));
  return policy;
}

const std::string& HolidaysFile() {
  static const auto& file = *new std::string([] {
    std::ifstream in(TESTS_DIR "/rules/bank-holidays.json", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }());
  return file;
}

const std::string& HolidaysNearTheYear() {
  static const auto& file = *new std::string([] {
    nlohmann::json list = nlohmann::json::parse(HolidaysFile());
    for (auto& division : list) {
      nlohmann::json near = nlohmann::json::array();
      for (const auto& event : division.at("events")) {
        const std::string on = event.at("date");
        if (on >= "2026-06-01" && on < "2028-01-01") near.push_back(event);
      }
      division["events"] = near;
    }
    return list.dump();
  }());
  return file;
}

std::set<Day> BankHolidaysIn(const std::string& file, const std::string& division) {
  std::set<Day> days;
  const nlohmann::json list = nlohmann::json::parse(file);
  for (const auto& event : list.at(division).at("events")) {
    days.insert(*DayIn(event["date"].get<std::string>()));
  }
  return days;
}

}  // namespace countersign::scenario
