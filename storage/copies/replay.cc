#include "storage/copies/replay.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/write_batch.h"
#include "storage/copies/export_reader.h"
#include "storage/entry.h"
#include "storage/journal_store.h"
#include "storage/keys.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"

namespace countersign::storage {
namespace {

// Bounds of a batch: of each the one that is reached first.
constexpr uint64_t kBatchEntries = 1024;
constexpr size_t kBatchBytes = size_t{4} << 20;
constexpr uint64_t kEntriesBetweenTellings = 1024;

// What an export holds besides its entries' own bytes, once all of it was found to be sound.
struct Survey {
  uint64_t size = 0;
  std::map<uint8_t, std::vector<Hash>> levels;  // Tile hashes; level 0 are the leaves.
  std::map<uint64_t, std::string> checkpoints;  // Signed by a key that is trusted, by size.
  std::vector<uint64_t> erased_before;          // Among the entries that the journal has.

  absl::StatusOr<Hash> RootOf(uint64_t of_size) const {
    return RootAt(of_size, [&](uint8_t level, uint64_t first, uint64_t count) {
      const std::vector<Hash>& hashes = levels.at(level);
      return std::vector<Hash>(hashes.begin() + static_cast<std::ptrdiff_t>(first),
                               hashes.begin() + static_cast<std::ptrdiff_t>(first + count));
    });
  }
};

absl::Status Differs(uint64_t position, std::string_view what) {
  return absl::DataLossError(
      absl::StrCat("The entry at position ", position, " of the export ", std::string(what), "."));
}

// Reads an entry of the export that the journal has not: it must be one, at its place, with a
// payload that fits.
absl::Status CheckMissing(const ExportEntry& exported, uint64_t position, v1::Entry& entry) {
  const absl::Status parsed = ParseEntryInto(exported.entry, entry);
  if (!parsed.ok()) return Differs(position, absl::StrCat("is damaged: ", parsed.message()));
  if (entry.position() != position) return Differs(position, "says another position");
  if (exported.state == ExportedPayload::kHere &&
      (exported.payload.size() != entry.payload_length() ||
       AsBytes(Sha256(exported.payload)) != entry.payload_digest())) {
    return Differs(position, "has another payload than it says");
  }
  return absl::OkStatus();
}

// The first reading: finds out whether all is well, and writes nothing.
class Surveyor {
 public:
  Surveyor(const ReplayOptions& options, const JournalStore& store, const Head& head)
      : options_(options), store_(store), head_(head) {}

  absl::StatusOr<Survey> Run() {
    absl::StatusOr<std::unique_ptr<ExportReader>> reader =
        ExportReader::Open(options_.env, options_.export_path);
    if (!reader.ok()) return reader.status();
    survey_.size = (*reader)->size();
    if (!(*reader)->has_payloads()) {
      return absl::FailedPreconditionError(
          "The export was taken without payloads: a journal cannot be made from it.");
    }
    if (survey_.size < head_.size) {
      return absl::FailedPreconditionError(absl::StrCat("The export has ", survey_.size,
                                                        " entries and the journal has ", head_.size,
                                                        ": there is nothing to bring back."));
    }
    for (absl::Status done :
         {ReadEntries(**reader), ReadCheckpoints(**reader), (*reader)->Finish(), CheckAnchor()}) {
      if (!done.ok()) return done;
    }
    return std::move(survey_);
  }

