// Another reviewer (R27 to R29): who is told the reasons, and who never is, wherever they might
// show.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/reviewer_service.pb.h"
#include "tests/services/accesses.h"
#include "tests/services/desk.h"

namespace countersign {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kReasons[] = "We were in dispute zqxjk last year";
constexpr char kDecision[] = "I have spoken zqxjk with both of you";
constexpr char kMarker[] = "zqxjk";

class Replacement : public DeskTest {
 protected:
  Reply Requests(const std::string& as) {
    v1::GetReplacementRequestsRequest request;
    request.set_plan_id(desk_.plan);
    return desk_.Call(as, "ReviewerService.GetReplacementRequests", request);
  }
  std::vector<std::string> TextsShownTo(const std::string& as) {
    v1::GetTimelineRequest request;
    request.set_plan_id(desk_.plan);
    const Reply reply = desk_.Call(as, "PlanService.GetTimeline", request);
    EXPECT_TRUE(reply.ok()) << as << ": " << reply;
    std::vector<std::string> texts;
    for (const v1::TimelineEntry& entry : reply.As<v1::GetTimelineResponse>().entries()) {
      if (!entry.text().empty()) texts.push_back(entry.text());
    }
    return texts;
  }
  void Ask() {
    desk_.Wrote("A1", "ReviewerService.RequestReplacement", desk_.plan,
                rules::RequestReplacement(kReasons));
  }
  void Keep() {
    desk_.Wrote("H1", "ReviewerService.DecideReplacement", desk_.plan,
                rules::KeepReviewer(kDecision));
  }
  void Uphold() {
    desk_.Wrote("H1", "ReviewerService.DecideReplacement", desk_.plan,
                rules::UpholdReplacement(desk_.carol, rules::AsOther("Knows the team"), kDecision));
  }
  // The numbers of the requests whose reasons the person is shown.
  std::vector<uint32_t> RequestsShownTo(const std::string& as) {
    const Reply reply = Requests(as);
    EXPECT_TRUE(reply.ok()) << as << ": " << reply;
    std::vector<uint32_t> numbers;
    for (const auto& shown : reply.As<v1::GetReplacementRequestsResponse>().requests()) {
      numbers.push_back(shown.replacement());
    }
    return numbers;
  }
  // Helen, the head, manages Amina as Ben does, and takes over from him.
  void LetHelenReview() {
    desk_.Wrote("O1", "PeopleService.NameLineManagers", desk_.amina,
                rules::NameLineManagers(desk_.amina, {desk_.ben, desk_.helen}));
    desk_.Wrote("H1", "ReviewerService.ReplaceReviewer", desk_.plan,
                rules::ReplaceReviewer(desk_.helen, std::nullopt));
  }
  // Everything that somebody is answered about the plan, as bytes that a scan can search.
  std::string AllShownTo(const std::string& as) {
    v1::GetPlanRequest plan;
    plan.set_plan_id(desk_.plan);
    v1::GetTimelineRequest timeline;
    timeline.set_plan_id(desk_.plan);
    v1::ExplainDeadlinesRequest deadlines;
    deadlines.set_plan_id(desk_.plan);
    v1::ListObligationsRequest owed;
    owed.set_plan_id(desk_.plan);
    std::string all;
    const auto add = [&](const Reply& reply) {
      absl::StrAppend(&all, reply.status.error_message(), reply.status.error_details(),
                      reply.response->SerializeAsString());
    };
    add(desk_.Call(as, "PlanService.GetPlan", plan));
    add(desk_.Call(as, "PlanService.GetTimeline", timeline));
    add(desk_.Call(as, "PlanService.ExplainDeadlines", deadlines));
    add(desk_.Call(as, "PlanService.ListObligations", owed));
    add(Requests(as));
    add(desk_.HandIn(as, "MeetingService.ConfirmMeeting", desk_.plan, rules::ConfirmMeeting()));
    return all;
  }
};

TEST_F(Replacement, IsShownWithItsReasonsToTheRevieweeAndToWhoDecides) {
  Ask();
  for (const char* who : {"A1", "H1"}) {
    const Reply reply = Requests(who);
    ASSERT_TRUE(reply.ok()) << who << ": " << reply;
    const auto& shown = reply.As<v1::GetReplacementRequestsResponse>();
    ASSERT_THAT(shown.requests(), SizeIs(1));
    EXPECT_EQ(shown.requests(0).replacement(), 1u);
    EXPECT_EQ(shown.requests(0).reviewer().name(), "Ben Carter");
    EXPECT_EQ(shown.requests(0).reasons(), kReasons);
    EXPECT_EQ(shown.requests(0).outcome(), v1::ReplacementRequest::OUTCOME_UNSPECIFIED);
    EXPECT_FALSE(shown.requests(0).has_decided_at());
    EXPECT_EQ(shown.version(), 2u);
  }
  Uphold();
  const Reply decided = Requests("A1");
  const auto& shown = decided.As<v1::GetReplacementRequestsResponse>();
  EXPECT_EQ(shown.requests(0).outcome(), v1::ReplacementRequest::OUTCOME_UPHELD);
  EXPECT_EQ(shown.requests(0).decision_reasons(), kDecision);
  EXPECT_EQ(shown.requests(0).reviewer().name(), "Ben Carter") << "who was challenged";
  EXPECT_TRUE(shown.requests(0).has_decided_at());
}

TEST_F(Replacement, IsNobodyElsesToSee) {
  Ask();
  for (const char* who : {"B1", "C1", "O1", "T1", "H2", "S2"}) {
    EXPECT_EQ(Requests(who).code(), grpc::PERMISSION_DENIED) << who;
  }
  Uphold();
  for (const char* who : {"B1", "C1", "O1", "T1", "H2", "S2"}) {
    EXPECT_EQ(Requests(who).code(), grpc::PERMISSION_DENIED) << who << ", decided";
  }
}

TEST_F(Replacement, WordsAreInTheTimelineOfTheRevieweeAndTheHeadAlone) {
  Ask();
  Keep();
  EXPECT_THAT(TextsShownTo("A1"), ElementsAre(kReasons, kDecision));
  EXPECT_THAT(TextsShownTo("H1"), ElementsAre(kReasons, kDecision));
  EXPECT_THAT(TextsShownTo("B1"), IsEmpty()) << "the reviewer challenged";
}

TEST_F(Replacement, IsInTheTimelineOfTheReviewerWithoutItsReasons) {
  Ask();
  v1::GetTimelineRequest request;
  request.set_plan_id(desk_.plan);
  const Reply reply = desk_.Call("B1", "PlanService.GetTimeline", request);
  const auto& entries = reply.As<v1::GetTimelineResponse>().entries();
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_EQ(entries[2].event_type(), "replacement_requested");
  EXPECT_THAT(entries[2].words(), HasSubstr("another reviewer"));
  EXPECT_THAT(entries[2].text(), IsEmpty());
}

// Ben stays Amina's line manager, so he still reads the plan.
TEST_F(Replacement, ReasonsReachTheChallengedReviewerByNoWayAtAll) {
  Ask();
  EXPECT_EQ(AllShownTo("B1").find(kMarker), std::string::npos);
  EXPECT_NE(AllShownTo("A1").find(kMarker), std::string::npos) << "the scan finds nothing at all";
  Uphold();
  EXPECT_EQ(AllShownTo("B1").find(kMarker), std::string::npos) << "replaced";
  EXPECT_EQ(AllShownTo("C1").find(kMarker), std::string::npos) << "the new reviewer";
}

TEST_F(Replacement, ThatWaitsIsSaidInThePlanAndOwedByTheHead) {
  Ask();
  v1::GetPlanRequest request;
  request.set_plan_id(desk_.plan);
  const auto is_undecided = [&] {
    return desk_.Call("B1", "PlanService.GetPlan", request)
        .As<v1::GetPlanResponse>()
        .plan()
        .replacement_undecided();
  };
  EXPECT_TRUE(is_undecided());
  v1::ListObligationsRequest owed;
  owed.set_mine(true);
  const Reply heads = desk_.Call("H1", "PlanService.ListObligations", owed);
  ASSERT_THAT(heads.As<v1::ListObligationsResponse>().obligations(), SizeIs(1)) << heads;
  const v1::Obligation& decision = heads.As<v1::ListObligationsResponse>().obligations(0);
  EXPECT_EQ(decision.kind(), v1::OBLIGATION_KIND_REPLACEMENT_DECISION);
  EXPECT_EQ(decision.replacement(), 1u);
  EXPECT_EQ(decision.owed_by().name(), "Helen Ito");
  EXPECT_EQ(desk_.HandIn("B1", "MeetingService.ConfirmMeeting", desk_.plan, rules::ConfirmMeeting())
                .Reason(),
            "REPLACEMENT_UNDECIDED");
  Keep();
  EXPECT_FALSE(is_undecided());
}

// A11: nobody decides on a request that is about themselves.
TEST_F(Replacement, OfAHeadWhoReviewsIsDecidedByTheTrustLeadAndHiddenFromTheHead) {
  LetHelenReview();
  Ask();
  EXPECT_EQ(Requests("H1").code(), grpc::PERMISSION_DENIED);
  EXPECT_EQ(desk_
                .HandIn("H1", "ReviewerService.DecideReplacement", desk_.plan,
                        rules::KeepReviewer(kDecision))
                .code(),
            grpc::PERMISSION_DENIED);
  EXPECT_EQ(AllShownTo("H1").find(kMarker), std::string::npos);
  const Reply shown = Requests("T1");
  ASSERT_TRUE(shown.ok()) << shown;
  desk_.Wrote("T1", "ReviewerService.DecideReplacement", desk_.plan,
              rules::UpholdReplacement(desk_.ben, std::nullopt, kDecision));
  EXPECT_EQ(AllShownTo("H1").find(kMarker), std::string::npos) << "head again, still challenged";
}

// R28: each request is about one reviewer. Who was that may have to decide on another's.
TEST_F(Replacement, IsHiddenRequestByRequestFromWhomeverItIsAbout) {
  LetHelenReview();
  desk_.Wrote("A1", "ReviewerService.RequestReplacement", desk_.plan,
              rules::RequestReplacement("Of Helen"));
  desk_.Wrote("T1", "ReviewerService.DecideReplacement", desk_.plan,
              rules::UpholdReplacement(desk_.ben, std::nullopt, "Helen steps back"));
  desk_.Wrote("A1", "ReviewerService.RequestReplacement", desk_.plan,
              rules::RequestReplacement("Of Ben"));
  EXPECT_THAT(RequestsShownTo("A1"), ElementsAre(1u, 2u));
  EXPECT_THAT(RequestsShownTo("H1"), ElementsAre(2u)) << "the head decides on the second";
  EXPECT_EQ(Requests("B1").code(), grpc::PERMISSION_DENIED);
  EXPECT_THAT(TextsShownTo("H1"), Contains("Of Ben"));
  EXPECT_THAT(TextsShownTo("H1"), Not(Contains("Of Helen")));
  EXPECT_THAT(TextsShownTo("H1"), Not(Contains("Helen steps back")));
  EXPECT_THAT(TextsShownTo("A1"), IsSupersetOf({"Of Helen", "Helen steps back", "Of Ben"}));
  desk_.Wrote("H1", "ReviewerService.DecideReplacement", desk_.plan,
              rules::KeepReviewer(kDecision));
}

// The head who reviews learns who acts on the plan's time instead (A11).
TEST_F(Replacement, ByAHeadGivesTheTimeOfThePlanToTheTrustLead) {
  LetHelenReview();
  const Reply denied =
      desk_.HandIn("H1", "EnrolmentService.SuspendPlan", desk_.plan, rules::SuspendPlan());
  EXPECT_EQ(denied.code(), grpc::PERMISSION_DENIED);
  EXPECT_THAT(denied.status.error_message(), HasSubstr("trust lead"));
  desk_.Wrote("T1", "EnrolmentService.SuspendPlan", desk_.plan, rules::SuspendPlan());
}

TEST_F(Replacement, OfTheReviewerTakesTheirAccessAway) {
  desk_.Wrote("H1", "ReviewerService.ReplaceReviewer", desk_.plan,
              rules::ReplaceReviewer(desk_.carol));
  v1::GetPlanRequest request;
  request.set_plan_id(desk_.plan);
  EXPECT_TRUE(desk_.Call("C1", "PlanService.GetPlan", request).ok());
  desk_.Wrote("H1", "ReviewerService.ReplaceReviewer", desk_.plan,
              rules::ReplaceReviewer(desk_.ben, std::nullopt));
  EXPECT_EQ(desk_.Call("C1", "PlanService.GetPlan", request).code(), grpc::PERMISSION_DENIED);
}

TEST_F(Replacement, WithoutADecisionIsMalformed) {
  rules::Intent undecided = rules::KeepReviewer(kDecision);
  undecided.command.mutable_plan()->mutable_decide_replacement()->clear_decision();
  const Reply reply =
      desk_.HandIn("S2", "ReviewerService.DecideReplacement", desk_.plan, undecided);
  EXPECT_EQ(reply.code(), grpc::INVALID_ARGUMENT) << "before who asks";
  EXPECT_THAT(reply.ViolatedFields(), ElementsAre("intent.decision"));
}

TEST(ReplacementRequests, AreShownOnlyAfterTheLookIsWritten) {
  const std::unique_ptr<rocksdb::Env> disk(NewMemoryDisk());
  std::string plan;
  {
    SettledDesk desk(DemoOn(disk.get()));
    plan = desk.plan;
    desk.Wrote("A1", "ReviewerService.RequestReplacement", plan,
               rules::RequestReplacement(kReasons));
    v1::GetReplacementRequestsRequest request;
    request.set_plan_id(plan);
    for (const char* who : {"H1", "B1", "A1"}) {
      desk.Call(who, "ReviewerService.GetReplacementRequests", request);
    }
  }
  EXPECT_THAT(AccessesIn(disk.get(), plan), ElementsAre("headteacher replacement_request_shown",
                                                        "reviewee replacement_request_shown"));
}

}  // namespace
}  // namespace countersign
