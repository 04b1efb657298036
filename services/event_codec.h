// Between the rules' events and the journal's bytes: where facts about people are sealed, and where
// they are opened again. Storage never sees an event, the rules never see a key.
#ifndef COUNTERSIGN_SERVICES_EVENT_CODEC_H_
#define COUNTERSIGN_SERVICES_EVENT_CODEC_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "countersign/v1/event.pb.h"
#include "services/rules/decide.h"
#include "services/rules/state/recorded.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/stream.h"

namespace countersign {

// The id of the journal's stream about itself. PERSISTENT.
inline constexpr char kJournalId[] = "00000000-0000-0000-0000-000000000000";

// The stream that an event belongs to, from its kind and the id it is about (a UUID).
// INVALID_ARGUMENT for an id that is none.
absl::StatusOr<storage::StreamId> StreamOf(const v1::Event& event, const std::string& subject_id);

// Whose key seals the payloads of a stream: a plan's its own, a person's their own. Nothing for
// streams about nobody, which are stored plain.
std::optional<storage::StreamId> KeyOwnerOf(const storage::StreamId& stream);

// The bytes of an event, once they were found to parse again: INVALID_ARGUMENT when a text in it is
// not UTF-8, because nobody could ever read such an entry. Whatever is appended passes here.
absl::StatusOr<std::string> Serialized(const v1::Event& event);

// The event as the journal takes it: serialised once, sealed where it is about somebody.
absl::StatusOr<storage::NewEvent> Seal(storage::Keyring& keyring, const v1::Event& event,
                                       const std::string& subject_id);

// The same for all events of one command, in their order. Keys that are missing are made in one
// synced write, however many people are new.
absl::StatusOr<std::vector<storage::NewEvent>> SealAll(
    storage::Keyring& keyring, const std::vector<rules::Happening>& happenings);

// The event of an entry with nothing but its kind, found from its type alone. Nothing for types
// whose content everybody who reads them needs.
std::optional<v1::Event> KindOf(const storage::StoredEvent& stored);

// The event of an entry. KeyDestroyed (storage/errors.h) when its payload was erased or its key
// destroyed; DATA_LOSS when the bytes are not what was sealed or say something unknown.
absl::StatusOr<rules::Recorded> Open(storage::Keyring& keyring, const storage::StoredEvent& stored);

// What the journal wrote beside an event, and the event.
rules::Recorded RecordedOf(const storage::StoredEvent& stored, v1::Event event);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_EVENT_CODEC_H_
