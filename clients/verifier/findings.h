// How this library says that something is wrong. One rule for all of it: DATA_LOSS is evidence that
// something signed or hashed was changed; every other error means that nothing can be said, because
// what is needed for it is missing, malformed or unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"

namespace countersign::verifier {

// Exit codes of countersign-verify.
inline constexpr int kVerified = 0;
inline constexpr int kTampered = 6;
inline constexpr int kUnverifiable = 7;

// kVerified for OK, kTampered for DATA_LOSS, kUnverifiable for everything else.
int ExitCodeOf(const absl::Status& status);

// DATA_LOSS that names the first position that is wrong.
absl::Status WrongEntry(uint64_t position, std::string_view message);
// The position an error names, if it names one.
std::optional<uint64_t> WrongPositionOf(const absl::Status& status);

}  // namespace countersign::verifier
