// Cards rebuilt from the journal beside those that are followed, compared with them, and switched
// to. This is the rebuild without its thread (rebuilder.h).
//
// 1. A generation is begun beside the one that answers queries and filled from the journal, chunk
// by
//    chunk, up to where following has come. Following goes on all the while.
// 2. Both are compared card by card, byte by byte, at one and the same position.
// 3. The rebuilt one catches up once more and takes over in one write, for all its projections
//    together, between two chunks of following. The old one is dropped. What was rebuilt stands
//    whether or not it differed: it is what the journal says.
//
// A difference means that cards were damaged, or that a projection keeps its contract badly: with
// one exception. An entry whose payload was erased, or its key destroyed, after it had been
// followed changes the old cards but not the rebuilt ones. Differing cards that name the subject of
// an entry that is unreadable today, in their key or in either card, are counted apart as changed
// by erasure. Cards that follow from such an entry without naming its subject (a count, say) cannot
// be told from damage: the number of unreadable entries stands in the result beside them.
//
// A rebuild that ends early, by an error or because nobody wants it any more, gives up what it
// built. So does the next start of the program when a crash ended it; the old cards are still whole
// then.
#ifndef COUNTERSIGN_SERVICES_CARDS_CARD_REBUILD_H_
#define COUNTERSIGN_SERVICES_CARDS_CARD_REBUILD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/cards/card_feed.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/views.h"

namespace countersign {

// What a rebuild works with. Borrowed.
struct RebuildBooks {
  const storage::Journal& journal;
  storage::Keyring& keyring;
  storage::Views& views;
  CardFeed& feed;
};

enum class RebuildPhase { kFilling, kComparing, kSwitching };

struct RebuildProgress {
  RebuildPhase phase = RebuildPhase::kFilling;
  uint64_t entries_done = 0;    // That the rebuilt cards reflect.
  uint64_t entries = 0;         // That the cards followed reflect; grows while somebody writes.
  uint64_t cards_compared = 0;  // So far, of all projections.
};

// How the rebuilt cards of one projection compare with those that were followed.
struct CardsCompared {
  std::string projection;
  uint64_t cards = 0;      // Keys that either generation has.
  uint64_t differing = 0;  // Cards that are missing on one side or differ, for no known reason.
  uint64_t changed_by_erasure = 0;  // Others that differ; see above.
  // The beginnings of the first few differing keys, in their order: kinds and ids, no content.
  std::vector<std::string> first_differing;
  // The old cards could not be read to the end: the disk lost them. `cards` counts what was read.
  bool old_were_damaged = false;
};

struct RebuildResult {
  uint64_t compared_at = 0;         // How many entries both generations reflected.
  uint64_t switched_at = 0;         // How many they reflected when the rebuilt one took over.
  uint64_t unreadable_entries = 0;  // Whose payload is needed, and erased or its key destroyed.
  std::vector<CardsCompared> compared;

  // Cards differ, or could not be read, for no known reason.
  bool found_differences() const;
};

// Called between steps of bounded size. Any error ends the rebuild and is returned unchanged.
using RebuildStep = absl::FunctionRef<absl::Status(const RebuildProgress&)>;

// Rebuilds the cards of these projections, or of all when no name is given, on this thread. One
// rebuild at a time. At most `chunk_entries`, at least 1, are read before cards are written.
// Errors: those of CardFeed::Followed; DATA_LOSS for an entry that cannot be read or understood;
// UNAVAILABLE when cards cannot be written: nothing was switched then, or, if it was the switch
// that failed, the next start shows which generation stands, whole.
absl::StatusOr<RebuildResult> RebuildCards(const RebuildBooks& books,
                                           const std::vector<std::string>& projections,
                                           size_t chunk_entries, RebuildStep step);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CARDS_CARD_REBUILD_H_
