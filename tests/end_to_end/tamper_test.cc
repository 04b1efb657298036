// Somebody with the disk alters what is stored: whoever asks is told so, never the altered words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "rocksdb/db.h"
#include "storage/keys.h"
#include "storage/stream.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using testing::HasSubstr;
using testing::Not;

// Flips the last bit of the stored payload of a plan's version, as the engine itself would write
// it, so that no checksum of the engine tells.
void AlterPayload(const std::string& journal_folder, const std::string& plan_id, uint64_t version) {
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, journal_folder, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, journal_folder, families, &opened, &db).ok());
  const std::string key = storage::keys::Payload(
      {storage::StreamType::kPlan, storage::ParseId(plan_id).value()}, version);
  for (rocksdb::ColumnFamilyHandle* family : opened) {
    if (family->GetName() == storage::keys::kPayloadFamily) {
      std::string row;
      EXPECT_TRUE(db->Get({}, family, key, &row).ok());
      row.back() = static_cast<char>(row.back() ^ 1);
      EXPECT_TRUE(db->Put({}, family, key, row).ok());
    }
    db->DestroyColumnFamilyHandle(family);
  }
  delete db;
}

TEST(Tampering, AnAlteredDraftIsAnsweredWithEvidenceOfChangeAndNeverShown) {
  TemporaryFolder folder;
  Registry registry(folder.path("data"));
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/true));
  TellMainPath(registry);
  const std::string plan_id = registry.PlanOf(kAmina);
  ASSERT_EQ(registry.Stop(), 0);
  constexpr uint64_t kFirstDraft = 4;
  AlterPayload(registry.data_folder() + "/journal", plan_id, kFirstDraft);

  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/false));
  for (const char* words : {"plan show ", "plan timeline "}) {
    const Ran ran = registry.Try(kAmina, words + plan_id);
    EXPECT_EQ(ran.code, 6) << words << ran.out << ran.err;
    EXPECT_EQ(ran.out, "") << words;
    EXPECT_THAT(ran.err, HasSubstr("tell the auditor"));
    EXPECT_THAT(ran.err, Not(HasSubstr("phonics")));
  }
  const Ran written = registry.Try(kAmina, "comment add " + plan_id, {"--text", "More words"});
  EXPECT_EQ(written.code, 6) << written.out << written.err;
}

}  // namespace
}  // namespace countersign::end_to_end
