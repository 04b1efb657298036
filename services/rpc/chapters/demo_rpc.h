// DemoService of the API: the clock of a demo.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_DEMO_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_DEMO_RPC_H_

#include "countersign/v1/demo_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class DemoRpc : public v1::DemoService::CallbackService {
 public:
  explicit DemoRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* GetClock(grpc::CallbackServerContext* context,
                                     const v1::GetClockRequest* request,
                                     v1::GetClockResponse* response) override;
  grpc::ServerUnaryReactor* AdvanceClock(grpc::CallbackServerContext* context,
                                         const v1::AdvanceClockRequest* request,
                                         v1::AdvanceClockResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_DEMO_RPC_H_
