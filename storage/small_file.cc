#include "storage/small_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "storage/rocks.h"

namespace countersign::storage {
namespace {

constexpr char kUnfinished[] = ".unfinished";
constexpr mode_t kOthersMask = 077;

// Files of an env that is not on this machine's disk are not found by chmod.
rocksdb::Status RestrictToOwner(const std::string& path) {
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) == 0 || errno == ENOENT || errno == ENOTDIR) {
    return rocksdb::Status::OK();
  }
  return rocksdb::Status::IOError("cannot restrict its mode", path);
}

rocksdb::Status WriteWhole(rocksdb::Env* env, const std::string& path, std::string_view bytes,
                           Readers readers) {
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::EnvOptions plain;
  plain.use_mmap_writes = false;
  rocksdb::Status status = env->NewWritableFile(path, &file, plain);
  if (!status.ok()) return status;
  if (readers == Readers::kOwnerOnly) status = RestrictToOwner(path);
  if (status.ok()) status = file->Append(ToSlice(bytes));
  if (status.ok()) status = file->Sync();
  if (status.ok()) status = file->Close();
  return status;
}

absl::Status Unavailable(const rocksdb::Status& status, const std::string& path) {
  return absl::UnavailableError(absl::StrCat("With ", path, ": ", status.ToString(), "."));
}

}  // namespace

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status WriteSmallFile(rocksdb::Env* env, const std::string& path, std::string_view bytes,
                            Readers readers) {
  const std::string unfinished = absl::StrCat(path, kUnfinished);
  for (const std::string& name : {unfinished, path}) {
    if (absl::Status regular = CheckRegularFile(name); !regular.ok()) return regular;
  }
  const rocksdb::Status written = WriteWhole(env, unfinished, bytes, readers);
  if (!written.ok()) return Unavailable(written, unfinished);
  const rocksdb::Status renamed = env->RenameFile(unfinished, path);
  if (!renamed.ok()) return Unavailable(renamed, path);
  return SyncFolder(env, FolderOf(path));
}

absl::StatusOr<std::string> ReadSmallFile(rocksdb::Env* env, const std::string& path,
                                          uint64_t longest) {
  if (absl::Status regular = CheckRegularFile(path); !regular.ok()) return regular;
  const rocksdb::Status found = env->FileExists(path);
  if (found.IsNotFound()) return absl::NotFoundError(absl::StrCat("There is no ", path, "."));
  if (!found.ok()) return Unavailable(found, path);
  uint64_t size = 0;
  const rocksdb::Status sized = env->GetFileSize(path, &size);
  if (!sized.ok()) return Unavailable(sized, path);
  if (size > longest) {
    return absl::DataLossError(
        absl::StrCat(path, " has ", size, " bytes, more than the ", longest, " it may have."));
  }
  std::string bytes;
  const rocksdb::Status read = rocksdb::ReadFileToString(env, path, &bytes);
  if (!read.ok()) return Unavailable(read, path);
  return bytes;
}

absl::Status CheckRegularFile(const std::string& path) {
  struct stat attributes;
  if (::stat(path.c_str(), &attributes) != 0 || S_ISREG(attributes.st_mode)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(path, " is ", S_ISDIR(attributes.st_mode) ? "a folder" : "a pipe or a device",
                   ", not a file: move it away."));
}

absl::Status CheckOwnerOnly(const std::string& path) {
  if (absl::Status regular = CheckRegularFile(path); !regular.ok()) return regular;
  struct stat attributes;
  if (::stat(path.c_str(), &attributes) != 0 || (attributes.st_mode & kOthersMask) == 0) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("Others than its owner may use ", path, ": give it mode 600."));
}

}  // namespace countersign::storage
