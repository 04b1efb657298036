#include "clients/cli/input/moments.h"

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace countersign::cli {
namespace {

constexpr uint64_t kLongestStretchSeconds = 315'576'000;

}  // namespace

absl::StatusOr<uint32_t> SecondsIn(absl::string_view stretch) {
  uint64_t count = 0;
  uint64_t unit = 0;
  if (!stretch.empty()) {
    switch (stretch.back()) {
      case 's':
        unit = 1;
        break;
      case 'm':
        unit = 60;
        break;
      case 'h':
        unit = 3600;
        break;
      case 'd':
        unit = 86400;
        break;
      case 'w':
        unit = 604800;
        break;
    }
    stretch.remove_suffix(1);
  }
  const bool counted = absl::SimpleAtoi(stretch, &count) && count > 0;
  if (unit == 0 || !counted || count > kLongestStretchSeconds / unit) {
    return absl::InvalidArgumentError(
        "A stretch of time is a number with s, m, h, d or w, such as 5d or 36h, of at most ten "
        "years.");
  }
  return static_cast<uint32_t>(count * unit);
}

absl::StatusOr<v1::AsOf> ParseAsOf(absl::string_view text) {
  v1::AsOf as_of;
  uint64_t position = 0;
  absl::Time instant;
  std::string problem;
  if (absl::SimpleAtoi(text, &position)) {
    as_of.set_position(position);
  } else if (absl::ParseTime(absl::RFC3339_full, text, &instant, &problem)) {
    const int64_t seconds = absl::ToUnixSeconds(instant);
    as_of.mutable_instant()->set_seconds(seconds);
    as_of.mutable_instant()->set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(instant - absl::FromUnixSeconds(seconds))));
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        "--as-of takes a number of journal entries, such as 120, or an instant, such as "
        "2026-09-29T13:30:00Z."));
  }
  return as_of;
}

}  // namespace countersign::cli
