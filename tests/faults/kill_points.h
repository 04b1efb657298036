// Kills this program at a chosen call that changes the disk, as kill -9 would.
//
// The program's own definitions of write, fsync, rename and the others come before the C library's,
// for RocksDB as well. So one counter goes over all threads and all kinds of calls, and the program
// can die on either side of the call: strace counts each thread and each kind by itself, and only
// knows the near side.
//
// Syncs are counted and not done: what a program has written outlives it.
#ifndef COUNTERSIGN_TESTS_FAULTS_KILL_POINTS_H_
#define COUNTERSIGN_TESTS_FAULTS_KILL_POINTS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::faults {

enum class Side { kBefore, kAfter };

// From now on calls are counted; call number `at` (1 is the first) is the last thing that this
// program does. 0: it lives.
void KillAt(int64_t at, Side side);

// How many calls were counted.
int64_t Calls();
// "write 12, fsync 3": how many of each kind.
std::string CallsByKind();

// Writes to a pipe without being counted. Dies when nobody reads it.
void Tell(int pipe, std::string_view words);

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_KILL_POINTS_H_
