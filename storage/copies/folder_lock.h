// One program at a time in a folder of backups.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/env.h"

namespace countersign::storage {

// Holds a file's lock, so that two programs do not write to one folder of backups.
class FolderLock {
 public:
  explicit FolderLock(rocksdb::Env* env) : env_(env) {}
  ~FolderLock() {
    if (lock_ != nullptr) env_->UnlockFile(lock_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  // FAILED_PRECONDITION when somebody else has it, or it cannot be taken there.
  absl::Status Take(const std::string& folder) {
    const rocksdb::Status locked = env_->LockFile(folder + "/LOCK", &lock_);
    if (locked.ok()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("A backup is being made, verified or restored in ", folder,
                     ". Wait until that is done. (", locked.ToString(), ")"));
  }

 private:
  rocksdb::Env* env_;
  rocksdb::FileLock* lock_ = nullptr;
};

}  // namespace countersign::storage
