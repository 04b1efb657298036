// The refusal of what only a new signature could answer, once heads are signed no more. Why it
// stopped is the operator's to read, in the server's log; what to do is everybody's.
#ifndef COUNTERSIGN_SERVICES_RPC_SIGNING_STOPPED_H_
#define COUNTERSIGN_SERVICES_RPC_SIGNING_STOPPED_H_

#include "absl/status/status.h"
#include "services/log/checkpointer.h"

namespace countersign::rpc {

// UNAVAILABLE; it leaves with the reason SIGNING_STOPPED and its own words (to_grpc_status.h),
// which name the size that was signed last.
absl::Status SigningStoppedError(const Checkpointer& checkpointer);
bool IsSigningStopped(const absl::Status& status);

// What the checkpointer answered, or that error in its place where it is UNAVAILABLE because
// signing stopped: why it did is not for those who ask.
absl::Status AboutSigning(const Checkpointer& checkpointer, const absl::Status& answer);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_SIGNING_STOPPED_H_
