// The cards of projections: rows that are rewritten at will and can be rebuilt from the journal.
//
// A view's rows are changed in one atomic write together with the position they reflect, so a
// crash repeats nothing and loses nothing. Writes are not synced: after a power cut a view may
// stand at an older position, never at a torn one. A view that stands beyond its journal's head
// belongs to another journal: rebuild it.
//
// A view has generations. One is current; a rebuild fills a new one beside it, which is then
// switched to in one write. Each generation is a column family of its own.
//
// Invariants:
//   V1  Cards and position of all views in a ViewBatch change together or not at all; but what
//       can wait (ViewBatch::Urgency) may be torn by a crash until it is switched to.
//   V2  A view's position never goes back; a new generation begins empty, at 0.
//   V3  After a crash the current generation is the old or the new one, whole; views that were
//       switched to together are then all old or all new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"

namespace countersign::storage {

// Which cards to visit: those whose key begins with `prefix`, from the key `from` on (inclusive,
// empty for the first), at most `limit`, in the order of keys.
struct ScanRange {
  std::string prefix{};
  std::string from{};
  size_t limit = std::numeric_limits<size_t>::max();
};

// Any error a callback returns ends the scan and is returned unchanged. The arguments are valid
// during the call.
using CardCallback = absl::FunctionRef<absl::Status(std::string_view key, std::string_view card)>;

// What two views hold under one key; a view that has no such card holds nothing. Errors and
// lifetimes as above.
using CardPairCallback =
    absl::FunctionRef<absl::Status(std::string_view key, std::optional<std::string_view> left,
                                   std::optional<std::string_view> right)>;

// The cards of a view as they stood at one position, for as long as this object lives. Movable.
// Keeps its generation readable, also after it was dropped. Thread-safe.
class ViewSnapshot {
 public:
  ViewSnapshot(ViewSnapshot&&) noexcept;
  ViewSnapshot& operator=(ViewSnapshot&&) noexcept;
  ~ViewSnapshot();

  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const;
  absl::Status Scan(const ScanRange& range, CardCallback callback) const;
  // How many entries of the journal the cards reflect.
  uint64_t position() const;

 private:
  friend class View;
  friend absl::Status VisitBoth(const ViewSnapshot& left, const ViewSnapshot& right,
                                CardPairCallback callback);
  struct Rep;
  explicit ViewSnapshot(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

// Visits every key that either of two snapshots has, in the order of keys: one pass over both, in
// little memory, that leaves what others read in the cache alone.
absl::Status VisitBoth(const ViewSnapshot& left, const ViewSnapshot& right,
                       CardPairCallback callback);

// One generation of a view. A cheap handle: copies mean the same cards. It stays usable after its
// Views is gone, and while it lives the database stays open. Thread-safe.
class View {
 public:
  // The card, or nothing.
  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const;
  absl::Status Scan(const ScanRange& range, CardCallback callback) const;

  // How many entries of the journal the cards reflect: positions below it are applied.
  uint64_t position() const;
  // Cards and position of one moment.
  absl::StatusOr<ViewSnapshot> Snapshot() const;
  // The same for several views of one Views, all of the same moment, in the order of `views`.
  static absl::StatusOr<std::vector<ViewSnapshot>> SnapshotsOf(const std::vector<View>& views);

  const std::string& name() const;
  uint32_t version() const;
  uint32_t generation() const;

 private:
  friend class Views;
  friend class ViewSnapshot;
  friend class ViewBatch;
  struct Generation;
  explicit View(std::shared_ptr<Generation> generation);
  std::shared_ptr<Generation> generation_;
};

// Changes to the cards of one or more views that are to be written together. Reads see the changes
// made so far. Used by one thread; a view is in one batch at a time.
class ViewBatch {
 public:
  enum class Urgency {
    kNow,  // Somebody waits for these cards.
    // For a generation that is being built and given up after a crash (GiveUp): held up first when
    // the disk cannot keep up with all that is written, and not logged. It is on the disk, whole,
    // when it is switched to.
    kCanWait,
  };

  // At least one view, all of one Views.
  explicit ViewBatch(std::vector<View> views, Urgency urgency = Urgency::kNow);
  ViewBatch(ViewBatch&&) noexcept;
  ~ViewBatch();

  absl::StatusOr<std::optional<std::string>> Get(const View& view, std::string_view key) const;
  void Put(const View& view, std::string_view key, std::string_view card);
  void Erase(const View& view, std::string_view key);
  // The callback must not change the batch.
  absl::Status Scan(const View& view, const ScanRange& range, CardCallback callback) const;

  // Writes all changes and moves every view of the batch to `position`, in one write; the batch is
  // empty again after it. INVALID_ARGUMENT when a view stands beyond `position` or a changed view
  // is not of this batch, UNAVAILABLE when the write fails; nothing is changed then.
  absl::Status Commit(uint64_t position);

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// The database of all views. Thread-safe.
class Views {
 public:
  // Opens or makes the database in a folder of its own. Generations that nothing refers to any more
  // are dropped. DATA_LOSS when it is damaged: delete the folder and rebuild.
  static absl::StatusOr<std::unique_ptr<Views>> Open(const std::string& path,
                                                     rocksdb::Env* env = rocksdb::Env::Default());
  // How many entries the current cards of a name reflect, in the database that lies in `path`.
  // Nothing on the disk is changed. Nothing where there are no such cards. Errors as Open.
  static absl::StatusOr<std::optional<uint64_t>> PositionIn(const std::string& path,
                                                            const std::string& name,
                                                            rocksdb::Env* env);

  ~Views();
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;

  // The current generation if it has this version. If there is none yet, an empty one is begun and
  // is current at once. If the current one has another version, the result is the generation that
  // is being built beside it, begun now if need be: fill it, then Switch to it. Names are letters,
  // digits and underscores, else INVALID_ARGUMENT.
  absl::StatusOr<View> OpenView(const std::string& name, uint32_t version);

  // The generation that answers queries, whatever its version; nothing for an unknown name.
  std::optional<View> Current(const std::string& name) const;

  // Begins an empty generation beside the current one, for a rebuild. One that was being built
  // already is given up.
  absl::StatusOr<View> BeginGeneration(const std::string& name, uint32_t version);

  // Makes generations that are being built the current ones, all in one synced write, which also
  // ends the old ones. FAILED_PRECONDITION, and nothing is changed, when one of them is not the one
  // being built under its name.
  absl::Status Switch(const std::vector<View>& built);

  // Gives up the generation that is being built under a name, if there is one, and frees its disk.
  absl::Status GiveUp(const std::string& name);

  // Frees the disk of every generation of a name that is neither current nor being built. Handles
  // to it stay readable until they are gone. Open does the same for all names.
  absl::Status DropOld(const std::string& name);

 private:
  struct Rep;
  explicit Views(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace countersign::storage
