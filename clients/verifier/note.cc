#include "clients/verifier/note.h"

#include <openssl/evp.h>

#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/verifier/sha256.h"
#include "clients/verifier/text.h"

namespace countersign::verifier {
namespace {

constexpr absl::string_view kSignatureMark = "\xe2\x80\x94 ";  // An em dash and a space.
constexpr size_t kSignatureBytes = 64;
constexpr size_t kTimeBytes = 8;
constexpr size_t kIdBytes = 4;
constexpr size_t kMostSignatures = 100;
constexpr size_t kMostNoteBytes = size_t{1} << 20;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("This is no signed note: ", what, "."));
}

bool IsEd25519(const PublicKey& key, std::string_view message, std::string_view signature) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> loaded(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(), key.bytes.size()),
      &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  if (loaded == nullptr || context == nullptr || signature.size() != kSignatureBytes) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, loaded.get()) != 1) {
    return false;
  }
  return EVP_DigestVerify(context.get(), reinterpret_cast<const uint8_t*>(signature.data()),
                          signature.size(), reinterpret_cast<const uint8_t*>(message.data()),
                          message.size()) == 1;
}

absl::StatusOr<SignatureLine> ParseSignatureLine(std::string_view line) {
  if (!absl::StartsWith(ToAbsl(line), kSignatureMark))
    return Malformed("a line below it is no signature");
  line.remove_prefix(kSignatureMark.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsKeyName(line.substr(0, space))) {
    return Malformed("a signature has no name");
  }
  const std::optional<std::string> decoded = DecodeBase64(line.substr(space + 1));
  if (!decoded.has_value() || decoded->size() <= kIdBytes) {
    return Malformed("a signature is not in base64");
  }
  return SignatureLine{
      .name = std::string(line.substr(0, space)),
      .key_id = static_cast<uint32_t>(BigEndian(std::string_view(*decoded).substr(0, kIdBytes))),
      .signature = decoded->substr(kIdBytes)};
}

absl::Status NotSignedBy(const PublicKey& key) {
  return absl::NotFoundError(absl::StrCat("There is no signature of ", ToString(key), "."));
}

absl::Status WrongSignature(const PublicKey& key) {
  return absl::DataLossError(absl::StrCat("The signature of ", ToString(key),
                                          " is wrong: the key did not sign this text."));
}

bool IsBy(const SignatureLine& line, const PublicKey& key) {
  return line.key_id == key.Id() && line.name == key.name;
}

}  // namespace

uint32_t PublicKey::Id() const {
  const char tail[] = {'\n', static_cast<char>(type)};
  const Hash hash =
      Sha256({name, std::string_view(tail, sizeof(tail)),
              std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())});
  return static_cast<uint32_t>(BigEndian(AsBytes(hash).substr(0, kIdBytes)));
}

absl::StatusOr<PublicKey> ParsePublicKey(std::string_view text) {
  const auto wrong = [](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("This is no verifier key (name+id+key): ", what, "."));
  };
  // Neither a name nor hexadecimal digits hold a plus sign, but base64 does.
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return wrong("it does not have three parts");
  PublicKey key;
  key.name = std::string(text.substr(0, first));
  if (!IsKeyName(key.name)) return wrong("the name is not one");
  const std::optional<std::string> decoded = DecodeBase64(text.substr(second + 1));
  if (!decoded.has_value() || decoded->size() != 1 + key.bytes.size()) {
    return wrong("the key is not 33 bytes in base64");
  }
  const uint8_t type = static_cast<uint8_t>((*decoded)[0]);
  if (type != static_cast<uint8_t>(KeyType::kLog) &&
      type != static_cast<uint8_t>(KeyType::kWitness)) {
    return wrong(absl::StrCat("the type ", static_cast<int>(type), " is unknown"));
  }
  key.type = static_cast<KeyType>(type);
  std::copy(decoded->begin() + 1, decoded->end(), key.bytes.begin());
  if (ToAbsl(text.substr(first + 1, second - first - 1)) != absl::StrFormat("%08x", key.Id())) {
    return wrong("the id is not that of the key");
  }
  return key;
}

std::string ToString(const PublicKey& key) {
  std::string bytes(1, static_cast<char>(key.type));
  bytes.append(key.bytes.begin(), key.bytes.end());
  return absl::StrFormat("%s+%08x+%s", key.name, key.Id(), absl::Base64Escape(bytes));
}

std::string ToString(const SignatureLine& line) {
  std::string bytes = BigEndianBytes(line.key_id, kIdBytes);
  bytes.append(line.signature);
  return absl::StrCat(kSignatureMark, line.name, " ", absl::Base64Escape(bytes), "\n");
}

absl::StatusOr<Note> ParseNote(std::string_view bytes) {
  if (bytes.size() > kMostNoteBytes) return Malformed("it is longer than 1 MiB");
  if (!IsPlainUtf8(bytes)) return Malformed("it is not UTF-8 text");
  // The text ends where the last empty line begins, and includes its own newline.
  const size_t empty_line = bytes.rfind("\n\n");
  if (empty_line == std::string_view::npos) return Malformed("it has no empty line");
  Note note;
  note.text = std::string(bytes.substr(0, empty_line + 1));
  std::string_view lines = bytes.substr(empty_line + 2);
  if (lines.empty() || lines.back() != '\n') return Malformed("it does not end in a signature");
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    absl::StatusOr<SignatureLine> line = ParseSignatureLine(lines.substr(0, end));
    if (!line.ok()) return line.status();
    note.signatures.push_back(*std::move(line));
    if (note.signatures.size() > kMostSignatures) return Malformed("it has over 100 signatures");
    lines.remove_prefix(end + 1);
  }
  return note;
}

absl::Status VerifySignature(const Note& note, const PublicKey& key) {
  if (key.type != KeyType::kLog) return NotSignedBy(key);
  bool found = false;
  for (const SignatureLine& line : note.signatures) {
    if (!IsBy(line, key)) continue;
    if (!IsEd25519(key, note.text, line.signature)) return WrongSignature(key);
    found = true;
  }
  return found ? absl::OkStatus() : NotSignedBy(key);
}

std::string CosignedBytes(uint64_t seconds, std::string_view text) {
  return absl::StrCat("cosignature/v1\ntime ", seconds, "\n", ToAbsl(text));
}

absl::StatusOr<uint64_t> VerifyCosignature(const Note& note, const PublicKey& key) {
  if (key.type != KeyType::kWitness) return NotSignedBy(key);
  std::optional<uint64_t> first;
  for (const SignatureLine& line : note.signatures) {
    if (!IsBy(line, key)) continue;
    if (line.signature.size() != kTimeBytes + kSignatureBytes) return WrongSignature(key);
    const std::string_view signature(line.signature);
    const uint64_t seconds = BigEndian(signature.substr(0, kTimeBytes));
    if (!IsEd25519(key, CosignedBytes(seconds, note.text), signature.substr(kTimeBytes))) {
      return WrongSignature(key);
    }
    if (!first.has_value()) first = seconds;
  }
  if (!first.has_value()) return NotSignedBy(key);
  return *first;
}

}  // namespace countersign::verifier
