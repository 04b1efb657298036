// Time for what waits for intervals to go by (services/wait_on.h), which goes by when a test says
// so.
#ifndef COUNTERSIGN_TESTS_SUPPORT_INTERVALS_H_
#define COUNTERSIGN_TESTS_SUPPORT_INTERVALS_H_

#include <condition_variable>
#include <functional>
#include <mutex>

#include "absl/time/time.h"
#include "services/wait_on.h"

namespace countersign {

// Lets one interval after another go by, when a test says so.
class Intervals {
 public:
  WaitOn Wait() {
    return [this](std::condition_variable&, std::unique_lock<std::mutex>& lock,
                  absl::Duration timeout, const std::function<bool()>& until) {
      if (until()) return;
      lock.unlock();
      {
        std::unique_lock guard(lock_);
        asked_for_ = timeout;
        ++waiting_;
        changed_.notify_all();
        changed_.wait(guard, [this] { return left_ > 0 || over_; });
        if (left_ > 0) --left_;
        --waiting_;
      }
      lock.lock();
    };
  }
  // One interval goes by, and what follows from it has been done.
  void Pass() {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [this] { return waiting_ > 0; });
    ++left_;
    changed_.notify_all();
    changed_.wait(guard, [this] { return left_ == 0; });
    changed_.wait(guard, [this] { return waiting_ > 0; });
  }
  void End() {
    const std::lock_guard guard(lock_);
    over_ = true;
    changed_.notify_all();
  }
  absl::Duration asked_for() {
    const std::lock_guard guard(lock_);
    return asked_for_;
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  absl::Duration asked_for_;
  int waiting_ = 0;
  int left_ = 0;
  bool over_ = false;
};

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_SUPPORT_INTERVALS_H_
