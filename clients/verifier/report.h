// What a verification says to people and to programs. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "clients/verifier/log_check.h"

namespace countersign::verifier {

// The text in lines of at most 80 characters, broken at spaces; a longer word has a line of its
// own. All lines but the first begin with `indent` spaces. Ends with a newline.
std::string Wrapped(std::string_view text, size_t indent);

// A string of JSON (RFC 8259), with its quotes. `text` is UTF-8; bytes that are not come out as
// U+FFFD.
std::string JsonString(std::string_view text);

// A log that verified. `remembered`: the file that now holds its last checkpoint.
std::string ReportText(const LogReport& report, const std::optional<std::string>& remembered);
// One object: verdict "verified", exit_code, origin, size, root (hex), streams, checkpoints,
// payloads {checked, erased, withheld}, remembered (or null), remarks.
std::string ReportJson(const LogReport& report, const std::optional<std::string>& remembered);

// What did not verify, and what that means.
std::string FailureText(const absl::Status& status);
// One object: verdict "tampered" or "unverifiable", exit_code, message, position (or null).
std::string FailureJson(const absl::Status& status);

}  // namespace countersign::verifier
