// What is known of one person: who they are, and what deadlines need of their work.
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_PERSON_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_PERSON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/cards.pb.h"
#include "services/rules/deadlines/calendar.h"
#include "services/rules/state/recorded.h"

namespace countersign::rules {

// A person. `facts.person_id` is empty for one who was never registered.
struct Person {
  v1::PersonFacts facts;
  WorkFacts work;  // The same facts as the calendar counts with.
  std::string name;
  std::string staff_key;
  std::string job_title;
};

inline bool IsKnown(const Person& person) { return !person.facts.person_id().empty(); }

// What the event changes of the facts without a name. For projections. DATA_LOSS for an event of
// unknown kind.
absl::Status Advance(v1::PersonFacts& facts, const Recorded& recorded);

// The person after the event. DATA_LOSS as Advance.
absl::StatusOr<Person> Evolve(Person before, const Recorded& recorded);

// The facts as the calendar counts with them. DATA_LOSS for a day that is none.
absl::StatusOr<WorkFacts> WorkFactsOf(const v1::PersonFacts& facts);

// The work as it is on that day, in plain words: "Monday to Thursday, term time only". A change
// that is still to come is not told.
std::string WorksInWords(const WorkFacts& work, absl::CivilDay today);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_PERSON_H_
