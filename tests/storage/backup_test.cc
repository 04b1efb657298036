// Backups (storage/copies/backup.h): made while the journal is written to, verified, restored; with
// the power cut at any moment, and with any byte of their files changed.
#include "storage/copies/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <utime.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/copies/unfinished_restore.h"
#include "storage/keyring/key_copy.h"
#include "tests/storage/journal_fixtures.h"
#include "tests/storage/power_cut.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Nobody looks on.
absl::Status Untold(const BackupStep&) { return absl::OkStatus(); }

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// All files below a folder that hold something, but the locks.
std::vector<fs::path> FilesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (item.is_regular_file() && item.file_size() > 0) files.push_back(item.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class BackupTest : public JournalTest {
 protected:
  void SetUp() override {
    Open();
    keyring_ = Keyring::Open({.path = folder_ / "keyring"}).value();
    backup_options_.path = folder_ / "backups";
    backup_options_.env = disk_.env();
    backup_options_.now = [this] { return clocks_.now(); };
    backup_options_.min_free_bytes = 0;
  }

  Backups Kept() const { return Backups(backup_options_); }
  absl::StatusOr<Backup> TryCreate() { return Kept().Create(*journal_, *keyring_, Untold); }
  Backup Create() {
    absl::StatusOr<Backup> backup = TryCreate();
    EXPECT_TRUE(backup.ok()) << backup.status();
    return backup.value_or(Backup{});
  }
  absl::Status Verify(uint32_t number = 0) { return Kept().Verify(number, Untold).status(); }
  absl::Status Restore(uint32_t number, const std::string& name) {
    return Kept().Restore(number, folder_ / name, Untold).status();
  }
  std::vector<uint32_t> Numbers() {
    std::vector<uint32_t> numbers;
    const std::vector<Backup> all = Kept().List().value();
    for (const Backup& backup : all) numbers.push_back(backup.number);
    return numbers;
  }

  // An event that is sealed under the key of its plan.
  NewEvent Secret(uint8_t plan, const std::string& words) {
    Sealed sealed = keyring_->Seal(Plan(plan), Plan(plan), "draft_issued", words).value();
    return {.stream = Plan(plan),
            .event_type = "draft_issued",
            .key_id = sealed.key_id,
            .payload = sealed.payload,
            .content_commitment = sealed.content_commitment,
            .caused_by = {}};
  }
  void WroteSecrets(uint8_t from, uint8_t to) {
    for (uint8_t plan = from; plan < to; ++plan) Wrote(Recording({Secret(plan, "words")}));
  }

  // What a folder that was restored holds; every payload opened with the keys beside it.
  std::vector<std::string> WordsIn(const std::string& name) {
    std::vector<std::string> words;
    absl::StatusOr<std::unique_ptr<Keyring>> keyring =
        Keyring::Open({.path = folder_ / name + "/keyring"});
    JournalOptions options = options_;
    options.path = folder_ / name + "/journal";
    absl::StatusOr<std::unique_ptr<Journal>> journal = Journal::Open(options);
    EXPECT_TRUE(keyring.ok() && journal.ok()) << keyring.status() << journal.status();
    if (!keyring.ok() || !journal.ok()) return words;
    const absl::Status read = (*journal)->ReadAll(
        0, Journal::kUnlimited, [&](const StoredEvent& event, std::string_view) -> absl::Status {
          absl::StatusOr<std::string> plain =
              event.key_id.empty()
                  ? std::string(event.payload)
                  : (*keyring)->Open(event.key_id, event.stream, event.event_type, event.payload);
          if (!plain.ok()) return plain.status();
          words.push_back(*plain);
          return absl::OkStatus();
        });
    EXPECT_TRUE(read.ok()) << read;
    return words;
  }

  PowerCutDisk disk_;
  BackupsOptions backup_options_;
  std::unique_ptr<Keyring> keyring_;
};

TEST_F(BackupTest, ARestoredBackupHoldsTheJournalAndItsKeysAsTheyStood) {
  WroteSecrets(1, 4);
  const Backup backup = Create();
  EXPECT_EQ(backup.number, 1u);
  EXPECT_EQ(backup.head, journal_->head());
  EXPECT_EQ(backup.created_at, clocks_.now());
  EXPECT_GT(backup.bytes, 0u);
  EXPECT_TRUE(backup.has_keys);
  WroteSecrets(4, 6);
  EXPECT_TRUE(Verify().ok()) << Verify();
  const absl::Status restored = Restore(0, "new");
  ASSERT_TRUE(restored.ok()) << restored;
  EXPECT_EQ(WordsIn("new"), std::vector<std::string>(3, "words"));
  EXPECT_FALSE(fs::exists(folder_ / "new.unfinished"));
  EXPECT_FALSE(fs::exists(folder_ / "backups/verifying"));
}

TEST_F(BackupTest, ItsFoldersMayBeNamedFromWhereTheProgramStands) {
  WroteSecrets(1, 3);
  backup_options_.path = fs::relative(backup_options_.path).string();
  ASSERT_TRUE(fs::path(backup_options_.path).is_relative());
  Create();
  EXPECT_TRUE(fs::exists(folder_ / "backups/backup-1"));
  EXPECT_TRUE(Verify().ok()) << Verify();
  const std::string into = fs::relative(fs::path(folder_ / "new")).string();
  const absl::Status restored = Kept().Restore(1, into, Untold).status();
  EXPECT_TRUE(restored.ok()) << restored;
  EXPECT_EQ(WordsIn("new").size(), 2u);
}

TEST_F(BackupTest, AnEmptyJournalCanBeBackedUp) {
  EXPECT_EQ(Create().head.size, 0u);
  EXPECT_TRUE(Verify().ok()) << Verify();
}

TEST_F(BackupTest, BackupsAreListedNewestFirstAndAnyCanBeRestored) {
  EXPECT_TRUE(Kept().List().value().empty());
  for (uint8_t plan = 1; plan < 4; ++plan) {
    WroteSecrets(plan, plan + 1);
    clocks_.Pass(absl::Hours(24));
    Create();
  }
  EXPECT_EQ(Numbers(), (std::vector<uint32_t>{3, 2, 1}));
  ASSERT_TRUE(Restore(2, "second").ok());
  EXPECT_EQ(WordsIn("second").size(), 2u);
  EXPECT_TRUE(absl::IsNotFound(Restore(4, "fourth")));
  EXPECT_TRUE(absl::IsNotFound(Verify(4)));
}

// I11 and the order of the copies: no entry that the journal has not published, no missing key.
TEST_F(BackupTest, WhatIsWrittenMeanwhileIsInItWithItsKeyOrNotAtAll) {
  WroteSecrets(1, 2);
  options_.now = absl::Now;  // The writer's clock may not stand still while many write.
  Open();
  std::atomic<bool> enough{false};
  std::thread writing([&] {
    for (uint8_t plan = 2; !enough && plan < 250; ++plan) {
      ASSERT_TRUE(journal_->Append(Recording({Secret(plan, "words")})).ok());
    }
  });
  std::vector<Backup> made;
  for (int i = 0; i < 3; ++i) made.push_back(Create());
  enough = true;
  writing.join();
  for (const Backup& backup : made) {
    EXPECT_EQ(journal_->RootOf(backup.head.size).value(), backup.head.root);
    const std::string name = "new" + std::to_string(backup.number);
    const absl::Status restored = Restore(backup.number, name);
    ASSERT_TRUE(restored.ok()) << restored;
    EXPECT_EQ(WordsIn(name).size(), backup.head.size);
  }
}

TEST_F(BackupTest, KeysHaveAShorterLifeThanTheJournal) {
  WroteSecrets(1, 2);
  Create();
  clocks_.Pass(absl::Hours(24 * 30));
  Create();
  EXPECT_TRUE(Kept().List().value().back().has_keys) << "thirty days are not over yet";
  clocks_.Pass(absl::Seconds(1));
  Create();
  const std::vector<Backup> all = Kept().List().value();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_FALSE(all[2].has_keys);
  EXPECT_TRUE(all[1].has_keys);
  EXPECT_FALSE(fs::exists(folder_ / "backups/keys/1"));
  const absl::Status restored = Restore(1, "old");
  EXPECT_TRUE(restored.ok()) << restored;
  EXPECT_FALSE(fs::exists(folder_ / "old/keyring"));
}

TEST_F(BackupTest, KeysThatExpiredAreAbsentAlsoWithoutALaterBackup) {
  WroteSecrets(1, 2);
  Create();
  clocks_.Pass(absl::Hours(24 * 30) + absl::Seconds(1));
  const fs::path keys = folder_ / "backups/keys/1";
  // Somebody else has the folder, so that nobody removes them meanwhile.
  rocksdb::FileLock* lock = nullptr;
  ASSERT_TRUE(disk_.env()->LockFile(folder_ / "backups/LOCK", &lock).ok());
  EXPECT_TRUE(Kept().RemoveExpiredKeys().ok());
  EXPECT_FALSE(Kept().List().value().front().has_keys);
  EXPECT_TRUE(fs::exists(keys));
  EXPECT_TRUE(absl::IsFailedPrecondition(Restore(1, "new")));
  disk_.env()->UnlockFile(lock);
  ASSERT_TRUE(Restore(1, "new").ok());
  EXPECT_FALSE(fs::exists(folder_ / "new/keyring"));
  EXPECT_FALSE(fs::exists(keys));
}

TEST_F(BackupTest, KeysThatExpiredAreRemovedWhenAskedAndNotByAList) {
  WroteSecrets(1, 2);
  Create();
  const fs::path keys = folder_ / "backups/keys/1";
  clocks_.Pass(absl::Hours(24 * 30));
  EXPECT_TRUE(Kept().List().value().front().has_keys);
  EXPECT_TRUE(Kept().RemoveExpiredKeys().ok());
  EXPECT_TRUE(fs::exists(keys));
  clocks_.Pass(absl::Seconds(1));
  EXPECT_FALSE(Kept().List().value().front().has_keys);
  EXPECT_TRUE(fs::exists(keys));
  EXPECT_TRUE(Kept().RemoveExpiredKeys().ok());
  EXPECT_FALSE(fs::exists(keys));
}

// Whose record nobody can read, or is gone, while no later backup is made.
TEST_F(BackupTest, KeysWhoseRecordIsDamagedOrGoneGoOnceTheirFileIsOldEnough) {
  WroteSecrets(1, 2);
  for (int i = 0; i < 3; ++i) {
    const std::string rows = folder_ / "backups/keys/" + std::to_string(Create().number) + "/rows";
    const ::utimbuf copied_now{absl::ToTimeT(clocks_.now()), absl::ToTimeT(clocks_.now())};
    ASSERT_EQ(::utime(rows.c_str(), &copied_now), 0);
  }
  const auto left = [&] {
    EXPECT_TRUE(Kept().RemoveExpiredKeys().ok()) << Kept().RemoveExpiredKeys();
    std::set<std::string> names;
    for (const auto& item : fs::directory_iterator(folder_ / "backups/keys")) {
      names.insert(item.path().filename());
    }
    return names;
  };
  WriteFile(folder_ / "backups/backup-1", "countersign backup v1\nbackup 1\n");
  fs::remove(folder_ / "backups/backup-2");
  clocks_.Pass(absl::Hours(24 * 30));
  EXPECT_EQ(left(), (std::set<std::string>{"1", "2", "3"})) << "one flipped bit destroys no key";
  // Of the third the record counts, whenever its file was copied to this disk.
  const ::utimbuf later{absl::ToTimeT(clocks_.now()), absl::ToTimeT(clocks_.now())};
  ASSERT_EQ(::utime((folder_ / "backups/keys/3/rows").c_str(), &later), 0);
  fs::remove(folder_ / "backups/keys/2/rows");
  EXPECT_EQ(left(), (std::set<std::string>{"1", "3"})) << "without its rows it is no copy";
  clocks_.Pass(absl::Seconds(1));
  EXPECT_EQ(left(), std::set<std::string>());
}

// A disk on which something happens just before somebody takes the folder.
class BusyDisk : public rocksdb::EnvWrapper {
 public:
  using EnvWrapper::EnvWrapper;
  rocksdb::Status LockFile(const std::string& path, rocksdb::FileLock** lock) override {
    ++locks;
    if (before_lock) std::exchange(before_lock, nullptr)();
    return EnvWrapper::LockFile(path, lock);
  }
  std::function<void()> before_lock;
  int locks = 0;
};

TEST_F(BackupTest, AListAndALookForExpiredKeysKeepNobodyFromTheFolder) {
  BusyDisk disk(disk_.env());
  WroteSecrets(1, 2);
  Create();
  backup_options_.env = &disk;
  EXPECT_EQ(Numbers(), std::vector<uint32_t>{1});
  EXPECT_TRUE(Kept().RemoveExpiredKeys().ok());
  EXPECT_EQ(disk.locks, 0);
  clocks_.Pass(absl::Hours(24 * 31));
  EXPECT_EQ(Numbers(), std::vector<uint32_t>{1});
  EXPECT_EQ(disk.locks, 0);
  EXPECT_TRUE(Kept().RemoveExpiredKeys().ok());
  EXPECT_EQ(disk.locks, 1);
}

TEST_F(BackupTest, WhatBecameOfABackupUntilItsFolderWasFreeIsKnownToWhoVerifiesIt) {
  const Backups others(backup_options_);
  BusyDisk disk(disk_.env());
  WroteSecrets(1, 2);
  Create();
  Create();
  backup_options_.env = &disk;
  disk.before_lock = [&] {
    clocks_.Pass(absl::Hours(24 * 31));
    ASSERT_TRUE(others.RemoveExpiredKeys().ok());
  };
  const absl::StatusOr<Backup> verified = Kept().Verify(1, Untold);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_FALSE(verified->has_keys);
  disk.before_lock = [&] { fs::remove(folder_ / "backups/backup-1"); };
  EXPECT_TRUE(absl::IsNotFound(Verify(1)));
  disk.before_lock = [&] { fs::remove(folder_ / "backups/backup-2"); };
  EXPECT_TRUE(absl::IsNotFound(Verify(0)));
}

TEST_F(BackupTest, AKeyThatWasDestroyedIsNotInALaterBackup) {
  WroteSecrets(1, 3);
  ASSERT_TRUE(keyring_->Destroy(Plan(1)).ok());
  Create();
  ASSERT_TRUE(Restore(0, "new").ok());
  const auto keyring = Keyring::Open({.path = folder_ / "new/keyring"}).value();
  EXPECT_TRUE(IsKeyDestroyed(keyring->KeyFor(Plan(1)).status()));
  EXPECT_TRUE(keyring->KeyFor(Plan(2)).ok());
}

TEST_F(BackupTest, ItsKeysAreReadableByTheirOwnerOnly) {
  WroteSecrets(1, 2);
  Create();
  ASSERT_TRUE(Restore(0, "new").ok());
  for (const char* name :
       {"backups/keys/1/epoch-1.key", "backups/keys/1/rows", "new/keyring/epoch-1.key"}) {
    struct stat attributes;
    ASSERT_EQ(::stat((folder_ / name).c_str(), &attributes), 0) << name;
    EXPECT_EQ(attributes.st_mode & 077, 0u) << name;
  }
}

TEST_F(BackupTest, NothingIsEverRestoredOverWhatIsThere) {
  Create();
  fs::create_directory(folder_ / "there");
  EXPECT_TRUE(absl::IsFailedPrecondition(Restore(0, "there")));
  EXPECT_TRUE(fs::is_empty(folder_ / "there"));
}

TEST_F(BackupTest, WhoeverListensCanStopIt) {
  WroteSecrets(1, 2);
  Create();
  for (const auto phase : {BackupStep::Phase::kCopying, BackupStep::Phase::kVerifying}) {
    const auto stop = [&](const BackupStep& step) {
      return step.phase == phase ? absl::CancelledError("enough") : absl::OkStatus();
    };
    EXPECT_TRUE(absl::IsCancelled(Kept().Create(*journal_, *keyring_, stop).status()));
    EXPECT_EQ(Numbers(), std::vector<uint32_t>{1});
  }
  const auto at_once = [](const BackupStep&) { return absl::CancelledError("enough"); };
  EXPECT_TRUE(absl::IsCancelled(Kept().Restore(0, folder_ / "new", at_once).status()));
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  EXPECT_FALSE(fs::exists(folder_ / "new.unfinished"));
  Create();
  EXPECT_TRUE(Verify().ok()) << Verify();
}

TEST_F(BackupTest, OnlyOneIsMadeAtATime) {
  const auto meanwhile = [&](const BackupStep&) {
    EXPECT_TRUE(absl::IsFailedPrecondition(TryCreate().status()));
    EXPECT_TRUE(absl::IsFailedPrecondition(Verify()) || absl::IsNotFound(Verify()));
    return absl::OkStatus();
  };
  EXPECT_TRUE(Kept().Create(*journal_, *keyring_, meanwhile).ok());
}

// Linked elsewhere, an epoch key shows what became of its bytes.
TEST_F(BackupTest, AnUnfinishedRestoreIsRemovedWithItsKeysOverwritten) {
  WroteSecrets(1, 2);
  Create();
  const fs::path keyring = folder_ / "new.unfinished/keyring";
  for (const bool succeeds : {false, true}) {
    fs::create_directories(keyring);
    fs::copy(folder_ / "backups/keys/1/epoch-1.key", keyring / "epoch-1.key");
    fs::create_hard_link(keyring / "epoch-1.key", folder_ / (succeeds ? "second" : "first"));
    const auto stop = [&](const BackupStep&) {
      return succeeds ? absl::OkStatus() : absl::CancelledError("enough");
    };
    EXPECT_EQ(Kept().Restore(1, folder_ / "new", stop).ok(), succeeds);
    EXPECT_FALSE(fs::exists(folder_ / "new.unfinished"));
  }
  const std::string key = ReadFile(folder_ / "backups/keys/1/epoch-1.key");
  EXPECT_NE(ReadFile(folder_ / "first"), key);
  EXPECT_NE(ReadFile(folder_ / "second"), key);
}

TEST_F(BackupTest, WhatKilledRestoresLeftBesideIsNamed) {
  const auto beside = [&](const std::string& name) {
    return UnfinishedRestoresBeside(disk_.env(), folder_ / name);
  };
  EXPECT_EQ(beside("new"), std::vector<std::string>());
  for (const char* name : {"old", "new"}) {
    fs::create_directories(fs::path(folder_ / name) += ".unfinished/journal");
  }
  fs::create_directories(folder_ / "whole/journal");
  WriteFile(folder_ / "an-export.unfinished", "bytes");
  EXPECT_EQ(beside("new"),
            (std::vector<std::string>{folder_ / "new.unfinished", folder_ / "old.unfinished"}));
  Create();
  ASSERT_TRUE(Restore(0, "new").ok());
  EXPECT_EQ(beside("new"), std::vector<std::string>{folder_ / "old.unfinished"});
  EXPECT_EQ(beside("nowhere/new"), std::vector<std::string>());
}

TEST_F(BackupTest, NothingElseIsDoneInTheFolderWhileOneIsRestored) {
  WroteSecrets(1, 2);
  Create();
  const auto meanwhile = [&](const BackupStep&) {
    EXPECT_TRUE(absl::IsFailedPrecondition(TryCreate().status()));
    EXPECT_TRUE(absl::IsFailedPrecondition(Verify()));
    EXPECT_TRUE(absl::IsFailedPrecondition(Restore(1, "other")));
    return absl::OkStatus();
  };
  EXPECT_TRUE(Kept().Restore(1, folder_ / "new", meanwhile).ok());
}

// The journal was damaged before it was copied, while its blocks lay in memory: the copy's
// checksums fit it, and yet it is no backup.
TEST_F(BackupTest, ATableThatWasDamagedBeforeItWasCopiedIsFound) {
  WroteSecrets(1, 4);
  Open();  // What was in the log is in tables now.
  ASSERT_TRUE(journal_->Verify().ok());
  int damaged = 0;
  for (const fs::path& path : FilesIn(folder_ / "journal")) {
    if (path.extension() != ".sst") continue;
    std::string bytes = ReadFile(path);
    bytes[0] ^= 1;
    // In place: the journal has it open.
    std::fstream(path, std::ios::binary | std::ios::in | std::ios::out) << bytes[0];
    ++damaged;
  }
  ASSERT_GT(damaged, 0);
  EXPECT_TRUE(absl::IsDataLoss(TryCreate().status())) << TryCreate().status();
  EXPECT_TRUE(absl::IsDataLoss(journal_->Verify())) << journal_->Verify();
}

TEST_F(BackupTest, ADiskWithoutRoomIsToldBeforeAnythingIsCopied) {
  WroteSecrets(1, 2);
  backup_options_.free_bytes = [](const std::string&) { return uint64_t{100}; };
  const absl::Status refused = TryCreate().status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("100 bytes left"));
  backup_options_.free_bytes = [](const std::string&) { return uint64_t{1} << 40; };
  EXPECT_EQ(Create().number, 1u);
}

