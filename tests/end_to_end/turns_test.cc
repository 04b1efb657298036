// The turns that a plan can take beside the main path, through the real server and the real command
// line: another reviewer, a rest, more time, a signature that is declined, a record closed
// unsigned, its copies; and what shows the whole: inboxes, compliance, the cards made anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<end_to_end::Pair> kAminaAndBen = {{kAmina, kBen}};
constexpr char kLucia[] = "lucia.marchetti";
constexpr char kGrace[] = "grace.tindall";
constexpr char kReasons[] = "We disagreed in public last term and I would not speak freely.";

class Turns : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/true));
    FoundTrust(registry_);
    registry_.Do(kHelen, "school grant 990001 grace.tindall training-lead");
    ConfirmMeetings(registry_, kAminaAndBen);
  }

  void FinaliseRecord() {
    HoldMeetings(registry_, kAminaAndBen);
    IssueDrafts(registry_, kAminaAndBen);
    Finalise(registry_);
  }

  std::string Fingerprint() const {
    const json plan = registry_.Ask(kAmina, "plan show --of amina.yusuf").at("plan");
    return plan.at("digest").get<std::string>().substr(0, 8);
  }

  std::string State() const {
    return registry_.Ask(kHelen, "plan show --of amina.yusuf")
        .at("plan")
        .at("summary")
        .at("state")
        .get<std::string>()
        .substr(11);
  }

  // The kinds of what waits for somebody, such as "DRAFT".
  std::vector<std::string> Inbox(absl::string_view who) const {
    std::vector<std::string> kinds;
    const json answer = registry_.Ask(who, "inbox");
    for (const json& row : answer.at("obligations")) {
      kinds.push_back(row.at("kind").get<std::string>().substr(16));
    }
    return kinds;
  }

  TemporaryFolder folder_;
  Registry registry_{folder_.path("data")};
};

TEST_F(Turns, AnotherReviewerIsAskedForAndNamedAndTheFormerNeverReadsWhy) {
  registry_.Do(kAmina, "reviewer request-replacement --of amina.yusuf", {"--reasons", kReasons});
  EXPECT_THAT(Inbox(kHelen), Contains("REPLACEMENT_DECISION"));
  EXPECT_THAT(registry_.Do(kHelen, "reviewer requests --of amina.yusuf"), HasSubstr(kReasons));
  EXPECT_THAT(registry_.Do(kBen, "plan timeline --of amina.yusuf"),
              AllOf(HasSubstr("another reviewer"), Not(HasSubstr(kReasons))));
  EXPECT_EQ(registry_.Try(kBen, "reviewer requests --of amina.yusuf").code, 4);
  EXPECT_THAT(registry_.Do(kBen, "plan show --of amina.yusuf"),
              HasSubstr("another reviewer was asked for"));
  const Ran held = registry_.Try(kBen, "meeting held --of amina.yusuf");
  EXPECT_EQ(held.code, 5);
  EXPECT_THAT(held.err, HasSubstr("REPLACEMENT_UNDECIDED"));

  registry_.Do(kHelen,
               "reviewer decide --of amina.yusuf --decision replace --reviewer lucia.marchetti",
               {"--note", "Leads the phase", "--reasons", "You shall speak freely."});
  EXPECT_THAT(Inbox(kHelen), IsEmpty());
  EXPECT_EQ(State(), "REVIEWER_ASSIGNED");
  // Ben still manages her, and so still reads the plan; he acts in it no more.
  EXPECT_EQ(registry_.Try(kBen, "meeting confirm --of amina.yusuf --on 2026-10-21").code, 4);
  registry_.Do(kLucia, "meeting confirm --of amina.yusuf --on 2026-10-21");
  EXPECT_THAT(registry_.Do(kLucia, "plan timeline --of amina.yusuf"), Not(HasSubstr(kReasons)));
  EXPECT_THAT(registry_.Do(kAmina, "reviewer requests --of amina.yusuf"),
              AllOf(HasSubstr("upheld"), HasSubstr("You shall speak freely.")));
}

