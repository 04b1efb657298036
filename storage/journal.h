// The journal: every event of a deployment, bound and numbered. Appending is the only way to write.
//
// Invariants (tests name them):
//   I1  Positions are 0, 1, 2 ... without gap; so are the versions within each stream.
//   I2  recorded_at is strictly increasing along the journal, in microseconds, UTC.
//   I3  An entry's bytes and a payload's bytes never change; a payload may be erased, no entry may.
//   I4  An answer is given after its entries are synced, and what was answered is never lost.
//   I5  The events of one request stand or fall together, also across streams.
//   I6  A request is appended only if every stream it names is at the version it expects.
//   I7  A caller's request id stands for one body and one set of entries, for ever.
//   I8  An entry names the leaf hash of its stream's previous entry.
//   I9  The head is the RFC 6962 tree over the entries' bytes, and only grows.
//   I10 After a failed write or sync nothing more is written by this object.
//   I11 Readers see nothing that is not synced.
//
// Thread-safe. One writer thread does all appends, in groups; reads run on the callers' threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "storage/errors.h"
#include "storage/hash.h"
#include "storage/stream.h"

namespace countersign::storage {

class JournalStore;
class JournalWriter;

// A reading of a clock that no one can set and that runs on while the machine sleeps.
absl::Duration SystemMonotonic();

struct JournalOptions {
  std::string path{};  // A folder, made if it is missing.
  rocksdb::Env* env = rocksdb::Env::Default();
  std::function<absl::Time()> now = absl::Now;
  std::function<absl::Duration()> monotonic = SystemMonotonic;
  // Free bytes on the journal's disk. Empty: ask `env`; an env that cannot tell has room.
  std::function<absl::StatusOr<uint64_t>()> free_bytes{};
  // Below this the journal is read-only, until there is room again.
  uint64_t min_free_bytes = uint64_t{256} << 20;
  size_t queue_limit = 4096;             // Requests waiting for the writer.
  size_t cached_heads = 100'000;         // Heads of streams kept in memory, at least 1.
  size_t max_batch_events = 256;         // A larger request makes a batch of its own.
  size_t max_batch_bytes = 1024 * 1024;  // Likewise; counts payloads.
  // Told once, when writing stops for good, and why. Called under the writer's lock: it must
  // neither block nor call the journal.
  std::function<void(const absl::Status&)> on_stopped = [](const absl::Status&) {};
};

// The journal's size and the root of its tree.
struct Head {
  uint64_t size = 0;
  Hash root{};

  friend bool operator==(const Head&, const Head&) = default;
};

// What led to an event: nothing, an entry of the journal, or an earlier event of the same request.
struct AtPosition {
  uint64_t position;
};
struct EarlierEvent {
  size_t index;  // In AppendRequest::events, below the index of the event it causes.
};
using CausedBy = std::variant<std::monostate, AtPosition, EarlierEvent>;

// An event to append. For an encrypted payload the three byte fields come from Keyring::Seal; a
// plain payload has neither key id nor commitment.
struct NewEvent {
  StreamId stream{};
  std::string event_type{};
  std::string key_id{};
  std::string payload{};
  std::string content_commitment{};
  CausedBy caused_by{};
};

// The version of the last entry that a stream must have: a version, kNoStream or kAnyVersion.
struct Expectation {
  StreamId stream{};
  int64_t version = kAnyVersion;
};

struct Author {
  std::optional<Id> actor{};         // Empty for the system itself.
  std::optional<Id> on_behalf_of{};  // Empty when the actor acts for themselves.
  std::string acting_as{};           // The role that was used.
  std::string policy_rule{};         // The row of the policy that allowed it.
};

struct AppendRequest {
  // May be empty when there is a request id: the answer "already so" is then remembered as well.
  std::vector<NewEvent> events{};
  // Streams without expectation may be at any version. Streams that are not appended to may be
  // named too.
  std::vector<Expectation> expectations{};
  Author author{};
  // Remembered for ever for author.actor. Empty: not remembered.
  std::optional<Id> request_id{};
  // Keyed digest of the command's body; only looked at with a request id.
  Hash body_digest{};
};

struct AppendedEntry {
  uint64_t position;
  StreamId stream;
  uint64_t version;
  Hash leaf_hash;
  absl::Time recorded_at;

