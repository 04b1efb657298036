// Finding out what is damaged (Journal::OpenToExamine): the first position that is wrong is named,
// and nothing on the disk is changed by looking.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "tests/storage/journal_fixtures.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class ExaminingAJournal : public JournalTest {
 protected:
  void SetUp() override {
    Open();
    for (uint8_t n = 0; n < 8; ++n) {
      Wrote(Recording({Event(Plan(n), "payload number " + std::to_string(n))}));
    }
  }

  // Changes a byte of what the files of the journal hold of `words`; the number of places.
  int Flip(const std::string& words, const std::string& extension) {
    int places = 0;
    for (const auto& item : fs::directory_iterator(folder_ / "journal")) {
      if (item.path().extension() != extension) continue;
      std::string bytes = ReadFile(item.path());
      const size_t at = bytes.find(words);
      if (at == std::string::npos) continue;
      bytes[at] ^= 1;
      std::ofstream(item.path(), std::ios::binary | std::ios::trunc) << bytes;
      ++places;
    }
    return places;
  }

  std::map<std::string, std::string> Files() {
    std::map<std::string, std::string> files;
    for (const auto& item : fs::directory_iterator(folder_ / "journal")) {
      const std::string name = item.path().filename();
      // What RocksDB tells about itself.
      if (name.rfind("LOG", 0) != 0 && name != "LOCK") files[name] = ReadFile(item.path());
    }
    return files;
  }

  void Examine() {
    absl::StatusOr<std::unique_ptr<Journal>> opened = Journal::OpenToExamine(options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    journal_ = *std::move(opened);
  }
};

TEST_F(ExaminingAJournal, FindsWhereADamagedLogCanBeReadTo) {
  Close();
  ASSERT_EQ(Flip("payload number 5", ".log"), 1);
  EXPECT_TRUE(absl::IsDataLoss(TryOpen())) << TryOpen();
  const auto before = Files();
  Examine();
  EXPECT_EQ(journal_->head().size, 5u);
  EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
  EXPECT_TRUE(absl::IsUnavailable(Append(Recording({Event(Plan(9))})).status()));
  Close();
  EXPECT_EQ(Files(), before);
}

}  // namespace
}  // namespace countersign::storage
