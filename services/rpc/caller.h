// Who asks: read from the connection, never from a request.
#ifndef COUNTERSIGN_SERVICES_RPC_CALLER_H_
#define COUNTERSIGN_SERVICES_RPC_CALLER_H_

#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Metadata with which a caller of a demo says who they are: their staff key. No password: a demo
// listens on loopback only and holds made-up people.
inline constexpr char kDemoUserKey[] = "countersign-demo-user";
// Metadata in every answer of a demo.
inline constexpr char kDemoNoticeKey[] = "countersign-demo";

// The caller. UNAUTHENTICATED when the connection does not say who it is, or names nobody; outside
// demo mode always, because there is no other sign-in yet.
absl::StatusOr<Caller> Identify(const Office& office, const grpc::ServerContextBase& context);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CALLER_H_
