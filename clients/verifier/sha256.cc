#include "clients/verifier/sha256.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace countersign::verifier {
namespace {

void Require(bool done) {
  if (done) return;
  std::fputs("OpenSSL cannot provide SHA-256.\n", stderr);
  std::abort();
}

struct DigestContext {
  DigestContext() : evp(EVP_MD_CTX_new()) {
    // To look the algorithm up by its name takes longer than to hash an entry: once per program.
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Require(evp != nullptr && EVP_DigestInit_ex2(evp, algorithm, nullptr) == 1);
  }
  ~DigestContext() { EVP_MD_CTX_free(evp); }
  DigestContext(const DigestContext&) = delete;
  DigestContext& operator=(const DigestContext&) = delete;

  // Forgets what came before, and keeps the memory.
  void Restart() { Require(EVP_DigestInit_ex2(evp, nullptr, nullptr) == 1); }
  void Add(std::string_view piece) {
    Require(EVP_DigestUpdate(evp, piece.data(), piece.size()) == 1);
  }
  Hash Finish() {
    Hash hash;
    Require(EVP_DigestFinal_ex(evp, hash.data(), nullptr) == 1);
    return hash;
  }

  EVP_MD_CTX* evp;
};

}  // namespace

struct RunningSha256::Context : DigestContext {};

RunningSha256::RunningSha256() : context_(std::make_unique<Context>()) {}
RunningSha256::~RunningSha256() = default;
void RunningSha256::Add(std::string_view piece) { context_->Add(piece); }
Hash RunningSha256::Finish() { return context_->Finish(); }

std::optional<Hash> HashFromBytes(std::string_view bytes) {
  Hash hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

std::string ToHex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    hex.push_back(kDigits[static_cast<uint8_t>(byte) >> 4]);
    hex.push_back(kDigits[static_cast<uint8_t>(byte) & 0xf]);
  }
  return hex;
}

Hash Sha256(std::initializer_list<std::string_view> parts) {
  thread_local DigestContext context;
  context.Restart();
  for (const std::string_view part : parts) context.Add(part);
  return context.Finish();
}

}  // namespace countersign::verifier
