// The language of the journal's tests: short names for streams and events, clocks that stand still
// until told otherwise, and a journal in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/hash.h"
#include "storage/journal.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::storage {

inline Id IdOf(uint8_t n) { return Id({n}); }
inline StreamId Plan(uint8_t n) { return {StreamType::kPlan, IdOf(n)}; }
inline StreamId Person(uint8_t n) { return {StreamType::kPerson, IdOf(n)}; }
inline StreamId School(uint8_t n) { return {StreamType::kSchool, IdOf(n)}; }

// A plain event.
inline NewEvent Event(const StreamId& stream, const std::string& payload = "words") {
  return {.stream = stream,
          .event_type = "draft_issued",
          .key_id = "",
          .payload = payload,
          .content_commitment = "",
          .caused_by = {}};
}

// A request, said in a line: Recording({Event(Plan(1))}).Expecting(Plan(1), kNoStream).As(7,
// "body").
class Recording {
 public:
  Recording(std::initializer_list<NewEvent> events) {
    request_.events = events;
    request_.author = {
        .actor = IdOf(0xa), .on_behalf_of = {}, .acting_as = "reviewer", .policy_rule = "P07"};
  }
  Recording& Expecting(const StreamId& stream, int64_t version) {
    request_.expectations.push_back({stream, version});
    return *this;
  }
  Recording& By(std::optional<Id> actor) {
    request_.author.actor = actor;
    return *this;
  }
  Recording& As(uint8_t request_id, const std::string& body) {
    request_.request_id = IdOf(request_id);
    request_.body_digest = Sha256(body);
    return *this;
  }
  operator AppendRequest() const { return request_; }  // NOLINT: reads as the request it is.

 private:
  AppendRequest request_;
};

// The two clocks of a journal. Both stand still; Hold() makes the next reading wait, and with it
// the writer, so that a test can let requests gather.
class Clocks {
 public:
  explicit Clocks(absl::Time start) : now_(start) {}

  // Time goes by, for both clocks.
  void Pass(absl::Duration duration) {
    std::lock_guard guard(lock_);
    now_ += duration;
    monotonic_ += duration;
  }
  // Somebody sets the wall clock.
  void Leap(absl::Duration duration) {
    std::lock_guard guard(lock_);
    now_ += duration;
  }

  void Hold() {
    std::lock_guard guard(lock_);
    held_ = true;
  }
  void WaitUntilSomebodyReads() {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [this] { return waiting_ > 0; });
  }
  void Release() {
    {
      std::lock_guard guard(lock_);
      held_ = false;
    }
    changed_.notify_all();
  }

  absl::Time now() {
    std::unique_lock guard(lock_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(guard, [this] { return !held_; });
    --waiting_;
    return now_;
  }
  absl::Duration monotonic() {
    std::lock_guard guard(lock_);
    return monotonic_;
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  absl::Time now_;
  absl::Duration monotonic_;
  bool held_ = false;
  int waiting_ = 0;
};

// The answer to a request that was queued.
class Answer {
 public:
  AppendCallback Callback() {
    return [state = state_](absl::StatusOr<AppendReceipt> result) {
      {
        std::lock_guard guard(state->lock);
        EXPECT_FALSE(state->result.has_value()) << "answered twice";
        state->result = std::move(result);
      }
      state->changed.notify_all();
    };
  }
  absl::StatusOr<AppendReceipt> Wait() {
    std::unique_lock guard(state_->lock);
    state_->changed.wait(guard, [this] { return state_->result.has_value(); });
    return *state_->result;
  }

 private:
  struct State {
    std::mutex lock;
    std::condition_variable changed;
    std::optional<absl::StatusOr<AppendReceipt>> result;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// A journal on the afternoon of Tuesday 6 March 2012.
class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    options_.path = folder_ / "journal";
    options_.now = [this] { return clocks_.now(); };
    options_.monotonic = [this] { return clocks_.monotonic(); };
    options_.min_free_bytes = 0;
  }

  absl::Status TryOpen() {
    journal_.reset();
    absl::StatusOr<std::unique_ptr<Journal>> opened = Journal::Open(options_);
    if (opened.ok()) journal_ = *std::move(opened);
    return opened.status();
  }
  void Open() {
    const absl::Status opened = TryOpen();
    ASSERT_TRUE(opened.ok()) << opened;
  }
  void Close() { journal_.reset(); }

  absl::StatusOr<AppendReceipt> Append(const AppendRequest& request) {
    return journal_->Append(request);
  }
  // Appends what cannot be refused.
  AppendReceipt Wrote(const AppendRequest& request) {
    absl::StatusOr<AppendReceipt> receipt = Append(request);
    EXPECT_TRUE(receipt.ok()) << receipt.status();
    return receipt.ok() ? *std::move(receipt) : AppendReceipt{};
  }

  // Queues all requests while the writer is held, so that they make one batch after the one that
  // holds it; gives their answers.
  std::vector<absl::StatusOr<AppendReceipt>> InOneBatch(std::vector<AppendRequest> requests) {
    clocks_.Hold();
    Answer holding;
    journal_->Append(Recording({Event(School(0xff))}), holding.Callback());
    clocks_.WaitUntilSomebodyReads();
    std::vector<Answer> answers(requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      journal_->Append(requests[i], answers[i].Callback());
    }
    clocks_.Release();
    EXPECT_TRUE(holding.Wait().ok());
    std::vector<absl::StatusOr<AppendReceipt>> results;
    for (Answer& answer : answers) results.push_back(answer.Wait());
    return results;
  }

  // "version@position payload" of each entry of a stream.
  std::vector<std::string> Stream(const StreamId& stream, uint64_t from_version = 0,
                                  uint64_t up_to_position = Journal::kUnlimited) {
    std::vector<std::string> lines;
    const absl::Status read =
        journal_->ReadStream(stream, from_version, up_to_position, [&](const StoredEvent& event) {
          EXPECT_EQ(event.stream, stream);
          lines.push_back(std::to_string(event.version) + "@" + std::to_string(event.position) +
                          " " + (event.erased ? "erased" : std::string(event.payload)));
          return absl::OkStatus();
        });
    EXPECT_TRUE(read.ok()) << read;
    return lines;
  }

  // "stream version payload" of each entry of the journal.
  std::vector<std::string> All(uint64_t from = 0, uint64_t limit = Journal::kUnlimited) {
    std::vector<std::string> lines;
    const absl::Status read =
        journal_->ReadAll(from, limit, [&](const StoredEvent& event, std::string_view) {
          EXPECT_EQ(event.position, from + lines.size());
          lines.push_back(std::string(ToString(event.stream.type)) +
                          std::to_string(event.stream.id.array()[0]) + " " +
                          std::to_string(event.version) + " " + std::string(event.payload));
          return absl::OkStatus();
        });
    EXPECT_TRUE(read.ok()) << read;
    return lines;
  }

  ScratchFolder folder_;
  Clocks clocks_{absl::FromCivil(absl::CivilSecond(2012, 3, 6, 15, 0, 0), absl::UTCTimeZone())};
  JournalOptions options_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace countersign::storage
