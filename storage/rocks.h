// How RocksDB is opened here: the same care for the journal, the keyring and the views.
//
// Every opening has a cache of blocks of its own. A block is known to a cache by the table that it
// was written to, so with one cache for all, who opens a folder again, or a copy of it, would be
// given what was read before, whatever the disk holds now.
//
// No merge operator and no compaction filter, ever: with either, stored bytes could change.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/options.h"
#include "rocksdb/slice.h"

namespace countersign::storage {

inline rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// A write that is on disk when it returns.
rocksdb::WriteOptions Synced();

// Makes a folder and the missing ones above it, and syncs each into its parent. UNAVAILABLE when
// that fails.
absl::Status MakeFolder(rocksdb::Env* env, const std::string& path);
// Syncs the names in a folder, after a file was made, renamed or removed.
absl::Status SyncFolder(rocksdb::Env* env, const std::string& path);

// Removes a folder with all that is in it. OK when there is none. UNAVAILABLE when something of it
// may still be there.
absl::Status RemoveFolder(rocksdb::Env* env, const std::string& path);

// A database with its column families, closed in the right order.
class Rocks {
 public:
  enum class Recovery {
    // A damaged record of the write-ahead log refuses to open. Only an unfinished record at its
    // very end is dropped: no answer was ever given for it.
    kRefuseDamage,
    // Opens at the last point in time before the damage. For what can be rebuilt.
    kDropDamagedTail,
    // As kRefuseDamage, but nothing on the disk is changed, no lock is taken, and nothing is made:
    // NOT_FOUND where there is no database. Writes fail. Families that are not on disk are absent.
    kReadOnly,
    // As kReadOnly, but opens what is damaged at the last point in time before the damage: for
    // finding out what is wrong. Reads of a table that cannot be opened fail.
    kExamine,
  };

  // What a family's rows are like.
  enum class Shape {
    kRows,    // Compressed with LZ4.
    kHashes,  // Not compressible.
    kLookups  // As kRows, with a Bloom filter: most keys that are asked for are absent.
  };
  struct Family {
    std::string name;
    Shape shape = Shape::kRows;
  };

  // Opens or makes the database in `path`, with the default family and the given ones; a family
  // that is on disk but not given is opened as kRows. DATA_LOSS for damage, else UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<Rocks>> Open(const std::string& path, rocksdb::Env* env,
                                                     Recovery recovery,
                                                     const std::vector<Family>& families);
  // Whether there is a database in the folder.
  static bool IsThere(const std::string& path, rocksdb::Env* env);
  // Whether somebody has it open just now to write. Changes nothing on the disk: without a lock
  // file nobody is known to.
  static bool IsOpenElsewhere(const std::string& path, rocksdb::Env* env);

  ~Rocks();
  Rocks(const Rocks&) = delete;
  Rocks& operator=(const Rocks&) = delete;

  rocksdb::DB& db() { return *db_; }
  // Null when there is none of this name. Owned by this object.
  rocksdb::ColumnFamilyHandle* family(std::string_view name) const;
  // Those that nobody took.
  std::vector<std::string> family_names() const;
  // The same as family(), to be destroyed by the caller, before this object goes.
  rocksdb::ColumnFamilyHandle* TakeFamily(std::string_view name);

  // For a family of this database that is made later.
  rocksdb::ColumnFamilyOptions FamilyOptions(Shape shape) const {
    return FamilyOptions(shape, cache_);
  }
  // For a database that is opened elsewhere. Without a cache each family has its own.
  static rocksdb::ColumnFamilyOptions FamilyOptions(Shape shape,
                                                    std::shared_ptr<rocksdb::Cache> cache);

 private:
  Rocks() = default;

  std::shared_ptr<rocksdb::Cache> cache_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace countersign::storage