TEST_F(BackupTest, ABackupWhoseRecordWasRemovedIsTakenAwayByTheNext) {
  WroteSecrets(1, 2);
  Create();
  Create();
  fs::remove(folder_ / "backups/backup-1");
  EXPECT_EQ(Numbers(), std::vector<uint32_t>{2});
  Create();
  EXPECT_EQ(Numbers(), (std::vector<uint32_t>{3, 2}));
  EXPECT_FALSE(fs::exists(folder_ / "backups/journal/meta/1"));
  EXPECT_FALSE(fs::exists(folder_ / "backups/keys/1"));
  EXPECT_TRUE(Verify(2).ok());
}

// Whatever the moment: the backups that were complete stay whole, and the next one succeeds.
TEST_F(BackupTest, APowerCutAtAnyCallLeavesTheBackupsThatWereThere) {
  WroteSecrets(1, 3);
  Create();
  WroteSecrets(3, 5);
  int cuts = 0;
  for (bool completed = false; !completed; ++cuts) {
    ASSERT_LT(cuts, 2000);
    disk_.CutAtCall(cuts + 1);
    completed = TryCreate().ok();
    disk_.Restore(cuts % 7);
    const std::vector<uint32_t> numbers = Numbers();
    ASSERT_FALSE(numbers.empty());
    ASSERT_EQ(numbers.back(), 1u);
    // Its record is the last thing that is written, so whatever has one is whole.
    if (numbers.size() > 1 || cuts % 10 == 0) {
      for (const uint32_t number : numbers) ASSERT_TRUE(Verify(number).ok()) << Verify(number);
    }
    if (numbers.size() > 1) break;
  }
  EXPECT_GT(cuts, 20);
  Create();
  EXPECT_TRUE(Verify().ok()) << Verify();
}

