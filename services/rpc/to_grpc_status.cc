#include "services/rpc/to_grpc_status.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/malformed.h"
#include "services/rules/refusals.h"
#include "storage/errors.h"

namespace countersign::rpc {
namespace {

constexpr char kDomain[] = "countersign";
// Half of what a client takes in all by default: base64 and the message need room too.
constexpr size_t kDetailBytesMax = 4'000;

// The reason where no rule is broken: the family, in capitals.
std::string FamilyOf(const absl::Status& status) {
  if (storage::VersionConflictOf(status).has_value()) return "VERSION_CONFLICT";
  if (storage::IsRequestIdReused(status)) return "REQUEST_ID_REUSED";
  if (storage::IsClockUnconfirmed(status)) return "CLOCK_UNCONFIRMED";
  if (storage::IsKeyDestroyed(status)) return "CONTENT_ERASED";
  if (absl::IsInvalidArgument(status)) return "MALFORMED";
  return absl::StatusCodeToString(status.code());
}

google::rpc::ErrorInfo InfoOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  info.set_domain(kDomain);
  if (const std::optional<v1::Refusal> refusal = rules::RefusalOf(status)) {
    info.set_reason(v1::Reason_Name(refusal->reason()));
    *info.mutable_metadata() = refusal->values();
    (*info.mutable_metadata())["rule"] = rules::RuleOf(refusal->reason());
    return info;
  }
  info.set_reason(FamilyOf(status));
  if (const std::optional<storage::VersionConflict> conflict = storage::VersionConflictOf(status)) {
    (*info.mutable_metadata())["stream"] = storage::ToString(conflict->stream);
    (*info.mutable_metadata())["expected_version"] = absl::StrCat(conflict->expected);
    (*info.mutable_metadata())["actual_version"] = absl::StrCat(conflict->actual);
  }
  return info;
}

// As many violations as fit; the rest are counted.
size_t AddBadRequest(const absl::Status& status, google::rpc::Status& rich) {
  const std::vector<FieldViolation> violations = ViolationsOf(status);
  if (violations.empty()) return 0;
  google::rpc::BadRequest bad_request;
  size_t left = violations.size();
  for (const FieldViolation& violation : violations) {
    if (bad_request.ByteSizeLong() + violation.field.size() + violation.description.size() >
        kDetailBytesMax) {
      break;
    }
    auto* added = bad_request.add_field_violations();
    added->set_field(violation.field);
    added->set_description(violation.description);
    --left;
  }
  rich.add_details()->PackFrom(bad_request);
  return left;
}

void AddPrecondition(const absl::Status& status, google::rpc::Status& rich) {
  const std::optional<v1::Refusal> refusal = rules::RefusalOf(status);
  if (!refusal.has_value()) return;
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type(v1::Reason_Name(refusal->reason()));
  violation->set_subject(rules::RuleOf(refusal->reason()));
  violation->set_description(refusal->message().substr(0, kDetailBytesMax / 4));
  rich.add_details()->PackFrom(failure);
}

// Refusals that say much, such as a long list of staff, are cut between lines.
void Shorten(google::rpc::ErrorInfo& info) {
  for (auto& [name, value] : *info.mutable_metadata()) {
    if (value.size() > kDetailBytesMax / 2) {
      value = absl::StrCat(value.substr(0, value.rfind('\n', kDetailBytesMax / 2)), "\n...");
    }
  }
}

// What went wrong inside is for the log and the operator, in plain words for the caller.
std::string MessageFor(const absl::Status& status) {
  if (absl::IsAborted(status) && storage::VersionConflictOf(status).has_value()) {
    return "Somebody changed this in the meantime. Look at it again, then repeat what you did.";
  }
  if (storage::IsRequestIdReused(status)) {
    return "This request id was used for something else. Choose a new one.";
  }
  return std::string(status.message()).substr(0, kDetailBytesMax / 2);
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status, const std::string& request_id) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status rich;
  rich.set_code(static_cast<int>(status.code()));
  google::rpc::ErrorInfo info = InfoOf(status);
  Shorten(info);
  rich.add_details()->PackFrom(info);
  const size_t left = AddBadRequest(status, rich);
  AddPrecondition(status, rich);
  if (!request_id.empty()) {
    google::rpc::RequestInfo request;
    request.set_request_id(request_id.substr(0, 36));
    rich.add_details()->PackFrom(request);
  }
  std::string message = MessageFor(status);
  if (left > 0) absl::StrAppend(&message, " (", left, " of them do not fit into this answer)");
  rich.set_message(message);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message,
                      rich.SerializeAsString());
}

}  // namespace countersign::rpc
