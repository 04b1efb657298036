// Work patterns, as people write them on the command line.

#ifndef COUNTERSIGN_CLIENTS_CLI_INPUT_WORK_PATTERN_H_
#define COUNTERSIGN_CLIENTS_CLI_INPUT_WORK_PATTERN_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/facts.pb.h"

namespace countersign::cli {

// Reads weekdays: "Mon-Thu", "Mon Tue Fri", each with hours where they are known ("Mon-Wed
// 08:30-15:00 Fri 08:30-12:00"), weeks of a cycle separated by "|" ("Mon-Wed | Mon-Fri"). A week
// may be empty. `anchor_on` is the Monday on which the first week of a cycle began, passed on as it
// is. INVALID_ARGUMENT, with the word in question, for anything else.
absl::StatusOr<v1::WorkPattern> ParseWorkPattern(absl::string_view works,
                                                 absl::string_view anchor_on);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_INPUT_WORK_PATTERN_H_
