// What every journal engine has to do: invariants I1 to I9 and I11 of storage/journal.h against the
// public surface alone.
#include "storage/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "storage/entry.h"
#include "storage/merkle_tree.h"
#include "tests/storage/journal_fixtures.h"

namespace countersign::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kAborted = absl::StatusCode::kAborted;
constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kUnavailable = absl::StatusCode::kUnavailable;

class Appending : public JournalTest {
 protected:
  void SetUp() override { Open(); }
};
class Expecting : public Appending {};
class Repeating : public Appending {};
class Reading : public Appending {};
class Following : public Appending {};
class Time : public Appending {};
class Proving : public Appending {};
class Erasing : public Appending {};

// The root over all entries, computed without the journal's tree.
Hash RootOfLeaves(std::vector<Hash> leaves) {
  if (leaves.empty()) return EmptyRoot();
  while (leaves.size() > 1) {
    // An odd last hash moves up unchanged; this gives the same tree as splitting at powers of two.
    std::vector<Hash> above;
    for (size_t i = 0; i + 1 < leaves.size(); i += 2) {
      above.push_back(NodeHash(leaves[i], leaves[i + 1]));
    }
    if (leaves.size() % 2 == 1) above.push_back(leaves.back());
    leaves = above;
  }
  return leaves.front();
}

TEST_F(Appending, AnEmptyJournalHasTheEmptyRoot) {
  EXPECT_EQ(journal_->head(), (Head{0, EmptyRoot()}));
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_TRUE(journal_->Verify().ok());
}

TEST_F(Appending, I1PositionsAndVersionsHaveNoGap) {
  const AppendReceipt first = Wrote(Recording({Event(Plan(1)), Event(Plan(2)), Event(Plan(1))}));
  const AppendReceipt second = Wrote(Recording({Event(Plan(2)), Event(Plan(1))}));
  std::vector<std::string> places;
  for (const AppendReceipt& receipt : {first, second}) {
    for (const AppendedEntry& entry : receipt.entries) {
      places.push_back(std::to_string(entry.position) + ": " +
                       std::to_string(entry.stream.id.array()[0]) + "/" +
                       std::to_string(entry.version));
    }
  }
  EXPECT_THAT(places, ElementsAre("0: 1/0", "1: 2/0", "2: 1/1", "3: 2/1", "4: 1/2"));
  EXPECT_EQ(second.head.size, 5u);
  EXPECT_FALSE(second.repeated);
}

TEST_F(Appending, AnEntryHoldsWhatWasSaidAboutTheEvent) {
  AppendRequest request = Recording({Event(Plan(1), "first"), Event(Plan(1), "second")}).As(7, "b");
  request.author.on_behalf_of = IdOf(0xb);
  request.events[0].key_id = std::string(16, 'k');
  request.events[0].content_commitment = std::string(32, 'c');
  request.events[1].caused_by = EarlierEvent{0};
  const AppendReceipt receipt = Wrote(request);
  const v1::Entry first = ParseEntry(journal_->ReadEntry(0).value()).value();
  const v1::Entry second = ParseEntry(journal_->ReadEntry(1).value()).value();
  EXPECT_EQ(first.stream(), Plan(1).Bytes());
  EXPECT_EQ(first.event_type(), "draft_issued");
  EXPECT_EQ(first.actor(), IdOf(0xa).bytes());
  EXPECT_EQ(first.on_behalf_of(), IdOf(0xb).bytes());
  EXPECT_EQ(first.acting_as(), "reviewer");
  EXPECT_EQ(first.policy_rule(), "P07");
  EXPECT_EQ(first.request_id(), IdOf(7).bytes());
  EXPECT_EQ(first.key_id(), std::string(16, 'k'));
  EXPECT_EQ(first.content_commitment(), std::string(32, 'c'));
  EXPECT_EQ(first.payload_digest(), AsBytes(Sha256("first")));
  EXPECT_FALSE(first.has_caused_by());
  EXPECT_EQ(second.caused_by(), 0u);
  EXPECT_EQ(receipt.entries[1].leaf_hash, LeafHash(journal_->ReadEntry(1).value()));
}

TEST_F(Appending, I5EventsOfOneRequestStandOrFallTogetherAcrossStreams) {
  AppendRequest request = Recording({Event(Plan(1)), Event(Person(1))});
  request.events[1].event_type = "";
  EXPECT_EQ(Append(request).status().code(), kInvalid);
  EXPECT_EQ(journal_->head().size, 0u);
  EXPECT_THAT(Stream(Plan(1)), IsEmpty());
  EXPECT_EQ(Wrote(Recording({Event(Plan(1))})).entries[0].version, 0u);
}

