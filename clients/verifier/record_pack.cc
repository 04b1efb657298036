#include "clients/verifier/record_pack.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/verifier/entry_check.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/merkle.h"
#include "clients/verifier/pack_files.h"
#include "clients/verifier/tlog_proof.h"
#include "countersign/v1/entry.pb.h"

namespace countersign::verifier {
namespace {

constexpr char kPlanStream = 1;
// Nonce and tag of the cipher, which the stored payload has and the event has not.
constexpr uint64_t kSealBytes = 28;
constexpr std::string_view kRecordDomain = "countersign record v1";
// What takes a final record back, so that it has to be finalised again before anybody signs.
constexpr std::string_view kTakesBack[] = {"changes_requested", "comment_added",
                                           "draft_issued",      "draft_revised",
                                           "record_finalised",  "reviewer_replaced"};

// An entry that is proved to be in the log, with what its payload said.
struct Proved {
  v1::Entry entry{};
  Hash leaf{};
  std::optional<EventFields> event{};
};

std::string UuidOf(std::string_view id) {
  const std::string digits = ToHex(id);
  return absl::StrCat(digits.substr(0, 8), "-", digits.substr(8, 4), "-", digits.substr(12, 4), "-",
                      digits.substr(16, 4), "-", digits.substr(20));
}

absl::Status WrongAt(uint64_t position, std::string_view what) {
  return WrongEntry(position, absl::StrCat("The entry at position ", position,
                                           " is wrong: ", std::string(what), "."));
}

absl::Status WrongRecord(std::string_view what) {
  return absl::DataLossError(absl::StrCat("The record is wrong: ", std::string(what), "."));
}

// The entry's fields, when its bytes are an entry that stands at its place in a plan's stream.
absl::StatusOr<Proved> ReadEntry(const PackedEntry& packed) {
  EntryJudge judge;
  const JudgedEntry judged =
      judge.Judge({.entry = packed.entry, .state = PayloadState::kWithheld, .payload = {}});
  if (judged.fault != JudgedEntry::Fault::kNone) return WrongAt(packed.position, judged.wrong);
  Proved proved;
  proved.leaf = judged.leaf;
  if (!proved.entry.ParseFromArray(packed.entry.data(), static_cast<int>(packed.entry.size()))) {
    return WrongAt(packed.position, "its bytes are no entry");
  }
  if (proved.entry.position() != packed.position) {
    return WrongAt(packed.position, "it says that it stands elsewhere");
  }
  if (proved.entry.stream()[0] != kPlanStream) {
    return WrongAt(packed.position, "it is not about a plan");
  }
  return proved;
}

absl::Status CheckProof(const PackedEntry& packed, const Checkpoint& checkpoint,
                        std::string_view note) {
  const absl::StatusOr<TlogProof> proof = ParseTlogProof(packed.proof);
  if (!proof.ok()) return proof.status();
  if (proof->extra != std::string(packed.entry) || proof->index != packed.position ||
      proof->checkpoint != note) {
    return WrongAt(packed.position, "its proof is about something else");
  }
  if (VerifyInclusion(packed.position, checkpoint.size, LeafHash(packed.entry), proof->path,
                      checkpoint.root)) {
    return absl::OkStatus();
  }
  return WrongAt(packed.position, "it is not proved to be among the entries that were signed");
}

// The payload, when it is the one that the entry committed to.
absl::StatusOr<EventFields> OpenEvent(const PackedEntry& packed, const v1::Entry& entry) {
  const Hash commitment = Sha256({packed.opened->salt, packed.opened->event});
  if (entry.content_commitment() != AsBytes(commitment) || entry.payload_length() < kSealBytes ||
      entry.payload_length() - kSealBytes != packed.opened->event.size()) {
    return WrongAt(packed.position, "its payload is another");
  }
  return ReadEvent(entry.event_type(), packed.opened->event);
}

absl::StatusOr<Proved> ProvedOf(const PackedEntry& packed, const Checkpoint& checkpoint,
                                std::string_view note) {
  // First of all, so that nothing is read that the log did not write.
  if (absl::Status wrong = CheckProof(packed, checkpoint, note); !wrong.ok()) return wrong;
  absl::StatusOr<Proved> proved = ReadEntry(packed);
  if (!proved.ok()) return proved.status();
  if (packed.opened.has_value() != IsOpenedType(proved->entry.event_type())) {
    return WrongAt(packed.position, packed.opened.has_value() ? "no payload belongs into the pack"
                                                              : "its payload is missing");
  }
  if (!packed.opened.has_value()) return proved;
  absl::StatusOr<EventFields> event = OpenEvent(packed, proved->entry);
  if (!event.ok()) return event.status();
  proved->event = *event;
  return proved;
}

// What holds between an entry and the one before it in the pack.
absl::Status CheckOrder(const Proved& before, const Proved& after, bool may_leave_some_out) {
  const v1::Entry& entry = after.entry;
  const uint64_t position = entry.position();
  if (entry.stream() != before.entry.stream()) return WrongAt(position, "it is of another plan");
  if (entry.recorded_at_us() <= before.entry.recorded_at_us() ||
      entry.version() <= before.entry.version()) {
    return WrongAt(position, "it comes before the one that it follows");
  }
  const bool is_next = entry.version() == before.entry.version() + 1;
  if (!is_next && !may_leave_some_out) {
    return WrongAt(position, "entries before it were left out");
  }
  if (is_next && entry.previous_leaf_hash() != AsBytes(before.leaf)) {
    return WrongAt(position, "it names another entry before it");
  }
  return absl::OkStatus();
}

// The draft and the final record fit the parts, and all name one digest.
absl::Status CheckRecord(const PackFiles& files, const std::vector<Proved>& proved,
                         const Hash& digest) {
  const EventFields& draft = *proved[0].event;
  const EventFields& final_record = *proved[1].event;
  if (draft.plan != files.plan || draft.annex != files.annex) {
    return WrongAt(proved[0].entry.position(), "the draft is not what plan.bin and annex.bin hold");
  }
  if (final_record.comments != files.comments || final_record.draft != draft.draft) {
    return WrongAt(proved[1].entry.position(), "another draft or other comments became final");
  }
  for (size_t i = 1; i < proved.size(); ++i) {
    if (proved[i].event.has_value() && proved[i].event->digest != AsBytes(digest)) {
      return WrongAt(proved[i].entry.position(), "it is about a record with another digest");
    }
  }
  return files.digest == absl::StrCat(ToHex(digest), "\n")
             ? absl::OkStatus()
             : WrongRecord("digest.txt names another digest");
}

// Takes the acts about a final record one by one.
class Signing {
 public:
  absl::Status Add(const Proved& act) {
    const v1::Entry& entry = act.entry;
    const uint64_t position = entry.position();
    if (closed_) return WrongAt(position, "the record was closed before it");
    if (entry.actor().empty()) return WrongAt(position, "nobody did it");
    if (entry.event_type() == "closed_unsigned") {
      closed_ = true;
    } else if (absl::Status wrong = AddParty(act); !wrong.ok()) {
      return wrong;
    }
    acts_.push_back({.event_type = entry.event_type(),
                     .actor = UuidOf(entry.actor()),
                     .acting_as = entry.acting_as(),
                     .capacity = act.event->capacity,
                     .position = position,
                     .recorded_at_us = entry.recorded_at_us(),
                     .method = std::string(act.event->method),
                     .words = std::string(act.event->words)});
    return absl::OkStatus();
  }

