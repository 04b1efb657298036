// Files that a command leaves behind.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_NEW_FILE_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_NEW_FILE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace countersign::cli {

// OK when a new file may be written to `path`: asked before the server is, so that nothing is sent
// for in vain. INVALID_ARGUMENT, with what to do, when something is there and `force` was not
// given (reason FILE_EXISTS), when it is no regular file, or when it is no place for a file.
absl::Status CheckPlaceFor(const std::string& path, bool force);

// A file that its owner alone may read, whole or not at all: it grows beside its place, and lies in
// it once it is finished.
class NewFile {
 public:
  // Begins it. INVALID_ARGUMENT as CheckPlaceFor(), UNKNOWN with the system's reason.
  static absl::StatusOr<std::unique_ptr<NewFile>> Begin(const std::string& path, bool force);

  // Removes what was not finished.
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  // UNKNOWN with the system's reason.
  absl::Status Add(absl::string_view piece);
  // The file lies at its path once OK is returned, whatever happens to the machine. What lies there
  // is replaced only with `force` and where it is a regular file, also what came there after
  // Begin(): INVALID_ARGUMENT. UNKNOWN
  // with the system's reason.
  absl::Status Finish();

 private:
  NewFile(std::string path, std::string beside, int file, bool force)
      : path_(std::move(path)), beside_(std::move(beside)), file_(file), force_(force) {}

  const std::string path_;
  const std::string beside_;
  int file_;  // -1 once it is closed.
  const bool force_;
};

// Writes a NewFile of these bytes. Errors as there.
absl::Status WriteNewFile(const std::string& path, absl::string_view bytes, bool force);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_NEW_FILE_H_
