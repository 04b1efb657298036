// The files of a record pack by what they are (docs/record-pack.md): which there are, in which
// order. What they hold is not checked here, but for the manifest. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace countersign::verifier {

// An entry in a pack. The views are valid as long as the pack's bytes.
struct PackedEntry {
  struct Opened {
    std::string_view event{};
    std::string_view salt{};  // 32 bytes.
  };

  uint64_t position = 0;  // From the names of its files.
  std::string_view entry{};
  std::optional<Opened> opened{};
  std::string_view proof{};
};

// The views are valid as long as the pack's bytes.
struct PackFiles {
  std::string_view page{};
  std::string_view plan{};
  std::string_view annex{};
  std::string_view comments{};
  std::string_view digest{};
  std::vector<PackedEntry> entries{};  // By position.
  std::string_view checkpoint{};
  std::string_view log_key{};
  bool manifest_fits = false;  // Whether it is what it must be for the other files.
  bool crcs_fit = false;       // Whether every checksum of the zip is right.
};

// INVALID_ARGUMENT, saying what is missing or too much, when the bytes are not the zip of a pack of
// version 1.
absl::StatusOr<PackFiles> ReadPackFiles(std::string_view pack);

}  // namespace countersign::verifier
