#include "storage/append_batch.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "storage/entry.h"
#include "storage/errors.h"
#include "storage/hash.h"
#include "storage/keys.h"

namespace countersign::storage {
namespace {

Id CallerOf(const Author& author) { return author.actor.value_or(Id()); }

int64_t VersionOf(const std::optional<StreamHead>& head) {
  return head.has_value() ? static_cast<int64_t>(head->version) : kNoStream;
}

// The position of the event's cause, once the entries of its request begin at `first`.
absl::StatusOr<std::optional<uint64_t>> CauseOf(const NewEvent& event, size_t index,
                                                uint64_t first) {
  if (const auto* position = std::get_if<AtPosition>(&event.caused_by)) {
    return std::optional(position->position);
  }
  if (const auto* earlier = std::get_if<EarlierEvent>(&event.caused_by)) {
    if (earlier->index < index) return std::optional(first + earlier->index);
    return absl::InvalidArgumentError("An event can only be caused by an earlier one.");
  }
  return std::optional<uint64_t>();
}

}  // namespace

AppendBatch::AppendBatch(const JournalStore& store, Heads& heads, const Frontier& frontier,
                         int64_t last_recorded_at_us, absl::Time now)
    : store_(store),
      heads_(heads),
      first_position_(frontier.size()),
      now_us_(absl::ToUnixMicros(now)),
      frontier_(frontier),
      last_recorded_at_us_(last_recorded_at_us) {}

absl::StatusOr<AppendReceipt> AppendBatch::Add(const AppendRequest& request) {
  absl::StatusOr<std::optional<AppendReceipt>> first_answer = FirstAnswer(request);
  if (!first_answer.ok()) return first_answer.status();
  if (first_answer->has_value()) return **std::move(first_answer);
  if (request.events.empty() && !request.request_id.has_value()) {
    return absl::InvalidArgumentError("There is no event to append, and no request to remember.");
  }
  absl::Status expected = CheckExpectations(request);
  if (!expected.ok()) return expected;
  return AddEvents(request);
}

absl::StatusOr<std::optional<AppendReceipt>> AppendBatch::FirstAnswer(
    const AppendRequest& request) const {
  if (!request.request_id.has_value()) return std::optional<AppendReceipt>();
  const Id caller = CallerOf(request.author);
  const auto in_batch = accepted_.find(keys::Request(caller, *request.request_id));
  if (in_batch != accepted_.end()) {
    if (in_batch->second.body_digest != request.body_digest) return RequestIdReusedError();
    AppendReceipt again = in_batch->second.receipt;
    again.repeated = true;
    return std::optional(std::move(again));
  }
  absl::StatusOr<std::optional<KnownRequest>> known =
      store_.ReadRequest(caller, *request.request_id);
  if (!known.ok()) return known.status();
  if (!known->has_value()) return std::optional<AppendReceipt>();
  if ((*known)->body_digest != request.body_digest) return RequestIdReusedError();
  absl::StatusOr<AppendReceipt> again = Rebuild(**known);
  if (!again.ok()) return again.status();
  return std::optional(*std::move(again));
}

absl::StatusOr<AppendReceipt> AppendBatch::Rebuild(const KnownRequest& known) const {
  AppendReceipt receipt;
  receipt.repeated = true;
  for (uint64_t i = 0; i < known.count; ++i) {
    const uint64_t position = known.first_position + i;
    absl::StatusOr<std::string> bytes = store_.ReadEntry(position);
    if (!bytes.ok()) return bytes.status();
    absl::StatusOr<v1::Entry> entry = ParseEntry(*bytes);
    if (!entry.ok()) return entry.status();
    receipt.entries.push_back({.position = position,
                               .stream = StreamOf(*entry),
                               .version = entry->version(),
                               .leaf_hash = LeafHash(*bytes),
                               .recorded_at = absl::FromUnixMicros(entry->recorded_at_us())});
  }
  return receipt;
}

absl::StatusOr<std::optional<StreamHead>> AppendBatch::HeadOf(const StreamId& stream) const {
  for (const HeadMap* heads : {&request_heads_, &batch_heads_}) {
    const auto found = heads->find(stream);
    if (found != heads->end()) return std::optional(found->second);
  }
  return heads_.Current(stream);
}

absl::Status AppendBatch::CheckExpectations(const AppendRequest& request) const {
  for (const Expectation& expectation : request.expectations) {
    if (expectation.version < kAnyVersion) {
      return absl::InvalidArgumentError("An expected version cannot be below -2.");
    }
    if (expectation.version == kAnyVersion) continue;
    absl::StatusOr<std::optional<StreamHead>> head = HeadOf(expectation.stream);
    if (!head.ok()) return head.status();
    const int64_t actual = VersionOf(*head);
    if (actual != expectation.version) {
      return VersionConflictError({expectation.stream, expectation.version, actual});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<AppendReceipt> AppendBatch::AddEvents(const AppendRequest& request) {
  const Frontier frontier_before = frontier_;
  const int64_t recorded_before = last_recorded_at_us_;
  rows_.SetSavePoint();
  request_heads_.clear();
  AppendReceipt receipt;
  absl::Status added;
  for (size_t i = 0; i < request.events.size() && added.ok(); ++i) {
    absl::StatusOr<std::optional<uint64_t>> cause =
        CauseOf(request.events[i], i, frontier_before.size());
    added = cause.status();
    if (!added.ok()) break;
    absl::StatusOr<AppendedEntry> entry = AddEvent(request, request.events[i], *cause);
    added = entry.status();
    if (added.ok()) receipt.entries.push_back(*entry);
  }
  if (!added.ok()) {  // I5: whatever the earlier events left behind is taken back.
    frontier_ = frontier_before;
    last_recorded_at_us_ = recorded_before;
    request_heads_.clear();
    rows_.RollbackToSavePoint();
    return added;
  }
  rows_.PopSavePoint();
  for (const auto& [stream, head] : request_heads_) batch_heads_[stream] = head;
  request_heads_.clear();
  if (request.request_id.has_value()) {
    const Id caller = CallerOf(request.author);
    store_.PutRequest(caller, *request.request_id,
                      {.first_position = frontier_before.size(),
                       .count = static_cast<uint32_t>(request.events.size()),
                       .body_digest = request.body_digest},
                      rows_);
    accepted_[keys::Request(caller, *request.request_id)] = {request.body_digest, receipt};
  }
  return receipt;
}

absl::StatusOr<AppendedEntry> AppendBatch::AddEvent(const AppendRequest& request,
                                                    const NewEvent& event,
                                                    std::optional<uint64_t> caused_by) {
  if (event.payload.size() > kMaxPayloadBytes) {
    return absl::InvalidArgumentError("A payload is larger than 4 MiB.");
  }
  absl::StatusOr<std::optional<StreamHead>> previous = HeadOf(event.stream);
  if (!previous.ok()) return previous.status();
  const uint64_t position = frontier_.size();
  const uint64_t version = static_cast<uint64_t>(VersionOf(*previous) + 1);
  last_recorded_at_us_ = std::max(now_us_, last_recorded_at_us_ + 1);  // I2.

  const Author& author = request.author;
  entry_.Clear();
  entry_.set_format(kEntryFormat);
  entry_.set_position(position);
  entry_.set_recorded_at_us(last_recorded_at_us_);
  entry_.set_stream(event.stream.Bytes());
  entry_.set_version(version);
  if (previous->has_value()) {
    entry_.set_previous_leaf_hash(std::string(AsBytes((*previous)->leaf_hash)));
  }
  entry_.set_event_type(event.event_type);
  if (author.actor.has_value()) entry_.set_actor(std::string(author.actor->bytes()));
  if (author.on_behalf_of.has_value()) {
    entry_.set_on_behalf_of(std::string(author.on_behalf_of->bytes()));
  }
  entry_.set_acting_as(author.acting_as);
  if (request.request_id.has_value()) {
    entry_.set_request_id(std::string(request.request_id->bytes()));
  }
  if (caused_by.has_value()) entry_.set_caused_by(*caused_by);
  entry_.set_policy_rule(author.policy_rule);
  entry_.set_key_id(event.key_id);
  entry_.set_payload_digest(std::string(AsBytes(Sha256(event.payload))));
  entry_.set_payload_length(static_cast<uint32_t>(event.payload.size()));
  entry_.set_content_commitment(event.content_commitment);

  absl::StatusOr<std::string> bytes = EncodeEntry(entry_);
  if (!bytes.ok()) return bytes.status();
  const Hash leaf = LeafHash(*bytes);
  store_.PutEntry(position, *bytes, rows_);
  store_.PutPayload(event.stream, version, EncodePayloadRow(entry_, event.payload), rows_);
  frontier_.Append(leaf, [&](const TileHash& node) { store_.PutNode(node, rows_); });
  request_heads_[event.stream] = {.version = version, .position = position, .leaf_hash = leaf};
  return AppendedEntry{.position = position,
                       .stream = event.stream,
                       .version = version,
                       .leaf_hash = leaf,
                       .recorded_at = absl::FromUnixMicros(last_recorded_at_us_)};
}

rocksdb::WriteBatch& AppendBatch::Finish() {
  head_row_ = {.head = {.size = frontier_.size(), .root = frontier_.Root()},
               .last_recorded_at_us = last_recorded_at_us_};
  store_.PutHead(head_row_, rows_);
  return rows_;
}

void AppendBatch::PublishHeads() const {
  for (const auto& [stream, head] : batch_heads_) heads_.Set(stream, head);
}

}  // namespace countersign::storage
