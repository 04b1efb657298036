// A data folder that no server holds: how the operator's commands open what lies in it. Who only
// reads changes no byte of it, so that evidence stays what it was and may be mounted to be read
// only; who writes holds every store of it.
#ifndef COUNTERSIGN_SERVICES_OPERATOR_OPENING_H_
#define COUNTERSIGN_SERVICES_OPERATOR_OPENING_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/operator/offline.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/signing/anchor.h"
#include "storage/signing/log_keys.h"

namespace countersign {

storage::Anchor AnchorOf(const OfflineOptions& options);
storage::LogKeys KeysOf(const OfflineOptions& options);

// Holds the lock of the keyring in a data folder, where there is one, until it goes.
class HeldKeyring {
 public:
  // FAILED_PRECONDITION while somebody else holds it; UNAVAILABLE where it cannot be locked.
  static absl::StatusOr<std::unique_ptr<HeldKeyring>> Hold(const OfflineOptions& options);
  ~HeldKeyring();
  HeldKeyring(const HeldKeyring&) = delete;
  HeldKeyring& operator=(const HeldKeyring&) = delete;

 private:
  explicit HeldKeyring(rocksdb::Env* env) : env_(env) {}

  rocksdb::Env* env_;
  rocksdb::FileLock* lock_ = nullptr;
};

// A journal to append to; the keyring is held as long, and closed last.
struct JournalToWrite {
  std::unique_ptr<storage::Keyring> keyring;
  std::unique_ptr<storage::Journal> journal;
};

// The journal, to be read only (storage::Journal::OpenToRead). NOT_FOUND, FAILED_PRECONDITION and
// DATA_LOSS as services/operator/offline.h says for all commands.
absl::StatusOr<std::unique_ptr<storage::Journal>> OpenToRead(const OfflineOptions& options);
// `verified` where it is OK or no damage; else the same with the first position that cannot be read
// or verified, which Journal::Verify alone does not know where one damaged table hides another.
absl::Status Located(const OfflineOptions& options, const absl::Status& verified);
// The journal, to keep a checkpoint in it. To be called with the keyring held.
absl::StatusOr<std::unique_ptr<storage::Journal>> OpenToSign(const OfflineOptions& options);
// The journal for a command that appends. A demo's clock stands still at its last entry: the time
// of the day may be far from it. NOT_FOUND as well for a missing keyring.
absl::StatusOr<JournalToWrite> OpenToAppend(const OfflineOptions& options);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_OPERATOR_OPENING_H_
