// Who is what in a school or in the trust, and for which days (R24).
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_ROLES_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_ROLES_H_

#include <optional>

#include "absl/status/statusor.h"
#include "countersign/v1/command.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/rules/decide.h"

namespace countersign::rules {

// What can hold roles.
enum class House { kSchool, kTrust };

// The event that gives the role for those days, or nothing when the person has it for the same
// ones. Days given before are replaced. Refusals in this order: ROLE_MISPLACED, ROLE_DAYS_UNCLEAR
// (the last day lies before the first, or is over), ROLE_TO_ONESELF (R81; other days for one's own
// role included), LAST_TRUST_LEAD. NOT_FOUND for a person whom nobody knows.
absl::StatusOr<std::optional<v1::RoleEvent>> DecideGrant(
    House house, const google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles, const Facts& facts,
    const v1::GrantRole& command);

// The event that ends the role from this moment on, or before it begins. ROLE_NOT_HELD where the
// person does not have it or its last day is over; LAST_TRUST_LEAD where nobody who leads the trust
// today without an end would be left.
absl::StatusOr<v1::RoleEvent> DecideEnd(
    const google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles, const Facts& facts,
    const v1::EndRole& command);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_ROLES_H_
