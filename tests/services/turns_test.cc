// The other turns of the main path over the wire: every new command by who may hand it in, what the
// plan shows of it, and advice while it can still be followed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/recording_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "tests/services/desk.h"

namespace countersign {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Turns : public DeskTest {
 protected:
  v1::PlanView View() {
    v1::GetPlanRequest request;
    request.set_plan_id(desk_.plan);
    const Reply reply = desk_.Call("B1", "PlanService.GetPlan", request);
    EXPECT_TRUE(reply.ok()) << reply;
    return reply.As<v1::GetPlanResponse>().plan();
  }
  std::vector<std::string> Advice() {
    const v1::PlanView view = View();
    return {view.recommended().begin(), view.recommended().end()};
  }
  // The types of what a command wrote.
  std::vector<std::string> Written(const std::string& as, const std::string& method,
                                   const rules::Intent& intent) {
    std::vector<std::string> types;
    const v1::Receipt receipt = desk_.Wrote(as, method, desk_.plan, intent);
    for (const v1::Receipt::Entry& entry : receipt.entries()) types.push_back(entry.event_type());
    return types;
  }
};

TEST_F(Turns, APlanRestsAndGoesOn) {
  EXPECT_THAT(Written("H1", "EnrolmentService.SuspendPlan", rules::SuspendPlan()),
              ElementsAre("plan_suspended"));
  const v1::PlanView resting = View();
  EXPECT_EQ(resting.summary().state(), v1::PLAN_STATE_SUSPENDED);
  EXPECT_EQ(resting.suspended_from_on(), "2026-09-03");
  EXPECT_THAT(resting.recommended(), IsEmpty()) << "nothing can be done just now";
  v1::ListPlansRequest resting_ones;
  resting_ones.set_state(v1::PLAN_STATE_SUSPENDED);
  EXPECT_THAT(
      desk_.Call("H1", "PlanService.ListPlans", resting_ones).As<v1::ListPlansResponse>().plans(),
      SizeIs(1));
  EXPECT_EQ(desk_.HandIn("B1", "MeetingService.ConfirmMeeting", desk_.plan, rules::ConfirmMeeting())
                .Reason(),
            "PLAN_SUSPENDED");
  EXPECT_THAT(Written("H1", "EnrolmentService.ResumePlan", rules::ResumePlan()),
              ElementsAre("plan_resumed"));
  EXPECT_EQ(View().suspended_from_on(), "");
  EXPECT_EQ(View().summary().state(), v1::PLAN_STATE_REVIEWER_ASSIGNED);
}

TEST_F(Turns, AdviceIsGivenUntilItIsFollowed) {
  v1::NameLineManagersRequest managers;
  managers.set_request_id(desk_.NextRequestId());
  managers.set_person_id(desk_.amina);
  *managers.mutable_intent()->add_manager_ids() = desk_.ben;
  *managers.mutable_intent()->add_manager_ids() = desk_.carol;
  Desk::ReceiptIn(desk_.Call("O1", "PeopleService.NameLineManagers", managers));
  EXPECT_THAT(Advice(), ElementsAre("R36: give the reviewee the documents to prepare with.",
                                    "R40: consult Carol Diaz, who manages the reviewee too.",
                                    "R86: arrange who stands in for the reviewee during the "
                                    "meeting."));
  EXPECT_THAT(
      Written("B1", "PreparationService.IssuePreparationPack", rules::IssuePreparationPack()),
      ElementsAre("preparation_pack_issued"));
  EXPECT_THAT(Advice(), SizeIs(2));
  EXPECT_THAT(Written("B1", "PreparationService.RecordConsultation",
                      rules::RecordConsultation(desk_.carol)),
              ElementsAre("consultation_recorded"));
  EXPECT_THAT(Advice(), SizeIs(1));
  EXPECT_THAT(Written("H1", "PreparationService.ArrangeRelease", rules::ArrangeRelease()),
              ElementsAre("release_arranged"));
  EXPECT_THAT(Advice(), IsEmpty());
  EXPECT_THAT(Written("A1", "PreparationService.SharePreparation", rules::SharePreparation()),
              ElementsAre("preparation_shared"));
}

TEST_F(Turns, AdviceEndsWithTheMeeting) {
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
              rules::ConfirmMeeting("2026-09-03"));
  EXPECT_THAT(Advice(), SizeIs(2));
  desk_.Wrote("B1", "MeetingService.RecordMeetingHeld", desk_.plan,
              rules::RecordMeetingHeld("2026-09-03"));
  EXPECT_THAT(Advice(), IsEmpty());
}

