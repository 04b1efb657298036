#include "storage/signing/signed_note.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "storage/base64.h"
#include "storage/bytes.h"
#include "storage/hash.h"
#include "storage/signing/ed25519.h"

namespace countersign::storage {
namespace {

constexpr size_t kMaxSignatures = 100;
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kKeyIdDigits = 2 * kKeyIdBytes;
constexpr size_t kTimeBytes = 8;
constexpr char kSignaturePrefix[] = "\xe2\x80\x94 ";  // U+2014 and a space.

// Takes one character off the front of `text`; nothing when it does not begin with well-formed
// UTF-8 (RFC 3629 section 4).
std::optional<char32_t> TakeCharacter(std::string_view& text) {
  const auto first = static_cast<uint8_t>(text.front());
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                                       : 4;
  if (length == 0 || first > 0xf4 || text.size() < length) return std::nullopt;
  char32_t character = length == 1 ? first : first & (0xff >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xc0) != 0x80) return std::nullopt;
    character = character << 6 | (next & 0x3f);
  }
  // The shortest spelling only, and no halves of surrogate pairs.
  if ((length == 3 && character < 0x800) || (length == 4 && character < 0x10000) ||
      (character >= 0xd800 && character < 0xe000) || character > 0x10ffff) {
    return std::nullopt;
  }
  text.remove_prefix(length);
  return character;
}

// The property White_Space of Unicode, beyond the control characters of ASCII.
bool IsSpace(char32_t character) {
  constexpr char32_t kSpaces[] = {0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
  return (character >= 0x2000 && character <= 0x200a) ||
         std::find(std::begin(kSpaces), std::end(kSpaces), character) != std::end(kSpaces);
}

absl::Status Malformed(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("This is no signed note: ", what, "."));
}

std::string KeyIdBytes(uint32_t id) {
  std::string bytes;
  AppendU32(id, bytes);
  return bytes;
}

std::string ToLine(const NoteSignature& signature) {
  return absl::StrCat(kSignaturePrefix, signature.name, " ",
                      ToBase64(KeyIdBytes(signature.key_id) + signature.bytes), "\n");
}

absl::StatusOr<NoteSignature> ParseLine(std::string_view line) {
  const std::string_view prefix(kSignaturePrefix);
  if (line.substr(0, prefix.size()) != prefix) {
    return Malformed("after the last empty line there is one that is no signature");
  }
  line.remove_prefix(prefix.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsKeyName(line.substr(0, space))) {
    return Malformed("a signature does not begin with the name of a key");
  }
  const std::optional<std::string> bytes = FromBase64(line.substr(space + 1));
  if (!bytes.has_value() || bytes->size() <= kKeyIdBytes) {
    return Malformed("a signature is not in base64 or too short");
  }
  const std::string_view rest(*bytes);
  return NoteSignature{.name = std::string(line.substr(0, space)),
                       .key_id = static_cast<uint32_t>(BigEndian(rest.substr(0, kKeyIdBytes))),
                       .bytes = std::string(rest.substr(kKeyIdBytes))};
}

// The signatures that claim to be by `key`. UNAUTHENTICATED when there are none.
absl::StatusOr<std::vector<const NoteSignature*>> SignaturesBy(const SignedNote& note,
                                                               const VerifierKey& key,
                                                               SignatureType type) {
  if (key.type != type) {
    return absl::UnauthenticatedError(
        absl::StrCat("The key ", ToString(key), " does not make signatures of this type."));
  }
  std::vector<const NoteSignature*> found;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name == key.name && signature.key_id == key.id()) found.push_back(&signature);
  }
  if (!found.empty()) return found;
  return absl::UnauthenticatedError(
      absl::StrCat("The note bears no signature by ", ToString(key), "."));
}

absl::Status NotSigned(const VerifierKey& key) {
  return absl::UnauthenticatedError(
      absl::StrCat("A signature that claims to be by ", ToString(key), " is not."));
}

}  // namespace

uint32_t VerifierKey::id() const {
  const std::string typed(1, static_cast<char>(type));
  const Hash digest = Sha256(
      {name, "\n", typed,
       std::string_view(reinterpret_cast<const char*>(public_key.data()), public_key.size())});
  return static_cast<uint32_t>(BigEndian(AsBytes(digest).substr(0, kKeyIdBytes)));
}

bool IsNoteText(std::string_view text) {
  while (!text.empty()) {
    const std::optional<char32_t> character = TakeCharacter(text);
    if (!character.has_value() || (*character < 0x20 && *character != '\n')) return false;
  }
  return true;
}

