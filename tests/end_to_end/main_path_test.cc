// One plan from the foundation of the trust to both signatures: what people see on the way, in
// words and as JSON, and how the command line ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

const std::vector<end_to_end::Pair> kAminaAndBen = {{kAmina, kBen}};

class MainPath : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/true)); }

  // "draft overdue 2026-10-07" and so on: what the list of obligations says, in its order.
  std::vector<std::string> Obligations(absl::string_view who, absl::string_view words) const {
    std::vector<std::string> rows;
    const json answer = registry_.Ask(who, absl::StrCat("obligations list ", words));
    for (const json& row : answer.at("obligations")) {
      rows.push_back(absl::StrCat(row.at("kind").get<std::string>().substr(16), " ",
                                  row.at("status").get<std::string>().substr(18), " ",
                                  row.at("due_on").get<std::string>()));
    }
    return rows;
  }

  std::vector<std::string> EventTypes() const {
    std::vector<std::string> types;
    const json answer = registry_.Ask(kAmina, "plan timeline --of amina.yusuf");
    for (const json& entry : answer.at("entries")) types.push_back(entry.at("event_type"));
    return types;
  }

  TemporaryFolder folder_;
  Registry registry_{folder_.path("data")};
};

TEST_F(MainPath, EveryStepFromEnrolmentToBothSignaturesIsOnTheTimeline) {
  TellMainPath(registry_);
  EXPECT_THAT(EventTypes(), ElementsAre("enrolled", "reviewer_assigned", "meeting_confirmed",
                                        "meeting_held", "draft_issued", "changes_requested",
                                        "comment_added", "draft_revised", "record_finalised",
                                        "signed", "signed", "copy_issued", "original_lodged"));
  EXPECT_THAT(registry_.Do(kAmina, "plan timeline --of amina.yusuf"),
              AllOf(HasSubstr("Mon 7 Sep 2026"), HasSubstr("Olga Brandt (office)"),
                    HasSubstr(kWish), HasSubstr(kComment), HasSubstr("Mon 9 Nov 2026")));
  const json plan = registry_.Ask(kBen, "plan show --of amina.yusuf").at("plan");
  EXPECT_EQ(plan.at("summary").at("state"), "PLAN_STATE_SIGNED");
  EXPECT_EQ(plan.at("signatures").size(), 2);
}

TEST_F(MainPath, TheFinalDeadlineSkipsFridaysAndHalfTermAndSaysSo) {
  FoundTrust(registry_);
  ConfirmMeetings(registry_, kAminaAndBen);
  const std::string folded = registry_.Do(kAmina, "plan deadlines --of amina.yusuf");
  EXPECT_THAT(folded, AllOf(HasSubstr("due Mon 9 Nov 2026"), HasSubstr("10 working days for Amina"),
                            HasSubstr("who works Monday to Thursday"), HasSubstr("half term")));
  EXPECT_THAT(folded, Not(HasSubstr("school holiday")));
  EXPECT_THAT(registry_.Do(kAmina, "plan deadlines --of amina.yusuf --days"),
              AllOf(HasSubstr("school holiday"), HasSubstr("reviewee not working")));
}

TEST_F(MainPath, WhatIsOwedMovesFromOpenToMet) {
  FoundTrust(registry_);
  ConfirmMeetings(registry_, kAminaAndBen);
  HoldMeetings(registry_, kAminaAndBen);
  EXPECT_THAT(Obligations(kBen, "--mine"),
              ElementsAre("DRAFT PENDING 2026-10-21", "FINAL_AVAILABLE PENDING 2026-11-09",
                          "REVIEWER_SIGNATURE PENDING 2026-11-09"));
  IssueDrafts(registry_, kAminaAndBen);
  EXPECT_THAT(Obligations(kBen, "--mine --status met"), Contains("DRAFT MET 2026-10-21"));
  RequestChange(registry_);
  EXPECT_THAT(Obligations(kBen, "--mine"), Contains("CHANGE_REQUEST_ANSWER PENDING "));
  Finalise(registry_);
  SignBoth(registry_);
  // The school has nobody yet who plans training and could be given the annex.
  EXPECT_THAT(Obligations(kAmina, "--of amina.yusuf"), ElementsAre("ANNEX_COPY PENDING "));
  registry_.Do(kHelen, "school grant 990001 grace.tindall training-lead");
  EXPECT_THAT(registry_.Do(kBen, "copies issue --of amina.yusuf"), HasSubstr("annex_copy_issued"));
  EXPECT_THAT(Obligations(kAmina, "--of amina.yusuf"), testing::IsEmpty());
}

