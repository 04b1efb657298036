#include "services/log/cosignatures.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace countersign {
namespace {

bool VouchesFor(const storage::VerifierKey& witness, const storage::SignedNote& note) {
  return storage::VerifyCosignature(note, witness).ok();
}

}  // namespace

std::vector<bool> Cosignatures::NamedIn(const storage::SignedNote& note) const {
  std::vector<bool> named(witnesses_.size());
  for (size_t i = 0; i < witnesses_.size(); ++i) {
    const storage::VerifierKey& witness = witnesses_[i];
    named[i] =
        std::any_of(note.signatures.begin(), note.signatures.end(),
                    [&](const storage::NoteSignature& signature) {
                      return signature.name == witness.name && signature.key_id == witness.id();
                    });
  }
  return named;
}

absl::Status Cosignatures::Read() {
  if (witnesses_.empty()) return absl::OkStatus();
  return journal_.Checkpoints(
      storage::Journal::kUnlimited, true,
      [&](uint64_t size, std::string_view kept) -> absl::Status {
        absl::StatusOr<storage::SignedNote> note = storage::ParseNote(kept);
        if (!note.ok()) {
          return absl::DataLossError(
              absl::StrCat("The checkpoint that is kept for ", size, " entries is damaged."));
        }
        // The newest comes first: signatures are verified once for each set of witnesses.
        const std::vector<bool> named = NamedIn(*note);
        const std::lock_guard guard(lock_);
        if (newest_.count(named) == 0) HeldLocked(size, *note);
        return absl::OkStatus();
      });
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
  const std::lock_guard guard(lock_);
  HeldLocked(size, note);
}

void Cosignatures::HeldLocked(uint64_t size, const storage::SignedNote& note) {
  std::vector<bool> vouched(witnesses_.size());
  for (size_t i = 0; i < witnesses_.size(); ++i) vouched[i] = VouchesFor(witnesses_[i], note);
  if (std::find(vouched.begin(), vouched.end(), true) == vouched.end()) return;
  uint64_t& newest = newest_[std::move(vouched)];
  newest = std::max(newest, size);
}

absl::StatusOr<std::optional<uint64_t>> Cosignatures::NewestBy(
    const std::vector<storage::VerifierKey>& witnesses) const {
  std::vector<size_t> wanted;
  for (const storage::VerifierKey& witness : witnesses) {
    const auto known = std::find(witnesses_.begin(), witnesses_.end(), witness);
    if (known == witnesses_.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat(storage::ToString(witness), " is no witness that is known here."));
    }
    wanted.push_back(static_cast<size_t>(known - witnesses_.begin()));
  }
  std::optional<uint64_t> newest;
  const std::lock_guard guard(lock_);
  for (const auto& [vouched, size] : newest_) {
    const bool all = std::all_of(wanted.begin(), wanted.end(),
                                 [&, &set = vouched](size_t witness) { return set[witness]; });
    if (all) newest = std::max(newest.value_or(0), size);
  }
  return newest;
}

}  // namespace countersign
