// Reading a journal (Journal::OpenToRead) and finding out what is damaged (Journal::OpenToExamine):
// the first position that is wrong is named, and nothing on the disk is changed by looking.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "storage/journal_store.h"
#include "storage/keys.h"
#include "tests/storage/journal_fixtures.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;
using testing::StartsWith;

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
      files[item.path().filename()] = ReadFile(item.path());
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

using ReadingAJournal = ExaminingAJournal;

TEST_F(ReadingAJournal, ChangesNoByteOfItAndNeedsNoLock) {
  const Head head = journal_->head();
  Close();
  fs::remove(folder_ / "journal/LOCK");
  const auto before = Files();
  absl::StatusOr<std::unique_ptr<Journal>> read = Journal::OpenToRead(options_);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->head(), head);
  EXPECT_TRUE((*read)->Verify().ok()) << (*read)->Verify();
  EXPECT_EQ((*read)->CheckpointOf(head.size).value(), std::nullopt);
  EXPECT_TRUE(absl::IsUnavailable((*read)->Append(Recording({Event(Plan(9))})).status()));
  EXPECT_TRUE(absl::IsUnavailable((*read)->StoreCheckpoint(head.size, "note")));
  read->reset();
  EXPECT_EQ(Files(), before);
  Open();
  EXPECT_EQ(journal_->head(), head);
}

TEST_F(ReadingAJournal, RefusesDamageAndLeavesItAsItWas) {
  Close();
  ASSERT_EQ(Flip("payload number 5", ".log"), 1);
  const auto damaged = Files();
  const absl::Status refused = Journal::OpenToRead(options_).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_EQ(Files(), damaged);
}

// What is cut off looks like what was never answered: whoever compares it with the anchor finds it
// out, and can put it back afterwards.
TEST_F(ReadingAJournal, ThatLostItsEndLeavesRoomForThatToComeBack) {
  const Head head = journal_->head();
  Close();
  fs::path log;
  for (const auto& item : fs::directory_iterator(folder_ / "journal")) {
    if (item.path().extension() == ".log" && item.path() > log) log = item.path();
  }
  const std::string whole = ReadFile(log);
  std::ofstream(log, std::ios::binary | std::ios::trunc) << whole.substr(0, whole.size() - 40);
  const auto cut = Files();
  EXPECT_LT(Journal::OpenToRead(options_).value()->head().size, head.size);
  EXPECT_EQ(Files(), cut);
  std::ofstream(log, std::ios::binary | std::ios::trunc) << whole;
  EXPECT_EQ(Journal::OpenToRead(options_).value()->head(), head);
}

TEST_F(ReadingAJournal, MakesNoneWhereThereIsNone) {
  options_.path = folder_ / "nowhere";
  EXPECT_TRUE(absl::IsNotFound(Journal::OpenToRead(options_).status()));
  EXPECT_FALSE(fs::exists(folder_ / "nowhere"));
}

class ADamagedTable : public ExaminingAJournal {
 protected:
  // Eight entries in tables of their own, then eight more in others: what is read when it is opened
  // is moved from the log into tables.
  void SetUp() override {
    ExaminingAJournal::SetUp();
    Open();
    for (uint8_t n = 0; n < 8; ++n) {
      Wrote(Recording({Event(Plan(n), "later payload " + std::to_string(n))}).As(n, "body"));
    }
    Open();
    Close();
  }

  std::vector<fs::path> Tables() {
    std::vector<fs::path> tables;
    for (const auto& item : fs::directory_iterator(folder_ / "journal")) {
      if (item.path().extension() == ".sst") tables.push_back(item.path());
    }
    std::sort(tables.begin(), tables.end());
    return tables;
  }

  // What is found, however the journal can be opened.
  absl::Status Found() {
    const absl::Status opened = TryOpen();
    if (opened.ok()) return journal_->Verify();
    absl::StatusOr<std::unique_ptr<Journal>> examined = Journal::OpenToExamine(options_);
    if (!examined.ok()) return opened;
    const absl::Status verified = (*examined)->Verify();
    return verified.ok() ? opened : verified;
  }
};

