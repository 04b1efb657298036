// PreparationService of the API: what both parties do before the meeting. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_PREPARATION_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_PREPARATION_RPC_H_

#include "countersign/v1/preparation_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class PreparationRpc : public v1::PreparationService::CallbackService {
 public:
  explicit PreparationRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* IssuePreparationPack(
      grpc::CallbackServerContext* context, const v1::IssuePreparationPackRequest* request,
      v1::IssuePreparationPackResponse* response) override;
  grpc::ServerUnaryReactor* SharePreparation(grpc::CallbackServerContext* context,
                                             const v1::SharePreparationRequest* request,
                                             v1::SharePreparationResponse* response) override;
  grpc::ServerUnaryReactor* RecordConsultation(grpc::CallbackServerContext* context,
                                               const v1::RecordConsultationRequest* request,
                                               v1::RecordConsultationResponse* response) override;
  grpc::ServerUnaryReactor* ArrangeRelease(grpc::CallbackServerContext* context,
                                           const v1::ArrangeReleaseRequest* request,
                                           v1::ArrangeReleaseResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_PREPARATION_RPC_H_
