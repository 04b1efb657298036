// The keys of payloads: made, wrapped, used, destroyed. A store of its own, with backups of its own
// and a shorter life than the journal's.
//
// Each owner (a person for the facts about them, a plan for its content) has one data key. Data
// keys are stored wrapped (AES-256-GCM) under the epoch key, which lies in a small file of its own.
// Deleting a row from an LSM tree or from a backup is not deletion; so Destroy() wraps the
// surviving keys under a new epoch key and destroys the file of the old one. From then on every
// older copy of the store is useless.
//
// Invariants:
//   K1  A key is on disk, synced, before any call returns its id or anything sealed under it.
//   K2  An owner has at most one key. Once destroyed, the owner never gets another.
//   K3  After a crash at any moment of Destroy() the key is either still usable, or gone for good.
//   K4  The epoch file of the current epoch is never removed; all others are, at the latest at
//   Open. K5  After a failed write nothing more is written: UNAVAILABLE until the store is
//   reopened.
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "rocksdb/env.h"
#include "storage/errors.h"
#include "storage/hash.h"
#include "storage/stream.h"

namespace countersign::storage {

class KeyringStore;

using DataKeyId = Id;

// Fills the whole span with unpredictable bytes. Called from any thread.
using RandomBytes = std::function<void(absl::Span<uint8_t>)>;
// The operating system's generator, by way of OpenSSL. Aborts when it has no entropy.
void SystemRandom(absl::Span<uint8_t> bytes);

struct KeyringOptions {
  std::string path{};  // A folder, made if it is missing. Holds the store and the epoch file.
  rocksdb::Env* env = rocksdb::Env::Default();
  RandomBytes random = SystemRandom;
  // Unwrapped keys kept in memory, wiped when they leave; and whose they are.
  size_t cached_keys = 10'000;
};

// What an event takes over from the keyring; the fields are those of NewEvent and of the entry.
struct Sealed {
  std::string key_id;              // 16 bytes.
  std::string payload;             // 12 bytes of nonce, ciphertext, 16 bytes of tag.
  std::string content_commitment;  // SHA-256(salt || plaintext), 32 bytes; see CommitmentSalt.
};

class Keyring {
 public:
  // Opens or makes the keyring. DATA_LOSS when the epoch file is missing or does not fit the store
  // (nothing is changed then), FAILED_PRECONDITION when others than the file's owner may read it.
  static absl::StatusOr<std::unique_ptr<Keyring>> Open(KeyringOptions options);

  // Opens a keyring to read what was sealed, whoever else may have it open: nothing on the disk is
  // changed, and what would make or destroy a key answers UNAVAILABLE. NOT_FOUND where no keyring
  // was begun; else errors as Open.
  static absl::StatusOr<std::unique_ptr<Keyring>> OpenToRead(KeyringOptions options);

  ~Keyring();
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;

  // The id of the owner's key, which is made if there is none. Concurrent callers get the same one.
  // KeyDestroyed when it was destroyed.
  absl::StatusOr<DataKeyId> KeyFor(const StreamId& owner);

  // The ids of several owners' keys, in the order of `owners`; those that are missing are made in
  // one synced write. KeyDestroyed when one of them was destroyed; no key is made then.
  absl::StatusOr<std::vector<DataKeyId>> KeysFor(absl::Span<const StreamId> owners);

  // Encrypts `plaintext` for an event of `event_type` in `stream` under the owner's key, which is
  // made if there is none. KeyDestroyed when it was destroyed.
  absl::StatusOr<Sealed> Seal(const StreamId& owner, const StreamId& stream,
                              std::string_view event_type, std::string_view plaintext);

  // The reverse of Seal. KeyDestroyed when the key was destroyed; DATA_LOSS when the payload, its
  // key id, its stream or its type is not what was sealed, or the keyring never had such a key
  // (a keyring restored from a backup older than the journal).
  absl::StatusOr<std::string> Open(std::string_view key_id, const StreamId& stream,
                                   std::string_view event_type, std::string_view payload);

  // The salt of a payload's content commitment, for a record pack that must stay provable after
  // the key is gone. Errors as Open; the payload itself is not checked.
  absl::StatusOr<Hash> CommitmentSalt(std::string_view key_id, std::string_view payload);

  // A digest of a request's body that tells nothing to who does not hold the owner's key. The key
  // is made if there is none. KeyDestroyed when it was destroyed.
  absl::StatusOr<Hash> KeyedDigest(const StreamId& owner, std::string_view body);

  // An opaque id for `text` (a payroll number, say), the same each time for the same owner, purpose
  // and text. The key is made if there is none. KeyDestroyed when it was destroyed.
  absl::StatusOr<Id> Pseudonym(const StreamId& owner, std::string_view purpose,
                               std::string_view text);

  // Destroys the owner's key for good. OK as well when it was destroyed before; an owner without a
  // key never gets one from now on. Takes a few microseconds per surviving key, and
  // nobody can seal or open meanwhile.
  absl::Status Destroy(const StreamId& owner);

  // Copies the keys as they stand into `folder`, which must be new or empty: key_copy.h says in
  // which form, and makes a keyring of it again. What was destroyed is not in it; what is destroyed
  // later stays usable with the copy until that goes. The keys can be used meanwhile. UNAVAILABLE
  // when it cannot be written; DATA_LOSS when the keys cannot be read.
  absl::Status CopyTo(const std::string& folder);

 private:
  explicit Keyring(std::unique_ptr<KeyringStore> store);

  std::unique_ptr<KeyringStore> store_;
};

}  // namespace countersign::storage
