// Chance that is the same on every machine for the same seed.
#ifndef COUNTERSIGN_TESTS_SCENARIO_DICE_H_
#define COUNTERSIGN_TESTS_SCENARIO_DICE_H_

#include <cstdint>
#include <random>
#include <vector>

namespace countersign::scenario {

class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}

  // From 0 up to, but not including, `limit`.
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint64_t>(limit)); }
  // From `least` to `most`, both included.
  int Between(int least, int most) { return least + Below(most - least + 1); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& values) {
    return values[Below(static_cast<int>(values.size()))];
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace countersign::scenario

#endif  // COUNTERSIGN_TESTS_SCENARIO_DICE_H_
