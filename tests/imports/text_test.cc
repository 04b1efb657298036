// Lines, plain text and days, as every reader takes them.
#include "services/imports/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace countersign::imports {
namespace {

using ::testing::ElementsAre;

TEST(Lines, EndInLineFeedsCarriageReturnsOrBoth) {
  absl::string_view rest = "a\nb\r\n\rc\n\r";
  std::vector<std::string> lines;
  while (!rest.empty()) lines.emplace_back(TakeLine(&rest));
  EXPECT_THAT(lines, ElementsAre("a\n", "b\r\n", "\r", "c\n", "\r"));
}

TEST(PlainText, IsUtf8InItsShortestForm) {
  for (absl::string_view text :
       {"", "a\t\r\n~", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsPlainText(text)) << testing::PrintToString(text);
  }
  for (absl::string_view text :
       {"\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xE2\x80", "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(IsPlainText(text)) << testing::PrintToString(text);
  }
}

TEST(PlainText, HoldsNoControlCharacters) {
  EXPECT_FALSE(IsPlainText(absl::string_view("\0", 1)));
  EXPECT_FALSE(IsPlainText("\x1B[31m"));
  EXPECT_FALSE(IsPlainText("\x7F"));
}

TEST(Days, AreSpelledOneWayOnly) {
  EXPECT_EQ(ParseDay("2028-02-29"), absl::CivilDay(2028, 2, 29));
  for (absl::string_view text :
       {"", "2026-9-1", " 2026-9-01", "2026-09-1 ", "+2026-9-01", "2026-09-31", "2026-00-10",
        "2026-13-01", "20260901xx", "2026-09-01T", "1999-12-31", "2100-01-01"}) {
    EXPECT_EQ(ParseDay(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace countersign::imports
