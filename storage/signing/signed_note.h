// Signed notes (C2SP signed-note v1.0.0) with Ed25519: a text and signatures of it, one a line.
//
// A note is: the text, which ends in a newline; an empty line; then for each signature
// "— <key name> <base64(key id || signature)>\n". The key id is the first four bytes of
// SHA-256(name || 0x0A || type || public key). Type 0x01 signs the text; type 0x04 is a witness's
// cosignature, which signs "cosignature/v1\ntime <seconds>\n" and the text (C2SP tlog-cosignature).
//
// Pure but for SignatureKey, which only reads its seed. Safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace countersign::storage {

enum class SignatureType : uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

// The public half of a key, as it is handed out: "name+" 8 hex digits "+" base64(type || key).
struct VerifierKey {
  std::string name{};
  SignatureType type = SignatureType::kEd25519;
  std::array<uint8_t, 32> public_key{};

  uint32_t id() const;
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// INVALID_ARGUMENT, saying what is wrong: the form, the name, an unknown type, an id that does not
// fit the key.
absl::StatusOr<VerifierKey> ParseVerifierKey(std::string_view text);
std::string ToString(const VerifierKey& key);

// A name must not be empty and holds neither spaces, nor control characters, nor '+'.
bool IsKeyName(std::string_view name);

// A key that signs. Wiped when it goes.
class SignatureKey {
 public:
  // The Ed25519 key that these 32 bytes stand for (RFC 8032 section 5.1.5).
  SignatureKey(std::string name, const std::array<uint8_t, 32>& seed);
  ~SignatureKey();
  SignatureKey(const SignatureKey&) = delete;
  SignatureKey& operator=(const SignatureKey&) = delete;

  const VerifierKey& verifier() const { return verifier_; }
  // The signature line of `text`, with its newline.
  std::string SignatureLine(std::string_view text) const;

 private:
  VerifierKey verifier_;
  std::array<uint8_t, 32> seed_;
};

struct NoteSignature {
  std::string name{};
  uint32_t key_id = 0;
  std::string bytes{};  // What follows the key id.
};

// A note as it was received: nothing of it is verified.
struct SignedNote {
  std::string text{};  // With its last newline.
  std::vector<NoteSignature> signatures{};
};

// Whether a text is UTF-8 (RFC 3629) without control characters of ASCII other than line feeds.
bool IsNoteText(std::string_view text);

// INVALID_ARGUMENT when the bytes are no note: not UTF-8, a control character, no empty line, a
// line that is no signature, none or more than 100.
absl::StatusOr<SignedNote> ParseNote(std::string_view note);
std::string ToString(const SignedNote& note);

// OK when `key` (kEd25519) signed the text: one signature line has its name and id, and every such
// line verifies. UNAUTHENTICATED otherwise.
absl::Status VerifyNote(const SignedNote& note, const VerifierKey& key);

// The seconds since the Unix epoch at which the witness `key` (kCosignature) vouched for the text.
// UNAUTHENTICATED as VerifyNote.
absl::StatusOr<uint64_t> VerifyCosignature(const SignedNote& note, const VerifierKey& key);

}  // namespace countersign::storage
