#include "services/cards/card_chunk.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cards/view_cards.h"
#include "services/event_codec.h"

namespace countersign {
namespace {

// Between chunks, of one projection's cards: a few tens of megabytes. All are forgotten together.
constexpr size_t kMostRemembered = 32'768;

absl::Status At(uint64_t position, const std::string& projection, const absl::Status& failed) {
  return absl::Status(failed.code(), absl::StrCat("projection ", projection, ", position ",
                                                  position, ": ", failed.message()));
}

absl::Status Missing(uint64_t position) {
  return absl::DataLossError(absl::StrCat("position ", position, " is missing"));
}

// The kind of the event where that is all that anybody of `together` reads of it.
std::optional<v1::Event> KindIfEnough(const storage::StoredEvent& stored,
                                      const std::vector<CardsChanged>& together) {
  std::optional<v1::Event> kind = KindOf(stored);
  if (!kind.has_value()) return std::nullopt;
  for (const CardsChanged& changed : together) {
    if (changed.projection->ReadsContentOf(*kind)) return std::nullopt;
  }
  return kind;
}

absl::Status ApplyAll(const rules::Recorded& recorded, const std::vector<CardsChanged>& together) {
  for (const CardsChanged& changed : together) {
    const absl::Status applied = changed.projection->Apply(recorded, *changed.cards);
    if (!applied.ok()) return At(recorded.position, changed.projection->name(), applied);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyEntries(const storage::Journal& journal, storage::Keyring& keyring,
                          const std::vector<CardsChanged>& together, uint64_t from, uint64_t up_to,
                          UnreadableCallback unreadable) {
  uint64_t next = from;
  const absl::Status read = journal.ReadAll(
      from, up_to - from,
      [&](const storage::StoredEvent& stored) {
        return !KindIfEnough(stored, together).has_value();
      },
      [&](const storage::StoredEvent& stored, std::string_view) -> absl::Status {
        if (stored.position != next) return Missing(next);
        ++next;
        if (std::optional<v1::Event> kind = KindIfEnough(stored, together)) {
          return ApplyAll(RecordedOf(stored, *std::move(kind)), together);
        }
        const absl::StatusOr<rules::Recorded> recorded = Open(keyring, stored);
        if (storage::IsKeyDestroyed(recorded.status())) {
          unreadable(stored);
          return absl::OkStatus();
        }
        if (!recorded.ok()) return recorded.status();
        return ApplyAll(*recorded, together);
      });
  if (!read.ok()) return read;
  return next == up_to ? absl::OkStatus() : Missing(next);
}

absl::Status FeedChunk(const storage::Journal& journal, storage::Keyring& keyring,
                       const std::vector<CardsFed>& together, uint64_t from, uint64_t up_to,
                       storage::ViewBatch::Urgency urgency, UnreadableCallback unreadable) {
  std::vector<storage::View> views;
  for (const CardsFed& fed : together) views.push_back(fed.view);
  storage::ViewBatch batch(std::move(views), urgency);
  std::vector<BatchCards> cards;
  for (const CardsFed& fed : together) {
    // Taken out until the chunk is written: after an error nothing may be remembered of it.
    cards.emplace_back(batch, fed.view, std::exchange(*fed.memory, projections::CardMemory()));
  }
  std::vector<CardsChanged> changed;
  for (size_t i = 0; i < together.size(); ++i) {
    changed.push_back({together[i].projection, &cards[i]});
  }
  const absl::Status applied = ApplyEntries(journal, keyring, changed, from, up_to, unreadable);
  if (!applied.ok()) return applied;
  const absl::Status written = batch.Commit(up_to);
  for (size_t i = 0; i < together.size() && written.ok(); ++i) {
    *together[i].memory = cards[i].TakeMemory();
    if (together[i].memory->size() > kMostRemembered) *together[i].memory = {};
  }
  return written;
}

}  // namespace countersign
