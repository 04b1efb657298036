// One generation: its cards, read and changed. view_generations.cc says which generations there
// are.
#include "storage/views.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/utilities/write_batch_with_index.h"
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
  Rep(std::vector<View> views, Urgency urgency)
      : views(std::move(views)), rocks(this->views.front().generation_->rocks) {
    options.low_pri = urgency == Urgency::kCanWait;
  }

  bool Has(const View& view) const {
    return std::any_of(views.begin(), views.end(),
                       [&](const View& own) { return own.generation_ == view.generation_; });
  }

  const std::vector<View> views;
  const std::shared_ptr<Rocks> rocks;
  rocksdb::WriteOptions options;
  // Overwriting, so that a read finds the last change of a key.
  rocksdb::WriteBatchWithIndex changes{rocksdb::BytewiseComparator(), 0, /*overwrite_key=*/true};
  bool strayed = false;  // A view was changed that is not of this batch.
};

ViewBatch::ViewBatch(std::vector<View> views, Urgency urgency)
    : rep_(std::make_unique<Rep>(std::move(views), urgency)) {}
ViewBatch::ViewBatch(ViewBatch&&) noexcept = default;
ViewBatch::~ViewBatch() = default;

absl::StatusOr<std::optional<std::string>> ViewBatch::Get(const View& view,
                                                          std::string_view key) const {
  std::string value;
  const rocksdb::Status found = rep_->changes.GetFromBatchAndDB(
      &rep_->rocks->db(), rocksdb::ReadOptions(), view.generation_->family, ToSlice(key), &value);
  return Found(found, std::move(value));
}

void ViewBatch::Put(const View& view, std::string_view key, std::string_view card) {
  rep_->strayed |= !rep_->Has(view);
  rep_->changes.Put(view.generation_->family, ToSlice(key), ToSlice(card));
}

void ViewBatch::Erase(const View& view, std::string_view key) {
  rep_->strayed |= !rep_->Has(view);
  rep_->changes.Delete(view.generation_->family, ToSlice(key));
}

absl::Status ViewBatch::Scan(const View& view, const ScanRange& range,
                             CardCallback callback) const {
  rocksdb::ColumnFamilyHandle* family = view.generation_->family;
  // The outer iterator takes the inner one over.
  const std::unique_ptr<rocksdb::Iterator> cards(rep_->changes.NewIteratorWithBase(
      family, rep_->rocks->db().NewIterator(rocksdb::ReadOptions(), family)));
  return ScanWith(*cards, range, callback);
}

absl::Status ViewBatch::Commit(uint64_t position) {
  if (rep_->strayed) return absl::InvalidArgumentError("A changed view is not of this batch.");
  for (const View& view : rep_->views) {
    if (view.position() > position) {
      return absl::InvalidArgumentError(
          absl::StrCat("The view ", view.name(), " stands at ", view.position(), " already."));
    }
  }
  for (const View& view : rep_->views) {
    rep_->changes.Put(keys::ViewPosition(view.generation_->family->GetName()),
                      ViewPositionRow(position));
  }
  const rocksdb::Status written =
      rep_->rocks->db().Write(rep_->options, rep_->changes.GetWriteBatch());
  if (!written.ok()) return FromRocks(written, "writing cards");
  rep_->changes.Clear();
  for (const View& view : rep_->views) view.generation_->position.store(position);
  return absl::OkStatus();
}

}  // namespace countersign::storage
