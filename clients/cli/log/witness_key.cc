#include "clients/cli/log/witness_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/log/verdict.h"
#include "clients/cli/output/new_file.h"
#include "clients/verifier/files.h"
#include "clients/verifier/text.h"

namespace countersign::cli {
namespace {

constexpr size_t kFileBytesMax = 1000;
constexpr char kNameUnlessSaid[] = "countersign-witness";

// A text that names a seed, overwritten when it goes.
class SecretText {
 public:
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  ~SecretText() { OPENSSL_cleanse(text_.data(), text_.size()); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  std::string& text() { return text_; }

 private:
  std::string text_;
};

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key KeyOf(const std::array<uint8_t, 32>& seed) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
             EVP_PKEY_free);
}

absl::Status NoEd25519() {
  return absl::UnknownError(
      "OpenSSL cannot sign with Ed25519: nothing was signed. Check its configuration.");
}

absl::Status NoKey(const std::string& path) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, " holds no witness's key. Name another file, or none that is there yet."));
}

absl::Status CheckName(const std::string& name) {
  if (verifier::IsKeyName(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "A witness's name has neither spaces nor a plus sign, such as witness.example/union.");
}

absl::Status CheckOwnersAlone(const std::string& path) {
  struct stat found = {};
  if (::stat(path.c_str(), &found) == 0 && (found.st_mode & 077) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("Others than its owner may read the key in ",
                                                    path, ". Take their rights away: chmod 600."));
}

}  // namespace

WitnessKey::~WitnessKey() { OPENSSL_cleanse(seed_.data(), seed_.size()); }

absl::Status WitnessKey::SetVerifier(const std::string& name) {
  const Key key = KeyOf(seed_);
  size_t length = verifier_.bytes.size();
  if (key == nullptr ||
      EVP_PKEY_get_raw_public_key(key.get(), verifier_.bytes.data(), &length) != 1 ||
      length != verifier_.bytes.size()) {
    return NoEd25519();
  }
  verifier_.name = name;
  verifier_.type = verifier::KeyType::kWitness;
  return absl::OkStatus();
}

absl::Status WitnessKey::Make(const std::string& path, const std::string& name,
                              const RandomSource& random) {
  if (absl::Status good = CheckName(name); !good.ok()) return good;
  for (int half = 0; half < 2; ++half) {
    auto bytes = random();
    std::copy(bytes.begin(), bytes.end(), seed_.begin() + half * 16);
    OPENSSL_cleanse(bytes.data(), bytes.size());
  }
  if (absl::Status set = SetVerifier(name); !set.ok()) return set;
  SecretText spelled(absl::Base64Escape(
      absl::string_view(reinterpret_cast<const char*>(seed_.data()), seed_.size())));
  SecretText lines(absl::StrCat(name, "\n", spelled.text(), "\n"));
  return WriteNewFile(path, lines.text(), /*force=*/false);
}

absl::Status WitnessKey::Read(const std::string& path, const std::string& text,
                              const std::string& name) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  SecretText seed("");
  if (lines.size() != 3 || !lines[2].empty() || !absl::Base64Unescape(lines[1], &seed.text()) ||
      seed.text().size() != seed_.size() || !CheckName(std::string(lines[0])).ok()) {
    return NoKey(path);
  }
  if (!name.empty() && name != lines[0]) {
    return absl::InvalidArgumentError(
        absl::StrCat("The key in ", path, " is that of ", lines[0], ", not of ", name, "."));
  }
  std::copy(seed.text().begin(), seed.text().end(), seed_.begin());
  return SetVerifier(std::string(lines[0]));
}

absl::StatusOr<WitnessKey> WitnessKey::Open(const std::string& path, const std::string& name,
                                            const RandomSource& random) {
  absl::StatusOr<std::string> found = verifier::ReadSmallFile(path, kFileBytesMax);
  WitnessKey key;
  if (absl::IsNotFound(found.status())) {
    absl::Status made = key.Make(path, name.empty() ? kNameUnlessSaid : name, random);
    if (!made.ok()) return made;
    return key;
  }
  if (!found.ok()) return Unusable(found.status());
  SecretText text(*std::move(found));
  if (absl::Status alone = CheckOwnersAlone(path); !alone.ok()) return alone;
  if (absl::Status read = key.Read(path, text.text(), name); !read.ok()) return read;
  return key;
}

absl::StatusOr<std::string> WitnessKey::Cosign(const std::string& text, uint64_t seconds) const {
  const std::string signed_bytes = verifier::CosignedBytes(seconds, text);
  std::string signature(64, '\0');
  size_t length = signature.size();
  const Key key = KeyOf(seed_);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  if (key == nullptr || context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<uint8_t*>(signature.data()), &length,
                     reinterpret_cast<const uint8_t*>(signed_bytes.data()),
                     signed_bytes.size()) != 1 ||
      length != signature.size()) {
    return NoEd25519();
  }
  return verifier::ToString(
      {verifier_.name, verifier_.Id(), verifier::BigEndianBytes(seconds, 8) + signature});
}

}  // namespace countersign::cli
