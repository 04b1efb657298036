// What the events of a record pack say, and which keys a log names, read from their bytes by the
// field numbers of docs/record-pack.md and docs/export-format.md: no schema of events is needed to
// check a record, now or in thirty years. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace countersign::verifier {

// As whom somebody signed or declined.
enum class Capacity { kNone, kReviewer, kReviewee };

// "reviewer", "reviewee"; empty for none.
const char* NameOf(Capacity capacity);

// The fields of one event; those that its type does not have are empty. The views are valid as long
// as the event's bytes.
struct EventFields {
  uint64_t draft = 0;                   // draft_issued, draft_revised, record_finalised.
  std::string_view plan{};              // draft_issued, draft_revised.
  std::string_view annex{};             // The same.
  std::string_view comments{};          // record_finalised.
  std::string_view digest{};            // record_finalised and the signing events.
  Capacity capacity = Capacity::kNone;  // signed, signature_declined.
  std::string_view method{};            // signed.
  std::string_view words{};             // Meaning of a signature, or the reason.
};

// Whether a pack holds the payload of entries of this type.
bool IsOpenedType(std::string_view event_type);

// Reads the event of an entry of an opened type. INVALID_ARGUMENT when the bytes are no event of
// this type, or are one that could be read in two ways.
absl::StatusOr<EventFields> ReadEvent(std::string_view event_type, std::string_view bytes);

// The note in a log_key_named event, which stands in the log as it is. INVALID_ARGUMENT when the
// bytes are no such event.
absl::StatusOr<std::string_view> ReadNamedKey(std::string_view bytes);

}  // namespace countersign::verifier
