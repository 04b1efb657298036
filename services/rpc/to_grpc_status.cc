#include "services/rpc/to_grpc_status.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/malformed.h"
#include "services/rpc/signing_stopped.h"
#include "services/rules/refusals.h"
#include "storage/errors.h"

namespace countersign::rpc {
namespace {

constexpr char kDomain[] = "countersign";
constexpr char kClockUnconfirmed[] = "CLOCK_UNCONFIRMED";
constexpr char kWaitFailed[] = "WAIT_FAILED";
constexpr char kSigningStopped[] = "SIGNING_STOPPED";
constexpr char kWaitFailedPayload[] = "countersign.rpc/WaitFailed";
// A client takes 8 KiB of metadata by default. Of that a message needs its length once as it is,
// but up to three times that for other letters than ASCII, and again among the details; all of the
// details grow by a third on their way, as base64.
constexpr size_t kMessageBytesMax = 600;
constexpr size_t kViolationsBytesMax = 3'000;
constexpr size_t kViolationBytesMax = 400;
constexpr size_t kValueBytesMax = 1'000;

// The beginning of a text, never half a letter.
std::string Cut(absl::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  size_t end = bytes_max - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "...");
}

// The reason where no rule is broken: the family, in capitals.
std::string FamilyOf(const absl::Status& status) {
  if (storage::VersionConflictOf(status).has_value()) return "VERSION_CONFLICT";
  if (storage::IsRequestIdReused(status)) return "REQUEST_ID_REUSED";
  if (storage::IsClockUnconfirmed(status)) return kClockUnconfirmed;
  if (status.GetPayload(kWaitFailedPayload).has_value()) return kWaitFailed;
  if (IsSigningStopped(status)) return kSigningStopped;
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
    const std::string field = Cut(violation.field, kViolationBytesMax);
    const std::string description = Cut(violation.description, kViolationBytesMax);
    if (bad_request.ByteSizeLong() + field.size() + description.size() > kViolationsBytesMax) break;
    auto* added = bad_request.add_field_violations();
    added->set_field(field);
    added->set_description(description);
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
  violation->set_description(Cut(refusal->message(), kMessageBytesMax));
  rich.add_details()->PackFrom(failure);
}

// Refusals that say much, such as a long list of staff, are cut between lines.
void Shorten(google::rpc::ErrorInfo& info) {
  for (auto& [name, value] : *info.mutable_metadata()) {
    if (value.size() <= kValueBytesMax) continue;
    const size_t line_end = value.rfind('\n', kValueBytesMax);
    value = line_end == std::string::npos ? Cut(value, kValueBytesMax)
                                          : absl::StrCat(value.substr(0, line_end), "\n...");
  }
}

std::string MessageFor(const absl::Status& status) {
  if (absl::IsAborted(status) && storage::VersionConflictOf(status).has_value()) {
    return "This, or something it rests on, was changed in the meantime. Look at it again, then "
           "repeat what you did.";
  }
  if (storage::IsRequestIdReused(status)) {
    return "This request id was used for something else. Choose a new one.";
  }
  return Cut(status.message(), kMessageBytesMax);
}

// The sentence that leaves instead of what was said inside.
std::string SentenceFor(const grpc::Status& status) {
  if (ReasonOf(status) == kClockUnconfirmed) {
    return "Nothing can be written until whoever runs the server confirms its clock.";
  }
  // These say themselves what stands.
  if (ReasonOf(status) == kWaitFailed || ReasonOf(status) == kSigningStopped) {
    return status.error_message();
  }
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return "The server cannot do this just now. Try again in a moment; if it stays so, tell "
           "whoever "
           "runs it.";
  }
  if (status.error_code() == grpc::StatusCode::DATA_LOSS) {
    return absl::StrCat("What is stored cannot be read: ", status.error_message(),
                        ". Tell whoever runs the server.");
  }
  return "Something went wrong inside the server. Tell whoever runs it.";
}

}  // namespace

absl::Status WaitFailedError(absl::StatusCode code, absl::string_view why) {
  absl::Status status(
      code,
      absl::StrCat("This was recorded and stands, but what you wait for has not come, because ",
                   why, ". Send the same request again for its receipt."));
  status.SetPayload(kWaitFailedPayload, absl::Cord());
  return status;
}

bool IsInside(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DATA_LOSS:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNKNOWN:
      return true;
    default:
      return false;
  }
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return "";
  for (const google::protobuf::Any& detail : rich.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

grpc::Status ForPeople(const grpc::Status& status, const std::string& incident) {
  const std::string message = Cut(SentenceFor(status), kMessageBytesMax - 40);
  const std::string said = absl::StrCat(message, " (incident ", incident, ")");
  google::rpc::Status rich;
  // What gRPC says by itself has no details.
  if (!rich.ParseFromString(status.error_details())) rich.Clear();
  rich.set_code(static_cast<int>(status.error_code()));
  rich.set_message(said);
  bool found = false;
  for (google::protobuf::Any& detail : *rich.mutable_details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info)) continue;
    (*info.mutable_metadata())["incident"] = incident;
    detail.PackFrom(info);
    found = true;
  }
  if (!found) {
    google::rpc::ErrorInfo info;
    info.set_domain(kDomain);
    info.set_reason(absl::StatusCodeToString(static_cast<absl::StatusCode>(status.error_code())));
    (*info.mutable_metadata())["incident"] = incident;
    rich.add_details()->PackFrom(info);
  }
  return grpc::Status(status.error_code(), said, rich.SerializeAsString());
}

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
