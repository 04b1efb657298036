#include "storage/copies/backup.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/copies/folder_lock.h"
#include "storage/copies/unfinished_restore.h"
#include "storage/errors.h"
#include "storage/journal_store.h"
#include "storage/keyring/key_copy.h"
#include "storage/keys.h"
#include "storage/rocks.h"
#include "storage/small_file.h"

namespace countersign::storage {
namespace {

// How often the copying is told and can be stopped.
constexpr uint64_t kToldEveryBytes = uint64_t{1} << 20;
// An entry that was copied before its sync is published as soon as that returns.
constexpr absl::Duration kPublishedWithin = absl::Seconds(10);

// An error of the engine: it calls a damaged file a corruption, and a missing one not found.
absl::Status FromEngine(const rocksdb::Status& status, std::string_view doing) {
  absl::Status ours = FromRocks(status, doing);
  if (absl::IsNotFound(ours)) return absl::DataLossError(ours.message());
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(ours.message());
  return ours;
}

// RocksDB reads a backup only under an absolute path.
BackupsOptions WithAbsolutePath(BackupsOptions options) {
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::absolute(options.path, failed);
  if (!failed) options.path = absolute.string();
  return options;
}

uint64_t BytesOf(rocksdb::DB& db) {
  std::vector<rocksdb::LiveFileStorageInfo> files;
  uint64_t bytes = 0;
  // Only an estimate: without it the progress has no total.
  if (!db.GetLiveFilesStorageInfo({}, &files).ok()) return 0;
  for (const rocksdb::LiveFileStorageInfo& file : files) bytes += file.size;
  return bytes;
}

// The head of the journal in a backup, which is opened to be read only.
absl::StatusOr<Head> HeadIn(const rocksdb::BackupInfo& files) {
  rocksdb::DBOptions options;
  options.env = files.env_for_open.get();
  // As it was written with: RocksDB would else drop what it noted about its logs, which it cannot
  // do while it only reads.
  options.track_and_verify_wals_in_manifest = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, Rocks::FamilyOptions(Rocks::Shape::kRows, nullptr)},
      {keys::kMetaFamily, Rocks::FamilyOptions(Rocks::Shape::kRows, nullptr)}};
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(options, files.name_for_open, families, &handles, &opened);
  if (!status.ok()) return FromEngine(status, "reading a backup");
  const std::unique_ptr<rocksdb::DB> db(opened);
  absl::StatusOr<HeadRow> row = JournalStore::ReadHeadFrom(*db, handles.back());
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  if (!row.ok()) return row.status();
  return row->head;
}

}  // namespace

Backups::Backups(BackupsOptions options) : options_(WithAbsolutePath(std::move(options))) {}

rocksdb::BackupEngineOptions Backups::EngineOptions() const {
  rocksdb::BackupEngineOptions options(options_.path + "/journal", options_.env);
  options.callback_trigger_interval_size = kToldEveryBytes;
  return options;
}

absl::Status Backups::CheckRoom(const std::string& folder, uint64_t bytes) const {
  uint64_t free = 0;
  if (options_.free_bytes) {
    absl::StatusOr<uint64_t> told = options_.free_bytes(folder);
    if (!told.ok()) return absl::UnavailableError(told.status().message());
    free = *told;
  } else {
    const rocksdb::Status asked = options_.env->GetFreeSpace(folder, &free);
    if (asked.IsNotSupported()) return absl::OkStatus();
    if (!asked.ok()) return absl::UnavailableError(asked.ToString());
  }
  if (free >= bytes && free - bytes >= options_.min_free_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("The disk of ", folder, " has ", free, " bytes left; the copy needs about ",
                   bytes, ", and ", options_.min_free_bytes,
                   " have to stay free. Make room there, "
                   "for example by removing the records of old backups."));
}

