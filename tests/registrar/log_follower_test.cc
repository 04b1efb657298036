// Telling readers the journal: everything once and in order, whoever joins when and reads however
// slowly; bounded buffers; marks, heartbeats, and the end.
#include "services/reading/log_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/registrar/memory_disk.h"

namespace countersign {
namespace {

using Kind = LogMessage::Kind;
using storage::StreamId;
using storage::StreamType;

StreamId Plan(uint8_t n) { return {StreamType::kPlan, storage::Id({n})}; }
StreamId School(uint8_t n) { return {StreamType::kSchool, storage::Id({n})}; }

// Lets a thread wait until `ready` was called.
class Bell {
 public:
  void Ring() {
    std::lock_guard guard(lock_);
    ++rung_;
    changed_.notify_all();
  }
  void Wait() {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [this] { return rung_ > 0; });
    rung_ = 0;
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  int rung_ = 0;
};

// A reader with its bell.
class Listener {
 public:
  Listener(LogFollower& follower, uint64_t from, LogFilter filter = {})
      : reader_(*follower.Follow(from, std::move(filter), [bell = bell_] { bell->Ring(); })) {}

  // Waits for the next message.
  absl::StatusOr<LogMessage> Next() {
    while (true) {
      absl::StatusOr<std::optional<LogMessage>> taken = reader_->Take();
      if (!taken.ok()) return taken.status();
      if (taken->has_value()) return **taken;
      bell_->Wait();
    }
  }
  // Waits for the next message of a kind, and counts what came before by kind.
  LogMessage NextOf(Kind kind) {
    while (true) {
      absl::StatusOr<LogMessage> message = Next();
      if (!message.ok()) {
        ADD_FAILURE() << message.status();
        return {};
      }
      if (message->kind == Kind::kEntry) positions.push_back(message->position);
      if (message->kind == Kind::kFellBehind) ++fell_behind;
      if (message->kind == kind) return *message;
    }
  }
  // Reads on until so many entries were told.
  void ReadEntries(size_t count) {
    while (positions.size() < count) NextOf(Kind::kEntry);
  }
  bool HasNothing() {
    absl::StatusOr<std::optional<LogMessage>> taken = reader_->Take();
    return taken.ok() && !taken->has_value();
  }

  std::vector<uint64_t> positions;
  int fell_behind = 0;

 private:
  const std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  std::unique_ptr<LogReader> reader_;
};

std::vector<uint64_t> FromTo(uint64_t from, uint64_t to) {
  std::vector<uint64_t> positions;
  for (uint64_t i = from; i < to; ++i) positions.push_back(i);
  return positions;
}

class FollowingTheLog : public testing::Test {
 protected:
  FollowingTheLog() {
    storage::JournalOptions options;
    options.path = "/journal";
    options.env = disk_.get();
    journal_ = *storage::Journal::Open(std::move(options));
  }
  // The journal wakes its followers only here.
  ~FollowingTheLog() override {
    journal_->Shutdown();
    if (follower_ != nullptr) follower_->Shutdown();
  }

  LogFollower& Follow(LogFollowerOptions options = {}) {
    options.monotonic = [this] { return absl::Seconds(seconds_.load()); };
    follower_ = std::make_unique<LogFollower>(*journal_, std::move(options));
    return *follower_;
  }
  void Append(size_t count, const StreamId& stream = Plan(1),
              const std::string& event_type = "draft_issued") {
    storage::AppendRequest request;
    for (size_t i = 0; i < count; ++i) {
      request.events.push_back({stream, event_type, "", "words", "", {}});
    }
    ASSERT_TRUE(journal_->Append(std::move(request)).ok());
  }

