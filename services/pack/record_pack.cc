#include "services/pack/record_pack.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/event.pb.h"
#include "services/pack/zip_file.h"
#include "storage/hash.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"

namespace countersign {
namespace {

// PERSISTENT.
constexpr char kFormatLine[] = "countersign record pack v1\n";

// An event of the plan as it was stored.
struct Sealed {
  uint64_t position = 0;
  absl::Time recorded_at;
  storage::StreamId stream;
  std::string actor_id;
  std::string acting_as;
  std::string event_type;
  std::string key_id;
  std::string payload;
  bool erased = false;
};

Sealed CopyOf(const storage::StoredEvent& stored) {
  Sealed sealed;
  sealed.position = stored.position;
  sealed.recorded_at = stored.recorded_at;
  sealed.stream = stored.stream;
  if (stored.actor.has_value()) sealed.actor_id = storage::ToString(*stored.actor);
  sealed.acting_as = std::string(stored.acting_as);
  sealed.event_type = std::string(stored.event_type);
  sealed.key_id = std::string(stored.key_id);
  sealed.payload = std::string(stored.payload);
  sealed.erased = stored.erased;
  return sealed;
}

bool IsDraft(absl::string_view type) { return type == "draft_issued" || type == "draft_revised"; }

// Whether the payload of such an entry goes into the pack.
bool IsOpened(absl::string_view type) {
  return IsDraft(type) || type == "record_finalised" || type == "signed" ||
         type == "signature_declined" || type == "closed_unsigned";
}

// Finds the draft that became the record, and what follows its last finalisation.
class Finding {
 public:
  void Take(const storage::StoredEvent& stored) {
    if (closed_) return;
    const absl::string_view type(stored.event_type.data(), stored.event_type.size());
    if (IsDraft(type)) latest_draft_ = CopyOf(stored);
    if (type == "record_finalised") {
      draft_ = latest_draft_;
      since_final_.clear();
      signatures_ = 0;
    }
    if (type == "record_finalised" || !since_final_.empty()) since_final_.push_back(CopyOf(stored));
    if (type == "signed") ++signatures_;
    closed_ = !since_final_.empty() && (type == "closed_unsigned" || signatures_ == 2);
  }

  // The draft first. FAILED_PRECONDITION unless the record is closed.
  absl::StatusOr<std::vector<Sealed>> Found() && {
    if (!closed_ || !draft_.has_value()) {
      return absl::FailedPreconditionError("The record is neither signed nor closed.");
    }
    since_final_.insert(since_final_.begin(), *std::move(draft_));
    return std::move(since_final_);
  }

