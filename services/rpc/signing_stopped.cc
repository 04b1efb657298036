#include "services/rpc/signing_stopped.h"

#include "absl/strings/cord.h"

namespace countersign::rpc {
namespace {

constexpr char kPayload[] = "countersign.rpc/SigningStopped";

}  // namespace

absl::Status SigningStoppedError() {
  absl::Status status = absl::UnavailableError(
      "Signing stopped: the newest checkpoint is older than what was recorded since, which stands. "
      "Whoever runs the server finds why in its log; mend that, then restart the server.");
  status.SetPayload(kPayload, absl::Cord());
  return status;
}

bool IsSigningStopped(const absl::Status& status) {
  return status.GetPayload(kPayload).has_value();
}

}  // namespace countersign::rpc
