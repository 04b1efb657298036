#include "services/log/log_identity.h"

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "countersign/v1/event.pb.h"
#include "services/event_codec.h"
#include "storage/errors.h"
#include "storage/kept_checkpoints.h"
#include "storage/merkle_tree.h"

namespace countersign {
namespace {

constexpr char kLocalOrigin[] = "countersign.local/";
constexpr size_t kOriginDigits = 16;
constexpr size_t kLongestOrigin = 200;
constexpr size_t kLongestReason = 1000;
// PERSISTENT. The first line of a LogKeyNamed note, and its last where no key came before.
constexpr char kNoteHeader[] = "countersign log key v1";
constexpr char kNoKey[] = "none";
// PERSISTENT. Types of the events that are read here; tests/golden holds them to their names.
constexpr char kJournalOpened[] = "journal_opened";
constexpr char kLogKeyNamed[] = "log_key_named";
constexpr char kEpochBegun[] = "epoch_begun";

storage::StreamId OwnStream() {
  return {storage::StreamType::kJournal, *storage::ParseId(kJournalId)};
}

// What a LogKeyNamed note must say and who must have signed it.
absl::StatusOr<storage::VerifierKey> NamedBy(const std::string& note, const std::string& origin,
                                             const storage::VerifierKey* previous) {
  absl::StatusOr<storage::SignedNote> parsed = storage::ParseNote(note);
  if (!parsed.ok()) return parsed.status();
  const std::vector<std::string> lines = absl::StrSplit(parsed->text, '\n');
  // The last newline leaves an empty piece.
  if (lines.size() != 5 || lines[0] != kNoteHeader || !lines[4].empty()) {
    return absl::InvalidArgumentError("its text has not the four lines that it must have");
  }
  if (lines[1] != origin) return absl::InvalidArgumentError("it is for another origin");
  absl::StatusOr<storage::VerifierKey> key = storage::ParseVerifierKey(lines[2]);
  if (!key.ok()) return key.status();
  if (key->name != origin || key->type != storage::SignatureType::kEd25519) {
    return absl::InvalidArgumentError("it names a key that cannot sign for the origin");
  }
  if (lines[3] != (previous == nullptr ? std::string(kNoKey) : storage::ToString(*previous))) {
    return absl::InvalidArgumentError("it follows another key than the one before it");
  }
  absl::Status verified = storage::VerifyNote(*parsed, *key);
  if (verified.ok() && previous != nullptr) verified = storage::VerifyNote(*parsed, *previous);
  if (!verified.ok()) return verified;
  return key;
}

// Follows the journal's own events in their order.
class Reading {
 public:
  explicit Reading(const storage::Journal& journal) : journal_(journal) {}

  absl::Status Add(uint64_t position, const v1::JournalEvent& event) {
    switch (event.event_case()) {
      case v1::JournalEvent::kJournalOpened:
        return Opened(event.journal_opened());
      case v1::JournalEvent::kLogKeyNamed:
        return Named(position, event.log_key_named());
      case v1::JournalEvent::kEpochBegun:
        return Begun(position, event.epoch_begun());
      case v1::JournalEvent::kSoftwareStarted:
      case v1::JournalEvent::kDemoClockMoved:
      case v1::JournalEvent::kLogExported:
      case v1::JournalEvent::EVENT_NOT_SET:
        break;
    }
    return absl::OkStatus();
  }

  LogIdentity TakeIdentity() { return std::move(identity_); }

 private:
  static absl::Status Wrong(uint64_t position, const std::string& why) {
    return absl::DataLossError(absl::StrCat("The entry at position ", position,
                                            " does not name the log's key as it must: ", why));
  }

  absl::Status Opened(const v1::JournalOpened& opened) {
    identity_.origin = opened.origin();
    if (!identity_.origin.empty()) return absl::OkStatus();
    absl::StatusOr<std::string> first = journal_.ReadEntry(0);
    if (!first.ok()) return first.status();
    identity_.origin = absl::StrCat(
        kLocalOrigin, storage::ToHex(storage::LeafHash(*first)).substr(0, kOriginDigits));
    return absl::OkStatus();
  }

