// The journal when its disk fails: invariants I4, I10 and I11, and what Open and Verify find.
// These tests know that the engine is RocksDB.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rocksdb/db.h"
#include "storage/entry.h"
#include "storage/journal.h"
#include "storage/journal_store.h"
#include "storage/keys.h"
#include "storage/rocks.h"
#include "tests/storage/journal_fixtures.h"
#include "tests/storage/power_cut.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;
constexpr absl::StatusCode kUnavailable = absl::StatusCode::kUnavailable;

class PowerCuts : public JournalTest {
 protected:
  // Appends some requests of one to three events; gives the receipts that were answered.
  std::vector<AppendReceipt> AppendSome(int requests) {
    std::vector<AppendReceipt> receipts;
    for (int i = 0; i < requests; ++i) {
      AppendRequest request = Recording({Event(Plan(i % 3), std::to_string(i))}).As(i, "body");
      for (int more = 0; more < i % 3; ++more) request.events.push_back(Event(Person(i % 2)));
      absl::StatusOr<AppendReceipt> receipt = Append(request);
      if (receipt.ok()) receipts.push_back(*receipt);
    }
    return receipts;
  }

  // Every answered entry is there with the bytes it had, and the whole journal is sound.
  void ExpectAllThere(const std::vector<AppendReceipt>& receipts) {
    for (const AppendReceipt& receipt : receipts) {
      for (const AppendedEntry& entry : receipt.entries) {
        absl::StatusOr<std::string> bytes = journal_->ReadEntry(entry.position);
        ASSERT_TRUE(bytes.ok()) << bytes.status();
        EXPECT_EQ(LeafHash(*bytes), entry.leaf_hash);
      }
    }
    EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
  }

  void CutRestoreAndReopen(PowerCutDisk& disk, size_t torn_bytes) {
    disk.Cut();
    Close();
    disk.Restore(torn_bytes);
    Open();
  }
};

TEST_F(PowerCuts, I4LoseNothingThatWasAnsweredWhicheverSyncTheyHit) {
  int cuts = 0;
  for (int sync = 1;; ++sync) {
    SCOPED_TRACE(sync);
    fs::remove_all(options_.path);
    PowerCutDisk disk;
    options_.env = disk.env();
    disk.CutAtSync(sync);
    std::vector<AppendReceipt> receipts;
    if (TryOpen().ok()) receipts = AppendSome(12);
    const bool survived = !disk.is_cut();
    CutRestoreAndReopen(disk, 0);
    ASSERT_NE(journal_, nullptr);
    ExpectAllThere(receipts);
    // The rest of the work can be done, and what was unknown is told by the request ids.
    EXPECT_THAT(AppendSome(12), SizeIs(12));
    EXPECT_EQ(journal_->head().size, 24u);
    EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
    Close();
    if (survived) break;
    ++cuts;
  }
  EXPECT_GE(cuts, 12);  // One for each append at the least.
}

TEST_F(PowerCuts, I4ATornEndOfTheLogIsDroppedAndNothingElse) {
  for (const size_t torn_bytes : {1u, 6u, 7u, 8u, 100u, 300u}) {
    SCOPED_TRACE(torn_bytes);
    fs::remove_all(options_.path);
    PowerCutDisk disk;
    options_.env = disk.env();
    Open();
    const std::vector<AppendReceipt> receipts = AppendSome(12);
    // The next batch is written, but its sync never returns.
    disk.CutAtSync(1);
    EXPECT_EQ(Append(Recording({Event(Plan(1), std::string(500, 'x'))})).status().code(),
              kUnavailable);
    CutRestoreAndReopen(disk, torn_bytes);
    ExpectAllThere(receipts);
    EXPECT_EQ(journal_->head().size, 24u);
    Close();
  }
}

