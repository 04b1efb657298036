#include "clients/cli/log/receipt_proof.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/log/verdict.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/new_file.h"
#include "clients/cli/output/progress.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/merkle.h"
#include "clients/verifier/tlog_proof.h"
#include "countersign/v1/entry.pb.h"

namespace countersign::cli {
namespace {

// The API gives no more of them with their proofs.
constexpr int kProvenEntriesMax = 500;

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

// The bytes of a UUID in its text form.
std::string BytesOfUuid(const std::string& uuid) {
  return absl::HexStringToBytes(absl::StrReplaceAll(uuid, {{"-", ""}}));
}

// Whether the entry's bytes are those of this request, and say what the receipt says beside them.
bool IsAsSaid(const v1::Receipt::Entry& said, const std::string& request_id) {
  v1::Entry entry;
  return entry.ParseFromString(said.entry()) && entry.position() == said.position() &&
         entry.version() == said.version() && entry.event_type() == said.event_type() &&
         entry.request_id() == BytesOfUuid(request_id);
}

bool IsProven(const v1::Receipt::Entry& entry, const verifier::Checkpoint& checkpoint) {
  const verifier::Hash leaf = verifier::LeafHash(entry.entry());
  const auto path = PathOf(entry);
  return path.has_value() && entry.leaf_hash() == verifier::AsBytes(leaf) &&
         verifier::VerifyInclusion(entry.position(), checkpoint.size, leaf, *path, checkpoint.root);
}

int CountProven(const v1::Receipt& receipt) {
  return std::min(receipt.entries_size(), kProvenEntriesMax);
}

}  // namespace

absl::StatusOr<verifier::KeyFile> ReadLogKeys(const std::string& path) {
  absl::StatusOr<verifier::KeyFile> keys = verifier::ReadKeyFile(path);
  if (!keys.ok()) return Unusable(keys.status());
  return keys;
}

absl::Status CheckReceipt(const v1::Receipt& receipt, const std::string& request_id,
                          const std::optional<verifier::KeyFile>& log_keys) {
  if (receipt.checkpoint().empty()) {
    if (!log_keys.has_value()) return absl::OkStatus();
    return Verdict(absl::FailedPreconditionError(
        "The command stands, but its receipt has no checkpoint to check."));
  }
  const absl::StatusOr<verifier::Checkpoint> checkpoint =
      verifier::ParseSignedCheckpoint(receipt.checkpoint());
  if (!checkpoint.ok()) {
    return Evidence(
        absl::StrCat("The receipt's checkpoint is none: ", checkpoint.status().message()));
  }
  for (int i = 0; i < CountProven(receipt); ++i) {
    const v1::Receipt::Entry& entry = receipt.entries(i);
    if (!IsProven(entry, *checkpoint)) {
      return Evidence(absl::StrCat("The receipt does not prove that the entry at position ",
                                   entry.position(), " is in the journal."));
    }
    if (!IsAsSaid(entry, request_id)) {
      return Evidence(absl::StrCat("The entry at position ", entry.position(),
                                   " is not what the receipt says, or of another request."));
    }
  }
  if (!log_keys.has_value()) return absl::OkStatus();
  return Verdict(verifier::OpenCheckpoint(receipt.checkpoint(), *log_keys).status());
}

void WriteWhatIsProven(const v1::Receipt& receipt, bool signature_was_checked, Terminal& terminal) {
  const absl::StatusOr<verifier::Checkpoint> checkpoint =
      verifier::ParseSignedCheckpoint(receipt.checkpoint());
  if (!checkpoint.ok()) return;
  const auto proven = static_cast<uint64_t>(CountProven(receipt));
  WriteLine(
      {{"Proven", Tone::kGood},
       {absl::StrCat(": ", CountWords(proven), proven == 1 ? " entry leads" : " entries lead",
                     " to a checkpoint of ", CountWords(checkpoint->size), " entries of ",
                     checkpoint->origin,
                     signature_was_checked ? ", signed under your key"
                                           : "; who signed it was not checked: --log-key FILE does",
                     "; --receipt FILE keeps the last proof, --output json has them all.")}},
      terminal);
}

absl::Status SaveProof(const v1::Receipt& receipt, const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  if (receipt.entries().empty()) {
    return absl::FailedPreconditionError(
        "Nothing had to be recorded, because it was already so: there is no proof to keep.");
  }
  if (receipt.entries().rbegin()->entry().empty()) {
    return absl::FailedPreconditionError("The receipt has no proof of its last entry.");
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
