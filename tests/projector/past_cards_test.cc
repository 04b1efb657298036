// Cards of the past: the very cards that stood then, one moment at a time, and nobody waits for
// ever. Nothing here sleeps.
#include "services/cards/past_cards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "tests/projector/office_books.h"

namespace countersign {
namespace {

using testing::HasSubstr;

CardRows AllOf(const CardsInMemory& cards) {
  CardRows rows;
  const absl::Status scanned =
      cards.Scan("", "", projections::kNoLimit, [&](absl::string_view key, absl::string_view card) {
        rows.emplace(key, card);
        return absl::OkStatus();
      });
  EXPECT_TRUE(scanned.ok()) << scanned;
  return rows;
}

// A projection that stops at a gate when it sees a position, and counts what it sees.
class Gated : public Positions {
 public:
  explicit Gated(uint64_t position) : position_(position) {}

  absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
    ++seen;
    if (recorded.position == position_ && !at_gate.HasBeenNotified()) {
      at_gate.Notify();
      gate.WaitForNotification();
    }
    return Positions::Apply(recorded, cards);
  }

  mutable std::atomic<int> seen{0};
  mutable absl::Notification at_gate;
  absl::Notification gate;

 private:
  const uint64_t position_;
};

using Answer = std::future<absl::StatusOr<PastCards::Made>>;

Answer Ask(
    PastCards& past, uint64_t position, std::function<bool()> is_wanted = [] { return true; }) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<PastCards::Made>>>();
  Answer answer = promise->get_future();
  past.WhenMade(position, std::move(is_wanted), [promise](absl::StatusOr<PastCards::Made> made) {
    promise->set_value(std::move(made));
  });
  return answer;
}

class CardsOfThePast : public testing::Test {
 protected:
  static PastCardsOptions InSmallChunks() {
    PastCardsOptions options;
    options.chunk_entries = 4;
    return options;
  }

  OfficeBooks books_;
};

TEST_F(CardsOfThePast, AreThoseThatWereFollowedThen) {
  projections::RandomHistory history(4711);
  std::map<uint64_t, CardRows> followed;
  const auto feed = Must(
      CardFeed::Open(*books_.journal, *books_.keyring, *books_.views, {&books_.obligations}, 16));
  for (int i = 0; i < 300; ++i) {
    books_.Append(history.Next());
    if (i % 23 != 0) continue;
    CatchUp(*feed);
    followed.emplace(books_.journal->head().size,
                     RowsOf(Must(feed->Snapshot(projections::ObligationCards::kName))));
  }
  PastCards past(*books_.journal, *books_.keyring, books_.obligations, InSmallChunks());
  EXPECT_TRUE(AllOf(*Must(Ask(past, 0).get())).empty());
  // Forwards, from copies of what is kept; backwards, from the beginning.
  for (auto then = followed.begin(); then != followed.end(); ++then) {
    EXPECT_EQ(AllOf(*Must(Ask(past, then->first).get())), then->second) << then->first;
  }
  for (auto then = followed.rbegin(); then != followed.rend(); ++then) {
    EXPECT_EQ(AllOf(*Must(Ask(past, then->first).get())), then->second) << then->first;
  }
}

