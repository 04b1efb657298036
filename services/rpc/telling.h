// How far a long call has come, told as fast as its caller takes it.
#ifndef COUNTERSIGN_SERVICES_RPC_TELLING_H_
#define COUNTERSIGN_SERVICES_RPC_TELLING_H_

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/support/server_callback.h"
#include "services/rpc/to_grpc_status.h"

namespace countersign::rpc {

// One call whose messages have a `phase`. Deletes itself when gRPC is done with it, which is after
// End(). Thread-safe.
template <typename Message>
class Telling : public grpc::ServerWriteReactor<Message> {
 public:
  // Whether the caller is still there.
  bool is_wanted() const { return !cancelled_; }

  // It has come so far. Of what was not sent yet, the last word on each phase is enough.
  void Tell(Message message) {
    std::unique_lock lock(lock_);
    if (!unsent_.empty() && unsent_.back().phase() == message.phase()) unsent_.pop_back();
    unsent_.push_back(std::move(message));
    GoOn(std::move(lock));
  }

  // Nothing more will be told but `last`, all of them. Ends the call; this object may be gone when
  // it returns.
  void End(const absl::Status& status, std::vector<Message> last = {}) {
    std::unique_lock lock(lock_);
    ended_ = ToGrpcStatus(status);
    for (Message& message : last) unsent_.push_back(std::move(message));
    GoOn(std::move(lock));
  }

  void OnWriteDone(bool ok) override {
    std::unique_lock lock(lock_);
    writing_ = false;
    if (!ok) unsent_.clear();  // Nobody is there to take it.
    GoOn(std::move(lock));
  }
  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  // Sends what comes next. Unlocks first: what gRPC calls back may come before it returns, and
  // after Finish this object may be gone.
  void GoOn(std::unique_lock<std::mutex> lock) {
    if (writing_ || finished_) return;
    if (!unsent_.empty()) {
      sending_ = std::move(unsent_.front());
      unsent_.pop_front();
      writing_ = true;
      lock.unlock();
      this->StartWrite(&sending_);
      return;
    }
    if (!ended_.has_value()) return;
    finished_ = true;
    const grpc::Status status = *ended_;
    lock.unlock();
    this->Finish(status);
  }

  std::atomic<bool> cancelled_{false};
  std::mutex lock_;
  std::deque<Message> unsent_;         // Under lock_.
  Message sending_;                    // Changed only while nothing is being written.
  bool writing_ = false;               // Under lock_.
  bool finished_ = false;              // Under lock_.
  std::optional<grpc::Status> ended_;  // Under lock_.
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_TELLING_H_
