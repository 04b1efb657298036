// The checkpointer: what is signed, when, in which order, and what a failure leaves behind.
#include "services/log/checkpointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/errors.h"
#include "storage/merkle_tree.h"
#include "storage/signing/ed25519.h"
#include "tests/storage/journal_fixtures.h"
#include "tests/storage/power_cut.h"
#include "tests/support/intervals.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;
using storage::Event;
using storage::Head;
using storage::Plan;
using storage::Recording;
using ::testing::HasSubstr;

constexpr char kOrigin[] = "log.example/x";
constexpr absl::StatusCode kUnavailable = absl::StatusCode::kUnavailable;
constexpr absl::StatusCode kUnauthenticated = absl::StatusCode::kUnauthenticated;

std::unique_ptr<storage::SignatureKey> LogKey(uint8_t seed = 1) {
  return std::make_unique<storage::SignatureKey>(kOrigin, std::array<uint8_t, 32>{seed});
}

// The bytes that this log signs for a head, and no other.
std::string NoteOf(const Head& head) {
  const std::string text = storage::CheckpointText({kOrigin, head});
  return absl::StrCat(text, "\n", LogKey()->SignatureLine(text));
}

class AWitness {
 public:
  AWitness(const std::string& name, uint8_t seed) : seed_{seed} {
    key_.name = name;
    key_.type = storage::SignatureType::kCosignature;
    key_.public_key = storage::Ed25519PublicKey(seed_);
  }
  const storage::VerifierKey& key() const { return key_; }
  // The note, cosigned.
  std::string Cosigned(const std::string& note, uint64_t seconds = 1'330'000'000) const {
    storage::SignedNote parsed = storage::ParseNote(note).value();
    std::string bytes;
    storage::AppendU64(seconds, bytes);
    bytes += storage::Ed25519Sign(
        seed_, absl::StrCat("cosignature/v1\ntime ", seconds, "\n", parsed.text));
    parsed.signatures.push_back({key_.name, key_.id(), bytes});
    return storage::ToString(parsed);
  }

 private:
  std::array<uint8_t, 32> seed_;
  storage::VerifierKey key_;
};

class ACheckpointer : public storage::JournalTest {
 protected:
  void OpenWith(int entries) {
    Open();
    Add(entries);
  }
  void Add(int entries) {
    for (int i = 0; i < entries; ++i) Wrote(Recording({Event(Plan(i % 3))}));
  }
  Head HeadAt(uint64_t size) { return {size, journal_->RootOf(size).value()}; }

  // Signs only when somebody waits.
  CheckpointerOptions OnDemand() {
    CheckpointerOptions options;
    options.interval = absl::InfiniteDuration();
    options.witnesses = {first_.key(), second_.key()};
    options.on_stopped = [this](const absl::Status& why) {
      const std::lock_guard guard(told_lock_);
      told_.push_back(why);
    };
    return options;
  }
  // The same, with a key whose time began there.
  CheckpointerOptions From(uint64_t size) {
    CheckpointerOptions options = OnDemand();
    options.from_size = size;
    return options;
  }
  storage::Anchor AnAnchor(rocksdb::Env* env = rocksdb::Env::Default()) {
    return storage::Anchor(folder_ / "elsewhere/anchor", env);
  }
  absl::Status TryStart(CheckpointerOptions options, rocksdb::Env* anchor_env) {
    checkpointer_.reset();
    absl::StatusOr<std::unique_ptr<Checkpointer>> started =
        Checkpointer::Start(*journal_, LogKey(), AnAnchor(anchor_env), std::move(options));
    if (started.ok()) checkpointer_ = *std::move(started);
    return started.status();
  }
  void Start() {
    const absl::Status started = TryStart(OnDemand(), rocksdb::Env::Default());
    ASSERT_TRUE(started.ok()) << started;
  }
  void Restart() {
    checkpointer_.reset();
    Open();
    Start();
  }
  std::vector<absl::Status> Told() {
    const std::lock_guard guard(told_lock_);
    return told_;
  }

  const AWitness first_{"witness.example/w1", 11};
  const AWitness second_{"witness.example/w2", 12};
  std::mutex told_lock_;
  std::vector<absl::Status> told_;
  std::unique_ptr<Checkpointer> checkpointer_;  // Before the journal goes.
};