TEST_F(Appending, WhatHasTheWrongShapeIsRefused) {
  EXPECT_EQ(Append(Recording({})).status().code(), kInvalid);
  EXPECT_EQ(Append(Recording({Event(Plan(1))}).Expecting(Plan(1), -3)).status().code(), kInvalid);
  AppendRequest own_cause = Recording({Event(Plan(1))});
  own_cause.events[0].caused_by = EarlierEvent{0};
  EXPECT_EQ(Append(own_cause).status().code(), kInvalid);
  own_cause.events[0].caused_by = AtPosition{0};
  EXPECT_EQ(Append(own_cause).status().code(), kInvalid);
  const AppendRequest large = Recording({Event(Plan(1), std::string((4 << 20) + 1, 'x'))});
  EXPECT_EQ(Append(large).status().code(), kInvalid);
  EXPECT_EQ(journal_->head().size, 0u);
}

TEST_F(Appending, ARequestLargerThanABatchIsWrittenWhole) {
  options_.max_batch_events = 4;
  options_.max_batch_bytes = 100;
  Open();
  AppendRequest request = Recording({});
  for (int i = 0; i < 300; ++i) request.events.push_back(Event(Plan(1), std::string(50, 'x')));
  EXPECT_THAT(Wrote(request).entries, SizeIs(300));
  EXPECT_THAT(Stream(Plan(1)), SizeIs(300));
}

TEST_F(Appending, ARefusedRequestDoesNotDisturbTheOthersOfItsBatch) {
  const auto answers = InOneBatch({Recording({Event(Plan(1), "a")}),
                                   Recording({Event(Plan(2), "b")}).Expecting(Plan(2), 5),
                                   Recording({Event(Plan(3), "c"), Event(Plan(3), "")})});
  EXPECT_TRUE(answers[0].ok());
  EXPECT_EQ(answers[1].status().code(), kAborted);
  EXPECT_TRUE(answers[2].ok());
  EXPECT_THAT(All(1), ElementsAre("plan1 0 a", "plan3 0 c", "plan3 1 "));
  EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
}

TEST_F(Appending, I5ARefusedRequestLeavesNothingBehindForTheNextOfItsBatch) {
  AppendRequest refused = Recording({Event(Plan(1)), Event(Person(1))});
  refused.events[1].event_type = "";
  const auto answers =
      InOneBatch({refused, Recording({Event(Plan(2), "a")}).Expecting(Plan(1), kNoStream)});
  EXPECT_EQ(answers[0].status().code(), kInvalid);
  ASSERT_TRUE(answers[1].ok()) << answers[1].status();
  EXPECT_EQ(answers[1]->entries[0].recorded_at, clocks_.now() + absl::Microseconds(1));
  EXPECT_THAT(Stream(Plan(1)), IsEmpty());
  EXPECT_THAT(All(1), ElementsAre("plan2 0 a"));
  EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
}

TEST_F(Appending, RequestsOfOneBatchSeeEachOther) {
  const auto answers = InOneBatch({Recording({Event(Plan(1))}).Expecting(Plan(1), kNoStream),
                                   Recording({Event(Plan(1))}).Expecting(Plan(1), 0),
                                   Recording({Event(Plan(1))}).Expecting(Plan(1), 0)});
  EXPECT_TRUE(answers[0].ok());
  EXPECT_TRUE(answers[1].ok());
  EXPECT_EQ(VersionConflictOf(answers[2].status()),
            (VersionConflict{.stream = Plan(1), .expected = 0, .actual = 1}));
}

TEST_F(Appending, I8AnEntryNamesItsStreamsPreviousLeafHash) {
  const AppendReceipt receipt = Wrote(Recording({Event(Plan(1)), Event(Plan(2)), Event(Plan(1))}));
  Wrote(Recording({Event(Plan(1))}));
  const auto previous_of = [&](uint64_t position) {
    return ParseEntry(journal_->ReadEntry(position).value())->previous_leaf_hash();
  };
  EXPECT_EQ(previous_of(0), "");
  EXPECT_EQ(previous_of(1), "");
  EXPECT_EQ(previous_of(2), AsBytes(receipt.entries[0].leaf_hash));
  EXPECT_EQ(previous_of(3), AsBytes(receipt.entries[2].leaf_hash));
}

