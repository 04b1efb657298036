#include "services/rpc/chapters/meeting_rpc.h"

#include "services/rpc/hand_in.h"

namespace countersign::rpc {

grpc::ServerUnaryReactor* MeetingRpc::ConfirmMeeting(grpc::CallbackServerContext* context,
                                                     const v1::ConfirmMeetingRequest* request,
                                                     v1::ConfirmMeetingResponse* response) {
  Intent intent{Action::kConfirmMeeting, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_confirm_meeting() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* MeetingRpc::MoveMeeting(grpc::CallbackServerContext* context,
                                                  const v1::MoveMeetingRequest* request,
                                                  v1::MoveMeetingResponse* response) {
  Intent intent{Action::kMoveMeeting, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_move_meeting() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* MeetingRpc::CorrectMeeting(grpc::CallbackServerContext* context,
                                                     const v1::CorrectMeetingRequest* request,
                                                     v1::CorrectMeetingResponse* response) {
  Intent intent{Action::kCorrectMeeting, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_correct_meeting() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* MeetingRpc::CancelMeeting(grpc::CallbackServerContext* context,
                                                    const v1::CancelMeetingRequest* request,
                                                    v1::CancelMeetingResponse* response) {
  Intent intent{Action::kCancelMeeting, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_cancel_meeting() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* MeetingRpc::WaiveNotice(grpc::CallbackServerContext* context,
                                                  const v1::WaiveNoticeRequest* request,
                                                  v1::WaiveNoticeResponse* response) {
  Intent intent{Action::kWaiveNotice, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_waive_notice() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* MeetingRpc::RecordMeetingHeld(grpc::CallbackServerContext* context,
                                                        const v1::RecordMeetingHeldRequest* request,
                                                        v1::RecordMeetingHeldResponse* response) {
  Intent intent{Action::kRecordMeetingHeld, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_record_meeting_held() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

}  // namespace countersign::rpc
