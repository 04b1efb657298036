// Strict confidentiality at all times (R80): whoever copies the data folder reads no word of a
// plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/db.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A sentence may be stored in pieces, so any stretch of it as long as this counts as found.
constexpr size_t kStretchBytes = 12;

// Every text that stands in a document of JSON, without the names of its fields.
void CollectTexts(const nlohmann::json& document, std::vector<std::string>& texts) {
  if (document.is_string()) texts.push_back(document.get<std::string>());
  if (!document.is_structured()) return;
  for (const auto& part : document) CollectTexts(part, texts);
}

std::vector<std::string> TextsOfDraft(absl::string_view name) {
  std::vector<std::string> texts;
  CollectTexts(nlohmann::json::parse(ReadFile(TrustFile(name)), nullptr, true,
                                     /*ignore_comments=*/true),
               texts);
  return texts;
}

// Every byte of every file below a folder.
std::string BytesOfFiles(const std::string& folder) {
  std::string all;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.is_regular_file()) absl::StrAppend(&all, ReadFile(file.path()), "\n");
  }
  return all;
}

// Every key and value of a database: what its files hold when the compression is undone.
std::string BytesOfRows(const std::string& folder) {
  std::vector<std::string> names;
  EXPECT_TRUE(rocksdb::DB::ListColumnFamilies({}, folder, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly({}, folder, families, &opened, &db);
  EXPECT_TRUE(status.ok()) << status.ToString();
  if (!status.ok()) return "";
  std::string all;
  for (rocksdb::ColumnFamilyHandle* family : opened) {
    const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator({}, family));
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      absl::StrAppend(&all, rows->key().ToString(), "\n", rows->value().ToString(), "\n");
    }
    db->DestroyColumnFamilyHandle(family);
  }
  delete db;
  return all;
}

// The words of a plan that has been through everything, with the names of the people in it.
std::vector<std::string> WordsOfThePlan() {
  std::vector<std::string> texts = {kWish, kComment, "Objective 2 ", "Amina Yusuf",
                                    "I agree that this is a fair record of our meeting."};
  for (absl::string_view draft : {"draft-1.json", "draft-2.json"}) {
    const std::vector<std::string> more = TextsOfDraft(draft);
    // Days and terms stand in the school's calendar too, which is no secret.
    std::copy_if(more.begin(), more.end(), std::back_inserter(texts),
                 [](const std::string& text) { return text.size() >= kStretchBytes; });
  }
  return texts;
}

void ExpectNoWordIn(absl::string_view bytes, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    for (size_t at = 0; at < text.size(); at += kStretchBytes) {
      const std::string stretch = text.substr(at, kStretchBytes);
      // What is left of a sentence may be too short to mean anything.
      if (at > 0 && stretch.size() < kStretchBytes) continue;
      EXPECT_FALSE(absl::StrContains(bytes, stretch))
          << "\"" << stretch << "\" of \"" << text << "\" lies open.";
    }
  }
}

TEST(Confidentiality, NoWordOfAPlanIsFoundInTheDataFolder) {
  TemporaryFolder folder;
  Registry registry(folder.path("data"));
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/true));
  TellMainPath(registry);
  const std::vector<std::string> words = WordsOfThePlan();
  // As it is while the server runs, and as whoever steals the machine finds it.
  std::string bytes = BytesOfFiles(registry.data_folder());
  ExpectNoWordIn(bytes, words);
  // The scan does find what is stored plain: types of events, and the calendar of a school.
  EXPECT_THAT(bytes, AllOf(HasSubstr("draft_issued"), HasSubstr("Open morning")));

  // Started again, the server moves what it wrote from its log into compressed tables.
  ASSERT_EQ(registry.Stop(), 0);
  ASSERT_NO_FATAL_FAILURE(registry.Start(/*new_demo=*/false));
  registry.Do(kAmina, "plan show --of amina.yusuf");
  ASSERT_EQ(registry.Stop(), 0);
  ExpectNoWordIn(BytesOfFiles(registry.data_folder()), words);
  bytes.clear();
  for (absl::string_view database : {"/journal", "/views", "/keyring/store"}) {
    absl::StrAppend(&bytes, BytesOfRows(absl::StrCat(registry.data_folder(), database)));
  }
  ExpectNoWordIn(bytes, words);
  EXPECT_THAT(bytes, AllOf(HasSubstr("draft_issued"), HasSubstr("Open morning")));
  ExpectNoWordIn(registry.Log(), words);
}

}  // namespace
}  // namespace countersign::end_to_end