  absl::Status Named(uint64_t position, const v1::LogKeyNamed& named) {
    const NamedLogKey* previous = identity_.current();
    absl::StatusOr<storage::VerifierKey> key =
        NamedBy(named.note(), identity_.origin, previous == nullptr ? nullptr : &previous->key);
    if (!key.ok()) return Wrong(position, std::string(key.status().message()));
    End(position);
    identity_.keys.push_back({.key = *std::move(key), .from_size = position + 1, .until_size = 0});
    return absl::OkStatus();
  }

  absl::Status Begun(uint64_t position, const v1::EpochBegun& begun) {
    if (begun.old_origin() != identity_.origin || begun.origin() == identity_.origin ||
        !CheckOrigin(begun.origin()).ok()) {
      return Wrong(position, "it begins an epoch that does not follow from the one before");
    }
    absl::StatusOr<storage::Checkpoint> left = storage::ParseCheckpointText(begun.old_checkpoint());
    if (!left.ok()) return Wrong(position, std::string(left.status().message()));
    End(position);
    identity_.left_behind = *std::move(left);
    identity_.origin = begun.origin();
    return absl::OkStatus();
  }

  // The key in use signs no head that covers this position.
  void End(uint64_t position) {
    if (!identity_.keys.empty() && identity_.keys.back().until_size == 0) {
      identity_.keys.back().until_size = position;
    }
  }

  const storage::Journal& journal_;
  LogIdentity identity_;
};

bool IsAboutIdentity(std::string_view event_type) {
  return event_type == kJournalOpened || event_type == kLogKeyNamed || event_type == kEpochBegun;
}

// An event of the journal's own stream: plain, because it is about nobody.
absl::StatusOr<storage::NewEvent> OwnEvent(const char* event_type, v1::JournalEvent own) {
  v1::Event event;
  *event.mutable_journal() = std::move(own);
  absl::StatusOr<std::string> bytes = Serialized(event);
  if (!bytes.ok()) return bytes.status();
  storage::NewEvent plain;
  plain.stream = OwnStream();
  plain.event_type = event_type;
  plain.payload = *std::move(bytes);
  return plain;
}

absl::StatusOr<storage::NewEvent> KeyNamed(const storage::SignatureKey& key,
                                           const storage::SignatureKey* previous) {
  v1::JournalEvent named;
  named.mutable_log_key_named()->set_note(LogKeyNote(key, previous));
  return OwnEvent(kLogKeyNamed, std::move(named));
}

// Makes a key and journals it behind the events given.
absl::StatusOr<std::unique_ptr<storage::SignatureKey>> MakeNamed(
    storage::Journal& journal, const storage::LogKeys& keys, const std::string& origin,
    const storage::SignatureKey* previous, std::vector<storage::NewEvent> events) {
  // On disk before the journal names it: a named key that nobody has could never be replaced.
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> key = keys.Make(origin);
  if (!key.ok()) return key.status();
  absl::StatusOr<storage::NewEvent> named = KeyNamed(**key, previous);
  if (!named.ok()) return named.status();
  events.push_back(*std::move(named));
  storage::AppendRequest request;
  request.events = std::move(events);
  if (absl::Status appended = journal.Append(std::move(request)).status(); !appended.ok()) {
    return appended;
  }
  return key;
}

absl::Status CheckNewOrigin(const LogIdentity& identity, const storage::Checkpoint& anchor,
                            const std::string& origin) {
  if (absl::Status named = CheckOrigin(origin); !named.ok()) return named;
  bool used = origin == identity.origin || origin == anchor.origin;
  for (const NamedLogKey& key : identity.keys) used = used || key.key.name == origin;
  if (!used) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("Checkpoints of this journal had the origin ",
                                                 origin, " already; choose another one."));
}

// What was signed last, as far as it is known here.
absl::StatusOr<storage::Checkpoint> LastSigned(const storage::Journal& journal,
                                               const LogIdentity& identity,
                                               const storage::Anchor& anchor,
                                               const EpochGrounds& grounds) {
  absl::StatusOr<std::optional<storage::Checkpoint>> read = anchor.Read();
  if (!read.ok()) return read.status();
  if (identity.origin.empty() || (!read->has_value() && !grounds.anchor_lost)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "A new epoch follows from an anchor and from a journal that has entries: bring both back "
        "first. Where nobody has the anchor ",
        anchor.path(), ", say so with --accept-missing-anchor."));
  }
  if (read->has_value()) {
    if (!grounds.anchor_lost) return **std::move(read);
    return absl::FailedPreconditionError(absl::StrCat(
        "The anchor ", anchor.path(), " is there: leave --accept-missing-anchor out."));
  }
  absl::StatusOr<std::optional<uint64_t>> size =
      storage::GreatestKept(journal, storage::Journal::kUnlimited);
  if (!size.ok()) return size.status();
  // Nothing was signed that is known of.
  const storage::Checkpoint none{identity.origin, {0, storage::EmptyRoot()}};
  if (!size->has_value()) return none;
  absl::StatusOr<std::optional<storage::KeptCheckpoint>> kept = storage::ReadKept(journal, **size);
  if (!kept.ok()) return kept.status();
  return kept->has_value() ? (*kept)->checkpoint : none;
}

