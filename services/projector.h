// The projector follows the journal and keeps the cards of all projections up to date (card_feed.h
// says how), and rebuilds them on request (card_rebuild.h). Nothing that is written waits for it;
// whoever reads cards may.
//
// One thread follows the journal and sleeps while there is nothing new; a second one watches over
// the patience of those who wait; a third one rebuilds when somebody asks. When an entry cannot be
// read or understood, the projector stops for good with the reason: cards that may be wrong are not
// shown.
//
// Thread-safe.
#ifndef COUNTERSIGN_SERVICES_PROJECTOR_H_
#define COUNTERSIGN_SERVICES_PROJECTOR_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cards/card_feed.h"
#include "services/cards/rebuilder.h"
#include "services/cards/view_cards.h"
#include "services/projections/projection.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/views.h"

namespace countersign {

struct ProjectorOptions {
  // Entries whose cards are written together, at least 1: so many that what one event puts and the
  // next one takes away again is mostly not written at all.
  size_t chunk_entries = 4096;
  // Only the journal's own shutdown wakes the thread that sleeps at its head. While the journal
  // stays open, Shutdown() may take this long.
  absl::Duration stops_within = absl::Seconds(1);
  // Told why, when an error ends the projector. Must not block.
  std::function<void(const absl::Status&)> on_stopped = [](const absl::Status&) {};
  // Where those are answered who had to wait: calls `answer` exactly once, now or later. Reading
  // cards takes its time, and here it would hold up the following.
  std::function<void(std::function<void()> answer)> answer_on = [](const auto& answer) {
    answer();
  };
  // As RebuilderOptions.
  absl::Duration gives_way_for = absl::Milliseconds(50);
  std::function<void(const std::string&)> log = [](const std::string&) {};
  std::function<void(const absl::Status&)> on_damage = [](const absl::Status&) {};
};

// How far the cards had come when the wait ended.
struct Reached {
  uint64_t position = 0;  // How many entries of the journal all cards reflect.
  bool behind = false;    // They do not reflect what was waited for.
};

class Projector {
 public:
  using ReachedCallback = std::function<void(Reached)>;

  // Opens the views and begins to follow. Everything is borrowed and must outlive the projector.
  // Errors as CardFeed::Open.
  static absl::StatusOr<std::unique_ptr<Projector>> Start(
      const storage::Journal& journal, storage::Keyring& keyring, storage::Views& views,
      std::vector<const projections::Projection*> projections, ProjectorOptions options = {});

  // Shuts down first.
  ~Projector();
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;

  // Calls back, exactly once, when all cards reflect the first `position` entries of the journal,
  // or `behind` after `timeout`; at once and on this thread when that is so already, when the
  // timeout is not positive, or when the projector has stopped; else where the options say. `done`
  // must not call Shutdown(); no lock is held.
  void WhenReached(uint64_t position, absl::Duration timeout, ReachedCallback done);

  // How many entries of the journal all cards reflect.
  uint64_t position() const;

  // OK, or why the projector stopped: DATA_LOSS for an entry that cannot be read or understood,
  // UNAVAILABLE when the cards could not be written.
  absl::Status status() const;

  // The cards of a projection, as of one position. status() when that is not OK; UNAVAILABLE while
  // cards of a new version are being built; NOT_FOUND for a name that no projection has.
  absl::StatusOr<SnapshotCards> Snapshot(const std::string& name) const;

  // Rebuilds cards while they are followed, as Rebuilder::Start.
  absl::Status Rebuild(RebuildRequest request) { return rebuilder_->Start(std::move(request)); }

  // Gives up the rebuild that runs, if one does, and refuses any other from now on. Not from a
  // callback.
  void StopRebuilding() { rebuilder_->Shutdown(); }

  // Stops rebuilding and following, and answers all who wait. Shut the journal down before, or this
  // takes up to `stops_within`. Cards can still be read. Not from a callback.
  void Shutdown();

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Waiter {
    uint64_t position;
    Moment patient_until;
    ReachedCallback done;
  };

  Projector(const storage::Journal& journal, storage::Keyring& keyring, storage::Views& views,
            std::unique_ptr<CardFeed> feed, ProjectorOptions options);

  void Follow();
  void WatchPatience();
  // The cards have come to `position`.
  void Tell(uint64_t position);
  // Nothing will be followed any more.
  void End(const absl::Status& why);
  // Takes out those waiters for whom `is_over` holds. Under lock_.
  template <typename Predicate>
  std::list<Waiter> TakeIf(Predicate is_over);
  void Answer(std::list<Waiter> waiters, uint64_t position) const;

  const storage::Journal& journal_;
  const std::unique_ptr<CardFeed> feed_;
  const ProjectorOptions options_;

  mutable std::mutex lock_;
  std::condition_variable waiters_changed_;
  std::list<Waiter> waiters_;  // Under lock_.
  uint64_t position_;          // Under lock_.
  absl::Status status_;        // Under lock_.
  bool stopping_ = false;      // Under lock_. Somebody wants it to end.
  bool ended_ = false;         // Under lock_. Nobody waits from now on.

  std::mutex shutdown_lock_;  // So that several may shut down at once.
  std::thread follower_;
  std::thread watcher_;
  const std::unique_ptr<Rebuilder> rebuilder_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_PROJECTOR_H_