TEST_F(BackupTest, APowerCutWhileRestoringLeavesNoFolderThatIsNotWhole) {
  WroteSecrets(1, 3);
  Create();
  int cuts = 0;
  for (bool restored = false; !restored; ++cuts) {
    ASSERT_LT(cuts, 2000);
    disk_.CutAtCall(cuts + 1);
    restored = Restore(1, "new").ok();
    disk_.Restore();
    if (fs::exists(folder_ / "new")) {
      ASSERT_EQ(WordsIn("new").size(), 2u) << cuts;
      break;
    }
  }
  EXPECT_GT(cuts, 20);
}

// A file of RocksDB's own says when a backup was made; nobody reads that, since the record says it.
bool IsTimeOfAFile(const fs::path& path) { return path.parent_path().filename() == "meta"; }

TEST_F(BackupTest, AFlippedByteInAnyFileIsFound) {
  WroteSecrets(1, 4);
  Create();
  int flipped = 0;
  for (const fs::path& path : FilesIn(folder_ / "backups")) {
    const std::string sound = ReadFile(path);
    const size_t step = std::max<size_t>(1, sound.size() / 12);
    for (size_t at = flipped % step; at < sound.size(); at += step, ++flipped) {
      std::string damaged = sound;
      damaged[at] ^= static_cast<char>(1 << (flipped % 8));
      WriteFile(path, damaged);
      const absl::Status verified = Verify(1);
      if (!IsTimeOfAFile(path)) {
        EXPECT_FALSE(verified.ok()) << path << " at " << at;
      }
    }
    WriteFile(path, sound);
  }
  EXPECT_GT(flipped, 50);
  EXPECT_TRUE(Verify(1).ok()) << Verify(1);
}

