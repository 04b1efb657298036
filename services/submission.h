// A command as it is handed in at the counter.
#ifndef COUNTERSIGN_SERVICES_SUBMISSION_H_
#define COUNTERSIGN_SERVICES_SUBMISSION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "countersign/v1/command.pb.h"
#include "services/permission/policy.h"
#include "storage/stream.h"

namespace countersign {

// Who asks, as the connection says, never as a request says.
struct Caller {
  storage::Id person_id;
  std::string method;  // How they are known: "demo".
};

// A command as it is handed in.
struct Submission {
  Caller caller;
  Action action = Action::kSeeTrust;
  storage::Id request_id;
  // The id of the plan, person or school that the command is about; the trust needs none.
  std::string subject_id;
  // The version of that thing which the caller has seen; refused when it has moved on.
  std::optional<uint64_t> expected_version;
  v1::Command command;
  // Decide and say what would happen, but write nothing.
  bool dry_run = false;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_SUBMISSION_H_
