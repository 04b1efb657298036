#include "tests/storage/power_cut.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <thread>

#include "rocksdb/system_clock.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr int kNever = std::numeric_limits<int>::max();

IOStatus Off() { return IOStatus::IOError("The power is off."); }

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// RocksDB sleeps for a second after a write of its own failed, hoping that the disk recovers.
class ClockWithoutRest : public rocksdb::SystemClockWrapper {
 public:
  ClockWithoutRest() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "ClockWithoutRest"; }
  void SleepForMicroseconds(int) override { std::this_thread::yield(); }
};

class EnvWithoutRest : public rocksdb::EnvWrapper {
 public:
  explicit EnvWithoutRest(const std::shared_ptr<rocksdb::FileSystem>& disk)
      : EnvWrapper(rocksdb::NewCompositeEnv(disk)) {
    // The block cache, which all databases of a program share, keeps the clock of the first one.
    static const auto* const clock =
        new std::shared_ptr<rocksdb::SystemClock>(std::make_shared<ClockWithoutRest>());
    system_clock_ = *clock;
  }
};

}  // namespace

class PowerCutDisk::Disk : public rocksdb::FileSystemWrapper {
 public:
  Disk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  static const char* kClassName() { return "PowerCutDisk"; }
  const char* Name() const override { return kClassName(); }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override;
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<FSDirectory>* folder, IODebugContext* debug) override;

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    std::lock_guard guard(lock);
    if (IOStatus refused = Judge(to); !refused.ok()) return refused;
    Rename undo{from, to, std::nullopt};
    if (fs::exists(to)) undo.overwritten = ReadFile(to);
    IOStatus renamed = target()->RenameFile(from, to, options, debug);
    if (!renamed.ok()) return renamed;
    unsynced_renames.push_back(undo);
    unsynced_names.erase(from);
    synced_bytes[to] = synced_bytes[from];
    synced_bytes.erase(from);
    return renamed;
  }

  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    std::lock_guard guard(lock);
    if (IOStatus refused = Judge(path); !refused.ok()) return refused;
    const auto synced = synced_bytes.find(path);
    // A name that was never safe cannot come back.
    if (unsynced_names.erase(path) == 0 && fs::exists(path)) {
      std::string bytes = ReadFile(path);
      if (synced != synced_bytes.end()) bytes.resize(std::min(bytes.size(), synced->second));
      unsynced_removals[path] = std::move(bytes);
    }
    if (synced != synced_bytes.end()) synced_bytes.erase(synced);
    lost_pages.erase(path);
    return target()->DeleteFile(path, options, debug);
  }

  // Counts a call that changes the disk, and says whether it comes too late or fails. Under lock.
  IOStatus Judge(const std::string& path) {
    ++calls;
    if (calls >= cut_at_call) cut = true;
    if (cut) return Off();
    if (calls < fail_at_call || (calls > fail_at_call && !failure.for_good)) return IOStatus::OK();
    if (!failed_path.has_value()) failed_path = path;
    return failure.is_full ? IOStatus::NoSpace("The disk is full.")
                           : IOStatus::IOError("The disk fails.");
  }

  // Asks for a sync; `done` notes what it made safe. Nothing is synced to the real disk: only this
  // one loses its power, and tests that cut it a thousand times would wait for that.
  template <typename Done>
  IOStatus Synced(const std::string& path, Done done) {
    std::lock_guard guard(lock);
    ++syncs;
    if (syncs >= cut_at_sync) cut = true;
    if (IOStatus refused = Judge(path); !refused.ok()) {
      const auto synced = synced_bytes.find(path);
      if (!cut && synced != synced_bytes.end()) lost_pages.emplace(path, synced->second);
      return refused;
    }
    if (syncs >= fail_from_sync) return IOStatus::IOError("The disk does not sync.");
    done();
    return IOStatus::OK();
  }

  void FolderSynced(const std::string& folder) {
    const auto inside = [&](const std::string& path) {
      // However it is spelled: some end the name of a folder with a slash.
      return (fs::path(path).parent_path() / "").lexically_normal() ==
             (fs::path(folder) / "").lexically_normal();
    };
    for (auto name = unsynced_names.begin(); name != unsynced_names.end();) {
      name = inside(*name) ? unsynced_names.erase(name) : std::next(name);
    }
    std::erase_if(unsynced_renames, [&](const Rename& rename) { return inside(rename.to); });
    std::erase_if(unsynced_removals, [&](const auto& removal) { return inside(removal.first); });
  }

  void Restore(size_t torn_bytes, Names names) {
    std::lock_guard guard(lock);
    for (const auto& [path, first] : lost_pages) {
      if (!fs::exists(path) || fs::is_directory(path)) continue;
      std::string bytes = ReadFile(path);
      std::fill(bytes.begin() + std::min<size_t>(bytes.size(), first), bytes.end(), '\0');
      WriteFile(path, bytes);
    }
    for (const auto& [path, synced] : synced_bytes) {
      if (!fs::exists(path) || fs::is_directory(path)) continue;
      const uint64_t written = fs::file_size(path);
      if (synced < written) fs::resize_file(path, std::min<uint64_t>(written, synced + torn_bytes));
    }
    if (names == Names::kKept) return GoOn();
    for (auto rename = unsynced_renames.rbegin(); rename != unsynced_renames.rend(); ++rename) {
      if (!fs::exists(rename->to)) continue;
      if (fs::is_directory(rename->to)) {
        fs::rename(rename->to, rename->from);
        continue;
      }
      WriteFile(rename->from, ReadFile(rename->to));
      fs::remove(rename->to);
      if (rename->overwritten.has_value()) WriteFile(rename->to, *rename->overwritten);
    }
    for (const std::string& path : unsynced_names) fs::remove(path);
    for (const auto& [path, bytes] : unsynced_removals) {
      if (!fs::exists(path)) WriteFile(path, bytes);
    }
    GoOn();
  }

  // Forgets the cut and all that was not safe. Under lock.
  void GoOn() {
    synced_bytes.clear();
    unsynced_renames.clear();
    unsynced_names.clear();
    unsynced_removals.clear();
    lost_pages.clear();
    cut = false;
    failed_path.reset();
    fail_at_call = kNever;
    fail_from_sync = kNever;
    cut_at_sync = kNever;
    cut_at_call = kNever;
  }

  struct Rename {
    std::string from;
    std::string to;
    std::optional<std::string> overwritten;  // What `to` held before.
  };

  std::recursive_mutex lock;  // Guards all below.
  bool cut = false;
  int syncs = 0;
  int cut_at_sync = kNever;
  int calls = 0;
  int cut_at_call = kNever;
  int fail_at_call = kNever;
  Failure failure;
  std::optional<std::string> failed_path;
  int fail_from_sync = kNever;
  std::map<std::string, uint64_t> synced_bytes;  // By path, of files written since the last cut.
  std::set<std::string> unsynced_names;
  std::vector<Rename> unsynced_renames;
  std::map<std::string, std::string> unsynced_removals;  // What each file held that was synced.
  std::map<std::string, uint64_t> lost_pages;  // Where they begin, by path, after a failed sync.
};

