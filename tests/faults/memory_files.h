// Stores as plain files in memory: written once, changed and opened many times.
#ifndef COUNTERSIGN_TESTS_FAULTS_MEMORY_FILES_H_
#define COUNTERSIGN_TESTS_FAULTS_MEMORY_FILES_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rocksdb/env.h"

namespace countersign::faults {

// Files by path.
using Files = std::map<std::string, std::string>;

// A disk in memory. Its clock is the machine's: RocksDB's block cache keeps the clock of the first
// disk for ever.
inline std::unique_ptr<rocksdb::Env> NewMemory() {
  const std::unique_ptr<rocksdb::Env> memory(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  return rocksdb::NewCompositeEnv(memory->GetFileSystem());
}

// Adds every file below `folder`.
inline void Collect(rocksdb::Env* env, const std::string& folder, Files& files) {
  std::vector<std::string> names;
  ASSERT_TRUE(env->GetChildren(folder, &names).ok()) << folder;
  for (const std::string& name : names) {
    // A lock is held, not written.
    if (name == "." || name == ".." || name == "LOCK") continue;
    const std::string path = folder + "/" + name;
    // A disk in memory takes a folder for an empty file, unless it is asked for what is in it.
    std::vector<std::string> inside;
    if (env->GetChildren(path, &inside).ok() && !inside.empty()) {
      Collect(env, path, files);
    } else {
      ASSERT_TRUE(rocksdb::ReadFileToString(env, path, &files[path]).ok()) << path;
    }
  }
}

// A disk in memory with these files.
inline std::unique_ptr<rocksdb::Env> Loaded(const Files& files) {
  std::unique_ptr<rocksdb::Env> env = NewMemory();
  for (const auto& [path, bytes] : files) {
    for (size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      EXPECT_TRUE(env->CreateDirIfMissing(path.substr(0, slash)).ok());
    }
    EXPECT_TRUE(rocksdb::WriteStringToFile(env.get(), bytes, path).ok()) << path;
  }
  return env;
}

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_MEMORY_FILES_H_
