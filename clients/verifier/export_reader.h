// Takes an export apart as its bytes come: header, entries, checkpoints, digest. Believes nothing
// but lengths, and those only within bounds. docs/export-format.md gives the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/verifier/sha256.h"

namespace countersign::verifier {

struct ExportHeader {
  bool payloads = false;  // Else every payload is withheld.
  uint64_t size = 0;      // Number of entries.
};

enum class PayloadState : uint8_t { kErased = 0, kHere = 1, kWithheld = 2 };

struct ExportedEntry {
  std::string_view entry;
  PayloadState state;
  std::string_view payload;  // Empty unless kHere.
};

// Some consecutive entries. The views point into `bytes`, so it is never moved.
struct EntryBatch {
  EntryBatch() = default;
  EntryBatch(const EntryBatch&) = delete;
  EntryBatch& operator=(const EntryBatch&) = delete;

  uint64_t first = 0;  // Place of the first of them.
  std::string bytes;
  std::vector<ExportedEntry> entries;
};

// Who is told what an export holds, in its order.
class ExportVisitor {
 public:
  virtual ~ExportVisitor() = default;
  virtual void OnHeader(const ExportHeader& header) = 0;
  virtual void OnEntries(std::unique_ptr<EntryBatch> batch) = 0;
  virtual void OnCheckpoint(std::string_view note) = 0;
};

// Not thread-safe.
class ExportReader {
 public:
  // `visitor` must outlive the reader.
  explicit ExportReader(ExportVisitor& visitor) : visitor_(visitor) {}

  // The next bytes. The first error is given again for ever after:
  //   INVALID_ARGUMENT  no export of version 1, or a list of checkpoints that makes no sense
  //   DATA_LOSS         an entry that cannot be in one; names its position (findings.h)
  absl::Status Add(std::string_view piece);

  // The export ends here. The first error of Add(), or OUT_OF_RANGE when it is cut off, ABORTED
  // when the digest is wrong or something follows it.
  absl::Status Finish();

  const ExportHeader& header() const { return header_; }

 private:
  enum class Stage { kHeader, kEntries, kCheckpointCount, kCheckpoints, kDigest, kEnd };
  struct Frame {
    size_t entry, entry_size;
    PayloadState state;
    size_t payload, payload_size;
  };

  // Reads the next item at next_. False when its bytes are not all there yet.
  absl::StatusOr<bool> ReadItem();
  absl::StatusOr<bool> ReadHeader();
  absl::StatusOr<bool> ReadEntry();
  absl::StatusOr<bool> ReadCheckpointCount();
  absl::StatusOr<bool> ReadCheckpoint();
  absl::StatusOr<bool> ReadDigest();

  std::string_view Rest() const { return std::string_view(pending_).substr(next_); }
  // The next `size` bytes are read: they go into the digest.
  void Consume(size_t size);
  // Hands over the entries that are read; what comes after them stays.
  void EmitEntries();

  ExportVisitor& visitor_;
  absl::Status failed_;
  Stage stage_ = Stage::kHeader;
  ExportHeader header_;
  uint64_t entries_read_ = 0;
  uint32_t checkpoints_left_ = 0;
  std::string pending_;  // Bytes that are not handed over yet.
  size_t next_ = 0;      // The first byte of pending_ that is not read yet.
  std::vector<Frame> frames_;
  RunningSha256 digest_;
  Hash computed_{};  // The digest of all before it, once that is read.
  Hash written_{};   // The one that stands in the file.
  bool followed_ = false;
};

}  // namespace countersign::verifier
