// The invariants V1 to V3 of storage/views.h.
#include "storage/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace fs = std::filesystem;
constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

class ViewsTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open(rocksdb::Env* env = rocksdb::Env::Default()) {
    views_.reset();
    absl::StatusOr<std::unique_ptr<Views>> opened = Views::Open(folder_ / "views", env);
    ASSERT_TRUE(opened.ok()) << opened.status();
    views_ = *std::move(opened);
  }
  View Obligations(uint32_t version = 1) {
    return views_->OpenView("obligations", version).value();
  }
  View Directory() { return views_->OpenView("directory", 1).value(); }

  static void Put(const View& view, const std::string& key, const std::string& card,
                  uint64_t position) {
    ViewBatch batch({view});
    batch.Put(view, key, card);
    const absl::Status committed = batch.Commit(position);
    ASSERT_TRUE(committed.ok()) << committed;
  }

  // "key=card" of each card, from anything that can be scanned.
  template <typename... Scanned>
  static std::vector<std::string> Cards(const ScanRange& range, const Scanned&... scanned) {
    std::vector<std::string> lines;
    const auto collect = [&](std::string_view key, std::string_view card) {
      lines.push_back(std::string(key) + "=" + std::string(card));
      return absl::OkStatus();
    };
    const absl::Status read = Scan(range, collect, scanned...);
    EXPECT_TRUE(read.ok()) << read;
    return lines;
  }
  template <typename Cards>
  static absl::Status Scan(const ScanRange& range, CardCallback callback, const Cards& cards) {
    return cards.Scan(range, callback);
  }
  static absl::Status Scan(const ScanRange& range, CardCallback callback, const ViewBatch& batch,
                           const View& view) {
    return batch.Scan(view, range, callback);
  }

  ScratchFolder folder_;
  std::unique_ptr<Views> views_;
};

TEST_F(ViewsTest, ThePositionOfTheCurrentCardsIsReadWithoutChangingAByte) {
  const auto position = [&](const std::string& folder, const std::string& name) {
    return Views::PositionIn(folder_ / folder, name, rocksdb::Env::Default()).value();
  };
  Put(Obligations(1), "key", "card", 7);
  Put(Obligations(2), "key", "card", 9);  // Being built: nobody is answered from it.
  views_.reset();
  std::map<std::string, fs::file_time_type> before;
  for (const auto& item : fs::directory_iterator(folder_ / "views")) {
    before[item.path().string()] = item.last_write_time();
  }
  EXPECT_EQ(position("views", "obligations"), 7u);
  EXPECT_EQ(position("views", "directory"), std::nullopt);
  EXPECT_EQ(position("nowhere", "obligations"), std::nullopt);
  EXPECT_FALSE(fs::exists(folder_ / "nowhere"));
  std::map<std::string, fs::file_time_type> after;
  for (const auto& item : fs::directory_iterator(folder_ / "views")) {
    after[item.path().string()] = item.last_write_time();
  }
  EXPECT_EQ(after, before);
}

TEST_F(ViewsTest, ANewViewIsEmptyAndStandsAtTheBeginning) {
  const View view = Obligations();
  EXPECT_EQ(view.position(), 0u);
  EXPECT_EQ(view.Get("plan 1").value(), std::nullopt);
  EXPECT_THAT(Cards({}, view), IsEmpty());
  EXPECT_EQ(view.name(), "obligations");
}

TEST_F(ViewsTest, CardsAndPositionOutliveTheProgram) {
  Put(Obligations(), "plan 1", "due", 7);
  Open();
  EXPECT_EQ(Obligations().Get("plan 1").value(), "due");
  EXPECT_EQ(Obligations().position(), 7u);
}

TEST_F(ViewsTest, CardsAreScannedByPrefixFromAKeyUpToALimit) {
  const View view = Obligations();
  ViewBatch batch({view});
  for (const char* key : {"a1", "a2", "a3", "b1"}) batch.Put(view, key, "x");
  ASSERT_TRUE(batch.Commit(4).ok());
  EXPECT_THAT(Cards({}, view), ElementsAre("a1=x", "a2=x", "a3=x", "b1=x"));
  EXPECT_THAT(Cards({.prefix = "a"}, view), ElementsAre("a1=x", "a2=x", "a3=x"));
  EXPECT_THAT(Cards({.prefix = "a", .from = "a2"}, view), ElementsAre("a2=x", "a3=x"));
  EXPECT_THAT(Cards({.prefix = "b", .from = "a2"}, view), ElementsAre("b1=x"));
  EXPECT_THAT(Cards({.prefix = "a", .from = "", .limit = 2}, view), ElementsAre("a1=x", "a2=x"));
  EXPECT_THAT(Cards({.prefix = "", .from = "", .limit = 0}, view), IsEmpty());
}

