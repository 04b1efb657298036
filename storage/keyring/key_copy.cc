#include "storage/keyring/key_copy.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/write_batch.h"
#include "storage/bytes.h"
#include "storage/errors.h"
#include "storage/hash.h"
#include "storage/keyring/cipher.h"
#include "storage/keyring/epoch_file.h"
#include "storage/keyring/keyring.h"
#include "storage/rocks.h"
#include "storage/small_file.h"

namespace countersign::storage {
namespace {

constexpr std::string_view kFirstLine = "countersign keys v1\n";
// Epochs count from 1: none is kept when all but this one are destroyed.
constexpr uint64_t kNoEpoch = 0;

std::string RowsPath(const std::string& folder) { return folder + "/rows"; }

absl::Status Damaged(const std::string& folder, std::string_view why) {
  return absl::DataLossError(absl::StrCat("The copy of the keys in ", folder, " is damaged: ",
                                          std::string(why), ". Take the keys of another backup."));
}

// The rows as one batch. DATA_LOSS when the file is damaged.
absl::Status ReadRows(rocksdb::Env* env, const std::string& folder, rocksdb::WriteBatch& batch) {
  std::string bytes;
  const rocksdb::Status read = rocksdb::ReadFileToString(env, RowsPath(folder), &bytes);
  if (!read.ok()) return absl::UnavailableError(FromRocks(read, "reading keys").message());
  if (bytes.size() < kFirstLine.size() + Hash().size()) return Damaged(folder, "it is too short");
  const std::string_view body = std::string_view(bytes).substr(0, bytes.size() - Hash().size());
  if (AsBytes(Sha256(body)) != std::string_view(bytes).substr(body.size())) {
    return Damaged(folder, "its digest is wrong");
  }
  ByteReader reader(body);
  if (reader.Take(kFirstLine.size()) != kFirstLine) return Damaged(folder, "its form is unknown");
  while (reader.ok() && !reader.done()) {
    const std::string_view key = reader.Take(reader.U32());
    const std::string_view value = reader.Take(reader.U32());
    if (reader.ok()) batch.Put(ToSlice(key), ToSlice(value));
  }
  return reader.done() ? absl::OkStatus() : Damaged(folder, "its last row is cut off");
}

// Takes the epoch file over; a copy has exactly one.
absl::Status CopyEpochFile(rocksdb::Env* env, const std::string& folder,
                           const std::string& keyring) {
  absl::StatusOr<std::vector<uint64_t>> epochs = EpochFiles(env, folder);
  if (!epochs.ok()) return epochs.status();
  if (epochs->size() != 1) return Damaged(folder, "it needs exactly one epoch key");
  absl::StatusOr<SecretKey> key = ReadEpochFile(env, folder, epochs->front());
  if (!key.ok()) return key.status();
  return WriteEpochFile(env, keyring, epochs->front(), *key);
}

}  // namespace

absl::Status WriteKeyRows(rocksdb::Env* env, const std::string& folder, rocksdb::Iterator& rows) {
  std::string bytes(kFirstLine);
  for (rows.SeekToFirst(); rows.Valid(); rows.Next()) {
    AppendLong(ToView(rows.key()), bytes);
    AppendLong(ToView(rows.value()), bytes);
  }
  if (!rows.status().ok()) return FromRocks(rows.status(), "copying keys");
  bytes.append(AsBytes(Sha256(bytes)));
  return WriteSmallFile(env, RowsPath(folder), bytes, Readers::kOwnerOnly);
}

bool IsKeyCopy(rocksdb::Env* env, const std::string& folder) {
  return env->FileExists(RowsPath(folder)).ok();
}

absl::StatusOr<std::optional<absl::Time>> KeyCopyTime(rocksdb::Env* env,
                                                      const std::string& folder) {
  uint64_t seconds = 0;
  const rocksdb::Status read = env->GetFileModificationTime(RowsPath(folder), &seconds);
  if (read.ok()) return std::optional(absl::FromUnixSeconds(static_cast<int64_t>(seconds)));
  // The disk's own error says not found in words of its own.
  if (env->FileExists(RowsPath(folder)).IsNotFound()) return std::optional<absl::Time>();
  return absl::UnavailableError(FromRocks(read, "reading the age of keys").message());
}

absl::Status RestoreKeys(rocksdb::Env* env, const std::string& folder, const std::string& keyring) {
  rocksdb::WriteBatch batch;
  absl::Status read = ReadRows(env, folder, batch);
  if (!read.ok()) return read;
  {
    absl::StatusOr<std::unique_ptr<Rocks>> store =
        Rocks::Open(keyring + "/store", env, Rocks::Recovery::kRefuseDamage, {});
    if (!store.ok()) return store.status();
    // Before the rows that name it: a store whose epoch key is missing looks like a loss.
    absl::Status epoch = CopyEpochFile(env, folder, keyring);
    if (!epoch.ok()) return epoch;
    const rocksdb::Status written = (*store)->db().Write(Synced(), &batch);
    if (!written.ok()) return absl::UnavailableError(FromRocks(written, "writing keys").message());
  }
  KeyringOptions options;
  options.path = keyring;
  options.env = env;
  return Keyring::Open(std::move(options)).status();
}

absl::Status DestroyKeys(rocksdb::Env* env, const std::string& folder) {
  if (env->FileExists(folder).IsNotFound()) return absl::OkStatus();
  absl::Status destroyed = DestroyOtherEpochFiles(env, folder, kNoEpoch);
  if (!destroyed.ok()) return destroyed;
  return RemoveFolder(env, folder);
}

}  // namespace countersign::storage
