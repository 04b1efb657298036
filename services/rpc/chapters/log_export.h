// The threads on which exports are read: not gRPC's, which serves others meanwhile.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_LOG_EXPORT_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_LOG_EXPORT_H_

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "absl/status/status.h"

namespace countersign::rpc {

// Thread-safe.
class LogExports {
 public:
  // So many exports at once, one thread for each.
  static constexpr size_t kExportsMax = 4;

  LogExports() = default;
  // Waits for those that run: their callers must have gone or read to the end.
  ~LogExports();
  LogExports(const LogExports&) = delete;
  LogExports& operator=(const LogExports&) = delete;

  // Runs `reading` on a thread of its own. RESOURCE_EXHAUSTED while there are too many.
  absl::Status Run(std::function<void()> reading);

 private:
  struct Running {
    std::thread thread;
    bool done = false;
  };

  std::mutex lock_;
  std::list<Running> running_;  // Under lock_.
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_LOG_EXPORT_H_
