// Big-endian integers and length prefixes, as keys and stored rows spell them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::storage {

// Appends the lowest `width` bytes of `value`, the most significant first.
inline void AppendBigEndian(uint64_t value, int width, std::string& out) {
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xff));
  }
}
inline void AppendU8(uint8_t value, std::string& out) { AppendBigEndian(value, 1, out); }
inline void AppendU32(uint32_t value, std::string& out) { AppendBigEndian(value, 4, out); }
inline void AppendU64(uint64_t value, std::string& out) { AppendBigEndian(value, 8, out); }

// Appends a length in one byte, then the bytes. The caller has checked that they are at most 255.
inline void AppendShort(std::string_view bytes, std::string& out) {
  AppendU8(static_cast<uint8_t>(bytes.size()), out);
  out.append(bytes);
}
// Appends a length in four bytes, then the bytes.
inline void AppendLong(std::string_view bytes, std::string& out) {
  AppendU32(static_cast<uint32_t>(bytes.size()), out);
  out.append(bytes);
}

// The value of up to 8 bytes, the most significant first.
inline uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

// Takes a row apart from the front. Reading past the end gives zeros and empty views and makes
// ok() false for good, so that a whole row is read first and judged once.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view Take(size_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  uint8_t U8() { return static_cast<uint8_t>(BigEndian(Take(1))); }
  uint32_t U32() { return static_cast<uint32_t>(BigEndian(Take(4))); }
  uint64_t U64() { return BigEndian(Take(8)); }
  std::string_view Short() { return Take(U8()); }
  std::string_view Rest() { return Take(rest_.size()); }

  bool ok() const { return ok_; }
  // Everything was read, and nothing beyond.
  bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace countersign::storage