absl::StatusOr<Backup> Backups::Create(const Journal& journal, Keyring& keyring,
                                       BackupListener listener) {
  absl::Status made = MakeFolder(options_.env, options_.path);
  if (!made.ok()) return made;
  FolderLock alone(options_.env);
  if (absl::Status taken = alone.Take(options_.path); !taken.ok()) return taken;
  return CreateAlone(journal, keyring, listener);
}

absl::StatusOr<Backup> Backups::CreateAlone(const Journal& journal, Keyring& keyring,
                                            BackupListener listener) {
  rocksdb::BackupEngine* opened = nullptr;
  rocksdb::Status status = rocksdb::BackupEngine::Open(EngineOptions(), options_.env, &opened);
  if (!status.ok()) return FromEngine(status, "opening the backups");
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  absl::Status removed = RemoveUnrecorded(*engine);
  if (!removed.ok()) return removed;
  absl::StatusOr<uint32_t> number = CopyJournal(*engine, journal, listener);
  if (!number.ok()) return number.status();
  absl::StatusOr<Backup> backup = Describe(*engine, *number, journal);
  if (!backup.ok()) return backup.status();
  // After the journal: the keys of all its entries are there by now.
  absl::Status copied = keyring.CopyTo(KeysOf(*number));
  if (!copied.ok()) return copied;
  backup->has_keys = true;
  absl::Status told = listener({BackupStep::Phase::kVerifying, 0, backup->head.size});
  if (!told.ok()) return told;
  status = engine->VerifyBackup(*number, /*verify_with_checksum=*/true);
  if (!status.ok()) return FromEngine(status, "reading the new backup's checksums");
  absl::Status recorded = WriteRecord(options_.env, options_.path, *backup);
  if (!recorded.ok()) return recorded;
  absl::Status aged = RemoveExpiredKeysAlone();
  if (!aged.ok()) return aged;
  return backup;
}

absl::StatusOr<uint32_t> Backups::CopyJournal(rocksdb::BackupEngine& engine, const Journal& journal,
                                              BackupListener listener) {
  rocksdb::DB& db = journal.store_->db();
  rocksdb::BackupInfo newest;
  const uint64_t all = BytesOf(db);
  const uint64_t shared =
      engine.GetLatestBackupInfo(&newest).ok() ? std::min<uint64_t>(newest.size, all) : 0;
  const uint64_t new_bytes = all - shared;
  absl::Status room = CheckRoom(options_.path, new_bytes);
  if (!room.ok()) return room;

  std::mutex lock;
  BackupStep step{BackupStep::Phase::kCopying, 0, all};
  absl::Status told = listener(step);
  if (!told.ok()) return told;
  rocksdb::CreateBackupOptions copying;
  copying.progress_callback = [&] {
    std::lock_guard guard(lock);
    step.done += kToldEveryBytes;
    step.total = std::max(step.total, step.done);
    if (told.ok()) told = listener(step);
    if (!told.ok()) engine.StopBackup();
  };
  rocksdb::BackupID number = 0;
  const rocksdb::Status copied = engine.CreateNewBackupWithMetadata(copying, &db, "", &number);
  std::lock_guard guard(lock);
  if (!told.ok()) return told;
  if (!copied.ok()) return FromEngine(copied, "copying the journal");
  return number;
}

absl::StatusOr<Backup> Backups::Describe(rocksdb::BackupEngine& engine, uint32_t number,
                                         const Journal& journal) const {
  rocksdb::BackupInfo files;
  const rocksdb::Status found = engine.GetBackupInfo(number, &files, /*include_file_details=*/true);
  if (!found.ok()) return FromEngine(found, "reading the new backup");
  absl::StatusOr<Head> head = HeadIn(files);
  if (!head.ok()) return head.status();
  if (head->size > 0) {
    // A batch may have been copied between its writing and its sync. Were the power cut just now,
    // the journal would go on without it, and the backup would be the only one to know it.
    absl::Status published = journal.WaitForMore(head->size - 1, kPublishedWithin);
    if (!published.ok()) {
      return absl::UnavailableError(
          absl::StrCat("The journal did not finish what was copied: ", published.message()));
    }
  }
  absl::StatusOr<Hash> root = journal.RootOf(head->size);
  if (!root.ok()) return root.status();
  if (*root != head->root) {
    return absl::DataLossError(
        absl::StrCat("The copy's ", head->size, " entries have another root than the journal's."));
  }
  return Backup{.number = number,
                .created_at = absl::FromUnixMicros(absl::ToUnixMicros(options_.now())),
                .head = *head,
                .bytes = files.size};
}

