// Whatever the bytes, a reader ends, and gives either problems or an intent that keeps the limits
// of its proto. Files are made from whole ones by seeded damage, so that every run is the same.
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/imports/bank_holidays_json.h"
#include "services/imports/calendar_ics.h"
#include "services/imports/people_csv.h"
#include "tests/imports/expect.h"

namespace countersign::imports {
namespace {

constexpr int kRounds = 20'000;

constexpr char kCalendar[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    "BEGIN:VEVENT\r\nCATEGORIES:TERM,School\r\nSUMMARY;LANGUAGE=en:Autumn\\, 1\r\n"
    "DTSTART;VALUE=DATE:20260901\r\nDTEND;VALUE=DATE:20261024\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nCATEGORIES:CLOSURE\r\nSUMMARY:Polling sta\r\n tion\r\nDTSTART:20260917\r\n"
    "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nCATEGORIES:OPEN DAY\r\nSUMMARY:Open day\r\nDTSTART:20261010\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";

constexpr char kPeople[] =
    "staff_key,name,job_title,team,urn,works,works_from,term_time_only,line_managers\n"
    "amina,\"Amina, Y.\",Teaching Assistant,Year 4,990001,Mon-Thu 08:30-15:00,,yes,ben;cara\n"
    "ben,Ben \xC3\x89,Class Teacher,,990001,Mon | Tue-Fri,2026-09-07,no,\n";

constexpr char kHolidays[] =
    "{\"scotland\": {\"division\": \"scotland\",\n \"events\": [\n"
    "{\"title\": \"Christmas Day\", \"date\": \"2026-12-25\", \"notes\": \"\", \"bunting\": "
    "true},\n"
    "{\"title\": \"Boxing Day\", \"date\": \"2026-12-28\", \"notes\": \"Substitute day\"}]},\n"
    "\"northern-ireland\": {\"events\": [{\"title\": \"X\", \"date\": \"2027-01-01\"}]}}\n";

// Words that matter to one of the grammars.
const std::vector<std::string>& Fragments() {
  static const auto& fragments =
      *new std::vector<std::string>{"\r\n",
                                    "\n ",
                                    "\"",
                                    "\\n",
                                    "\\",
                                    ",",
                                    ";",
                                    ":",
                                    "|",
                                    "-",
                                    "{",
                                    "}",
                                    "[",
                                    "]",
                                    "null",
                                    "1e999",
                                    "BEGIN:VEVENT\r\n",
                                    "END:VEVENT\r\n",
                                    "END:VCALENDAR\r\n",
                                    "DTSTART:20260901T090000Z\r\n",
                                    "SUMMARY;VALUE=INTEGER:7\r\n",
                                    "DTEND;VALUE=PERIOD:20260901/P1D\r\n",
                                    "RRULE:FREQ=DAILY\r\n",
                                    "CATEGORIES;VALUE=BINARY;ENCODING=BASE64:AAAA\r\n",
                                    "DTSTART;TZID=\"",
                                    "20000101",
                                    "20991231",
                                    "99999999",
                                    "Mon-Sun 00:00-24:00",
                                    " | none",
                                    "2026-09-07",
                                    "\xC3",
                                    "\xEF\xBB\xBF",
                                    "\xE2\x80\x93",
                                    "\\u0000",
                                    "\\ud800",
                                    "\"events\": [",
                                    "scotland"};
  return fragments;
}

// A file with one to eight places damaged: a byte changed, a stretch dropped, doubled or replaced.
std::string Damaged(std::string file, std::mt19937& random) {
  const auto below = [&random](std::size_t bound) { return random() % bound; };
  for (std::size_t places = 1 + below(8); places > 0 && !file.empty(); --places) {
    const std::size_t at = below(file.size());
    const std::size_t length = below(std::min<std::size_t>(file.size() - at, 40) + 1);
    switch (below(6)) {
      case 0:
        file[at] = static_cast<char>(random());
        break;
      case 1:
        file.erase(at, length);
        break;
      case 2:
        file.insert(at, file.substr(at, length));
        break;
      case 3:
        file.insert(at, file.substr(below(file.size()), 60));
        break;
      case 4:
        file.insert(at, Fragments()[below(Fragments().size())]);
        break;
      default:
        // Another digit or letter keeps the shape, so that the meaning is what goes wrong.
        file[at] = static_cast<char>('0' + below(10));
        break;
    }
  }
  return file;
}

// Reads kRounds damaged copies of `whole`. Some must still be intents, or the damage proves little.
template <typename Reader>
void ReadDamaged(const std::string& whole, Reader read) {
  std::mt19937 random(20260901);
  int intents = 0;
  ExpectProblemsOrIntent(read(whole));
  ASSERT_TRUE(read(whole).problems.empty());
  for (int round = 0; round < kRounds && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const std::string file = Damaged(whole, random);
    const auto imported = read(file);
    ExpectProblemsOrIntent(imported);
    if (imported.problems.empty()) ++intents;
  }
  EXPECT_GT(intents, kRounds / 200);
  EXPECT_LT(intents, kRounds);
}

TEST(DamagedFiles, OfCalendarsGiveProblemsOrAnIntent) { ReadDamaged(kCalendar, ReadCalendar); }

TEST(DamagedFiles, OfPeopleGiveProblemsOrAnIntent) { ReadDamaged(kPeople, ReadPeople); }

TEST(DamagedFiles, OfBankHolidaysGiveProblemsOrAnIntent) {
  ReadDamaged(kHolidays, ReadBankHolidays);
}

TEST(DamagedFiles, OfBytesWithoutMeaningGiveProblems) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string file;
    for (std::size_t length = random() % 200; length > 0; --length) {
      file += static_cast<char>(random());
    }
    EXPECT_FALSE(ReadCalendar(file).problems.empty());
    EXPECT_FALSE(ReadPeople(file).problems.empty());
    EXPECT_FALSE(ReadBankHolidays(file).problems.empty());
  }
}

}  // namespace
}  // namespace countersign::imports
