#include "services/operator/backup_runner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace countersign {
namespace {

// Keys live for thirty days: an hour more is little.
constexpr absl::Duration kBetweenLooksForExpiredKeys = absl::Hours(1);

bool IsFolderName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char letter) {
    return absl::ascii_isalnum(letter) || letter == '-';
  });
}

// The folder beside `data` of this name.
std::string Beside(const std::string& data, const std::string& name) {
  const size_t end = data.find_last_not_of('/');
  const size_t slash = end == std::string::npos ? end : data.rfind('/', end);
  return slash == std::string::npos ? name : absl::StrCat(data.substr(0, slash + 1), name);
}

}  // namespace

BackupRunner::BackupRunner(storage::Backups backups, const storage::Journal& journal,
                           storage::Keyring& keyring, BackupRunnerOptions options)
    : backups_(std::move(backups)),
      journal_(journal),
      keyring_(keyring),
      options_(std::move(options)) {
  thread_ = std::thread([this] { WaitForRequests(); });
}

BackupRunner::~BackupRunner() { Shutdown(); }

absl::Status BackupRunner::Create(BackupCaller caller) {
  return Start({"making a backup",
                [this](storage::BackupListener listener) {
                  return backups_.Create(journal_, keyring_, listener);
                },
                std::move(caller)});
}

absl::Status BackupRunner::Verify(uint32_t number, BackupCaller caller) {
  return Start({"verifying a backup",
                [this, number](storage::BackupListener listener) {
                  return backups_.Verify(number, listener);
                },
                std::move(caller)});
}

absl::Status BackupRunner::Restore(uint32_t number, const std::string& into, BackupCaller caller) {
  if (!IsFolderName(into)) {
    return absl::InvalidArgumentError(
        "The new folder's name has letters, digits and hyphens only; it will lie beside the "
        "server's own.");
  }
  return Start(
      {"restoring a backup",
       [this, number, folder = Beside(options_.data, into)](storage::BackupListener listener) {
         return backups_.Restore(number, folder, listener);
       },
       std::move(caller)});
}

absl::Status BackupRunner::Start(Request request) {
  std::lock_guard guard(lock_);
  if (stopping_) return absl::UnavailableError("The server is stopping.");
  if (busy_) {
    return absl::FailedPreconditionError(
        "A backup is being made, verified or restored already. Wait until that is done, or cancel "
        "it.");
  }
  busy_ = true;
  next_ = std::move(request);
  changed_.notify_one();
  return absl::OkStatus();
}

void BackupRunner::RemoveExpiredKeys() {
  const absl::Status removed = backups_.RemoveExpiredKeys();
  if (removed.ok()) return;
  options_.log(absl::StrCat("removing expired keys of backups ended: ", removed.message()));
}

void BackupRunner::WaitForRequests() {
  const auto due = [this] { return next_.has_value() || stopping_; };
  std::unique_lock lock(lock_);
  while (true) {
    lock.unlock();
    // Whatever woke this thread: nobody may come by for months, nor may the server have run.
    RemoveExpiredKeys();
    lock.lock();
    options_.wait(changed_, lock, kBetweenLooksForExpiredKeys, due);
    if (!next_.has_value()) {
      if (stopping_) return;
      continue;
    }
    const Request request = *std::exchange(next_, std::nullopt);
    lock.unlock();
    absl::StatusOr<storage::Backup> result = Run(request);
    lock.lock();
    // Before the answer: who has it may ask for the next one at once.
    busy_ = false;
    lock.unlock();
    request.caller.done(std::move(result));
    lock.lock();
  }
}

absl::StatusOr<storage::Backup> BackupRunner::Run(const Request& request) {
  absl::StatusOr<storage::Backup> result =
      request.work([&](const storage::BackupStep& step) -> absl::Status {
        request.caller.on_step(step);
        if (!request.caller.is_wanted()) {
          return absl::CancelledError("Nobody waits for it any more.");
        }
        std::lock_guard guard(lock_);
        return stopping_ ? absl::UnavailableError("The server is stopping.") : absl::OkStatus();
      });
  options_.log(result.ok() ? absl::StrCat(request.doing, ": number ", result->number, ", of ",
                                          result->head.size, " entries, is whole")
                           : absl::StrCat(request.doing, " ended: ", result.status().message()));
  return result;
}

void BackupRunner::Shutdown() {
  std::lock_guard only_one(shutdown_lock_);
  {
    std::lock_guard guard(lock_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace countersign