TEST_F(Turns, AMeetingOutsideWorkingTimeIsRefused) {
  registry_.Do(kOlga, "plan enrol tomasz.wronowicz --cycle 2026/27");
  registry_.Do(kHelen, "reviewer assign --of tomasz.wronowicz --reviewer ben.carter");
  const Ran late = registry_.Try(kBen,
                                 "meeting confirm --of tomasz.wronowicz --on 2026-10-15 "
                                 "--at 14:00");
  EXPECT_EQ(late.code, 5);
  EXPECT_THAT(late.err, HasSubstr("MEETING_OUTSIDE_WORKING_TIME (rule R86)"));
  registry_.Do(kBen, "meeting confirm --of tomasz.wronowicz --on 2026-10-15 --at 10:30");
}

TEST_F(Turns, APlanRestsAndGoesOnAndItsDaysOfRestDoNotCount) {
  HoldMeetings(registry_, kAminaAndBen);
  registry_.Do(kHelen, "plan suspend --of amina.yusuf");
  EXPECT_EQ(State(), "SUSPENDED");
  EXPECT_THAT(Inbox(kBen), IsEmpty());
  const Ran issued =
      registry_.Try(kBen, "draft issue --of amina.yusuf", {"--file", TrustFile("draft-1.json")});
  EXPECT_THAT(issued.err, HasSubstr("PLAN_SUSPENDED"));
  registry_.Do(kTheo, "demo advance 2026-10-19T08:00:00Z");
  registry_.Do(kHelen, "plan resume --of amina.yusuf");
  EXPECT_EQ(State(), "MEETING_HELD");
  EXPECT_THAT(
      registry_.Do(kBen, "plan deadlines --of amina.yusuf --days"),
      AllOf(HasSubstr("Thu 15 Oct 2026    -  plan suspended"), HasSubstr("Mon 19 Oct 2026    1")));
}

TEST_F(Turns, MoreTimeIsGivenByTheHeadAlone) {
  HoldMeetings(registry_, kAminaAndBen);
  const std::string extend =
      "record extend --of amina.yusuf --period draft --until 2026-11-04 --because absence";
  EXPECT_EQ(registry_.Try(kBen, extend).code, 4);
  registry_.Do(kHelen, extend);
  EXPECT_THAT(registry_.Do(kBen, "inbox"), HasSubstr("Wed 4 Nov 2026"));
  EXPECT_THAT(registry_.Do(kBen, "plan deadlines --of amina.yusuf"), HasSubstr("extended"));
}

TEST_F(Turns, ARecordThatSomebodyDeclinesToSignIsClosedUnsignedAndStillGivenOut) {
  FinaliseRecord();
  const std::string fingerprint = " --fingerprint " + Fingerprint();
  registry_.Do(kBen, "record sign --of amina.yusuf" + fingerprint);
  const std::string close = "record close-unsigned --of amina.yusuf";
  const Ran early = registry_.Try(kHelen, close, {"--reason", "Time is up."});
  EXPECT_EQ(early.code, 5);
  EXPECT_THAT(early.err, HasSubstr("GRACE_NOT_OVER"));

  registry_.Do(kAmina, "record decline --of amina.yusuf" + fingerprint,
               {"--reason", "Objective 2 is not what we agreed."});
  EXPECT_THAT(registry_.Do(kBen, "plan show --of amina.yusuf"),
              AllOf(HasSubstr("declined to sign: Amina Yusuf"),
                    HasSubstr("Objective 2 is not what we agreed.")));
  EXPECT_THAT(registry_.Do(kHelen, close, {"--reason", "Both were heard."}),
              AllOf(HasSubstr("closed_unsigned"), HasSubstr("annex_copy_issued")));
  EXPECT_EQ(State(), "CLOSED_UNSIGNED");
  EXPECT_THAT(registry_.Do(kAmina, "plan show --of amina.yusuf"), HasSubstr("Both were heard."));
  EXPECT_THAT(registry_.Try(kAmina, "record sign --of amina.yusuf" + fingerprint).err,
              HasSubstr("RECORD_CLOSED_UNSIGNED"));
}

