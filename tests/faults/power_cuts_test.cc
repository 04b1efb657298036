// (b) Power cuts at every call that changes the disk, and (d) a disk that fails at every one of
// them while the power stays on.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/faults/dice.h"
#include "tests/faults/ledger.h"
#include "tests/faults/sizes.h"
#include "tests/faults/store.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::faults {
namespace {

namespace fs = std::filesystem;
using storage::PowerCutDisk;

// Requests before the fault strikes, and after it.
constexpr uint32_t kBefore = 24;
constexpr uint32_t kAfter = 30;

class FaultyDisk : public testing::Test {
 protected:
  // A new disk and no store on it.
  void Begin() {
    store_.reset();
    fs::remove_all(paths_.root);
    disk_ = std::make_unique<PowerCutDisk>();
    ledger_ = Ledger();
  }
  void TearDown() override { store_.reset(); }

  absl::Status Open() {
    store_.reset();
    absl::StatusOr<std::unique_ptr<Store>> opened = Store::Open(paths_, disk_->env());
    if (opened.ok()) store_ = *std::move(opened);
    return opened.status();
  }

  // Counts the calls of a start and of the work, with nothing going wrong.
  void CountCalls() {
    Begin();
    ASSERT_TRUE(Open().ok());
    calls_of_start_ = disk_->calls();
    ASSERT_TRUE(Work(*store_, ledger_, 0, kBefore).ok());
    store_.reset();
    ASSERT_EQ(ledger_.acknowledged().size(), kBefore);
    calls_ = disk_->calls();
    ASSERT_GT(calls_, calls_of_start_ + static_cast<int>(kBefore));
  }

  // The call at which fault `i` of `count` strikes. Every other one strikes amid the work, the
  // others anywhere; each half goes over all of its calls in turn, or is spread over them.
  int CallOf(int64_t i, int64_t count) const {
    const int first = i % 2 == 0 ? 0 : calls_of_start_;
    const int64_t range = calls_ - first;
    const int64_t half = (count + 1) / 2;
    return 1 + first + static_cast<int>(half >= range ? i / 2 % range : i / 2 * range / half);
  }

  // The store opens again and keeps its word; the rest of the work can be done, and is kept too.
  void ExpectWordKept() {
    const absl::Status opened = Open();
    ASSERT_TRUE(opened.ok()) << opened;
    EXPECT_EQ(InLines(ledger_.BrokenBy(*store_)), "");
    const absl::StatusOr<std::optional<storage::Checkpoint>> anchor = store_->anchor();
    ASSERT_TRUE(anchor.ok() && anchor->has_value()) << anchor.status();
    const absl::Status anchored = ledger_.Signed((*anchor)->head);
    EXPECT_TRUE(anchored.ok()) << anchored;
    const absl::Status worked = Work(*store_, ledger_, 0, kAfter);
    EXPECT_TRUE(worked.ok()) << worked;
    EXPECT_EQ(ledger_.acknowledged().size(), kAfter);
    EXPECT_EQ(InLines(ledger_.BrokenBy(*store_)), "");
    store_.reset();
  }

  storage::ScratchFolder folder_;
  const StorePaths paths_{folder_ / "store"};
  std::unique_ptr<PowerCutDisk> disk_;
  std::unique_ptr<Store> store_;  // Goes before its disk.
  Ledger ledger_;
  int calls_of_start_ = 0;
  int calls_ = 0;
};

class PowerCuts : public FaultyDisk {};

TEST_F(PowerCuts, LoseNothingThatWasAcknowledgedAndNeverMakeTheLogContradictItself) {
  Figure figure("power cuts");
  const int64_t cuts = SizeOf("CUTS", 120);
  ASSERT_NO_FATAL_FAILURE(CountCalls());
  Dice dice(Seed());
  int64_t behind = 0;
  for (int64_t cut = 0; cut < cuts && !HasFailure(); ++cut) {
    const int at = CallOf(cut, cuts);
    const size_t torn_bytes = dice.Chance(40) ? 0 : dice.Below(700);
    const auto names =
        dice.Chance(50) ? PowerCutDisk::Names::kForgotten : PowerCutDisk::Names::kKept;
    SCOPED_TRACE(absl::StrCat("cut ", cut, " at call ", at, ", ", torn_bytes, " bytes torn, names ",
                              names == PowerCutDisk::Names::kKept ? "kept" : "forgotten"));
    Begin();
    disk_->CutAtCall(at);
    absl::Status worked = Open();
    if (worked.ok()) worked = Work(*store_, ledger_, 0, kBefore);
    EXPECT_FALSE(absl::IsDataLoss(worked)) << worked;
    if (ledger_.acknowledged().size() < kBefore) ++behind;
    disk_->Cut();
    store_.reset();
    disk_->Restore(torn_bytes, names);
    ExpectWordKept();
    ++figure.tried;
  }
  // Most cuts must come in the middle of the work, or they show little.
  EXPECT_GT(behind, cuts / 2);
  figure.outcome = absl::StrCat(calls_, " calls, ", behind, " cuts amid the work");
}

class FailingDisk : public FaultyDisk {
 protected:
  // Works while the disk fails, and holds the store to it: what could not be made safe is never
  // acknowledged, nor anything after it, and what stands can be read.
  void WorkOnAFailingDisk(bool for_good) {
    if (!Open().ok()) return;
    const std::optional<std::string> failed_at_start = disk_->failed_path();
    const absl::Status worked = Work(*store_, ledger_, 0, kBefore);
    EXPECT_FALSE(absl::IsDataLoss(worked)) << worked;
    // RocksDB opens without what it can do without: a copy of its options, a log for people. What
    // was acknowledged all the same has to survive the power.
    if (failed_at_start.has_value()) {
      ++survived_at_start_[failed_at_start->substr(paths_.root.size())];
      return;
    }
    const std::optional<std::string> failed = disk_->failed_path();
    if (!failed.has_value()) return;
    ++struck_amid_work_;
    if (failed->starts_with(paths_.journal())) ExpectWritingToHaveStopped();
    // While everything fails, the journal does too.
    if (!for_good && failed->starts_with(fs::path(paths_.anchor()).parent_path().string())) {
      ExpectSigningToHaveStopped();
    }
    EXPECT_TRUE(store_->journal().Verify().ok()) << store_->journal().Verify();
    for (const auto& [size, root] : ledger_.signed_heads()) {
      EXPECT_EQ(store_->journal().RootOf(size).value(), root);
    }
  }

