// Small files that are written whole or not at all: keys and the anchor. They are no rows of a
// database, because they must outlive one, or must be destroyed without leaving a copy in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"

namespace countersign::storage {

enum class Readers {
  kAll,        // Whom the folder lets in.
  kOwnerOnly,  // Mode 600, set while the file is still empty.
};

// The folder that `path` lies in; "." for a bare name.
std::string FolderOf(const std::string& path);

// The file is there whole, under its name, once this returns OK, whatever happens to the machine:
// written beside (`path`.unfinished), synced, renamed, and the folder synced. UNAVAILABLE
// otherwise: the name then holds these bytes or what it held. The folder must be there.
absl::Status WriteSmallFile(rocksdb::Env* env, const std::string& path, std::string_view bytes,
                            Readers readers);

// NOT_FOUND when there is none; FAILED_PRECONDITION as CheckRegularFile; DATA_LOSS when it is
// longer than `longest`; UNAVAILABLE when it cannot be read just now.
absl::StatusOr<std::string> ReadSmallFile(rocksdb::Env* env, const std::string& path,
                                          uint64_t longest);

// FAILED_PRECONDITION when there is something of this name that is no regular file: a folder cannot
// be read, and opening a pipe waits for ever. OK when there is nothing, as for an env that is not
// on this machine's disk.
absl::Status CheckRegularFile(const std::string& path);

// FAILED_PRECONDITION as CheckRegularFile, and when others than the file's owner may read or write
// it. An env that is not on this machine's disk, such as one in memory, has no modes: OK.
absl::Status CheckOwnerOnly(const std::string& path);

}  // namespace countersign::storage