TEST_F(Appending, AfterAShutdownNothingIsWrittenAndReadsGoOn) {
  Wrote(Recording({Event(Plan(1), "words")}));
  journal_->Shutdown();
  EXPECT_EQ(Append(Recording({Event(Plan(1))})).status().code(), kUnavailable);
  EXPECT_EQ(journal_->Writable().code(), kUnavailable);
  EXPECT_THAT(Stream(Plan(1)), ElementsAre("0@0 words"));
}

TEST_F(Appending, WhatWasQueuedBeforeAShutdownIsAnswered) {
  clocks_.Hold();
  Answer first;
  Answer second;
  journal_->Append(Recording({Event(Plan(1))}), first.Callback());
  clocks_.WaitUntilSomebodyReads();
  journal_->Append(Recording({Event(Plan(1))}), second.Callback());
  std::thread stopping([&] { journal_->Shutdown(); });
  clocks_.Release();
  stopping.join();
  EXPECT_TRUE(first.Wait().ok());
  EXPECT_TRUE(second.Wait().ok());
}

TEST_F(Appending, AFullQueueRefusesAndTheOthersAreWritten) {
  options_.queue_limit = 2;
  Open();
  clocks_.Hold();
  Answer answers[4];
  journal_->Append(Recording({Event(Plan(1))}), answers[0].Callback());
  clocks_.WaitUntilSomebodyReads();
  for (int i = 1; i < 4; ++i) journal_->Append(Recording({Event(Plan(1))}), answers[i].Callback());
  EXPECT_EQ(answers[3].Wait().status().code(), absl::StatusCode::kResourceExhausted);
  clocks_.Release();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(answers[i].Wait().ok());
  EXPECT_EQ(journal_->head().size, 3u);
}

TEST_F(Appending, ALowDiskMakesTheJournalReadOnlyUntilThereIsRoom) {
  std::atomic<uint64_t> free_bytes = 100;
  options_.free_bytes = [&] { return free_bytes.load(); };
  options_.min_free_bytes = 100;
  Open();
  Wrote(Recording({Event(Plan(1), "words")}));
  free_bytes = 99;
  EXPECT_EQ(Append(Recording({Event(Plan(1))})).status().code(), kUnavailable);
  EXPECT_EQ(journal_->Writable().code(), kUnavailable);
  EXPECT_THAT(Stream(Plan(1)), ElementsAre("0@0 words"));
  free_bytes = 100;
  EXPECT_TRUE(journal_->Writable().ok());
  Wrote(Recording({Event(Plan(1))}));
  Close();
}

TEST_F(Expecting, I6AVersionThatIsNotThereIsAConflictWithBothVersions) {
  Wrote(Recording({Event(Plan(1)), Event(Plan(1))}));
  const auto conflict = [&](const StreamId& stream, int64_t expected) {
    const absl::Status status =
        Append(Recording({Event(Plan(3))}).Expecting(stream, expected)).status();
    EXPECT_EQ(status.code(), kAborted);
    return VersionConflictOf(status).value();
  };
  EXPECT_EQ(conflict(Plan(1), kNoStream), (VersionConflict{Plan(1), kNoStream, 1}));
  EXPECT_EQ(conflict(Plan(1), 0), (VersionConflict{Plan(1), 0, 1}));
  EXPECT_EQ(conflict(Plan(1), 2), (VersionConflict{Plan(1), 2, 1}));
  EXPECT_EQ(conflict(Plan(2), 0), (VersionConflict{Plan(2), 0, kNoStream}));
  EXPECT_EQ(journal_->head().size, 2u);
}

TEST_F(Expecting, I6TheRightVersionsPassAlsoOfStreamsThatAreNotAppendedTo) {
  Wrote(Recording({Event(Person(1))}));
  Wrote(Recording({Event(Plan(1))})
            .Expecting(Plan(1), kNoStream)
            .Expecting(Person(1), 0)
            .Expecting(School(1), kAnyVersion));
  Wrote(Recording({Event(Plan(1)), Event(Plan(1))}).Expecting(Plan(1), 0));
  EXPECT_THAT(Stream(Plan(1)), SizeIs(3));
}

