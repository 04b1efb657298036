// The fingerprint of a record, computed here and not believed from the server: whoever signs signs
// the bytes that were shown.

#ifndef COUNTERSIGN_CLIENTS_CLI_RECORD_RECORD_DIGEST_H_
#define COUNTERSIGN_CLIENTS_CLI_RECORD_RECORD_DIGEST_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace countersign::cli {

// Digits of a fingerprint that a signer must give at least.
inline constexpr int kFingerprintDigitsMin = 8;

// SHA-256("countersign record v1" || SHA-256(plan) || SHA-256(annex) || SHA-256(comments)) over the
// stored bytes (docs/architecture.md), as 64 lower-case hexadecimal digits. PERSISTENT: records are
// signed by it. Empty parts are digested like others.
std::string RecordDigest(absl::string_view plan, absl::string_view annex,
                         absl::string_view comments);

// A digest in groups of eight digits, as people read it aloud.
std::string FingerprintWords(absl::string_view digest);

// OK when `typed` (spaces and case do not matter) is at least the first eight digits of `digest`.
// INVALID_ARGUMENT when it is shorter, longer or no hexadecimal number; FAILED_PRECONDITION when it
// is another record's.
absl::Status CheckFingerprint(absl::string_view typed, absl::string_view digest);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_RECORD_RECORD_DIGEST_H_
