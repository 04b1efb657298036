// Requests that cannot be read: bytes that are no message of the method, or a text that is not
// UTF-8. gRPC turns them away before our code sees them, as UNIMPLEMENTED and without a word; here
// they become what they are, malformed.
#ifndef COUNTERSIGN_SERVICES_RPC_UNREADABLE_H_
#define COUNTERSIGN_SERVICES_RPC_UNREADABLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "grpcpp/support/server_interceptor.h"

namespace countersign::rpc {

// "PlanService.GetPlan" for the path "/countersign.v1.PlanService/GetPlan"; empty for a path that
// is no method of ours. Callers choose paths, so no other may go into a log.
std::string MethodOfOurs(absl::string_view path);

// Answers unreadable requests to our methods with INVALID_ARGUMENT and details. Answers to methods
// that do not exist stay UNIMPLEMENTED. Thread-safe.
class UnreadableRequests : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* call) override;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_UNREADABLE_H_
