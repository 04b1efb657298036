// Judges the requests of one batch in turn, each against what those before it leave behind, and
// collects the rows of those that pass. Nothing is written here. Used by the writer thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "countersign/v1/entry.pb.h"
#include "rocksdb/write_batch.h"
#include "storage/heads.h"
#include "storage/journal.h"
#include "storage/journal_store.h"
#include "storage/merkle_tree.h"

namespace countersign::storage {

// The largest payload of an event, in bytes.
inline constexpr size_t kMaxPayloadBytes = size_t{4} << 20;

class AppendBatch {
 public:
  // `frontier` and `last_recorded_at_us` are those of the journal's last entry. Both references
  // must outlive the batch.
  AppendBatch(const JournalStore& store, Heads& heads, const Frontier& frontier,
              int64_t last_recorded_at_us, absl::Time now);

  // The receipt that the request will have once the batch is written, but for its head; or why it
  // is refused (Journal::Append), in which case the batch is as before.
  absl::StatusOr<AppendReceipt> Add(const AppendRequest& request);

  // No row has to be written.
  bool empty() const { return rows_.Count() == 0; }
  // The rows of all requests that passed, with the new head. Once, after the last Add.
  rocksdb::WriteBatch& Finish();
  // After Finish(): the journal after the batch.
  const Frontier& frontier() const { return frontier_; }
  const HeadRow& head_row() const { return head_row_; }
  // After the write: makes the new heads of streams known.
  void PublishHeads() const;

 private:
  using HeadMap = absl::flat_hash_map<StreamId, StreamHead>;

  // An answer that stands once the batch is written.
  struct Accepted {
    Hash body_digest;
    AppendReceipt receipt;
  };

  absl::StatusOr<std::optional<AppendReceipt>> FirstAnswer(const AppendRequest& request) const;
  absl::StatusOr<AppendReceipt> Rebuild(const KnownRequest& known) const;
  absl::Status CheckExpectations(const AppendRequest& request) const;
  absl::StatusOr<std::optional<StreamHead>> HeadOf(const StreamId& stream) const;
  absl::StatusOr<AppendReceipt> AddEvents(const AppendRequest& request);
  absl::StatusOr<AppendedEntry> AddEvent(const AppendRequest& request, const NewEvent& event,
                                         std::optional<uint64_t> caused_by);

  const JournalStore& store_;
  Heads& heads_;
  const uint64_t first_position_;
  const int64_t now_us_;
  Frontier frontier_;
  int64_t last_recorded_at_us_;
  HeadRow head_row_;
  HeadMap batch_heads_;    // Left behind by the requests that passed.
  HeadMap request_heads_;  // Left behind by the request that is being added.
  absl::flat_hash_map<std::string, Accepted> accepted_;  // By the key of the request row.
  rocksdb::WriteBatch rows_;
  v1::Entry entry_;  // Reused, to keep its strings' memory.
};

}  // namespace countersign::storage
