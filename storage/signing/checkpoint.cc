#include "storage/signing/checkpoint.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/base64.h"

namespace countersign::storage {
namespace {

constexpr char kProofHeader[] = "c2sp.org/tlog-proof@v1";
constexpr char kExtra[] = "extra ";
constexpr char kIndex[] = "index ";
// A tree of up to 2^63 leaves has no longer path.
constexpr size_t kMaxPath = 63;

// Takes a line off the front, without its newline; nothing when there is none.
std::optional<std::string_view> TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// A number in its one spelling: no sign, no leading zero.
std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number) ||
      absl::StrCat(number) != text) {
    return std::nullopt;
  }
  return number;
}

std::optional<Hash> ParseHash(std::string_view text) {
  const std::optional<std::string> bytes = FromBase64(text);
  if (!bytes.has_value()) return std::nullopt;
  return HashFromBytes(*bytes);
}

// What follows `name` in a line; nothing when the line begins otherwise.
std::optional<std::string_view> After(std::string_view name, std::string_view line) {
  if (line.substr(0, name.size()) != name) return std::nullopt;
  return line.substr(name.size());
}

absl::Status NoCheckpoint(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("This is no checkpoint: ", what, "."));
}

absl::Status NoProof(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("This is no tlog-proof file: ", what, "."));
}

}  // namespace

std::string CheckpointText(const Checkpoint& checkpoint) {
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.head.size, "\n",
                      ToBase64(AsBytes(checkpoint.head.root)), "\n");
}

absl::StatusOr<Checkpoint> ParseCheckpointText(std::string_view text) {
  const std::optional<std::string_view> origin = TakeLine(text);
  const std::optional<std::string_view> size = TakeLine(text);
  const std::optional<std::string_view> root = TakeLine(text);
  if (!root.has_value() || !text.empty()) return NoCheckpoint("it has not exactly three lines");
  if (origin->empty()) return NoCheckpoint("it has no origin");
  const std::optional<uint64_t> entries = ParseNumber(*size);
  if (!entries.has_value()) return NoCheckpoint("its second line is no size");
  const std::optional<Hash> hash = ParseHash(*root);
  if (!hash.has_value()) return NoCheckpoint("its third line is not base64 of 32 bytes");
  return Checkpoint{.origin = std::string(*origin), .head = {.size = *entries, .root = *hash}};
}

absl::StatusOr<SignedCheckpoint> ParseSignedCheckpoint(std::string_view note) {
  absl::StatusOr<SignedNote> parsed = ParseNote(note);
  if (!parsed.ok()) return parsed.status();
  absl::StatusOr<Checkpoint> checkpoint = ParseCheckpointText(parsed->text);
  if (!checkpoint.ok()) return checkpoint.status();
  return SignedCheckpoint{*std::move(parsed), *std::move(checkpoint)};
}

std::string ToString(const TlogProof& proof) {
  std::string text = absl::StrCat(kProofHeader, "\n");
  if (proof.extra.has_value()) absl::StrAppend(&text, kExtra, ToBase64(*proof.extra), "\n");
  absl::StrAppend(&text, kIndex, proof.index, "\n");
  for (const Hash& hash : proof.path) absl::StrAppend(&text, ToBase64(AsBytes(hash)), "\n");
  absl::StrAppend(&text, "\n", proof.checkpoint);
  return text;
}

absl::StatusOr<TlogProof> ParseTlogProof(std::string_view text) {
  TlogProof proof;
  if (TakeLine(text) != kProofHeader) {
    return NoProof(absl::StrCat("its first line is not ", kProofHeader));
  }
  std::string_view line = TakeLine(text).value_or("");
  if (const auto extra = After(kExtra, line); extra.has_value()) {
    proof.extra = FromBase64(*extra);
    if (!proof.extra.has_value()) return NoProof("its extra line is not base64");
    line = TakeLine(text).value_or("");
  }
  const std::optional<std::string_view> number = After(kIndex, line);
  if (!number.has_value()) return NoProof("it has no index line");
  const std::optional<uint64_t> index = ParseNumber(*number);
  if (!index.has_value()) return NoProof("its index is no number");
  proof.index = *index;
  std::optional<std::string_view> next = TakeLine(text);
  for (; next.has_value() && !next->empty(); next = TakeLine(text)) {
    const std::optional<Hash> hash = ParseHash(*next);
    if (!hash.has_value()) return NoProof("a line of its path is not base64 of 32 bytes");
    if (proof.path.size() == kMaxPath) {
      return NoProof(absl::StrCat("its path has more than ", kMaxPath, " hashes"));
    }
    proof.path.push_back(*hash);
  }
  if (!next.has_value()) return NoProof("no empty line stands before its checkpoint");
  if (const absl::Status note = ParseNote(text).status(); !note.ok()) {
    return NoProof(absl::StrCat("its checkpoint is none. ", note.message()));
  }
  proof.checkpoint = std::string(text);
  return proof;
}

}  // namespace countersign::storage