 private:
  absl::Status ReadEntries(ExportReader& reader) {
    v1::Entry entry;
    absl::Status same = CompareAt(0);
    for (uint64_t position = 0; position < survey_.size && same.ok(); ++position) {
      const absl::StatusOr<ExportEntry> exported = reader.NextEntry();
      if (!exported.ok()) return exported.status();
      if (exported->state == ExportedPayload::kWithheld) {
        return absl::FailedPreconditionError(
            absl::StrCat("The export withholds the payload of position ", position, "."));
      }
      if (position >= head_.size) {
        const absl::Status sound = CheckMissing(*exported, position, entry);
        if (!sound.ok()) return sound;
      } else if (exported->state == ExportedPayload::kErased) {
        survey_.erased_before.push_back(position);
      }
      frontier_.Append(LeafHash(exported->entry), [&](const TileHash& made) {
        survey_.levels[made.level].push_back(made.hash);
      });
      same = CompareAt(position + 1);
      if ((position + 1) % kEntriesBetweenTellings == 0) {
        options_.on_progress(position + 1, 2 * survey_.size);
      }
    }
    return same;
  }

  // What both have is compared where the journal ends.
  absl::Status CompareAt(uint64_t size) const {
    if (size != head_.size || frontier_.Root() == head_.root) return absl::OkStatus();
    for (uint64_t position = 0; position < size; ++position) {
      const absl::StatusOr<std::vector<Hash>> leaf = store_.ReadNodes(0, position, 1);
      if (!leaf.ok()) return leaf.status();
      if (leaf->front() != survey_.levels.at(0)[position]) {
        return Differs(position, "is not the one that the journal has there");
      }
    }
    return absl::DataLossError("The journal's tree is damaged: its leaves have another root.");
  }

  absl::Status ReadCheckpoints(ExportReader& reader) {
    const absl::StatusOr<uint32_t> count = reader.CheckpointCount();
    if (!count.ok()) return count.status();
    uint64_t last = 0;
    for (uint32_t i = 0; i < *count; ++i) {
      absl::StatusOr<std::string> note = reader.NextCheckpoint();
      if (!note.ok()) return note.status();
      const absl::StatusOr<uint64_t> size = CheckCheckpoint(*note, last);
      if (!size.ok()) return size.status();
      last = *size;
      if (IsTrusted(*note, last)) survey_.checkpoints[last] = *std::move(note);
    }
    if (survey_.size > 0 && survey_.checkpoints.count(survey_.size) == 0) {
      return absl::UnauthenticatedError(
          absl::StrCat("No checkpoint of all ", survey_.size,
                       " entries of the export is signed by a key of this log that is good for "
                       "so many."));
    }
    return absl::OkStatus();
  }

  // The size of a checkpoint whose root is that of the entries.
  absl::StatusOr<uint64_t> CheckCheckpoint(const std::string& note, uint64_t last) const {
    const absl::StatusOr<SignedNote> parsed = ParseNote(note);
    const absl::StatusOr<Checkpoint> checkpoint =
        parsed.ok() ? ParseCheckpointText(parsed->text) : parsed.status();
    if (!checkpoint.ok()) {
      return absl::DataLossError(
          absl::StrCat("A checkpoint in the export is damaged: ", checkpoint.status().message()));
    }
    const uint64_t size = checkpoint->head.size;
    if (size <= last || size > survey_.size) {
      return absl::DataLossError("The checkpoints in the export are in disorder.");
    }
    const absl::StatusOr<Hash> root = survey_.RootOf(size);
    if (!root.ok()) return root.status();
    if (*root != checkpoint->head.root) {
      return absl::DataLossError(absl::StrCat("The export's checkpoint of ", size,
                                              " entries has another root than the entries."));
    }
    return size;
  }

  bool IsTrusted(const std::string& note, uint64_t size) const {
    const absl::StatusOr<SignedNote> parsed = ParseNote(note);
    return parsed.ok() &&
           std::any_of(options_.keys.begin(), options_.keys.end(), [&](const TrustedKey& trusted) {
             return trusted.from_size <= size && size <= trusted.until_size &&
                    VerifyNote(*parsed, trusted.key).ok() &&
                    ParseCheckpointText(parsed->text)->origin == trusted.key.name;
           });
  }