TEST_F(ADamagedTable, IsFoundWhicheverByteIsFlipped) {
  const fs::path journal = folder_ / "journal";
  const fs::path sound = folder_ / "sound";
  fs::copy(journal, sound);
  int flipped = 0;
  for (const fs::path& table : Tables()) {
    const std::string bytes = ReadFile(table);
    // The footer is the last: most of it is padding.
    const size_t footer = bytes.size() - 53;
    for (size_t at = flipped % 41; at < bytes.size(); at += at < footer ? 41 : 5, ++flipped) {
      std::string damaged = bytes;
      damaged[at] ^= static_cast<char>(1 << flipped % 8);
      std::ofstream(table, std::ios::binary | std::ios::trunc) << damaged;
      const absl::Status found = Found();
      EXPECT_TRUE(absl::IsDataLoss(found)) << table << " at " << at << ": " << found;
      Close();
      fs::remove_all(journal);
      fs::copy(sound, journal);
    }
  }
  EXPECT_GT(flipped, 200);
  EXPECT_TRUE(Found().ok()) << Found();
}

// Whatever was read of it before, by this program too.
TEST_F(ADamagedTable, IsNamedByAPositionThatCannotBeRead) {
  Open();
  ASSERT_TRUE(journal_->Verify().ok()) << journal_->Verify();
  Close();
  // The first words of a block are stored as they are, the rest as differences.
  ASSERT_EQ(Flip("later payload 0", ".sst"), 1);
  EXPECT_THAT(std::string(Found().message()),
              StartsWith("The payload of position 8 cannot be read"));
}

// RocksDB asks each of a few tables for a row, the damaged one too: rows that lie whole in older
// tables must not pass for lost.
TEST_F(ADamagedTable, OfTheLatestEntriesIsNamedByTheFirstOfTheseAndItsFile) {
  std::map<std::string, std::string> newest;  // By family: paths sort in the order of their making.
  {
    const auto store = JournalStore::OpenToRead(options_.path, options_.env).value();
    std::vector<rocksdb::LiveFileMetaData> tables;
    store->db().GetLiveFilesMetaData(&tables);
    for (const rocksdb::LiveFileMetaData& table : tables) {
      std::string& name = newest[table.column_family_name];
      name = std::max(name, table.name);
    }
  }
  const std::map<std::string, std::string> words = {
      {keys::kEntryFamily, "The entry at position 8 cannot be read"},
      {keys::kPayloadFamily, "The payload of position 8 cannot be read"},
      {keys::kNodeFamily, "The tree above position 8 cannot be read"},
      {keys::kRequestFamily,
       "All 16 entries are as they were written, but what the journal keeps beside them is "
       "damaged: The row that remembers the request of position 8 cannot be read"}};
  for (const auto& [family, begins] : words) {
    const fs::path table = options_.path + newest.at(family);
    const std::string sound = ReadFile(table);
    // In its first block, or in the footer, without which it cannot be opened.
    for (const size_t at : {size_t{10}, sound.size() - 1}) {
      SCOPED_TRACE(family + " at " + std::to_string(at));
      std::string damaged = sound;
      damaged[at] ^= 1;
      std::ofstream(table, std::ios::binary | std::ios::trunc) << damaged;
      Examine();
      const absl::Status found = journal_->Verify();
      EXPECT_TRUE(absl::IsDataLoss(found)) << found;
      EXPECT_THAT(std::string(found.message()),
                  testing::AllOf(StartsWith(begins), testing::HasSubstr(newest.at(family))));
      Close();
    }
    std::ofstream(table, std::ios::binary | std::ios::trunc) << sound;
  }
}

// The others are read, whatever hides them.
TEST_F(ADamagedTable, HidesNothingThatLiesInOthers) {
  for (const fs::path& table : Tables()) {
    std::string damaged = ReadFile(table);
    if (damaged.find("later payload 0") == std::string::npos) continue;
    damaged.back() ^= 1;
    std::ofstream(table, std::ios::binary | std::ios::trunc) << damaged;
  }
  Examine();
  std::vector<std::string> words;
  const absl::Status read =
      journal_->ReadAll(0, Journal::kUnlimited, [&](const StoredEvent& event, std::string_view) {
        words.emplace_back(event.payload);
        return absl::OkStatus();
      });
  EXPECT_TRUE(absl::IsDataLoss(read)) << read;
  ASSERT_EQ(words.size(), 8u);
  EXPECT_EQ(words[7], "payload number 7");
}

}  // namespace
}  // namespace countersign::storage
