// The signed notes that the journal keeps, read as one may believe them: only those of its own
// tree.
#ifndef COUNTERSIGN_STORAGE_KEPT_CHECKPOINTS_H_
#define COUNTERSIGN_STORAGE_KEPT_CHECKPOINTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "storage/journal.h"
#include "storage/signing/checkpoint.h"

namespace countersign::storage {

struct KeptCheckpoint {
  Checkpoint checkpoint;
  std::string note;  // That says so, with its signatures.
};

// The one for exactly `size` entries, of whatever origin; nothing when none is kept. DATA_LOSS when
// it is not one of this journal's tree, OUT_OF_RANGE where that tree is smaller. Its signatures are
// not verified: which key signed then is not known here.
absl::StatusOr<std::optional<KeptCheckpoint>> ReadKept(const Journal& journal, uint64_t size);

// The sizes of kept checkpoints that are nearest to `size`, of which none is kept itself.
struct NearestKept {
  std::optional<uint64_t> below;
  std::optional<uint64_t> above;
};
// A few dozen rows are read, however many there are.
absl::StatusOr<NearestKept> FindNearestKept(const Journal& journal, uint64_t size);

// The greatest size of a kept checkpoint that is at most `size`.
absl::StatusOr<std::optional<uint64_t>> GreatestKept(const Journal& journal, uint64_t size);

}  // namespace countersign::storage

#endif  // COUNTERSIGN_STORAGE_KEPT_CHECKPOINTS_H_
