// The rows of the journal in RocksDB, typed: what storage/README.md lays out byte by byte.
// Knows how rows are spelled, not what may be appended. Reads are thread-safe; one thread writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/journal.h"
#include "storage/merkle_tree.h"
#include "storage/rocks.h"
#include "storage/sound_tables.h"

namespace countersign::storage {

// What each batch writes about itself.
struct HeadRow {
  Head head{0, EmptyRoot()};
  int64_t last_recorded_at_us = 0;  // Of the last entry; 0 when there is none.
};

class JournalStore {
 public:
  // Opens or makes the database and checks its format. DATA_LOSS or UNAVAILABLE (Journal::Open).
  static absl::StatusOr<std::unique_ptr<JournalStore>> Open(const std::string& path,
                                                            rocksdb::Env* env);
  // The same without changing anything (Rocks::Recovery::kReadOnly): writes fail.
  static absl::StatusOr<std::unique_ptr<JournalStore>> OpenToRead(const std::string& path,
                                                                  rocksdb::Env* env);
  // The same to find out what is damaged (Rocks::Recovery::kExamine). What a damaged table hides is
  // looked for in the others (SoundTables): an old row may be given in place of a lost newer one.
  static absl::StatusOr<std::unique_ptr<JournalStore>> OpenToExamine(const std::string& path,
                                                                     rocksdb::Env* env);

  // The head that a journal's database says it has, opened by whoever: `meta` is its family of that
  // name. DATA_LOSS or UNAVAILABLE.
  static absl::StatusOr<HeadRow> ReadHeadFrom(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* meta);

  // For who copies its files.
  rocksdb::DB& db() { return rocks_->db(); }

  // A row that must be there and is not is DATA_LOSS in all of these.
  absl::StatusOr<HeadRow> ReadHead() const;
  absl::StatusOr<std::string> ReadEntry(uint64_t position) const;
  absl::StatusOr<std::vector<Hash>> ReadNodes(uint8_t level, uint64_t first, uint64_t count) const;
  // Nothing when the caller never used the request id. The zero id stands for the system itself.
  absl::StatusOr<std::optional<KnownRequest>> ReadRequest(const Id& caller,
                                                          const Id& request_id) const;
  // The last entry of a stream among positions below `size`; nothing when there is none.
  absl::StatusOr<std::optional<StreamHead>> ReadStreamHead(const StreamId& stream,
                                                           uint64_t size) const;

  // The note of exactly this size; nothing when none is kept.
  absl::StatusOr<std::optional<std::string>> ReadCheckpoint(uint64_t size) const;

  // Iterators for reads of many rows. `options` carries bounds and snapshot.
  std::unique_ptr<rocksdb::Iterator> Entries(const rocksdb::ReadOptions& options) const;
  std::unique_ptr<rocksdb::Iterator> Payloads(const rocksdb::ReadOptions& options) const;
  std::unique_ptr<rocksdb::Iterator> Requests(const rocksdb::ReadOptions& options) const;
  std::unique_ptr<rocksdb::Iterator> Checkpoints(const rocksdb::ReadOptions& options) const;
  // What a row of Requests says. DATA_LOSS.
  static absl::StatusOr<KnownRequest> ParseRequestRow(std::string_view bytes);
  // The payload rows under these keys, in their order. DATA_LOSS when one is missing.
  absl::StatusOr<std::vector<rocksdb::PinnableSlice>> ReadPayloads(
      const std::vector<std::string>& payload_keys) const;

  // Reads all tables, whatever they hold, and compares them with their checksums. DATA_LOSS names
  // the table that differs.
  absl::Status CheckFiles() const;

  // Additions to a batch.
  void PutEntry(uint64_t position, std::string_view entry, rocksdb::WriteBatch& batch) const;
  void PutPayload(const StreamId& stream, uint64_t version, std::string_view row,
                  rocksdb::WriteBatch& batch) const;
  void PutNode(const TileHash& node, rocksdb::WriteBatch& batch) const;
  void PutRequest(const Id& caller, const Id& request_id, const KnownRequest& request,
                  rocksdb::WriteBatch& batch) const;
  void PutHead(const HeadRow& row, rocksdb::WriteBatch& batch) const;
  void PutCheckpoint(uint64_t size, std::string_view note, rocksdb::WriteBatch& batch) const;

  // Writes a batch; it is on disk when this returns OK. UNAVAILABLE, and then it is unknown whether
  // the batch is on disk.
  absl::Status Write(rocksdb::WriteBatch& batch);
  // The same, but it is on disk only with the next one that is.
  absl::Status WriteUnsynced(rocksdb::WriteBatch& batch);

 private:
  explicit JournalStore(std::unique_ptr<Rocks> rocks);
  // From now on damaged tables are looked past.
  void LookPastDamage(rocksdb::Env* env);
  // As DB::Get.
  rocksdb::Status Get(rocksdb::ColumnFamilyHandle* family, std::string_view key,
                      std::string* row) const;
  static absl::StatusOr<std::unique_ptr<JournalStore>> OpenAs(const std::string& path,
                                                              rocksdb::Env* env,
                                                              Rocks::Recovery recovery);
  // Writes the format down in a new journal where `may_write`.
  absl::Status CheckFormat(bool may_write);
  absl::StatusOr<std::vector<Hash>> ReadNodesOneByOne(uint8_t level, uint64_t first,
                                                      uint64_t count) const;

  std::unique_ptr<Rocks> rocks_;
  rocksdb::ColumnFamilyHandle* entry_;
  rocksdb::ColumnFamilyHandle* payload_;
  rocksdb::ColumnFamilyHandle* request_;
  rocksdb::ColumnFamilyHandle* node_;
  rocksdb::ColumnFamilyHandle* checkpoint_;  // Null in an old journal that is only read.
  rocksdb::ColumnFamilyHandle* meta_;
  // By the family's id. Empty unless damage is looked past.
  std::map<uint32_t, std::unique_ptr<SoundTables>> sound_tables_;
};

}  // namespace countersign::storage
