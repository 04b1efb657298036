// Moving the clock of a demo: a move that is not in the journal has not happened.
#ifndef COUNTERSIGN_SERVICES_CLOCK_MOVE_H_
#define COUNTERSIGN_SERVICES_CLOCK_MOVE_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/clock.h"
#include "services/permission/policy.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign {

// A move as somebody asks for it who may.
struct ClockMove {
  storage::Id caller;
  const PolicyRow* row = nullptr;  // That allowed it.
  absl::Time to;
};

// Journals the move, then moves the clock, and tells what time it is then. The entry bears the time
// before the move. Errors as Journal::Append; nothing has moved then. `done` is called exactly
// once, here or on the journal's writer thread; must not block. Thread-safe.
void MoveClock(storage::Journal& journal, storage::Keyring& keyring, MovableClock& clock,
               const ClockMove& move, std::function<void(absl::StatusOr<absl::Time>)> done);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CLOCK_MOVE_H_
