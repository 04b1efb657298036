#include "clients/verifier/text.h"

#include <limits>

#include "absl/strings/escaping.h"

namespace countersign::verifier {
namespace {

// Takes one code point off the front of `rest`; nothing when the bytes are not UTF-8.
std::optional<uint32_t> TakeCodePoint(std::string_view& rest) {
  const uint8_t lead = static_cast<uint8_t>(rest[0]);
  const int more = lead < 0x80 ? 0 : lead >> 5 == 0x6 ? 1 : lead >> 4 == 0xe ? 2 : 3;
  if (lead >= 0x80 && lead < 0xc2) return std::nullopt;
  if (more == 3 && lead >> 3 != 0x1e) return std::nullopt;
  if (rest.size() <= static_cast<size_t>(more)) return std::nullopt;
  uint32_t point = more == 0 ? lead : lead & (0x3fu >> more);
  for (int i = 1; i <= more; ++i) {
    const uint8_t next = static_cast<uint8_t>(rest[i]);
    if (next >> 6 != 0x2) return std::nullopt;
    point = point << 6 | (next & 0x3f);
  }
  // Longer than need be, a surrogate, or beyond Unicode.
  constexpr uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (point < kLeast[more] || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) {
    return std::nullopt;
  }
  rest.remove_prefix(static_cast<size_t>(more) + 1);
  return point;
}

// Those that C2SP signed-note means: the ones of ASCII below the space.
bool IsControl(uint32_t point) { return point < 0x20; }

// White_Space of Unicode.
bool IsSpace(uint32_t point) {
  return point == 0x20 || (point >= 0x09 && point <= 0x0d) || point == 0x85 || point == 0xa0 ||
         point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
         point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

}  // namespace

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

std::string BigEndianBytes(uint64_t value, size_t width) {
  std::string bytes(width, '\0');
  for (size_t i = width; i > 0; --i, value >>= 8) bytes[i - 1] = static_cast<char>(value & 0xff);
  return bytes;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(ToAbsl(text), &bytes)) return std::nullopt;
  // The library reads more than one spelling of the same bytes.
  if (absl::Base64Escape(bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<uint64_t> ParseDecimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  uint64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    const uint64_t units = static_cast<uint64_t>(digit - '0');
    if (value > (std::numeric_limits<uint64_t>::max() - units) / 10) return std::nullopt;
    value = value * 10 + units;
  }
  return value;
}

bool IsPlainUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::optional<uint32_t> point = TakeCodePoint(text);
    if (!point.has_value() || (IsControl(*point) && *point != '\n')) return false;
  }
  return true;
}

bool IsKeyName(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const std::optional<uint32_t> point = TakeCodePoint(name);
    // DELETE as well, which a note's text may hold: nobody could read it in a name.
    if (!point.has_value() || IsControl(*point) || *point == 0x7f || IsSpace(*point) ||
        *point == '+') {
      return false;
    }
  }
  return true;
}

std::optional<std::string_view> TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace countersign::verifier
