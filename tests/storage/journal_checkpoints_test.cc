// The signed notes that a journal keeps beside its entries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/journal.h"
#include "tests/storage/journal_fixtures.h"
#include "tests/storage/power_cut.h"

namespace countersign::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeptCheckpoints : public JournalTest {
 protected:
  void OpenWith(int entries) {
    Open();
    for (int i = 0; i < entries; ++i) Wrote(Recording({Event(Plan(1))}));
  }
  void Store(uint64_t size, const std::string& note) {
    const absl::Status stored = journal_->StoreCheckpoint(size, note);
    EXPECT_TRUE(stored.ok()) << stored;
  }
  std::vector<std::string> Kept(uint64_t up_to_size, bool newest_first) {
    std::vector<std::string> lines;
    const absl::Status read =
        journal_->Checkpoints(up_to_size, newest_first, [&](uint64_t size, std::string_view note) {
          lines.push_back(std::to_string(size) + " " + std::string(note));
          return absl::OkStatus();
        });
    EXPECT_TRUE(read.ok()) << read;
    return lines;
  }
};

TEST_F(KeptCheckpoints, AreFoundByTheirSize) {
  OpenWith(3);
  EXPECT_EQ(journal_->CheckpointOf(2).value(), std::nullopt);
  Store(2, "two");
  Store(3, "three");
  EXPECT_EQ(journal_->CheckpointOf(2).value(), "two");
  EXPECT_EQ(journal_->CheckpointOf(1).value(), std::nullopt);
  Store(2, "two, cosigned");
  EXPECT_EQ(journal_->CheckpointOf(2).value(), "two, cosigned");
  Open();
  EXPECT_EQ(journal_->CheckpointOf(2).value(), "two, cosigned");
}

TEST_F(KeptCheckpoints, AreToldInTheOrderOfSizesOrAgainstIt) {
  OpenWith(300);
  EXPECT_THAT(Kept(Journal::kUnlimited, true), IsEmpty());
  for (const uint64_t size : {256u, 2u, 300u, 255u}) Store(size, "note");
  EXPECT_THAT(Kept(Journal::kUnlimited, false),
              ElementsAre("2 note", "255 note", "256 note", "300 note"));
  EXPECT_THAT(Kept(Journal::kUnlimited, true),
              ElementsAre("300 note", "256 note", "255 note", "2 note"));
  EXPECT_THAT(Kept(255, false), ElementsAre("2 note", "255 note"));
  EXPECT_THAT(Kept(299, true), ElementsAre("256 note", "255 note", "2 note"));
  EXPECT_THAT(Kept(1, true), IsEmpty());
  EXPECT_THAT(Kept(1, false), IsEmpty());
}

TEST_F(KeptCheckpoints, EndWithTheErrorOfWhoIsTold) {
  OpenWith(2);
  Store(1, "one");
  Store(2, "two");
  int told = 0;
  const absl::Status ended =
      journal_->Checkpoints(2, true, [&](uint64_t, std::string_view) -> absl::Status {
        ++told;
        return absl::CancelledError("enough");
      });
  EXPECT_EQ(ended, absl::CancelledError("enough"));
  EXPECT_EQ(told, 1);
}

TEST_F(KeptCheckpoints, BeyondTheHeadAreRefused) {
  OpenWith(3);
  const absl::Status refused = journal_->StoreCheckpoint(4, "four");
  EXPECT_EQ(refused.code(), absl::StatusCode::kOutOfRange);
  EXPECT_NE(refused.message().find("3 entries"), absl::string_view::npos);
}

TEST_F(KeptCheckpoints, ChangeNeitherTheTreeNorTheEntries) {
  OpenWith(3);
  const Head before = journal_->head();
  Store(3, "three");
  EXPECT_EQ(journal_->head(), before);
  EXPECT_TRUE(journal_->Verify().ok());
}

TEST_F(KeptCheckpoints, AreNotSyncedThemselvesButWithTheNextEntry) {
  PowerCutDisk disk;
  options_.env = disk.env();
  OpenWith(2);
  const int before = disk.syncs();
  Store(1, "one");
  EXPECT_EQ(disk.syncs(), before);
  Wrote(Recording({Event(Plan(1))}));
  disk.Cut();
  Close();
  disk.Restore();
  Open();
  EXPECT_EQ(journal_->CheckpointOf(1).value(), "one");
  EXPECT_TRUE(journal_->Verify().ok());
  Close();
}

TEST_F(KeptCheckpoints, ThatTakeThePlaceOfOthersAreSynced) {
  PowerCutDisk disk;
  options_.env = disk.env();
  OpenWith(2);
  Store(1, "one");
  Store(1, "one, cosigned");
  disk.Cut();
  Close();
  disk.Restore();
  Open();
  EXPECT_EQ(journal_->CheckpointOf(1).value(), "one, cosigned");
  Close();
}

TEST_F(KeptCheckpoints, I10AreNotKeptAfterAFailedWrite) {
  PowerCutDisk disk;
  options_.env = disk.env();
  OpenWith(2);
  disk.FailSyncs();
  EXPECT_FALSE(Append(Recording({Event(Plan(1))})).ok());
  disk.Heal();
  EXPECT_EQ(journal_->StoreCheckpoint(1, "one").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(journal_->CheckpointOf(1).value(), std::nullopt);
  Close();
}

}  // namespace
}  // namespace countersign::storage
