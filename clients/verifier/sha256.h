// SHA-256, as the tree and the payloads of a log use it. Safe from any thread.
//
// If the cryptographic library cannot provide SHA-256 at all the program aborts: nothing that it
// then said could be trusted.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::verifier {

using Hash = std::array<uint8_t, 32>;

// The 32 bytes of `hash`. Valid as long as `hash`.
inline std::string_view AsBytes(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// Nothing unless `bytes` is exactly 32 bytes long.
std::optional<Hash> HashFromBytes(std::string_view bytes);

// Lower-case hexadecimal digits of any bytes.
std::string ToHex(std::string_view bytes);
inline std::string ToHex(const Hash& hash) { return ToHex(AsBytes(hash)); }

// SHA-256 of the concatenation of `parts`.
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
  // Of all pieces so far. Call once, last.
  Hash Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace countersign::verifier
