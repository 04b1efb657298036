#include "services/reading/reading_room.h"

#include <utility>

namespace countersign {

ReadingRoom::ReadingRoom(size_t seats) {
  for (size_t seat = 0; seat < seats; ++seat) threads_.emplace_back([this] { Work(); });
}

ReadingRoom::~ReadingRoom() { Shutdown(); }

void ReadingRoom::Run(std::function<void()> task) {
  {
    std::lock_guard guard(lock_);
    if (!closed_) {
      tasks_.push_back(std::move(task));
      changed_.notify_one();
      return;
    }
  }
  task();
}

void ReadingRoom::Work() {
  std::unique_lock lock(lock_);
  while (true) {
    changed_.wait(lock, [this] { return !tasks_.empty() || closed_; });
    if (tasks_.empty()) return;
    {
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
    lock.lock();
  }
}

void ReadingRoom::Shutdown() {
  std::lock_guard only_one(shutdown_lock_);
  {
    std::lock_guard guard(lock_);
    closed_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace countersign
