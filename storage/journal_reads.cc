// The reading half of Journal; journal_verify.cc has Verify. Every read is bounded by the synced
// head as it was when it began.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/entry.h"
#include "storage/journal.h"
#include "storage/journal_store.h"
#include "storage/journal_writer.h"
#include "storage/keys.h"
#include "storage/merkle_tree.h"

namespace countersign::storage {
namespace {

// Entries whose payload rows are looked up together.
constexpr uint64_t kReadBatch = 256;

absl::Status BeyondHead(uint64_t size) {
  return absl::OutOfRangeError(absl::StrCat("The journal has ", size, " entries."));
}

StoredEvent EventOf(const StreamId& stream, uint64_t version, const PayloadRow& row) {
  return {.position = row.position,
          .recorded_at = absl::FromUnixMicros(row.recorded_at_us),
          .stream = stream,
          .version = version,
          .actor = Id::FromBytes(row.actor),
          .on_behalf_of = Id::FromBytes(row.on_behalf_of),
          .acting_as = row.acting_as,
          .event_type = row.event_type,
          .key_id = row.key_id,
          .payload = row.payload,
          .erased = row.erased};
}

// What an entry says of its event, without the payload.
StoredEvent EventOf(const v1::Entry& entry) {
  return {.position = entry.position(),
          .recorded_at = absl::FromUnixMicros(entry.recorded_at_us()),
          .stream = StreamOf(entry),
          .version = entry.version(),
          .actor = Id::FromBytes(entry.actor()),
          .on_behalf_of = Id::FromBytes(entry.on_behalf_of()),
          .acting_as = entry.acting_as(),
          .event_type = entry.event_type(),
          .key_id = entry.key_id(),
          .payload = {},
          .erased = false};
}

// Some consecutive entries with what is needed to look their payload rows up. Read again and again
// into the same memory: an entry has a dozen small fields.
struct EntryRun {
  explicit EntryRun(uint64_t most) : bytes(most), entries(most), needs_payload(most) {}

