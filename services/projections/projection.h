// A projection keeps index cards: what the reading room shows, rewritten at will from the journal.
//
// Contract. Apply() depends on the event, on the cards, and on what the projection was made with,
// on nothing else: no clock, no random numbers, nothing kept between calls. So the cards that were
// followed event by event and the cards that are rebuilt later are the same, byte for byte. Time
// passing writes nothing: today's date never enters a card, whoever shows a card judges it.
// Cards hold ids, states, dates, numbers and names of teams; never what people wrote, and no
// person's name.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_PROJECTION_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_PROJECTION_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rules/recorded.h"

namespace countersign::projections {

inline constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

// Any error it returns ends the scan and is returned unchanged. The arguments live for the call.
using CardVisitor = absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view card)>;

// The cards of one projection, to read. Errors are those of whoever stores them.
class CardReader {
 public:
  virtual ~CardReader() = default;

  // The card, or nothing.
  virtual absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const = 0;

  // Visits the cards whose key begins with `prefix`, from the key `from` on (inclusive; empty for
  // the first), at most `limit`, in the order of keys.
  virtual absl::Status Scan(absl::string_view prefix, absl::string_view from, size_t limit,
                            CardVisitor visit) const = 0;
};

// The same, to change. Reads see the changes made so far; nothing is changed during a scan.
class Cards : public CardReader {
 public:
  virtual void Put(absl::string_view key, absl::string_view card) = 0;
  virtual void Erase(absl::string_view key) = 0;
};

class Projection {
 public:
  virtual ~Projection() = default;

  // Letters, digits and underscores.
  virtual std::string name() const = 0;

  // To be raised with every change of what a card says or how it is spelled: the cards are then
  // rebuilt from the journal.
  virtual uint32_t version() const = 0;

  // Whether Apply() looks at what such an event says, and not only at its kind. `kind` has its
  // oneofs set and nothing in them. When no projection that is fed looks, Apply() gets the kind and
  // nobody opens the payload.
  virtual bool ReadsContentOf(const v1::Event& kind) const;

  // Changes the cards as the event asks. Called for every event once, in the order of positions,
  // except for those whose content is read (ReadsContentOf) and whose payload nobody can read any
  // more. Any number of threads may apply to
  // different cards at once. DATA_LOSS for an event of unknown kind, or one that cannot follow what
  // came before it; the changes made so far are then to be thrown away.
  virtual absl::Status Apply(const rules::Recorded& recorded, Cards& cards) const = 0;
};

inline bool Projection::ReadsContentOf(const v1::Event&) const { return true; }

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_PROJECTION_H_
