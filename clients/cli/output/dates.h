// Days and moments as people in a school read them.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_DATES_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_DATES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/api.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace countersign::cli {

// "2026-09-29" as "Tue 29 Sep 2026". Empty stays empty; what is no ISO day is given back as it is.
std::string DayWords(absl::string_view day);

// An instant as "Tue 29 Sep 2026, 14:05" on the clock of Europe/London, or, where this machine has
// no time zone database, in UTC and said so.
std::string MomentWords(const google::protobuf::Timestamp& moment);

// "30m", "6h", "5d" or "2w" in seconds. INVALID_ARGUMENT for anything else, for nothing and for
// more than ten years.
absl::StatusOr<uint32_t> SecondsIn(absl::string_view stretch);

// A moment in the journal's past: a number is a position, else an instant by RFC 3339.
// INVALID_ARGUMENT for anything else.
absl::StatusOr<v1::AsOf> ParseAsOf(absl::string_view text);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_DATES_H_
