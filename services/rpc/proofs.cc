#include "services/rpc/proofs.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/signing_stopped.h"
#include "services/rpc/to_grpc_status.h"
#include "storage/merkle_tree.h"

namespace countersign::rpc {

absl::StatusOr<ProvenEntry> ProveEntry(const Office& office, uint64_t position,
                                       const storage::Head& head) {
  ProvenEntry proven;
  absl::StatusOr<std::string> bytes = office.journal.ReadEntry(position);
  if (!bytes.ok()) return StopWritingAt(office, bytes.status());
  absl::StatusOr<std::vector<storage::Hash>> path =
      office.journal.ProveInclusion(position, head.size);
  if (!path.ok()) return StopWritingAt(office, path.status());
  if (!storage::VerifyInclusion(position, head.size, storage::LeafHash(*bytes), *path, head.root)) {
    return StopWritingAt(office, absl::DataLossError(absl::StrCat(
                                     "the entry at position ", position, " is not in the tree of ",
                                     head.size, " entries")));
  }
  proven.bytes = *std::move(bytes);
  proven.path = *std::move(path);
  return proven;
}

absl::Status StopWritingAt(const Office& office, const absl::Status& damage) {
  if (absl::IsDataLoss(damage)) office.journal.StopWriting(damage);
  return damage;
}

absl::Status BeyondTheHead(const Office& office, const std::string& what) {
  return absl::OutOfRangeError(absl::StrCat(what, " is beyond the head: the journal has ",
                                            office.journal.head().size, " entries."));
}

void ShowHashes(const std::vector<storage::Hash>& hashes,
                google::protobuf::RepeatedPtrField<std::string>* shown) {
  for (const storage::Hash& hash : hashes) shown->Add()->assign(hash.begin(), hash.end());
}

void WhenSigned(const Office& office, grpc::ServerUnaryReactor* reactor, uint64_t size,
                std::function<absl::Status(const SignedHead&)> answer) {
  office.checkpointer.Await(size, [&office, reactor, answer = std::move(answer)](
                                      const absl::StatusOr<SignedHead>& signed_head) {
    if (!signed_head.ok()) {
      return reactor->Finish(ToGrpcStatus(AboutSigning(office.checkpointer, signed_head.status())));
    }
    office.reading_room.Run([reactor, answer, signed_head = *signed_head] {
      reactor->Finish(ToGrpcStatus(answer(signed_head)));
    });
  });
}

}  // namespace countersign::rpc
