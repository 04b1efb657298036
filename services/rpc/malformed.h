// Whether a request is well formed, as the options in its schema say
// (proto/countersign/v1/options.proto). Every violated field is found at once, so that nobody mends
// a form one box at a time. Beyond those options, nothing may be in a request that its schema does
// not know, and a required message must say which of a oneof's members it is.
#ifndef COUNTERSIGN_SERVICES_RPC_MALFORMED_H_
#define COUNTERSIGN_SERVICES_RPC_MALFORMED_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace countersign::rpc {

// One field that is not as it should be.
struct FieldViolation {
  std::string field;        // Path, for example "intent.plan.objectives[1].achieve_by".
  std::string description;  // What to write instead.
};

// Every violation in the message and the messages inside it, in the order of the fields.
std::vector<FieldViolation> ViolationsIn(const google::protobuf::Message& request);

// INVALID_ARGUMENT with the violations attached; OK for none. `summary` stands before them in the
// message.
absl::Status MalformedError(const std::vector<FieldViolation>& violations,
                            const std::string& summary = "The request is malformed");

// The violations of a status made by MalformedError.
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_MALFORMED_H_