TEST_F(ViewsTest, ACallbacksErrorEndsTheScanUnchanged) {
  Put(Obligations(), "plan 1", "due", 1);
  EXPECT_EQ(Obligations().Scan({}, [](auto, auto) { return absl::CancelledError("enough"); }),
            absl::CancelledError("enough"));
}

TEST_F(ViewsTest, ABatchReadsItsOwnChangesAndNobodyElseDoes) {
  const View view = Obligations();
  Put(view, "a", "old", 1);
  Put(view, "b", "old", 2);
  ViewBatch batch({view});
  batch.Put(view, "a", "new");
  batch.Erase(view, "b");
  batch.Put(view, "c", "new");
  EXPECT_EQ(batch.Get(view, "a").value(), "new");
  EXPECT_EQ(batch.Get(view, "b").value(), std::nullopt);
  EXPECT_THAT(Cards({}, batch, view), ElementsAre("a=new", "c=new"));
  EXPECT_THAT(Cards({}, view), ElementsAre("a=old", "b=old"));
  ASSERT_TRUE(batch.Commit(3).ok());
  EXPECT_THAT(Cards({}, view), ElementsAre("a=new", "c=new"));
  EXPECT_EQ(view.position(), 3u);
}

TEST_F(ViewsTest, V1SeveralViewsChangeTogether) {
  {
    const View obligations = Obligations();
    const View directory = Directory();
    ViewBatch batch({obligations, directory});
    batch.Put(obligations, "key", "obligation");
    ASSERT_TRUE(batch.Commit(5).ok());
    batch.Put(directory, "key", "person");
    ASSERT_TRUE(batch.Commit(6).ok());
    EXPECT_EQ(obligations.Get("key").value(), "obligation");
    EXPECT_EQ(directory.Get("key").value(), "person");
  }
  Open();
  EXPECT_EQ(Obligations().position(), 6u);
  EXPECT_EQ(Directory().position(), 6u);
  EXPECT_EQ(Directory().Get("key").value(), "person");
}

TEST_F(ViewsTest, V1AfterAPowerCutCardsAndPositionAgree) {
  for (const size_t torn_bytes : {0u, 40u, 100u, 1000u}) {
    views_.reset();
    std::filesystem::remove_all(folder_ / "views");
    PowerCutDisk disk;
    Open(disk.env());
    {
      const View view = Obligations();
      for (uint64_t i = 1; i <= 50; ++i) Put(view, "count", std::to_string(i), i);
    }
    disk.Cut();
    views_.reset();
    disk.Restore(torn_bytes);
    Open(disk.env());
    const std::string count = Obligations().Get("count").value().value_or("0");
    EXPECT_EQ(std::to_string(Obligations().position()), count);
    views_.reset();
  }
}

TEST_F(ViewsTest, V2AViewNeverGoesBack) {
  const View view = Obligations();
  Put(view, "a", "x", 5);
  ViewBatch batch({view});
  batch.Put(view, "a", "y");
  EXPECT_EQ(batch.Commit(4).code(), kInvalid);
  EXPECT_EQ(view.Get("a").value(), "x");
  EXPECT_EQ(view.position(), 5u);
  EXPECT_TRUE(batch.Commit(5).ok());
}

TEST_F(ViewsTest, AViewOutsideTheBatchIsNotChanged) {
  const View obligations = Obligations();
  const View directory = Directory();
  ViewBatch batch({obligations});
  batch.Put(directory, "key", "person");
  EXPECT_EQ(batch.Commit(1).code(), kInvalid);
  EXPECT_EQ(directory.Get("key").value(), std::nullopt);
}

