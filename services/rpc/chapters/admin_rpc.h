// AdminService of the API: what keeps the server well.
#ifndef COUNTERSIGN_SERVICES_RPC_CHAPTERS_ADMIN_RPC_H_
#define COUNTERSIGN_SERVICES_RPC_CHAPTERS_ADMIN_RPC_H_

#include "countersign/v1/admin_service.grpc.pb.h"
#include "services/rpc/office.h"

namespace countersign::rpc {

// Thread-safe. The contract is in the proto.
class AdminRpc : public v1::AdminService::CallbackService {
 public:
  explicit AdminRpc(const Office& office) : office_(office) {}

  grpc::ServerWriteReactor<v1::RebuildProgress>* Rebuild(
      grpc::CallbackServerContext* context, const v1::RebuildRequest* request) override;

  // FAILED_PRECONDITION, all four, where the server was given no folder for backups.
  grpc::ServerWriteReactor<v1::BackupProgress>* CreateBackup(
      grpc::CallbackServerContext* context, const v1::CreateBackupRequest* request) override;
  grpc::ServerUnaryReactor* ListBackups(grpc::CallbackServerContext* context,
                                        const v1::ListBackupsRequest* request,
                                        v1::ListBackupsResponse* response) override;
  grpc::ServerWriteReactor<v1::BackupProgress>* VerifyBackup(
      grpc::CallbackServerContext* context, const v1::VerifyBackupRequest* request) override;
  grpc::ServerWriteReactor<v1::BackupProgress>* RestoreBackup(
      grpc::CallbackServerContext* context, const v1::RestoreBackupRequest* request) override;

 private:
  const Office& office_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_CHAPTERS_ADMIN_RPC_H_
