// Proofs of the journal, found and checked before they leave.
#ifndef COUNTERSIGN_SERVICES_RPC_PROOFS_H_
#define COUNTERSIGN_SERVICES_RPC_PROOFS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"
#include "grpcpp/support/server_callback.h"
#include "services/log/checkpointer.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// An entry with its audit path.
struct ProvenEntry {
  std::string bytes;
  std::vector<storage::Hash> path;
};

// The entry at `position`, shown to be in the tree of `head`. OUT_OF_RANGE with the current size
// beyond the head; INVALID_ARGUMENT unless position < head.size; DATA_LOSS, after which nothing
// more is written, when the proof does not fit.
absl::StatusOr<ProvenEntry> ProveEntry(const Office& office, uint64_t position,
                                       const storage::Head& head);

// `damage` where it is evidence of damage (DATA_LOSS): nothing more is written then. Returned
// unchanged.
absl::Status StopWritingAt(const Office& office, const absl::Status& damage);

// OUT_OF_RANGE with the current size.
absl::Status BeyondTheHead(const Office& office, const std::string& what);

// Puts the hashes into a field of bytes.
void ShowHashes(const std::vector<storage::Hash>& hashes,
                google::protobuf::RepeatedPtrField<std::string>* shown);

// Waits for a checkpoint of at least `size` entries, then calls `answer` in the reading room, and
// finishes the reactor with its status. The errors of Checkpointer::Await, of which the one that
// signing stopped leaves as that (signing_stopped.h).
void WhenSigned(const Office& office, grpc::ServerUnaryReactor* reactor, uint64_t size,
                std::function<absl::Status(const SignedHead&)> answer);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_PROOFS_H_
