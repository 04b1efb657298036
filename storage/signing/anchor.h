// The anchor: what was signed last, in a small file on a path of its own, best on another disk than
// the journal's. A journal that is shorter than its anchor, or has another root at that size, has
// lost or changed something that was signed, and must not be written to.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "storage/signing/checkpoint.h"

namespace countersign::storage {

class Journal;

// Reads and writes one anchor file. Not thread-safe.
//
// The file: the text of a checkpoint (checkpoint.h), an empty line, and the SHA-256 of the text in
// hexadecimal with a newline. PERSISTENT.
class Anchor {
 public:
  // Nothing is read yet. `path` names a file; its folder is made by Write if it is missing.
  Anchor(std::string path, rocksdb::Env* env);

  // Nothing when there is no file. DATA_LOSS when the file is damaged; UNAVAILABLE when it cannot
  // be read just now.
  absl::StatusOr<std::optional<Checkpoint>> Read() const;

  // The file holds this once OK is returned, whatever happens to the machine: written beside,
  // synced, renamed, and the folder synced. UNAVAILABLE otherwise; it then holds this or what it
  // held.
  absl::Status Write(const Checkpoint& signed_last);

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  rocksdb::Env* env_;
};

// OK when the journal holds what was signed: it is at least as long as the anchor, and had its root
// at that size. FAILED_PRECONDITION (IsBehindAnchor) with both sizes and what to do when it is
// shorter; DATA_LOSS (IsBehindAnchor too) when the root is another one.
absl::Status CheckAgainstAnchor(const Journal& journal, const Checkpoint& anchor);

}  // namespace countersign::storage