TEST_F(Expecting, OfFiftyThreadsAtOneVersionExactlyOneWins) {
  constexpr int kThreads = 50;
  std::vector<absl::StatusOr<AppendReceipt>> answers(kThreads, absl::UnknownError(""));
  std::vector<std::thread> threads;
  for (auto& answer : answers) {
    threads.emplace_back(
        [&] { answer = Append(Recording({Event(Plan(1))}).Expecting(Plan(1), kNoStream)); });
  }
  for (std::thread& thread : threads) thread.join();
  int won = 0;
  for (const auto& answer : answers) {
    if (answer.ok()) {
      ++won;
    } else {
      EXPECT_EQ(VersionConflictOf(answer.status()), (VersionConflict{Plan(1), kNoStream, 0}));
    }
  }
  EXPECT_EQ(won, 1);
  EXPECT_THAT(Stream(Plan(1)), SizeIs(1));
}

TEST_F(Repeating, I7AKnownRequestGetsItsFirstAnswerAgain) {
  const AppendRequest request =
      Recording({Event(Plan(1)), Event(Person(1))}).Expecting(Plan(1), kNoStream).As(7, "body");
  const AppendReceipt first = Wrote(request);
  Wrote(Recording({Event(Plan(1))}));
  for (int opened = 0; opened < 2; ++opened) {
    const AppendReceipt again = Wrote(request);
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.entries, first.entries);
    EXPECT_EQ(again.head, journal_->head());
    EXPECT_EQ(again.head.size, 3u);
    Open();
  }
}

TEST_F(Repeating, I7AKnownRequestIsAnsweredWhateverIsDecidedTheSecondTime) {
  const AppendReceipt first = Wrote(Recording({Event(Plan(1))}).As(7, "body"));
  EXPECT_EQ(Wrote(Recording({}).As(7, "body")).entries, first.entries);
  EXPECT_EQ(Wrote(Recording({Event(Plan(9))}).Expecting(Plan(9), 4).As(7, "body")).entries,
            first.entries);
}

TEST_F(Repeating, I7ARequestIdForAnotherBodyIsRefused) {
  Wrote(Recording({Event(Plan(1))}).As(7, "body"));
  const absl::Status status = Append(Recording({Event(Plan(1))}).As(7, "another")).status();
  EXPECT_EQ(status.code(), kInvalid);
  EXPECT_TRUE(IsRequestIdReused(status));
  EXPECT_EQ(journal_->head().size, 1u);
}

TEST_F(Repeating, RequestIdsAreRememberedPerCaller) {
  Wrote(Recording({Event(Plan(1))}).As(7, "body"));
  EXPECT_FALSE(Wrote(Recording({Event(Plan(1))}).By(IdOf(0xc)).As(7, "another")).repeated);
  EXPECT_FALSE(Wrote(Recording({Event(Plan(1))}).By(std::nullopt).As(7, "third")).repeated);
  EXPECT_TRUE(Wrote(Recording({Event(Plan(1))}).By(std::nullopt).As(7, "third")).repeated);
}

TEST_F(Repeating, ARefusedRequestIsNotRemembered) {
  const Recording request = Recording({Event(Plan(1))}).Expecting(Plan(1), 0).As(7, "body");
  EXPECT_EQ(Append(request).status().code(), kAborted);
  EXPECT_FALSE(journal_->FindRequest(IdOf(0xa), IdOf(7)).value().has_value());
  Wrote(Recording({Event(Plan(1))}));
  EXPECT_FALSE(Wrote(request).repeated);
}

TEST_F(Repeating, AKnownRequestIsFound) {
  Wrote(Recording({Event(Plan(1))}));
  Wrote(Recording({Event(Plan(1)), Event(Plan(2))}).As(7, "body"));
  const KnownRequest known = journal_->FindRequest(IdOf(0xa), IdOf(7)).value().value();
  EXPECT_EQ(known.first_position, 1u);
  EXPECT_EQ(known.count, 2u);
  EXPECT_EQ(known.body_digest, Sha256("body"));
  EXPECT_FALSE(journal_->FindRequest(std::nullopt, IdOf(7)).value().has_value());
}

TEST_F(Repeating, TheSameRequestTwiceInOneBatchGivesOneEventAndOneAnswer) {
  const Recording request = Recording({Event(Plan(1))}).As(7, "body");
  const auto answers = InOneBatch({request, request, Recording({Event(Plan(1))}).As(7, "another")});
  ASSERT_TRUE(answers[0].ok() && answers[1].ok());
  EXPECT_FALSE(answers[0]->repeated);
  EXPECT_TRUE(answers[1]->repeated);
  EXPECT_EQ(answers[0]->entries, answers[1]->entries);
  EXPECT_TRUE(IsRequestIdReused(answers[2].status()));
  EXPECT_THAT(Stream(Plan(1)), SizeIs(1));
}

