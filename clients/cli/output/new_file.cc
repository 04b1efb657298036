#include "clients/cli/output/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"

namespace countersign::cli {
namespace {

absl::Status Taken(const std::string& path) {
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "FILE_EXISTS",
                      .message = absl::StrCat(path, " is there already, and was left as it is."),
                      .next = "choose another name"});
}

// Whether something lies at `path`, a link included, that is no regular file: a device, a FIFO or a
// folder would be lost for good if a file took its place.
bool IsNoFile(const std::string& path) {
  struct stat found = {};
  return ::lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
}

absl::Status NoFile(const std::string& path) {
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "NO_PLACE_FOR_FILE",
                      .message = absl::StrCat("What lies at ", path,
                                              " is no regular file, and was left as it is."),
                      .next = "choose another name"});
}

absl::Status Unwritten(const std::string& path, int reason) {
  return absl::UnknownError(
      absl::StrCat("The file ", path, " cannot be written: ", std::strerror(reason), "."));
}

// A new name in a folder is lost with the machine's power until the folder is synced.
bool SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int opened = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (opened < 0) return false;
  const bool synced = ::fsync(opened) == 0;
  ::close(opened);
  return synced;
}

}  // namespace

absl::Status CheckPlaceFor(const std::string& path, bool force) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const bool no_folder = !folder.empty() && !std::filesystem::is_directory(folder, error);
  if (path.empty() || path == "-" || std::filesystem::is_directory(path, error) || no_folder) {
    return MakeFailure(absl::StatusCode::kInvalidArgument,
                       {.reason = "NO_PLACE_FOR_FILE",
                        .message = absl::StrCat("No file can be written to ", path, "."),
                        .next = "name a file in a folder that is there"});
  }
  if (IsNoFile(path)) return NoFile(path);
  if (!force && std::filesystem::exists(path, error)) return Taken(path);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<NewFile>> NewFile::Begin(const std::string& path, bool force) {
  if (absl::Status place = CheckPlaceFor(path, force); !place.ok()) return place;
  std::string beside = absl::StrCat(path, ".XXXXXX");
  const int file = ::mkstemp(beside.data());  // Readable by its owner alone.
  if (file < 0) return Unwritten(path, errno);
  return std::unique_ptr<NewFile>(new NewFile(path, std::move(beside), file, force));
}

NewFile::~NewFile() {
  if (file_ >= 0) ::close(file_);
  ::unlink(beside_.c_str());  // In its place the file has a name of its own.
}

absl::Status NewFile::Add(absl::string_view piece) {
  while (!piece.empty()) {
    const ssize_t written = ::write(file_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Unwritten(path_, errno);
    piece.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status NewFile::Finish() {
  if (::fsync(file_) != 0) return Unwritten(path_, errno);
  if (::close(std::exchange(file_, -1)) != 0) return Unwritten(path_, errno);
  if (IsNoFile(path_)) return NoFile(path_);
  // link() does not replace what came to lie there meanwhile, rename() does.
  const int placed =
      force_ ? std::rename(beside_.c_str(), path_.c_str()) : ::link(beside_.c_str(), path_.c_str());
  if (placed != 0) return errno == EEXIST ? Taken(path_) : Unwritten(path_, errno);
  return SyncFolderOf(path_) ? absl::OkStatus() : Unwritten(path_, errno);
}

absl::Status WriteNewFile(const std::string& path, absl::string_view bytes, bool force) {
  absl::StatusOr<std::unique_ptr<NewFile>> file = NewFile::Begin(path, force);
  if (!file.ok()) return file.status();
  if (absl::Status added = (*file)->Add(bytes); !added.ok()) return added;
  return (*file)->Finish();
}

}  // namespace countersign::cli
