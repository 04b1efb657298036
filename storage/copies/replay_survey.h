// The first reading of a replay (replay.h): whether an export holds what a journal has, and what is
// missing there. Writes nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "countersign/v1/entry.pb.h"
#include "storage/copies/export_reader.h"
#include "storage/copies/replay.h"
#include "storage/hash.h"
#include "storage/journal.h"
#include "storage/journal_store.h"

namespace countersign::storage {

// How often ReplayOptions::on_progress is told.
inline constexpr uint64_t kEntriesBetweenTellings = 1024;

// What an export holds besides its entries' own bytes, once all of it was found to be sound.
struct Survey {
  uint64_t size = 0;
  std::map<uint8_t, std::vector<Hash>> levels;  // Tile hashes; level 0 are the leaves.
  std::map<uint64_t, std::string> checkpoints;  // Signed by a key that is trusted, by size.
  std::vector<uint64_t> erased_before;          // Among the entries that the journal has.

  // OUT_OF_RANGE for more entries than were read.
  absl::StatusOr<Hash> RootOf(uint64_t of_size) const;
};

// Compares the export with a journal that has this head; `store` is null where there is no journal
// yet. Errors are those of Replay about the file and about what both have.
absl::StatusOr<Survey> SurveyExport(const ReplayOptions& options, const JournalStore* store,
                                    const Head& head);

// Reads an entry of the export that the journal has not: it must be one, at its place, with a
// payload that fits. DATA_LOSS.
absl::Status CheckMissing(const ExportEntry& exported, uint64_t position, v1::Entry& entry);

// DATA_LOSS for the entry at a position of the export, which `what`.
absl::Status Differs(uint64_t position, std::string_view what);

}  // namespace countersign::storage
