// PeopleService of the API: what is known of people's work. Translation only.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_PEOPLE_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_PEOPLE_RPC_H_

#include "countersign/v1/people_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class PeopleRpc : public v1::PeopleService::CallbackService {
 public:
  explicit PeopleRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* ImportPeople(grpc::CallbackServerContext* context,
                                         const v1::ImportPeopleRequest* request,
                                         v1::ImportPeopleResponse* response) override;
  grpc::ServerUnaryReactor* ChangePost(grpc::CallbackServerContext* context,
                                       const v1::ChangePostRequest* request,
                                       v1::ChangePostResponse* response) override;
  grpc::ServerUnaryReactor* ChangeWorkPattern(grpc::CallbackServerContext* context,
                                              const v1::ChangeWorkPatternRequest* request,
                                              v1::ChangeWorkPatternResponse* response) override;
  grpc::ServerUnaryReactor* NameLineManagers(grpc::CallbackServerContext* context,
                                             const v1::NameLineManagersRequest* request,
                                             v1::NameLineManagersResponse* response) override;
  grpc::ServerUnaryReactor* RecordAbsence(grpc::CallbackServerContext* context,
                                          const v1::RecordAbsenceRequest* request,
                                          v1::RecordAbsenceResponse* response) override;
  grpc::ServerUnaryReactor* CorrectAbsence(grpc::CallbackServerContext* context,
                                           const v1::CorrectAbsenceRequest* request,
                                           v1::CorrectAbsenceResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawAbsence(grpc::CallbackServerContext* context,
                                            const v1::WithdrawAbsenceRequest* request,
                                            v1::WithdrawAbsenceResponse* response) override;
  grpc::ServerUnaryReactor* GetPerson(grpc::CallbackServerContext* context,
                                      const v1::GetPersonRequest* request,
                                      v1::GetPersonResponse* response) override;
  grpc::ServerUnaryReactor* ListPeople(grpc::CallbackServerContext* context,
                                       const v1::ListPeopleRequest* request,
                                       v1::ListPeopleResponse* response) override;
  grpc::ServerUnaryReactor* WhoAmI(grpc::CallbackServerContext* context,
                                   const v1::WhoAmIRequest* request,
                                   v1::WhoAmIResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_PEOPLE_RPC_H_
