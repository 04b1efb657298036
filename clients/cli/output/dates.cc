#include "clients/cli/output/dates.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace countersign::cli {

std::string DayWords(absl::string_view day) {
  absl::CivilDay civil;
  if (day.size() != 10 || !absl::ParseCivilTime(day, &civil)) return std::string(day);
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time midnight = absl::FromCivil(civil, utc);
  return absl::StrCat(absl::FormatTime("%a ", midnight, utc), civil.day(),
                      absl::FormatTime(" %b %Y", midnight, utc));
}

std::string MomentWords(const google::protobuf::Timestamp& moment) {
  const absl::Time time =
      absl::FromUnixSeconds(moment.seconds()) + absl::Nanoseconds(moment.nanos());
  absl::TimeZone london;
  const bool known = absl::LoadTimeZone("Europe/London", &london);
  const absl::TimeZone zone = known ? london : absl::UTCTimeZone();
  return absl::StrCat(DayWords(absl::FormatTime("%Y-%m-%d", time, zone)),
                      absl::FormatTime(", %H:%M", time, zone), known ? "" : " UTC");
}

}  // namespace countersign::cli
