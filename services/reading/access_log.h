// No log, no read: an access to a plan's content is durable before the content leaves (R80).
#ifndef COUNTERSIGN_SERVICES_READING_ACCESS_LOG_H_
#define COUNTERSIGN_SERVICES_READING_ACCESS_LOG_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "countersign/v1/log_events.pb.h"
#include "services/clock.h"
#include "services/permission/policy.h"
#include "storage/bounded_cache.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign {

// An access: who sees which view of which plan at which version.
struct Access {
  storage::Id caller;
  const PolicyRow* row = nullptr;  // That allowed it.
  std::string plan_id;
  int64_t plan_version = 0;
  v1::AccessEvent view;
};

// Thread-safe. Borrows what it is made from.
class AccessLog {
 public:
  AccessLog(storage::Journal& journal, storage::Keyring& keyring, const Clock& clock)
      : journal_(journal), keyring_(keyring), clock_(clock) {}

  // Calls `done` with OK when an entry for this access is durable: a new one, or one of the last
  // ten minutes for the same caller, role, plan, view and plan version. With an error nothing may
  // be shown. Called exactly once, here or on the journal's writer thread; must not block.
  void Record(Access access, std::function<void(absl::Status)> done);

 private:
  using Key = std::tuple<storage::Id, Standing, std::string, int, int64_t>;

  storage::Journal& journal_;
  storage::Keyring& keyring_;
  const Clock& clock_;
  std::mutex mutex_;
  storage::BoundedCache<Key, absl::Time> recorded_{50'000};  // Under mutex_.
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_READING_ACCESS_LOG_H_