TEST_F(MainPath, AnOverdueDraftIsShownAndOnceIssuedIsMetLate) {
  FoundTrust(registry_);
  ConfirmMeetings(registry_, kAminaAndBen);
  HoldMeetings(registry_, kAminaAndBen);
  registry_.Do(kTheo, "demo advance 2026-10-22T08:00:00Z");
  EXPECT_THAT(Obligations(kHelen, "--status overdue"), ElementsAre("DRAFT OVERDUE 2026-10-21"));
  EXPECT_THAT(registry_.Do(kHelen, "obligations list --status overdue"),
              AllOf(HasSubstr("Wed 21 Oct 2026"), HasSubstr("overdue"), HasSubstr("Ben Carter")));
  registry_.Do(kBen, "draft issue --of amina.yusuf", {"--file", TrustFile("draft-1.json")});
  EXPECT_THAT(Obligations(kHelen, "--status met-late"), ElementsAre("DRAFT MET_LATE 2026-10-21"));
}

TEST_F(MainPath, AnIncompleteDraftIsIssuedButNotFinalised) {
  FoundTrust(registry_);
  ConfirmMeetings(registry_, kAminaAndBen);
  HoldMeetings(registry_, kAminaAndBen);
  IssueDrafts(registry_, kAminaAndBen);
  const Ran refused = registry_.Try(kBen, "record finalise --of amina.yusuf");
  EXPECT_EQ(refused.code, 5);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, AllOf(HasSubstr("RECORD_INCOMPLETE (rule R43)"), HasSubstr("R43d"),
                                 HasSubstr("objective 2")));
}

TEST_F(MainPath, NobodySignsARecordByAFingerprintThatIsNotItsOwn) {
  FoundTrust(registry_);
  ConfirmMeetings(registry_, kAminaAndBen);
  HoldMeetings(registry_, kAminaAndBen);
  IssueDrafts(registry_, kAminaAndBen);
  Finalise(registry_);
  const std::string digest =
      registry_.Ask(kBen, "plan show --of amina.yusuf").at("plan").at("digest");
  const std::string wrong = (digest[0] == '0' ? "1" : "0") + digest.substr(1, 7);
  const Ran ran = registry_.Try(kBen, "record sign --of amina.yusuf --fingerprint " + wrong);
  EXPECT_EQ(ran.code, 5) << ran.err;
  EXPECT_THAT(EventTypes(), Not(Contains("signed")));
}

TEST_F(MainPath, StrangersSeeNothingOfAPlanAndTheOfficeSeesNoContent) {
  TellMainPath(registry_);
  for (absl::string_view stranger : {"wendy.brackley", "tomasz.wronowicz", kOlga, kTheo}) {
    for (absl::string_view query : {"plan show ", "plan timeline "}) {
      const Ran ran = registry_.Try(stranger, absl::StrCat(query, registry_.PlanOf(kAmina)));
      EXPECT_EQ(ran.code, 4) << stranger << ": " << query << ran.out;
      EXPECT_EQ(ran.out, "") << stranger << ": " << query;
    }
  }
}

TEST_F(MainPath, EveryAnswerOfADemoSaysThatItIsOne) {
  EXPECT_THAT(registry_.Try(kTheo, "demo clock").err, HasSubstr("demo: made-up people"));
}

TEST_F(MainPath, ColoursAreForTerminalsAndNoColorTurnsThemOff) {
  if (!HasTerminals()) GTEST_SKIP() << "This machine has no pseudo-terminals: no /dev/pts.";
  FoundTrust(registry_);
  const auto shown = [&](const std::vector<std::string>& environment) {
    return registry_.TryOnTerminal(kTheo, "school show 990001", environment).out;
  };
  EXPECT_THAT(shown({"TERM=xterm"}), HasSubstr("\x1b["));
  EXPECT_THAT(shown({"TERM=xterm", "NO_COLOR=1"}), Not(HasSubstr("\x1b[")));
  EXPECT_THAT(shown({"TERM=dumb"}), Not(HasSubstr("\x1b[")));
  EXPECT_THAT(registry_.Do(kTheo, "school show 990001"), Not(HasSubstr("\x1b[")));
}

}  // namespace
}  // namespace countersign::end_to_end
