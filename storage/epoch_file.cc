#include "storage/epoch_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "storage/errors.h"
#include "storage/rocks.h"

namespace countersign::storage {
namespace {

constexpr char kPrefix[] = "epoch-";
constexpr char kUnfinished[] = ".unfinished";
constexpr mode_t kOthersMask = 077;

std::string NameOf(uint64_t epoch) { return absl::StrCat(kPrefix, epoch, ".key"); }

// An env that is not on this machine's disk, such as one in memory, has no modes: its files are not
// found by stat and chmod.
absl::Status RestrictToOwner(const std::string& path) {
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) == 0 || errno == ENOENT || errno == ENOTDIR) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("Cannot restrict the mode of ", path, "."));
}

absl::Status CheckOwnerOnly(const std::string& path) {
  struct stat attributes;
  if (::stat(path.c_str(), &attributes) != 0 || (attributes.st_mode & kOthersMask) == 0) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("Others than its owner may use ", path, ": give it mode 600."));
}

rocksdb::Status WriteWhole(rocksdb::Env* env, const std::string& path, std::string_view bytes) {
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::EnvOptions plain;
  plain.use_mmap_writes = false;
  rocksdb::Status status = env->NewWritableFile(path, &file, plain);
  if (!status.ok()) return status;
  // The mode is set while the file is still empty.
  if (!RestrictToOwner(path).ok()) return rocksdb::Status::IOError("chmod", path);
  status = file->Append(ToSlice(bytes));
  if (status.ok()) status = file->Sync();
  if (status.ok()) status = file->Close();
  return status;
}

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
  const std::string unfinished = absl::StrCat(path, kUnfinished);
  absl::Status written = Unavailable(WriteWhole(env, unfinished, key.bytes()), unfinished);
  if (!written.ok()) return written;
  absl::Status renamed = Unavailable(env->RenameFile(unfinished, path), path);
  if (!renamed.ok()) return renamed;
  return SyncFolder(env, folder);
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
