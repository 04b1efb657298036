// One generation: its cards, read and changed. view_generations.cc says which generations there
// are.
#include "storage/views.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/write_batch.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/rocks.h"
#include "storage/view_generation.h"

namespace countersign::storage {

namespace {

absl::StatusOr<std::optional<std::string>> Found(const rocksdb::Status& status, std::string value) {
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FromRocks(status, "reading a card");
  return std::optional(std::move(value));
}

absl::Status ScanWith(rocksdb::Iterator& cards, const ScanRange& range, CardCallback callback) {
  size_t visited = 0;
  for (cards.Seek(std::max(range.prefix, range.from)); cards.Valid(); cards.Next()) {
    if (visited++ == range.limit || !cards.key().starts_with(range.prefix)) break;
    absl::Status told = callback(ToView(cards.key()), ToView(cards.value()));
    if (!told.ok()) return told;
  }
  return FromRocks(cards.status(), "scanning cards");
}

}  // namespace

View::View(std::shared_ptr<Generation> generation) : generation_(std::move(generation)) {}

absl::StatusOr<std::optional<std::string>> View::Get(std::string_view key) const {
  std::string value;
  const rocksdb::Status found = generation_->rocks->db().Get(
      rocksdb::ReadOptions(), generation_->family, ToSlice(key), &value);
  return Found(found, std::move(value));
}

absl::Status View::Scan(const ScanRange& range, CardCallback callback) const {
  const std::unique_ptr<rocksdb::Iterator> cards(
      generation_->rocks->db().NewIterator(rocksdb::ReadOptions(), generation_->family));
  return ScanWith(*cards, range, callback);
}

uint64_t View::position() const { return generation_->position.load(); }
const std::string& View::name() const { return generation_->name; }
uint32_t View::version() const { return generation_->version; }
uint32_t View::generation() const { return generation_->number; }

struct ViewSnapshot::Rep {
  rocksdb::ReadOptions Options() const {
    rocksdb::ReadOptions options;
    options.snapshot = moment.get();
    return options;
  }

  // For a pass over everything, which must not push out of the cache what others read.
  std::unique_ptr<rocksdb::Iterator> FirstCard() const {
    const View::Generation& generation = *view.generation_;
    rocksdb::ReadOptions options = Options();
    options.fill_cache = false;
    std::unique_ptr<rocksdb::Iterator> cards(
        generation.rocks->db().NewIterator(options, generation.family));
    cards->SeekToFirst();
    return cards;
  }

