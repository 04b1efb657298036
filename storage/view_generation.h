// A generation of a view as it lies in the database. Internal to views.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/db.h"
#include "storage/rocks.h"
#include "storage/views.h"

namespace countersign::storage {

// A generation's place in the database. Holding it keeps the database open and, after the
// generation was dropped, its files on the disk.
struct View::Generation {
  Generation(std::shared_ptr<Rocks> rocks, rocksdb::ColumnFamilyHandle* family, std::string name,
             uint32_t version, uint32_t number, uint64_t position)
      : rocks(std::move(rocks)),
        family(family),
        name(std::move(name)),
        version(version),
        number(number),
        position(position) {}
  ~Generation() { rocks->db().DestroyColumnFamilyHandle(family); }

  // Brings all its cards to the disk, where some are in memory alone. The row of its position is
  // then for the caller to write. UNAVAILABLE.
  absl::Status Persist();

  const std::shared_ptr<Rocks> rocks;
  rocksdb::ColumnFamilyHandle* const family;
  const std::string name;
  const uint32_t version;
  const uint32_t number;
  std::atomic<uint64_t> position;
  // Set before the row of its position is removed: from then on `position` is the last one.
  std::atomic<bool> dropped{false};
  // Some of its cards, and its position, are in memory alone.
  std::atomic<bool> unlogged{false};
};

// The row that holds a generation's position.
std::string ViewPositionRow(uint64_t position);
// The position of the generation in a column family, or nothing without its row. DATA_LOSS.
absl::StatusOr<std::optional<uint64_t>> ReadViewPosition(Rocks& rocks, const std::string& family,
                                                         const rocksdb::ReadOptions& options);

}  // namespace countersign::storage
