// Reads a weekly pattern of work written in plain words.
//
//   Mon-Fri                                  Monday to Friday, hours not known
//   Mon Tue Wed                              three days; commas may stand between them
//   Mon-Thu 08:30-15:00 Fri 08:30-12:30      with hours
//   Mon Tue Wed 09:00-15:15                  hours belong to every day named since the last hours
//   Mon 07:30-09:00 15:00-18:00              two spells of work on one day
//   Mon-Wed | Mon-Fri                        a cycle of two weeks, up to eight
//   Mon-Fri | none                           a week without work
//
// Days are English, whole or cut to three letters, in any capitals. Hours are those of the clock on
// the wall; they never move a deadline. Kept of them are the minutes worked, breaks within a spell
// included, and when the first spell starts and the last one ends, so that meetings can lie within
// working time (R86). 24:00 is no time of day: who works until then has no end.

#ifndef COUNTERSIGN_SERVICES_IMPORTS_WORK_PATTERN_H_
#define COUNTERSIGN_SERVICES_IMPORTS_WORK_PATTERN_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/facts.pb.h"

namespace countersign::imports {

// The pattern that `words` describe, its days in the order of the week and without anchor_on.
// INVALID_ARGUMENT with a sentence for the person who wrote it, when they describe none. Safe from
// any number of threads.
absl::StatusOr<countersign::v1::WorkPattern> ReadWorkPattern(absl::string_view words);

}  // namespace countersign::imports

#endif  // COUNTERSIGN_SERVICES_IMPORTS_WORK_PATTERN_H_
