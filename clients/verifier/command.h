// What every command of countersign-verify takes and gives. Nothing here prints or exits, so that
// tests run commands as the program does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/last_seen.h"
#include "clients/verifier/note.h"

namespace countersign::verifier {

struct CommandOptions {
  std::string file{};                        // What to verify.
  std::string key_path{};                    // The key file (key_file.h).
  std::vector<std::string> witness_paths{};  // Witness files: every key in them is demanded.
  std::optional<std::string> state_path{};   // Where to remember; else LastSeen::DefaultPath.
  bool use_state = true;
  bool json = false;
};

struct Outcome {
  int exit_code = 0;  // findings.h
  std::string out{};  // For stdout.
  std::string err{};  // For stderr.
};

// Every key of the witness files, in their order. Errors are those of ReadWitnessFile.
absl::StatusOr<std::vector<PublicKey>> ReadWitnesses(const std::vector<std::string>& paths);

// What was verified earlier of the logs that `keys` speaks of: from `state_path` alone when it is
// set, else from each origin's own file. FAILED_PRECONDITION when what is remembered is not signed
// by a key of `keys`, whatever its size: it was damaged, and accuses nobody; or the key file lacks
// the key. Otherwise errors are those of LastSeen.
absl::StatusOr<std::vector<SeenCheckpoint>> ReadSeen(const CommandOptions& options,
                                                     const KeyFile& keys);

// Where to remember a checkpoint of `origin`. Errors are those of LastSeen::DefaultPath.
absl::StatusOr<std::string> StatePathFor(const CommandOptions& options, const std::string& origin);

// What a person or a program is told of an error: exit code, verdict, message, and the position
// that the error names.
Outcome FailureOutcome(const CommandOptions& options, const absl::Status& status);

// `countersign-verify log EXPORT`: reads the file, checks all of it, remembers its last checkpoint.
Outcome RunLog(const CommandOptions& options);

}  // namespace countersign::verifier
