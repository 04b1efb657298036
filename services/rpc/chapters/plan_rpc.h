// PlanService of the API: the reading room. Content leaves only after its access is journaled.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_PLAN_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_PLAN_RPC_H_

#include "countersign/v1/plan_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class PlanRpc : public v1::PlanService::CallbackService {
 public:
  explicit PlanRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* GetPlan(grpc::CallbackServerContext* context,
                                    const v1::GetPlanRequest* request,
                                    v1::GetPlanResponse* response) override;
  grpc::ServerUnaryReactor* GetTimeline(grpc::CallbackServerContext* context,
                                        const v1::GetTimelineRequest* request,
                                        v1::GetTimelineResponse* response) override;
  grpc::ServerUnaryReactor* ExplainDeadlines(grpc::CallbackServerContext* context,
                                             const v1::ExplainDeadlinesRequest* request,
                                             v1::ExplainDeadlinesResponse* response) override;
  grpc::ServerUnaryReactor* GetHistory(grpc::CallbackServerContext* context,
                                       const v1::GetHistoryRequest* request,
                                       v1::GetHistoryResponse* response) override;
  grpc::ServerUnaryReactor* CompareVersions(grpc::CallbackServerContext* context,
                                            const v1::CompareVersionsRequest* request,
                                            v1::CompareVersionsResponse* response) override;
  grpc::ServerUnaryReactor* ListAccesses(grpc::CallbackServerContext* context,
                                         const v1::ListAccessesRequest* request,
                                         v1::ListAccessesResponse* response) override;
  grpc::ServerUnaryReactor* ListPlans(grpc::CallbackServerContext* context,
                                      const v1::ListPlansRequest* request,
                                      v1::ListPlansResponse* response) override;
  grpc::ServerUnaryReactor* ListObligations(grpc::CallbackServerContext* context,
                                            const v1::ListObligationsRequest* request,
                                            v1::ListObligationsResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_PLAN_RPC_H_