  // Whoever has a key can sign any history from what the journal still has on: what this machine
  // signed last was one only.
  absl::Status CheckAnchor() const {
    if (!options_.anchor.has_value()) return absl::OkStatus();
    const Checkpoint& anchor = *options_.anchor;
    const uint64_t size = anchor.head.size;
    if (size == 0 || size > survey_.size) return absl::OkStatus();
    const absl::StatusOr<Hash> root = survey_.RootOf(size);
    if (!root.ok()) return root.status();
    if (*root == anchor.head.root) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(
        "A head of ", size, " entries was signed for ", anchor.origin, " with the root ",
        ToHex(anchor.head.root), ", as the anchor says, but the export's first ", size,
        " entries have the root ", ToHex(*root), ": it is the export of another history."));
  }

  const ReplayOptions& options_;
  const JournalStore& store_;
  const Head head_;
  Frontier frontier_;
  Survey survey_;
};

// The second reading: appends.
class Appender {
 public:
  Appender(const ReplayOptions& options, JournalStore& store, const HeadRow& row, Frontier frontier,
           const Survey& survey)
      : options_(options), store_(store), row_(row), frontier_(frontier), survey_(survey) {
    report_.size_before = row.head.size;
  }

  absl::StatusOr<ReplayReport> Run() {
    absl::StatusOr<std::unique_ptr<ExportReader>> reader =
        ExportReader::Open(options_.env, options_.export_path);
    if (!reader.ok()) return reader.status();
    for (uint64_t position = 0; position < survey_.size; ++position) {
      const absl::StatusOr<ExportEntry> exported = (*reader)->NextEntry();
      if (!exported.ok()) return exported.status();
      const absl::Status added = position < report_.size_before ? EraseAlso(*exported, position)
                                                                : Append(*exported, position);
      if (!added.ok()) return added;
      if ((position + 1) % kEntriesBetweenTellings == 0) {
        options_.on_progress(survey_.size + position + 1, 2 * survey_.size);
      }
    }
    absl::Status written = Write();
    if (written.ok()) written = AddCheckpoints();
    if (!written.ok()) return written;
    options_.on_progress(2 * survey_.size, 2 * survey_.size);
    report_.size_after = row_.head.size;
    return report_;
  }

 private:
  // An entry that the journal has: only its payload may have to go.
  absl::Status EraseAlso(const ExportEntry& exported, uint64_t position) {
    if (next_erased_ == survey_.erased_before.size() ||
        survey_.erased_before[next_erased_] != position) {
      return absl::OkStatus();
    }
    ++next_erased_;
    const absl::StatusOr<v1::Entry> entry = ParseEntry(exported.entry);
    if (!entry.ok()) return entry.status();
    const StreamId stream = StreamOf(*entry);
    absl::StatusOr<std::vector<rocksdb::PinnableSlice>> rows =
        store_.ReadPayloads({keys::Payload(stream, entry->version())});
    if (!rows.ok()) return rows.status();
    const absl::StatusOr<PayloadRow> row = ParsePayloadRow(ToView(rows->front()));
    if (!row.ok()) return row.status();
    if (row->erased) return absl::OkStatus();
    store_.PutPayload(stream, entry->version(), EraseFromPayloadRow(*row), batch_);
    ++report_.payloads_erased;
    return WriteIfFull();
  }

  absl::Status Append(const ExportEntry& exported, uint64_t position) {
    // The file is read again: it must still be what was surveyed.
    const Hash leaf = LeafHash(exported.entry);
    if (leaf != survey_.levels.at(0)[position]) {
      return Differs(position, "changed while it was read");
    }
    const absl::Status sound = CheckMissing(exported, position, entry_);
    if (!sound.ok()) return sound;
    store_.PutEntry(position, exported.entry, batch_);
    std::string row = EncodePayloadRow(entry_, exported.payload);
    if (exported.state == ExportedPayload::kErased) {
      const absl::StatusOr<PayloadRow> parsed = ParsePayloadRow(row);
      if (!parsed.ok()) return parsed.status();
      row = EraseFromPayloadRow(*parsed);
    }
    store_.PutPayload(StreamOf(entry_), entry_.version(), row, batch_);
    frontier_.Append(leaf, [&](const TileHash& made) { store_.PutNode(made, batch_); });
    row_ = {.head = {frontier_.size(), {}}, .last_recorded_at_us = entry_.recorded_at_us()};
    const absl::Status remembered = Remember(position);
    if (!remembered.ok()) return remembered;
    return WriteIfFull();
  }