absl::Status Backups::RemoveUnrecorded(rocksdb::BackupEngine& engine) const {
  absl::StatusOr<std::vector<uint32_t>> recorded = RecordedNumbers(options_.env, options_.path);
  if (!recorded.ok()) return recorded.status();
  std::vector<rocksdb::BackupInfo> held;
  engine.GetBackupInfo(&held);
  for (const rocksdb::BackupInfo& backup : held) {
    if (std::count(recorded->begin(), recorded->end(), backup.backup_id) > 0) continue;
    const rocksdb::Status removed = engine.DeleteBackup(backup.backup_id);
    if (!removed.ok()) return FromEngine(removed, "removing a backup without a record");
  }
  absl::StatusOr<std::vector<std::string>> names = CopiesOfKeys();
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const bool is_recorded = std::any_of(recorded->begin(), recorded->end(), [&](uint32_t number) {
      return absl::StrCat(number) == name;
    });
    if (is_recorded) continue;
    absl::Status gone = DestroyKeys(options_.env, KeysOf(name));
    if (!gone.ok()) return gone;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Backup>> Backups::List() const {
  absl::StatusOr<std::vector<uint32_t>> numbers = RecordedNumbers(options_.env, options_.path);
  if (!numbers.ok()) return numbers.status();
  std::vector<Backup> all;
  for (const uint32_t number : *numbers) {
    absl::StatusOr<Backup> backup = Find(number);
    // NOT_FOUND: somebody has just removed the record.
    if (absl::IsDataLoss(backup.status()) || absl::IsNotFound(backup.status())) continue;
    if (!backup.ok()) return backup.status();
    all.push_back(*backup);
  }
  return all;
}

absl::StatusOr<Backup> Backups::Find(uint32_t number) const {
  if (number == 0) {
    absl::StatusOr<std::vector<Backup>> all = List();
    if (!all.ok()) return all.status();
    if (all->empty()) {
      return absl::NotFoundError(absl::StrCat("There is no backup in ", options_.path, "."));
    }
    return all->front();
  }
  absl::StatusOr<Backup> backup = ReadRecord(options_.env, options_.path, number);
  if (backup.ok()) {
    backup->has_keys = !KeysExpired(backup->created_at) && IsKeyCopy(options_.env, KeysOf(number));
  }
  return backup;
}

absl::StatusOr<Backup> Backups::Verify(uint32_t number, BackupListener listener) {
  if (absl::StatusOr<Backup> there = Find(number); !there.ok()) return there.status();
  FolderLock alone(options_.env);
  if (absl::Status taken = alone.Take(options_.path); !taken.ok()) return taken;
  return VerifyAlone(number, listener);
}

absl::StatusOr<Backup> Backups::VerifyAlone(uint32_t number, BackupListener listener) const {
  // Only now: until the lock was taken its keys could expire, and its record be removed.
  absl::StatusOr<Backup> backup = Find(number);
  if (!backup.ok()) return backup.status();
  const std::string verifying = options_.path + "/verifying";
  absl::Status removed = RemoveUnfinished(options_.env, verifying);
  if (!removed.ok()) return removed;
  absl::Status verified = RestoreVerified(*backup, verifying, listener);
  removed = RemoveUnfinished(options_.env, verifying);
  if (!verified.ok()) return verified;
  if (!removed.ok()) return removed;
  return backup;
}

absl::StatusOr<Backup> Backups::Restore(uint32_t number, const std::string& into,
                                        BackupListener listener) {
  if (options_.env->FileExists(into).ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(into, " is there already. A backup is restored into a new folder only."));
  }
  if (absl::StatusOr<Backup> there = Find(number); !there.ok()) return there.status();
  FolderLock alone(options_.env);
  if (absl::Status taken = alone.Take(options_.path); !taken.ok()) return taken;
  if (absl::Status aged = RemoveExpiredKeysAlone(); !aged.ok()) return aged;
  return RestoreAlone(number, into, listener);
}

