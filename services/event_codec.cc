#include "services/event_codec.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rules/event_type.h"

namespace countersign {
namespace {

using storage::StreamType;

absl::StatusOr<StreamType> StreamTypeOf(const v1::Event& event) {
  switch (event.stream_case()) {
    case v1::Event::kPlan:
      return StreamType::kPlan;
    case v1::Event::kPerson:
      return StreamType::kPerson;
    case v1::Event::kSchool:
      return StreamType::kSchool;
    case v1::Event::kTrust:
      return StreamType::kTrust;
    case v1::Event::kAccess:
      return StreamType::kAccess;
    case v1::Event::kCaller:
      return StreamType::kCaller;
    case v1::Event::kJournal:
      return StreamType::kJournal;
    case v1::Event::STREAM_NOT_SET:
      break;
  }
  return absl::DataLossError("event of unknown kind: written by a newer version");
}

absl::StatusOr<v1::Event> EventOf(storage::Keyring& keyring, const storage::StoredEvent& stored) {
  if (stored.stream.type == StreamType::kAccess) {
    return rules::AccessEventOf(std::string(stored.event_type));
  }
  if (stored.erased) return storage::KeyDestroyedError("an erased payload");
  std::string opened;
  std::string_view bytes = stored.payload;
  if (!stored.key_id.empty()) {
    absl::StatusOr<std::string> plaintext =
        keyring.Open(stored.key_id, stored.stream, stored.event_type, stored.payload);
    if (!plaintext.ok()) return plaintext.status();
    opened = *std::move(plaintext);
    bytes = opened;
  }
  v1::Event event;
  if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a payload is no event");
  }
  return event;
}

}  // namespace

absl::StatusOr<storage::StreamId> StreamOf(const v1::Event& event, const std::string& subject_id) {
  absl::StatusOr<StreamType> type = StreamTypeOf(event);
  if (!type.ok()) return type.status();
  absl::StatusOr<storage::Id> id = storage::ParseId(subject_id);
  if (!id.ok()) return id.status();
  return storage::StreamId{*type, *id};
}

std::optional<storage::StreamId> KeyOwnerOf(const storage::StreamId& stream) {
  switch (stream.type) {
    case StreamType::kPlan:
    case StreamType::kPerson:
      return stream;
    case StreamType::kSchool:
    case StreamType::kTrust:
    case StreamType::kAccess:
    case StreamType::kCaller:
    case StreamType::kJournal:
      break;
  }
  return std::nullopt;
}

absl::StatusOr<std::string> Serialized(const v1::Event& event) {
  std::string bytes;
  v1::Event again;
  if (event.SerializeToString(&bytes) && again.ParseFromString(bytes)) return bytes;
  return absl::InvalidArgumentError(
      "The event could not be read again: a text in it is not UTF-8. Nothing was written.");
}

absl::StatusOr<storage::NewEvent> Seal(storage::Keyring& keyring, const v1::Event& event,
                                       const std::string& subject_id) {
  absl::StatusOr<storage::StreamId> stream = StreamOf(event, subject_id);
  if (!stream.ok()) return stream.status();
  absl::StatusOr<std::string> type = rules::EventTypeOf(event);
  if (!type.ok()) return type.status();
  storage::NewEvent sealed;
  sealed.stream = *stream;
  sealed.event_type = *std::move(type);
  // An access says all in its type (design: confidentiality, section 2).
  if (stream->type == StreamType::kAccess) return sealed;
  absl::StatusOr<std::string> bytes = Serialized(event);
  if (!bytes.ok()) return bytes.status();
  const std::optional<storage::StreamId> owner = KeyOwnerOf(*stream);
  if (!owner.has_value()) {
    sealed.payload = *std::move(bytes);
    return sealed;
  }
  absl::StatusOr<storage::Sealed> box = keyring.Seal(*owner, *stream, sealed.event_type, *bytes);
  if (!box.ok()) return box.status();
  sealed.key_id = std::move(box->key_id);
  sealed.payload = std::move(box->payload);
  sealed.content_commitment = std::move(box->content_commitment);
  return sealed;
}

absl::StatusOr<std::vector<storage::NewEvent>> SealAll(
    storage::Keyring& keyring, const std::vector<rules::Happening>& happenings) {
  std::vector<storage::StreamId> owners;
  for (const rules::Happening& happening : happenings) {
    absl::StatusOr<storage::StreamId> stream = StreamOf(happening.event, happening.subject_id);
    if (!stream.ok()) return stream.status();
    const std::optional<storage::StreamId> owner = KeyOwnerOf(*stream);
    if (owner.has_value()) owners.push_back(*owner);
  }
  // From here on Seal() finds every key.
  if (absl::Status made = keyring.KeysFor(owners).status(); !made.ok()) return made;
  std::vector<storage::NewEvent> sealed;
  for (const rules::Happening& happening : happenings) {
    absl::StatusOr<storage::NewEvent> event = Seal(keyring, happening.event, happening.subject_id);
    if (!event.ok()) return event.status();
    sealed.push_back(*std::move(event));
  }
  return sealed;
}

std::optional<v1::Event> KindOf(const storage::StoredEvent& stored) {
  v1::Event event;
  if (stored.stream.type == StreamType::kPlan && stored.event_type == "comment_added") {
    event.mutable_plan()->mutable_recording()->mutable_comment_added();
    return event;
  }
  if (stored.stream.type == StreamType::kPlan && stored.event_type == "preparation_shared") {
    event.mutable_plan()->mutable_preparation()->mutable_preparation_shared();
    return event;
  }
  return std::nullopt;
}

absl::StatusOr<rules::Recorded> Open(storage::Keyring& keyring,
                                     const storage::StoredEvent& stored) {
  absl::StatusOr<v1::Event> event = EventOf(keyring, stored);
  if (!event.ok()) {
    if (!absl::IsDataLoss(event.status())) return event.status();
    return absl::DataLossError(
        absl::StrCat("position ", stored.position, ": ", event.status().message()));
  }
  return RecordedOf(stored, *std::move(event));
}

rules::Recorded RecordedOf(const storage::StoredEvent& stored, v1::Event event) {
  rules::Recorded recorded;
  recorded.position = stored.position;
  recorded.version = stored.version;
  recorded.recorded_at_us = absl::ToUnixMicros(stored.recorded_at);
  recorded.subject_id = storage::ToString(stored.stream.id);
  if (stored.actor.has_value()) recorded.actor_id = storage::ToString(*stored.actor);
  recorded.acting_as = std::string(stored.acting_as);
  recorded.event = std::move(event);
  return recorded;
}

}  // namespace countersign
