// LogService of the API: the journal for those who check it. Never a payload in clear, never a
// name.
//
// What is proved is checked here before it leaves: a proof that does not fit is DATA_LOSS, and
// nothing more is written then.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_LOG_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_LOG_RPC_H_

#include "countersign/v1/log_service.grpc.pb.h"
#include "services/rpc/chapters/log_export.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class LogRpc : public v1::LogService::CallbackService {
 public:
  explicit LogRpc(const Office& office) : office_(office) {}

  grpc::ServerUnaryReactor* GetLogKeys(grpc::CallbackServerContext* context,
                                       const v1::GetLogKeysRequest* request,
                                       v1::GetLogKeysResponse* response) override;
  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest* request,
                                          v1::GetCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* ProveInclusion(grpc::CallbackServerContext* context,
                                           const v1::ProveInclusionRequest* request,
                                           v1::ProveInclusionResponse* response) override;
  grpc::ServerUnaryReactor* ProveConsistency(grpc::CallbackServerContext* context,
                                             const v1::ProveConsistencyRequest* request,
                                             v1::ProveConsistencyResponse* response) override;
  grpc::ServerUnaryReactor* GetTile(grpc::CallbackServerContext* context,
                                    const v1::GetTileRequest* request,
                                    v1::GetTileResponse* response) override;
  grpc::ServerUnaryReactor* GetEntryBundle(grpc::CallbackServerContext* context,
                                           const v1::GetEntryBundleRequest* request,
                                           v1::GetEntryBundleResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchResponse>* Watch(grpc::CallbackServerContext* context,
                                                     const v1::WatchRequest* request) override;
  grpc::ServerWriteReactor<v1::ExportResponse>* Export(grpc::CallbackServerContext* context,
                                                       const v1::ExportRequest* request) override;
  grpc::ServerUnaryReactor* AddCosignature(grpc::CallbackServerContext* context,
                                           const v1::AddCosignatureRequest* request,
                                           v1::AddCosignatureResponse* response) override;

 private:
  const Office& office_;
  LogExports exports_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_LOG_RPC_H_
