// (e) Edits by somebody with full access to the files: rows changed as they lie, whole histories
// rewritten so that all fits together and is signed with the stolen key, rollbacks, forks. The
// start finds them by the anchor, and an auditor by the last checkpoint that they remember.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "clients/verifier/key_file.h"
#include "clients/verifier/log_check.h"
#include "services/log/log_anchored.h"
#include "services/log/log_identity.h"
#include "storage/copies/export.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/rocks.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/log_keys.h"
#include "tests/faults/dice.h"
#include "tests/faults/forger.h"
#include "tests/faults/ledger.h"
#include "tests/faults/memory_files.h"
#include "tests/faults/sizes.h"
#include "tests/faults/store.h"

namespace countersign::faults {
namespace {

constexpr uint32_t kRequests = 40;
// The entries that say under which name and key the log signs.
constexpr uint64_t kOwnEntries = 2;

using storage::Journal;

class Edits : public testing::Test {
 protected:
  // A sound store and what an auditor remembers of it.
  void SetUp() override {
    const std::unique_ptr<rocksdb::Env> env = NewMemory();
    {
      std::unique_ptr<Store> store = Store::Open(paths_, env.get()).value();
      Ledger ledger;
      ASSERT_TRUE(Work(*store, ledger, 0, kRequests).ok());
      const SignedHead last = store->checkpointer().Await(store->journal().head().size).value();
      size_ = last.head.size;
      anchor_ = store->anchor().value().value();
      ASSERT_EQ(anchor_.head, last.head);
      rows_ = RowsOf(store->journal()).value();
      const storage::LogKeys keys({.path = paths_.log_keys(), .env = env.get()});
      stolen_ = keys.Find(store->log_key()).value();
      trusted_ = verifier::ParseKeyFile(ToString(store->log_key()) + "\n").value();
      remembered_ = {{last.note.substr(0, last.note.find('\n')), size_, last.head.root}, last.note};
    }
    Collect(env.get(), paths_.root, files_);
    const std::unique_ptr<rocksdb::Env> sound = Loaded(files_);
    ASSERT_EQ(StartOn(sound.get()), absl::OkStatus());
    ASSERT_EQ(AuditOf(sound.get(), {remembered_}), absl::OkStatus());
  }

  // What the server's start says of the journal, with the true anchor.
  absl::Status StartOn(rocksdb::Env* env) {
    const absl::StatusOr<std::unique_ptr<Journal>> journal =
        Journal::Open(JournalOptionsOf(paths_, env));
    if (!journal.ok()) return journal.status();
    const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(**journal);
    if (!identity.ok()) return identity.status();
    const std::unique_ptr<rocksdb::Env> other_disk = NewMemory();
    storage::Anchor anchor("/elsewhere/anchor", other_disk.get());
    const absl::Status kept = anchor.Write(anchor_);
    if (!kept.ok()) return kept;
    return CheckAnchored(**journal, *identity, anchor, {.data = paths_.root});
  }

  // What an auditor says of an export of the journal's newest signed head. An export that cannot be
  // written for damage is a finding as well.
  absl::Status AuditOf(rocksdb::Env* env, std::vector<verifier::SeenCheckpoint> seen) {
    const absl::StatusOr<std::unique_ptr<Journal>> journal =
        Journal::Open(JournalOptionsOf(paths_, env));
    if (!journal.ok()) return journal.status();
    uint64_t newest = 0;
    const absl::Status read =
        (*journal)->Checkpoints(Journal::kUnlimited, true, [&](uint64_t size, std::string_view) {
          newest = size;
          return absl::CancelledError();
        });
    if (newest == 0) return absl::DataLossError("Nothing is signed: " + read.ToString());
    std::string bytes;
    const absl::Status written =
        storage::WriteExport(**journal, {.size = newest}, [&](std::string_view piece, uint64_t) {
          bytes.append(piece);
          return absl::OkStatus();
        });
    return written.ok() ? AuditOf(bytes, std::move(seen)) : written;
  }
  absl::Status AuditOf(std::string_view bytes, std::vector<verifier::SeenCheckpoint> seen) {
    verifier::LogCheckOptions options;
    options.keys = trusted_;
    options.seen = std::move(seen);
    options.threads = 1;
    verifier::LogCheck check(std::move(options));
    check.Add(bytes).IgnoreError();
    return check.Finish().status();
  }

