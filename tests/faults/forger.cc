#include "tests/faults/forger.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/entry.h"
#include "storage/journal_store.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"

namespace countersign::faults {
namespace {

struct StreamEnd {
  uint64_t versions = 0;
  storage::Hash leaf{};
};

// Caller and request id.
using RequestName = std::pair<std::string, std::string>;

RequestName RequestOf(const v1::Entry& entry) { return {entry.actor(), entry.request_id()}; }

}  // namespace

absl::StatusOr<std::vector<Row>> RowsOf(const storage::Journal& journal) {
  std::vector<Row> rows;
  const absl::Status read =
      journal.ReadAll(0, storage::Journal::kUnlimited,
                      [&](const storage::StoredEvent& event, std::string_view bytes) {
                        absl::StatusOr<v1::Entry> entry = storage::ParseEntry(bytes);
                        if (!entry.ok()) return entry.status();
                        rows.push_back({*std::move(entry), std::string(event.payload)});
                        return absl::OkStatus();
                      });
  if (!read.ok()) return read;
  return rows;
}

absl::Status WriteForged(const StorePaths& paths, rocksdb::Env* env, std::vector<Row> rows) {
  absl::StatusOr<std::unique_ptr<storage::JournalStore>> store =
      storage::JournalStore::Open(paths.journal(), env);
  if (!store.ok()) return store.status();
  rocksdb::WriteBatch batch;
  storage::Frontier frontier;
  std::map<std::string, StreamEnd> ends;
  std::map<RequestName, storage::KnownRequest> requests;
  RequestName last_request;
  int64_t last_us = 0;
  for (Row& row : rows) {
    v1::Entry& entry = row.entry;
    StreamEnd& end = ends[entry.stream()];
    entry.set_position(frontier.size());
    entry.set_version(end.versions);
    entry.clear_previous_leaf_hash();
    if (end.versions > 0) {
      entry.set_previous_leaf_hash(std::string(storage::AsBytes(end.leaf)));
    }
    if (!entry.request_id().empty()) {
      // The entries of a request follow one another: what was torn from its own gets another id.
      if (requests.contains(RequestOf(entry)) && RequestOf(entry) != last_request) {
        const storage::Hash unused = storage::Sha256(absl::StrCat("forged ", entry.position()));
        entry.set_request_id(std::string(storage::AsBytes(unused).substr(0, storage::Id::kSize)));
      }
      const auto [known, is_new] =
          requests.try_emplace(RequestOf(entry), storage::KnownRequest{entry.position(), 0, {}});
      ++known->second.count;
    }
    last_request = RequestOf(entry);
    last_us = std::max(entry.recorded_at_us(), last_us + 1);
    entry.set_recorded_at_us(last_us);
    entry.set_payload_digest(std::string(storage::AsBytes(storage::Sha256(row.payload))));
    entry.set_payload_length(static_cast<uint32_t>(row.payload.size()));
    const absl::StatusOr<std::string> bytes = storage::EncodeEntry(entry);
    if (!bytes.ok()) return bytes.status();
    end = {end.versions + 1, storage::LeafHash(*bytes)};
    (*store)->PutEntry(entry.position(), *bytes, batch);
    (*store)->PutPayload(storage::StreamOf(entry), entry.version(),
                         storage::EncodePayloadRow(entry, row.payload), batch);
    frontier.Append(end.leaf,
                    [&](const storage::TileHash& made) { (*store)->PutNode(made, batch); });
  }
  for (const auto& [ids, request] : requests) {
    (*store)->PutRequest(*storage::Id::FromBytes(ids.first), *storage::Id::FromBytes(ids.second),
                         request, batch);
  }
  (*store)->PutHead({{frontier.size(), frontier.Root()}, last_us}, batch);
  return (*store)->Write(batch);
}

absl::Status SignForged(storage::Journal& journal, const storage::SignatureKey& stolen) {
  const std::string text = storage::CheckpointText({stolen.verifier().name, journal.head()});
  return journal.StoreCheckpoint(journal.head().size, text + "\n" + stolen.SignatureLine(text));
}

}  // namespace countersign::faults
