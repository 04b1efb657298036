#include "storage/copies/backup_record.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "storage/errors.h"
#include "storage/hash.h"
#include "storage/small_file.h"

namespace countersign::storage {
namespace {

constexpr char kFirstLine[] = "countersign backup v1";
constexpr char kPrefix[] = "backup-";
constexpr uint64_t kRecordBytesMost = 1024;

std::string PathOf(const std::string& folder, uint32_t number) {
  return absl::StrCat(folder, "/", kPrefix, number);
}

std::string Body(const Backup& backup) {
  return absl::StrCat(kFirstLine, "\nbackup ", backup.number, "\ncreated-at-us ",
                      absl::ToUnixMicros(backup.created_at), "\nentries ", backup.head.size,
                      "\nroot ", ToHex(backup.head.root), "\nbytes ", backup.bytes, "\n");
}

// What follows `name` and a space on a line; 0 where it is no number, which the comparison with the
// text that would be written finds.
template <typename Number>
Number NumberAfter(absl::string_view line, absl::string_view name) {
  Number number = 0;
  if (!absl::ConsumePrefix(&line, absl::StrCat(name, " ")) || !absl::SimpleAtoi(line, &number)) {
    return 0;
  }
  return number;
}

}  // namespace

std::string RecordText(const Backup& backup) {
  const std::string body = Body(backup);
  return absl::StrCat(body, "\n", ToHex(Sha256(body)), "\n");
}

absl::StatusOr<Backup> ParseRecord(std::string_view text) {
  const std::vector<std::string> lines =
      absl::StrSplit(absl::string_view(text.data(), text.size()), '\n');
  Backup backup;
  if (lines.size() > 5) {
    backup.number = NumberAfter<uint32_t>(lines[1], "backup");
    backup.created_at = absl::FromUnixMicros(NumberAfter<int64_t>(lines[2], "created-at-us"));
    backup.head.size = NumberAfter<uint64_t>(lines[3], "entries");
    absl::string_view digits = lines[4];
    if (absl::ConsumePrefix(&digits, "root ")) {
      // Odd or foreign digits give other bytes than these were written for.
      const bool is_hex =
          std::all_of(digits.begin(), digits.end(), [](char c) { return absl::ascii_isxdigit(c); });
      const std::optional<Hash> root = is_hex && digits.size() == 2 * Hash().size()
                                           ? HashFromBytes(absl::HexStringToBytes(digits))
                                           : std::nullopt;
      backup.head.root = root.value_or(Hash());
    }
    backup.bytes = NumberAfter<uint64_t>(lines[5], "bytes");
  }
  // Every text but the one that would be written is damaged.
  if (RecordText(backup) != text) {
    return absl::DataLossError("It is no record of a backup, or it is damaged.");
  }
  return backup;
}

absl::Status WriteRecord(rocksdb::Env* env, const std::string& folder, const Backup& backup) {
  return WriteSmallFile(env, PathOf(folder, backup.number), RecordText(backup), Readers::kAll);
}

absl::StatusOr<Backup> ReadRecord(rocksdb::Env* env, const std::string& folder, uint32_t number) {
  const std::string path = PathOf(folder, number);
  absl::StatusOr<std::string> text = ReadSmallFile(env, path, kRecordBytesMost);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(absl::StrCat("There is no backup ", number, " in ", folder, "."));
  }
  if (!text.ok()) return text.status();
  absl::StatusOr<Backup> backup = ParseRecord(*text);
  if (!backup.ok() || backup->number != number) {
    return absl::DataLossError(absl::StrCat(path, " is no record of backup ", number,
                                            ", or it is damaged. Take another backup."));
  }
  return backup;
}

absl::StatusOr<std::vector<uint32_t>> RecordedNumbers(rocksdb::Env* env,
                                                      const std::string& folder) {
  std::vector<uint32_t> numbers;
  if (env->FileExists(folder).IsNotFound()) return numbers;
  std::vector<std::string> names;
  const rocksdb::Status listed = env->GetChildren(folder, &names);
  if (!listed.ok()) return FromRocks(listed, "listing " + folder);
  for (const std::string& name : names) {
    absl::string_view digits = name;
    uint32_t number = 0;
    if (absl::ConsumePrefix(&digits, kPrefix) && absl::SimpleAtoi(digits, &number) &&
        name == absl::StrCat(kPrefix, number)) {
      numbers.push_back(number);
    }
  }
  std::sort(numbers.begin(), numbers.end(), std::greater<>());
  return numbers;
}

}  // namespace countersign::storage
