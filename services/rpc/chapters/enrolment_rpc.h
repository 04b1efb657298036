// EnrolmentService of the API: who takes part. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_ENROLMENT_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_ENROLMENT_RPC_H_

#include "countersign/v1/enrolment_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class EnrolmentRpc : public v1::EnrolmentService::CallbackService {
 public:
  explicit EnrolmentRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* Enrol(grpc::CallbackServerContext* context,
                                  const v1::EnrolRequest* request,
                                  v1::EnrolResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawEnrolment(grpc::CallbackServerContext* context,
                                              const v1::WithdrawEnrolmentRequest* request,
                                              v1::WithdrawEnrolmentResponse* response) override;
  grpc::ServerUnaryReactor* SuspendPlan(grpc::CallbackServerContext* context,
                                        const v1::SuspendPlanRequest* request,
                                        v1::SuspendPlanResponse* response) override;
  grpc::ServerUnaryReactor* ResumePlan(grpc::CallbackServerContext* context,
                                       const v1::ResumePlanRequest* request,
                                       v1::ResumePlanResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_ENROLMENT_RPC_H_
