// (c) Every single byte of a small complete store changed, one at a time, the store then opened,
// read whole and compared with what was written. Either the damage is found, or every answer is the
// same as before. Never a wrong answer.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "services/log_identity.h"
#include "storage/entry.h"
#include "storage/log_keys.h"
#include "tests/faults/dice.h"
#include "tests/faults/ledger.h"
#include "tests/faults/memory_files.h"
#include "tests/faults/sizes.h"
#include "tests/faults/store.h"

namespace countersign::faults {
namespace {

constexpr int kThreads = 2;
constexpr size_t kLeastBytes = 64 << 10;
constexpr uint32_t kRequests = 60;

// Everything a store answers, as lines; or the first error on the way.
class Answers {
 public:
  // The journal's part: entries, streams, heads, requests, proofs, signed heads.
  absl::Status ReadJournal(const storage::Journal& journal) {
    const storage::Head head = journal.head();
    Say("head", absl::StrCat(head.size, " ", storage::ToHex(head.root)));
    const absl::Status read =
        journal.ReadAll(0, storage::Journal::kUnlimited,
                        [&](const storage::StoredEvent& event, std::string_view bytes) {
                          Say("entry", bytes);
                          Say("payload", event.payload);
                          return absl::OkStatus();
                        });
    if (!read.ok()) return read;
    for (uint8_t plan = 0; plan < 10; ++plan) {
      const absl::Status streamed =
          journal.ReadStream({storage::StreamType::kPlan, storage::Id({plan})}, 0,
                             storage::Journal::kUnlimited, [&](const storage::StoredEvent& event) {
                               Say("stream", absl::StrCat(event.version, "@", event.position));
                               Say("said", event.payload);
                               return absl::OkStatus();
                             });
      if (!streamed.ok()) return streamed;
    }
    for (uint32_t number = 0; number < kRequests; ++number) {
      const auto known = journal.FindRequest(storage::Id({0xa}), RequestIdOf(number));
      if (!known.ok()) return known.status();
      Say("request", known->has_value()
                         ? absl::StrCat((*known)->first_position, "+", (*known)->count, " ",
                                        storage::ToHex((*known)->body_digest))
                         : "unknown");
    }
    const absl::Status noted = journal.Checkpoints(storage::Journal::kUnlimited, false,
                                                   [&](uint64_t size, std::string_view note) {
                                                     Say(absl::StrCat("signed ", size), note);
                                                     return absl::OkStatus();
                                                   });
    if (!noted.ok()) return noted;
    const absl::Status proved = ReadProofs(journal, head);
    return proved.ok() ? journal.Verify() : proved;
  }

  absl::Status ReadProofs(const storage::Journal& journal, const storage::Head& head) {
    for (uint64_t size = 1; size <= head.size; size += 7) {
      const absl::StatusOr<storage::Hash> root = journal.RootOf(size);
      if (!root.ok()) return root.status();
      Say("root", storage::AsBytes(*root));
      const auto inclusion = journal.ProveInclusion(size - 1, head.size);
      if (!inclusion.ok()) return inclusion.status();
      for (const storage::Hash& hash : *inclusion) Say("inclusion", storage::AsBytes(hash));
      const auto consistency = journal.ProveConsistency(size, head.size);
      if (!consistency.ok()) return consistency.status();
      for (const storage::Hash& hash : *consistency) Say("consistency", storage::AsBytes(hash));
    }
    return absl::OkStatus();
  }

  // What the journal's sealed payloads say, opened with the keyring.
  absl::Status ReadSealed(const storage::Journal& journal, storage::Keyring& keyring) {
    return journal.ReadAll(
        0, storage::Journal::kUnlimited,
        [&](const storage::StoredEvent& event, std::string_view) -> absl::Status {
          if (event.key_id.empty()) return absl::OkStatus();
          const absl::StatusOr<std::string> words =
              keyring.Open(event.key_id, event.stream, event.event_type, event.payload);
          if (!words.ok()) return words.status();
          Say("words", *words);
          return absl::OkStatus();
        });
  }

  void Say(std::string_view what, std::string_view answer) {
    absl::StrAppend(&lines_, absl::string_view(what.data(), what.size()), " ", answer.size(), " ",
                    absl::string_view(answer.data(), answer.size()), "\n");
  }

  friend bool operator==(const Answers&, const Answers&) = default;