TEST_F(ViewsTest, ASnapshotStandsStill) {
  const View view = Obligations();
  Put(view, "a", "old", 1);
  const ViewSnapshot snapshot = view.Snapshot().value();
  Put(view, "a", "new", 2);
  Put(view, "b", "new", 3);
  EXPECT_EQ(snapshot.Get("a").value(), "old");
  EXPECT_THAT(Cards({}, snapshot), ElementsAre("a=old"));
  EXPECT_EQ(snapshot.position(), 1u);
}

TEST_F(ViewsTest, SnapshotsOfSeveralViewsAreOfOneMoment) {
  const View obligations = Obligations();
  const View directory = Directory();
  Put(obligations, "a", "old", 3);
  Put(directory, "a", "other", 2);
  const std::vector<ViewSnapshot> snapshots = View::SnapshotsOf({obligations, directory}).value();
  Put(directory, "a", "new", 3);
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_EQ(snapshots[0].position(), 3u);
  EXPECT_EQ(snapshots[1].position(), 2u);
  EXPECT_EQ(snapshots[1].Get("a").value(), "other");
}

TEST_F(ViewsTest, ASnapshotOfWhatWasDroppedKeepsItsPosition) {
  const View old = Obligations();
  Put(old, "a", "old", 7);
  ASSERT_TRUE(views_->Switch({views_->BeginGeneration("obligations", 1).value()}).ok());
  ASSERT_TRUE(views_->DropOld("obligations").ok());
  const ViewSnapshot snapshot = old.Snapshot().value();
  EXPECT_EQ(snapshot.position(), 7u);
  EXPECT_THAT(Cards({}, snapshot), ElementsAre("a=old"));
}

TEST_F(ViewsTest, BothSidesOfEveryKeyAreVisitedOnceInOrder) {
  const View left = Obligations();
  const View right = Directory();
  for (const char* key : {"a", "b", "d"}) Put(left, key, "left", 1);
  for (const char* key : {"b", "c", "d", "e"}) Put(right, key, "right", 1);
  const auto lines_of = [](const View& one, const View& other) {
    std::vector<std::string> lines;
    const absl::Status visited =
        VisitBoth(one.Snapshot().value(), other.Snapshot().value(),
                  [&](std::string_view key, std::optional<std::string_view> l,
                      std::optional<std::string_view> r) {
                    lines.push_back(std::string(key) + "=" + std::string(l.value_or("-")) + "," +
                                    std::string(r.value_or("-")));
                    return absl::OkStatus();
                  });
    EXPECT_TRUE(visited.ok()) << visited;
    return lines;
  };
  EXPECT_THAT(lines_of(left, right),
              ElementsAre("a=left,-", "b=left,right", "c=-,right", "d=left,right", "e=-,right"));
  EXPECT_THAT(lines_of(right, left),
              ElementsAre("a=-,left", "b=right,left", "c=right,-", "d=right,left", "e=right,-"));
  EXPECT_EQ(VisitBoth(left.Snapshot().value(), right.Snapshot().value(),
                      [](auto, auto, auto) { return absl::CancelledError("enough"); }),
            absl::CancelledError("enough"));
}

TEST_F(ViewsTest, ANameHasToBePlain) {
  for (const char* name : {"", "a.b", "a/b", "a b"}) {
    EXPECT_EQ(views_->OpenView(name, 1).status().code(), kInvalid) << name;
    EXPECT_EQ(views_->BeginGeneration(name, 1).status().code(), kInvalid) << name;
  }
  EXPECT_FALSE(views_->Current("unknown").has_value());
}

TEST_F(ViewsTest, ANewVersionIsBuiltBesideTheOldOneUntilItIsSwitchedTo) {
  Put(Obligations(1), "a", "one", 9);
  Put(Obligations(2), "a", "two", 3);
  EXPECT_EQ(views_->Current("obligations")->version(), 1u);
  Open();
  EXPECT_EQ(views_->Current("obligations")->Get("a").value(), "one");
  EXPECT_EQ(Obligations(2).Get("a").value(), "two");
  EXPECT_EQ(Obligations(2).position(), 3u);
  ASSERT_TRUE(views_->Switch({Obligations(2)}).ok());
  EXPECT_EQ(views_->Current("obligations")->Get("a").value(), "two");
  Open();
  EXPECT_EQ(views_->Current("obligations")->Get("a").value(), "two");
}

