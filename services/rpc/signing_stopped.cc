#include "services/rpc/signing_stopped.h"

#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace countersign::rpc {
namespace {

constexpr char kPayload[] = "countersign.rpc/SigningStopped";

}  // namespace

absl::Status SigningStoppedError(const Checkpointer& checkpointer) {
  const std::optional<SignedHead> newest = checkpointer.Newest();
  const std::string until =
      newest.has_value() ? absl::StrCat("at ", newest->head.size, " entries") : "before any entry";
  absl::Status status = absl::UnavailableError(absl::StrCat(
      "Signing stopped ", until,
      ": what was recorded since stands, but is not signed. Whoever runs the server finds why in "
      "its log; mend that, then restart the server."));
  status.SetPayload(kPayload, absl::Cord());
  return status;
}

bool IsSigningStopped(const absl::Status& status) {
  return status.GetPayload(kPayload).has_value();
}

absl::Status AboutSigning(const Checkpointer& checkpointer, const absl::Status& answer) {
  const bool stopped = absl::IsUnavailable(answer) && !checkpointer.Signing().ok();
  return stopped ? SigningStoppedError(checkpointer) : answer;
}

}  // namespace countersign::rpc
