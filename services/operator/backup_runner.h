// Makes, verifies and restores backups on request, on a thread of its own, while the server serves.
// One at a time. Removes the keys of backups whose time is over when it starts, after each request,
// and once an hour.
#ifndef COUNTERSIGN_SERVICES_OPERATOR_BACKUP_RUNNER_H_
#define COUNTERSIGN_SERVICES_OPERATOR_BACKUP_RUNNER_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/wait_on.h"
#include "storage/copies/backup.h"

namespace countersign {

// Who waits for a backup, or for what is done with one. All is called on the runner's thread or one
// of the copy's, one at a time, and must not block.
struct BackupCaller {
  // Asked between steps. Once false, the work is given up: CANCELLED.
  std::function<bool()> is_wanted = [] { return true; };
  std::function<void(const storage::BackupStep&)> on_step = [](const storage::BackupStep&) {};
  // Called exactly once, last. Errors: those of storage::Backups; CANCELLED; UNAVAILABLE when the
  // server stops.
  std::function<void(absl::StatusOr<storage::Backup>)> done = [](const auto&) {};
};

struct BackupRunnerOptions {
  // Of the data folder that is served; backups are restored beside it.
  std::string data;
  // Told what an operator should know.
  std::function<void(const std::string&)> log = [](const std::string&) {};
  // A test's own lets time go by as it likes.
  WaitOn wait = WaitOnSteadyClock;
};

// Thread-safe.
class BackupRunner {
 public:
  // Borrows journal and keyring.
  BackupRunner(storage::Backups backups, const storage::Journal& journal, storage::Keyring& keyring,
               BackupRunnerOptions options);
  // Shuts down first.
  ~BackupRunner();
  BackupRunner(const BackupRunner&) = delete;
  BackupRunner& operator=(const BackupRunner&) = delete;

  // Each begins and returns; a `number` of 0 means the newest. FAILED_PRECONDITION while another
  // one runs, UNAVAILABLE after Shutdown(); `done` is not called then.
  absl::Status Create(BackupCaller caller);
  absl::Status Verify(uint32_t number, BackupCaller caller);
  // Into the folder of this name beside the data folder. INVALID_ARGUMENT for a name of other
  // characters than letters, digits and hyphens.
  absl::Status Restore(uint32_t number, const std::string& into, BackupCaller caller);

  // As storage::Backups::List.
  absl::StatusOr<std::vector<storage::Backup>> List() const { return backups_.List(); }

  // Gives up what runs and waits for its end. Not from a callback.
  void Shutdown();

 private:
  using Work = std::function<absl::StatusOr<storage::Backup>(storage::BackupListener)>;
  struct Request {
    std::string doing;  // For the log, such as "making a backup".
    Work work;
    BackupCaller caller;
  };

  absl::Status Start(Request request);
  void WaitForRequests();
  void RemoveExpiredKeys();
  absl::StatusOr<storage::Backup> Run(const Request& request);

  storage::Backups backups_;
  const storage::Journal& journal_;
  storage::Keyring& keyring_;
  const BackupRunnerOptions options_;

  std::mutex lock_;
  std::condition_variable changed_;
  std::optional<Request> next_;  // Under lock_.
  bool busy_ = false;            // Under lock_. There is a next one, or one runs.
  bool stopping_ = false;        // Under lock_.

  std::mutex shutdown_lock_;  // So that several may shut down at once.
  std::thread thread_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_OPERATOR_BACKUP_RUNNER_H_
