// The files of the keys that sign the journal's heads.
#include "storage/signing/log_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class LogKeyFiles : public testing::Test {
 protected:
  LogKeys Keys(rocksdb::Env* env = rocksdb::Env::Default()) {
    return LogKeys({.path = path_, .env = env, .random = [this](absl::Span<uint8_t> bytes) {
                      for (uint8_t& byte : bytes) byte = ++drawn_;
                    }});
  }
  VerifierKey Made(const LogKeys& keys) { return keys.Make("log.example/x").value()->verifier(); }

  ScratchFolder folder_;
  const std::string path_ = folder_ / "keys";
  uint8_t drawn_ = 0;
};

TEST_F(LogKeyFiles, AreFoundAgainByTheirPublicHalf) {
  const LogKeys keys = Keys();
  const VerifierKey first = Made(keys);
  const VerifierKey second = Made(keys);
  EXPECT_NE(first, second);
  for (const VerifierKey& key : {first, second}) {
    EXPECT_EQ(keys.Find(key).value()->verifier(), key);
    EXPECT_EQ(keys.Find(key).value()->SignatureLine("text\n"),
              Keys().Find(key).value()->SignatureLine("text\n"));
  }
}

TEST_F(LogKeyFiles, AreTheSeedAloneForTheirOwnerAlone) {
  const VerifierKey key = Made(Keys());
  EXPECT_EQ(fs::file_size(path_ + "/log-1.key"), 32u);
  EXPECT_EQ(fs::status(path_ + "/log-1.key").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  std::array<uint8_t, 32> seed;
  for (uint8_t i = 0; i < 32; ++i) seed[i] = i + 1;
  EXPECT_EQ(SignatureKey("log.example/x", seed).verifier(), key);
}

TEST_F(LogKeyFiles, AreNumberedAfterTheLast) {
  const LogKeys keys = Keys();
  Made(keys);
  Made(keys);
  fs::remove(path_ + "/log-1.key");
  Made(keys);
  EXPECT_TRUE(fs::exists(path_ + "/log-3.key"));
  EXPECT_FALSE(fs::exists(path_ + "/log-1.key"));
}

TEST_F(LogKeyFiles, ThatAreMissingAreNamed) {
  const LogKeys keys = Keys();
  const VerifierKey key = SignatureKey("log.example/x", {9}).verifier();
  const absl::Status without_folder = keys.Find(key).status();
  EXPECT_EQ(without_folder.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(without_folder.message()),
              AllOf(HasSubstr(ToString(key)), HasSubstr(path_)));
  Made(keys);
  std::ofstream(path_ + "/log-2.key") << "short";
  std::ofstream(path_ + "/log-3.key") << std::string(33, 'x');
  fs::permissions(path_ + "/log-2.key", fs::perms::owner_read);
  fs::permissions(path_ + "/log-3.key", fs::perms::owner_read);
  const absl::Status missing = keys.Find(key).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()),
              AllOf(HasSubstr("log-1.key"), HasSubstr("log-2.key (damaged"),
                    HasSubstr("log-3.key (damaged")));
}

TEST_F(LogKeyFiles, ThatOthersMayUseAreRefused) {
  const LogKeys keys = Keys();
  const VerifierKey key = Made(keys);
  for (const fs::perms mode : {fs::perms::group_read, fs::perms::others_read,
                               fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(path_ + "/log-1.key", fs::perms::owner_read | fs::perms::owner_write | mode);
    const absl::Status refused = keys.Find(key).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(refused.message()),
                AllOf(HasSubstr("log-1.key"), HasSubstr("mode 600")));
  }
}

// Whatever its mode: nobody could mend that.
TEST_F(LogKeyFiles, ThatAreFoldersOrPipesAreSaidToBeNoFiles) {
  const LogKeys keys = Keys();
  const VerifierKey key = Made(keys);
  fs::remove(path_ + "/log-1.key");
  fs::create_directory(path_ + "/log-1.key");
  absl::Status refused = keys.Find(key).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("log-1.key is a folder, not a file"));
  fs::remove(path_ + "/log-1.key");
  ASSERT_EQ(::mkfifo((path_ + "/log-1.key").c_str(), 0600), 0);
  refused = keys.Find(key).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("log-1.key is a pipe"));
}

TEST_F(LogKeyFiles, ThatNobodyAsksForStandInNobodysWay) {
  const LogKeys keys = Keys();
  const VerifierKey key = Made(keys);
  const VerifierKey other = Made(keys);
  const fs::perms everybody = fs::perms::owner_all | fs::perms::group_all | fs::perms::others_all;
  fs::permissions(path_ + "/log-2.key", everybody);
  std::ofstream(path_ + "/log-9.key") << "stray";
  std::ofstream(path_ + "/log-08.key") << "a number nobody spells so";
  fs::create_directory(path_ + "/log-10.key");
  ASSERT_EQ(::mkfifo((path_ + "/log-11.key").c_str(), 0666), 0);
  const auto found = keys.Find(key);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ((*found)->verifier(), key);
  // Asked for, it is held to what it must be.
  EXPECT_TRUE(absl::IsFailedPrecondition(keys.Find(other).status()));
}

TEST_F(LogKeyFiles, OfAnotherNameAreNotFound) {
  const LogKeys keys = Keys();
  VerifierKey key = Made(keys);
  key.type = SignatureType::kCosignature;
  EXPECT_EQ(keys.Find(key).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LogKeyFiles, CutAtAnyCallAreThereWholeWhenTheyWereGiven) {
  int cuts = 0;
  for (int call = 1;; ++call) {
    SCOPED_TRACE(call);
    fs::remove_all(path_);
    PowerCutDisk disk;
    disk.CutAtCall(call);
    const absl::StatusOr<std::unique_ptr<SignatureKey>> made =
        Keys(disk.env()).Make("log.example/x");
    const bool survived = !disk.is_cut();
    disk.Cut();
    disk.Restore();
    if (made.ok()) {
      EXPECT_EQ(Keys().Find((*made)->verifier()).value()->verifier(), (*made)->verifier());
    } else {
      EXPECT_EQ(made.status().code(), absl::StatusCode::kUnavailable);
    }
    // What a cut left behind does not stand in the way.
    const VerifierKey next = Made(Keys());
    EXPECT_TRUE(Keys().Find(next).ok());
    if (survived) break;
    ++cuts;
  }
  EXPECT_EQ(cuts, 6);  // The folder's parent, a new file, its bytes, sync, name, the folder.
}

}  // namespace
}  // namespace countersign::storage
