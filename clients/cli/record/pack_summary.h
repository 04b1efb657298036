// What a record pack says of itself (docs/record-pack.md), for the person who takes it away. Proves
// nothing: that is for `countersign-verify record`.

#ifndef COUNTERSIGN_CLIENTS_CLI_RECORD_PACK_SUMMARY_H_
#define COUNTERSIGN_CLIENTS_CLI_RECORD_PACK_SUMMARY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace countersign::cli {

struct PackSummary {
  std::string digest = {};       // 64 hexadecimal digits.
  uint32_t entries = 0;          // Entries of the journal in it.
  uint64_t checkpoint_size = 0;  // Entries that its checkpoint covers.
};

// DATA_LOSS when the bytes are no record pack.
absl::StatusOr<PackSummary> SummaryOfPack(absl::string_view pack);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_RECORD_PACK_SUMMARY_H_
