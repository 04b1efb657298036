// The keyring's invariants K1 to K5 (storage/keyring/keyring.h).
#include "storage/keyring/keyring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "storage/hash.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;

StreamId Plan(uint8_t n) { return {StreamType::kPlan, Id({n})}; }
StreamId Person(uint8_t n) { return {StreamType::kPerson, Id({n})}; }

// Counts up: no two keys or nonces are alike, and every run is the same.
RandomBytes Counting() {
  auto counter = std::make_shared<std::atomic<uint64_t>>(0);
  return [counter](absl::Span<uint8_t> bytes) {
    const Hash block = Sha256(std::to_string(++*counter));
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = block[i % block.size()];
  };
}

class KeyringTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }

  absl::Status TryOpen(rocksdb::Env* env = rocksdb::Env::Default()) {
    keyring_.reset();
    absl::StatusOr<std::unique_ptr<Keyring>> opened =
        Keyring::Open({.path = folder_ / "keyring", .env = env, .random = random_});
    if (opened.ok()) keyring_ = *std::move(opened);
    return opened.status();
  }
  void Open(rocksdb::Env* env = rocksdb::Env::Default()) {
    const absl::Status opened = TryOpen(env);
    ASSERT_TRUE(opened.ok()) << opened;
  }
  void Close() { keyring_.reset(); }

  Sealed Seal(uint8_t plan, const std::string& plaintext) {
    return keyring_->Seal(Plan(plan), Plan(plan), "draft_issued", plaintext).value();
  }
  absl::StatusOr<std::string> Read(uint8_t plan, const Sealed& sealed) {
    return keyring_->Open(sealed.key_id, Plan(plan), "draft_issued", sealed.payload);
  }
  std::string EpochFile(int epoch) const {
    return folder_ / ("keyring/epoch-" + std::to_string(epoch) + ".key");
  }

  ScratchFolder folder_;
  RandomBytes random_ = Counting();
  std::unique_ptr<Keyring> keyring_;
};

TEST_F(KeyringTest, OpensWhatItSealed) {
  for (const std::string& plaintext :
       {std::string(), std::string("words"), std::string(100000, 'x')}) {
    const Sealed sealed = Seal(1, plaintext);
    EXPECT_EQ(sealed.payload.size(), plaintext.size() + 12 + 16);
    EXPECT_EQ(Read(1, sealed).value(), plaintext);
  }
}

TEST_F(KeyringTest, NeverUsesANonceTwice) {
  std::set<std::string> nonces;
  for (int i = 0; i < 100; ++i) nonces.insert(Seal(1, "the same").payload.substr(0, 12));
  EXPECT_EQ(nonces.size(), 100u);
}

TEST_F(KeyringTest, OpensNothingThatWasTamperedWith) {
  const Sealed sealed = Seal(1, "words");
  const auto code_of = [&](const std::string& key_id, const StreamId& stream,
                           const std::string& type, const std::string& payload) {
    return keyring_->Open(key_id, stream, type, payload).status().code();
  };
  const auto data_loss = absl::StatusCode::kDataLoss;
  for (size_t i = 0; i < sealed.payload.size(); ++i) {
    std::string changed = sealed.payload;
    changed[i] ^= 1;
    EXPECT_EQ(code_of(sealed.key_id, Plan(1), "draft_issued", changed), data_loss) << i;
  }
  EXPECT_EQ(code_of(sealed.key_id, Plan(2), "draft_issued", sealed.payload), data_loss);
  EXPECT_EQ(code_of(sealed.key_id, Plan(1), "draft_declined", sealed.payload), data_loss);
  EXPECT_EQ(code_of(Seal(2, "").key_id, Plan(1), "draft_issued", sealed.payload), data_loss);
  EXPECT_EQ(code_of(sealed.key_id, Plan(1), "draft_issued", "short"), data_loss);
  EXPECT_EQ(code_of("no key", Plan(1), "draft_issued", sealed.payload), data_loss);
}

TEST_F(KeyringTest, AKeyItNeverHadIsLostHistoryAndNotADestroyedKey) {
  const absl::Status status =
      keyring_->Open(std::string(16, 'x'), Plan(1), "draft_issued", std::string(40, 'x')).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(IsKeyDestroyed(status));
}

TEST_F(KeyringTest, TheCommitmentIsProvableWithItsSaltAlone) {
  const Sealed sealed = Seal(1, "words");
  const Hash salt = keyring_->CommitmentSalt(sealed.key_id, sealed.payload).value();
  EXPECT_EQ(sealed.content_commitment, AsBytes(Sha256({AsBytes(salt), "words"})));
  EXPECT_NE(sealed.content_commitment, Seal(1, "words").content_commitment);
}

