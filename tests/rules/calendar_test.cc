// The seven rules of a day that counts, one by one and in their order.

#include "services/rules/deadlines/calendar.h"

#include <gtest/gtest.h>

#include "tests/rules/deadline_fixtures.h"
#include "tests/support/london.h"

namespace countersign::rules {
namespace {

std::optional<ReasonNotCounted> Why(absl::string_view day, const WorkFacts& person = {},
                                    const SchoolCalendar& calendar = SchoolYear(),
                                    ExtendFor extend_for = {}) {
  const auto skip = WhyNotCounted(On(day), calendar, RealHolidays(), person, extend_for);
  if (!skip.has_value()) return std::nullopt;
  return skip->reason;
}

bool Provisional(absl::string_view day, const SchoolCalendar& calendar = SchoolYear()) {
  const auto skip = WhyNotCounted(On(day), calendar, RealHolidays(), EveryWeekday(), {});
  return IsProvisional(On(day), skip, calendar);
}

SchoolCalendar Closed(absl::string_view first, absl::string_view last) {
  SchoolCalendar calendar = SchoolYear();
  calendar.closures.push_back({"Snow", On(first), On(last)});
  return calendar;
}

SchoolCalendar Opened(absl::string_view day) {
  SchoolCalendar calendar = SchoolYear();
  calendar.open_days.push_back({"INSET", On(day)});
  return calendar;
}

TEST(WorkingCalendar, AnOrdinaryWeekdayInTermCounts) { EXPECT_EQ(Why("2026-09-15"), std::nullopt); }

TEST(WorkingCalendar, SaturdaysAndSundaysDoNotCount) {
  EXPECT_EQ(Why("2026-09-18"), std::nullopt);
  EXPECT_EQ(Why("2026-09-19"), ReasonNotCounted::kWeekend);
  EXPECT_EQ(Why("2026-09-20"), ReasonNotCounted::kWeekend);
  EXPECT_EQ(Why("2026-09-21"), std::nullopt);
}

TEST(WorkingCalendar, BankHolidaysAreThoseOfTheDivision) {
  SchoolCalendar calendar = SchoolYear();
  const absl::string_view st_andrews = "2026-11-30";
  EXPECT_EQ(Why(st_andrews, {}, calendar), std::nullopt);
  calendar.division = Division::kScotland;
  EXPECT_EQ(Why(st_andrews, {}, calendar), ReasonNotCounted::kBankHoliday);
  calendar.division = Division::kNorthernIreland;
  EXPECT_EQ(Why(st_andrews, {}, calendar), std::nullopt);
  EXPECT_EQ(Why("2027-03-17", {}, calendar), ReasonNotCounted::kBankHoliday);
}

TEST(WorkingCalendar, ABankHolidayComesWithItsTitleAndAClosureWithItsName) {
  const SchoolCalendar calendar = Closed("2027-01-12", "2027-01-13");
  EXPECT_EQ(WhyNotCounted(On("2027-05-03"), calendar, RealHolidays(), {}, {})->title,
            "Early May bank holiday");
  EXPECT_EQ(WhyNotCounted(On("2027-01-13"), calendar, RealHolidays(), {}, {})->title, "Snow");
}

TEST(WorkingCalendar, BankHolidaysMayBeGivenInAnyOrder) {
  BankHolidays holidays;
  holidays.Set(
      Division::kScotland,
      {{"Late", On("2026-12-01")}, {"Early", On("2026-01-02")}, {"Twin", On("2026-12-01")}});
  EXPECT_EQ(holidays.TitleOn(Division::kScotland, On("2026-01-02")), "Early");
  EXPECT_EQ(holidays.TitleOn(Division::kScotland, On("2026-12-01")), "Late");
  EXPECT_EQ(holidays.TitleOn(Division::kScotland, On("2026-06-01")), std::nullopt);
  EXPECT_EQ(holidays.TitleOn(Division::kEnglandAndWales, On("2026-01-02")), std::nullopt);
}

TEST(WorkingCalendar, AClosureIncludesItsFirstAndLastDay) {
  const SchoolCalendar calendar = Closed("2027-01-12", "2027-01-13");
  EXPECT_EQ(Why("2027-01-11", {}, calendar), std::nullopt);
  EXPECT_EQ(Why("2027-01-12", {}, calendar), ReasonNotCounted::kSchoolClosed);
  EXPECT_EQ(Why("2027-01-13", {}, calendar), ReasonNotCounted::kSchoolClosed);
  EXPECT_EQ(Why("2027-01-14", {}, calendar), std::nullopt);
}

TEST(WorkingCalendar, SchoolHolidaysCountOnlyForThoseWhoWorkAllYear) {
  EXPECT_EQ(Why("2026-10-23"), std::nullopt);
  EXPECT_EQ(Why("2026-10-26"), ReasonNotCounted::kSchoolHoliday);
  EXPECT_EQ(Why("2026-10-26", AllYear({})), std::nullopt);
  EXPECT_EQ(Why("2026-11-02"), std::nullopt);
}

TEST(WorkingCalendar, DaysBeforeAndAfterThePublishedTermsCountAndAreProvisional) {
  for (const absl::string_view day : {"2026-08-28", "2027-10-25"}) {
    EXPECT_EQ(Why(day), std::nullopt) << day;
    EXPECT_TRUE(Provisional(day)) << day;
  }
  for (const absl::string_view day : {"2026-09-01", "2026-10-26", "2027-10-22"}) {
    EXPECT_FALSE(Provisional(day)) << day;
  }
}

TEST(WorkingCalendar, WithoutPublishedTermsEveryWeekdayIsProvisional) {
  EXPECT_EQ(Why("2026-10-26", {}, {}), std::nullopt);
  EXPECT_TRUE(Provisional("2026-10-26", {}));
}

TEST(WorkingCalendar, WeekendsBankHolidaysAndOpenDaysAreNeverProvisional) {
  EXPECT_FALSE(Provisional("2027-10-23"));
  EXPECT_FALSE(Provisional("2027-12-27"));
  EXPECT_FALSE(Provisional("2027-10-25", Opened("2027-10-25")));
}

TEST(WorkingCalendar, APatternOfOneWeekRepeats) {
  EXPECT_EQ(Why("2026-09-15", WhoWorks("mon tue")), std::nullopt);
  EXPECT_EQ(Why("2026-09-16", WhoWorks("mon tue")), ReasonNotCounted::kNotWorking);
  EXPECT_EQ(Why("2026-09-19", WhoWorks("sat")), ReasonNotCounted::kWeekend);
}

TEST(WorkingCalendar, ACycleOfWeeksRunsBothWaysFromTheMondayOfItsAnchor) {
  for (const absl::string_view anchor : {"2026-09-14", "2026-09-17", "2026-09-20", "2026-10-26"}) {
    WorkFacts person;
    person.patterns.push_back(
        {.from = {}, .weeks = {Week("mon"), Week("tue"), Week("wed")}, .anchor = On(anchor)});
    EXPECT_EQ(Why("2026-09-14", person), std::nullopt) << anchor;
    EXPECT_EQ(Why("2026-09-15", person), ReasonNotCounted::kNotWorking) << anchor;
    EXPECT_EQ(Why("2026-09-22", person), std::nullopt) << anchor;
    EXPECT_EQ(Why("2026-09-09", person), std::nullopt) << anchor;
    EXPECT_EQ(Why("2026-09-07", person), ReasonNotCounted::kNotWorking) << anchor;
  }
}

TEST(WorkingCalendar, AChangeOfPatternTakesEffectOnItsDate) {
  WorkFacts person;
  person.patterns = {{.from = On("2026-11-10"), .weeks = {Week("tue")}, .anchor = {}},
                     {.from = On("2026-09-14"), .weeks = {Week("mon")}, .anchor = {}}};
  EXPECT_EQ(Why("2026-09-07", person), std::nullopt) << "The earliest holds before its date too.";
  EXPECT_EQ(Why("2026-11-09", person), std::nullopt);
  EXPECT_EQ(Why("2026-11-10", person), std::nullopt);
  EXPECT_EQ(Why("2026-11-16", person), ReasonNotCounted::kNotWorking);
  person.patterns.push_back({.from = On("2026-11-16"), .weeks = {}, .anchor = {}});
  EXPECT_EQ(Why("2026-11-18", person), std::nullopt) << "No weeks: every weekday is worked.";
}

TEST(WorkingCalendar, AnAbsenceIncludesItsDaysAndMayHaveNoEnd) {
  const WorkFacts person = AbsentWithNoEnd(Absent({}, "2026-09-15", "2026-09-16"), "2027-01-05");
  EXPECT_EQ(Why("2026-09-14", person), std::nullopt);
  EXPECT_EQ(Why("2026-09-15", person), ReasonNotCounted::kAbsent);
  EXPECT_EQ(Why("2026-09-16", person), ReasonNotCounted::kAbsent);
  EXPECT_EQ(Why("2026-09-17", person), std::nullopt);
  EXPECT_EQ(Why("2027-01-04", person), std::nullopt);
  EXPECT_EQ(Why("2029-06-05", person), ReasonNotCounted::kAbsent);
}

TEST(WorkingCalendar, AnExtraOpenDayCountsWhateverElseTheDayIs) {
  const SchoolCalendar holiday = Opened("2026-10-29");
  EXPECT_EQ(Why("2026-10-29", WhoWorks("mon"), holiday), std::nullopt);
  EXPECT_EQ(Why("2026-10-03", {}, Opened("2026-10-03")), std::nullopt);
  EXPECT_EQ(Why("2026-12-25", {}, Opened("2026-12-25")), std::nullopt);
  SchoolCalendar closed = Closed("2027-01-12", "2027-01-13");
  closed.open_days.push_back({"INSET", On("2027-01-12")});
  EXPECT_EQ(Why("2027-01-12", {}, closed), std::nullopt);
}

TEST(WorkingCalendar, AnExtraOpenDayDoesNotCountForThoseWhoAreAbsent) {
  EXPECT_EQ(Why("2026-10-29", Absent({}, "2026-10-29", "2026-10-29"), Opened("2026-10-29")),
            ReasonNotCounted::kAbsent);
}

TEST(WorkingCalendar, TheFirstReasonIsTheOneGiven) {
  // Each day fails its own rule and every later one.
  const WorkFacts person = AbsentWithNoEnd(WhoWorks(""), "2020-01-01");
  const SchoolCalendar calendar = Closed("2026-01-01", "2026-12-28");
  EXPECT_EQ(Why("2026-12-26", person, calendar), ReasonNotCounted::kWeekend);
  EXPECT_EQ(Why("2026-12-25", person, calendar), ReasonNotCounted::kBankHoliday);
  EXPECT_EQ(Why("2026-12-24", person, calendar), ReasonNotCounted::kSchoolClosed);
  EXPECT_EQ(Why("2026-12-29", person, calendar), ReasonNotCounted::kSchoolHoliday);
  EXPECT_EQ(Why("2027-01-05", person, calendar), ReasonNotCounted::kNotWorking);
  EXPECT_EQ(Why("2027-01-05", AbsentWithNoEnd({}, "2020-01-01"), calendar),
            ReasonNotCounted::kAbsent);
}

TEST(WorkingCalendar, PolicyMayDropPatternAndAbsence) {
  const WorkFacts person = AbsentWithNoEnd(WhoWorks("mon"), "2020-01-01");
  const absl::string_view tuesday = "2026-09-15";
  EXPECT_EQ(Why(tuesday, person, SchoolYear(), {.pattern = false, .absence = true}),
            ReasonNotCounted::kAbsent);
  EXPECT_EQ(Why(tuesday, person, SchoolYear(), {.pattern = true, .absence = false}),
            ReasonNotCounted::kNotWorking);
  EXPECT_EQ(Why(tuesday, person, SchoolYear(), {.pattern = false, .absence = false}), std::nullopt);
}

TEST(WorkingCalendar, NamesHolidaysAsPeopleDo) {
  const SchoolCalendar calendar = SchoolYear();
  EXPECT_EQ(HolidayName(On("2026-10-28"), calendar), "half term");
  EXPECT_EQ(HolidayName(On("2026-12-29"), calendar), "the Christmas holiday");
  EXPECT_EQ(HolidayName(On("2027-01-01"), calendar), "the Christmas holiday");
  EXPECT_EQ(HolidayName(On("2027-02-15"), calendar), "half term");
  EXPECT_EQ(HolidayName(On("2027-04-01"), calendar), "the Easter holiday");
  EXPECT_EQ(HolidayName(On("2027-06-01"), calendar), "half term");
  EXPECT_EQ(HolidayName(On("2027-08-20"), calendar), "the summer holiday");
}

TEST(WorkingCalendar, HasNoSpecialNameForAnOddDayBetweenTerms) {
  SchoolCalendar calendar;
  calendar.terms = {{"A", On("2026-11-02"), On("2026-11-10")},
                    {"B", On("2026-11-12"), On("2026-12-18")}};
  EXPECT_EQ(HolidayName(On("2026-11-11"), calendar), "the school holiday");
  EXPECT_EQ(HolidayName(On("2026-11-10"), calendar), "the school holiday");
  EXPECT_EQ(HolidayName(On("2030-11-10"), calendar), "the school holiday");
}

TEST(WorkingCalendar, SaysAPatternInWords) {
  const auto words = [](std::vector<WorkWeek> weeks) {
    return PatternInWords({.from = {}, .weeks = std::move(weeks), .anchor = {}});
  };
  EXPECT_EQ(words({}), "every weekday");
  EXPECT_EQ(words({Week("")}), "no days");
  EXPECT_EQ(words({Week("tue")}), "Tuesdays only");
  EXPECT_EQ(words({Week("mon tue")}), "Monday and Tuesday");
  EXPECT_EQ(words({Week("mon tue thu")}), "Monday, Tuesday and Thursday");
  EXPECT_EQ(words({Week("mon tue wed thu")}), "Monday to Thursday");
  EXPECT_EQ(words({Week("mon tue wed fri")}), "Monday to Wednesday and Friday");
  EXPECT_EQ(words({Week("mon tue wed thu fri sat sun")}), "Monday to Sunday");
  EXPECT_EQ(words({Week("mon tue"), Week("wed thu fri")}),
            "Monday and Tuesday one week and Wednesday to Friday the next");
  EXPECT_EQ(words({Week("mon"), Week("tue"), Week("wed")}), "a timetable of 3 weeks");
}

}  // namespace
}  // namespace countersign::rules
