#include "storage/errors.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "storage/bytes.h"

namespace countersign::storage {
namespace {

constexpr char kVersionConflict[] = "countersign.storage/VersionConflict";
constexpr char kRequestIdReused[] = "countersign.storage/RequestIdReused";
constexpr char kKeyDestroyed[] = "countersign.storage/KeyDestroyed";
constexpr char kClockUnconfirmed[] = "countersign.storage/ClockUnconfirmed";
constexpr char kBehindAnchor[] = "countersign.storage/BehindAnchor";

absl::Status Typed(absl::StatusCode code, const std::string& message, const char* type,
                   const std::string& payload = "") {
  absl::Status status(code, message);
  status.SetPayload(type, absl::Cord(payload));
  return status;
}

std::string VersionText(int64_t version) {
  return version == kNoStream ? std::string("no entries") : absl::StrCat("version ", version);
}

}  // namespace

absl::Status VersionConflictError(const VersionConflict& conflict) {
  std::string payload = conflict.stream.Bytes();
  AppendU64(static_cast<uint64_t>(conflict.expected), payload);
  AppendU64(static_cast<uint64_t>(conflict.actual), payload);
  return Typed(
      absl::StatusCode::kAborted,
      absl::StrCat("Expected ", VersionText(conflict.expected), " in ", ToString(conflict.stream),
                   ", found ", VersionText(conflict.actual), "."),
      kVersionConflict, payload);
}

std::optional<VersionConflict> VersionConflictOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kVersionConflict);
  if (!payload.has_value()) return std::nullopt;
  const std::string bytes(*payload);
  ByteReader reader(bytes);
  absl::StatusOr<StreamId> stream = StreamId::FromBytes(reader.Take(StreamId::kSize));
  const auto expected = static_cast<int64_t>(reader.U64());
  const auto actual = static_cast<int64_t>(reader.U64());
  if (!stream.ok() || !reader.done()) return std::nullopt;
  return VersionConflict{*stream, expected, actual};
}

absl::Status RequestIdReusedError() {
  return Typed(absl::StatusCode::kInvalidArgument,
               "This request id was used before, for another request.", kRequestIdReused);
}

bool IsRequestIdReused(const absl::Status& status) {
  return status.GetPayload(kRequestIdReused).has_value();
}

absl::Status KeyDestroyedError(std::string_view what) {
  return Typed(absl::StatusCode::kNotFound,
               absl::StrCat("The key of ", std::string(what), " was destroyed."), kKeyDestroyed);
}

bool IsKeyDestroyed(const absl::Status& status) {
  return status.GetPayload(kKeyDestroyed).has_value();
}

absl::Status ClockUnconfirmedError(std::string_view why) {
  return Typed(absl::StatusCode::kUnavailable,
               absl::StrCat("The clock has to be confirmed: ", std::string(why)),
               kClockUnconfirmed);
}

bool IsClockUnconfirmed(const absl::Status& status) {
  return status.GetPayload(kClockUnconfirmed).has_value();
}

absl::Status BehindAnchorError(absl::StatusCode code, std::string_view why) {
  return Typed(code, std::string(why), kBehindAnchor);
}

bool IsBehindAnchor(const absl::Status& status) {
  return status.GetPayload(kBehindAnchor).has_value();
}

absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  const std::string message =
      absl::StrCat("While ", std::string(doing), ": ", status.ToString(), ".");
  if (status.IsNotFound()) return absl::NotFoundError(message);
  if (status.IsCorruption()) return absl::DataLossError(message);
  return absl::UnavailableError(message);
}

}  // namespace countersign::storage
