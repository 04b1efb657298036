// The files that hold the keyring's epoch keys: `epoch-N.key` in the keyring's folder, 32 bytes,
// readable by their owner only. They are no rows of a database, so that destroying one destroys it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "storage/keyring/cipher.h"

namespace countersign::storage {

// Writes a file that is there whole, with its name, once this returns OK. UNAVAILABLE otherwise.
absl::Status WriteEpochFile(rocksdb::Env* env, const std::string& folder, uint64_t epoch,
                            const SecretKey& key);

// DATA_LOSS when the file is missing or not 32 bytes long; FAILED_PRECONDITION when others than its
// owner may read or write it; UNAVAILABLE when it cannot be read just now.
absl::StatusOr<SecretKey> ReadEpochFile(rocksdb::Env* env, const std::string& folder,
                                        uint64_t epoch);

// The epochs that have a finished file, in no order. UNAVAILABLE when the folder cannot be read.
absl::StatusOr<std::vector<uint64_t>> EpochFiles(rocksdb::Env* env, const std::string& folder);

// Overwrites and removes the files of all epochs but `kept`, unfinished ones too. UNAVAILABLE when
// one of them may still be there.
absl::Status DestroyOtherEpochFiles(rocksdb::Env* env, const std::string& folder, uint64_t kept);

}  // namespace countersign::storage
