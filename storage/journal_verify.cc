// Journal::Verify: every row of a journal compared with what the others say of it.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "storage/entry.h"
#include "storage/errors.h"
#include "storage/journal.h"
#include "storage/journal_store.h"
#include "storage/keys.h"
#include "storage/merkle_tree.h"

namespace countersign::storage {
namespace {

constexpr uint64_t kToldEvery = 256;

// The rows that remember requests, compared with the entries as these go by: those of a request
// follow one another, so that each row is looked up once, where its last entry has passed. What is
// wrong is kept until the end: damage of an entry is worse, wherever it lies.
class RequestCheck {
 public:
  explicit RequestCheck(const JournalStore& store) : store_(store) {}

  // The next entry in order.
  void Add(const v1::Entry& entry) {
    const bool same = count_ > 0 && entry.request_id() == request_id_ && entry.actor() == caller_;
    if (!same) {
      EndRequest();
      first_position_ = entry.position();
      request_id_ = entry.request_id();
      caller_ = entry.actor();
    }
    if (!request_id_.empty()) ++count_;
  }

  // The journal ends here, at `size` entries.
  absl::Status Finish(uint64_t size) {
    EndRequest();
    if (!wrong_.ok()) return wrong_;
    uint64_t rows_with_entries = 0;
    const absl::Status read = ForEachRow(size, [&](const Id&, const Id&, const KnownRequest&) {
      ++rows_with_entries;
      return absl::OkStatus();
    });
    // Each request found a row of its own: what is more has no entries.
    if (!read.ok() || rows_with_entries == requests_) return read;
    return NameRowWithoutEntries(size);
  }

 private:
  void EndRequest() {
    const uint64_t count = std::exchange(count_, 0);
    if (count == 0 || !wrong_.ok()) return;
    ++requests_;
    const Id caller = Id::FromBytes(caller_).value_or(Id());
    const absl::StatusOr<std::optional<KnownRequest>> row =
        store_.ReadRequest(caller, *Id::FromBytes(request_id_));
    if (!row.ok()) {
      wrong_ =
          absl::Status(row.status().code(),
                       absl::StrCat("The row that remembers the request of position ",
                                    first_position_, " cannot be read: ", row.status().message()));
    } else if (!row->has_value()) {
      wrong_ = absl::DataLossError(
          absl::StrCat("No row remembers the request of position ", first_position_, "."));
    } else if ((*row)->first_position != first_position_ || (*row)->count != count) {
      wrong_ = absl::DataLossError(absl::StrCat(
          "The row that remembers the request of position ", first_position_, ", of ", count,
          " entries, names position ", (*row)->first_position, " and ", (*row)->count, "."));
    }
  }

  // Calls back for the rows of requests that have entries, all of them among the first `size`.
  template <typename Callback>
  absl::Status ForEachRow(uint64_t size, Callback callback) const {
    const std::unique_ptr<rocksdb::Iterator> rows = store_.Requests(rocksdb::ReadOptions());
    // Read after the rows were fixed, it covers them all: a row is written with its entries.
    const absl::StatusOr<HeadRow> latest = store_.ReadHead();
    if (!latest.ok()) return latest.status();
    const uint64_t end = latest->head.size;
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const std::string_view key = ToView(rows->key());
      if (key.size() != keys::kRequestKeyBytes) {
        return absl::DataLossError("There is a request row with a damaged key.");
      }
      const absl::StatusOr<KnownRequest> row = JournalStore::ParseRequestRow(ToView(rows->value()));
      if (!row.ok()) return row.status();
      if (row->first_position > end || row->count > end - row->first_position) {
        return absl::DataLossError(absl::StrCat("A request row names position ",
                                                row->first_position, " and ", row->count,
                                                " entries, but the journal has ", end, "."));
      }
      // Without entries it remembers that there was nothing to do; the others came meanwhile.
      if (row->count == 0 || row->first_position >= size) continue;
      const absl::Status told = callback(keys::CallerOfRequest(key), keys::IdOfRequest(key), *row);
      if (!told.ok()) return told;
    }
    return FromRocks(rows->status(), "reading request rows");
  }

  // Only once it is known that there is one.
  absl::Status NameRowWithoutEntries(uint64_t size) const {
    const absl::Status named = ForEachRow(
        size, [&](const Id& caller, const Id& request_id, const KnownRequest& row) -> absl::Status {
          const absl::StatusOr<std::string> bytes = store_.ReadEntry(row.first_position);
          if (!bytes.ok()) return bytes.status();
          const absl::StatusOr<v1::Entry> entry = ParseEntry(*bytes);
          if (!entry.ok()) return entry.status();
          if (entry->request_id() == request_id.bytes() &&
              Id::FromBytes(entry->actor()).value_or(Id()) == caller) {
            return absl::OkStatus();
          }
          return absl::DataLossError(absl::StrCat("A request row names position ",
                                                  row.first_position,
                                                  ", whose entry belongs to another request."));
        });
    return named.ok() ? absl::DataLossError("There are request rows without an entry.") : named;
  }

