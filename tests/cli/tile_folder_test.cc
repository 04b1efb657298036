// The log as static files: what is written, what is kept, what is fetched again, and what is
// evidence.

#include "clients/cli/log/tile_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "countersign/v1/log_service.pb.h"
#include "tests/cli/cli_fixture.h"
#include "tests/cli/sample_log.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kTile[] = "/tile/0/000.p/3";
constexpr char kBundle[] = "/tile/entries/000.p/3";

std::string ReadWhole(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// One bit of its last byte.
void ChangeABit(const std::string& path) {
  std::string bytes = ReadWhole(path);
  bytes.back() ^= 1;
  std::ofstream(path, std::ios::binary) << bytes;
}

class TileFolders : public testing::Test {
 protected:
  Ended Export(const std::string& folder) {
    return RunOn(server_, CommandNamed("log", "export"), {{"tiles", {folder}}});
  }
  // The log's origin and key, but other entries.
  void ServeForkedCheckpoint() {
    server_.AnswerTo("LogService.GetCheckpoint", [](Message* response) {
      auto& told = dynamic_cast<v1::GetCheckpointResponse&>(*response);
      told.mutable_checkpoint()->set_note(ForkedNote(kLogSize));
      return absl::OkStatus();
    });
  }

  MadeUpServer server_;
};

TEST_F(TileFolders, SayWhichFileCannotBeWritten) {
  const Ended ended = Export(FileWith("a-file", "no folder"));
  EXPECT_EQ(ended.code, ExitCode::kFailed) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("FILE_NOT_WRITTEN"));
  EXPECT_THAT(ended.err, Not(HasSubstr("server")));
  const std::string tiles = FreePath("piped-tiles");
  std::filesystem::create_directory(tiles);
  ASSERT_EQ(::mkfifo((tiles + "/checkpoint").c_str(), 0600), 0);
  EXPECT_EQ(Export(tiles).code, ExitCode::kUsage);
  EXPECT_TRUE(std::filesystem::is_fifo(tiles + "/checkpoint"));
  std::filesystem::remove_all(tiles);
}

TEST_F(TileFolders, AreWrittenOnceAndGoneOnWithWhereItStopped) {
  const std::string tiles = FreePath("tiles");
  EXPECT_EQ(Export(tiles).code, ExitCode::kDone);
  EXPECT_EQ(ReadWhole(tiles + "/checkpoint"), LogNote(kLogSize));
  EXPECT_EQ(ReadWhole(tiles + "/tile/0/000.p/3").size(), 96u);
  std::filesystem::remove(tiles + "/tile/0/000.p/3");
  server_.methods.clear();
  EXPECT_EQ(Export(tiles).code, ExitCode::kDone);
  EXPECT_THAT(server_.methods, ElementsAre("LogService.GetCheckpoint", "LogService.GetEntryBundle",
                                           "LogService.GetTile"));
  server_.methods.clear();
  EXPECT_EQ(Export(tiles).code, ExitCode::kDone);
  EXPECT_THAT(server_.methods, ElementsAre("LogService.GetCheckpoint"));
}

TEST_F(TileFolders, GetNoCheckpointOverTilesThatDoNotFitIt) {
  const std::string tiles = FreePath("tiles");
  ServeForkedCheckpoint();
  EXPECT_EQ(Export(tiles).code, ExitCode::kEvidenceOfChange);
  EXPECT_FALSE(std::filesystem::exists(tiles + "/checkpoint"));
  server_.AnswerTo("LogService.GetTile", [](Message* response) {
    dynamic_cast<v1::GetTileResponse&>(*response).set_tile(std::string(96, 'x'));
    return absl::OkStatus();
  });
  EXPECT_EQ(Export(FreePath("other-tiles")).code, ExitCode::kEvidenceOfChange);
}

// Either file of the two would otherwise be believed, against the server, on every later run.
TEST_F(TileFolders, AreMendedWhereADiskRotted) {
  const std::string tiles = FreePath("rotten-tiles");
  ASSERT_EQ(Export(tiles).code, ExitCode::kDone);
  for (const char* file : {kBundle, kTile}) {
    const std::string sound = ReadWhole(tiles + file);
    ChangeABit(tiles + file);
    const Ended ended = Export(tiles);
    EXPECT_EQ(ended.code, ExitCode::kDone) << file << ended.err;
    EXPECT_EQ(ReadWhole(tiles + file), sound) << file;
  }
  ChangeABit(tiles + kBundle);
  ChangeABit(tiles + kTile);
  EXPECT_EQ(Export(tiles).code, ExitCode::kDone) << "both";
}

TEST_F(TileFolders, ShowThatTheServerGaveOtherEntriesEarlier) {
  const std::string tiles = FreePath("earlier-tiles");
  ASSERT_EQ(Export(tiles).code, ExitCode::kDone);
  const std::string bundle = ReadWhole(tiles + kBundle);
  ServeForkedCheckpoint();
  const Ended ended = Export(tiles);
  EXPECT_EQ(ended.code, ExitCode::kEvidenceOfChange) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("Keep the folder"));
  EXPECT_EQ(ReadWhole(tiles + kBundle), bundle);
  EXPECT_EQ(ReadWhole(tiles + "/checkpoint"), LogNote(kLogSize));
}

TEST(TilePaths, AreThoseOfTheSpecification) {
  const auto vectors =
      nlohmann::json::parse(std::ifstream(TESTS_DIR "/storage/merkle-vectors.json"));
  for (const auto& path : vectors.at("tile_paths")) {
    const auto index = path["index"].get<uint64_t>();
    EXPECT_EQ(TilePath(3, index, 256), "tile/3/" + path["path"].get<std::string>());
    EXPECT_EQ(BundlePath(index, 256), "tile/entries/" + path["path"].get<std::string>());
  }
  for (const auto& vector : vectors.at("large").at("trees")) {
    for (const auto& tile : vector["tiles"]) {
      const int level = tile["level"];
      const uint64_t full = tile["full_tiles"];
      const uint64_t width = tile["partial_width"];
      if (full > 0) {
        EXPECT_EQ(TilePath(level, full - 1, 256), tile["last_full_path"]);
      }
      if (width > 0) {
        EXPECT_EQ(TilePath(level, full, width), tile["partial_path"]);
      }
    }
  }
  EXPECT_EQ(BundlePath(0, 8), vectors["entry_bundle"]["path"]);
  EXPECT_EQ(TilePath(0, 0, 8), vectors["hash_tile"]["path"]);
}

}  // namespace
}  // namespace countersign::cli
