// What is known of the trust: its schools, policies, bank holidays, cycles, and who is what in it.
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_TRUST_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_TRUST_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/cards.pb.h"
#include "services/rules/deadlines/calendar.h"
#include "services/rules/deadlines/deadlines.h"
#include "services/rules/state/recorded.h"

namespace countersign::rules {

// The id of the trust's stream: one trust per journal (docs/decisions). PERSISTENT.
inline constexpr char kTrustId[] = "00000000-0000-0000-0000-000000000000";

// The trust. `facts.name` is empty before it is founded.
struct Trust {
  v1::TrustFacts facts;
  BankHolidays holidays;  // The same bank holidays as days are counted with.
};

inline bool IsFounded(const Trust& trust) { return !trust.facts.name().empty(); }

// What the event changes. For projections. DATA_LOSS for an event of unknown kind.
absl::Status Advance(v1::TrustFacts& facts, const Recorded& recorded);

// The trust after the event. DATA_LOSS as Advance.
absl::StatusOr<Trust> Evolve(Trust before, const Recorded& recorded);

// The bank holidays as days are counted with them. DATA_LOSS for a day that is none.
absl::StatusOr<BankHolidays> HolidaysOf(const v1::TrustFacts& facts);

// The policy in force at that school for a meeting on that day (R02). The trust's: the latest
// adopted for days from then or earlier; before the first of them, and where none was ever adopted,
// the defaults, because a policy never reaches back. Over it the school's latest departure for days
// from then or earlier: what is set there stands, what is unset follows the trust. Before its first
// departure, and for a school of which nothing is known, the trust's alone.
DeadlinePolicy PolicyOn(const v1::TrustFacts& trust, const v1::SchoolFacts& school,
                        absl::CivilDay meeting_on);

// The cycle of that id, or nullptr.
const v1::TrustFacts::Cycle* FindCycle(const v1::TrustFacts& facts, absl::string_view cycle_id);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_TRUST_H_
