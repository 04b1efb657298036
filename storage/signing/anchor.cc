#include "storage/signing/anchor.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/errors.h"
#include "storage/journal.h"
#include "storage/merkle_tree.h"
#include "storage/rocks.h"
#include "storage/small_file.h"

namespace countersign::storage {
namespace {

// An origin may be long, but not so long.
constexpr uint64_t kMaxAnchorBytes = 4096;

std::string FileOf(const Checkpoint& checkpoint) {
  const std::string text = CheckpointText(checkpoint);
  return absl::StrCat(text, "\n", ToHex(Sha256(text)), "\n");
}

absl::Status OtherTree(const Checkpoint& anchor, const std::string& found) {
  return BehindAnchorError(
      absl::StatusCode::kDataLoss,
      absl::StrCat("A head of ", anchor.head.size, " entries was signed for ", anchor.origin,
                   " with the root ", ToHex(anchor.head.root), ", but ", found,
                   ". This is not the journal that was signed."));
}

}  // namespace

Anchor::Anchor(std::string path, rocksdb::Env* env) : path_(std::move(path)), env_(env) {}

absl::StatusOr<std::optional<Checkpoint>> Anchor::Read() const {
  const absl::StatusOr<std::string> bytes = ReadSmallFile(env_, path_, kMaxAnchorBytes);
  if (absl::IsNotFound(bytes.status())) return std::optional<Checkpoint>();
  if (!bytes.ok()) return bytes.status();
  const size_t end = bytes->find("\n\n");
  absl::StatusOr<Checkpoint> checkpoint = ParseCheckpointText(
      std::string_view(*bytes).substr(0, end == std::string::npos ? 0 : end + 1));
  // What is written again byte by byte has the right digest as well.
  if (!checkpoint.ok() || FileOf(*checkpoint) != *bytes) {
    return absl::DataLossError(absl::StrCat("The anchor ", path_, " is damaged."));
  }
  return std::optional(*std::move(checkpoint));
}

absl::Status Anchor::Write(const Checkpoint& signed_last) {
  absl::Status made = MakeFolder(env_, FolderOf(path_));
  if (!made.ok()) return made;
  return WriteSmallFile(env_, path_, FileOf(signed_last), Readers::kAll);
}

absl::Status CheckAgainstAnchor(const Journal& journal, const Checkpoint& anchor) {
  const Head head = journal.head();
  if (head.size < anchor.head.size) {
    return BehindAnchorError(
        absl::StatusCode::kFailedPrecondition,
        absl::StrCat("The journal has ", head.size, " entries, but a head of ", anchor.head.size,
                     " was signed for ", anchor.origin, ", with the root ", ToHex(anchor.head.root),
                     ": ", anchor.head.size - head.size,
                     " signed entries are missing. Replay them from an export, or begin a new "
                     "epoch."));
  }
  if (anchor.head.size == 0) return absl::OkStatus();
  absl::StatusOr<Hash> root = journal.RootOf(anchor.head.size);
  if (!root.ok()) return root.status();
  if (*root != anchor.head.root) {
    return OtherTree(anchor, absl::StrCat("the journal's first ", anchor.head.size,
                                          " entries have the root ", ToHex(*root)));
  }
  // The present root may rest on other stored hashes than the one just made.
  absl::StatusOr<std::vector<Hash>> proof = journal.ProveConsistency(anchor.head.size, head.size);
  if (!proof.ok()) return proof.status();
  if (!VerifyConsistency(anchor.head.size, head.size, anchor.head.root, head.root, *proof)) {
    return OtherTree(anchor, absl::StrCat("the journal's present root ", ToHex(head.root), " of ",
                                          head.size, " entries does not extend it"));
  }
  return absl::OkStatus();
}

}  // namespace countersign::storage
