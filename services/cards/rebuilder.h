// Rebuilds cards on request, on a thread of its own, while the projector follows (card_rebuild.h
// says how). One rebuild at a time; following has the right of way.
#ifndef COUNTERSIGN_SERVICES_CARDS_REBUILDER_H_
#define COUNTERSIGN_SERVICES_CARDS_REBUILDER_H_

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cards/card_rebuild.h"

namespace countersign {

// All is called on the rebuilder's thread and must not block.
struct RebuildRequest {
  std::vector<std::string> projections{};  // None: all.
  // Asked between steps. Once false, the rebuild is given up: CANCELLED.
  std::function<bool()> is_wanted = [] { return true; };
  std::function<void(const RebuildProgress&)> on_progress = [](const RebuildProgress&) {};
  // Called exactly once, last. Errors: those of RebuildCards; CANCELLED; UNAVAILABLE when the
  // server stops; why the projector stopped following, when it did.
  std::function<void(absl::StatusOr<RebuildResult>)> done = [](const auto&) {};
};

struct RebuilderOptions {
  size_t chunk_entries = 4096;  // At least 1.
  // A step of a rebuild waits until following is less than a chunk behind the journal, but no
  // longer than this: under a load that never ends a rebuild must still come to its end.
  absl::Duration gives_way_for = absl::Milliseconds(50);
  // Whether the cards are still followed; if not, why.
  std::function<absl::Status()> following = [] { return absl::OkStatus(); };
  // Told what an operator should know: how a rebuild ended, and which cards differed. Kinds and ids
  // of things, never content.
  std::function<void(const std::string&)> log = [](const std::string&) {};
  // Told when the journal cannot be read or understood.
  std::function<void(const absl::Status&)> on_damage = [](const absl::Status&) {};
};

// Thread-safe.
class Rebuilder {
 public:
  Rebuilder(const RebuildBooks& books, RebuilderOptions options);
  // Shuts down first.
  ~Rebuilder();
  Rebuilder(const Rebuilder&) = delete;
  Rebuilder& operator=(const Rebuilder&) = delete;

  // Begins a rebuild and returns. FAILED_PRECONDITION while another one runs, UNAVAILABLE after
  // Shutdown(); `done` is not called then.
  absl::Status Start(RebuildRequest request);

  // Gives up the rebuild that runs and waits for its end. Not from a callback.
  void Shutdown();

 private:
  void WaitForRequests();
  absl::StatusOr<RebuildResult> Run(const RebuildRequest& request);
  void Tell(const absl::StatusOr<RebuildResult>& result) const;

  const RebuildBooks books_;
  const RebuilderOptions options_;

  std::mutex lock_;
  std::condition_variable changed_;
  std::optional<RebuildRequest> next_;  // Under lock_.
  bool busy_ = false;                   // Under lock_. There is a next one, or one runs.
  bool stopping_ = false;               // Under lock_.

  std::mutex shutdown_lock_;  // So that several may shut down at once.
  std::thread thread_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CARDS_REBUILDER_H_
