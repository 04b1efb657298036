// What the journal tells of one plan beyond how it stands: its events one by one, and who was shown
// what of it.
#ifndef COUNTERSIGN_SERVICES_READING_PLAN_HISTORY_H_
#define COUNTERSIGN_SERVICES_READING_PLAN_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/event_codec.h"
#include "services/states.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign {

// Part of a plan's events, oldest first.
struct EventPage {
  std::vector<rules::Recorded> events;
  // The version with which the next page begins; nothing on the last one.
  std::optional<uint64_t> next_version;
};

// One event of a plan with the plan before and after it, all valid during the call. Whether to go
// on; any error ends the visit and is returned unchanged.
using StatesVisitor = absl::FunctionRef<absl::StatusOr<bool>(
    const rules::Recorded& event, const rules::Plan& before, const rules::Plan& after)>;

// One time that somebody was shown something of a plan.
struct PastAccess {
  uint64_t position = 0;  // Place in the journal.
  uint64_t version = 0;   // Place in the stream of accesses to the plan.
  std::string reader_id;
  std::string acting_as;
  std::string view;  // The event type, for example "plan_shown".
  absl::Time recorded_at;
};

// Part of the accesses to a plan, newest first.
struct AccessPage {
  std::vector<PastAccess> accesses;
  // The next page has versions below this one; nothing on the last page.
  std::optional<uint64_t> next_before;
};

// Somebody who was given something of a plan, and the views in which they see it.
struct Receiving {
  std::string reader_id;
  std::vector<absl::string_view> views;
  uint64_t after_position = 0;  // Number of entries up to and including the giving.
};

// All of these: INVALID_ARGUMENT for an id that is no UUID; DATA_LOSS when the history cannot be
// read; KeyDestroyed (storage/errors.h) when it was erased. An unknown plan has no history.
// `before_position` is exclusive, as for States. Thread-safe.
class PlanHistory {
 public:
  // Borrows both.
  PlanHistory(const storage::Journal& journal, storage::Keyring& keyring)
      : journal_(journal), keyring_(keyring) {}

  // At most `limit` events, at least 1, of versions from `from_version` on.
  absl::StatusOr<EventPage> EventsOf(const std::string& plan_id, uint64_t from_version,
                                     size_t limit, uint64_t before_position = States::kNow) const;

  // Every event from `from_version` on, oldest first, with the plan before and after it.
  absl::Status VisitStates(const std::string& plan_id, uint64_t from_version,
                           uint64_t before_position, StatesVisitor visit) const;

  // Row of the policy that allowed what the entry at `position` says; empty where nobody asked it.
  // OUT_OF_RANGE beyond the head.
  absl::StatusOr<std::string> PolicyRuleOf(uint64_t position) const;

  // At most `limit` accesses, at least 1, of versions below `before_version`.
  absl::StatusOr<AccessPage> AccessesOf(const std::string& plan_id, uint64_t before_version,
                                        size_t limit,
                                        uint64_t before_position = States::kNow) const;

  // When each of `receivings` was first looked at by whom it was given to; nothing where it was
  // not. One scan of the accesses.
  absl::StatusOr<std::vector<std::optional<absl::Time>>> FirstLooks(
      const std::string& plan_id, const std::vector<Receiving>& receivings,
      uint64_t before_position = States::kNow) const;

 private:
  // How many accesses there were when the journal had `before_position` entries.
  absl::StatusOr<uint64_t> AccessesBefore(const storage::StreamId& stream, uint64_t accesses,
                                          uint64_t before_position) const;

  const storage::Journal& journal_;
  storage::Keyring& keyring_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_READING_PLAN_HISTORY_H_
