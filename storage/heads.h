// The last entry of each stream: cached for streams in use, found by one seek for all others.
//
// Thread-safe, with one rule: Current() and Set() are for the writer thread alone. Only the writer
// may fill the cache, since a reader could put back a head that the writer has replaced meanwhile.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>

#include "absl/status/statusor.h"
#include "storage/bounded_cache.h"
#include "storage/journal.h"
#include "storage/journal_store.h"
#include "storage/stream.h"

namespace countersign::storage {

class Heads {
 public:
  Heads(const JournalStore& store, size_t capacity) : store_(store), cache_(capacity) {}

  // Writer only. The stream's head; nothing when it has no entries. Errors of the store.
  absl::StatusOr<std::optional<StreamHead>> Current(const StreamId& stream);
  // Writer only, after the entry is synced.
  void Set(const StreamId& stream, const StreamHead& head);

  // The stream's head among the first `size` entries, where `size` is a synced head's.
  absl::StatusOr<std::optional<StreamHead>> Peek(const StreamId& stream, uint64_t size);

 private:
  std::optional<StreamHead> Cached(const StreamId& stream);

  const JournalStore& store_;
  std::mutex lock_;
  BoundedCache<StreamId, StreamHead> cache_;
};

}  // namespace countersign::storage
