// The cards of one projection in memory: for moments of the past, which nobody writes down.
#ifndef COUNTERSIGN_SERVICES_CARDS_CARDS_IN_MEMORY_H_
#define COUNTERSIGN_SERVICES_CARDS_CARDS_IN_MEMORY_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/cards/view_cards.h"
#include "services/projections/projection.h"

namespace countersign {

// Changed by one thread; once nobody changes them any more, read by any.
class CardsInMemory : public projections::Cards {
 public:
  CardsInMemory() = default;
  // The same cards, to go on with; nothing is remembered of them yet.
  CardsInMemory(const CardsInMemory& other) : Cards(), rows_(other.rows_), bytes_(other.bytes_) {}
  CardsInMemory& operator=(const CardsInMemory&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    const auto found = rows_.find(StdView(key));
    if (found == rows_.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }

  absl::Status Scan(absl::string_view prefix, absl::string_view from, size_t limit,
                    projections::CardVisitor visit) const override {
    size_t visited = 0;
    for (auto row = rows_.lower_bound(StdView(std::max(prefix, from))); row != rows_.end(); ++row) {
      if (visited++ == limit || !absl::StartsWith(row->first, prefix)) break;
      const absl::Status told = visit(row->first, row->second);
      if (!told.ok()) return told;
    }
    return absl::OkStatus();
  }

  // About how much memory they take.
  size_t bytes() const { return bytes_; }

 private:
  // What a row takes beside its key and its card.
  static constexpr size_t kBytesOfRow = 80;

  void Write(absl::string_view key, absl::string_view card) override {
    const auto [row, is_new] = rows_.try_emplace(std::string(key));
    bytes_ += card.size() - row->second.size() + (is_new ? key.size() + kBytesOfRow : 0);
    row->second.assign(card.data(), card.size());
  }

  void Remove(absl::string_view key) override {
    const auto row = rows_.find(StdView(key));
    if (row == rows_.end()) return;
    bytes_ -= row->first.size() + row->second.size() + kBytesOfRow;
    rows_.erase(row);
  }

  absl::btree_map<std::string, std::string, std::less<>> rows_;
  size_t bytes_ = 0;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_CARDS_CARDS_IN_MEMORY_H_
