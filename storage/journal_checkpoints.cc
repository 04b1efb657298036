// The signed notes that Journal keeps. They stand beside the entries, not among them: no leaf.
#include <algorithm>
#include <memory>

#include "storage/journal.h"
#include "storage/journal_store.h"
#include "storage/journal_writer.h"
#include "storage/keys.h"

namespace countersign::storage {

absl::Status Journal::StoreCheckpoint(uint64_t size, std::string_view note) {
  return writer_->StoreCheckpoint(size, note);
}

absl::StatusOr<std::optional<std::string>> Journal::CheckpointOf(uint64_t size) const {
  return store_->ReadCheckpoint(size);
}

absl::Status Journal::Checkpoints(uint64_t up_to_size, bool newest_first,
                                  CheckpointCallback callback) const {
  const std::string last = keys::Checkpoint(std::min(up_to_size, head().size));
  const std::unique_ptr<rocksdb::Iterator> rows = store_->Checkpoints(rocksdb::ReadOptions());
  if (newest_first) {
    rows->SeekForPrev(last);
  } else {
    rows->SeekToFirst();
  }
  for (; rows->Valid() && ToView(rows->key()) <= last; newest_first ? rows->Prev() : rows->Next()) {
    if (rows->key().size() != keys::kCheckpointKeyBytes) {
      return absl::DataLossError("A checkpoint lies under a key that is no size.");
    }
    absl::Status told =
        callback(keys::SizeOfCheckpoint(ToView(rows->key())), ToView(rows->value()));
    if (!told.ok()) return told;
  }
  return FromRocks(rows->status(), "reading checkpoints");
}

}  // namespace countersign::storage
