// The past of a school year, seed by seed: whatever the server answered at any moment, it answers
// again as of that moment, byte for byte.
//
// COUNTERSIGN_PAST_YEARS says how many years are played (4 where nothing is said), and
// COUNTERSIGN_SCENARIO_FIRST_SEED with which seed to begin. All sizes print how many answers they
// compared.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "tests/scenario/run.h"

namespace countersign::scenario {
namespace {

int FromEnvironment(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

TEST(ThePastOfASchoolYear, IsAnsweredAsItWasAnsweredThen) {
  const int years = FromEnvironment("COUNTERSIGN_PAST_YEARS", 4);
  const int first = FromEnvironment("COUNTERSIGN_SCENARIO_FIRST_SEED", 1);
  int moments = 0;
  int compared = 0;
  int no_longer_seen = 0;
  std::map<std::string, int> by_method;
  for (int seed = first; seed < first + years; ++seed) {
    scenario::Run run(static_cast<uint32_t>(seed), RememberMoments::kYes);
    ASSERT_TRUE(run.Play()) << run.report();
    const std::string difference = run.ComparePast();
    ASSERT_EQ(difference, "") << "seed " << seed;
    moments += run.moments()->moments();
    compared += run.moments()->compared();
    no_longer_seen += run.moments()->no_longer_seen();
    for (const auto& [method, times] : run.moments()->compared_by_method()) {
      by_method[method] += times;
    }
  }
  std::printf("%d years, %d moments, %d answers compared, %d no longer seen\n", years, moments,
              compared, no_longer_seen);
  for (const auto& [method, times] : by_method) std::printf("%8d %s\n", times, method.c_str());
  EXPECT_GE(compared, 200 * years);
  EXPECT_LT(no_longer_seen, compared / 10);
  EXPECT_GE(by_method.size(), 17u) << "queries that were compared at all";
}

}  // namespace
}  // namespace countersign::scenario
