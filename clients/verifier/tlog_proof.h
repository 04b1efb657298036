// Proof files (C2SP tlog-proof): that an entry is in the tree of a signed checkpoint. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/sha256.h"

namespace countersign::verifier {

// A proof file as it was read: nothing of it is verified.
struct TlogProof {
  std::optional<std::string> extra{};  // Ours holds the entry's bytes.
  uint64_t index = 0;
  std::vector<Hash> path{};  // The leaf's sibling first; at most 63.
  std::string checkpoint{};  // The signed note, verbatim.
};

// INVALID_ARGUMENT when the text is no such file.
absl::StatusOr<TlogProof> ParseTlogProof(std::string_view text);
std::string ToString(const TlogProof& proof);

// The checkpoint that proves that these bytes are the entry at `proof.index`. Errors are those of
// OpenCheckpoint; DATA_LOSS, naming the index, when the path does not lead from the entry to the
// root.
absl::StatusOr<Checkpoint> CheckTlogProof(const TlogProof& proof, std::string_view entry,
                                          const KeyFile& keys);

}  // namespace countersign::verifier
