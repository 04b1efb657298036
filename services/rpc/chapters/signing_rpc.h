// SigningService of the API: signatures, and records closed without one. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_SIGNING_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_SIGNING_RPC_H_

#include "countersign/v1/signing_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class SigningRpc : public v1::SigningService::CallbackService {
 public:
  explicit SigningRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* Sign(grpc::CallbackServerContext* context,
                                 const v1::SignRequest* request,
                                 v1::SignResponse* response) override;
  grpc::ServerUnaryReactor* DeclineSignature(grpc::CallbackServerContext* context,
                                             const v1::DeclineSignatureRequest* request,
                                             v1::DeclineSignatureResponse* response) override;
  grpc::ServerUnaryReactor* CloseUnsigned(grpc::CallbackServerContext* context,
                                          const v1::CloseUnsignedRequest* request,
                                          v1::CloseUnsignedResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_SIGNING_RPC_H_
