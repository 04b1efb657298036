#include "clients/verifier/export_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/text.h"

namespace countersign::verifier {
namespace {

constexpr std::string_view kMagic = "countersign export v1\n";
constexpr size_t kHeaderBytes = kMagic.size() + 1 + 8;
constexpr uint8_t kPayloadsFlag = 1;
constexpr size_t kLengthBytes = 4;
constexpr size_t kDigestBytes = 32;
// The bounds of docs/export-format.md.
constexpr size_t kMostEntryBytes = 65'535;
constexpr size_t kMostPayloadBytes = size_t{4} << 20;
constexpr size_t kMostNoteBytes = size_t{1} << 20;

// What is taken of a piece at once, and about how much is handed over at once.
constexpr size_t kSliceBytes = size_t{256} << 10;
constexpr size_t kBatchBytes = size_t{128} << 10;

}  // namespace

absl::Status ExportReader::Add(std::string_view piece) {
  while (failed_.ok() && !piece.empty()) {
    const std::string_view slice = piece.substr(0, kSliceBytes);
    piece.remove_prefix(slice.size());
    if (stage_ == Stage::kEnd) {
      followed_ = true;
      continue;
    }
    pending_.append(slice);
    absl::StatusOr<bool> read = true;
    while (read.ok() && *read) read = ReadItem();
    failed_ = read.status();
    if (!failed_.ok() || stage_ != Stage::kEntries || next_ >= kBatchBytes) EmitEntries();
  }
  return failed_;
}

absl::Status ExportReader::Finish() {
  if (!failed_.ok()) return failed_;
  EmitEntries();
  if (stage_ == Stage::kHeader) {
    failed_ = absl::InvalidArgumentError("This is no export: it ends before it begins.");
  } else if (stage_ != Stage::kEnd) {
    failed_ =
        absl::OutOfRangeError(absl::StrCat("The export is cut off: it ends after ", entries_read_,
                                           " of ", header_.size, " entries. Copy it again."));
  } else if (computed_ != written_) {
    failed_ = absl::AbortedError(
        "The copy is damaged: the digest at its end is not that of its bytes, although all that is "
        "signed is right. Copy it again.");
  } else if (followed_) {
    failed_ = absl::AbortedError("The copy is damaged: something follows its end. Copy it again.");
  }
  return failed_;
}

absl::StatusOr<bool> ExportReader::ReadItem() {
  switch (stage_) {
    case Stage::kHeader:
      return ReadHeader();
    case Stage::kEntries:
      return ReadEntry();
    case Stage::kCheckpointCount:
      return ReadCheckpointCount();
    case Stage::kCheckpoints:
      return ReadCheckpoint();
    case Stage::kDigest:
      return ReadDigest();
    case Stage::kEnd:
      break;
  }
  followed_ = followed_ || !Rest().empty();
  return false;
}

absl::StatusOr<bool> ExportReader::ReadHeader() {
  const std::string_view rest = Rest();
  const size_t known = std::min(rest.size(), kMagic.size());
  if (rest.substr(0, known) != kMagic.substr(0, known)) {
    return absl::InvalidArgumentError("This is no export of version 1.");
  }
  if (rest.size() < kHeaderBytes) return false;
  const uint8_t flags = static_cast<uint8_t>(rest[kMagic.size()]);
  if ((flags & ~kPayloadsFlag) != 0) {
    return absl::InvalidArgumentError("The export has flags that this program does not know.");
  }
  header_ = {.payloads = flags == kPayloadsFlag,
             .size = BigEndian(rest.substr(kMagic.size() + 1, 8))};
  Consume(kHeaderBytes);
  stage_ = header_.size == 0 ? Stage::kCheckpointCount : Stage::kEntries;
  visitor_.OnHeader(header_);
  return true;
}

absl::StatusOr<bool> ExportReader::ReadEntry() {
  const auto wrong = [this](absl::string_view what) {
    return WrongEntry(entries_read_, absl::StrCat("The entry at position ", entries_read_,
                                                  " is wrong: ", what, "."));
  };
  const std::string_view rest = Rest();
  if (rest.size() < kLengthBytes) return false;
  const size_t entry_size = BigEndian(rest.substr(0, kLengthBytes));
  if (entry_size == 0 || entry_size > kMostEntryBytes) {
    return wrong(absl::StrCat("its length is ", entry_size, ", and 1 to 65,535 are possible"));
  }
  const size_t state_at = kLengthBytes + entry_size;
  if (rest.size() < state_at + 1) return false;
  const uint8_t state = static_cast<uint8_t>(rest[state_at]);
  if (state > static_cast<uint8_t>(PayloadState::kWithheld)) {
    return wrong(absl::StrCat("the state ", static_cast<int>(state), " of its payload is unknown"));
  }
  Frame frame{.entry = next_ + kLengthBytes,
              .entry_size = entry_size,
              .state = static_cast<PayloadState>(state),
              .payload = 0,
              .payload_size = 0};
  if ((frame.state == PayloadState::kWithheld) == header_.payloads) {
    return wrong(header_.payloads ? "its payload is withheld, in an export with payloads"
                                  : "its payload is not withheld, in an export without payloads");
  }
  size_t size = state_at + 1;
  if (frame.state == PayloadState::kHere) {
    if (rest.size() < size + kLengthBytes) return false;
    frame.payload_size = BigEndian(rest.substr(size, kLengthBytes));
    if (frame.payload_size > kMostPayloadBytes) {
      return wrong(absl::StrCat("its payload's length is ", frame.payload_size,
                                ", and at most 4 MiB are possible"));
    }
    size += kLengthBytes;
    frame.payload = next_ + size;
    size += frame.payload_size;
    if (rest.size() < size) return false;
  }
  frames_.push_back(frame);
  Consume(size);
  if (++entries_read_ == header_.size) stage_ = Stage::kCheckpointCount;
  return true;
}

absl::StatusOr<bool> ExportReader::ReadCheckpointCount() {
  const std::string_view rest = Rest();
  if (rest.size() < kLengthBytes) return false;
  checkpoints_left_ = static_cast<uint32_t>(BigEndian(rest.substr(0, kLengthBytes)));
  Consume(kLengthBytes);
  // The entries go first: what checkpoints say is compared with them.
  EmitEntries();
  stage_ = checkpoints_left_ == 0 ? Stage::kDigest : Stage::kCheckpoints;
  if (checkpoints_left_ == 0) computed_ = digest_.Finish();
  return true;
}

absl::StatusOr<bool> ExportReader::ReadCheckpoint() {
  const std::string_view rest = Rest();
  if (rest.size() < kLengthBytes) return false;
  const size_t size = BigEndian(rest.substr(0, kLengthBytes));
  if (size == 0 || size > kMostNoteBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("After the entries, where a checkpoint should be, "
                     "is something of ",
                     size, " bytes: the export is malformed."));
  }
  if (rest.size() < kLengthBytes + size) return false;
  visitor_.OnCheckpoint(rest.substr(kLengthBytes, size));
  Consume(kLengthBytes + size);
  if (--checkpoints_left_ == 0) {
    computed_ = digest_.Finish();
    stage_ = Stage::kDigest;
  }
  return true;
}

absl::StatusOr<bool> ExportReader::ReadDigest() {
  const std::string_view rest = Rest();
  if (rest.size() < kDigestBytes) return false;
  written_ = *HashFromBytes(rest.substr(0, kDigestBytes));
  next_ += kDigestBytes;
  stage_ = Stage::kEnd;
  return true;
}

void ExportReader::Consume(size_t size) {
  digest_.Add(Rest().substr(0, size));
  next_ += size;
}

void ExportReader::EmitEntries() {
  if (next_ == 0) return;
  auto batch = std::make_unique<EntryBatch>();
  std::string unread = pending_.substr(next_);
  batch->bytes = std::exchange(pending_, std::move(unread));
  next_ = 0;
  if (frames_.empty()) return;
  batch->first = entries_read_ - frames_.size();
  batch->entries.reserve(frames_.size());
  const std::string_view bytes = batch->bytes;
  for (const Frame& frame : frames_) {
    batch->entries.push_back({.entry = bytes.substr(frame.entry, frame.entry_size),
                              .state = frame.state,
                              .payload = bytes.substr(frame.payload, frame.payload_size)});
  }
  frames_.clear();
  visitor_.OnEntries(std::move(batch));
}

}  // namespace countersign::verifier