 private:
  std::string lines_;
};

// What became of one changed byte.
enum class Outcome { kFound, kHarmless, kWrong };

struct Flip {
  std::string path;
  size_t offset;
  char mask;
};

// A store, closed, in files; and what a sound reading of it answers.
class SmallStore {
 public:
  void SetUp() {
    const std::unique_ptr<rocksdb::Env> env = NewMemory();
    Ledger ledger;
    // Opened three times: rows lie in tables and in the log, and both keyring and journal have a
    // manifest with a past.
    for (uint32_t third = 0; third < 3; ++third) {
      absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(paths_, env.get());
      ASSERT_TRUE(store.ok()) << store.status();
      const absl::Status worked =
          Work(**store, ledger, third * kRequests / 3, (third + 1) * kRequests / 3);
      ASSERT_TRUE(worked.ok()) << worked;
      log_key_ = (*store)->log_key();
      // The last head is signed, as it is within a second in the field.
      const uint64_t size = (*store)->journal().head().size;
      ASSERT_TRUE((*store)->checkpointer().Await(size).ok());
    }
    Collect(env.get(), paths_.root, files_);
    // Half of all bytes are copies of RocksDB's options, which nothing reads: the sound store below
    // is without them.
    std::erase_if(
        files_, [](const auto& file) { return file.first.find("/OPTIONS-") != std::string::npos; });
    for (const auto& [path, bytes] : files_) total_ += bytes.size();
    sound_env_ = Loaded(files_);
    journal_ = storage::Journal::Open(JournalOptionsOf(paths_, sound_env_.get())).value();
    keyring_ = storage::Keyring::Open({.path = paths_.keyring(), .env = sound_env_.get()}).value();
    ASSERT_TRUE(journal_answers_.ReadJournal(*journal_).ok());
    ASSERT_TRUE(sealed_answers_.ReadSealed(*journal_, *keyring_).ok());
    anchor_ = storage::Anchor(paths_.anchor(), sound_env_.get()).Read().value();
    ASSERT_TRUE(anchor_.has_value());
    ASSERT_EQ(anchor_->head, journal_->head());
  }
  ~SmallStore() {
    journal_.reset();
    keyring_.reset();
  }

  size_t total() const { return total_; }

  // The byte at `index` of all files in their order, with the mask to change it.
  Flip FlipAt(size_t index, char mask) const {
    for (const auto& [path, bytes] : files_) {
      if (index < bytes.size()) return {path, index, mask};
      index -= bytes.size();
    }
    return {};
  }

  // Every bit of the anchor, the log's key and the keyring's epoch key.
  std::vector<Flip> FlipsOfSmallFiles() const {
    std::vector<Flip> flips;
    for (const auto& [path, bytes] : files_) {
      if (PartOf(path) != paths_.log_keys() && PartOf(path) != paths_.anchor() &&
          path.find("/epoch-") == std::string::npos) {
        continue;
      }
      for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        flips.push_back({path, bit / 8, static_cast<char>(1 << bit % 8)});
      }
    }
    return flips;
  }

  // `why` is told what a wrong answer was.
  Outcome Judge(const Flip& flip, std::string& why) const {
    Files files;
    const std::string part = PartOf(flip.path);
    for (const auto& [path, bytes] : files_) {
      if (path.compare(0, part.size(), part) == 0) files.emplace(path, bytes);
    }
    files[flip.path][flip.offset] ^= flip.mask;
    const std::unique_ptr<rocksdb::Env> env = Loaded(files);
    if (part == paths_.journal()) return JudgeJournal(env.get(), why);
    if (part == paths_.keyring()) return JudgeKeyring(env.get(), why);
    if (part == paths_.log_keys()) return JudgeLogKeys(env.get(), why);
    return JudgeAnchor(env.get(), why);
  }

 private:
  // Only the part that holds the byte is read again: the parts share no files.
  std::string PartOf(const std::string& path) const {
    for (const std::string& part : {paths_.journal(), paths_.keyring(), paths_.log_keys()}) {
      if (path.compare(0, part.size() + 1, part + "/") == 0) return part;
    }
    return paths_.anchor();
  }

  Outcome JudgeJournal(rocksdb::Env* env, std::string& why) const {
    const absl::StatusOr<std::unique_ptr<storage::Journal>> journal =
        storage::Journal::Open(JournalOptionsOf(paths_, env));
    if (!journal.ok()) return Outcome::kFound;
    const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(**journal);
    if (!identity.ok() || !storage::CheckAgainstAnchor(**journal, *anchor_).ok()) {
      return Outcome::kFound;
    }
    if (identity->current() == nullptr || identity->current()->key != log_key_) {
      why = "another key signs";
      return Outcome::kWrong;
    }
    Answers answers;
    if (!answers.ReadJournal(**journal).ok()) return Outcome::kFound;
    if (answers == journal_answers_) return Outcome::kHarmless;
    why = "the journal answers otherwise";
    return Outcome::kWrong;
  }

  Outcome JudgeKeyring(rocksdb::Env* env, std::string& why) const {
    const absl::StatusOr<std::unique_ptr<storage::Keyring>> keyring =
        storage::Keyring::Open({.path = paths_.keyring(), .env = env});
    if (!keyring.ok()) return Outcome::kFound;
    Answers answers;
    if (!answers.ReadSealed(*journal_, **keyring).ok()) return Outcome::kFound;
    if (answers == sealed_answers_) return Outcome::kHarmless;
    why = "other words were read";
    return Outcome::kWrong;
  }

