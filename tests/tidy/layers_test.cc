// The layers of docs/architecture.md, over the project and over small bad examples.

#include "tests/tidy/layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace countersign::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Layers, IncludesFollowTheTable) {
  const Faults faults = ForbiddenIncludes(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Layers, StorageAndRulesMeetOnlyInTheRegistrarAndTheProjector) {
  const Faults faults = ForbiddenMeetings(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Layers, SlowHeadersAreIncludedOnce) {
  const Faults faults = SlowIncludes(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

// A file and one include of it.
struct Example {
  std::string path;
  std::string include;

  friend std::ostream& operator<<(std::ostream& out, const Example& example) {
    return out << example.path << " with " << example.include;
  }
};

class ForbiddenExample : public ::testing::TestWithParam<Example> {};

TEST_P(ForbiddenExample, IsFound) {
  const Tree tree = Tree::Of({{GetParam().path, "\n#include " + GetParam().include + "\n"}});
  EXPECT_THAT(ForbiddenIncludes(tree), ElementsAre(HasSubstr(GetParam().path + ":2")));
}

INSTANTIATE_TEST_SUITE_P(
    LayerChecks, ForbiddenExample,
    ::testing::Values(Example{"storage/a.cc", "\"services/rules/state/plan.h\""},
                      Example{"storage/a.cc", "\"countersign/v1/event.pb.h\""},
                      Example{"services/rules/a.cc", "\"storage/hash.h\""},
                      Example{"services/rules/a.cc", "<openssl/evp.h>"},
                      Example{"services/rules/a.cc", "<chrono>"},
                      Example{"services/rules/a.cc", "\"absl/time/clock.h\""},
                      Example{"services/rules/a.cc", "<unistd.h>"},
                      Example{"services/rules/a.cc", "\"countersign/v1/plan_service.grpc.pb.h\""},
                      Example{"services/projections/a.cc", "\"services/registrar.h\""},
                      Example{"services/projections/a.cc", "\"storage/views.h\""},
                      Example{"services/imports/a.cc", "\"services/rules/deadlines/calendar.h\""},
                      Example{"services/registrar.cc", "<grpcpp/grpcpp.h>"},
                      Example{"services/registrar.cc", "\"services/rpc/caller.h\""},
                      Example{"services/registrar.cc", "<openssl/evp.h>"},
                      Example{"services/rpc/a.cc", "\"rocksdb/db.h\""},
                      Example{"clients/cli/a.cc", "\"services/rules/state/plan.h\""},
                      Example{"clients/cli/a.cc", "\"storage/hash.h\""},
                      Example{"clients/verifier/a.cc", "\"storage/merkle_tree.h\""},
                      Example{"clients/verifier/a.cc", "\"services/event_codec.h\""},
                      Example{"clients/verifier/a.cc", "\"countersign/v1/event.pb.h\""},
                      Example{"clients/verifier/a.cc", "\"rocksdb/db.h\""},
                      Example{"clients/verifier/a.cc", "<CLI/CLI.hpp>"},
                      Example{"clients/verifier/a.cc", "<grpcpp/grpcpp.h>"},
                      Example{"clients/verifier/main.cc", "\"storage/hash.h\""},
                      Example{"tests/guidance/a.cc", "\"storage/journal.h\""},
                      Example{"tests/storage/a.cc", "\"services/rules/state/plan.h\""},
                      Example{"storage/a.cc", "\"hash.h\""}));

class AllowedExample : public ::testing::TestWithParam<Example> {};

TEST_P(AllowedExample, Passes) {
  const Tree tree = Tree::Of({{GetParam().path, "\n#include " + GetParam().include + "\n"}});
  EXPECT_THAT(ForbiddenIncludes(tree), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    LayerChecks, AllowedExample,
    ::testing::Values(Example{"storage/a.cc", "<string>"}, Example{"storage/a.cc", "<fcntl.h>"},
                      Example{"storage/a.cc", "\"countersign/v1/entry.pb.h\""},
                      Example{"services/rules/a.cc", "\"countersign/v1/plan_events.pb.h\""},
                      Example{"services/rules/a.cc", "\"absl/time/civil_time.h\""},
                      Example{"services/registrar.cc", "\"storage/journal.h\""},
                      Example{"services/rpc/a.cc", "\"countersign/v1/plan_service.grpc.pb.h\""},
                      Example{"services/main.cc", "\"CLI/CLI.hpp\""},
                      Example{"clients/cli/deadlines/check.cc",
                              "\"services/rules/deadlines/deadlines.h\""},
                      Example{"tests/end_to_end/a.cc", "<grpcpp/grpcpp.h>"}));

TEST(LayerChecks, FindAFolderThatIsInNoLayer) {
  EXPECT_THAT(ForbiddenIncludes(Tree::Of({{"shelf/a.cc", "\n"}})),
              ElementsAre(HasSubstr("shelf/a.cc:1: In no layer")));
}

TEST(LayerChecks, FindStorageAndRulesInOneFile) {
  const std::string text =
      "#include \"services/rules/state/plan.h\"\n#include \"storage/journal.h\"\n";
  EXPECT_THAT(ForbiddenMeetings(Tree::Of({{"services/permission/policy.cc", text}})),
              ElementsAre(HasSubstr("services/permission/policy.cc:2")));
  EXPECT_THAT(ForbiddenMeetings(Tree::Of({{"services/registrar.cc", text}})), IsEmpty());
}

TEST(LayerChecks, LetErrorsOfStorageBeTranslatedBesideRefusals) {
  const std::string text =
      "#include \"services/rules/refusals.h\"\n#include \"storage/errors.h\"\n";
  EXPECT_THAT(ForbiddenMeetings(Tree::Of({{"services/rpc/to_grpc_status.cc", text}})), IsEmpty());
}

TEST(LayerChecks, FindASlowHeaderInASecondFileOrInAHeader) {
  const std::string text = "#include <spdlog/spdlog.h>\n";
  EXPECT_THAT(SlowIncludes(Tree::Of({{"services/log.cc", text}})), IsEmpty());
  EXPECT_THAT(SlowIncludes(Tree::Of({{"services/log.cc", text}, {"services/main.cc", text}})),
              ElementsAre(HasSubstr("services/main.cc:1")));
  EXPECT_THAT(SlowIncludes(Tree::Of({{"services/log.h", text}})),
              ElementsAre(HasSubstr("services/log.h:1")));
  EXPECT_THAT(SlowIncludes(Tree::Of({{"clients/cli/plan.cc", "#include <CLI/CLI.hpp>\n"}})),
              ElementsAre(HasSubstr("clients/cli/plan.cc:1")));
  EXPECT_THAT(SlowIncludes(Tree::Of({{"services/a.h", "#include <nlohmann/json.hpp>\n"}})),
              ElementsAre(HasSubstr("json_fwd.hpp")));
}

}  // namespace
}  // namespace countersign::tidy
