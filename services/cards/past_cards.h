// Cards as they stood at a moment of the past: made anew from the journal up to that position, in
// memory, for whoever asks for a list as of then.
//
// One moment is made at a time, on a thread of its own, and the last few are kept: whoever turns
// the pages of a list asks for the same moment again. A moment that lies after a kept one is made
// from a copy of that. Making a moment takes as long as rebuilding the cards up to it, so whoever
// waits is sent away after a while; the moment is finished all the same, and who asks again later
// finds it. When all who wait for a moment have gone away by themselves it is given up.
#ifndef COUNTERSIGN_SERVICES_CARDS_PAST_CARDS_H_
#define COUNTERSIGN_SERVICES_CARDS_PAST_CARDS_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cards/cards_in_memory.h"
#include "services/projections/projection.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign {

struct PastCardsOptions {
  size_t chunk_entries = 4096;  // Between two looks at who still waits; at least 1.
  absl::Duration patience = absl::Seconds(30);
  size_t most_waiting = 200;  // Callers at once.
  // Moments kept, and the most memory for all of them together and for one that is being made.
  size_t kept_moments = 2;
  size_t most_bytes = size_t{512} << 20;
  // Where waiters are answered: calls `answer` exactly once, now or later.
  std::function<void(std::function<void()> answer)> answer_on = [](const auto& answer) {
    answer();
  };
  // Told when the journal cannot be read or understood.
  std::function<void(const absl::Status&)> on_damage = [](const absl::Status&) {};
};

// Thread-safe.
class PastCards {
 public:
  using Made = std::shared_ptr<const CardsInMemory>;
  using MadeCallback = std::function<void(absl::StatusOr<Made>)>;

  // Everything is borrowed and must outlive this.
  PastCards(const storage::Journal& journal, storage::Keyring& keyring,
            const projections::Projection& projection, PastCardsOptions options = {});
  // Shuts down first.
  ~PastCards();
  PastCards(const PastCards&) = delete;
  PastCards& operator=(const PastCards&) = delete;

  // Calls back exactly once with the cards as they stood when the journal had `position` entries:
  // at once and on this thread where they are kept, else where the options say. `is_wanted` is
  // asked now and then, on another thread, until `done` is called.
  // Errors: DEADLINE_EXCEEDED when they take longer than the patience; CANCELLED when they were not
  // wanted any more; RESOURCE_EXHAUSTED when too many wait, or the cards need too much memory;
  // DATA_LOSS when the journal cannot be read or understood; UNAVAILABLE after Shutdown().
  // `position` is at most the journal's size.
  void WhenMade(uint64_t position, std::function<bool()> is_wanted, MadeCallback done);

  // Answers all who wait, gives up what is being made, and ends the thread. Not from a callback.
  void Shutdown();

 private:
  using Instant = std::chrono::steady_clock::time_point;
  struct Waiter {
    uint64_t position;
    Instant patient_until;
    std::function<bool()> is_wanted;
    MadeCallback done;
  };
  struct Kept {
    uint64_t position;
    Made cards;
  };

  void Work();
  absl::StatusOr<Made> Make(uint64_t position);
  // Sends away who has waited too long or wants it no more. Whether to go on with `position`.
  absl::Status Review(uint64_t position);
  // These three under lock_.
  Made Find(uint64_t position);
  void Keep(uint64_t position, Made cards);
  // Takes out those waiters for whom `is_over` holds.
  template <typename Predicate>
  std::list<Waiter> TakeIf(Predicate is_over);

  void Answer(std::list<Waiter> waiters, const absl::StatusOr<Made>& made) const;

  const storage::Journal& journal_;
  storage::Keyring& keyring_;
  const projections::Projection& projection_;
  const PastCardsOptions options_;

  std::mutex lock_;
  std::condition_variable changed_;
  std::list<Waiter> waiters_;  // Under lock_. In the order in which they came.
  std::list<Kept> kept_;       // Under lock_. The one that was asked for last stands first.
  bool stopping_ = false;      // Under lock_.

  std::mutex shutdown_lock_;  // So that several may shut down at once.
  std::thread thread_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CARDS_PAST_CARDS_H_