// OK when a new epoch would mend something.
absl::Status CheckGrounds(const storage::Journal& journal, const storage::LogKeys& keys,
                          const LogIdentity& identity, const storage::Checkpoint& left,
                          const EpochGrounds& grounds) {
  if (grounds.key_lost) {
    const absl::Status found = identity.current() == nullptr
                                   ? absl::OkStatus()
                                   : keys.Find(identity.current()->key).status();
    if (found.ok()) {
      return absl::FailedPreconditionError(
          "The key that signs is there, or the journal names none yet: no key is lost. Leave "
          "--key-lost out.");
    }
    if (!absl::IsNotFound(found)) return found;
  }
  if (left.origin != identity.origin) return absl::OkStatus();
  const absl::Status behind = storage::CheckAgainstAnchor(journal, left);
  if (storage::IsBehindAnchor(behind)) return absl::OkStatus();
  if (!behind.ok() || grounds.key_lost || grounds.anchor_lost) return behind;
  return absl::FailedPreconditionError(
      "The journal holds everything that was signed: there is nothing that a new epoch would "
      "mend. Where nobody has the key that signs, say so with --key-lost.");
}

}  // namespace

const NamedLogKey* LogIdentity::current() const {
  return keys.empty() || keys.back().until_size != 0 ? nullptr : &keys.back();
}

bool LogIdentity::HasLeft(const storage::Checkpoint& anchor) const {
  return left_behind == anchor && origin != anchor.origin;
}

absl::StatusOr<LogIdentity> ReadLogIdentity(const storage::Journal& journal) {
  Reading reading(journal);
  const auto add = [&](const storage::StoredEvent& stored, std::string_view) -> absl::Status {
    v1::Event event;
    if (!stored.key_id.empty() ||
        !event.ParseFromArray(stored.payload.data(), static_cast<int>(stored.payload.size()))) {
      return absl::DataLossError(absl::StrCat("The entry at position ", stored.position,
                                              " is no event of the journal's own."));
    }
    return reading.Add(stored.position, event.journal());
  };
  const absl::Status read = journal.ReadStream(OwnStream(), 0, storage::Journal::kUnlimited,
                                               [&](const storage::StoredEvent& stored) {
                                                 if (!IsAboutIdentity(stored.event_type))
                                                   return absl::OkStatus();
                                                 // ReadStream believes what it reads; this compares
                                                 // it with the entry, which is hashed.
                                                 return journal.ReadAll(stored.position, 1, add);
                                               });
  if (!read.ok()) return read;
  return reading.TakeIdentity();
}

std::string NewOrigin(const storage::RandomBytes& random) {
  std::array<uint8_t, kOriginDigits / 2> bytes;
  random(absl::MakeSpan(bytes));
  return absl::StrCat(kLocalOrigin,
                      absl::BytesToHexString(absl::string_view(
                          reinterpret_cast<const char*>(bytes.data()), bytes.size())));
}

absl::Status CheckOrigin(const std::string& origin) {
  if (storage::IsKeyName(origin) && origin.size() <= kLongestOrigin) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "An origin has 1 to ", kLongestOrigin,
      " bytes, no spaces and no '+'; write it like log.school-trust.example/countersign."));
}

