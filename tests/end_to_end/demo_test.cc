// The demo that people are shown: its story runs to its end, and every line of it fits a terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/end_to_end/child.h"

namespace countersign::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Characters of UTF-8; all in the demo are one column wide.
int64_t CharactersOf(absl::string_view line) {
  return std::count_if(line.begin(), line.end(),
                       [](char byte) { return (static_cast<uint8_t>(byte) & 0xC0) != 0x80; });
}

TEST(TheDemo, TellsItsStoryToTheEndInLinesOfEightyColumns) {
  const Ran demo = end_to_end::Run({.path = absl::StrCat(SOURCE_DIR, "/scripts/demo"),
                                    .words = {"--fast", "--built"},
                                    .environment = {"PATH=/usr/local/bin:/usr/bin:/bin"}});
  ASSERT_EQ(demo.code, 0) << demo.out << demo.err;
  EXPECT_THAT(demo.out,
              AllOf(HasSubstr("Recorded reviewer_replaced"), HasSubstr("extended by the head"),
                    HasSubstr("Recorded plan_suspended"), HasSubstr("thing waits for you"),
                    HasSubstr("Recorded annex_copy_issued"), HasSubstr("annex shown"),
                    HasSubstr("Deadlines kept in 2026/27"), HasSubstr("== Done")));
  EXPECT_THAT(demo.out, AllOf(HasSubstr(" is the first that cannot be read."),
                              HasSubstr("nothing is missing that was signed"),
                              HasSubstr("Proved are plan.bin")));
  for (const absl::string_view line : absl::StrSplit(demo.out, '\n')) {
    EXPECT_LE(CharactersOf(line), 80) << line;
  }
}

}  // namespace
}  // namespace countersign::end_to_end
