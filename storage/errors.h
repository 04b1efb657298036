// The errors of storage that a caller acts on, told apart by a typed payload of the status.
//
// RocksDB's own statuses become DATA_LOSS for corruption and UNAVAILABLE for everything else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "rocksdb/status.h"
#include "storage/stream.h"

namespace countersign::storage {

// The version of a stream without entries, and the expectation that it has none.
inline constexpr int64_t kNoStream = -1;
// The expectation that any version will do.
inline constexpr int64_t kAnyVersion = -2;

// Somebody was first: the stream is not at the version the request was decided on.
struct VersionConflict {
  StreamId stream;
  int64_t expected;  // What the request asked for; kNoStream when it wanted a new stream.
  int64_t actual;    // The version of the last entry; kNoStream when there is none.

  friend bool operator==(const VersionConflict&, const VersionConflict&) = default;
};

// ABORTED.
absl::Status VersionConflictError(const VersionConflict& conflict);
std::optional<VersionConflict> VersionConflictOf(const absl::Status& status);

// INVALID_ARGUMENT: the caller used this request id before, for another body.
absl::Status RequestIdReusedError();
bool IsRequestIdReused(const absl::Status& status);

// NOT_FOUND: the data key was destroyed; what it sealed is unreadable for ever.
absl::Status KeyDestroyedError(std::string_view what);
bool IsKeyDestroyed(const absl::Status& status);

// UNAVAILABLE: the clock leapt; nothing is written until Journal::ConfirmClock().
absl::Status ClockUnconfirmedError(std::string_view why);
bool IsClockUnconfirmed(const absl::Status& status);

// FAILED_PRECONDITION when the journal is shorter than what was signed, DATA_LOSS when it has
// another root at that size (anchor.h).
absl::Status BehindAnchorError(absl::StatusCode code, std::string_view why);
bool IsBehindAnchor(const absl::Status& status);

// The status of RocksDB in our words. `doing` completes "while ...". NotFound stays NOT_FOUND.
absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing);

}  // namespace countersign::storage
