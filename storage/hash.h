// SHA-256 and what is built on it. Safe from any thread.
//
// These functions cannot fail on sound arguments; if the cryptographic library cannot provide
// SHA-256 at all the program aborts, because nothing it then wrote could be trusted.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::storage {

using Hash = std::array<uint8_t, 32>;

// The 32 bytes of `hash`. Valid as long as `hash`.
inline std::string_view AsBytes(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// Empty unless `bytes` is exactly 32 bytes long.
std::optional<Hash> HashFromBytes(std::string_view bytes);

// 64 hexadecimal digits in lower case.
std::string ToHex(const Hash& hash);

// SHA-256 of the concatenation of `parts`. Callers make the parts unambiguous.
Hash Sha256(std::initializer_list<std::string_view> parts);
inline Hash Sha256(std::string_view bytes) { return Sha256({bytes}); }

// SHA-256 of bytes that come in pieces. Not thread-safe.
class RunningSha256 {
 public:
  RunningSha256();
  ~RunningSha256();
  RunningSha256(const RunningSha256&) = delete;
  RunningSha256& operator=(const RunningSha256&) = delete;

  void Add(std::string_view piece);
  // Of all pieces. Call once, last.
  Hash Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// HMAC-SHA-256 (RFC 2104) of the concatenation of `parts`.
Hash HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts);

// HKDF-SHA-256 (RFC 5869) with an empty salt, 32 bytes long: a subkey of `key` for `purpose`.
Hash Hkdf(std::string_view key, std::string_view purpose);

}  // namespace countersign::storage
