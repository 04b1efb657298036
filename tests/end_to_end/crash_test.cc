// The server is killed at random moments while many callers write: nothing that was answered is
// lost or doubled, and what was not answered can be sent again.
//
// COUNTERSIGN_KILLS=200 kills more often than the check does; COUNTERSIGN_SEED repeats a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "countersign/v1/entry.pb.h"
#include "storage/journal.h"
#include "storage/merkle_tree.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/story.h"

namespace countersign::end_to_end {
namespace {

uint64_t NumberFrom(const char* variable, uint64_t otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// How many commands have been answered, for whoever waits for a moment to strike.
class AnswerCount {
 public:
  void Add() {
    absl::MutexLock lock(&mutex_);
    ++count_;
  }
  uint64_t count() const {
    absl::MutexLock lock(&mutex_);
    return count_;
  }
  // Until there are so many, or for so long.
  void WaitFor(uint64_t count, absl::Duration most) const {
    absl::MutexLock lock(&mutex_);
    const auto reached = [&] { return count_ >= count; };
    mutex_.AwaitWithTimeout(absl::Condition(&reached), most);
  }

 private:
  mutable absl::Mutex mutex_;
  uint64_t count_ = 0;
};

// A comment and where the server said that it was written down.
struct Answered {
  Comment comment;
  v1::Receipt::Entry entry;
};

// Somebody who writes comment after comment on their plan until the server is gone, and who begins
// again with the one that was not answered.
class Writer {
 public:
  Writer(std::string who, std::string plan_id, uint64_t seed)
      : who_(std::move(who)), plan_id_(std::move(plan_id)), random_(seed) {}

  void Connect(const std::string& address) { client_ = std::make_unique<Client>(address, who_); }

  // Writes until the server is gone.
  void WriteOn(AnswerCount& answers) {
    while (SendPending()) answers.Add();
  }

  // Sends what is not answered yet, if anything. False when the server is gone.
  bool Settle() { return !pending_.has_value() || SendPending(); }

  // The last answer, asked for again: the same place in the journal.
  void ExpectTheLastAnswerAgain() {
    if (answered_.empty()) return;
    v1::Receipt receipt;
    const grpc::Status status = client_->AddComment(answered_.back().comment, &receipt);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(receipt.repeated());
    ASSERT_EQ(receipt.entries_size(), 1);
    EXPECT_EQ(receipt.entries(0).SerializeAsString(), answered_.back().entry.SerializeAsString());
  }

  Client& client() { return *client_; }
  const std::string& plan_id() const { return plan_id_; }
  const std::vector<Answered>& answered() const { return answered_; }
  const std::optional<Comment>& pending() const { return pending_; }
  uint64_t found_written() const { return found_written_; }

 private:
  bool SendPending() {
    const bool again = pending_.has_value();
    if (!again) {
      pending_ = Comment{.plan_id = plan_id_,
                         .text = absl::StrCat("Comment ", ++comments_, " of ", RandomUuid(random_)),
                         .request_id = RandomUuid(random_)};
    }
    while (true) {
      v1::Receipt receipt;
      const grpc::Status status = client_->AddComment(*pending_, &receipt);
      if (status.ok()) {
        EXPECT_EQ(receipt.entries_size(), 1);
        EXPECT_TRUE(again || !receipt.repeated());
        if (receipt.repeated()) ++found_written_;
        answered_.push_back({*pending_, receipt.entries(0)});
        pending_.reset();
        return true;
      }
      // Somebody else wrote on the same plan first: nothing was written, so the same is sent again.
      if (status.error_code() == grpc::StatusCode::ABORTED) continue;
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
      return false;
    }
  }

  std::string who_;
  std::string plan_id_;
  std::mt19937_64 random_;
  std::unique_ptr<Client> client_;
  std::vector<Answered> answered_;
  std::optional<Comment> pending_;
  uint64_t comments_ = 0;
  uint64_t found_written_ = 0;
};

class Crash : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/true));
    const std::vector<Pair> pairs = {{kAmina, kBen},
                                     {"grace.tindall", kHelen},
                                     {"chloe.abara", "lucia.marchetti"},
                                     {"jonas.petrauskis", "grace.tindall"},
                                     {"dev.ramanathan", kHelen}};
    FoundTrust(registry_);
    ConfirmMeetings(registry_, pairs);
    HoldMeetings(registry_, pairs);
    IssueDrafts(registry_, pairs);
    for (int i = 0; i < 8; ++i) {
      const std::string& who = pairs[i % pairs.size()].reviewee;
      writers_.push_back(std::make_unique<Writer>(who, registry_.PlanOf(who), random_()));
    }
    Connect();
  }

  void Connect() {
    for (const auto& writer : writers_) writer->Connect(registry_.address());
  }

  // Everybody writes; at a random moment the server is killed.
  void WriteAndKill() {
    std::vector<std::thread> threads;
    const uint64_t before = answers_.count();
    for (const auto& writer : writers_) {
      threads.emplace_back([&] { writer->WriteOn(answers_); });
    }
    answers_.WaitFor(before + 1 + random_() % 200, absl::Seconds(10));
    // Not always just after an answer.
    answers_.WaitFor(UINT64_MAX, absl::Microseconds(random_() % 5000));
    registry_.Kill();
    for (std::thread& thread : threads) thread.join();
  }

  // The server is killed before it has begun to serve, or while it does.
  void KillWhileStarting() {
    registry_.BeginStart(/*new_demo=*/false);
    registry_.WaitUntilServing(absl::Milliseconds(random_() % 150));
    registry_.Kill();
  }

  // What the plans hold is what was answered, once each, and of the rest each at most once.
  void ExpectWhatWasAnswered() {
    for (const auto& writer : writers_) {
      SCOPED_TRACE(writer->plan_id());
      writer->ExpectTheLastAnswerAgain();
      const auto obligations = writer->client().Obligations(writer->plan_id());
      EXPECT_GT(obligations.obligations_size(), 0);
      EXPECT_FALSE(obligations.reflects().behind());
      std::map<std::string, std::vector<v1::TimelineEntry>> written;
      for (v1::TimelineEntry& entry : writer->client().Timeline(writer->plan_id())) {
        if (entry.event_type() == "comment_added") written[entry.text()].push_back(entry);
      }
      size_t expected = 0;
      for (const auto& other : writers_) {
        if (other->plan_id() != writer->plan_id()) continue;
        expected += CountAndCompare(*other, written);
      }
      size_t found = 0;
      for (const auto& [text, entries] : written) found += entries.size();
      EXPECT_EQ(found, expected) << "There are comments that nobody wrote.";
    }
  }

  static size_t CountAndCompare(
      const Writer& writer, const std::map<std::string, std::vector<v1::TimelineEntry>>& written) {
    size_t count = 0;
    for (const Answered& answered : writer.answered()) {
      const auto found = written.find(answered.comment.text);
      if (found == written.end() || found->second.size() != 1) {
        ADD_FAILURE() << "The answered comment at position " << answered.entry.position()
                      << " is there " << (found == written.end() ? 0 : found->second.size())
                      << " times.";
        continue;
      }
      EXPECT_EQ(found->second[0].position(), answered.entry.position());
      EXPECT_EQ(found->second[0].version(), answered.entry.version());
      ++count;
    }
    if (writer.pending().has_value()) {
      const auto found = written.find(writer.pending()->text);
      const size_t times = found == written.end() ? 0 : found->second.size();
      EXPECT_LE(times, 1U);
      count += times;
    }
    return count;
  }

  // Reads the journal without the server: it matches its tree, and every receipt.
  void ExpectEveryReceiptInTheJournal() {
    auto journal = storage::Journal::Open({.path = registry_.data_folder() + "/journal"});
    ASSERT_TRUE(journal.ok()) << journal.status();
    EXPECT_TRUE((*journal)->Verify().ok()) << (*journal)->Verify();
    for (const auto& writer : writers_) {
      for (const Answered& answered : writer->answered()) {
        const auto bytes = (*journal)->ReadEntry(answered.entry.position());
        ASSERT_TRUE(bytes.ok()) << bytes.status();
        const storage::Hash leaf = storage::LeafHash(*bytes);
        EXPECT_EQ(std::string(leaf.begin(), leaf.end()), answered.entry.leaf_hash());
        v1::Entry entry;
        ASSERT_TRUE(entry.ParseFromString(*bytes));
        EXPECT_EQ(entry.version(), answered.entry.version());
        EXPECT_EQ(storage::ToString(*storage::StreamId::FromBytes(entry.stream())),
                  answered.entry.stream());
      }
    }
  }

  void ExpectNoComplaint() const {
    for (absl::string_view line : absl::StrSplit(registry_.Log(), '\n', absl::SkipEmpty())) {
      EXPECT_TRUE(absl::StrContains(line, " info ")) << line;
    }
  }

  const uint64_t seed_ = NumberFrom("COUNTERSIGN_SEED", 20260907);
  std::mt19937_64 random_{seed_};
  TemporaryFolder folder_;
  Registry registry_{folder_.path("data")};
  std::vector<std::unique_ptr<Writer>> writers_;
  AnswerCount answers_;
};

