// What identified callers were denied, in the caller's own stream: never in one named by a guessed
// id.
#ifndef COUNTERSIGN_SERVICES_PERMISSION_DENIALS_H_
#define COUNTERSIGN_SERVICES_PERMISSION_DENIALS_H_

#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/clock.h"
#include "services/permission/policy.h"
#include "storage/bounded_cache.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign {

// How long one entry speaks for the same caller, action (and view, for accesses).
inline constexpr absl::Duration kOneEntryCovers = absl::Minutes(10);

// Thread-safe. Borrows what it is made from.
class Denials {
 public:
  Denials(storage::Journal& journal, storage::Keyring& keyring, const Clock& clock)
      : journal_(journal), keyring_(keyring), clock_(clock) {}

  // Records that the caller was denied the action, at most once in ten minutes, and does not wait
  // for it. Returns the denial: PERMISSION_DENIED, worded so that it tells nothing; or, for whoever
  // knows of the thing anyway, in the sentences of `instead` (policy.h).
  absl::Status Deny(const storage::Id& caller, Action action, absl::string_view instead = "");

 private:
  storage::Journal& journal_;
  storage::Keyring& keyring_;
  const Clock& clock_;
  std::mutex mutex_;
  // Under mutex_.
  storage::BoundedCache<std::pair<storage::Id, Action>, absl::Time> recorded_{10'000};
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_PERMISSION_DENIALS_H_
