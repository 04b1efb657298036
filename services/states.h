// The present state of things, folded from their streams, and any earlier one.
//
// A bounded cache keeps what was folded last, and whoever appends says what it wrote. A state that
// is behind its stream all the same is brought up to date from where it stands. So the cost of a
// command does not grow with the age of its plan.
#ifndef COUNTERSIGN_SERVICES_STATES_H_
#define COUNTERSIGN_SERVICES_STATES_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "services/event_codec.h"
#include "services/rules/state/person.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/school.h"
#include "services/rules/state/trust.h"
#include "storage/bounded_cache.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign {

// Shared by all things that never were: most commands look at several, and making a state anew
// costs as much as judging the command.
template <typename State>
const std::shared_ptr<const State>& NeverWas() {
  static const auto* const state =
      new std::shared_ptr<const State>(std::make_shared<const State>());
  return *state;
}

// A state and the version of its stream; kNoStream for a thing that never was. Immutable and
// shared.
template <typename State>
struct Folded {
  std::shared_ptr<const State> state = NeverWas<State>();
  int64_t version = storage::kNoStream;

  const State& operator*() const { return *state; }
  const State* operator->() const { return state.get(); }
};

// The least recently used states are dropped first. Thread-safe.
template <typename State>
class StateCache {
 public:
  explicit StateCache(size_t capacity) : states_(capacity) {}

  Folded<State> Find(const storage::StreamId& stream) {
    std::lock_guard lock(mutex_);
    const Folded<State>* found = states_.Find(stream);
    return found == nullptr ? Folded<State>() : *found;
  }

  // Keeps the newer of two states of one stream.
  void Keep(const storage::StreamId& stream, const Folded<State>& folded) {
    std::lock_guard lock(mutex_);
    const Folded<State>* found = states_.Find(stream);
    if (found == nullptr || found->version < folded.version) states_.Put(stream, folded);
  }

 private:
  std::mutex mutex_;
  storage::BoundedCache<storage::StreamId, Folded<State>> states_;  // Under mutex_.
};

// All of these: DATA_LOSS when the history cannot be read, which also stops the journal's writing;
// KeyDestroyed (storage/errors.h) when it was erased; INVALID_ARGUMENT for an id that is no UUID.
// An unknown thing is no error: it is a fresh state at version kNoStream. `before_position` is
// exclusive: the state as it stood when the journal had that many entries. Thread-safe.
class States {
 public:
  static constexpr uint64_t kNow = storage::Journal::kUnlimited;

  // Borrows both.
  States(storage::Journal& journal, storage::Keyring& keyring, size_t cached_plans = 20'000,
         size_t cached_people = 20'000);

  absl::StatusOr<Folded<rules::Plan>> PlanOf(const std::string& plan_id,
                                             uint64_t before_position = kNow);
  absl::StatusOr<Folded<rules::Person>> PersonOf(const std::string& person_id,
                                                 uint64_t before_position = kNow);
  absl::StatusOr<Folded<rules::School>> SchoolOf(const std::string& school_id,
                                                 uint64_t before_position = kNow);
  absl::StatusOr<Folded<rules::Trust>> TheTrust(uint64_t before_position = kNow);

  // To be told of what was just appended, by who appended it, so that nobody reads it back. Keeps
  // the state after it where the state before it is known, and does nothing otherwise.
  void Follow(const storage::StreamId& stream, const rules::Recorded& recorded);

 private:
  template <typename State>
  static void FollowIn(StateCache<State>& cache, const storage::StreamId& stream,
                       const rules::Recorded& recorded);
  template <typename State>
  absl::StatusOr<Folded<State>> Load(StateCache<State>& cache, storage::StreamType type,
                                     const std::string& id, uint64_t before_position);

  storage::Journal& journal_;
  storage::Keyring& keyring_;
  StateCache<rules::Plan> plans_;
  StateCache<rules::Person> people_;
  StateCache<rules::School> schools_;
  StateCache<rules::Trust> trusts_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_STATES_H_
