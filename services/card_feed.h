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
// An entry whose payload nobody can read any more, because it was erased or its key destroyed,
// changes no card; the position passes it. Cards that it had changed before stay as they are until
// the next rebuild.
#ifndef COUNTERSIGN_SERVICES_CARD_FEED_H_
#define COUNTERSIGN_SERVICES_CARD_FEED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/projections/projection.h"
#include "storage/journal.h"
#include "storage/keyring.h"
#include "storage/views.h"

namespace countersign {

// Used by one thread, except where said otherwise.
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

  // How many entries every view reflects. From any thread.
  uint64_t position() const;

  // The cards that answer queries, as they stand now. NOT_FOUND for a name that no projection has,
  // UNAVAILABLE while cards of this version are still being built. From any thread.
  absl::StatusOr<storage::ViewSnapshot> Snapshot(const std::string& name) const;

 private:
  // A projection and the generation of cards that it fills.
  struct Fed {
    const projections::Projection* projection;
    storage::View view;
    bool being_built;  // Another generation answers queries until this one has caught up.
  };

  CardFeed(const storage::Journal& journal, storage::Keyring& keyring, storage::Views& views,
           size_t chunk_entries)
      : journal_(journal), keyring_(keyring), views_(views), chunk_entries_(chunk_entries) {}

  absl::Status OpenViews(const std::vector<const projections::Projection*>& projections);
  // Feeds entries from `from` on to the views that stand there, at most `entries`.
  absl::Status FeedChunk(uint64_t from, uint64_t entries);
  // Makes current what was built and has reached `head`.
  absl::Status SwitchBuilt(uint64_t head);

  const storage::Journal& journal_;
  storage::Keyring& keyring_;
  storage::Views& views_;
  const size_t chunk_entries_;
  // The views and projections in it never change after Open.
  std::vector<Fed> fed_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CARD_FEED_H_
