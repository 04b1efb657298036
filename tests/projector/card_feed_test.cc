// The cards are the same however the journal came to them: followed or rebuilt, in one chunk or in
// many, with or without crashes in between.
#include "services/cards/card_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/projector/office_books.h"

namespace countersign {
namespace {

using testing::HasSubstr;

constexpr size_t kAll = 1'000'000;

std::unique_ptr<CardFeed> Open(OfficeBooks& books, storage::Views& views,
                               std::vector<const projections::Projection*> projections,
                               size_t chunk) {
  return Must(CardFeed::Open(*books.journal, *books.keyring, views, std::move(projections), chunk));
}

CardRows Cards(const CardFeed& feed, const std::string& name = "obligations") {
  return RowsOf(Must(feed.Snapshot(name)));
}

// The same cards, found without anything that was remembered of them.
class RemembersNothing : public projections::Projection {
 public:
  explicit RemembersNothing(const projections::Projection& projection) : projection_(projection) {}

  std::string name() const override { return projection_.name(); }
  uint32_t version() const override { return projection_.version(); }
  bool ReadsContentOf(const v1::Event& kind) const override {
    return projection_.ReadsContentOf(kind);
  }
  absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
    remembered_ += cards.TakeMemory().size();
    const absl::Status applied = projection_.Apply(recorded, cards);
    remembered_ += cards.TakeMemory().size();
    return applied;
  }
  // How much was forgotten.
  size_t remembered() const { return remembered_; }

 private:
  const projections::Projection& projection_;
  mutable size_t remembered_ = 0;
};

TEST(Cards, RebuiltEqualThoseFollowedByteForByteInChunksOfAnySize) {
  for (const uint32_t seed : {11u, 12u}) {
    OfficeBooks books;
    const auto followed = Open(books, *books.views, {&books.obligations}, kAll);
    projections::RandomHistory history(seed);
    for (int i = 0; i < 600; ++i) {
      books.Append(history.Next());
      CatchUp(*followed);
    }
    const CardRows rows = Cards(*followed);
    ASSERT_GT(rows.size(), 200u);
    for (const size_t chunk : {size_t{1}, size_t{7}, kAll}) {
      const auto views = books.OtherViews("/views-" + std::to_string(chunk));
      const auto rebuilt = Open(books, *views, {&books.obligations}, chunk);
      CatchUp(*rebuilt);
      EXPECT_EQ(rebuilt->position(), 600u);
      EXPECT_TRUE(Cards(*rebuilt) == rows) << "in chunks of " << chunk << ", seed " << seed;
    }
    // What is remembered from event to event, and from chunk to chunk, is never stale.
    const RemembersNothing forgetful(books.obligations);
    const auto views = books.OtherViews("/forgetful");
    const auto rebuilt = Open(books, *views, {&forgetful}, 7);
    CatchUp(*rebuilt);
    EXPECT_GT(forgetful.remembered(), 200u);
    EXPECT_TRUE(Cards(*rebuilt) == rows) << "remembering nothing, seed " << seed;
  }
}

// The same cards, found from every event as it was written.
class ReadsEverything : public projections::Projection {
 public:
  explicit ReadsEverything(const projections::Projection& projection) : projection_(projection) {}

  std::string name() const override { return "reads_everything"; }
  uint32_t version() const override { return projection_.version(); }
  absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
    comments_read_ += recorded.event.plan().recording().comment_added().text().empty() ? 0 : 1;
    return projection_.Apply(recorded, cards);
  }
  int comments_read() const { return comments_read_; }

 private:
  const projections::Projection& projection_;
  mutable int comments_read_ = 0;
};

