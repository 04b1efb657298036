#include "clients/verifier/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace countersign::verifier {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;

absl::Status Failed(absl::string_view doing, const std::string& path) {
  const int error = errno;
  const std::string message = absl::StrCat("Cannot ", doing, " ", path, ": ", ::strerror(error));
  return error == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

absl::string_view NameOf(const std::string& path) {
  return path == "-" ? "the standard input" : absl::string_view(path);
}

absl::Status NoRegularFile(const std::string& path) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is no regular file: name one, not a folder, a pipe or a device."));
}

absl::Status NeitherFileNorPipe(const std::string& path) {
  return absl::InvalidArgumentError(
      absl::StrCat(NameOf(path),
                   " is neither a file nor a pipe: name one of these, not a folder "
                   "or a device."));
}

absl::Status GaveNothing(const std::string& path) {
  return absl::InvalidArgumentError(
      absl::StrCat("Nothing came through ", NameOf(path),
                   ": nobody writes to it, or the command that should have failed."));
}

// A file descriptor that is closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status SyncFolder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) return Failed("sync", folder);
  return absl::OkStatus();
}

absl::Status MakeFolders(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return SyncFolder(FolderOf(folder));
  if (errno == EEXIST) return absl::OkStatus();
  if (errno != ENOENT || FolderOf(folder) == folder) return Failed("make the folder", folder);
  const absl::Status above = MakeFolders(FolderOf(folder));
  if (!above.ok()) return above;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Failed("make the folder", folder);
  }
  return SyncFolder(FolderOf(folder));
}

enum Kinds { kFilesAlone, kPipesToo };

// Opens what the path names and says whether it is a pipe. Errors are those of ReadHandedIn, which
// takes pipes too.
absl::StatusOr<std::unique_ptr<Descriptor>> OpenHandedIn(const std::string& path, Kinds kinds,
                                                         bool& is_pipe) {
  const bool is_input = path == "-" && kinds == kPipesToo;
  // Whoever opens a FIFO waits for somebody to write to it, maybe for ever.
  auto file = std::make_unique<Descriptor>(
      is_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
               : ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat found = {};
  if (file->get() < 0 || ::fstat(file->get(), &found) != 0) return Failed("open", path);
  is_pipe = S_ISFIFO(found.st_mode) || (is_input && S_ISSOCK(found.st_mode));
  if (S_ISREG(found.st_mode)) {
    ::posix_fadvise(file->get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    return file;
  }
  if (kinds == kFilesAlone) return NoRegularFile(path);
  if (!is_pipe) return NeitherFileNorPipe(path);
  return file;
}

absl::Status Read(const std::string& path, Kinds kinds,
                  absl::FunctionRef<absl::Status(std::string_view piece)> take) {
  bool is_pipe = false;
  const absl::StatusOr<std::unique_ptr<Descriptor>> file = OpenHandedIn(path, kinds, is_pipe);
  if (!file.ok()) return file.status();
  const int number = (*file)->get();
  std::string piece(kPieceBytes, '\0');
  for (bool is_empty = true;; is_empty = false) {
    ssize_t count = ::read(number, piece.data(), piece.size());
    // Somebody holds the pipe's other end and has not written yet.
    while (count < 0 && (errno == EINTR || errno == EAGAIN)) {
      pollfd waiting = {.fd = number, .events = POLLIN, .revents = 0};
      ::poll(&waiting, 1, -1);
      count = ::read(number, piece.data(), piece.size());
    }
    if (count < 0) return Failed("read", path);
    if (count == 0) return is_pipe && is_empty ? GaveNothing(path) : absl::OkStatus();
    const absl::Status taken = take(std::string_view(piece.data(), static_cast<size_t>(count)));
    if (!taken.ok()) return taken;
  }
}

absl::StatusOr<std::string> ReadWhole(const std::string& path, Kinds kinds, size_t most) {
  std::string bytes;
  const absl::Status read = Read(path, kinds, [&](std::string_view piece) {
    if (piece.size() > most - bytes.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(NameOf(path), " is longer than ", most, " bytes: it is something else."));
    }
    bytes.append(piece);
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return bytes;
}

absl::Status WriteAll(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(file) != 0) return Failed("sync", path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadHandedIn(const std::string& path, size_t most) {
  return ReadWhole(path, kPipesToo, most);
}

absl::Status ReadInPieces(const std::string& path,
                          absl::FunctionRef<absl::Status(std::string_view piece)> take) {
  return Read(path, kPipesToo, take);
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path, size_t most) {
  return ReadWhole(path, kFilesAlone, most);
}

absl::Status ReplaceFile(const std::string& path, std::string_view bytes) {
  // A device, a pipe or a link would be gone for good.
  struct stat found = {};
  if (::lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) return NoRegularFile(path);
  const absl::Status folder = MakeFolders(FolderOf(path));
  if (!folder.ok()) return folder;
  // A name of its own, so that two programs at once do not write into one file.
  std::string beside = path + ".XXXXXX";
  const Descriptor file(::mkstemp(beside.data()));
  if (file.get() < 0) return Failed("write beside", path);
  absl::Status written = WriteAll(file.get(), bytes, beside);
  if (written.ok() && ::rename(beside.c_str(), path.c_str()) != 0) {
    written = Failed("replace", path);
  }
  if (!written.ok()) {
    ::unlink(beside.c_str());
    return written;
  }
  return SyncFolder(FolderOf(path));
}

}  // namespace countersign::verifier
