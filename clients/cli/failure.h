// Failures, and how they are told: to people in words that name the next step, to programs as JSON.
//
// A failure is an absl::Status. What the server adds (reason, rule, fields, what to do) travels as
// a serialised google.rpc.Status in a payload of it, exactly as it came in the trailer
// "grpc-status-details-bin"; failures found by the CLI itself are built in the same form, so that
// there is one way to tell them.

#ifndef COUNTERSIGN_CLIENTS_CLI_FAILURE_H_
#define COUNTERSIGN_CLIENTS_CLI_FAILURE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/output/terminal.h"

namespace countersign::cli {

// Where the details of a failure lie in an absl::Status.
inline constexpr absl::string_view kDetailsPayload = "type.googleapis.com/google.rpc.Status";

// Reason of a request id that came before with another body.
inline constexpr absl::string_view kRequestIdReused = "REQUEST_ID_REUSED";

// Reason of what could not be verified: nothing is proved either way.
inline constexpr absl::string_view kUnverifiable = "UNVERIFIABLE";

// Reason of a command that was recorded, and whose proof could not be kept: it must not be
// repeated.
inline constexpr absl::string_view kProofNotKept = "RECORDED_PROOF_NOT_KEPT";

// Reason of a command that was recorded, and whose answer waited in vain for the lists or for a
// signature: the same request gives its receipt.
inline constexpr absl::string_view kWaitFailed = "WAIT_FAILED";

// Reason of what only a new signature could answer, while the server signs nothing: asking again
// does not help.
inline constexpr absl::string_view kSigningStopped = "SIGNING_STOPPED";

// One malformed field of a request, or one problem in a file.
struct FieldProblem {
  std::string field = {};    // Path of the field in the request, or "people.csv:12: urn".
  std::string problem = {};  // What is wrong and what to write instead.
  std::string flag = {};     // What somebody typed for it, such as "--reason"; empty: unknown.
};

// Everything that is known of a failure. Texts are as the server sent them.
struct Failure {
  std::string code = {};     // Name of the gRPC code, such as "FAILED_PRECONDITION".
  std::string reason = {};   // Such as "REVIEWER_IS_REVIEWEE"; empty where nothing is known.
  std::string rule = {};     // Such as "R24"; empty where no rule is cited.
  std::string message = {};  // One sentence.
  std::string next = {};     // What to do; empty where nobody said.
  std::map<std::string, std::string> values = {};
  std::vector<FieldProblem> fields = {};
};

// Makes a status out of the CLI's own finding; `code` and `values` of `failure` are not used.
absl::Status MakeFailure(absl::StatusCode code, const Failure& failure);

// Reads a failed status. Unreadable details are left out, never an error. `next` falls back to the
// ordinary step for the reason and the code.
Failure ReadFailure(const absl::Status& status);

// The same failure with this advice, where it has none but the ordinary step.
absl::Status WithAdvice(const absl::Status& status, absl::string_view next);

// Reason of `status`, or empty.
std::string ReasonOf(const absl::Status& status);

// The same failure with every problem of the request's field "file" placed in the file at `path`:
// "file:12: urn" becomes "people.csv:12: urn".
absl::Status NameFile(const absl::Status& status, absl::string_view path);

// Writes the failure to the terminal's stderr: JSON when JSON was asked for (on one line for JSON
// lines), else words. Words name what was typed; JSON names the field of the request, too.
void TellFailure(const Failure& failure, Terminal& terminal);
void TellFailure(const absl::Status& status, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_FAILURE_H_
