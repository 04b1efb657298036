// Cards in memory, which count how often they are asked.
#ifndef COUNTERSIGN_TESTS_PROJECTIONS_MEMORY_CARDS_H_
#define COUNTERSIGN_TESTS_PROJECTIONS_MEMORY_CARDS_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/projections/projection.h"

namespace countersign::projections {

class MemoryCards : public Cards {
 public:
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    ++gets;
    const auto found = rows.find(key);
    if (found == rows.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }

  absl::Status Scan(absl::string_view prefix, absl::string_view from, size_t limit,
                    CardVisitor visit) const override {
    ++scans;
    size_t visited = 0;
    for (auto row = rows.lower_bound(std::max(prefix, from)); row != rows.end(); ++row) {
      if (visited++ == limit || !absl::StartsWith(row->first, prefix)) break;
      const absl::Status told = visit(row->first, row->second);
      if (!told.ok()) return told;
    }
    return absl::OkStatus();
  }

  void ForgetCounts() { gets = scans = writes = 0; }

  std::map<std::string, std::string, std::less<>> rows;
  mutable size_t gets = 0;
  mutable size_t scans = 0;
  size_t writes = 0;

 private:
  void Write(absl::string_view key, absl::string_view card) override {
    ++writes;
    rows[std::string(key)] = std::string(card);
  }

  void Remove(absl::string_view key) override {
    ++writes;
    rows.erase(std::string(key));
  }
};

}  // namespace countersign::projections

#endif  // COUNTERSIGN_TESTS_PROJECTIONS_MEMORY_CARDS_H_
