#include "tests/verifier/signed_log.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/copies/export.h"
#include "storage/hash.h"
#include "storage/signing/checkpoint.h"
#include "tests/storage/journal_fixtures.h"

namespace countersign::verifier {
namespace {

using storage::AppendBigEndian;
using storage::AppendLong;

std::array<uint8_t, 32> SeedOf(uint8_t first) {
  std::array<uint8_t, 32> seed;
  for (size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<uint8_t>(first + i);
  return seed;
}

struct RawKey {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
  std::string public_bytes;
};

RawKey RawKeyOf(uint8_t seed) {
  const std::array<uint8_t, 32> bytes = SeedOf(seed);
  RawKey raw{{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()),
              &EVP_PKEY_free},
             std::string(32, '\0')};
  size_t size = raw.public_bytes.size();
  EVP_PKEY_get_raw_public_key(raw.key.get(), reinterpret_cast<uint8_t*>(raw.public_bytes.data()),
                              &size);
  return raw;
}

std::string WitnessId(const std::string& name, const std::string& public_bytes) {
  const storage::Hash hash = storage::Sha256({name, "\n\x04", public_bytes});
  return std::string(storage::AsBytes(hash).substr(0, 4));
}

}  // namespace

std::unique_ptr<storage::SignatureKey> KeyOf(const std::string& name, uint8_t seed) {
  return std::make_unique<storage::SignatureKey>(name, SeedOf(seed));
}

std::string KeyLine(const storage::SignatureKey& key) {
  return storage::ToString(key.verifier()) + "\n";
}

std::string WitnessKeyLine(const std::string& name, uint8_t seed) {
  const std::string key = RawKeyOf(seed).public_bytes;
  return absl::StrCat(name, "+", absl::BytesToHexString(WitnessId(name, key)), "+",
                      absl::Base64Escape("\x04" + key), "\n");
}

std::string CosignatureLine(const std::string& name, uint8_t seed, uint64_t seconds,
                            const std::string& text) {
  const RawKey raw = RawKeyOf(seed);
  const std::string message = absl::StrCat("cosignature/v1\ntime ", seconds, "\n", text);
  std::string signature(64, '\0');
  size_t size = signature.size();
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, raw.key.get());
  EVP_DigestSign(context.get(), reinterpret_cast<uint8_t*>(signature.data()), &size,
                 reinterpret_cast<const uint8_t*>(message.data()), message.size());
  std::string bytes = WitnessId(name, raw.public_bytes);
  AppendBigEndian(seconds, 8, bytes);
  return absl::StrCat("\xe2\x80\x94 ", name, " ", absl::Base64Escape(bytes + signature), "\n");
}

std::string NoteOf(const storage::Head& head, const storage::SignatureKey& key) {
  const std::string text = storage::CheckpointText({.origin = key.verifier().name, .head = head});
  return text + "\n" + key.SignatureLine(text);
}

SignedLog::SignedLog() : key_(KeyOf(kOrigin, 0)) {
  storage::JournalOptions options;
  options.path = path();
  const absl::Time noon =
      absl::FromCivil(absl::CivilSecond(2012, 3, 6, 12, 0, 0), absl::UTCTimeZone());
  options.now = [noon] { return noon; };
  options.monotonic = [] { return absl::ZeroDuration(); };
  options.min_free_bytes = 0;
  absl::StatusOr<std::unique_ptr<storage::Journal>> opened = storage::Journal::Open(options);
  if (!opened.ok()) {
    ADD_FAILURE() << opened.status();
    abort();
  }
  journal_ = *std::move(opened);
}

void SignedLog::Write(uint64_t count) {
  const storage::StreamId streams[] = {storage::School(1), storage::Plan(1), storage::Plan(2),
                                       storage::Person(1)};
  storage::AppendRequest request = storage::Recording({});
  for (uint64_t i = 0; i < count; ++i, ++written_) {
    storage::NewEvent event =
        storage::Event(streams[written_ % 4], absl::StrCat("payload ", written_));
    if (written_ % 4 == 3) {
      event.key_id = std::string(16, 'k');
      event.content_commitment = std::string(32, 'c');
    }
    request.events.push_back(event);
  }
  Append(request);
}

void SignedLog::Append(const storage::AppendRequest& request) {
  const absl::Status written = journal_->Append(request).status();
  EXPECT_TRUE(written.ok()) << written;
}

std::string SignedLog::Sign(const storage::SignatureKey& key) {
  const storage::Head head = journal_->head();
  const std::string note = NoteOf(head, key);
  const absl::Status stored = journal_->StoreCheckpoint(head.size, note);
  EXPECT_TRUE(stored.ok()) << stored;
  return note;
}

std::string SignedLog::Export(bool payloads) {
  std::string bytes;
  const absl::Status written =
      storage::WriteExport(*journal_, {.size = journal_->head().size, .payloads = payloads},
                           [&](std::string_view piece, uint64_t) {
                             bytes.append(piece);
                             return absl::OkStatus();
                           });
  EXPECT_TRUE(written.ok()) << written;
  return bytes;
}

std::string TwentyEntries(bool payloads) {
  SignedLog log;
  for (const uint64_t more : {8, 7, 5}) {
    log.Write(more);
    log.Sign();
  }
  return log.Export(payloads);
}

void ExportParts::Change(uint64_t position, const std::function<void(v1::Entry&)>& edit) {
  v1::Entry entry;
  ASSERT_TRUE(entry.ParseFromString(items[position].entry));
  edit(entry);
  items[position].entry = entry.SerializeAsString();
}

std::string ExportParts::Bytes() const {
  std::string bytes = "countersign export v1\n";
  AppendBigEndian(flags, 1, bytes);
  AppendBigEndian(size, 8, bytes);
  for (const Item& item : items) {
    AppendLong(item.entry, bytes);
    AppendBigEndian(item.payload_state, 1, bytes);
    if (item.payload_state == 1) AppendLong(item.payload, bytes);
  }
  AppendBigEndian(notes.size(), 4, bytes);
  for (const std::string& note : notes) AppendLong(note, bytes);
  const storage::Hash digest = storage::Sha256(bytes);
  bytes.append(storage::AsBytes(digest));
  return bytes;
}

ExportParts TakeApart(std::string_view bytes) {
  storage::ByteReader reader(bytes);
  const auto take_long = [&] { return std::string(reader.Take(reader.U32())); };
  reader.Take(22);
  ExportParts parts;
  parts.flags = reader.U8();
  parts.size = reader.U64();
  for (uint64_t i = 0; i < parts.size; ++i) {
    ExportParts::Item item;
    item.entry = take_long();
    item.payload_state = reader.U8();
    if (item.payload_state == 1) item.payload = take_long();
    parts.items.push_back(item);
  }
  const uint32_t notes = reader.U32();
  for (uint32_t i = 0; i < notes; ++i) parts.notes.push_back(take_long());
  EXPECT_EQ(reader.Rest().size(), 32u);
  return parts;
}

}  // namespace countersign::verifier
