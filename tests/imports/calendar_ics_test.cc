// Reading a school's calendar (RFC 5545).
#include "services/imports/calendar_ics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/imports/text.h"
#include "tests/imports/expect.h"

namespace countersign::imports {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An event of five lines. `after_last` as iCalendar counts: the day after the last.
std::string Event(absl::string_view category, absl::string_view name, absl::string_view first,
                  absl::string_view after_last) {
  return absl::StrCat("BEGIN:VEVENT\r\nCATEGORIES:", category, "\r\nSUMMARY:", name,
                      "\r\nDTSTART;VALUE=DATE:", first, "\r\nDTEND;VALUE=DATE:", after_last,
                      "\r\nEND:VEVENT\r\n");
}

// A file whose events begin on line 3.
std::string File(std::initializer_list<std::string> events) {
  std::string file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";
  for (const std::string& event : events) file += event;
  return file + "END:VCALENDAR\r\n";
}

const std::string& Autumn1() {
  static const auto& event = *new std::string(Event("TERM", "Autumn 1", "20260901", "20261024"));
  return event;
}
const std::string& Autumn2() {
  static const auto& event = *new std::string(Event("TERM", "Autumn 2", "20261102", "20261219"));
  return event;
}

// An event of the given lines, each ended by "\n", beside a term that is as it should be: its
// BEGIN:VEVENT is line 9.
std::string BesideATerm(absl::string_view lines) {
  return File({Autumn1(), absl::StrCat("BEGIN:VEVENT\n", lines, "END:VEVENT\n")});
}

std::string CalendarOf(const std::string& file) {
  const auto imported = ReadCalendar(file);
  EXPECT_THAT(imported.problems, IsEmpty());
  return TextOf(imported.intent.calendar());
}

TEST(Calendar, HasTermsClosuresAndOpenDaysSortedByTheirDays) {
  const auto imported = ReadCalendar(
      File({Autumn2(), Autumn1(), Event("OPEN DAY", "Open day", "20261010", "20261011"),
            Event("CLOSURE", "Snow", "20261125", "20261127")}));

  EXPECT_THAT(imported.problems, IsEmpty());
  EXPECT_EQ(TextOf(imported.intent),
            "calendar { covers_first_on: \"2026-09-01\" covers_last_on: \"2026-12-18\" "
            "terms { name: \"Autumn 1\" first_on: \"2026-09-01\" last_on: \"2026-10-23\" } "
            "terms { name: \"Autumn 2\" first_on: \"2026-11-02\" last_on: \"2026-12-18\" } "
            "closures { name: \"Snow\" first_on: \"2026-11-25\" last_on: \"2026-11-26\" } "
            "open_days { name: \"Open day\" on: \"2026-10-10\" } }");
  EXPECT_THAT(imported.summary,
              ElementsAre("The calendar from Tue 1 Sep 2026 to Fri 18 Dec 2026: 2 terms, "
                          "1 closure, 1 open day.",
                          "Term \"Autumn 1\": Tue 1 Sep 2026 to Fri 23 Oct 2026.",
                          "Term \"Autumn 2\": Mon 2 Nov 2026 to Fri 18 Dec 2026.",
                          "Closure \"Snow\": Wed 25 Nov 2026 to Thu 26 Nov 2026.",
                          "Open day \"Open day\": Sat 10 Oct 2026."));
}

TEST(Calendar, LastsOneDayWhereAnEventHasNoEnd) {
  EXPECT_THAT(CalendarOf(BesideATerm("CATEGORIES:CLOSURE\nSUMMARY:Polling station\n"
                                     "DTSTART;VALUE=DATE:20260917\n")),
              testing::HasSubstr("first_on: \"2026-09-17\" last_on: \"2026-09-17\""));
}

TEST(Calendar, HasOneOpenDayForEachDayOfALongerEvent) {
  EXPECT_THAT(CalendarOf(File({Autumn1(), Event("INSET", "Course", "20261010", "20261012")})),
              testing::HasSubstr("open_days { name: \"Course\" on: \"2026-10-10\" } "
                                 "open_days { name: \"Course\" on: \"2026-10-11\" }"));
}

TEST(Calendar, TellsEventsApartByAnyCapitalsAndBesideOtherCategories) {
  const std::string expected = CalendarOf(File({Autumn1()}));
  EXPECT_EQ(CalendarOf(File({Event("term", "Autumn 1", "20260901", "20261024")})), expected);
  EXPECT_EQ(CalendarOf(File({Event("School,Term", "Autumn 1", "20260901", "20261024")})), expected);
  EXPECT_EQ(
      CalendarOf(File({Event("School\r\nCATEGORIES:Term", "Autumn 1", "20260901", "20261024")})),
      expected);
}

TEST(Calendar, IsReadWhateverProgramWroteTheFile) {
  const std::string expected = CalendarOf(File({Autumn1()}));
  EXPECT_EQ(CalendarOf(absl::StrReplaceAll(File({Autumn1()}), {{"\r\n", "\n"}})), expected);
  EXPECT_EQ(CalendarOf(absl::StrCat(kByteOrderMark, File({Autumn1()}))), expected);
  EXPECT_EQ(CalendarOf(absl::StrReplaceAll(File({Autumn1()}), {{"Autumn 1", "Aut\r\n umn 1"}})),
            expected);
  EXPECT_EQ(CalendarOf(absl::StrReplaceAll(File({Autumn1()}), {{";VALUE=DATE", ""}})), expected);
  EXPECT_EQ(CalendarOf(File({"BEGIN:VTIMEZONE\nTZID:Europe/London\nBEGIN:DAYLIGHT\n"
                             "DTSTART:19810329T010000\nRRULE:FREQ=YEARLY\nEND:DAYLIGHT\n"
                             "END:VTIMEZONE\n",
                             absl::StrReplaceAll(Autumn1(), {{"END:VEVENT",
                                                              "DESCRIPTION:\nBEGIN:VALARM\n"
                                                              "SUMMARY:Ring\nDURATION:PT5M\n"
                                                              "END:VALARM\nEND:VEVENT"}})})),
            expected);
}

TEST(Calendar, UnescapesNamesAndKeepsACharacterThatAFoldHasSplit) {
  EXPECT_THAT(CalendarOf(File(
                  {Event("TERM", "Pasg\\, caf\xC3\r\n \xA9\\n gwyliau", "20260901", "20261024")})),
              testing::HasSubstr("Pasg, caf\\303\\251 gwyliau"));
}

TEST(Calendar, CountsLinesOfTheFileAlsoAfterFoldedOnes) {
  EXPECT_THAT(ReadCalendar("BEGIN:VCALENDAR\nX-NOTE:a\n b\n c\n\nBEGIN:VEVENT\nSUMMARY:Autumn\n"
                           "CATEGORIES:TERM\nDTSTART:20260901T0900\n 00\nEND:VEVENT\n"
                           "END:VCALENDAR\n")
                  .problems,
              ElementsAre(ProblemAt(9, "DTSTART", "has a time of day")));
}

struct BadEvent {
  const char* why;
  const char* lines;
  int line;
  const char* field;
  const char* words;
};

TEST(Calendar, NamesTheLineAndThePropertyOfEveryBadEvent) {
  const std::string long_name(201, 'x');
  const std::string long_line =
      absl::StrCat("SUMMARY:T\nCATEGORIES:CLOSURE\nDTSTART:", std::string(5000, '2'), "\n");
  const std::string too_long =
      absl::StrCat("CATEGORIES:CLOSURE\nDTSTART:20260917\nSUMMARY:", long_name, "\n");
  const BadEvent kBad[] = {
      {"no category", "SUMMARY:X\nDTSTART:20260917\n", 9, "CATEGORIES", "Say what the event is"},
      {"unknown category", "SUMMARY:X\nDTSTART:20260917\nCATEGORIES:TERMS\n", 9, "CATEGORIES",
       "Say what the event is"},
      {"two categories", "SUMMARY:X\nDTSTART:20260917\nCATEGORIES:TERM,CLOSURE\n", 12, "CATEGORIES",
       "two things at once"},
      {"no name", "CATEGORIES:CLOSURE\nDTSTART:20260917\n", 9, "SUMMARY", "has no name"},
      {"blank name", "CATEGORIES:CLOSURE\nDTSTART:20260917\nSUMMARY: \\n \n", 12, "SUMMARY",
       "has no name"},
      {"name of another type", "CATEGORIES:CLOSURE\nDTSTART:20260917\nSUMMARY;VALUE=INTEGER:5\n",
       12, "SUMMARY", "has no name"},
      {"long name", too_long.c_str(), 12, "SUMMARY", "is 201 bytes long"},
      {"no start", "CATEGORIES:CLOSURE\nSUMMARY:X\n", 9, "DTSTART", "when it begins"},
      {"long start", long_line.c_str(), 12, "DTSTART", "is not a day"},
      {"two starts", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nDTSTART:20260918\n", 13,
       "DTSTART", "already has DTSTART on line 12"},
      {"no such day", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART;VALUE=DATE:20260931\n", 12, "DTSTART",
       "is not a day"},
      {"a day out of reach", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART;VALUE=DATE:19991231\n", 12,
       "DTSTART", "is not a day"},
      {"an unreadable start", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:1 September\n", 12, "DTSTART",
       "is not a day"},
      {"an unreadable end", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nDTEND:\n", 13,
       "DTEND", "is not a day"},
      {"a start at a time", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917T090000Z\n", 12,
       "DTSTART", "has a time of day"},
      {"an end at a time",
       "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nDTEND;TZID=Europe/"
       "London:20260918T000000\n",
       13, "DTEND", "has a time of day"},
      {"an end on the first day",
       "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nDTEND:20260917\n", 13, "DTEND",
       "DTEND 2026-09-17 is not after DTSTART 2026-09-17"},
      {"an end before the start",
       "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nDTEND:20260901\n", 13, "DTEND",
       "is not after DTSTART"},
      {"a length", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nDURATION:P2D\n", 13,
       "DURATION", "write DTEND"},
      {"a rule of recurrence",
       "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nRRULE:FREQ=WEEKLY;COUNT=3\n", 13, "RRULE",
       "one event for each"},
      {"days of recurrence", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nRDATE:20260918\n",
       13, "RDATE", "one event for each"},
      {"a cancelled event", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260917\nSTATUS:cancelled\n",
       13, "STATUS", "take it out"},
      {"a closure before the first term", "CATEGORIES:CLOSURE\nSUMMARY:X\nDTSTART:20260831\n", 9,
       "DTSTART", "outside the days of this calendar, 2026-09-01 to 2026-10-23"},
      {"an open day after the last term", "CATEGORIES:OPEN DAY\nSUMMARY:X\nDTSTART:20261024\n", 9,
       "DTSTART", "outside the days of this calendar"},
      {"a term in a term", "CATEGORIES:TERM\nSUMMARY:X\nDTSTART:20261023\n", 9, "DTSTART",
       "begins on 2026-10-23, but \"Autumn 1\" on line 3 lasts until 2026-10-23"},
      {"a line that is not UTF-8", "CATEGORIES:TERM\nSUMMARY:Caf\xE9\nDTSTART:20261023\n", 11, "",
       "not UTF-8"},
  };
  for (const BadEvent& bad : kBad) {
    SCOPED_TRACE(bad.why);
    const auto imported = ReadCalendar(BesideATerm(bad.lines));
    ExpectProblemsOrIntent(imported);
    EXPECT_THAT(imported.problems, testing::Contains(ProblemAt(bad.line, bad.field, bad.words)));
  }
}

TEST(Calendar, NamesAllProblemsAtOnceInTheOrderOfTheLines) {
  EXPECT_THAT(
      ReadCalendar(File({"BEGIN:VEVENT\nDTSTART:20260901T090000\nRRULE:FREQ=DAILY\nEND:VEVENT\n"}))
          .problems,
      ElementsAre(ProblemAt(3, "CATEGORIES", "Say what"), ProblemAt(3, "SUMMARY", "no name"),
                  ProblemAt(4, "DTSTART", "time of day"), ProblemAt(5, "RRULE", "one event")));
}

TEST(Calendar, AllowsClosuresBetweenTermsAndOverOneAnother) {
  EXPECT_THAT(
      CalendarOf(File({Autumn1(), Autumn2(), Event("CLOSURE", "Boiler", "20261020", "20261029"),
                       Event("CLOSURE", "Snow", "20261021", "20261022")})),
      testing::HasSubstr("Boiler"));
}

TEST(Calendar, MeasuresATermAgainstTheOneThatLastsLongest) {
  EXPECT_THAT(ReadCalendar(File({Event("TERM", "Autumn", "20260901", "20261219"),
                                 Event("TERM", "Inside", "20260907", "20260909"),
                                 Event("TERM", "Late", "20261102", "20261130")}))
                  .problems,
              ElementsAre(ProblemAt(9, "DTSTART", "\"Autumn\" on line 3"),
                          ProblemAt(15, "DTSTART", "\"Autumn\" on line 3")));
}

TEST(Calendar, RefusesTwoOpenDaysOnOneDay) {
  EXPECT_THAT(ReadCalendar(File({Autumn1(), Event("INSET", "A", "20261010", "20261011"),
                                 Event("OPEN DAY", "B", "20261010", "20261011")}))
                  .problems,
              ElementsAre(ProblemAt(15, "DTSTART", "\"A\" on line 9 lasts until 2026-10-10")));
}

TEST(Calendar, DoesNotBlameOtherEventsForATermThatCannotBeRead) {
  EXPECT_THAT(ReadCalendar(File({absl::StrReplaceAll(Autumn1(), {{"20260901", "20260931"}}),
                                 Event("CLOSURE", "Snow", "20260915", "20260916"), Autumn2()}))
                  .problems,
              ElementsAre(ProblemAt(6, "DTSTART", "is not a day")));
}

TEST(Calendar, RefusesMoreDaysThanTheApiTakes) {
  EXPECT_THAT(ReadCalendar(File({Event("TERM", "Long", "20260901", "20300901"),
                                 Event("OPEN DAY", "Longer", "20260901", "20271007")}))
                  .problems,
              ElementsAre(ProblemAt(0, "CATEGORIES", "has 401 open days: write at most 400")));
}

struct BadFile {
  const char* why;
  std::string file;
  int line;
  const char* words;
};

TEST(Calendar, RefusesFilesThatAreNotWhole) {
  const BadFile kBad[] = {
      {"empty", "", 1, "not an iCalendar file"},
      {"a blank file", "\r\n\r\n", 1, "not an iCalendar file"},
      {"something else", "\n<html>\n</html>\n", 2, "not an iCalendar file"},
      {"an event alone", Autumn1(), 1, "not an iCalendar file"},
      {"no event", File({}), 0, "has no term"},
      {"no term", File({Event("CLOSURE", "Snow", "20261125", "20261127")}), 0, "has no term"},
      {"cut short in an event", File({Autumn1()}).substr(0, 100), 3, "ends before \"END:VEVENT\""},
      {"cut short between events", "BEGIN:VCALENDAR\n" + Autumn1(), 1,
       "ends before \"END:VCALENDAR\""},
      {"an event in an event", File({"BEGIN:VEVENT\n" + Autumn1()}), 4,
       "inside what began on line 3"},
      {"an event in something else", File({"BEGIN:VTODO\n" + Autumn1() + "END:VTODO\n"}), 4,
       "inside what began on line 3"},
      {"another end", File({"BEGIN:VTODO\nEND:VEVENT\n"}), 4, "\"END:VTODO\""},
      {"an end too many", "END:VCALENDAR\n", 1, "Nothing is open"},
      {"too large", std::string(kCalendarBytesMax + 1, '\n'), 0, "has 1000001 bytes"},
      {"a zero byte", "BEGIN:VCALENDAR\nX-A:" + std::string(1, '\0') + "\nEND:VCALENDAR\n", 2,
       "control characters"},
  };
  for (const BadFile& bad : kBad) {
    SCOPED_TRACE(bad.why);
    const auto imported = ReadCalendar(bad.file);
    ExpectProblemsOrIntent(imported);
    ASSERT_THAT(imported.problems, testing::SizeIs(1));
    EXPECT_EQ(imported.problems[0].line, bad.line);
    EXPECT_THAT(imported.problems[0].message, testing::HasSubstr(bad.words));
  }
}

}  // namespace
}  // namespace countersign::imports