  friend bool operator==(const AppendedEntry&, const AppendedEntry&) = default;
};

struct AppendReceipt {
  // The request id was known with this body: `entries` is the first answer again.
  bool repeated = false;
  std::vector<AppendedEntry> entries{};
  // A synced head that covers the entries. Not part of what is repeated.
  Head head{};
};

// An event as it is read. The views are valid during the callback.
struct StoredEvent {
  uint64_t position;
  absl::Time recorded_at;
  StreamId stream;
  uint64_t version;
  std::optional<Id> actor;
  std::optional<Id> on_behalf_of;
  std::string_view acting_as;
  std::string_view event_type;
  std::string_view key_id;   // Empty when the payload is plain.
  std::string_view payload;  // nonce || ciphertext || tag, or plain bytes.
  bool erased;               // The payload was removed after its retention; `payload` is empty.
};

struct StreamHead {
  uint64_t version;
  uint64_t position;
  Hash leaf_hash;

  friend bool operator==(const StreamHead&, const StreamHead&) = default;
};

struct KnownRequest {
  uint64_t first_position;
  uint32_t count;
  Hash body_digest;
};

// Any error a callback returns ends the read and is returned unchanged.
using EventCallback = absl::FunctionRef<absl::Status(const StoredEvent&)>;
using EntryCallback =
    absl::FunctionRef<absl::Status(const StoredEvent&, std::string_view entry_bytes)>;
// Asked with what an entry itself says: whether its payload is needed. Without it the event is told
// with an empty payload, and is not `erased`.
using PayloadFilter = absl::FunctionRef<bool(const StoredEvent&)>;
using VerifyCallback = absl::FunctionRef<absl::Status(uint64_t entries)>;
using CheckpointCallback = absl::FunctionRef<absl::Status(uint64_t size, std::string_view note)>;
using AppendCallback = std::function<void(absl::StatusOr<AppendReceipt>)>;

class Journal {
 public:
  static constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

  // Opens or makes a journal and starts its writer. The tree's right edge is recomputed and
  // compared with the head that the last batch wrote, and the last entry is checked: DATA_LOSS when
  // they differ, when the write-ahead log is damaged, or when the format is unknown. UNAVAILABLE
  // when the folder cannot be used or another program has it open.
  static absl::StatusOr<std::unique_ptr<Journal>> Open(JournalOptions options);

  // Opens a journal to be read only, with the checks of Open, whoever else may have it open:
  // nothing on the disk is changed, and Append answers UNAVAILABLE. NOT_FOUND where there is none;
  // else errors as Open, but no other program is in the way. What another one writes meanwhile is
  // not seen, and may look like damage.
  static absl::StatusOr<std::unique_ptr<Journal>> OpenToRead(JournalOptions options);

  // Opens what Open or OpenToRead refused with DATA_LOSS, to be read only, as far as it can be
  // read, so that Verify can name what is wrong; nothing on the disk is changed, and Append answers
  // UNAVAILABLE. Errors as Open, when not even that much is there.
  static absl::StatusOr<std::unique_ptr<Journal>> OpenToExamine(JournalOptions options);

  // Shuts down first.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Queues a request. `done` is called exactly once, mostly on the writer thread: it must not block
  // and must not call Shutdown(). A known request id with its body gets its first answer, whatever
  // else the request holds. Refusals, in the order in which they are looked for:
  //   RESOURCE_EXHAUSTED  the queue is full: try again later
  //   UNAVAILABLE         shut down; disk low; the clock leapt (IsClockUnconfirmed); an earlier or
  //                       this write failed, in which case it is unknown whether this request is
  //                       on disk: the request id tells after a restart
  //   INVALID_ARGUMENT    the request id stands for another body (IsRequestIdReused)
  //   INVALID_ARGUMENT    neither events nor a request id; an expected version below kAnyVersion
  //   ABORTED             a stream is not at the expected version (VersionConflictOf)
  //   INVALID_ARGUMENT    a field of the wrong shape (entry.h); a cause that does not come before
  //   DATA_LOSS           stored bytes that the append needs are damaged
  // A refused request changes nothing and does not disturb the others of its batch.
  void Append(AppendRequest request, AppendCallback done);
  // The same, waiting for the answer. Not from the writer thread.
  absl::StatusOr<AppendReceipt> Append(AppendRequest request);

  // The present readings of the clock are right: go on. To be called by an operator after a
  // refusal, and by who moves a demonstration's clock, after each move.
  void ConfirmClock();

  // Stops all writing until the journal is reopened, because `evidence` shows that what is stored
  // is not what was written: nothing may be added to a history that cannot be trusted. Reads go on.
  void StopWriting(const absl::Status& evidence);

  // OK, or why nothing can be written just now (UNAVAILABLE, as Append would say).
  absl::Status Writable() const;

  // Calls back for the entries of a stream from `from_version` on whose position is below
  // `up_to_position`, in order. One scan of one column family: what the rows copy from the entries
  // is believed, the encryption vouches for the payload. An unknown stream has no entries.
  absl::Status ReadStream(const StreamId& stream, uint64_t from_version, uint64_t up_to_position,
                          EventCallback callback) const;

