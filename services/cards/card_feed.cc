#include "services/cards/card_feed.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace countersign {
namespace {

bool IsSameGeneration(const storage::View& left, const storage::View& right) {
  return left.version() == right.version() && left.generation() == right.generation();
}

absl::Status NoSuchCards(const std::string& name) {
  return absl::NotFoundError(absl::StrCat("there are no cards of the name ", name));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CardFeed>> CardFeed::Open(
    const storage::Journal& journal, storage::Keyring& keyring, storage::Views& views,
    std::vector<const projections::Projection*> projections, size_t chunk_entries) {
  std::unique_ptr<CardFeed> feed(new CardFeed(journal, keyring, views, chunk_entries));
  const absl::Status opened = feed->OpenViews(projections);
  if (!opened.ok()) return opened;
  return feed;
}

absl::Status CardFeed::OpenViews(const std::vector<const projections::Projection*>& projections) {
  const uint64_t head = journal_.head().size;
  for (const projections::Projection* projection : projections) {
    absl::StatusOr<storage::View> view = views_.OpenView(projection->name(), projection->version());
    if (view.ok() && view->position() > head) {
      view = views_.BeginGeneration(projection->name(), projection->version());
    }
    if (!view.ok()) return view.status();
    const std::optional<storage::View> current = views_.Current(projection->name());
    const bool being_built = !current.has_value() || !IsSameGeneration(*current, *view);
    if (!being_built) {
      // Whoever rebuilt beside it is gone, and would have to begin anew anyway: what was unreadable
      // on the way is remembered nowhere.
      const absl::Status given_up = views_.GiveUp(projection->name());
      if (!given_up.ok()) return given_up;
    }
    fed_.push_back({{projection, *std::move(view)}, being_built});
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CardFeed::Advance() {
  { std::lock_guard in_line(door_); }
  std::lock_guard turn(turn_);
  const uint64_t head = journal_.head().size;
  const uint64_t from = LeastPosition();
  if (from < head) {
    uint64_t up_to = std::min<uint64_t>(head, from + chunk_entries_);
    for (const Fed& fed : fed_) {
      // Not past where others wait: from there on all go together.
      if (fed.cards.view.position() > from) up_to = std::min(up_to, fed.cards.view.position());
    }
    const absl::Status chunk = FeedFrom(from, up_to);
    if (!chunk.ok()) return chunk;
  }
  const absl::Status switched = SwitchBuilt(head);
  if (!switched.ok()) return switched;
  return LeastPosition() < journal_.head().size;
}

absl::Status CardFeed::FeedFrom(uint64_t from, uint64_t up_to) {
  std::vector<CardsFed> together;
  for (const Fed& fed : fed_) {
    if (fed.cards.view.position() == from) together.push_back(fed.cards);
  }
  const absl::Status fed = FeedChunk(journal_, keyring_, together, from, up_to,
                                     storage::ViewBatch::Urgency::kNow, [](const auto&) {});
  if (!fed.ok()) return fed;
  // Under the lock, or somebody who just found that it has not moved would sleep through it.
  std::lock_guard guard(fed_lock_);
  moved_.notify_all();
  return absl::OkStatus();
}

absl::Status CardFeed::SwitchBuilt(uint64_t head) {
  for (Fed& fed : fed_) {
    if (!fed.being_built || fed.cards.view.position() < head) continue;
    const absl::Status switched = views_.Switch({fed.cards.view});
    if (!switched.ok()) return switched;
    {
      std::lock_guard guard(fed_lock_);
      fed.being_built = false;
    }
    const absl::Status dropped = views_.DropOld(fed.cards.view.name());
    if (!dropped.ok()) return dropped;
  }
  return absl::OkStatus();
}

uint64_t CardFeed::LeastPosition() const {
  uint64_t least = fed_.front().cards.view.position();
  for (const Fed& fed : fed_) least = std::min(least, fed.cards.view.position());
  return least;
}

uint64_t CardFeed::position() const {
  std::lock_guard guard(fed_lock_);
  return LeastPosition();
}

void CardFeed::WaitFor(uint64_t position, absl::Duration patience) const {
  std::unique_lock guard(fed_lock_);
  moved_.wait_for(guard, absl::ToChronoMicroseconds(patience),
                  [&] { return LeastPosition() >= position; });
}

absl::StatusOr<storage::ViewSnapshot> CardFeed::Snapshot(const std::string& name) const {
  // What was switched away is dropped only when no snapshot of it is just being taken.
  std::lock_guard guard(fed_lock_);
  for (const Fed& fed : fed_) {
    if (fed.cards.view.name() != name) continue;
    if (fed.being_built) {
      return absl::UnavailableError("The lists are being rebuilt. Ask again in a while.");
    }
    return fed.cards.view.Snapshot();
  }
  return NoSuchCards(name);
}

absl::StatusOr<std::vector<CardsFed>> CardFeed::Followed(const std::vector<std::string>& names) {
  std::unique_lock in_line(door_);
  std::lock_guard turn(turn_);
  in_line.unlock();
  for (const std::string& name : names) {
    if (std::none_of(fed_.begin(), fed_.end(),
                     [&](const Fed& fed) { return fed.cards.view.name() == name; })) {
      return NoSuchCards(name);
    }
  }
  std::vector<CardsFed> followed;
  for (const Fed& fed : fed_) {
    const std::string& name = fed.cards.view.name();
    if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) continue;
    followed.push_back(fed.cards);
    if (fed.being_built || fed.cards.view.position() != followed.front().view.position()) {
      return absl::FailedPreconditionError(
          absl::StrCat("The cards of ", name,
                       " are being built already, of a new version. Ask again when they answer."));
    }
  }
  return followed;
}

absl::Status CardFeed::Adopt(const std::vector<CardsFed>& rebuilt,
                             absl::FunctionRef<absl::Status(uint64_t position)> bring_up) {
  std::unique_lock in_line(door_);
  std::lock_guard turn(turn_);
  in_line.unlock();
  const auto takes_over = [&](const Fed& fed) {
    return std::find_if(rebuilt.begin(), rebuilt.end(), [&](const CardsFed& cards) {
      return cards.projection == fed.cards.projection;
    });
  };
  for (const Fed& fed : fed_) {
    if (takes_over(fed) == rebuilt.end()) continue;
    const absl::Status brought = bring_up(fed.cards.view.position());
    if (!brought.ok()) return brought;
    break;  // All stand at one position (Followed), and go on together.
  }
  std::vector<storage::View> views;
  for (const CardsFed& cards : rebuilt) views.push_back(cards.view);
  const absl::Status switched = views_.Switch(views);
  if (!switched.ok()) return switched;
  std::lock_guard guard(fed_lock_);
  for (Fed& fed : fed_) {
    const auto cards = takes_over(fed);
    if (cards != rebuilt.end()) fed.cards = *cards;
  }
  return absl::OkStatus();
}

}  // namespace countersign
