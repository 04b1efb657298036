#include "services/reading/log_follower.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"

namespace countersign {
namespace {

constexpr auto kWithoutPayload = [](const storage::StoredEvent&) { return false; };

absl::Status Stopping() { return absl::UnavailableError("the server stops"); }

std::shared_ptr<const LogEntry> EntryOf(const storage::StoredEvent& stored,
                                        std::string_view bytes) {
  return std::make_shared<const LogEntry>(
      LogEntry{stored.position, stored.stream, std::string(stored.event_type), std::string(bytes)});
}

}  // namespace

// Where a reader stands. All but the first two under LogFollower::lock_.
struct LogReader::Place {
  LogFilter filter;
  std::function<void()> ready;
  std::deque<LogMessage> buffer;
  size_t entries = 0;      // In the buffer.
  uint64_t next = 0;       // The first position that was not looked at yet.
  bool live = false;       // Told by the thread that follows, else from storage.
  bool awaits = false;     // Take() found nothing since `ready` was called last.
  absl::Status ended;      // Nothing more will be put into the buffer.
  absl::Duration told_at;  // When something was put into the buffer last.
};

bool LogFilter::Wants(const storage::StreamId& stream, std::string_view event_type) const {
  if (!event_types.empty() && event_types.count(event_type) == 0) return false;
  if (streams.empty() && stream_types.empty()) return true;
  return stream_types.count(stream.type) > 0 || streams.count(stream) > 0;
}

LogReader::LogReader(LogFollower& follower, std::shared_ptr<Place> place)
    : follower_(follower), place_(std::move(place)) {}

LogReader::~LogReader() {
  std::lock_guard guard(follower_.lock_);
  follower_.End(*place_, absl::CancelledError("the reader has gone"));
  auto& places = follower_.places_;
  places.erase(std::remove(places.begin(), places.end(), place_), places.end());
}

absl::StatusOr<std::optional<LogMessage>> LogReader::Take() {
  std::lock_guard guard(follower_.lock_);
  Place& place = *place_;
  if (place.buffer.empty()) {
    if (!place.ended.ok()) return place.ended;
    place.awaits = true;
    return std::nullopt;
  }
  std::optional<LogMessage> message = std::move(place.buffer.front());
  place.buffer.pop_front();
  if (message->kind == LogMessage::Kind::kEntry) --place.entries;
  // There is room again for what waits in storage.
  const bool has_room = place.entries == follower_.options_.buffer_entries / 2;
  if (!place.live && has_room) follower_.changed_.notify_all();
  return message;
}

LogFollower::LogFollower(const storage::Journal& journal, LogFollowerOptions options)
    : journal_(journal), options_(std::move(options)) {
  tailing_ = std::thread([this] { Tail(); });
  serving_ = std::thread([this] { ServeFromStorage(); });
}

LogFollower::~LogFollower() { Shutdown(); }

absl::StatusOr<std::unique_ptr<LogReader>> LogFollower::Follow(uint64_t from_position,
                                                               LogFilter filter,
                                                               std::function<void()> ready) {
  const uint64_t size = journal_.head().size;
  if (from_position > size) {
    return absl::OutOfRangeError(
        absl::StrCat("position ", from_position, " is beyond the journal's ", size, " entries"));
  }
  auto place = std::make_shared<Place>();
  place->filter = std::move(filter);
  place->ready = std::move(ready);
  place->next = from_position;
  std::lock_guard guard(lock_);
  if (closed_) return Stopping();
  if (places_.size() >= options_.readers_max) {
    return absl::ResourceExhaustedError(
        absl::StrCat(options_.readers_max, " readers watch the journal already: try again later"));
  }
  place->told_at = options_.monotonic();
  places_.push_back(place);
  changed_.notify_all();
  return std::unique_ptr<LogReader>(new LogReader(*this, std::move(place)));
}

void LogFollower::Tail() {
  while (true) {
    uint64_t from = 0;
    {
      std::unique_lock guard(lock_);
      changed_.wait(guard, [this] { return closed_ || live_ > 0; });
      if (closed_) return;
      from = tailed_;
    }
    absl::Status read = journal_.WaitForMore(from, options_.wakes_every);
    if (absl::IsDeadlineExceeded(read)) continue;
    if (absl::IsCancelled(read)) return Close();
    std::vector<std::shared_ptr<const LogEntry>> entries;
    if (read.ok()) {
      read = journal_.ReadAll(from, options_.chunk_entries, kWithoutPayload,
                              [&](const storage::StoredEvent& stored, std::string_view bytes) {
                                entries.push_back(EntryOf(stored, bytes));
                                return absl::OkStatus();
                              });
    }
    Places awaited;
    {
      std::lock_guard guard(lock_);
      for (const auto& entry : entries) {
        for (const auto& place : places_) {
          if (place->live) Publish(entry, *place);
        }
        // Whoever went live meanwhile may have set it further.
        tailed_ = std::max(tailed_, entry->position + 1);
      }
      for (const auto& place : places_) {
        if (!read.ok() && place->live) End(*place, read);
      }
      awaited = TakeAwaited();
      changed_.notify_all();
    }
    Wake(awaited);
  }
}

void LogFollower::ServeFromStorage() {
  absl::Duration beaten = options_.monotonic();
  while (true) {
    std::shared_ptr<Place> place;
    {
      std::unique_lock guard(lock_);
      changed_.wait_for(guard, absl::ToChronoNanoseconds(options_.wakes_every), [&] {
        if (place == nullptr) place = NextInTurn();
        return closed_ || place != nullptr;
      });
      if (closed_) return;
    }
    if (place != nullptr) ReadFor(place);
    if (const absl::Duration now = options_.monotonic(); now - beaten >= options_.wakes_every) {
      beaten = now;
      Beat();
    }
  }
}

std::shared_ptr<LogReader::Place> LogFollower::NextInTurn() {
  for (size_t i = 0; i < places_.size(); ++i) {
    const auto& place = places_[(turn_ + i) % places_.size()];
    // Half of the buffer at a time: a reader that takes one message is no reason to read storage.
    if (place->live || !place->ended.ok() || place->entries > options_.buffer_entries / 2) continue;
    turn_ = (turn_ + i + 1) % places_.size();
    return place;
  }
  return nullptr;
}

// While somebody is not live, this thread alone moves their `next`, and nobody else adds entries.
void LogFollower::ReadFor(const std::shared_ptr<Place>& place) {
  uint64_t next = 0;
  size_t room = 0;
  {
    std::lock_guard guard(lock_);
    next = place->next;
    room = options_.buffer_entries - place->entries;
  }
  const uint64_t size = journal_.head().size;
  std::vector<std::shared_ptr<const LogEntry>> wanted;
  const absl::Status full = absl::CancelledError();
  const uint64_t limit = std::min<uint64_t>(options_.chunk_entries, size - std::min(next, size));
  absl::Status read = absl::OkStatus();
  if (limit > 0)
    read = journal_.ReadAll(next, limit, kWithoutPayload,
                            [&](const storage::StoredEvent& stored, std::string_view bytes) {
                              if (place->filter.Wants(stored.stream, stored.event_type)) {
                                if (wanted.size() == room) return full;
                                wanted.push_back(EntryOf(stored, bytes));
                              }
                              next = stored.position + 1;
                              return absl::OkStatus();
                            });
  Places awaited;
  {
    std::lock_guard guard(lock_);
    if (!place->ended.ok()) return;
    for (auto& entry : wanted) {
      const uint64_t position = entry->position;
      Tell({LogMessage::Kind::kEntry, position, std::move(entry)}, *place);
    }
    place->next = next;
    if (!read.ok() && !absl::IsCancelled(read)) End(*place, read);
    if (read.ok() && next >= size) GoLive(*place);
    awaited = TakeAwaited();
    changed_.notify_all();
  }
  Wake(awaited);
}

void LogFollower::GoLive(Place& place) {
  // While nobody is told live, nobody has been told more than this one.
  if (live_ == 0) tailed_ = std::max(tailed_, place.next);
  // Others were told more meanwhile: storage is read once more.
  if (place.next < tailed_) return;
  place.live = true;
  ++live_;
  Tell({LogMessage::Kind::kCaughtUp, place.next, nullptr}, place);
}

void LogFollower::Publish(const std::shared_ptr<const LogEntry>& entry, Place& place) {
  if (entry->position < place.next) return;
  if (!place.filter.Wants(entry->stream, entry->event_type)) {
    place.next = entry->position + 1;
    return;
  }
  if (place.entries == options_.buffer_entries) {
    place.live = false;
    --live_;
    return Tell({LogMessage::Kind::kFellBehind, place.next, nullptr}, place);
  }
  place.next = entry->position + 1;
  Tell({LogMessage::Kind::kEntry, entry->position, entry}, place);
}

void LogFollower::Tell(LogMessage message, Place& place) {
  if (message.kind == LogMessage::Kind::kEntry) ++place.entries;
  place.buffer.push_back(std::move(message));
  place.told_at = options_.monotonic();
}

void LogFollower::End(Place& place, const absl::Status& why) {
  if (!place.ended.ok()) return;
  place.ended = why;
  if (place.live) --live_;
  place.live = false;
}

LogFollower::Places LogFollower::TakeAwaited() {
  Places awaited;
  for (const auto& place : places_) {
    if (!place->awaits || (place->buffer.empty() && place->ended.ok())) continue;
    place->awaits = false;
    awaited.push_back(place);
  }
  return awaited;
}

void LogFollower::Wake(const Places& awaited) {
  for (const auto& place : awaited) place->ready();
}

void LogFollower::Beat() {
  Places awaited;
  {
    std::lock_guard guard(lock_);
    const absl::Duration now = options_.monotonic();
    for (const auto& place : places_) {
      if (!place->buffer.empty() || !place->ended.ok()) continue;
      if (now - place->told_at < options_.silence) continue;
      Tell({LogMessage::Kind::kHeartbeat, place->next, nullptr}, *place);
    }
    awaited = TakeAwaited();
  }
  Wake(awaited);
}

void LogFollower::Close() {
  Places awaited;
  {
    std::lock_guard guard(lock_);
    closed_ = true;
    for (const auto& place : places_) {
      End(*place, Stopping());
      place->buffer.clear();
      place->entries = 0;
    }
    awaited = TakeAwaited();
    changed_.notify_all();
  }
  Wake(awaited);
}

void LogFollower::Shutdown() {
  std::lock_guard only_one(shutdown_lock_);
  Close();
  if (tailing_.joinable()) tailing_.join();
  if (serving_.joinable()) serving_.join();
}

}  // namespace countersign
