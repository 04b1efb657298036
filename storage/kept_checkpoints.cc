#include "storage/kept_checkpoints.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace countersign::storage {

absl::StatusOr<std::optional<KeptCheckpoint>> ReadKept(const Journal& journal, uint64_t size) {
  absl::StatusOr<std::optional<std::string>> note = journal.CheckpointOf(size);
  if (!note.ok()) return note.status();
  if (!note->has_value()) return std::optional<KeptCheckpoint>();
  absl::StatusOr<Hash> root = journal.RootOf(size);
  if (!root.ok()) return root.status();
  absl::StatusOr<SignedCheckpoint> said = ParseSignedCheckpoint(**note);
  if (!said.ok() || said->checkpoint.head != Head{.size = size, .root = *root}) {
    return absl::DataLossError(absl::StrCat(
        "The checkpoint that is kept for ", size,
        " entries is not one of this journal's tree, whose root there is ", ToHex(*root), "."));
  }
  return std::optional(KeptCheckpoint{std::move(said->checkpoint), **std::move(note)});
}

absl::StatusOr<std::optional<uint64_t>> GreatestKept(const Journal& journal, uint64_t size) {
  std::optional<uint64_t> greatest;
  const absl::Status read =
      journal.Checkpoints(size, true, [&](uint64_t kept, std::string_view) -> absl::Status {
        greatest = kept;
        return absl::CancelledError();
      });
  if (!read.ok() && !greatest.has_value()) return read;
  return greatest;
}

absl::StatusOr<NearestKept> FindNearestKept(const Journal& journal, uint64_t size) {
  NearestKept nearest;
  absl::StatusOr<std::optional<uint64_t>> kept = GreatestKept(journal, size);
  if (!kept.ok()) return kept.status();
  nearest.below = *kept;
  // Only the greatest one up to some size can be looked up: halves the sizes above until one is
  // left.
  uint64_t low = size;
  uint64_t high = journal.head().size;
  kept = GreatestKept(journal, high);
  if (!kept.ok()) return kept.status();
  if (!kept->has_value() || **kept <= size) return nearest;
  high = **kept;
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    kept = GreatestKept(journal, middle);
    if (!kept.ok()) return kept.status();
    if (kept->has_value() && **kept > size) {
      high = **kept;
    } else {
      low = middle;
    }
  }
  nearest.above = high;
  return nearest;
}

}  // namespace countersign::storage
