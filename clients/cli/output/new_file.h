// Files that a command leaves behind.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_NEW_FILE_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_NEW_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace countersign::cli {

// OK when a new file may be written to `path`: asked before the server is, so that nothing is sent
// for in vain. INVALID_ARGUMENT, with what to do, when something is there and `force` was not
// given, or when it is no place for a file.
absl::Status CheckPlaceFor(const std::string& path, bool force);

// Writes a file that its owner alone may read, whole or not at all: beside it first, synced, then
// put in its place. What was there is replaced only with `force`. INVALID_ARGUMENT as
// CheckPlaceFor(), UNKNOWN with the system's reason when it cannot be written.
absl::Status WriteNewFile(const std::string& path, absl::string_view bytes, bool force);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_NEW_FILE_H_
