// ComplianceService of the API: how far deadlines are kept, as figures. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_COMPLIANCE_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_COMPLIANCE_RPC_H_

#include "countersign/v1/compliance_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto. Figures name no plan and nobody, so looking at them is
// not journaled.
class ComplianceRpc : public v1::ComplianceService::CallbackService {
 public:
  explicit ComplianceRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* GetCompliance(grpc::CallbackServerContext* context,
                                          const v1::GetComplianceRequest* request,
                                          v1::GetComplianceResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_COMPLIANCE_RPC_H_
