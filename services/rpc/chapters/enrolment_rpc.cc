#include "services/rpc/chapters/enrolment_rpc.h"

#include "services/rpc/hand_in.h"

namespace countersign::rpc {

grpc::ServerUnaryReactor* EnrolmentRpc::Enrol(grpc::CallbackServerContext* context,
                                              const v1::EnrolRequest* request,
                                              v1::EnrolResponse* response) {
  Intent intent{Action::kEnrol, request->person_id(), {}};
  *intent.command.mutable_person()->mutable_enrol() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* EnrolmentRpc::WithdrawEnrolment(
    grpc::CallbackServerContext* context, const v1::WithdrawEnrolmentRequest* request,
    v1::WithdrawEnrolmentResponse* response) {
  Intent intent{Action::kWithdrawEnrolment, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_withdraw_enrolment() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* EnrolmentRpc::SuspendPlan(grpc::CallbackServerContext* context,
                                                    const v1::SuspendPlanRequest* request,
                                                    v1::SuspendPlanResponse* response) {
  Intent intent{Action::kSuspendPlan, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_suspend_plan() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* EnrolmentRpc::ResumePlan(grpc::CallbackServerContext* context,
                                                   const v1::ResumePlanRequest* request,
                                                   v1::ResumePlanResponse* response) {
  Intent intent{Action::kResumePlan, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_resume_plan() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

}  // namespace countersign::rpc