  uint64_t count = 0;  // How many were read.
  std::vector<std::string> bytes;
  std::vector<v1::Entry> entries;
  std::vector<bool> needs_payload;
  std::vector<std::string> payload_keys;  // Of those that need theirs.
};

// The bytes of the entry at a position, which `rows` is to stand on.
absl::Status ReadEntryInto(const JournalStore& store, const rocksdb::Iterator& rows,
                           uint64_t position, std::string& bytes) {
  if (rows.Valid() && ToView(rows.key()) == keys::Position(position)) {
    bytes.assign(rows.value().data(), rows.value().size());
    return absl::OkStatus();
  }
  if (rows.status().ok()) {
    return absl::DataLossError(absl::StrCat("The journal has no entry ", position, "."));
  }
  // One damaged table ends the iteration over all of them, also before the entries that it holds.
  absl::StatusOr<std::string> alone = store.ReadEntry(position);
  if (!alone.ok()) {
    return absl::Status(alone.status().code(),
                        absl::StrCat("The entry at position ", position,
                                     " cannot be read: ", alone.status().message()));
  }
  bytes = *std::move(alone);
  return absl::OkStatus();
}

// Reads `count` entries on from where `rows` stands, which is to be position `first`. After an
// error `run` holds those before the one that it names.
absl::Status ReadRun(const JournalStore& store, rocksdb::Iterator& rows, uint64_t first,
                     uint64_t count, PayloadFilter is_needed, EntryRun& run) {
  run.payload_keys.clear();
  for (run.count = 0; run.count < count; ++run.count) {
    const uint64_t i = run.count;
    const uint64_t position = first + i;
    const absl::Status read = ReadEntryInto(store, rows, position, run.bytes[i]);
    if (!read.ok()) return read;
    if (rows.Valid()) rows.Next();
    v1::Entry& entry = run.entries[i];
    const absl::Status parsed = ParseEntryInto(run.bytes[i], entry);
    if (!parsed.ok() || entry.position() != position) {
      return absl::DataLossError(absl::StrCat(
          "The entry at position ", position,
          " is damaged: ", parsed.ok() ? "it says another position" : parsed.message()));
    }
    run.needs_payload[i] = is_needed(EventOf(entry));
    if (run.needs_payload[i]) {
      run.payload_keys.push_back(keys::Payload(StreamOf(entry), entry.version()));
    }
  }
  return absl::OkStatus();
}

// The payload rows of a run that can be read. When one cannot, the run ends before its entry, and
// `read` names the position.
std::vector<rocksdb::PinnableSlice> PayloadsOf(const JournalStore& store, uint64_t first,
                                               EntryRun& run, absl::Status& read) {
  absl::StatusOr<std::vector<rocksdb::PinnableSlice>> all = store.ReadPayloads(run.payload_keys);
  if (all.ok()) return *std::move(all);
  std::vector<rocksdb::PinnableSlice> sound;
  for (uint64_t i = 0; i < run.count; ++i) {
    if (!run.needs_payload[i]) continue;
    absl::StatusOr<std::vector<rocksdb::PinnableSlice>> one =
        store.ReadPayloads({run.payload_keys[sound.size()]});
    if (one.ok()) {
      sound.push_back(std::move(one->front()));
      continue;
    }
    run.count = i;
    read = absl::Status(one.status().code(),
                        absl::StrCat("The payload of position ", first + i,
                                     " cannot be read: ", one.status().message()));
  }
  // It was unreadable only among the others: what is whole now is taken.
  return sound;
}

}  // namespace

absl::Status Journal::ReadStream(const StreamId& stream, uint64_t from_version,
                                 uint64_t up_to_position, EventCallback callback) const {
  const uint64_t end = std::min(up_to_position, head().size);
  const std::string last = keys::Payload(stream, kUnlimited);
  const rocksdb::Slice upper_bound(last);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> rows = store_->Payloads(options);
  uint64_t version = from_version;
  for (rows->Seek(keys::Payload(stream, from_version)); rows->Valid(); rows->Next(), ++version) {
    absl::StatusOr<PayloadRow> row = ParsePayloadRow(ToView(rows->value()));
    if (!row.ok()) return row.status();
    if (row->position >= end) break;
    if (keys::VersionOfPayload(ToView(rows->key())) != version) {
      return absl::DataLossError(absl::StrCat(ToString(stream), " has no version ", version, "."));
    }
    absl::Status told = callback(EventOf(stream, version, *row));
    if (!told.ok()) return told;
  }
  return FromRocks(rows->status(), "reading a stream");
}

absl::Status Journal::ReadAll(uint64_t from_position, uint64_t limit,
                              EntryCallback callback) const {
  return ReadAll(
      from_position, limit, [](const StoredEvent&) { return true; }, callback);
}

absl::Status Journal::ReadAll(uint64_t from_position, uint64_t limit, PayloadFilter is_needed,
                              EntryCallback callback) const {
  const uint64_t size = head().size;
  if (from_position >= size) return absl::OkStatus();
  const uint64_t end = from_position + std::min(limit, size - from_position);
  const std::unique_ptr<rocksdb::Iterator> rows = store_->Entries(rocksdb::ReadOptions());
  rows->Seek(keys::Position(from_position));
  EntryRun run(std::min(kReadBatch, end - from_position));
  for (uint64_t first = from_position; first < end;) {
    const uint64_t count = std::min(kReadBatch, end - first);
    absl::Status read = ReadRun(*store_, *rows, first, count, is_needed, run);
    const std::vector<rocksdb::PinnableSlice> payloads = PayloadsOf(*store_, first, run, read);
    auto payload = payloads.begin();
    for (uint64_t i = 0; i < run.count; ++i) {
      const v1::Entry& entry = run.entries[i];
      StoredEvent event = EventOf(entry);
      if (run.needs_payload[i]) {
        absl::StatusOr<PayloadRow> row = ParsePayloadRow(ToView(*payload++));
        if (!row.ok()) {
          return absl::DataLossError(absl::StrCat("The payload row of position ", first + i,
                                                  " is damaged: ", row.status().message()));
        }
        absl::Status same = CheckPayloadRow(*row, entry);
        if (!same.ok()) return same;
        event.payload = row->payload;
        event.erased = row->erased;
      }
      absl::Status told = callback(event, run.bytes[i]);
      if (!told.ok()) return told;
    }
    // Whoever verifies has seen all that comes before: the position is the first.
    if (!read.ok()) return read;
    first += count;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Journal::ReadEntry(uint64_t position) const {
  const uint64_t size = head().size;
  if (position >= size) return BeyondHead(size);
  return store_->ReadEntry(position);
}

absl::Status Journal::StreamsOfType(
    StreamType type, absl::FunctionRef<absl::Status(const StreamId&)> callback) const {
  const uint64_t size = head().size;
  const std::string prefix(1, static_cast<char>(type));
  const std::unique_ptr<rocksdb::Iterator> rows = store_->Payloads(rocksdb::ReadOptions());
  rows->Seek(prefix);
  while (rows->Valid() && rows->key().starts_with(prefix)) {
    absl::StatusOr<StreamId> stream =
        StreamId::FromBytes(ToView(rows->key()).substr(0, StreamId::kSize));
    absl::StatusOr<PayloadRow> row = ParsePayloadRow(ToView(rows->value()));
    if (!stream.ok() || !row.ok()) {
      return absl::DataLossError("There is a damaged payload row.");
    }
    if (row->position < size) {
      absl::Status told = callback(*stream);
      if (!told.ok()) return told;
    }
    // Past all versions of this stream.
    rows->Seek(keys::Payload(*stream, kUnlimited));
  }
  return FromRocks(rows->status(), "listing streams");
}

absl::StatusOr<std::optional<KnownRequest>> Journal::FindRequest(const std::optional<Id>& caller,
                                                                 const Id& request_id) const {
  const uint64_t size = head().size;
  absl::StatusOr<std::optional<KnownRequest>> known =
      store_->ReadRequest(caller.value_or(Id()), request_id);
  // I11: its batch may be visible a moment before it is published.
  if (known.ok() && known->has_value() && (*known)->first_position >= size) {
    return std::optional<KnownRequest>();
  }
  return known;
}

absl::StatusOr<std::vector<Hash>> Journal::TileHashes(uint8_t level, uint64_t first,
                                                      uint64_t count) const {
  const uint64_t size = head().size;
  const uint64_t available = HashesAtLevel(size, level);
  if (first > available || count > available - first) return BeyondHead(size);
  return store_->ReadNodes(level, first, count);
}

absl::StatusOr<Hash> Journal::RootOf(uint64_t size) const {
  const Head current = head();
  if (size > current.size) return BeyondHead(current.size);
  return RootAt(size, [&](uint8_t level, uint64_t first, uint64_t count) {
    return store_->ReadNodes(level, first, count);
  });
}

absl::StatusOr<std::vector<Hash>> Journal::ProveInclusion(uint64_t index, uint64_t size) const {
  const Head current = head();
  if (size > current.size) return BeyondHead(current.size);
  return InclusionProof(index, size, [&](uint8_t level, uint64_t first, uint64_t count) {
    return store_->ReadNodes(level, first, count);
  });
}

absl::StatusOr<std::vector<Hash>> Journal::ProveConsistency(uint64_t first, uint64_t second) const {
  const Head current = head();
  if (second > current.size) return BeyondHead(current.size);
  return ConsistencyProof(first, second, [&](uint8_t level, uint64_t begin, uint64_t count) {
    return store_->ReadNodes(level, begin, count);
  });
}

}  // namespace countersign::storage
