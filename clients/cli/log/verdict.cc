#include "clients/cli/log/verdict.h"

#include <string>

#include "clients/cli/failure.h"

namespace countersign::cli {

absl::Status Verdict(const absl::Status& finding) {
  if (finding.ok()) return finding;
  if (absl::IsDataLoss(finding)) return Evidence(finding.message());
  return MakeFailure(finding.code(),
                     {.reason = std::string(kUnverifiable),
                      .message = std::string(finding.message()),
                      .next = "nothing is proved either way: mend what is missing, and verify "
                              "again"});
}

absl::Status Unusable(const absl::Status& finding) {
  if (finding.ok()) return finding;
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "FILE_UNUSABLE",
                      .message = std::string(finding.message()),
                      .next = "mend the file, or name another one"});
}

absl::Status NotWritten(const absl::Status& finding) {
  if (absl::IsInvalidArgument(finding)) return Unusable(finding);
  if (finding.ok()) return finding;
  return MakeFailure(absl::StatusCode::kUnknown,
                     {.reason = "FILE_NOT_WRITTEN",
                      .message = std::string(finding.message()),
                      .next = "check the folder, its rights and the room on its disk, and repeat"});
}

absl::Status Evidence(absl::string_view message) {
  return MakeFailure(absl::StatusCode::kDataLoss,
                     {.reason = "TAMPERED",
                      .message = std::string(message),
                      .next = "sign nothing, keep what you have, and tell the auditor"});
}

}  // namespace countersign::cli
