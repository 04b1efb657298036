// The measurements that need a server: each starts the real countersignd on a new folder, founds a
// trust in it, measures, and stops the server. The folder stays, for what is measured offline.
#ifndef COUNTERSIGN_TESTS_BENCH_LOAD_H_
#define COUNTERSIGN_TESTS_BENCH_LOAD_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/figure.h"

namespace countersign::bench {

struct LoadOptions {
  std::string data{};  // A folder that is not there yet.
  // At least four for each call in flight. Plans are written to in turn, so the more there are, the
  // shorter each stays.
  int plans = 4096;
  std::vector<int> levels = {1, 16, 64, 256};  // Calls in flight.
  absl::Duration length = absl::Seconds(3);    // Of each level in each repetition.
  int repetitions = 3;
  // Called before each repetition, with its number from 0: another server can be measured in turns
  // with this one, so that the machine's noise falls on both.
  std::function<absl::Status(int)> before_repetition = [](int) { return absl::OkStatus(); };
};

// AddComment at each level: commands per second through the whole product, and latencies. Any error
// of the server, or a stale version that it takes, is the result.
absl::StatusOr<std::vector<Figure>> MeasureLoad(const LoadOptions& options);

struct OpenOptions {
  std::string data{};  // A folder that is not there yet.
  int plans = 512;     // Half of them are opened first at one in flight, half at 16.
  absl::Duration length = absl::Seconds(2);
  int repetitions = 3;
};

// GetPlan of plans with 40 entries, at 1 and 16 in flight: first opened by a server that has just
// been started, which folds each plan and journals the access; then opened again and again.
absl::StatusOr<std::vector<Figure>> MeasureOpen(const OpenOptions& options);

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_LOAD_H_
