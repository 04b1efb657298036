// How far deadlines are kept, as text.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_COMPLIANCE_TEXT_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_COMPLIANCE_TEXT_H_

#include <cstdint>
#include <string>

#include "clients/cli/output/terminal.h"
#include "countersign/v1/compliance_service.pb.h"

namespace countersign::cli {

// "17 of 20, 85 %": the share rounded to a whole per cent, but 100 only where it is all of them and
// 0 only where it is none. "none due yet" of 0.
std::string RateWords(uint32_t numerator, uint32_t denominator);

// Which cycle and which day, one line for each row, and what the figures mean. Every status that
// some obligation has is shown with its number; withheld figures as "withheld". `by_kind`: rows
// have kinds.
void WriteCompliance(const v1::GetComplianceResponse& answer, bool by_kind, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_COMPLIANCE_TEXT_H_
