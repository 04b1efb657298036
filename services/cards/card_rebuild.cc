#include "services/cards/card_rebuild.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "services/cards/card_chunk.h"
#include "services/cards/view_cards.h"

namespace countersign {
namespace {

constexpr size_t kKeysShown = 10;
constexpr uint64_t kCardsPerStep = 1024;
constexpr size_t kIdChars = 36;

// The first id spelled as text in `text` that `accepts` takes; npos without one.
template <typename Predicate>
size_t FindId(std::string_view text, Predicate accepts) {
  for (size_t at = 0; at + kIdChars <= text.size(); ++at) {
    if (text[at + 8] != '-' || text[at + 13] != '-' || text[at + 18] != '-') continue;
    if (accepts(text.substr(at, kIdChars))) return at;
  }
  return std::string_view::npos;
}

// Up to the end of the first id in it, or of its first part: what kind of card of what thing.
std::string BeginningOf(std::string_view key) {
  const size_t id = FindId(key, [](std::string_view) { return true; });
  const size_t end =
      id != std::string_view::npos ? id + kIdChars : std::min(key.find('/'), key.size());
  return absl::CHexEscape(AbslView(key.substr(0, end)));
}

// One rebuild. Gives up in its destructor whatever has not taken over.
class Rebuild {
 public:
  Rebuild(const RebuildBooks& books, size_t chunk_entries, RebuildStep step)
      : books_(books), chunk_entries_(chunk_entries), step_(step) {}
  ~Rebuild();

  absl::Status Begin(const std::vector<std::string>& projections);
  // Fills what is rebuilt until it is less than a chunk behind what is followed.
  absl::Status CatchUp(RebuildPhase phase);
  absl::Status Compare();
  absl::Status TakeOver();

  RebuildResult& result() { return result_; }

 private:
  // How many entries the cards followed reflect, and those rebuilt.
  uint64_t followed_position() const { return LeastOf(followed_); }
  uint64_t rebuilt_position() const { return LeastOf(rebuilt_); }
  static uint64_t LeastOf(const std::vector<CardsFed>& cards);
  static std::vector<storage::View> ViewsOf(const std::vector<CardsFed>& cards);

  absl::Status Fill(uint64_t up_to);
  absl::Status FillTo(uint64_t position, RebuildPhase phase);
  absl::Status Step(RebuildPhase phase);
  absl::StatusOr<CardsCompared> CompareCards(const std::string& projection,
                                             const storage::ViewSnapshot& old_cards,
                                             const storage::ViewSnapshot& new_cards);
  void Note(std::string_view key, std::optional<std::string_view> old_card,
            std::optional<std::string_view> new_card, CardsCompared& compared) const;
  bool NamesUnreadable(std::string_view text) const;

