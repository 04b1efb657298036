// Tells the time of entries, and stops when the clock cannot be right.
//
// A clock that is set by hand, or by a broken time server, would put false times under a signature
// for ever. It is compared with a monotonic one between any two readings, and with the journal's
// last entry at the start. A suspicion stays until somebody confirms the clock.
#pragma once

#include <functional>
#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace countersign::storage {

// A larger difference between two clocks is a leap; smaller ones are corrections of a sound clock.
inline constexpr absl::Duration kMaxClockLeap = absl::Minutes(10);

// Thread-safe; calls both clocks under its lock.
class ClockGuard {
 public:
  // `last_recorded` is the time of the journal's last entry; InfinitePast when it has none. A clock
  // more than kMaxClockLeap behind it is suspected from the start. A clock far ahead of it is not:
  // the program may have been down that long.
  ClockGuard(std::function<absl::Time()> now, std::function<absl::Duration()> monotonic,
             absl::Time last_recorded);

  // The present time; ClockUnconfirmed (errors.h) from a leap on until Confirm().
  absl::StatusOr<absl::Time> Read();

  // The clock's present reading is right.
  void Confirm();

 private:
  const std::function<absl::Time()> now_;
  const std::function<absl::Duration()> monotonic_;
  std::mutex lock_;
  absl::Time last_now_;  // Under lock_, as all below.
  absl::Duration last_monotonic_;
  absl::Status suspicion_;
};

}  // namespace countersign::storage
