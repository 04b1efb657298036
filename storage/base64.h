// Base64 as notes and proofs spell it (RFC 4648 section 4, standard alphabet, padded), in its one
// canonical spelling: a signed text must not be readable in two. Safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace countersign::storage {

std::string ToBase64(std::string_view bytes);

// Empty unless `text` is exactly what ToBase64 writes.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace countersign::storage
