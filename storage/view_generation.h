// A generation of a view as it lies in the database. Internal to views.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "rocksdb/db.h"
#include "storage/rocks.h"
#include "storage/views.h"

namespace countersign::storage {

// A generation's place in the database. Holding it keeps the database open.
struct View::Generation {
  Generation(std::shared_ptr<Rocks> rocks, rocksdb::ColumnFamilyHandle* family, bool owns_family,
             std::string name, uint32_t version, uint32_t number, uint64_t position)
      : rocks(std::move(rocks)),
        family(family),
        owns_family(owns_family),
        name(std::move(name)),
        version(version),
        number(number),
        position(position) {}
  ~Generation() {
    if (owns_family) rocks->db().DestroyColumnFamilyHandle(family);
  }

  const std::shared_ptr<Rocks> rocks;
  rocksdb::ColumnFamilyHandle* const family;
  const bool owns_family;  // Made since the database was opened; else it belongs to `rocks`.
  const std::string name;
  const uint32_t version;
  const uint32_t number;
  std::atomic<uint64_t> position;
};

// The row that holds a generation's position.
std::string ViewPositionRow(uint64_t position);
// The position of the generation in a column family; 0 if it was never committed to. DATA_LOSS.
absl::StatusOr<uint64_t> ReadViewPosition(Rocks& rocks, const std::string& family,
                                          const rocksdb::ReadOptions& options);

}  // namespace countersign::storage
