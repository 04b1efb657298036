// Signed heads and proof files: C2SP tlog-checkpoint and tlog-proof. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/hash.h"
#include "storage/journal.h"
#include "storage/signing/signed_note.h"

namespace countersign::storage {

// Text of a checkpoint: origin, decimal size, base64 root, a line each.
struct Checkpoint {
  std::string origin{};
  Head head{};

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

std::string CheckpointText(const Checkpoint& checkpoint);

// INVALID_ARGUMENT when the text is no checkpoint of exactly these three lines.
absl::StatusOr<Checkpoint> ParseCheckpointText(std::string_view text);

// A signed note whose text is a checkpoint, as it was received: no signature is verified.
struct SignedCheckpoint {
  SignedNote note{};
  Checkpoint checkpoint{};
};
// INVALID_ARGUMENT as ParseNote, or as ParseCheckpointText of its text.
absl::StatusOr<SignedCheckpoint> ParseSignedCheckpoint(std::string_view note);

// A C2SP tlog-proof file: shows that an entry is the leaf `index` of the tree of a checkpoint.
struct TlogProof {
  std::optional<std::string> extra{};  // Not authenticated; ours holds the entry's bytes.
  uint64_t index = 0;
  std::vector<Hash> path{};
  std::string checkpoint{};  // The signed note, verbatim.
};

std::string ToString(const TlogProof& proof);
// INVALID_ARGUMENT when the text is no such file: nothing in it is verified.
absl::StatusOr<TlogProof> ParseTlogProof(std::string_view text);

}  // namespace countersign::storage
