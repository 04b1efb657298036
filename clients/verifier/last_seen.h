// What was verified last, in a file: the one thing that shows a log that was rolled back, or that
// tells different people different things.
//
// The file is the signed note of the checkpoint, as it was received: should the log contradict it
// one day, both notes together prove that to anybody.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/verifier/checkpoint.h"

namespace countersign::verifier {

struct SeenCheckpoint {
  Checkpoint checkpoint{};
  std::string note{};  // With its signatures.
};

// One file. Not thread-safe. Two programs that write it at once leave what one of them wrote.
class LastSeen {
 public:
  explicit LastSeen(std::string path) : path_(std::move(path)) {}

  // $XDG_STATE_HOME/countersign/verify/<first 32 hex digits of SHA-256(origin)>, with
  // $HOME/.local/state where the former is not set. FAILED_PRECONDITION when neither is.
  static absl::StatusOr<std::string> DefaultPath(const std::string& origin);

  // Nothing when there is no file. FAILED_PRECONDITION when it holds no checkpoint: it has to be
  // looked at, not overwritten. UNAVAILABLE when it cannot be read. The signature is not verified
  // here.
  absl::StatusOr<std::optional<SeenCheckpoint>> Read() const;

  // The file holds this note once OK is returned, whatever happens to the machine. The note must be
  // one that was verified. UNAVAILABLE otherwise; it then holds this or what it held.
  absl::Status Write(const std::string& note) const;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace countersign::verifier