TEST_F(Repeating, ARequestFromFiftyThreadsGivesOneEventAndOneAnswer) {
  constexpr int kThreads = 50;
  std::vector<AppendReceipt> answers(kThreads);
  std::vector<std::thread> threads;
  for (AppendReceipt& answer : answers) {
    threads.emplace_back(
        [&] { answer = Append(Recording({Event(Plan(1))}).As(7, "body")).value(); });
  }
  for (std::thread& thread : threads) thread.join();
  int first = 0;
  for (const AppendReceipt& answer : answers) {
    first += !answer.repeated;
    EXPECT_EQ(answer.entries, answers[0].entries);
  }
  EXPECT_EQ(first, 1);
  EXPECT_THAT(Stream(Plan(1)), SizeIs(1));
}

TEST_F(Reading, AStreamIsReadFromAVersionUpToAPosition) {
  Wrote(Recording({Event(Plan(1), "a"), Event(Plan(2), "x"), Event(Plan(1), "b")}));
  Wrote(Recording({Event(Plan(1), "c")}));
  EXPECT_THAT(Stream(Plan(1)), ElementsAre("0@0 a", "1@2 b", "2@3 c"));
  EXPECT_THAT(Stream(Plan(1), 1), ElementsAre("1@2 b", "2@3 c"));
  EXPECT_THAT(Stream(Plan(1), 0, 3), ElementsAre("0@0 a", "1@2 b"));
  EXPECT_THAT(Stream(Plan(1), 0, 0), IsEmpty());
  EXPECT_THAT(Stream(Plan(1), 3), IsEmpty());
  EXPECT_THAT(Stream(Plan(7)), IsEmpty());
}

TEST_F(Reading, AnEventIsReadWithAllThatAFoldNeeds) {
  AppendRequest request = Recording({Event(Plan(1), "sealed")});
  request.author.on_behalf_of = IdOf(0xb);
  request.events[0].key_id = std::string(16, 'k');
  request.events[0].content_commitment = std::string(32, 'c');
  const AppendReceipt receipt = Wrote(request);
  const auto check = [&](const StoredEvent& event) {
    EXPECT_EQ(event.position, 0u);
    EXPECT_EQ(event.recorded_at, receipt.entries[0].recorded_at);
    EXPECT_EQ(event.stream, Plan(1));
    EXPECT_EQ(event.version, 0u);
    EXPECT_EQ(event.actor, IdOf(0xa));
    EXPECT_EQ(event.on_behalf_of, IdOf(0xb));
    EXPECT_EQ(event.acting_as, "reviewer");
    EXPECT_EQ(event.event_type, "draft_issued");
    EXPECT_EQ(event.key_id, std::string(16, 'k'));
    EXPECT_EQ(event.payload, "sealed");
    EXPECT_FALSE(event.erased);
    return absl::OkStatus();
  };
  EXPECT_TRUE(journal_->ReadStream(Plan(1), 0, Journal::kUnlimited, check).ok());
  EXPECT_TRUE(journal_
                  ->ReadAll(0, 1,
                            [&](const StoredEvent& event, std::string_view bytes) {
                              EXPECT_EQ(bytes, journal_->ReadEntry(0).value());
                              return check(event);
                            })
                  .ok());
}

TEST_F(Reading, TheWholeJournalIsReadInOrderInPieces) {
  AppendRequest request = Recording({});
  for (int i = 0; i < 600; ++i) request.events.push_back(Event(Plan(i % 7), std::to_string(i)));
  Wrote(request);
  EXPECT_THAT(All(), SizeIs(600));
  EXPECT_THAT(All(255, 3), ElementsAre("plan3 36 255", "plan4 36 256", "plan5 36 257"));
  EXPECT_THAT(All(599), ElementsAre("plan4 85 599"));
  EXPECT_THAT(All(600), IsEmpty());
  EXPECT_THAT(All(Journal::kUnlimited), IsEmpty());
}

TEST_F(Reading, PayloadsThatNobodyNeedsAreLeftWhereTheyAre) {
  Wrote(Recording({Event(Plan(1), "one"), Event(Plan(2), "two"), Event(Plan(1), "three")}));
  const auto is_plan_2 = [](const StoredEvent& event) {
    EXPECT_EQ(event.payload, "");
    return event.stream == Plan(2);
  };
  std::vector<std::string> read;
  const absl::Status done =
      journal_->ReadAll(0, Journal::kUnlimited, is_plan_2,
                        [&](const StoredEvent& event, std::string_view entry_bytes) {
                          EXPECT_EQ(event.position, read.size());
                          EXPECT_EQ(event.event_type, "draft_issued");
                          EXPECT_EQ(entry_bytes, *journal_->ReadEntry(event.position));
                          read.emplace_back(event.payload);
                          return absl::OkStatus();
                        });
  EXPECT_TRUE(done.ok()) << done;
  EXPECT_EQ(read, (std::vector<std::string>{"", "two", ""}));
}