bool IsKeyName(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const std::optional<char32_t> character = TakeCharacter(name);
    if (!character.has_value() || *character < 0x20 || *character == 0x7f || *character == '+' ||
        IsSpace(*character)) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<VerifierKey> ParseVerifierKey(std::string_view text) {
  const auto wrong = [](const std::string& what) {
    return absl::InvalidArgumentError(absl::StrCat("This is no verifier key: ", what,
                                                   ". It is written NAME+8 HEX DIGITS+BASE64."));
  };
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  // The base64 may hold '+' itself.
  if (second == std::string_view::npos) return wrong("it has fewer than three parts");
  VerifierKey key;
  key.name = std::string(text.substr(0, first));
  if (!IsKeyName(key.name)) return wrong("its name is empty or holds a space");
  const std::string_view id = text.substr(first + 1, second - first - 1);
  const std::optional<std::string> bytes = FromBase64(text.substr(second + 1));
  if (!bytes.has_value() || bytes->size() != 1 + key.public_key.size()) {
    return wrong("its last part is not base64 of 33 bytes");
  }
  const auto type = static_cast<uint8_t>(bytes->front());
  if (type != static_cast<uint8_t>(SignatureType::kEd25519) &&
      type != static_cast<uint8_t>(SignatureType::kCosignature)) {
    return wrong(absl::StrCat("its type ", int{type}, " is unknown"));
  }
  key.type = static_cast<SignatureType>(type);
  std::copy(bytes->begin() + 1, bytes->end(), key.public_key.begin());
  const std::string expected = absl::StrFormat("%08x", key.id());
  if (id.size() != kKeyIdDigits || id != expected) {
    return wrong(absl::StrCat("its id does not fit the key, which has ", expected));
  }
  return key;
}

std::string ToString(const VerifierKey& key) {
  std::string bytes(1, static_cast<char>(key.type));
  bytes.append(reinterpret_cast<const char*>(key.public_key.data()), key.public_key.size());
  return absl::StrCat(key.name, "+", absl::StrFormat("%08x", key.id()), "+", ToBase64(bytes));
}

SignatureKey::SignatureKey(std::string name, const std::array<uint8_t, 32>& seed) : seed_(seed) {
  verifier_ = {.name = std::move(name),
               .type = SignatureType::kEd25519,
               .public_key = Ed25519PublicKey(seed)};
}

SignatureKey::~SignatureKey() { OPENSSL_cleanse(seed_.data(), seed_.size()); }

std::string SignatureKey::SignatureLine(std::string_view text) const {
  return ToLine(
      {.name = verifier_.name, .key_id = verifier_.id(), .bytes = Ed25519Sign(seed_, text)});
}

absl::StatusOr<SignedNote> ParseNote(std::string_view note) {
  if (!IsNoteText(note)) return Malformed("it is not UTF-8, or holds a control character");
  const size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos) return Malformed("it has no empty line");
  SignedNote parsed{.text = std::string(note.substr(0, split + 1)), .signatures = {}};
  std::string_view lines = note.substr(split + 2);
  if (lines.empty()) return Malformed("it has no signature");
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    if (end == std::string_view::npos) return Malformed("it does not end with a newline");
    if (parsed.signatures.size() == kMaxSignatures) {
      return Malformed(absl::StrCat("it has more than ", kMaxSignatures, " signatures"));
    }
    absl::StatusOr<NoteSignature> signature = ParseLine(lines.substr(0, end));
    if (!signature.ok()) return signature.status();
    parsed.signatures.push_back(*std::move(signature));
    lines.remove_prefix(end + 1);
  }
  return parsed;
}

std::string ToString(const SignedNote& note) {
  std::string text = absl::StrCat(note.text, "\n");
  for (const NoteSignature& signature : note.signatures) text.append(ToLine(signature));
  return text;
}

absl::Status VerifyNote(const SignedNote& note, const VerifierKey& key) {
  const auto signatures = SignaturesBy(note, key, SignatureType::kEd25519);
  if (!signatures.ok()) return signatures.status();
  for (const NoteSignature* signature : *signatures) {
    if (!Ed25519Verify(key.public_key, note.text, signature->bytes)) return NotSigned(key);
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> VerifyCosignature(const SignedNote& note, const VerifierKey& key) {
  const auto signatures = SignaturesBy(note, key, SignatureType::kCosignature);
  if (!signatures.ok()) return signatures.status();
  uint64_t newest = 0;
  for (const NoteSignature* signature : *signatures) {
    const std::string_view bytes(signature->bytes);
    if (bytes.size() != kTimeBytes + kEd25519SignatureBytes) return NotSigned(key);
    const uint64_t seconds = BigEndian(bytes.substr(0, kTimeBytes));
    const std::string vouched = absl::StrCat("cosignature/v1\ntime ", seconds, "\n", note.text);
    if (!Ed25519Verify(key.public_key, vouched, bytes.substr(kTimeBytes))) return NotSigned(key);
    newest = std::max(newest, seconds);
  }
  return newest;
}

}  // namespace countersign::storage
