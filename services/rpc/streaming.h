// Calls that are answered for long: whoever was admitted at their beginning may lose what admitted
// them before their end.
#ifndef COUNTERSIGN_SERVICES_RPC_STREAMING_H_
#define COUNTERSIGN_SERVICES_RPC_STREAMING_H_

#include "absl/status/status.h"
#include "services/permission/policy.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// OK while the policy allows the action to who stands to the trust as the caller does now; a denial
// afterwards. Asked before every message.
absl::Status StillMay(const Office& office, const Caller& caller, Action action);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_STREAMING_H_