TEST_F(ViewsTest, ARebuildIsComparedAndSwitchedToAndTheOldOneDropped) {
  const View old = Obligations();
  Put(old, "a", "followed", 9);
  const View rebuilt = views_->BeginGeneration("obligations", 1).value();
  EXPECT_EQ(rebuilt.position(), 0u);
  EXPECT_THAT(Cards({}, rebuilt), IsEmpty());
  Put(rebuilt, "a", "rebuilt", 9);
  EXPECT_EQ(Obligations().Get("a").value(), "followed");
  ASSERT_TRUE(views_->Switch({rebuilt}).ok());
  EXPECT_EQ(Obligations().Get("a").value(), "rebuilt");
  ASSERT_TRUE(views_->DropOld("obligations").ok());
  EXPECT_EQ(old.Get("a").value(), "followed") << "a handle stays readable";
  EXPECT_EQ(Obligations().generation(), rebuilt.generation());
}

TEST_F(ViewsTest, OnlyTheGenerationBeingBuiltIsSwitchedTo) {
  const View current = Obligations();
  const auto failed = absl::StatusCode::kFailedPrecondition;
  EXPECT_EQ(views_->Switch({current}).code(), failed);
  const View given_up = views_->BeginGeneration("obligations", 1).value();
  const View built = views_->BeginGeneration("obligations", 1).value();
  EXPECT_EQ(views_->Switch({given_up}).code(), failed);
  EXPECT_TRUE(views_->Switch({built}).ok());
  EXPECT_EQ(views_->Switch({built}).code(), failed);
}

TEST_F(ViewsTest, V2ANumberOfAGenerationIsNeverUsedAgain) {
  uint32_t last = Obligations().generation();
  for (int round = 0; round < 3; ++round) {
    for (const bool switched : {false, true, true}) {
      const View begun = views_->BeginGeneration("obligations", 1).value();
      EXPECT_GT(begun.generation(), last);
      EXPECT_EQ(begun.position(), 0u);
      EXPECT_THAT(Cards({}, begun), IsEmpty());
      Put(begun, "a", "card", 5);
      last = begun.generation();
      ASSERT_TRUE(!switched || views_->Switch({begun}).ok());
    }
    ASSERT_TRUE(views_->DropOld("obligations").ok());
    Open();
  }
}

TEST_F(ViewsTest, WhatIsBeingBuiltCanBeGivenUp) {
  Put(Obligations(), "a", "followed", 9);
  {
    const View built = views_->BeginGeneration("obligations", 1).value();
    Put(built, "a", "rebuilt", 3);
    ASSERT_TRUE(views_->GiveUp("obligations").ok());
    EXPECT_EQ(views_->Switch({built}).code(), absl::StatusCode::kFailedPrecondition);
  }
  ASSERT_TRUE(views_->GiveUp("obligations").ok()) << "there is nothing to give up any more";
  ASSERT_TRUE(views_->GiveUp("unknown").ok());
  Open();
  EXPECT_EQ(Obligations().Get("a").value(), "followed");
  EXPECT_EQ(views_->Switch({Obligations()}).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ViewsTest, V3SeveralViewsAreSwitchedToTogetherOrNotAtAll) {
  Put(Obligations(), "a", "old", 9);
  Put(Directory(), "a", "old", 9);
  const View obligations = views_->BeginGeneration("obligations", 1).value();
  const View directory = views_->BeginGeneration("directory", 1).value();
  EXPECT_EQ(views_->Switch({obligations, Directory()}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Obligations().Get("a").value(), "old");
  ASSERT_TRUE(views_->Switch({obligations, directory}).ok());
  EXPECT_EQ(Obligations().generation(), obligations.generation());
  EXPECT_EQ(Directory().generation(), directory.generation());
}

// A dropped generation's disk is free once nobody holds it, also when it is as old as the program.
TEST_F(ViewsTest, TheDiskOfWhatWasDroppedIsFree) {
  const auto tables = [&] {
    size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "views")) {
      if (file.path().extension() == ".sst") ++count;
    }
    return count;
  };
  Put(Obligations(), "a", "old", 9);
  Open();  // Recovery writes what the log held into a table.
  const size_t with_old = tables();
  ASSERT_GT(with_old, 0u);
  ASSERT_TRUE(views_->Switch({views_->BeginGeneration("obligations", 1).value()}).ok());
  {
    const View held = *views_->Current("obligations");
    ASSERT_TRUE(views_->DropOld("obligations").ok());
  }
  EXPECT_LT(tables(), with_old);
}

