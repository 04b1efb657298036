#include "services/rpc/chapters/trust_rpc.h"

#include <utility>

#include "services/imports/bank_holidays_json.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/import_file.h"
#include "services/rpc/reading.h"

namespace countersign::rpc {

grpc::ServerUnaryReactor* TrustRpc::FoundTrust(grpc::CallbackServerContext* context,
                                               const v1::FoundTrustRequest* request,
                                               v1::FoundTrustResponse* response) {
  Intent intent{Action::kFoundTrust, "", {}};
  *intent.command.mutable_trust()->mutable_found_trust() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* TrustRpc::RegisterSchool(grpc::CallbackServerContext* context,
                                                   const v1::RegisterSchoolRequest* request,
                                                   v1::RegisterSchoolResponse* response) {
  Intent intent{Action::kRegisterSchool, "", {}};
  *intent.command.mutable_trust()->mutable_register_school() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* TrustRpc::AdoptPolicy(grpc::CallbackServerContext* context,
                                                const v1::AdoptPolicyRequest* request,
                                                v1::AdoptPolicyResponse* response) {
  Intent intent{Action::kAdoptPolicy, "", {}};
  *intent.command.mutable_trust()->mutable_adopt_policy() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* TrustRpc::ImportBankHolidays(grpc::CallbackServerContext* context,
                                                       const v1::ImportBankHolidaysRequest* request,
                                                       v1::ImportBankHolidaysResponse* response) {
  Intent intent{Action::kImportBankHolidays, "", {}};
  return ImportFile(office_, context, request, response, imports::ReadBankHolidays,
                    *intent.command.mutable_trust()->mutable_publish_bank_holidays(), intent);
}

grpc::ServerUnaryReactor* TrustRpc::OpenCycle(grpc::CallbackServerContext* context,
                                              const v1::OpenCycleRequest* request,
                                              v1::OpenCycleResponse* response) {
  Intent intent{Action::kOpenCycle, "", {}};
  *intent.command.mutable_trust()->mutable_open_cycle() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* TrustRpc::GrantTrustRole(grpc::CallbackServerContext* context,
                                                   const v1::GrantTrustRoleRequest* request,
                                                   v1::GrantTrustRoleResponse* response) {
  Intent intent{Action::kGrantTrustRole, "", {}};
  *intent.command.mutable_trust()->mutable_grant_role() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* TrustRpc::EndTrustRole(grpc::CallbackServerContext* context,
                                                 const v1::EndTrustRoleRequest* request,
                                                 v1::EndTrustRoleResponse* response) {
  Intent intent{Action::kEndTrustRole, "", {}};
  *intent.command.mutable_trust()->mutable_end_role() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* TrustRpc::GetTrust(grpc::CallbackServerContext* context,
                                             const v1::GetTrustRequest* request,
                                             v1::GetTrustResponse* response) {
  absl::StatusOr<Reader> reader = AdmitFor(office_, *context, *request, Action::kSeeTrust);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  absl::StatusOr<Folded<rules::Trust>> trust = office_.states.TheTrust(asking->before_position());
  if (!trust.ok()) return Finished(office_, context, trust.status());
  if (asking->moment.is_past() && (*trust)->facts.name().empty()) {
    return Finished(office_, context, absl::NotFoundError("There was no trust at that moment."));
  }
  *response->mutable_trust() = (*trust)->facts;
  response->set_version(static_cast<uint64_t>(trust->version));
  response->mutable_reflects()->set_position(asking->moment.reflects);
  return Finished(office_, context, absl::OkStatus());
}

}  // namespace countersign::rpc