TEST_F(PowerCuts, I10AfterAFailedSyncNothingIsWrittenUntilTheJournalIsReopened) {
  PowerCutDisk disk;
  options_.env = disk.env();
  Open();
  const std::vector<AppendReceipt> receipts = AppendSome(3);
  const Head before = journal_->head();
  disk.FailSyncs();
  EXPECT_EQ(Append(Recording({Event(Plan(1), "lost")})).status().code(), kUnavailable);
  const int syncs = disk.syncs();
  disk.Restore();  // The disk is well again, but pages may have been dropped.
  EXPECT_EQ(Append(Recording({Event(Plan(1))})).status().code(), kUnavailable);
  EXPECT_EQ(journal_->Writable().code(), kUnavailable);
  EXPECT_EQ(journal_->ErasePayloads(Plan(1)).code(), kUnavailable);
  EXPECT_EQ(disk.syncs(), syncs) << "a failed sync was tried again";
  EXPECT_EQ(journal_->head(), before);
  EXPECT_EQ(journal_->HeadOf(Plan(1)).value()->version, 0u);
  ExpectAllThere(receipts);
  Open();
  ExpectAllThere(receipts);
  EXPECT_TRUE(journal_->Writable().ok());
  Close();
}

// Evidence that history was altered ends all writing, and the operator is told why, once.
TEST_F(PowerCuts, I10AfterEvidenceOfTamperingNothingIsWrittenUntilTheJournalIsReopened) {
  std::vector<absl::Status> told;
  options_.on_stopped = [&](const absl::Status& why) { told.push_back(why); };
  Open();
  const std::vector<AppendReceipt> receipts = AppendSome(3);
  journal_->StopWriting(absl::DataLossError("Position 2 was altered."));
  journal_->StopWriting(absl::DataLossError("Position 1 too."));
  EXPECT_EQ(Append(Recording({Event(Plan(1))})).status().code(), kUnavailable);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told.front().message().find("Position 2 was altered."), absl::string_view::npos);
  ExpectAllThere(receipts);
  Open();
  EXPECT_TRUE(journal_->Writable().ok());
  Close();
}

TEST_F(PowerCuts, AFailedWriteIsTheAnswerToAllOfItsBatch) {
  PowerCutDisk disk;
  options_.env = disk.env();
  Open();
  clocks_.Hold();
  Answer holding;
  journal_->Append(Recording({Event(Plan(1))}), holding.Callback());
  clocks_.WaitUntilSomebodyReads();
  disk.FailSyncs();
  Answer refused;
  journal_->Append(Recording({Event(Plan(1))}).Expecting(Plan(1), 8), refused.Callback());
  clocks_.Release();
  EXPECT_EQ(holding.Wait().status().code(), kUnavailable);
  EXPECT_EQ(refused.Wait().status().code(), kUnavailable);
  Close();
}

TEST_F(PowerCuts, OneSyncServesAWholeBatch) {
  PowerCutDisk disk;
  options_.env = disk.env();
  Open();
  Wrote(Recording({Event(Plan(1))}));
  const int before = disk.syncs();
  InOneBatch(std::vector<AppendRequest>(100, Recording({Event(Plan(1))})));
  EXPECT_EQ(disk.syncs() - before, 2);  // One for the entry that let the others gather.
  options_.max_batch_events = 10;
  Open();
  Wrote(Recording({Event(Plan(1))}));  // The first write to a new log syncs its folder too.
  const int again = disk.syncs();
  InOneBatch(std::vector<AppendRequest>(100, Recording({Event(Plan(1))})));
  EXPECT_EQ(disk.syncs() - again, 11);
  Close();
}

// Changes rows behind the journal's back.
class Tampering : public JournalTest {
 protected:
  void SetUp() override {
    Open();
    AppendRequest request = Recording({});
    for (int i = 0; i < 300; ++i) request.events.push_back(Event(Plan(i % 5), "words"));
    Wrote(request);
    Wrote(Recording({Event(Plan(1), "last")}).As(7, "body"));
  }

  // Closes the journal, gives its database to `change`, and tries to open it again.
  template <typename Change>
  absl::Status ReopenAfter(Change change) {
    Close();
    {
      const std::unique_ptr<Rocks> rocks =
          Rocks::Open(options_.path, options_.env, Rocks::Recovery::kRefuseDamage, {}).value();
      change(*rocks);
    }
    return TryOpen();
  }