  const JournalStore& store_;
  std::string caller_;
  std::string request_id_;
  uint64_t first_position_ = 0;
  uint64_t count_ = 0;  // Of the request's entries that have passed; 0 between requests.
  uint64_t requests_ = 0;
  absl::Status wrong_;
};

// The chain checks of a whole journal, entry by entry.
class Verification {
 public:
  explicit Verification(const JournalStore& store) : store_(store), requests_(store) {}

  // The next entry in order, whose payload row is checked already.
  absl::Status Add(std::string_view entry_bytes) {
    const uint64_t position = frontier_.size();
    const absl::Status parsed = ParseEntryInto(entry_bytes, entry_);
    if (!parsed.ok()) return parsed;
    const auto wrong = [&](std::string_view what) {
      return absl::DataLossError(
          absl::StrCat("The entry at position ", position, " ", std::string(what), "."));
    };
    if (position > 0 && entry_.recorded_at_us() <= recorded_at_us_) {
      return wrong("is not later than the one before");
    }
    recorded_at_us_ = entry_.recorded_at_us();
    const StreamId stream = StreamOf(entry_);
    const auto previous = heads_.find(stream);
    const bool first = previous == heads_.end();
    if (entry_.version() != (first ? 0 : previous->second.version + 1)) {
      return wrong("does not have its stream's next version");
    }
    if (!first && entry_.previous_leaf_hash() != AsBytes(previous->second.leaf_hash)) {
      return wrong("does not follow its stream's previous entry");
    }
    const Hash leaf = LeafHash(entry_bytes);
    heads_[stream] = {.version = entry_.version(), .position = position, .leaf_hash = leaf};
    requests_.Add(entry_);
    absl::Status nodes;
    frontier_.Append(leaf, [&](const TileHash& node) {
      absl::StatusOr<std::vector<Hash>> stored = store_.ReadNodes(node.level, node.index, 1);
      if (!stored.ok()) {
        nodes = absl::Status(stored.status().code(),
                             absl::StrCat("The tree above position ", position,
                                          " cannot be read: ", stored.status().message()));
      } else if (stored->front() != node.hash) {
        nodes = wrong("is not what the tree holds");
      }
    });
    return nodes;
  }

  // The journal ends here.
  absl::Status Finish(const Head& head) {
    if (frontier_.Root() != head.root) {
      return absl::DataLossError("The root is not that of the entries.");
    }
    absl::Status beside = CountPayloadRows(head);
    if (beside.ok()) beside = requests_.Finish(head.size);
    if (beside.ok()) beside = store_.CheckFiles();
    if (beside.ok()) return beside;
    return absl::Status(
        beside.code(),
        absl::StrCat("All ", head.size,
                     " entries are as they were written, but what the journal keeps beside them is "
                     "damaged: ",
                     beside.message()));
  }

 private:
  absl::Status CountPayloadRows(const Head& head) const {
    uint64_t rows_below_head = 0;
    const std::unique_ptr<rocksdb::Iterator> rows = store_.Payloads(rocksdb::ReadOptions());
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      absl::StatusOr<PayloadRow> row = ParsePayloadRow(ToView(rows->value()));
      if (!row.ok()) return row.status();
      if (row->position < head.size) ++rows_below_head;
    }
    if (!rows->status().ok()) return FromRocks(rows->status(), "reading payload rows");
    if (rows_below_head == head.size) return absl::OkStatus();
    return absl::DataLossError("There are payload rows without an entry.");
  }

  const JournalStore& store_;
  Frontier frontier_;
  int64_t recorded_at_us_ = 0;
  absl::flat_hash_map<StreamId, StreamHead> heads_;
  RequestCheck requests_;
  v1::Entry entry_;  // Reused, to keep its strings' memory.
};

}  // namespace

absl::Status Journal::Verify() const {
  return Verify([](uint64_t) { return absl::OkStatus(); });
}

absl::Status Journal::Verify(VerifyCallback callback) const {
  const Head current = head();
  Verification verification(*store_);
  absl::Status read = ReadAll(
      0, current.size, [&](const StoredEvent& event, std::string_view entry_bytes) -> absl::Status {
        absl::Status right = verification.Add(entry_bytes);
        const uint64_t entries = event.position + 1;
        if (!right.ok() || entries % kToldEvery != 0) return right;
        return callback(entries);
      });
  if (!read.ok()) return read;
  return verification.Finish(current);
}

}  // namespace countersign::storage
