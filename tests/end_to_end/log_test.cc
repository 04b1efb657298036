// The log as people check it: the real server, the real command line, and then somebody with the
// disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "rocksdb/db.h"
#include "storage/copies/export.h"
#include "storage/journal.h"
#include "storage/keys.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// What the library makes of a journal that no server has open.
std::string ExportOf(const std::string& data_folder, const storage::ExportOptions& options) {
  const auto journal = storage::Journal::Open({.path = data_folder + "/journal"});
  EXPECT_TRUE(journal.ok()) << journal.status();
  std::string file;
  if (!journal.ok()) return file;
  const absl::Status written =
      storage::WriteExport(**journal, options, [&](std::string_view piece, uint64_t) {
        file.append(piece);
        return absl::OkStatus();
      });
  EXPECT_TRUE(written.ok()) << written;
  return file;
}

// Makes the last letter of an entry's type another one, as the engine itself would write it, so
// that no checksum of the engine tells.
void AlterEntry(const std::string& data_folder, uint64_t position) {
  const std::string folder = data_folder + "/journal";
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, folder, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, folder, families, &opened, &db).ok());
  for (rocksdb::ColumnFamilyHandle* family : opened) {
    if (family->GetName() == storage::keys::kEntryFamily) {
      std::string entry;
      EXPECT_TRUE(db->Get({}, family, storage::keys::Position(position), &entry).ok());
      const size_t type = entry.find("school_registered");
      EXPECT_NE(type, std::string::npos) << entry;
      if (type != std::string::npos) entry[type] = 'S';
      EXPECT_TRUE(db->Put({}, family, storage::keys::Position(position), entry).ok());
    }
    db->DestroyColumnFamilyHandle(family);
  }
  delete db;
}

class TheLog : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/true));
    FoundTrust(registry_);
    // What an auditor was given at the beginning, and keeps.
    key_ = folder_.Write("log.pub", registry_.Do(kTheo, "log key"));
  }
  Ran Verify(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"--key", key_, "--state", folder_.path("last-seen")};
    words.insert(words.end(), more.begin(), more.end());
    return registry_.Try(kTheo, "log verify", words);
  }
  uint64_t PositionOf(const std::string& event_type) {
    const json told = registry_.Ask(kTheo, "log watch --until-caught-up --type " + event_type);
    return std::stoull(told.at("messages").at(0).at("entry").at("position").get<std::string>());
  }

  TemporaryFolder folder_;
  Registry registry_{folder_.path("data")};
  std::string key_;
};

TEST_F(TheLog, IsExportedByTheServerAsItIsWithoutOne) {
  const std::string with = folder_.path("with-payloads");
  const std::string without = folder_.path("entries-only");
  const json first = registry_.Ask(kTheo, "log export", {"--out", with});
  const json second = registry_.Ask(kTheo, "log export --entries-only", {"--out", without});
  ASSERT_EQ(registry_.Stop(), 0);
  EXPECT_EQ(ExportOf(registry_.data_folder(), {first.at("size"), true}), ReadFile(with));
  EXPECT_EQ(ExportOf(registry_.data_folder(), {second.at("size"), false}), ReadFile(without));
}

TEST_F(TheLog, VerifiesUntilSomebodyAltersAnEntryOnTheDisk) {
  const Ran sound = Verify({"--payloads"});
  EXPECT_EQ(sound.code, 0) << sound.err;
  EXPECT_THAT(sound.out, HasSubstr("Verified: "));
  EXPECT_EQ(Verify({"--quick"}).code, 0);
  const uint64_t position = PositionOf("school_registered");
  ASSERT_EQ(registry_.Stop(), 0);
  AlterEntry(registry_.data_folder(), position);
  ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/false));
  const Ran altered = Verify();
  EXPECT_EQ(altered.code, 6) << altered.out << altered.err;
  EXPECT_THAT(altered.err, HasSubstr(std::to_string(position)));
}

TEST_F(TheLog, ProvesOneEntryToWhoeverHasTheKeyAndNothingElse) {
  const std::string proof = folder_.path("entry.tlog-proof");
  const Ran proven = registry_.Try(kTheo, "log prove 3", {"--key", key_, "--out", proof});
  EXPECT_EQ(proven.code, 0) << proven.err;
  EXPECT_THAT(ReadFile(proof), HasSubstr("c2sp.org/tlog-proof@v1\n"));
  const Ran beyond = registry_.Try(kTheo, "log prove 1000000");
  EXPECT_EQ(beyond.code, 2) << beyond.err;
  EXPECT_EQ(registry_.Try(kAmina, "log prove 3").code, 4) << "an entry of the trust";
}

TEST_F(TheLog, GivesReceiptsThatProveThemselves) {
  const std::string proof = folder_.path("school.tlog-proof");
  const Ran added =
      registry_.Try(kTheo, "school add --name Hilltop --urn 990009", {"--receipt", proof});
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_THAT(added.out, HasSubstr("Proven: "));
  EXPECT_THAT(ReadFile(proof), HasSubstr("c2sp.org/tlog-proof@v1\n"));
  const Ran checked = registry_.Try(kTheo, "school add --name Hillside --urn 990007 --output json",
                                    {"--log-key", key_});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("inclusion_proof"));
  EXPECT_EQ(registry_.Try(kTheo, "trust show --wait checkpointed").code, 2)
      << "nothing is written there that could be waited for";
  const json listed =
      registry_.Ask(kTheo, "school add --name Hillfoot --urn 990008 --wait projected");
  EXPECT_EQ(listed.at("receipt").at("checkpoint"), "");
}

TEST_F(TheLog, BecomesAFolderOfTilesThatGoesOnWhereItStopped) {
  const std::string tiles = folder_.path("tiles");
  EXPECT_EQ(registry_.Try(kTheo, "log export", {"--tiles", tiles}).code, 0);
  EXPECT_THAT(ReadFile(tiles + "/checkpoint"), HasSubstr("\n\n\xe2\x80\x94 "));
  registry_.Do(kTheo, "school add --name Hilltop --urn 990009 --wait checkpointed");
  const json again = registry_.Ask(kTheo, "log export", {"--tiles", tiles}).at("tiles");
  EXPECT_EQ(again.at("size"), registry_.JournalSize());
}

}  // namespace
}  // namespace countersign::end_to_end
