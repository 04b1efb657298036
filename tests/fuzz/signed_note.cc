// Signed notes, the checkpoints they hold, and the spelling of keys.
#include <string>

#include "clients/verifier/note.h"
#include "tests/fuzz/notes.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {
namespace {

namespace s = storage;
namespace v = verifier;

void ReadKey(std::string_view bytes) {
  const absl::StatusOr<s::VerifierKey> key = s::ParseVerifierKey(bytes);
  const absl::StatusOr<v::PublicKey> other = v::ParsePublicKey(bytes);
  Require(key.ok() == other.ok(), "both implementations know the same keys");
  if (!key.ok()) return;
  Require(ToString(*key) == bytes && ToString(*other) == bytes, "a key has one spelling");
  Require(key->id() == other->Id() && key->name == other->name && key->public_key == other->bytes,
          "both implementations read the same key");
}

void ReadCheckpointText(std::string_view text) {
  const absl::StatusOr<s::Checkpoint> checkpoint = s::ParseCheckpointText(text);
  if (!checkpoint.ok()) return;
  Require(CheckpointText(*checkpoint) == text, "a checkpoint has one spelling");
}

// Vouches for the input's text: what is signed is found signed, by both, and by this key alone.
void SignAndVerify(const s::SignedNote& note) {
  static const s::SignatureKey* const stranger =
      new s::SignatureKey("stranger.example", std::array<uint8_t, 32>{7});
  s::SignedNote vouched{note.text, {}};
  const std::string bytes = note.text + "\n" + LogKey().SignatureLine(note.text);
  const absl::StatusOr<s::SignedNote> read = s::ParseNote(bytes);
  Require(read.ok() && read->text == note.text, "what was signed can be read");
  Require(IsSigned(*read, bytes), "what was signed verifies");
  Require(!s::VerifyNote(*read, stranger->verifier()).ok(), "nobody else signed it");
}

}  // namespace

const s::SignatureKey& LogKey() {
  static const auto* const key = new s::SignatureKey(kLogName, std::array<uint8_t, 32>{});
  return *key;
}

std::optional<s::SignedNote> ReadNoteBothWays(std::string_view bytes) {
  const absl::StatusOr<s::SignedNote> note = s::ParseNote(bytes);
  const absl::StatusOr<v::Note> other = v::ParseNote(bytes);
  Require(note.ok() == other.ok(),
          "both implementations know a note when they see one: " + note.status().ToString() +
              " / " + other.status().ToString());
  if (!note.ok()) return std::nullopt;
  Require(note->text == other->text, "both implementations read the same text");
  Require(note->signatures.size() == other->signatures.size(), "and as many signatures");
  std::string lines;
  for (size_t i = 0; i < note->signatures.size(); ++i) {
    Require(note->signatures[i].name == other->signatures[i].name &&
                note->signatures[i].key_id == other->signatures[i].key_id &&
                note->signatures[i].bytes == other->signatures[i].signature,
            "and the same signatures");
    lines += ToString(other->signatures[i]);
  }
  Require(ToString(*note) == bytes, "a note has one spelling");
  Require(note->text + "\n" + lines == bytes, "which both write");
  return *note;
}

bool IsSigned(const s::SignedNote& note, std::string_view bytes) {
  const s::VerifierKey& key = LogKey().verifier();
  const bool is_signed = s::VerifyNote(note, key).ok();
  const absl::StatusOr<v::Note> other = v::ParseNote(bytes);
  const absl::StatusOr<v::PublicKey> other_key = v::ParsePublicKey(ToString(key));
  Require(other.ok() && other_key.ok(), "both implementations read note and key");
  Require(v::VerifySignature(*other, *other_key).ok() == is_signed,
          "both implementations judge a signature alike");
  return is_signed;
}

void ReadSignedNote(std::string_view bytes) {
  ReadKey(bytes);
  ReadCheckpointText(bytes);
  const std::optional<s::SignedNote> note = ReadNoteBothWays(bytes);
  if (!note.has_value()) return;
  ReadCheckpointText(note->text);
  IsSigned(*note, bytes);
  SignAndVerify(*note);
}

}  // namespace countersign::fuzz
