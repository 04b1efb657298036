// Reads an export (export.h) from a file, front to back. Lengths are bounded; the digest is
// compared at the end. That what it holds is right is for the caller to find out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "storage/copies/export_format.h"
#include "storage/hash.h"

namespace countersign::storage {

struct ExportEntry {
  std::string_view entry;
  ExportedPayload state = ExportedPayload::kWithheld;
  std::string_view payload;  // Empty unless kHere.
};

// Not thread-safe. Errors of all of these: NOT_FOUND when there is no such file, UNAVAILABLE when
// it cannot be read, INVALID_ARGUMENT when it is no export of version 1, OUT_OF_RANGE when it is
// cut off.
class ExportReader {
 public:
  static absl::StatusOr<std::unique_ptr<ExportReader>> Open(rocksdb::Env* env,
                                                            const std::string& path);

  uint64_t size() const { return size_; }
  bool has_payloads() const { return has_payloads_; }

  // The next entry; its views are valid until the next call. Call size() times, then Checkpoints.
  absl::StatusOr<ExportEntry> NextEntry();
  // How many checkpoints follow. Call once.
  absl::StatusOr<uint32_t> CheckpointCount();
  absl::StatusOr<std::string> NextCheckpoint();
  // Nothing may follow the digest, and it must be that of all before it: ABORTED otherwise. The
  // copy is damaged then, which proves nothing against the log.
  absl::Status Finish();

 private:
  ExportReader(std::unique_ptr<rocksdb::SequentialFile> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  absl::Status ReadHeader();
  // The next `size` bytes, valid until the next call. They go into the digest.
  absl::StatusOr<std::string_view> Take(size_t size);
  // As much of `size` bytes as there is.
  absl::Status Fill(size_t size);
  absl::Status Malformed(std::string_view what) const;

  std::unique_ptr<rocksdb::SequentialFile> file_;
  std::string path_;
  bool has_payloads_ = false;
  uint64_t size_ = 0;
  uint64_t entries_ = 0;
  std::string buffer_;
  size_t next_ = 0;  // First byte of the buffer that was not taken.
  RunningSha256 digest_;
  std::string entry_;
  std::string payload_;
};

}  // namespace countersign::storage
