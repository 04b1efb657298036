#include "storage/clock_guard.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/errors.h"

namespace countersign::storage {
namespace {

std::string InUtc(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

}  // namespace

ClockGuard::ClockGuard(std::function<absl::Time()> now, std::function<absl::Duration()> monotonic,
                       absl::Time last_recorded)
    : now_(std::move(now)),
      monotonic_(std::move(monotonic)),
      last_now_(now_()),
      last_monotonic_(monotonic_()) {
  if (last_recorded - last_now_ > kMaxClockLeap) {
    suspicion_ = ClockUnconfirmedError(absl::StrCat("it says ", InUtc(last_now_),
                                                    ", but the last entry was recorded at ",
                                                    InUtc(last_recorded), "."));
  }
}

absl::StatusOr<absl::Time> ClockGuard::Read() {
  std::lock_guard lock(lock_);
  if (!suspicion_.ok()) return suspicion_;
  const absl::Time now = now_();
  const absl::Duration monotonic = monotonic_();
  const absl::Time expected = last_now_ + (monotonic - last_monotonic_);
  if (absl::AbsDuration(now - expected) > kMaxClockLeap) {
    suspicion_ = ClockUnconfirmedError(
        absl::StrCat("it leapt from ", InUtc(expected), " to ", InUtc(now), "."));
    return suspicion_;
  }
  last_now_ = now;
  last_monotonic_ = monotonic;
  return now;
}

void ClockGuard::Confirm() {
  std::lock_guard lock(lock_);
  last_now_ = now_();
  last_monotonic_ = monotonic_();
  suspicion_ = absl::OkStatus();
}

}  // namespace countersign::storage
