// What changed in a plan, for people.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_CHANGES_TEXT_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_CHANGES_TEXT_H_

#include <string>

#include "clients/cli/output/terminal.h"
#include "countersign/v1/plan_service.pb.h"

namespace countersign::cli {

// When, who, as what, where in the journal; then what happened and the text that went with it.
// `rule`: the row of the policy that allowed it; empty where it is not shown.
void WriteEvent(const v1::TimelineEntry& entry, const std::string& rule, Terminal& terminal);

// Each field with its old value after "-" and its new one after "+".
void WriteHistory(const v1::GetHistoryResponse& answer, Terminal& terminal);

// Each field word by word: what was taken away as [-words-], what was added as {+words+}, so that
// it can be read without colours too.
void WriteComparison(const v1::CompareVersionsResponse& answer, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_CHANGES_TEXT_H_
