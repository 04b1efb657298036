#include "services/rpc/hand_in.h"

#include "absl/strings/str_cat.h"
#include "services/rpc/instants.h"

namespace countersign::rpc {

v1::Receipt ReceiptOf(const Receipt& receipt) {
  v1::Receipt shown;
  for (size_t i = 0; i < receipt.appended.entries.size(); ++i) {
    const storage::AppendedEntry& appended = receipt.appended.entries[i];
    v1::Receipt::Entry* entry = shown.add_entries();
    entry->set_position(appended.position);
    entry->set_stream(storage::ToString(appended.stream));
    entry->set_version(appended.version);
    if (i < receipt.event_types.size()) entry->set_event_type(receipt.event_types[i]);
    entry->set_leaf_hash(appended.leaf_hash.data(), appended.leaf_hash.size());
  }
  if (!receipt.appended.entries.empty()) {
    *shown.mutable_recorded_at() = TimestampOf(receipt.appended.entries.back().recorded_at);
  }
  shown.set_head_size(receipt.appended.head.size);
  shown.set_head_root(receipt.appended.head.root.data(), receipt.appended.head.root.size());
  shown.set_repeated(receipt.appended.repeated);
  shown.set_subject_id(receipt.subject_id);
  return shown;
}

std::string WouldRecord(const Receipt& receipt) {
  if (receipt.would_happen.empty()) return "Everything in the file is known already.";
  return absl::StrCat("It would be recorded as ", receipt.would_happen.size(),
                      receipt.would_happen.size() == 1 ? " fact." : " facts.");
}

void NoticeDemo(const Office& office, grpc::CallbackServerContext* context) {
  if (office.demo_clock == nullptr) return;
  context->AddInitialMetadata(kDemoNoticeKey, "made-up people, movable clock");
}

absl::Status MayHandIn(const Office& office, const grpc::ServerContextBase& context,
                       const Intent& intent) {
  absl::StatusOr<Caller> caller = Identify(office, context);
  if (!caller.ok()) return caller.status();
  Submission submission;
  submission.caller = *std::move(caller);
  submission.action = intent.action;
  submission.subject_id = intent.subject_id;
  submission.command = intent.command;
  return office.registrar.Permitted(submission);
}

grpc::ServerUnaryReactor* Finished(const Office& office, grpc::CallbackServerContext* context,
                                   const absl::Status& status, const std::string& request_id) {
  NoticeDemo(office, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status, request_id));
  return reactor;
}

}  // namespace countersign::rpc
