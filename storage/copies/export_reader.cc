#include "storage/copies/export_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/append_batch.h"
#include "storage/bytes.h"
#include "storage/entry.h"
#include "storage/errors.h"

namespace countersign::storage {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;
constexpr size_t kMaxNoteBytes = size_t{1} << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<ExportReader>> ExportReader::Open(rocksdb::Env* env,
                                                                 const std::string& path) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  const rocksdb::Status opened = env->NewSequentialFile(path, &file, rocksdb::EnvOptions());
  if (opened.IsNotFound() || opened.IsPathNotFound()) {
    return absl::NotFoundError(absl::StrCat("There is no file ", path, "."));
  }
  if (!opened.ok()) return FromRocks(opened, absl::StrCat("opening ", path));
  std::unique_ptr<ExportReader> reader(new ExportReader(std::move(file), path));
  const absl::Status read = reader->ReadHeader();
  if (!read.ok()) return read;
  return reader;
}

absl::Status ExportReader::Malformed(std::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(path_, ": ", std::string(what), "."));
}

absl::Status ExportReader::Fill(size_t size) {
  if (buffer_.size() - next_ >= size) return absl::OkStatus();
  buffer_.erase(0, next_);
  next_ = 0;
  while (buffer_.size() < size) {
    const size_t had = buffer_.size();
    buffer_.resize(had + kReadBytes);
    rocksdb::Slice read;
    const rocksdb::Status status = file_->Read(kReadBytes, &read, buffer_.data() + had);
    if (!status.ok()) return FromRocks(status, absl::StrCat("reading ", path_));
    // An env may answer with bytes of its own.
    if (read.data() != buffer_.data() + had) {
      std::copy(read.data(), read.data() + read.size(), buffer_.data() + had);
    }
    buffer_.resize(had + read.size());
    if (read.empty()) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> ExportReader::Take(size_t size) {
  const absl::Status filled = Fill(size);
  if (!filled.ok()) return filled;
  if (buffer_.size() - next_ < size) {
    return absl::OutOfRangeError(
        absl::StrCat(path_, " is cut off: it ends after ", entries_, " of ", size_, " entries."));
  }
  const std::string_view taken = std::string_view(buffer_).substr(next_, size);
  next_ += size;
  digest_.Add(taken);
  return taken;
}

absl::Status ExportReader::ReadHeader() {
  absl::StatusOr<std::string_view> magic = Take(kExportMagic.size());
  if (absl::IsOutOfRange(magic.status()) || (magic.ok() && *magic != kExportMagic)) {
    return Malformed("this is no export of version 1");
  }
  if (!magic.ok()) return magic.status();
  const absl::StatusOr<std::string_view> rest = Take(1 + 8);
  if (!rest.ok()) return rest.status();
  ByteReader reader(*rest);
  const uint8_t flags = reader.U8();
  if ((flags & ~kExportHasPayloads) != 0) return Malformed("it has unknown flags");
  has_payloads_ = flags == kExportHasPayloads;
  size_ = reader.U64();
  return absl::OkStatus();
}

absl::StatusOr<ExportEntry> ExportReader::NextEntry() {
  const auto wrong = [this](std::string_view what) {
    return Malformed(absl::StrCat("the entry at position ", entries_, " has ", std::string(what)));
  };
  absl::StatusOr<std::string_view> taken = Take(4);
  if (!taken.ok()) return taken.status();
  const uint64_t size = BigEndian(*taken);
  if (size == 0 || size > kMaxEntryBytes) return wrong("an impossible length");
  taken = Take(size + 1);
  if (!taken.ok()) return taken.status();
  entry_.assign(taken->substr(0, size));
  const uint8_t state = static_cast<uint8_t>(taken->back());
  if (state > static_cast<uint8_t>(ExportedPayload::kWithheld)) {
    return wrong("a payload of unknown state");
  }
  payload_.clear();
  if (state == static_cast<uint8_t>(ExportedPayload::kHere)) {
    taken = Take(4);
    if (!taken.ok()) return taken.status();
    const uint64_t length = BigEndian(*taken);
    if (length > kMaxPayloadBytes) return wrong("a payload of impossible length");
    taken = Take(length);
    if (!taken.ok()) return taken.status();
    payload_.assign(*taken);
  }
  ++entries_;
  return ExportEntry{
      .entry = entry_, .state = static_cast<ExportedPayload>(state), .payload = payload_};
}

absl::StatusOr<uint32_t> ExportReader::CheckpointCount() {
  const absl::StatusOr<std::string_view> count = Take(4);
  if (!count.ok()) return count.status();
  return static_cast<uint32_t>(BigEndian(*count));
}

absl::StatusOr<std::string> ExportReader::NextCheckpoint() {
  absl::StatusOr<std::string_view> taken = Take(4);
  if (!taken.ok()) return taken.status();
  const uint64_t size = BigEndian(*taken);
  if (size == 0 || size > kMaxNoteBytes) return Malformed("a checkpoint has an impossible length");
  taken = Take(size);
  if (!taken.ok()) return taken.status();
  return std::string(*taken);
}

absl::Status ExportReader::Finish() {
  const Hash computed = digest_.Finish();
  absl::Status filled = Fill(computed.size() + 1);
  if (!filled.ok()) return filled;
  const std::string_view rest = std::string_view(buffer_).substr(next_);
  if (rest == AsBytes(computed)) return absl::OkStatus();
  return absl::AbortedError(
      absl::StrCat(path_, " does not end in the digest of its bytes: copy it again."));
}

}  // namespace countersign::storage
