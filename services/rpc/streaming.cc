#include "services/rpc/streaming.h"

#include "services/rpc/reading.h"

namespace countersign::rpc {

absl::Status StillMay(const Office& office, const Caller& caller, Action action) {
  Reader reader;
  reader.caller = caller;
  reader.today = absl::ToCivilDay(office.clock.Now(), office.zone);
  absl::StatusOr<Folded<rules::Person>> person = office.states.PersonOf(reader.id());
  if (!person.ok()) return person.status();
  reader.person = *std::move(person);
  absl::StatusOr<Folded<rules::Trust>> trust = office.states.TheTrust();
  if (!trust.ok()) return trust.status();
  reader.trust = *std::move(trust);
  if (Permit(action, StandingsTo(reader)) != nullptr) return absl::OkStatus();
  return office.denials.Deny(caller.person_id, action);
}

}  // namespace countersign::rpc
