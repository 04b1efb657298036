#include "services/reading/plan_history.h"

#include <algorithm>
#include <utility>

#include "storage/entry.h"

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

absl::Status PlanHistory::VisitStates(const std::string& plan_id, uint64_t from_version,
                                      uint64_t before_position, StatesVisitor visit) const {
  absl::StatusOr<storage::StreamId> stream = StreamOfPlan(storage::StreamType::kPlan, plan_id);
  if (!stream.ok()) return stream.status();
  rules::Plan before;
  const absl::Status read = journal_.ReadStream(
      *stream, 0, before_position, [&](const storage::StoredEvent& stored) -> absl::Status {
        absl::StatusOr<rules::Recorded> recorded = Open(keyring_, stored);
        if (!recorded.ok()) return recorded.status();
        const bool is_visited = stored.version >= from_version;
        absl::StatusOr<rules::Plan> after =
            rules::Evolve(is_visited ? before : std::move(before), *recorded);
        if (!after.ok()) return after.status();
        if (is_visited) {
          absl::StatusOr<bool> goes_on = visit(*recorded, before, *after);
          if (!goes_on.ok()) return goes_on.status();
          if (!*goes_on) return Enough();
        }
        before = *std::move(after);
        return absl::OkStatus();
      });
  return UnlessEnough(read);
}

absl::StatusOr<std::string> PlanHistory::PolicyRuleOf(uint64_t position) const {
  absl::StatusOr<std::string> bytes = journal_.ReadEntry(position);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<v1::Entry> entry = storage::ParseEntry(*bytes);
  if (!entry.ok()) return entry.status();
  return entry->policy_rule();
}

absl::StatusOr<uint64_t> PlanHistory::AccessesBefore(const storage::StreamId& stream,
                                                     uint64_t accesses,
                                                     uint64_t before_position) const {
  // Versions follow positions, so the first access that came too late is found by halves.
  uint64_t known_before = 0;
  uint64_t unknown_until = accesses;
  while (known_before < unknown_until) {
    const uint64_t middle = known_before + (unknown_until - known_before) / 2;
    bool is_before = false;
    const absl::Status read = journal_.ReadStream(stream, middle, before_position,
                                                  [&](const storage::StoredEvent& stored) {
                                                    is_before = stored.version == middle;
                                                    return Enough();
                                                  });
    if (absl::Status whole = UnlessEnough(read); !whole.ok()) return whole;
    if (is_before) {
      known_before = middle + 1;
    } else {
      unknown_until = middle;
    }
  }
  return known_before;
}

absl::StatusOr<AccessPage> PlanHistory::AccessesOf(const std::string& plan_id,
                                                   uint64_t before_version, size_t limit,
                                                   uint64_t before_position) const {
  absl::StatusOr<storage::StreamId> stream = StreamOfPlan(storage::StreamType::kAccess, plan_id);
  if (!stream.ok()) return stream.status();
  AccessPage page;
  absl::StatusOr<std::optional<storage::StreamHead>> head = journal_.HeadOf(*stream);
  if (!head.ok()) return head.status();
  if (!head->has_value()) return page;
  // Versions are gapless, so a page is a stretch of them, read forwards and turned round.
  uint64_t end = (*head)->version + 1;
  if (before_position <= (*head)->position) {
    absl::StatusOr<uint64_t> then = AccessesBefore(*stream, end, before_position);
    if (!then.ok()) return then.status();
    end = *then;
  }
  end = std::min(before_version, end);
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
