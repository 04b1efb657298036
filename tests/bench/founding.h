// A trust to work in, brought about through the same calls that people make: founded, with a
// school, its people and their reviewers, and plans up to the first draft.
#ifndef COUNTERSIGN_TESTS_BENCH_FOUNDING_H_
#define COUNTERSIGN_TESTS_BENCH_FOUNDING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/bench/closed_loop.h"

namespace countersign::bench {

// A plan that its reviewee can comment on.
struct OpenPlan {
  std::string plan_id{};
  std::string reviewee{};  // Staff key.
  uint64_t version = 0;    // Of the last entry of its stream.
};

// Founds the trust on a server without one and opens `plans` plans, each of another person, with a
// draft issued. Errors are the server's.
absl::StatusOr<std::vector<OpenPlan>> FoundWithDrafts(const Channels& channels, int plans);

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_FOUNDING_H_
