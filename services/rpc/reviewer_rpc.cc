#include "services/rpc/reviewer_rpc.h"

#include "services/rpc/hand_in.h"

namespace countersign::rpc {

grpc::ServerUnaryReactor* ReviewerRpc::AssignReviewer(grpc::CallbackServerContext* context,
                                                      const v1::AssignReviewerRequest* request,
                                                      v1::AssignReviewerResponse* response) {
  Intent intent{Action::kAssignReviewer, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_assign_reviewer() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

}  // namespace countersign::rpc
