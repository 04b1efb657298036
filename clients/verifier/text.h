// The few spellings that notes, proofs and exports share. Strict: of several ways to write a value
// only one is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace countersign::verifier {

// The string view of our strings' library, which is a type of its own there.
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

// The value of up to 8 bytes, the most significant first.
uint64_t BigEndian(std::string_view bytes);
// The lowest `width` bytes of `value`, the most significant first.
std::string BigEndianBytes(uint64_t value, size_t width);

// Standard base64 with padding; nothing for anything else, whitespace and stray bits included.
std::optional<std::string> DecodeBase64(std::string_view text);

// A decimal number without sign and without leading zeros; nothing beyond 64 bits.
std::optional<uint64_t> ParseDecimal(std::string_view text);

// UTF-8 (RFC 3629) without control characters other than newline.
bool IsPlainUtf8(std::string_view text);

// Not empty, and holds neither spaces, nor control characters, nor '+'. Spaces are those of
// Unicode.
bool IsKeyName(std::string_view name);

// Takes the next line off the front of `rest`, without its newline. Nothing when there is no whole
// line any more.
std::optional<std::string_view> TakeLine(std::string_view& rest);

}  // namespace countersign::verifier
