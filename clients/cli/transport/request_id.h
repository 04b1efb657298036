// Request ids: the names by which the journal knows a command that was sent twice.

#ifndef COUNTERSIGN_CLIENTS_CLI_TRANSPORT_REQUEST_ID_H_
#define COUNTERSIGN_CLIENTS_CLI_TRANSPORT_REQUEST_ID_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace countersign::cli {

// Sixteen bytes that nobody can guess.
using RandomSource = std::function<std::array<uint8_t, 16>()>;

// A random UUID (RFC 4122 section 4.4) in its canonical text form.
std::string NewRequestId(const RandomSource& random);

// Whether `text` is a UUID in its text form, in either case.
bool IsUuid(absl::string_view text);

// Whether `text` is a UUID, or the front of one with at least 8 digits.
bool IsUuidFront(absl::string_view text);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_TRANSPORT_REQUEST_ID_H_
