// The zip of a record pack, read strictly: of the many ways to write a zip this reads the one of
// docs/record-pack.md, so that two readers can never see two different files in it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace countersign::verifier {

// No larger pack is read.
inline constexpr size_t kMostPackBytes = 32 * 1024 * 1024;
// No pack has more files, nor longer names.
inline constexpr size_t kMostPackFiles = 4096;
inline constexpr size_t kMostPackNameBytes = 64;

// A file in a zip. The views are valid as long as the zip's bytes.
struct StoredFile {
  std::string_view name{};
  std::string_view bytes{};
  bool crc_fits = false;  // Whether the CRC-32 is that of the bytes.
};

// The files of a zip, in their order. INVALID_ARGUMENT, saying what is wrong, for bytes that are no
// such zip: another field than documented anywhere, a gap, a name twice, a comment, too large.
absl::StatusOr<std::vector<StoredFile>> ReadStoredZip(std::string_view bytes);

}  // namespace countersign::verifier
