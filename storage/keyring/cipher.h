// AES-256-GCM (NIST SP 800-38D), as payloads and wrapped keys use it. Safe from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::storage {

inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;

// 32 secret bytes, wiped when they go. Moved, never copied.
class SecretKey {
 public:
  static constexpr size_t kSize = 32;
  using Bytes = std::array<uint8_t, kSize>;

  // Takes the bytes over and wipes the caller's.
  explicit SecretKey(Bytes& bytes);
  // Empty unless `bytes` is 32 bytes long.
  static std::optional<SecretKey> FromBytes(std::string_view bytes);
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  ~SecretKey();

  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

 private:
  Bytes bytes_;
};

// Overwrites a secret in a way that the compiler cannot leave out.
void Wipe(std::string& secret);

// nonce || ciphertext || tag. A nonce must never be used twice with a key. Aborts when the
// cryptographic library fails, which sound arguments cannot cause.
std::string Encrypt(const SecretKey& key, std::string_view nonce, std::string_view context,
                    std::string_view plaintext);

// The reverse of Encrypt. Empty when anything differs from what was encrypted.
std::optional<std::string> Decrypt(const SecretKey& key, std::string_view context,
                                   std::string_view sealed);

}  // namespace countersign::storage
