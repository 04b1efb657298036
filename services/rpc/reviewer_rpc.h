// ReviewerService of the API: who reviews. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_REVIEWER_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_REVIEWER_RPC_H_

#include "countersign/v1/reviewer_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class ReviewerRpc : public v1::ReviewerService::CallbackService {
 public:
  explicit ReviewerRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* AssignReviewer(grpc::CallbackServerContext* context,
                                           const v1::AssignReviewerRequest* request,
                                           v1::AssignReviewerResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_REVIEWER_RPC_H_
