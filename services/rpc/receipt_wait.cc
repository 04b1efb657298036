#include "services/rpc/receipt_wait.h"

#include <algorithm>
#include <optional>

#include "absl/strings/string_view.h"
#include "services/rpc/proofs.h"
#include "services/rpc/to_grpc_status.h"

namespace countersign::rpc {
namespace {

// How many entries have to be covered. What was so already was so in the head of the answer.
uint64_t SizeOf(const v1::Receipt& receipt) {
  if (receipt.entries().empty()) return receipt.head_size();
  return receipt.entries(receipt.entries_size() - 1).position() + 1;
}

absl::string_view WhyNothingIsSigned(const Office& office) {
  return office.checkpointer.Signing().ok()
             ? "nothing is signed just now"
             : "nothing is signed until whoever runs the server mends what its log names";
}

absl::Status Prove(const Office& office, const SignedHead& signed_head, v1::Receipt* receipt) {
  const int proven_entries = std::min(receipt->entries_size(), kProvenEntriesMax);
  for (int i = 0; i < proven_entries; ++i) {
    v1::Receipt::Entry* entry = receipt->mutable_entries(i);
    absl::StatusOr<ProvenEntry> proven = ProveEntry(office, entry->position(), signed_head.head);
    if (!proven.ok()) return proven.status();
    entry->set_entry(proven->bytes);
    ShowHashes(proven->path, entry->mutable_inclusion_proof());
  }
  receipt->set_checkpoint(signed_head.note);
  return absl::OkStatus();
}

}  // namespace

void FinishWhenReached(const Office& office, v1::WaitFor wait_for, const std::string& request_id,
                       v1::Receipt* receipt, grpc::ServerUnaryReactor* reactor) {
  const uint64_t size = SizeOf(*receipt);
  if (wait_for == v1::WAIT_FOR_PROJECTED) {
    office.projector.WhenReached(
        size, kProjectedWait, [&office, request_id, reactor](const Reached& reached) {
          if (!reached.behind) return reactor->Finish(grpc::Status::OK);
          const absl::Status stopped = office.projector.status();
          reactor->Finish(ToGrpcStatus(
              stopped.ok()
                  ? WaitFailedError(absl::StatusCode::kDeadlineExceeded,
                                    "the lists do not show it yet")
                  : WaitFailedError(absl::StatusCode::kUnavailable, "the lists stand still"),
              request_id));
        });
    return;
  }
  if (wait_for != v1::WAIT_FOR_CHECKPOINTED) return reactor->Finish(grpc::Status::OK);
  office.checkpointer.Await(size, [&office, request_id, receipt,
                                   reactor](const absl::StatusOr<SignedHead>& signed_head) {
    if (!signed_head.ok()) {
      return reactor->Finish(ToGrpcStatus(
          WaitFailedError(absl::StatusCode::kUnavailable, WhyNothingIsSigned(office)), request_id));
    }
    // Proofs are read from storage, which must not hold up the next signature.
    office.reading_room.Run([&office, signed_head = *signed_head, request_id, receipt, reactor] {
      reactor->Finish(ToGrpcStatus(Prove(office, signed_head, receipt), request_id));
    });
  });
}

}  // namespace countersign::rpc
