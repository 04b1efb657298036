// Cards rebuilt beside those that are followed: the same byte for byte, compared at one position,
// switched to in one write, or given up without a trace. Without threads: what happens meanwhile
// happens between the steps of a rebuild.
#include "services/cards/card_rebuild.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/projector/office_books.h"

namespace countersign {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::Status GoOn(const RebuildProgress&) { return absl::OkStatus(); }

class RebuildingCards : public testing::Test {
 protected:
  std::unique_ptr<CardFeed> Follow(std::vector<const projections::Projection*> projections,
                                   size_t chunk = 7) {
    auto feed = Must(CardFeed::Open(*books_.journal, *books_.keyring, *books_.views,
                                    std::move(projections), chunk));
    CatchUp(*feed);
    return feed;
  }
  absl::StatusOr<RebuildResult> Rebuild(CardFeed& feed, RebuildStep step = GoOn,
                                        const std::vector<std::string>& names = {},
                                        size_t chunk = 7) {
    return RebuildCards({*books_.journal, *books_.keyring, *books_.views, feed}, names, chunk,
                        step);
  }
  void AppendOne() { books_.Append(history_.Next()); }
  // A card of the generation that answers queries, changed behind the projections' back.
  void Damage(const std::string& name, const std::string& key, const std::string& card) {
    const storage::View view = *books_.views->Current(name);
    storage::ViewBatch batch({view});
    if (card.empty()) {
      batch.Erase(view, key);
    } else {
      batch.Put(view, key, card);
    }
    ASSERT_TRUE(batch.Commit(view.position()).ok());
  }
  uint32_t GenerationOf(const std::string& name) {
    return books_.views->Current(name)->generation();
  }
  CardRows MadeInOnePass(const projections::Projection& projection) {
    const auto views = books_.OtherViews("/one-pass-" + std::to_string(++passes_));
    const auto feed =
        Must(CardFeed::Open(*books_.journal, *books_.keyring, *views, {&projection}, 1'000'000));
    CatchUp(*feed);
    return RowsOf(Must(feed->Snapshot(projection.name())));
  }