absl::StatusOr<Backup> Backups::RestoreAlone(uint32_t number, const std::string& into,
                                             BackupListener listener) const {
  absl::StatusOr<Backup> backup = Find(number);
  if (!backup.ok()) return backup.status();
  const std::string unfinished = into + kUnfinishedRestore;
  // Of an earlier attempt that was interrupted.
  absl::Status removed = RemoveUnfinished(options_.env, unfinished);
  if (!removed.ok()) return removed;
  absl::Status restored = RestoreVerified(*backup, unfinished, listener);
  if (restored.ok()) {
    const rocksdb::Status renamed = options_.env->RenameFile(unfinished, into);
    restored = renamed.ok() ? SyncFolder(options_.env, FolderOf(into))
                            : FromRocks(renamed, "giving the restored folder its name");
  }
  if (!restored.ok()) {
    // Whatever stays is removed by the next attempt; the error that came first is the one to tell.
    (void)RemoveUnfinished(options_.env, unfinished);
    return restored;
  }
  return backup;
}

absl::Status Backups::RestoreVerified(const Backup& backup, const std::string& into,
                                      BackupListener listener) const {
  absl::Status told = listener({BackupStep::Phase::kCopying, 0, backup.bytes});
  if (!told.ok()) return told;
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  rocksdb::Status status =
      rocksdb::BackupEngineReadOnly::Open(EngineOptions(), options_.env, &opened);
  if (!status.ok()) return FromEngine(status, "opening the backups");
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  status = engine->VerifyBackup(backup.number, /*verify_with_checksum=*/true);
  if (!status.ok()) {
    return FromEngine(status, absl::StrCat("reading the checksums of backup ", backup.number));
  }
  absl::Status made = MakeFolder(options_.env, into);
  if (!made.ok()) return made;
  absl::Status room = CheckRoom(into, backup.bytes);
  if (!room.ok()) return room;
  const std::string journal_folder = into + "/journal";
  status = engine->RestoreDBFromBackup(backup.number, journal_folder, journal_folder);
  if (!status.ok()) return FromEngine(status, absl::StrCat("restoring backup ", backup.number));
  if (backup.has_keys) {
    absl::Status keys = RestoreKeys(options_.env, KeysOf(backup.number), into + "/keyring");
    if (!keys.ok()) return keys;
  }
  JournalOptions options;
  options.path = journal_folder;
  options.env = options_.env;
  absl::StatusOr<std::unique_ptr<Journal>> journal = Journal::Open(std::move(options));
  if (!journal.ok()) return journal.status();
  if ((*journal)->head() != backup.head) {
    return absl::DataLossError(absl::StrCat(
        "Backup ", backup.number, " holds ", (*journal)->head().size,
        " entries, but its record says ", backup.head.size, ", or with another root."));
  }
  absl::Status verified = (*journal)->Verify([&](uint64_t entries) {
    return listener({BackupStep::Phase::kVerifying, entries, backup.head.size});
  });
  if (!verified.ok()) return verified;
  journal->reset();
  absl::Status synced = SyncFolder(options_.env, journal_folder);
  return synced.ok() ? SyncFolder(options_.env, into) : synced;
}

}  // namespace countersign::storage
