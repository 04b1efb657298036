// Reading a list of staff (RFC 4180).
#include "services/imports/people_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/imports/text.h"
#include "tests/imports/expect.h"

namespace countersign::imports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kHeader[] =
    "staff_key,name,job_title,team,urn,works,works_from,term_time_only,line_managers\n";

// A file with every column; the first of `rows` is line 2.
std::string File(absl::string_view rows) { return absl::StrCat(kHeader, rows); }

// A file with the required columns alone.
std::string Short(absl::string_view rows) {
  return absl::StrCat("staff_key,name,job_title\n", rows);
}

std::string PeopleOf(const std::string& file) {
  const auto imported = ReadPeople(file);
  EXPECT_THAT(imported.problems, IsEmpty());
  return TextOf(imported.intent);
}

TEST(People, AreReadWithAllThatIsKnownOfTheirWork) {
  const auto imported = ReadPeople(
      File("amina,Amina Yusuf,Teaching Assistant,Year 4,990001,Mon Tue 08:30-15:00,,yes,ben; cara\n"
           "sam,Sam Ode,Site Manager,,,Mon-Wed | none,2026-09-07,no,\n"));

  EXPECT_THAT(imported.problems, IsEmpty());
  EXPECT_EQ(TextOf(imported.intent),
            "people { name: \"Amina Yusuf\" staff_key: \"amina\" job_title: \"Teaching Assistant\" "
            "team: \"Year 4\" urn: \"990001\" "
            "pattern { weeks { "
            "days { weekday: 1 minutes: 390 starts_at: \"08:30\" ends_at: \"15:00\" } "
            "days { weekday: 2 minutes: 390 starts_at: \"08:30\" ends_at: \"15:00\" } } "
            "} term_time_only: true manager_staff_keys: \"ben\" manager_staff_keys: \"cara\" "
            "line: 2 } "
            "people { name: \"Sam Ode\" staff_key: \"sam\" job_title: \"Site Manager\" "
            "pattern { weeks { days { weekday: 1 } days { weekday: 2 } days { weekday: 3 } } "
            "weeks { } anchor_on: \"2026-09-07\" } line: 3 }");
  EXPECT_THAT(imported.summary,
              ElementsAre("2 people: 1 central, 1 at 990001.",
                          "1 in term time only, 1 all year; 1 on part of the week, 1 on a cycle of "
                          "several weeks.",
                          "Line managers who are not in this file and must be registered already: "
                          "ben, cara."));
}

TEST(People, NeedOnlyAKeyANameAndAJobTitle) {
  const auto imported = ReadPeople(Short("amina,Amina Yusuf,Teaching Assistant\n"));

  EXPECT_EQ(TextOf(imported.intent),
            "people { name: \"Amina Yusuf\" staff_key: \"amina\" job_title: \"Teaching Assistant\" "
            "term_time_only: true line: 2 }");
  EXPECT_THAT(imported.summary,
              testing::Contains("Assumed to work in term time only: 1 person with nothing under "
                                "term_time_only."));
}

TEST(People, MayHaveTheirColumnsInAnyOrderAndAnyCapitals) {
  EXPECT_EQ(PeopleOf("Job Title, NAME ,\"Staff\nKey\"\nCook,Li Wen,li\n"),
            "people { name: \"Li Wen\" staff_key: \"li\" job_title: \"Cook\" term_time_only: true "
            "line: 3 }");
}

TEST(People, AreReadWhateverProgramWroteTheFile) {
  const std::string file = Short("li,Li Wen,Cook\nsam,Sam Ode,Caretaker\n");
  const std::string expected = PeopleOf(file);
  EXPECT_EQ(PeopleOf(absl::StrReplaceAll(file, {{"\n", "\r\n"}})), expected);
  EXPECT_EQ(PeopleOf(absl::StrReplaceAll(file, {{"\n", "\r"}})), expected);
  EXPECT_EQ(PeopleOf(absl::StrCat(kByteOrderMark, file)), expected);
  EXPECT_EQ(PeopleOf(file.substr(0, file.size() - 1)), expected);
  EXPECT_EQ(PeopleOf(file + ",,\n , ,\n\n"), expected);
  EXPECT_EQ(PeopleOf(absl::StrReplaceAll(file, {{"Li Wen", " \"Li\t\xC2\xA0Wen\" "}})), expected);
}

