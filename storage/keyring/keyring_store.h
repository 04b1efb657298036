// What the keyring keeps: which owner has which key, the keys wrapped under the epoch key, and the
// unwrapped ones in use. Internal to the keyring, whose invariants (K1 to K5) it holds.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/write_batch.h"
#include "storage/bounded_cache.h"
#include "storage/keyring/cipher.h"
#include "storage/keyring/keyring.h"
#include "storage/rocks.h"

namespace countersign::storage {

// A data key as it is used, with its subkeys. Deriving one costs more than sealing an event, and
// whoever only opens payloads needs none: each is derived when it is first asked for. Thread-safe.
class DataKey {
 public:
  explicit DataKey(SecretKey unwrapped) : seal_(std::move(unwrapped)) {}

  const SecretKey& seal() const { return seal_; }
  const SecretKey& commitment() const;
  const SecretKey& digest() const;
  const SecretKey& pseudonym() const;

 private:
  struct Subkey {
    std::once_flag derived;
    std::optional<SecretKey> key;
  };
  const SecretKey& Derived(Subkey& subkey, std::string_view purpose) const;

  const SecretKey seal_;
  mutable Subkey commitment_;
  mutable Subkey digest_;
  mutable Subkey pseudonym_;
};

// Locks: `making_` lets one thread make or destroy keys at a time; `epoch_lock_` is shared by all
// who use keys and held alone while the epoch changes; `cache_lock_` guards the cache alone. They
// are taken in this order. Functions that need one say so.
class KeyringStore {
 public:
  KeyringStore(KeyringOptions options, std::unique_ptr<Rocks> rocks)
      : options_(std::move(options)),
        rocks_(std::move(rocks)),
        cache_(options_.cached_keys),
        owned_(options_.cached_keys) {}

  // Reads the current epoch, or begins the first one in an empty store.
  absl::Status OpenEpoch();
  // Reads the current epoch, and writes nothing from now on. NOT_FOUND in an empty store.
  absl::Status OpenEpochToRead();

  // As Keyring::KeysFor.
  absl::StatusOr<std::vector<DataKeyId>> FindOrMake(absl::Span<const StreamId> owners);
  // Calls `use` with the unwrapped key, which stays whole until it returns.
  template <typename Use>
  auto With(const DataKeyId& key_id, Use use) -> decltype(use(std::declval<const DataKey&>()));
  absl::Status Destroy(const StreamId& owner);
  absl::Status CopyTo(const std::string& folder);

  std::string NewNonce() const {
    std::string nonce(kNonceBytes, '\0');
    options_.random(absl::MakeSpan(reinterpret_cast<uint8_t*>(nonce.data()), nonce.size()));
    return nonce;
  }

 private:
  SecretKey NewKey() const {
    SecretKey::Bytes bytes;
    options_.random(absl::MakeSpan(bytes));
    return SecretKey(bytes);
  }

  // The id of the owner's key; nothing when there is none. KeyDestroyed. Needs epoch_lock_, shared
  // at least.
  absl::StatusOr<std::optional<DataKeyId>> Find(const StreamId& owner);
  absl::StatusOr<std::optional<DataKeyId>> ReadOwner(const StreamId& owner) const;
  // The ids of the owners' keys, nothing where there is none. KeyDestroyed.
  absl::StatusOr<std::vector<std::optional<DataKeyId>>> FindAll(absl::Span<const StreamId> owners);
  // Adds a new key of the owner to the batch. Needs making_.
  DataKeyId MakeIn(const StreamId& owner, rocksdb::WriteBatch& batch);

  // NOT_FOUND in an empty store.
  absl::Status ReadEpoch();
  absl::Status BeginFirstEpoch();
  // These three need epoch_lock_, shared at least.
  absl::StatusOr<std::shared_ptr<const DataKey>> Unwrap(const DataKeyId& key_id);
  absl::StatusOr<SecretKey> UnwrapRow(const DataKeyId& key_id, std::string_view row) const;
  // Puts a copy of every data key but `destroyed` into the batch, wrapped under `next`.
  absl::Status RewrapSurvivors(const SecretKey& next, const DataKeyId& destroyed,
                               rocksdb::WriteBatch& batch);
  std::string WrappedRow(const SecretKey& epoch_key, const DataKeyId& key_id,
                         std::string_view owner, const SecretKey& key) const;
  std::string EpochRow(uint64_t epoch, const SecretKey& key) const;
  // Needs making_.
  absl::Status Write(rocksdb::WriteBatch& batch);

  const KeyringOptions options_;
  const std::unique_ptr<Rocks> rocks_;

  std::mutex making_;
  absl::Status failed_;  // K5. Under making_.

  std::shared_mutex epoch_lock_;
  uint64_t epoch_ = 0;                  // Under epoch_lock_.
  std::optional<SecretKey> epoch_key_;  // Under epoch_lock_.

  std::mutex cache_lock_;
  BoundedCache<DataKeyId, std::shared_ptr<const DataKey>> cache_;  // Under cache_lock_.
  BoundedCache<StreamId, DataKeyId> owned_;                        // Under cache_lock_.
};

template <typename Use>
auto KeyringStore::With(const DataKeyId& key_id, Use use)
    -> decltype(use(std::declval<const DataKey&>())) {
  std::shared_lock lock(epoch_lock_);
  absl::StatusOr<std::shared_ptr<const DataKey>> key = Unwrap(key_id);
  if (!key.ok()) return key.status();
  return use(**key);
}

}  // namespace countersign::storage
