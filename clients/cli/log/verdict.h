// What the verifier finds, as the command line tells it.

#ifndef COUNTERSIGN_CLIENTS_CLI_LOG_VERDICT_H_
#define COUNTERSIGN_CLIENTS_CLI_LOG_VERDICT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace countersign::cli {

// A finding of clients/verifier as a failure: DATA_LOSS stays evidence that something was altered
// (exit code 6); every other error means that nothing is proved either way (exit code 7).
absl::Status Verdict(const absl::Status& finding);

// A file that somebody named and that cannot be used: INVALID_ARGUMENT.
absl::Status Unusable(const absl::Status& finding);

// A file of this machine's that could not be written: UNKNOWN, or INVALID_ARGUMENT where something
// else lies in its place. It is never the server's doing.
absl::Status NotWritten(const absl::Status& finding);

// Evidence that the verifier did not find itself: DATA_LOSS with this sentence.
absl::Status Evidence(absl::string_view message);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_LOG_VERDICT_H_
