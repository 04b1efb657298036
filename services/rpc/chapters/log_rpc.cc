#include "services/rpc/chapters/log_rpc.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/log/log_identity.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/proofs.h"
#include "services/rpc/reading.h"
#include "services/rpc/signing_stopped.h"
#include "storage/merkle_tree.h"

namespace countersign::rpc {
namespace {

void Show(const SignedHead& signed_head, v1::SignedCheckpoint* shown) {
  shown->set_note(signed_head.note);
  shown->set_size(signed_head.head.size);
  shown->set_root(std::string(storage::AsBytes(signed_head.head.root)));
}

// The witnesses that a request names, by their verifier keys.
std::vector<storage::VerifierKey> WitnessesIn(const v1::GetCheckpointRequest& request,
                                              std::vector<FieldViolation>& violations) {
  std::vector<storage::VerifierKey> witnesses;
  for (int i = 0; i < request.cosigned_by_size(); ++i) {
    absl::StatusOr<storage::VerifierKey> key = storage::ParseVerifierKey(request.cosigned_by(i));
    if (key.ok()) {
      witnesses.push_back(*std::move(key));
    } else {
      violations.push_back(
          {absl::StrCat("cosigned_by[", i, "]"), std::string(key.status().message())});
    }
  }
  if (request.at_least_size() > 0 && request.cosigned_by_size() > 0) {
    violations.push_back({"at_least_size", "give either at_least_size or cosigned_by"});
  }
  return witnesses;
}

absl::Status ShowNewestCosigned(const Office& office,
                                const std::vector<storage::VerifierKey>& witnesses,
                                v1::GetCheckpointResponse* response) {
  absl::StatusOr<std::optional<SignedHead>> newest =
      office.checkpointer.NewestCosignedBy(witnesses);
  if (absl::IsInvalidArgument(newest.status())) {
    return MalformedError({{"cosigned_by", std::string(newest.status().message())}});
  }
  if (!newest.ok()) return newest.status();
  if (!newest->has_value()) {
    return absl::NotFoundError(
        "There is no checkpoint yet that every one of these witnesses cosigned.");
  }
  Show(**newest, response->mutable_checkpoint());
  return absl::OkStatus();
}

// The schema cannot tell a width of 0 from none.
std::vector<FieldViolation> WidthViolations(uint32_t width) {
  if (width > 0) return {};
  return {{"width", "is missing; give 1 to 256"}};
}

// Whether the `there` hashes or entries that there are hold all of a tile.
bool Holds(uint64_t there, uint64_t index, uint64_t width) {
  return index <= there / storage::kTileWidth && index * storage::kTileWidth + width <= there;
}

absl::Status ShowBundle(const Office& office, uint64_t index, uint64_t width, std::string* bundle) {
  const uint64_t first = index * storage::kTileWidth;
  absl::StatusOr<std::vector<storage::Hash>> leaves = office.journal.TileHashes(0, first, width);
  if (!leaves.ok()) return StopWritingAt(office, leaves.status());
  std::vector<std::string> entries;
  const absl::Status read = office.journal.ReadAll(
      first, width, [](const storage::StoredEvent&) { return false; },
      [&](const storage::StoredEvent& stored, std::string_view bytes) -> absl::Status {
        if (storage::LeafHash(bytes) != (*leaves)[entries.size()]) {
          return absl::DataLossError(absl::StrCat("the entry at position ", stored.position,
                                                  " does not fit its leaf hash"));
        }
        entries.emplace_back(bytes);
        return absl::OkStatus();
      });
  if (!read.ok()) return StopWritingAt(office, read);
  absl::StatusOr<std::string> made = storage::EntryBundle(entries);
  if (!made.ok()) return made.status();
  *bundle = *std::move(made);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* LogRpc::GetLogKeys(grpc::CallbackServerContext* context,
                                             const v1::GetLogKeysRequest* request,
                                             v1::GetLogKeysResponse* response) {
  absl::StatusOr<Reader> reader = AdmitFor(office_, *context, *request, Action::kSeeLog);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(office_.journal);
  if (!identity.ok()) {
    return Finished(office_, context, StopWritingAt(office_, identity.status()));
  }
  response->set_origin(identity->origin);
  for (auto named = identity->keys.rbegin(); named != identity->keys.rend(); ++named) {
    v1::LogKey* key = response->add_keys();
    key->set_verifier_key(storage::ToString(named->key));
    key->set_from_size(named->from_size);
    key->set_until_size(named->until_size);
  }
  for (const storage::VerifierKey& witness : office_.checkpointer.witnesses()) {
    response->add_witnesses(storage::ToString(witness));
  }
  return Finished(office_, context, absl::OkStatus());
}

grpc::ServerUnaryReactor* LogRpc::GetCheckpoint(grpc::CallbackServerContext* context,
                                                const v1::GetCheckpointRequest* request,
                                                v1::GetCheckpointResponse* response) {
  std::vector<FieldViolation> violations;
  const std::vector<storage::VerifierKey> witnesses = WitnessesIn(*request, violations);
  absl::StatusOr<Reader> reader =
      AdmitFor(office_, *context, *request, Action::kSeeLog, std::move(violations));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  if (!witnesses.empty()) {
    return Finished(office_, context, ShowNewestCosigned(office_, witnesses, response));
  }
  const std::optional<SignedHead> newest = office_.checkpointer.Newest();
  // An older one would pass for the newest.
  if (request->at_least_size() == 0 && newest.has_value() && !office_.checkpointer.Signing().ok() &&
      newest->head.size < office_.journal.head().size) {
    return Finished(office_, context, SigningStoppedError(office_.checkpointer));
  }
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (request->at_least_size() == 0) {
    if (newest.has_value()) {
      Show(*newest, response->mutable_checkpoint());
      reactor->Finish(grpc::Status::OK);
      return reactor;
    }
  }
  // A journal that is served is never empty.
  WhenSigned(office_, reactor, std::max<uint64_t>(request->at_least_size(), 1),
             [response](const SignedHead& signed_head) {
               Show(signed_head, response->mutable_checkpoint());
               return absl::OkStatus();
             });
  return reactor;
}

grpc::ServerUnaryReactor* LogRpc::GetTile(grpc::CallbackServerContext* context,
                                          const v1::GetTileRequest* request,
                                          v1::GetTileResponse* response) {
  absl::StatusOr<Reader> reader =
      AdmitFor(office_, *context, *request, Action::kReadLog, WidthViolations(request->width()));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  const auto level = static_cast<uint8_t>(request->level());
  if (!Holds(storage::HashesAtLevel(office_.journal.head().size, level), request->index(),
             request->width())) {
    return Finished(office_, context, BeyondTheHead(office_, "This tile"));
  }
  absl::StatusOr<std::vector<storage::Hash>> hashes =
      office_.journal.TileHashes(level, request->index() * storage::kTileWidth, request->width());
  if (!hashes.ok()) {
    return Finished(office_, context, StopWritingAt(office_, hashes.status()));
  }
  for (const storage::Hash& hash : *hashes) {
    response->mutable_tile()->append(hash.begin(), hash.end());
  }
  return Finished(office_, context, absl::OkStatus());
}

grpc::ServerUnaryReactor* LogRpc::GetEntryBundle(grpc::CallbackServerContext* context,
                                                 const v1::GetEntryBundleRequest* request,
                                                 v1::GetEntryBundleResponse* response) {
  absl::StatusOr<Reader> reader =
      AdmitFor(office_, *context, *request, Action::kReadLog, WidthViolations(request->width()));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  if (!Holds(office_.journal.head().size, request->index(), request->width())) {
    return Finished(office_, context, BeyondTheHead(office_, "This bundle"));
  }
  return Finished(
      office_, context,
      ShowBundle(office_, request->index(), request->width(), response->mutable_bundle()));
}

grpc::ServerUnaryReactor* LogRpc::AddCosignature(grpc::CallbackServerContext* context,
                                                 const v1::AddCosignatureRequest* request,
                                                 v1::AddCosignatureResponse* /*response*/) {
  absl::StatusOr<Reader> reader = AdmitFor(office_, *context, *request, Action::kSeeLog);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  // It is written to the disk, which nobody waits for on gRPC's threads.
  office_.reading_room.Run([this, reactor, note = request->note()] {
    absl::Status held = office_.checkpointer.AddCosignature(note);
    // Who asks is known; what they brought is signed by nobody that the server knows.
    if (absl::IsInvalidArgument(held) || absl::IsUnauthenticated(held)) {
      held = MalformedError({{"note", std::string(held.message())}});
    }
    reactor->Finish(ToGrpcStatus(held));
  });
  return reactor;
}

}  // namespace countersign::rpc
