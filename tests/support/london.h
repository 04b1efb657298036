// Days and moments as tests spell them: in the zone that all deadlines are counted in.
#ifndef COUNTERSIGN_TESTS_SUPPORT_LONDON_H_
#define COUNTERSIGN_TESTS_SUPPORT_LONDON_H_

#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace countersign {

inline absl::TimeZone London() {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/London", &zone)) std::abort();
  return zone;
}

// "2026-09-15" as a day, spelled as in the files and the design.
inline absl::CivilDay On(absl::string_view text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) std::abort();
  return day;
}

// "2026-09-15 09:00" on the clock of Europe/London.
inline absl::Time InLondon(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M", text, London(), &time, &error)) std::abort();
  return time;
}

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_SUPPORT_LONDON_H_
