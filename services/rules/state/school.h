// What is known of one school: when it is open, and who is what in it.
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_SCHOOL_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_SCHOOL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/cards.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/rules/deadlines/calendar.h"
#include "services/rules/state/recorded.h"

namespace countersign::rules {

// A school. `facts.school_id` is empty for one that was never registered.
struct School {
  v1::SchoolFacts facts;
  SchoolCalendar calendar;  // The same calendar as days are counted with.
};

inline bool IsKnown(const School& school) { return !school.facts.school_id().empty(); }

// What the event changes. For projections. DATA_LOSS for an event of unknown kind.
absl::Status Advance(v1::SchoolFacts& facts, const Recorded& recorded);

// The school after the event. DATA_LOSS as Advance.
absl::StatusOr<School> Evolve(School before, const Recorded& recorded);

// The calendar as days are counted with it. DATA_LOSS for a day that is none.
absl::StatusOr<SchoolCalendar> CalendarOf(const v1::SchoolFacts& facts);

// The division as an enum that the compiler checks. Unsaid means England and Wales.
Division DivisionOf(v1::Division division);

// Applies the event to the roles of a school or of the trust. Granted again, a role has its new
// days alone and is the one granted last. DATA_LOSS for an unknown kind.
absl::Status AdvanceRoles(google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles,
                          const v1::RoleEvent& event);

// Whether the role counts on that day: its first and its last day do (R24). Days of roles are those
// of Europe/London, like every day of the schools.
bool Counts(const v1::RoleHeld& held, absl::CivilDay today);

// Whether the person has the role on that day.
bool HasRole(const google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles,
             absl::string_view person_id, v1::Role role, absl::CivilDay today);

// The head's id on that day; empty while the office is vacant. With several, the one granted last.
std::string HeadOf(const v1::SchoolFacts& facts, absl::CivilDay today);

// The id of whoever plans training on that day (R77), found as HeadOf does.
std::string TrainingLeadOf(const v1::SchoolFacts& facts, absl::CivilDay today);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_SCHOOL_H_