namespace {

// A file whose appended bytes are only safe once synced.
template <typename Disk>
class TrackedFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  TrackedFile(std::unique_ptr<FSWritableFile> file, std::string path, Disk& disk)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), disk_(disk) {}

  IOStatus Append(const Slice& bytes, const IOOptions& options, IODebugContext* debug) override {
    std::lock_guard guard(disk_.lock);
    if (IOStatus refused = disk_.Judge(path_); !refused.ok()) return Torn(refused, bytes);
    written_ += bytes.size();
    return FSWritableFileOwnerWrapper::Append(bytes, options, debug);
  }
  IOStatus Append(const Slice& bytes, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    std::lock_guard guard(disk_.lock);
    if (IOStatus refused = disk_.Judge(path_); !refused.ok()) return Torn(refused, bytes);
    written_ += bytes.size();
    return FSWritableFileOwnerWrapper::Append(bytes, options, verification, debug);
  }
  // RocksDB would set dozens of megabytes aside for each log.
  void PrepareWrite(size_t, size_t, const IOOptions&, IODebugContext*) override {}
  IOStatus Allocate(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return disk_.Synced(path_, [&] { disk_.synced_bytes[path_] = written_; });
  }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return disk_.Synced(path_, [&] { disk_.synced_bytes[path_] = written_; });
  }

 private:
  // A write that fails may have begun. Under the disk's lock.
  IOStatus Torn(const IOStatus& refused, const Slice& bytes) {
    if (disk_.cut || disk_.failure.bytes_written == 0) return refused;
    const Slice begun(bytes.data(), std::min(bytes.size(), disk_.failure.bytes_written));
    written_ += begun.size();
    FSWritableFileOwnerWrapper::Append(begun, IOOptions(), nullptr).PermitUncheckedError();
    return refused;
  }

  const std::string path_;
  Disk& disk_;
  uint64_t written_ = 0;
};

