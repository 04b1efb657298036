// Under which origin and with which keys the journal's heads are signed: what its own stream says
// of that, and the few ways to change it. All of these run before anything else writes.
#ifndef COUNTERSIGN_SERVICES_LOG_LOG_IDENTITY_H_
#define COUNTERSIGN_SERVICES_LOG_LOG_IDENTITY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/signing/anchor.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/log_keys.h"
#include "storage/signing/signed_note.h"

namespace countersign {

// A key that log_key_named named, under the origin that is the key's name.
struct NamedLogKey {
  storage::VerifierKey key;
  uint64_t from_size = 0;   // Signs heads of at least so many entries.
  uint64_t until_size = 0;  // The greatest it may have signed; 0 while it is in use.
};

struct LogIdentity {
  // Empty while the journal is. A journal that was opened without one has "countersign.local/" and
  // the first 16 hexadecimal digits of the leaf hash of its entry 0.
  std::string origin;
  // Of every origin, in the order in which they were named.
  std::vector<NamedLogKey> keys;
  // What the latest epoch_begun names as signed last; nothing when the journal has none.
  std::optional<storage::Checkpoint> left_behind;

  // The key that signs now; nullptr before one was named under this origin.
  const NamedLogKey* current() const;
  // The epoch that follows what `anchor` says is journaled already.
  bool HasLeft(const storage::Checkpoint& anchor) const;
};

// Reads the journal's own stream. DATA_LOSS, naming the position, when a key was not named as it
// must be: signed under itself and under the key before it, for the origin that then held.
absl::StatusOr<LogIdentity> ReadLogIdentity(const storage::Journal& journal);

// An origin that no other journal has: "countersign.local/" and 16 random hexadecimal digits.
std::string NewOrigin(const storage::RandomBytes& random);

// INVALID_ARGUMENT unless checkpoints may have this origin: a key name
// (storage/signing/signed_note.h) of at most 200 bytes.
absl::Status CheckOrigin(const std::string& origin);

// The note of a LogKeyNamed event: `key` follows `previous`, or nothing.
std::string LogKeyNote(const storage::SignatureKey& key, const storage::SignatureKey* previous);

// The key that signs now. When none was named yet, one is made and journaled. NOT_FOUND or
// FAILED_PRECONDITION as LogKeys::Find says, when the named one cannot be used.
absl::StatusOr<std::unique_ptr<storage::SignatureKey>> OpenLogKey(storage::Journal& journal,
                                                                  const storage::LogKeys& keys,
                                                                  const LogIdentity& identity);

// `found` with what to do where it says that the key of the journal in the folder `data` is missing
// (NOT_FOUND); else unchanged.
absl::Status AboutLogKey(const absl::Status& found, const std::string& data);

// Makes a new key, journals that it follows the present one, and returns it. A journal that named
// none gets its first. Nobody may sign meanwhile. Errors as OpenLogKey.
absl::StatusOr<std::unique_ptr<storage::SignatureKey>> RotateLogKey(storage::Journal& journal,
                                                                    const storage::LogKeys& keys,
                                                                    const LogIdentity& identity);

// Why an epoch may begin although the journal is not behind its anchor.
struct EpochGrounds {
  // Nobody has the key that signs.
  bool key_lost = false;
  // Nobody has the anchor: what the journal holds as signed last stands for it.
  bool anchor_lost = false;
  // Called once everything is judged, just before the journal is written to; not called when a
  // refusal or an error comes first. Its error is returned unchanged.
  std::function<absl::Status()> before_append = [] { return absl::OkStatus(); };
};

// For a journal that is behind its anchor and whose missing entries nobody can bring back, or that
// cannot be signed on for what `grounds` say: it goes on under `new_origin`, with a new key, and
// says so in an entry that names the anchor and `reason`. The anchor then is the head under the new
// origin. Called again after it was interrupted, it finishes. FAILED_PRECONDITION when the journal
// is empty, when it is not behind and there are no grounds, when there is no anchor and it is not
// said to be lost, or a key is said to be lost that is there; INVALID_ARGUMENT for an origin that
// is none or was one of this journal's, and for a reason that is empty, has more than 1,000 bytes,
// or is not UTF-8 without control characters other than line feeds: nothing is written then.
absl::StatusOr<std::unique_ptr<storage::SignatureKey>> BeginEpoch(
    storage::Journal& journal, const storage::LogKeys& keys, storage::Anchor& anchor,
    const std::string& new_origin, const std::string& reason, const EpochGrounds& grounds = {});

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_LOG_LOG_IDENTITY_H_
