#include "services/log/log_anchored.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "storage/errors.h"
#include "storage/kept_checkpoints.h"

namespace countersign {
namespace {

// What to do about a journal with another history than the one that was signed. No command that
// writes is among it: the journal is what shows who changed what.
constexpr char kKeepEvidence[] =
    " Nothing was changed. Keep the journal, the anchor and the log keys as they are, and tell the "
    "auditor: they are evidence.";

// What to do about a journal that lacks what was signed.
std::string Recovery(const std::string& data, const storage::Anchor& anchor) {
  return absl::StrCat(
      " Nothing was changed. With an export that holds the missing entries: countersignd replay "
      "--data ",
      data, " --from EXPORT --anchor ", anchor.path(),
      ". Where nobody has them: countersignd new-epoch --data ", data,
      " --origin NAME --reason TEXT --anchor ", anchor.path(), ".");
}

// The same error, with advice.
absl::Status Advised(const absl::Status& status, const std::string& advice) {
  const std::string text = absl::StrCat(status.message(), advice);
  if (storage::IsBehindAnchor(status)) return storage::BehindAnchorError(status.code(), text);
  return absl::Status(status.code(), text);
}

absl::Status CheckMissing(const storage::Journal& journal, const storage::Anchor& anchor,
                          const AnchorCheck& check) {
  if (check.accept_missing) return absl::OkStatus();
  absl::StatusOr<std::optional<uint64_t>> last_signed =
      storage::GreatestKept(journal, storage::Journal::kUnlimited);
  if (!last_signed.ok() || !last_signed->has_value()) return last_signed.status();
  return absl::FailedPreconditionError(absl::StrCat(
      "The anchor ", anchor.path(), " is missing, although the journal's head of ", **last_signed,
      " entries was signed: without it nobody can tell whether the journal has lost its end. "
      "Nothing was changed. Bring the file back, or name the right one with --anchor FILE; where "
      "it is lost, compare the journal with a checkpoint that somebody else kept. Where it holds "
      "that, start with --accept-missing-anchor, which writes a new one; where it does not, or "
      "nobody can tell: countersignd new-epoch --data ",
      check.data, " --origin NAME --reason TEXT --accept-missing-anchor."));
}

}  // namespace

absl::Status CheckAnchored(const storage::Journal& journal, const LogIdentity& identity,
                           const storage::Anchor& anchor, const AnchorCheck& check) {
  absl::StatusOr<std::optional<storage::Checkpoint>> read = anchor.Read();
  if (!read.ok()) {
    if (!absl::IsDataLoss(read.status())) return read.status();
    return Advised(read.status(),
                   " Nothing was changed. Bring it back from a copy; where there is none, move the "
                   "file away and start with --accept-missing-anchor.");
  }
  if (!read->has_value()) return CheckMissing(journal, anchor, check);
  const storage::Checkpoint& signed_last = **read;
  if (identity.origin.empty() || signed_last.origin == identity.origin) {
    const absl::Status held = storage::CheckAgainstAnchor(journal, signed_last);
    if (!storage::IsBehindAnchor(held)) return held;
    if (absl::IsDataLoss(held)) return Advised(held, kKeepEvidence);
    return Advised(held,
                   identity.origin.empty()
                       ? absl::StrCat(" Nothing was changed. Restore the data folder ", check.data,
                                      " from a backup; or, for a new journal, name another "
                                      "file with --anchor FILE.")
                       : Recovery(check.data, anchor));
  }
  if (identity.HasLeft(signed_last)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "The anchor ", anchor.path(), " is that of the origin ", signed_last.origin,
      ", but this journal's is ", identity.origin,
      ": it belongs to another journal, or this one is older than its latest epoch. Name the right "
      "file with --anchor FILE.",
      Recovery(check.data, anchor)));
}

}  // namespace countersign
