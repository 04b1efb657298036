// Tells a record that was never finished from one whose header was damaged.
//
// A write-ahead log or manifest whose last record says to be longer than what is left of the file
// was cut off in the middle of a write, so RocksDB drops that record without a word. But a length
// is not covered by its record's checksum, and with some types a record is longer: damage to these
// three bytes looks the same, and a record that was acknowledged would be gone. The checksum tells
// them apart: it fits bytes that are there.
//
// The format of these files: https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format
#pragma once

#include <string>

#include "absl/status/status.h"
#include "rocksdb/env.h"

namespace countersign::storage {

// Looks at the last record of the newest write-ahead log and of the current manifest of the closed
// database in `path`, of which there need be none. DATA_LOSS names the file and the byte in it
// where the record with the damaged header begins. Finds one damaged byte, and any damage to the
// length of the very last record. UNAVAILABLE when a file cannot be read. Changes nothing.
absl::Status CheckTornTails(const std::string& path, rocksdb::Env* env);

}  // namespace countersign::storage
