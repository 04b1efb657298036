// What the answer to a command waits for beyond the disk (v1.WaitFor).
#ifndef COUNTERSIGN_SERVICES_RPC_RECEIPT_WAIT_H_
#define COUNTERSIGN_SERVICES_RPC_RECEIPT_WAIT_H_

#include <string>

#include "absl/time/time.h"
#include "countersign/v1/api.pb.h"
#include "grpcpp/support/server_callback.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// How long a receipt waits for the cards.
inline constexpr absl::Duration kProjectedWait = absl::Seconds(10);
// For how many entries a receipt carries proofs.
inline constexpr int kProvenEntriesMax = 500;

// Waits until what `receipt` names is as far as `wait_for` says, adds what that proves, and
// finishes the reactor; returns at once. A wait that fails is DEADLINE_EXCEEDED or UNAVAILABLE with
// the reason WAIT_FAILED: the events stand. `receipt` lives in the response, and so as long as the
// reactor does. Any thread; it is not held up.
void FinishWhenReached(const Office& office, v1::WaitFor wait_for, const std::string& request_id,
                       v1::Receipt* receipt, grpc::ServerUnaryReactor* reactor);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_RECEIPT_WAIT_H_
