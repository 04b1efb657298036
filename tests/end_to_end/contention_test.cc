// Many callers at once: one plan, one expected version; one request id.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/barrier.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

constexpr int kCallers = 50;

struct Outcome {
  grpc::Status status;
  v1::Receipt receipt;
};

class Contention : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/true));
    const std::vector<Pair> pairs = {{kAmina, kBen}};
    FoundTrust(registry_);
    ConfirmMeetings(registry_, pairs);
    HoldMeetings(registry_, pairs);
    IssueDrafts(registry_, pairs);
    plan_id_ = registry_.PlanOf(kAmina);
  }

  uint64_t PlanVersion() const {
    return std::stoull(
        registry_.Ask(kAmina, "plan show --of amina.yusuf").at("version").get<std::string>());
  }

  // Hands in all of them in the same moment, each on a connection of its own.
  std::vector<Outcome> AtOnce(const std::vector<Comment>& comments) const {
    std::vector<Outcome> outcomes(comments.size());
    auto* const barrier = new absl::Barrier(static_cast<int>(comments.size()));
    std::vector<std::thread> callers;
    for (size_t i = 0; i < comments.size(); ++i) {
      callers.emplace_back([&, i] {
        Client client(registry_.address(), kAmina);
        // The last one that leaves a barrier owns it.
        if (barrier->Block()) delete barrier;
        outcomes[i].status = client.AddComment(comments[i], &outcomes[i].receipt);
      });
    }
    for (std::thread& caller : callers) caller.join();
    return outcomes;
  }

  TemporaryFolder folder_;
  Registry registry_{folder_.path("data")};
  std::string plan_id_;
  std::mt19937_64 random_{20260907};
};

TEST_F(Contention, OfFiftyCommandsAtOneExpectedVersionExactlyOneWins) {
  const uint64_t version = PlanVersion();
  std::vector<Comment> comments;
  for (int i = 0; i < kCallers; ++i) {
    comments.push_back({.plan_id = plan_id_,
                        .text = absl::StrCat("Comment ", i),
                        .request_id = RandomUuid(random_),
                        .expected_version = version});
  }
  int won = 0;
  for (const Outcome& outcome : AtOnce(comments)) {
    if (outcome.status.ok()) {
      ++won;
      EXPECT_EQ(outcome.receipt.entries(0).version(), version + 1);
      continue;
    }
    EXPECT_EQ(outcome.status.error_code(), grpc::StatusCode::ABORTED)
        << outcome.status.error_message();
    const FailureReason reason = ReasonOf(outcome.status);
    EXPECT_EQ(reason.values.at("expected_version"), absl::StrCat(version));
    EXPECT_EQ(reason.values.at("actual_version"), absl::StrCat(version + 1));
    EXPECT_EQ(reason.values.at("stream"), absl::StrCat("plan/", plan_id_));
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(PlanVersion(), version + 1);
}

TEST_F(Contention, OneRequestIdFromFiftyCallersGivesOneEventAndOneAnswer) {
  const uint64_t version = PlanVersion();
  const std::vector<Comment> comments(
      kCallers, {.plan_id = plan_id_, .text = "The same words", .request_id = RandomUuid(random_)});
  std::vector<std::string> entries;
  int first = 0;
  for (const Outcome& outcome : AtOnce(comments)) {
    ASSERT_TRUE(outcome.status.ok()) << outcome.status.error_message();
    ASSERT_EQ(outcome.receipt.entries_size(), 1);
    entries.push_back(outcome.receipt.entries(0).SerializeAsString());
    if (!outcome.receipt.repeated()) ++first;
  }
  EXPECT_THAT(entries, testing::Each(entries.front()));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(PlanVersion(), version + 1);
}

}  // namespace
}  // namespace countersign::end_to_end
