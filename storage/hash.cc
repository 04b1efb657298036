#include "storage/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace countersign::storage {
namespace {

// OpenSSL reports failures that only a broken installation or an exhausted memory can cause.
template <typename T>
T Require(T result) {
  if (!result) {
    std::fputs("OpenSSL cannot provide SHA-256, HMAC or HKDF.\n", stderr);
    std::abort();
  }
  return result;
}

// Fetching by name costs as much as hashing an entry, so it is done once per program, and the
// context once per thread.
const EVP_MD* FetchedSha256() {
  static EVP_MD* const digest = Require(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return digest;
}

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freer<EVP_MAC_CTX_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Freer<EVP_KDF_CTX_free>>;

MacContext NewHmac() {
  static EVP_MAC* const hmac = Require(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  MacContext context(Require(EVP_MAC_CTX_new(hmac)));
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
      OSSL_PARAM_construct_end()};
  Require(EVP_MAC_CTX_set_params(context.get(), parameters));
  return context;
}

constexpr std::string_view kNoKey = "none";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::optional<Hash> HashFromBytes(std::string_view bytes) {
  Hash hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

std::string ToHex(const Hash& hash) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (uint8_t byte : hash) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

Hash Sha256(std::initializer_list<std::string_view> parts) {
  thread_local const DigestContext context(Require(EVP_MD_CTX_new()));
  Require(EVP_DigestInit_ex2(context.get(), FetchedSha256(), nullptr));
  for (std::string_view part : parts) {
    Require(EVP_DigestUpdate(context.get(), part.data(), part.size()));
  }
  Hash hash;
  Require(EVP_DigestFinal_ex(context.get(), hash.data(), nullptr));
  return hash;
}

struct RunningSha256::Context {
  DigestContext digest{Require(EVP_MD_CTX_new())};
};

RunningSha256::RunningSha256() : context_(std::make_unique<Context>()) {
  Require(EVP_DigestInit_ex2(context_->digest.get(), FetchedSha256(), nullptr));
}
RunningSha256::~RunningSha256() = default;

void RunningSha256::Add(std::string_view piece) {
  Require(EVP_DigestUpdate(context_->digest.get(), piece.data(), piece.size()));
}

Hash RunningSha256::Finish() {
  Hash hash;
  Require(EVP_DigestFinal_ex(context_->digest.get(), hash.data(), nullptr));
  return hash;
}

Hash HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  thread_local const MacContext context = NewHmac();
  // A null pointer would mean "keep the key of before", so an empty key needs an address too.
  const unsigned char* key_bytes = key.empty() ? Bytes("") : Bytes(key);
  Require(EVP_MAC_init(context.get(), key_bytes, key.size(), nullptr));
  for (std::string_view part : parts) {
    Require(EVP_MAC_update(context.get(), Bytes(part), part.size()));
  }
  Hash hash;
  size_t size = 0;
  Require(EVP_MAC_final(context.get(), hash.data(), &size, hash.size()));
  // Nothing of the key stays behind in what the thread keeps.
  Require(EVP_MAC_init(context.get(), Bytes(kNoKey), kNoKey.size(), nullptr));
  return hash;
}

Hash Hkdf(std::string_view key, std::string_view purpose) {
  static EVP_KDF* const hkdf = Require(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const KdfContext context(Require(EVP_KDF_CTX_new(hkdf)));
  char digest_name[] = "SHA256";
  // OpenSSL takes parameters without const, but only reads these.
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<char*>(key.data()),
                                        key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(purpose.data()),
                                        purpose.size()),
      OSSL_PARAM_construct_end()};
  Hash subkey;
  Require(EVP_KDF_derive(context.get(), subkey.data(), subkey.size(), parameters) > 0);
  return subkey;
}

}  // namespace countersign::storage
