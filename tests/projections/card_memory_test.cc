// What is remembered beside the cards (projection.h).
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "services/projections/projection.h"
#include "tests/projections/memory_cards.h"

namespace countersign::projections {
namespace {

// The length of the card under "a", read again where it is not remembered.
size_t LengthOfA(Cards& cards, int& times_read) {
  const auto length = cards.Remembered<size_t>("a", [&]() -> absl::StatusOr<size_t> {
    ++times_read;
    return (*cards.Get("a")).value_or("").size();
  });
  return **length;
}

TEST(CardMemoryTest, ACardIsReadOnceUntilItChanges) {
  MemoryCards cards;
  int times_read = 0;
  EXPECT_EQ(LengthOfA(cards, times_read), 0u);
  cards.Put("b", "another card");
  EXPECT_EQ(LengthOfA(cards, times_read), 0u);
  EXPECT_EQ(times_read, 1);
  cards.Put("a", "four");
  EXPECT_EQ(LengthOfA(cards, times_read), 4u);
  cards.Erase("a");
  EXPECT_EQ(LengthOfA(cards, times_read), 0u);
  EXPECT_EQ(times_read, 3);
}

TEST(CardMemoryTest, WhoPutsACardCanSayWhatItMeans) {
  MemoryCards cards;
  int times_read = 0;
  cards.PutRemembered("a", "four", size_t{4});
  EXPECT_EQ(LengthOfA(cards, times_read), 4u);
  EXPECT_EQ(times_read, 0);
  EXPECT_EQ(cards.rows["a"], "four");
}

TEST(CardMemoryTest, AnotherTypeIsNotMistakenForWhatIsRemembered) {
  MemoryCards cards;
  int times_read = 0;
  cards.PutRemembered("a", "four", std::string("four"));
  EXPECT_EQ(LengthOfA(cards, times_read), 4u);
  EXPECT_EQ(times_read, 1);
}

TEST(CardMemoryTest, AnErrorIsNotRemembered) {
  MemoryCards cards;
  const auto failed = cards.Remembered<size_t>(
      "a", []() -> absl::StatusOr<size_t> { return absl::DataLossError("damaged"); });
  EXPECT_EQ(failed.status().message(), "damaged");
  int times_read = 0;
  EXPECT_EQ(LengthOfA(cards, times_read), 0u);
}

}  // namespace
}  // namespace countersign::projections
