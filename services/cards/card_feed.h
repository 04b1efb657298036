// Feeds the journal to the projections, chunk by chunk. This is the projector without its threads:
// whoever owns a feed decides when it goes on.
//
// A chunk is a run of entries. Its cards and the position they reflect are written in one batch for
// all views that stand at the same place, so a crash repeats nothing and leaves nothing out. Views
// that stand further back (a projection that is new, or of a new version) are fed first, until they
// have come up with the others. A view of a new version is built beside the old one and switched to
// when it stands at the journal's head. So is one that stands beyond the head: its cards came from
// another journal.
//
// An entry whose payload is needed and nobody can read any more, because it was erased or its key
// destroyed, changes no card; the position passes it. Cards that it had changed before stay as they
// are until the next rebuild (card_rebuild.h). A generation that a rebuild of an earlier run of the
// program left half-built is given up when the feed is opened.
#ifndef COUNTERSIGN_SERVICES_CARDS_CARD_FEED_H_
#define COUNTERSIGN_SERVICES_CARDS_CARD_FEED_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cards/card_chunk.h"
#include "services/projections/projection.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/views.h"

namespace countersign {

// Advance() is for one thread at a time, everything else for any.
class CardFeed {
 public:
  // Opens the view of every projection; at least one, of different names. Everything is borrowed
  // and must outlive the feed. `chunk_entries` is at least 1. Errors: those of the views.
  static absl::StatusOr<std::unique_ptr<CardFeed>> Open(
      const storage::Journal& journal, storage::Keyring& keyring, storage::Views& views,
      std::vector<const projections::Projection*> projections, size_t chunk_entries);

  // Feeds one chunk to the views that stand furthest back. True when there is more to feed, false
  // when every view stands at the journal's head. DATA_LOSS for an entry that cannot be read or
  // that some projection does not understand, UNAVAILABLE when the cards cannot be written; the
  // chunk changed nothing then.
  absl::StatusOr<bool> Advance();

  // How many entries every view reflects.
  uint64_t position() const;

  // Waits until every view reflects `position` entries, or for `patience` at most.
  void WaitFor(uint64_t position, absl::Duration patience) const;

  // The cards that answer queries, as they stand now: one whole generation at one position.
  // NOT_FOUND for a name that no projection has, UNAVAILABLE while cards of this version are still
  // being built.
  absl::StatusOr<storage::ViewSnapshot> Snapshot(const std::string& name) const;

  // What is fed for these projections, or for all when no name is given: all at one position, each
  // being what answers queries. NOT_FOUND for a name that no projection has, FAILED_PRECONDITION
  // while one of them is still being built or fed up to the others.
  absl::StatusOr<std::vector<CardsFed>> Followed(const std::vector<std::string>& names);

  // Feeds `rebuilt` from now on in place of what was fed for its projections, and lets it answer
  // queries: the switch is one write. Between two chunks; `bring_up` is called first, and must
  // bring all of `rebuilt` to the position where the cards followed stand. Errors are those of
  // `bring_up` and of the views; nothing is switched then.
  absl::Status Adopt(const std::vector<CardsFed>& rebuilt,
                     absl::FunctionRef<absl::Status(uint64_t position)> bring_up);

 private:
  struct Fed {
    CardsFed cards;
    bool being_built;  // Another generation answers queries until this one has caught up.
  };

  CardFeed(const storage::Journal& journal, storage::Keyring& keyring, storage::Views& views,
           size_t chunk_entries)
      : journal_(journal), keyring_(keyring), views_(views), chunk_entries_(chunk_entries) {}

  absl::Status OpenViews(const std::vector<const projections::Projection*>& projections);
  // Feeds the views that stand at `from`, up to `up_to`. Holds turn_.
  absl::Status FeedFrom(uint64_t from, uint64_t up_to);
  // Makes current what was built and has reached `head`. Holds turn_.
  absl::Status SwitchBuilt(uint64_t head);
  // The least position of a view. Holds one of the locks.
  uint64_t LeastPosition() const;

  const storage::Journal& journal_;
  storage::Keyring& keyring_;
  storage::Views& views_;
  const size_t chunk_entries_;

  // Who feeds has the turn: a chunk, or a switch between two chunks. A switch waits behind the
  // door, which every chunk passes first, so that following without a pause cannot keep it waiting.
  std::mutex door_;
  std::mutex turn_;
  mutable std::mutex fed_lock_;  // Taken after turn_.
  mutable std::condition_variable moved_;
  // Its projections never change after Open; the rest changes under both locks and is read under
  // either.
  std::vector<Fed> fed_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CARDS_CARD_FEED_H_
