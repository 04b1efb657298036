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

// How long an entry may be on its way: it is stamped before its batch is synced, and can be read
// only afterwards. A clock that is set back by less stamps no entry before what was already
// settled.
inline constexpr absl::Duration kMayBeInFlight = absl::Minutes(1);

// The moment meant; now where none is said. An instant means what was recorded at or before it: one
// before the beginning is the empty journal. It means the same for ever, so it has to be settled:
// not after the last entry, whose successors are all stamped later, or kMayBeInFlight ago at least.
// OUT_OF_RANGE with the current size for a moment beyond the head or not settled yet, else the
// errors of reading the journal. An instant is found in a few dozen reads, however long the journal
// is.
absl::StatusOr<Moment> MomentOf(const storage::Journal& journal, const Clock& clock,
                                const v1::AsOf& as_of);

// The midnight in `zone` with which the day of a moment of the past began, taking no more entries
// into account than the moment does: the same for every moment of that day, the empty journal
// apart. The present stays what it is. Errors: those of reading the journal.
absl::StatusOr<Moment> StartOfDay(const storage::Journal& journal, const Moment& moment,
                                  absl::TimeZone zone);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_READING_MOMENTS_H_
