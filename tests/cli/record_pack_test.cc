// `countersign record pack`: what is written where, and what is never overwritten.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/output/new_file.h"
#include "countersign/v1/copies_service.pb.h"
#include "tests/cli/cli_fixture.h"

namespace countersign::cli {
namespace {

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// A folder of its own for each test.
class TakingARecordAway : public ::testing::Test {
 protected:
  TakingARecordAway()
      : folder_(absl::StrCat(testing::TempDir(), "pack-", ::getpid(), "-",
                             testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directory(folder_);
  }
  ~TakingARecordAway() override { std::filesystem::remove_all(folder_); }

  std::string Path() const { return folder_ + "/amina.csign"; }
  Ended Run(const Values& more = {}, OutputFormat format = OutputFormat::kTable) {
    Values values = {{"plan", {kPlanId}}, {"out", {Path()}}};
    for (const auto& [name, value] : more) values[name] = value;
    return RunOn(server_, CommandNamed("record", "pack"), values, {.format = format});
  }
  size_t FilesInFolder() const {
    const std::filesystem::directory_iterator files(folder_);
    return static_cast<size_t>(std::distance(begin(files), end(files)));
  }

  const std::string folder_;
  MadeUpServer server_;
};

TEST_F(TakingARecordAway, WritesTheBytesOfTheServerForItsOwnerAlone) {
  const Ended run = Run();
  ASSERT_EQ(run.code, ExitCode::kDone) << run.err;
  EXPECT_EQ(BytesOf(Path()), SamplePack());
  EXPECT_EQ(server_.Last<v1::GetRecordPackRequest>().plan_id(), kPlanId);
  struct stat found = {};
  ASSERT_EQ(::stat(Path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(FilesInFolder(), 1u) << "nothing is left beside it";
  EXPECT_TRUE(absl::StrContains(run.err, "countersign-verify record")) << run.err;
}

TEST_F(TakingARecordAway, TellsProgramsTheFileTheDigestTheEntriesAndTheCheckpoint) {
  const Ended run = Run({}, OutputFormat::kJson);
  const auto told = nlohmann::json::parse(run.out);
  EXPECT_EQ(told["file"], Path());
  EXPECT_EQ(told["bytes"], SamplePack().size());
  EXPECT_EQ(told["digest"], std::string(64, 'a'));
  EXPECT_EQ(told["entries"], 2);
  EXPECT_EQ(told["checkpoint_size"], 42);
}

TEST_F(TakingARecordAway, OverwritesNothingAndAsksForNothingThen) {
  std::ofstream(Path()) << "an older pack";
  const Ended run = Run();
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_TRUE(absl::StrContains(run.err, "--force")) << run.err;
  EXPECT_EQ(BytesOf(Path()), "an older pack");
  EXPECT_TRUE(server_.methods.empty()) << "no access is journaled for a file that is not written";
  EXPECT_EQ(Run({{"force", {"yes"}}}).code, ExitCode::kDone);
  EXPECT_EQ(BytesOf(Path()), SamplePack());
}

TEST_F(TakingARecordAway, ReplacesNothingThatCameToLieThereMeanwhile) {
  std::ofstream(Path()) << "an older pack";
  EXPECT_EQ(WriteNewFile(Path(), "another", false).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(BytesOf(Path()), "an older pack");
  EXPECT_EQ(FilesInFolder(), 1u);
}

TEST_F(TakingARecordAway, LeavesWhatIsNoRegularFileAsItIs) {
  const std::string fifo = folder_ + "/fifo";
  const std::string kept = folder_ + "/kept.csign";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::ofstream(kept) << "an older pack";
  std::filesystem::create_symlink(kept, folder_ + "/link");
  for (const char* name : {"/fifo", "/link"}) {
    for (const bool force : {false, true}) {
      const Values more = {{"out", {folder_ + name}}};
      Values forced = more;
      forced["force"] = {"yes"};
      const Ended run = Run(force ? forced : more);
      EXPECT_EQ(run.code, ExitCode::kUsage) << name;
      EXPECT_TRUE(absl::StrContains(run.err, "no regular file")) << run.err;
      EXPECT_FALSE(absl::StrContains(run.err, "--force")) << run.err;
      EXPECT_EQ(WriteNewFile(folder_ + name, "a pack", force).code(),
                absl::StatusCode::kInvalidArgument);
    }
  }
  EXPECT_TRUE(server_.methods.empty());
  EXPECT_TRUE(std::filesystem::is_fifo(fifo));
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ + "/link"));
  EXPECT_EQ(BytesOf(kept), "an older pack");
}

TEST_F(TakingARecordAway, PutsNoFileInPlaceOfAPipeThatCameMeanwhile) {
  auto file = NewFile::Begin(Path(), /*force=*/true);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(::mkfifo(Path().c_str(), 0600), 0);
  EXPECT_EQ((*file)->Finish().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(std::filesystem::is_fifo(Path()));
}

TEST_F(TakingARecordAway, AsksForNothingWhenNoFileCanBeWritten) {
  for (const std::string& path : {folder_, folder_ + "/missing/amina.csign", std::string("-")}) {
    const Ended run = Run({{"out", {path}}});
    EXPECT_EQ(run.code, ExitCode::kUsage) << path;
    EXPECT_TRUE(server_.methods.empty()) << path;
  }
}

TEST_F(TakingARecordAway, WritesNothingWhenTheServerSendsNoPack) {
  for (const std::string& sent : {std::string(), SamplePack().substr(0, 70), std::string("PK")}) {
    server_.AnswerTo("CopiesService.GetRecordPack", [&](google::protobuf::Message* response) {
      dynamic_cast<v1::GetRecordPackResponse&>(*response).set_pack(sent);
      return absl::OkStatus();
    });
    const Ended run = Run();
    EXPECT_EQ(run.code, ExitCode::kEvidenceOfChange) << run.err;
    EXPECT_EQ(FilesInFolder(), 0u);
  }
}

}  // namespace
}  // namespace countersign::cli
