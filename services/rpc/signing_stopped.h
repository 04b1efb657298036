// The refusal of a checkpoint once heads are signed no more. Why it stopped is the operator's to
// read, in the server's log; what to do is everybody's.
#ifndef COUNTERSIGN_SERVICES_RPC_SIGNING_STOPPED_H_
#define COUNTERSIGN_SERVICES_RPC_SIGNING_STOPPED_H_

#include "absl/status/status.h"

namespace countersign::rpc {

// UNAVAILABLE; it leaves with the reason SIGNING_STOPPED and its own words (to_grpc_status.h).
absl::Status SigningStoppedError();
bool IsSigningStopped(const absl::Status& status);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_SIGNING_STOPPED_H_
