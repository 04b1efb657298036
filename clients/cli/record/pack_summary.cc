#include "clients/cli/record/pack_summary.h"

#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/failure.h"

namespace countersign::cli {
namespace {

constexpr absl::string_view kLocalHeader = "PK\x03\x04";
constexpr size_t kLocalHeaderBytes = 30;
constexpr size_t kSizeAt = 22;
constexpr size_t kNameSizeAt = 26;
constexpr size_t kDigestDigits = 64;

// The number at the front of `bytes`, the least significant byte first.
size_t LittleEndian(absl::string_view bytes, size_t width) {
  size_t value = 0;
  for (size_t i = width; i > 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i - 1]);
  return value;
}

// The files of a zip of stored entries, as far as it is one.
std::map<std::string, absl::string_view> StoredFiles(absl::string_view zip) {
  std::map<std::string, absl::string_view> files;
  while (zip.size() >= kLocalHeaderBytes && absl::StartsWith(zip, kLocalHeader)) {
    const size_t size = LittleEndian(zip.substr(kSizeAt), 4);
    const size_t name_size = LittleEndian(zip.substr(kNameSizeAt), 2);
    zip.remove_prefix(kLocalHeaderBytes);
    if (zip.size() < name_size || zip.size() - name_size < size) break;
    files[std::string(zip.substr(0, name_size))] = zip.substr(name_size, size);
    zip.remove_prefix(name_size + size);
  }
  return files;
}

}  // namespace

absl::StatusOr<PackSummary> SummaryOfPack(absl::string_view pack) {
  PackSummary summary;
  const std::map<std::string, absl::string_view> files = StoredFiles(pack);
  for (const auto& [name, bytes] : files) {
    if (absl::EndsWith(name, ".entry")) ++summary.entries;
  }
  const auto digest = files.find("digest.txt");
  const auto checkpoint = files.find("checkpoint");
  if (digest != files.end() && checkpoint != files.end()) {
    summary.digest = std::string(absl::StripSuffix(digest->second, "\n"));
    const std::vector<absl::string_view> lines = absl::StrSplit(checkpoint->second, '\n');
    const bool is_read = lines.size() > 1 && absl::SimpleAtoi(lines[1], &summary.checkpoint_size);
    if (is_read && summary.digest.size() == kDigestDigits) return summary;
  }
  return MakeFailure(absl::StatusCode::kDataLoss,
                     {.reason = "PACK_UNREADABLE",
                      .message = "What the server sent is no record pack. Nothing was written."});
}

}  // namespace countersign::cli
