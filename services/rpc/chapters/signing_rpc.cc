#include "services/rpc/chapters/signing_rpc.h"

#include "services/rpc/hand_in.h"

namespace countersign::rpc {

grpc::ServerUnaryReactor* SigningRpc::Sign(grpc::CallbackServerContext* context,
                                           const v1::SignRequest* request,
                                           v1::SignResponse* response) {
  Intent intent{Action::kSign, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_sign() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* SigningRpc::DeclineSignature(grpc::CallbackServerContext* context,
                                                       const v1::DeclineSignatureRequest* request,
                                                       v1::DeclineSignatureResponse* response) {
  Intent intent{Action::kDeclineSignature, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_decline_signature() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* SigningRpc::CloseUnsigned(grpc::CallbackServerContext* context,
                                                    const v1::CloseUnsignedRequest* request,
                                                    v1::CloseUnsignedResponse* response) {
  Intent intent{Action::kCloseUnsigned, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_close_unsigned() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

}  // namespace countersign::rpc
