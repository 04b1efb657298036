// Files that people hand in.

#ifndef COUNTERSIGN_CLIENTS_CLI_INPUT_FILES_H_
#define COUNTERSIGN_CLIENTS_CLI_INPUT_FILES_H_

#include <istream>
#include <string>

#include "absl/status/statusor.h"

namespace countersign::cli {

// No larger file is read: the API takes no more.
inline constexpr size_t kFileBytesMax = 3'000'000;

// The bytes of the file at `path`, or of `stdin_stream` when it is "-". INVALID_ARGUMENT when it
// cannot be read, is no regular file (a FIFO is not waited for) or is larger than kFileBytesMax.
absl::StatusOr<std::string> ReadFile(const std::string& path, std::istream& stdin_stream);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_INPUT_FILES_H_
