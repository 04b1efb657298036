#include "clients/verifier/command.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/report.h"

namespace countersign::verifier {
namespace {

// Whatever sizes the key is accepted for now: it was verified when it was remembered.
absl::Status CheckSigned(const SeenCheckpoint& seen, const KeyFile& keys, const std::string& path) {
  const absl::StatusOr<Note> note = ParseNote(seen.note);
  bool has_key = false;
  for (const LogKey& key : keys.keys) {
    if (key.key.name != seen.checkpoint.origin) continue;
    has_key = true;
    if (note.ok() && VerifySignature(*note, key.key).ok()) return absl::OkStatus();
  }
  // Of another log: the check says so.
  if (!has_key) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      path,
      " holds what was verified last, but no key of the key file signed it: the file was "
      "damaged, or the log's key was changed and the key file lacks the earlier one. Look at it "
      "before you remove it."));
}

}  // namespace

absl::StatusOr<std::vector<PublicKey>> ReadWitnesses(const std::vector<std::string>& paths) {
  std::vector<PublicKey> witnesses;
  for (const std::string& path : paths) {
    absl::StatusOr<std::vector<PublicKey>> read = ReadWitnessFile(path);
    if (!read.ok()) return read.status();
    witnesses.insert(witnesses.end(), read->begin(), read->end());
  }
  return witnesses;
}

absl::StatusOr<std::string> StatePathFor(const CommandOptions& options, const std::string& origin) {
  if (options.state_path.has_value()) return *options.state_path;
  return LastSeen::DefaultPath(origin);
}

absl::StatusOr<std::vector<SeenCheckpoint>> ReadSeen(const CommandOptions& options,
                                                     const KeyFile& keys) {
  std::vector<SeenCheckpoint> seen;
  if (!options.use_state) return seen;
  for (const std::string& origin : keys.Origins()) {
    absl::StatusOr<std::string> path = StatePathFor(options, origin);
    if (!path.ok()) return path.status();
    absl::StatusOr<std::optional<SeenCheckpoint>> read = LastSeen(*path).Read();
    if (!read.ok()) return read.status();
    if (read->has_value()) {
      const absl::Status intact = CheckSigned(**read, keys, *path);
      if (!intact.ok()) return intact;
      seen.push_back(**std::move(read));
    }
    if (options.state_path.has_value()) break;  // One file for all origins.
  }
  return seen;
}

Outcome FailureOutcome(const CommandOptions& options, const absl::Status& status) {
  Outcome outcome{.exit_code = ExitCodeOf(status)};
  if (options.json) {
    outcome.out = FailureJson(status);
  } else {
    outcome.err = FailureText(status);
  }
  return outcome;
}

}  // namespace countersign::verifier