 private:
  std::optional<Sealed> latest_draft_;
  std::optional<Sealed> draft_;  // That became the record.
  std::vector<Sealed> since_final_;
  int signatures_ = 0;
  bool closed_ = false;
};

absl::Status Unreadable(uint64_t position) {
  return absl::DataLossError(absl::StrCat("position ", position, ": not what its type says"));
}

absl::StatusOr<PackedEntry::Opened> OpenedOf(storage::Keyring& keyring, const Sealed& sealed) {
  if (sealed.erased) return storage::KeyDestroyedError("an erased payload");
  absl::StatusOr<std::string> event =
      keyring.Open(sealed.key_id, sealed.stream, sealed.event_type, sealed.payload);
  if (!event.ok()) return event.status();
  absl::StatusOr<storage::Hash> salt = keyring.CommitmentSalt(sealed.key_id, sealed.payload);
  if (!salt.ok()) return salt.status();
  return PackedEntry::Opened{*std::move(event), *salt};
}

absl::Status TakeDraft(const v1::Record& draft, uint64_t position, GatheredRecord& record) {
  record.plan_bytes = draft.plan().plan();
  record.annex_bytes = draft.plan().annex();
  if (!record.page.plan.ParseFromString(record.plan_bytes) ||
      !record.page.annex.ParseFromString(record.annex_bytes)) {
    return Unreadable(position);
  }
  return absl::OkStatus();
}

absl::Status TakeRecording(const v1::RecordingEvent& event, uint64_t position,
                           GatheredRecord& record) {
  if (event.has_draft_issued()) return TakeDraft(event.draft_issued().record(), position, record);
  if (event.has_draft_revised()) return TakeDraft(event.draft_revised().record(), position, record);
  if (!event.has_record_finalised()) return Unreadable(position);
  record.comments_bytes = event.record_finalised().comments();
  record.page.digest = absl::BytesToHexString(event.record_finalised().digest());
  if (!record.page.comments.ParseFromString(record.comments_bytes)) return Unreadable(position);
  return absl::OkStatus();
}

absl::Status TakeSigning(const v1::SigningEvent& event, const Sealed& sealed,
                         const std::string& name, GatheredRecord& record) {
  RecordAct act;
  act.person_id = sealed.actor_id;
  act.name = name;
  act.acting_as = sealed.acting_as;
  act.at = sealed.recorded_at;
  act.position = sealed.position;
  switch (event.event_case()) {
    case v1::SigningEvent::kSigned:
      act.kind = RecordAct::Kind::kSigned;
      act.words = event.signed_().meaning();
      act.method = event.signed_().method();
      break;
    case v1::SigningEvent::kSignatureDeclined:
      act.kind = RecordAct::Kind::kDeclined;
      act.words = event.signature_declined().reason();
      break;
    case v1::SigningEvent::kClosedUnsigned:
      act.kind = RecordAct::Kind::kClosedUnsigned;
      act.words = event.closed_unsigned().reason();
      break;
    case v1::SigningEvent::EVENT_NOT_SET:
      return Unreadable(sealed.position);
  }
  record.page.acts.push_back(std::move(act));
  return absl::OkStatus();
}

std::string NameOfEntry(uint64_t position, absl::string_view ending) {
  return absl::StrCat("entries/", position, ending);
}

// The files that the proofs do not change.
std::vector<ZippedFile> PartsOf(const GatheredRecord& record) {
  return {{"record.html", RecordPage(record.page)},
          {"plan.bin", record.plan_bytes},
          {"annex.bin", record.annex_bytes},
          {"comments.bin", record.comments_bytes},
          {"digest.txt", absl::StrCat(record.page.digest, "\n")}};
}

// The proof of one entry. What leaves is checked here, where it can still be mended.
absl::StatusOr<std::string> ProofOf(const PackedEntry& entry, const storage::Journal& journal,
                                    const SignedHead& signed_head) {
  const storage::Head& head = signed_head.head;
  absl::StatusOr<std::vector<storage::Hash>> path =
      journal.ProveInclusion(entry.position, head.size);
  if (!path.ok()) return path.status();
  if (!storage::VerifyInclusion(entry.position, head.size, storage::LeafHash(entry.bytes), *path,
                                head.root)) {
    return absl::DataLossError(
        absl::StrCat("position ", entry.position, ": not what the signed tree holds"));
  }
  storage::TlogProof proof;
  proof.extra = entry.bytes;
  proof.index = entry.position;
  proof.path = *std::move(path);
  proof.checkpoint = signed_head.note;
  return storage::ToString(proof);
}

std::string ManifestOf(const std::vector<ZippedFile>& files) {
  std::string manifest = kFormatLine;
  for (const ZippedFile& file : files) {
    absl::StrAppend(&manifest, storage::ToHex(storage::Sha256(file.bytes)), " ", file.bytes.size(),
                    " ", file.name, "\n");
  }
  return manifest;
}

}  // namespace

absl::StatusOr<GatheredRecord> GatherRecord(
    const storage::Journal& journal, storage::Keyring& keyring, const std::string& plan_id,
    const std::function<std::string(const std::string&)>& name_of, absl::TimeZone zone) {
  absl::StatusOr<storage::Id> id = storage::ParseId(plan_id);
  if (!id.ok()) return id.status();
  Finding finding;
  absl::Status read =
      journal.ReadStream({storage::StreamType::kPlan, *id}, 0, storage::Journal::kUnlimited,
                         [&](const storage::StoredEvent& stored) {
                           finding.Take(stored);
                           return absl::OkStatus();
                         });
  if (!read.ok()) return read;
  absl::StatusOr<std::vector<Sealed>> found = std::move(finding).Found();
  if (!found.ok()) return found.status();

  GatheredRecord record;
  record.page.plan_id = storage::ToString(*id);
  record.page.zone = zone;
  for (const Sealed& sealed : *found) {
    absl::StatusOr<std::string> bytes = journal.ReadEntry(sealed.position);
    if (!bytes.ok()) return bytes.status();
    PackedEntry& packed = record.entries.emplace_back();
    packed.position = sealed.position;
    packed.bytes = *std::move(bytes);
    if (!IsOpened(sealed.event_type)) continue;
    absl::StatusOr<PackedEntry::Opened> opened = OpenedOf(keyring, sealed);
    if (!opened.ok()) return opened.status();
    v1::Event event;
    if (!event.ParseFromString(opened->event)) return Unreadable(sealed.position);
    absl::Status taken =
        event.plan().has_signing()
            ? TakeSigning(event.plan().signing(), sealed, name_of(sealed.actor_id), record)
            : TakeRecording(event.plan().recording(), sealed.position, record);
    if (!taken.ok()) return taken;
    packed.opened = *std::move(opened);
  }
  return record;
}

absl::StatusOr<std::string> PackRecord(const GatheredRecord& record,
                                       const storage::Journal& journal,
                                       const SignedHead& signed_head,
                                       const storage::VerifierKey& key) {
  if (!IsSignedBy(signed_head, key)) {
    return absl::InternalError("a checkpoint was signed with another key than the one named");
  }
  std::vector<ZippedFile> files = PartsOf(record);
  for (const PackedEntry& entry : record.entries) {
    absl::StatusOr<std::string> proof = ProofOf(entry, journal, signed_head);
    if (!proof.ok()) return proof.status();
    files.push_back({NameOfEntry(entry.position, ".entry"), entry.bytes});
    if (entry.opened.has_value()) {
      files.push_back({NameOfEntry(entry.position, ".event"), entry.opened->event});
      files.push_back({NameOfEntry(entry.position, ".salt"),
                       std::string(storage::AsBytes(entry.opened->salt))});
    }
    files.push_back({NameOfEntry(entry.position, ".tlog-proof"), *std::move(proof)});
  }
  files.push_back({"checkpoint", signed_head.note});
  files.push_back({"log.key", absl::StrCat(storage::ToString(key), "\n")});
  files.push_back({"manifest.txt", ManifestOf(files)});
  return StoredZip(files);
}

bool IsSignedBy(const SignedHead& signed_head, const storage::VerifierKey& key) {
  const absl::StatusOr<storage::SignedNote> note = storage::ParseNote(signed_head.note);
  return note.ok() && storage::VerifyNote(*note, key).ok();
}

std::string PackNameOf(const std::string& plan_id) {
  return absl::StrCat("record-", plan_id, ".csign");
}

}  // namespace countersign
