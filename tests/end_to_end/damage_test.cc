// A byte of the journal's tables is changed on the disk, with the programs themselves: the office's
// check, the server and its exports notice, and say where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/end_to_end/child.h"
#include "tests/end_to_end/registry.h"

namespace countersign::end_to_end {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// RocksDB's footer ends a table. Most of it is padding, which no block's checksum covers.
constexpr int64_t kFooterBytes = 53;

class ADamagedTable : public testing::Test {
 protected:
  // A demo whose entries lie in tables: they are moved there from the log when it is opened again.
  void SetUp() override {
    ASSERT_TRUE(Serve({"--demo", "--demo-now", kBeginning}));
    Cli("trust found --name Otterby --group-uid 9901 --lead-name Theo --lead-key theo.lindqvist "
        "--lead-title Lead");
    Cli("school add --name Otter --urn 990001 --division england-and-wales");
    Stop();
    ASSERT_EQ(Daemon("verify").code, 0);
    ASSERT_TRUE(Serve({}));
    Cli("school add --name Dipper --urn 990002 --division england-and-wales");
    Stop();
    ASSERT_EQ(Daemon("verify").code, 0);
  }

  bool Serve(std::vector<std::string> more) {
    std::vector<std::string> words = {"--data", Data(), "--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    server_ = std::make_unique<Child>(
        Program{.path = BIN_DIR "/countersignd", .words = words, .environment = {}},
        folder_.path("log"));
    const std::optional<std::string> line = server_->ReadLine(absl::Seconds(60));
    if (!line.has_value()) return false;
    address_ = std::string(absl::StripPrefix(*line, "listening on "));
    return true;
  }
  void Stop() {
    server_->Signal(SIGTERM);
    EXPECT_EQ(server_->Wait(), 0);
    server_.reset();
  }
  Ran TryCli(absl::string_view words) {
    Program run{.path = BIN_DIR "/countersign",
                .words = {"--as", "theo.lindqvist"},
                .environment = {absl::StrCat("COUNTERSIGN_SERVER=", address_)}};
    for (absl::string_view word : absl::StrSplit(words, ' ')) run.words.emplace_back(word);
    return end_to_end::Run(run);
  }
  void Cli(absl::string_view words) {
    const Ran ran = TryCli(words);
    ASSERT_EQ(ran.code, 0) << words << ran.err;
  }
  // `countersignd COMMAND --data DATA ...`
  Ran Daemon(const std::string& command, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {command, "--data", Data()};
    words.insert(words.end(), more.begin(), more.end());
    return end_to_end::Run({.path = BIN_DIR "/countersignd", .words = words, .environment = {}});
  }

  std::string Data() const { return folder_.path("data"); }

  // The tables of the journal that hold these words, or all.
  std::vector<fs::path> Tables(const std::string& words = "") const {
    std::vector<fs::path> tables;
    for (const auto& item : fs::directory_iterator(Data() + "/journal")) {
      if (item.path().extension() != ".sst") continue;
      if (ReadFile(item.path()).find(words) != std::string::npos) tables.push_back(item.path());
    }
    std::sort(tables.begin(), tables.end());
    return tables;
  }

  // Changes a byte, counted from the end when `at` is below 0.
  static void Flip(const fs::path& path, int64_t at) {
    std::string bytes = ReadFile(path);
    bytes.at(at < 0 ? bytes.size() + at : at) ^= 1;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  const TemporaryFolder folder_;
  std::unique_ptr<Child> server_;
  std::string address_;
};

TEST_F(ADamagedTable, IsFoundWhateverItHoldsAndWhereverTheByteLies) {
  const std::vector<fs::path> tables = Tables();
  ASSERT_GE(tables.size(), 6u) << "one for each kind of row";
  const fs::path sound = folder_.path("sound");
  fs::copy(Data(), sound, fs::copy_options::recursive);
  for (const fs::path& table : tables) {
    const auto size = static_cast<int64_t>(fs::file_size(table));
    for (const int64_t at : {int64_t{0}, size / 2, size - kFooterBytes - 1, size - 20}) {
      Flip(table, at);
      const Ran found = Daemon("verify");
      EXPECT_EQ(found.code, 6) << table << " at " << at << " of " << size << found.err;
      EXPECT_EQ(found.out, "");
      EXPECT_TRUE(testing::Value(found.err, testing::ContainsRegex("osition [0-9]+|entries are")))
          << found.err;
      const std::string out = folder_.path("damaged.export");
      EXPECT_EQ(Daemon("export", {"--out", out}).code, 6) << table << " at " << at;
      EXPECT_FALSE(fs::exists(out));
      fs::remove_all(Data());
      fs::copy(sound, Data(), fs::copy_options::recursive);
    }
  }
  EXPECT_EQ(Daemon("verify").code, 0);
}

TEST_F(ADamagedTable, IsToldToWhomeverTheServerWouldHaveToReadItFor) {
  const std::vector<fs::path> entries = Tables("journal_opened");
  ASSERT_FALSE(entries.empty());
  Flip(entries.front(), 0);
  // The cards are elsewhere, so that it may still start; the log is not to be had of it.
  if (Serve({})) {
    const std::string out = folder_.path("online.export");
    const Ran exported = TryCli("log export --out " + out);
    EXPECT_EQ(exported.code, 6) << exported.err;
    EXPECT_FALSE(fs::exists(out));
    server_->Signal(SIGTERM);
    server_->Wait();
  } else {
    EXPECT_NE(server_->Wait(), 0);
    EXPECT_THAT(ReadFile(folder_.path("log")), HasSubstr("osition"));
  }
}

}  // namespace
}  // namespace countersign::end_to_end