TEST_F(KeyringTest, K2AnOwnerHasOneKeyAlsoForThreadsThatAskAtOnce) {
  std::vector<DataKeyId> ids(16);
  std::vector<std::thread> threads;
  for (DataKeyId& id : ids) {
    threads.emplace_back([&] { id = keyring_->KeyFor(Plan(1)).value(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<DataKeyId>(ids.begin(), ids.end()).size(), 1u);
  EXPECT_NE(keyring_->KeyFor(Plan(2)).value(), ids[0]);
}

TEST_F(KeyringTest, K1SeveralKeysAreMadeInOneSyncedWrite) {
  PowerCutDisk disk;
  fs::remove_all(folder_ / "keyring");
  Open(disk.env());
  const DataKeyId known = keyring_->KeyFor(Plan(1)).value();
  const int before = disk.syncs();
  const std::vector<StreamId> owners = {Plan(2), Plan(1), Person(2), Plan(2), Plan(3)};
  const std::vector<DataKeyId> ids = keyring_->KeysFor(owners).value();
  EXPECT_EQ(disk.syncs(), before + 1);
  ASSERT_EQ(ids.size(), owners.size());
  EXPECT_EQ(ids[1], known);
  EXPECT_EQ(ids[3], ids[0]) << "an owner has one key, however often they are named";
  EXPECT_EQ(std::set<DataKeyId>(ids.begin(), ids.end()).size(), 4u);
  EXPECT_EQ(keyring_->KeysFor(owners).value(), ids);
  EXPECT_EQ(keyring_->KeysFor({}).value(), std::vector<DataKeyId>());
  EXPECT_EQ(disk.syncs(), before + 1);
  disk.Cut();
  Close();
  disk.Restore();
  Open(disk.env());
  EXPECT_EQ(keyring_->KeysFor(owners).value(), ids);
  Close();
}

TEST_F(KeyringTest, K2NoKeyIsMadeWhenOneOfSeveralWasDestroyed) {
  ASSERT_TRUE(keyring_->Destroy(Plan(1)).ok());
  EXPECT_TRUE(IsKeyDestroyed(keyring_->KeysFor({Plan(2), Plan(1)}).status()));
  // What was never made can still be denied for ever: Destroy finds nothing to rewrap.
  ASSERT_TRUE(keyring_->Destroy(Plan(2)).ok());
  EXPECT_TRUE(fs::exists(EpochFile(1)));
}

TEST_F(KeyringTest, K2ThreadsThatAskForSeveralAtOnceGetTheSameOnes) {
  std::vector<std::vector<DataKeyId>> ids(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < ids.size(); ++i) {
    threads.emplace_back([&, i] {
      // Each in an order of its own.
      std::vector<StreamId> owners;
      for (size_t n = 0; n < 8; ++n) owners.push_back(Plan(static_cast<uint8_t>((n + i) % 8)));
      ids[i] = keyring_->KeysFor(owners).value();
      std::rotate(ids[i].begin(), ids[i].begin() + (8 - i) % 8, ids[i].end());
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<DataKeyId>& others : ids) EXPECT_EQ(others, ids[0]);
}

TEST_F(KeyringTest, KeysOutliveTheProgram) {
  const Sealed sealed = Seal(1, "words");
  Open();
  EXPECT_EQ(Read(1, sealed).value(), "words");
  EXPECT_EQ(keyring_->KeyFor(Plan(1))->bytes(), sealed.key_id);
}

TEST_F(KeyringTest, ADigestTellsBodiesAndOwnersApart) {
  const Hash digest = keyring_->KeyedDigest(Plan(1), "body").value();
  EXPECT_EQ(keyring_->KeyedDigest(Plan(1), "body").value(), digest);
  EXPECT_NE(keyring_->KeyedDigest(Plan(1), "another body").value(), digest);
  EXPECT_NE(keyring_->KeyedDigest(Plan(2), "body").value(), digest);
  EXPECT_NE(digest, Sha256("body"));
}

TEST_F(KeyringTest, APseudonymIsTheSameEachTimeAndTellsItsInputsApart) {
  const Id id = keyring_->Pseudonym(Person(1), "payroll", "4711").value();
  Open();
  EXPECT_EQ(keyring_->Pseudonym(Person(1), "payroll", "4711").value(), id);
  EXPECT_NE(keyring_->Pseudonym(Person(1), "payroll", "4712").value(), id);
  EXPECT_NE(keyring_->Pseudonym(Person(1), "payroll4", "711").value(), id);
  EXPECT_NE(keyring_->Pseudonym(Person(2), "payroll", "4711").value(), id);
}

TEST_F(KeyringTest, ADestroyedKeyOpensNothingAndTheOthersGoOn) {
  const Sealed erased = Seal(1, "erased");
  const Sealed kept = Seal(2, "kept");
  EXPECT_EQ(Read(1, erased).value(), "erased");  // So that it is in the cache.
  ASSERT_TRUE(keyring_->Destroy(Plan(1)).ok());
  for (int opened = 0; opened < 2; ++opened) {
    const absl::Status status = Read(1, erased).status();
    EXPECT_TRUE(IsKeyDestroyed(status)) << status;
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_TRUE(IsKeyDestroyed(keyring_->CommitmentSalt(erased.key_id, erased.payload).status()));
    EXPECT_EQ(Read(2, kept).value(), "kept");
    Open();
  }
}

TEST_F(KeyringTest, K2AnOwnerWhoseKeyIsDestroyedNeverGetsAnother) {
  Seal(1, "erased");
  ASSERT_TRUE(keyring_->Destroy(Plan(1)).ok());
  ASSERT_TRUE(keyring_->Destroy(Plan(2)).ok());  // Never had one.
  for (const uint8_t plan : {1, 2}) {
    EXPECT_TRUE(IsKeyDestroyed(keyring_->KeyFor(Plan(plan)).status()));
    EXPECT_TRUE(IsKeyDestroyed(keyring_->KeyedDigest(Plan(plan), "body").status()));
    EXPECT_TRUE(keyring_->Destroy(Plan(plan)).ok());
  }
}

TEST_F(KeyringTest, K4DestroyingAKeyLeavesOneEpochFileAndItIsANewOne) {
  Seal(1, "erased");
  EXPECT_TRUE(fs::exists(EpochFile(1)));
  ASSERT_TRUE(keyring_->Destroy(Plan(1)).ok());
  EXPECT_FALSE(fs::exists(EpochFile(1)));
  EXPECT_TRUE(fs::exists(EpochFile(2)));
}

TEST_F(KeyringTest, AnOldCopyOfTheStoreIsUselessOnceAKeyWasDestroyed) {
  const Sealed erased = Seal(1, "erased");
  Close();
  fs::copy(folder_ / "keyring/store", folder_ / "backup", fs::copy_options::recursive);
  Open();
  ASSERT_TRUE(keyring_->Destroy(Plan(1)).ok());
  Close();
  fs::remove_all(folder_ / "keyring/store");
  fs::copy(folder_ / "backup", folder_ / "keyring/store", fs::copy_options::recursive);
  EXPECT_EQ(TryOpen().code(), absl::StatusCode::kDataLoss);
  // And the refusal has not destroyed the epoch that the newer store needs.
  EXPECT_TRUE(fs::exists(EpochFile(2)));
}

TEST_F(KeyringTest, TheEpochFileIsForItsOwnerOnly) {
  struct stat attributes;
  ASSERT_EQ(::stat(EpochFile(1).c_str(), &attributes), 0);
  EXPECT_EQ(attributes.st_mode & 0777, 0600u);
  Close();
  ASSERT_EQ(::chmod(EpochFile(1).c_str(), 0640), 0);
  EXPECT_EQ(TryOpen().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(KeyringTest, AMissingOrForeignEpochFileIsNeverReplaced) {
  Seal(1, "words");
  Close();
  fs::rename(EpochFile(1), folder_ / "taken");
  EXPECT_EQ(TryOpen().code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(fs::exists(EpochFile(1)));
  std::ofstream(EpochFile(1)) << std::string(32, 'x');
  fs::permissions(EpochFile(1), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(TryOpen().code(), absl::StatusCode::kDataLoss);
  fs::rename(folder_ / "taken", EpochFile(1));
  EXPECT_TRUE(TryOpen().ok());
}

TEST_F(KeyringTest, AnEpochFileWithoutItsStoreIsNeverWrittenOver) {
  const Sealed sealed = Seal(1, "words");
  Close();
  fs::rename(folder_ / "keyring/store", folder_ / "taken");
  Open();
  Close();
  fs::remove_all(folder_ / "keyring/store");
  fs::rename(folder_ / "taken", folder_ / "keyring/store");
  Open();
  EXPECT_EQ(Read(1, sealed).value(), "words");
}

TEST_F(KeyringTest, WorksWithoutADisk) {
  Close();
  const std::unique_ptr<rocksdb::Env> memory(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  Open(memory.get());
  const Sealed sealed = Seal(1, "words");
  ASSERT_TRUE(keyring_->Destroy(Plan(2)).ok());
  Open(memory.get());
  EXPECT_EQ(Read(1, sealed).value(), "words");
  Close();
}

TEST_F(KeyringTest, K1AKeyIsOnDiskBeforeAnythingIsSealedUnderIt) {
  PowerCutDisk disk;
  Close();
  Open(disk.env());
  const Sealed sealed = Seal(1, "words");
  disk.Cut();
  Close();
  disk.Restore();
  Open(disk.env());
  EXPECT_EQ(Read(1, sealed).value(), "words");
  Close();
}

TEST_F(KeyringTest, K3APowerCutAtAnySyncLeavesTheKeyUsableOrGone) {
  Close();
  bool gone = false;
  int cuts = 0;
  for (int sync = 1; !gone; ++sync, ++cuts) {
    SCOPED_TRACE(sync);
    fs::remove_all(folder_ / "keyring");
    PowerCutDisk disk;
    Open(disk.env());
    const Sealed erased = Seal(1, "erased");
    const Sealed kept = Seal(2, "kept");
    disk.CutAtSync(sync);
    const bool confirmed = keyring_->Destroy(Plan(1)).ok();
    Close();
    disk.Restore();
    Open(disk.env());
    const absl::StatusOr<std::string> read = Read(1, erased);
    EXPECT_TRUE(read.ok() || IsKeyDestroyed(read.status())) << read.status();
    EXPECT_FALSE(confirmed && read.ok());
    EXPECT_EQ(Read(2, kept).value(), "kept");
    ASSERT_TRUE(keyring_->Destroy(Plan(1)).ok());
    EXPECT_TRUE(IsKeyDestroyed(Read(1, erased).status()));
    EXPECT_EQ(Read(2, kept).value(), "kept");
    gone = confirmed;
    Close();
    ASSERT_LT(sync, 50);
  }
  EXPECT_GE(cuts, 4);  // The file, its name, the store, the old file's name.
}

TEST_F(KeyringTest, K5AFailedWriteEndsAllWritingAndLosesNoKey) {
  PowerCutDisk disk;
  Close();
  Open(disk.env());
  const Sealed sealed = Seal(1, "words");
  disk.FailSyncs();
  EXPECT_EQ(keyring_->KeyFor(Plan(2)).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(keyring_->Destroy(Plan(1)).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Read(1, sealed).value(), "words");
  Close();
  disk.Restore();
  Open(disk.env());
  EXPECT_EQ(Read(1, sealed).value(), "words");
  Close();
}

// A write whose sync failed may be on disk all the same, and then the store already names the new
// epoch. To write that epoch's file again, with another key, would lose every key there is.
TEST_F(KeyringTest, K5ADestructionThatFailedIsNotTriedAgainBeforeTheStoreIsReopened) {
  PowerCutDisk disk;
  Close();
  Open(disk.env());
  Seal(1, "erased");
  const Sealed kept = Seal(2, "kept");
  disk.FailSyncs(3);  // The new file and its name are synced, the store is not.
  EXPECT_EQ(keyring_->Destroy(Plan(1)).code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(fs::exists(EpochFile(2)));
  disk.Heal();
  EXPECT_EQ(keyring_->Destroy(Plan(1)).code(), absl::StatusCode::kUnavailable);
  Open();
  EXPECT_EQ(Read(2, kept).value(), "kept");
  EXPECT_TRUE(keyring_->Destroy(Plan(1)).ok());
  EXPECT_EQ(Read(2, kept).value(), "kept");
}

TEST_F(KeyringTest, OpenedToBeReadItChangesNoByteAndMakesAndDestroysNoKey) {
  const Sealed sealed = Seal(1, "words");
  Close();
  // What a crash left over is somebody else's to remove.
  fs::copy(EpochFile(1), EpochFile(2));
  const auto files = [&] {
    std::map<std::string, std::string> all;
    for (const auto& item : fs::recursive_directory_iterator(folder_ / "keyring")) {
      if (!item.is_regular_file()) continue;
      std::ifstream file(item.path(), std::ios::binary);
      all[item.path().string()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return all;
  };
  const auto before = files();
  keyring_ = Keyring::OpenToRead({.path = folder_ / "keyring"}).value();
  EXPECT_EQ(Read(1, sealed).value(), "words");
  EXPECT_EQ(keyring_->KeyFor(Plan(1)).value().bytes(), sealed.key_id);
  EXPECT_TRUE(absl::IsUnavailable(keyring_->KeyFor(Plan(2)).status()));
  EXPECT_TRUE(absl::IsUnavailable(keyring_->Destroy(Plan(1))));
  EXPECT_TRUE(absl::IsUnavailable(keyring_->Destroy(Plan(2))));
  Close();
  EXPECT_EQ(files(), before);
  Open();
  EXPECT_EQ(Read(1, sealed).value(), "words");
}

TEST_F(KeyringTest, ThatWasNeverBegunIsNotMadeByReading) {
  Close();
  EXPECT_TRUE(absl::IsNotFound(Keyring::OpenToRead({.path = folder_ / "nowhere"}).status()));
  EXPECT_FALSE(fs::exists(folder_ / "nowhere"));
  fs::remove(EpochFile(1));
  EXPECT_TRUE(absl::IsDataLoss(Keyring::OpenToRead({.path = folder_ / "keyring"}).status()));
}

}  // namespace
}  // namespace countersign::storage
