#include "clients/verifier/tlog_proof.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/merkle.h"
#include "clients/verifier/text.h"

namespace countersign::verifier {
namespace {

constexpr absl::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr absl::string_view kExtra = "extra ";
constexpr absl::string_view kIndex = "index ";
// A tree of up to 2^63 leaves has no longer path.
constexpr size_t kMostHashes = 63;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("This is no proof file: ", what, "."));
}

}  // namespace

absl::StatusOr<TlogProof> ParseTlogProof(std::string_view text) {
  TlogProof proof;
  if (TakeLine(text) != std::string_view(kFirstLine.data(), kFirstLine.size()))
    return Malformed(absl::StrCat("it does not begin with ", kFirstLine));
  std::optional<std::string_view> line = TakeLine(text);
  if (line.has_value() && absl::StartsWith(ToAbsl(*line), kExtra)) {
    proof.extra = DecodeBase64(line->substr(kExtra.size()));
    if (!proof.extra.has_value()) return Malformed("the extra line is not in base64");
    line = TakeLine(text);
  }
  if (!line.has_value() || !absl::StartsWith(ToAbsl(*line), kIndex))
    return Malformed("it has no index");
  const std::optional<uint64_t> index = ParseDecimal(line->substr(kIndex.size()));
  if (!index.has_value()) return Malformed("the index is no number");
  proof.index = *index;
  for (line = TakeLine(text); line.has_value() && !line->empty(); line = TakeLine(text)) {
    const std::optional<std::string> decoded = DecodeBase64(*line);
    const std::optional<Hash> hash =
        decoded.has_value() ? HashFromBytes(*decoded) : std::optional<Hash>();
    if (!hash.has_value()) return Malformed("a hash is not 32 bytes in base64");
    if (proof.path.size() == kMostHashes) return Malformed("it has over 63 hashes");
    proof.path.push_back(*hash);
  }
  if (!line.has_value()) return Malformed("no empty line comes before the checkpoint");
  proof.checkpoint = std::string(text);
  const absl::Status note = ParseNote(proof.checkpoint).status();
  if (!note.ok()) return note;
  return proof;
}

std::string ToString(const TlogProof& proof) {
  std::string text = absl::StrCat(kFirstLine, "\n");
  if (proof.extra.has_value()) {
    absl::StrAppend(&text, kExtra, absl::Base64Escape(*proof.extra), "\n");
  }
  absl::StrAppend(&text, kIndex, proof.index, "\n");
  for (const Hash& hash : proof.path) {
    absl::StrAppend(&text, absl::Base64Escape(ToAbsl(AsBytes(hash))), "\n");
  }
  absl::StrAppend(&text, "\n", proof.checkpoint);
  return text;
}

absl::StatusOr<Checkpoint> CheckTlogProof(const TlogProof& proof, std::string_view entry,
                                          const KeyFile& keys) {
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(proof.checkpoint, keys);
  if (!checkpoint.ok()) return checkpoint;
  if (!VerifyInclusion(proof.index, checkpoint->size, LeafHash(entry), proof.path,
                       checkpoint->root)) {
    return WrongEntry(proof.index,
                      absl::StrCat("These bytes are not proved to be the entry at position ",
                                   proof.index, " of the ", checkpoint->size,
                                   " entries that were signed: the entry or the proof is wrong."));
  }
  return checkpoint;
}

}  // namespace countersign::verifier