  // A disk with the store whose journal holds these rows and nothing else, signed.
  std::unique_ptr<rocksdb::Env> Forged(const std::vector<Row>& rows) {
    Files files;
    for (const auto& [path, bytes] : files_) {
      if (!path.starts_with(paths_.journal())) files.emplace(path, bytes);
    }
    std::unique_ptr<rocksdb::Env> env = Loaded(files);
    const absl::Status written = WriteForged(paths_, env.get(), rows);
    EXPECT_TRUE(written.ok()) << written;
    std::unique_ptr<Journal> journal = Journal::Open(JournalOptionsOf(paths_, env.get())).value();
    EXPECT_TRUE(journal->Verify().ok()) << "a good forgery fits together: " << journal->Verify();
    const absl::Status signed_anew = SignForged(*journal, *stolen_);
    EXPECT_TRUE(signed_anew.ok()) << signed_anew;
    return env;
  }

  // Both find it, and who remembers nothing does not: it is the memory that shows it.
  void ExpectFoundByMemoryAlone(rocksdb::Env* env) {
    const absl::Status started = StartOn(env);
    EXPECT_TRUE(storage::IsBehindAnchor(started)) << started;
    const absl::Status audited = AuditOf(env, {remembered_});
    EXPECT_TRUE(absl::IsDataLoss(audited)) << audited;
    const absl::Status naive = AuditOf(env, {});
    EXPECT_TRUE(naive.ok()) << "the forgery is not good enough: " << naive;
  }

