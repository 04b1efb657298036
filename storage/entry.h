// The bytes of an event in the journal: its entry, and the row that holds its payload.
//
// An entry is serialised once, by EncodeEntry, when it is appended. From then on it is read as
// bytes: nothing serialises it again, and the leaf hash is always taken over the stored bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "countersign/v1/entry.pb.h"
#include "storage/stream.h"

namespace countersign::storage {

// PERSISTENT. Entries of any other format are refused.
inline constexpr uint32_t kEntryFormat = 1;
// The limit of the tile format (C2SP tlog-tiles).
inline constexpr size_t kMaxEntryBytes = 65535;
// Longest event type, role and policy rule, in bytes: their lengths are stored in one byte.
inline constexpr size_t kMaxNameBytes = 255;

// Serialises an entry. INVALID_ARGUMENT when a field has the wrong shape (see CheckShape) or the
// bytes are more than kMaxEntryBytes.
absl::StatusOr<std::string> EncodeEntry(const v1::Entry& entry);

// Reads stored bytes. DATA_LOSS when they are no entry of format 1: another format, a field of the
// wrong shape, or a field this program does not know.
absl::StatusOr<v1::Entry> ParseEntry(std::string_view bytes);
// The same into an entry that stood before, whose memory is used again. After an error its fields
// mean nothing.
absl::Status ParseEntryInto(std::string_view bytes, v1::Entry& entry);

// The stream an entry of sound shape belongs to.
StreamId StreamOf(const v1::Entry& entry);

// Additional data of the payload's encryption: entry format, key id, stream and event type, each of
// the last three after its length. All of it is known before the entry has a position.
std::string PayloadContext(std::string_view key_id, const StreamId& stream,
                           std::string_view event_type);

// What the `payload` column family holds for an event (storage/README.md gives the bytes). All but
// `erased` and `payload` are copies of the entry's fields, so that a fold reads one row per event.
// The views point into the row's bytes.
struct PayloadRow {
  uint64_t position = 0;
  int64_t recorded_at_us = 0;     // Microseconds since the Unix epoch, UTC.
  std::string_view actor;         // 16 bytes or empty.
  std::string_view on_behalf_of;  // 16 bytes or empty.
  std::string_view acting_as;
  std::string_view event_type;
  std::string_view key_id;  // 16 bytes, or empty when the payload is plain.
  bool erased = false;      // The payload was removed after its retention.
  std::string_view payload;
};

// The row for `entry`, which has the payload's digest already.
std::string EncodePayloadRow(const v1::Entry& entry, std::string_view payload);
// The same row without its payload. The position and the other copies stay.
std::string EraseFromPayloadRow(const PayloadRow& row);

// DATA_LOSS when the bytes are no payload row.
absl::StatusOr<PayloadRow> ParsePayloadRow(std::string_view bytes);

// Compares a row with the entry it belongs to: every copy, and length and digest of the payload
// unless it is erased. DATA_LOSS names the position and the field that differs.
absl::Status CheckPayloadRow(const PayloadRow& row, const v1::Entry& entry);

}  // namespace countersign::storage
