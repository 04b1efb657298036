// `countersign deadlines check`: the shared cases pass, a difference is named, and a file with a
// mistake is answered with the place of the mistake.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "clients/cli/deadlines/check.h"

namespace countersign::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const char kSharedCases[] = TESTS_DIR "/rules/deadlines.json";
const char kHolidays[] = TESTS_DIR "/rules/bank-holidays.json";

struct Answer {
  int exit_status = 0;
  std::string out;
  std::string err;
};

Answer Check(const std::string& path, const std::optional<std::string>& holidays = kHolidays) {
  const auto report = CheckDeadlines(path, holidays);
  if (!report.ok()) return {2, "", std::string(report.status().message()) + "\n"};
  return {report->failed.empty() ? 0 : 1, ReportText(*report), ""};
}

// A file with the given text that lives as long as this value.
class TextFile {
 public:
  explicit TextFile(const std::string& text)
      : path_(::testing::TempDir() + "countersign_" + std::to_string(std::random_device{}()) + "_" +
              std::to_string(++count_) + ".json") {
    std::ofstream(path_) << text;
  }
  ~TextFile() { std::remove(path_.c_str()); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  static inline int count_ = 0;
  std::string path_;
};

Answer CheckText(const std::string& text) {
  const TextFile file(text);
  return Check(file.path());
}

// A file of one case with these members, named "plain"; its meeting is on a plain Tuesday unless
// they say otherwise.
std::string OneCase(const std::string& members) {
  std::string text = R"({"format": 1, "cases": [{"name": "plain")";
  if (members.find("\"meeting\"") == std::string::npos) text += R"(, "meeting": "2026-09-15")";
  return text + (members.empty() ? "" : ", " + members) + "}]}";
}

Answer CheckCase(const std::string& members) { return CheckText(OneCase(members)); }

TEST(DeadlinesCheck, PassesAllSharedCases) {
  const Answer answer = Check(kSharedCases);
  EXPECT_EQ(answer.out, "102 passed, 0 failed\n");
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(answer.exit_status, 0);
}

TEST(DeadlinesCheck, KnowsTheBankHolidaysWithoutAFile) {
  EXPECT_EQ(Check(kSharedCases, std::nullopt).out, "102 passed, 0 failed\n");
}

TEST(DeadlinesCheck, FindsEveryAlteredExpectation) {
  // Each expectation of the shared file in turn is falsified, so that no field goes unread.
  std::ifstream file(kSharedCases);
  const auto shared = nlohmann::json::parse(file);
  auto altered = shared;
  size_t alterations = 0;
  altered["cases"].clear();
  const auto add = [&](const nlohmann::json& original, const std::string& pointer,
                       const nlohmann::json& value) {
    auto copy = original;
    copy[nlohmann::json::json_pointer(pointer)] = value;
    altered["cases"].push_back(copy);
    ++alterations;
  };
  for (const auto& one : shared["cases"]) {
    add(one, "/expect/notice/confirm_by", "2000-01-01");
    add(one, "/expect/notice/provisional", !one["expect"]["notice"].value("provisional", false));
    for (const std::string what : {"draft", "final"}) {
      const std::string at = "/expect/" + what;
      const auto& expected = one["expect"][what];
      add(one, at + "/due", expected["due"].is_null() ? "2000-01-01" : nlohmann::json());
      add(one, at + "/provisional", !expected.value("provisional", false));
      add(one, at + "/extended", !expected.value("extended", false));
      add(one, at + "/suspended", !expected.value("suspended", false));
      add(one, at + "/counted_for", "head");
      if (!expected.contains("days")) continue;
      const size_t last = expected["days"].size() - 1;
      add(one, at + "/days/" + std::to_string(last) + "/day", 99);
      add(one, at + "/days/0/date", "2000-01-01");
    }
  }
  const Answer answer = CheckText(altered.dump());
  EXPECT_THAT(answer.out, HasSubstr("\n0 passed, " + std::to_string(alterations) + " failed\n"))
      << answer.err;
  EXPECT_EQ(answer.exit_status, 1);
}

TEST(DeadlinesCheck, NamesCaseFieldExpectedAndGotOnOneLine) {
  const Answer answer = CheckCase(
      R"("calendar": {"terms": [{"first": "2026-09-01", "last": "2026-10-23"}]},
         "expect": {"draft": {"due": "2026-09-23", "counted_for": "reviewee"}})");
  EXPECT_EQ(answer.out,
            "plain: draft.due expected 2026-09-23, got 2026-09-22; draft.counted_for expected "
            "reviewee, got reviewer\n0 passed, 1 failed\n");
  EXPECT_EQ(answer.exit_status, 1);
}

TEST(DeadlinesCheck, NamesTheFirstDayOfAWorkingThatDiffers) {
  const Answer answer = CheckCase(
      R"("calendar": {"terms": [{"first": "2026-09-01", "last": "2026-10-23"}]},
         "policy": {"draft_days": 4}, "meeting": "2026-09-16",
         "expect": {"draft": {"days": [{"date": "2026-09-17", "day": 1},
                                       {"date": "2026-09-18", "skipped": "school_closed"}]}})");
  EXPECT_THAT(answer.out, StartsWith("plain: draft.days[1] expected 2026-09-18 skipped "
                                     "school_closed, got 2026-09-18 day 2\n"));
}

TEST(DeadlinesCheck, PrintsJsonForPrograms) {
  const TextFile file(OneCase(R"("expect": {"draft": {"due": null, "provisional": true}})"));
  const auto report = CheckDeadlines(file.path(), kHolidays);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(nlohmann::json(ReportDocument(*report)), nlohmann::json::parse(R"({
    "passed": 0, "failed": 1, "differences": [
      {"name": "plain", "field": "draft.due", "expected": "null", "got": "2026-09-22"},
      {"name": "plain", "field": "draft.suspended", "expected": "true", "got": "false"}]})"));
}

TEST(DeadlinesCheck, AnswersAnEmptyListOfCases) {
  EXPECT_EQ(CheckText(R"({"format": 1, "cases": []})").out, "0 passed, 0 failed\n");
}

struct Variation {
  const char* what;
  const char* members;
};

class AcceptedVariations : public ::testing::TestWithParam<Variation> {};

TEST_P(AcceptedVariations, GiveTheExpectedAnswer) {
  const Answer answer = CheckCase(GetParam().members);
  EXPECT_EQ(answer.out, "1 passed, 0 failed\n") << answer.err;
}

// The calendar of most variations; the later term stands first, to show that they need no order.
#define TERMS                                                                \
  R"("calendar": {"terms": [{"first": "2027-01-04", "last": "2027-03-25"},)" \
  R"({"first": "2026-09-01", "last": "2026-12-18"}]})"

INSTANTIATE_TEST_SUITE_P(
    DeadlinesCheck, AcceptedVariations,
    ::testing::Values(
        Variation{"NothingButAMeeting", ""},
        Variation{"NoTermsArePublished",
                  R"("expect": {"notice": {"confirm_by": "2026-09-08", "provisional": true},
                                "draft": {"due": "2026-09-22", "provisional": true}})"},
        Variation{"UnsortedTerms", TERMS R"(, "meeting": "2026-12-16",
                  "expect": {"draft": {"due": "2027-01-06", "provisional": false}})"},
        Variation{"AMissingLastIsTheSameDay",
                  R"("calendar": {"terms": [{"first": "2026-09-01", "last": "2026-12-18"}],
                                  "closures": [{"first": "2026-09-16"}]},
                     "reviewer": {"absences": [{"first": "2026-09-17"}]},
                     "expect": {"draft": {"due": "2026-09-24"}})"},
        Variation{"OverlappingAbsences", TERMS R"(,
                  "reviewer": {"absences": [{"first": "2026-09-17", "last": "2026-09-18"},
                                            {"first": "2026-09-16", "last": "2026-09-21"}]},
                  "expect": {"draft": {"due": "2026-09-28"}})"},
        Variation{"AWeekWithoutDaysSuspends", TERMS R"(, "reviewee": {"pattern": {"weeks": [[]]}},
                  "expect": {"notice": {"confirm_by": null}, "draft": {"due": "2026-09-22"},
                  "final": {"due": null, "suspended": true, "counted_for": "reviewee"}})"},
        Variation{"HoursInAPattern", TERMS R"(,
                  "reviewer": {"pattern": {"weeks": [{"mon": 7.5, "tue": null}]}},
                  "expect": {"draft": {"due": "2026-10-05"}})"},
        Variation{"AnAnchorInTheMiddleOfItsWeek", TERMS R"(,
                  "reviewer": {"pattern": {"weeks": [["mon"], ["tue"]], "anchor": "2026-09-24"}},
                  "policy": {"draft_days": 2}, "expect": {"draft": {"due": "2026-09-29"}})"},
        Variation{"WeekendsInAPatternAreWeekendsStill", TERMS R"(,
                  "reviewer": {"pattern": {"weeks": [["sat", "sun", "mon"]]}},
                  "policy": {"draft_days": 1}, "expect": {"draft": {"due": "2026-09-21"}})"},
        Variation{"AnOpenDayOnABankHoliday",
                  R"("calendar": {"terms": [{"first": "2026-09-01", "last": "2027-03-25"}],
                                  "open_days": [{"date": "2026-12-25"}]},
                     "meeting": "2026-12-24", "policy": {"draft_days": 1},
                     "expect": {"draft": {"due": "2026-12-25",
                                          "days": [{"date": "2026-12-25", "day": 1}]}})"},
        Variation{"NoNoticeAtAll", TERMS R"(, "policy": {"notice_days": 0},
                  "expect": {"notice": {"confirm_by": "2026-09-15"}})"},
        Variation{"NoClearNoticeAtAll", TERMS R"(, "policy": {"notice_days": 0,
                  "notice_clear": true}, "expect": {"notice": {"confirm_by": "2026-09-15"}})"},
        Variation{"ClearNotice", TERMS R"(, "policy": {"notice_days": 1, "notice_clear": true},
                  "expect": {"notice": {"confirm_by": "2026-09-13"}})"},
        Variation{"CalendarNoticeIsNeverClear", TERMS R"(, "policy": {"notice_unit": "calendar",
                  "notice_clear": true}, "expect": {"notice": {"confirm_by": "2026-09-10"}})"},
        Variation{"AnExtensionToASunday", TERMS R"(, "extended": {"draft": "2026-09-27"},
                  "expect": {"draft": {"due": "2026-09-27", "extended": true}})"},
        Variation{"AnExtensionToTheSameDay", TERMS R"(, "extended": {"draft": "2026-09-22"},
                  "expect": {"draft": {"due": "2026-09-22"}})"},
        Variation{"BeyondTheKnownBankHolidays",
                  R"("calendar": {"terms": [{"first": "2040-01-02", "last": "2040-12-31"}]},
                     "meeting": "2040-12-24", "policy": {"draft_days": 1},
                     "expect": {"draft": {"due": "2040-12-25"}})"},
        Variation{"NullWhereThereIsNothing",
                  TERMS R"(, "reviewer": {"pattern": null}, "extended": {"draft": null},
                  "expect": {"draft": {"due": "2026-09-22"}})"}),
    [](const auto& tested) { return tested.param.what; });

