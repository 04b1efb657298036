#include "clients/verifier/checkpoint.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/verifier/text.h"

namespace countersign::verifier {

std::string ToString(const Checkpoint& checkpoint) {
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                      absl::Base64Escape(ToAbsl(AsBytes(checkpoint.root))), "\n");
}

absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text) {
  const auto wrong = [](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("This is no checkpoint: ", what, "."));
  };
  const std::optional<std::string_view> origin = TakeLine(text);
  const std::optional<std::string_view> size = TakeLine(text);
  const std::optional<std::string_view> root = TakeLine(text);
  if (!root.has_value() || !text.empty()) return wrong("it does not have exactly three lines");
  Checkpoint checkpoint;
  if (!IsKeyName(*origin)) return wrong("the origin is no name");
  checkpoint.origin = std::string(*origin);
  const std::optional<uint64_t> entries = ParseDecimal(*size);
  if (!entries.has_value()) return wrong("the size is no number");
  checkpoint.size = *entries;
  const std::optional<std::string> decoded = DecodeBase64(*root);
  const std::optional<Hash> hash =
      decoded.has_value() ? HashFromBytes(*decoded) : std::optional<Hash>();
  if (!hash.has_value()) return wrong("the root is not 32 bytes in base64");
  checkpoint.root = *hash;
  return checkpoint;
}

absl::StatusOr<Checkpoint> ParseSignedCheckpoint(std::string_view bytes) {
  const absl::StatusOr<Note> note = ParseNote(bytes);
  if (!note.ok()) return note.status();
  return ParseCheckpoint(note->text);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view bytes, const KeyFile& keys) {
  const absl::StatusOr<Note> note = ParseNote(bytes);
  if (!note.ok()) return note.status();
  absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(note->text);
  if (!checkpoint.ok()) return checkpoint.status();
  bool has_key = false;
  bool is_signed = false;
  bool is_beyond = false;
  for (const LogKey& key : keys.keys) {
    if (key.key.name != checkpoint->origin) continue;
    has_key = true;
    const absl::Status verified = VerifySignature(*note, key.key);
    if (absl::IsNotFound(verified)) continue;
    if (!verified.ok()) {
      return absl::DataLossError(
          absl::StrCat("The checkpoint of ", checkpoint->size, " entries: ", verified.message()));
    }
    // While a key is being replaced both sign, so the other may still be good for it.
    if (checkpoint->size < key.from_size || checkpoint->size > key.until_size) {
      is_beyond = true;
      continue;
    }
    is_signed = true;
  }
  if (is_signed) return checkpoint;
  if (!has_key) {
    return absl::NotFoundError(absl::StrCat("There is no key for the origin ", checkpoint->origin,
                                            ": this is another log, or its key is missing."));
  }
  const std::string what =
      absl::StrCat("The checkpoint of ", checkpoint->size, " entries of ", checkpoint->origin);
  if (is_beyond) {
    return absl::FailedPreconditionError(
        absl::StrCat(what, " is signed by a key that the key file accepts for other sizes only."));
  }
  return absl::UnauthenticatedError(absl::StrCat(what, " is signed by no key of the key file."));
}

absl::Status CheckCosigned(std::string_view bytes, absl::Span<const PublicKey> witnesses) {
  if (witnesses.empty()) return absl::OkStatus();
  const absl::StatusOr<Note> note = ParseNote(bytes);
  if (!note.ok()) return note.status();
  for (const PublicKey& witness : witnesses) {
    const absl::Status cosigned = VerifyCosignature(*note, witness).status();
    if (absl::IsNotFound(cosigned)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "The witness ", witness.name, " did not cosign this checkpoint. Ask for a later one."));
    }
    if (!cosigned.ok()) return cosigned;
  }
  return absl::OkStatus();
}

}  // namespace countersign::verifier
