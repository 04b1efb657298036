#include "storage/journal_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/entry.h"
#include "storage/errors.h"
#include "storage/keys.h"

namespace countersign::storage {
namespace {

// PERSISTENT. The layout of storage/README.md.
constexpr char kFormatOne[] = "1";

absl::Status MissingRow(std::string_view what, uint64_t number) {
  return absl::DataLossError(
      absl::StrCat("The journal has no ", std::string(what), " ", number, "."));
}

absl::Status WriteFailed(const rocksdb::Status& written) {
  if (written.ok()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("A write failed: ", written.ToString(), "."));
}

}  // namespace

JournalStore::JournalStore(std::unique_ptr<Rocks> rocks)
    : rocks_(std::move(rocks)),
      entry_(rocks_->family(keys::kEntryFamily)),
      payload_(rocks_->family(keys::kPayloadFamily)),
      request_(rocks_->family(keys::kRequestFamily)),
      node_(rocks_->family(keys::kNodeFamily)),
      checkpoint_(rocks_->family(keys::kCheckpointFamily)),
      meta_(rocks_->family(keys::kMetaFamily)) {}

absl::StatusOr<std::unique_ptr<JournalStore>> JournalStore::Open(const std::string& path,
                                                                 rocksdb::Env* env) {
  return OpenAs(path, env, Rocks::Recovery::kRefuseDamage);
}

absl::StatusOr<std::unique_ptr<JournalStore>> JournalStore::OpenToRead(const std::string& path,
                                                                       rocksdb::Env* env) {
  return OpenAs(path, env, Rocks::Recovery::kReadOnly);
}

absl::StatusOr<std::unique_ptr<JournalStore>> JournalStore::OpenToExamine(const std::string& path,
                                                                          rocksdb::Env* env) {
  return OpenAs(path, env, Rocks::Recovery::kExamine);
}

absl::StatusOr<std::unique_ptr<JournalStore>> JournalStore::OpenAs(const std::string& path,
                                                                   rocksdb::Env* env,
                                                                   Rocks::Recovery recovery) {
  absl::StatusOr<std::unique_ptr<Rocks>> rocks =
      Rocks::Open(path, env, recovery,
                  {{keys::kEntryFamily, Rocks::Shape::kRows},
                   {keys::kPayloadFamily, Rocks::Shape::kRows},
                   {keys::kRequestFamily, Rocks::Shape::kLookups},
                   {keys::kNodeFamily, Rocks::Shape::kHashes},
                   {keys::kCheckpointFamily, Rocks::Shape::kRows},
                   {keys::kMetaFamily, Rocks::Shape::kRows}});
  if (!rocks.ok()) return rocks.status();
  std::unique_ptr<JournalStore> store(new JournalStore(*std::move(rocks)));
  for (const rocksdb::ColumnFamilyHandle* family :
       {store->entry_, store->payload_, store->request_, store->node_, store->meta_}) {
    if (family == nullptr) {
      // Only who writes makes what is missing.
      return absl::NotFoundError(absl::StrCat("There is no whole journal in ", path, "."));
    }
  }
  if (recovery == Rocks::Recovery::kExamine) store->LookPastDamage(env);
  absl::Status checked = store->CheckFormat(recovery == Rocks::Recovery::kRefuseDamage);
  if (!checked.ok()) return checked;
  return store;
}

void JournalStore::LookPastDamage(rocksdb::Env* env) {
  for (rocksdb::ColumnFamilyHandle* family : {entry_, payload_, request_, node_}) {
    sound_tables_[family->GetID()] = std::make_unique<SoundTables>(rocks_->db(), family, env);
  }
}

rocksdb::Status JournalStore::Get(rocksdb::ColumnFamilyHandle* family, std::string_view key,
                                  std::string* row) const {
  const rocksdb::Status found = rocks_->db().Get(rocksdb::ReadOptions(), family, ToSlice(key), row);
  const auto tables = sound_tables_.find(family->GetID());
  if (found.ok() || found.IsNotFound() || tables == sound_tables_.end()) return found;
  std::optional<std::string> whole = tables->second->Find(key);
  if (!whole.has_value()) return found;
  *row = *std::move(whole);
  return rocksdb::Status::OK();
}

absl::Status JournalStore::CheckFormat(bool may_write) {
  std::string format;
  const rocksdb::Status found =
      rocks_->db().Get(rocksdb::ReadOptions(), meta_, keys::kFormat, &format);
  if (found.ok()) {
    if (format == kFormatOne) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("The journal has the unknown format ", format, "."));
  }
  if (!found.IsNotFound()) return FromRocks(found, "reading the journal's format");
  const std::unique_ptr<rocksdb::Iterator> entries = Entries(rocksdb::ReadOptions());
  entries->SeekToFirst();
  if (entries->Valid()) return absl::DataLossError("The journal has entries but no format.");
  if (!may_write) return absl::OkStatus();
  return FromRocks(rocks_->db().Put(Synced(), meta_, keys::kFormat, kFormatOne),
                   "writing the journal's format");
}