template <typename Disk>
class TrackedFolder : public FSDirectory {
 public:
  TrackedFolder(std::unique_ptr<FSDirectory> folder, std::string path, Disk& disk)
      : folder_(std::move(folder)), path_(std::move(path)), disk_(disk) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return disk_.Synced(path_, [&] { disk_.FolderSynced(path_); });
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    // The hints of some file systems need no fsync; this disk takes none.
    return Fsync(options, debug);
  }

 private:
  const std::unique_ptr<FSDirectory> folder_;
  const std::string path_;
  Disk& disk_;
};

}  // namespace

IOStatus PowerCutDisk::Disk::NewWritableFile(const std::string& path,
                                             const rocksdb::FileOptions& options,
                                             std::unique_ptr<FSWritableFile>* file,
                                             IODebugContext* debug) {
  std::lock_guard guard(lock);
  if (IOStatus refused = Judge(path); !refused.ok()) return refused;
  const bool is_new = !fs::exists(path);
  std::unique_ptr<FSWritableFile> opened;
  IOStatus status = target()->NewWritableFile(path, options, &opened, debug);
  if (!status.ok()) return status;
  if (is_new) unsynced_names.insert(path);
  synced_bytes[path] = 0;
  *file = std::make_unique<TrackedFile<Disk>>(std::move(opened), path, *this);
  return status;
}

IOStatus PowerCutDisk::Disk::NewDirectory(const std::string& path, const IOOptions& options,
                                          std::unique_ptr<FSDirectory>* folder,
                                          IODebugContext* debug) {
  std::unique_ptr<FSDirectory> opened;
  IOStatus status = target()->NewDirectory(path, options, &opened, debug);
  if (!status.ok()) return status;
  *folder = std::make_unique<TrackedFolder<Disk>>(std::move(opened), path, *this);
  return status;
}

PowerCutDisk::PowerCutDisk()
    : disk_(std::make_shared<Disk>()), env_(std::make_unique<EnvWithoutRest>(disk_)) {}

void PowerCutDisk::Cut() {
  std::lock_guard guard(disk_->lock);
  disk_->cut = true;
}
void PowerCutDisk::CutAtSync(int n) {
  std::lock_guard guard(disk_->lock);
  disk_->cut_at_sync = disk_->syncs + n;
}
void PowerCutDisk::CutAtCall(int n) {
  std::lock_guard guard(disk_->lock);
  disk_->cut_at_call = disk_->calls + n;
}
void PowerCutDisk::FailAtCall(int n, Failure failure) {
  std::lock_guard guard(disk_->lock);
  disk_->fail_at_call = disk_->calls + n;
  disk_->failure = failure;
}
std::optional<std::string> PowerCutDisk::failed_path() const {
  std::lock_guard guard(disk_->lock);
  return disk_->failed_path;
}
int PowerCutDisk::calls() const {
  std::lock_guard guard(disk_->lock);
  return disk_->calls;
}
void PowerCutDisk::FailSyncs(int n) {
  std::lock_guard guard(disk_->lock);
  disk_->fail_from_sync = disk_->syncs + n;
}
void PowerCutDisk::Heal() {
  std::lock_guard guard(disk_->lock);
  disk_->fail_from_sync = kNever;
}
bool PowerCutDisk::is_cut() const {
  std::lock_guard guard(disk_->lock);
  return disk_->cut;
}
int PowerCutDisk::syncs() const {
  std::lock_guard guard(disk_->lock);
  return disk_->syncs;
}
void PowerCutDisk::Restore(size_t torn_bytes, Names names) { disk_->Restore(torn_bytes, names); }
void PowerCutDisk::RestoreAll() {
  std::lock_guard guard(disk_->lock);
  disk_->GoOn();
}

}  // namespace countersign::storage
