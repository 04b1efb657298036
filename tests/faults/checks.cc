#include "tests/faults/checks.h"

#include "absl/strings/str_cat.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/merkle.h"
#include "clients/verifier/tlog_proof.h"
#include "storage/merkle_tree.h"

namespace countersign::faults {
namespace {

std::string Describe(const std::vector<storage::Hash>& path) {
  std::string text;
  for (const storage::Hash& hash : path) absl::StrAppend(&text, " ", storage::ToHex(hash));
  return text;
}

std::optional<storage::Checkpoint> StorageCheckpoint(const std::string& note,
                                                     const storage::VerifierKey& key) {
  const absl::StatusOr<storage::SignedNote> parsed = storage::ParseNote(note);
  if (!parsed.ok() || !storage::VerifyNote(*parsed, key).ok()) return std::nullopt;
  const absl::StatusOr<storage::Checkpoint> checkpoint = storage::ParseCheckpointText(parsed->text);
  if (!checkpoint.ok() || checkpoint->origin != key.name) return std::nullopt;
  return *checkpoint;
}

std::optional<ProvenEntry> StorageTlogProof(const std::string& file,
                                            const storage::VerifierKey& key) {
  const absl::StatusOr<storage::TlogProof> proof = storage::ParseTlogProof(file);
  if (!proof.ok() || !proof->extra.has_value()) return std::nullopt;
  const std::optional<storage::Checkpoint> checkpoint = StorageCheckpoint(proof->checkpoint, key);
  if (!checkpoint.has_value() || !storage::VerifyInclusion(proof->index, checkpoint->head.size,
                                                           storage::LeafHash(*proof->extra),
                                                           proof->path, checkpoint->head.root)) {
    return std::nullopt;
  }
  return ProvenEntry{*proof->extra, proof->index, checkpoint->head.size, checkpoint->head.root};
}

verifier::KeyFile KeyFileOf(const storage::VerifierKey& key) {
  return verifier::ParseKeyFile(ToString(key) + "\n").value();
}

std::optional<storage::Checkpoint> VerifierCheckpoint(const std::string& note,
                                                      const storage::VerifierKey& key) {
  const absl::StatusOr<verifier::Checkpoint> opened =
      verifier::OpenCheckpoint(note, KeyFileOf(key));
  if (!opened.ok()) return std::nullopt;
  return storage::Checkpoint{opened->origin, {opened->size, opened->root}};
}

std::optional<ProvenEntry> VerifierTlogProof(const std::string& file,
                                             const storage::VerifierKey& key) {
  const absl::StatusOr<verifier::TlogProof> proof = verifier::ParseTlogProof(file);
  if (!proof.ok() || !proof->extra.has_value()) return std::nullopt;
  const absl::StatusOr<verifier::Checkpoint> checkpoint =
      verifier::CheckTlogProof(*proof, *proof->extra, KeyFileOf(key));
  if (!checkpoint.ok()) return std::nullopt;
  return ProvenEntry{*proof->extra, proof->index, checkpoint->size, checkpoint->root};
}

}  // namespace

std::string Describe(const InclusionClaim& claim) {
  return absl::StrCat("entry ", claim.index, " of ", claim.size, ", root ",
                      storage::ToHex(claim.root), ", path", Describe(claim.path));
}

std::string Describe(const ConsistencyClaim& claim) {
  return absl::StrCat(claim.first, " to ", claim.second, ", roots ",
                      storage::ToHex(claim.first_root), " ", storage::ToHex(claim.second_root),
                      ", path", Describe(claim.path));
}

const std::vector<std::function<bool(const InclusionClaim&)>>& InclusionChecks() {
  static const auto* const checks = new std::vector<std::function<bool(const InclusionClaim&)>>{
      [](const InclusionClaim& claim) {
        return storage::VerifyInclusion(claim.index, claim.size, storage::LeafHash(claim.entry),
                                        claim.path, claim.root);
      },
      [](const InclusionClaim& claim) {
        return verifier::VerifyInclusion(claim.index, claim.size, verifier::LeafHash(claim.entry),
                                         claim.path, claim.root);
      },
  };
  return *checks;
}

const std::vector<std::function<bool(const ConsistencyClaim&)>>& ConsistencyChecks() {
  static const auto* const checks = new std::vector<std::function<bool(const ConsistencyClaim&)>>{
      [](const ConsistencyClaim& claim) {
        return storage::VerifyConsistency(claim.first, claim.second, claim.first_root,
                                          claim.second_root, claim.path);
      },
      [](const ConsistencyClaim& claim) {
        return verifier::VerifyConsistency(claim.first, claim.second, claim.first_root,
                                           claim.second_root, claim.path);
      },
  };
  return *checks;
}

const std::vector<CheckpointCheck>& CheckpointChecks() {
  static const auto* const checks =
      new std::vector<CheckpointCheck>{StorageCheckpoint, VerifierCheckpoint};
  return *checks;
}

const std::vector<TlogProofCheck>& TlogProofChecks() {
  static const auto* const checks =
      new std::vector<TlogProofCheck>{StorageTlogProof, VerifierTlogProof};
  return *checks;
}

}  // namespace countersign::faults