  void ExpectWritingToHaveStopped() {
    const storage::Head head = store_->journal().head();
    const absl::StatusOr<storage::AppendReceipt> answer = store_->journal().Append(PlainRequest());
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnavailable)
        << "acknowledged after a failure of " << *disk_->failed_path();
    EXPECT_EQ(store_->journal().head(), head);
  }

  void ExpectSigningToHaveStopped() {
    const absl::StatusOr<storage::AppendReceipt> answer = store_->journal().Append(PlainRequest());
    ASSERT_TRUE(answer.ok()) << "the journal goes on: " << answer.status();
    EXPECT_EQ(store_->checkpointer().Await(answer->head.size).status().code(),
              absl::StatusCode::kUnavailable);
  }

  int64_t struck_amid_work_ = 0;
  std::map<std::string, int64_t> survived_at_start_;  // By path.

  static storage::AppendRequest PlainRequest() {
    storage::AppendRequest request;
    request.events.push_back({.stream = {storage::StreamType::kSchool, storage::Id({9})},
                              .event_type = "calendar_published",
                              .key_id = "",
                              .payload = "after the fault",
                              .content_commitment = "",
                              .caused_by = {}});
    return request;
  }
};

TEST_F(FailingDisk, NeverMakesAnAcknowledgementOfWhatItDidNotKeep) {
  Figure figure("failing writes and syncs");
  const int64_t failures = SizeOf("FAILURES", 120);
  ASSERT_NO_FATAL_FAILURE(CountCalls());
  Dice dice(Seed() + 1);
  int64_t struck = 0;
  for (int64_t i = 0; i < failures && !HasFailure(); ++i) {
    const int at = CallOf(i, failures);
    const PowerCutDisk::Failure failure{.is_full = dice.Chance(50),
                                        .for_good = dice.Chance(50),
                                        .bytes_written = dice.Chance(50) ? dice.Below(200) : 0};
    const bool power_goes = dice.Chance(50);
    SCOPED_TRACE(absl::StrCat("failure ", i, " at call ", at, failure.is_full ? " full" : " EIO",
                              failure.for_good ? " for good, " : " once, ", failure.bytes_written,
                              " bytes written", power_goes ? ", then the power goes" : ""));
    Begin();
    disk_->FailAtCall(at, failure);
    WorkOnAFailingDisk(failure.for_good);
    if (disk_->failed_path().has_value()) ++struck;
    if (power_goes) disk_->Cut();
    store_.reset();
    if (power_goes) {
      disk_->Restore(dice.Below(300));
    } else {
      disk_->RestoreAll();
    }
    ExpectWordKept();
    ++figure.tried;
  }
  EXPECT_GT(struck, failures * 9 / 10);
  EXPECT_GT(struck_amid_work_, failures / 4);
  figure.outcome = absl::StrCat(calls_, " calls, ", struck, " struck, ", struck_amid_work_,
                                " amid the work; a start did without:");
  for (const auto& [path, times] : survived_at_start_) {
    absl::StrAppend(&figure.outcome, " ", path, " ", times);
  }
}

}  // namespace
}  // namespace countersign::faults
