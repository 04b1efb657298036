// A disk in memory, gone with the test.
#ifndef COUNTERSIGN_TESTS_REGISTRAR_MEMORY_DISK_H_
#define COUNTERSIGN_TESTS_REGISTRAR_MEMORY_DISK_H_

#include <memory>

#include "rocksdb/env.h"

namespace countersign {

// Its clock is the machine's: RocksDB's block cache, which all databases of a program share, keeps
// the clock of the first one for ever, so that a clock of the disk's own would be used after its
// end.
inline std::unique_ptr<rocksdb::Env> NewMemoryDisk() {
  const std::unique_ptr<rocksdb::Env> memory(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  return rocksdb::NewCompositeEnv(memory->GetFileSystem());
}

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_REGISTRAR_MEMORY_DISK_H_
