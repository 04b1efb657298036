// An event as the rules and the projections see it: the fact, and what the journal wrote beside it.
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_RECORDED_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_RECORDED_H_

#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "countersign/v1/cards.pb.h"
#include "countersign/v1/event.pb.h"

namespace countersign::rules {

// One entry of the journal with its payload opened. Ids are UUIDs in text.
struct Recorded {
  uint64_t position = 0;       // Place in the journal.
  uint64_t version = 0;        // Place in the stream.
  int64_t recorded_at_us = 0;  // Microseconds since the Unix epoch, UTC; strictly increasing.
  std::string subject_id;      // The id of the stream: of a plan, a person, a school ...
  std::string actor_id;        // Empty for the system itself.
  std::string acting_as;       // The role that was used.
  v1::Event event;
};

// The moment of an event, for cards.
inline v1::Moment MomentOf(const Recorded& recorded) {
  v1::Moment moment;
  moment.set_position_after(recorded.position + 1);
  moment.set_recorded_at_us(recorded.recorded_at_us);
  return moment;
}

// Whether something has happened.
inline bool Happened(const v1::Moment& moment) { return moment.position_after() != 0; }

// The day in `zone` on which something was recorded that has happened.
inline absl::CivilDay DayOf(const v1::Moment& moment, absl::TimeZone zone) {
  return absl::ToCivilDay(absl::FromUnixMicros(moment.recorded_at_us()), zone);
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_RECORDED_H_
