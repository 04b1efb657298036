// The one thread with a pen: takes all requests that wait, judges them, writes one synced batch,
// answers them all. No timer: a lone request is written at once, and while a batch is being synced
// the next one gathers.
//
// Thread-safe. The locks are std::mutex rather than absl::Mutex, because ThreadSanitizer can see
// through the former without an instrumented Abseil.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/append_batch.h"
#include "storage/clock_guard.h"
#include "storage/heads.h"
#include "storage/journal.h"
#include "storage/journal_store.h"
#include "storage/merkle_tree.h"

namespace countersign::storage {

class JournalWriter {
 public:
  // `frontier` and `row` are the journal's as it was opened. `store` must outlive the writer.
  JournalWriter(JournalOptions options, JournalStore& store, const Frontier& frontier,
                const HeadRow& row);
  // Shuts down.
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  // The contracts are those of Journal.
  void Append(AppendRequest request, AppendCallback done);
  void ConfirmClock() { clock_.Confirm(); }
  void StopWriting(const absl::Status& evidence);
  absl::Status Writable();
  Head head() const;
  absl::StatusOr<std::optional<StreamHead>> HeadOf(const StreamId& stream);
  absl::Status WaitForMore(uint64_t position, absl::Duration timeout) const;
  absl::Status ErasePayloads(const StreamId& stream);
  absl::Status StoreCheckpoint(uint64_t size, std::string_view note);
  void Shutdown();

 private:
  struct Waiting {
    AppendRequest request;
    AppendCallback done;
    size_t bytes;
  };

  void Run();
  // Waits for requests and takes a batch of them; none once the writer is to stop and has no more.
  std::vector<Waiting> TakeBatch();
  void WriteBatch(std::vector<Waiting>& batch);
  // OK, or why nothing can be written; with the time to write under.
  absl::StatusOr<absl::Time> ReadyAt();
  absl::Status DiskHasRoom() const;
  // Writes unless an earlier write failed, and remembers a failure for good (I10).
  // Under write_lock_.
  void Stop(const absl::Status& why);
  absl::Status WriteOrStop(rocksdb::WriteBatch& rows);
  void Publish(const Head& head);

  const JournalOptions options_;
  JournalStore& store_;
  Heads heads_;
  ClockGuard clock_;
  Frontier frontier_;            // Writer thread only.
  int64_t last_recorded_at_us_;  // Writer thread only.

  std::mutex write_lock_;  // One write at a time: the writer's batches, and erasures.
  absl::Status failed_;    // Under write_lock_.

  std::mutex queue_lock_;
  std::condition_variable queue_changed_;
  std::deque<Waiting> queue_;  // Under queue_lock_.
  bool stopping_ = false;      // Under queue_lock_.

  mutable std::mutex head_lock_;
  mutable std::condition_variable head_changed_;
  Head head_;               // Under head_lock_.
  bool shut_down_ = false;  // Under head_lock_.

  std::once_flag joined_;
  std::thread thread_;  // Last: runs from the end of the constructor on.
};

}  // namespace countersign::storage
