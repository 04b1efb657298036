#include "services/rpc/chapters/preparation_rpc.h"

#include "services/rpc/hand_in.h"

namespace countersign::rpc {

grpc::ServerUnaryReactor* PreparationRpc::IssuePreparationPack(
    grpc::CallbackServerContext* context, const v1::IssuePreparationPackRequest* request,
    v1::IssuePreparationPackResponse* response) {
  Intent intent{Action::kIssuePreparationPack, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_issue_preparation_pack() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PreparationRpc::SharePreparation(
    grpc::CallbackServerContext* context, const v1::SharePreparationRequest* request,
    v1::SharePreparationResponse* response) {
  Intent intent{Action::kSharePreparation, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_share_preparation() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PreparationRpc::RecordConsultation(
    grpc::CallbackServerContext* context, const v1::RecordConsultationRequest* request,
    v1::RecordConsultationResponse* response) {
  Intent intent{Action::kRecordConsultation, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_record_consultation() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PreparationRpc::ArrangeRelease(grpc::CallbackServerContext* context,
                                                         const v1::ArrangeReleaseRequest* request,
                                                         v1::ArrangeReleaseResponse* response) {
  Intent intent{Action::kArrangeRelease, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_arrange_release() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

}  // namespace countersign::rpc
