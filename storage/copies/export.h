// The journal as one file that is checked without this program (docs/export-format.md).
//
// PERSISTENT. All integers are big-endian. The file is:
//   "countersign export v1\n"
//   flags u8: bit 0, payloads are in it; size u64: number of entries
//   for each entry, by position:
//     length u32, the entry's bytes (serialised v1.Entry)
//     payload state u8: 0 erased, 1 here, 2 withheld; for 1: length u32, the stored payload's bytes
//   number of checkpoints u32; for each, by size: length u32, the signed note's bytes
//   SHA-256 of everything before it, 32 bytes
// The last checkpoint is for exactly `size` entries. Keys follow one another, also from origin to
// origin: a stored checkpoint is left out when an earlier key signed a greater size, since its key
// then signed what was before its time. The same journal, size, flags and checkpoints give the same
// bytes. The digest at the end tells a broken copy from a tampered one; it proves nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "storage/journal.h"

namespace countersign::storage {

struct ExportOptions {
  uint64_t size = 0;     // How many entries; a checkpoint for exactly so many must be stored.
  bool payloads = true;  // Else every payload is withheld, erased ones too.
};

// Takes the next bytes of the file; `entries` are complete so far. Any error ends the export and is
// returned unchanged.
using ExportSink = absl::FunctionRef<absl::Status(std::string_view piece, uint64_t entries)>;

// Writes the export in pieces of about 256 KiB. Every row is compared with its entry and digest on
// the way: DATA_LOSS names the first position that differs. OUT_OF_RANGE with the current size for
// a size beyond the head; FAILED_PRECONDITION when no checkpoint of that size is stored, or only
// one that is left out, naming the nearest sizes of which there is one.
absl::Status WriteExport(const Journal& journal, const ExportOptions& options, ExportSink sink);

// Whether there is an export of `size` entries: the errors of WriteExport but that for what differs
// in a row, before anything is written.
absl::Status CheckExport(const Journal& journal, uint64_t size);

}  // namespace countersign::storage
