// A copy of the keyring, as a backup keeps it: apart from the journal, and for a shorter time.
//
// PERSISTENT. The folder holds `epoch-N.key` (epoch_file.h) and the file `rows`:
//   "countersign keys v1\n"
//   for each row of the keyring's store, in the order of keys: length u32, key; length u32, value
//   SHA-256 of everything before it, 32 bytes
// Integers are big-endian. It is no database: what was destroyed in one may still lie in its files,
// while this holds the rows of one moment and nothing else.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "rocksdb/iterator.h"

namespace countersign::storage {

// Writes `rows`, synced. Called by Keyring::CopyTo, which writes the epoch file. UNAVAILABLE, or
// DATA_LOSS when the rows cannot be read.
absl::Status WriteKeyRows(rocksdb::Env* env, const std::string& folder, rocksdb::Iterator& rows);

// Whether there is a whole copy in `folder`: its rows are written last.
bool IsKeyCopy(rocksdb::Env* env, const std::string& folder);

// When the whole copy in `folder` was written, as the disk remembers it, in whole seconds; nothing
// when there is none. UNAVAILABLE.
absl::StatusOr<std::optional<absl::Time>> KeyCopyTime(rocksdb::Env* env, const std::string& folder);

// Makes a keyring in `keyring`, a folder that does not exist yet, and opens it once, so that it is
// known to be whole and to fit its epoch. DATA_LOSS when the copy is damaged; UNAVAILABLE. After an
// error the folder is to be removed.
absl::Status RestoreKeys(rocksdb::Env* env, const std::string& folder, const std::string& keyring);

// Overwrites the epoch key of a copy or of a keyring that nobody has open, then removes the folder
// with all that is in it. OK when there is none. UNAVAILABLE when something may still be there.
absl::Status DestroyKeys(rocksdb::Env* env, const std::string& folder);

}  // namespace countersign::storage
