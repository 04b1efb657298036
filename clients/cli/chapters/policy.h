// How deadlines are counted, as flags and in words: the same for the trust and for a school that
// departs from it.

#ifndef COUNTERSIGN_CLIENTS_CLI_CHAPTERS_POLICY_H_
#define COUNTERSIGN_CLIENTS_CLI_CHAPTERS_POLICY_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/command.h"
#include "clients/cli/output/terminal.h"
#include "countersign/v1/cards.pb.h"
#include "countersign/v1/facts.pb.h"

namespace countersign::cli {

// `before`, --from, and one flag for each part of a policy.
std::vector<Parameter> PolicyParameters(std::vector<Parameter> before = {});

// Sets what was given, and nothing else.
void FillPolicy(const Arguments& arguments, v1::Policy& policy);

// Writes one line for each policy, from which day on and what it sets; what it leaves out stays as
// `otherwise`. Nothing where there is none.
void WritePolicies(const google::protobuf::RepeatedPtrField<v1::DatedPolicy>& policies,
                   absl::string_view otherwise, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_CHAPTERS_POLICY_H_
