#include "storage/signing/log_keys.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "storage/keyring/cipher.h"
#include "storage/rocks.h"
#include "storage/signing/ed25519.h"
#include "storage/small_file.h"

namespace countersign::storage {
namespace {

using Seed = std::array<uint8_t, 32>;

constexpr char kPrefix[] = "log-";
constexpr char kSuffix[] = ".key";

std::string PathOf(const std::string& folder, uint64_t number) {
  return absl::StrCat(folder, "/", kPrefix, number, kSuffix);
}

// The number in the name of a finished key file.
std::optional<uint64_t> NumberOf(const std::string& name) {
  absl::string_view rest = name;
  uint64_t number = 0;
  if (!absl::ConsumePrefix(&rest, kPrefix) || !absl::ConsumeSuffix(&rest, kSuffix) ||
      !absl::SimpleAtoi(rest, &number)) {
    return std::nullopt;
  }
  return number;
}

// The numbers of the key files, the newest first.
absl::StatusOr<std::vector<uint64_t>> Numbers(rocksdb::Env* env, const std::string& folder) {
  std::vector<std::string> names;
  const rocksdb::Status listed = env->GetChildren(folder, &names);
  if (!listed.ok()) {
    return absl::UnavailableError(absl::StrCat("With ", folder, ": ", listed.ToString(), "."));
  }
  std::vector<uint64_t> numbers;
  for (const std::string& name : names) {
    if (const std::optional<uint64_t> number = NumberOf(name)) numbers.push_back(*number);
  }
  std::sort(numbers.rbegin(), numbers.rend());
  return numbers;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SignatureKey>> LogKeys::Make(const std::string& name) const {
  const std::lock_guard guard(making_);
  absl::Status made = MakeFolder(options_.env, options_.path);
  if (!made.ok()) return made;
  absl::StatusOr<std::vector<uint64_t>> numbers = Numbers(options_.env, options_.path);
  if (!numbers.ok()) return numbers.status();
  const uint64_t next = numbers->empty() ? 1 : numbers->front() + 1;
  Seed seed;
  options_.random(absl::MakeSpan(seed));
  auto key = std::make_unique<SignatureKey>(name, seed);
  const SecretKey secret(seed);  // Wipes the seed.
  absl::Status written = WriteSmallFile(options_.env, PathOf(options_.path, next), secret.bytes(),
                                        Readers::kOwnerOnly);
  if (!written.ok()) return written;
  return key;
}

absl::StatusOr<std::unique_ptr<SignatureKey>> LogKeys::Find(const VerifierKey& verifier) const {
  const rocksdb::Status folder = options_.env->FileExists(options_.path);
  std::vector<uint64_t> numbers;
  if (!folder.IsNotFound()) {
    absl::StatusOr<std::vector<uint64_t>> found = Numbers(options_.env, options_.path);
    if (!found.ok()) return found.status();
    numbers = *std::move(found);
  }
  std::vector<std::string> others;
  absl::Status unread;  // Of something that may have been the key.
  for (const uint64_t number : numbers) {
    const std::string path = PathOf(options_.path, number);
    absl::StatusOr<std::string> bytes = ReadSmallFile(options_.env, path, SecretKey::kSize);
    if (absl::IsNotFound(bytes.status())) continue;  // The number was spelled otherwise.
    if (!bytes.ok() && !absl::IsDataLoss(bytes.status())) {
      unread.Update(bytes.status());
      continue;
    }
    if (!bytes.ok() || bytes->size() != SecretKey::kSize) {
      others.push_back(absl::StrCat(path, " (damaged: it is not 32 bytes long)"));
      continue;
    }
    Seed seed;
    std::copy(bytes->begin(), bytes->end(), seed.begin());
    Wipe(*bytes);
    auto key = std::make_unique<SignatureKey>(verifier.name, seed);
    OPENSSL_cleanse(seed.data(), seed.size());
    if (key->verifier() == verifier) {
      absl::Status restricted = CheckOwnerOnly(path);
      if (!restricted.ok()) return restricted;
      return key;
    }
    others.push_back(path);
  }
  if (!unread.ok()) return unread;
  return absl::NotFoundError(absl::StrCat(
      "The private half of the log key ", ToString(verifier), " is missing: no file ",
      options_.path, "/", kPrefix, "N", kSuffix, " holds it",
      others.empty() ? "" : absl::StrCat("; looked in ", absl::StrJoin(others, ", ")), "."));
}

}  // namespace countersign::storage
