// Moments in the journal's past, as queries speak of them: after so many entries, or at an instant.
#ifndef COUNTERSIGN_SERVICES_READING_MOMENTS_H_
#define COUNTERSIGN_SERVICES_READING_MOMENTS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "countersign/v1/api.pb.h"
#include "services/clock.h"
#include "services/states.h"
#include "storage/journal.h"

namespace countersign {

// The moment that a query speaks of.
struct Moment {
  uint64_t before_position = States::kNow;  // As the States take it.
  uint64_t reflects = 0;                    // Number of entries taken into account.
  absl::Time at;                            // The clock then: "today" for statuses.

  // Whether somebody asked for it, and not just for how things stand.
  bool is_past() const { return before_position != States::kNow; }
};

// The moment meant; now where none is said. An instant means what was recorded at or before it: one
// before the beginning is the empty journal. OUT_OF_RANGE with the current size for a moment beyond
// the head, else the errors of reading the journal. An instant is found in a few dozen reads,
// however long the journal is.
absl::StatusOr<Moment> MomentOf(const storage::Journal& journal, const Clock& clock,
                                const v1::AsOf& as_of);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_READING_MOMENTS_H_
