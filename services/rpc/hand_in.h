// The counter: how every command goes from a request to the registrar and its receipt back.
//
// Checked in this order: malformed, who, then what the registrar checks. The
// decision is made on gRPC's thread; nobody waits for the disk there, but for the keys of people
// and plans that are new. The receipt is sent from the journal's writer thread, or from where what
// it waits for comes about (receipt_wait.h).
#ifndef COUNTERSIGN_SERVICES_RPC_HAND_IN_H_
#define COUNTERSIGN_SERVICES_RPC_HAND_IN_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "countersign/v1/api.pb.h"
#include "grpcpp/support/server_callback.h"
#include "services/rpc/caller.h"
#include "services/rpc/malformed.h"
#include "services/rpc/office.h"
#include "services/rpc/receipt_wait.h"
#include "services/rpc/to_grpc_status.h"

namespace countersign::rpc {

// What a command RPC says of itself, besides its request.
struct Intent {
  Action action;
  std::string subject_id;  // Empty for the trust.
  v1::Command command;
  bool dry_run = false;
};

// The receipt as the API shows it.
v1::Receipt ReceiptOf(const Receipt& receipt);

// What a dry run says would be written.
std::string WouldRecord(const Receipt& receipt);

// A reactor that has been answered. Also says that this is a demo, where it is one.
grpc::ServerUnaryReactor* Finished(const Office& office, grpc::CallbackServerContext* context,
                                   const absl::Status& status, const std::string& request_id = "");

// Says in the answer's metadata that this is a demo, where it is one.
void NoticeDemo(const Office& office, grpc::CallbackServerContext* context);

// OK when whoever the connection says is asking may hand `intent` in, else UNAUTHENTICATED or
// PERMISSION_DENIED. What the intent holds is not judged.
absl::Status MayHandIn(const Office& office, const grpc::ServerContextBase& context,
                       const Intent& intent);

// Hands `intent` in for whoever the connection says is asking, and fills in response->receipt(),
// or in a dry run says what would be written.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* HandIn(const Office& office, grpc::CallbackServerContext* context,
                                 const Request* request, Response* response, Intent intent) {
  const absl::Status malformed = MalformedError(ViolationsIn(*request));
  if (!malformed.ok()) return Finished(office, context, malformed, request->request_id());
  absl::StatusOr<Caller> caller = Identify(office, *context);
  if (!caller.ok()) return Finished(office, context, caller.status(), request->request_id());
  Submission submission;
  submission.caller = *caller;
  submission.action = intent.action;
  submission.request_id = *storage::ParseId(request->request_id());  // Checked above.
  submission.subject_id = std::move(intent.subject_id);
  if (request->has_expected_version()) submission.expected_version = request->expected_version();
  submission.command = std::move(intent.command);
  submission.dry_run = intent.dry_run;
  NoticeDemo(office, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const v1::WaitFor wait_for =
      intent.dry_run ? v1::WAIT_FOR_UNSPECIFIED : static_cast<v1::WaitFor>(request->wait_for());
  office.registrar.Hand(std::move(submission), [&office, request, response, reactor,
                                                wait_for](const absl::StatusOr<Receipt>& receipt) {
    if (!receipt.ok()) {
      return reactor->Finish(ToGrpcStatus(receipt.status(), request->request_id()));
    }
    *response->mutable_receipt() = ReceiptOf(*receipt);
    FinishWhenReached(office, wait_for, request->request_id(), response->mutable_receipt(),
                      reactor);
  });
  return reactor;
}

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_HAND_IN_H_
