// Chance that is the same on every machine for the same seed.
#ifndef COUNTERSIGN_TESTS_FAULTS_DICE_H_
#define COUNTERSIGN_TESTS_FAULTS_DICE_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace countersign::faults {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}

  uint64_t Any() { return random_(); }
  // From 0 up to, but not including, `limit`, which is not 0.
  uint64_t Below(uint64_t limit) { return random_() % limit; }
  bool Chance(uint64_t percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& values) {
    return values[Below(values.size())];
  }
  std::string Bytes(size_t count) {
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }
  // Changes one bit. `bytes` is not empty.
  template <typename Bytes>
  void FlipABit(Bytes& bytes) {
    bytes[Below(bytes.size())] ^= static_cast<char>(1 << Below(8));
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_DICE_H_
