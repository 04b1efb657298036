// How exports are read: on threads of their own, not gRPC's, which serves others meanwhile, and no
// faster than the caller takes them.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_LOG_EXPORT_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_LOG_EXPORT_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "countersign/v1/log_service.pb.h"
#include "grpcpp/support/status.h"

namespace countersign::rpc {

// How long a caller may take nothing at all.
inline constexpr absl::Duration kExportPatience = absl::Seconds(60);

// Pieces on their way from the thread that reads them to gRPC, which sends one at a time.
// Thread-safe.
class ExportPieces {
 public:
  // So many wait for the caller.
  static constexpr size_t kWaitingMax = 4;

  // Waits on `changed`, to which `lock` belongs, until `ready` or until its patience is over.
  // Whether it is ready.
  using Wait =
      std::function<bool(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                         const std::function<bool()>& ready)>;

  // What gRPC is told next, by whoever was given it, at once: StartWrite() with sending(), or
  // Finish() with status().
  enum class Step { kNone, kWrite, kFinish };

  explicit ExportPieces(Wait wait = WaitsFor(kExportPatience)) : wait_(std::move(wait)) {}

  // A wait of at most so long.
  static Wait WaitsFor(absl::Duration patience);

  // Adds a piece; waits while there is no room. CANCELLED when nobody is there any more to take it,
  // DEADLINE_EXCEEDED when the patience was over before anything was taken: what waited is dropped.
  absl::StatusOr<Step> Put(v1::ExportResponse piece);
  // A write is done; not `ok`: nobody took it.
  Step Written(bool ok);
  // Nobody is there any more.
  void Leave();
  // Nothing more is put in. After kNone this object may be gone.
  Step End(const absl::Status& why);

  // After kWrite, until Written().
  const v1::ExportResponse& sending() const { return sending_; }
  // After kFinish.
  const grpc::Status& status() const { return *ended_; }

 private:
  // Under lock_.
  Step Next();

  const Wait wait_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<v1::ExportResponse> pieces_;  // Under lock_.
  v1::ExportResponse sending_;             // Changed only while nothing is being written.
  bool writing_ = false;                   // Under lock_.
  bool gone_ = false;                      // Under lock_. Nobody is there to take it.
  bool finished_ = false;                  // Under lock_.
  std::optional<grpc::Status> ended_;      // Under lock_ until kFinish.
};

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
