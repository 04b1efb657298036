#include "services/operator/offline.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/deployment.h"
#include "services/log/checkpointer.h"
#include "services/log/log_anchored.h"
#include "services/log/log_identity.h"
#include "services/operator/opening.h"
#include "storage/copies/export.h"
#include "storage/copies/export_format.h"
#include "storage/errors.h"
#include "storage/kept_checkpoints.h"
#include "storage/rocks.h"
#include "storage/signing/anchor.h"
#include "storage/signing/log_keys.h"
#include "storage/small_file.h"

namespace countersign {
namespace {

constexpr uint64_t kKeyFileBytesMost = 1 << 20;

absl::Status CheckAnchoredHere(const OfflineOptions& options, const storage::Journal& journal,
                               const LogIdentity& identity) {
  return CheckAnchored(journal, identity, AnchorOf(options), {.data = options.data});
}

absl::Status ChangedMeanwhile() {
  return absl::UnavailableError("Somebody wrote to the journal meanwhile. Try again.");
}

// `why` the head of `size` entries could not be signed, with what can be exported without that.
absl::Status NotSigned(const storage::Journal& journal, uint64_t size, const absl::Status& why) {
  const absl::StatusOr<std::optional<uint64_t>> kept = storage::GreatestKept(journal, size);
  return absl::Status(
      why.code(),
      absl::StrCat("The head of ", size,
                   " entries is not signed yet, and cannot be: ", why.message(),
                   kept.ok() && kept->has_value()
                       ? absl::StrCat(" Without that, export what was signed last: --size ", **kept)
                       : ""));
}

// Signs the head of `examined`, which is given up for that, with the key that the journal names, in
// the order that the anchor needs. Returns the journal, in which the checkpoint is.
absl::StatusOr<std::unique_ptr<storage::Journal>> SignHead(
    const OfflineOptions& options, std::unique_ptr<storage::Journal> examined,
    const LogIdentity& identity) {
  const storage::Head head = examined->head();
  absl::StatusOr<std::optional<std::string>> stored = examined->CheckpointOf(head.size);
  if (!stored.ok()) return stored.status();
  if (stored->has_value()) return examined;
  if (identity.current() == nullptr) {
    return absl::FailedPreconditionError(
        "The journal names no key that signs yet. Start the server once: it makes one.");
  }
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> key =
      KeysOf(options).Find(identity.current()->key);
  if (!key.ok()) return AboutLogKey(key.status(), options.data);
  const absl::StatusOr<std::unique_ptr<HeldKeyring>> held = HeldKeyring::Hold(options);
  if (!held.ok()) return NotSigned(*examined, head.size, held.status());
  absl::StatusOr<std::unique_ptr<storage::Journal>> journal = OpenToSign(options);
  if (!journal.ok()) return NotSigned(*examined, head.size, journal.status());
  if ((*journal)->head() != head) {
    return ChangedMeanwhile();
  }
  CheckpointerOptions signing;
  signing.from_size = identity.current()->from_size;
  absl::StatusOr<std::unique_ptr<Checkpointer>> checkpointer =
      Checkpointer::Start(**journal, *std::move(key), AnchorOf(options), std::move(signing));
  if (!checkpointer.ok()) return NotSigned(*examined, head.size, checkpointer.status());
  if (absl::Status made = (*checkpointer)->Exactly(head.size).status(); !made.ok()) return made;
  checkpointer->reset();
  return journal;
}

// A number in its one spelling: no sign, no leading zero.
std::optional<uint64_t> SizeIn(absl::string_view word) {
  uint64_t size = 0;
  if (!absl::SimpleAtoi(word, &size) || absl::StrCat(size) != word) return std::nullopt;
  return size;
}

// The words of a line before its comment.
std::vector<absl::string_view> WordsOf(absl::string_view line) {
  std::vector<absl::string_view> words;
  for (const absl::string_view word :
       absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty())) {
    if (word.front() == '#') break;
    words.push_back(word);
  }
  return words;
}

// The key that the words of a line name, with its sizes.
absl::StatusOr<storage::TrustedKey> KeyInLine(const std::vector<absl::string_view>& words) {
  absl::StatusOr<storage::VerifierKey> key =
      storage::ParseVerifierKey(std::string_view(words[0].data(), words[0].size()));
  if (!key.ok()) return key.status();
  if (key->type != storage::SignatureType::kEd25519) {
    return absl::InvalidArgumentError("this is the key of a witness, not of a log.");
  }
  storage::TrustedKey trusted(*std::move(key));
  size_t next = 1;
  const std::pair<absl::string_view, uint64_t*> limits[] = {{"from", &trusted.from_size},
                                                            {"until", &trusted.until_size}};
  for (const auto& [name, limit] : limits) {
    if (words.size() < next + 2 || words[next] != name) continue;
    const std::optional<uint64_t> size = SizeIn(words[next + 1]);
    if (!size.has_value()) break;
    *limit = *size;
    next += 2;
  }
  if (next < words.size()) {
    return absl::InvalidArgumentError(
        "after the key only \"from SIZE\" and then \"until SIZE\" may stand.");
  }
  if (trusted.from_size > trusted.until_size) {
    return absl::InvalidArgumentError("the key would be good for no size.");
  }
  return trusted;
}

// Adds the key that a line of a key file names, if it says something.
absl::Status AddLine(absl::string_view line, std::vector<storage::TrustedKey>& keys) {
  const std::vector<absl::string_view> words = WordsOf(line);
  if (words.empty()) return absl::OkStatus();
  absl::StatusOr<storage::TrustedKey> key = KeyInLine(words);
  if (!key.ok()) return key.status();
  for (const storage::TrustedKey& known : keys) {
    if (known.key == key->key) {
      return absl::InvalidArgumentError("this key stands in a line above already.");
    }
  }
  keys.push_back(*std::move(key));
  return absl::OkStatus();
}

absl::Status NoKeyFile(const std::string& path, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(
      path, " is no file of the log's keys as `countersign log key` prints it. ", why));
}

