#include "storage/heads.h"

namespace countersign::storage {

std::optional<StreamHead> Heads::Cached(const StreamId& stream) {
  std::lock_guard lock(lock_);
  const StreamHead* head = cache_.Find(stream);
  return head == nullptr ? std::nullopt : std::optional(*head);
}

absl::StatusOr<std::optional<StreamHead>> Heads::Current(const StreamId& stream) {
  if (std::optional<StreamHead> cached = Cached(stream)) return cached;
  absl::StatusOr<std::optional<StreamHead>> head =
      store_.ReadStreamHead(stream, Journal::kUnlimited);
  if (head.ok() && head->has_value()) Set(stream, **head);
  return head;
}

void Heads::Set(const StreamId& stream, const StreamHead& head) {
  std::lock_guard lock(lock_);
  cache_.Put(stream, head);
}

absl::StatusOr<std::optional<StreamHead>> Heads::Peek(const StreamId& stream, uint64_t size) {
  std::optional<StreamHead> cached = Cached(stream);
  if (cached.has_value() && cached->position < size) return cached;
  return store_.ReadStreamHead(stream, size);
}

}  // namespace countersign::storage
