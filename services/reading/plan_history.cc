#include "services/reading/plan_history.h"

#include <algorithm>
#include <utility>

namespace countersign {
namespace {

absl::StatusOr<storage::StreamId> StreamOfPlan(storage::StreamType type,
                                               const std::string& plan_id) {
  absl::StatusOr<storage::Id> id = storage::ParseId(plan_id);
  if (!id.ok()) return id.status();
  return storage::StreamId{type, *id};
}

// Ends a read that has found all it needs.
absl::Status Enough() { return absl::CancelledError(); }
absl::Status UnlessEnough(const absl::Status& read) {
  return absl::IsCancelled(read) ? absl::OkStatus() : read;
}

PastAccess AccessIn(const storage::StoredEvent& stored) {
  return {.position = stored.position,
          .version = stored.version,
          .reader_id = stored.actor.has_value() ? storage::ToString(*stored.actor) : "",
          .acting_as = std::string(stored.acting_as),
          .view = std::string(stored.event_type),
          .recorded_at = stored.recorded_at};
}

bool IsLookAt(const Receiving& receiving, const PastAccess& access) {
  return access.position >= receiving.after_position && access.reader_id == receiving.reader_id &&
         std::find(receiving.views.begin(), receiving.views.end(), access.view) !=
             receiving.views.end();
}

}  // namespace

absl::StatusOr<EventPage> PlanHistory::EventsOf(const std::string& plan_id, uint64_t from_version,
                                                size_t limit, uint64_t before_position) const {
  absl::StatusOr<storage::StreamId> stream = StreamOfPlan(storage::StreamType::kPlan, plan_id);
  if (!stream.ok()) return stream.status();
  EventPage page;
  const absl::Status read =
      journal_.ReadStream(*stream, from_version, before_position,
                          [&](const storage::StoredEvent& stored) -> absl::Status {
                            if (page.events.size() == limit) {
                              page.next_version = stored.version;
                              return Enough();
                            }
                            absl::StatusOr<rules::Recorded> recorded = Open(keyring_, stored);
                            if (!recorded.ok()) return recorded.status();
                            page.events.push_back(*std::move(recorded));
                            return absl::OkStatus();
                          });
  if (absl::Status whole = UnlessEnough(read); !whole.ok()) return whole;
  return page;
}

absl::StatusOr<AccessPage> PlanHistory::AccessesOf(const std::string& plan_id,
                                                   uint64_t before_version, size_t limit) const {
  absl::StatusOr<storage::StreamId> stream = StreamOfPlan(storage::StreamType::kAccess, plan_id);
  if (!stream.ok()) return stream.status();
  AccessPage page;
  absl::StatusOr<std::optional<storage::StreamHead>> head = journal_.HeadOf(*stream);
  if (!head.ok()) return head.status();
  if (!head->has_value()) return page;
  // Versions are gapless, so a page is a stretch of them, read forwards and turned round.
  const uint64_t end = std::min(before_version, (*head)->version + 1);
  const uint64_t begin = end > limit ? end - limit : 0;
  const absl::Status read =
      journal_.ReadStream(*stream, begin, States::kNow, [&](const storage::StoredEvent& stored) {
        if (stored.version >= end) return Enough();
        page.accesses.push_back(AccessIn(stored));
        return absl::OkStatus();
      });
  if (absl::Status whole = UnlessEnough(read); !whole.ok()) return whole;
  std::reverse(page.accesses.begin(), page.accesses.end());
  if (begin > 0) page.next_before = begin;
  return page;
}

absl::StatusOr<std::vector<std::optional<absl::Time>>> PlanHistory::FirstLooks(
    const std::string& plan_id, const std::vector<Receiving>& receivings,
    uint64_t before_position) const {
  std::vector<std::optional<absl::Time>> looks(receivings.size());
  absl::StatusOr<storage::StreamId> stream = StreamOfPlan(storage::StreamType::kAccess, plan_id);
  if (!stream.ok()) return stream.status();
  size_t open = receivings.size();
  const absl::Status read = journal_.ReadStream(
      *stream, 0, before_position, [&](const storage::StoredEvent& stored) -> absl::Status {
        if (open == 0) return Enough();
        const PastAccess access = AccessIn(stored);
        for (size_t i = 0; i < receivings.size(); ++i) {
          if (looks[i].has_value() || !IsLookAt(receivings[i], access)) continue;
          looks[i] = access.recorded_at;
          --open;
        }
        return absl::OkStatus();
      });
  if (absl::Status whole = UnlessEnough(read); !whole.ok()) return whole;
  return looks;
}

}  // namespace countersign
