#include "storage/sound_tables.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "storage/rocks.h"

namespace countersign::storage {

SoundTables::SoundTables(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, rocksdb::Env* env) {
  rocksdb::ColumnFamilyMetaData known;
  db.GetColumnFamilyMetaData(family, &known);
  rocksdb::Options options;
  options.env = env;
  for (const rocksdb::LevelMetaData& level : known.levels) {
    for (const rocksdb::SstFileMetaData& file : level.files) {
      auto reader = std::make_unique<rocksdb::SstFileReader>(options);
      if (!reader->Open(file.directory + "/" + file.relative_filename).ok()) continue;
      std::unique_ptr<rocksdb::Iterator> rows(reader->NewIterator(rocksdb::ReadOptions()));
      tables_.push_back({.smallest_key = file.smallestkey,
                         .largest_key = file.largestkey,
                         .newest_write = file.largest_seqno,
                         .reader = std::move(reader),
                         .rows = std::move(rows)});
    }
  }
  std::sort(tables_.begin(), tables_.end(), [](const Table& left, const Table& right) {
    return left.newest_write > right.newest_write;
  });
}

std::optional<std::string> SoundTables::Find(std::string_view key) {
  std::lock_guard guard(lock_);
  for (const Table& table : tables_) {
    if (key < table.smallest_key || key > table.largest_key) continue;
    table.rows->Seek(ToSlice(key));
    if (table.rows->Valid() && ToView(table.rows->key()) == key) {
      return table.rows->value().ToString();
    }
  }
  return std::nullopt;
}

}  // namespace countersign::storage
