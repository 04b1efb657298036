#include "storage/copies/export.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/bytes.h"
#include "storage/copies/export_format.h"
#include "storage/hash.h"
#include "storage/kept_checkpoints.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"

namespace countersign::storage {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;

// Who signed a checkpoint: its origin and the id of the key. Nothing for what is no checkpoint,
// which is written as it is: whoever checks the export has to see it.
std::optional<std::pair<std::string, uint32_t>> SignerOf(std::string_view note) {
  const absl::StatusOr<SignedCheckpoint> parsed = ParseSignedCheckpoint(note);
  if (!parsed.ok()) return std::nullopt;
  for (const NoteSignature& signature : parsed->note.signatures) {
    if (signature.name == parsed->checkpoint.origin) {
      return std::pair(signature.name, signature.key_id);
    }
  }
  return std::nullopt;
}

// Of which sizes the stored checkpoints belong into an export.
struct SizesSigned {
  std::vector<uint64_t> up_to;    // Up to the size that was asked for, ascending.
  std::optional<uint64_t> above;  // The least of the greater ones.
};

// Told from the newest checkpoint of all backwards: a key whose time began above is not met again.
absl::StatusOr<SizesSigned> FindSizesSigned(const Journal& journal, uint64_t size) {
  SizesSigned sizes;
  std::set<std::pair<std::string, uint32_t>> met;
  std::optional<std::pair<std::string, uint32_t>> in_force;
  const absl::Status read = journal.Checkpoints(
      Journal::kUnlimited, /*newest_first=*/true, [&](uint64_t covered, std::string_view note) {
        std::optional<std::pair<std::string, uint32_t>> signer = SignerOf(note);
        if (signer.has_value() && signer != in_force) {
          if (!met.insert(*signer).second) return absl::OkStatus();
          in_force = std::move(signer);
        }
        if (covered > size) {
          sizes.above = covered;
        } else {
          sizes.up_to.push_back(covered);
        }
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  std::reverse(sizes.up_to.begin(), sizes.up_to.end());
  return sizes;
}

// What there is an export of, where there is none of a size that lies between these.
std::string NearestOf(const SizesSigned& sizes) {
  std::vector<uint64_t> nearest;
  if (!sizes.up_to.empty()) nearest.push_back(sizes.up_to.back());
  if (sizes.above.has_value()) nearest.push_back(*sizes.above);
  if (nearest.empty()) return "";
  return absl::StrCat(" Take one of ", absl::StrJoin(nearest, " or "),
                      " entries: these are the nearest.");
}

absl::Status NotSigned(const Journal& journal, uint64_t size) {
  const absl::StatusOr<SizesSigned> sizes = FindSizesSigned(journal, size);
  if (!sizes.ok()) return sizes.status();
  return absl::FailedPreconditionError(absl::StrCat(
      "There is no export of ", size, " entries, since no checkpoint of so many is ", "stored",
      size == journal.head().size ? ": have it signed first." : ".", NearestOf(*sizes)));
}

// The stored note for exactly this size.
absl::StatusOr<std::string> CheckpointFor(const Journal& journal, uint64_t size) {
  absl::StatusOr<std::optional<KeptCheckpoint>> kept = ReadKept(journal, size);
  if (!kept.ok()) return kept.status();
  if (kept->has_value()) return std::move((*kept)->note);
  const absl::Status within = journal.RootOf(size).status();
  return within.ok() ? NotSigned(journal, size) : within;
}

// Compares entries with the leaves that the tree holds, in their order from the first on.
class LeafComparison {
 public:
  LeafComparison(const Journal& journal, uint64_t size) : journal_(journal), size_(size) {}

  // The next entry. DATA_LOSS when it is not the leaf at its place.
  absl::Status Add(std::string_view entry) {
    const uint64_t position = grown_.size();
    if (position % kTileWidth == 0) {
      absl::StatusOr<std::vector<Hash>> read =
          journal_.TileHashes(0, position, std::min(kTileWidth, size_ - position));
      if (!read.ok()) return read.status();
      stored_ = *std::move(read);
    }
    const Hash leaf = LeafHash(entry);
    if (leaf != stored_[position % kTileWidth]) {
      return absl::DataLossError(
          absl::StrCat("The entry at position ", position, " is not what the tree holds."));
    }
    grown_.Append(leaf, [](const TileHash&) {});
    return absl::OkStatus();
  }

  // All entries are there: their root must be the one that the tree gives.
  absl::Status Finish() const {
    const absl::StatusOr<Hash> root = journal_.RootOf(size_);
    if (!root.ok()) return root.status();
    if (*root == grown_.Root()) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("The root of ", size_, " entries is not that of the entries."));
  }

 private:
  const Journal& journal_;
  const uint64_t size_;
  std::vector<Hash> stored_;  // Of the tile that the next entry lies in.
  Frontier grown_;
};

// Gathers the bytes of the file, hands them on in pieces, and keeps their digest.
class Pieces {
 public:
  explicit Pieces(ExportSink sink) : sink_(sink) {}

  // What is written next.
  std::string& bytes() { return bytes_; }
  bool IsFull() const { return bytes_.size() >= kPieceBytes; }
  // Hands the bytes on when there are enough of them. `entries` are complete.
  absl::Status EndOfItem(uint64_t entries) {
    entries_ = entries;
    return IsFull() ? Flush() : absl::OkStatus();
  }
  // Adds the digest and hands on what is left.
  absl::Status Finish() {
    digest_.Add(bytes_);
    const Hash digest = digest_.Finish();
    bytes_.append(AsBytes(digest));
    return sink_(bytes_, entries_);
  }

 private:
  absl::Status Flush() {
    digest_.Add(bytes_);
    const absl::Status taken = sink_(bytes_, entries_);
    bytes_.clear();
    return taken;
  }

  ExportSink sink_;
  std::string bytes_;
  uint64_t entries_ = 0;
  RunningSha256 digest_;
};

absl::Status WriteEntries(const Journal& journal, const ExportOptions& options, Pieces& pieces) {
  LeafComparison comparison(journal, options.size);
  uint64_t next = 0;
  const auto write = [&](const StoredEvent& event, std::string_view entry) {
    absl::Status same = comparison.Add(entry);
    if (!same.ok()) return same;
    std::string& bytes = pieces.bytes();
    AppendLong(entry, bytes);
    const ExportedPayload state = !options.payloads ? ExportedPayload::kWithheld
                                  : event.erased    ? ExportedPayload::kErased
                                                    : ExportedPayload::kHere;
    AppendU8(static_cast<uint8_t>(state), bytes);
    if (state == ExportedPayload::kHere) AppendLong(event.payload, bytes);
    next = event.position + 1;
    return pieces.IsFull() ? absl::CancelledError() : absl::OkStatus();
  };
  // Whoever takes a piece may be slow, and as long as a reading goes on the store cannot let go of
  // what is rewritten meanwhile: so no piece is handed on within one.
  while (next < options.size) {
    absl::Status read = journal.ReadAll(
        next, options.size - next, [&](const StoredEvent&) { return options.payloads; }, write);
    if (!read.ok() && !pieces.IsFull()) return read;
    absl::Status taken = pieces.EndOfItem(next);
    if (!taken.ok()) return taken;
  }
  return comparison.Finish();
}

// The checkpoints of these sizes, of which the last is `last`. More may be stored while this runs.
// Each is looked up by itself, so that no reading goes on while a piece is taken.
absl::Status WriteCheckpoints(const Journal& journal, const std::vector<uint64_t>& sizes,
                              std::string_view last, Pieces& pieces) {
  AppendU32(static_cast<uint32_t>(sizes.size()), pieces.bytes());
  for (const uint64_t size : sizes) {
    if (size == sizes.back()) break;
    const absl::StatusOr<std::optional<std::string>> note = journal.CheckpointOf(size);
    if (!note.ok()) return note.status();
    if (!note->has_value()) {
      return absl::DataLossError(
          absl::StrCat("The checkpoint of ", size, " entries, which was stored, is gone."));
    }
    AppendLong(**note, pieces.bytes());
    absl::Status taken = pieces.EndOfItem(sizes.back());
    if (!taken.ok()) return taken;
  }
  AppendLong(last, pieces.bytes());
  return pieces.EndOfItem(sizes.back());
}

// The checkpoints of an export that there is.
struct Ending {
  std::vector<uint64_t> sizes;  // Ascending.
  std::string last;             // The note of the last size.
};

absl::StatusOr<Ending> FindEnding(const Journal& journal, uint64_t size) {
  absl::StatusOr<std::string> last = CheckpointFor(journal, size);
  if (!last.ok()) return last.status();
  absl::StatusOr<SizesSigned> sizes = FindSizesSigned(journal, size);
  if (!sizes.ok()) return sizes.status();
  if (!sizes->up_to.empty() && sizes->up_to.back() == size) {
    return Ending{std::move(sizes->up_to), *std::move(last)};
  }
  return absl::FailedPreconditionError(
      absl::StrCat("There is no export of ", size,
                   " entries: their checkpoint is signed by a key whose time began later, after an "
                   "earlier key had signed more.",
                   NearestOf(*sizes)));
}

}  // namespace

absl::Status CheckExport(const Journal& journal, uint64_t size) {
  return FindEnding(journal, size).status();
}

absl::Status WriteExport(const Journal& journal, const ExportOptions& options, ExportSink sink) {
  const absl::StatusOr<Ending> ending = FindEnding(journal, options.size);
  if (!ending.ok()) return ending.status();
  Pieces pieces(sink);
  pieces.bytes().append(kExportMagic);
  AppendU8(options.payloads ? kExportHasPayloads : 0, pieces.bytes());
  AppendU64(options.size, pieces.bytes());
  absl::Status written = WriteEntries(journal, options, pieces);
  if (!written.ok()) return written;
  written = WriteCheckpoints(journal, ending->sizes, ending->last, pieces);
  if (!written.ok()) return written;
  return pieces.Finish();
}

}  // namespace countersign::storage
