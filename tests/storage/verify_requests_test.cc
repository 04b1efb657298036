// Journal::Verify and the rows that remember requests: somebody with access to the files who
// changes one is found, whatever the row then says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "storage/bytes.h"
#include "storage/keys.h"
#include "storage/rocks.h"
#include "tests/storage/journal_fixtures.h"

namespace countersign::storage {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class RowsOfRequests : public JournalTest {
 protected:
  // Positions 0 and 1; 2 without a request; 3; 4 to 6 of the system; then one that led to nothing.
  void SetUp() override {
    Open();
    Wrote(Recording({Event(Plan(1)), Event(Plan(2))}).As(1, "first"));
    Wrote(Recording({Event(Plan(1))}));
    Wrote(Recording({Event(Plan(3))}).As(2, "second"));
    Wrote(Recording({Event(Plan(1)), Event(Plan(1)), Event(School(1))})
              .By(std::nullopt)
              .As(1, "third"));
    Wrote(Recording({}).As(3, "nothing to do"));
    ASSERT_TRUE(journal_->Verify().ok()) << journal_->Verify();
  }

  static std::string KeyOf(uint8_t request) { return keys::Request(IdOf(0xa), IdOf(request)); }
  static std::string KeyOfTheSystem(uint8_t request) { return keys::Request(Id(), IdOf(request)); }
  static std::string RowOf(uint64_t first_position, uint32_t count) {
    std::string row;
    AppendU64(first_position, row);
    AppendU32(count, row);
    return row + std::string(32, 'd');
  }

  // As somebody would who has the files; a value that is empty takes the row away.
  void Put(const std::string& key, const std::string& value) {
    Close();
    {
      const std::unique_ptr<Rocks> rocks =
          Rocks::Open(options_.path, options_.env, Rocks::Recovery::kRefuseDamage, {}).value();
      rocksdb::ColumnFamilyHandle* const requests = rocks->family(keys::kRequestFamily);
      rocksdb::WriteBatch batch;
      if (value.empty()) {
        batch.Delete(requests, key);
      } else {
        batch.Put(requests, key, value);
      }
      ASSERT_TRUE(rocks->db().Write(Synced(), &batch).ok());
    }
    Open();
  }

  void ExpectFound(const std::string& words) {
    const absl::Status verified = journal_->Verify();
    EXPECT_TRUE(absl::IsDataLoss(verified)) << verified;
    EXPECT_THAT(std::string(verified.message()),
                AllOf(HasSubstr("All 7 entries are as they were written"), HasSubstr(words)));
  }
};

TEST_F(RowsOfRequests, ThatNameAnotherRequestsEntriesAreFound) {
  Put(KeyOf(2), RowOf(0, 2));
  ExpectFound("request of position 3, of 1 entries, names position 0 and 2");
}

TEST_F(RowsOfRequests, ThatNameAsManyEntriesElsewhereAreFound) {
  Put(KeyOfTheSystem(1), RowOf(3, 3));
  ExpectFound("request of position 4, of 3 entries, names position 3 and 3");
}

TEST_F(RowsOfRequests, ThatNameFewerOrMoreEntriesAreFound) {
  for (const uint32_t count : {0u, 1u, 3u}) {
    Put(KeyOf(1), RowOf(0, count));
    ExpectFound("request of position 0, of 2 entries");
  }
}

TEST_F(RowsOfRequests, ThatAreGoneAreFound) {
  Put(KeyOfTheSystem(1), "");
  ExpectFound("No row remembers the request of position 4");
}

TEST_F(RowsOfRequests, OfTheSameCallersOtherRequestsAreFound) {
  Put(KeyOf(9), RowOf(3, 1));
  ExpectFound("A request row names position 3, whose entry belongs to another request");
}

TEST_F(RowsOfRequests, OfOtherCallersAreFound) {
  Put(keys::Request(IdOf(0xb), IdOf(2)), RowOf(3, 1));
  ExpectFound("A request row names position 3, whose entry belongs to another request");
}

TEST_F(RowsOfRequests, OfEntriesThatNoRequestLedToAreFound) {
  Put(KeyOf(9), RowOf(2, 1));
  ExpectFound("A request row names position 2, whose entry belongs to another request");
}

TEST_F(RowsOfRequests, ThatNameWhatIsBeyondTheEndAreFound) {
  for (const auto& [first_position, count] :
       {std::pair(uint64_t{7}, 1u), std::pair(uint64_t{6}, 2u), std::pair(uint64_t{8}, 0u),
        std::pair(Journal::kUnlimited, 1u)}) {
    Put(KeyOf(9), RowOf(first_position, count));
    ExpectFound("but the journal has 7");
  }
}

TEST_F(RowsOfRequests, ThatAreNoneAreFound) {
  Put(KeyOf(9), RowOf(0, 2).substr(1));
  ExpectFound("A request row is damaged");
  Put(KeyOf(9), "");
  Put("short", RowOf(0, 2));
  ExpectFound("a damaged key");
}

TEST_F(RowsOfRequests, AreNotLookedAtBeforeTheEntriesAre) {
  Put(KeyOf(1), "");
  Close();
  {
    const std::unique_ptr<Rocks> rocks =
        Rocks::Open(options_.path, options_.env, Rocks::Recovery::kRefuseDamage, {}).value();
    ASSERT_TRUE(
        rocks->db().Delete(Synced(), rocks->family(keys::kEntryFamily), keys::Position(5)).ok());
  }
  Open();
  EXPECT_THAT(std::string(journal_->Verify().message()), HasSubstr("no entry 5"));
}

TEST_F(RowsOfRequests, OfWhatIsWrittenMeanwhileAreNoDamage) {
  AppendRequest many = Recording({}).As(4, "many");
  for (int i = 0; i < 300; ++i) many.events.push_back(Event(Plan(1)));
  Wrote(many);
  uint8_t written = 0;
  const absl::Status verified = journal_->Verify([&](uint64_t) {
    ++written;
    Wrote(Recording({Event(Plan(9))}).As(100 + written, "meanwhile"));
    Wrote(Recording({}).As(200 + written, "nothing to do"));
    return absl::OkStatus();
  });
  EXPECT_TRUE(verified.ok()) << verified;
  EXPECT_EQ(written, 1);
  EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
}

}  // namespace
}  // namespace countersign::storage