// A key that the journal names. A journal that lost its end may not know that it was retired since:
// what was said of it elsewhere holds as well.
void AddNamed(const NamedLogKey& named, std::vector<storage::TrustedKey>& keys) {
  const uint64_t until = named.until_size == 0 ? storage::TrustedKey::kUnlimited : named.until_size;
  bool known = false;
  for (storage::TrustedKey& said : keys) {
    if (said.key != named.key) continue;
    known = true;
    said.from_size = std::max(said.from_size, named.from_size);
    said.until_size = std::min(said.until_size, until);
  }
  if (!known) keys.emplace_back(named.key, named.from_size, until);
}

std::string UnfinishedOf(const std::string& out) { return out + ".unfinished"; }

// Of the file that an export is written to until it is whole, only what an export that was killed
// left may be written over.
absl::Status CheckUnfinished(rocksdb::Env* env, const std::string& path) {
  if (absl::Status regular = storage::CheckRegularFile(path); !regular.ok()) return regular;
  if (!env->FileExists(path).ok()) return absl::OkStatus();
  std::unique_ptr<rocksdb::SequentialFile> file;
  rocksdb::Slice begins;
  std::string bytes(storage::kExportMagic.size(), '\0');
  rocksdb::Status read = env->NewSequentialFile(path, &file, rocksdb::EnvOptions());
  if (read.ok()) read = file->Read(bytes.size(), &begins, bytes.data());
  if (!read.ok()) return absl::UnavailableError(read.ToString());
  if (storage::kExportMagic.substr(0, begins.size()) == storage::ToView(begins)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(path,
                   " is needed while the export is written, but holds something else. Move it "
                   "away, or name another file with --out."));
}

// Writes the export beside `out` and gives it its name when it is whole.
absl::StatusOr<uint64_t> WriteWhole(const OfflineOptions& options, const storage::Journal& journal,
                                    const storage::ExportOptions& exported,
                                    const std::string& out) {
  const std::string unfinished = UnfinishedOf(out);
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = options.env->NewWritableFile(unfinished, &file, rocksdb::EnvOptions());
  if (!status.ok()) return absl::UnavailableError(status.ToString());
  uint64_t bytes = 0;
  absl::Status written =
      storage::WriteExport(journal, exported, [&](std::string_view piece, uint64_t entries) {
        bytes += piece.size();
        options.on_step({"exporting", entries, exported.size, "entries"});
        const rocksdb::Status appended = file->Append(storage::ToSlice(piece));
        return appended.ok() ? absl::OkStatus() : absl::UnavailableError(appended.ToString());
      });
  if (written.ok()) {
    status = file->Sync();
    if (status.ok()) status = file->Close();
    if (status.ok()) status = options.env->RenameFile(unfinished, out);
    written = status.ok() ? storage::SyncFolder(options.env, storage::FolderOf(out))
                          : absl::UnavailableError(status.ToString());
  }
  if (written.ok()) return bytes;
  // The first error is the one to tell.
  options.env->DeleteFile(unfinished).PermitUncheckedError();
  return written;
}

}  // namespace

