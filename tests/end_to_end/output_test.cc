// What programs get from the real command line and the real server: every format of every list and
// every single thing, and what happens when nobody takes the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A command that changes nothing, and whether its answer is a list.
struct Query {
  const char* who;
  const char* words;
  bool is_list;
};

const std::vector<Query>& Queries() {
  static const auto* const queries = new std::vector<Query>{
      {kTheo, "trust show", false},
      {kTheo, "school list", true},
      {kTheo, "school show 990001", false},
      {kTheo, "people list", true},
      {kAmina, "people show amina.yusuf", false},
      {kAmina, "whoami", false},
      {kHelen, "plan list", true},
      {kAmina, "plan show --of amina.yusuf", false},
      {kAmina, "plan timeline --of amina.yusuf", true},
      {kAmina, "plan deadlines --of amina.yusuf --days", true},
      {kAmina, "obligations list --of amina.yusuf --status met", true},
      {kTheo, "demo clock", false},
      {kTheo, "version", false},
      {kTheo, "help exit-codes", true},
  };
  return *queries;
}

class Output : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/true)); }

  std::string Shown(const Query& query, absl::string_view format) const {
    return registry_.Do(query.who, absl::StrCat("-o ", format, " ", query.words));
  }

  // Columns of the longest line: letters of UTF-8, not bytes.
  static int LongestLine(absl::string_view text) {
    int longest = 0;
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      const auto columns =
          std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
      longest = std::max(longest, static_cast<int>(columns));
    }
    return longest;
  }

  TemporaryFolder folder_;
  Registry registry_{folder_.path("data")};
};

TEST_F(Output, OfEveryQueryIsReadableInEveryFormat) {
  TellMainPath(registry_);
  for (const Query& query : Queries()) {
    SCOPED_TRACE(query.words);
    EXPECT_LE(LongestLine(Shown(query, "table")), 80) << Shown(query, "table");
    EXPECT_TRUE(json::accept(Shown(query, "json")));
    const std::string lines = Shown(query, "jsonl");
    int objects = 0;
    for (const absl::string_view line : absl::StrSplit(lines, '\n', absl::SkipEmpty())) {
      EXPECT_TRUE(json::parse(line, nullptr, false).is_object()) << line;
      ++objects;
    }
    EXPECT_TRUE(query.is_list ? objects >= 1 : objects == 1) << lines;
    const std::string csv = Shown(query, "csv");
    EXPECT_GT(std::count(csv.begin(), csv.end(), '\n'), objects);
    EXPECT_TRUE(absl::EndsWith(csv, "\r\n"));
  }
}

TEST_F(Output, OfAListAsCsvHasAHeaderAndARowForEach) {
  FoundTrust(registry_);
  const std::string csv = registry_.Do(kTheo, "-o csv school list");
  const std::vector<std::string> lines = absl::StrSplit(csv, "\r\n");
  ASSERT_EQ(lines.size(), 6u) << csv;  // Four schools, and what is behind the last line break.
  EXPECT_THAT(lines[0], AllOf(HasSubstr("school_id"), HasSubstr("urn"), HasSubstr("division")));
  EXPECT_THAT(lines[1], AllOf(HasSubstr("990001"), HasSubstr("DIVISION_ENGLAND_AND_WALES")));
}

TEST_F(Output, OfAnImportIsNotMixedWithItsProgress) {
  registry_.Do(kTheo, "trust found --group-uid 9901 --lead-key theo.lindqvist",
               {"--name", "Otterby", "--lead-name", "Theo Lindqvist", "--lead-title", "Lead"});
  const Ran ran = registry_.Try(kTheo, "--progress -o csv trust import-holidays",
                                {TrustFile("bank-holidays.json")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("receipt.entries"), Not(HasSubstr("lines sent"))));
}

TEST_F(Output, ThatNobodyReadsDoesNotMakeARecordedCommandLookFailed) {
  FoundTrust(registry_);
  const uint64_t before = registry_.JournalSize();
  const Ran closed = registry_.TryIntoClosedPipe(kOlga, "plan enrol amina.yusuf --cycle 2026/27");
  EXPECT_EQ(closed.code, 10) << closed.err;
  EXPECT_THAT(closed.err, HasSubstr("The command was recorded at position "));
  EXPECT_THAT(closed.err, Not(HasSubstr("error:")));
  const uint64_t after = registry_.JournalSize();
  EXPECT_GT(after, before);
  const Ran full =
      registry_.TryInto("/dev/full", kOlga, "-o json plan enrol chloe.abara --cycle 2026/27");
  EXPECT_EQ(full.code, 10) << full.err;
  EXPECT_EQ(json::parse(full.err)["note"]["values"]["position"], absl::StrCat(after));
}

TEST_F(Output, ThatNobodyReadsAnyMoreEndsAQueryWithoutAWord) {
  FoundTrust(registry_);
  const Ran closed = registry_.TryIntoClosedPipe(kTheo, "people list");
  EXPECT_EQ(closed.code, 1);
  EXPECT_THAT(closed.err, Not(HasSubstr("error:")));
  const Ran full = registry_.TryInto("/dev/full", kTheo, "people list");
  EXPECT_EQ(full.code, 1);
  EXPECT_THAT(full.err, HasSubstr("error: The answer could not be written to stdout."));
}

TEST_F(Output, OfAMistakeOnTheCommandLineIsJsonWhereJsonWasAskedFor) {
  const std::vector<std::vector<std::string>> asking = {
      {"-o", "json"}, {"-ojsonl"}, {"--output=json"}, {"--output", "jsonl"}};
  for (std::vector<std::string> words : asking) {
    words.insert(words.end(), {"plan", "list", "--no-such-flag"});
    const Ran ran = registry_.Try(kTheo, "--timeout 5", words);
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(json::accept(ran.err)) << ran.err;
  }
  const Ran flag = registry_.Try(kTheo, "-o json --timeout soon plan list");
  EXPECT_EQ(flag.code, 2);
  EXPECT_EQ(json::parse(flag.err)["error"]["fields"][0]["field"], "--timeout");
  const Ran missing = registry_.Try(kTheo, "-o json deadlines check /no/such/cases.json");
  EXPECT_EQ(missing.code, 2);
  EXPECT_EQ(json::parse(missing.err)["error"]["reason"], "FILE_UNUSABLE");
  EXPECT_EQ(registry_.Try(kTheo, "-o xml plan list").code, 2);
}

}  // namespace
}  // namespace countersign::end_to_end
