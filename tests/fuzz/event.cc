// Events as they come out of payloads, folded into the states that the rules look at.
//
// Input: events, each after its length in two bytes, the greater one first.
#include <algorithm>
#include <string>

#include "services/rules/event_type.h"
#include "services/rules/state/person.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/school.h"
#include "services/rules/state/trust.h"
#include "storage/bytes.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {
namespace {

constexpr int kEventsMax = 64;
// Thursday 1 October 2026, 09:00 in London.
constexpr int64_t kBeginUs = 1'790'841'600'000'000;
constexpr int64_t kHourUs = 3'600'000'000;

// The state after the event, or the state as it was.
template <typename State>
void Fold(State& state, const rules::Recorded& recorded, bool is_known_kind) {
  absl::StatusOr<State> next = rules::Evolve(state, recorded);
  if (!next.ok()) {
    Require(!next.status().message().empty(), "an error says something");
    return;
  }
  Require(is_known_kind, "an event of unknown kind is never folded");
  state = *std::move(next);
}

struct States {
  rules::Plan plan;
  rules::Person person;
  rules::School school;
  rules::Trust trust;
};

void FoldOne(States& states, const rules::Recorded& recorded, bool is_known_kind) {
  switch (recorded.event.stream_case()) {
    case v1::Event::kPlan:
      return Fold(states.plan, recorded, is_known_kind);
    case v1::Event::kPerson:
      return Fold(states.person, recorded, is_known_kind);
    case v1::Event::kSchool:
      return Fold(states.school, recorded, is_known_kind);
    case v1::Event::kTrust:
      return Fold(states.trust, recorded, is_known_kind);
    case v1::Event::kAccess:
    case v1::Event::kCaller:
    case v1::Event::kJournal:
      return;  // Of these no state is folded.
    case v1::Event::STREAM_NOT_SET:
      return Require(!is_known_kind, "an event about nothing has no type");
  }
}

}  // namespace

void FoldEvents(std::string_view bytes) {
  States states;
  storage::ByteReader reader(bytes);
  for (int version = 0; version < kEventsMax && !reader.done() && reader.ok(); ++version) {
    const size_t length = static_cast<size_t>(storage::BigEndian(reader.Take(2)));
    const std::string_view one = reader.Take(length);
    rules::Recorded recorded{.position = static_cast<uint64_t>(version),
                             .version = static_cast<uint64_t>(version),
                             .recorded_at_us = kBeginUs + version * kHourUs,
                             .subject_id = "00000000-0000-4000-8000-000000000001",
                             .actor_id = "00000000-0000-4000-8000-000000000002",
                             .acting_as = "reviewer",
                             .event = {}};
    if (!reader.ok() || !recorded.event.ParseFromArray(one.data(), static_cast<int>(one.size()))) {
      continue;
    }
    v1::Event again;
    const std::string written = recorded.event.SerializeAsString();
    Require(again.ParseFromString(written) && again.SerializeAsString() == written,
            "an event that was read, written and read is the same");
    const absl::StatusOr<std::string> name = rules::EventNameOf(recorded.event);
    const absl::StatusOr<std::string> type = rules::EventTypeOf(recorded.event);
    // A neutral type tells nothing of the kind below it, so it may be there without one.
    Require(!name.ok() || type.ok(), "whatever has a name has a type");
    Require(!type.ok() || (!type->empty() && type->size() <= 255), "a type fits into an entry");
    FoldOne(states, recorded, name.ok());
  }
}

}  // namespace countersign::fuzz
