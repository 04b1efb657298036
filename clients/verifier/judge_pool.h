// Judges batches of entries on several threads and gives them back in their order.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "clients/verifier/entry_check.h"
#include "clients/verifier/export_reader.h"

namespace countersign::verifier {

struct JudgedBatch {
  std::unique_ptr<EntryBatch> batch;
  std::vector<JudgedEntry> entries;  // In the order of the batch.
};

// Used by one thread, which lends a hand while it waits.
class JudgePool {
 public:
  // `threads` in all, the caller's among them; at least 1.
  explicit JudgePool(int threads);
  ~JudgePool();
  JudgePool(const JudgePool&) = delete;
  JudgePool& operator=(const JudgePool&) = delete;

  void Submit(std::unique_ptr<EntryBatch> batch);
  // How many were submitted and not taken.
  size_t size() const;
  // The oldest, once it is judged. Null when there is none.
  std::unique_ptr<JudgedBatch> TakeOldest();

 private:
  struct Job {
    JudgedBatch judged;
    bool begun = false;  // Under lock_.
    bool done = false;   // Under lock_.
  };

  void Run();
  // The oldest that nobody has begun, begun now; null when there is none. Under lock_.
  Job* BeginNext();
  static void Judge(Job& job, EntryJudge& judge);

  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Job>> jobs_;  // Under lock_, in their order.
  bool stopping_ = false;                  // Under lock_.
  EntryJudge own_;
  std::vector<std::thread> workers_;
};

}  // namespace countersign::verifier
