// Every seed and every input that was ever found keeps the promises of its target, in every build.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/targets.h"

namespace countersign::fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> InputsOf(const Target& target) {
  std::vector<fs::path> inputs;
  for (const char* folder : {"corpus", "found"}) {
    const fs::path path = fs::path(TESTS_DIR) / "fuzz" / folder / target.name;
    if (!fs::exists(path)) continue;
    for (const fs::directory_entry& input : fs::directory_iterator(path)) {
      inputs.push_back(input.path());
    }
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Replay : public testing::TestWithParam<Target> {};

TEST_P(Replay, KeepsItsPromises) {
  const std::vector<fs::path> inputs = InputsOf(GetParam());
  EXPECT_FALSE(inputs.empty()) << "without seeds a fuzzer only finds what is not its format";
  for (const fs::path& input : inputs) {
    // A broken promise ends the program: the last name printed is the input.
    std::printf("%s\n", input.c_str());
    std::fflush(stdout);
    GetParam().examine(BytesOf(input));
  }
  GetParam().examine("");
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Replay, testing::ValuesIn(Targets()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace countersign::fuzz
