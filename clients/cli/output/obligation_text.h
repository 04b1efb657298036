// What is owed, as text: a list of obligations, and deadlines with their working.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_OBLIGATION_TEXT_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_OBLIGATION_TEXT_H_

#include <google/protobuf/repeated_ptr_field.h>

#include "clients/cli/output/table.h"
#include "clients/cli/output/terminal.h"
#include "countersign/v1/plan_service.pb.h"

namespace countersign::cli {

// One row for each obligation, in the order given; the plan's id stands below it.
Table ObligationTable(const google::protobuf::RepeatedPtrField<v1::Obligation>& obligations);

// The same for whom they all wait: no column says who owes; below each row stands the command that
// does what is owed, with ids as `full_ids` says.
Table InboxTable(const google::protobuf::RepeatedPtrField<v1::Obligation>& obligations,
                 bool full_ids);

// What, who, when, how it stands and the sentence, for each deadline; with `days` also one line for
// each day of the calendar: its number, or why it does not count.
void WriteDeadlines(const google::protobuf::RepeatedPtrField<v1::ExplainedDeadline>& deadlines,
                    bool days, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_OBLIGATION_TEXT_H_
