// Events about people, schools and the trust: the facts that a plan's rules look at. What a test
// learns about the world on top of the standard one: Given(...).Knowing({AbsenceRecorded(...)}).
#ifndef COUNTERSIGN_TESTS_SUPPORT_FACT_EVENTS_H_
#define COUNTERSIGN_TESTS_SUPPORT_FACT_EVENTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/support/events.h"

namespace countersign::rules {

// The journal itself, before anybody uses it.
inline constexpr char kLongAgo[] = "2026-07-01 09:00";

// A name and a day, or a name and a first and last day.
using Holiday = std::pair<std::string, std::string>;
struct Span {
  std::string name;
  std::string first;
  std::string last;
};

// One week with these days, 1 Monday to 7 Sunday.
inline v1::WorkPattern Week(const std::vector<uint32_t>& weekdays, uint32_t minutes = 0) {
  v1::WorkPattern pattern;
  v1::WorkWeek* week = pattern.add_weeks();
  for (const uint32_t weekday : weekdays) {
    v1::WorkWeek::Day* day = week->add_days();
    day->set_weekday(weekday);
    day->set_minutes(minutes);
  }
  return pattern;
}

// The week of `weekdays` with the same hours on each of them.
inline v1::WorkPattern WithHours(const std::vector<uint32_t>& weekdays, absl::string_view starts_at,
                                 absl::string_view ends_at) {
  v1::WorkPattern pattern = Week(weekdays);
  for (v1::WorkWeek::Day& day : *pattern.mutable_weeks(0)->mutable_days()) {
    day.set_starts_at(std::string(starts_at));
    day.set_ends_at(std::string(ends_at));
  }
  return pattern;
}

// One week after the other, the first of them beginning on the Monday `anchor_on`.
inline v1::WorkPattern InTurn(const std::vector<v1::WorkPattern>& weeks,
                              absl::string_view anchor_on) {
  v1::WorkPattern pattern;
  for (const v1::WorkPattern& week : weeks) *pattern.add_weeks() = week.weeks(0);
  pattern.set_anchor_on(std::string(anchor_on));
  return pattern;
}

inline v1::WorkPattern MondayToThursday() { return Week({1, 2, 3, 4}); }
inline v1::WorkPattern EveryWeekday() { return Week({1, 2, 3, 4, 5}); }

// Terms of 2026/27 with the real half term from 26 to 30 October 2026, and the first of the next.
inline v1::SchoolCalendar SchoolYear(const std::vector<Span>& closures = {},
                                     const std::vector<Holiday>& open_days = {}) {
  v1::SchoolCalendar calendar;
  calendar.set_covers_first_on("2026-09-01");
  calendar.set_covers_last_on("2027-12-17");
  const std::vector<Span> terms = {
      {"Autumn 1", "2026-09-01", "2026-10-23"}, {"Autumn 2", "2026-11-02", "2026-12-18"},
      {"Spring 1", "2027-01-04", "2027-02-12"}, {"Spring 2", "2027-02-22", "2027-03-25"},
      {"Summer 1", "2027-04-12", "2027-05-28"}, {"Summer 2", "2027-06-07", "2027-07-21"},
      {"Autumn", "2027-09-01", "2027-12-17"}};
  for (const auto& [list, spans] : {std::pair{calendar.mutable_terms(), terms},
                                    std::pair{calendar.mutable_closures(), closures}}) {
    for (const Span& span : spans) {
      v1::NamedDays* days = list->Add();
      days->set_name(span.name);
      days->set_first_on(span.first);
      days->set_last_on(span.last);
    }
  }
  for (const auto& [name, on] : open_days) {
    v1::NamedDay* day = calendar.add_open_days();
    day->set_name(name);
    day->set_on(on);
  }
  return calendar;
}

inline v1::DivisionHolidays Holidays(const std::vector<Holiday>& days) {
  v1::DivisionHolidays holidays;
  holidays.set_division(v1::DIVISION_ENGLAND_AND_WALES);
  for (const auto& [title, on] : days) {
    v1::NamedDay* day = holidays.add_days();
    day->set_name(title);
    day->set_on(on);
  }
  return holidays;
}

// The bank holidays of England and Wales for the cycle, as the government publishes them.
inline v1::DivisionHolidays RealHolidays() {
  return Holidays({{"Summer bank holiday", "2026-08-31"},
                   {"Christmas Day", "2026-12-25"},
                   {"Boxing Day (substitute day)", "2026-12-28"},
                   {"New Year's Day", "2027-01-01"},
                   {"Good Friday", "2027-03-26"},
                   {"Easter Monday", "2027-03-29"},
                   {"Early May bank holiday", "2027-05-03"},
                   {"Spring bank holiday", "2027-05-31"},
                   {"Summer bank holiday", "2027-08-30"},
                   {"Christmas Day (substitute day)", "2027-12-27"},
                   {"Boxing Day (substitute day)", "2027-12-28"}});
}

// People.

inline Past AboutWork(absl::string_view person, v1::WorkFactsEvent what) {
  Past past{std::string(person), {}, kOlive, kLongAgo};
  *past.event.mutable_person()->mutable_work_facts_changed() = std::move(what);
  return past;
}

inline Past PersonRegistered(absl::string_view person, absl::string_view name,
                             absl::string_view staff_key, absl::string_view job_title,
                             absl::string_view team = "Key Stage 1",
                             absl::string_view school = kSchool) {
  v1::WorkFactsEvent what;
  v1::PersonRegistered* event = what.mutable_person_registered();
  event->set_name(std::string(name));
  event->set_staff_key(std::string(staff_key));
  event->set_job_title(std::string(job_title));
  event->set_team(std::string(team));
  event->set_school_id(std::string(school));
  return AboutWork(person, std::move(what));
}

inline Past NameChanged(absl::string_view person, absl::string_view name) {
  v1::WorkFactsEvent what;
  what.mutable_name_changed()->set_name(std::string(name));
  return AboutWork(person, std::move(what));
}

inline Past PostChanged(absl::string_view person, absl::string_view job_title,
                        absl::string_view team = "Key Stage 1",
                        absl::string_view school = kSchool) {
  v1::WorkFactsEvent what;
  v1::PostChanged* event = what.mutable_post_changed();
  event->set_job_title(std::string(job_title));
  event->set_team(std::string(team));
  event->set_school_id(std::string(school));
  return AboutWork(person, std::move(what));
}

inline Past WorkPatternChanged(absl::string_view person, const v1::WorkPattern& pattern,
                               bool term_time_only = true, absl::string_view from = "") {
  v1::WorkFactsEvent what;
  v1::WorkPatternChanged* event = what.mutable_work_pattern_changed();
  event->set_effective_from_on(std::string(from));
  *event->mutable_pattern() = pattern;
  event->set_term_time_only(term_time_only);
  return AboutWork(person, std::move(what));
}

inline Past LineManagersNamed(absl::string_view person, const std::vector<std::string>& managers) {
  v1::WorkFactsEvent what;
  what.mutable_line_managers_named();
  for (const std::string& manager : managers) {
    what.mutable_line_managers_named()->add_manager_ids(manager);
  }
  return AboutWork(person, std::move(what));
}

inline Past AbsenceRecorded(absl::string_view person, absl::string_view first,
                            absl::string_view last, uint32_t absence = 1) {
  v1::WorkFactsEvent what;
  v1::AbsenceRecorded* event = what.mutable_absence_recorded();
  event->set_absence(absence);
  event->set_first_on(std::string(first));
  event->set_last_on(std::string(last));
  return AboutWork(person, std::move(what));
}

inline Past AbsenceCorrected(absl::string_view person, absl::string_view first,
                             absl::string_view last, uint32_t absence = 1) {
  v1::WorkFactsEvent what;
  v1::AbsenceCorrected* event = what.mutable_absence_corrected();
  event->set_absence(absence);
  event->set_first_on(std::string(first));
  event->set_last_on(std::string(last));
  return AboutWork(person, std::move(what));
}

inline Past AbsenceWithdrawn(absl::string_view person, uint32_t absence = 1) {
  v1::WorkFactsEvent what;
  what.mutable_absence_withdrawn()->set_absence(absence);
  return AboutWork(person, std::move(what));
}

inline Past PlanOpened(absl::string_view person, absl::string_view plan = kPlan,
                       absl::string_view cycle = kCycle) {
  Past past{std::string(person), {}, kOlive, kLongAgo};
  v1::PlanOpened* event = past.event.mutable_person()->mutable_plans()->mutable_plan_opened();
  event->set_cycle_id(std::string(cycle));
  event->set_plan_id(std::string(plan));
  return past;
}

inline Past PlanClosedEarly(absl::string_view person, absl::string_view plan = kPlan) {
  Past past{std::string(person), {}, kOlive, kLongAgo};
  past.event.mutable_person()->mutable_plans()->mutable_plan_closed_early()->set_plan_id(
      std::string(plan));
  return past;
}

// Schools.

inline Past SchoolRegistered(absl::string_view school = kSchool,
                             absl::string_view name = "Moorhill Primary",
                             absl::string_view urn = "100001") {
  Past past{std::string(school), {}, kTess, kLongAgo};
  v1::SchoolRegistered* event =
      past.event.mutable_school()->mutable_registration()->mutable_school_registered();
  event->set_name(std::string(name));
  event->set_urn(std::string(urn));
  event->set_division(v1::DIVISION_ENGLAND_AND_WALES);
  return past;
}

inline Past CalendarPublished(const v1::SchoolCalendar& calendar = SchoolYear()) {
  Past past{kSchool, {}, kOlive, kLongAgo};
  *past.event.mutable_school()
       ->mutable_calendar()
       ->mutable_calendar_published()
       ->mutable_calendar() = calendar;
  return past;
}

// Where a role is held: in the school unless it is the trust's.
inline v1::RoleEvent* RolesIn(absl::string_view house, Past& past) {
  past.subject_id = std::string(house);
  return house == kTrustId ? past.event.mutable_trust()->mutable_roles()
                           : past.event.mutable_school()->mutable_roles();
}

// Days are open at either end unless said.
inline Past RoleGranted(absl::string_view person, v1::Role role, absl::string_view house = kSchool,
                        absl::string_view first_on = "", absl::string_view last_on = "") {
  Past past{"", {}, kTess, kLongAgo};
  v1::RoleGranted* event = RolesIn(house, past)->mutable_role_granted();
  event->set_person_id(std::string(person));
  event->set_role(role);
  event->set_first_on(std::string(first_on));
  event->set_last_on(std::string(last_on));
  return past;
}

inline Past RoleEnded(absl::string_view person, v1::Role role, absl::string_view house = kSchool) {
  Past past{"", {}, kTess, kLongAgo};
  v1::RoleEnded* event = RolesIn(house, past)->mutable_role_ended();
  event->set_person_id(std::string(person));
  event->set_role(role);
  return past;
}

inline Past PolicyOverridden(const v1::Policy& policy, absl::string_view from = "2026-09-01") {
  Past past{kSchool, {}, kTess, kLongAgo};
  v1::PolicyOverridden* event =
      past.event.mutable_school()->mutable_policy()->mutable_policy_overridden();
  event->set_effective_from_on(std::string(from));
  *event->mutable_policy() = policy;
  return past;
}

// The trust.

inline Past TrustFounded(absl::string_view name = "Harbour Learning Trust",
                         absl::string_view group_uid = "2170") {
  Past past{kTrustId, {}, kTess, kLongAgo};
  v1::TrustFounded* event =
      past.event.mutable_trust()->mutable_registration()->mutable_trust_founded();
  event->set_name(std::string(name));
  event->set_group_uid(std::string(group_uid));
  return past;
}

inline Past SchoolJoined(absl::string_view school = kSchool, absl::string_view urn = "100001") {
  Past past{kTrustId, {}, kTess, kLongAgo};
  v1::SchoolJoined* event =
      past.event.mutable_trust()->mutable_registration()->mutable_school_joined();
  event->set_school_id(std::string(school));
  event->set_urn(std::string(urn));
  return past;
}

inline Past PolicyAdopted(const v1::Policy& policy, absl::string_view from = "2026-09-01") {
  Past past{kTrustId, {}, kTess, kLongAgo};
  v1::PolicyAdopted* event = past.event.mutable_trust()->mutable_policy()->mutable_policy_adopted();
  event->set_effective_from_on(std::string(from));
  *event->mutable_policy() = policy;
  return past;
}

inline Past BankHolidaysPublished(const v1::DivisionHolidays& holidays = RealHolidays()) {
  Past past{kTrustId, {}, kTess, kLongAgo};
  *past.event.mutable_trust()
       ->mutable_calendar()
       ->mutable_bank_holidays_published()
       ->add_divisions() = holidays;
  return past;
}

inline Past CycleOpened(absl::string_view cycle = kCycle, absl::string_view name = "2026/27",
                        absl::string_view first = "2026-09-01",
                        absl::string_view last = "2027-08-31") {
  Past past{kTrustId, {}, kTess, kLongAgo};
  v1::CycleOpened* event = past.event.mutable_trust()->mutable_calendar()->mutable_cycle_opened();
  event->set_cycle_id(std::string(cycle));
  event->set_name(std::string(name));
  event->set_first_on(std::string(first));
  event->set_last_on(std::string(last));
  return past;
}

// All that the standard world is made of; people.h says who is who.
inline std::vector<Past> TheStandardWorld() {
  return {
      TrustFounded(),
      PersonRegistered(kTess, "Tess Adeyemi", "T1", "Trust lead", "", ""),
      RoleGranted(kTess, v1::ROLE_TRUST_LEAD, kTrustId),
      SchoolRegistered(),
      SchoolJoined(),
      SchoolRegistered(kOtherSchool, "Quayside Primary", "100002"),
      SchoolJoined(kOtherSchool, "100002"),
      BankHolidaysPublished(),
      CycleOpened(),
      CalendarPublished(),
      PersonRegistered(kHelen, "Helen Price", "H1", "Headteacher", "Leadership"),
      RoleGranted(kHelen, v1::ROLE_HEADTEACHER),
      PersonRegistered(kOlive, "Olive Grant", "O1", "School secretary", "Office"),
      RoleGranted(kOlive, v1::ROLE_OFFICE),
      PersonRegistered(kBen, "Ben Carter", "B1", "Phase lead"),
      WorkPatternChanged(kBen, EveryWeekday()),
      PersonRegistered(kCarol, "Carol Hughes", "C1", "Teaching assistant"),
      WorkPatternChanged(kCarol, EveryWeekday()),
      PersonRegistered(kAmina, "Amina Yusuf", "A1", "Teaching assistant"),
      WorkPatternChanged(kAmina, MondayToThursday()),
      LineManagersNamed(kAmina, {kBen}),
  };
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_TESTS_SUPPORT_FACT_EVENTS_H_
