// (a) kill -9 at every call that changes the disk, on either side of it, of a program that appends
// and signs on several threads.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/end_to_end/child.h"
#include "tests/faults/dice.h"
#include "tests/faults/ledger.h"
#include "tests/faults/sizes.h"
#include "tests/faults/store.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::faults {
namespace {

namespace fs = std::filesystem;

constexpr int kKilled = 128 + 9;
constexpr uint32_t kRequests = 24;
constexpr uint32_t kRequestsAfterwards = 30;

// What the program told before it died. A line that was cut off was not told.
void TakeDown(const std::string& told, Ledger& ledger, int64_t& calls) {
  std::vector<std::string> lines = absl::StrSplit(told, '\n');
  lines.pop_back();
  for (const std::string& line : lines) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words[0] == "calls") {
      ASSERT_TRUE(absl::SimpleAtoi(words[1].substr(0, words[1].size() - 1), &calls)) << line;
      continue;
    }
    std::vector<storage::Hash> hashes;
    for (size_t i = 2; i < words.size(); ++i) {
      hashes.push_back(storage::HashFromBytes(absl::HexStringToBytes(words[i])).value());
    }
    uint64_t number = 0;
    ASSERT_TRUE(absl::SimpleAtoi(words[1], &number)) << line;
    if (words[0] == "A") {
      storage::AppendReceipt receipt;
      for (const storage::Hash& leaf : hashes) {
        storage::AppendedEntry& entry = receipt.entries.emplace_back();
        entry.leaf_hash = leaf;
      }
      ledger.Acknowledged(static_cast<uint32_t>(number), receipt);
    } else {
      const absl::Status consistent = ledger.Signed({number, hashes.at(0)});
      EXPECT_TRUE(consistent.ok()) << consistent;
    }
  }
}

class Kills : public testing::Test {
 protected:
  end_to_end::Ran RunAppender(const std::string& folder, int64_t at, bool before) {
    return end_to_end::Run({.path = BIN_DIR "/faults_appender",
                            .words = {folder, std::to_string(at), before ? "before" : "after"},
                            .environment = {}});
  }

  // The store opens again and keeps its word; the work can be finished, and is kept too.
  void ExpectWordKept(const StorePaths& paths, Ledger& ledger) {
    const absl::StatusOr<std::unique_ptr<Store>> opened = Store::Open(paths, disk_.env());
    ASSERT_TRUE(opened.ok()) << opened.status();
    Store& store = **opened;
    EXPECT_EQ(InLines(ledger.BrokenBy(store)), "");
    const absl::Status anchored = ledger.Signed(store.anchor().value().value().head);
    EXPECT_TRUE(anchored.ok()) << anchored;
    const absl::Status worked = Work(store, ledger, 0, kRequestsAfterwards);
    EXPECT_TRUE(worked.ok()) << worked;
    EXPECT_EQ(ledger.acknowledged().size(), kRequestsAfterwards);
    EXPECT_EQ(InLines(ledger.BrokenBy(store)), "");
  }

  storage::ScratchFolder folder_;
  // Reads and writes the real folder, and does not wait for the real disk.
  storage::PowerCutDisk disk_;
};

TEST_F(Kills, LoseNothingThatWasAcknowledgedAndDoubleNothing) {
  Figure figure("kills at system calls");
  const int64_t kills = SizeOf("KILLS", 100);
  // The program begins with nothing, or with a store that was killed once amid its work.
  const std::string killed_before = folder_ / "killed-before";
  Ledger before;
  int64_t calls = 0;
  ASSERT_EQ(RunAppender(folder_ / "whole", 0, true).code, 0);
  {
    const end_to_end::Ran whole = RunAppender(folder_ / "counted", 0, true);
    TakeDown(whole.out, before, calls);
    ASSERT_EQ(before.acknowledged().size(), kRequests) << whole.out << whole.err;
    ASSERT_GT(calls, 100);
    before = Ledger();
    int64_t ignored = 0;
    const end_to_end::Ran amid = RunAppender(killed_before, calls * 3 / 4, false);
    ASSERT_EQ(amid.code, kKilled) << amid.err;
    TakeDown(amid.out, before, ignored);
  }
  int64_t died = 0;
  int64_t amid_work = 0;
  // The number of calls varies with the threads: some points are never reached, and others take
  // their turn.
  for (int64_t kill = 0; died < kills && kill < 2 * kills && !HasFailure(); ++kill) {
    const int64_t point =
        kills >= 2 * calls ? kill % (2 * calls) : kill * 2 * calls / kills % (2 * calls);
    const int64_t at = 1 + point / 2;
    const bool fresh = kill % 3 != 0;
    SCOPED_TRACE(absl::StrCat("kill ", kill, point % 2 == 0 ? " before" : " after", " call ", at,
                              fresh ? ", new store" : ", store killed once before"));
    const StorePaths paths(folder_ / "store");
    fs::remove_all(paths.root);
    Ledger ledger;
    if (!fresh) {
      fs::copy(killed_before, paths.root, fs::copy_options::recursive);
      ledger = before;
    }
    const end_to_end::Ran ran = RunAppender(paths.root, at, point % 2 == 0);
    ASSERT_TRUE(ran.code == kKilled || ran.code == 0) << ran.code << " " << ran.err;
    if (ran.code == kKilled) ++died;
    int64_t ignored = 0;
    TakeDown(ran.out, ledger, ignored);
    if (!ledger.acknowledged().empty() && ran.code == kKilled) ++amid_work;
    ExpectWordKept(paths, ledger);
  }
  figure.tried = died;
  EXPECT_EQ(died, kills);
  EXPECT_GT(amid_work, kills / 4);
  figure.outcome = absl::StrCat(calls, " calls, ", amid_work, " kills after an acknowledgement");
}

}  // namespace
}  // namespace countersign::faults
