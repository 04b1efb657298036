// What the guidance recommends before the meeting (R36, R40, R86) and nobody has done yet. Nothing
// waits for any of it.
#ifndef COUNTERSIGN_SERVICES_RULES_CHAPTERS_RECOMMENDED_H_
#define COUNTERSIGN_SERVICES_RULES_CHAPTERS_RECOMMENDED_H_

#include <string>
#include <vector>

#include "countersign/v1/cards.pb.h"
#include "services/rules/timeline.h"

namespace countersign::rules {

// One sentence for each thing, each beginning with its rule, for example "R40: consult Carol Diaz,
// who manages the reviewee too.". Only what can still be done: nothing before there is a reviewer,
// once the meeting was held, or while the plan rests or is closed. `reviewee` is whose plan it is.
std::vector<std::string> Recommended(const v1::PlanProgress& progress,
                                     const v1::PersonFacts& reviewee, const NameFunction& name_of);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_CHAPTERS_RECOMMENDED_H_
