// ReviewerService of the API: who reviews, and who would rather have another. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_REVIEWER_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_REVIEWER_RPC_H_

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
  grpc::ServerUnaryReactor* RequestReplacement(grpc::CallbackServerContext* context,
                                               const v1::RequestReplacementRequest* request,
                                               v1::RequestReplacementResponse* response) override;
  grpc::ServerUnaryReactor* DecideReplacement(grpc::CallbackServerContext* context,
                                              const v1::DecideReplacementRequest* request,
                                              v1::DecideReplacementResponse* response) override;
  grpc::ServerUnaryReactor* ReplaceReviewer(grpc::CallbackServerContext* context,
                                            const v1::ReplaceReviewerRequest* request,
                                            v1::ReplaceReviewerResponse* response) override;
  grpc::ServerUnaryReactor* GetReplacementRequests(
      grpc::CallbackServerContext* context, const v1::GetReplacementRequestsRequest* request,
      v1::GetReplacementRequestsResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_REVIEWER_RPC_H_
