// The proofs of LogService.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/rpc/chapters/log_rpc.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/proofs.h"
#include "services/rpc/reading.h"
#include "storage/entry.h"
#include "storage/merkle_tree.h"

namespace countersign::rpc {
namespace {

// The plan whose entry stands at `position`; empty for any other entry and beyond the head.
absl::StatusOr<std::string> PlanAt(const Office& office, uint64_t position) {
  if (position >= office.journal.head().size) return std::string();
  absl::StatusOr<std::string> bytes = office.journal.ReadEntry(position);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<v1::Entry> entry = storage::ParseEntry(*bytes);
  if (!entry.ok()) return entry.status();
  const storage::StreamId stream = storage::StreamOf(*entry);
  if (stream.type != storage::StreamType::kPlan) return std::string();
  return storage::ToString(stream.id);
}

// OK for who may read the log, and for who may see the plan whose entry this is. Everybody else is
// answered alike, whatever stands there.
absl::Status MaySeeEntry(const Office& office, const Reader& reader, uint64_t position) {
  if (Permit(Action::kReadLog, StandingsTo(reader)) != nullptr) return absl::OkStatus();
  absl::StatusOr<std::string> plan_id = PlanAt(office, position);
  if (plan_id.ok() && !plan_id->empty()) {
    absl::StatusOr<PlanFile> file = FileOf(office, *plan_id);
    if (!file.ok()) {
      return UnreadableTo(office, reader, Action::kSeePlan, *plan_id, file.status());
    }
    if (Permit(Action::kSeePlan, StandingsTo(*file, reader)) != nullptr) return absl::OkStatus();
  }
  return office.denials.Deny(reader.caller.person_id, Action::kReadLog);
}

absl::Status ShowInclusion(const Office& office, uint64_t position, const storage::Head& head,
                           const std::string& note, v1::ProveInclusionResponse* response) {
  absl::StatusOr<ProvenEntry> proven = ProveEntry(office, position, head);
  if (!proven.ok()) return proven.status();
  ShowHashes(proven->path, response->mutable_proof());
  response->set_size(head.size);
  response->set_root(std::string(storage::AsBytes(head.root)));
  response->set_entry(proven->bytes);
  if (note.empty()) return absl::OkStatus();
  response->set_tlog_proof(storage::ToString(
      storage::TlogProof{std::move(proven->bytes), position, std::move(proven->path), note}));
  return absl::OkStatus();
}

absl::Status ShowConsistency(const Office& office, uint64_t first, uint64_t second,
                             v1::ProveConsistencyResponse* response) {
  absl::StatusOr<std::vector<storage::Hash>> proof = office.journal.ProveConsistency(first, second);
  if (!proof.ok()) return StopWritingAt(office, proof.status());
  absl::StatusOr<storage::Hash> first_root = office.journal.RootOf(first);
  if (!first_root.ok()) return StopWritingAt(office, first_root.status());
  absl::StatusOr<storage::Hash> second_root = office.journal.RootOf(second);
  if (!second_root.ok()) return StopWritingAt(office, second_root.status());
  if (!storage::VerifyConsistency(first, second, *first_root, *second_root, *proof)) {
    return StopWritingAt(
        office, absl::DataLossError(absl::StrCat("the tree of ", second,
                                                 " entries does not extend that of ", first)));
  }
  ShowHashes(*proof, response->mutable_proof());
  response->set_second(second);
  response->set_first_root(std::string(storage::AsBytes(*first_root)));
  response->set_second_root(std::string(storage::AsBytes(*second_root)));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* LogRpc::ProveInclusion(grpc::CallbackServerContext* context,
                                                 const v1::ProveInclusionRequest* request,
                                                 v1::ProveInclusionResponse* response) {
  const uint64_t position = request->position();
  const uint64_t size = request->size();
  std::vector<FieldViolation> violations;
  if (size > 0 && position >= size) {
    violations.push_back({"size", "must be greater than the position"});
  }
  absl::StatusOr<Reader> reader = Admit(office_, *context, *request, std::move(violations));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  if (absl::Status may = MaySeeEntry(office_, *reader, position); !may.ok()) {
    return Finished(office_, context, may);
  }
  if (position >= office_.journal.head().size) {
    return Finished(office_, context,
                    BeyondTheHead(office_, absl::StrCat("The position ", position)));
  }
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (size == 0) {
    WhenSigned(
        office_, reactor, position + 1, [this, position, response](const SignedHead& signed_head) {
          return ShowInclusion(office_, position, signed_head.head, signed_head.note, response);
        });
    return reactor;
  }
  const auto show = [&]() -> absl::Status {
    absl::StatusOr<storage::Hash> root = office_.journal.RootOf(size);
    if (!root.ok()) return StopWritingAt(office_, root.status());
    absl::StatusOr<std::optional<SignedHead>> stored = office_.checkpointer.Stored(size);
    if (!stored.ok()) return StopWritingAt(office_, stored.status());
    return ShowInclusion(office_, position, {size, *root},
                         stored->has_value() ? (*stored)->note : "", response);
  };
  reactor->Finish(ToGrpcStatus(show()));
  return reactor;
}

grpc::ServerUnaryReactor* LogRpc::ProveConsistency(grpc::CallbackServerContext* context,
                                                   const v1::ProveConsistencyRequest* request,
                                                   v1::ProveConsistencyResponse* response) {
  const uint64_t first = request->first();
  const uint64_t second = request->second();
  std::vector<FieldViolation> violations;
  if (first == 0) violations.push_back({"first", "is missing; nothing extends the empty tree"});
  if (second > 0 && first > second) {
    violations.push_back({"second", "must not be less than first"});
  }
  absl::StatusOr<Reader> reader =
      AdmitFor(office_, *context, *request, Action::kSeeLog, std::move(violations));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  if (second > 0) {
    return Finished(office_, context, ShowConsistency(office_, first, second, response));
  }
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  WhenSigned(office_, reactor, first, [this, first, response](const SignedHead& signed_head) {
    return ShowConsistency(office_, first, signed_head.head.size, response);
  });
  return reactor;
}

}  // namespace countersign::rpc
