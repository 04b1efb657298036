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
#include <memory>
#include <optional>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rules/state/recorded.h"

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

// What was made of cards (a message, a calendar), remembered by their keys: many events in a row
// look at the same school. For one thread.
class CardMemory {
 public:
  // Null when nothing of this type is remembered.
  template <typename T>
  std::shared_ptr<const T> Find(absl::string_view key) const {
    const auto found = made_.find(key);
    if (found == made_.end() || found->second.type != typeid(T)) return nullptr;
    return std::static_pointer_cast<const T>(found->second.object);
  }
  template <typename T>
  void Keep(absl::string_view key, std::shared_ptr<const T> made) {
    made_.insert_or_assign(key, Made{std::move(made), typeid(T)});
  }
  void Forget(absl::string_view key) { made_.erase(key); }
  size_t size() const { return made_.size(); }

 private:
  struct Made {
    std::shared_ptr<const void> object;
    std::type_index type;
  };

  absl::flat_hash_map<std::string, Made> made_;
};

// The same, to change. Reads see the changes made so far; nothing is changed during a scan.
//
// What was made of a card is remembered until the card changes. It says nothing that the card does
// not say, so whether it is still remembered changes no card.
class Cards : public CardReader {
 public:
  Cards() = default;
  // Remembers more than nothing from the beginning: what was made of the very same cards.
  explicit Cards(CardMemory memory) : memory_(std::move(memory)) {}

  void Put(absl::string_view key, absl::string_view card) {
    memory_.Forget(key);
    Write(key, card);
  }
  void Erase(absl::string_view key) {
    memory_.Forget(key);
    Remove(key);
  }

  // What is remembered of the card under `key`; where that is nothing, what `make` finds,
  // remembered from now on. Errors are those of `make`.
  template <typename T>
  absl::StatusOr<std::shared_ptr<const T>> Remembered(absl::string_view key,
                                                      absl::FunctionRef<absl::StatusOr<T>()> make);

  // Puts a card and remembers what a reader would make of it.
  template <typename T>
  void PutRemembered(absl::string_view key, absl::string_view card, T made) {
    Write(key, card);
    memory_.Keep(key, std::make_shared<const T>(std::move(made)));
  }

  // For whoever goes on with these cards in another object; nothing is remembered after it.
  CardMemory TakeMemory() { return std::exchange(memory_, CardMemory()); }

 private:
  virtual void Write(absl::string_view key, absl::string_view card) = 0;
  virtual void Remove(absl::string_view key) = 0;

  CardMemory memory_;
};

template <typename T>
absl::StatusOr<std::shared_ptr<const T>> Cards::Remembered(
    absl::string_view key, absl::FunctionRef<absl::StatusOr<T>()> make) {
  if (std::shared_ptr<const T> known = memory_.Find<T>(key)) return known;
  absl::StatusOr<T> made = make();
  if (!made.ok()) return made.status();
  auto shared = std::make_shared<const T>(*std::move(made));
  memory_.Keep(key, shared);
  return shared;
}

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