  std::atomic<int64_t> seconds_{1000};
  const std::unique_ptr<rocksdb::Env> disk_ = NewMemoryDisk();
  std::unique_ptr<storage::Journal> journal_;
  std::unique_ptr<LogFollower> follower_;
};

TEST_F(FollowingTheLog, TellsWhatStandsThenThatItIsCaughtUpThenWhatComes) {
  Append(5);
  Listener listener(Follow(), 2);
  EXPECT_EQ(listener.NextOf(Kind::kCaughtUp).position, 5u);
  EXPECT_EQ(listener.positions, FromTo(2, 5));
  EXPECT_TRUE(listener.HasNothing());
  Append(3);
  listener.ReadEntries(6);
  EXPECT_EQ(listener.positions, FromTo(2, 8));
  EXPECT_EQ(listener.fell_behind, 0);
}

TEST_F(FollowingTheLog, GivesTheBytesOfTheEntry) {
  Append(1, School(3), "calendar_imported");
  Listener listener(Follow(), 0);
  const LogMessage message = listener.NextOf(Kind::kEntry);
  EXPECT_EQ(message.entry->bytes, *journal_->ReadEntry(0));
  EXPECT_EQ(message.entry->stream, School(3));
  EXPECT_EQ(message.entry->event_type, "calendar_imported");
}

TEST_F(FollowingTheLog, BeginsAtTheHeadButNotBeyondIt) {
  Append(2);
  LogFollower& follower = Follow();
  Listener listener(follower, 2);
  EXPECT_EQ(listener.NextOf(Kind::kCaughtUp).position, 2u);
  const auto beyond = follower.Follow(3, {}, [] {});
  EXPECT_TRUE(absl::IsOutOfRange(beyond.status()));
  EXPECT_THAT(std::string(beyond.status().message()), testing::HasSubstr("2 entries"));
}

TEST_F(FollowingTheLog, TellsOnlyWhatIsWantedByTypeAndByStream) {
  const auto append_all = [this] {
    Append(1, Plan(1), "draft_issued");
    Append(1, Plan(2), "draft_issued");
    Append(1, Plan(1), "meeting_held");
    Append(1, School(1), "draft_issued");
  };
  append_all();
  LogFollower& follower = Follow();
  Listener drafts(follower, 0, {{"draft_issued"}, {}, {}});
  Listener one_plan(follower, 0, {{}, {Plan(1)}, {}});
  Listener all_plans(follower, 0, {{}, {}, {StreamType::kPlan}});
  Listener drafts_of_one(follower, 0, {{"draft_issued"}, {Plan(1)}, {StreamType::kSchool}});
  for (Listener* listener : {&drafts, &one_plan, &all_plans, &drafts_of_one}) {
    EXPECT_EQ(listener->NextOf(Kind::kCaughtUp).position, 4u);
  }
  append_all();
  drafts.ReadEntries(6);
  one_plan.ReadEntries(4);
  all_plans.ReadEntries(6);
  drafts_of_one.ReadEntries(4);
  EXPECT_THAT(drafts.positions, testing::ElementsAre(0, 1, 3, 4, 5, 7));
  EXPECT_THAT(one_plan.positions, testing::ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(all_plans.positions, testing::ElementsAre(0, 1, 2, 4, 5, 6));
  EXPECT_THAT(drafts_of_one.positions, testing::ElementsAre(0, 3, 4, 7));
}

// The buffer holds four, so with nobody taking, the fifth entry is too much.
TEST_F(FollowingTheLog, ASlowReaderIsToldThatItFellBehindAndMissesNothing) {
  LogFollowerOptions options;
  options.buffer_entries = 4;
  options.chunk_entries = 3;
  LogFollower& follower = Follow(options);
  Append(1);
  Listener slow(follower, 0);
  Listener quick(follower, 0);
  slow.NextOf(Kind::kCaughtUp);
  quick.NextOf(Kind::kCaughtUp);
  for (int i = 0; i < 20; ++i) {
    Append(1);
    quick.ReadEntries(2 + i);
  }
  slow.ReadEntries(21);
  EXPECT_EQ(slow.positions, FromTo(0, 21));
  EXPECT_EQ(slow.fell_behind, 1);
  EXPECT_EQ(slow.NextOf(Kind::kCaughtUp).position, 21u) << "and is told live again";
  EXPECT_EQ(quick.positions, FromTo(0, 21));
  EXPECT_EQ(quick.fell_behind, 0) << "the slow one costs the others nothing";
}

// A reader that takes nothing holds no more than its buffer, however much is written.
TEST_F(FollowingTheLog, ASlowReaderUnderFiftyThousandEntriesHoldsNoMoreThanItsBuffer) {
  constexpr size_t kEntries = 50'000;
  LogFollower& follower = Follow();
  Listener slow(follower, 0);
  slow.NextOf(Kind::kCaughtUp);
  Listener quick(follower, 0, {{"the_last"}, {}, {}});
  quick.NextOf(Kind::kCaughtUp);
  for (size_t i = 0; i < kEntries; i += 250) Append(250);
  Append(1, Plan(1), "the_last");
  quick.ReadEntries(1);
  // Everything was told by now to whoever had room: the buffer, then the mark, then nothing.
  slow.ReadEntries(256);
  EXPECT_EQ(slow.fell_behind, 0);
  slow.NextOf(Kind::kFellBehind);
  EXPECT_EQ(slow.positions.size(), 256u);
  slow.ReadEntries(kEntries + 1);
  EXPECT_EQ(slow.positions, FromTo(0, kEntries + 1));
}

// With buffers smaller than what is written at once, everybody falls behind and catches up again
// and again.
TEST_F(FollowingTheLog, WhoeverJoinsAnywhereWhileOthersWriteSeesEveryEntryOnceInOrder) {
  constexpr uint64_t kRound = 2'000;
  for (const size_t buffer : {2, 3, 8, 64}) {
    LogFollowerOptions options;
    options.buffer_entries = buffer;
    options.chunk_entries = 16;
    options.readers_max = 1'000;
    LogFollower& follower = Follow(options);
    Append(1);
    const uint64_t begin = journal_->head().size;
    const uint64_t end = begin + kRound;
    std::thread writing([&] {
      while (journal_->head().size < end) Append(1 + journal_->head().size % 7);
    });
    std::vector<std::thread> reading;
    for (uint64_t n = 0; n < 4; ++n) {
      reading.emplace_back([&, n] {
        for (uint64_t from = begin + 37 * n; from < end; from += 150) {
          if (!journal_->WaitForMore(from, absl::InfiniteDuration()).ok()) return;
          Listener listener(follower, from);
          // The last one of each thread stays to the end.
          const uint64_t to = from + 150 < end ? from + 100 : end;
          listener.ReadEntries(to - from);
          EXPECT_EQ(listener.positions, FromTo(from, to));
        }
      });
    }
    for (std::thread& thread : reading) thread.join();
    writing.join();
    // It is to go while nothing waits, and the journal stays.
    follower_->Close();
    Append(1);
    follower_.reset();
  }
}

// One read of storage takes so long that others are told hundreds of entries meanwhile.
TEST_F(FollowingTheLog, WhoeverTakesLongToCatchUpMissesNothingThatOthersAreToldMeanwhile) {
  constexpr uint64_t kOld = 20'000;
  LogFollowerOptions options;
  options.buffer_entries = 32;
  options.chunk_entries = 100'000;
  LogFollower& follower = Follow(options);
  for (uint64_t i = 0; i < kOld; i += 250) Append(250);
  Listener others(follower, kOld, {{"nothing_of_the_kind"}, {}, {}});
  others.NextOf(Kind::kCaughtUp);
  std::atomic<bool> enough{false};
  std::thread writing([&] {
    for (uint64_t i = kOld; !enough; ++i) {
      Append(1, Plan(1), i % 4 == 0 ? "draft_revised" : "comment_added");
    }
  });
  EXPECT_TRUE(journal_->WaitForMore(kOld + 10, absl::InfiniteDuration()).ok());
  for (int times = 0; times < 5; ++times) {
    Listener late(follower, 0, {{"draft_revised"}, {}, {}});
    late.NextOf(Kind::kCaughtUp);
    late.ReadEntries(late.positions.size() + 10);
    std::vector<uint64_t> expected;
    for (size_t i = 0; i < late.positions.size(); ++i) expected.push_back(kOld + 4 * i);
    EXPECT_EQ(late.positions, expected) << times;
  }
  enough = true;
  writing.join();
}

TEST_F(FollowingTheLog, ASilentJournalIsHeardAfterAWhileAndNotBefore) {
  Append(3);
  LogFollower& follower = Follow();
  Listener listener(follower, 0, {{"nothing_of_the_kind"}, {}, {}});
  listener.NextOf(Kind::kCaughtUp);
  seconds_ += 14;
  follower.Beat();
  EXPECT_TRUE(listener.HasNothing());
  seconds_ += 1;
  follower.Beat();
  EXPECT_EQ(listener.NextOf(Kind::kHeartbeat).position, 3u);
  follower.Beat();
  EXPECT_TRUE(listener.HasNothing()) << "the next one after another while";
}

TEST_F(FollowingTheLog, NoMoreReadersAreTakenThanThereIsRoomFor) {
  LogFollowerOptions options;
  options.readers_max = 2;
  LogFollower& follower = Follow(options);
  const Listener first(follower, 0);
  {
    const Listener second(follower, 0);
    EXPECT_TRUE(absl::IsResourceExhausted(follower.Follow(0, {}, [] {}).status()));
  }
  EXPECT_TRUE(follower.Follow(0, {}, [] {}).ok()) << "one has gone";
}

TEST_F(FollowingTheLog, ClosingEndsEveryReaderWhetherItWaitsOrHasMuchToTake) {
  Append(10);
  LogFollower& follower = Follow();
  Listener waiting(follower, 10);
  waiting.NextOf(Kind::kCaughtUp);
  Listener busy(follower, 0);
  busy.ReadEntries(1);
  std::thread closing([&] { follower.Close(); });
  EXPECT_TRUE(absl::IsUnavailable(waiting.Next().status()));
  closing.join();
  EXPECT_TRUE(absl::IsUnavailable(busy.Next().status()));
  EXPECT_TRUE(absl::IsUnavailable(follower.Follow(0, {}, [] {}).status()));
}

TEST_F(FollowingTheLog, TheJournalsEndIsTheReadersEnd) {
  LogFollower& follower = Follow();
  Listener listener(follower, 0);
  listener.NextOf(Kind::kCaughtUp);
  journal_->Shutdown();
  EXPECT_TRUE(absl::IsUnavailable(listener.Next().status()));
}

}  // namespace
}  // namespace countersign
