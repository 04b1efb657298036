// Rebuilding while the projector follows and others read: one at a time, never in the way, and
// whoever looks sees one whole generation at one position. Nothing here sleeps.
#include "services/cards/rebuilder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "services/projector.h"
#include "tests/projector/office_books.h"

namespace countersign {
namespace {

using testing::Contains;
using testing::HasSubstr;

// A projection that stops at a gate when it sees one position for the second time: following goes
// by, rebuilding waits.
class GatedRebuild : public Positions {
 public:
  explicit GatedRebuild(uint64_t position) : Positions("gated"), position_(position) {}

  absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
    if (recorded.position == position_ && ++seen_ == 2) {
      at_gate.Notify();
      gate.WaitForNotification();
    }
    return Positions::Apply(recorded, cards);
  }

  mutable absl::Notification at_gate;
  absl::Notification gate;

 private:
  const uint64_t position_;
  mutable std::atomic<int> seen_{0};
};

class ARebuild : public testing::Test {
 protected:
  std::unique_ptr<Projector> Start(std::vector<const projections::Projection*> projections,
                                   ProjectorOptions options = {}) {
    options.chunk_entries = 4;
    options.stops_within = absl::Milliseconds(1);
    return Must(Projector::Start(*books_.journal, *books_.keyring, *books_.views,
                                 std::move(projections), std::move(options)));
  }
  void WaitUntilFollowed(Projector& projector) {
    absl::Notification reached;
    projector.WhenReached(books_.journal->head().size, absl::InfiniteDuration(),
                          [&](Reached) { reached.Notify(); });
    reached.WaitForNotification();
  }
  static absl::StatusOr<RebuildResult> Rebuild(Projector& projector) {
    std::promise<absl::StatusOr<RebuildResult>> promise;
    RebuildRequest request;
    request.done = [&](absl::StatusOr<RebuildResult> result) {
      promise.set_value(std::move(result));
    };
    if (absl::Status started = projector.Rebuild(std::move(request)); !started.ok()) return started;
    return promise.get_future().get();
  }

  OfficeBooks books_;
};

TEST_F(ARebuild, DoesNotHoldUpFollowing) {
  books_.AppendHistory(301, 20);
  GatedRebuild gated(10);
  const auto projector = Start({&gated});
  WaitUntilFollowed(*projector);
  std::future<absl::StatusOr<RebuildResult>> rebuilt =
      std::async(std::launch::async, [&] { return Rebuild(*projector); });
  gated.at_gate.WaitForNotification();
  books_.AppendHistory(302, 20);
  WaitUntilFollowed(*projector);
  const SnapshotCards cards = Must(projector->Snapshot("gated"));
  EXPECT_EQ(cards.position(), 40u);
  EXPECT_TRUE(cards.Get("39")->has_value());
  gated.gate.Notify();
  const RebuildResult result = Must(rebuilt.get());
  EXPECT_EQ(result.switched_at, 40u);
  EXPECT_FALSE(result.found_differences());
}

TEST_F(ARebuild, IsRefusedWhileAnotherOneRuns) {
  books_.AppendHistory(303, 20);
  GatedRebuild gated(10);
  const auto projector = Start({&gated});
  WaitUntilFollowed(*projector);
  std::future<absl::StatusOr<RebuildResult>> rebuilt =
      std::async(std::launch::async, [&] { return Rebuild(*projector); });
  gated.at_gate.WaitForNotification();
  const absl::Status refused = Rebuild(*projector).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("rebuilt already"));
  gated.gate.Notify();
  EXPECT_TRUE(rebuilt.get().ok());
  EXPECT_TRUE(Rebuild(*projector).ok()) << "at once after the answer";
}

TEST_F(ARebuild, ThatNobodyWantsAnyMoreIsGivenUp) {
  books_.AppendHistory(304, 20);
  GatedRebuild gated(10);
  const auto projector = Start({&gated});
  WaitUntilFollowed(*projector);
  const uint32_t before = books_.views->Current("gated")->generation();
  std::atomic<bool> wanted{true};
  absl::Notification ended;
  RebuildRequest request;
  request.is_wanted = [&] { return wanted.load(); };
  request.done = [&](const absl::StatusOr<RebuildResult>& result) {
    EXPECT_TRUE(absl::IsCancelled(result.status())) << result.status();
    ended.Notify();
  };
  ASSERT_TRUE(projector->Rebuild(std::move(request)).ok());
  gated.at_gate.WaitForNotification();
  wanted = false;
  gated.gate.Notify();
  ended.WaitForNotification();
  EXPECT_EQ(books_.views->Current("gated")->generation(), before);
  EXPECT_EQ(books_.FamiliesOfViews().size(), 2u);
  EXPECT_TRUE(Rebuild(*projector).ok());
}

TEST_F(ARebuild, EndsWhenTheServerStops) {
  books_.AppendHistory(305, 20);
  GatedRebuild gated(10);
  const auto projector = Start({&gated});
  WaitUntilFollowed(*projector);
  std::future<absl::StatusOr<RebuildResult>> rebuilt =
      std::async(std::launch::async, [&] { return Rebuild(*projector); });
  gated.at_gate.WaitForNotification();
  std::thread stopping([&] { projector->Shutdown(); });
  // Whoever asks now is told either that one runs or that the server stops.
  while (!absl::IsUnavailable(Rebuild(*projector).status())) std::this_thread::yield();
  gated.gate.Notify();
  EXPECT_TRUE(absl::IsUnavailable(rebuilt.get().status()));
  stopping.join();
  EXPECT_EQ(books_.FamiliesOfViews().size(), 2u);
  EXPECT_TRUE(absl::IsUnavailable(Rebuild(*projector).status()));
}

