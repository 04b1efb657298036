// SchoolService of the API: calendars, roles and policy of schools. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_SCHOOL_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_SCHOOL_RPC_H_

#include "countersign/v1/school_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class SchoolRpc : public v1::SchoolService::CallbackService {
 public:
  explicit SchoolRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* ImportCalendar(grpc::CallbackServerContext* context,
                                           const v1::ImportCalendarRequest* request,
                                           v1::ImportCalendarResponse* response) override;
  grpc::ServerUnaryReactor* GrantSchoolRole(grpc::CallbackServerContext* context,
                                            const v1::GrantSchoolRoleRequest* request,
                                            v1::GrantSchoolRoleResponse* response) override;
  grpc::ServerUnaryReactor* EndSchoolRole(grpc::CallbackServerContext* context,
                                          const v1::EndSchoolRoleRequest* request,
                                          v1::EndSchoolRoleResponse* response) override;
  grpc::ServerUnaryReactor* OverridePolicy(grpc::CallbackServerContext* context,
                                           const v1::OverridePolicyRequest* request,
                                           v1::OverridePolicyResponse* response) override;
  grpc::ServerUnaryReactor* GetSchool(grpc::CallbackServerContext* context,
                                      const v1::GetSchoolRequest* request,
                                      v1::GetSchoolResponse* response) override;
  grpc::ServerUnaryReactor* ListSchools(grpc::CallbackServerContext* context,
                                        const v1::ListSchoolsRequest* request,
                                        v1::ListSchoolsResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_SCHOOL_RPC_H_