  const RebuildBooks books_;
  const size_t chunk_entries_;
  const RebuildStep step_;
  std::vector<CardsFed> followed_;
  std::vector<CardsFed> rebuilt_;
  absl::flat_hash_set<std::string> unreadable_subjects_;
  uint64_t cards_compared_ = 0;
  bool took_over_ = false;
  RebuildResult result_;
};

Rebuild::~Rebuild() {
  if (took_over_) return;
  for (const CardsFed& cards : rebuilt_) {
    // When this cannot be written, the next start gives it up.
    books_.views.GiveUp(cards.view.name()).IgnoreError();
  }
}

uint64_t Rebuild::LeastOf(const std::vector<CardsFed>& cards) {
  uint64_t least = cards.front().view.position();
  for (const CardsFed& one : cards) least = std::min(least, one.view.position());
  return least;
}

std::vector<storage::View> Rebuild::ViewsOf(const std::vector<CardsFed>& cards) {
  std::vector<storage::View> views;
  for (const CardsFed& one : cards) views.push_back(one.view);
  return views;
}

absl::Status Rebuild::Begin(const std::vector<std::string>& projections) {
  absl::StatusOr<std::vector<CardsFed>> followed = books_.feed.Followed(projections);
  if (!followed.ok()) return followed.status();
  followed_ = *std::move(followed);
  for (const CardsFed& cards : followed_) {
    absl::StatusOr<storage::View> begun =
        books_.views.BeginGeneration(cards.view.name(), cards.view.version());
    if (!begun.ok()) return begun.status();
    rebuilt_.push_back({cards.projection, *std::move(begun)});
  }
  return absl::OkStatus();
}

absl::Status Rebuild::Step(RebuildPhase phase) {
  return step_({.phase = phase,
                .entries_done = rebuilt_position(),
                .entries = followed_position(),
                .cards_compared = cards_compared_});
}

absl::Status Rebuild::Fill(uint64_t up_to) {
  return FeedChunk(books_.journal, books_.keyring, rebuilt_, rebuilt_position(), up_to,
                   storage::ViewBatch::Urgency::kCanWait, [&](const storage::StoredEvent& stored) {
                     ++result_.unreadable_entries;
                     unreadable_subjects_.insert(storage::ToString(stored.stream.id));
                   });
}

absl::Status Rebuild::FillTo(uint64_t position, RebuildPhase phase) {
  while (rebuilt_position() < position) {
    absl::Status filled = Fill(std::min<uint64_t>(position, rebuilt_position() + chunk_entries_));
    if (filled.ok()) filled = Step(phase);
    if (!filled.ok()) return filled;
  }
  return absl::OkStatus();
}

absl::Status Rebuild::CatchUp(RebuildPhase phase) {
  if (absl::Status begun = Step(phase); !begun.ok()) return begun;
  while (followed_position() - rebuilt_position() >= chunk_entries_) {
    const absl::Status filled = FillTo(followed_position(), phase);
    if (!filled.ok()) return filled;
  }
  return absl::OkStatus();
}

absl::Status Rebuild::Compare() {
  const absl::StatusOr<std::vector<storage::ViewSnapshot>> old_cards =
      storage::View::SnapshotsOf(ViewsOf(followed_));
  if (!old_cards.ok()) return old_cards.status();
  result_.compared_at = old_cards->front().position();
  const absl::Status filled = FillTo(result_.compared_at, RebuildPhase::kFilling);
  if (!filled.ok()) return filled;
  const absl::StatusOr<std::vector<storage::ViewSnapshot>> new_cards =
      storage::View::SnapshotsOf(ViewsOf(rebuilt_));
  if (!new_cards.ok()) return new_cards.status();
  for (size_t i = 0; i < rebuilt_.size(); ++i) {
    absl::StatusOr<CardsCompared> compared =
        CompareCards(rebuilt_[i].view.name(), (*old_cards)[i], (*new_cards)[i]);
    if (!compared.ok()) return compared.status();
    result_.compared.push_back(*std::move(compared));
  }
  return absl::OkStatus();
}

absl::StatusOr<CardsCompared> Rebuild::CompareCards(const std::string& projection,
                                                    const storage::ViewSnapshot& old_cards,
                                                    const storage::ViewSnapshot& new_cards) {
  CardsCompared compared;
  compared.projection = projection;
  if (absl::Status begun = Step(RebuildPhase::kComparing); !begun.ok()) return begun;
  absl::Status stepped;
  const absl::Status visited =
      VisitBoth(old_cards, new_cards,
                [&](std::string_view key, std::optional<std::string_view> old_card,
                    std::optional<std::string_view> new_card) {
                  ++compared.cards;
                  if (old_card != new_card) Note(key, old_card, new_card, compared);
                  if (++cards_compared_ % kCardsPerStep == 0)
                    stepped = Step(RebuildPhase::kComparing);
                  return stepped;
                });
  if (visited.ok()) return compared;
  if (!stepped.ok() || !absl::IsDataLoss(visited)) return visited;
  // One side is damaged. If it is the old one, there is the more reason to leave it.
  const absl::Status whole =
      new_cards.Scan({}, [](std::string_view, std::string_view) { return absl::OkStatus(); });
  if (!whole.ok()) return whole;
  compared.old_were_damaged = true;
  return compared;
}

void Rebuild::Note(std::string_view key, std::optional<std::string_view> old_card,
                   std::optional<std::string_view> new_card, CardsCompared& compared) const {
  if (NamesUnreadable(key) || NamesUnreadable(old_card.value_or("")) ||
      NamesUnreadable(new_card.value_or(""))) {
    ++compared.changed_by_erasure;
    return;
  }
  ++compared.differing;
  if (compared.first_differing.size() < kKeysShown) {
    compared.first_differing.push_back(BeginningOf(key));
  }
}

bool Rebuild::NamesUnreadable(std::string_view text) const {
  if (unreadable_subjects_.empty()) return false;
  const auto is_unreadable = [&](std::string_view id) {
    return unreadable_subjects_.contains(std::string(id));
  };
  return FindId(text, is_unreadable) != std::string_view::npos;
}

absl::Status Rebuild::TakeOver() {
  const absl::Status adopted = books_.feed.Adopt(rebuilt_, [&](uint64_t position) -> absl::Status {
    result_.switched_at = position;
    if (rebuilt_position() == position) return absl::OkStatus();
    return Fill(position);
  });
  if (!adopted.ok()) return adopted;
  took_over_ = true;
  followed_.clear();
  for (const CardsFed& cards : rebuilt_) {
    const absl::Status dropped = books_.views.DropOld(cards.view.name());
    if (!dropped.ok()) return dropped;
  }
  return absl::OkStatus();
}

}  // namespace

bool RebuildResult::found_differences() const {
  return std::any_of(compared.begin(), compared.end(), [](const CardsCompared& cards) {
    return cards.differing > 0 || cards.old_were_damaged;
  });
}

absl::StatusOr<RebuildResult> RebuildCards(const RebuildBooks& books,
                                           const std::vector<std::string>& projections,
                                           size_t chunk_entries, RebuildStep step) {
  Rebuild rebuild(books, chunk_entries, step);
  absl::Status done = rebuild.Begin(projections);
  if (done.ok()) done = rebuild.CatchUp(RebuildPhase::kFilling);
  if (done.ok()) done = rebuild.Compare();
  // Somebody may have written much while all cards were compared.
  if (done.ok()) done = rebuild.CatchUp(RebuildPhase::kSwitching);
  if (done.ok()) done = rebuild.TakeOver();
  if (!done.ok()) return done;
  return std::move(rebuild.result());
}

}  // namespace countersign
