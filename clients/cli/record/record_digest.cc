#include "clients/cli/record/record_digest.h"

#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"

namespace countersign::cli {
namespace {

constexpr absl::string_view kDomain = "countersign record v1";
constexpr size_t kDigestDigits = 64;

std::string Sha256(absl::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace

std::string RecordDigest(absl::string_view plan, absl::string_view annex,
                         absl::string_view comments) {
  return absl::BytesToHexString(
      Sha256(absl::StrCat(kDomain, Sha256(plan), Sha256(annex), Sha256(comments))));
}

std::string FingerprintWords(absl::string_view digest) {
  std::string words;
  for (size_t i = 0; i < digest.size(); i += 8) {
    absl::StrAppend(&words, i == 0 ? "" : " ", digest.substr(i, 8));
  }
  return words;
}

absl::Status CheckFingerprint(absl::string_view typed, absl::string_view digest) {
  std::string digits = absl::AsciiStrToLower(typed);
  digits.erase(std::remove(digits.begin(), digits.end(), ' '), digits.end());
  const bool hexadecimal = std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit);
  if (!hexadecimal || digits.size() < kFingerprintDigitsMin || digits.size() > kDigestDigits) {
    return MakeFailure(
        absl::StatusCode::kInvalidArgument,
        {.reason = "FINGERPRINT_MALFORMED",
         .message = "A fingerprint is given by its first 8 to 64 hexadecimal digits.",
         .next = "`countersign plan show PLAN` shows the record and its fingerprint"});
  }
  if (!absl::StartsWith(digest, digits)) {
    return MakeFailure(
        absl::StatusCode::kFailedPrecondition,
        {.reason = "FINGERPRINT_DIFFERS",
         .message = "The record has another fingerprint than the one given. Nothing was signed.",
         .next = "read the record again with `countersign plan show PLAN`: it may have moved on"});
  }
  return absl::OkStatus();
}

}  // namespace countersign::cli
