// Signed heads of a log: C2SP tlog-checkpoint in a signed note. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/note.h"
#include "clients/verifier/sha256.h"

namespace countersign::verifier {

// The head of a log: how many entries, and the root of the tree over them.
struct Checkpoint {
  std::string origin{};
  uint64_t size = 0;
  Hash root{};

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The text that is signed: origin, decimal size, base64 root, a line each.
std::string ToString(const Checkpoint& checkpoint);

// INVALID_ARGUMENT when the text is not exactly these three lines.
absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text);

// The checkpoint in a signed note; who signed it is not looked at. INVALID_ARGUMENT when the bytes
// are no note, or its text is no checkpoint.
absl::StatusOr<Checkpoint> ParseSignedCheckpoint(std::string_view note);

// The checkpoint in a signed note, verified: a key of `keys` whose name is the origin, and which is
// accepted for this size, signed it, and no key of `keys` has a wrong signature below it.
//   INVALID_ARGUMENT     the bytes are no note, or its text is no checkpoint
//   NOT_FOUND            `keys` has no key for this origin: another log, or a key is missing
//   UNAUTHENTICATED      keys for the origin are there, but only others signed this: a key that
//                        came later, or a forger's
//   FAILED_PRECONDITION  a key that signed it is not accepted for this size, and no other did
//   DATA_LOSS            a signature under one of the keys is wrong
absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note, const KeyFile& keys);

// OK when every one of `witnesses` cosigned the note. FAILED_PRECONDITION naming the first that did
// not; DATA_LOSS for a wrong cosignature; INVALID_ARGUMENT when the bytes are no note.
absl::Status CheckCosigned(std::string_view note, absl::Span<const PublicKey> witnesses);

}  // namespace countersign::verifier