absl::StatusOr<HeadRow> JournalStore::ReadHead() const { return ReadHeadFrom(rocks_->db(), meta_); }

absl::StatusOr<HeadRow> JournalStore::ReadHeadFrom(rocksdb::DB& db,
                                                   rocksdb::ColumnFamilyHandle* meta) {
  std::string bytes;
  const rocksdb::Status found = db.Get(rocksdb::ReadOptions(), meta, keys::kHead, &bytes);
  if (found.IsNotFound()) return HeadRow{};
  if (!found.ok()) return FromRocks(found, "reading the journal's head");
  ByteReader reader(bytes);
  HeadRow row;
  row.head.size = reader.U64();
  const std::optional<Hash> root = HashFromBytes(reader.Take(row.head.root.size()));
  row.last_recorded_at_us = static_cast<int64_t>(reader.U64());
  if (!root.has_value() || !reader.done()) return absl::DataLossError("The head is damaged.");
  row.head.root = *root;
  return row;
}

absl::StatusOr<std::string> JournalStore::ReadEntry(uint64_t position) const {
  std::string bytes;
  const rocksdb::Status found = Get(entry_, keys::Position(position), &bytes);
  if (found.IsNotFound()) return MissingRow("entry", position);
  if (!found.ok()) return FromRocks(found, "reading an entry");
  return bytes;
}

absl::StatusOr<std::vector<Hash>> JournalStore::ReadNodes(uint8_t level, uint64_t first,
                                                          uint64_t count) const {
  std::vector<Hash> hashes;
  if (count == 0) return hashes;
  hashes.reserve(count);
  const std::string upper = keys::Node(level, first + count);
  const rocksdb::Slice upper_bound(upper);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> rows(rocks_->db().NewIterator(options, node_));
  for (rows->Seek(keys::Node(level, first)); rows->Valid(); rows->Next()) {
    const std::optional<Hash> hash = HashFromBytes(ToView(rows->value()));
    if (!hash.has_value() || ToView(rows->key()) != keys::Node(level, first + hashes.size())) {
      return MissingRow("sound tree node", first + hashes.size());
    }
    hashes.push_back(*hash);
  }
  // One damaged table ends the iteration over all of them: these rows may lie in sound ones.
  if (!rows->status().ok()) return ReadNodesOneByOne(level, first, count);
  if (hashes.size() != count) return MissingRow("tree node", first + hashes.size());
  return hashes;
}

absl::StatusOr<std::vector<Hash>> JournalStore::ReadNodesOneByOne(uint8_t level, uint64_t first,
                                                                  uint64_t count) const {
  std::vector<Hash> hashes;
  for (uint64_t index = first; index < first + count; ++index) {
    std::string bytes;
    const rocksdb::Status found = Get(node_, keys::Node(level, index), &bytes);
    if (!found.ok() && !found.IsNotFound()) return FromRocks(found, "reading tree nodes");
    const std::optional<Hash> hash = HashFromBytes(bytes);
    if (!hash.has_value()) return MissingRow("sound tree node", index);
    hashes.push_back(*hash);
  }
  return hashes;
}

