#include "storage/rocks.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/cache.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "storage/errors.h"
#include "storage/torn_tail.h"

namespace countersign::storage {
namespace {

constexpr size_t kBlockCacheBytes = size_t{64} << 20;
constexpr size_t kBlockBytes = size_t{8} << 10;
// Bounds what has to be replayed at start.
constexpr uint64_t kMaxLogBytes = uint64_t{128} << 20;
constexpr double kBloomBitsPerKey = 10;
// Of a memtable's bytes. A lookup in it costs more than one in a filtered table.
constexpr double kMemtableBloomRatio = 0.02;

std::string ParentOf(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Takes what RocksDB tells about itself: in a folder that is only read it would be one more file.
class Silence : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

bool OnlyReads(Rocks::Recovery recovery) {
  return recovery == Rocks::Recovery::kReadOnly || recovery == Rocks::Recovery::kExamine;
}

bool RefusesDamage(Rocks::Recovery recovery) {
  return recovery == Rocks::Recovery::kRefuseDamage || recovery == Rocks::Recovery::kReadOnly;
}

rocksdb::DBOptions DatabaseOptions(rocksdb::Env* env, Rocks::Recovery recovery) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = !OnlyReads(recovery);
  options.create_missing_column_families = !OnlyReads(recovery);
  if (OnlyReads(recovery)) options.info_log = std::make_shared<Silence>();
  options.paranoid_checks = true;
  options.track_and_verify_wals_in_manifest = true;
  options.wal_recovery_mode = RefusesDamage(recovery)
                                  ? rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords
                                  : rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Of each whole table, kept in the manifest: a block's checksum covers neither the table's footer
  // nor what no block holds.
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.max_total_wal_size = kMaxLogBytes;
  // After a failed sync the kernel may have dropped the pages: trying again proves nothing.
  options.max_bgerror_resume_count = 0;
  // Nobody reads these figures, and the thread that writes them outlives an injected env.
  options.stats_dump_period_sec = 0;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 5;
  return options;
}

}  // namespace

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

absl::Status SyncFolder(rocksdb::Env* env, const std::string& path) {
  std::unique_ptr<rocksdb::Directory> folder;
  rocksdb::Status status = env->NewDirectory(path, &folder);
  if (status.ok()) status = folder->Fsync();
  return FromRocks(status, "syncing the folder " + path);
}

absl::Status MakeFolder(rocksdb::Env* env, const std::string& path) {
  if (env->FileExists(path).ok()) return absl::OkStatus();
  const std::string parent = ParentOf(path);
  if (parent != path) {
    absl::Status made = MakeFolder(env, parent);
    if (!made.ok()) return made;
  }
  const rocksdb::Status status = env->CreateDirIfMissing(path);
  if (!status.ok()) return absl::UnavailableError(FromRocks(status, "making " + path).message());
  return SyncFolder(env, parent);
}

namespace {

// Of a file on this machine's disk, such as one that is mounted to be read only.
bool MayNotWrite(const std::string& path) {
  return ::access(path.c_str(), W_OK) != 0 && (errno == EROFS || errno == EACCES);
}

// Asked without the right to write. Only for files that this process cannot hold itself: closing
// one gives up whatever the process holds of it.
bool IsLocked(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct flock asked = {};
  asked.l_type = F_WRLCK;
  asked.l_whence = SEEK_SET;
  const bool locked = ::fcntl(file, F_GETLK, &asked) == 0 && asked.l_type != F_UNLCK;
  ::close(file);
  return locked;
}

bool IsFolder(rocksdb::Env* env, const std::string& path) {
  bool is_folder = false;
  const rocksdb::Status asked = env->IsDirectory(path, &is_folder);
  if (!asked.IsNotSupported()) return asked.ok() && is_folder;
  // An env that cannot tell: only folders have something in them.
  std::vector<std::string> names;
  return env->GetChildren(path, &names).ok() && !names.empty();
}

}  // namespace

absl::Status RemoveFolder(rocksdb::Env* env, const std::string& path) {
  if (env->FileExists(path).IsNotFound()) return absl::OkStatus();
  std::vector<std::string> names;
  rocksdb::Status status = env->GetChildren(path, &names);
  if (!status.ok()) return FromRocks(status, "listing " + path);
  for (const std::string& name : names) {
    if (name == "." || name == "..") continue;
    const std::string inner = path + "/" + name;
    if (IsFolder(env, inner)) {
      absl::Status removed = RemoveFolder(env, inner);
      if (!removed.ok()) return removed;
      continue;
    }
    status = env->DeleteFile(inner);
    if (!status.ok()) return FromRocks(status, "removing " + inner);
  }
  return FromRocks(env->DeleteDir(path), "removing " + path);
}

rocksdb::ColumnFamilyOptions Rocks::FamilyOptions(Shape shape,
                                                  std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::ColumnFamilyOptions options;
  options.compression =
      shape == Shape::kHashes ? rocksdb::kNoCompression : rocksdb::kLZ4Compression;
  options.paranoid_file_checks = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = std::move(cache);
  table.block_size = kBlockBytes;
  table.checksum = rocksdb::kXXH3;
  if (shape == Shape::kLookups) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
    options.memtable_prefix_bloom_size_ratio = kMemtableBloomRatio;
    options.memtable_whole_key_filtering = true;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

absl::StatusOr<std::unique_ptr<Rocks>> Rocks::Open(const std::string& path, rocksdb::Env* env,
                                                   Recovery recovery,
                                                   const std::vector<Family>& families) {
  const bool only_reads = OnlyReads(recovery);
  if (only_reads && !IsThere(path, env)) {
    return absl::NotFoundError(absl::StrCat("There is no database in ", path, "."));
  }
  absl::Status made = only_reads ? absl::OkStatus() : MakeFolder(env, path);
  if (!made.ok()) return made;
  absl::Status whole = RefusesDamage(recovery) ? CheckTornTails(path, env) : absl::OkStatus();
  if (!whole.ok()) return whole;
  rocksdb::DBOptions options = DatabaseOptions(env, recovery);
  std::vector<Family> all = families;
  all.push_back({rocksdb::kDefaultColumnFamilyName});
  std::vector<std::string> on_disk;
  if (env->FileExists(path + "/CURRENT").ok()) {
    const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(options, path, &on_disk);
    if (!listed.ok()) return FromRocks(listed, "reading the manifest in " + path);
  }
  for (const std::string& name : on_disk) {
    const bool given = std::any_of(all.begin(), all.end(),
                                   [&](const Family& family) { return family.name == name; });
    if (!given) all.push_back({name});
  }
  if (only_reads) {
    const auto absent = [&](const Family& family) {
      return std::find(on_disk.begin(), on_disk.end(), family.name) == on_disk.end();
    };
    all.erase(std::remove_if(all.begin(), all.end(), absent), all.end());
  }
  std::unique_ptr<Rocks> rocks(new Rocks);
  rocks->cache_ = rocksdb::NewLRUCache(kBlockCacheBytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const Family& family : all) {
    descriptors.emplace_back(family.name, FamilyOptions(family.shape, rocks->cache_));
  }
  rocksdb::DB* db = nullptr;
  rocksdb::Status opened =
      only_reads ? rocksdb::DB::OpenForReadOnly(options, path, descriptors, &rocks->handles_, &db)
                 : rocksdb::DB::Open(options, path, descriptors, &rocks->handles_, &db);
  if (recovery == Recovery::kExamine && opened.IsCorruption()) {
    // A table cannot be opened: without paranoia only reads of its rows fail.
    options.paranoid_checks = false;
    opened = rocksdb::DB::OpenForReadOnly(options, path, descriptors, &rocks->handles_, &db);
  }
  if (!opened.ok()) return FromRocks(opened, "opening " + path);
  rocks->db_.reset(db);
  return rocks;
}

bool Rocks::IsThere(const std::string& path, rocksdb::Env* env) {
  return env->FileExists(path + "/CURRENT").ok();
}

bool Rocks::IsOpenElsewhere(const std::string& path, rocksdb::Env* env) {
  const std::string name = path + "/LOCK";
  rocksdb::FileLock* lock = nullptr;
  if (!IsThere(path, env) || !env->FileExists(name).ok()) return false;
  if (!env->LockFile(name, &lock).ok()) return !MayNotWrite(name) || IsLocked(name);
  env->UnlockFile(lock);
  return false;
}

Rocks::~Rocks() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
}

rocksdb::ColumnFamilyHandle* Rocks::family(std::string_view name) const {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    if (handle->GetName() == name) return handle;
  }
  return nullptr;
}

rocksdb::ColumnFamilyHandle* Rocks::TakeFamily(std::string_view name) {
  rocksdb::ColumnFamilyHandle* taken = family(name);
  handles_.erase(std::remove(handles_.begin(), handles_.end(), taken), handles_.end());
  return taken;
}

std::vector<std::string> Rocks::family_names() const {
  std::vector<std::string> names;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) names.push_back(handle->GetName());
  return names;
}

}  // namespace countersign::storage
