// A disk that can lose its power: a RocksDB env over a real folder that forgets, on demand,
// whatever was not synced: bytes after a file's last sync, files and renames whose folder was not
// synced.
//
// Use: write through env(); Cut() or CutAtSync(n); close what uses it; Restore(); open again.
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
  // Every sync fails from number `n` from now on (1 is the next), but the power stays on.
  void FailSyncs(int n = 1);
  // Syncs work again, and nothing that was written is gone.
  void Heal();
  bool is_cut() const;
  // How many syncs were asked for.
  int syncs() const;

  // Power is back: what was not synced is gone. With `torn_bytes`, that many unsynced bytes of each
  // file did reach the disk.
  void Restore(size_t torn_bytes = 0);
  // Only the program had died, not the machine: everything that was written is there.
  void RestoreAll();

 private:
  class Disk;

  std::shared_ptr<Disk> disk_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace countersign::storage
