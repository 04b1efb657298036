// How much is tried: little in the check, much by scripts/faults --full, which sets the environment
// variables; and the figures that are printed for it.
#ifndef COUNTERSIGN_TESTS_FAULTS_SIZES_H_
#define COUNTERSIGN_TESTS_FAULTS_SIZES_H_

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace countersign::faults {

// The number in the environment variable COUNTERSIGN_FAULTS_<name>, or `small`.
inline int64_t SizeOf(const std::string& name, int64_t small) {
  const char* text = std::getenv(("COUNTERSIGN_FAULTS_" + name).c_str());
  return text == nullptr ? small : std::atoll(text);
}

// All chance here comes from this seed.
inline uint64_t Seed() { return static_cast<uint64_t>(SizeOf("SEED", 20261123)); }

// Prints one line of the table of scripts/faults when it goes:
// "FIGURE|<what>|<tried>|<seconds>|<outcome>".
class Figure {
 public:
  explicit Figure(std::string what) : what_(std::move(what)) {}
  ~Figure() {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin_;
    std::printf("FIGURE|%s|%lld|%.1f|%s\n", what_.c_str(), static_cast<long long>(tried),
                taken.count(), outcome.c_str());
    std::fflush(stdout);
  }
  Figure(const Figure&) = delete;
  Figure& operator=(const Figure&) = delete;

  int64_t tried = 0;
  std::string outcome;

 private:
  const std::string what_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_SIZES_H_