TEST_F(Turns, MoreTimeIsTheHeadsToGiveAndShownInTheWorking) {
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
              rules::ConfirmMeeting("2026-09-03"));
  EXPECT_EQ(desk_
                .HandIn("B1", "RecordingService.ExtendDeadline", desk_.plan,
                        rules::ExtendDeadline(rules::TheDraft(), "2026-10-30"))
                .code(),
            grpc::PERMISSION_DENIED);
  EXPECT_THAT(Written("H1", "RecordingService.ExtendDeadline",
                      rules::ExtendDeadline(rules::TheDraft(), "2026-10-30")),
              ElementsAre("deadline_extended"));
  v1::ExplainDeadlinesRequest request;
  request.set_plan_id(desk_.plan);
  const Reply reply = desk_.Call("B1", "PlanService.ExplainDeadlines", request);
  bool extended = false;
  for (const auto& deadline : reply.As<v1::ExplainDeadlinesResponse>().deadlines()) {
    if (deadline.obligation().kind() != v1::OBLIGATION_KIND_DRAFT) continue;
    extended = deadline.extended();
    EXPECT_EQ(deadline.obligation().due_on(), "2026-10-30");
  }
  EXPECT_TRUE(extended);
}

TEST_F(Turns, ASchoolDepartsFromThePolicyByTheTrustLead) {
  v1::Policy policy;
  policy.set_draft_days(7);
  EXPECT_EQ(
      desk_
          .HandIn("H1", "SchoolService.OverridePolicy", desk_.school, rules::OverridePolicy(policy))
          .code(),
      grpc::PERMISSION_DENIED);
  desk_.Wrote("T1", "SchoolService.OverridePolicy", desk_.school, rules::OverridePolicy(policy));
  v1::GetSchoolRequest request;
  request.set_school_id(desk_.school);
  const Reply reply = desk_.Call("H1", "SchoolService.GetSchool", request);
  ASSERT_THAT(reply.As<v1::GetSchoolResponse>().school().overrides(), SizeIs(1));
  EXPECT_EQ(reply.As<v1::GetSchoolResponse>().school().overrides(0).policy().draft_days(), 7u);
}

TEST_F(Turns, ARoleCountsOnItsDaysOnly) {
  desk_.Wrote("T1", "SchoolService.GrantSchoolRole", desk_.school,
              rules::GrantRole(desk_.carol, v1::ROLE_HEADTEACHER, rules::kSchool, "2026-09-10",
                               "2026-09-11"));
  v1::GetPlanRequest request;
  request.set_plan_id(desk_.plan);
  const auto may_see = [&] { return desk_.Call("C1", "PlanService.GetPlan", request).ok(); };
  const auto move_to = [&](const char* day) {
    v1::AdvanceClockRequest to;
    to.set_to(absl::StrCat(day, "T08:00:00Z"));
    EXPECT_TRUE(desk_.Call("T1", "DemoService.AdvanceClock", to).ok());
  };
  const auto roles = [&] {
    return desk_.Call("C1", "PeopleService.WhoAmI", v1::WhoAmIRequest())
        .As<v1::WhoAmIResponse>()
        .roles_size();
  };
  EXPECT_FALSE(may_see());
  EXPECT_EQ(roles(), 0);
  move_to("2026-09-10");
  EXPECT_TRUE(may_see());
  EXPECT_EQ(roles(), 1);
  move_to("2026-09-12");
  EXPECT_FALSE(may_see());
  EXPECT_EQ(roles(), 0);
}

// Malformed, who, closed, state: each is asked when those before it are passed.
TEST_F(Turns, AreCheckedInTheSameOrderAsEverythingElse) {
  const auto asked_by = [&](const std::string& who, const rules::Intent& intent) {
    const Reply reply = desk_.HandIn(who, "ReviewerService.ReplaceReviewer", desk_.plan, intent);
    return reply.Reason();
  };
  const rules::Intent herself = rules::ReplaceReviewer(desk_.amina);
  EXPECT_EQ(asked_by("H1", herself), "REVIEWER_IS_REVIEWEE") << "state";
  desk_.Wrote("H1", "EnrolmentService.WithdrawEnrolment", desk_.plan, rules::WithdrawEnrolment());
  EXPECT_EQ(asked_by("H1", herself), "PLAN_WITHDRAWN") << "closed before state";
  EXPECT_EQ(asked_by("B1", herself), "PERMISSION_DENIED") << "who before closed";
  EXPECT_EQ(asked_by("B1", rules::ReplaceReviewer(desk_.amina, rules::AsOther("Why"), " ")),
            "MALFORMED")
      << "malformed before who";
}

// The choice within a required message is required too.
TEST_F(Turns, AnExtensionOfNothingForNoCauseIsMalformed) {
  v1::ExtendDeadlineRequest request;
  request.set_request_id(RequestId(1));
  request.set_plan_id(desk_.plan);
  request.mutable_intent()->mutable_period();
  request.mutable_intent()->mutable_cause();
  request.mutable_intent()->set_due_on("2026-10-30");
  const Reply reply = desk_.Call("", "RecordingService.ExtendDeadline", request);
  EXPECT_EQ(reply.code(), grpc::INVALID_ARGUMENT) << reply;
  EXPECT_THAT(reply.ViolatedFields(), ElementsAre("intent.period.period", "intent.cause.cause"));
}

}  // namespace
}  // namespace countersign