  // Calls back for up to `limit` entries from a position on, in order, with their bytes. Every row
  // is compared with its entry and its digest: DATA_LOSS names the first position that differs.
  absl::Status ReadAll(uint64_t from_position, uint64_t limit, EntryCallback callback) const;
  // The same, but rows whose payload nobody needs are neither read nor compared: the entry alone
  // is.
  absl::Status ReadAll(uint64_t from_position, uint64_t limit, PayloadFilter is_needed,
                       EntryCallback callback) const;

  // The entry's bytes. OUT_OF_RANGE with the current size beyond the head.
  absl::StatusOr<std::string> ReadEntry(uint64_t position) const;

  // The stream's last entry, or nothing when it has none.
  absl::StatusOr<std::optional<StreamHead>> HeadOf(const StreamId& stream) const;

  // Calls back once for each stream of a type, in the order of ids.
  absl::Status StreamsOfType(StreamType type,
                             absl::FunctionRef<absl::Status(const StreamId&)> callback) const;

  // What is remembered of a request id. `caller` is the actor; empty for the system itself.
  absl::StatusOr<std::optional<KnownRequest>> FindRequest(const std::optional<Id>& caller,
                                                          const Id& request_id) const;

  // The synced head.
  Head head() const;
  // The root as it was at `size`. OUT_OF_RANGE beyond the head.
  absl::StatusOr<Hash> RootOf(uint64_t size) const;

  // Proofs (merkle_tree.h) within the present tree. OUT_OF_RANGE with the current size when `size`
  // or `second` is beyond the head; INVALID_ARGUMENT unless index < size, 0 < first <= second.
  absl::StatusOr<std::vector<Hash>> ProveInclusion(uint64_t index, uint64_t size) const;
  absl::StatusOr<std::vector<Hash>> ProveConsistency(uint64_t first, uint64_t second) const;
  // Stored hashes of a tile level (merkle_tree.h). OUT_OF_RANGE when the tree has fewer.
  absl::StatusOr<std::vector<Hash>> TileHashes(uint8_t level, uint64_t first, uint64_t count) const;

  // Keeps the signed note of the head of `size` entries (checkpoint.h), in place of one that was
  // kept for this size before. Whether it is true is the signer's business. OUT_OF_RANGE with the
  // current size beyond the head; UNAVAILABLE when it cannot be written. The first one of a size is
  // not synced by itself: what was signed is remembered by the anchor. One that takes the place of
  // another is: it holds cosignatures, which are remembered nowhere else.
  absl::Status StoreCheckpoint(uint64_t size, std::string_view note);
  // The note for exactly this size, or nothing.
  absl::StatusOr<std::optional<std::string>> CheckpointOf(uint64_t size) const;
  // Calls back for the notes of sizes up to `up_to_size`, in their order or, with `newest_first`,
  // against it.
  absl::Status Checkpoints(uint64_t up_to_size, bool newest_first,
                           CheckpointCallback callback) const;

  // Checks the journal up to its present head: every entry against its leaf hash, its place, its
  // time, its stream's chain and its payload row, the tree's root against the leaves, every request
  // id against the row that remembers it (caller, first position and count, and no row without its
  // entries), and then every table against its checksums, also where it holds signed heads.
  // DATA_LOSS names the first position that is wrong, or says that no entry is. Rows that were read
  // since it was opened may be taken from memory; tables are read from the disk. Memory grows with
  // the number of streams.
  //
  // Entries do not hold a request's body digest, and a request that led to no event has no entry:
  // whoever can write to the disk can change that digest, so that a repetition is refused or
  // another body taken for one, and can forget or invent such a request, without being found here.
  absl::Status Verify() const;
  // The same, telling every few hundred entries how many were found right.
  absl::Status Verify(VerifyCallback callback) const;

  // Removes the payloads of a stream, synced; their positions and entries stay. Whether that is
  // allowed is decided elsewhere. UNAVAILABLE as for Append.
  absl::Status ErasePayloads(const StreamId& stream);

  // Waits until the head is beyond `position`: OK at once when it is. DEADLINE_EXCEEDED after
  // `timeout`, CANCELLED after Shutdown().
  absl::Status WaitForMore(uint64_t position, absl::Duration timeout) const;

  // Answers what is queued, stops the writer and wakes the followers. Reads go on working.
  void Shutdown();

 private:
  friend class Backups;  // Copies the files of this engine.
  Journal(std::unique_ptr<JournalStore> store, std::unique_ptr<JournalWriter> writer);

  std::unique_ptr<JournalStore> store_;
  std::unique_ptr<JournalWriter> writer_;  // Destroyed before the store it writes to.
};

}  // namespace countersign::storage
