#include "clients/verifier/findings.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/verifier/text.h"

namespace countersign::verifier {
namespace {

constexpr char kPositionUrl[] = "countersign.verifier/position";

}  // namespace

int ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kVerified;
  return absl::IsDataLoss(status) ? kTampered : kUnverifiable;
}

absl::Status WrongEntry(uint64_t position, std::string_view message) {
  absl::Status status = absl::DataLossError(ToAbsl(message));
  status.SetPayload(kPositionUrl, absl::Cord(absl::StrCat(position)));
  return status;
}

std::optional<uint64_t> WrongPositionOf(const absl::Status& status) {
  const absl::optional<absl::Cord> text = status.GetPayload(kPositionUrl);
  uint64_t position = 0;
  if (!text.has_value() || !absl::SimpleAtoi(std::string(*text), &position)) return std::nullopt;
  return position;
}

}  // namespace countersign::verifier
