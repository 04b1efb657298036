// From a field of a request to what somebody typed for it, so that a malformed field is told in the
// words of the command line.

#ifndef COUNTERSIGN_CLIENTS_CLI_FLAG_NAMES_H_
#define COUNTERSIGN_CLIENTS_CLI_FLAG_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "clients/cli/command.h"

namespace countersign::cli {

// What was typed for the field at `path`, such as "intent.meeting.starts_at": "--at". For a part of
// what a parameter fills, the rest of the path follows: "--file: plan.objectives[1].achieve_by".
// Empty when no parameter fills it.
//
// A parameter fills the fields that it declares, and everything below it. Otherwise it fills the
// field whose last name is its own, or its own with _id, _ids, _on or _at: --reviewer fills
// "intent.reviewer_id". Of several that fill the same field, the one that was given is named.
std::string FlagFor(const CommandSpec& command, const Arguments& arguments, absl::string_view path);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_FLAG_NAMES_H_
