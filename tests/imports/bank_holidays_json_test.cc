// Reading the government's bank holidays.
#include "services/imports/bank_holidays_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/imports/expect.h"

namespace countersign::imports {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A file with one division, whose first event stands on line 3.
std::string File(absl::string_view events, absl::string_view name = "scotland") {
  return absl::StrCat("{\"", name, "\": {\"division\": \"", name, "\",\n \"events\": [\n", events,
                      "\n]}}\n");
}

constexpr char kChristmas[] = "{\"title\": \"Christmas Day\", \"date\": \"2026-12-25\"}";

TEST(BankHolidays, AreReadForEachDivisionWithTheirNotesInBrackets) {
  const auto imported = ReadBankHolidays(
      R"({"northern-ireland": {"division": "northern-ireland", "events": [
            {"title": "Christmas Day", "date": "2026-12-25", "notes": "", "bunting": true},
            {"title": "Boxing Day", "date": "2026-12-28", "notes": "Substitute day"}
          ]},
          "england-and-wales": {"events": [
            {"date": "2027-01-01", "title": "New Year’s Day"}]}})");

  EXPECT_THAT(imported.problems, IsEmpty());
  EXPECT_EQ(TextOf(imported.intent),
            "divisions { division: DIVISION_NORTHERN_IRELAND "
            "days { name: \"Christmas Day\" on: \"2026-12-25\" } "
            "days { name: \"Boxing Day (Substitute day)\" on: \"2026-12-28\" } } "
            "divisions { division: DIVISION_ENGLAND_AND_WALES "
            "days { name: \"New Year\\342\\200\\231s Day\" on: \"2027-01-01\" } }");
  EXPECT_THAT(imported.summary,
              ElementsAre("northern-ireland: 2 bank holidays from 2026-12-25 to 2026-12-28.",
                          "england-and-wales: 1 bank holiday from 2027-01-01 to 2027-01-01."));
}

TEST(BankHolidays, MayHaveMembersThatNobodyReads) {
  const auto imported = ReadBankHolidays(
      R"({"scotland": {"source": {"events": [1, {"date": 2}]}, "division": "scotland", "events": [
            {"title": "Christmas Day", "more": [[{"date": "x"}]], "date": "2026-12-25"}]}})");
  EXPECT_THAT(imported.problems, IsEmpty());
  EXPECT_EQ(TextOf(imported.intent),
            "divisions { division: DIVISION_SCOTLAND days { name: \"Christmas Day\" on: "
            "\"2026-12-25\" } }");
}

struct BadFile {
  const char* why;
  std::string file;
  int line;
  const char* field;
  const char* words;
};

TEST(BankHolidays, AreRefusedWithTheLineAndThePathOfTheMistake) {
  std::string many;
  for (int i = 0; i < 1001; ++i) absl::StrAppend(&many, i == 0 ? "" : ",\n", "1");
  const std::vector<BadFile> kBad = {
      {"empty", "", 1, "", "is not JSON"},
      {"cut short", File(kChristmas).substr(0, 60), 3, "", "is not JSON"},
      {"not UTF-8", File("{\"title\": \"\xE9\"}"), 3, "", "is not JSON"},
      {"a list", "[]", 1, "", "must hold one JSON object"},
      {"a number", "\n5", 2, "", "must hold one JSON object"},
      {"no division", "{}", 0, "", "has no division"},
      {"too large", std::string(kBankHolidaysBytesMax + 1, ' '), 0, "", "at most 1000000"},
      {"unknown division", File(kChristmas, "england"), 1, "", "no division \"england\""},
      {"a division that is text", "{\"scotland\":\n\"x\"}", 2, "", "Write an object"},
      {"a division that is a list", "{\"scotland\": [{}]}", 1, "", "Write an object"},
      {"another name inside",
       "{\"scotland\": {\"division\": \"wales\", \"events\": [" + std::string(kChristmas) + "]}}",
       1, "scotland.division", "Write \"scotland\" here"},
      {"no list", "{\n\"scotland\": {}}", 2, "scotland.events", "no holidays for scotland"},
      {"an empty list", File(""), 1, "scotland.events", "no holidays for scotland"},
      {"two lists",
       "{\"scotland\": {\"events\": [" + std::string(kChristmas) + "],\n\"events\": []}}", 2,
       "scotland.events", "Write one list"},
      {"a holiday that is text", File("\"x\""), 3, "scotland[0]", "Write an object"},
      {"no title", File("{\"date\": \"2026-12-25\"}"), 3, "scotland[0].title", "Write the name"},
      {"no date", File("{\"title\": \"Christmas Day\"}"), 3, "scotland[0].date", "is not a day"},
      {"no such day", File("{\"title\": \"X\", \"date\": \"2026-02-29\"}"), 3, "scotland[0].date",
       "\"2026-02-29\" is not a day"},
      {"another spelling", File("{\"title\": \"X\", \"date\": \"25/12/2026\"}"), 3,
       "scotland[0].date", "is not a day"},
      {"out of reach", File("{\"title\": \"X\", \"date\": \"2100-01-01\"}"), 3, "scotland[0].date",
       "is not a day"},
      {"title of another type",
       File("{\"title\": null, \"date\": \"2026-12-25\", \"title\": \"X\"}"), 3,
       "scotland[0].title", "Write \"title\" once"},
      {"a long title",
       File("{\"title\": \"" + std::string(201, 'x') + "\", \"date\": \"2026-12-25\"}"), 3,
       "scotland[0].title", "is 201 bytes"},
      {"control characters", File("{\"title\": \"a\\u0000\", \"date\": \"2026-12-25\"}"), 3,
       "scotland[0].title", "without control characters"},
      {"the same day twice", File(absl::StrCat(kChristmas, ",\n\n", kChristmas)), 5,
       "scotland[1].date", "2026-12-25 is there twice"},
      {"out of order",
       File(absl::StrCat(kChristmas, ",\n{\"title\": \"X\",\n\"date\": \"2026-04-03\"}")), 4,
       "scotland[1].date", "2026-04-03 comes too late, after 2026-12-25"},
      {"a division twice",
       "{\"scotland\": {\"events\": [" + std::string(kChristmas) +
           "]},\n\"scotland\": {\"events\": [" + kChristmas + "]}}",
       2, "scotland", "has scotland twice"},
  };
  for (const BadFile& bad : kBad) {
    SCOPED_TRACE(bad.why);
    const auto imported = ReadBankHolidays(bad.file);
    ExpectProblemsOrIntent(imported);
    EXPECT_THAT(imported.problems, testing::Contains(ProblemAt(bad.line, bad.field, bad.words)));
  }
  EXPECT_THAT(ReadBankHolidays(File(many)).problems,
              testing::Contains(ProblemAt(1003, "scotland.events", "more than 1000")));
}

TEST(BankHolidays, HaveAllTheirProblemsNamedAtOnce) {
  EXPECT_THAT(
      ReadBankHolidays(File("{\"title\": \"A\"},\n{\"date\": \"2026-12-25\"},\n7")).problems,
      ElementsAre(ProblemAt(3, "scotland[0].date", "is not a day"),
                  ProblemAt(4, "scotland[1].title", "Write the name"),
                  ProblemAt(5, "scotland[2]", "Write an object")));
}

TEST(BankHolidays, AreRefusedHoweverDeepTheFileIsNested) {
  ExpectProblemsOrIntent(ReadBankHolidays(std::string(900'000, '[')));
  ExpectProblemsOrIntent(ReadBankHolidays("{\"scotland\": {\"x\": " + std::string(900'000, '[')));
}

}  // namespace
}  // namespace countersign::imports