  const StorePaths paths_{"/store"};
  Files files_;
  std::vector<Row> rows_;
  uint64_t size_ = 0;
  storage::Checkpoint anchor_;
  std::unique_ptr<storage::SignatureKey> stolen_;
  verifier::KeyFile trusted_;
  verifier::SeenCheckpoint remembered_;
};

// One change of history by hand.
std::string EditRows(std::vector<Row>& rows, Dice& dice) {
  const uint64_t at = kOwnEntries + dice.Below(rows.size() - kOwnEntries);
  Row& row = rows[at];
  switch (dice.Below(8)) {
    case 0:
      dice.FlipABit(row.payload);
      return absl::StrCat("the payload at ", at, " changed");
    case 1: {
      std::string actor = row.entry.actor();
      dice.FlipABit(actor);
      row.entry.set_actor(actor);
      return absl::StrCat("the actor at ", at, " changed");
    }
    case 2:
      row.entry.set_recorded_at_us(row.entry.recorded_at_us() + 1);
      // Those behind it move as well.
      return absl::StrCat("the time at ", at, " changed");
    case 3:
      rows.erase(rows.begin() + static_cast<int64_t>(at));
      return absl::StrCat("the entry at ", at, " deleted");
    case 4: {
      const uint64_t other = kOwnEntries + dice.Below(rows.size() - kOwnEntries);
      const Row copy = rows[other];
      rows.insert(rows.begin() + static_cast<int64_t>(at), copy);
      return absl::StrCat("a copy of ", other, " slipped in at ", at);
    }
    case 5: {
      const uint64_t other = kOwnEntries + (at - kOwnEntries + 1) % (rows.size() - kOwnEntries);
      std::swap(rows[at], rows[other]);
      return absl::StrCat("the entries at ", at, " and ", other, " changed places");
    }
    case 6:
      row.entry.set_acting_as("head");
      return absl::StrCat("the role at ", at, " changed");
    default:
      row.entry.set_event_type("record_signed");
      return absl::StrCat("the type at ", at, " changed");
  }
}

TEST_F(Edits, OfAHistoryThatWasRewrittenWholeAreFoundByWhatWasSignedBefore) {
  Figure figure("edits, all made to fit");
  const int64_t edits = SizeOf("EDITS", 30);
  Dice dice(Seed());
  while (figure.tried < edits && !HasFailure()) {
    std::vector<Row> rows = rows_;
    const std::string edit = EditRows(rows, dice);
    SCOPED_TRACE(edit);
    // The forger lets the log grow, so that it is no shorter than what was signed.
    while (rows.size() < size_ + dice.Below(3)) rows.push_back(rows[kOwnEntries]);
    ExpectFoundByMemoryAlone(Forged(rows).get());
    ++figure.tried;
  }
  figure.outcome = absl::StrCat(figure.tried, " found");
}

TEST_F(Edits, ThatRollBackAreFound) {
  Figure figure("rollbacks");
  const int64_t rollbacks = SizeOf("ROLLBACKS", 30);
  Dice dice(Seed());
  while (figure.tried < rollbacks && !HasFailure()) {
    const uint64_t size = kOwnEntries + dice.Below(size_ - kOwnEntries);
    SCOPED_TRACE(absl::StrCat("back to ", size));
    ExpectFoundByMemoryAlone(
        Forged({rows_.begin(), rows_.begin() + static_cast<int64_t>(size)}).get());
    ++figure.tried;
  }
  figure.outcome = absl::StrCat(figure.tried, " found");
}

TEST_F(Edits, ThatForkAreFound) {
  Figure figure("forks");
  const int64_t forks = SizeOf("FORKS", 30);
  Dice dice(Seed());
  while (figure.tried < forks && !HasFailure()) {
    const uint64_t from = kOwnEntries + dice.Below(size_ - kOwnEntries);
    const std::unique_ptr<rocksdb::Env> env =
        Forged({rows_.begin(), rows_.begin() + static_cast<int64_t>(from)});
    SCOPED_TRACE(absl::StrCat("from ", from));
    {
      // From there on the journal itself goes another way: shorter, as long, or longer.
      const std::unique_ptr<Journal> journal =
          Journal::Open(JournalOptionsOf(paths_, env.get())).value();
      const std::unique_ptr<storage::Keyring> keyring =
          storage::Keyring::Open({.path = paths_.keyring(), .env = env.get()}).value();
      const uint64_t until = dice.Chance(30) ? size_ : from + 1 + dice.Below(2 * (size_ - from));
      for (uint32_t number = 1000; journal->head().size < until; ++number) {
        storage::AppendRequest request = RequestOf(*keyring, number).value();
        request.events.resize(1);
        ASSERT_TRUE(journal->Append(std::move(request)).ok());
      }
      ASSERT_TRUE(SignForged(*journal, *stolen_).ok());
    }
    ExpectFoundByMemoryAlone(env.get());
    ++figure.tried;
  }
  figure.outcome = absl::StrCat(figure.tried, " found");
}

// Of a request row: the position and the count that it names. The digest of the request's body,
// which follows them, is in no entry.
constexpr size_t kPlaceBytes = 12;

// Changes one row as it lies, in every family whose rows are history: not in `payload` the mark of
// a payload that was erased, nor in `request` the digest of a body.
std::string EditOneRow(storage::Rocks& rocks, Dice& dice) {
  namespace keys = storage::keys;
  const char* family =
      dice.Pick<const char*>({keys::kEntryFamily, keys::kPayloadFamily, keys::kNodeFamily,
                              keys::kRequestFamily, keys::kMetaFamily});
  rocksdb::ColumnFamilyHandle* const column = rocks.family(family);
  std::vector<std::pair<std::string, std::string>> rows;
  const std::unique_ptr<rocksdb::Iterator> all(
      rocks.db().NewIterator(rocksdb::ReadOptions(), column));
  for (all->SeekToFirst(); all->Valid(); all->Next()) {
    rows.emplace_back(all->key().ToString(), all->value().ToString());
  }
  const size_t at = dice.Below(rows.size());
  const size_t other = (at + 1 + dice.Below(rows.size() - 1)) % rows.size();
  auto [key, value] = rows[at];
  const auto put = [&](const std::string& where, const std::string& what) {
    EXPECT_TRUE(rocks.db().Put(rocksdb::WriteOptions(), column, where, what).ok());
  };
  switch (dice.Below(4)) {
    case 0: {
      const bool has_digest = family == std::string_view(keys::kRequestFamily);
      std::string changed = has_digest ? value.substr(0, kPlaceBytes) : value;
      dice.FlipABit(changed);
      put(key, value.replace(0, changed.size(), changed));
      return absl::StrCat("a bit of row ", at, " of ", family);
    }
    case 1:
      EXPECT_TRUE(rocks.db().Delete(rocksdb::WriteOptions(), column, key).ok());
      return absl::StrCat("row ", at, " of ", family, " deleted");
    case 2:
      put(key, rows[other].second);
      put(rows[other].first, value);
      return absl::StrCat("rows ", at, " and ", other, " of ", family, " changed places");
    default:
      value.resize(value.size() - 1 - dice.Below(value.size()));
      put(key, value);
      return absl::StrCat("row ", at, " of ", family, " cut short");
  }
}

TEST_F(Edits, OfSingleRowsAreFound) {
  Figure figure("edits of single rows");
  const int64_t edits = SizeOf("EDITS", 30);
  Dice dice(Seed());
  int64_t by_start = 0;
  while (figure.tried < edits && !HasFailure()) {
    const std::unique_ptr<rocksdb::Env> env = Loaded(files_);
    std::string edit;
    {
      const std::unique_ptr<storage::Rocks> rocks =
          storage::Rocks::Open(paths_.journal(), env.get(), storage::Rocks::Recovery::kRefuseDamage,
                               {})
              .value();
      edit = EditOneRow(*rocks, dice);
    }
    SCOPED_TRACE(edit);
    ++figure.tried;
    if (!StartOn(env.get()).ok()) {
      ++by_start;
      continue;
    }
    const std::unique_ptr<Journal> journal =
        Journal::Open(JournalOptionsOf(paths_, env.get())).value();
    const absl::Status verified = journal->Verify();
    EXPECT_TRUE(absl::IsDataLoss(verified)) << verified;
  }
  figure.outcome =
      absl::StrCat(by_start, " found by the start, ", figure.tried - by_start, " by verifying");
}

// The same for whoever changes the file that was taken away, and can work out its digest again.
TEST_F(Edits, OfAnExportAreFound) {
  Figure figure("edits of an export");
  const int64_t edits = SizeOf("EDITS", 30) * 10;
  const std::unique_ptr<rocksdb::Env> env = Loaded(files_);
  const std::unique_ptr<Journal> journal =
      Journal::Open(JournalOptionsOf(paths_, env.get())).value();
  std::string sound;
  ASSERT_TRUE(
      storage::WriteExport(*journal, {.size = size_}, [&](std::string_view piece, uint64_t) {
        sound.append(piece);
        return absl::OkStatus();
      }).ok());
  Dice dice(Seed());
  while (figure.tried < edits && !HasFailure()) {
    std::string edited = sound.substr(0, sound.size() - 32);
    const size_t at = dice.Below(edited.size());
    const size_t length = dice.Below(std::min<size_t>(edited.size() - at, 300)) + 1;
    switch (dice.Below(4)) {
      case 0:
      case 1:
        dice.FlipABit(edited);
        break;
      case 2:
        edited.erase(at, length);
        break;
      default:
        edited.insert(at, edited.substr(dice.Below(edited.size()), length));
        break;
    }
    edited.append(storage::AsBytes(storage::Sha256(edited)));
    if (edited == sound) continue;
    const absl::Status audited = AuditOf(edited, {remembered_});
    EXPECT_FALSE(audited.ok()) << "edit at " << at;
    ++figure.tried;
  }
  figure.outcome = absl::StrCat(figure.tried, " found");
}

}  // namespace
}  // namespace countersign::faults