  static std::string Row(Rocks& rocks, const char* family, const std::string& key) {
    std::string value;
    EXPECT_TRUE(rocks.db().Get(rocksdb::ReadOptions(), rocks.family(family), key, &value).ok());
    return value;
  }
  static void Put(Rocks& rocks, const char* family, const std::string& key,
                  const std::string& value) {
    EXPECT_TRUE(rocks.db().Put(rocksdb::WriteOptions(), rocks.family(family), key, value).ok());
  }
  static void Delete(Rocks& rocks, const char* family, const std::string& key) {
    EXPECT_TRUE(rocks.db().Delete(rocksdb::WriteOptions(), rocks.family(family), key).ok());
  }
  // Flips the last bit of a row.
  static void Flip(Rocks& rocks, const char* family, const std::string& key) {
    std::string value = Row(rocks, family, key);
    value.back() ^= 1;
    Put(rocks, family, key, value);
  }

  absl::Status ReadEverything() {
    return journal_->ReadAll(0, Journal::kUnlimited,
                             [](const StoredEvent&, std::string_view) { return absl::OkStatus(); });
  }
};

TEST_F(Tampering, WithNothingIsNoDamage) {
  EXPECT_TRUE(ReopenAfter([](Rocks&) {}).ok());
  EXPECT_TRUE(journal_->Verify().ok());
}

TEST_F(Tampering, WithAPayloadIsFoundAndNamed) {
  ASSERT_TRUE(ReopenAfter([](Rocks& rocks) {
                Flip(rocks, keys::kPayloadFamily, keys::Payload(Plan(2), 7));
              }).ok());
  for (const absl::Status& status : {ReadEverything(), journal_->Verify()}) {
    EXPECT_EQ(status.code(), kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr("position 37"));
  }
}

TEST_F(Tampering, WithACopyOfTheActorIsFound) {
  ASSERT_TRUE(ReopenAfter([](Rocks& rocks) {
                const std::string key = keys::Payload(Plan(2), 7);
                std::string row = Row(rocks, keys::kPayloadFamily, key);
                row[17] ^= 1;  // The actor's first byte, after position, time and length.
                Put(rocks, keys::kPayloadFamily, key, row);
              }).ok());
  const absl::Status status = journal_->Verify();
  EXPECT_EQ(status.code(), kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("actor"));
}

TEST_F(Tampering, WithAnEntryIsFoundAndNamed) {
  ASSERT_TRUE(ReopenAfter([](Rocks& rocks) {
                const std::string key = keys::Position(100);
                v1::Entry entry = ParseEntry(Row(rocks, keys::kEntryFamily, key)).value();
                entry.set_policy_rule("P99");  // In no copy: only the tree can tell.
                Put(rocks, keys::kEntryFamily, key, EncodeEntry(entry).value());
              }).ok());
  const absl::Status status = journal_->Verify();
  EXPECT_EQ(status.code(), kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("position 100"));
}

TEST_F(Tampering, WithATreeNodeIsFound) {
  ASSERT_TRUE(
      ReopenAfter([](Rocks& rocks) { Flip(rocks, keys::kNodeFamily, keys::Node(0, 100)); }).ok());
  EXPECT_EQ(journal_->Verify().code(), kDataLoss);
}

TEST_F(Tampering, WithAMissingRowIsFound) {
  ASSERT_TRUE(ReopenAfter([](Rocks& rocks) {
                Delete(rocks, keys::kPayloadFamily, keys::Payload(Plan(2), 7));
              }).ok());
  EXPECT_EQ(journal_->Verify().code(), kDataLoss);
  EXPECT_EQ(journal_
                ->ReadStream(Plan(2), 0, Journal::kUnlimited,
                             [](const StoredEvent&) { return absl::OkStatus(); })
                .code(),
            kDataLoss);
}

