// One chunk: a run of the journal's entries fed to cards, in one write. What following, rebuilding
// and looking at the past have in common, so that all make the same cards.
#ifndef COUNTERSIGN_SERVICES_CARDS_CARD_CHUNK_H_
#define COUNTERSIGN_SERVICES_CARDS_CARD_CHUNK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/projections/projection.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/views.h"

namespace countersign {

// A projection and a generation of its cards. The projection is borrowed.
struct CardsFed {
  const projections::Projection* projection;
  storage::View view;
  // What the last chunk made of these cards, shared by all copies; FeedChunk alone changes the
  // cards, and so alone uses it.
  std::shared_ptr<projections::CardMemory> memory = std::make_shared<projections::CardMemory>();
};

// A projection and the cards that it changes. Borrowed.
struct CardsChanged {
  const projections::Projection* projection;
  projections::Cards* cards;
};

// Told of an entry that changes no card because nobody can read its payload any more.
using UnreadableCallback = absl::FunctionRef<void(const storage::StoredEvent& stored)>;

// Applies the entries [from, up_to) to all of `together`, whose cards reflect what came before.
// DATA_LOSS for an entry that is missing, that cannot be read or that a projection does not
// understand; what was changed so far is then to be thrown away.
absl::Status ApplyEntries(const storage::Journal& journal, storage::Keyring& keyring,
                          const std::vector<CardsChanged>& together, uint64_t from, uint64_t up_to,
                          UnreadableCallback unreadable);

// Feeds the entries [from, up_to) to all of `together`, which is not empty and whose views stand at
// `from`; cards and position are written in one batch. DATA_LOSS for an entry that is missing, that
// cannot be read or that a projection does not understand, UNAVAILABLE when the cards cannot be
// written; nothing is changed then. From any thread, for different views.
absl::Status FeedChunk(const storage::Journal& journal, storage::Keyring& keyring,
                       const std::vector<CardsFed>& together, uint64_t from, uint64_t up_to,
                       storage::ViewBatch::Urgency urgency, UnreadableCallback unreadable);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CARDS_CARD_CHUNK_H_