TEST_F(Reading, ACallbacksErrorEndsTheReadUnchanged) {
  Wrote(Recording({Event(Plan(1)), Event(Plan(1))}));
  int calls = 0;
  const auto refuse = [&] {
    ++calls;
    return absl::CancelledError("enough");
  };
  EXPECT_EQ(journal_->ReadStream(Plan(1), 0, 9, [&](const StoredEvent&) { return refuse(); }),
            absl::CancelledError("enough"));
  EXPECT_EQ(journal_->ReadAll(0, 9, [&](const StoredEvent&, std::string_view) { return refuse(); }),
            absl::CancelledError("enough"));
  EXPECT_EQ(journal_->StreamsOfType(StreamType::kPlan, [&](const StreamId&) { return refuse(); }),
            absl::CancelledError("enough"));
  EXPECT_EQ(calls, 3);
}

TEST_F(Reading, BeyondTheHeadIsOutOfRangeWithTheSize) {
  Wrote(Recording({Event(Plan(1)), Event(Plan(1))}));
  for (const absl::Status& status :
       {journal_->ReadEntry(2).status(), journal_->RootOf(3).status(),
        journal_->ProveInclusion(0, 3).status(), journal_->ProveConsistency(1, 3).status(),
        journal_->TileHashes(0, 1, 2).status(), journal_->TileHashes(1, 0, 1).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
    EXPECT_THAT(std::string(status.message()), HasSubstr("2 entries"));
  }
}

TEST_F(Reading, AStreamsHeadIsItsLastEntry) {
  EXPECT_FALSE(journal_->HeadOf(Plan(1)).value().has_value());
  const AppendReceipt receipt = Wrote(Recording({Event(Plan(1)), Event(Plan(1)), Event(Plan(2))}));
  for (int opened = 0; opened < 2; ++opened) {
    EXPECT_EQ(journal_->HeadOf(Plan(1)).value(), (StreamHead{1, 1, receipt.entries[1].leaf_hash}));
    EXPECT_EQ(journal_->HeadOf(Plan(2)).value(), (StreamHead{0, 2, receipt.entries[2].leaf_hash}));
    EXPECT_FALSE(journal_->HeadOf(Plan(3)).value().has_value());
    Open();
  }
}

TEST_F(Reading, StreamsAreListedByType) {
  Wrote(Recording({Event(Plan(2)), Event(Person(3)), Event(Plan(1)), Event(Plan(2))}));
  std::vector<StreamId> plans;
  ASSERT_TRUE(journal_
                  ->StreamsOfType(StreamType::kPlan,
                                  [&](const StreamId& stream) {
                                    plans.push_back(stream);
                                    return absl::OkStatus();
                                  })
                  .ok());
  EXPECT_THAT(plans, ElementsAre(Plan(1), Plan(2)));
}

TEST_F(Reading, ACacheOfOneHeadIsEnough) {
  options_.cached_heads = 1;
  Open();
  for (int64_t version = kNoStream; version < 20; ++version) {
    for (const uint8_t plan : {1, 2, 3}) {
      Wrote(Recording({Event(Plan(plan))}).Expecting(Plan(plan), version));
    }
  }
  EXPECT_THAT(Stream(Plan(2)), SizeIs(21));
  EXPECT_TRUE(journal_->Verify().ok());
}

TEST_F(Reading, AReopenedJournalGoesOnWhereItStopped) {
  const AppendReceipt before = Wrote(Recording({Event(Plan(1), "a"), Event(Plan(2), "b")}));
  Open();
  EXPECT_EQ(journal_->head(), before.head);
  const AppendReceipt after = Wrote(Recording({Event(Plan(1), "c")}).Expecting(Plan(1), 0));
  EXPECT_EQ(after.entries[0].position, 2u);
  EXPECT_GT(after.entries[0].recorded_at, before.entries[1].recorded_at);
  EXPECT_THAT(All(), ElementsAre("plan1 0 a", "plan2 0 b", "plan1 1 c"));
  EXPECT_TRUE(journal_->Verify().ok());
}

TEST_F(Following, WaitsUntilThereIsMore) {
  Wrote(Recording({Event(Plan(1))}));
  EXPECT_TRUE(journal_->WaitForMore(0, absl::ZeroDuration()).ok());
  absl::Status waited;
  std::thread follower([&] { waited = journal_->WaitForMore(1, absl::InfiniteDuration()); });
  Wrote(Recording({Event(Plan(1))}));
  follower.join();
  EXPECT_TRUE(waited.ok()) << waited;
}

TEST_F(Following, GivesUpWhenItsTimeIsOver) {
  EXPECT_EQ(journal_->WaitForMore(0, absl::Milliseconds(1)).code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST_F(Following, IsWokenByAShutdown) {
  absl::Status waited;
  std::thread follower([&] { waited = journal_->WaitForMore(0, absl::InfiniteDuration()); });
  journal_->Shutdown();
  follower.join();
  EXPECT_EQ(waited.code(), absl::StatusCode::kCancelled);
}

TEST_F(Following, I11AFollowerMissesNothingWhileManyWrite) {
  constexpr uint64_t kEntries = 400;
  std::vector<std::thread> writers;
  for (uint8_t writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (uint64_t i = 0; i < kEntries / 4; ++i) {
        EXPECT_TRUE(Append(Recording({Event(Plan(writer), std::to_string(i))})).ok());
      }
    });
  }
  uint64_t next = 0;
  while (next < kEntries) {
    ASSERT_TRUE(journal_->WaitForMore(next, absl::Minutes(1)).ok());
    const absl::Status read =
        journal_->ReadAll(next, Journal::kUnlimited, [&](const StoredEvent& event, auto) {
          EXPECT_EQ(event.position, next);
          ++next;
          return absl::OkStatus();
        });
    ASSERT_TRUE(read.ok()) << read;
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
}

TEST_F(Following, I11ReadersSeeAJournalThatOnlyGrowsWhileOthersWrite) {
  options_.cached_heads = 2;
  Open();
  std::atomic<bool> writing = true;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      Head last = journal_->head();
      uint64_t versions = 0;
      while (writing) {
        const Head head = journal_->head();
        EXPECT_GE(head.size, last.size);
        EXPECT_EQ(journal_->RootOf(head.size).value(), head.root);
        last = head;
        const std::optional<StreamHead> stream = journal_->HeadOf(Plan(1)).value();
        if (!stream.has_value()) continue;
        EXPECT_GE(stream->version + 1, versions);
        versions = stream->version + 1;
        EXPECT_GE(Stream(Plan(1)).size(), versions);
      }
    });
  }
  for (int i = 0; i < 200; ++i) Wrote(Recording({Event(Plan(i % 4))}));
  writing = false;
  for (std::thread& reader : readers) reader.join();
}