TEST_F(ACheckpointer, SignsTheHeadThatStandsFirst) {
  OpenWith(3);
  Start();
  const SignedHead newest = checkpointer_->Newest().value();
  EXPECT_EQ(newest.head, journal_->head());
  EXPECT_EQ(newest.note, NoteOf(journal_->head()));
  EXPECT_EQ(AnAnchor().Read().value().value(), (storage::Checkpoint{kOrigin, journal_->head()}));
  EXPECT_EQ(journal_->CheckpointOf(3).value(), newest.note);
}

TEST_F(ACheckpointer, SignsNothingOfAnEmptyJournal) {
  OpenWith(0);
  Start();
  EXPECT_FALSE(checkpointer_->Newest().has_value());
  for (const uint64_t size : {0u, 1u}) {
    EXPECT_EQ(checkpointer_->Await(size).status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(checkpointer_->Exactly(size).status().code(), absl::StatusCode::kOutOfRange);
  }
  EXPECT_EQ(AnAnchor().Read().value(), std::nullopt);
  Add(1);
  EXPECT_EQ(checkpointer_->Await(0).value().head.size, 1u);
}

TEST_F(ACheckpointer, SignsAtOnceWhatSomebodyWaitsFor) {
  OpenWith(1);
  Start();
  Add(2);
  EXPECT_EQ(checkpointer_->Newest().value().head.size, 1u);
  EXPECT_EQ(checkpointer_->Await(2).value().note, NoteOf(HeadAt(3)));
  EXPECT_EQ(checkpointer_->Newest().value().head.size, 3u);
  // And what is signed answers at once, whoever asks.
  Add(1);
  EXPECT_EQ(checkpointer_->Await(3).value().head.size, 3u);
}

TEST_F(ACheckpointer, AnswersEverybodyWhoWaits) {
  OpenWith(1);
  Start();
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([this] {
      for (int j = 0; j < 20; ++j) {
        const absl::StatusOr<storage::AppendReceipt> wrote =
            journal_->Append(Recording({Event(Plan(1))}));
        ASSERT_TRUE(wrote.ok()) << wrote.status();
        const uint64_t size = wrote->entries.back().position + 1;
        const absl::StatusOr<SignedHead> covering = checkpointer_->Await(size);
        ASSERT_TRUE(covering.ok()) << covering.status();
        EXPECT_GE(covering->head.size, size);
        EXPECT_EQ(covering->note, NoteOf(HeadAt(covering->head.size)));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(checkpointer_->Await(161).value().head.size, 161u);
}

TEST_F(ACheckpointer, TellsTheSizeToWhoAsksForMoreThanThereIs) {
  OpenWith(3);
  Start();
  for (const absl::Status& beyond :
       {checkpointer_->Await(4).status(), checkpointer_->Exactly(4).status()}) {
    EXPECT_EQ(beyond.code(), absl::StatusCode::kOutOfRange);
    EXPECT_THAT(std::string(beyond.message()), HasSubstr("3 entries"));
  }
}

TEST_F(ACheckpointer, SignsOnceAnIntervalWhatNobodyWaitsFor) {
  OpenWith(1);
  Intervals intervals;
  CheckpointerOptions options = OnDemand();
  options.interval = absl::Seconds(1);
  options.wait = intervals.Wait();
  ASSERT_TRUE(TryStart(std::move(options), rocksdb::Env::Default()).ok());
  Add(2);
  EXPECT_EQ(checkpointer_->Newest().value().head.size, 1u);
  intervals.Pass();
  EXPECT_EQ(checkpointer_->Newest().value().head.size, 3u);
  EXPECT_EQ(intervals.asked_for(), absl::Seconds(1));
  Add(1);
  EXPECT_EQ(checkpointer_->Newest().value().head.size, 3u);
  intervals.Pass();
  EXPECT_EQ(checkpointer_->Newest().value().head.size, 4u);
  intervals.Pass();
  EXPECT_EQ(checkpointer_->Newest().value().head.size, 4u);
  intervals.End();
  checkpointer_.reset();
}

TEST_F(ACheckpointer, GivesTheSameBytesForASizeEachTime) {
  OpenWith(9);
  Start();
  for (const uint64_t size : {1u, 4u, 8u, 9u}) {
    EXPECT_EQ(checkpointer_->Exactly(size).value().note, NoteOf(HeadAt(size)));
    EXPECT_EQ(checkpointer_->Exactly(size).value().note, NoteOf(HeadAt(size)));
  }
  Add(1);
  // A head that nobody asked for when it stood.
  Add(1);
  EXPECT_EQ(checkpointer_->Exactly(10).value().note, NoteOf(HeadAt(10)));
  Restart();
  EXPECT_EQ(checkpointer_->Exactly(10).value().note, NoteOf(HeadAt(10)));
  EXPECT_EQ(checkpointer_->Exactly(11).value().note, NoteOf(HeadAt(11)));
}

TEST_F(ACheckpointer, KeepsWhatAnEarlierEpochSigned) {
  OpenWith(5);
  const std::string text = storage::CheckpointText({"log.example/before", HeadAt(3)});
  const storage::SignatureKey before("log.example/before", {7});
  const std::string note = absl::StrCat(text, "\n", before.SignatureLine(text));
  ASSERT_TRUE(journal_->StoreCheckpoint(3, note).ok());
  ASSERT_TRUE(TryStart(From(5), rocksdb::Env::Default()).ok());
  EXPECT_EQ(checkpointer_->Exactly(3).value().note, note);
  EXPECT_EQ(checkpointer_->Stored(3).value().value().note, note);
  EXPECT_EQ(journal_->CheckpointOf(3).value(), note);
}

TEST_F(ACheckpointer, SignsNothingOfTheTimeBeforeItsKey) {
  OpenWith(9);
  for (const uint64_t size : {2u, 5u}) {
    ASSERT_TRUE(journal_->StoreCheckpoint(size, NoteOf(HeadAt(size))).ok());
  }
  ASSERT_TRUE(TryStart(From(7), rocksdb::Env::Default()).ok());
  for (const auto& [size, nearest] : std::map<uint64_t, std::string>{
           {1, "have 2 entries"}, {3, "2 and 5"}, {4, "2 and 5"}, {6, "5 and 9"}}) {
    const absl::Status refused = checkpointer_->Exactly(size).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << size;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(nearest));
    EXPECT_EQ(journal_->CheckpointOf(size).value(), std::nullopt) << size;
    EXPECT_EQ(checkpointer_->Stored(size).value(), std::nullopt) << size;
    // Not even when somebody brings what this key signed of that time.
    EXPECT_EQ(checkpointer_->AddCosignature(first_.Cosigned(NoteOf(HeadAt(size)))).code(),
              kUnauthenticated);
    EXPECT_EQ(journal_->CheckpointOf(size).value(), std::nullopt) << size;
  }
  EXPECT_EQ(checkpointer_->Exactly(5).value().note, NoteOf(HeadAt(5)));
  EXPECT_EQ(checkpointer_->Exactly(7).value().note, NoteOf(HeadAt(7)));
  EXPECT_EQ(checkpointer_->Exactly(10).status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(ACheckpointer, GivesNoStoredNoteThatIsNotOfThisTree) {
  OpenWith(5);
  Head other = HeadAt(3);
  other.root[0] ^= 1;
  Start();
  ASSERT_TRUE(journal_->StoreCheckpoint(3, NoteOf(other)).ok());
  EXPECT_EQ(checkpointer_->Stored(3).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ACheckpointer, RefusesToStartWithANoteThatIsNotOfThisTree) {
  OpenWith(5);
  Head other = HeadAt(5);
  other.root[0] ^= 1;
  ASSERT_TRUE(journal_->StoreCheckpoint(5, NoteOf(other)).ok());
  EXPECT_EQ(TryStart(OnDemand(), rocksdb::Env::Default()).code(), absl::StatusCode::kDataLoss);
}

TEST_F(ACheckpointer, RefusesToStartBehindItsAnchor) {
  OpenWith(5);
  Head later = HeadAt(5);
  later.size = 6;
  ASSERT_TRUE(AnAnchor().Write({kOrigin, later}).ok());
  const absl::Status behind = TryStart(OnDemand(), rocksdb::Env::Default());
  EXPECT_TRUE(storage::IsBehindAnchor(behind)) << behind;
  EXPECT_EQ(journal_->CheckpointOf(5).value(), std::nullopt);
}

TEST_F(ACheckpointer, RefusesToStartWithoutAPlaceForItsAnchor) {
  OpenWith(5);
  storage::PowerCutDisk disk;
  disk.FailSyncs();
  EXPECT_EQ(TryStart(OnDemand(), disk.env()).code(), kUnavailable);
  EXPECT_EQ(journal_->CheckpointOf(5).value(), std::nullopt);
}

TEST_F(ACheckpointer, WhoseAnchorCannotBeSyncedStopsSigningAndNothingElse) {
  OpenWith(3);
  storage::PowerCutDisk disk;
  ASSERT_TRUE(TryStart(OnDemand(), disk.env()).ok());
  disk.FailSyncs();
  Add(1);
  const absl::Status refused = checkpointer_->Await(4).status();
  EXPECT_EQ(refused.code(), kUnavailable);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("Nothing is signed"));
  // A sync that failed is not tried again, even if the disk is well.
  disk.Heal();
  const int syncs = disk.syncs();
  Add(1);
  EXPECT_EQ(checkpointer_->Await(5).status().code(), kUnavailable);
  EXPECT_EQ(checkpointer_->Exactly(4).status().code(), kUnavailable);
  EXPECT_EQ(checkpointer_->Exactly(2).status().code(), kUnavailable);
  EXPECT_EQ(disk.syncs(), syncs);
  // What was signed is still told, and the journal goes on.
  EXPECT_EQ(checkpointer_->Newest().value().note, NoteOf(HeadAt(3)));
  EXPECT_EQ(checkpointer_->Exactly(3).value().note, NoteOf(HeadAt(3)));
  EXPECT_EQ(journal_->CheckpointOf(4).value(), std::nullopt);
  EXPECT_TRUE(journal_->Writable().ok());
  checkpointer_->Shutdown();
  ASSERT_EQ(Told().size(), 1u);
  EXPECT_EQ(Told()[0].code(), kUnavailable);
}

TEST_F(ACheckpointer, AnswersThoseWhoWaitWhenItIsShutDown) {
  OpenWith(1);
  Start();
  Add(1);
  // Keeps the checkpointer's thread busy with the answer to the first.
  std::promise<void> reached;
  std::promise<void> released;
  checkpointer_->Await(2, [&](const absl::StatusOr<SignedHead>& head) {
    EXPECT_TRUE(head.ok()) << head.status();
    reached.set_value();
    released.get_future().wait();
  });
  reached.get_future().wait();
  Add(1);
  std::promise<absl::Status> answered;
  checkpointer_->Await(
      3, [&](const absl::StatusOr<SignedHead>& head) { answered.set_value(head.status()); });
  std::thread stopping([this] { checkpointer_->Shutdown(); });
  // Answered here, so it is being shut down.
  const std::thread::id here = std::this_thread::get_id();
  for (auto refused_here = std::make_shared<std::atomic<bool>>(false); !*refused_here;) {
    checkpointer_->Await(3, [here, refused_here](const absl::StatusOr<SignedHead>&) {
      if (std::this_thread::get_id() == here) *refused_here = true;
    });
    std::this_thread::yield();
  }
  released.set_value();
  stopping.join();
  EXPECT_EQ(answered.get_future().get().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(checkpointer_->Await(3).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(checkpointer_->Await(2).value().head.size, 2u);
  EXPECT_TRUE(Told().empty());
}

// Everything that was told of the log, from one life of it to the next.
class Auditor {
 public:
  void Saw(const absl::StatusOr<SignedHead>& head) {
    if (!head.ok()) return;
    EXPECT_EQ(head->note, NoteOf(head->head));
    const auto known = roots_.emplace(head->head.size, head->head.root).first;
    EXPECT_EQ(known->second, head->head.root) << "two roots for " << head->head.size;
  }
  // Whatever was told is in the journal, and the anchor covers it.
  void Check(const storage::Journal& journal, const std::optional<storage::Checkpoint>& anchor) {
    for (const auto& [size, root] : roots_) {
      ASSERT_GE(journal.head().size, size);
      EXPECT_EQ(journal.RootOf(size).value(), root) << size;
      ASSERT_TRUE(anchor.has_value());
      EXPECT_GE(anchor->head.size, size);
    }
    if (anchor.has_value()) {
      const absl::Status held = storage::CheckAgainstAnchor(journal, *anchor);
      EXPECT_TRUE(held.ok()) << held;
    }
  }

 private:
  std::map<uint64_t, storage::Hash> roots_;
};

TEST_F(ACheckpointer, NeverSignsWhatAPowerCutCanTakeBackAtWhicheverCallItComes) {
  int cuts = 0;
  for (int call = 1;; ++call) {
    SCOPED_TRACE(call);
    fs::remove_all(options_.path);
    fs::remove_all(folder_ / "elsewhere");
    storage::PowerCutDisk disk;
    options_.env = disk.env();
    OpenWith(1);
    Auditor auditor;
    const auto live = [&] {
      if (!TryStart(OnDemand(), disk.env()).ok()) return;
      auditor.Saw(checkpointer_->Await(1));
      for (int i = 0; i < 3; ++i) {
        if (!Append(Recording({Event(Plan(1)), Event(Plan(2))})).ok()) return;
        auditor.Saw(checkpointer_->Await(journal_->head().size));
        auditor.Saw(checkpointer_->Exactly(journal_->head().size - 1));
      }
    };
    disk.CutAtCall(call);
    live();
    const bool survived = !disk.is_cut();
    disk.Cut();
    checkpointer_.reset();
    Close();
    disk.Restore();
    Open();
    auditor.Check(*journal_, AnAnchor().Read().value());
    // The next life signs on, and contradicts nothing.
    live();
    EXPECT_TRUE(checkpointer_ != nullptr);
    auditor.Check(*journal_, AnAnchor().Read().value());
    checkpointer_.reset();
    Close();
    if (survived) break;
    ++cuts;
  }
  // For each of four heads: the anchor's file, bytes, sync, name and folder, and the note; for each
  // of three batches: the log and its sync.
  EXPECT_GE(cuts, 4 * 6 + 3 * 2);
}

TEST_F(ACheckpointer, HoldsCosignaturesOfItsWitnesses) {
  OpenWith(3);
  Start();
  EXPECT_EQ(checkpointer_->NewestCosignedBy({first_.key()}).value(), std::nullopt);
  const std::string note = checkpointer_->Newest().value().note;
  ASSERT_TRUE(checkpointer_->AddCosignature(first_.Cosigned(note)).ok());
  const std::string cosigned = first_.Cosigned(note);
  EXPECT_EQ(checkpointer_->Newest().value().note, cosigned);
  EXPECT_EQ(checkpointer_->Exactly(3).value().note, cosigned);
  EXPECT_EQ(checkpointer_->NewestCosignedBy({first_.key()}).value().value().note, cosigned);
  EXPECT_EQ(checkpointer_->NewestCosignedBy({first_.key(), second_.key()}).value(), std::nullopt);
  // The second time it is held already, and the other's stands beside it.
  EXPECT_TRUE(checkpointer_->AddCosignature(first_.Cosigned(note, 1'330'000'007)).ok());
  EXPECT_TRUE(checkpointer_->AddCosignature(second_.Cosigned(cosigned)).ok());
  const std::string both = second_.Cosigned(cosigned);
  EXPECT_EQ(checkpointer_->Newest().value().note, both);
  Add(1);
  EXPECT_EQ(checkpointer_->Await(4).value().head.size, 4u);
  ASSERT_TRUE(
      checkpointer_->AddCosignature(second_.Cosigned(checkpointer_->Newest().value().note)).ok());
  const std::vector<storage::VerifierKey> all = {first_.key(), second_.key()};
  EXPECT_EQ(checkpointer_->NewestCosignedBy(all).value().value().note, both);
  EXPECT_EQ(checkpointer_->NewestCosignedBy({second_.key()}).value().value().head.size, 4u);
  EXPECT_EQ(checkpointer_->NewestCosignedBy({}).value().value().head.size, 4u);
  Restart();
  EXPECT_EQ(checkpointer_->NewestCosignedBy(all).value().value().note, both);
  EXPECT_EQ(checkpointer_->NewestCosignedBy({second_.key()}).value().value().head.size, 4u);
}

TEST_F(ACheckpointer, HasSyncedACosignatureWhenItSaysSo) {
  storage::PowerCutDisk disk;
  options_.env = disk.env();
  OpenWith(3);
  Start();
  const std::string note = checkpointer_->Newest().value().note;
  ASSERT_TRUE(checkpointer_->AddCosignature(first_.Cosigned(note)).ok());
  // Also where the note itself was lost.
  const std::string older = NoteOf(HeadAt(2));
  ASSERT_TRUE(checkpointer_->AddCosignature(second_.Cosigned(older)).ok());
  disk.Cut();
  checkpointer_.reset();
  Close();
  disk.Restore();
  Open();
  EXPECT_EQ(journal_->CheckpointOf(3).value(), first_.Cosigned(note));
  EXPECT_EQ(journal_->CheckpointOf(2).value(), second_.Cosigned(older));
  Close();
}

TEST_F(ACheckpointer, HoldsNoCosignatureButThoseOfItsWitnessesOverWhatItSigned) {
  OpenWith(3);
  Start();
  const std::string note = checkpointer_->Newest().value().note;
  const AWitness stranger("witness.example/stranger", 13);
  EXPECT_EQ(checkpointer_->NewestCosignedBy({stranger.key()}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(checkpointer_->AddCosignature("words").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(checkpointer_->AddCosignature("a\n\n" + LogKey()->SignatureLine("a\n")).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(checkpointer_->AddCosignature(note).code(), kUnauthenticated);
  EXPECT_EQ(checkpointer_->AddCosignature(stranger.Cosigned(note)).code(), kUnauthenticated);
  std::string broken = first_.Cosigned(note);
  broken[broken.size() - 10] ^= 1;
  EXPECT_EQ(checkpointer_->AddCosignature(broken).code(), kUnauthenticated);
  // Of a head that only another key signed.
  Head other = HeadAt(3);
  other.root[5] ^= 1;
  const std::string text = storage::CheckpointText({kOrigin, other});
  const std::string foreign = absl::StrCat(text, "\n", LogKey(2)->SignatureLine(text));
  EXPECT_EQ(checkpointer_->AddCosignature(first_.Cosigned(foreign)).code(), kUnauthenticated);
  EXPECT_TRUE(checkpointer_->Await(3).ok());
  EXPECT_TRUE(Told().empty());
}

// What LogKey(2) signed until there were 4 entries, before a key that signs from 5 on.
std::vector<NamedLogKey> ARetiredKey() { return {{LogKey(2)->verifier(), 1, 4}}; }

std::string SignedThen(const Head& head) {
  const std::string text = storage::CheckpointText({kOrigin, head});
  return absl::StrCat(text, "\n", LogKey(2)->SignatureLine(text));
}

TEST_F(ACheckpointer, StopsWhenItIsShownAnotherHistoryThatARetiredKeySignedInItsTime) {
  OpenWith(9);
  for (const auto& [size, code] : std::map<uint64_t, absl::StatusCode>{
           {4, absl::StatusCode::kDataLoss}, {5, kUnauthenticated}, {12, kUnauthenticated}}) {
    SCOPED_TRACE(size);
    CheckpointerOptions options = From(5);
    options.named_keys = ARetiredKey();
    ASSERT_TRUE(TryStart(std::move(options), rocksdb::Env::Default()).ok());
    const Head other{size, storage::Sha256("another history")};
    EXPECT_EQ(checkpointer_->AddCosignature(first_.Cosigned(SignedThen(other))).code(), code);
    EXPECT_EQ(checkpointer_->Signing().ok(), code == kUnauthenticated);
  }
}

TEST_F(ACheckpointer, HoldsCosignaturesOfWhatARetiredKeySignedAlsoOnceTheNoteIsLost) {
  OpenWith(9);
  CheckpointerOptions options = From(5);
  options.named_keys = ARetiredKey();
  ASSERT_TRUE(TryStart(std::move(options), rocksdb::Env::Default()).ok());
  const std::string cosigned = first_.Cosigned(SignedThen(HeadAt(4)));
  const absl::Status added = checkpointer_->AddCosignature(second_.Cosigned(cosigned));
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_EQ(checkpointer_->Exactly(4).value().note, second_.Cosigned(cosigned));
  // Beyond its time it signs nothing, not even what is so.
  const std::string late = first_.Cosigned(SignedThen(HeadAt(6)));
  EXPECT_EQ(checkpointer_->AddCosignature(late).code(), kUnauthenticated);
}

// A head that this log signed and that the journal does not hold is evidence: the log has two
// histories.
TEST_F(ACheckpointer, StopsWhenItIsShownWhatItSignedOfAnotherHistory) {
  for (const uint64_t size : {3u, 7u}) {
    SCOPED_TRACE(size);
    told_.clear();
    fs::remove_all(options_.path);
    fs::remove_all(folder_ / "elsewhere");
    OpenWith(5);
    Start();
    Head other{size, storage::Sha256("another history")};
    const absl::Status evidence = checkpointer_->AddCosignature(first_.Cosigned(NoteOf(other)));
    EXPECT_EQ(evidence.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(evidence.message()), HasSubstr(storage::ToHex(other.root)));
    Add(1);
    EXPECT_EQ(checkpointer_->Await(6).status().code(), kUnavailable);
    checkpointer_.reset();
    ASSERT_EQ(Told().size(), 1u);
    EXPECT_EQ(Told()[0].code(), absl::StatusCode::kDataLoss);
    Close();
  }
}

}  // namespace
}  // namespace countersign
