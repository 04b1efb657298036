#include "storage/signing/ed25519.h"

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace countersign::storage {
namespace {

void Require(bool success) {
  if (success) return;
  std::fputs("OpenSSL cannot provide Ed25519.\n", stderr);
  std::abort();
}

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

Key PrivateKey(const std::array<uint8_t, 32>& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  Require(key != nullptr);
  return key;
}

Context NewContext() {
  Context context(EVP_MD_CTX_new());
  Require(context != nullptr);
  return context;
}

const unsigned char* In(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::array<uint8_t, 32> Ed25519PublicKey(const std::array<uint8_t, 32>& seed) {
  std::array<uint8_t, 32> public_key{};
  size_t size = public_key.size();
  Require(EVP_PKEY_get_raw_public_key(PrivateKey(seed).get(), public_key.data(), &size) == 1);
  Require(size == public_key.size());
  return public_key;
}

std::string Ed25519Sign(const std::array<uint8_t, 32>& seed, std::string_view text) {
  const Key key = PrivateKey(seed);
  const Context context = NewContext();
  Require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  std::string signature(kEd25519SignatureBytes, '\0');
  size_t size = signature.size();
  Require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                         In(text), text.size()) == 1);
  Require(size == signature.size());
  return signature;
}

bool Ed25519Verify(const std::array<uint8_t, 32>& public_key, std::string_view text,
                   std::string_view signature) {
  if (signature.size() != kEd25519SignatureBytes) return false;
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  if (key == nullptr) return false;
  const Context context = NewContext();
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), In(signature), signature.size(), In(text), text.size()) ==
             1;
}

}  // namespace countersign::storage
