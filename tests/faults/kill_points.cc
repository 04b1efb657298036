#include "tests/faults/kill_points.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>

namespace countersign::faults {
namespace {

enum Kind {
  kWrite,
  kPwrite,
  kSync,
  kRename,
  kOpen,
  kUnlink,
  kTruncate,
  kFallocate,
  kMkdir,
  kLink,
  kChmod,
  kKinds
};
constexpr std::array<const char*, kKinds> kNames = {"write", "pwrite", "sync",     "rename",
                                                    "open",  "unlink", "truncate", "fallocate",
                                                    "mkdir", "link",   "chmod"};

std::atomic<bool> counting = false;
std::atomic<int64_t> kill_at = 0;
std::atomic<Side> kill_side = Side::kBefore;
std::atomic<int64_t> calls = 0;
std::array<std::atomic<int64_t>, kKinds> calls_of_kind;

void Die() {
  ::kill(::getpid(), SIGKILL);
  while (true) ::pause();  // The signal is on its way.
}

// Counts a call and does it, unless the program dies at it.
template <typename Call>
auto Counted(Kind kind, Call call) {
  if (!counting) return call();
  const bool is_last = ++calls == kill_at;
  ++calls_of_kind[kind];
  if (is_last && kill_side == Side::kBefore) Die();
  const auto result = call();
  if (is_last) Die();
  return result;
}

// The C library's own function.
template <typename Function>
Function* Real(const char* name, Function*) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

void KillAt(int64_t at, Side side) {
  kill_at = at;
  kill_side = side;
  counting = true;
}

int64_t Calls() { return calls; }

std::string CallsByKind() {
  std::string text;
  for (int kind = 0; kind < kKinds; ++kind) {
    if (calls_of_kind[kind] == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::string(kNames[kind]) + " " + std::to_string(calls_of_kind[kind].load());
  }
  return text;
}

void Tell(int pipe, std::string_view words) {
  while (!words.empty()) {
    const long written = ::syscall(SYS_write, pipe, words.data(), words.size());
    if (written <= 0) std::_Exit(1);
    words.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace countersign::faults

using countersign::faults::Counted;
using countersign::faults::Real;
namespace f = countersign::faults;

// What stands between RocksDB and the C library. The names are the C library's.
#define REAL(name) static auto* const real = Real(#name, &::name)

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  REAL(write);
  return Counted(f::kWrite, [&] { return real(file, bytes, size); });
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  REAL(pwrite);
  return Counted(f::kPwrite, [&] { return real(file, bytes, size, at); });
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  REAL(pwrite64);
  return Counted(f::kPwrite, [&] { return real(file, bytes, size, at); });
}
int fsync(int) {
  return Counted(f::kSync, [] { return 0; });
}
int fdatasync(int) {
  return Counted(f::kSync, [] { return 0; });
}
int sync_file_range(int, off64_t, off64_t, unsigned int) {
  return Counted(f::kSync, [] { return 0; });
}
int rename(const char* from, const char* to) noexcept {
  REAL(rename);
  return Counted(f::kRename, [&] { return real(from, to); });
}
int unlink(const char* path) noexcept {
  REAL(unlink);
  return Counted(f::kUnlink, [&] { return real(path); });
}
int link(const char* from, const char* to) noexcept {
  REAL(link);
  return Counted(f::kLink, [&] { return real(from, to); });
}
int mkdir(const char* path, mode_t mode) noexcept {
  REAL(mkdir);
  return Counted(f::kMkdir, [&] { return real(path, mode); });
}
int chmod(const char* path, mode_t mode) noexcept {
  REAL(chmod);
  return Counted(f::kChmod, [&] { return real(path, mode); });
}
int ftruncate(int file, off_t size) noexcept {
  REAL(ftruncate);
  return Counted(f::kTruncate, [&] { return real(file, size); });
}
int ftruncate64(int file, off64_t size) noexcept {
  REAL(ftruncate64);
  return Counted(f::kTruncate, [&] { return real(file, size); });
}
int fallocate(int file, int mode, off_t at, off_t size) {
  REAL(fallocate);
  return Counted(f::kFallocate, [&] { return real(file, mode, at, size); });
}
int fallocate64(int file, int mode, off64_t at, off64_t size) {
  REAL(fallocate64);
  return Counted(f::kFallocate, [&] { return real(file, mode, at, size); });
}

// Opening is only counted where it can make or empty a file.
int open(const char* path, int flags, ...) {
  REAL(open);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return real(path, flags, mode);
  return Counted(f::kOpen, [&] { return real(path, flags, mode); });
}
int open64(const char* path, int flags, ...) {
  REAL(open64);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return real(path, flags, mode);
  return Counted(f::kOpen, [&] { return real(path, flags, mode); });
}

}  // extern "C"