TEST_F(Turns, TheTrainingLeadReadsTheAnnexAloneAndTheRevieweeSeesWhoReadWhat) {
  FinaliseRecord();
  SignBoth(registry_);
  const std::string plan = registry_.PlanOf(kAmina);
  EXPECT_EQ(registry_.Try(kGrace, "plan show " + plan).code, 4);
  EXPECT_THAT(registry_.Do(kGrace, "annex list"), HasSubstr("Amina Yusuf"));
  EXPECT_THAT(registry_.Do(kGrace, "annex show " + plan.substr(0, 8)),
              AllOf(HasSubstr("Training and Development Annex"),
                    Not(HasSubstr("objectives for the year ahead"))));
  EXPECT_EQ(registry_.Try(kBen, "annex show " + plan).code, 4);
  const json copies = registry_.Ask(kAmina, "copies list --of amina.yusuf").at("copies");
  ASSERT_EQ(copies.size(), 3u);
  EXPECT_FALSE(copies[0].contains("opened_at")) << "her own: listing opens nothing";
  EXPECT_EQ(copies[2].at("recipient").at("name"), "Grace Tindall");
  EXPECT_TRUE(copies[2].contains("opened_at"));
  EXPECT_THAT(registry_.Do(kAmina, "plan readers --of amina.yusuf"),
              AllOf(HasSubstr("Grace Tindall"), HasSubstr("annex shown")));
  EXPECT_EQ(registry_.Try(kBen, "plan readers --of amina.yusuf").code, 4);
}

TEST_F(Turns, ComplianceShowsWhatWasMissedAndRebuiltCardsShowTheSame) {
  HoldMeetings(registry_, kAminaAndBen);
  registry_.Do(kTheo, "demo advance 2026-10-22T08:00:00Z");
  const std::string by_school = registry_.Do(kTheo, "compliance");
  EXPECT_THAT(by_school, AllOf(HasSubstr("Otterby Primary School"), HasSubstr("of\xC2\xA0")));
  const json otterby = registry_.Ask(kTheo, "compliance --by trust").at("rows").at(0);
  // The notice was given in time; the draft is overdue since yesterday.
  EXPECT_EQ(otterby.at("numerator"), 1);
  EXPECT_EQ(otterby.at("denominator"), 2);
  EXPECT_EQ(otterby.at("counts").at("overdue"), 1);
  EXPECT_THAT(registry_.Do(kBen, "inbox"),
              AllOf(HasSubstr("1 overdue."), HasSubstr("countersign draft issue ")));
  EXPECT_EQ(registry_.Try(kBen, "compliance").code, 4);

  EXPECT_EQ(registry_.Try(kHelen, "admin rebuild").code, 4);
  const Ran rebuilt = registry_.Try(kTheo, "--progress admin rebuild");
  EXPECT_EQ(rebuilt.code, 0) << rebuilt.err;
  EXPECT_THAT(rebuilt.out, HasSubstr("all were the same"));
  EXPECT_THAT(rebuilt.err, HasSubstr("rebuilding the cards"));
  EXPECT_EQ(registry_.Do(kTheo, "compliance"), by_school);
}

TEST_F(Turns, AHeadForSomeDaysIsOneOnThoseDaysOnly) {
  registry_.Do(kTheo,
               "school grant 990001 dev.ramanathan headteacher --from 2026-10-19 "
               "--until 2026-10-20");
  EXPECT_EQ(registry_.Try("dev.ramanathan", "plan suspend --of amina.yusuf").code, 4);
  registry_.Do(kTheo, "demo advance 2026-10-19T08:00:00Z");
  registry_.Do("dev.ramanathan", "plan suspend --of amina.yusuf");
  registry_.Do(kTheo, "demo advance 2026-10-21T08:00:00Z");
  EXPECT_EQ(registry_.Try("dev.ramanathan", "plan resume --of amina.yusuf").code, 4);
}

}  // namespace
}  // namespace countersign::end_to_end
