// What the load writes: texts, names and request ids that are the same in every run. Everything
// comes from splitmix64 of a number; no seed, no clock.
#ifndef COUNTERSIGN_TESTS_BENCH_WORDS_H_
#define COUNTERSIGN_TESTS_BENCH_WORDS_H_

#include <cstdint>
#include <string>

namespace countersign::bench {

// The finaliser of splitmix64: a number that looks random, for a number that counts.
uint64_t SplitMix64(uint64_t number);

// A comment of 150 to 900 bytes, about 400 in the mean: the sizes of the peers' events. Words from
// a list of 64, so that it compresses as people's words do.
std::string CommentText(uint64_t number);

// UUIDs, each a different one.
class RequestIds {
 public:
  // Different series never give the same id.
  explicit RequestIds(uint32_t series) : next_(uint64_t{series} << 32) {}
  std::string Next();

 private:
  uint64_t next_;
};

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_WORDS_H_
