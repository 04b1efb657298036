// MeasureDisk: live table files of every column family, and what the journal holds.
#include <filesystem>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/convenience.h"
#include "rocksdb/db.h"
#include "rocksdb/utilities/options_util.h"
#include "storage/errors.h"
#include "storage/journal.h"
#include "tests/bench/offline.h"

namespace countersign::bench {
namespace {

// The databases of a data folder.
constexpr std::pair<const char*, const char*> kDatabases[] = {
    {"journal", "/journal"}, {"keyring", "/keyring/store"}, {"views", "/views"}};

struct FamilyBytes {
  std::string family;
  uint64_t bytes;
};

uint64_t LogBytes(const std::string& path) {
  uint64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(path)) {
    if (file.path().extension() == ".log") bytes += file.file_size();
  }
  return bytes;
}

// Opened with the options that lie beside the tables, so that a compaction writes them as the
// server would.
absl::StatusOr<std::vector<FamilyBytes>> CompactedBytes(const std::string& path) {
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  rocksdb::Status status =
      rocksdb::LoadLatestOptions(rocksdb::ConfigOptions(), path, &options, &families);
  if (!status.ok()) return storage::FromRocks(status, "reading the options in " + path);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  status = rocksdb::DB::Open(options, path, families, &handles, &opened);
  if (!status.ok()) return storage::FromRocks(status, "opening " + path);
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::CompactRangeOptions whole;
  whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  std::vector<FamilyBytes> sizes;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    status = db->Flush({}, handle);
    if (status.ok()) status = db->CompactRange(whole, handle, nullptr, nullptr);
    if (!status.ok()) break;
    rocksdb::ColumnFamilyMetaData family;
    db->GetColumnFamilyMetaData(handle, &family);
    sizes.push_back({handle->GetName(), family.size});
  }
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  if (!status.ok()) return storage::FromRocks(status, "compacting " + path);
  return sizes;
}

Figure BytesPerEntry(const std::string& name, uint64_t bytes, double entries, std::string note) {
  return {.name = name, .unit = "bytes", .values = {bytes / entries}, .note = std::move(note)};
}

struct OfType {
  uint64_t entries = 0;
  uint64_t payload_bytes = 0;
};

absl::StatusOr<std::map<std::string, OfType>> CountTypes(const std::string& data_folder) {
  absl::StatusOr<std::unique_ptr<storage::Journal>> journal =
      storage::Journal::Open({.path = data_folder + "/journal"});
  if (!journal.ok()) return journal.status();
  std::map<std::string, OfType> types;
  const absl::Status read = (*journal)->ReadAll(
      0, storage::Journal::kUnlimited, [&](const storage::StoredEvent& stored, std::string_view) {
        OfType& type = types[std::string(stored.event_type)];
        ++type.entries;
        type.payload_bytes += stored.payload.size();
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return types;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> MeasureDisk(const std::string& data_folder) {
  // Before anything is opened: opening a database replays its log into a table.
  std::vector<uint64_t> logs;
  for (const auto& [name, path] : kDatabases) {
    if (!std::filesystem::exists(data_folder + path)) {
      return absl::NotFoundError(absl::StrCat("no database in ", data_folder, path));
    }
    logs.push_back(LogBytes(data_folder + path));
  }
  const absl::StatusOr<std::map<std::string, OfType>> types = CountTypes(data_folder);
  if (!types.ok()) return types.status();
  double entries = 0;
  uint64_t payload_bytes = 0;
  for (const auto& [name, type] : *types) {
    entries += type.entries;
    payload_bytes += type.payload_bytes;
  }
  std::vector<Figure> figures = {{.name = "disk_bytes_per_event", .unit = "bytes"}};
  uint64_t all = 0;
  for (size_t i = 0; i < std::size(kDatabases); ++i) {
    const auto& [database, path] = kDatabases[i];
    const absl::StatusOr<std::vector<FamilyBytes>> families = CompactedBytes(data_folder + path);
    if (!families.ok()) return families.status();
    for (const FamilyBytes& family : *families) {
      all += family.bytes;
      figures.push_back(BytesPerEntry(absl::StrCat("disk.", database, ".", family.family),
                                      family.bytes, entries, "per entry of the journal"));
    }
    figures.push_back(BytesPerEntry(absl::StrCat("disk_log.", database), logs[i], entries,
                                    "write-ahead log when the server had stopped"));
  }
  figures[0].values = {all / entries};
  figures[0].note = absl::StrCat("tables of all databases, compacted, no log; ",
                                 static_cast<uint64_t>(entries), " entries with payloads of ",
                                 static_cast<uint64_t>(payload_bytes / entries), " bytes");
  for (const auto& [name, type] : *types) {
    figures.push_back(
        {.name = absl::StrCat("entries.", name),
         .unit = "entries",
         .values = {static_cast<double>(type.entries)},
         .note = absl::StrCat("payloads of ", type.payload_bytes / type.entries, " bytes")});
  }
  return figures;
}

}  // namespace countersign::bench
