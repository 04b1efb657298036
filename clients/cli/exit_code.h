// How `countersign` ends: the numbers scripts rely on.

#ifndef COUNTERSIGN_CLIENTS_CLI_EXIT_CODE_H_
#define COUNTERSIGN_CLIENTS_CLI_EXIT_CODE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace countersign::cli {

// PERSISTENT: numbers are never reused. New ones may come; an unknown one means failure.
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kNotFound = 3,
  kNotAllowed = 4,
  kConflict = 5,
  kEvidenceOfChange = 6,
  kUnverifiable = 7,
  kUnreachable = 8,
  // The journal has the command, but what it waited for did not come, stdout did not take the
  // answer, or a file its proof: nothing is to be done anew.
  kRecordedNotShown = 10,
};

// One row of `countersign help exit-codes`.
struct ExitCodeMeaning {
  ExitCode code;
  absl::string_view meaning;
};

// Every code in the order of its number.
const std::vector<ExitCodeMeaning>& ExitCodeMeanings();

// The code for the outcome of a call or of a command. A request id that was used for another body
// is a conflict although the API calls it malformed; what could not be verified has a code of its
// own, whatever stood in the way, and so has a command that was recorded without its proof kept or
// what it waited for.
ExitCode ExitCodeFor(const absl::Status& status);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_EXIT_CODE_H_
