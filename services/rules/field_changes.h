// What differs between two states of a plan, field by field, in plain words and in the order of the
// paper form: the plan, the annex, the comments, and after them what the form does not have.
#ifndef COUNTERSIGN_SERVICES_RULES_FIELD_CHANGES_H_
#define COUNTERSIGN_SERVICES_RULES_FIELD_CHANGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rules/state/plan.h"
#include "services/rules/timeline.h"

namespace countersign::rules {

// What things are called, by id. A thing without a name is shown by its id.
struct Names {
  NameFunction person;
  NameFunction school;
  NameFunction cycle;
};

// One field before and after. Days are spelled "Tue 29 Sep 2026".
struct FieldChange {
  std::string field;   // For example "Objective 2: success criteria".
  std::string before;  // Empty when there was none.
  std::string after;   // Empty when there is none any more.
  // The request for another reviewer whose reasons these are, from 1: for the reviewee and for
  // whoever decides alone (R28). 0 for what everybody sees who sees the plan.
  uint32_t replacement = 0;
};

// Two states of one plan. Rows of a table are told apart by their place in it, as on paper. Times
// at which something was recorded are no fields: the events have them. Somebody else of the same
// name is a change. DATA_LOSS when a stored record cannot be read.
absl::StatusOr<std::vector<FieldChange>> FieldChangesBetween(const Plan& before, const Plan& after,
                                                             const Names& names);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_FIELD_CHANGES_H_
