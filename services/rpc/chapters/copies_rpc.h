// CopiesService of the API: who was given the record, and the annex for whoever plans training.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_COPIES_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_COPIES_RPC_H_

#include "countersign/v1/copies_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class CopiesRpc : public v1::CopiesService::CallbackService {
 public:
  explicit CopiesRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* IssueCopies(grpc::CallbackServerContext* context,
                                        const v1::IssueCopiesRequest* request,
                                        v1::IssueCopiesResponse* response) override;
  grpc::ServerUnaryReactor* ListCopies(grpc::CallbackServerContext* context,
                                       const v1::ListCopiesRequest* request,
                                       v1::ListCopiesResponse* response) override;
  grpc::ServerUnaryReactor* GetAnnex(grpc::CallbackServerContext* context,
                                     const v1::GetAnnexRequest* request,
                                     v1::GetAnnexResponse* response) override;
  grpc::ServerUnaryReactor* ListAnnexes(grpc::CallbackServerContext* context,
                                        const v1::ListAnnexesRequest* request,
                                        v1::ListAnnexesResponse* response) override;
  grpc::ServerUnaryReactor* GetRecordPack(grpc::CallbackServerContext* context,
                                          const v1::GetRecordPackRequest* request,
                                          v1::GetRecordPackResponse* response) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_COPIES_RPC_H_
