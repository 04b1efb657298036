#include "services/cards/past_cards.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cards/card_chunk.h"

namespace countersign {

PastCards::PastCards(const storage::Journal& journal, storage::Keyring& keyring,
                     const projections::Projection& projection, PastCardsOptions options)
    : journal_(journal), keyring_(keyring), projection_(projection), options_(std::move(options)) {
  thread_ = std::thread([this] { Work(); });
}

PastCards::~PastCards() { Shutdown(); }

void PastCards::WhenMade(uint64_t position, std::function<bool()> is_wanted, MadeCallback done) {
  absl::StatusOr<Made> made = absl::UnavailableError("The server is stopping.");
  {
    std::lock_guard guard(lock_);
    if (!stopping_) {
      made = Find(position);
      if (*made == nullptr && waiters_.size() >= options_.most_waiting) {
        made = absl::ResourceExhaustedError(
            "Too many wait for lists of the past. Ask again in a minute.");
      }
      if (made.ok() && *made == nullptr) {
        const Instant until =
            std::chrono::steady_clock::now() + absl::ToChronoMicroseconds(options_.patience);
        waiters_.push_back({position, until, std::move(is_wanted), std::move(done)});
        changed_.notify_one();
        return;
      }
    }
  }
  done(std::move(made));
}

void PastCards::Work() {
  std::unique_lock lock(lock_);
  while (true) {
    changed_.wait(lock, [this] { return !waiters_.empty() || stopping_; });
    if (stopping_) break;
    const uint64_t position = waiters_.front().position;
    // Made for somebody else in the meantime.
    absl::StatusOr<Made> made = Find(position);
    if (*made == nullptr) {
      lock.unlock();
      made = Make(position);
      if (absl::IsDataLoss(made.status())) options_.on_damage(made.status());
      lock.lock();
      if (made.ok()) Keep(position, *made);
    }
    std::list<Waiter> waiters =
        TakeIf([&](const Waiter& waiter) { return waiter.position == position; });
    lock.unlock();
    Answer(std::move(waiters), made);
    lock.lock();
  }
  std::list<Waiter> waiters = std::move(waiters_);
  waiters_.clear();
  lock.unlock();
  Answer(std::move(waiters), absl::UnavailableError("The server is stopping."));
}

absl::StatusOr<PastCards::Made> PastCards::Make(uint64_t position) {
  std::shared_ptr<CardsInMemory> cards;
  uint64_t from = 0;
  {
    std::lock_guard guard(lock_);
    for (const Kept& kept : kept_) {
      if (kept.position > position || kept.position <= from) continue;
      from = kept.position;
      cards = std::make_shared<CardsInMemory>(*kept.cards);
    }
  }
  if (cards == nullptr) cards = std::make_shared<CardsInMemory>();
  while (true) {
    if (absl::Status goes_on = Review(position); !goes_on.ok()) return goes_on;
    if (from == position) return cards;
    const uint64_t up_to = std::min<uint64_t>(position, from + options_.chunk_entries);
    const absl::Status applied = ApplyEntries(journal_, keyring_, {{&projection_, cards.get()}},
                                              from, up_to, [](const auto&) {});
    if (!applied.ok()) return applied;
    from = up_to;
    if (cards->bytes() > options_.most_bytes) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "The lists of that moment need more than the ", options_.most_bytes >> 20,
          " MiB that the server keeps for the past. Ask about one plan instead, or for the lists "
          "as they stand now."));
    }
  }
}

absl::Status PastCards::Review(uint64_t position) {
  std::unique_lock lock(lock_);
  if (stopping_) return absl::UnavailableError("The server is stopping.");
  std::list<Waiter> gone = TakeIf([](const Waiter& waiter) { return !waiter.is_wanted(); });
  const auto is_for_this = [&](const Waiter& waiter) { return waiter.position == position; };
  const bool is_left = std::any_of(gone.begin(), gone.end(), is_for_this) &&
                       std::none_of(waiters_.begin(), waiters_.end(), is_for_this);
  const Instant now = std::chrono::steady_clock::now();
  std::list<Waiter> impatient =
      TakeIf([&](const Waiter& waiter) { return waiter.patient_until <= now; });
  lock.unlock();
  Answer(std::move(gone), absl::CancelledError("Nobody waits for the lists of that moment."));
  Answer(std::move(impatient),
         absl::DeadlineExceededError(
             "The lists of that moment are still being made from the journal. Ask again in a "
             "minute: what is made is kept."));
  return is_left ? absl::CancelledError("Nobody waits for the lists of that moment.")
                 : absl::OkStatus();
}

PastCards::Made PastCards::Find(uint64_t position) {
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Kept& kept) { return kept.position == position; });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return kept_.front().cards;
}

void PastCards::Keep(uint64_t position, Made cards) {
  kept_.push_front({position, std::move(cards)});
  size_t bytes = 0;
  size_t moments = 0;
  for (auto kept = kept_.begin(); kept != kept_.end();) {
    bytes += kept->cards->bytes();
    ++moments;
    const bool has_room =
        moments <= options_.kept_moments && (moments == 1 || bytes <= options_.most_bytes);
    kept = has_room ? std::next(kept) : kept_.erase(kept);
  }
}

template <typename Predicate>
std::list<PastCards::Waiter> PastCards::TakeIf(Predicate is_over) {
  std::list<Waiter> taken;
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    const auto next = std::next(waiter);
    if (is_over(*waiter)) taken.splice(taken.end(), waiters_, waiter);
    waiter = next;
  }
  return taken;
}

void PastCards::Answer(std::list<Waiter> waiters, const absl::StatusOr<Made>& made) const {
  for (Waiter& waiter : waiters) {
    options_.answer_on([done = std::move(waiter.done), made] { done(made); });
  }
}

void PastCards::Shutdown() {
  std::lock_guard only_one(shutdown_lock_);
  {
    std::lock_guard guard(lock_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace countersign
