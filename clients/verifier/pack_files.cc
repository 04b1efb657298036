#include "clients/verifier/pack_files.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "clients/verifier/sha256.h"
#include "clients/verifier/text.h"
#include "clients/verifier/zip_reader.h"

namespace countersign::verifier {
namespace {

constexpr std::string_view kFormatLine = "countersign record pack v1\n";
constexpr std::string_view kEntryFolder = "entries/";
constexpr std::string_view kEntryEnding = ".entry";
constexpr size_t kSaltBytes = 32;

// Takes files off the front, by the names that they must have.
class Queue {
 public:
  explicit Queue(const std::vector<StoredFile>& files) : files_(files) {}

  bool Has(std::string_view name) const {
    return next_ < files_.size() && files_[next_].name == name;
  }
  // The file of this name, when it is the next one; nothing is taken otherwise, and that is
  // remembered.
  std::string_view Take(std::string_view name) {
    if (Has(name)) return files_[next_++].bytes;
    if (missing_.empty()) missing_ = std::string(name);
    return {};
  }
  // The position in the name of the next file, when that is an entry.
  std::optional<uint64_t> NextPosition() const {
    if (next_ == files_.size()) return std::nullopt;
    std::string_view name = files_[next_].name;
    const size_t around = kEntryFolder.size() + kEntryEnding.size();
    if (name.size() <= around || name.substr(0, kEntryFolder.size()) != kEntryFolder ||
        name.substr(name.size() - kEntryEnding.size()) != kEntryEnding) {
      return std::nullopt;
    }
    return ParseDecimal(name.substr(kEntryFolder.size(), name.size() - around));
  }
  bool IsEmpty() const { return next_ == files_.size(); }
  // Name of the first file that was asked for and not there; empty when all were.
  const std::string& missing() const { return missing_; }

 private:
  const std::vector<StoredFile>& files_;
  size_t next_ = 0;
  std::string missing_;
};

PackedEntry TakeEntry(uint64_t position, Queue& queue) {
  const auto name = [&](std::string_view ending) {
    return absl::StrCat(std::string(kEntryFolder), position, std::string(ending));
  };
  PackedEntry packed;
  packed.position = position;
  packed.entry = queue.Take(name(kEntryEnding));
  if (queue.Has(name(".event"))) {
    PackedEntry::Opened opened;
    opened.event = queue.Take(name(".event"));
    opened.salt = queue.Take(name(".salt"));
    packed.opened = opened;
  }
  packed.proof = queue.Take(name(".tlog-proof"));
  return packed;
}

std::string ManifestOf(const std::vector<StoredFile>& files) {
  std::string manifest(kFormatLine);
  for (size_t i = 0; i + 1 < files.size(); ++i) {
    absl::StrAppend(&manifest, ToHex(Sha256(files[i].bytes)), " ", files[i].bytes.size(), " ",
                    std::string(files[i].name), "\n");
  }
  return manifest;
}

absl::Status NoPack(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("This is no record pack of version 1: ", std::string(what), "."));
}

}  // namespace

absl::StatusOr<PackFiles> ReadPackFiles(std::string_view pack) {
  const absl::StatusOr<std::vector<StoredFile>> stored = ReadStoredZip(pack);
  if (!stored.ok()) return stored.status();
  Queue queue(*stored);
  PackFiles files;
  files.page = queue.Take("record.html");
  files.plan = queue.Take("plan.bin");
  files.annex = queue.Take("annex.bin");
  files.comments = queue.Take("comments.bin");
  files.digest = queue.Take("digest.txt");
  for (std::optional<uint64_t> position = queue.NextPosition(); position.has_value();
       position = queue.NextPosition()) {
    if (!files.entries.empty() && *position <= files.entries.back().position) {
      return NoPack("its entries are not in their order");
    }
    files.entries.push_back(TakeEntry(*position, queue));
    const PackedEntry& packed = files.entries.back();
    if (packed.opened.has_value() && packed.opened->salt.size() != kSaltBytes) {
      return NoPack("a salt does not have 32 bytes");
    }
    if (!queue.missing().empty()) break;
  }
  files.checkpoint = queue.Take("checkpoint");
  files.log_key = queue.Take("log.key");
  const std::string_view manifest = queue.Take("manifest.txt");
  if (!queue.missing().empty())
    return NoPack(absl::StrCat(queue.missing(), " is not at its place"));
  if (!queue.IsEmpty()) return NoPack("it holds more files");
  files.manifest_fits = manifest == ManifestOf(*stored);
  files.crcs_fit = true;
  for (const StoredFile& file : *stored) files.crcs_fit = files.crcs_fit && file.crc_fits;
  return files;
}

}  // namespace countersign::verifier
