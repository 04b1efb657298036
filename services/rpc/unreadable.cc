#include "services/rpc/unreadable.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "services/rpc/to_grpc_status.h"

namespace countersign::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;

class SayWhatIsWrong : public grpc::experimental::Interceptor {
 public:
  void Intercept(grpc::experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status status = batch->GetSendStatus();
      // None of our methods says this, and gRPC says it of one that exists only when the request
      // could not be parsed.
      if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
        batch->ModifySendStatus(ToGrpcStatus(absl::InvalidArgumentError(
            "The request cannot be read: it is no request of this method, or a text in it is not "
            "UTF-8.")));
      }
    }
    batch->Proceed();
  }
};

}  // namespace

std::string MethodOfOurs(absl::string_view path) {
  std::string name(absl::StripPrefix(path, "/"));
  std::replace(name.begin(), name.end(), '/', '.');
  if (google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name) == nullptr) {
    return "";
  }
  return std::string(absl::StripPrefix(name, "countersign.v1."));
}

grpc::experimental::Interceptor* UnreadableRequests::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo* call) {
  // gRPC owns what is returned; nullptr means that nobody is interested in the call.
  return MethodOfOurs(call->method()).empty() ? nullptr : new SayWhatIsWrong();
}

}  // namespace countersign::rpc
