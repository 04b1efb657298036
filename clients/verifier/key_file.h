// The keys that whoever checks a log trusts: a text file that they got from somebody they trust,
// and never from the server that they check.
//
// One C2SP verifier key a line. " from SIZE" and " until SIZE" may follow, in this order: the key
// is accepted for checkpoints of no smaller and no greater size. '#' begins a comment, at the start
// of a line or after a space; empty lines mean nothing. A key's name is the origin of the
// checkpoints that it signs, and the file may hold keys of several origins: a log that had to begin
// a new epoch has one for each.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/verifier/note.h"

namespace countersign::verifier {

struct LogKey {
  PublicKey key{};
  uint64_t from_size = 0;
  uint64_t until_size = std::numeric_limits<uint64_t>::max();

  friend bool operator==(const LogKey&, const LogKey&) = default;
};

struct KeyFile {
  std::vector<LogKey> keys{};  // In the order of the file.

  // The distinct names, in the order of the file.
  std::vector<std::string> Origins() const;
  // Whether some key of this name is accepted without a greatest size.
  bool IsOpen(std::string_view origin) const;
};

// INVALID_ARGUMENT naming the line that is wrong: no key, a witness's key, a size that is none, the
// same key twice; or when there is no key at all.
absl::StatusOr<KeyFile> ParseKeyFile(std::string_view text);
// Keys of witnesses (type 0x04), a line each, with comments as above. Errors as above.
absl::StatusOr<std::vector<PublicKey>> ParseWitnessFile(std::string_view text);

// The same from a file or a pipe (ReadHandedIn in files.h). NOT_FOUND or UNAVAILABLE when it cannot
// be read; the path is in every error.
absl::StatusOr<KeyFile> ReadKeyFile(const std::string& path);
absl::StatusOr<std::vector<PublicKey>> ReadWitnessFile(const std::string& path);

}  // namespace countersign::verifier
