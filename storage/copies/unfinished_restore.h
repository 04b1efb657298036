// Folders into which a backup is restored before they have their name: not whole, perhaps with
// keys.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "rocksdb/env.h"

namespace countersign::storage {

// What follows the name that the folder is to have.
inline constexpr char kUnfinishedRestore[] = ".unfinished";

// Removes such a folder, its keys overwritten first. OK when there is none. UNAVAILABLE when
// something of it may still be there.
absl::Status RemoveUnfinished(rocksdb::Env* env, const std::string& folder);

// Those that restores left beside `into` when they were killed, in the order of their names. A
// restore removes what stands in its own way; of the others only the operator knows whether they
// are still being written. None when the folder that they would lie in cannot be listed.
std::vector<std::string> UnfinishedRestoresBeside(rocksdb::Env* env, const std::string& into);

}  // namespace countersign::storage
