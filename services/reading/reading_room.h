// A few threads for those who had to wait for something and now read: what they do may take long,
// and must not hold up whoever ended their wait.
#ifndef COUNTERSIGN_SERVICES_READING_READING_ROOM_H_
#define COUNTERSIGN_SERVICES_READING_READING_ROOM_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace countersign {

// Thread-safe.
class ReadingRoom {
 public:
  // `seats` threads, at least 1.
  explicit ReadingRoom(size_t seats);
  // Shuts down first.
  ~ReadingRoom();
  ReadingRoom(const ReadingRoom&) = delete;
  ReadingRoom& operator=(const ReadingRoom&) = delete;

  // Runs `task` on one of the threads, the first come first, and returns at once; after Shutdown()
  // on this thread.
  void Run(std::function<void()> task);

  // Runs what waits, then ends the threads. Not from a task.
  void Shutdown();

 private:
  void Work();

  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;  // Under lock_.
  bool closed_ = false;                      // Under lock_.
  std::mutex shutdown_lock_;                 // So that several may shut down at once.
  std::vector<std::thread> threads_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_READING_READING_ROOM_H_
