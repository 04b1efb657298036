// A disk that can lose its power: a RocksDB env over a real folder that forgets, on demand,
// whatever was not synced: bytes after a file's last sync, files and renames whose folder was not
// synced.
//
// Use: write through env(); Cut() or CutAtSync(n); close what uses it; Restore(); open again.
//
// It can also fail while the power stays on: one call of its own choice, or everything from then
// on.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace countersign::storage {

class PowerCutDisk {
 public:
  PowerCutDisk();

  rocksdb::Env* env() { return env_.get(); }

  // From now on every operation fails, as far as the program can tell.
  void Cut();
  // Cuts when file or folder sync number `n` from now is asked for (1 is the next), before it takes
  // effect.
  void CutAtSync(int n);
  // Cuts when call number `n` from now (1 is the next) that would change the disk is made, before
  // it takes effect: a write to a file, a sync, a new file, a new name, a removal.
  void CutAtCall(int n);
  // What a disk does that fails while the power stays on.
  struct Failure {
    bool is_full = false;      // ENOSPC; else EIO.
    bool for_good = false;     // Every later call that changes the disk fails as well.
    size_t bytes_written = 0;  // Of a failing write, so many reach the file all the same.
  };
  // Call number `n` from now (1 is the next) that would change the disk fails. If it is a sync,
  // what it should have made safe is lost with the power, whatever later syncs say: the kernel has
  // dropped the pages.
  void FailAtCall(int n, Failure failure);
  // What the call that failed first was about, since the last Restore.
  std::optional<std::string> failed_path() const;
  // How many calls were made that would change the disk.
  int calls() const;
  // Every sync fails from number `n` from now on (1 is the next), but the power stays on.
  void FailSyncs(int n = 1);
  // Syncs work again, and nothing that was written is gone.
  void Heal();
  bool is_cut() const;
  // How many syncs were asked for.
  int syncs() const;

  // What became of names that were made, changed or removed without a sync of their folder.
  enum class Names { kForgotten, kKept };

  // Power is back: what was not synced is gone. With `torn_bytes`, that many unsynced bytes of each
  // file did reach the disk. Names may be forgotten or kept, for neither was promised.
  void Restore(size_t torn_bytes = 0, Names names = Names::kForgotten);
  // Only the program had died, not the machine: everything that was written is there.
  void RestoreAll();

 private:
  class Disk;

  std::shared_ptr<Disk> disk_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace countersign::storage
