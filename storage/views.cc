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
  explicit Rep(View view)
      : view(std::move(view)), snapshot(this->view.generation_->rocks->db().GetSnapshot()) {}
  ~Rep() { view.generation_->rocks->db().ReleaseSnapshot(snapshot); }

  rocksdb::ReadOptions Options() const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    return options;
  }

  const View view;
  const rocksdb::Snapshot* const snapshot;
  uint64_t position = 0;
};

ViewSnapshot::ViewSnapshot(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
ViewSnapshot::ViewSnapshot(ViewSnapshot&&) noexcept = default;
ViewSnapshot& ViewSnapshot::operator=(ViewSnapshot&&) noexcept = default;
ViewSnapshot::~ViewSnapshot() = default;

absl::StatusOr<ViewSnapshot> View::Snapshot() const {
  auto rep = std::make_unique<ViewSnapshot::Rep>(*this);
  absl::StatusOr<uint64_t> position =
      ReadViewPosition(*generation_->rocks, generation_->family->GetName(), rep->Options());
  if (!position.ok()) return position.status();
  rep->position = *position;
  return ViewSnapshot(std::move(rep));
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

struct ViewBatch::Rep {
  explicit Rep(std::vector<View> views)
      : views(std::move(views)), rocks(this->views.front().generation_->rocks) {}

  bool Has(const View& view) const {
    return std::any_of(views.begin(), views.end(),
                       [&](const View& own) { return own.generation_ == view.generation_; });
  }

  const std::vector<View> views;
  const std::shared_ptr<Rocks> rocks;
  // Overwriting, so that a read finds the last change of a key.
  rocksdb::WriteBatchWithIndex changes{rocksdb::BytewiseComparator(), 0, /*overwrite_key=*/true};
  bool strayed = false;  // A view was changed that is not of this batch.
};

ViewBatch::ViewBatch(std::vector<View> views) : rep_(std::make_unique<Rep>(std::move(views))) {}
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
      rep_->rocks->db().Write(rocksdb::WriteOptions(), rep_->changes.GetWriteBatch());
  if (!written.ok()) return FromRocks(written, "writing cards");
  rep_->changes.Clear();
  for (const View& view : rep_->views) view.generation_->position.store(position);
  return absl::OkStatus();
}

}  // namespace countersign::storage
