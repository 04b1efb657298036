// Waiting for the cards: every wait ends, once, and says how far the cards had come. Nothing here
// sleeps: tests wait for a callback that must come, or hold the projector back with a projection
// that waits for them.
#include "services/projector.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "tests/projector/office_books.h"

namespace countersign {
namespace {

constexpr absl::Duration kPatient = absl::InfiniteDuration();

// A projection that stops at a gate before the entry at one position, until somebody opens it.
class Gated : public Positions {
 public:
  explicit Gated(uint64_t position) : Positions("gated"), position_(position) {}

  absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
    if (recorded.position == position_) {
      at_gate.Notify();
      gate.WaitForNotification();
    }
    return Positions::Apply(recorded, cards);
  }

  mutable absl::Notification at_gate;
  absl::Notification gate;

 private:
  const uint64_t position_;
};

// One wait. Fails the test when it is answered twice.
class Wait {
 public:
  Wait(Projector& projector, uint64_t position, absl::Duration timeout) {
    projector.WhenReached(position, timeout, [state = state_](Reached reached) {
      EXPECT_EQ(++state->answers, 1);
      state->reached = reached;
      state->answered.Notify();
    });
  }
  bool IsAnswered() const { return state_->answered.HasBeenNotified(); }
  Reached Answer() const {
    state_->answered.WaitForNotification();
    return state_->reached;
  }