TEST_F(CardsOfThePast, AreKeptForTheNextPage) {
  books_.AppendHistory(1, 20);
  Gated counting(1'000);
  PastCards past(*books_.journal, *books_.keyring, counting, InSmallChunks());
  const PastCards::Made made = Must(Ask(past, 12).get());
  EXPECT_EQ(counting.seen, 12);
  EXPECT_EQ(Must(Ask(past, 12).get()), made);
  EXPECT_EQ(counting.seen, 12);
  // A later moment is made from a copy, which leaves the earlier one as it is.
  EXPECT_EQ(AllOf(*Must(Ask(past, 20).get())).size(), 20u);
  EXPECT_EQ(counting.seen, 20);
  EXPECT_EQ(AllOf(*made).size(), 12u);
  // A third one takes the place of the one that was asked for longest ago.
  Must(Ask(past, 12).get());
  Must(Ask(past, 3).get());
  EXPECT_EQ(counting.seen, 23);
  Must(Ask(past, 12).get());
  EXPECT_EQ(counting.seen, 23);
  Must(Ask(past, 20).get());
  EXPECT_GT(counting.seen, 23);
}

TEST_F(CardsOfThePast, AreMadeForAllWhoAskForTheMomentAtOnce) {
  books_.AppendHistory(2, 20);
  Gated gated(6);
  PastCards past(*books_.journal, *books_.keyring, gated, InSmallChunks());
  std::vector<Answer> answers;
  answers.push_back(Ask(past, 10));
  gated.at_gate.WaitForNotification();
  for (int i = 0; i < 3; ++i) answers.push_back(Ask(past, 10));
  gated.gate.Notify();
  for (Answer& answer : answers) EXPECT_EQ(AllOf(*Must(answer.get())).size(), 10u);
  EXPECT_EQ(gated.seen, 10);
}

// Whoever asks again finds what was made for them.
TEST_F(CardsOfThePast, AreFinishedForWhoHasWaitedTooLong) {
  books_.AppendHistory(3, 20);
  Gated gated(6);
  PastCardsOptions options = InSmallChunks();
  options.patience = absl::ZeroDuration();
  PastCards past(*books_.journal, *books_.keyring, gated, std::move(options));
  const absl::StatusOr<PastCards::Made> first = Ask(past, 16).get();
  EXPECT_TRUE(absl::IsDeadlineExceeded(first.status())) << first.status();
  EXPECT_THAT(std::string(first.status().message()), HasSubstr("Ask again"));
  gated.at_gate.WaitForNotification();
  gated.gate.Notify();
  absl::StatusOr<PastCards::Made> again = first;
  while (absl::IsDeadlineExceeded(again.status())) again = Ask(past, 16).get();
  EXPECT_EQ(AllOf(*Must(std::move(again))).size(), 16u);
  EXPECT_EQ(gated.seen, 16) << "made once";
}

TEST_F(CardsOfThePast, AreGivenUpWhenWhoAskedHasGone) {
  books_.AppendHistory(4, 40);
  Gated gated(6);
  PastCards past(*books_.journal, *books_.keyring, gated, InSmallChunks());
  std::atomic<bool> is_wanted{true};
  Answer gone = Ask(past, 40, [&] { return is_wanted.load(); });
  gated.at_gate.WaitForNotification();
  Answer other = Ask(past, 10);
  is_wanted = false;
  gated.gate.Notify();
  EXPECT_TRUE(absl::IsCancelled(gone.get().status()));
  EXPECT_EQ(AllOf(*Must(other.get())).size(), 10u);
  EXPECT_LE(gated.seen, 8 + 10) << "the rest of the first moment was not made";
}

TEST_F(CardsOfThePast, NeedNoMoreMemoryThanTheyAreGiven) {
  books_.AppendHistory(5, 100);
  PastCardsOptions options = InSmallChunks();
  options.most_bytes = 2'000;
  PastCards past(*books_.journal, *books_.keyring, books_.obligations, std::move(options));
  EXPECT_TRUE(absl::IsResourceExhausted(Ask(past, 100).get().status()));
}

TEST_F(CardsOfThePast, AreWaitedForByNoMoreThanThereIsRoomFor) {
  books_.AppendHistory(6, 20);
  Gated gated(6);
  PastCardsOptions options = InSmallChunks();
  options.most_waiting = 2;
  PastCards past(*books_.journal, *books_.keyring, gated, std::move(options));
  Answer first = Ask(past, 10);
  gated.at_gate.WaitForNotification();
  Answer second = Ask(past, 11);
  EXPECT_TRUE(absl::IsResourceExhausted(Ask(past, 12).get().status()));
  gated.gate.Notify();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(second.get().ok());
}

TEST_F(CardsOfThePast, AreNotMadeFromAJournalThatCannotBeRead) {
  books_.AppendHistory(7, 10);
  books_.AppendBytes("no event");
  absl::Status damage;
  PastCardsOptions options = InSmallChunks();
  options.on_damage = [&](const absl::Status& why) { damage = why; };
  PastCards past(*books_.journal, *books_.keyring, books_.obligations, std::move(options));
  EXPECT_TRUE(Ask(past, 10).get().ok());
  EXPECT_TRUE(absl::IsDataLoss(Ask(past, 11).get().status()));
  EXPECT_TRUE(absl::IsDataLoss(damage));
}

TEST_F(CardsOfThePast, EndWithTheServer) {
  books_.AppendHistory(8, 40);
  Gated gated(6);
  PastCards past(*books_.journal, *books_.keyring, gated, InSmallChunks());
  Answer being_made = Ask(past, 40);
  gated.at_gate.WaitForNotification();
  Answer waiting = Ask(past, 12);
  std::thread stopping([&] { past.Shutdown(); });
  gated.gate.Notify();
  stopping.join();
  // Whether a moment was made in time is anybody's guess; nobody is left without an answer.
  for (Answer* answer : {&being_made, &waiting}) {
    const absl::Status ended = answer->get().status();
    EXPECT_TRUE(ended.ok() || absl::IsUnavailable(ended)) << ended;
  }
  EXPECT_TRUE(absl::IsUnavailable(Ask(past, 12).get().status()));
}

}  // namespace
}  // namespace countersign
