// Rows of a damaged database, looked up in each table by itself. RocksDB asks every table that may
// hold a row, so that one damaged block hides rows that lie whole in other tables; who finds out
// what is lost looks further.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/iterator.h"
#include "rocksdb/sst_file_reader.h"

namespace countersign::storage {

// The tables of one column family, as they are when this object is made. Thread-safe.
class SoundTables {
 public:
  SoundTables(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, rocksdb::Env* env);

  // The row under `key` in the newest table that has it and can be read there. A newer row may lie
  // in what cannot be read: what is found is worth what its reader can compare it with. Nothing
  // when no table gives one.
  std::optional<std::string> Find(std::string_view key);

 private:
  struct Table {
    std::string smallest_key;
    std::string largest_key;
    uint64_t newest_write;
    std::unique_ptr<rocksdb::SstFileReader> reader;
    std::unique_ptr<rocksdb::Iterator> rows;  // Goes before its reader.
  };

  std::mutex lock_;
  std::vector<Table> tables_;  // The newest first. Under lock_.
};

}  // namespace countersign::storage
