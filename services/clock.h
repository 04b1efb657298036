// What time it is: the one real clock, and the type that a test or a demo replaces.
#ifndef COUNTERSIGN_SERVICES_CLOCK_H_
#define COUNTERSIGN_SERVICES_CLOCK_H_

#include <mutex>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace countersign {

// Days are spelled from 2000 to 2099, so no clock may stand outside those years.
inline bool IsWithinReach(absl::Time time) {
  return time >= absl::FromUnixSeconds(946'684'800) && time < absl::FromUnixSeconds(4'102'444'800);
}

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // The present instant.
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

// A clock that stands still until somebody moves it, forward only: for tests, and for a demo, where
// the story decides what day it is.
class MovableClock : public Clock {
 public:
  explicit MovableClock(absl::Time start) : now_(start) {}

  absl::Time Now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }

  // Moves to `to` if that is later. Returns the time now.
  absl::Time MoveTo(absl::Time to) {
    std::lock_guard lock(mutex_);
    if (to > now_) now_ = to;
    return now_;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_;  // Under mutex_.
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CLOCK_H_
