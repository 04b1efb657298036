// TrustService of the API: schools, policy, cycles, bank holidays, roles. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_TRUST_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_TRUST_RPC_H_

#include "countersign/v1/trust_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class TrustRpc : public v1::TrustService::CallbackService {
 public:
  explicit TrustRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* FoundTrust(grpc::CallbackServerContext* context,
                                       const v1::FoundTrustRequest* request,
                                       v1::FoundTrustResponse* response) override;
  grpc::ServerUnaryReactor* RegisterSchool(grpc::CallbackServerContext* context,
                                           const v1::RegisterSchoolRequest* request,
                                           v1::RegisterSchoolResponse* response) override;
  grpc::ServerUnaryReactor* AdoptPolicy(grpc::CallbackServerContext* context,
                                        const v1::AdoptPolicyRequest* request,
                                        v1::AdoptPolicyResponse* response) override;
  grpc::ServerUnaryReactor* ImportBankHolidays(grpc::CallbackServerContext* context,
                                               const v1::ImportBankHolidaysRequest* request,
                                               v1::ImportBankHolidaysResponse* response) override;
  grpc::ServerUnaryReactor* OpenCycle(grpc::CallbackServerContext* context,
                                      const v1::OpenCycleRequest* request,
                                      v1::OpenCycleResponse* response) override;
  grpc::ServerUnaryReactor* GrantTrustRole(grpc::CallbackServerContext* context,
                                           const v1::GrantTrustRoleRequest* request,
                                           v1::GrantTrustRoleResponse* response) override;
  grpc::ServerUnaryReactor* EndTrustRole(grpc::CallbackServerContext* context,
                                         const v1::EndTrustRoleRequest* request,
                                         v1::EndTrustRoleResponse* response) override;
  grpc::ServerUnaryReactor* GetTrust(grpc::CallbackServerContext* context,
                                     const v1::GetTrustRequest* request,
                                     v1::GetTrustResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_TRUST_RPC_H_
