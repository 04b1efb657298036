// Bad input gives one clear error on stderr, a documented exit code, and changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kNoSuchId[] = "6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e";

// Something that somebody hands in by mistake.
struct Mistake {
  std::string name;
  std::string who;
  std::string words;
  std::vector<std::string> more;
  int code;
  std::string says;  // Part of the error.
};

class BadInput : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/true));
    const std::vector<Pair> pairs = {{kAmina, kBen}};
    FoundTrust(registry_);
    ConfirmMeetings(registry_, pairs);
    HoldMeetings(registry_, pairs);
    IssueDrafts(registry_, pairs);
    registry_.Do(kOlga, "plan enrol chloe.abara --cycle 2026/27");
  }

  void ExpectRefused(const Mistake& mistake) {
    SCOPED_TRACE(mistake.name);
    const uint64_t before = registry_.JournalSize();
    const Ran ran = registry_.Try(mistake.who, mistake.words, mistake.more);
    EXPECT_EQ(ran.code, mistake.code) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr(mistake.says));
    int errors = 0;
    for (absl::string_view line : absl::StrSplit(ran.err, '\n')) {
      if (absl::StartsWith(line, "error: ")) ++errors;
    }
    EXPECT_EQ(errors, 1) << ran.err;
    EXPECT_EQ(registry_.JournalSize(), before) << "Something was written.";
  }

  TemporaryFolder folder_;
  Registry registry_{folder_.path("data")};
};

TEST_F(BadInput, IsRefusedAndChangesNothing) {
  const std::string comment = "comment add --of amina.yusuf";
  const std::string correct = "meeting correct --of amina.yusuf --reason Typo";
  const std::vector<Mistake> mistakes = {
      {"a text too long", kAmina, comment, {"--text", std::string(5000, 'a')}, 2, "--text: has"},
      {"a text that is not UTF-8", kAmina, comment, {"--text", "\xc3\x28"}, 2, "UTF-8"},
      {"a blank text", kAmina, comment, {"--text", " "}, 2, "--text: is missing"},
      {"an empty reason", kBen, "meeting cancel --of amina.yusuf", {"--reason", ""}, 2, "--reason"},
      {"a day that is not", kBen, correct + " --on 2026-02-30", {}, 2, "--on: is no day"},
      {"a day out of range", kBen, correct + " --on 1999-12-31", {}, 2, "--on: is no day"},
      {"a day in words", kBen, correct + " --on tomorrow", {}, 2, "--on: is no day"},
      {"a time that is not",
       kBen,
       correct + " --on 2026-10-14 --at 25:00",
       {},
       2,
       "--at: is no time"},
      {"a meeting held on a day to come",
       kBen,
       correct + " --on 2027-10-14",
       {},
       5,
       "MEETING_IN_THE_FUTURE"},
      {"a reviewer who is the reviewee",
       kHelen,
       "reviewer assign --of chloe.abara --reviewer chloe.abara",
       {},
       5,
       "REVIEWER_IS_REVIEWEE"},
      {"a change that nobody asked for",
       kBen,
       "changes decline --of amina.yusuf --change 7",
       {"--reason", "No"},
       5,
       "CHANGE_UNKNOWN"},
      {"a second first draft",
       kBen,
       "draft issue --of amina.yusuf",
       {"--file", TrustFile("draft-2.json")},
       5,
       "DRAFT_ALREADY_ISSUED"},
      {"a record that is not complete",
       kBen,
       "record finalise --of amina.yusuf",
       {},
       5,
       "RECORD_INCOMPLETE"},
      {"a person without a plan", kHelen, "plan show --of mary.dunmore", {}, 3, "mary.dunmore"},
      {"a cycle that nobody opened",
       kOlga,
       "plan enrol mary.dunmore --cycle 1999/00",
       {},
       3,
       "1999/00"},
      {"a second plan in one cycle",
       kOlga,
       "plan enrol amina.yusuf --cycle 2026/27",
       {},
       5,
       "ALREADY_ENROLLED"},
      {"a version that has moved on",
       kAmina,
       comment + " --expected-version 1",
       {"--text", "Words"},
       5,
       "VERSION_CONFLICT"},
      {"a request id that is none",
       kAmina,
       comment + " --request-id 7",
       {"--text", "Words"},
       2,
       "--request-id"},
      {"an unknown flag", kAmina, comment + " --loudly", {"--text", "Words"}, 2, "--loudly"},
      {"a file that is not there",
       kBen,
       "draft revise --of amina.yusuf --file /nowhere.json",
       {},
       2,
       "/nowhere.json"},
  };
  for (const Mistake& mistake : mistakes) ExpectRefused(mistake);
}