  const View view;
  const std::shared_ptr<const rocksdb::Snapshot> moment;
  uint64_t position = 0;
};

ViewSnapshot::ViewSnapshot(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
ViewSnapshot::ViewSnapshot(ViewSnapshot&&) noexcept = default;
ViewSnapshot& ViewSnapshot::operator=(ViewSnapshot&&) noexcept = default;
ViewSnapshot::~ViewSnapshot() = default;

absl::StatusOr<ViewSnapshot> View::Snapshot() const {
  absl::StatusOr<std::vector<ViewSnapshot>> snapshots = SnapshotsOf({*this});
  if (!snapshots.ok()) return snapshots.status();
  return std::move(snapshots->front());
}

absl::StatusOr<std::vector<ViewSnapshot>> View::SnapshotsOf(const std::vector<View>& views) {
  const std::shared_ptr<Rocks> rocks = views.front().generation_->rocks;
  const std::shared_ptr<const rocksdb::Snapshot> moment(
      rocks->db().GetSnapshot(),
      [rocks](const rocksdb::Snapshot* taken) { rocks->db().ReleaseSnapshot(taken); });
  std::vector<ViewSnapshot> snapshots;
  for (const View& view : views) {
    std::unique_ptr<ViewSnapshot::Rep> rep(new ViewSnapshot::Rep{view, moment});
    const Generation& generation = *view.generation_;
    const absl::StatusOr<std::optional<uint64_t>> position =
        ReadViewPosition(*rocks, generation.family->GetName(), rep->Options());
    if (!position.ok()) return position.status();
    // What was dropped keeps its cards while it is held, but not its row.
    const uint64_t without_row = generation.dropped.load() ? generation.position.load() : 0;
    rep->position = position->value_or(without_row);
    snapshots.push_back(ViewSnapshot(std::move(rep)));
  }
  return snapshots;
}

absl::StatusOr<std::optional<std::string>> ViewSnapshot::Get(std::string_view key) const {
  const View::Generation& generation = *rep_->view.generation_;
  std::string value;
  const rocksdb::Status found =
      generation.rocks->db().Get(rep_->Options(), generation.family, ToSlice(key), &value);
  return Found(found, std::move(value));
}

absl::Status ViewSnapshot::Scan(const ScanRange& range, CardCallback callback) const {
  const View::Generation& generation = *rep_->view.generation_;
  const std::unique_ptr<rocksdb::Iterator> cards(
      generation.rocks->db().NewIterator(rep_->Options(), generation.family));
  return ScanWith(*cards, range, callback);
}

uint64_t ViewSnapshot::position() const { return rep_->position; }

absl::Status VisitBoth(const ViewSnapshot& left, const ViewSnapshot& right,
                       CardPairCallback callback) {
  const std::unique_ptr<rocksdb::Iterator> lefts = left.rep_->FirstCard();
  const std::unique_ptr<rocksdb::Iterator> rights = right.rep_->FirstCard();
  while (lefts->Valid() || rights->Valid()) {
    int order = 0;  // Below zero: only the left one has the key; above: only the right one.
    if (!rights->Valid()) {
      order = -1;
    } else if (!lefts->Valid()) {
      order = 1;
    } else {
      order = lefts->key().compare(rights->key());
    }
    std::optional<std::string_view> left_card;
    std::optional<std::string_view> right_card;
    if (order <= 0) left_card = ToView(lefts->value());
    if (order >= 0) right_card = ToView(rights->value());
    absl::Status told =
        callback(ToView(order <= 0 ? lefts->key() : rights->key()), left_card, right_card);
    if (!told.ok()) return told;
    if (order <= 0) lefts->Next();
    if (order >= 0) rights->Next();
  }
  // An iterator that failed is not valid either: what it did not show must not pass for missing.
  for (const auto& cards : {lefts.get(), rights.get()}) {
    if (!cards->status().ok()) return FromRocks(cards->status(), "comparing cards");
  }
  return absl::OkStatus();
}

struct ViewBatch::Rep {
  // The last change of each key: a card, or nothing where it was erased.
  using Changes = absl::btree_map<std::string, std::optional<std::string>, std::less<>>;

  Rep(std::vector<View> views, Urgency urgency)
      : views(std::move(views)),
        rocks(this->views.front().generation_->rocks),
        changes(this->views.size()) {
    const bool can_wait = urgency == Urgency::kCanWait;
    options.low_pri = can_wait;
    options.disableWAL = can_wait;
  }

  // Null for a view that is not of this batch.
  Changes* ChangesOf(const View& view) {
    for (size_t i = 0; i < views.size(); ++i) {
      if (views[i].generation_ == view.generation_) return &changes[i];
    }
    return nullptr;
  }

  void Change(const View& view, std::string_view key, std::optional<std::string> card) {
    Changes* const of_view = ChangesOf(view);
    strayed |= of_view == nullptr;
    if (of_view != nullptr) of_view->insert_or_assign(std::string(key), std::move(card));
  }

  const std::vector<View> views;
  const std::shared_ptr<Rocks> rocks;
  rocksdb::WriteOptions options;
  std::vector<Changes> changes;  // As `views`.
  bool strayed = false;          // A view was changed that is not of this batch.
};

ViewBatch::ViewBatch(std::vector<View> views, Urgency urgency)
    : rep_(std::make_unique<Rep>(std::move(views), urgency)) {}
ViewBatch::ViewBatch(ViewBatch&&) noexcept = default;
ViewBatch::~ViewBatch() = default;

absl::StatusOr<std::optional<std::string>> ViewBatch::Get(const View& view,
                                                          std::string_view key) const {
  if (const Rep::Changes* const changes = rep_->ChangesOf(view)) {
    const auto changed = changes->find(key);
    if (changed != changes->end()) return changed->second;
  }
  return view.Get(key);
}

void ViewBatch::Put(const View& view, std::string_view key, std::string_view card) {
  rep_->Change(view, key, std::string(card));
}

void ViewBatch::Erase(const View& view, std::string_view key) {
  rep_->Change(view, key, std::nullopt);
}

absl::Status ViewBatch::Scan(const View& view, const ScanRange& range,
                             CardCallback callback) const {
  static const auto* const unchanged = new Rep::Changes;
  const Rep::Changes* const of_view = rep_->ChangesOf(view);
  const Rep::Changes& changes = of_view != nullptr ? *of_view : *unchanged;
  const View::Generation& generation = *view.generation_;
  const std::unique_ptr<rocksdb::Iterator> stored(
      generation.rocks->db().NewIterator(rocksdb::ReadOptions(), generation.family));
  const std::string& first = std::max(range.prefix, range.from);
  stored->Seek(first);
  auto changed = changes.lower_bound(first);
  const auto in_range = [&](std::string_view key) {
    return key.substr(0, range.prefix.size()) == range.prefix;
  };
  for (size_t visited = 0; visited < range.limit;) {
    const bool more_stored = stored->Valid() && in_range(ToView(stored->key()));
    const bool more_changed = changed != changes.end() && in_range(changed->first);
    if (!more_stored && !more_changed) break;
    // Below zero: the stored one is next; zero: it was changed.
    const int order = !more_changed  ? -1
                      : !more_stored ? 1
                                     : ToView(stored->key()).compare(changed->first);
    absl::Status told;
    if (order < 0) {
      told = callback(ToView(stored->key()), ToView(stored->value()));
      ++visited;
    } else if (changed->second.has_value()) {
      told = callback(changed->first, *changed->second);
      ++visited;
    }
    if (!told.ok()) return told;
    if (order <= 0) stored->Next();
    if (order >= 0) ++changed;
  }
  return FromRocks(stored->status(), "scanning cards");
}

absl::Status ViewBatch::Commit(uint64_t position) {
  if (rep_->strayed) return absl::InvalidArgumentError("A changed view is not of this batch.");
  const bool logged = !rep_->options.disableWAL;
  rocksdb::WriteBatch batch;
  for (size_t i = 0; i < rep_->views.size(); ++i) {
    View::Generation& generation = *rep_->views[i].generation_;
    if (generation.position.load() > position) {
      return absl::InvalidArgumentError(absl::StrCat("The view ", generation.name, " stands at ",
                                                     generation.position.load(), " already."));
    }
    for (const auto& [key, card] : rep_->changes[i]) {
      if (card.has_value()) {
        batch.Put(generation.family, key, *card);
      } else {
        batch.Delete(generation.family, key);
      }
    }
    batch.Put(keys::ViewPosition(generation.family->GetName()), ViewPositionRow(position));
    // V1: what is logged must not outlive what it rests on.
    const absl::Status persisted = logged ? generation.Persist() : absl::OkStatus();
    if (!persisted.ok()) return persisted;
  }
  const rocksdb::Status written = rep_->rocks->db().Write(rep_->options, &batch);
  if (!written.ok()) return FromRocks(written, "writing cards");
  for (Rep::Changes& changes : rep_->changes) changes.clear();
  for (const View& view : rep_->views) {
    view.generation_->position.store(position);
    if (!logged) view.generation_->unlogged.store(true);
  }
  return absl::OkStatus();
}

}  // namespace countersign::storage
