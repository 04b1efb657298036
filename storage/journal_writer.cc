#include "storage/journal_writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/entry.h"
#include "storage/errors.h"
#include "storage/keys.h"

namespace countersign::storage {
namespace {

absl::Status ShutDownError() { return absl::UnavailableError("The journal is shut down."); }

size_t BytesOf(const AppendRequest& request) {
  size_t bytes = 0;
  for (const NewEvent& event : request.events) bytes += event.payload.size();
  return bytes;
}

absl::Time LastRecorded(const HeadRow& row) {
  return row.head.size == 0 ? absl::InfinitePast() : absl::FromUnixMicros(row.last_recorded_at_us);
}

}  // namespace

JournalWriter::JournalWriter(JournalOptions options, JournalStore& store, const Frontier& frontier,
                             const HeadRow& row)
    : options_(std::move(options)),
      store_(store),
      heads_(store, options_.cached_heads),
      clock_(options_.now, options_.monotonic, LastRecorded(row)),
      frontier_(frontier),
      last_recorded_at_us_(row.last_recorded_at_us),
      head_(row.head),
      thread_([this] { Run(); }) {}

JournalWriter::~JournalWriter() { Shutdown(); }

void JournalWriter::Append(AppendRequest request, AppendCallback done) {
  const size_t bytes = BytesOf(request);
  absl::Status refused;
  {
    std::lock_guard lock(queue_lock_);
    if (stopping_) {
      refused = ShutDownError();
    } else if (queue_.size() >= options_.queue_limit) {
      refused = absl::ResourceExhaustedError("The journal's queue is full.");
    } else {
      queue_.push_back({std::move(request), std::move(done), bytes});
    }
  }
  if (refused.ok()) {
    queue_changed_.notify_one();
  } else {
    done(refused);
  }
}

void JournalWriter::Run() {
  for (std::vector<Waiting> batch = TakeBatch(); !batch.empty(); batch = TakeBatch()) {
    WriteBatch(batch);
  }
}

std::vector<JournalWriter::Waiting> JournalWriter::TakeBatch() {
  std::unique_lock lock(queue_lock_);
  queue_changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  std::vector<Waiting> batch;
  size_t events = 0;
  size_t bytes = 0;
  while (!queue_.empty()) {
    Waiting& next = queue_.front();
    events += next.request.events.size();
    bytes += next.bytes;
    const bool full = events > options_.max_batch_events || bytes > options_.max_batch_bytes;
    if (full && !batch.empty()) break;
    batch.push_back(std::move(next));
    queue_.pop_front();
  }
  return batch;
}

void JournalWriter::WriteBatch(std::vector<Waiting>& batch) {
  const absl::StatusOr<absl::Time> now = ReadyAt();
  if (!now.ok()) {
    for (Waiting& waiting : batch) waiting.done(now.status());
    return;
  }
  AppendBatch judged(store_, heads_, frontier_, last_recorded_at_us_, *now);
  std::vector<absl::StatusOr<AppendReceipt>> answers;
  answers.reserve(batch.size());
  for (const Waiting& waiting : batch) {
    answers.push_back(judged.Add(waiting.request));
    if (absl::IsDataLoss(answers.back().status())) StopWriting(answers.back().status());
  }
  if (!judged.empty()) {
    absl::Status written = WriteOrStop(judged.Finish());
    if (!written.ok()) {
      // Refusals too were judged by what may be lost, so nobody gets their answer.
      for (Waiting& waiting : batch) waiting.done(written);
      return;
    }
    frontier_ = judged.frontier();
    last_recorded_at_us_ = judged.head_row().last_recorded_at_us;
    judged.PublishHeads();
    Publish(judged.head_row().head);
  }
  const Head current = head();
  for (size_t i = 0; i < batch.size(); ++i) {
    if (answers[i].ok()) answers[i]->head = current;
    batch[i].done(std::move(answers[i]));
  }
}

absl::StatusOr<absl::Time> JournalWriter::ReadyAt() {
  {
    std::lock_guard lock(write_lock_);
    if (!failed_.ok()) return failed_;
  }
  absl::Status room = DiskHasRoom();
  if (!room.ok()) return room;
  return clock_.Read();
}

absl::Status JournalWriter::DiskHasRoom() const {
  uint64_t free = 0;
  if (options_.free_bytes) {
    absl::StatusOr<uint64_t> told = options_.free_bytes();
    if (!told.ok()) return absl::UnavailableError(told.status().message());
    free = *told;
  } else {
    const rocksdb::Status asked = options_.env->GetFreeSpace(options_.path, &free);
    if (asked.IsNotSupported()) return absl::OkStatus();
    if (!asked.ok()) return absl::UnavailableError(asked.ToString());
  }
  if (free >= options_.min_free_bytes) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("The disk has ", free,
                                             " bytes left; the journal is read-only below ",
                                             options_.min_free_bytes, "."));
}

