// What kind of step somebody takes: a command by its name, and by the turn of a real school's year
// that it belongs to, "CorrectMeeting, before it was held". So that it shows what the years hold.
#ifndef COUNTERSIGN_TESTS_SCENARIO_STEP_KINDS_H_
#define COUNTERSIGN_TESTS_SCENARIO_STEP_KINDS_H_

#include <string>
#include <vector>

#include "tests/scenario/model.h"

namespace countersign::scenario {

// All kinds to which the step belongs, its command first; asked before the model takes it.
std::vector<std::string> KindsOf(const Asked& asked, const Model& model);

// Kinds of which at least one step in many years has to be accepted: every command about plans and
// every one about facts that the years use, and the turns that go wrong most easily.
std::vector<std::string> KindsToAccept();
// Kinds of which at least one step in many years has to be refused.
std::vector<std::string> KindsToRefuse();

}  // namespace countersign::scenario

#endif  // COUNTERSIGN_TESTS_SCENARIO_STEP_KINDS_H_
