// The few things done with files: what is handed in is read, small ones are read whole, one is
// written so that it is there or not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace countersign::verifier {

// What somebody hands in by this name: the bytes of a regular file, of a pipe such as a shell's
// <(command), or, for "-", of the standard input. NOT_FOUND when there is none; INVALID_ARGUMENT
// for more than `most` bytes, for a folder or a device, and for a pipe that gives nothing: one that
// nobody writes to is not waited for. UNAVAILABLE when it cannot be read. The path is in every
// error.
absl::StatusOr<std::string> ReadHandedIn(const std::string& path, size_t most);

// Reads the same from the front in pieces of up to 1 MiB. Errors as above; any error of `take` ends
// the reading and is returned unchanged.
absl::Status ReadInPieces(const std::string& path,
                          absl::FunctionRef<absl::Status(std::string_view piece)> take);

// The bytes of a regular file, which is one that may be written again. Errors as above, also for a
// pipe.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path, size_t most);

// The file holds `bytes` once OK is returned, whatever happens to the machine: written beside,
// synced, renamed, and the folder synced. Folders that are missing are made, readable by their
// owner only. INVALID_ARGUMENT when something lies there that is no regular file, such as a link:
// it is left as it is. UNAVAILABLE otherwise; the file then holds `bytes` or what it held.
absl::Status ReplaceFile(const std::string& path, std::string_view bytes);

}  // namespace countersign::verifier