struct Mistake {
  const char* what;
  const char* members;
  const char* field;
  const char* remedy;
};

class MistakesInACase : public ::testing::TestWithParam<Mistake> {};

TEST_P(MistakesInACase, AreNamedWithTheirPlaceAndARemedy) {
  const Answer answer = CheckCase(GetParam().members);
  EXPECT_THAT(answer.err, AllOf(HasSubstr("case 1 (plain): "), HasSubstr(GetParam().field),
                                HasSubstr(GetParam().remedy)));
  EXPECT_THAT(answer.out, IsEmpty());
  EXPECT_EQ(answer.exit_status, 2);
}

INSTANTIATE_TEST_SUITE_P(
    DeadlinesCheck, MistakesInACase,
    ::testing::Values(
        Mistake{"AnUnknownKey", R"("color": 1)", "color: ", "the keys here are name"},
        Mistake{"AnUnknownPolicy", R"("policy": {"draft": 5})", "policy.draft: ", "draft_days"},
        Mistake{"AnImpossibleDate", R"("extended": {"draft": "2026-02-30"})",
                "extended.draft: ", "write it as"},
        Mistake{"ADateInAnotherSpelling", R"("extended": {"draft": "2026-9-1"})",
                "extended.draft: ", "write it as"},
        Mistake{"AnAbsenceThatEndsBeforeItBegins",
                R"("reviewee": {"absences": [{"first": "2026-09-02", "last": "2026-09-01"}]})",
                "reviewee.absences[0].last: ", "or null"},
        Mistake{"ATermThatEndsBeforeItBegins",
                R"("calendar": {"terms": [{"first": "2026-09-02", "last": "2026-09-01"}]})",
                "calendar.terms[0].last: ", "a later one"},
        Mistake{"NoSuchWeekday", R"("reviewer": {"pattern": {"weeks": [["monday"]]}})",
                "reviewer.pattern.weeks[0][0]: ", "write mon, tue"},
        Mistake{"ACycleWithoutAnchor", R"("reviewer": {"pattern": {"weeks": [["mon"], ["tue"]]}})",
                "reviewer.pattern.anchor: ", "give the Monday"},
        Mistake{"APatternWithoutWeeks", R"("reviewer": {"pattern": {"weeks": []}})",
                "reviewer.pattern.weeks: ", "leave out the pattern"},
        Mistake{"HoursBeyondADay", R"("reviewer": {"pattern": {"weeks": [{"mon": 25}]}})",
                "reviewer.pattern.weeks[0].mon: ", "24 at most"},
        Mistake{"NoSuchDivision", R"("division": "wales")", "division: ", "england-and-wales"},
        Mistake{"NoSuchUnit", R"("policy": {"notice_unit": "school"})",
                "policy.notice_unit: ", "working or calendar"},
        Mistake{"ANegativeNumberOfDays", R"("policy": {"draft_days": -1})",
                "policy.draft_days: ", "whole number"},
        Mistake{"AFlagThatIsNone", R"("reviewer": {"term_time_only": "yes"})",
                "reviewer.term_time_only: ", "write one of the two"},
        Mistake{"AListThatIsNone", R"("calendar": {"terms": {}})", "calendar.terms: ", "[...]"},
        Mistake{"AnObjectThatIsNone", R"("reviewer": [])", "reviewer: ", "{...}"},
        Mistake{"ALineWithoutAVerdict",
                R"("expect": {"draft": {"days": [{"date": "2026-09-16"}]}})",
                "expect.draft.days[0]: ", "why it was skipped"}),
    [](const auto& tested) { return tested.param.what; });

