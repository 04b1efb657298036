// Backups of the journal, made while it serves, and of the keys that belong to it, apart and for a
// shorter time.
//
// In the folder of the backups lie `journal/`, written by RocksDB's BackupEngine (files that did
// not change are shared between backups); `keys/N/` (key_copy.h); and the record `backup-N` of each
// (backup_record.h), which is written last. To remove an old backup remove its record: the next
// backup takes its files away.
//
// A backup's keys are never older than its journal: the journal is copied first, and a key is
// synced before the first entry under it is appended.
//
// Two things are not part of a backup. The anchor (anchor.h), because it is what shows that a
// journal came back shorter than it was signed: restored with the journal it would vouch for the
// loss. The keys that sign (log_keys.h), because whoever takes a backup away could then sign in the
// log's name: they are kept where the anchor is.
//
// Keys that are older than they may be kept are absent, whether or not somebody came to remove
// them. Their age is that of the backup; where its record is damaged or gone, that of their file.
//
// Thread-safe. Create, Verify and Restore run one at a time, also among programs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "rocksdb/utilities/backup_engine.h"
#include "storage/copies/backup_record.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign::storage {

struct BackupsOptions {
  std::string path{};  // A folder, made by the first backup; best on another disk.
  rocksdb::Env* env = rocksdb::Env::Default();
  std::function<absl::Time()> now = absl::Now;
  // Copies of keys that are older than this are absent. They are removed by whatever comes first:
  // RemoveExpiredKeys, a new backup, a restore.
  absl::Duration keys_kept = absl::Hours(24 * 30);
  // Room that a copy must leave on its disk.
  uint64_t min_free_bytes = uint64_t{256} << 20;
  // Free bytes on the disk of a folder. Empty: ask `env`; an env that cannot tell has room.
  std::function<absl::StatusOr<uint64_t>(const std::string& folder)> free_bytes{};
};

struct BackupStep {
  enum class Phase {
    kCopying,    // In bytes; the total is an estimate.
    kVerifying,  // In entries.
  };
  Phase phase = Phase::kCopying;
  uint64_t done = 0;
  uint64_t total = 0;  // 0: not known.
};

// Told between steps, perhaps on another thread than the caller's, which waits meanwhile. An error
// ends the work and is returned unchanged.
using BackupListener = absl::FunctionRef<absl::Status(const BackupStep&)>;

class Backups {
 public:
  explicit Backups(BackupsOptions options);

  // Copies the journal as it stands, then the keys, and reads the checksums of what was written.
  // Appends and reads go on. FAILED_PRECONDITION while another one is made or verified;
  // RESOURCE_EXHAUSTED when the disk has no room; DATA_LOSS when what was read is damaged;
  // UNAVAILABLE when it cannot be written. The backups that were there stay as they were.
  absl::StatusOr<Backup> Create(const Journal& journal, Keyring& keyring, BackupListener listener);

  // The complete ones, the newest first; none when there is no folder. A backup whose record is
  // damaged is left out. Only reads, and keeps nobody from the folder. UNAVAILABLE.
  absl::StatusOr<std::vector<Backup>> List() const;

  // Overwrites and removes the keys whose time is over; has the folder only while there are some.
  // OK without doing so while another call has it: ask again later. UNAVAILABLE when some may still
  // be there; all others are gone then.
  absl::Status RemoveExpiredKeys() const;

  // Reads a backup through (0: the newest): checksums of all files; then it is restored into the
  // folder `verifying` beside it, every entry, payload row and hash of the journal is checked
  // (Journal::Verify) and the head compared with the record, the keys are opened, and the folder is
  // removed. NOT_FOUND when there is no such backup; DATA_LOSS when it is damaged;
  // FAILED_PRECONDITION, RESOURCE_EXHAUSTED and UNAVAILABLE as Create.
  absl::StatusOr<Backup> Verify(uint32_t number, BackupListener listener);

  // Restores a backup (0: the newest) into the folder `into`: `journal` and, where the keys are
  // still kept, `keyring`. The folder has its name only once all is verified and synced.
  // FAILED_PRECONDITION when there is something of that name; errors as Verify. The folder of the
  // backups has to be writable: it is locked meanwhile.
  //
  // A restored journal is mostly behind its anchor. It is not to be written to until what is
  // missing was replayed from an export, or a new epoch was begun.
  absl::StatusOr<Backup> Restore(uint32_t number, const std::string& into, BackupListener listener);

 private:
  absl::StatusOr<Backup> CreateAlone(const Journal& journal, Keyring& keyring,
                                     BackupListener listener);
  // The journal's files into the engine; the number it gave them.
  absl::StatusOr<uint32_t> CopyJournal(rocksdb::BackupEngine& engine, const Journal& journal,
                                       BackupListener listener);
  // What the engine holds under a number, read from its files, once the journal has published it.
  absl::StatusOr<Backup> Describe(rocksdb::BackupEngine& engine, uint32_t number,
                                  const Journal& journal) const;
  absl::Status RemoveUnrecorded(rocksdb::BackupEngine& engine) const;
  // To be called by who has the folder's lock.
  absl::Status RemoveExpiredKeysAlone() const;
  absl::StatusOr<Backup> VerifyAlone(uint32_t number, BackupListener listener) const;
  absl::StatusOr<Backup> RestoreAlone(uint32_t number, const std::string& into,
                                      BackupListener listener) const;
  bool KeysExpired(absl::Time copied_at) const;
  // The names in the folder `keys`; none when it is not there.
  absl::StatusOr<std::vector<std::string>> CopiesOfKeys() const;
  // When the keys of this name were copied.
  absl::StatusOr<absl::Time> KeysCopiedAt(const std::string& name) const;
  // Adds the names of those whose time is over. After an error for one, the others are there.
  absl::Status FindExpiredKeys(std::vector<std::string>& expired) const;
  // The backup of this number; 0: the newest.
  absl::StatusOr<Backup> Find(uint32_t number) const;
  // Restores into a folder that does not exist yet, and verifies it there.
  absl::Status RestoreVerified(const Backup& backup, const std::string& into,
                               BackupListener listener) const;
  absl::Status CheckRoom(const std::string& folder, uint64_t bytes) const;
  // Where keys lie, by their name: the number of their backup.
  std::string KeysOf(const absl::AlphaNum& name) const;
  rocksdb::BackupEngineOptions EngineOptions() const;

  const BackupsOptions options_;
};

}  // namespace countersign::storage