  bool closed() const { return closed_; }
  bool is_signed() const { return signers_.size() == 2; }
  std::vector<ProvedAct> acts() && { return std::move(acts_); }

 private:
  absl::Status AddParty(const Proved& act) {
    const v1::Entry& entry = act.entry;
    const Capacity capacity = act.event->capacity;
    if (!entry.on_behalf_of().empty() || entry.acting_as() != NameOf(capacity)) {
      return WrongAt(entry.position(), "a party acts for themselves, in their own role");
    }
    for (const auto& [other, actor] : parties_) {
      if ((other == capacity) != (actor == entry.actor())) {
        return WrongAt(entry.position(),
                       "the parties of the record are two people, one in each role");
      }
    }
    parties_[capacity] = entry.actor();
    if (signers_.count(capacity) > 0) {
      return WrongAt(entry.position(), "this party had signed before");
    }
    if (entry.event_type() == "signed") signers_[capacity] = entry.actor();
    closed_ = is_signed();
    return absl::OkStatus();
  }

  std::map<Capacity, std::string> parties_;
  std::map<Capacity, std::string> signers_;
  std::vector<ProvedAct> acts_;
  bool closed_ = false;
};

bool IsDraft(const Proved& proved) {
  return proved.entry.event_type() == "draft_issued" ||
         proved.entry.event_type() == "draft_revised";
}

// The entries tell one story: a draft, the final record, what was done about it, its closing.
absl::Status CheckStory(const std::vector<Proved>& proved, Signing& signing) {
  if (proved.size() < 3 || !IsDraft(proved[0]) ||
      proved[1].entry.event_type() != "record_finalised") {
    return WrongRecord("the entries do not begin with a draft and the final record");
  }
  for (size_t i = 1; i < proved.size(); ++i) {
    absl::Status order = CheckOrder(proved[i - 1], proved[i], /*may_leave_some_out=*/i == 1);
    if (!order.ok()) return order;
    if (i == 1) continue;
    const std::string& type = proved[i].entry.event_type();
    if (std::find(std::begin(kTakesBack), std::end(kTakesBack), type) != std::end(kTakesBack)) {
      return WrongAt(proved[i].entry.position(), "it takes the final record back");
    }
    if (!proved[i].event.has_value()) continue;
    if (absl::Status wrong = signing.Add(proved[i]); !wrong.ok()) return wrong;
  }
  if (signing.closed() && proved.back().event.has_value()) return absl::OkStatus();
  return WrongRecord("neither both signatures nor a closing end it");
}

absl::Status CheckLogKey(std::string_view log_key, const Checkpoint& checkpoint,
                         std::string_view note, const KeyFile& keys) {
  const absl::StatusOr<Note> parsed = ParseNote(note);
  if (!parsed.ok()) return parsed.status();
  for (const LogKey& key : keys.keys) {
    if (key.key.name == checkpoint.origin && log_key == absl::StrCat(ToString(key.key), "\n") &&
        VerifySignature(*parsed, key.key).ok()) {
      return absl::OkStatus();
    }
  }
  return absl::DataLossError(
      "log.key is none of the keys that you trust and that signed the checkpoint: somebody put "
      "another key into the pack.");
}

// All but what a damaged copy shows of itself.
absl::StatusOr<RecordReport> CheckContent(const PackFiles& files, const KeyFile& keys) {
  RecordReport report;
  report.note = std::string(files.checkpoint);
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(files.checkpoint, keys);
  // A pack cannot tell a key that was replaced, or a part of the log that was lost, from a forgery.
  if (absl::IsUnauthenticated(checkpoint.status()) ||
      absl::IsFailedPrecondition(checkpoint.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        checkpoint.status().message(),
        " Either the log's key was changed, or the part of the log that this checkpoint covers was "
        "lost, or somebody else made this pack: ask whoever gave you the key file which it is."));
  }
  if (!checkpoint.ok()) return checkpoint.status();
  report.checkpoint = *std::move(checkpoint);
  absl::Status key = CheckLogKey(files.log_key, report.checkpoint, files.checkpoint, keys);
  if (!key.ok()) return key;
  std::vector<Proved> proved;
  for (const PackedEntry& packed : files.entries) {
    absl::StatusOr<Proved> entry = ProvedOf(packed, report.checkpoint, files.checkpoint);
    if (!entry.ok()) return entry.status();
    proved.push_back(*std::move(entry));
  }
  Signing signing;
  if (absl::Status wrong = CheckStory(proved, signing); !wrong.ok()) return wrong;
  report.digest = Sha256({kRecordDomain, AsBytes(Sha256(files.plan)), AsBytes(Sha256(files.annex)),
                          AsBytes(Sha256(files.comments))});
  if (absl::Status wrong = CheckRecord(files, proved, report.digest); !wrong.ok()) return wrong;
  report.plan_id = UuidOf(std::string_view(proved[0].entry.stream()).substr(1));
  report.draft = proved[0].event->draft;
  report.is_signed = signing.is_signed();
  report.acts = std::move(signing).acts();
  report.entries = proved.size();
  return report;
}

}  // namespace

absl::StatusOr<RecordReport> CheckRecordPack(std::string_view pack, const KeyFile& keys,
                                             absl::Span<const PublicKey> witnesses) {
  const absl::StatusOr<PackFiles> files = ReadPackFiles(pack);
  if (!files.ok()) return files.status();
  absl::StatusOr<RecordReport> report = CheckContent(*files, keys);
  if (absl::IsDataLoss(report.status())) return report;
  if (!files->manifest_fits) {
    return absl::DataLossError(
        "manifest.txt does not fit the files of the pack: one of them was "
        "changed, or the manifest was.");
  }
  if (!report.ok()) return report;
  if (absl::Status missing = CheckCosigned(report->note, witnesses); !missing.ok()) return missing;
  if (files->crcs_fit) return report;
  return absl::AbortedError(
      "This is a damaged copy: a checksum of the zip is wrong, although all that is proved is "
      "right. "
      "Ask for another copy.");
}

}  // namespace countersign::verifier
