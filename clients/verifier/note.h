// Signed notes (C2SP signed-note) and witnesses' cosignatures (C2SP tlog-cosignature), with Ed25519
// alone. A second implementation: it shares nothing with the one that signs. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace countersign::verifier {

// What a key signs: the text of a note, or a witness's word that it saw the note at a time.
enum class KeyType : uint8_t { kLog = 0x01, kWitness = 0x04 };

// The public half of a key, with the name it goes by.
struct PublicKey {
  std::string name{};
  KeyType type = KeyType::kLog;
  std::array<uint8_t, 32> bytes{};

  // First four bytes, big-endian, of SHA-256(name || 0x0A || type || key).
  uint32_t Id() const;

  friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

// Reads "name+" 8 hex digits of the id "+" base64(type || key). INVALID_ARGUMENT, saying which part
// is wrong.
absl::StatusOr<PublicKey> ParsePublicKey(std::string_view text);
std::string ToString(const PublicKey& key);

// One line below a note's text. Nothing about it is verified.
struct SignatureLine {
  std::string name{};
  uint32_t key_id = 0;
  std::string signature{};  // The bytes after the key id.
};
// The line, with its newline.
std::string ToString(const SignatureLine& line);

struct Note {
  std::string text{};  // With its last newline.
  std::vector<SignatureLine> signatures{};
};

// INVALID_ARGUMENT when the bytes are no note: not UTF-8, a control character other than newline,
// no empty line, a line that is no signature, or not between 1 and 100 of them.
absl::StatusOr<Note> ParseNote(std::string_view bytes);

// OK when `key`, of type kLog, signed the text. NOT_FOUND when no line has its name and id;
// DATA_LOSS when a line has them and does not verify.
absl::Status VerifySignature(const Note& note, const PublicKey& key);

// What a cosignature is made over: "cosignature/v1", "time" and the seconds, and the note's text.
std::string CosignedBytes(uint64_t seconds, std::string_view text);
// When `key`, of type kWitness, vouched for the text: seconds since the Unix epoch. Errors are
// those of VerifySignature. Of several lines by one witness every one has to verify, and the first
// counts.
absl::StatusOr<uint64_t> VerifyCosignature(const Note& note, const PublicKey& key);

}  // namespace countersign::verifier