std::string LogKeyNote(const storage::SignatureKey& key, const storage::SignatureKey* previous) {
  const std::string text = absl::StrCat(
      kNoteHeader, "\n", key.verifier().name, "\n", storage::ToString(key.verifier()), "\n",
      previous == nullptr ? std::string(kNoKey) : storage::ToString(previous->verifier()), "\n");
  return absl::StrCat(text, "\n", key.SignatureLine(text),
                      previous == nullptr ? "" : previous->SignatureLine(text));
}

absl::StatusOr<std::unique_ptr<storage::SignatureKey>> OpenLogKey(storage::Journal& journal,
                                                                  const storage::LogKeys& keys,
                                                                  const LogIdentity& identity) {
  if (identity.current() != nullptr) return keys.Find(identity.current()->key);
  return MakeNamed(journal, keys, identity.origin, nullptr, {});
}

absl::Status AboutLogKey(const absl::Status& found, const std::string& data) {
  if (!absl::IsNotFound(found)) return found;
  return absl::NotFoundError(
      absl::StrCat(found.message(),
                   " Nothing was changed. Put the copy of the key there; where nobody has one: "
                   "countersignd new-epoch --data ",
                   data, " --origin NAME --reason TEXT --key-lost."));
}

absl::StatusOr<std::unique_ptr<storage::SignatureKey>> RotateLogKey(storage::Journal& journal,
                                                                    const storage::LogKeys& keys,
                                                                    const LogIdentity& identity) {
  if (identity.current() == nullptr) return OpenLogKey(journal, keys, identity);
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> previous =
      keys.Find(identity.current()->key);
  if (!previous.ok()) return previous.status();
  return MakeNamed(journal, keys, identity.origin, previous->get(), {});
}

absl::StatusOr<std::unique_ptr<storage::SignatureKey>> BeginEpoch(
    storage::Journal& journal, const storage::LogKeys& keys, storage::Anchor& anchor,
    const std::string& new_origin, const std::string& reason, const EpochGrounds& grounds) {
  absl::StatusOr<LogIdentity> identity = ReadLogIdentity(journal);
  if (!identity.ok()) return identity.status();
  absl::StatusOr<storage::Checkpoint> left = LastSigned(journal, *identity, anchor, grounds);
  if (!left.ok()) return left.status();
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> key = absl::UnknownError("");
  if (identity->HasLeft(*left)) {
    // Interrupted before the anchor was written.
    if (identity->origin != new_origin) {
      return absl::FailedPreconditionError(absl::StrCat(
          "The epoch ", identity->origin, " has begun already: start the server to go on."));
    }
    key = OpenLogKey(journal, keys, *identity);
  } else {
    absl::Status may = CheckGrounds(journal, keys, *identity, *left, grounds);
    if (may.ok()) may = CheckNewOrigin(*identity, *left, new_origin);
    if (!may.ok()) return may;
    if (reason.empty() || reason.size() > kLongestReason || !storage::IsNoteText(reason)) {
      return absl::InvalidArgumentError(
          absl::StrCat("Say why, in at most ", kLongestReason,
                       " bytes of UTF-8 without control characters. Nothing was written."));
    }
    v1::JournalEvent begun;
    begun.mutable_epoch_begun()->set_origin(new_origin);
    begun.mutable_epoch_begun()->set_old_origin(identity->origin);
    begun.mutable_epoch_begun()->set_old_checkpoint(storage::CheckpointText(*left));
    begun.mutable_epoch_begun()->set_reason(reason);
    absl::StatusOr<storage::NewEvent> event = OwnEvent(kEpochBegun, std::move(begun));
    if (!event.ok()) return event.status();
    if (absl::Status ready = grounds.before_append(); !ready.ok()) return ready;
    key = MakeNamed(journal, keys, new_origin, nullptr, {*std::move(event)});
  }
  if (!key.ok()) return key.status();
  if (absl::Status kept = anchor.Write({.origin = new_origin, .head = journal.head()});
      !kept.ok()) {
    return kept;
  }
  return key;
}

}  // namespace countersign
