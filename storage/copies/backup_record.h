// What is written down about a backup once all of it is on the disk. A backup without its record
// does not count, and its files are removed by the next one.
//
// PERSISTENT. The record of backup N is the file `backup-N`, lines of text:
//   countersign backup v1
//   backup N
//   created-at-us <microseconds since the Unix epoch>
//   entries <number of entries in it>
//   root <root of the tree of these entries, 64 hexadecimal digits>
//   bytes <bytes of the journal's files in it>
//   <an empty line>
//   <SHA-256 of everything before the empty line, 64 hexadecimal digits>
// each with its newline; numbers are decimal, without leading zeros.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "storage/journal.h"

namespace countersign::storage {

// A backup of the journal.
struct Backup {
  uint32_t number = 0;  // From 1.
  absl::Time created_at = absl::UnixEpoch();
  Head head{};         // Of the journal in it.
  uint64_t bytes = 0;  // Of its files; files that several backups share count for each.
  // Whether the keys that went with it are still there. Not part of the record: keys go first.
  bool has_keys = false;

  friend bool operator==(const Backup&, const Backup&) = default;
};

std::string RecordText(const Backup& backup);
// DATA_LOSS when the text is no record that RecordText could have made.
absl::StatusOr<Backup> ParseRecord(std::string_view text);

// The record of a backup in this folder, synced. UNAVAILABLE.
absl::Status WriteRecord(rocksdb::Env* env, const std::string& folder, const Backup& backup);
// NOT_FOUND when there is no such backup; DATA_LOSS; UNAVAILABLE.
absl::StatusOr<Backup> ReadRecord(rocksdb::Env* env, const std::string& folder, uint32_t number);
// The numbers that have a record, the greatest first; none when there is no folder. UNAVAILABLE.
absl::StatusOr<std::vector<uint32_t>> RecordedNumbers(rocksdb::Env* env, const std::string& folder);

}  // namespace countersign::storage
