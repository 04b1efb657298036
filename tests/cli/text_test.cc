// Text, tables, dates, JSON and work patterns.

#include "clients/cli/output/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/cli/input/moments.h"
#include "clients/cli/input/work_pattern.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/json.h"
#include "clients/cli/output/table.h"
#include "countersign/v1/people_service.pb.h"
#include "nlohmann/json.hpp"

namespace countersign::cli {
namespace {

using testing::ElementsAre;

TEST(Utf8, IsCheckedAsRfc3629HasIt) {
  EXPECT_TRUE(IsValidUtf8("Zoë 你好 😀"));
  EXPECT_FALSE(IsValidUtf8("Caf\xE9"));
  EXPECT_FALSE(IsValidUtf8("\xC0\xAF"));          // Overlong.
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));      // A surrogate.
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));  // Past U+10FFFF.
  EXPECT_FALSE(IsValidUtf8("\xE2\x82"));          // Cut short.
}

TEST(PrintableText, HasNoControlCharactersAndNoMarksOfDirection) {
  EXPECT_EQ(Printable("a\x1b[31mb"), "a\xEF\xBF\xBD[31mb");
  EXPECT_EQ(Printable("a\xC2\x9B"
                      "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(Printable("a\xE2\x80\xAE"
                      "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(Printable("a\xFF"
                      "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(Printable("one\r\ntwo\tthree"), "one\ntwo three");
  EXPECT_EQ(PrintableLine("one\ntwo"), "one two");
}

TEST(Columns, CountCodePointsWideOnesTwiceAndCombiningOnesNotAtAll) {
  EXPECT_EQ(ColumnsOf("Zoë"), 3);
  EXPECT_EQ(ColumnsOf("Zoe\xCC\x88"), 3);
  EXPECT_EQ(ColumnsOf("你好"), 4);
}

TEST(Wrapping, BreaksAtSpacesAndInsideAWordOnlyWhereItIsLongerThanALine) {
  EXPECT_THAT(Wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(Wrap("an extraordinary day", 5), ElementsAre("an", "extra", "ordin", "ary", "day"));
  EXPECT_THAT(Wrap("你好你好", 5), ElementsAre("你好", "你好"));
  EXPECT_THAT(Wrap("ab", 1), ElementsAre("a", "b"));
  EXPECT_THAT(Wrap("one\n\ntwo", 20), ElementsAre("one", "", "two"));
  EXPECT_THAT(Wrap("", 20), ElementsAre(""));
}

TEST(AParagraph, HangsOrStandsBehindItsLabel) {
  EXPECT_EQ(Hanging("one two three four five six", 2, 22), "one two three four\n  five six\n");
  EXPECT_EQ(Hanging("", 2, 22), "\n");
  EXPECT_EQ(Labelled("due", "one two three four five six", 6, 26),
            "due   one two three four\n      five six\n");
  EXPECT_EQ(Labelled("much too long", "one", 6, 26), "much too long\n      one\n");
}

TEST(ShortTexts, EndInAnEllipsisAndIdsAfterEightDigits) {
  EXPECT_EQ(Shortened("extraordinary", 6), "extra…");
  EXPECT_EQ(Shortened("six", 3), "six");
  EXPECT_EQ(Shortened("你好你好", 6), "你好…");
  EXPECT_EQ(ShortId("6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e"), "6f1c0e4e");
  EXPECT_EQ(ShortId("trust"), "trust");
}

TEST(ATable, ShortensAWordThatIsLongerThanItsColumnCanBe) {
  Table table({"ID", "TITLE"});
  table.AddRow({{"0123456789ABCDEF"}, {"extraordinarily long"}});
  table.AddNote("plan 6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e");
  EXPECT_EQ(table.Render(18, false),
            "ID        TITLE\n"
            "0123456…  extraor…\n"
            "          long\n"
            "  plan\n"
            "  6f1c0e4e-8d0a-4a\n"
            "  63-9a53-0f2f6f1c\n"
            "  0e4e\n");
}

TEST(ATable, StandsInColumnsWithoutTrailingSpaces) {
  Table table({"URN", "NAME"});
  table.AddRow({{"990001"}, {"Elm Lane"}});
  table.AddRow({{"990002"}, {""}});
  EXPECT_EQ(table.Render(80, false), "URN     NAME\n990001  Elm Lane\n990002\n");
}

TEST(ATable, WrapsItsWidestColumnToTheWidthAndKeepsIdsWhole) {
  Table table({"ID", "TITLE"});
  table.AddRow({{"0123456789"}, {"a long title of several words"}});
  EXPECT_EQ(table.Render(24, false),
            "ID          TITLE\n"
            "0123456789  a long title\n"
            "            of several\n"
            "            words\n");
  EXPECT_THAT(table.Render(20, false), testing::HasSubstr("0123456789"));
}

TEST(ATable, AlignsColumnsThatHoldWideLetters) {
  Table table({"NAME", "JOB"});
  table.AddRow({{"Zoë"}, {"cook"}});
  table.AddRow({{"你好"}, {"cleaner"}});
  EXPECT_EQ(table.Render(80, false), "NAME  JOB\nZoë   cook\n你好  cleaner\n");
}

TEST(ATable, SaysWithAWordWhatAColourSays) {
  Table table({"STATUS"});
  table.AddRow({{"overdue", Tone::kBad}});
  EXPECT_THAT(table.Render(80, true), testing::HasSubstr("\033[31moverdue\033[0m"));
  EXPECT_EQ(table.Render(80, false), "STATUS\noverdue\n");
}

google::protobuf::Timestamp At(int64_t seconds) {
  google::protobuf::Timestamp moment;
  moment.set_seconds(seconds);
  return moment;
}

TEST(Days, AreShownWithTheirWeekday) {
  EXPECT_EQ(DayWords("2026-09-29"), "Tue 29 Sep 2026");
  EXPECT_EQ(DayWords("2026-10-01"), "Thu 1 Oct 2026");
  EXPECT_EQ(DayWords(""), "");
  EXPECT_EQ(DayWords("soon"), "soon");
}

TEST(Moments, AreShownOnTheClockOfLondon) {
  EXPECT_EQ(MomentWords(At(1791979200)), "Wed 14 Oct 2026, 13:00");  // 12:00 UTC, summer time.
  EXPECT_EQ(MomentWords(At(1793535300)), "Sun 1 Nov 2026, 12:15");   // 12:15 UTC, winter time.
  EXPECT_EQ(MomentWords(At(1791932399 + 7201)), "Wed 14 Oct 2026, 02:00");
}

TEST(Stretches, AreCountedInSecondsUpToTenYears) {
  EXPECT_EQ(*SecondsIn("5d"), 432000u);
  EXPECT_EQ(*SecondsIn("36h"), 129600u);
  EXPECT_EQ(*SecondsIn("3652d"), 315532800u);
  for (const char* wrong : {"", "d", "5", "0d", "-1d", "5x", "99999d", "1.5h"}) {
    EXPECT_FALSE(SecondsIn(wrong).ok()) << wrong;
  }
}

TEST(AMomentOfThePast, IsAPositionOrAnInstant) {
  EXPECT_EQ(ParseAsOf("120")->position(), 120u);
  EXPECT_EQ(ParseAsOf("2026-10-14T12:00:00Z")->instant().seconds(), 1791979200);
  EXPECT_FALSE(ParseAsOf("yesterday").ok());
}

TEST(JsonText, EscapesControlCharactersBeyondAscii) {
  v1::Person person;
  person.set_name(
      "a\xC2\x9B"
      "b\x7F");
  EXPECT_THAT(DumpJson(*ToJson(person)), testing::HasSubstr(R"("name": "a\u009bb\u007f")"));
  EXPECT_EQ(nlohmann::json::parse(JsonLine(*ToJson(person)))["name"],
            "a\xC2\x9B"
            "b\x7F");
}

std::vector<uint32_t> WeekdaysOf(const v1::WorkWeek& week) {
  std::vector<uint32_t> weekdays;
  for (const auto& day : week.days()) weekdays.push_back(day.weekday());
  return weekdays;
}

TEST(AWorkPattern, IsReadFromRangesAndSingleDays) {
  EXPECT_THAT(WeekdaysOf(ParseWorkPattern("Mon-Thu", "")->weeks(0)), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(WeekdaysOf(ParseWorkPattern("Tue, friday", "")->weeks(0)), ElementsAre(2, 5));
}

TEST(AWorkPattern, GivesHoursToTheDaysBeforeThem) {
  const auto pattern = ParseWorkPattern("Mon-Tue 08:30-15:00 Fri", "");
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  EXPECT_EQ(pattern->weeks(0).days(0).minutes(), 390u);
  EXPECT_EQ(pattern->weeks(0).days(1).minutes(), 390u);
  EXPECT_EQ(pattern->weeks(0).days(2).minutes(), 0u);
}

TEST(AWorkPattern, MayHaveSeveralWeeks) {
  const auto pattern = ParseWorkPattern("Mon-Wed | Mon-Fri", "2026-09-07");
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  EXPECT_EQ(pattern->weeks_size(), 2);
  EXPECT_EQ(pattern->anchor_on(), "2026-09-07");
}

TEST(AWorkPattern, IsRefusedWithTheWordThatIsUnclear) {
  for (const char* wrong : {"Mo", "Fri-Mon", "08:30-15:00", "Mon 15:00-08:30", "Mon-", "weekdays",
                            "Mon 8:5-9:00", "Mon 08:00-09:00 09:00-10:00"}) {
    EXPECT_FALSE(ParseWorkPattern(wrong, "").ok()) << wrong;
  }
}

}  // namespace
}  // namespace countersign::cli
