// Tells readers every entry of the journal from a position on: what stands already, then what
// comes.
//
// Each reader has one bounded buffer. As long as it keeps up, the thread that follows the journal
// puts new entries into it. A reader whose buffer is full is told that it fell behind; from then on
// a second thread serves it from storage, as fast as it takes, until it has caught up. Whoever
// begins in the past begins so. Every entry is told once, in the order of positions, and a slow
// reader costs nobody anything but its own buffer.
#ifndef COUNTERSIGN_SERVICES_READING_LOG_FOLLOWER_H_
#define COUNTERSIGN_SERVICES_READING_LOG_FOLLOWER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/journal.h"

namespace countersign {

// An entry as readers are told it.
struct LogEntry {
  uint64_t position = 0;
  storage::StreamId stream;
  std::string event_type;
  std::string bytes;  // The serialised v1.Entry, as it is stored.
};

// What a reader wants of the journal; nothing said: everything.
struct LogFilter {
  std::set<std::string, std::less<>> event_types;
  // An entry's stream is one of these, or of one of these types.
  std::set<storage::StreamId> streams;
  std::set<storage::StreamType> stream_types;

  bool Wants(const storage::StreamId& stream, std::string_view event_type) const;
};

// What a reader is told. Every wanted entry below `position` has been told before.
struct LogMessage {
  enum class Kind {
    kEntry,       // `entry`, whose position this is.
    kCaughtUp,    // Told when the reader begins to be told live; `position` was the head.
    kHeartbeat,   // Nothing was told for a while.
    kFellBehind,  // The buffer was full: what follows is read from storage.
  };
  Kind kind = Kind::kEntry;
  uint64_t position = 0;
  std::shared_ptr<const LogEntry> entry;
};

struct LogFollowerOptions {
  size_t readers_max = 64;
  // Entries in a reader's buffer, at least 2. Marks come on top, fewer than entries.
  size_t buffer_entries = 256;
  // Entries that are read from storage at once, at least 1.
  size_t chunk_entries = 1024;
  absl::Duration silence = absl::Seconds(15);
  // The threads look up so often: Shutdown() may take this long while the journal stays open, and a
  // heartbeat may come so much later.
  absl::Duration wakes_every = absl::Seconds(1);
  std::function<absl::Duration()> monotonic = storage::SystemMonotonic;
};

class LogFollower;

// One who reads. Goes before the follower. Take() is for one thread at a time.
class LogReader {
 public:
  ~LogReader();
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  // The next message; nothing while there is none: `ready` is called once there may be one. After
  // an error nothing more comes: UNAVAILABLE when the follower stops, DATA_LOSS for an entry that
  // cannot be read.
  absl::StatusOr<std::optional<LogMessage>> Take();

 private:
  friend class LogFollower;
  struct Place;
  LogReader(LogFollower& follower, std::shared_ptr<Place> place);

  LogFollower& follower_;
  const std::shared_ptr<Place> place_;
};

// Thread-safe. Borrows the journal.
class LogFollower {
 public:
  explicit LogFollower(const storage::Journal& journal, LogFollowerOptions options = {});
  // Shuts down first.
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  // Begins to tell what `filter` wants from a position on. `ready` is called by threads of the
  // follower, with no lock held, must not block, and may come once more after the reader has gone.
  // OUT_OF_RANGE with the current size for a position beyond the head; RESOURCE_EXHAUSTED when
  // there are too many readers; UNAVAILABLE after Close().
  absl::StatusOr<std::unique_ptr<LogReader>> Follow(uint64_t from_position, LogFilter filter,
                                                    std::function<void()> ready);

  // Tells those who heard nothing for a while that they missed nothing. Done once in `wakes_every`
  // without being asked.
  void Beat();

  // Ends every reader at once; does not wait for the threads.
  void Close();
  // Close(), then waits for the threads. Not from `ready`.
  void Shutdown();

 private:
  friend class LogReader;
  using Place = LogReader::Place;
  using Places = std::vector<std::shared_ptr<Place>>;

  void Tail();
  void ServeFromStorage();
  // The next one who waits for storage and has room, in turn. Under lock_.
  std::shared_ptr<Place> NextInTurn();
  void ReadFor(const std::shared_ptr<Place>& place);
  // Under lock_, as all that follows.
  void Publish(const std::shared_ptr<const LogEntry>& entry, Place& place);
  void GoLive(Place& place);
  void Tell(LogMessage message, Place& place);
  void End(Place& place, const absl::Status& why);
  // Takes those who wait and have something to take by now.
  Places TakeAwaited();
  static void Wake(const Places& awaited);

  const storage::Journal& journal_;
  const LogFollowerOptions options_;

  std::mutex lock_;
  std::condition_variable changed_;
  Places places_;        // Under lock_.
  size_t live_ = 0;      // Under lock_. How many are told live.
  size_t turn_ = 0;      // Under lock_. Whose turn comes next.
  uint64_t tailed_ = 0;  // Under lock_. Every live one was told up to here.
  bool closed_ = false;  // Under lock_.

  std::mutex shutdown_lock_;  // So that several may shut down at once.
  std::thread tailing_;
  std::thread serving_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_READING_LOG_FOLLOWER_H_
