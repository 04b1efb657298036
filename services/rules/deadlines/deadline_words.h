// Deadlines as people read them: how a due date was found, and how it stands, in one sentence each.
// Pure functions, as in deadlines.h.

#ifndef COUNTERSIGN_SERVICES_RULES_DEADLINES_DEADLINE_WORDS_H_
#define COUNTERSIGN_SERVICES_RULES_DEADLINES_DEADLINE_WORDS_H_

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/rules/deadlines/deadlines.h"

namespace countersign::rules {

// Which deadline a sentence speaks of.
enum class Deadline { kNotice, kDraft, kFinal };

// What the parties are called in a sentence.
struct PartyNames {
  std::string reviewer = {};
  std::string reviewee = {};
};

// The working in one sentence, for example "10 working days for Amina, who works Monday to
// Thursday; half term and Good Friday do not count." It names only what moved this date. `due` is
// the answer for `deadline` of `inputs`, with its working.
std::string Sentence(Deadline deadline, const DueDate& due, const DeadlineInputs& inputs,
                     const PartyNames& names);

// How an obligation stands, in one sentence, for example "Due on Tuesday 22 September 2026: 2
// working days left." or "Done on Friday 25 September 2026, 3 days late." Arguments as StatusOn().
std::string StandingSentence(absl::CivilDay today, const ObligationFacts& facts,
                             const DeadlineInputs& inputs, Party owed_by, absl::TimeZone zone);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_DEADLINES_DEADLINE_WORDS_H_
