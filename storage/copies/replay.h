// Brings back what a journal lost, from an export of it: the entries that the export has and the
// journal has not, with their exact bytes, payloads, tree and checkpoints.
//
// The whole export is read and compared before anything is written: its last checkpoint is signed
// by a key the caller trusts for its size and covers all of it, its entries have the roots of its
// checkpoints, the anchor is one of its heads as far as it reaches, and the entries that both have
// are the same. Then the missing ones are appended in synced
// batches. Interrupted, it leaves a journal that is whole up to some entry, and can be run again.
// Until then the journal is only read: a refusal changes no byte of it, and makes none.
//
// Request ids. A request's row needs its first position, its count and the digest of its body keyed
// with a key of the stream. The first two are found again: the entries of one request stand
// together and carry its id and its caller. The digest is in no entry. It is written as zeros,
// which is no digest: whoever repeats such a request is refused (IsRequestIdReused) rather than
// answered again, and nothing is ever appended twice. Requests that were answered "already so" left
// no entry; they are not known any more, and are judged anew.
//
// Erased payloads stay erased. What was erased after the journal's state, it loses here too.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"

namespace countersign::storage {

// A key of the log, and of which heads its signature is believed: whoever has a retired key must
// not be able to add to the log. Without sizes, of all.
struct TrustedKey {
  static constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();
  TrustedKey(VerifierKey trusted, uint64_t from = 0, uint64_t until = kUnlimited)
      : key(std::move(trusted)), from_size(from), until_size(until) {}

  VerifierKey key;
  uint64_t from_size;   // Heads of at least so many entries,
  uint64_t until_size;  // and of at most so many.
};

struct ReplayOptions {
  std::string journal_path{};          // A folder; a new journal is made where there is none.
  std::string export_path{};           // A file with payloads (export.h).
  std::vector<TrustedKey> keys{};      // The log's; the last checkpoint is signed by one of them.
  std::optional<Checkpoint> anchor{};  // What was signed last, where that is known.
  rocksdb::Env* env = rocksdb::Env::Default();
  // Told now and then: of `total` steps, `done` are. Each entry is two steps.
  std::function<void(uint64_t done, uint64_t total)> on_progress = [](uint64_t, uint64_t) {};
};

struct ReplayReport {
  uint64_t size_before = 0;
  uint64_t size_after = 0;
  uint64_t payloads_erased = 0;  // Of entries that the journal had.
  uint64_t checkpoints = 0;      // That the journal had not.
  uint64_t requests = 0;         // Whose repetition will be refused.

  friend bool operator==(const ReplayReport&, const ReplayReport&) = default;
};

// Nobody may have the journal open. Nothing is written when it fails with one of these:
//   NOT_FOUND, INVALID_ARGUMENT, OUT_OF_RANGE, ABORTED  the file (export_reader.h)
//   FAILED_PRECONDITION  payloads are withheld in it; it is shorter than the journal
//   UNAUTHENTICATED      its last checkpoint is signed by none of the keys for its size
//   DATA_LOSS            it is damaged, or the journal is, or they differ in what both have, or it
//                        has another root than the anchor; positions or the size are named
// UNAVAILABLE when the journal is open elsewhere or cannot be written: run it again then.
absl::StatusOr<ReplayReport> Replay(const ReplayOptions& options);

}  // namespace countersign::storage