TEST_F(ARebuild, EndsWithTheReasonWhenNobodyFollowsAnyMore) {
  const auto projector = Start({&books_.obligations});
  books_.AppendBytes("");
  WaitUntilFollowed(*projector);  // Which ends behind.
  EXPECT_TRUE(absl::IsDataLoss(Rebuild(*projector).status()));
}

// Following is held up while the journal grows; a rebuild that began meanwhile reads nothing before
// following has come up again.
TEST_F(ARebuild, GivesWayToFollowing) {
  struct Slow : Positions {
    absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
      const bool follows = recorded.position >= followed;
      if (follows && recorded.position == 20) gate.WaitForNotification();
      if (follows) followed = recorded.position + 1;
      if (!follows) followed_when_rebuilt = std::min(followed.load(), followed_when_rebuilt.load());
      return Positions::Apply(recorded, cards);
    }
    mutable absl::Notification gate;
    mutable std::atomic<uint64_t> followed{0};
    mutable std::atomic<uint64_t> followed_when_rebuilt{1'000};
  } slow;
  books_.AppendHistory(310, 20);
  ProjectorOptions options;
  options.gives_way_for = absl::Hours(1);
  const auto projector = Start({&slow}, std::move(options));
  WaitUntilFollowed(*projector);
  absl::Notification begun;
  absl::Notification ended;
  RebuildRequest request;
  request.on_progress = [&](const RebuildProgress&) {
    if (begun.HasBeenNotified()) return;
    books_.AppendHistory(311, 40);
    begun.Notify();
  };
  request.done = [&](const absl::StatusOr<RebuildResult>& result) {
    EXPECT_TRUE(result.ok()) << result.status();
    ended.Notify();
  };
  ASSERT_TRUE(projector->Rebuild(std::move(request)).ok());
  begun.WaitForNotification();
  // Time enough for a rebuild that does not wait to give itself away.
  for (int i = 0; i < 20'000; ++i) std::this_thread::yield();
  slow.gate.Notify();
  ended.WaitForNotification();
  EXPECT_GE(slow.followed_when_rebuilt + 4, 60u);
}

TEST_F(ARebuild, TellsTheOperatorWhichCardsDiffered) {
  books_.AppendHistory(306, 20);
  const Positions positions;
  std::vector<std::string> lines;
  ProjectorOptions options;
  options.log = [&](const std::string& line) { lines.push_back(line); };
  const auto projector = Start({&positions}, std::move(options));
  WaitUntilFollowed(*projector);
  {
    const storage::View view = *books_.views->Current("positions");
    storage::ViewBatch batch({view});
    batch.Put(view, "3", "Amina was late");
    ASSERT_TRUE(batch.Commit(view.position()).ok());
  }
  EXPECT_TRUE(Must(Rebuild(*projector)).found_differences());
  EXPECT_THAT(lines, Contains(HasSubstr("1 cards of positions were not what the journal says")));
  EXPECT_THAT(lines, testing::Not(Contains(HasSubstr("Amina"))));
}

TEST_F(ARebuild, TellsOfAJournalThatCannotBeUnderstood) {
  struct Forgetful : Positions {
    absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
      if (recorded.position == 8 && ++seen == 2) return absl::DataLossError("not understood");
      return Positions::Apply(recorded, cards);
    }
    mutable std::atomic<int> seen{0};
  } forgetful;
  books_.AppendHistory(307, 20);
  absl::Status damage;
  ProjectorOptions options;
  options.on_damage = [&](const absl::Status& why) { damage = why; };
  const auto projector = Start({&forgetful}, std::move(options));
  WaitUntilFollowed(*projector);
  EXPECT_TRUE(absl::IsDataLoss(Rebuild(*projector).status()));
  EXPECT_TRUE(absl::IsDataLoss(damage));
  EXPECT_TRUE(projector->Snapshot("positions").ok()) << "what was followed still answers";
}

// Whoever reads sees one whole generation at one position: one card per entry, none missing.
TEST_F(ARebuild, ShowsReadersOneWholeGenerationBeforeDuringAndAfterTheSwitch) {
  books_.AppendHistory(308, 50);
  const Positions first("first");
  const Positions second("second");
  const auto projector = Start({&first, &second});
  WaitUntilFollowed(*projector);
  std::atomic<bool> over{false};
  std::atomic<uint64_t> looks{0};
  std::vector<std::thread> readers;
  for (const char* name : {"first", "second"}) {
    readers.emplace_back([&, name] {
      uint64_t last = 0;
      while (!over) {
        const absl::StatusOr<SnapshotCards> cards = projector->Snapshot(name);
        ASSERT_TRUE(cards.ok()) << cards.status();
        uint64_t count = 0;
        const absl::Status scanned =
            cards->Scan("", "", projections::kNoLimit, [&](absl::string_view, absl::string_view) {
              ++count;
              return absl::OkStatus();
            });
        ASSERT_TRUE(scanned.ok()) << scanned;
        ASSERT_EQ(count, cards->position());
        ASSERT_GE(cards->position(), last) << "the cards went back";
        last = cards->position();
        ++looks;
      }
    });
  }
  projections::RandomHistory history(309);
  for (int rebuilds = 0; rebuilds < 20; ++rebuilds) {
    std::future<absl::StatusOr<RebuildResult>> rebuilt =
        std::async(std::launch::async, [&] { return Rebuild(*projector); });
    for (int i = 0; i < 10; ++i) books_.Append(history.Next());
    EXPECT_FALSE(Must(rebuilt.get()).found_differences());
  }
  // The readers have seen some of it, on however few cores.
  const uint64_t before = looks;
  while (looks < before + 10 && !HasFailure()) std::this_thread::yield();
  over = true;
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace countersign