absl::StatusOr<storage::Head> VerifyOffline(const OfflineOptions& options) {
  absl::StatusOr<std::unique_ptr<storage::Journal>> journal = OpenToRead(options);
  if (!journal.ok()) return journal.status();
  const storage::Head head = (*journal)->head();
  options.on_step({"verifying", 0, head.size, "entries"});
  const absl::Status verified = (*journal)->Verify([&](uint64_t entries) {
    options.on_step({"verifying", entries, head.size, "entries"});
    return absl::OkStatus();
  });
  if (!verified.ok()) return Located(options, verified);
  const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(**journal);
  if (!identity.ok()) return identity.status();
  if (absl::Status anchored = CheckAnchoredHere(options, **journal, *identity); !anchored.ok()) {
    return anchored;
  }
  return head;
}

absl::StatusOr<Exported> ExportOffline(const OfflineOptions& options, const std::string& out,
                                       bool payloads, uint64_t size) {
  if (options.env->FileExists(out).ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(out, " is there already. Name a new file with --out."));
  }
  if (!options.env->FileExists(storage::FolderOf(out)).ok()) {
    return absl::InvalidArgumentError(absl::StrCat("There is no folder ", storage::FolderOf(out),
                                                   " for ", out, ": make it first."));
  }
  if (absl::Status free = CheckUnfinished(options.env, UnfinishedOf(out)); !free.ok()) return free;
  absl::StatusOr<std::unique_ptr<storage::Journal>> journal = OpenToRead(options);
  if (!journal.ok()) return journal.status();
  const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(**journal);
  if (!identity.ok()) return Located(options, identity.status());
  if (absl::Status anchored = CheckAnchoredHere(options, **journal, *identity); !anchored.ok()) {
    return anchored;
  }
  const storage::Head head = (*journal)->head();
  if (size > head.size) {
    return absl::OutOfRangeError(absl::StrCat("The journal has ", head.size, " entries, not ", size,
                                              ": name a smaller --size."));
  }
  if (size != 0) {
    // Nothing that is older is signed here. Where it is damage, Verify tells its position.
    const absl::Status there = storage::CheckExport(**journal, size);
    if (absl::IsFailedPrecondition(there)) return there;
  }
  // Nothing is signed that was not checked.
  const absl::Status verified = (*journal)->Verify([&](uint64_t entries) {
    options.on_step({"verifying", entries, head.size, "entries"});
    return absl::OkStatus();
  });
  if (!verified.ok()) return Located(options, verified);
  if (size == 0) {
    journal = SignHead(options, *std::move(journal), *identity);
    if (!journal.ok()) return journal.status();
    size = head.size;
  }
  const absl::StatusOr<storage::Hash> root = (*journal)->RootOf(size);
  if (!root.ok()) return root.status();
  const absl::StatusOr<uint64_t> bytes =
      WriteWhole(options, **journal, {.size = size, .payloads = payloads}, out);
  if (!bytes.ok()) return bytes.status();
  return Exported{.origin = identity->origin, .head = {size, *root}, .bytes = *bytes};
}

absl::StatusOr<std::vector<storage::TrustedKey>> KeysInFile(rocksdb::Env* env,
                                                            const std::string& path) {
  absl::StatusOr<std::string> text = storage::ReadSmallFile(env, path, kKeyFileBytesMost);
  // A file that is too long is the wrong one, and no evidence of anything.
  if (absl::IsDataLoss(text.status())) return NoKeyFile(path, text.status().message());
  if (!text.ok()) return text.status();
  std::vector<storage::TrustedKey> keys;
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
    ++number;
    const absl::Status added = AddLine(line, keys);
    if (!added.ok()) {
      return NoKeyFile(path, absl::StrCat("Line ", number, ": ", added.message()));
    }
  }
  if (keys.empty()) return NoKeyFile(path, "There is no key in it.");
  return keys;
}

