// The answer to an event of a plan that this version does not know.
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_UNKNOWN_PLAN_EVENT_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_UNKNOWN_PLAN_EVENT_H_

#include "absl/status/status.h"

namespace countersign::rules {

// DATA_LOSS: nothing of a plan is skipped, or its state would be a guess.
inline absl::Status UnknownPlanEvent() {
  return absl::DataLossError("event of unknown kind in a plan: written by a newer version");
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_UNKNOWN_PLAN_EVENT_H_
