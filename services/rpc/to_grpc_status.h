// The one place where our errors become gRPC's, with details that programs can rely on.
#ifndef COUNTERSIGN_SERVICES_RPC_TO_GRPC_STATUS_H_
#define COUNTERSIGN_SERVICES_RPC_TO_GRPC_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"

namespace countersign::rpc {

// Details: ErrorInfo always (reason, domain "countersign", values); BadRequest for malformed
// requests; PreconditionFailure for refusals; RequestInfo when `request_id` is not empty. The
// family of the error decides the code (docs/architecture.md). Details are kept under the size that
// gRPC clients accept by default, 8 KiB in all; what did not fit is counted in the message.
// What went wrong inside is said in the words of whoever noticed it; answer_log.h keeps them from
// leaving.
grpc::Status ToGrpcStatus(const absl::Status& status, const std::string& request_id = "");

// A command was recorded, but what its caller waited for did not come about. The reason is
// WAIT_FAILED; the message says that the events stand, and how to have their receipt. `why`
// completes "because".
absl::Status WaitFailedError(absl::StatusCode code, absl::string_view why);

// Whether the error is about the server and not about what was asked: something is unavailable,
// damaged, or a mistake of ours.
bool IsInside(const grpc::Status& status);

// The reason in the ErrorInfo, for example "VERSION_CONFLICT"; empty without one.
std::string ReasonOf(const grpc::Status& status);

// An error from inside as it may leave: one sentence for people, which ends with the number of the
// incident; the ErrorInfo has it as the value "incident". Evidence of damage stays: it is meant for
// whoever asked (DATA_LOSS).
grpc::Status ForPeople(const grpc::Status& status, const std::string& incident);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_TO_GRPC_STATUS_H_