TEST_F(BadInput, OfAFileIsToldWithItsPlacesAndNothingOfItIsWritten) {
  const std::string people = folder_.Write(
      "people.csv",
      "staff_key,name,job_title,team,urn,works,works_from,term_time_only,line_managers\n"
      "new.person,New Person,Cleaner,Site,990001,Mon-Fri,,no,\n"
      "bad.pattern,Bad Pattern,Cleaner,Site,990001,Sometimes,,no,\n"
      "bad.school,Bad School,Cleaner,Site,999999,Mon-Fri,,no,\n");
  ExpectRefused({"a list of staff", kTheo, "people import", {people}, 2, "people.csv:3"});
  EXPECT_EQ(registry_.Try(kTheo, "people show new.person").code, 3);
  const std::string calendar = folder_.Write("calendar.ics", "BEGIN:VCALENDAR\nEND:VEVENT\n");
  ExpectRefused(
      {"a calendar", kOlga, "school import-calendar 990001", {calendar}, 2, "calendar.ics"});
  const std::string draft = folder_.Write("draft.json", R"({"plan": {"grade": "A"}})");
  ExpectRefused({"a draft with a field that the form does not have",
                 kBen,
                 "draft revise --of amina.yusuf",
                 {"--file", draft},
                 2,
                 "grade"});
}

TEST_F(BadInput, WhereNobodyKnowsThePlanSoundsLikeWhereNobodyMaySeeIt) {
  const Ran unknown = registry_.Try("wendy.brackley", absl::StrCat("plan show ", kNoSuchId));
  const Ran hidden =
      registry_.Try("wendy.brackley", absl::StrCat("plan show ", registry_.PlanOf(kAmina)));
  EXPECT_EQ(unknown.code, 4);
  EXPECT_EQ(hidden.code, unknown.code);
  EXPECT_EQ(hidden.err, unknown.err);
}

TEST_F(BadInput, ARequestIdStandsForOneBodyForEver) {
  const std::string comment = absl::StrCat("comment add --of amina.yusuf --request-id ", kNoSuchId);
  registry_.Do(kAmina, comment, {"--text", "The first words"});
  const uint64_t size = registry_.JournalSize();
  EXPECT_THAT(registry_.Do(kAmina, comment, {"--text", "The first words"}),
              HasSubstr("comment_added"));
  const Ran other = registry_.Try(kAmina, comment, {"--text", "Other words"});
  EXPECT_EQ(other.code, 5);
  EXPECT_THAT(other.err, HasSubstr("REQUEST_ID_REUSED"));
  EXPECT_EQ(registry_.JournalSize(), size);
}

TEST_F(BadInput, AnErrorInJsonIsOneDocumentOnStderr) {
  const Ran ran = registry_.Try(kBen, "-o json record finalise --of amina.yusuf");
  EXPECT_EQ(ran.code, 5);
  EXPECT_EQ(ran.out, "");
  const auto document = nlohmann::json::parse(ran.err, nullptr, /*allow_exceptions=*/false);
  ASSERT_FALSE(document.is_discarded()) << ran.err;
  EXPECT_EQ(document.at("error").at("reason"), "RECORD_INCOMPLETE");
  EXPECT_EQ(document.at("error").at("rule"), "R43");
}

TEST_F(BadInput, WhoDoesNotSayWhoTheyAreIsNotLetIn) {
  EXPECT_EQ(registry_.Try("nobody.atall", "plan list").code, 4);
  EXPECT_EQ(registry_.Try("", "plan list").code, 4);
}

TEST(ExitCodes, AreDocumentedAndMeanWhatIsWritten) {
  TemporaryFolder folder;
  Registry registry(folder.path("data"));
  EXPECT_THAT(registry.Do("", "help exit-codes"),
              AllOf(HasSubstr("0  done"), HasSubstr("1  failed"), HasSubstr("2  wrong usage"),
                    HasSubstr("3  not found"), HasSubstr("4  not signed in"),
                    HasSubstr("5  conflict"), HasSubstr("6  evidence"),
                    HasSubstr("8  the server cannot be reached"), HasSubstr("10  recorded, but")));
  const std::string cases = folder.Write(
      "cases.json", R"({"format": 1, "cases": [{"name": "a wrong day", "meeting": "2026-10-14",
         "division": "england-and-wales", "calendar": {"terms": [
         {"name": "Autumn", "first": "2026-09-01", "last": "2026-12-18"}]},
         "expect": {"draft": {"due": "2026-10-20"}}}]})");
  const Ran checked = registry.Try("", "deadlines check", {cases});
  EXPECT_EQ(checked.code, 1) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("0 passed, 1 failed"));
  // Nothing listens on port 1 of any machine that runs tests.
  const Ran alone = registry.Try(kTheo, "--server 127.0.0.1:1 trust show");
  EXPECT_EQ(alone.code, 8);
  EXPECT_THAT(alone.err, HasSubstr("127.0.0.1:1"));
}

}  // namespace
}  // namespace countersign::end_to_end
