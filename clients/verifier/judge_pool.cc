#include "clients/verifier/judge_pool.h"

#include <utility>

namespace countersign::verifier {

JudgePool::JudgePool(int threads) {
  for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { Run(); });
}

JudgePool::~JudgePool() {
  {
    std::lock_guard guard(lock_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void JudgePool::Submit(std::unique_ptr<EntryBatch> batch) {
  auto job = std::make_unique<Job>();
  job->judged.batch = std::move(batch);
  {
    std::lock_guard guard(lock_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

size_t JudgePool::size() const {
  std::lock_guard guard(lock_);
  return jobs_.size();
}

std::unique_ptr<JudgedBatch> JudgePool::TakeOldest() {
  std::unique_lock guard(lock_);
  if (jobs_.empty()) return nullptr;
  while (!jobs_.front()->done) {
    Job* const next = BeginNext();
    if (next == nullptr) {
      changed_.wait(guard);
      continue;
    }
    guard.unlock();
    Judge(*next, own_);
    guard.lock();
    next->done = true;
  }
  auto taken = std::make_unique<JudgedBatch>(std::move(jobs_.front()->judged));
  jobs_.pop_front();
  return taken;
}

void JudgePool::Run() {
  EntryJudge judge;
  std::unique_lock guard(lock_);
  while (!stopping_) {
    Job* const next = BeginNext();
    if (next == nullptr) {
      changed_.wait(guard);
      continue;
    }
    guard.unlock();
    Judge(*next, judge);
    guard.lock();
    next->done = true;
    changed_.notify_all();
  }
}

JudgePool::Job* JudgePool::BeginNext() {
  for (const std::unique_ptr<Job>& job : jobs_) {
    if (job->begun) continue;
    job->begun = true;
    return job.get();
  }
  return nullptr;
}

void JudgePool::Judge(Job& job, EntryJudge& judge) {
  const std::vector<ExportedEntry>& entries = job.judged.batch->entries;
  job.judged.entries.reserve(entries.size());
  for (const ExportedEntry& entry : entries) job.judged.entries.push_back(judge.Judge(entry));
}

}  // namespace countersign::verifier