TEST_F(Time, I2StrictlyIncreasesWhileTheClockStandsStill) {
  const AppendReceipt first = Wrote(Recording({Event(Plan(1)), Event(Plan(1))}));
  const AppendReceipt second = Wrote(Recording({Event(Plan(1))}));
  EXPECT_EQ(first.entries[0].recorded_at, clocks_.now());
  EXPECT_EQ(first.entries[1].recorded_at, clocks_.now() + absl::Microseconds(1));
  EXPECT_EQ(second.entries[0].recorded_at, clocks_.now() + absl::Microseconds(2));
}

TEST_F(Time, I2DoesNotGoBackWithTheClock) {
  const absl::Time before = Wrote(Recording({Event(Plan(1))})).entries[0].recorded_at;
  clocks_.Leap(-absl::Minutes(9));
  EXPECT_EQ(Wrote(Recording({Event(Plan(1))})).entries[0].recorded_at,
            before + absl::Microseconds(1));
}

TEST_F(Time, GoesOnByItselfHoweverLong) {
  Wrote(Recording({Event(Plan(1))}));
  clocks_.Pass(absl::Hours(24 * 200));
  EXPECT_EQ(Wrote(Recording({Event(Plan(1))})).entries[0].recorded_at, clocks_.now());
}

TEST_F(Time, ALeapOfTheClockStopsWritingUntilItIsConfirmed) {
  for (const absl::Duration leap : {absl::Minutes(11), -absl::Minutes(11)}) {
    Wrote(Recording({Event(Plan(1))}));
    const uint64_t size = journal_->head().size;
    clocks_.Leap(leap);
    const absl::Status status = Append(Recording({Event(Plan(1))})).status();
    EXPECT_EQ(status.code(), kUnavailable);
    EXPECT_TRUE(IsClockUnconfirmed(status)) << status;
    clocks_.Leap(-leap);  // Back again is no confirmation.
    EXPECT_TRUE(IsClockUnconfirmed(journal_->Writable()));
    EXPECT_EQ(journal_->head().size, size);
    journal_->ConfirmClock();
    EXPECT_TRUE(journal_->Writable().ok());
    Wrote(Recording({Event(Plan(1))}));
  }
}