  OfficeBooks books_;
  const Positions positions_;
  projections::RandomHistory history_{7};
  int passes_ = 0;
};

TEST_F(RebuildingCards, MakesTheSameByteForByteWhileTheJournalGrows) {
  books_.AppendHistory(101, 400);
  const auto feed = Follow({&books_.obligations, &positions_});
  for (const size_t chunk : {size_t{1}, size_t{7}, size_t{64}, size_t{1'000'000}}) {
    SCOPED_TRACE(chunk);
    const uint32_t before = GenerationOf("obligations");
    const uint64_t position_before = feed->position();
    int steps = 0;
    const RebuildResult result = Must(Rebuild(
        *feed,
        [&](const RebuildProgress&) {
          // Slower than the rebuild, or it would never come to its end.
          if (++steps % 4 == 0 || chunk > 64) AppendOne();
          return feed->Advance().status();
        },
        {}, chunk));
    EXPECT_GT(feed->position(), position_before) << "nothing happened meanwhile";
    EXPECT_GE(result.compared_at, position_before);
    EXPECT_GE(result.switched_at, result.compared_at);
    // The one that took over stands where the other one stood.
    EXPECT_EQ(feed->position(), result.switched_at);
    EXPECT_EQ(Must(feed->Snapshot("obligations")).position(), result.switched_at);
    EXPECT_FALSE(result.found_differences());
    ASSERT_EQ(result.compared.size(), 2u);
    EXPECT_GT(result.compared[0].cards, 150u);
    EXPECT_EQ(result.compared[1].cards, result.compared_at);
    EXPECT_GT(GenerationOf("obligations"), before);
    CatchUp(*feed);
    EXPECT_TRUE(RowsOf(Must(feed->Snapshot("obligations"))) == MadeInOnePass(books_.obligations));
    EXPECT_EQ(RowsOf(Must(feed->Snapshot("positions"))).size(), books_.journal->head().size);
  }
}

TEST_F(RebuildingCards, IsDoneForOneProjectionAlone) {
  books_.AppendHistory(102, 30);
  const Positions others("others");
  const auto feed = Follow({&positions_, &others});
  const uint32_t before = GenerationOf("others");
  const RebuildResult result = Must(Rebuild(*feed, GoOn, {"positions"}));
  ASSERT_EQ(result.compared.size(), 1u);
  EXPECT_EQ(result.compared[0].projection, "positions");
  EXPECT_EQ(GenerationOf("others"), before);
  // They still go together.
  AppendOne();
  EXPECT_FALSE(Must(feed->Advance()));
  EXPECT_EQ(feed->position(), 31u);
}

TEST_F(RebuildingCards, OfAnEmptyJournalMakesNone) {
  const auto feed = Follow({&positions_});
  const RebuildResult result = Must(Rebuild(*feed));
  EXPECT_EQ(result.switched_at, 0u);
  EXPECT_EQ(result.compared[0].cards, 0u);
}

TEST_F(RebuildingCards, TellsItsProgressInOrder) {
  books_.AppendHistory(103, 40);
  const auto feed = Follow({&positions_});
  std::vector<RebuildProgress> told;
  Must(Rebuild(*feed, [&](const RebuildProgress& progress) {
    told.push_back(progress);
    return absl::OkStatus();
  }));
  ASSERT_GT(told.size(), 6u);
  EXPECT_EQ(told.front().entries_done, 0u);
  EXPECT_EQ(told.front().entries, 40u);
  for (size_t i = 1; i < told.size(); ++i) {
    EXPECT_GE(told[i].entries_done, told[i - 1].entries_done);
    EXPECT_GE(told[i].cards_compared, told[i - 1].cards_compared);
    EXPECT_GE(told[i].phase, told[i - 1].phase);
  }
  EXPECT_EQ(told.back().phase, RebuildPhase::kSwitching);
  EXPECT_EQ(told.back().entries_done, 40u);
  EXPECT_EQ(told.back().cards_compared, 40u);
}

TEST_F(RebuildingCards, FindsWhatDiffersAndStandsInItsPlace) {
  books_.AppendHistory(104, 20);
  const auto feed = Follow({&positions_});
  Damage("positions", "3", "altered");
  Damage("positions", "5", "");
  Damage("positions", "9/of/nothing", "invented");
  const RebuildResult result = Must(Rebuild(*feed));
  EXPECT_TRUE(result.found_differences());
  EXPECT_EQ(result.compared[0].cards, 21u);
  EXPECT_EQ(result.compared[0].differing, 3u);
  EXPECT_THAT(result.compared[0].first_differing, ElementsAre("3", "5", "9"));
  EXPECT_TRUE(RowsOf(Must(feed->Snapshot("positions"))) == MadeInOnePass(positions_));
  EXPECT_FALSE(Must(Rebuild(*feed)).found_differences());
}

TEST_F(RebuildingCards, NamesTheFirstTenThatDifferWithoutTheirContent) {
  const auto feed = Follow({&positions_});
  const std::string id = "5b0c7f6e-1f0a-4d5b-9c43-1f2e3d4c5b6a";
  for (int i = 0; i < 12; ++i) {
    Damage("positions", "i/person/" + id + "/Amina/" + std::to_string(i), "invented");
  }
  const RebuildResult result = Must(Rebuild(*feed));
  EXPECT_EQ(result.compared[0].differing, 12u);
  EXPECT_EQ(result.compared[0].first_differing, std::vector<std::string>(10, "i/person/" + id));
}

TEST_F(RebuildingCards, TellsErasureFromDamage) {
  books_.AppendHistory(105, 200);
  const auto feed = Follow({&books_.obligations});
  std::vector<storage::StreamId> plans;
  ASSERT_TRUE(books_.journal
                  ->StreamsOfType(storage::StreamType::kPlan,
                                  [&](const storage::StreamId& stream) {
                                    plans.push_back(stream);
                                    return absl::OkStatus();
                                  })
                  .ok());
  ASSERT_GE(plans.size(), 2u);
  ASSERT_TRUE(books_.keyring->Destroy(plans[0]).ok());
  ASSERT_TRUE(books_.journal->ErasePayloads(plans[1]).ok());
  Damage("obligations", "t/", "altered");
  const RebuildResult result = Must(Rebuild(*feed));
  EXPECT_GT(result.unreadable_entries, 0u);
  EXPECT_GT(result.compared[0].changed_by_erasure, 1u);
  EXPECT_EQ(result.compared[0].differing, 1u);
  EXPECT_THAT(result.compared[0].first_differing, ElementsAre("t"));
  const RebuildResult again = Must(Rebuild(*feed));
  EXPECT_EQ(again.compared[0].changed_by_erasure, 0u);
  EXPECT_FALSE(again.found_differences());
}

TEST_F(RebuildingCards, ThatNobodyWantsAnyMoreIsGivenUpAtAnyStep) {
  books_.AppendHistory(106, 30);
  const auto feed = Follow({&positions_, &books_.obligations});
  const CardRows rows = RowsOf(Must(feed->Snapshot("obligations")));
  const uint32_t before = GenerationOf("obligations");
  int steps = 0;
  while (true) {
    int left = steps;
    const absl::StatusOr<RebuildResult> result = Rebuild(*feed, [&](const RebuildProgress&) {
      return left-- == 0 ? absl::CancelledError("enough") : absl::OkStatus();
    });
    if (result.ok()) break;
    EXPECT_EQ(result.status(), absl::CancelledError("enough"));
    EXPECT_EQ(GenerationOf("obligations"), before);
    EXPECT_TRUE(RowsOf(Must(feed->Snapshot("obligations"))) == rows);
    // What was being built is gone already, not only after a restart.
    ASSERT_THAT(books_.FamiliesOfViews(), testing::SizeIs(3)) << "after " << steps << " steps";
    ++steps;
  }
  EXPECT_GT(steps, 6);
  EXPECT_TRUE(RowsOf(Must(feed->Snapshot("obligations"))) == rows);
  EXPECT_THAT(books_.FamiliesOfViews(), testing::SizeIs(3));
}

TEST_F(RebuildingCards, ThatACrashEndedIsGivenUpAtTheNextStart) {
  books_.AppendHistory(107, 30);
  auto feed = Follow({&positions_});
  {
    const storage::View half = Must(books_.views->BeginGeneration("positions", 1));
    ASSERT_TRUE(FeedChunk(*books_.journal, *books_.keyring, {{&positions_, half}}, 0, 10,
                          storage::ViewBatch::Urgency::kCanWait, [](const auto&) {})
                    .ok());
  }
  feed.reset();
  books_.ReopenViews();
  ASSERT_THAT(books_.FamiliesOfViews(), testing::SizeIs(3));
  feed = Follow({&positions_});
  EXPECT_THAT(books_.FamiliesOfViews(), testing::SizeIs(2));
  EXPECT_EQ(RowsOf(Must(feed->Snapshot("positions"))).size(), 30u);
  EXPECT_FALSE(Must(Rebuild(*feed)).found_differences());
}

TEST_F(RebuildingCards, IsRefusedForANameThatNoProjectionHas) {
  const auto feed = Follow({&positions_});
  EXPECT_TRUE(absl::IsNotFound(Rebuild(*feed, GoOn, {"positions", "diary"}).status()));
}

TEST_F(RebuildingCards, IsRefusedWhileANewVersionIsBeingBuilt) {
  books_.AppendHistory(108, 30);
  Follow({&positions_});
  const Positions new_version("positions", 2);
  const auto feed =
      Must(CardFeed::Open(*books_.journal, *books_.keyring, *books_.views, {&new_version}, 7));
  Must(feed->Advance());
  EXPECT_TRUE(absl::IsFailedPrecondition(Rebuild(*feed).status()));
  CatchUp(*feed);
  EXPECT_FALSE(Must(Rebuild(*feed)).found_differences());
  EXPECT_EQ(RowsOf(Must(feed->Snapshot("positions"))).at("0"), "2");
}

TEST_F(RebuildingCards, StopsAtAnEntryThatNobodyUnderstandsAndLeavesTheOldOnes) {
  books_.AppendHistory(109, 10);
  struct Stern : Positions {
    absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
      if (is_stern && recorded.position == 8) return absl::DataLossError("not understood");
      return Positions::Apply(recorded, cards);
    }
    bool is_stern = false;
  } stern;
  const auto stern_feed = Follow({&stern});
  stern.is_stern = true;
  const absl::Status stopped = Rebuild(*stern_feed).status();
  EXPECT_TRUE(absl::IsDataLoss(stopped)) << stopped;
  EXPECT_THAT(std::string(stopped.message()), HasSubstr("position 8"));
  EXPECT_EQ(RowsOf(Must(stern_feed->Snapshot("positions"))).size(), 10u);
}

}  // namespace
}  // namespace countersign
