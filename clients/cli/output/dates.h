// Days and moments as people in a school read them.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_DATES_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_DATES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"

namespace countersign::cli {

// "2026-09-29" as "Tue 29 Sep 2026". Empty stays empty; what is no ISO day is given back as it is.
std::string DayWords(absl::string_view day);

// An instant as "Tue 29 Sep 2026, 14:05" on the clock of Europe/London, or, where this machine has
// no time zone database, in UTC and said so.
std::string MomentWords(const google::protobuf::Timestamp& moment);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_DATES_H_