TEST(People, KeepTheirLinesAfterQuotedFieldsOfSeveralLines) {
  EXPECT_EQ(PeopleOf(Short("\r\nli,\"Wen, \"\"Li\"\"\",\"Cook\r\nand\ncleaner\"\r\n\r\n"
                           "sam,Sam Ode,Caretaker\r\n")),
            "people { name: \"Wen, \\\"Li\\\"\" staff_key: \"li\" job_title: \"Cook and cleaner\" "
            "term_time_only: true line: 3 } "
            "people { name: \"Sam Ode\" staff_key: \"sam\" job_title: \"Caretaker\" "
            "term_time_only: true line: 7 }");
}

struct BadFile {
  const char* why;
  std::string file;
  int line;
  const char* field;
  const char* words;
};

void ExpectOneProblemEach(const std::vector<BadFile>& files) {
  for (const BadFile& bad : files) {
    SCOPED_TRACE(bad.why);
    const auto imported = ReadPeople(bad.file);
    ExpectProblemsOrIntent(imported);
    EXPECT_THAT(imported.problems, ElementsAre(ProblemAt(bad.line, bad.field, bad.words)));
  }
}

TEST(People, AreRefusedWithTheLineAndTheColumnOfEveryBadField) {
  ExpectOneProblemEach({
      {"no key", Short(",Li Wen,Cook\n"), 2, "staff_key", "is empty"},
      {"no name", Short("li,\" \",Cook\n"), 2, "name", "is empty"},
      {"no job title", Short("li,Li Wen,\n"), 2, "job_title", "is empty"},
      {"long key", Short(std::string(101, 'k') + ",Li Wen,Cook\n"), 2, "staff_key", "is 101 bytes"},
      {"long name", Short("li," + std::string(201, 'n') + ",Cook\n"), 2, "name", "at most 200"},
      {"semicolon in key", Short("l;i,Li Wen,Cook\n"), 2, "staff_key", "holds a semicolon"},
      {"key twice", Short("li,A,Cook\nsam,B,Cook\nli,C,Cook\n"), 4, "staff_key",
       "stands on line 2 already"},
      {"key twice but for capitals", Short("li,A,Cook\nLi,C,Cook\n"), 3, "staff_key",
       "stands on line 2 already"},
      {"long team", File("li,A,Cook," + std::string(201, 't') + ",,,,,\n"), 2, "team", "at most"},
      {"five digits", File("li,A,Cook,,99000,,,,\n"), 2, "urn", "six digits"},
      {"letters", File("li,A,Cook,,99000x,,,,\n"), 2, "urn", "six digits"},
      {"no pattern", File("li,A,Cook,,,part time,,,\n"), 2, "works", "is no day and no hours"},
      {"a cycle without anchor", File("li,A,Cook,,,Mon|Tue,,,\n"), 2, "works_from",
       "The field is empty: write the Monday"},
      {"an anchor on a Tuesday", File("li,A,Cook,,,Mon|Tue,2026-09-08,,\n"), 2, "works_from",
       "\"2026-09-08\" is not a Monday"},
      {"an anchor that is no day", File("li,A,Cook,,,Mon|Tue,7/9/2026,,\n"), 2, "works_from",
       "is not a Monday"},
      {"an anchor without cycle", File("li,A,Cook,,,Mon,2026-09-07,,\n"), 2, "works_from",
       "Only a cycle"},
      {"neither yes nor no", File("li,A,Cook,,,,,maybe,\n"), 2, "term_time_only",
       "neither yes nor no"},
      {"their own manager", File("li,A,Cook,,,,,,LI\n"), 2, "line_managers", "themselves"},
      {"a manager twice", File("li,A,Cook,,,,,,ben;ben\n"), 2, "line_managers", "there twice"},
      {"a long manager", File("li,A,Cook,,,,,," + std::string(101, 'm') + "\n"), 2, "line_managers",
       "at most 100"},
      {"eleven managers", File("li,A,Cook,,,,,,a;b;c;d;e;f;g;h;i;j;k\n"), 2, "line_managers",
       "more than 10"},
      {"a field too few", Short("li,Li Wen\n"), 2, "", "has 2 fields and the header 3"},
      {"a field too many", Short("li,Wen,Li,Cook\n"), 2, "", "has 4 fields and the header 3"},
  });
}