// The name of a generation that was given up may be used again after a crash: its position not.
TEST_F(ViewsTest, V2ANewGenerationBeginsAtTheBeginningWhateverACrashForgot) {
  PowerCutDisk disk;
  views_.reset();
  std::filesystem::remove_all(folder_ / "views");
  Open(disk.env());
  Put(Obligations(), "a", "old", 9);
  {
    const View built = views_->BeginGeneration("obligations", 1).value();
    Put(built, "a", "given up", 5);
  }
  ASSERT_TRUE(views_->GiveUp("obligations").ok());
  // The family is gone for good, but that its position was removed was not synced.
  disk.Cut();
  views_.reset();
  disk.Restore();
  Open(disk.env());
  EXPECT_EQ(Obligations().position(), 9u);
  {
    const View begun = views_->BeginGeneration("obligations", 1).value();
    EXPECT_EQ(begun.Snapshot()->position(), 0u);
    ASSERT_TRUE(views_->Switch({begun}).ok());
  }
  Open(disk.env());
  EXPECT_EQ(Obligations().position(), 0u);
  views_.reset();
}

class ViewsWrittenTest : public ViewsTest, public testing::WithParamInterface<ViewBatch::Urgency> {
 protected:
  // Builds a generation beside the one that stands, and switches to it.
  bool BuildAndSwitch() {
    absl::StatusOr<View> built = views_->BeginGeneration("obligations", 1);
    if (!built.ok()) return false;
    ViewBatch batch({*built}, GetParam());
    for (uint64_t position : {5, 9}) {
      batch.Put(*built, "a", "new");
      batch.Put(*built, std::to_string(position), "new");
      if (!batch.Commit(position).ok()) return false;
    }
    return views_->Switch({*built}).ok() && views_->DropOld("obligations").ok();
  }
};

TEST_P(ViewsWrittenTest, V3APowerCutAtAnySyncOfASwitchLeavesOneWholeGeneration) {
  bool switched = false;
  for (int sync = 1; !switched; ++sync) {
    SCOPED_TRACE(sync);
    views_.reset();
    std::filesystem::remove_all(folder_ / "views");
    PowerCutDisk disk;
    Open(disk.env());
    Put(Obligations(), "a", "old", 9);
    disk.CutAtSync(sync);
    switched = BuildAndSwitch();
    disk.Cut();
    views_.reset();
    disk.Restore();
    Open(disk.env());
    const std::optional<std::string> card = Obligations().Get("a").value();
    // The old card was never synced by itself, but a switch syncs whatever came before it.
    EXPECT_EQ(card.has_value(), Obligations().position() == 9);
    if (card == "new") {
      EXPECT_THAT(Cards({}, Obligations()), ElementsAre("5=new", "9=new", "a=new"));
    }
    EXPECT_TRUE(!switched || card == "new");
    views_.reset();
    ASSERT_LT(sync, 50);
  }
}

TEST_P(ViewsWrittenTest, V1WhatIsLoggedRestsOnAllThatCameBefore) {
  PowerCutDisk disk;
  Open(disk.env());
  Obligations();
  {
    const View built = Obligations(2);
    ViewBatch before({built}, GetParam());
    before.Put(built, "a", "before");
    ASSERT_TRUE(before.Commit(5).ok());
    Put(built, "b", "after", 6);
    disk.Cut();
  }
  views_.reset();
  disk.RestoreAll();
  Open(disk.env());
  EXPECT_EQ(Obligations(2).position(), 6u);
  EXPECT_THAT(Cards({}, Obligations(2)), ElementsAre("a=before", "b=after"));
  views_.reset();
}

INSTANTIATE_TEST_SUITE_P(Urgencies, ViewsWrittenTest,
                         testing::Values(ViewBatch::Urgency::kNow, ViewBatch::Urgency::kCanWait),
                         [](const auto& tested) {
                           return tested.param == ViewBatch::Urgency::kNow ? "Now" : "CanWait";
                         });

TEST_F(ViewsTest, AHandleKeepsTheDatabaseOpen) {
  const View view = Obligations();
  Put(view, "a", "x", 1);
  views_.reset();
  EXPECT_EQ(view.Get("a").value(), "x");
}

}  // namespace
}  // namespace countersign::storage