TEST_F(BackupTest, ARecordThatWasChangedIsNoneAndAMissingFileIsALoss) {
  WroteSecrets(1, 3);
  const Backup backup = Create();
  // Another size, with the digest that goes with it: the journal in it tells.
  Backup forged = backup;
  forged.head.size -= 1;
  WriteFile(folder_ / "backups/backup-1", RecordText(forged));
  EXPECT_TRUE(absl::IsDataLoss(Verify(1))) << Verify(1);
  WriteFile(folder_ / "backups/backup-1", RecordText(backup));
  EXPECT_TRUE(Verify(1).ok());
  for (const fs::path& path : FilesIn(folder_ / "backups/journal/private")) {
    fs::rename(path, folder_ / "aside");
    EXPECT_TRUE(absl::IsDataLoss(Verify(1))) << path << Verify(1);
    fs::rename(folder_ / "aside", path);
  }
}

TEST(BackupRecords, AreReadAsTheyWereWrittenAndInNoOtherForm) {
  const Backup backup{.number = 7,
                      .created_at = absl::FromUnixMicros(1'331'046'000'000'001),
                      .head = {249, Sha256("root")},
                      .bytes = 12345};
  const std::string text = RecordText(backup);
  EXPECT_EQ(ParseRecord(text).value(), backup);
  EXPECT_EQ(text, ReadFile(fs::path(TESTS_DIR) / "golden/backup-v1/backup-7"));
  for (size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] ^= 1;
    EXPECT_TRUE(absl::IsDataLoss(ParseRecord(changed).status())) << at;
    EXPECT_TRUE(absl::IsDataLoss(ParseRecord(text.substr(0, at)).status())) << at;
  }
  EXPECT_TRUE(absl::IsDataLoss(ParseRecord(text + "\n").status()));
}

