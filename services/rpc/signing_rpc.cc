#include "services/rpc/signing_rpc.h"

#include "services/rpc/hand_in.h"

namespace countersign::rpc {

grpc::ServerUnaryReactor* SigningRpc::Sign(grpc::CallbackServerContext* context,
                                           const v1::SignRequest* request,
                                           v1::SignResponse* response) {
  Intent intent{Action::kSign, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_sign() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

}  // namespace countersign::rpc