TEST_F(Time, ADemonstrationMovesTheClockAndConfirmsIt) {
  Wrote(Recording({Event(Plan(1))}));
  clocks_.Leap(absl::Hours(24 * 30));
  journal_->ConfirmClock();
  EXPECT_EQ(Wrote(Recording({Event(Plan(1))})).entries[0].recorded_at, clocks_.now());
}

TEST_F(Time, AStartFarBehindTheLastEntryHasToBeConfirmed) {
  Wrote(Recording({Event(Plan(1))}));
  Close();
  clocks_.Leap(-absl::Minutes(11));
  Open();
  EXPECT_TRUE(IsClockUnconfirmed(Append(Recording({Event(Plan(1))})).status()));
  EXPECT_THAT(Stream(Plan(1)), SizeIs(1));
  journal_->ConfirmClock();
  Wrote(Recording({Event(Plan(1))}));
  clocks_.Leap(absl::Minutes(5));
  Open();
  EXPECT_TRUE(journal_->Writable().ok()) << journal_->Writable();
}

TEST_F(Proving, I9TheRootIsThatOfTheEntriesAtEverySize) {
  std::vector<Hash> leaves;
  for (int i = 0; i < 20; ++i) {
    const AppendReceipt receipt = Wrote(Recording({Event(Plan(i % 3)), Event(Plan(9))}));
    for (const AppendedEntry& entry : receipt.entries) leaves.push_back(entry.leaf_hash);
    EXPECT_EQ(receipt.head.root, RootOfLeaves(leaves));
  }
  for (uint64_t size = 0; size <= leaves.size(); ++size) {
    EXPECT_EQ(journal_->RootOf(size).value(),
              RootOfLeaves({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(size)}));
  }
}

TEST_F(Proving, I9EntriesAndGrowthAreProvedAcrossTiles) {
  AppendRequest request = Recording({});
  for (int i = 0; i < 700; ++i) request.events.push_back(Event(Plan(1), std::to_string(i)));
  Wrote(request);
  Open();
  const Head head = journal_->head();
  for (const uint64_t index : {0u, 255u, 256u, 511u, 699u}) {
    const std::vector<Hash> proof = journal_->ProveInclusion(index, head.size).value();
    EXPECT_TRUE(VerifyInclusion(index, head.size, LeafHash(journal_->ReadEntry(index).value()),
                                proof, head.root));
  }
  for (const uint64_t first : {1u, 256u, 257u, 512u, 699u, 700u}) {
    EXPECT_TRUE(VerifyConsistency(first, head.size, journal_->RootOf(first).value(), head.root,
                                  journal_->ProveConsistency(first, head.size).value()));
  }
  EXPECT_THAT(journal_->TileHashes(0, 256, 256).value(), SizeIs(256));
  EXPECT_THAT(journal_->TileHashes(1, 0, 2).value(), SizeIs(2));
  EXPECT_EQ(journal_->ProveInclusion(5, 5).status().code(), kInvalid);
  EXPECT_EQ(journal_->ProveConsistency(0, 5).status().code(), kInvalid);
}

TEST_F(Erasing, I3AnErasedPayloadLeavesItsEntryAndItsPlace) {
  const AppendReceipt receipt =
      Wrote(Recording({Event(Plan(1), "a"), Event(Plan(2), "b"), Event(Plan(1), "c")}));
  ASSERT_TRUE(journal_->ErasePayloads(Plan(1)).ok());
  for (int opened = 0; opened < 2; ++opened) {
    EXPECT_THAT(Stream(Plan(1)), ElementsAre("0@0 erased", "1@2 erased"));
    EXPECT_THAT(Stream(Plan(2)), ElementsAre("0@1 b"));
    EXPECT_EQ(journal_->head(), receipt.head);
    EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
    Open();
  }
  Wrote(Recording({Event(Plan(1), "d")}).Expecting(Plan(1), 1));
  EXPECT_THAT(Stream(Plan(1)), ElementsAre("0@0 erased", "1@2 erased", "2@3 d"));
  EXPECT_TRUE(journal_->ErasePayloads(Plan(7)).ok());
}

}  // namespace
}  // namespace countersign::storage
