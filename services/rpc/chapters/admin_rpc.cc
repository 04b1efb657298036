#include "services/rpc/chapters/admin_rpc.h"

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "services/rpc/hand_in.h"
#include "services/rpc/reading.h"
#include "services/rpc/to_grpc_status.h"

namespace countersign::rpc {
namespace {

v1::RebuildProgress::Phase PhaseOf(RebuildPhase phase) {
  // What is left after the comparison is short: the last entries, and one write.
  return phase == RebuildPhase::kFilling ? v1::RebuildProgress::PHASE_BUILDING
                                         : v1::RebuildProgress::PHASE_COMPARING;
}

// One call: tells what the rebuilder tells, as fast as the caller takes it. Deletes itself when
// gRPC is done with it, which is after the rebuild has ended.
class Telling : public grpc::ServerWriteReactor<v1::RebuildProgress> {
 public:
  explicit Telling(std::string projection) : projection_(std::move(projection)) {}

  bool is_wanted() const { return !cancelled_; }

  // The rebuild has come so far. Of what was not sent yet, the last word on each phase is enough.
  void Tell(const RebuildProgress& progress) {
    v1::RebuildProgress message;
    message.set_projection(projection_);
    message.set_phase(PhaseOf(progress.phase));
    message.set_entries(progress.entries_done);
    message.set_entries_total(progress.entries);
    message.set_cards_compared(progress.cards_compared);
    std::unique_lock lock(lock_);
    if (!unsent_.empty() && unsent_.back().phase() == message.phase()) unsent_.pop_back();
    unsent_.push_back(std::move(message));
    GoOn(std::move(lock));
  }

  // Nothing more will be told. Ends the call; this object may be gone when it returns.
  void End(const absl::StatusOr<RebuildResult>& result) {
    std::unique_lock lock(lock_);
    ended_ = ToGrpcStatus(result.status());
    if (result.ok()) {
      for (const CardsCompared& compared : result->compared) AddDone(*result, compared);
    }
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
  void AddDone(const RebuildResult& result, const CardsCompared& compared) {
    v1::RebuildProgress& message = unsent_.emplace_back();
    message.set_projection(compared.projection);
    message.set_phase(v1::RebuildProgress::PHASE_DONE);
    message.set_entries(result.switched_at);
    message.set_entries_total(result.switched_at);
    message.set_cards_compared(compared.cards);
    message.set_cards_different(compared.differing);
    for (const std::string& key : compared.first_differing) message.add_differing_kinds(key);
    if (compared.old_were_damaged) message.add_differing_kinds("(old cards that the disk lost)");
  }

  // Sends what comes next. Unlocks first: what gRPC calls back may come before it returns, and
  // after Finish this object may be gone.
  void GoOn(std::unique_lock<std::mutex> lock) {
    if (writing_ || finished_) return;
    if (!unsent_.empty()) {
      sending_ = std::move(unsent_.front());
      unsent_.pop_front();
      writing_ = true;
      lock.unlock();
      StartWrite(&sending_);
      return;
    }
    if (!ended_.has_value()) return;
    finished_ = true;
    const grpc::Status status = *ended_;
    lock.unlock();
    Finish(status);
  }

  const std::string projection_;
  std::atomic<bool> cancelled_{false};
  std::mutex lock_;
  std::deque<v1::RebuildProgress> unsent_;  // Under lock_.
  v1::RebuildProgress sending_;             // Changed only while nothing is being written.
  bool writing_ = false;                    // Under lock_.
  bool finished_ = false;                   // Under lock_.
  std::optional<grpc::Status> ended_;       // Under lock_.
};

}  // namespace

grpc::ServerWriteReactor<v1::RebuildProgress>* AdminRpc::Rebuild(
    grpc::CallbackServerContext* context, const v1::RebuildRequest* request) {
  NoticeDemo(office_, context);
  auto* const telling = new Telling(request->projection());
  const absl::StatusOr<Reader> reader =
      AdmitFor(office_, *context, *request, Action::kRebuildCards);
  if (!reader.ok()) {
    telling->End(reader.status());
    return telling;
  }
  RebuildRequest rebuild;
  if (!request->projection().empty()) rebuild.projections.push_back(request->projection());
  rebuild.is_wanted = [telling] { return telling->is_wanted(); };
  rebuild.on_progress = [telling](const RebuildProgress& progress) { telling->Tell(progress); };
  rebuild.done = [telling](const absl::StatusOr<RebuildResult>& result) { telling->End(result); };
  const absl::Status started = office_.projector.Rebuild(std::move(rebuild));
  if (!started.ok()) telling->End(started);
  return telling;
}

}  // namespace countersign::rpc
