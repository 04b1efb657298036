// What the guidance asks every plan to cover (R43a to R43g), and milestones for what outlasts the
// cycle (R48). An incomplete draft can be issued; only a complete one becomes the record.
#ifndef COUNTERSIGN_SERVICES_RULES_CHAPTERS_COMPLETENESS_H_
#define COUNTERSIGN_SERVICES_RULES_CHAPTERS_COMPLETENESS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "countersign/v1/record.pb.h"

namespace countersign::rules {

// One sentence for each thing that is missing, in the order of the guidance, each beginning with
// its rule, for example "R43d: say how achievement of objective 2 will be known (success
// criteria).". `cycle_last_on` is an ISO day.
std::vector<std::string> Missing(const v1::IndividualPlan& plan, const v1::TrainingAnnex& annex,
                                 absl::string_view cycle_last_on);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_CHAPTERS_COMPLETENESS_H_