 private:
  struct State {
    std::atomic<int> answers{0};
    absl::Notification answered;
    Reached reached;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

std::unique_ptr<Projector> Start(OfficeBooks& books,
                                 std::vector<const projections::Projection*> projections) {
  return Must(Projector::Start(*books.journal, *books.keyring, *books.views, std::move(projections),
                               {.chunk_entries = 4, .stops_within = absl::Milliseconds(1)}));
}

TEST(WaitingForTheCards, EndsWhenTheyReflectWhatIsWaitedFor) {
  OfficeBooks books;
  const Positions positions;
  const auto projector = Start(books, {&positions});
  const Wait wait(*projector, 10, kPatient);
  EXPECT_FALSE(wait.IsAnswered());
  books.AppendHistory(1, 10);
  const Reached reached = wait.Answer();
  EXPECT_GE(reached.position, 10u);
  EXPECT_FALSE(reached.behind);
  const SnapshotCards cards = Must(projector->Snapshot("positions"));
  EXPECT_EQ(cards.position(), 10u);
  EXPECT_TRUE(cards.Get("9")->has_value());
  EXPECT_EQ(projector->position(), 10u);
}

TEST(WaitingForTheCards, IsAnsweredAtOnceWhenTheyAreThere) {
  OfficeBooks books;
  books.AppendHistory(2, 6);
  const Positions positions;
  const auto projector = Start(books, {&positions});
  Wait(*projector, 6, kPatient).Answer();
  EXPECT_TRUE(Wait(*projector, 6, kPatient).IsAnswered());
  EXPECT_TRUE(Wait(*projector, 0, absl::ZeroDuration()).IsAnswered());
  EXPECT_FALSE(Wait(*projector, 5, absl::ZeroDuration()).Answer().behind);
}

TEST(WaitingForTheCards, IsNotWaitingWithoutATimeout) {
  OfficeBooks books;
  const Positions positions;
  const auto projector = Start(books, {&positions});
  const Wait wait(*projector, 1, absl::ZeroDuration());
  ASSERT_TRUE(wait.IsAnswered());
  EXPECT_TRUE(wait.Answer().behind);
  EXPECT_EQ(wait.Answer().position, 0u);
}

TEST(WaitingForTheCards, EndsBehindWhenTheProjectorTakesTooLong) {
  OfficeBooks books;
  books.AppendHistory(3, 8);
  Gated gated(5);
  const auto projector = Start(books, {&gated});
  const Wait first_chunk(*projector, 4, kPatient);
  EXPECT_FALSE(first_chunk.Answer().behind);
  gated.at_gate.WaitForNotification();
  // The second chunk cannot go on, so patience is all that can end this wait.
  const Wait impatient(*projector, 8, absl::Milliseconds(1));
  const Wait patient(*projector, 8, kPatient);
  EXPECT_TRUE(impatient.Answer().behind);
  EXPECT_EQ(impatient.Answer().position, 4u);
  EXPECT_FALSE(patient.IsAnswered());
  gated.gate.Notify();
  EXPECT_FALSE(patient.Answer().behind);
}

TEST(WaitingForTheCards, LetsAnswersComeInTheOrderOfPatience) {
  OfficeBooks books;
  const Positions positions;
  const auto projector = Start(books, {&positions});
  const Wait long_wait(*projector, 1, absl::Hours(1));
  const Wait short_wait(*projector, 1, absl::Milliseconds(1));
  EXPECT_TRUE(short_wait.Answer().behind);
  EXPECT_FALSE(long_wait.IsAnswered());
  books.AppendHistory(4, 1);
  EXPECT_FALSE(long_wait.Answer().behind);
}

TEST(WaitingForTheCards, MayBeginAgainInTheCallback) {
  OfficeBooks books;
  const Positions positions;
  const auto projector = Start(books, {&positions});
  absl::Notification second;
  projector->WhenReached(1, kPatient, [&](Reached) {
    projector->WhenReached(2, kPatient, [&](Reached) { second.Notify(); });
  });
  books.AppendHistory(5, 2);
  second.WaitForNotification();
  EXPECT_EQ(projector->position(), 2u);
}

TEST(ShuttingDown, AnswersAllWhoWait) {
  OfficeBooks books;
  const Positions positions;
  const auto projector = Start(books, {&positions});
  std::vector<Wait> waits;
  for (int i = 0; i < 10; ++i) waits.emplace_back(*projector, 1, kPatient);
  projector->Shutdown();
  for (const Wait& wait : waits) {
    ASSERT_TRUE(wait.IsAnswered());
    EXPECT_TRUE(wait.Answer().behind);
  }
  // Cards can still be read, and nobody is left waiting.
  EXPECT_TRUE(projector->Snapshot("positions").ok());
  EXPECT_TRUE(Wait(*projector, 1, kPatient).Answer().behind);
  EXPECT_TRUE(projector->status().ok());
  projector->Shutdown();
}

TEST(ShuttingDownTheJournal, AnswersAllWhoWaitForEntriesThatCannotComeAnyMore) {
  OfficeBooks books;
  books.AppendHistory(6, 5);
  const Positions positions;
  const auto projector = Must(Projector::Start(*books.journal, *books.keyring, *books.views,
                                               {&positions}, {.stops_within = kPatient}));
  const Wait there(*projector, 5, kPatient);
  const Wait never(*projector, 6, kPatient);
  EXPECT_FALSE(there.Answer().behind);
  books.journal->Shutdown();
  EXPECT_TRUE(never.Answer().behind);
  EXPECT_TRUE(projector->status().ok());
}

TEST(AnEntryThatNobodyUnderstands, StopsTheProjectorAndAnswersAllWhoWait) {
  OfficeBooks books;
  const auto projector = Start(books, {&books.obligations});
  const Wait wait(*projector, 2, kPatient);
  books.Append(kJournalId, SoftwareStarted());
  books.AppendBytes("");
  EXPECT_TRUE(wait.Answer().behind);
  EXPECT_TRUE(absl::IsDataLoss(projector->status()));
  EXPECT_TRUE(absl::IsDataLoss(projector->Snapshot("obligations").status()));
}

TEST(AProjector, FollowsSeveralProjectionsAndManyWaitersAtOnce) {
  OfficeBooks books;
  const Positions positions;
  const auto projector = Start(books, {&positions, &books.obligations});
  std::vector<Wait> waits;
  projections::RandomHistory history(7);
  for (uint64_t i = 0; i < 200; ++i) {
    waits.emplace_back(*projector, i + 1, kPatient);
    books.Append(history.Next());
  }
  for (size_t i = 0; i < waits.size(); ++i) {
    EXPECT_FALSE(waits[i].Answer().behind);
    EXPECT_GT(waits[i].Answer().position, i);
  }
  EXPECT_EQ(Must(projector->Snapshot("obligations")).position(), 200u);
}

}  // namespace
}  // namespace countersign