absl::StatusOr<std::optional<KnownRequest>> JournalStore::ReadRequest(const Id& caller,
                                                                      const Id& request_id) const {
  std::string bytes;
  const rocksdb::Status found = Get(request_, keys::Request(caller, request_id), &bytes);
  if (found.IsNotFound()) return std::optional<KnownRequest>();
  if (!found.ok()) return FromRocks(found, "looking a request id up");
  absl::StatusOr<KnownRequest> request = ParseRequestRow(bytes);
  if (!request.ok()) return request.status();
  return std::optional(*request);
}

absl::StatusOr<KnownRequest> JournalStore::ParseRequestRow(std::string_view bytes) {
  ByteReader reader(bytes);
  KnownRequest request;
  request.first_position = reader.U64();
  request.count = reader.U32();
  const std::optional<Hash> digest = HashFromBytes(reader.Rest());
  if (!digest.has_value()) return absl::DataLossError("A request row is damaged.");
  request.body_digest = *digest;
  return request;
}

absl::StatusOr<std::optional<std::string>> JournalStore::ReadCheckpoint(uint64_t size) const {
  if (checkpoint_ == nullptr) return std::optional<std::string>();
  std::string note;
  const rocksdb::Status found =
      rocks_->db().Get(rocksdb::ReadOptions(), checkpoint_, keys::Checkpoint(size), &note);
  if (found.IsNotFound()) return std::optional<std::string>();
  if (!found.ok()) return FromRocks(found, "reading a checkpoint");
  return std::optional(std::move(note));
}

absl::StatusOr<std::optional<StreamHead>> JournalStore::ReadStreamHead(const StreamId& stream,
                                                                       uint64_t size) const {
  const std::string first = keys::StreamPrefix(stream);
  const rocksdb::Slice lower_bound(first);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower_bound;
  const std::unique_ptr<rocksdb::Iterator> rows = Payloads(options);
  rows->SeekForPrev(keys::Payload(stream, Journal::kUnlimited));
  for (; rows->Valid(); rows->Prev()) {
    absl::StatusOr<PayloadRow> row = ParsePayloadRow(ToView(rows->value()));
    if (!row.ok()) return row.status();
    if (row->position >= size) continue;
    absl::StatusOr<std::vector<Hash>> leaf = ReadNodes(0, row->position, 1);
    if (!leaf.ok()) return leaf.status();
    return std::optional(StreamHead{.version = keys::VersionOfPayload(ToView(rows->key())),
                                    .position = row->position,
                                    .leaf_hash = leaf->front()});
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), "looking for a stream's head");
  return std::optional<StreamHead>();
}

std::unique_ptr<rocksdb::Iterator> JournalStore::Entries(
    const rocksdb::ReadOptions& options) const {
  return std::unique_ptr<rocksdb::Iterator>(rocks_->db().NewIterator(options, entry_));
}

std::unique_ptr<rocksdb::Iterator> JournalStore::Payloads(
    const rocksdb::ReadOptions& options) const {
  return std::unique_ptr<rocksdb::Iterator>(rocks_->db().NewIterator(options, payload_));
}

std::unique_ptr<rocksdb::Iterator> JournalStore::Requests(
    const rocksdb::ReadOptions& options) const {
  return std::unique_ptr<rocksdb::Iterator>(rocks_->db().NewIterator(options, request_));
}

std::unique_ptr<rocksdb::Iterator> JournalStore::Checkpoints(
    const rocksdb::ReadOptions& options) const {
  if (checkpoint_ == nullptr) {
    return std::unique_ptr<rocksdb::Iterator>(rocksdb::NewEmptyIterator());
  }
  return std::unique_ptr<rocksdb::Iterator>(rocks_->db().NewIterator(options, checkpoint_));
}

