// Many at the counter at once: one wins, and a request that is repeated happens once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/errors.h"
#include "tests/registrar/registry.h"

namespace countersign {
namespace {

using ::testing::SizeIs;

constexpr int kThreads = 50;

class ManyAtOnce : public RegistryTest {
 protected:
  // Hands in one paper from each of 50 threads, all at the same moment.
  template <typename PaperOf>
  std::vector<absl::StatusOr<Receipt>> HandAtOnce(PaperOf paper_of) {
    std::vector<absl::StatusOr<Receipt>> answers(kThreads, absl::UnknownError("no answer"));
    std::latch together(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i, paper = paper_of(i)] {
        together.arrive_and_wait();
        answers[i] = Hand(paper);
      });
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
  }
};

TEST_F(ManyAtOnce, OfFiftyCommandsAtTheSameVersionExactlyOneWins) {
  trust_.WalkToTheDraft();
  const auto version = static_cast<uint64_t>(Must(registry_.states->PlanOf(trust_.plan)).version);
  const uint64_t size = registry_.size();
  const auto answers = HandAtOnce([&](int i) {
    return trust_.Commenting(absl::StrCat("Comment ", i)).Seen(version).As(RequestNumber(i));
  });
  int wins = 0;
  for (const absl::StatusOr<Receipt>& answer : answers) {
    if (answer.ok()) {
      ++wins;
      continue;
    }
    const auto conflict = storage::VersionConflictOf(answer.status());
    ASSERT_TRUE(conflict.has_value()) << answer.status();
    EXPECT_EQ(conflict->expected, static_cast<int64_t>(version));
    EXPECT_EQ(conflict->actual, static_cast<int64_t>(version) + 1);
  }
  EXPECT_EQ(wins, 1);
  EXPECT_EQ(registry_.size(), size + 1);
}

TEST_F(ManyAtOnce, OneRequestFromFiftyThreadsIsOneEventAndOneAnswer) {
  const uint64_t size = registry_.size();
  const auto answers =
      HandAtOnce([&](int) { return trust_.Assigning(trust_.ben).Seen(0).As(RequestNumber(1)); });
  int first_answers = 0;
  for (const absl::StatusOr<Receipt>& answer : answers) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_THAT(answer->appended.entries, SizeIs(1));
    EXPECT_EQ(answer->appended.entries, answers.front()->appended.entries);
    EXPECT_EQ(answer->event_types, answers.front()->event_types);
    EXPECT_EQ(answer->subject_id, trust_.plan);
    if (!answer->appended.repeated) ++first_answers;
  }
  EXPECT_EQ(first_answers, 1);
  EXPECT_EQ(registry_.size(), size + 1);
}

// R87, from two sides at once: the person's stream is the guard.
TEST_F(ManyAtOnce, NobodyIsEnrolledTwiceInOneCycle) {
  const auto answers = HandAtOnce([&](int i) {
    return Paper(trust_.olive, Action::kEnrol, rules::Enrol(trust_.carol, trust_.cycle))
        .As(RequestNumber(i));
  });
  int plans = 0;
  for (const absl::StatusOr<Receipt>& answer : answers) plans += answer.ok() ? 1 : 0;
  EXPECT_EQ(plans, 1);
  EXPECT_THAT(Must(registry_.states->PersonOf(trust_.carol))->facts.plans(), SizeIs(1));
}

}  // namespace
}  // namespace countersign
