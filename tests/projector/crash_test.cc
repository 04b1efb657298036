// A crash at any moment of following, rebuilding, comparing or switching repeats nothing and leaves
// nothing out. The disk below RocksDB dies at its k-th call that changes anything, for every k.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "services/cards/card_rebuild.h"
#include "services/projector.h"
#include "tests/projector/office_books.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign {
namespace {

constexpr size_t kChunk = 8;

// What is left after the end of the program, and after that of the machine.
enum class Ending { kKilled, kPowerCut };

class ACrash : public testing::TestWithParam<Ending> {
 protected:
  // The cards of a journal, made in one pass.
  struct Expected {
    CardRows obligations;
    CardRows positions;
  };
  Expected MadeInOnePass() {
    const auto views = books_.OtherViews("/one-pass-" + std::to_string(++passes_));
    const auto feed = Must(CardFeed::Open(*books_.journal, *books_.keyring, *views,
                                          {&books_.obligations, &positions_}, 1'000'000));
    CatchUp(*feed);
    return {RowsOf(Must(feed->Snapshot("obligations"))), RowsOf(Must(feed->Snapshot("positions")))};
  }
  absl::StatusOr<std::unique_ptr<CardFeed>> Open(storage::Views& views) {
    return CardFeed::Open(*books_.journal, *books_.keyring, views,
                          {&books_.obligations, &positions_}, kChunk);
  }
  absl::Status Follow(CardFeed& feed) {
    while (true) {
      const absl::StatusOr<bool> more = feed.Advance();
      if (!more.ok() || !*more) return more.status();
    }
  }
  absl::Status Rebuild(storage::Views& views, CardFeed& feed) {
    return RebuildCards({*books_.journal, *books_.keyring, views, feed}, {}, kChunk,
                        [&](const RebuildProgress&) { return feed.Advance().status(); })
        .status();
  }

  // Opens the cards and follows half of the journal; starts again, so that what the log held goes
  // to tables; follows the rest while rebuilding; rebuilds once more; starts again.
  absl::Status Live(rocksdb::Env* env) {
    for (const int start : {1, 2, 3}) {
      absl::StatusOr<std::unique_ptr<storage::Views>> views = storage::Views::Open(path_, env);
      if (!views.ok()) return views.status();
      absl::StatusOr<std::unique_ptr<CardFeed>> feed = Open(**views);
      if (!feed.ok()) return feed.status();
      for (int chunks = 0; start == 1 && chunks < 2; ++chunks) {
        if (absl::Status fed = (*feed)->Advance().status(); !fed.ok()) return fed;
      }
      for (int rebuilds = 0; start == 2 && rebuilds < 2; ++rebuilds) {
        if (absl::Status rebuilt = Rebuild(**views, **feed); !rebuilt.ok()) return rebuilt;
      }
      if (start == 1) continue;
      if (absl::Status followed = Follow(**feed); !followed.ok()) return followed;
    }
    return absl::OkStatus();
  }
  void End(storage::PowerCutDisk& disk) {
    disk.Cut();
    GetParam() == Ending::kKilled ? disk.RestoreAll() : disk.Restore();
  }
  // The cards that the next start of the program finds, followed to the end of the journal.
  void ExpectWholeCards(rocksdb::Env* env, const Expected& expected) {
    const auto views = Must(storage::Views::Open(path_, env));
    const auto feed = Must(Open(*views));
    // Both were begun anew together each time, so they are switched to together.
    EXPECT_EQ(views->Current("obligations")->generation(),
              views->Current("positions")->generation());
    CatchUp(*feed);
    // `positions` would have stopped at an entry that came twice; none was left out either.
    EXPECT_TRUE(RowsOf(Must(feed->Snapshot("positions"))) == expected.positions);
    EXPECT_TRUE(RowsOf(Must(feed->Snapshot("obligations"))) == expected.obligations);
    const RebuildResult again =
        Must(RebuildCards({*books_.journal, *books_.keyring, *views, *feed}, {}, kChunk,
                          [](const RebuildProgress&) { return absl::OkStatus(); }));
    EXPECT_FALSE(again.found_differences());
  }

  OfficeBooks books_;
  const Positions positions_;
  const storage::ScratchFolder folder_;
  const std::string path_ = folder_ / "views";
  int passes_ = 0;
};

TEST_P(ACrash, AtAnyCallThatChangesTheDiskLosesNothingAndRepeatsNothing) {
  books_.AppendHistory(201, 40);
  const Expected expected = MadeInOnePass();
  ASSERT_GT(expected.obligations.size(), 5u);
  bool lived = false;
  int calls = 0;
  while (!lived) {
    SCOPED_TRACE(++calls);
    std::filesystem::remove_all(path_);
    storage::PowerCutDisk disk;
    disk.CutAtCall(calls);
    lived = Live(disk.env()).ok() && !disk.is_cut();
    End(disk);
    ExpectWholeCards(disk.env(), expected);
    if (HasFatalFailure() || HasNonfatalFailure()) return;
    ASSERT_LT(calls, 2000);
  }
  EXPECT_GT(calls, 100) << "this life touches the disk too little to prove anything";
}

// The same with all threads, while events keep coming and somebody keeps asking for rebuilds.
TEST_P(ACrash, WhileTheServerServesLosesNothingAndRepeatsNothing) {
  projections::RandomHistory history(202);
  std::mt19937 random(202);
  for (int life = 0; life < 12; ++life) {
    SCOPED_TRACE(life);
    std::filesystem::remove_all(path_);
    storage::PowerCutDisk disk;
    {
      const auto views = Must(storage::Views::Open(path_, disk.env()));
      const auto projector = Must(Projector::Start(
          *books_.journal, *books_.keyring, *views, {&books_.obligations, &positions_},
          {.chunk_entries = kChunk, .stops_within = absl::Milliseconds(1)}));
      disk.CutAtCall(1 + static_cast<int>(random() % 200));
      for (int i = 0; i < 60 && projector->status().ok(); ++i) {
        books_.Append(history.Next());
        // Refused while another one runs.
        projector->Rebuild({}).IgnoreError();
        if (i % 8 != 0) continue;
        absl::Notification reached;
        projector->WhenReached(books_.journal->head().size, absl::InfiniteDuration(),
                               [&](Reached) { reached.Notify(); });
        reached.WaitForNotification();
      }
    }
    End(disk);
    ExpectWholeCards(disk.env(), MadeInOnePass());
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Endings, ACrash, testing::Values(Ending::kKilled, Ending::kPowerCut),
                         [](const auto& info) {
                           return info.param == Ending::kKilled ? "OfTheProgram" : "OfTheMachine";
                         });

}  // namespace
}  // namespace countersign
