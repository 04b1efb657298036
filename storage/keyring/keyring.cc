#include "storage/keyring/keyring.h"

#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/entry.h"
#include "storage/keyring/cipher.h"
#include "storage/keyring/keyring_store.h"
#include "storage/rocks.h"

namespace countersign::storage {
namespace {

Hash SaltOf(const DataKey& key, std::string_view nonce) {
  return HmacSha256(key.commitment().bytes(), {nonce});
}

}  // namespace

void SystemRandom(absl::Span<uint8_t> bytes) {
  if (RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    std::fputs("The operating system gives no random bytes.\n", stderr);
    std::abort();
  }
}

Keyring::Keyring(std::unique_ptr<KeyringStore> store) : store_(std::move(store)) {}
Keyring::~Keyring() = default;

absl::StatusOr<std::unique_ptr<Keyring>> Keyring::Open(KeyringOptions options) {
  absl::StatusOr<std::unique_ptr<Rocks>> rocks = Rocks::Open(
      absl::StrCat(options.path, "/store"), options.env, Rocks::Recovery::kRefuseDamage, {});
  if (!rocks.ok()) return rocks.status();
  auto store = std::make_unique<KeyringStore>(std::move(options), *std::move(rocks));
  absl::Status opened = store->OpenEpoch();
  if (!opened.ok()) return opened;
  return std::unique_ptr<Keyring>(new Keyring(std::move(store)));
}

absl::StatusOr<std::unique_ptr<Keyring>> Keyring::OpenToRead(KeyringOptions options) {
  absl::StatusOr<std::unique_ptr<Rocks>> rocks = Rocks::Open(
      absl::StrCat(options.path, "/store"), options.env, Rocks::Recovery::kReadOnly, {});
  if (!rocks.ok()) return rocks.status();
  auto store = std::make_unique<KeyringStore>(std::move(options), *std::move(rocks));
  absl::Status opened = store->OpenEpochToRead();
  if (!opened.ok()) return opened;
  return std::unique_ptr<Keyring>(new Keyring(std::move(store)));
}

absl::Status Keyring::CopyTo(const std::string& folder) { return store_->CopyTo(folder); }

absl::StatusOr<DataKeyId> Keyring::KeyFor(const StreamId& owner) {
  absl::StatusOr<std::vector<DataKeyId>> keys = KeysFor({owner});
  if (!keys.ok()) return keys.status();
  return keys->front();
}

absl::StatusOr<std::vector<DataKeyId>> Keyring::KeysFor(absl::Span<const StreamId> owners) {
  return store_->FindOrMake(owners);
}

absl::StatusOr<Sealed> Keyring::Seal(const StreamId& owner, const StreamId& stream,
                                     std::string_view event_type, std::string_view plaintext) {
  absl::StatusOr<DataKeyId> key_id = KeyFor(owner);
  if (!key_id.ok()) return key_id.status();
  return store_->With(*key_id, [&](const DataKey& key) -> absl::StatusOr<Sealed> {
    const std::string nonce = store_->NewNonce();
    const std::string context = PayloadContext(key_id->bytes(), stream, event_type);
    const Hash commitment = Sha256({AsBytes(SaltOf(key, nonce)), plaintext});
    return Sealed{.key_id = std::string(key_id->bytes()),
                  .payload = Encrypt(key.seal(), nonce, context, plaintext),
                  .content_commitment = std::string(AsBytes(commitment))};
  });
}

absl::StatusOr<std::string> Keyring::Open(std::string_view key_id, const StreamId& stream,
                                          std::string_view event_type, std::string_view payload) {
  const std::optional<DataKeyId> id = DataKeyId::FromBytes(key_id);
  if (!id.has_value()) return absl::DataLossError("A key id is 16 bytes long.");
  return store_->With(*id, [&](const DataKey& key) -> absl::StatusOr<std::string> {
    std::optional<std::string> plaintext =
        Decrypt(key.seal(), PayloadContext(key_id, stream, event_type), payload);
    if (!plaintext.has_value()) {
      return absl::DataLossError(
          absl::StrCat("A payload of ", ToString(stream), " is not what was sealed."));
    }
    return *std::move(plaintext);
  });
}

absl::StatusOr<Hash> Keyring::CommitmentSalt(std::string_view key_id, std::string_view payload) {
  const std::optional<DataKeyId> id = DataKeyId::FromBytes(key_id);
  if (!id.has_value() || payload.size() < kNonceBytes) {
    return absl::DataLossError("This is no sealed payload.");
  }
  return store_->With(*id, [&](const DataKey& key) -> absl::StatusOr<Hash> {
    return SaltOf(key, payload.substr(0, kNonceBytes));
  });
}

absl::StatusOr<Hash> Keyring::KeyedDigest(const StreamId& owner, std::string_view body) {
  absl::StatusOr<DataKeyId> key_id = KeyFor(owner);
  if (!key_id.ok()) return key_id.status();
  return store_->With(*key_id, [&](const DataKey& key) -> absl::StatusOr<Hash> {
    return HmacSha256(key.digest().bytes(), {body});
  });
}

absl::StatusOr<Id> Keyring::Pseudonym(const StreamId& owner, std::string_view purpose,
                                      std::string_view text) {
  absl::StatusOr<DataKeyId> key_id = KeyFor(owner);
  if (!key_id.ok()) return key_id.status();
  return store_->With(*key_id, [&](const DataKey& key) -> absl::StatusOr<Id> {
    std::string message;
    AppendLong(purpose, message);
    AppendLong(text, message);
    const Hash mac = HmacSha256(key.pseudonym().bytes(), {message});
    return *Id::FromBytes(AsBytes(mac).substr(0, Id::kSize));
  });
}

absl::Status Keyring::Destroy(const StreamId& owner) { return store_->Destroy(owner); }

}  // namespace countersign::storage