  Outcome JudgeLogKeys(rocksdb::Env* env, std::string& why) const {
    const storage::LogKeys keys({.path = paths_.log_keys(), .env = env});
    const auto key = keys.Find(log_key_);
    if (!key.ok()) return Outcome::kFound;
    if ((*key)->verifier() == log_key_) return Outcome::kHarmless;
    why = "another key was given";
    return Outcome::kWrong;
  }

  Outcome JudgeAnchor(rocksdb::Env* env, std::string& why) const {
    const auto anchor = storage::Anchor(paths_.anchor(), env).Read();
    if (!anchor.ok()) return Outcome::kFound;
    if (*anchor == anchor_) return Outcome::kHarmless;
    why = "another anchor was read";
    return Outcome::kWrong;
  }

  const StorePaths paths_{"/store"};
  Files files_;
  size_t total_ = 0;
  std::unique_ptr<rocksdb::Env> sound_env_;
  std::unique_ptr<storage::Journal> journal_;
  std::unique_ptr<storage::Keyring> keyring_;
  Answers journal_answers_;
  Answers sealed_answers_;
  std::optional<storage::Checkpoint> anchor_;
  storage::VerifierKey log_key_;
};

// The files of a store in their groups, for the table.
std::string KindOf(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  for (const char* kind :
       {"MANIFEST", "OPTIONS", "CURRENT", "IDENTITY", "LOG", "epoch", "anchor"}) {
    if (name.starts_with(kind)) return kind;
  }
  const std::string extension = std::filesystem::path(path).extension().string();
  return extension.empty() ? name : extension;
}

class Flips : public testing::Test {
 protected:
  void SetUp() override { store_.SetUp(); }

  // Judges the flips 0 to `count` on all threads.
  void JudgeAll(size_t count, const std::function<Flip(size_t)>& flip_of) {
    std::atomic<size_t> next = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        for (size_t i = next++; i < count; i = next++) {
          const Flip flip = flip_of(i);
          std::string why;
          const Outcome outcome = store_.Judge(flip, why);
          std::lock_guard guard(lock_);
          ++outcomes_[outcome];
          if (outcome == Outcome::kHarmless) ++harmless_[KindOf(flip.path)];
          if (outcome == Outcome::kWrong) {
            ADD_FAILURE() << flip.path << " at " << flip.offset << " with mask "
                          << static_cast<int>(flip.mask) << ": " << why;
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  void Tell(Figure& figure) {
    figure.tried =
        outcomes_[Outcome::kFound] + outcomes_[Outcome::kHarmless] + outcomes_[Outcome::kWrong];
    figure.outcome = absl::StrCat(outcomes_[Outcome::kFound], " found, ",
                                  outcomes_[Outcome::kHarmless], " harmless (");
    for (const auto& [kind, count] : harmless_) {
      absl::StrAppend(&figure.outcome, kind, " ", count, " ");
    }
    figure.outcome.back() = ')';
    absl::StrAppend(&figure.outcome, ", ", outcomes_[Outcome::kWrong], " wrong, of ",
                    store_.total(), " bytes");
  }

  SmallStore store_;
  std::mutex lock_;  // Guards both below.
  std::map<Outcome, int64_t> outcomes_;
  std::map<std::string, int64_t> harmless_;
};

TEST_F(Flips, OfAnyByteAreFoundOrChangeNothing) {
  Figure figure("flipped bytes");
  ASSERT_GE(store_.total(), kLeastBytes);
  const auto flips = static_cast<size_t>(SizeOf("FLIPS", 300));
  if (flips >= store_.total()) {
    JudgeAll(store_.total(), [&](size_t i) { return store_.FlipAt(i, 1 << i % 8); });
  } else {
    Dice dice(Seed());
    std::vector<size_t> bytes;
    for (size_t i = 0; i < flips; ++i) bytes.push_back(dice.Below(store_.total()));
    JudgeAll(flips, [&](size_t i) { return store_.FlipAt(bytes[i], 1 << i % 8); });
  }
  Tell(figure);
  EXPECT_EQ(outcomes_[Outcome::kWrong], 0);
  // If nothing were read, nothing would be found.
  EXPECT_GT(outcomes_[Outcome::kFound], figure.tried / 4);
}

// The files that are a few bytes long, whole: chance would pass them by.
TEST_F(Flips, OfAnyBitOfTheAnchorAndTheKeysAreFound) {
  Figure figure("flipped bits of small files");
  const std::vector<Flip> flips = store_.FlipsOfSmallFiles();
  ASSERT_GT(flips.size(), 100 * 8u);
  JudgeAll(flips.size(), [&](size_t i) { return flips[i]; });
  Tell(figure);
  EXPECT_EQ(outcomes_[Outcome::kFound], static_cast<int64_t>(flips.size()));
}

}  // namespace
}  // namespace countersign::faults
