#include "clients/verifier/last_seen.h"

#include <stdlib.h>

#include "absl/strings/str_cat.h"
#include "clients/verifier/files.h"

namespace countersign::verifier {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;

}  // namespace

absl::StatusOr<std::string> LastSeen::DefaultPath(const std::string& origin) {
  const char* state = ::getenv("XDG_STATE_HOME");
  const char* home = ::getenv("HOME");
  std::string folder;
  if (state != nullptr && state[0] == '/') {  // A relative one is to be ignored (XDG).
    folder = state;
  } else if (home != nullptr && home[0] == '/') {
    folder = absl::StrCat(home, "/.local/state");
  } else {
    return absl::FailedPreconditionError(
        "Neither XDG_STATE_HOME nor HOME says where to remember what was verified: name a file "
        "with --state, or say --no-state.");
  }
  return absl::StrCat(folder, "/countersign/verify/", ToHex(Sha256(origin)).substr(0, 32));
}

absl::StatusOr<std::optional<SeenCheckpoint>> LastSeen::Read() const {
  absl::StatusOr<std::string> bytes = ReadSmallFile(path_, kMostBytes);
  if (absl::IsNotFound(bytes.status())) return std::optional<SeenCheckpoint>();
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<Checkpoint> checkpoint = ParseSignedCheckpoint(*bytes);
  if (!checkpoint.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(
        path_, " should hold what was verified last, and does not: ", checkpoint.status().message(),
        " Look at it before you remove it."));
  }
  return std::optional(
      SeenCheckpoint{.checkpoint = *std::move(checkpoint), .note = *std::move(bytes)});
}

absl::Status LastSeen::Write(const std::string& note) const { return ReplaceFile(path_, note); }

}  // namespace countersign::verifier
