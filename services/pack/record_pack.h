// The record pack: a record that was signed or closed as one file to take away, checked offline for
// ever (docs/record-pack.md gives every byte).
//
// Made in two steps, because what is in it is read at once, while its proofs wait for a checkpoint.
#ifndef COUNTERSIGN_SERVICES_PACK_RECORD_PACK_H_
#define COUNTERSIGN_SERVICES_PACK_RECORD_PACK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/log/checkpointer.h"
#include "services/pack/record_page.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/signing/signed_note.h"

namespace countersign {

// An entry that goes into a pack.
struct PackedEntry {
  uint64_t position = 0;
  std::string bytes = {};
  // Of the opened ones: the payload before it was sealed, and the salt of its commitment.
  struct Opened {
    std::string event = {};
    storage::Hash salt = {};
  };
  std::optional<Opened> opened = {};
};

// All of a pack but its proofs.
struct GatheredRecord {
  RecordOnPage page = {};
  std::string plan_bytes = {};
  std::string annex_bytes = {};
  std::string comments_bytes = {};
  std::vector<PackedEntry> entries = {};  // By position; the last one closed the record.

  // Number of entries that a checkpoint must cover.
  uint64_t size() const { return entries.back().position + 1; }
};

// What the journal holds of a plan's final record and of its closing. `name_of` tells the name of a
// person's id, for the page; `zone` is whose clock the page goes by. FAILED_PRECONDITION while the
// record is neither signed nor closed unsigned; KeyDestroyed (storage/errors.h) when the plan was
// erased; DATA_LOSS when the history cannot be read; INVALID_ARGUMENT for an id that is no UUID.
absl::StatusOr<GatheredRecord> GatherRecord(
    const storage::Journal& journal, storage::Keyring& keyring, const std::string& plan_id,
    const std::function<std::string(const std::string&)>& name_of, absl::TimeZone zone);

// The pack with its proofs against `signed_head`, which covers record.size() entries and is signed
// with `key`. The same arguments give the same bytes. DATA_LOSS names the position of an entry that
// is not in the signed tree; INTERNAL when another key signed the head. Only reads; a few
// milliseconds.
absl::StatusOr<std::string> PackRecord(const GatheredRecord& record,
                                       const storage::Journal& journal,
                                       const SignedHead& signed_head,
                                       const storage::VerifierKey& key);

// Whether the checkpoint bears a signature of `key`.
bool IsSignedBy(const SignedHead& signed_head, const storage::VerifierKey& key);

// What to call the pack of a plan: an id and nothing else.
std::string PackNameOf(const std::string& plan_id);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_PACK_RECORD_PACK_H_
