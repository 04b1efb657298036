// When a work pattern, as somebody wrote it down, can be counted with.
#ifndef COUNTERSIGN_SERVICES_RULES_PATTERNS_H_
#define COUNTERSIGN_SERVICES_RULES_PATTERNS_H_

#include "absl/status/status.h"
#include "countersign/v1/facts.pb.h"

namespace countersign::rules {

// PATTERN_UNCLEAR when a day stands twice in a week, ends before it starts or has more minutes than
// lie between the two, or a cycle of several weeks has no Monday to begin on. A pattern without
// weeks is clear: every weekday. So is a day of which the start or the end is not known.
absl::Status RefuseUnclearPattern(const v1::WorkPattern& pattern);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_PATTERNS_H_
