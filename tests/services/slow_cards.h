// A disk in memory on which the cards can be held up: whatever is written below a folder "views"
// waits until it is let go.
#ifndef COUNTERSIGN_TESTS_SERVICES_SLOW_CARDS_H_
#define COUNTERSIGN_TESTS_SERVICES_SLOW_CARDS_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace countersign {

// The gate that writes pass. Thread-safe.
class Gate {
 public:
  void Close() {
    std::lock_guard guard(lock_);
    closed_ = true;
  }
  void Open() {
    {
      std::lock_guard guard(lock_);
      closed_ = false;
    }
    changed_.notify_all();
  }
  void WaitUntilSomebodyWaits() {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [this] { return waiting_ > 0; });
  }
  void Pass() {
    std::unique_lock guard(lock_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(guard, [this] { return !closed_; });
    --waiting_;
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  bool closed_ = false;
  int waiting_ = 0;
};

class GatedFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  GatedFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Gate> gate)
      : FSWritableFileOwnerWrapper(std::move(file)), gate_(std::move(gate)) {}

  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    gate_->Pass();
    return FSWritableFileOwnerWrapper::Append(bytes, options, debug);
  }

 private:
  const std::shared_ptr<Gate> gate_;
};

class GatedCards : public rocksdb::FileSystemWrapper {
 public:
  GatedCards(const std::shared_ptr<rocksdb::FileSystem>& disk, std::shared_ptr<Gate> gate)
      : FileSystemWrapper(disk), gate_(std::move(gate)) {}
  const char* Name() const override { return "GatedCards"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus made = target()->NewWritableFile(path, options, file, debug);
    if (made.ok() && path.find("/views/") != std::string::npos) {
      *file = std::make_unique<GatedFile>(std::move(*file), gate_);
    }
    return made;
  }

 private:
  const std::shared_ptr<Gate> gate_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_SERVICES_SLOW_CARDS_H_
