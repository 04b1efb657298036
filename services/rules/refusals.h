// The rulebook saying no. A refusal names the broken rule, says in one sentence what is wrong and
// what to do, and carries the values a program needs; never content of a plan.
#ifndef COUNTERSIGN_SERVICES_RULES_REFUSALS_H_
#define COUNTERSIGN_SERVICES_RULES_REFUSALS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/refusal.pb.h"

namespace countersign::rules {

// FAILED_PRECONDITION with the refusal attached.
absl::Status Refuse(v1::Reason reason, absl::string_view message,
                    std::vector<std::pair<std::string, std::string>> values = {});

// The refusal of a status made by Refuse; nothing for any other status.
std::optional<v1::Refusal> RefusalOf(const absl::Status& status);

// The row of docs/guidance.md that a reason cites, for example "R71"; empty when it cites none.
std::string RuleOf(v1::Reason reason);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_REFUSALS_H_
