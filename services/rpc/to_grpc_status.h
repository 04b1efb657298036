// The one place where our errors become gRPC's, with details that programs can rely on.
#ifndef COUNTERSIGN_SERVICES_RPC_TO_GRPC_STATUS_H_
#define COUNTERSIGN_SERVICES_RPC_TO_GRPC_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace countersign::rpc {

// Details: ErrorInfo always (reason, domain "countersign", values); BadRequest for malformed
// requests; PreconditionFailure for refusals; RequestInfo when `request_id` is not empty. The
// family of the error decides the code (docs/architecture.md). Details are kept under the size that
// gRPC clients accept by default, 8 KiB in all; what did not fit is counted in the message.
grpc::Status ToGrpcStatus(const absl::Status& status, const std::string& request_id = "");

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_TO_GRPC_STATUS_H_
