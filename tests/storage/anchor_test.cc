// The anchor: what was signed last survives whatever happens to the machine, and a journal that
// lost or changed it is found out.
#include "storage/signing/anchor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "storage/errors.h"
#include "storage/merkle_tree.h"
#include "tests/storage/journal_fixtures.h"
#include "tests/storage/power_cut.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

Checkpoint Signed(uint64_t size) {
  return {.origin = "log.example/x", .head = {size, Sha256(std::to_string(size))}};
}

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void Put(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class Anchors : public testing::Test {
 protected:
  ScratchFolder folder_;
  const std::string path_ = folder_ / "another disk/last-signed";
  Anchor anchor_{path_, rocksdb::Env::Default()};
};

TEST_F(Anchors, AreNothingBeforeTheyAreWritten) { EXPECT_EQ(anchor_.Read().value(), std::nullopt); }

TEST_F(Anchors, HoldWhatWasWrittenLast) {
  for (const uint64_t size : {3u, 12u}) {
    ASSERT_TRUE(anchor_.Write(Signed(size)).ok());
    EXPECT_EQ(anchor_.Read().value(), Signed(size));
  }
}

// Opening a pipe would wait for ever, to read it as well as to write it.
TEST_F(Anchors, ThatArePipesAreRefused) {
  ASSERT_TRUE(anchor_.Write(Signed(3)).ok());
  ASSERT_EQ(::mkfifo((path_ + ".unfinished").c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsFailedPrecondition(anchor_.Write(Signed(4))));
  EXPECT_EQ(anchor_.Read().value(), Signed(3));
  fs::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsFailedPrecondition(anchor_.Read().status())) << anchor_.Read().status();
}

// PERSISTENT: this file is read for ever.
TEST_F(Anchors, AreWrittenAsTheHeaderSays) {
  ASSERT_TRUE(anchor_.Write({.origin = "log.example/x", .head = {7, EmptyRoot()}}).ok());
  EXPECT_EQ(BytesOf(path_),
            "log.example/x\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
            "6986502152613a2da08a3684c6d41156d8ac3981bc4c1011d65361d94cecd1e3\n");
}

TEST_F(Anchors, WithAnyByteChangedOrMissingAreDamaged) {
  ASSERT_TRUE(anchor_.Write(Signed(12)).ok());
  const std::string sound = BytesOf(path_);
  for (size_t at = 0; at < sound.size(); ++at) {
    std::string flipped = sound;
    flipped[at] ^= 1;
    Put(path_, flipped);
    EXPECT_EQ(anchor_.Read().status().code(), absl::StatusCode::kDataLoss) << at;
    Put(path_, sound.substr(0, at));
    EXPECT_EQ(anchor_.Read().status().code(), absl::StatusCode::kDataLoss) << at;
  }
  for (const std::string& longer : {sound + "\n", sound + sound, std::string(5000, 'x')}) {
    Put(path_, longer);
    EXPECT_EQ(anchor_.Read().status().code(), absl::StatusCode::kDataLoss);
  }
  Put(path_, sound);
  EXPECT_EQ(anchor_.Read().value(), Signed(12));
}

TEST_F(Anchors, CutAtAnyCallHoldTheNewOrTheOldAndWhatWasAnsweredStays) {
  int cuts = 0;
  for (int call = 1;; ++call) {
    SCOPED_TRACE(call);
    fs::remove_all(folder_ / "another disk");
    PowerCutDisk disk;
    Anchor anchor(path_, disk.env());
    ASSERT_TRUE(anchor.Write(Signed(1)).ok());
    disk.CutAtCall(call);
    const absl::Status written = anchor.Write(Signed(2));
    const bool survived = !disk.is_cut();
    disk.Cut();
    disk.Restore();
    const Checkpoint held = anchor.Read().value().value();
    if (written.ok()) {
      EXPECT_EQ(held, Signed(2));
    } else {
      EXPECT_EQ(written.code(), absl::StatusCode::kUnavailable);
      EXPECT_EQ(held, Signed(1));
    }
    // What a cut left behind does not stand in the way.
    ASSERT_TRUE(anchor.Write(Signed(3)).ok());
    EXPECT_EQ(anchor.Read().value(), Signed(3));
    if (survived) break;
    ++cuts;
  }
  EXPECT_EQ(cuts, 5);  // A new file, its bytes, its sync, its name, the folder's sync.
}

TEST_F(Anchors, ThatCannotBeSyncedAreNotAnswered) {
  PowerCutDisk disk;
  Anchor anchor(path_, disk.env());
  disk.FailSyncs(2);  // The folder is synced first, then the file.
  EXPECT_EQ(anchor.Write(Signed(1)).code(), absl::StatusCode::kUnavailable);
}

class JournalsAndAnchors : public JournalTest {
 protected:
  JournalsAndAnchors() {
    Open();
    for (int i = 0; i < 300; ++i) Wrote(Recording({Event(Plan(i % 3), std::to_string(i))}));
  }
  Checkpoint At(uint64_t size) {
    return {.origin = "log.example/x", .head = {size, journal_->RootOf(size).value()}};
  }
};

TEST_F(JournalsAndAnchors, AgreeAtEverySizeThatWasSigned) {
  for (const uint64_t size : {0u, 1u, 255u, 256u, 257u, 299u, 300u}) {
    EXPECT_TRUE(CheckAgainstAnchor(*journal_, At(size)).ok()) << size;
  }
}

TEST_F(JournalsAndAnchors, ThatAreLongerThanTheJournalTellBothSizesAndWhatToDo) {
  Checkpoint anchor = At(300);
  anchor.head.size = 317;
  const absl::Status behind = CheckAgainstAnchor(*journal_, anchor);
  EXPECT_EQ(behind.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(IsBehindAnchor(behind));
  EXPECT_THAT(std::string(behind.message()),
              AllOf(HasSubstr("has 300 entries"), HasSubstr("a head of 317"),
                    HasSubstr("17 signed entries"), HasSubstr(ToHex(anchor.head.root)),
                    HasSubstr("export"), HasSubstr("new epoch")));
}

TEST_F(JournalsAndAnchors, WithAnotherRootTellBoth) {
  Checkpoint anchor = At(200);
  anchor.head.root[31] ^= 1;
  const absl::Status other = CheckAgainstAnchor(*journal_, anchor);
  EXPECT_EQ(other.code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(IsBehindAnchor(other));
  EXPECT_THAT(std::string(other.message()),
              AllOf(HasSubstr(ToHex(anchor.head.root)), HasSubstr(ToHex(At(200).head.root))));
}

TEST_F(JournalsAndAnchors, OfTheEmptyTreeAgreeWithEveryJournal) {
  EXPECT_TRUE(
      CheckAgainstAnchor(*journal_, {.origin = "log.example/x", .head = {0, EmptyRoot()}}).ok());
}

}  // namespace
}  // namespace countersign::storage
