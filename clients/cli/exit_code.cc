#include "clients/cli/exit_code.h"

#include <string>

#include "clients/cli/failure.h"

namespace countersign::cli {

const std::vector<ExitCodeMeaning>& ExitCodeMeanings() {
  static const auto* const meanings = new std::vector<ExitCodeMeaning>{
      {ExitCode::kDone, "done"},
      {ExitCode::kFailed, "failed"},
      {ExitCode::kUsage, "wrong usage, or a malformed value or file"},
      {ExitCode::kNotFound, "not found"},
      {ExitCode::kNotAllowed, "not signed in, or not allowed"},
      {ExitCode::kConflict, "conflict: the thing moved on, or the step is not open in this state"},
      {ExitCode::kEvidenceOfChange,
       "evidence that something was altered: stop, and tell the auditor"},
      {ExitCode::kUnverifiable, "could not be verified: nothing is proved either way"},
      {ExitCode::kUnreachable,
       "the server cannot be reached, did not answer in time, or cannot do it just now"},
      {ExitCode::kRecordedNotShown,
       "recorded, but the answer or its proof did not come or could not be written: do not do it "
       "anew"},
  };
  return *meanings;
}

ExitCode ExitCodeFor(const absl::Status& status) {
  const std::string reason = status.ok() ? "" : ReasonOf(status);
  if (reason == kUnverifiable) return ExitCode::kUnverifiable;
  if (reason == kProofNotKept || reason == kWaitFailed) return ExitCode::kRecordedNotShown;
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kDone;
    case absl::StatusCode::kInvalidArgument:
      return ReasonOf(status) == kRequestIdReused ? ExitCode::kConflict : ExitCode::kUsage;
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kUsage;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return ExitCode::kNotAllowed;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
      return ExitCode::kConflict;
    case absl::StatusCode::kDataLoss:
      return ExitCode::kEvidenceOfChange;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kUnreachable;
    default:
      return ExitCode::kFailed;
  }
}

}  // namespace countersign::cli
