#include "storage/keyring/epoch_file.h"

#include <memory>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "storage/errors.h"
#include "storage/rocks.h"
#include "storage/small_file.h"

namespace countersign::storage {
namespace {

constexpr char kPrefix[] = "epoch-";

std::string NameOf(uint64_t epoch) { return absl::StrCat(kPrefix, epoch, ".key"); }

absl::Status Unavailable(const rocksdb::Status& status, const std::string& path) {
  if (status.ok()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("With ", path, ": ", status.ToString()));
}

// Removing a name leaves the bytes on the disk until they are reused, so they are overwritten. On
// storage that writes elsewhere this is no more than good will; storage/README.md says so.
rocksdb::Status Overwrite(rocksdb::Env* env, const std::string& path) {
  uint64_t size = 0;
  rocksdb::Status status = env->GetFileSize(path, &size);
  if (!status.ok() || size == 0) return status;
  std::unique_ptr<rocksdb::RandomRWFile> file;
  status = env->NewRandomRWFile(path, &file, rocksdb::EnvOptions());
  if (status.ok()) status = file->Write(0, std::string(size, '\0'));
  if (status.ok()) status = file->Sync();
  if (status.ok()) status = file->Close();
  return status;
}

}  // namespace

absl::Status WriteEpochFile(rocksdb::Env* env, const std::string& folder, uint64_t epoch,
                            const SecretKey& key) {
  const std::string path = absl::StrCat(folder, "/", NameOf(epoch));
  return WriteSmallFile(env, path, key.bytes(), Readers::kOwnerOnly);
}

absl::StatusOr<SecretKey> ReadEpochFile(rocksdb::Env* env, const std::string& folder,
                                        uint64_t epoch) {
  const std::string path = absl::StrCat(folder, "/", NameOf(epoch));
  if (env->FileExists(path).IsNotFound()) {
    return absl::DataLossError(absl::StrCat("The epoch key ", path,
                                            " is missing. Restore it with the store that belongs "
                                            "to it; without it no payload can be read."));
  }
  absl::Status restricted = CheckOwnerOnly(path);
  if (!restricted.ok()) return restricted;
  std::string bytes;
  const rocksdb::Status read = rocksdb::ReadFileToString(env, path, &bytes);
  std::optional<SecretKey> key = SecretKey::FromBytes(bytes);
  Wipe(bytes);
  if (!read.ok()) return Unavailable(read, path);
  if (!key.has_value()) {
    return absl::DataLossError(absl::StrCat("The epoch key ", path, " is not 32 bytes long."));
  }
  return *std::move(key);
}

absl::StatusOr<std::vector<uint64_t>> EpochFiles(rocksdb::Env* env, const std::string& folder) {
  std::vector<std::string> names;
  absl::Status listed = Unavailable(env->GetChildren(folder, &names), folder);
  if (!listed.ok()) return listed;
  std::vector<uint64_t> epochs;
  for (const std::string& name : names) {
    absl::string_view number = name;
    uint64_t epoch = 0;
    if (absl::ConsumePrefix(&number, kPrefix) && absl::ConsumeSuffix(&number, ".key") &&
        absl::SimpleAtoi(number, &epoch)) {
      epochs.push_back(epoch);
    }
  }
  return epochs;
}

absl::Status DestroyOtherEpochFiles(rocksdb::Env* env, const std::string& folder, uint64_t kept) {
  std::vector<std::string> names;
  absl::Status listed = Unavailable(env->GetChildren(folder, &names), folder);
  if (!listed.ok()) return listed;
  bool removed = false;
  for (const std::string& name : names) {
    if (!absl::StartsWith(name, kPrefix) || name == NameOf(kept)) continue;
    const std::string path = absl::StrCat(folder, "/", name);
    rocksdb::Status status = Overwrite(env, path);
    if (status.ok()) status = env->DeleteFile(path);
    if (!status.ok()) return Unavailable(status, path);
    removed = true;
  }
  return removed ? SyncFolder(env, folder) : absl::OkStatus();
}

}  // namespace countersign::storage
