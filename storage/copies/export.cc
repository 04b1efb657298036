#include "storage/copies/export.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/copies/export_format.h"
#include "storage/hash.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"

namespace countersign::storage {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;

// The stored note for exactly this size, which must say the root that the journal has.
absl::StatusOr<std::string> CheckpointFor(const Journal& journal, uint64_t size) {
  const absl::StatusOr<Hash> root = journal.RootOf(size);
  if (!root.ok()) return root.status();
  absl::StatusOr<std::optional<std::string>> note = journal.CheckpointOf(size);
  if (!note.ok()) return note.status();
  if (!note->has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat("No checkpoint of ", size, " entries is stored: have the head signed first."));
  }
  const absl::StatusOr<SignedNote> parsed = ParseNote(**note);
  const absl::StatusOr<Checkpoint> checkpoint =
      parsed.ok() ? ParseCheckpointText(parsed->text) : parsed.status();
  if (!checkpoint.ok() || checkpoint->head.size != size || checkpoint->head.root != *root) {
    return absl::DataLossError(absl::StrCat("The checkpoint that is stored for ", size,
                                            " entries is not that of the tree's root ",
                                            ToHex(*root), "."));
  }
  return **std::move(note);
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

// Who signed a checkpoint: its origin and the id of the key. Nothing for what is no checkpoint,
// which is written as it is: whoever checks the export has to see it.
std::optional<std::pair<std::string, uint32_t>> SignerOf(std::string_view note) {
  const absl::StatusOr<SignedNote> parsed = ParseNote(note);
  if (!parsed.ok()) return std::nullopt;
  const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpointText(parsed->text);
  if (!checkpoint.ok()) return std::nullopt;
  for (const NoteSignature& signature : parsed->signatures) {
    if (signature.name == checkpoint->origin) return std::pair(signature.name, signature.key_id);
  }
  return std::nullopt;
}

// The sizes up to `size` whose stored checkpoints belong into an export, ascending. Told from the
// newest checkpoint of all backwards: a key whose time began above is not met again.
absl::StatusOr<std::vector<uint64_t>> SizesSigned(const Journal& journal, uint64_t size) {
  std::vector<uint64_t> sizes;
  std::set<std::pair<std::string, uint32_t>> met;
  std::optional<std::pair<std::string, uint32_t>> in_force;
  const absl::Status read = journal.Checkpoints(
      Journal::kUnlimited, /*newest_first=*/true, [&](uint64_t covered, std::string_view note) {
        std::optional<std::pair<std::string, uint32_t>> signer = SignerOf(note);
        if (signer.has_value() && signer != in_force) {
          if (!met.insert(*signer).second) return absl::OkStatus();
          in_force = std::move(signer);
        }
        if (covered <= size) sizes.push_back(covered);
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  std::reverse(sizes.begin(), sizes.end());
  return sizes;
}

// The checkpoints of these sizes, of which the last is `last`. More may be stored while this runs.
absl::Status WriteCheckpoints(const Journal& journal, const std::vector<uint64_t>& sizes,
                              std::string_view last, Pieces& pieces) {
  AppendU32(static_cast<uint32_t>(sizes.size()), pieces.bytes());
  size_t next = 0;
  const absl::Status read = journal.Checkpoints(sizes.back() - 1, /*newest_first=*/false,
                                                [&](uint64_t covered, std::string_view note) {
                                                  if (covered != sizes[next])
                                                    return absl::OkStatus();
                                                  ++next;
                                                  AppendLong(note, pieces.bytes());
                                                  return pieces.EndOfItem(sizes.back());
                                                });
  if (!read.ok()) return read;
  AppendLong(last, pieces.bytes());
  return pieces.EndOfItem(sizes.back());
}

absl::Status WriteTilesOfTree(const Journal& journal, uint64_t size, TileSink sink) {
  for (uint8_t level = 0; HashesAtLevel(size, level) > 0; ++level) {
    const uint64_t hashes = HashesAtLevel(size, level);
    for (uint64_t first = 0; first < hashes; first += kTileWidth) {
      const uint64_t width = std::min(kTileWidth, hashes - first);
      const absl::StatusOr<std::vector<Hash>> tile = journal.TileHashes(level, first, width);
      if (!tile.ok()) return tile.status();
      std::string bytes;
      for (const Hash& hash : *tile) bytes.append(AsBytes(hash));
      const absl::Status taken = sink(TilePath(level, first / kTileWidth, width), bytes);
      if (!taken.ok()) return taken;
    }
  }
  return absl::OkStatus();
}

absl::Status WriteEntryBundles(const Journal& journal, uint64_t size, TileSink sink) {
  LeafComparison comparison(journal, size);
  std::vector<std::string> entries;
  const absl::Status read = journal.ReadAll(
      0, size, [](const StoredEvent&) { return false; },
      [&](const StoredEvent& event, std::string_view entry) {
        absl::Status same = comparison.Add(entry);
        if (!same.ok()) return same;
        entries.emplace_back(entry);
        if (entries.size() < kTileWidth && event.position + 1 < size) return absl::OkStatus();
        const absl::StatusOr<std::string> bundle = EntryBundle(entries);
        if (!bundle.ok()) return bundle.status();
        const std::string path = EntryBundlePath(event.position / kTileWidth, entries.size());
        entries.clear();
        return sink(path, *bundle);
      });
  return read.ok() ? comparison.Finish() : read;
}

}  // namespace

absl::Status WriteExport(const Journal& journal, const ExportOptions& options, ExportSink sink) {
  const absl::StatusOr<std::string> last = CheckpointFor(journal, options.size);
  if (!last.ok()) return last.status();
  const absl::StatusOr<std::vector<uint64_t>> sizes = SizesSigned(journal, options.size);
  if (!sizes.ok()) return sizes.status();
  if (sizes->empty() || sizes->back() != options.size) {
    return absl::FailedPreconditionError(
        absl::StrCat("The checkpoint of ", options.size,
                     " entries is signed by a key whose time began later, after an earlier key "
                     "had signed more entries: take an export of another size."));
  }
  Pieces pieces(sink);
  pieces.bytes().append(kExportMagic);
  AppendU8(options.payloads ? kExportHasPayloads : 0, pieces.bytes());
  AppendU64(options.size, pieces.bytes());
  absl::Status written = WriteEntries(journal, options, pieces);
  if (!written.ok()) return written;
  written = WriteCheckpoints(journal, *sizes, *last, pieces);
  if (!written.ok()) return written;
  return pieces.Finish();
}

absl::Status WriteTiles(const Journal& journal, uint64_t size, TileSink sink) {
  const absl::StatusOr<std::string> checkpoint = CheckpointFor(journal, size);
  if (!checkpoint.ok()) return checkpoint.status();
  absl::Status written = WriteTilesOfTree(journal, size, sink);
  if (!written.ok()) return written;
  written = WriteEntryBundles(journal, size, sink);
  if (!written.ok()) return written;
  return sink("checkpoint", *checkpoint);
}

}  // namespace countersign::storage
