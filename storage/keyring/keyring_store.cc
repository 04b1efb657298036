#include "storage/keyring/keyring_store.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/errors.h"
#include "storage/hash.h"
#include "storage/keyring/epoch_file.h"
#include "storage/keyring/key_copy.h"
#include "storage/keys.h"

namespace countersign::storage {
namespace {

// PERSISTENT: contexts of wrapped keys and purposes of subkeys.
constexpr std::string_view kWrapContext = "countersign data key v1";
constexpr std::string_view kEpochContext = "countersign epoch v1";
constexpr std::string_view kCommitmentPurpose = "countersign commitment v1";
constexpr std::string_view kDigestPurpose = "countersign request digest v1";
constexpr std::string_view kPseudonymPurpose = "countersign pseudonym v1";

std::string WrapContext(const DataKeyId& key_id, std::string_view owner) {
  std::string context(kWrapContext);
  context.append(key_id.bytes());
  context.append(owner);
  return context;
}

std::string EpochContext(uint64_t epoch) {
  std::string context(kEpochContext);
  AppendU64(epoch, context);
  return context;
}

}  // namespace

const SecretKey& DataKey::Derived(Subkey& subkey, std::string_view purpose) const {
  std::call_once(subkey.derived, [&] {
    Hash bytes = Hkdf(seal_.bytes(), purpose);
    subkey.key.emplace(bytes);
  });
  return *subkey.key;
}

const SecretKey& DataKey::commitment() const { return Derived(commitment_, kCommitmentPurpose); }
const SecretKey& DataKey::digest() const { return Derived(digest_, kDigestPurpose); }
const SecretKey& DataKey::pseudonym() const { return Derived(pseudonym_, kPseudonymPurpose); }

std::string KeyringStore::EpochRow(uint64_t epoch, const SecretKey& key) const {
  std::string row;
  AppendU64(epoch, row);
  row.append(Encrypt(key, NewNonce(), EpochContext(epoch), ""));
  return row;
}

absl::Status KeyringStore::BeginFirstEpoch() {
  constexpr uint64_t kFirstEpoch = 1;
  std::lock_guard making(making_);
  std::lock_guard lock(epoch_lock_);
  // A file without a store: a crash came between the two, or the store was taken away. It may still
  // be the only copy of a key, so it is used and never written over.
  absl::StatusOr<std::vector<uint64_t>> epochs = EpochFiles(options_.env, options_.path);
  if (!epochs.ok()) return epochs.status();
  if (!epochs->empty() && *epochs != std::vector<uint64_t>{kFirstEpoch}) {
    return absl::DataLossError(
        absl::StrCat("There are epoch keys in ", options_.path, " but no store: restore it."));
  }
  if (epochs->empty()) {
    absl::Status written = WriteEpochFile(options_.env, options_.path, kFirstEpoch, NewKey());
    if (!written.ok()) return written;
  }
  absl::StatusOr<SecretKey> key = ReadEpochFile(options_.env, options_.path, kFirstEpoch);
  if (!key.ok()) return key.status();
  epoch_ = kFirstEpoch;
  epoch_key_ = *std::move(key);
  rocksdb::WriteBatch batch;
  batch.Put(keys::kCurrentEpoch, EpochRow(epoch_, *epoch_key_));
  return Write(batch);
}

absl::Status KeyringStore::OpenEpoch() {
  const absl::Status read = ReadEpoch();
  if (absl::IsNotFound(read)) return BeginFirstEpoch();
  if (!read.ok()) return read;
  std::shared_lock lock(epoch_lock_);
  // Whatever a crash left over: a file whose epoch never began, or one that should be gone (K4).
  return DestroyOtherEpochFiles(options_.env, options_.path, epoch_);
}

absl::Status KeyringStore::OpenEpochToRead() {
  {
    std::lock_guard making(making_);
    failed_ = absl::UnavailableError("The keyring was opened to be read.");
  }
  return ReadEpoch();
}

absl::Status KeyringStore::ReadEpoch() {
  std::string row;
  const rocksdb::Status found = rocks_->db().Get(rocksdb::ReadOptions(), keys::kCurrentEpoch, &row);
  if (found.IsNotFound()) {
    const std::unique_ptr<rocksdb::Iterator> rows(rocks_->db().NewIterator(rocksdb::ReadOptions()));
    rows->SeekToFirst();
    if (rows->Valid()) return absl::DataLossError("The keyring has keys but no epoch.");
    if (!rows->status().ok()) return FromRocks(rows->status(), "looking for keys");
    return absl::NotFoundError(absl::StrCat("No keyring was begun in ", options_.path, "."));
  }
  if (!found.ok()) return FromRocks(found, "reading the keyring's epoch");
  ByteReader reader(row);
  const uint64_t epoch = reader.U64();
  const std::string_view check = reader.Rest();
  absl::StatusOr<SecretKey> key = ReadEpochFile(options_.env, options_.path, epoch);
  if (!key.ok()) return key.status();
  if (!Decrypt(*key, EpochContext(epoch), check).has_value()) {
    return absl::DataLossError(
        absl::StrCat("The file of epoch ", epoch, " does not fit the keyring's store."));
  }
  std::lock_guard lock(epoch_lock_);
  epoch_ = epoch;
  epoch_key_ = *std::move(key);
  return absl::OkStatus();
}

absl::Status KeyringStore::Write(rocksdb::WriteBatch& batch) {
  if (!failed_.ok()) return failed_;
  const rocksdb::Status written = rocks_->db().Write(Synced(), &batch);
  if (!written.ok()) {
    failed_ = absl::UnavailableError(
        absl::StrCat("The keyring failed to write and stopped: ", written.ToString()));
  }
  return failed_;
}

absl::StatusOr<std::optional<DataKeyId>> KeyringStore::Find(const StreamId& owner) {
  {
    std::lock_guard lock(cache_lock_);
    if (const DataKeyId* cached = owned_.Find(owner)) return std::optional(*cached);
  }
  absl::StatusOr<std::optional<DataKeyId>> key_id = ReadOwner(owner);
  if (key_id.ok() && key_id->has_value()) {
    std::lock_guard lock(cache_lock_);
    owned_.Put(owner, **key_id);
  }
  return key_id;
}

absl::StatusOr<std::optional<DataKeyId>> KeyringStore::ReadOwner(const StreamId& owner) const {
  std::string row;
  const rocksdb::Status found = rocks_->db().Get(rocksdb::ReadOptions(), keys::Owner(owner), &row);
  if (found.IsNotFound()) return std::optional<DataKeyId>();
  if (!found.ok()) return FromRocks(found, "looking a key up");
  if (row.empty()) return KeyDestroyedError(ToString(owner));
  std::optional<DataKeyId> key_id = DataKeyId::FromBytes(row);
  if (!key_id.has_value()) return absl::DataLossError("An owner's key id is damaged.");
  return key_id;
}

std::string KeyringStore::WrappedRow(const SecretKey& epoch_key, const DataKeyId& key_id,
                                     std::string_view owner, const SecretKey& key) const {
  std::string row(owner);
  row.append(Encrypt(epoch_key, NewNonce(), WrapContext(key_id, owner), key.bytes()));
  return row;
}

absl::StatusOr<std::vector<std::optional<DataKeyId>>> KeyringStore::FindAll(
    absl::Span<const StreamId> owners) {
  // No key is destroyed between looking and remembering.
  std::shared_lock lock(epoch_lock_);
  std::vector<std::optional<DataKeyId>> found;
  found.reserve(owners.size());
  for (const StreamId& owner : owners) {
    absl::StatusOr<std::optional<DataKeyId>> key_id = Find(owner);
    if (!key_id.ok()) return key_id.status();
    found.push_back(*key_id);
  }
  return found;
}

DataKeyId KeyringStore::MakeIn(const StreamId& owner, rocksdb::WriteBatch& batch) {
  std::array<uint8_t, Id::kSize> id_bytes;
  options_.random(absl::MakeSpan(id_bytes));
  const DataKeyId key_id(id_bytes);
  {
    std::shared_lock lock(epoch_lock_);
    batch.Put(keys::DataKey(key_id), WrappedRow(*epoch_key_, key_id, owner.Bytes(), NewKey()));
  }
  batch.Put(keys::Owner(owner), ToSlice(key_id.bytes()));
  return key_id;
}

absl::StatusOr<std::vector<DataKeyId>> KeyringStore::FindOrMake(absl::Span<const StreamId> owners) {
  const auto is_missing = [](const std::optional<DataKeyId>& key_id) {
    return !key_id.has_value();
  };
  absl::StatusOr<std::vector<std::optional<DataKeyId>>> found = FindAll(owners);
  if (!found.ok()) return found.status();
  std::unique_lock making(making_, std::defer_lock);
  if (std::any_of(found->begin(), found->end(), is_missing)) {
    making.lock();
    found = FindAll(owners);  // Another thread may have made one meanwhile (K2).
    if (!found.ok()) return found.status();
  }
  rocksdb::WriteBatch batch;
  absl::flat_hash_map<StreamId, DataKeyId> made;
  std::vector<DataKeyId> key_ids;
  for (size_t i = 0; i < owners.size(); ++i) {
    if (is_missing((*found)[i])) {
      const auto known = made.find(owners[i]);
      (*found)[i] = known != made.end() ? known->second : MakeIn(owners[i], batch);
      made.emplace(owners[i], *(*found)[i]);
    }
    key_ids.push_back(*(*found)[i]);
  }
  if (made.empty()) return key_ids;
  absl::Status written = Write(batch);
  if (!written.ok()) return written;
  return key_ids;
}

absl::StatusOr<SecretKey> KeyringStore::UnwrapRow(const DataKeyId& key_id,
                                                  std::string_view row) const {
  ByteReader reader(row);
  const std::string_view owner = reader.Take(StreamId::kSize);
  std::optional<std::string> bytes =
      Decrypt(*epoch_key_, WrapContext(key_id, owner), reader.Rest());
  std::optional<SecretKey> key;
  if (bytes.has_value()) {
    key = SecretKey::FromBytes(*bytes);
    Wipe(*bytes);
  }
  if (!key.has_value()) {
    return absl::DataLossError(absl::StrCat("The key ", ToString(key_id), " is damaged."));
  }
  return *std::move(key);
}

absl::StatusOr<std::shared_ptr<const DataKey>> KeyringStore::Unwrap(const DataKeyId& key_id) {
  {
    std::lock_guard lock(cache_lock_);
    if (const auto* cached = cache_.Find(key_id)) return *cached;
  }
  std::string row;
  const rocksdb::Status found =
      rocks_->db().Get(rocksdb::ReadOptions(), keys::DataKey(key_id), &row);
  if (found.IsNotFound()) {
    return absl::DataLossError(absl::StrCat("The keyring never had the key ", ToString(key_id),
                                            "; it may be older than the journal."));
  }
  if (!found.ok()) return FromRocks(found, "reading a key");
  if (row.empty()) return KeyDestroyedError(ToString(key_id));
  absl::StatusOr<SecretKey> unwrapped = UnwrapRow(key_id, row);
  if (!unwrapped.ok()) return unwrapped.status();
  auto key = std::make_shared<const DataKey>(*std::move(unwrapped));
  std::lock_guard lock(cache_lock_);
  cache_.Put(key_id, key);
  return key;
}

absl::Status KeyringStore::RewrapSurvivors(const SecretKey& next, const DataKeyId& destroyed,
                                           rocksdb::WriteBatch& batch) {
  const std::unique_ptr<rocksdb::Iterator> rows(rocks_->db().NewIterator(rocksdb::ReadOptions()));
  const std::string tag(1, keys::kDataKeyTag);
  for (rows->Seek(tag); rows->Valid() && rows->key().starts_with(tag); rows->Next()) {
    const std::optional<DataKeyId> key_id = DataKeyId::FromBytes(ToView(rows->key()).substr(1));
    const std::string_view row = ToView(rows->value());
    if (!key_id.has_value()) return absl::DataLossError("A key's id is damaged.");
    if (row.empty() || *key_id == destroyed) continue;
    absl::StatusOr<SecretKey> key = UnwrapRow(*key_id, row);
    if (!key.ok()) return key.status();
    batch.Put(rows->key(), WrappedRow(next, *key_id, row.substr(0, StreamId::kSize), *key));
  }
  return FromRocks(rows->status(), "reading all keys");
}

absl::Status KeyringStore::Destroy(const StreamId& owner) {
  std::lock_guard making(making_);
  std::lock_guard lock(epoch_lock_);
  // The failed write may be on disk and name the next epoch's file, so that must not be rewritten.
  if (!failed_.ok()) return failed_;
  absl::StatusOr<std::optional<DataKeyId>> key_id = Find(owner);
  if (IsKeyDestroyed(key_id.status())) {
    // An earlier call may have been stopped before the old file was gone.
    return DestroyOtherEpochFiles(options_.env, options_.path, epoch_);
  }
  if (!key_id.ok()) return key_id.status();
  rocksdb::WriteBatch batch;
  batch.Put(keys::Owner(owner), "");
  if (!key_id->has_value()) return Write(batch);
  batch.Put(keys::DataKey(**key_id), "");
  const uint64_t next_epoch = epoch_ + 1;
  SecretKey next = NewKey();
  absl::Status rewrapped = RewrapSurvivors(next, **key_id, batch);
  if (!rewrapped.ok()) return rewrapped;
  batch.Put(keys::kCurrentEpoch, EpochRow(next_epoch, next));
  // K3: the new file is whole before the store points to it, and the old one goes only after.
  absl::Status written = WriteEpochFile(options_.env, options_.path, next_epoch, next);
  if (written.ok()) written = Write(batch);
  if (!written.ok()) return written;
  epoch_ = next_epoch;
  epoch_key_ = std::move(next);
  {
    std::lock_guard cache(cache_lock_);
    cache_.Clear();
    owned_.Clear();
  }
  return DestroyOtherEpochFiles(options_.env, options_.path, epoch_);
}

absl::Status KeyringStore::CopyTo(const std::string& folder) {
  absl::Status made = MakeFolder(options_.env, folder);
  if (!made.ok()) return made;
  std::unique_ptr<rocksdb::Iterator> rows;
  {
    // Rows and epoch of one moment: no epoch ends in between. New keys may come meanwhile.
    std::shared_lock lock(epoch_lock_);
    absl::Status written = WriteEpochFile(options_.env, folder, epoch_, *epoch_key_);
    if (!written.ok()) return written;
    rows.reset(rocks_->db().NewIterator(rocksdb::ReadOptions()));
  }
  return WriteKeyRows(options_.env, folder, *rows);
}

}  // namespace countersign::storage
