#include "clients/cli/output/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"

namespace countersign::cli {
namespace {

absl::Status Taken(const std::string& path) {
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "FILE_EXISTS",
                      .message = absl::StrCat(path, " is there already. Nothing was written."),
                      .next = "choose another name, or replace it with --force"});
}

absl::Status Unwritten(const std::string& path, int reason) {
  return absl::UnknownError(
      absl::StrCat("The file ", path, " cannot be written: ", std::strerror(reason), "."));
}

// Everything to the disk, or errno.
int WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

// link() does not replace what came to lie there meanwhile, rename() does.
int PutInPlace(const std::string& from, const std::string& path, bool force) {
  if (force) return std::rename(from.c_str(), path.c_str()) == 0 ? 0 : errno;
  const int reason = ::link(from.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(from.c_str());
  return reason;
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
  if (!force && std::filesystem::exists(path, error)) return Taken(path);
  return absl::OkStatus();
}

absl::Status WriteNewFile(const std::string& path, absl::string_view bytes, bool force) {
  if (absl::Status place = CheckPlaceFor(path, force); !place.ok()) return place;
  std::string beside = absl::StrCat(path, ".XXXXXX");
  const int file = ::mkstemp(beside.data());  // Readable by its owner alone.
  if (file < 0) return Unwritten(path, errno);
  int reason = WriteAll(file, bytes);
  if (::close(file) != 0 && reason == 0) reason = errno;
  if (reason != 0) {
    ::unlink(beside.c_str());
    return Unwritten(path, reason);
  }
  reason = PutInPlace(beside, path, force);
  if (reason == EEXIST) return Taken(path);
  if (reason == 0) return absl::OkStatus();
  ::unlink(beside.c_str());
  return Unwritten(path, reason);
}

}  // namespace countersign::cli