TEST_F(Crash, NothingThatWasAnsweredIsLostOrDoubled) {
  const uint64_t kills = NumberFrom("COUNTERSIGN_KILLS", 20);
  const absl::Time began = absl::Now();
  uint64_t starts_killed = 0;
  for (uint64_t kill = 0; kill < kills; ++kill) {
    SCOPED_TRACE(absl::StrCat("seed ", seed_, ", kill ", kill));
    if (kill % 4 == 3) {
      // A kill follows a kill, so that recovery itself is cut short.
      registry_.Kill();
      KillWhileStarting();
      ++starts_killed;
    } else {
      WriteAndKill();
    }
    ASSERT_NO_FATAL_FAILURE(registry_.Start(/*new_demo=*/false));
    Connect();
    ExpectWhatWasAnswered();
    if (HasFailure()) return;
  }
  uint64_t answered = 0;
  uint64_t found_written = 0;
  for (const auto& writer : writers_) {
    EXPECT_TRUE(writer->Settle());
    answered += writer->answered().size();
    found_written += writer->found_written();
  }
  ExpectWhatWasAnswered();
  ExpectNoComplaint();
  EXPECT_EQ(registry_.Stop(), 0);
  ExpectEveryReceiptInTheJournal();
  EXPECT_GT(answered, kills);
  std::cout << "seed " << seed_ << ": " << kills << " kills, " << starts_killed
            << " of them while starting, in " << absl::FormatDuration(absl::Now() - began) << "; "
            << answered << " comments answered, " << found_written
            << " of them only when sent again but written before the kill\n";
}

}  // namespace
}  // namespace countersign::end_to_end
