// (c) Every single byte of a small complete store changed, one at a time, the store then opened,
// read whole and compared with what was written. Either the damage is found, or every answer is the
// same as before. Never a wrong answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/end_to_end/child.h"
#include "tests/faults/dice.h"
#include "tests/faults/sizes.h"
#include "tests/faults/small_store.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::faults {
namespace {

namespace fs = std::filesystem;

constexpr int kThreads = 2;
constexpr size_t kLeastBytes = 64 << 10;
// Longer than the last record of a log: a signed note and its row.
constexpr size_t kTailBytes = 500;
// As many as one program judges.
constexpr size_t kBitsAtOnce = 300;
// 128 + SIGABRT: how RocksDB ends a program that met damage it did not think of.
constexpr int kAborted = 128 + 6;

// The files of a store in their groups, for the table.
std::string KindOf(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  for (const char* kind : {"MANIFEST", "CURRENT", "IDENTITY", "LOG", "epoch", "anchor"}) {
    if (absl::StartsWith(name, kind)) return kind;
  }
  const std::string extension = fs::path(path).extension().string();
  return extension.empty() ? name : extension;
}

class Flips : public testing::Test {
 protected:
  void SetUp() override {
    Files files;
    ASSERT_NO_FATAL_FAILURE(SmallStore::Make(files));
    for (const auto& [path, bytes] : files) {
      const std::string place = folder_ / path.substr(1);
      fs::create_directories(fs::path(place).parent_path());
      std::ofstream(place, std::ios::binary) << bytes;
    }
    store_.emplace(std::move(files));
    ASSERT_GE(store_->bytes(), kLeastBytes);
  }

  // Judges each of these bits, on all threads.
  void JudgeAll(const std::vector<size_t>& bits) {
    std::atomic<size_t> next = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        for (size_t i = next.fetch_add(kBitsAtOnce); i < bits.size();
             i = next.fetch_add(kBitsAtOnce)) {
          const auto end = std::min(bits.size(), i + kBitsAtOnce);
          JudgeSome(
              {bits.begin() + static_cast<int64_t>(i), bits.begin() + static_cast<int64_t>(end)});
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  // In programs of their own: one that ends at a bit is followed by one that goes on behind it.
  void JudgeSome(std::vector<size_t> bits) {
    while (!bits.empty()) {
      std::vector<std::string> words = {folder_ / "store"};
      for (const size_t bit : bits) words.push_back(absl::StrCat(bit));
      const end_to_end::Ran ran =
          end_to_end::Run({.path = BIN_DIR "/faults_flipper", .words = words, .environment = {}});
      const std::vector<std::string> lines = absl::StrSplit(ran.out, '\n', absl::SkipEmpty());
      const std::lock_guard guard(lock_);
      for (size_t i = 0; i < lines.size(); ++i) TakeDown(bits[i], lines[i]);
      if (ran.code == 0) {
        EXPECT_EQ(lines.size(), bits.size());
        return;
      }
      if (ran.code != kAborted || lines.size() >= bits.size()) {
        ADD_FAILURE() << "ended with " << ran.code << " after " << lines.size() << ": " << ran.err;
        return;
      }
      ++tried_;
      ++ended_;
      bits.erase(bits.begin(), bits.begin() + static_cast<int64_t>(lines.size()) + 1);
    }
  }

  void TakeDown(size_t bit, const std::string& line) {
    ++tried_;
    if (line == "found") {
      ++found_;
    } else if (line == "harmless") {
      ++harmless_[KindOf(store_->FileOf(bit))];
    } else {
      ADD_FAILURE() << store_->FileOf(bit) << ", bit " << bit << " of all: " << line;
    }
  }

  void Tell(Figure& figure) {
    figure.tried = tried_;
    figure.outcome = absl::StrCat(found_, " found, ", ended_, " ended the program");
    for (const auto& [kind, count] : harmless_) {
      absl::StrAppend(&figure.outcome, ", ", count, " harmless in ", kind);
    }
    absl::StrAppend(&figure.outcome, "; store of ", store_->bytes(), " bytes");
  }

  storage::ScratchFolder folder_;
  std::optional<SmallStore> store_;
  std::mutex lock_;  // Guards all below.
  int64_t tried_ = 0;
  int64_t found_ = 0;
  int64_t ended_ = 0;
  std::map<std::string, int64_t> harmless_;
};

TEST_F(Flips, OfAnyByteAreFoundOrChangeNothing) {
  Figure figure("flipped bytes");
  const auto flips = static_cast<size_t>(SizeOf("FLIPS", 300));
  std::vector<size_t> bits;
  if (flips >= store_->bytes()) {
    // One bit of each byte, another one from byte to byte.
    for (size_t byte = 0; byte < store_->bytes(); ++byte) bits.push_back(8 * byte + byte % 8);
  } else {
    Dice dice(Seed());
    for (size_t i = 0; i < flips; ++i) bits.push_back(dice.Below(8 * store_->bytes()));
  }
  JudgeAll(bits);
  Tell(figure);
  EXPECT_EQ(tried_, static_cast<int64_t>(bits.size()));
  // If nothing were read, nothing would be found.
  EXPECT_GT(found_, tried_ / 4);
}

// Where RocksDB takes damage for a write that was never finished, and drops a record in silence.
TEST_F(Flips, OfAnyBitAtTheEndOfLogAndManifestAreFoundOrChangeNothing) {
  Figure figure("flipped bits of last records");
  std::vector<size_t> bits;
  size_t end = 0;
  for (const auto& [path, bytes] : store_->files()) {
    end += bytes.size();
    const std::string kind = KindOf(path);
    if (kind != ".log" && kind != "MANIFEST") continue;
    for (size_t bit = 8 * (end - std::min(bytes.size(), kTailBytes)); bit < 8 * end; ++bit) {
      bits.push_back(bit);
    }
  }
  ASSERT_GT(bits.size(), 2 * 8 * kTailBytes);
  const auto flips = static_cast<size_t>(SizeOf("FLIPS", 300));
  Dice dice(Seed());
  while (bits.size() > flips) {
    std::swap(bits[dice.Below(bits.size())], bits.back());
    bits.pop_back();
  }
  JudgeAll(bits);
  Tell(figure);
  EXPECT_EQ(tried_, static_cast<int64_t>(bits.size()));
}

// The files that are a few bytes long, whole: chance would pass them by.
TEST_F(Flips, OfAnyBitOfTheAnchorAndTheKeysAreFound) {
  Figure figure("flipped bits of small files");
  const std::vector<size_t> bits = store_->BitsOfSmallFiles();
  ASSERT_GT(bits.size(), 100 * 8u);
  JudgeAll(bits);
  Tell(figure);
  EXPECT_EQ(found_, static_cast<int64_t>(bits.size()));
}

}  // namespace
}  // namespace countersign::faults