TEST(Cards, AreTheSameWithoutReadingWhatTheyNeverHold) {
  for (const uint32_t seed : {13u, 14u, 15u}) {
    OfficeBooks books;
    books.AppendHistory(seed, 2'000);
    const auto feed = Open(books, *books.views, {&books.obligations}, 64);
    CatchUp(*feed);
    const ReadsEverything whole(books.obligations);
    const auto views = books.OtherViews("/whole");
    const auto reading = Open(books, *views, {&whole}, 64);
    CatchUp(*reading);
    EXPECT_GT(whole.comments_read(), 10);
    EXPECT_TRUE(Cards(*feed) == Cards(*reading, "reads_everything")) << "seed " << seed;
  }
}

TEST(Cards, AreTheSameAfterCrashesBetweenBatches) {
  OfficeBooks books;
  books.AppendHistory(21, 400);
  const Positions positions;
  std::mt19937 random(21);
  int crashes = 0;
  while (true) {
    auto feed = Open(books, *books.views, {&books.obligations, &positions}, 1 + random() % 9);
    bool more = true;
    for (uint32_t chunks = random() % 6; more && chunks > 0; --chunks) {
      more = Must(feed->Advance());
    }
    if (!more) break;
    ++crashes;
    feed.reset();
    books.ReopenViews();
  }
  EXPECT_GT(crashes, 10);
  const auto views = books.OtherViews("/undisturbed");
  const auto undisturbed = Open(books, *views, {&books.obligations, &positions}, 256);
  CatchUp(*undisturbed);
  const auto feed = Open(books, *books.views, {&books.obligations, &positions}, 256);
  EXPECT_TRUE(Cards(*feed) == Cards(*undisturbed));
  // `positions` would have stopped at an entry that came twice; none was left out either.
  EXPECT_EQ(Cards(*feed, "positions").size(), 400u);
}

TEST(ANewProjection, IsFedUntilItStandsWithTheOthers) {
  OfficeBooks books;
  books.AppendHistory(31, 20);
  const Positions first("first");
  CatchUp(*Open(books, *books.views, {&first}, 7));
  books.AppendHistory(32, 20);
  const Positions second("second");
  const auto feed = Open(books, *books.views, {&first, &second}, 7);
  EXPECT_EQ(feed->position(), 0u);
  for (const uint64_t position : {7, 14, 20}) {
    ASSERT_TRUE(Must(feed->Advance()));
    EXPECT_EQ(feed->position(), position);
  }
  // From here on they go together: each entry is read once for both.
  ASSERT_TRUE(Must(feed->Advance()));
  EXPECT_EQ(feed->position(), 27u);
  CatchUp(*feed);
  EXPECT_EQ(feed->position(), 40u);
  EXPECT_EQ(Cards(*feed, "first").size(), 40u);
  EXPECT_EQ(Cards(*feed, "second").size(), 40u);
}

TEST(ANewVersion, IsBuiltBesideTheOldOneAndSwitchedToWhenItHasCaughtUp) {
  OfficeBooks books;
  books.AppendHistory(41, 20);
  const Positions old_version("positions", 1);
  CatchUp(*Open(books, *books.views, {&old_version}, 7));
  const Positions new_version("positions", 2);
  const auto feed = Open(books, *books.views, {&new_version}, 7);
  ASSERT_TRUE(Must(feed->Advance()));
  // The old cards are still whole, and are not taken for new ones.
  EXPECT_EQ(RowsOf(Must(books.views->Current("positions")->Snapshot())).size(), 20u);
  EXPECT_TRUE(absl::IsUnavailable(feed->Snapshot("positions").status()));
  CatchUp(*feed);
  const CardRows rows = Cards(*feed, "positions");
  EXPECT_EQ(rows.size(), 20u);
  EXPECT_EQ(rows.at("0"), "2");
  EXPECT_EQ(books.views->Current("positions")->version(), 2u);
}

TEST(ANewVersion, GoesOnBeingBuiltAfterACrash) {
  OfficeBooks books;
  books.AppendHistory(42, 20);
  const Positions old_version("positions", 1);
  CatchUp(*Open(books, *books.views, {&old_version}, 7));
  const Positions new_version("positions", 2);
  {
    const auto feed = Open(books, *books.views, {&new_version}, 7);
    ASSERT_TRUE(Must(feed->Advance()));
  }
  books.ReopenViews();
  const auto feed = Open(books, *books.views, {&new_version}, 7);
  EXPECT_EQ(feed->position(), 7u);
  CatchUp(*feed);
  EXPECT_EQ(Cards(*feed, "positions").size(), 20u);
}

TEST(ANewVersionOfAnEmptyJournal, IsSwitchedToAtOnce) {
  OfficeBooks books;
  const Positions old_version("positions", 1);
  CatchUp(*Open(books, *books.views, {&old_version}, 7));
  const Positions new_version("positions", 2);
  const auto feed = Open(books, *books.views, {&new_version}, 7);
  CatchUp(*feed);
  EXPECT_TRUE(feed->Snapshot("positions").ok());
}

TEST(CardsOfAnotherJournal, AreRebuilt) {
  OfficeBooks longer;
  longer.AppendHistory(51, 30);
  OfficeBooks books;
  books.AppendHistory(52, 10);
  // The views that the longer journal left behind.
  CatchUp(*Open(longer, *books.views, {&longer.obligations}, kAll));
  const auto feed = Open(books, *books.views, {&books.obligations}, kAll);
  EXPECT_EQ(feed->position(), 0u);
  CatchUp(*feed);
  const auto views = books.OtherViews("/own");
  const auto own = Open(books, *views, {&books.obligations}, kAll);
  CatchUp(*own);
  EXPECT_TRUE(Cards(*feed) == Cards(*own));
}

TEST(AnEntryWhosePayloadIsErasedOrKeyDestroyed, ChangesNoCardAndIsPassed) {
  OfficeBooks books;
  books.AppendHistory(61, 100);
  std::vector<storage::StreamId> plans;
  ASSERT_TRUE(books.journal
                  ->StreamsOfType(storage::StreamType::kPlan,
                                  [&](const storage::StreamId& stream) {
                                    plans.push_back(stream);
                                    return absl::OkStatus();
                                  })
                  .ok());
  ASSERT_GE(plans.size(), 2u);
  ASSERT_TRUE(books.keyring->Destroy(plans[0]).ok());
  ASSERT_TRUE(books.journal->ErasePayloads(plans[1]).ok());
  const auto feed = Open(books, *books.views, {&books.obligations}, 7);
  CatchUp(*feed);
  EXPECT_EQ(feed->position(), 100u);
  for (const auto& [key, card] : Cards(*feed)) {
    for (const auto& plan : {plans[0], plans[1]}) {
      EXPECT_NE(key, "p/" + storage::ToString(plan.id));
      EXPECT_NE(key.substr(0, 38), "o/" + storage::ToString(plan.id));
    }
  }
}

TEST(AnEntryThatNobodyUnderstands, StopsTheFeedAndChangesNothing) {
  OfficeBooks books;
  books.AppendHistory(71, 10);
  books.AppendBytes("");
  const auto feed = Open(books, *books.views, {&books.obligations}, 8);
  EXPECT_TRUE(Must(feed->Advance()));
  const absl::Status stopped = feed->Advance().status();
  EXPECT_TRUE(absl::IsDataLoss(stopped)) << stopped;
  EXPECT_THAT(std::string(stopped.message()), HasSubstr("position 10"));
  EXPECT_EQ(feed->position(), 8u);
}

TEST(APayloadThatIsDamaged, StopsTheFeed) {
  OfficeBooks books;
  books.AppendBytes("\xff\xff");
  const auto feed = Open(books, *books.views, {&books.obligations}, 8);
  EXPECT_TRUE(absl::IsDataLoss(feed->Advance().status()));
}

TEST(ANameThatNoProjectionHas, IsNotFound) {
  OfficeBooks books;
  const auto feed = Open(books, *books.views, {&books.obligations}, 8);
  EXPECT_TRUE(absl::IsNotFound(feed->Snapshot("diary").status()));
}

}  // namespace
}  // namespace countersign
