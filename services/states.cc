#include "services/states.h"

#include <optional>

namespace countersign {
namespace {

// Few schools and one trust: all of them fit.
constexpr size_t kCachedSchools = 2'000;

}  // namespace

States::States(storage::Journal& journal, storage::Keyring& keyring, size_t cached_plans,
               size_t cached_people)
    : journal_(journal),
      keyring_(keyring),
      plans_(cached_plans),
      people_(cached_people),
      schools_(kCachedSchools),
      trusts_(1) {}

template <typename State>
absl::StatusOr<Folded<State>> States::Load(StateCache<State>& cache, storage::StreamType type,
                                           const std::string& id, uint64_t before_position) {
  absl::StatusOr<storage::Id> parsed = storage::ParseId(id);
  if (!parsed.ok()) return parsed.status();
  const storage::StreamId stream{type, *parsed};
  const bool present = before_position == kNow;
  Folded<State> folded;
  if (present) {
    absl::StatusOr<std::optional<storage::StreamHead>> head = journal_.HeadOf(stream);
    if (!head.ok()) return head.status();
    if (!head->has_value()) return folded;
    folded = cache.Find(stream);
    if (folded.version == static_cast<int64_t>((*head)->version)) return folded;
  }
  State state = *folded.state;
  const int64_t cached_version = folded.version;
  const absl::Status read = journal_.ReadStream(
      stream, static_cast<uint64_t>(folded.version + 1), before_position,
      [&](const storage::StoredEvent& stored) -> absl::Status {
        absl::StatusOr<rules::Recorded> recorded = Open(keyring_, stored);
        if (!recorded.ok()) return recorded.status();
        absl::StatusOr<State> after = rules::Evolve(std::move(state), *recorded);
        if (!after.ok()) return after.status();
        state = *std::move(after);
        folded.version = static_cast<int64_t>(stored.version);
        return absl::OkStatus();
      });
  if (!read.ok()) {
    if (absl::IsDataLoss(read)) journal_.StopWriting(read);
    return read;
  }
  if (folded.version == cached_version) return folded;
  folded.state = std::make_shared<const State>(std::move(state));
  if (present) cache.Keep(stream, folded);
  return folded;
}

absl::StatusOr<Folded<rules::Plan>> States::PlanOf(const std::string& plan_id,
                                                   uint64_t before_position) {
  return Load(plans_, storage::StreamType::kPlan, plan_id, before_position);
}

absl::StatusOr<Folded<rules::Person>> States::PersonOf(const std::string& person_id,
                                                       uint64_t before_position) {
  return Load(people_, storage::StreamType::kPerson, person_id, before_position);
}

absl::StatusOr<Folded<rules::School>> States::SchoolOf(const std::string& school_id,
                                                       uint64_t before_position) {
  return Load(schools_, storage::StreamType::kSchool, school_id, before_position);
}

absl::StatusOr<Folded<rules::Trust>> States::TheTrust(uint64_t before_position) {
  return Load(trusts_, storage::StreamType::kTrust, rules::kTrustId, before_position);
}

template <typename State>
void States::FollowIn(StateCache<State>& cache, const storage::StreamId& stream,
                      const rules::Recorded& recorded) {
  const Folded<State> before = cache.Find(stream);
  if (before.version + 1 != static_cast<int64_t>(recorded.version)) return;
  absl::StatusOr<State> after = rules::Evolve(*before, recorded);
  // What cannot follow is told to whoever reads it back.
  if (!after.ok()) return;
  cache.Keep(stream, {std::make_shared<const State>(*std::move(after)),
                      static_cast<int64_t>(recorded.version)});
}

void States::Follow(const storage::StreamId& stream, const rules::Recorded& recorded) {
  switch (stream.type) {
    case storage::StreamType::kPlan:
      return FollowIn(plans_, stream, recorded);
    case storage::StreamType::kPerson:
      return FollowIn(people_, stream, recorded);
    case storage::StreamType::kSchool:
      return FollowIn(schools_, stream, recorded);
    case storage::StreamType::kTrust:
      return FollowIn(trusts_, stream, recorded);
    case storage::StreamType::kAccess:
    case storage::StreamType::kCaller:
    case storage::StreamType::kJournal:
      return;  // Nothing is folded from these.
  }
}

}  // namespace countersign
