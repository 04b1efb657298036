#include "storage/journal.h"

#include <time.h>

#include <condition_variable>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/entry.h"
#include "storage/journal_store.h"
#include "storage/journal_writer.h"
#include "storage/merkle_tree.h"

namespace countersign::storage {
namespace {

// The last entry's row, leaf hash and payload row have to agree with one another and with the head.
absl::Status CheckLastEntry(const JournalStore& store, const HeadRow& row) {
  if (row.head.size == 0) return absl::OkStatus();
  const uint64_t last = row.head.size - 1;
  absl::StatusOr<std::string> bytes = store.ReadEntry(last);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<v1::Entry> entry = ParseEntry(*bytes);
  if (!entry.ok()) return entry.status();
  absl::StatusOr<std::vector<Hash>> leaf = store.ReadNodes(0, last, 1);
  if (!leaf.ok()) return leaf.status();
  if (entry->position() != last || LeafHash(*bytes) != leaf->front() ||
      entry->recorded_at_us() != row.last_recorded_at_us) {
    return absl::DataLossError(
        absl::StrCat("The last entry, at position ", last, ", does not fit the head."));
  }
  absl::StatusOr<std::optional<StreamHead>> head =
      store.ReadStreamHead(StreamOf(*entry), row.head.size);
  if (!head.ok()) return head.status();
  if (!head->has_value() || (*head)->position != last || (*head)->version != entry->version()) {
    return absl::DataLossError(
        absl::StrCat("The payload row of the last entry, at position ", last, ", is wrong."));
  }
  return absl::OkStatus();
}

// Where a journal ends.
struct Edge {
  HeadRow row;
  Frontier frontier;  // The tree's right edge, recomputed.
};

absl::StatusOr<Edge> CheckedEdge(const JournalStore& store) {
  absl::StatusOr<HeadRow> row = store.ReadHead();
  if (!row.ok()) return row.status();
  absl::StatusOr<Frontier> frontier =
      Frontier::Restore(row->head.size, [&](uint8_t level, uint64_t first, uint64_t count) {
        return store.ReadNodes(level, first, count);
      });
  if (!frontier.ok()) return frontier.status();
  if (frontier->Root() != row->head.root) {
    return absl::DataLossError(absl::StrCat("The tree of ", row->head.size,
                                            " entries has the root ", ToHex(frontier->Root()),
                                            ", but ", ToHex(row->head.root), " was written down."));
  }
  absl::Status last = CheckLastEntry(store, *row);
  if (!last.ok()) return last;
  return Edge{*row, *std::move(frontier)};
}

struct Parts {
  std::unique_ptr<JournalStore> store;
  std::unique_ptr<JournalWriter> writer;
};

absl::StatusOr<Parts> PartsOf(absl::StatusOr<std::unique_ptr<JournalStore>> store,
                              JournalOptions options) {
  if (!store.ok()) return store.status();
  absl::StatusOr<Edge> edge = CheckedEdge(**store);
  if (!edge.ok()) return edge.status();
  auto writer =
      std::make_unique<JournalWriter>(std::move(options), **store, edge->frontier, edge->row);
  return Parts{*std::move(store), std::move(writer)};
}

}  // namespace

absl::Duration SystemMonotonic() {
  timespec reading;
  // CLOCK_MONOTONIC stands still while the machine sleeps; then the wall clock would seem to leap.
  ::clock_gettime(CLOCK_BOOTTIME, &reading);
  return absl::DurationFromTimespec(reading);
}

Journal::Journal(std::unique_ptr<JournalStore> store, std::unique_ptr<JournalWriter> writer)
    : store_(std::move(store)), writer_(std::move(writer)) {}

Journal::~Journal() = default;

absl::StatusOr<std::unique_ptr<Journal>> Journal::Open(JournalOptions options) {
  auto store = JournalStore::Open(options.path, options.env);
  absl::StatusOr<Parts> parts = PartsOf(std::move(store), std::move(options));
  if (!parts.ok()) return parts.status();
  return std::unique_ptr<Journal>(new Journal(std::move(parts->store), std::move(parts->writer)));
}

absl::StatusOr<std::unique_ptr<Journal>> Journal::OpenToRead(JournalOptions options) {
  auto store = JournalStore::OpenToRead(options.path, options.env);
  absl::StatusOr<Parts> parts = PartsOf(std::move(store), std::move(options));
  if (!parts.ok()) return parts.status();
  parts->writer->StopWriting(absl::UnavailableError("the journal was opened to be read"));
  return std::unique_ptr<Journal>(new Journal(std::move(parts->store), std::move(parts->writer)));
}

absl::StatusOr<std::unique_ptr<Journal>> Journal::OpenToExamine(JournalOptions options) {
  absl::StatusOr<std::unique_ptr<JournalStore>> opened =
      JournalStore::OpenToExamine(options.path, options.env);
  if (!opened.ok()) return opened.status();
  std::unique_ptr<JournalStore> store = *std::move(opened);
  absl::StatusOr<HeadRow> row = store->ReadHead();
  if (!row.ok()) return row.status();
  // Nothing is ever appended to it, so that its tree's right edge does not matter.
  auto writer = std::make_unique<JournalWriter>(std::move(options), *store, Frontier(), *row);
  writer->StopWriting(absl::DataLossError("the journal is damaged and was opened to be read"));
  return std::unique_ptr<Journal>(new Journal(std::move(store), std::move(writer)));
}

void Journal::Append(AppendRequest request, AppendCallback done) {
  writer_->Append(std::move(request), std::move(done));
}

absl::StatusOr<AppendReceipt> Journal::Append(AppendRequest request) {
  std::mutex lock;
  std::condition_variable answered;
  std::optional<absl::StatusOr<AppendReceipt>> answer;
  Append(std::move(request), [&](absl::StatusOr<AppendReceipt> result) {
    // Notified under the lock: once it is released, this frame may be gone.
    std::lock_guard guard(lock);
    answer = std::move(result);
    answered.notify_one();
  });
  std::unique_lock waiting(lock);
  answered.wait(waiting, [&] { return answer.has_value(); });
  return *std::move(answer);
}

void Journal::ConfirmClock() { writer_->ConfirmClock(); }

void Journal::StopWriting(const absl::Status& evidence) { writer_->StopWriting(evidence); }
absl::Status Journal::Writable() const { return writer_->Writable(); }
Head Journal::head() const { return writer_->head(); }
absl::Status Journal::ErasePayloads(const StreamId& stream) {
  return writer_->ErasePayloads(stream);
}
absl::Status Journal::WaitForMore(uint64_t position, absl::Duration timeout) const {
  return writer_->WaitForMore(position, timeout);
}
void Journal::Shutdown() { writer_->Shutdown(); }

absl::StatusOr<std::optional<StreamHead>> Journal::HeadOf(const StreamId& stream) const {
  return writer_->HeadOf(stream);
}

}  // namespace countersign::storage
