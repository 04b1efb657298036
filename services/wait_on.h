// How a thread waits for something to happen or for time to go by, whichever comes first: a type
// that a test replaces, so that it lets time go by as it likes.
#ifndef COUNTERSIGN_SERVICES_WAIT_ON_H_
#define COUNTERSIGN_SERVICES_WAIT_ON_H_

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "absl/time/time.h"

namespace countersign {

// Waits until `until` holds, at most `timeout`; `lock` is held whenever `until` is asked.
using WaitOn =
    std::function<void(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                       absl::Duration timeout, const std::function<bool()>& until)>;

// As a clock goes that nobody can set.
inline void WaitOnSteadyClock(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                              absl::Duration timeout, const std::function<bool()>& until) {
  // No overflow for a wait without end.
  changed.wait_for(lock, absl::ToChronoMilliseconds(std::min(timeout, absl::Hours(24 * 365))),
                   until);
}

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_WAIT_ON_H_
