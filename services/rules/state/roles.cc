#include "services/rules/state/roles.h"

#include <algorithm>
#include <string>

#include "services/rules/deadlines/days.h"
#include "services/rules/refusals.h"
#include "services/rules/state/school.h"

namespace countersign::rules {
namespace {

using Roles = google::protobuf::RepeatedPtrField<v1::RoleHeld>;

bool Belongs(v1::Role role, House house) {
  if (role == v1::ROLE_OFFICE || role == v1::ROLE_GOVERNOR) return true;
  const bool is_schools = role == v1::ROLE_HEADTEACHER || role == v1::ROLE_TRAINING_LEAD;
  const bool is_trusts = role == v1::ROLE_TRUST_LEAD || role == v1::ROLE_AUDITOR;
  return house == House::kSchool ? is_schools : is_trusts;
}

// The role as it was granted, over or still to begin included; null where it was not.
const v1::RoleHeld* FindRole(const Roles& roles, const std::string& person_id, v1::Role role) {
  const auto found = std::find_if(roles.begin(), roles.end(), [&](const v1::RoleHeld& held) {
    return held.person_id() == person_id && held.role() == role;
  });
  return found == roles.end() ? nullptr : &*found;
}

// R02: somebody who leads the trust now and without an end must be left, or the day comes on which
// nobody can give any role of the trust again.
absl::Status RefuseLeaderless(Roles roles, const v1::RoleEvent& event, absl::CivilDay today) {
  if (absl::Status advanced = AdvanceRoles(roles, event); !advanced.ok()) return advanced;
  const bool is_led = std::any_of(roles.begin(), roles.end(), [&](const v1::RoleHeld& held) {
    return held.role() == v1::ROLE_TRUST_LEAD && held.last_on().empty() && Counts(held, today);
  });
  if (is_led) return absl::OkStatus();
  return Refuse(v1::LAST_TRUST_LEAD,
                "The trust would be left without a trust lead. Give somebody else the role first, "
                "from today or earlier and without a last day.");
}

}  // namespace

absl::StatusOr<std::optional<v1::RoleEvent>> DecideGrant(House house, const Roles& roles,
                                                         const Facts& facts,
                                                         const v1::GrantRole& command) {
  if (!Belongs(command.role(), house)) {
    return Refuse(v1::ROLE_MISPLACED,
                  "Heads and training leads belong to a school; trust leads and auditors to the "
                  "trust.");
  }
  if (!IsKnown(facts.PersonOf(command.person_id()))) {
    return absl::NotFoundError("there is no such person to take the role");
  }
  if (!command.last_on().empty() &&
      (command.last_on() < command.first_on() || command.last_on() < IsoOf(facts.Today()))) {
    return Refuse(v1::ROLE_DAYS_UNCLEAR,
                  "The last day of the role lies before its first, or is over. Check both days; "
                  "leave the last one out while no end is known.",
                  {{"first_on", command.first_on()}, {"last_on", command.last_on()}});
  }
  const v1::RoleHeld* held = FindRole(roles, command.person_id(), command.role());
  if (held != nullptr && held->first_on() == command.first_on() &&
      held->last_on() == command.last_on()) {
    return std::nullopt;
  }
  // R81: some roles read plans, so nobody opens them to themselves, or for longer.
  if (command.person_id() == facts.caller_id) {
    return Refuse(v1::ROLE_TO_ONESELF,
                  "Nobody gives themselves a role. Ask somebody else who may give it.");
  }
  v1::RoleEvent event;
  event.mutable_role_granted()->set_person_id(command.person_id());
  event.mutable_role_granted()->set_role(command.role());
  event.mutable_role_granted()->set_first_on(command.first_on());
  event.mutable_role_granted()->set_last_on(command.last_on());
  if (command.role() == v1::ROLE_TRUST_LEAD) {
    absl::Status leaderless = RefuseLeaderless(roles, event, facts.Today());
    if (!leaderless.ok()) return leaderless;
  }
  return event;
}

absl::StatusOr<v1::RoleEvent> DecideEnd(const Roles& roles, const Facts& facts,
                                        const v1::EndRole& command) {
  const v1::RoleHeld* held = FindRole(roles, command.person_id(), command.role());
  if (held == nullptr || (!held->last_on().empty() && held->last_on() < IsoOf(facts.Today()))) {
    return Refuse(v1::ROLE_NOT_HELD,
                  "This person does not have that role here. Check the role and where it is held.");
  }
  v1::RoleEvent event;
  event.mutable_role_ended()->set_person_id(command.person_id());
  event.mutable_role_ended()->set_role(command.role());
  if (command.role() == v1::ROLE_TRUST_LEAD) {
    absl::Status leaderless = RefuseLeaderless(roles, event, facts.Today());
    if (!leaderless.ok()) return leaderless;
  }
  return event;
}

}  // namespace countersign::rules
