// A record that was never finished is dropped; one whose header was damaged is not.
#include "storage/torn_tail.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/env.h"
#include "storage/rocks.h"

namespace countersign::storage {
namespace {

const std::string kFolder = "/rows";
// Checksum 4 bytes, length 2, type 1.
constexpr size_t kHeaderBytes = 7;
constexpr size_t kLengthAt = 4;
constexpr size_t kTypeAt = 6;

class TornTail : public testing::Test {
 protected:
  // Two rows, each a record of the log of its own.
  void SetUp() override {
    auto rocks = Open();
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    for (const char* key : {"first", "second"}) {
      ASSERT_TRUE((*rocks)->db().Put(Synced(), key, std::string(100, 'x')).ok());
    }
    rocks->reset();
    std::vector<std::string> names;
    ASSERT_TRUE(env_->GetChildren(kFolder, &names).ok());
    for (const std::string& name : names) {
      if (absl::EndsWith(name, ".log") && absl::StrCat(kFolder, "/", name) > log_) {
        log_ = absl::StrCat(kFolder, "/", name);
      }
    }
    ASSERT_TRUE(rocksdb::ReadFileToString(env_.get(), log_, &sound_).ok());
    second_at_ = kHeaderBytes + static_cast<uint8_t>(sound_[kLengthAt]);
    ASSERT_EQ(sound_.size(), 2 * second_at_ + 1) << "the second key is a letter longer";
  }

  absl::StatusOr<std::unique_ptr<Rocks>> Open() {
    return Rocks::Open(kFolder, env_.get(), Rocks::Recovery::kRefuseDamage, {});
  }

  void Write(const std::string& bytes) {
    ASSERT_TRUE(rocksdb::WriteStringToFile(env_.get(), bytes, log_, true).ok());
  }

  bool Has(Rocks& rocks, const std::string& key) {
    std::string value;
    return rocks.db().Get(rocksdb::ReadOptions(), key, &value).ok();
  }

  const std::unique_ptr<rocksdb::Env> env_{rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::string log_;
  std::string sound_;
  size_t second_at_ = 0;
};

TEST_F(TornTail, OfARecordThatWasNeverFinishedIsDropped) {
  for (size_t bytes = second_at_; bytes < sound_.size(); bytes += 9) {
    Write(sound_.substr(0, bytes));
    EXPECT_TRUE(CheckTornTails(kFolder, env_.get()).ok()) << bytes;
  }
  Write(sound_.substr(0, sound_.size() - 1));
  auto rocks = Open();
  ASSERT_TRUE(rocks.ok()) << rocks.status();
  EXPECT_TRUE(Has(**rocks, "first"));
  EXPECT_FALSE(Has(**rocks, "second"));
}

TEST_F(TornTail, WithADamagedLengthIsRefusedAndNamed) {
  for (int bit = 0; bit < 16; ++bit) {
    std::string damaged = sound_;
    damaged[second_at_ + kLengthAt + bit / 8] ^= static_cast<char>(1 << bit % 8);
    Write(damaged);
    EXPECT_EQ(Open().status().code(), absl::StatusCode::kDataLoss) << bit;
  }
  std::string damaged = sound_;
  damaged[second_at_ + kLengthAt + 1] = 0x40;
  Write(damaged);
  const absl::Status refused = Open().status();
  EXPECT_EQ(refused.message(), absl::StrCat("The header of the record at byte ", second_at_, " of ",
                                            log_, " is damaged: its checksum fits another."));
}

TEST_F(TornTail, WithADamagedLengthAmidTheLogIsRefused) {
  std::string damaged = sound_;
  damaged[kLengthAt + 1] = 0x40;
  Write(damaged);
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(TornTail, WithADamagedTypeIsRefused) {
  for (int bit = 0; bit < 8; ++bit) {
    std::string damaged = sound_;
    damaged[second_at_ + kTypeAt] ^= static_cast<char>(1 << bit);
    Write(damaged);
    EXPECT_EQ(Open().status().code(), absl::StatusCode::kDataLoss) << bit;
  }
}

TEST_F(TornTail, OfTheManifestIsLookedAtToo) {
  std::string current;
  ASSERT_TRUE(rocksdb::ReadFileToString(env_.get(), kFolder + "/CURRENT", &current).ok());
  current.pop_back();
  log_ = absl::StrCat(kFolder, "/", current);
  ASSERT_TRUE(rocksdb::ReadFileToString(env_.get(), log_, &sound_).ok());
  sound_[kLengthAt + 1] = 0x40;
  Write(sound_);
  const absl::Status refused = CheckTornTails(kFolder, env_.get());
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(absl::StrContains(refused.message(), "/MANIFEST-")) << refused;
}

TEST_F(TornTail, OfWhatIsNoDatabaseIsNothingToLookAt) {
  EXPECT_TRUE(CheckTornTails("/nowhere", env_.get()).ok());
}

}  // namespace
}  // namespace countersign::storage
