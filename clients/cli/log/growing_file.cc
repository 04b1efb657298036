#include "clients/cli/log/growing_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

namespace countersign::cli {
namespace {

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

absl::StatusOr<std::unique_ptr<GrowingFile>> GrowingFile::Begin(const std::string& path) {
  std::string beside = absl::StrCat(path, ".XXXXXX");
  const int file = ::mkstemp(beside.data());
  if (file < 0) {
    return absl::UnknownError(
        absl::StrCat("The file ", path, " cannot be written: ", std::strerror(errno), "."));
  }
  return std::unique_ptr<GrowingFile>(new GrowingFile(path, std::move(beside), file));
}

GrowingFile::~GrowingFile() {
  if (file_ >= 0) ::close(file_);
  if (!finished_) ::unlink(beside_.c_str());
}

absl::Status GrowingFile::Failed() const {
  return absl::UnknownError(
      absl::StrCat("The file ", path_, " cannot be written: ", std::strerror(errno), "."));
}

absl::Status GrowingFile::Add(std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t written = ::write(file_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed();
    piece.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status GrowingFile::Finish() {
  if (::fsync(file_) != 0) return Failed();
  const int closed = ::close(std::exchange(file_, -1));
  if (closed != 0 || std::rename(beside_.c_str(), path_.c_str()) != 0) return Failed();
  finished_ = true;
  return SyncFolderOf(path_) ? absl::OkStatus() : Failed();
}

}  // namespace countersign::cli
