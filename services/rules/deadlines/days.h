// Days as the schema spells them: ISO 8601 text. The edge has checked the spelling of requests, so
// text that is no day here comes from a damaged or foreign history.
#ifndef COUNTERSIGN_SERVICES_RULES_DEADLINES_DAYS_H_
#define COUNTERSIGN_SERVICES_RULES_DEADLINES_DAYS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace countersign::rules {

// "2026-09-29" as a day; nothing for any other text, 2026-02-30 and the empty one included.
inline std::optional<absl::CivilDay> DayOf(absl::string_view iso) {
  absl::CivilDay day;
  if (iso.size() != 10 || !absl::ParseCivilTime(iso, &day) || absl::FormatCivilTime(day) != iso) {
    return std::nullopt;
  }
  return day;
}

// A day as "2026-09-29"; empty for none.
inline std::string IsoOf(std::optional<absl::CivilDay> day) {
  return day.has_value() ? absl::FormatCivilTime(*day) : std::string();
}

// "14:30" as minutes after midnight; nothing for any other text.
inline std::optional<int> MinuteOfDay(absl::string_view time) {
  const auto digit = [&](size_t at) { return time[at] >= '0' && time[at] <= '9'; };
  if (time.size() != 5 || time[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  const int hours = (time[0] - '0') * 10 + (time[1] - '0');
  const int minutes = (time[3] - '0') * 10 + (time[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return hours * 60 + minutes;
}

// A day as people write it: "Wednesday 14 October 2026".
inline std::string DateWithWeekday(absl::CivilDay day) {
  return absl::FormatTime("%A %-e %B %Y", absl::FromCivil(day, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_DEADLINES_DAYS_H_
