// A signed plan on the real server, taken away with the real command line, checked with the real
// verifier while no server runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Ran Verify(const std::vector<std::string>& words) {
  std::vector<std::string> all = {"record"};
  all.insert(all.end(), words.begin(), words.end());
  return Run({.path = BIN_DIR "/countersign-verify", .words = all, .environment = {}});
}

TEST(ARecordThatWasTakenAway, IsVerifiedWithoutTheServer) {
  const TemporaryFolder folder;
  Registry registry(folder.path("data"));
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/true));
  TellMainPath(registry);
  const std::string pack = folder.path("amina.csign");
  const json taken = registry.Ask(kAmina, "record pack --of amina.yusuf --out", {pack});
  const std::string plan = registry.PlanOf(kAmina);
  const std::string key = folder.Write("log.key", registry.Do(kTheo, "log key"));
  registry.Stop();

  const Ran verified = Verify({pack, "--key", key, "--no-state", "-o", "json"});
  ASSERT_EQ(verified.code, 0) << verified.out << verified.err;
  const json report = json::parse(verified.out);
  EXPECT_EQ(report["plan_id"], plan);
  EXPECT_EQ(report["digest"], taken["digest"]);
  EXPECT_EQ(report["entries"], taken["entries"]);
  EXPECT_EQ(report["checkpoint_size"], taken["checkpoint_size"]);
  EXPECT_EQ(report["state"], "signed");
  EXPECT_EQ(report["acts"].size(), 2u);

  std::string changed = ReadFile(pack);
  changed[changed.rfind(kComment)] ^= 1;  // In the event that the comments came from.
  const Ran refused = Verify({folder.Write("changed.csign", changed), "--key", key, "--no-state"});
  EXPECT_EQ(refused.code, 6) << refused.out << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("TAMPERED"));
}

}  // namespace
}  // namespace countersign::end_to_end
