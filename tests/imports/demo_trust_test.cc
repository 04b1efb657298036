// The input files of the demo (scripts/demo-trust/): they are read without a problem, and say what
// the demo counts on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "countersign/v1/command.pb.h"
#include "services/imports/bank_holidays_json.h"
#include "services/imports/calendar_ics.h"
#include "services/imports/people_csv.h"
#include "tests/imports/expect.h"

namespace countersign::imports {
namespace {

using countersign::v1::RegisterPeople;
using countersign::v1::SchoolCalendar;
using countersign::v1::StaffRow;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string FileNamed(const std::string& name) {
  std::ifstream file(absl::StrCat(SOURCE_DIR, "/scripts/demo-trust/", name), std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// The lines of schools.txt: URN, name, division.
std::vector<std::vector<std::string>> Schools() {
  std::vector<std::vector<std::string>> schools;
  for (absl::string_view line : absl::StrSplit(FileNamed("schools.txt"), '\n', absl::SkipEmpty())) {
    schools.push_back(absl::StrSplit(line, '|'));
  }
  return schools;
}

SchoolCalendar CalendarOf(const std::string& urn) {
  const auto imported = ReadCalendar(FileNamed(urn + ".ics"));
  EXPECT_THAT(imported.problems, IsEmpty()) << urn;
  ExpectProblemsOrIntent(imported);
  return imported.intent.calendar();
}

std::map<std::string, StaffRow> People() {
  const auto imported = ReadPeople(FileNamed("people.csv"));
  EXPECT_THAT(imported.problems, IsEmpty());
  ExpectProblemsOrIntent(imported);
  std::map<std::string, StaffRow> people;
  for (const StaffRow& person : imported.intent.people()) people[person.staff_key()] = person;
  return people;
}

TEST(DemoTrust, HasFourSchoolsWithNumbersOfTheirOwn) {
  std::set<std::string> urns;
  for (const auto& school : Schools()) {
    ASSERT_THAT(school, SizeIs(3));
    urns.insert(school[0]);
    EXPECT_EQ(school[2], "england-and-wales");
  }
  EXPECT_THAT(urns, ElementsAre("990001", "990002", "990003", "990004"));
}

TEST(DemoTrust, HasACalendarOfSixHalfTermsForEachSchool) {
  for (const auto& school : Schools()) {
    const SchoolCalendar calendar = CalendarOf(school[0]);
    EXPECT_THAT(calendar.terms(), SizeIs(6)) << school[1];
    EXPECT_THAT(calendar.open_days(), testing::Not(IsEmpty())) << school[1];
  }
}

TEST(DemoTrust, HasOctoberHalfTermFromThe26thToThe30thAtTheFirstSchool) {
  const SchoolCalendar calendar = CalendarOf("990001");
  EXPECT_EQ(calendar.terms(0).last_on(), "2026-10-23");
  EXPECT_EQ(calendar.open_days(0).on(), "2026-11-02");
  EXPECT_EQ(calendar.terms(1).first_on(), "2026-11-03");
}

TEST(DemoTrust, HasAClosureForSnowAnotherForAnElectionAndASaturdayOpenDay) {
  EXPECT_EQ(TextOf(CalendarOf("990003").closures(0)),
            "name: \"Snow\" first_on: \"2027-01-20\" last_on: \"2027-01-20\"");
  EXPECT_EQ(TextOf(CalendarOf("990001").closures(0)),
            "name: \"Polling station\" first_on: \"2027-05-06\" last_on: \"2027-05-06\"");
  EXPECT_EQ(CalendarOf("990002").open_days(0).on(), "2026-10-03");
}

TEST(DemoTrust, HasSixtyPeopleWhoseManagersAndSchoolsAreAmongThem) {
  const auto people = People();
  EXPECT_THAT(people, SizeIs(60));
  std::set<std::string> urns = {""};
  for (const auto& school : Schools()) urns.insert(school[0]);
  for (const auto& [key, person] : people) {
    EXPECT_TRUE(urns.contains(person.urn())) << key;
    EXPECT_EQ(person.manager_staff_keys().empty(), key == "theo.lindqvist") << key;
    for (const std::string& manager : person.manager_staff_keys()) {
      EXPECT_TRUE(people.contains(manager)) << manager;
    }
  }
}

TEST(DemoTrust, HasOneHeadForEachSchool) {
  std::set<std::string> led;
  int heads = 0;
  for (const auto& [key, person] : People()) {
    if (person.job_title() != "Headteacher") continue;
    ++heads;
    led.insert(person.urn());
  }
  EXPECT_EQ(heads, 4);
  EXPECT_THAT(led, ElementsAre("990001", "990002", "990003", "990004"));
}

TEST(DemoTrust, HasAminaFromMondayToThursdayManagedByBenWhoWorksFullTime) {
  const auto people = People();
  const StaffRow& amina = people.at("amina.yusuf");
  EXPECT_EQ(amina.job_title(), "Teaching Assistant");
  EXPECT_EQ(amina.urn(), "990001");
  EXPECT_TRUE(amina.term_time_only());
  EXPECT_EQ(TextOf(amina.pattern()),
            "weeks { days { weekday: 1 } days { weekday: 2 } days { weekday: 3 } "
            "days { weekday: 4 } }");
  EXPECT_THAT(amina.manager_staff_keys(), ElementsAre("ben.carter"));
  const StaffRow& ben = people.at("ben.carter");
  EXPECT_EQ(ben.job_title(), "Class Teacher");
  EXPECT_THAT(ben.pattern().weeks(0).days(), SizeIs(5));
  EXPECT_EQ(people.at("helen.okafor").urn(), "990001");
  EXPECT_EQ(people.at("olga.brandt").job_title(), "Office Manager");
  EXPECT_EQ(people.at("theo.lindqvist").urn(), "");
}

TEST(DemoTrust, HasEveryKindOfWorkPattern) {
  int cycles = 0;
  int with_hours = 0;
  int all_year = 0;
  int several_managers = 0;
  for (const auto& [key, person] : People()) {
    if (person.pattern().weeks_size() > 1) ++cycles;
    if (person.pattern().weeks(0).days(0).minutes() > 0) ++with_hours;
    if (!person.term_time_only()) ++all_year;
    if (person.manager_staff_keys_size() > 1) ++several_managers;
  }
  EXPECT_GE(cycles, 4);
  EXPECT_GE(with_hours, 10);
  EXPECT_GE(all_year, 10);
  EXPECT_GE(several_managers, 5);
}

TEST(DemoTrust, HasTheBankHolidaysOfAllDivisions) {
  const auto imported = ReadBankHolidays(FileNamed("bank-holidays.json"));
  EXPECT_THAT(imported.problems, IsEmpty());
  ExpectProblemsOrIntent(imported);
  EXPECT_THAT(imported.summary,
              ElementsAre("england-and-wales: 83 bank holidays from 2019-01-01 to 2028-12-26.",
                          "scotland: 94 bank holidays from 2019-01-01 to 2028-12-26.",
                          "northern-ireland: 103 bank holidays from 2019-01-01 to 2028-12-26."));
}

}  // namespace
}  // namespace countersign::imports