// Counts up, so that every run makes the same keys.
RandomBytes Counting() {
  auto counter = std::make_shared<int>(0);
  return [counter](absl::Span<uint8_t> bytes) {
    const Hash block = Sha256(std::to_string(++*counter));
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = block[i % block.size()];
  };
}

TEST(KeyCopies, HaveTheFormOfTheGoldenOneAndItCanBeRestored) {
  ScratchFolder folder;
  const auto keyring = Keyring::Open({.path = folder / "keyring", .random = Counting()}).value();
  const Sealed sealed = keyring->Seal(Plan(1), Plan(1), "draft_issued", "words").value();
  ASSERT_TRUE(keyring->KeyFor(Person(2)).ok());
  ASSERT_TRUE(keyring->CopyTo(folder / "copy").ok());
  const fs::path golden = fs::path(TESTS_DIR) / "golden/backup-v1/keys";
  ASSERT_EQ(FilesIn(golden).size(), 2u);
  fs::create_directory(folder / "golden");
  for (const char* name : {"rows", "epoch-1.key"}) {
    EXPECT_EQ(ReadFile(folder / "copy/" + name), ReadFile(golden / name)) << name;
    fs::copy(golden / name, folder / "golden/" + name);
    ::chmod((folder / "golden/" + name).c_str(), 0600);
  }
  const absl::Status restored =
      RestoreKeys(rocksdb::Env::Default(), folder / "golden", folder / "restored");
  ASSERT_TRUE(restored.ok()) << restored;
  const auto again = Keyring::Open({.path = folder / "restored"}).value();
  EXPECT_EQ(again->Open(sealed.key_id, Plan(1), "draft_issued", sealed.payload).value(), "words");
}

}  // namespace
}  // namespace countersign::storage
