// What the operator does with a data folder that no server holds: check it, take the log out of it,
// bring back what it lost, change the key that signs.
//
// Nothing on the disk is changed by who examines, nor by a refusal because of damage or of what is
// missing. All of these refuse with FAILED_PRECONDITION while a server holds the folder, and with
// NOT_FOUND where there is no journal: nothing is made by mistake. A damaged store is DATA_LOSS,
// naming the first position that cannot be read or verified; a journal that lost what was signed is
// storage::IsBehindAnchor. Nothing is appended but what a command is for.
#ifndef COUNTERSIGN_SERVICES_OPERATOR_OFFLINE_H_
#define COUNTERSIGN_SERVICES_OPERATOR_OFFLINE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/copies/backup.h"
#include "storage/copies/replay.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/signing/signed_note.h"

namespace countersign {

// Where a long command is.
struct OfflineStep {
  std::string doing;  // Such as "verifying".
  uint64_t done = 0;
  uint64_t total = 0;  // 0: not known.
  std::string unit;    // Such as "entries".
};

struct OfflineOptions {
  std::string data;    // The data folder.
  std::string anchor;  // As ServerOptions::anchor.
  rocksdb::Env* env = rocksdb::Env::Default();
  storage::RandomBytes random = storage::SystemRandom;
  std::function<void(const OfflineStep&)> on_step = [](const OfflineStep&) {};
};

// Changes nothing on the disk: the folder may be mounted to be read only. Checks every entry,
// payload row and hash, the chain of the keys that sign, and that nothing is
// missing that was signed. FAILED_PRECONDITION when there is no anchor although something was
// signed: whether something is missing is then unknown.
absl::StatusOr<storage::Head> VerifyOffline(const OfflineOptions& options);

struct Exported {
  std::string origin;
  storage::Head head;
  uint64_t bytes = 0;  // Of the file.
};
// Writes the log (storage/copies/export.h) to the file `out`, which is there whole or not at all.
// Of one head it has the same bytes as the export of a server. Signs the head where that was not
// done yet: NOT_FOUND without the log's key. FAILED_PRECONDITION when there is a file of that name,
// or something else than an unfinished export under that name with ".unfinished". A `size` other
// than 0 is that of an older head, whose checkpoint must be stored: OUT_OF_RANGE beyond the head,
// FAILED_PRECONDITION naming the nearest sizes of which there is one (storage::CheckExport). The
// folder is only written to for that signature. INVALID_ARGUMENT when there is no folder for `out`.
absl::StatusOr<Exported> ExportOffline(const OfflineOptions& options, const std::string& out,
                                       bool payloads, uint64_t size = 0);

struct Replayed {
  storage::ReplayReport report;
  bool anchored = false;  // There was an anchor to compare the export with.
};
// Brings back from the export `from` what the journal has not (storage/copies/replay.h). It must be
// signed by a key that the journal names, or by one of `keys`, and hold what the anchor says, where
// there is one. A key that both name is believed for the sizes that both allow. Where there is no
// journal one is made, and only `keys` count: INVALID_ARGUMENT without any.
absl::StatusOr<Replayed> ReplayOffline(const OfflineOptions& options, const std::string& from,
                                       const std::vector<storage::TrustedKey>& keys);
// The log's keys in a key file as `countersign log key` writes it: one on each line, behind it
// "from SIZE", "until SIZE" or both, and '#' begins a comment. The same files are accepted as by
// everybody who checks the log (docs/operating.md). NOT_FOUND; FAILED_PRECONDITION as
// storage::CheckRegularFile; INVALID_ARGUMENT for a file over 1 MiB, for one without a key, and
// naming the line that is wrong: no key, a witness's, a size that is none, a key for no size, or
// the same key twice.
absl::StatusOr<std::vector<storage::TrustedKey>> KeysInFile(rocksdb::Env* env,
                                                            const std::string& path);

struct NewKey {
  storage::VerifierKey key;  // What auditors get; its name is the origin.
  uint64_t from_size = 0;    // Signs heads of at least so many entries.
};
// A new key signs from now on; the old one signed that it follows. The old file may be kept as long
// as somebody checks what it signed; it signs nothing any more.
absl::StatusOr<NewKey> RotateLogKeyOffline(const OfflineOptions& options);

struct NewEpoch {
  std::string origin;
  std::string reason;
  bool key_lost = false;     // As EpochGrounds (services/log/log_identity.h).
  bool anchor_lost = false;  // Likewise.
};
// BeginEpoch (services/log/log_identity.h), for a journal whose missing entries, key or anchor
// nobody can bring back. Removes the cards, which may reflect what is lost.
absl::StatusOr<NewKey> BeginEpochOffline(const OfflineOptions& options, const NewEpoch& epoch);

// Restores a backup (0: the newest) into options.data, which must not be there yet.
absl::StatusOr<storage::Backup> RestoreOffline(const OfflineOptions& options,
                                               const std::string& backups, uint32_t number);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_OPERATOR_OFFLINE_H_
