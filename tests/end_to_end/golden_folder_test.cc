// A demo's data folder that an earlier build wrote opens, verifies and folds in this one.
//
// The sample is tests/golden/demo-data. It is never edited. With COUNTERSIGN_WRITE_GOLDEN set, and
// only where it is missing, this program writes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/journal.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using nlohmann::json;

const std::filesystem::path kSample = TESTS_DIR "/golden/demo-data";
// What the sample holds, as the build that wrote it saw it; beside the folder, not in it.
constexpr char kExpected[] = TESTS_DIR "/golden/demo-data.json";

constexpr char kFewPeople[] =
    "staff_key,name,job_title,team,urn,works,works_from,term_time_only,line_managers\n"
    "theo.lindqvist,Theo Lindqvist,Director of People,Central,,Mon-Fri,,no,\n"
    "helen.okafor,Helen Okafor,Headteacher,Leadership,990001,Mon-Fri,,yes,theo.lindqvist\n"
    "ben.carter,Ben Carter,Class Teacher,Year 4,990001,Mon-Fri,,yes,helen.okafor\n"
    "olga.brandt,Olga Brandt,Office Manager,Office,990001,Mon-Fri,,no,helen.okafor\n"
    "amina.yusuf,Amina Yusuf,Teaching Assistant,Year 4,990001,Mon-Thu,,yes,ben.carter\n";

// Size and root of a journal that no server has open; fails the test when it does not verify.
json VerifiedHead(const std::string& data_folder, std::optional<uint64_t> size) {
  const auto journal = storage::Journal::Open({.path = data_folder + "/journal"});
  EXPECT_TRUE(journal.ok()) << journal.status();
  if (!journal.ok()) return {};
  const absl::Status verified = (*journal)->Verify();
  EXPECT_TRUE(verified.ok()) << verified;
  const uint64_t up_to = size.value_or((*journal)->head().size);
  const auto root = (*journal)->RootOf(up_to);
  EXPECT_TRUE(root.ok()) << root.status();
  return {{"size", up_to},
          {"root", absl::BytesToHexString(absl::string_view(
                       reinterpret_cast<const char*>(root->data()), root->size()))}};
}

// What people see of the plan in it.
json SeenByPeople(const Registry& registry) {
  json seen;
  const json plan = registry.Ask(kAmina, "plan show --of amina.yusuf").at("plan");
  seen["state"] = plan.at("summary").at("state");
  seen["digest"] = plan.at("digest");
  seen["objectives"] = plan.at("plan").at("objectives").size();
  const json timeline = registry.Ask(kAmina, "plan timeline --of amina.yusuf");
  for (const json& entry : timeline.at("entries")) {
    seen["timeline"].push_back(entry.at("recorded_at").get<std::string>().substr(0, 16) + " " +
                               entry.at("event_type").get<std::string>());
  }
  const json explained = registry.Ask(kAmina, "plan deadlines --of amina.yusuf");
  for (const json& deadline : explained.at("deadlines")) {
    const json& obligation = deadline.at("obligation");
    seen["deadlines"].push_back(obligation.at("kind").get<std::string>() + " " +
                                obligation.at("status").get<std::string>() + " " +
                                obligation.at("due_on").get<std::string>());
  }
  return seen;
}

void CopyFolder(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  // A checkout keeps no narrow permissions, and the key of a key store must be its owner's alone.
  for (const auto& file : std::filesystem::recursive_directory_iterator(to)) {
    std::filesystem::permissions(file.path(), file.is_directory()
                                                  ? std::filesystem::perms::owner_all
                                                  : std::filesystem::perms::owner_read |
                                                        std::filesystem::perms::owner_write);
  }
}

TEST(GoldenFolder, IsWrittenWhereItIsMissing) {
  if (std::getenv("COUNTERSIGN_WRITE_GOLDEN") == nullptr) {
    GTEST_SKIP() << "COUNTERSIGN_WRITE_GOLDEN is not set.";
  }
  ASSERT_FALSE(std::filesystem::exists(kSample)) << "A sample that was shipped is never replaced.";
  TemporaryFolder folder;
  Registry registry(folder.path("data"));
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/true));
  const std::vector<Pair> pairs = {{kAmina, kBen}};
  FoundTrust(registry, folder.Write("people.csv", kFewPeople));
  ConfirmMeetings(registry, pairs);
  HoldMeetings(registry, pairs);
  // Half of it in tables, half of it still in the log.
  ASSERT_EQ(registry.Stop(), 0);
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/false));
  IssueDrafts(registry, pairs);
  RequestChange(registry);
  Finalise(registry);
  SignBoth(registry);
  json expected = SeenByPeople(registry);
  ASSERT_EQ(registry.Stop(), 0);
  CopyFolder(registry.data_folder(), kSample);
  // Locks and the engine's empty log books are made anew whenever a folder is opened.
  for (const auto& file : std::filesystem::recursive_directory_iterator(registry.data_folder())) {
    const std::string name = file.path().filename();
    if (name != "LOCK" && name.rfind("LOG", 0) != 0) continue;
    std::filesystem::remove(kSample / file.path().lexically_relative(registry.data_folder()));
  }
  expected["head"] = VerifiedHead(registry.data_folder(), std::nullopt);
  std::ofstream(kExpected) << expected.dump(2) << "\n";
}

TEST(GoldenFolder, OfAnEarlierBuildVerifiesAndIsServedAgain) {
  const json expected = json::parse(ReadFile(kExpected));
  TemporaryFolder folder;
  Registry registry(folder.path("data"));
  CopyFolder(kSample, registry.data_folder());
  const uint64_t size = expected.at("head").at("size");
  EXPECT_EQ(VerifiedHead(registry.data_folder(), size), expected.at("head"));

  // No flag says that it is a demo: its first entry does.
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/false));
  json seen = SeenByPeople(registry);
  seen["head"] = expected.at("head");
  EXPECT_EQ(seen, expected);
  registry.Do(kTheo, "demo advance 1d");
  EXPECT_EQ(registry.Stop(), 0);
  // What was added stands after what was there, which is as it was.
  EXPECT_EQ(VerifiedHead(registry.data_folder(), size), expected.at("head"));
}

TEST(ServingAgain, ADemosFolderHoldsWhatItHeld) {
  TemporaryFolder folder;
  Registry registry(folder.path("data"));
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/true));
  TellMainPath(registry);
  const json before = SeenByPeople(registry);
  const json clock = registry.Ask(kTheo, "demo clock");
  ASSERT_EQ(registry.Stop(), 0);
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/false));
  EXPECT_EQ(SeenByPeople(registry), before);
  // The clock goes on from the last entry, not from today.
  EXPECT_EQ(registry.Ask(kTheo, "demo clock").at("now").get<std::string>().substr(0, 13),
            clock.at("now").get<std::string>().substr(0, 13));
}

}  // namespace
}  // namespace countersign::end_to_end