TEST(DeadlinesCheck, NamesACaseWithoutAMeeting) {
  const Answer answer = CheckText(R"({"format": 1, "cases": [{"meeting": "2026-09-15"}, {}]})");
  EXPECT_THAT(answer.err, HasSubstr("case 2 (case 2): meeting: is missing; give a date"));
  EXPECT_EQ(answer.exit_status, 2);
}

TEST(DeadlinesCheck, ReadsNoOtherFormat) {
  EXPECT_THAT(CheckText(R"({"format": 2, "cases": []})").err, HasSubstr("\"format\": 1"));
  EXPECT_THAT(CheckText(R"({"cases": []})").err, HasSubstr("\"format\": 1"));
  EXPECT_THAT(CheckText(R"({"format": 1})").err, HasSubstr("cases: is missing"));
  EXPECT_THAT(CheckText("[]").err, HasSubstr("is not an object"));
}

TEST(DeadlinesCheck, SaysWhereAFileIsNotJson) {
  EXPECT_THAT(CheckText("{\n\"format\": 1,,").err, HasSubstr("line 2"));
  EXPECT_THAT(CheckText("").err, HasSubstr("is not JSON"));
}

TEST(DeadlinesCheck, NamesAFileThatCannotBeRead) {
  EXPECT_THAT(Check("/no/such/file.json").err, StartsWith("/no/such/file.json: cannot be read"));
  EXPECT_THAT(Check("/tmp").err, StartsWith("/tmp: cannot be read"));
  EXPECT_THAT(Check(kSharedCases, "/no/such/holidays.json").err,
              StartsWith("/no/such/holidays.json: cannot be read"));
  EXPECT_EQ(Check("/no/such/file.json").exit_status, 2);
}

TEST(DeadlinesCheck, NamesAMistakeInTheBankHolidays) {
  const TextFile bad_day(R"({"scotland": {"events": [{"title": "A", "date": "soon"}]}})");
  EXPECT_THAT(Check(kSharedCases, bad_day.path()).err,
              HasSubstr("scotland.events[0].date: \"soon\" is not a date"));
  const TextFile no_events(R"({"scotland": {}})");
  EXPECT_THAT(Check(kSharedCases, no_events.path()).err, HasSubstr("scotland.events: is missing"));
}

TEST(DeadlinesCheck, RefusesACaseOfADivisionWhoseHolidaysAreUnknown) {
  const TextFile only_scotland(R"({"scotland": {"events": []}})");
  EXPECT_THAT(Check(kSharedCases, only_scotland.path()).err,
              HasSubstr("division: is not in the file of bank holidays"));
}

}  // namespace
}  // namespace countersign::cli