  // The row of the request that the entry belongs to.
  absl::Status Remember(uint64_t position) {
    const std::optional<Id> request_id = Id::FromBytes(entry_.request_id());
    if (!request_id.has_value()) return absl::OkStatus();
    const Id caller = Id::FromBytes(entry_.actor()).value_or(Id());
    const std::string key = keys::Request(caller, *request_id);
    if (key != request_key_) {
      // Its first entries may have been brought back by a run that was interrupted.
      absl::StatusOr<std::optional<KnownRequest>> known = store_.ReadRequest(caller, *request_id);
      if (!known.ok()) return known.status();
      if (!known->has_value()) ++report_.requests;
      request_key_ = key;
      request_ = known->value_or(
          KnownRequest{.first_position = position, .count = 0, .body_digest = Hash{}});
    }
    request_.count = static_cast<uint32_t>(position - request_.first_position + 1);
    store_.PutRequest(caller, *request_id, request_, batch_);
    return absl::OkStatus();
  }

  absl::Status WriteIfFull() {
    const bool full = ++batch_entries_ >= kBatchEntries || batch_.GetDataSize() >= kBatchBytes;
    return full ? Write() : absl::OkStatus();
  }

  absl::Status Write() {
    if (batch_.Count() == 0) return absl::OkStatus();
    row_.head.root = frontier_.Root();
    store_.PutHead(row_, batch_);
    const absl::Status written = store_.Write(batch_);
    batch_.Clear();
    batch_entries_ = 0;
    return written;
  }

  absl::Status AddCheckpoints() {
    for (const auto& [size, note] : survey_.checkpoints) {
      const absl::StatusOr<std::optional<std::string>> stored = store_.ReadCheckpoint(size);
      if (!stored.ok()) return stored.status();
      if (stored->has_value()) continue;
      store_.PutCheckpoint(size, note, batch_);
      ++report_.checkpoints;
      const absl::Status written = WriteIfFull();
      if (!written.ok()) return written;
    }
    return Write();
  }

  const ReplayOptions& options_;
  JournalStore& store_;
  HeadRow row_;
  Frontier frontier_;
  const Survey& survey_;
  ReplayReport report_;
  size_t next_erased_ = 0;
  v1::Entry entry_;
  std::string request_key_;  // Of the request that the last entry belongs to.
  KnownRequest request_{};
  rocksdb::WriteBatch batch_;
  uint64_t batch_entries_ = 0;
};

}  // namespace

absl::StatusOr<ReplayReport> Replay(const ReplayOptions& options) {
  absl::StatusOr<std::unique_ptr<JournalStore>> store =
      JournalStore::Open(options.journal_path, options.env);
  if (!store.ok()) return store.status();
  const absl::StatusOr<HeadRow> row = (*store)->ReadHead();
  if (!row.ok()) return row.status();
  const absl::StatusOr<Frontier> frontier =
      Frontier::Restore(row->head.size, [&](uint8_t level, uint64_t first, uint64_t count) {
        return (*store)->ReadNodes(level, first, count);
      });
  if (!frontier.ok()) return frontier.status();
  if (frontier->Root() != row->head.root) {
    return absl::DataLossError("The journal is damaged: its tree has another root than its head.");
  }
  const absl::StatusOr<Survey> survey = Surveyor(options, **store, row->head).Run();
  if (!survey.ok()) return survey.status();
  return Appender(options, **store, *row, *frontier, *survey).Run();
}

}  // namespace countersign::storage
