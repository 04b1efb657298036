// Opening a plan for somebody to read: who may, as it stood when, and the journal told before any
// content leaves (R80).
#ifndef COUNTERSIGN_SERVICES_RPC_OPENED_PLAN_H_
#define COUNTERSIGN_SERVICES_RPC_OPENED_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "countersign/v1/api.pb.h"
#include "countersign/v1/log_events.pb.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/server_callback.h"
#include "services/reading/moments.h"
#include "services/rpc/office.h"
#include "services/rpc/reading.h"

namespace countersign::rpc {

// Which plan, and what is to be seen of it.
struct Asked {
  const google::protobuf::Message& request;
  const std::string& plan_id;
  Action action;
  v1::AsOf as_of = {};  // Unset: now.
  v1::Page page = {};   // Of a list, so that its token is held against the moment.
  std::vector<FieldViolation> more = {};  // As Admit.
};

// Content of one plan as it stood at a moment, for a reader who may see it.
struct OpenedPlan {
  Reader reader;
  Standings standings;  // Now, whatever moment is looked at.
  const PolicyRow* row = nullptr;
  Moment moment;
  PlanFile file;                // As it stood at the moment.
  Folded<rules::Plan> present;  // As it stands.
};

// Checked in this order: malformed, who, when. A plan that does not exist is answered as one that
// the reader may not see, and so is one that cannot be read any more (UnreadableTo). OUT_OF_RANGE
// for a moment beyond the head, INVALID_ARGUMENT for a page token of another one, NOT_FOUND for one
// before there was the plan.
absl::StatusOr<OpenedPlan> OpenPlan(const Office& office, const grpc::ServerContextBase& context,
                                    const Asked& asked);

// R28: whether the reader may see why the reviewee asked for another reviewer, and why it was
// decided so: who may see such requests at all, but for whomever this one is about.
bool SeesReasons(const OpenedPlan& opened, const rules::RequestedReplacement& request);

// No log, no read: the answer, which is complete by now, leaves when the access is durable. Without
// the entry the call fails and nothing is shown. A look at a moment that was asked for is journaled
// as past_shown, whatever the view: nobody opens a copy by looking at what was before.
grpc::ServerUnaryReactor* FinishWhenLogged(const Office& office,
                                           grpc::CallbackServerContext* context,
                                           const OpenedPlan& opened, v1::AccessEvent view);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_OPENED_PLAN_H_
