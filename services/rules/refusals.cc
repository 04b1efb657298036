#include "services/rules/refusals.h"

#include "absl/strings/cord.h"
#include "countersign/v1/options.pb.h"

namespace countersign::rules {
namespace {

constexpr absl::string_view kPayloadUrl = "type.googleapis.com/countersign.v1.Refusal";

}  // namespace

absl::Status Refuse(v1::Reason reason, absl::string_view message,
                    std::vector<std::pair<std::string, std::string>> values) {
  v1::Refusal refusal;
  refusal.set_reason(reason);
  refusal.set_message(std::string(message));
  for (auto& [name, value] : values) (*refusal.mutable_values())[name] = std::move(value);
  absl::Status status = absl::FailedPreconditionError(message);
  status.SetPayload(kPayloadUrl, absl::Cord(refusal.SerializeAsString()));
  return status;
}

std::optional<v1::Refusal> RefusalOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  v1::Refusal refusal;
  if (!payload.has_value() || !refusal.ParseFromString(std::string(*payload))) return std::nullopt;
  return refusal;
}

std::string RuleOf(v1::Reason reason) {
  const auto* value = v1::Reason_descriptor()->FindValueByNumber(reason);
  return value == nullptr ? std::string() : value->options().GetExtension(v1::broken_rule);
}

}  // namespace countersign::rules
