// The cards of projections as storage keeps them: a view's rows, read at one position or changed in
// a batch.
#ifndef COUNTERSIGN_SERVICES_CARDS_VIEW_CARDS_H_
#define COUNTERSIGN_SERVICES_CARDS_VIEW_CARDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/projections/projection.h"
#include "storage/views.h"

namespace countersign {

// Storage speaks the standard library's views, the projections Abseil's, which Debian builds as a
// type of its own.
inline std::string_view StdView(absl::string_view text) { return {text.data(), text.size()}; }
inline absl::string_view AbslView(std::string_view text) { return {text.data(), text.size()}; }

// The cards of a view at one position. Thread-safe.
class SnapshotCards : public projections::CardReader {
 public:
  explicit SnapshotCards(storage::ViewSnapshot snapshot) : snapshot_(std::move(snapshot)) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    return snapshot_.Get(StdView(key));
  }
  absl::Status Scan(absl::string_view prefix, absl::string_view from, size_t limit,
                    projections::CardVisitor visit) const override {
    return snapshot_.Scan({std::string(prefix), std::string(from), limit},
                          [&](std::string_view key, std::string_view card) {
                            return visit(AbslView(key), AbslView(card));
                          });
  }
  // How many entries of the journal the cards reflect.
  uint64_t position() const { return snapshot_.position(); }

 private:
  storage::ViewSnapshot snapshot_;
};

// The cards of one view in a batch, borrowed. As ViewBatch: for one thread. `memory` is of this
// view's cards as they stand.
class BatchCards : public projections::Cards {
 public:
  BatchCards(storage::ViewBatch& batch, storage::View view, projections::CardMemory memory)
      : Cards(std::move(memory)), batch_(batch), view_(std::move(view)) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    return batch_.Get(view_, StdView(key));
  }
  absl::Status Scan(absl::string_view prefix, absl::string_view from, size_t limit,
                    projections::CardVisitor visit) const override {
    return batch_.Scan(view_, {std::string(prefix), std::string(from), limit},
                       [&](std::string_view key, std::string_view card) {
                         return visit(AbslView(key), AbslView(card));
                       });
  }

 private:
  void Write(absl::string_view key, absl::string_view card) override {
    batch_.Put(view_, StdView(key), StdView(card));
  }
  void Remove(absl::string_view key) override { batch_.Erase(view_, StdView(key)); }

  storage::ViewBatch& batch_;
  storage::View view_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CARDS_VIEW_CARDS_H_
