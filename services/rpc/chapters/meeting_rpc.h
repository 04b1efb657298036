// MeetingService of the API: the planning and review meeting. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_MEETING_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_MEETING_RPC_H_

#include "countersign/v1/meeting_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class MeetingRpc : public v1::MeetingService::CallbackService {
 public:
  explicit MeetingRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* ConfirmMeeting(grpc::CallbackServerContext* context,
                                           const v1::ConfirmMeetingRequest* request,
                                           v1::ConfirmMeetingResponse* response) override;
  grpc::ServerUnaryReactor* MoveMeeting(grpc::CallbackServerContext* context,
                                        const v1::MoveMeetingRequest* request,
                                        v1::MoveMeetingResponse* response) override;
  grpc::ServerUnaryReactor* CorrectMeeting(grpc::CallbackServerContext* context,
                                           const v1::CorrectMeetingRequest* request,
                                           v1::CorrectMeetingResponse* response) override;
  grpc::ServerUnaryReactor* CancelMeeting(grpc::CallbackServerContext* context,
                                          const v1::CancelMeetingRequest* request,
                                          v1::CancelMeetingResponse* response) override;
  grpc::ServerUnaryReactor* WaiveNotice(grpc::CallbackServerContext* context,
                                        const v1::WaiveNoticeRequest* request,
                                        v1::WaiveNoticeResponse* response) override;
  grpc::ServerUnaryReactor* RecordMeetingHeld(grpc::CallbackServerContext* context,
                                              const v1::RecordMeetingHeldRequest* request,
                                              v1::RecordMeetingHeldResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_MEETING_RPC_H_
