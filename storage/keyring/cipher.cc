#include "storage/keyring/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace countersign::storage {
namespace {

void Require(bool success) {
  if (success) return;
  std::fputs("OpenSSL cannot provide AES-256-GCM.\n", stderr);
  std::abort();
}

struct ContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, ContextFree>;

// Fetched once: looking a cipher up by name costs more than encrypting an event.
const EVP_CIPHER* FetchedAes256Gcm() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  Require(cipher != nullptr);
  return cipher;
}

CipherContext NewContext() {
  CipherContext context(EVP_CIPHER_CTX_new());
  Require(context != nullptr);
  return context;
}

const unsigned char* In(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Out(std::string& bytes, size_t at) {
  return reinterpret_cast<unsigned char*>(bytes.data()) + at;
}

}  // namespace

SecretKey::SecretKey(Bytes& bytes) : bytes_(bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

std::optional<SecretKey> SecretKey::FromBytes(std::string_view bytes) {
  if (bytes.size() != kSize) return std::nullopt;
  Bytes array;
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return SecretKey(array);
}

SecretKey::SecretKey(SecretKey&& other) noexcept : SecretKey(other.bytes_) {}

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this == &other) return *this;
  bytes_ = other.bytes_;
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
  return *this;
}

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

void Wipe(std::string& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

std::string Encrypt(const SecretKey& key, std::string_view nonce, std::string_view context,
                    std::string_view plaintext) {
  Require(nonce.size() == kNonceBytes);
  const CipherContext cipher = NewContext();
  Require(EVP_EncryptInit_ex2(cipher.get(), FetchedAes256Gcm(), In(key.bytes()), In(nonce),
                              nullptr) == 1);
  int written = 0;
  Require(EVP_EncryptUpdate(cipher.get(), nullptr, &written, In(context),
                            static_cast<int>(context.size())) == 1);
  std::string sealed(nonce);
  sealed.resize(kNonceBytes + plaintext.size() + kTagBytes);
  Require(EVP_EncryptUpdate(cipher.get(), Out(sealed, kNonceBytes), &written, In(plaintext),
                            static_cast<int>(plaintext.size())) == 1);
  Require(EVP_EncryptFinal_ex(cipher.get(), Out(sealed, kNonceBytes + plaintext.size()),
                              &written) == 1);
  Require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                              Out(sealed, kNonceBytes + plaintext.size())) == 1);
  return sealed;
}

std::optional<std::string> Decrypt(const SecretKey& key, std::string_view context,
                                   std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string_view ciphertext =
      sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const CipherContext cipher = NewContext();
  Require(EVP_DecryptInit_ex2(cipher.get(), FetchedAes256Gcm(), In(key.bytes()), In(sealed),
                              nullptr) == 1);
  int written = 0;
  Require(EVP_DecryptUpdate(cipher.get(), nullptr, &written, In(context),
                            static_cast<int>(context.size())) == 1);
  // One byte more than needed, so that an empty plaintext has an address as well.
  std::string plaintext(ciphertext.size() + 1, '\0');
  Require(EVP_DecryptUpdate(cipher.get(), Out(plaintext, 0), &written, In(ciphertext),
                            static_cast<int>(ciphertext.size())) == 1);
  Require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(cipher.get(), Out(plaintext, ciphertext.size()), &written) != 1) {
    OPENSSL_cleanse(plaintext.data(), plaintext.size());
    return std::nullopt;
  }
  plaintext.resize(ciphertext.size());
  return plaintext;
}

}  // namespace countersign::storage