absl::StatusOr<std::vector<rocksdb::PinnableSlice>> JournalStore::ReadPayloads(
    const std::vector<std::string>& payload_keys) const {
  const std::vector<rocksdb::Slice> slices(payload_keys.begin(), payload_keys.end());
  std::vector<rocksdb::PinnableSlice> rows(slices.size());
  std::vector<rocksdb::Status> statuses(slices.size());
  rocks_->db().MultiGet(rocksdb::ReadOptions(), payload_, slices.size(), slices.data(), rows.data(),
                        statuses.data());
  for (size_t i = 0; i < statuses.size(); ++i) {
    if (!statuses[i].ok() && !statuses[i].IsNotFound() && !sound_tables_.empty()) {
      rows[i].Reset();
      statuses[i] = Get(payload_, payload_keys[i], rows[i].GetSelf());
      if (statuses[i].ok()) rows[i].PinSelf();
    }
    if (statuses[i].IsNotFound()) {
      return MissingRow(absl::StrCat("payload row of ",
                                     ToString(*StreamId::FromBytes(std::string_view(
                                         payload_keys[i].data(), StreamId::kSize))),
                                     " version"),
                        keys::VersionOfPayload(payload_keys[i]));
    }
    if (!statuses[i].ok()) return FromRocks(statuses[i], "reading payload rows");
  }
  return rows;
}

absl::Status JournalStore::CheckFiles() const {
  // Of the tables that know their own checksum: every byte. Of all: every block.
  rocksdb::Status checked = rocks_->db().VerifyFileChecksums(rocksdb::ReadOptions());
  if (checked.ok()) checked = rocks_->db().VerifyChecksum(rocksdb::ReadOptions());
  return FromRocks(checked, "checking the journal's tables");
}

void JournalStore::PutEntry(uint64_t position, std::string_view entry,
                            rocksdb::WriteBatch& batch) const {
  batch.Put(entry_, keys::Position(position), ToSlice(entry));
}

void JournalStore::PutPayload(const StreamId& stream, uint64_t version, std::string_view row,
                              rocksdb::WriteBatch& batch) const {
  batch.Put(payload_, keys::Payload(stream, version), ToSlice(row));
}

void JournalStore::PutNode(const TileHash& node, rocksdb::WriteBatch& batch) const {
  batch.Put(node_, keys::Node(node.level, node.index), ToSlice(AsBytes(node.hash)));
}

void JournalStore::PutRequest(const Id& caller, const Id& request_id, const KnownRequest& request,
                              rocksdb::WriteBatch& batch) const {
  std::string bytes;
  AppendU64(request.first_position, bytes);
  AppendU32(request.count, bytes);
  bytes.append(AsBytes(request.body_digest));
  batch.Put(request_, keys::Request(caller, request_id), bytes);
}

void JournalStore::PutHead(const HeadRow& row, rocksdb::WriteBatch& batch) const {
  std::string bytes;
  AppendU64(row.head.size, bytes);
  bytes.append(AsBytes(row.head.root));
  AppendU64(static_cast<uint64_t>(row.last_recorded_at_us), bytes);
  batch.Put(meta_, keys::kHead, bytes);
}

void JournalStore::PutCheckpoint(uint64_t size, std::string_view note,
                                 rocksdb::WriteBatch& batch) const {
  batch.Put(checkpoint_, keys::Checkpoint(size), ToSlice(note));
}

absl::Status JournalStore::Write(rocksdb::WriteBatch& batch) {
  return WriteFailed(rocks_->db().Write(Synced(), &batch));
}

absl::Status JournalStore::WriteUnsynced(rocksdb::WriteBatch& batch) {
  return WriteFailed(rocks_->db().Write(rocksdb::WriteOptions(), &batch));
}

}  // namespace countersign::storage