TEST_F(Tampering, WithAnAddedRowIsFound) {
  ASSERT_TRUE(ReopenAfter([](Rocks& rocks) {
                Put(rocks, keys::kPayloadFamily, keys::Payload(School(1), 0),
                    Row(rocks, keys::kPayloadFamily, keys::Payload(Plan(2), 7)));
              }).ok());
  EXPECT_EQ(journal_->Verify().code(), kDataLoss);
}

TEST_F(Tampering, WithTheEdgeOfTheTreeIsRefusedAtOpen) {
  EXPECT_EQ(
      ReopenAfter([](Rocks& rocks) { Flip(rocks, keys::kNodeFamily, keys::Node(0, 256)); }).code(),
      kDataLoss);
  EXPECT_EQ(ReopenAfter([](Rocks& rocks) {
              Flip(rocks, keys::kNodeFamily, keys::Node(0, 256));
              Flip(rocks, keys::kNodeFamily, keys::Node(1, 0));
            }).code(),
            kDataLoss);
}

TEST_F(Tampering, WithTheLastEntryIsRefusedAtOpen) {
  const std::string last = keys::Position(300);
  EXPECT_EQ(ReopenAfter([&](Rocks& rocks) {
              std::string bytes = Row(rocks, keys::kEntryFamily, last);
              v1::Entry entry = ParseEntry(bytes).value();
              entry.set_policy_rule("P99");
              Put(rocks, keys::kEntryFamily, last, EncodeEntry(entry).value());
            }).code(),
            kDataLoss);
}

TEST_F(Tampering, WithTheLastPayloadRowIsRefusedAtOpen) {
  EXPECT_EQ(ReopenAfter([&](Rocks& rocks) {
              Delete(rocks, keys::kPayloadFamily, keys::Payload(Plan(1), 60));
            }).code(),
            kDataLoss);
}

TEST_F(Tampering, WithTheHeadIsRefusedAtOpen) {
  EXPECT_EQ(ReopenAfter([](Rocks& rocks) { Flip(rocks, keys::kMetaFamily, keys::kHead); }).code(),
            kDataLoss);
}

TEST_F(Tampering, AnUnknownFormatFailsClosed) {
  EXPECT_EQ(
      ReopenAfter([](Rocks& rocks) { Put(rocks, keys::kMetaFamily, keys::kFormat, "2"); }).code(),
      kDataLoss);
  EXPECT_EQ(
      ReopenAfter([](Rocks& rocks) { Delete(rocks, keys::kMetaFamily, keys::kFormat); }).code(),
      kDataLoss);
}

// A flipped length near the end looks like an unfinished record, and RocksDB drops what follows
// without a word: then the journal is shorter, which the anchor of the last signature shows. What
// may never happen is that changed bytes are read.
TEST_F(Tampering, WithTheLogIsRefusedOrLeavesAShorterSoundJournal) {
  std::vector<std::string> entries;
  for (uint64_t i = 0; i < 301; ++i) entries.push_back(journal_->ReadEntry(i).value());
  Close();
  fs::path log;
  for (const fs::directory_entry& file : fs::directory_iterator(options_.path)) {
    if (file.path().extension() == ".log") log = file.path();
  }
  fs::copy(options_.path, folder_ / "sound", fs::copy_options::recursive);
  const uint64_t size = fs::file_size(log);
  int refused = 0;
  for (uint64_t at = 0; at < size; at += size / 150) {
    SCOPED_TRACE(at);
    fs::remove_all(options_.path);
    fs::copy(folder_ / "sound", options_.path, fs::copy_options::recursive);
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char flipped = static_cast<char>(file.get() ^ 0x10);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(flipped);
    file.close();
    const absl::Status opened = TryOpen();
    if (!opened.ok()) {
      EXPECT_EQ(opened.code(), kDataLoss) << opened;
      ++refused;
      continue;
    }
    EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
    for (uint64_t i = 0; i < journal_->head().size; ++i) {
      EXPECT_EQ(journal_->ReadEntry(i).value(), entries[i]);
    }
    Close();
  }
  EXPECT_GT(refused, 140);
}

}  // namespace
}  // namespace countersign::storage