absl::StatusOr<Replayed> ReplayOffline(const OfflineOptions& options, const std::string& from,
                                       const std::vector<storage::TrustedKey>& keys) {
  if (absl::Status regular = storage::CheckRegularFile(from); !regular.ok()) return regular;
  storage::ReplayOptions replay;
  replay.journal_path = JournalFolder(options.data);
  replay.export_path = from;
  replay.keys = keys;
  replay.env = options.env;
  absl::StatusOr<std::optional<storage::Checkpoint>> anchor = AnchorOf(options).Read();
  if (!anchor.ok()) return anchor.status();
  replay.anchor = *std::move(anchor);
  replay.on_progress = [&](uint64_t done, uint64_t total) {
    options.on_step({"replaying", done, total, "steps"});
  };
  absl::StatusOr<std::unique_ptr<storage::Journal>> journal = OpenToRead(options);
  // NOT_FOUND also of one that a replay began to make and did not finish.
  if (!journal.ok() && !absl::IsNotFound(journal.status())) return journal.status();
  if (journal.ok()) {
    const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(**journal);
    if (!identity.ok()) return Located(options, identity.status());
    for (const NamedLogKey& named : identity->keys) AddNamed(named, replay.keys);
    journal->reset();
  }
  if (replay.keys.empty()) {
    return absl::InvalidArgumentError(
        "There is no journal yet that names the log's keys. Say which they are: --key FILE.");
  }
  // A server that runs is found out also where the journal's own lock file is gone.
  const absl::StatusOr<std::unique_ptr<HeldKeyring>> held = HeldKeyring::Hold(options);
  if (!held.ok()) return held.status();
  absl::StatusOr<storage::ReplayReport> report = storage::Replay(replay);
  if (!report.ok()) return report.status();
  return Replayed{.report = *report, .anchored = replay.anchor.has_value()};
}

absl::StatusOr<NewKey> RotateLogKeyOffline(const OfflineOptions& options) {
  absl::StatusOr<std::unique_ptr<storage::Journal>> examined = OpenToRead(options);
  if (!examined.ok()) return examined.status();
  const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(**examined);
  if (!identity.ok()) return Located(options, identity.status());
  // Opening it to be written would make final what may still be put back.
  if (absl::Status anchored = CheckAnchoredHere(options, **examined, *identity); !anchored.ok()) {
    return anchored;
  }
  const storage::Head head = (*examined)->head();
  examined->reset();
  const absl::StatusOr<JournalToWrite> opened = OpenToAppend(options);
  if (!opened.ok()) return opened.status();
  storage::Journal& journal = *opened->journal;
  if (journal.head() != head) return ChangedMeanwhile();
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> key =
      RotateLogKey(journal, KeysOf(options), *identity);
  if (!key.ok()) return AboutLogKey(key.status(), options.data);
  return NewKey{.key = (*key)->verifier(), .from_size = journal.head().size};
}

absl::StatusOr<NewKey> BeginEpochOffline(const OfflineOptions& options, const NewEpoch& epoch) {
  const absl::StatusOr<JournalToWrite> opened = OpenToAppend(options);
  if (!opened.ok()) return opened.status();
  storage::Journal& journal = *opened->journal;
  EpochGrounds grounds;
  grounds.key_lost = epoch.key_lost;
  grounds.anchor_lost = epoch.anchor_lost;
  // Cards may reflect entries that are lost; the server makes them again from those that are not.
  grounds.before_append = [&] {
    return storage::RemoveFolder(options.env, ViewsFolder(options.data));
  };
  storage::Anchor anchor = AnchorOf(options);
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> key =
      BeginEpoch(journal, KeysOf(options), anchor, epoch.origin, epoch.reason, grounds);
  if (!key.ok()) return key.status();
  return NewKey{.key = (*key)->verifier(), .from_size = journal.head().size};
}

absl::StatusOr<storage::Backup> RestoreOffline(const OfflineOptions& options,
                                               const std::string& backups, uint32_t number) {
  storage::BackupsOptions kept;
  kept.path = backups;
  kept.env = options.env;
  return storage::Backups(std::move(kept))
      .Restore(number, options.data, [&](const storage::BackupStep& step) {
        const bool copying = step.phase == storage::BackupStep::Phase::kCopying;
        options.on_step({copying ? "copying" : "verifying", step.done, step.total,
                         copying ? "bytes" : "entries"});
        return absl::OkStatus();
      });
}

}  // namespace countersign