TEST(People, AreRefusedWhereTheFileCannotBeRead) {
  std::string crowd = Short("");
  for (int i = 0; i < 5001; ++i) absl::StrAppend(&crowd, "k", i, ",A,Cook\n");
  ExpectOneProblemEach({
      {"empty", "", 0, "", "has no people"},
      {"blank", "\n \n,,\n", 0, "", "has no people"},
      {"header only", Short(""), 0, "", "has no people"},
      {"too large", std::string(kPeopleBytesMax + 1, 'x'), 0, "", "at most 3000000"},
      {"too many people", crowd, 5002, "", "more than 5000 rows"},
      {"too many fields", Short(std::string(50, ',') + "x\n"), 2, "", "more than 50 fields"},
      {"another encoding", Short("li,Li W\xE9n,Cook\nsam,S\xE4m,Cook\n"), 2, "",
       "This line and 1 more are not UTF-8"},
      {"a zero byte", Short("li,Li Wen,Co" + std::string(1, '\0') + "ok\n"), 2, "",
       "This line is not UTF-8 text"},
      {"a stray mark", Short("li,Li Wen,Cook\nsam,Sam \"Ode\",Cook\n"), 3, "", "quotation mark"},
      {"text after a mark", Short("sam,\"Sam\" Ode,Cook\n"), 2, "", "quotation mark"},
      {"an open mark", Short("li,Li Wen,Cook\nsam,\"Sam Ode,Cook\nx,X,Cook\n"), 3, "",
       "never closed"},
      {"semicolons", "staff_key;name;job_title\nli;Li Wen;Cook\n", 1, "", "separated by commas"},
      {"unknown column", "staff_key,name,job_title,salary\nli,A,Cook,1\n", 1, "",
       "There is no column \"salary\""},
      {"column twice", "staff_key,name,job_title,name\nli,A,Cook,B\n", 1, "name", "is there twice"},
      {"column missing", "staff_key,name\nli,A\n", 1, "job_title", "is missing"},
  });
}

TEST(People, HaveAllTheirProblemsNamedAtOnce) {
  EXPECT_THAT(ReadPeople("staff_key,name,job_title,urn,grade\n"
                         "li,,Cook,12,4\n"
                         "sam,Sam Ode\n"
                         "LI,Lia,,,\n")
                  .problems,
              ElementsAre(ProblemAt(1, "", "no column \"grade\""), ProblemAt(2, "name", "is empty"),
                          ProblemAt(2, "urn", "six digits"), ProblemAt(3, "", "has 2 fields"),
                          ProblemAt(4, "job_title", "is empty"),
                          ProblemAt(4, "staff_key", "stands on line 2")));
}

TEST(People, AreTakenUpToTheFiveThousandth) {
  std::string crowd = Short("");
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&crowd, "k", i, ",A,Cook\n");
  const auto imported = ReadPeople(crowd);
  EXPECT_THAT(imported.problems, IsEmpty());
  EXPECT_EQ(imported.intent.people_size(), 5000);
}

TEST(People, AreQuotedInMessagesWithoutCuttingACharacter) {
  const auto imported = ReadPeople(File("li,A,Cook,,,,," + std::string(59, 'x') + "\xC3\xA9yy,\n"));
  ASSERT_THAT(imported.problems, testing::SizeIs(1));
  EXPECT_THAT(imported.problems[0].message, HasSubstr(std::string(59, 'x') + "...\""));
  EXPECT_TRUE(IsPlainText(imported.problems[0].message));
}

}  // namespace
}  // namespace countersign::imports
