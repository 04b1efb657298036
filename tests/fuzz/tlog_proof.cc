// Proof files (C2SP tlog-proof), down to the inclusion that they prove.
#include <optional>
#include <string>

#include "clients/verifier/merkle.h"
#include "storage/merkle_tree.h"
#include "tests/fuzz/notes.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {

namespace s = storage;

void ReadTlogProof(std::string_view bytes) {
  const absl::StatusOr<s::TlogProof> proof = s::ParseTlogProof(bytes);
  if (!proof.ok()) return;
  Require(ToString(*proof) == bytes, "a proof file has one spelling");
  const std::optional<s::SignedNote> note = ReadNoteBothWays(proof->checkpoint);
  if (!note.has_value() || !proof->extra.has_value()) return;
  const absl::StatusOr<s::Checkpoint> checkpoint = s::ParseCheckpointText(note->text);
  if (!checkpoint.ok()) return;
  const s::Head& head = checkpoint->head;
  const bool proved = s::VerifyInclusion(proof->index, head.size, s::LeafHash(*proof->extra),
                                         proof->path, head.root);
  Require(verifier::VerifyInclusion(proof->index, head.size, verifier::LeafHash(*proof->extra),
                                    proof->path, head.root) == proved,
          "both implementations judge the proof alike");
  // Nobody but the seeds' maker has the key, so whatever is signed is what was signed.
  if (IsSigned(*note, proof->checkpoint)) {
    Require(checkpoint->origin == kLogName, "what is signed is a checkpoint of this log");
  }
}

}  // namespace countersign::fuzz
