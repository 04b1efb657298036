// Stretches of time and moments of the past, as people type them.

#ifndef COUNTERSIGN_CLIENTS_CLI_INPUT_MOMENTS_H_
#define COUNTERSIGN_CLIENTS_CLI_INPUT_MOMENTS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/api.pb.h"

namespace countersign::cli {

// "30m", "6h", "5d" or "2w" in seconds. INVALID_ARGUMENT for anything else, for nothing and for
// more than ten years.
absl::StatusOr<uint32_t> SecondsIn(absl::string_view stretch);

// A moment in the journal's past: a number is a position, else an instant by RFC 3339.
// INVALID_ARGUMENT for anything else.
absl::StatusOr<v1::AsOf> ParseAsOf(absl::string_view text);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_INPUT_MOMENTS_H_
