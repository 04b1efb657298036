#include "storage/copies/replay.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/write_batch.h"
#include "storage/copies/export_reader.h"
#include "storage/copies/replay_survey.h"
#include "storage/entry.h"
#include "storage/journal_store.h"
#include "storage/keys.h"
#include "storage/merkle_tree.h"
#include "storage/rocks.h"

namespace countersign::storage {
namespace {

// Bounds of a batch: of each the one that is reached first.
constexpr uint64_t kBatchEntries = 1024;
constexpr size_t kBatchBytes = size_t{4} << 20;

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

// What a journal ends in before anything is appended.
struct End {
  HeadRow row;
  Frontier frontier;
};

absl::StatusOr<End> ReadEnd(const JournalStore& store) {
  const absl::StatusOr<HeadRow> row = store.ReadHead();
  if (!row.ok()) return row.status();
  const absl::StatusOr<Frontier> frontier =
      Frontier::Restore(row->head.size, [&](uint8_t level, uint64_t first, uint64_t count) {
        return store.ReadNodes(level, first, count);
      });
  if (!frontier.ok()) return frontier.status();
  if (frontier->Root() != row->head.root) {
    return absl::DataLossError("The journal is damaged: its tree has another root than its head.");
  }
  return End{*row, *frontier};
}

struct Surveyed {
  Survey survey;
  Head head;  // Of the journal with which the export was compared.
};

// Compares the export with the journal as it lies on the disk, of which nothing is changed.
absl::StatusOr<Surveyed> SurveyOnDisk(const ReplayOptions& options) {
  if (Rocks::IsOpenElsewhere(options.journal_path, options.env)) {
    return absl::UnavailableError(
        absl::StrCat("Somebody else has the journal ", options.journal_path, " open."));
  }
  const absl::StatusOr<std::unique_ptr<JournalStore>> store =
      JournalStore::OpenToRead(options.journal_path, options.env);
  End end;
  if (store.ok()) {
    const absl::StatusOr<End> read = ReadEnd(**store);
    if (!read.ok()) return read.status();
    end = *read;
  } else if (!absl::IsNotFound(store.status())) {
    return store.status();
  }
  absl::StatusOr<Survey> survey =
      SurveyExport(options, store.ok() ? store->get() : nullptr, end.row.head);
  if (!survey.ok()) return survey.status();
  return Surveyed{*std::move(survey), end.row.head};
}

}  // namespace

absl::StatusOr<ReplayReport> Replay(const ReplayOptions& options) {
  const absl::StatusOr<Surveyed> surveyed = SurveyOnDisk(options);
  if (!surveyed.ok()) return surveyed.status();
  const absl::StatusOr<std::unique_ptr<JournalStore>> store =
      JournalStore::Open(options.journal_path, options.env);
  if (!store.ok()) return store.status();
  const absl::StatusOr<End> end = ReadEnd(**store);
  if (!end.ok()) return end.status();
  if (end->row.head != surveyed->head) {
    return absl::UnavailableError("Somebody wrote to the journal meanwhile. Try again.");
  }
  return Appender(options, **store, end->row, end->frontier, surveyed->survey).Run();
}

}  // namespace countersign::storage
