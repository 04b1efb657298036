#include "clients/cli/log/witness_key.h"

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

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key KeyOf(const std::array<uint8_t, 32>& seed) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
             EVP_PKEY_free);
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

WitnessKey::WitnessKey(std::string name, const std::array<uint8_t, 32>& seed) : seed_(seed) {
  verifier_.name = std::move(name);
  verifier_.type = verifier::KeyType::kWitness;
  size_t length = verifier_.bytes.size();
  EVP_PKEY_get_raw_public_key(KeyOf(seed).get(), verifier_.bytes.data(), &length);
}

absl::StatusOr<WitnessKey> WitnessKey::Open(const std::string& path, const std::string& name,
                                            const RandomSource& random) {
  const absl::StatusOr<std::string> text = verifier::ReadSmallFile(path, kFileBytesMax);
  if (absl::IsNotFound(text.status())) {
    const std::string named = name.empty() ? kNameUnlessSaid : name;
    if (absl::Status good = CheckName(named); !good.ok()) return good;
    std::array<uint8_t, 32> seed;
    for (int half = 0; half < 2; ++half) {
      const auto bytes = random();
      std::copy(bytes.begin(), bytes.end(), seed.begin() + half * 16);
    }
    const std::string spelled = absl::Base64Escape(
        absl::string_view(reinterpret_cast<const char*>(seed.data()), seed.size()));
    const absl::Status written =
        WriteNewFile(path, absl::StrCat(named, "\n", spelled, "\n"), /*force=*/false);
    if (!written.ok()) return written;
    return WitnessKey(named, seed);
  }
  if (!text.ok()) return Unusable(text.status());
  if (absl::Status alone = CheckOwnersAlone(path); !alone.ok()) return alone;
  const std::vector<std::string> lines = absl::StrSplit(*text, '\n');
  std::string bytes;
  if (lines.size() != 3 || !lines[2].empty() || !absl::Base64Unescape(lines[1], &bytes) ||
      bytes.size() != 32 || !CheckName(lines[0]).ok()) {
    return NoKey(path);
  }
  if (!name.empty() && name != lines[0]) {
    return absl::InvalidArgumentError(
        absl::StrCat("The key in ", path, " is that of ", lines[0], ", not of ", name, "."));
  }
  std::array<uint8_t, 32> seed;
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  return WitnessKey(lines[0], seed);
}

std::string WitnessKey::Cosign(const std::string& text, uint64_t seconds) const {
  const std::string signed_bytes = verifier::CosignedBytes(seconds, text);
  std::string signature(64, '\0');
  size_t length = signature.size();
  const Key key = KeyOf(seed_);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get());
  EVP_DigestSign(context.get(), reinterpret_cast<uint8_t*>(signature.data()), &length,
                 reinterpret_cast<const uint8_t*>(signed_bytes.data()), signed_bytes.size());
  return verifier::ToString(
      {verifier_.name, verifier_.Id(), verifier::BigEndianBytes(seconds, 8) + signature});
}

}  // namespace countersign::cli
