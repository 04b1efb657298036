// Signs the journal's head: at most once a second, and at once when somebody waits for it.
//
// The order is the promise (storage/README.md, "the log never signs two heads that contradict each
// other"): the head is synced; it is signed; the anchor is written and synced; the note is stored;
// only then it is published and those who wait are answered. After a failure of any of these
// nothing more is signed by this object: those who wait get UNAVAILABLE, and the journal goes on.
//
// Thread-safe. One thread of its own.
#ifndef COUNTERSIGN_SERVICES_LOG_CHECKPOINTER_H_
#define COUNTERSIGN_SERVICES_LOG_CHECKPOINTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/log/log_identity.h"
#include "services/wait_on.h"
#include "storage/journal.h"
#include "storage/signing/anchor.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"

namespace countersign {

// A head that was signed, with the cosignatures that are held.
struct SignedHead {
  storage::Head head;
  std::string note;
};

struct CheckpointerOptions {
  // Between two checkpoints that nobody waits for.
  absl::Duration interval = absl::Seconds(1);
  // The key signs heads of at least so many entries: what the journal says of it
  // (NamedLogKey::from_size). Smaller ones were for the keys before it to sign.
  uint64_t from_size = 0;
  // What the journal names (LogIdentity::keys): those that signed as this origin before the present
  // key, each in its time. Others among them are not looked at.
  std::vector<NamedLogKey> named_keys;
  // Whose cosignatures are held.
  std::vector<storage::VerifierKey> witnesses;
  // Told why signing stopped for good, once, on the checkpointer's thread. DATA_LOSS when a head
  // turned up that this log signed and that contradicts the journal.
  std::function<void(const absl::Status&)> on_stopped = [](const absl::Status&) {};
  // A test's own lets time go by as it likes.
  WaitOn wait = WaitOnSteadyClock;
};

class Checkpointer {
 public:
  // Starts to sign as `key`, whose name is the origin. Borrows the journal, which nobody has
  // written to since it was found to hold what the anchor says (services/log/log_anchored.h). Signs
  // the head that stands first, if it is not signed yet and not empty: UNAVAILABLE when that fails.
  // IsBehindAnchor (storage/errors.h) for an anchor of this origin that the journal does not hold;
  // DATA_LOSS when it keeps a note that contradicts its head.
  static absl::StatusOr<std::unique_ptr<Checkpointer>> Start(
      storage::Journal& journal, std::unique_ptr<storage::SignatureKey> key, storage::Anchor anchor,
      CheckpointerOptions options);

  // Shuts down first.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  using Done = std::function<void(const absl::StatusOr<SignedHead>&)>;

  // Calls `done` once, with a checkpoint of at least `size` entries: here when there is one, else
  // on the checkpointer's thread, as soon as it is signed; must not block. OUT_OF_RANGE with the
  // current size beyond the head; UNAVAILABLE when signing stopped or stops; CANCELLED at Shutdown.
  void Await(uint64_t size, Done done);
  // The same, waiting. Not from the checkpointer's thread.
  absl::StatusOr<SignedHead> Await(uint64_t size);
  // The same for exactly `size` entries, at least 1: the one that is stored, or a new one for an
  // older head. Below CheckpointerOptions::from_size only what is stored, of whatever origin: else
  // FAILED_PRECONDITION with the nearest sizes that are. DATA_LOSS when what is stored is not of
  // this journal's tree.
  absl::StatusOr<SignedHead> Exactly(uint64_t size);
  // The one that is stored for exactly `size` entries, of whatever origin; nothing when there is
  // none. DATA_LOSS as above.
  absl::StatusOr<std::optional<SignedHead>> Stored(uint64_t size) const;

  // OK while heads are signed; UNAVAILABLE, with why and what to do, once signing stopped.
  absl::Status Signing() const;
  // The newest; nothing while the journal is empty.
  std::optional<SignedHead> Newest() const;
  // The newest that every one of `witnesses` cosigned; nothing when there is none. Keeps nobody
  // from signing. INVALID_ARGUMENT for a key that is none of the server's witnesses.
  absl::StatusOr<std::optional<SignedHead>> NewestCosignedBy(
      const std::vector<storage::VerifierKey>& witnesses) const;

  // Holds the cosignatures in `note`, which must be a checkpoint that this log signed, also with a
  // key of earlier in that key's time, with at least one signature of a witness; they are synced
  // once OK is returned. INVALID_ARGUMENT or UNAUTHENTICATED, saying which of these is not so. OK
  // as well when they are held already. DATA_LOSS for a head that this log did sign, with whichever
  // of these keys, and that contradicts the journal: then signing stops.
  absl::Status AddCosignature(const std::string& note);

  const storage::VerifierKey& verifier() const;
  const std::vector<storage::VerifierKey>& witnesses() const;

  // Signs nothing any more and answers those who wait.
  void Shutdown();

 private:
  struct Parts;
  explicit Checkpointer(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_LOG_CHECKPOINTER_H_
