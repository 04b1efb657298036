// A plan that holds as much as it may, in every part together, is still shown: no answer is longer
// than the 4 MB that gRPC takes in one message.
#include "services/rules/chapters/bounds.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/reviewer_service.pb.h"
#include "services/rpc/malformed.h"
#include "tests/services/desk.h"

namespace countersign {
namespace {

constexpr size_t kMessageBytesMax = 4 << 20;

class Bounds : public DeskTest {
 protected:
  // As long as a text may be, different for each number.
  static std::string LongText(uint32_t number) {
    std::string text = absl::StrCat(number, " ");
    text.resize(rules::kAnswerBytesMax, 'x');
    return text;
  }
  // Empty where it was written down.
  std::string Refused(const std::string& as, const std::string& method,
                      const rules::Intent& intent) {
    const Reply reply = desk_.HandIn(as, method, desk_.plan, intent);
    EXPECT_TRUE(reply.ok() || !reply.Reason().empty()) << method << ": " << reply;
    return reply.Reason();
  }
  // Repeats a request and its answer until no more fits.
  template <typename Ask, typename Answer>
  void Fill(const Ask& ask, const Answer& answer) {
    for (uint32_t number = 1;; ++number) {
      const std::string refused = ask(number);
      if (!refused.empty()) {
        EXPECT_EQ(refused, "RECORD_TOO_LONG");
        EXPECT_GT(number, 10u);
        return;
      }
      EXPECT_EQ(answer(number), "");
    }
  }
  static size_t BytesIn(const Reply& reply) { return reply.response->ByteSizeLong(); }
};

// A record of nearly 400,000 bytes in which much is missing.
rules::Forms FullForms() {
  rules::Forms forms = rules::CompleteForms();
  forms.plan.clear_objectives();
  for (int i = 0; i < 20; ++i) {
    forms.plan.add_objectives()->set_objective(std::string(4'000, 'x'));
    for (int step = 0; step < 4; ++step) {
      forms.plan.mutable_objectives(i)->add_action_steps()->set_task(std::string(3'900, 'x'));
    }
  }
  return forms;
}

TEST_F(Bounds, OfAPlanTogetherLeaveItShowable) {
  Fill(
      [&](uint32_t number) {
        return Refused("A1", "ReviewerService.RequestReplacement",
                       rules::RequestReplacement(LongText(number)));
      },
      [&](uint32_t number) {
        return Refused("H1", "ReviewerService.DecideReplacement",
                       rules::KeepReviewer(LongText(number)));
      });
  v1::GetReplacementRequestsRequest requests;
  requests.set_plan_id(desk_.plan);
  const Reply reasons = desk_.Call("H1", "ReviewerService.GetReplacementRequests", requests);
  ASSERT_TRUE(reasons.ok()) << reasons;
  EXPECT_GT(BytesIn(reasons), 450'000u);

  desk_.WalkToTheDraft();
  ASSERT_EQ(Refused("B1", "RecordingService.ReviseDraft", rules::ReviseDraft(FullForms())), "");
  Fill(
      [&](uint32_t number) {
        return Refused("A1", "RecordingService.RequestChanges",
                       rules::RequestChanges(std::string(200, 'x'), LongText(number)));
      },
      [&](uint32_t number) {
        return Refused("B1", "RecordingService.DeclineChange",
                       rules::DeclineChange(number, LongText(number)));
      });
  Fill(
      [&](uint32_t number) {
        return Refused("A1", "RecordingService.AddComment", rules::AddComment(LongText(number)));
      },
      [](uint32_t) { return std::string(); });
  v1::GetPlanRequest request;
  request.set_plan_id(desk_.plan);
  const Reply plan = desk_.Call("A1", "PlanService.GetPlan", request);
  ASSERT_TRUE(plan.ok()) << plan;
  // Most of it is there: record, comments and change requests.
  EXPECT_GT(BytesIn(plan), 2'200'000u);
  // Once the record is final its comments are shown a second time, as the bytes that are signed.
  const v1::PlanView& view = plan.As<v1::GetPlanResponse>().plan();
  EXPECT_LT(BytesIn(plan) + view.comments().ByteSizeLong(), kMessageBytesMax - 200'000);
}

// A request that waits for its answer counts with room for the longest that the edge lets in.
TEST(AnswerBytesMax, IsAsMuchAsTheEdgeLetsInAsAnAnswer) {
  const std::string longest(rules::kAnswerBytesMax, 'x');
  v1::DeclineChange change = rules::DeclineChange(1, longest).command.plan().decline_change();
  EXPECT_EQ(rpc::ViolationsIn(change).size(), 0u);
  *change.mutable_reason() += 'x';
  ASSERT_EQ(rpc::ViolationsIn(change).size(), 1u);
  EXPECT_EQ(rpc::ViolationsIn(change)[0].field, "reason");
  v1::DecideReplacement decision = rules::KeepReviewer(longest).command.plan().decide_replacement();
  EXPECT_EQ(rpc::ViolationsIn(decision).size(), 0u);
  *decision.mutable_reasons() += 'x';
  ASSERT_EQ(rpc::ViolationsIn(decision).size(), 1u);
  EXPECT_EQ(rpc::ViolationsIn(decision)[0].field, "reasons");
}

// What stands beside the words of a request is counted as it is shown, for many short ones.
TEST(BytesBesideWords, AreNoFewerThanAreShownWithARequest) {
  const auto latest = [](google::protobuf::Timestamp* at) {
    at->set_seconds(253'402'300'799);
    at->set_nanos(999'999'999);
  };
  v1::GetReplacementRequestsResponse reasons;
  v1::ReplacementRequest* replacement = reasons.add_requests();
  replacement->set_replacement(UINT32_MAX);
  replacement->mutable_reviewer()->set_person_id(std::string(36, 'x'));
  replacement->mutable_reviewer()->set_name(std::string(200, 'x'));
  replacement->set_reasons("x");
  replacement->set_decision_reasons("x");
  replacement->set_outcome(v1::ReplacementRequest::OUTCOME_UPHELD);
  latest(replacement->mutable_requested_at());
  latest(replacement->mutable_decided_at());
  EXPECT_LE(reasons.ByteSizeLong(), rules::kBytesBesideWords);
  v1::PlanView plan;
  v1::ChangeRequest* change = plan.add_changes();
  change->set_change(UINT32_MAX);
  change->set_section("x");
  change->set_wish("x");
  change->set_open(true);
  change->set_declined_because("x");
  EXPECT_LE(plan.ByteSizeLong(), rules::kBytesBesideWords);
}

}  // namespace
}  // namespace countersign
