#include "services/cosignatures.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace countersign {
namespace {

bool VouchesFor(const storage::VerifierKey& witness, const storage::SignedNote& note) {
  return storage::VerifyCosignature(note, witness).ok();
}

}  // namespace

absl::Status Cosignatures::Read() {
  if (witnesses_.empty()) return absl::OkStatus();
  const absl::Status all_found = absl::CancelledError();
  const absl::Status read = journal_.Checkpoints(
      storage::Journal::kUnlimited, true,
      [&](uint64_t size, std::string_view kept) -> absl::Status {
        absl::StatusOr<storage::SignedNote> note = storage::ParseNote(kept);
        if (!note.ok()) {
          return absl::DataLossError(
              absl::StrCat("The checkpoint that is kept for ", size, " entries is damaged."));
        }
        Held(size, *note);
        const bool found = std::find(newest_.begin(), newest_.end(), 0) == newest_.end();
        return found ? all_found : absl::OkStatus();
      });
  return absl::IsCancelled(read) ? absl::OkStatus() : read;
}

absl::StatusOr<std::string> Cosignatures::Join(uint64_t size, const std::string& held,
                                               const storage::SignedNote& note) const {
  absl::StatusOr<storage::SignedNote> joined = storage::ParseNote(held);
  if (!joined.ok()) return joined.status();
  bool vouched = false;
  for (const storage::VerifierKey& witness : witnesses_) {
    if (!VouchesFor(witness, note)) continue;
    vouched = true;
    if (VouchesFor(witness, *joined)) continue;
    const auto its =
        std::find_if(note.signatures.begin(), note.signatures.end(),
                     [&](const storage::NoteSignature& signature) {
                       return signature.name == witness.name && signature.key_id == witness.id();
                     });
    joined->signatures.push_back(*its);
  }
  if (!vouched) {
    return absl::UnauthenticatedError(
        absl::StrCat("The checkpoint of ", size,
                     " entries bears no signature of a witness that is known here."));
  }
  return storage::ToString(*joined);
}

void Cosignatures::Held(uint64_t size, const storage::SignedNote& note) {
  for (size_t i = 0; i < witnesses_.size(); ++i) {
    if (size > newest_[i] && VouchesFor(witnesses_[i], note)) newest_[i] = size;
  }
}

absl::StatusOr<std::optional<uint64_t>> Cosignatures::NewestBy(
    const std::vector<storage::VerifierKey>& witnesses) const {
  uint64_t from = storage::Journal::kUnlimited;
  for (const storage::VerifierKey& wanted : witnesses) {
    const auto known = std::find(witnesses_.begin(), witnesses_.end(), wanted);
    if (known == witnesses_.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat(storage::ToString(wanted), " is no witness that is known here."));
    }
    from = std::min(from, newest_[known - witnesses_.begin()]);
  }
  if (from == 0) return std::optional<uint64_t>();
  std::optional<uint64_t> newest;
  const absl::Status read =
      journal_.Checkpoints(from, true, [&](uint64_t size, std::string_view kept) -> absl::Status {
        absl::StatusOr<storage::SignedNote> note = storage::ParseNote(kept);
        if (!note.ok()) return note.status();
        for (const storage::VerifierKey& wanted : witnesses) {
          if (!VouchesFor(wanted, *note)) return absl::OkStatus();
        }
        newest = size;
        return absl::CancelledError();
      });
  if (!read.ok() && !newest.has_value()) return read;
  return newest;
}

}  // namespace countersign
