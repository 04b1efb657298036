// --as-of, which every query takes: how things stood at a moment.

#ifndef COUNTERSIGN_CLIENTS_CLI_CHAPTERS_AS_OF_H_
#define COUNTERSIGN_CLIENTS_CLI_CHAPTERS_AS_OF_H_

#include <utility>

#include "absl/status/status.h"
#include "clients/cli/command.h"
#include "clients/cli/input/moments.h"

namespace countersign::cli {

inline Parameter AsOf() {
  return Fills({"as_of"}, Option("as-of", Kind::kAsOf,
                                 "As it stood: after N journal entries, or at an instant"));
}

// Fills the moment into a query where one was given. INVALID_ARGUMENT for what is no moment. What
// a command line names (a plan, a school, a person) is looked up as of now.
template <typename Request>
absl::Status FillAsOf(const Arguments& arguments, Request& request) {
  if (!arguments.Has("as-of")) return absl::OkStatus();
  auto as_of = ParseAsOf(arguments.Text("as-of"));
  if (!as_of.ok()) return as_of.status();
  *request.mutable_as_of() = *std::move(as_of);
  return absl::OkStatus();
}

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_CHAPTERS_AS_OF_H_
