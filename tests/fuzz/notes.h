// Notes and checkpoints as both implementations read them; used by each target that meets one.
#pragma once

#include <optional>
#include <string_view>

#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"

namespace countersign::fuzz {

// The log whose notes the seeds are; signed with the seed of 32 zeros.
inline constexpr char kLogName[] = "log.example/fuzz";

// Reads the note both ways and requires that they agree in every part. Nothing when it is no note.
std::optional<storage::SignedNote> ReadNoteBothWays(std::string_view note);

// Whether the log signed the note; both implementations agree on it.
bool IsSigned(const storage::SignedNote& note, std::string_view bytes);

const storage::SignatureKey& LogKey();

}  // namespace countersign::fuzz
