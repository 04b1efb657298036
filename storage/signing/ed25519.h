// Ed25519 (RFC 8032) by way of OpenSSL. Safe from any thread; aborts when the cryptographic library
// has none, because nothing that was then signed could be trusted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::storage {

inline constexpr size_t kEd25519SignatureBytes = 64;

// The public key of the private key that `seed` stands for.
std::array<uint8_t, 32> Ed25519PublicKey(const std::array<uint8_t, 32>& seed);

// 64 bytes: always the same for the same seed and text.
std::string Ed25519Sign(const std::array<uint8_t, 32>& seed, std::string_view text);

// False for a signature of any other length, and for a public key that is no point of the curve.
bool Ed25519Verify(const std::array<uint8_t, 32>& public_key, std::string_view text,
                   std::string_view signature);

}  // namespace countersign::storage
