#include "clients/cli/log/receipt_proof.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/log/verdict.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/new_file.h"
#include "clients/cli/output/progress.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/merkle.h"
#include "clients/verifier/note.h"
#include "clients/verifier/tlog_proof.h"

namespace countersign::cli {
namespace {

absl::StatusOr<verifier::Checkpoint> CheckpointIn(const v1::Receipt& receipt) {
  const absl::StatusOr<verifier::Note> note = verifier::ParseNote(receipt.checkpoint());
  if (!note.ok()) return note.status();
  return verifier::ParseCheckpoint(note->text);
}

// Nothing when one of them is no hash.
std::optional<std::vector<verifier::Hash>> PathOf(const v1::Receipt::Entry& entry) {
  std::vector<verifier::Hash> path;
  for (const std::string& bytes : entry.inclusion_proof()) {
    const std::optional<verifier::Hash> hash = verifier::HashFromBytes(bytes);
    if (!hash.has_value()) return std::nullopt;
    path.push_back(*hash);
  }
  return path;
}

}  // namespace

absl::Status CheckReceipt(const v1::Receipt& receipt) {
  if (receipt.checkpoint().empty()) return absl::OkStatus();
  const absl::StatusOr<verifier::Checkpoint> checkpoint = CheckpointIn(receipt);
  if (!checkpoint.ok()) {
    return Evidence(
        absl::StrCat("The receipt's checkpoint is none: ", checkpoint.status().message()));
  }
  for (const v1::Receipt::Entry& entry : receipt.entries()) {
    if (entry.entry().empty()) break;
    const verifier::Hash leaf = verifier::LeafHash(entry.entry());
    const auto path = PathOf(entry);
    const bool proven = path.has_value() && entry.leaf_hash() == verifier::AsBytes(leaf) &&
                        verifier::VerifyInclusion(entry.position(), checkpoint->size, leaf, *path,
                                                  checkpoint->root);
    if (!proven) {
      return Evidence(absl::StrCat("The receipt does not prove that the entry at position ",
                                   entry.position(), " is in the journal."));
    }
  }
  return absl::OkStatus();
}

void WriteWhatIsProven(const v1::Receipt& receipt, Terminal& terminal) {
  const absl::StatusOr<verifier::Checkpoint> checkpoint = CheckpointIn(receipt);
  if (!checkpoint.ok()) return;
  const auto is_proven = [](const v1::Receipt::Entry& entry) { return !entry.entry().empty(); };
  const auto proven = static_cast<uint64_t>(
      std::count_if(receipt.entries().begin(), receipt.entries().end(), is_proven));
  WriteLine({{"Signed", Tone::kGood},
             {absl::StrCat(": a checkpoint of ", CountWords(checkpoint->size), " entries of ",
                           checkpoint->origin, " covers it, with proofs for ", CountWords(proven),
                           proven == 1 ? " entry" : " entries",
                           "; --receipt FILE keeps the last, --output json has them all.")}},
            terminal);
}

absl::Status SaveProof(const v1::Receipt& receipt, const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  if (receipt.entries().empty() || receipt.entries().rbegin()->entry().empty()) {
    return absl::FailedPreconditionError(
        "The command stands, but its receipt has no proof of its last entry to keep: "
        "`countersign log prove` has one for any position.");
  }
  const v1::Receipt::Entry& last = *receipt.entries().rbegin();
  verifier::TlogProof proof;
  proof.extra = last.entry();
  proof.index = last.position();
  proof.path = PathOf(last).value_or(std::vector<verifier::Hash>());
  proof.checkpoint = receipt.checkpoint();
  return WriteNewFile(path, verifier::ToString(proof), /*force=*/false);
}

}  // namespace countersign::cli
