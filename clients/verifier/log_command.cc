// `countersign-verify log`.
#include <optional>
#include <string>
#include <utility>

#include "clients/verifier/command.h"
#include "clients/verifier/files.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/log_check.h"
#include "clients/verifier/report.h"

namespace countersign::verifier {
namespace {

constexpr int kThreads = 2;

absl::StatusOr<LogReport> CheckFile(const CommandOptions& options, const KeyFile& keys) {
  absl::StatusOr<std::vector<PublicKey>> witnesses = ReadWitnesses(options.witness_paths);
  if (!witnesses.ok()) return witnesses.status();
  absl::StatusOr<std::vector<SeenCheckpoint>> seen = ReadSeen(options, keys);
  if (!seen.ok()) return seen.status();
  LogCheck check({.keys = keys,
                  .witnesses = *std::move(witnesses),
                  .seen = *std::move(seen),
                  .threads = kThreads});
  absl::Status ended;  // Why the check wanted no more.
  const absl::Status read =
      ReadInPieces(options.file, [&](std::string_view piece) { return ended = check.Add(piece); });
  // A file that cannot be read to its end says nothing about the rest of it.
  if (ended.ok() && !read.ok()) return read;
  return check.Finish();
}

}  // namespace

Outcome RunLog(const CommandOptions& options) {
  const absl::StatusOr<KeyFile> keys = ReadKeyFile(options.key_path);
  if (!keys.ok()) return FailureOutcome(options, keys.status());
  const absl::StatusOr<LogReport> report = CheckFile(options, *keys);
  if (!report.ok()) return FailureOutcome(options, report.status());
  std::optional<std::string> remembered;
  if (options.use_state) {
    const absl::StatusOr<std::string> path = StatePathFor(options, report->last.origin);
    if (!path.ok()) return FailureOutcome(options, path.status());
    const absl::Status written = LastSeen(*path).Write(report->note);
    if (!written.ok()) return FailureOutcome(options, written);
    remembered = *path;
  }
  return {.exit_code = kVerified,
          .out = options.json ? ReportJson(*report, remembered) : ReportText(*report, remembered),
          .err = ""};
}

}  // namespace countersign::verifier
