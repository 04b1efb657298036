// RecordingService of the API: drafts, changes, comments, the final record, more time. Translation
// only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_RECORDING_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_RECORDING_RPC_H_

#include "countersign/v1/recording_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class RecordingRpc : public v1::RecordingService::CallbackService {
 public:
  explicit RecordingRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* IssueDraft(grpc::CallbackServerContext* context,
                                       const v1::IssueDraftRequest* request,
                                       v1::IssueDraftResponse* response) override;
  grpc::ServerUnaryReactor* RequestChanges(grpc::CallbackServerContext* context,
                                           const v1::RequestChangesRequest* request,
                                           v1::RequestChangesResponse* response) override;
  grpc::ServerUnaryReactor* AddComment(grpc::CallbackServerContext* context,
                                       const v1::AddCommentRequest* request,
                                       v1::AddCommentResponse* response) override;
  grpc::ServerUnaryReactor* ReviseDraft(grpc::CallbackServerContext* context,
                                        const v1::ReviseDraftRequest* request,
                                        v1::ReviseDraftResponse* response) override;
  grpc::ServerUnaryReactor* DeclineChange(grpc::CallbackServerContext* context,
                                          const v1::DeclineChangeRequest* request,
                                          v1::DeclineChangeResponse* response) override;
  grpc::ServerUnaryReactor* FinaliseRecord(grpc::CallbackServerContext* context,
                                           const v1::FinaliseRecordRequest* request,
                                           v1::FinaliseRecordResponse* response) override;
  grpc::ServerUnaryReactor* ExtendDeadline(grpc::CallbackServerContext* context,
                                           const v1::ExtendDeadlineRequest* request,
                                           v1::ExtendDeadlineResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_RECORDING_RPC_H_
