#include "services/projector.h"

#include <algorithm>
#include <utility>

namespace countersign {
namespace {

// A wait without end, in a form that can be added to the present without an overflow.
constexpr absl::Duration kForEver = absl::Hours(24 * 365);

}  // namespace

absl::StatusOr<std::unique_ptr<Projector>> Projector::Start(
    const storage::Journal& journal, storage::Keyring& keyring, storage::Views& views,
    std::vector<const projections::Projection*> projections, ProjectorOptions options) {
  absl::StatusOr<std::unique_ptr<CardFeed>> feed =
      CardFeed::Open(journal, keyring, views, std::move(projections), options.chunk_entries);
  if (!feed.ok()) return feed.status();
  return std::unique_ptr<Projector>(
      new Projector(journal, keyring, views, *std::move(feed), std::move(options)));
}

Projector::Projector(const storage::Journal& journal, storage::Keyring& keyring,
                     storage::Views& views, std::unique_ptr<CardFeed> feed,
                     ProjectorOptions options)
    : journal_(journal),
      feed_(std::move(feed)),
      options_(std::move(options)),
      position_(feed_->position()),
      rebuilder_(std::make_unique<Rebuilder>(RebuildBooks{journal, keyring, views, *feed_},
                                             RebuilderOptions{
                                                 .chunk_entries = options_.chunk_entries,
                                                 .gives_way_for = options_.gives_way_for,
                                                 .following = [this] { return status(); },
                                                 .log = options_.log,
                                                 .on_damage = options_.on_damage,
                                             })) {
  follower_ = std::thread([this] { Follow(); });
  watcher_ = std::thread([this] { WatchPatience(); });
}

Projector::~Projector() { Shutdown(); }

void Projector::Follow() {
  while (true) {
    {
      std::lock_guard guard(lock_);
      if (stopping_) break;
    }
    const absl::StatusOr<bool> more = feed_->Advance();
    if (!more.ok()) return End(more.status());
    const uint64_t position = feed_->position();
    Tell(position);
    if (*more) continue;
    // A journal that is shut down gets no more entries, and all it had are fed.
    if (absl::IsCancelled(journal_.WaitForMore(position, options_.stops_within))) break;
  }
  End(absl::OkStatus());
}

void Projector::WatchPatience() {
  std::unique_lock lock(lock_);
  while (!ended_) {
    const Moment now = std::chrono::steady_clock::now();
    std::list<Waiter> impatient =
        TakeIf([&](const Waiter& waiter) { return waiter.patient_until <= now; });
    if (!impatient.empty()) {
      const uint64_t position = position_;
      lock.unlock();
      Answer(std::move(impatient), position);
      lock.lock();
      continue;
    }
    if (waiters_.empty()) {
      waiters_changed_.wait(lock);
      continue;
    }
    Moment next = waiters_.front().patient_until;
    for (const Waiter& waiter : waiters_) next = std::min(next, waiter.patient_until);
    waiters_changed_.wait_until(lock, next);
  }
}

void Projector::WhenReached(uint64_t position, absl::Duration timeout, ReachedCallback done) {
  uint64_t reached = 0;
  {
    std::lock_guard guard(lock_);
    reached = position_;
    if (reached < position && timeout > absl::ZeroDuration() && !ended_) {
      const auto patience = absl::ToChronoMicroseconds(std::min(timeout, kForEver));
      waiters_.push_back({position, std::chrono::steady_clock::now() + patience, std::move(done)});
      waiters_changed_.notify_one();
      return;
    }
  }
  done({.position = reached, .behind = reached < position});
}

void Projector::Tell(uint64_t position) {
  std::list<Waiter> content;
  {
    std::lock_guard guard(lock_);
    position_ = position;
    content = TakeIf([&](const Waiter& waiter) { return waiter.position <= position; });
  }
  Answer(std::move(content), position);
}

void Projector::End(const absl::Status& why) {
  std::list<Waiter> disappointed;
  uint64_t position = 0;
  {
    std::lock_guard guard(lock_);
    status_ = why;
    ended_ = true;
    position = position_;
    disappointed.swap(waiters_);
    waiters_changed_.notify_one();
  }
  if (!why.ok()) options_.on_stopped(why);
  Answer(std::move(disappointed), position);
}

template <typename Predicate>
std::list<Projector::Waiter> Projector::TakeIf(Predicate is_over) {
  std::list<Waiter> taken;
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    const auto next = std::next(waiter);
    if (is_over(*waiter)) taken.splice(taken.end(), waiters_, waiter);
    waiter = next;
  }
  return taken;
}

void Projector::Answer(std::list<Waiter> waiters, uint64_t position) const {
  for (Waiter& waiter : waiters) {
    options_.answer_on(
        [done = std::move(waiter.done),
         reached = Reached{.position = position, .behind = position < waiter.position}] {
          done(reached);
        });
  }
}

uint64_t Projector::position() const {
  std::lock_guard guard(lock_);
  return position_;
}

absl::Status Projector::status() const {
  std::lock_guard guard(lock_);
  return status_;
}

absl::StatusOr<SnapshotCards> Projector::Snapshot(const std::string& name) const {
  if (const absl::Status stopped = status(); !stopped.ok()) return stopped;
  absl::StatusOr<storage::ViewSnapshot> snapshot = feed_->Snapshot(name);
  if (!snapshot.ok()) return snapshot.status();
  return SnapshotCards(*std::move(snapshot));
}

void Projector::Shutdown() {
  std::lock_guard only_one(shutdown_lock_);
  rebuilder_->Shutdown();
  {
    std::lock_guard guard(lock_);
    stopping_ = true;
  }
  if (follower_.joinable()) follower_.join();
  if (watcher_.joinable()) watcher_.join();
}

}  // namespace countersign
