#include "services/card_feed.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/event_codec.h"
#include "services/view_cards.h"

namespace countersign {
namespace {

bool IsSameGeneration(const storage::View& left, const storage::View& right) {
  return left.version() == right.version() && left.generation() == right.generation();
}

absl::Status At(uint64_t position, const std::string& projection, const absl::Status& failed) {
  return absl::Status(failed.code(), absl::StrCat("projection ", projection, ", position ",
                                                  position, ": ", failed.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CardFeed>> CardFeed::Open(
    const storage::Journal& journal, storage::Keyring& keyring, storage::Views& views,
    std::vector<const projections::Projection*> projections, size_t chunk_entries) {
  std::unique_ptr<CardFeed> feed(new CardFeed(journal, keyring, views, chunk_entries));
  const absl::Status opened = feed->OpenViews(projections);
  if (!opened.ok()) return opened;
  return feed;
}

absl::Status CardFeed::OpenViews(const std::vector<const projections::Projection*>& projections) {
  const uint64_t head = journal_.head().size;
  for (const projections::Projection* projection : projections) {
    absl::StatusOr<storage::View> view = views_.OpenView(projection->name(), projection->version());
    if (view.ok() && view->position() > head) {
      view = views_.BeginGeneration(projection->name(), projection->version());
    }
    if (!view.ok()) return view.status();
    const std::optional<storage::View> current = views_.Current(projection->name());
    const bool being_built = !current.has_value() || !IsSameGeneration(*current, *view);
    fed_.push_back({projection, *std::move(view), being_built});
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CardFeed::Advance() {
  const uint64_t head = journal_.head().size;
  const uint64_t from = position();
  if (from < head) {
    uint64_t entries = std::min<uint64_t>(chunk_entries_, head - from);
    for (const Fed& fed : fed_) {
      // Not past where others wait: from there on all go together.
      if (fed.view.position() > from) entries = std::min(entries, fed.view.position() - from);
    }
    const absl::Status chunk = FeedChunk(from, entries);
    if (!chunk.ok()) return chunk;
  }
  const absl::Status switched = SwitchBuilt(head);
  if (!switched.ok()) return switched;
  return position() < journal_.head().size;
}

absl::Status CardFeed::FeedChunk(uint64_t from, uint64_t entries) {
  std::vector<const Fed*> together;
  std::vector<storage::View> views;
  for (const Fed& fed : fed_) {
    if (fed.view.position() != from) continue;
    together.push_back(&fed);
    views.push_back(fed.view);
  }
  storage::ViewBatch batch(std::move(views));
  uint64_t next = from;
  const absl::Status read = journal_.ReadAll(
      from, entries, [&](const storage::StoredEvent& stored, std::string_view) -> absl::Status {
        if (stored.position != next) {
          return absl::DataLossError(absl::StrCat("position ", next, " is missing"));
        }
        ++next;
        const absl::StatusOr<rules::Recorded> recorded = countersign::Open(keyring_, stored);
        if (storage::IsKeyDestroyed(recorded.status())) return absl::OkStatus();
        if (!recorded.ok()) return recorded.status();
        for (const Fed* fed : together) {
          BatchCards cards(batch, fed->view);
          const absl::Status applied = fed->projection->Apply(*recorded, cards);
          if (!applied.ok()) return At(stored.position, fed->projection->name(), applied);
        }
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  if (next != from + entries) {
    return absl::DataLossError(absl::StrCat("position ", next, " is missing"));
  }
  return batch.Commit(next);
}

absl::Status CardFeed::SwitchBuilt(uint64_t head) {
  for (Fed& fed : fed_) {
    if (!fed.being_built || fed.view.position() < head) continue;
    const absl::Status switched = views_.Switch(fed.view);
    if (!switched.ok()) return switched;
    fed.being_built = false;
    const absl::Status dropped = views_.DropOld(fed.view.name());
    if (!dropped.ok()) return dropped;
  }
  return absl::OkStatus();
}

uint64_t CardFeed::position() const {
  uint64_t least = fed_.front().view.position();
  for (const Fed& fed : fed_) least = std::min(least, fed.view.position());
  return least;
}

absl::StatusOr<storage::ViewSnapshot> CardFeed::Snapshot(const std::string& name) const {
  for (const Fed& fed : fed_) {
    if (fed.view.name() != name) continue;
    const std::optional<storage::View> current = views_.Current(name);
    if (!current.has_value() || !IsSameGeneration(*current, fed.view)) {
      return absl::UnavailableError("The lists are being rebuilt. Ask again in a while.");
    }
    return fed.view.Snapshot();
  }
  return absl::NotFoundError(absl::StrCat("there are no cards of the name ", name));
}

}  // namespace countersign
