// Checks a whole exported log (docs/export-format.md), piece by piece, as it comes from a file or
// from a server:
//   - every entry: its format, its fields and their shapes, and that it is written the one way
//     there is; position = place; recorded_at strictly increasing; (stream, version) gapless from
//     0; previous_leaf_hash = the leaf hash of the stream's previous entry; caused_by below
//     position;
//   - every payload that is here against length and digest in its entry;
//   - every checkpoint: signed under a key that is accepted for its size, sizes ascending, no
//     origin again once another followed, the root that of the entries; the last covers every
//     entry, and every witness that is asked for cosigned it;
//   - what was seen before: no shorter log, no other root at that size.
//
// What cannot be checked: whether a payload that is said to be erased was erased rightly, and what
// a sealed payload says.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/last_seen.h"
#include "clients/verifier/note.h"

namespace countersign::verifier {

struct LogCheckOptions {
  KeyFile keys{};                      // Whom to believe; at least one key.
  std::vector<PublicKey> witnesses{};  // Who must have cosigned the last checkpoint.
  std::vector<SeenCheckpoint> seen{};  // Verified earlier, of any origin in `keys`.
  int threads = 2;                     // That work at once, the caller's among them; at least 1.
};

// What a log that verified is.
struct LogReport {
  Checkpoint last{};   // Covers every entry.
  std::string note{};  // The last checkpoint's signed note: what to remember as seen.
  uint64_t streams = 0;
  uint64_t checkpoints = 0;
  uint64_t payloads_checked = 0;
  uint64_t payloads_erased = 0;
  uint64_t payloads_withheld = 0;
  // For people, in sentences: what a key file that says "until" made acceptable.
  std::vector<std::string> remarks{};
};

// One check of one log. Not thread-safe; it starts threads of its own.
// Memory: about 43 bytes for each entry and 100 for each stream, and 16 MiB.
class LogCheck {
 public:
  explicit LogCheck(LogCheckOptions options);
  ~LogCheck();
  LogCheck(const LogCheck&) = delete;
  LogCheck& operator=(const LogCheck&) = delete;

  // The next bytes of the export. An error means that further bytes can tell nothing more, and is
  // the one that Finish() gives, unless that finds something that comes before. An entry that is
  // wrong is no such error: the checkpoints after it say more about it.
  absl::Status Add(std::string_view piece);

  // The export ends here. OK when all of it verified. DATA_LOSS for evidence that something was
  // changed; WrongPositionOf() (findings.h) names the first entry that is wrong, where one is.
  // Otherwise nothing is proved either way:
  //   INVALID_ARGUMENT     no export, or one of an unknown version
  //   OUT_OF_RANGE         cut off
  //   ABORTED              the digest at the end is wrong or something follows it, although all
  //                        that is signed is right: a damaged copy
  //   NOT_FOUND            a checkpoint's origin has no key
  //   FAILED_PRECONDITION  a witness's cosignature is missing; what was seen is of another log; the
  //                        log's key was changed, as a known key signed, and the key file lacks
  //                        the other
  // Evidence goes before any of these. Call once, last.
  absl::StatusOr<LogReport> Finish();

  // For telling how far it is: entries read so far, and how many the export says there are.
  uint64_t entries_read() const;
  uint64_t size() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace countersign::verifier
