// The bytes of an entry, and of the row that holds its payload.
#include "storage/entry.h"

#include <string>

#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {
namespace {

namespace s = storage;

void ReadRow(std::string_view bytes, const v1::Entry* entry) {
  const absl::StatusOr<s::PayloadRow> row = s::ParsePayloadRow(bytes);
  if (!row.ok()) return;
  if (entry != nullptr && s::CheckPayloadRow(*row, *entry).ok() && !row->erased) {
    Require(s::EncodePayloadRow(*entry, row->payload) == bytes,
            "a row that fits its entry is the row that the entry makes");
  }
  const std::string erased_bytes = s::EraseFromPayloadRow(*row);
  const absl::StatusOr<s::PayloadRow> erased = s::ParsePayloadRow(erased_bytes);
  Require(erased.ok() && erased->erased && erased->payload.empty(), "an erased row is a row");
  Require(erased->position == row->position && erased->actor == row->actor &&
              erased->on_behalf_of == row->on_behalf_of && erased->acting_as == row->acting_as &&
              erased->event_type == row->event_type && erased->key_id == row->key_id &&
              erased->recorded_at_us == row->recorded_at_us,
          "erasing leaves the copies");
  Require(s::EraseFromPayloadRow(*erased) == erased_bytes, "erasing twice is erasing once");
}

}  // namespace

void ReadEntry(std::string_view bytes) {
  const absl::StatusOr<v1::Entry> entry = s::ParseEntry(bytes);
  ReadRow(bytes, entry.ok() ? &*entry : nullptr);
  if (!entry.ok()) return;
  (void)s::StreamOf(*entry);
  const absl::StatusOr<std::string> written = s::EncodeEntry(*entry);
  // What comes in may be spelled at more length than what is written.
  Require(written.ok(), "an entry that was read can be written");
  Require(written->size() <= bytes.size(), "what is written is the shortest spelling");
  v1::Entry used;
  used.set_caused_by(7);
  used.set_acting_as("somebody who stood here before");
  Require(s::ParseEntryInto(*written, used).ok(), "an entry that was written can be read");
  Require(used.SerializeAsString() == entry->SerializeAsString(),
          "reading into used memory gives the same entry");
  Require(s::EncodeEntry(used).value() == *written, "writing again gives the same bytes");
  const std::string row = s::EncodePayloadRow(*entry, bytes);
  const absl::StatusOr<s::PayloadRow> parsed = s::ParsePayloadRow(row);
  Require(parsed.ok() && parsed->payload == bytes, "a row gives its payload back");
  ReadRow(row, &*entry);
}

}  // namespace countersign::fuzz