absl::Status JournalWriter::WriteOrStop(rocksdb::WriteBatch& rows) {
  std::lock_guard lock(write_lock_);
  if (!failed_.ok()) return failed_;
  absl::Status written = store_.Write(rows);
  if (!written.ok()) Stop(written);
  return failed_;
}

void JournalWriter::StopWriting(const absl::Status& evidence) {
  std::lock_guard lock(write_lock_);
  if (failed_.ok()) Stop(evidence);
}

void JournalWriter::Stop(const absl::Status& why) {
  failed_ = absl::UnavailableError(
      absl::StrCat(why.message(), " The journal has stopped writing until it is reopened."));
  options_.on_stopped(failed_);
}

void JournalWriter::Publish(const Head& head) {
  {
    std::lock_guard lock(head_lock_);
    head_ = head;
  }
  head_changed_.notify_all();
}

absl::Status JournalWriter::Writable() {
  {
    std::lock_guard lock(queue_lock_);
    if (stopping_) return ShutDownError();
  }
  return ReadyAt().status();
}

Head JournalWriter::head() const {
  std::lock_guard lock(head_lock_);
  return head_;
}

absl::StatusOr<std::optional<StreamHead>> JournalWriter::HeadOf(const StreamId& stream) {
  return heads_.Peek(stream, head().size);
}

absl::Status JournalWriter::WaitForMore(uint64_t position, absl::Duration timeout) const {
  std::unique_lock lock(head_lock_);
  const auto ready = [&] { return head_.size > position || shut_down_; };
  // A steady clock, and no overflow for a wait without end.
  const auto wait = absl::ToChronoMilliseconds(std::min(timeout, absl::Hours(24 * 365)));
  const bool in_time = head_changed_.wait_for(lock, wait, ready);
  if (head_.size > position) return absl::OkStatus();
  if (in_time) return absl::CancelledError("The journal is shut down.");
  return absl::DeadlineExceededError("There was no new entry in time.");
}

absl::Status JournalWriter::ErasePayloads(const StreamId& stream) {
  absl::Status writable = Writable();
  if (!writable.ok()) return writable;
  const uint64_t size = head().size;
  rocksdb::WriteBatch batch;
  const std::string first = keys::StreamPrefix(stream);
  const std::string last = keys::Payload(stream, Journal::kUnlimited);
  const rocksdb::Slice upper_bound(last);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> rows = store_.Payloads(options);
  for (rows->Seek(first); rows->Valid(); rows->Next()) {
    absl::StatusOr<PayloadRow> row = ParsePayloadRow(ToView(rows->value()));
    if (!row.ok()) return row.status();
    if (row->position >= size) break;
    if (row->erased) continue;
    store_.PutPayload(stream, keys::VersionOfPayload(ToView(rows->key())),
                      EraseFromPayloadRow(*row), batch);
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), "reading payloads to erase");
  return WriteOrStop(batch);
}

absl::Status JournalWriter::StoreCheckpoint(uint64_t size, std::string_view note) {
  const uint64_t entries = head().size;
  if (size > entries) {
    return absl::OutOfRangeError(absl::StrCat("The journal has ", entries, " entries."));
  }
  rocksdb::WriteBatch batch;
  store_.PutCheckpoint(size, note, batch);
  std::lock_guard lock(write_lock_);
  if (!failed_.ok()) return failed_;
  const absl::StatusOr<std::optional<std::string>> replaced = store_.ReadCheckpoint(size);
  if (!replaced.ok()) return replaced.status();
  // What comes later to a head holds cosignatures, which only their witnesses can make again.
  absl::Status written = replaced->has_value() ? store_.Write(batch) : store_.WriteUnsynced(batch);
  if (!written.ok()) Stop(written);
  return failed_;
}

void JournalWriter::Shutdown() {
  {
    std::lock_guard lock(queue_lock_);
    stopping_ = true;
  }
  queue_changed_.notify_all();
  std::call_once(joined_, [this] { thread_.join(); });
  {
    std::lock_guard lock(head_lock_);
    shut_down_ = true;
  }
  head_changed_.notify_all();
}

}  // namespace countersign::storage
