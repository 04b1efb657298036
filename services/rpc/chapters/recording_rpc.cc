#include "services/rpc/chapters/recording_rpc.h"

#include "services/rpc/hand_in.h"

namespace countersign::rpc {

grpc::ServerUnaryReactor* RecordingRpc::IssueDraft(grpc::CallbackServerContext* context,
                                                   const v1::IssueDraftRequest* request,
                                                   v1::IssueDraftResponse* response) {
  Intent intent{Action::kIssueDraft, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_issue_draft() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* RecordingRpc::RequestChanges(grpc::CallbackServerContext* context,
                                                       const v1::RequestChangesRequest* request,
                                                       v1::RequestChangesResponse* response) {
  Intent intent{Action::kRequestChanges, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_request_changes() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* RecordingRpc::AddComment(grpc::CallbackServerContext* context,
                                                   const v1::AddCommentRequest* request,
                                                   v1::AddCommentResponse* response) {
  Intent intent{Action::kAddComment, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_add_comment() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* RecordingRpc::ReviseDraft(grpc::CallbackServerContext* context,
                                                    const v1::ReviseDraftRequest* request,
                                                    v1::ReviseDraftResponse* response) {
  Intent intent{Action::kReviseDraft, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_revise_draft() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* RecordingRpc::DeclineChange(grpc::CallbackServerContext* context,
                                                      const v1::DeclineChangeRequest* request,
                                                      v1::DeclineChangeResponse* response) {
  Intent intent{Action::kDeclineChange, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_decline_change() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* RecordingRpc::FinaliseRecord(grpc::CallbackServerContext* context,
                                                       const v1::FinaliseRecordRequest* request,
                                                       v1::FinaliseRecordResponse* response) {
  Intent intent{Action::kFinaliseRecord, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_finalise_record() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* RecordingRpc::ExtendDeadline(grpc::CallbackServerContext* context,
                                                       const v1::ExtendDeadlineRequest* request,
                                                       v1::ExtendDeadlineResponse* response) {
  Intent intent{Action::kExtendDeadline, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_extend_deadline() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

}  // namespace countersign::rpc
