#include "storage/copies/replay_survey.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/entry.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"

namespace countersign::storage {
namespace {

absl::StatusOr<std::vector<Hash>> HashesOf(const Survey& survey, uint8_t level, uint64_t first,
                                           uint64_t count) {
  const auto found = survey.levels.find(level);
  const uint64_t there = found == survey.levels.end() ? 0 : found->second.size();
  if (first > there || count > there - first) {
    return absl::OutOfRangeError("The export has fewer entries than that.");
  }
  const auto begin = found->second.begin() + static_cast<std::ptrdiff_t>(first);
  return std::vector<Hash>(begin, begin + static_cast<std::ptrdiff_t>(count));
}

class Surveyor {
 public:
  Surveyor(const ReplayOptions& options, const JournalStore* store, const Head& head)
      : options_(options), store_(store), head_(head) {}

  absl::StatusOr<Survey> Run() {
    absl::StatusOr<std::unique_ptr<ExportReader>> reader =
        ExportReader::Open(options_.env, options_.export_path);
    if (!reader.ok()) return reader.status();
    survey_.size = (*reader)->size();
    if (!(*reader)->has_payloads()) {
      return absl::FailedPreconditionError(
          "The export was taken without payloads: a journal cannot be made from it.");
    }
    if (survey_.size < head_.size) {
      return absl::FailedPreconditionError(absl::StrCat("The export has ", survey_.size,
                                                        " entries and the journal has ", head_.size,
                                                        ": there is nothing to bring back."));
    }
    absl::Status read = ReadEntries(**reader);
    if (read.ok()) read = ReadCheckpoints(**reader);
    if (read.ok()) read = (*reader)->Finish();
    if (read.ok()) read = CheckAnchor();
    if (!read.ok()) return read;
    return std::move(survey_);
  }

 private:
  absl::Status ReadEntries(ExportReader& reader) {
    v1::Entry entry;
    absl::Status same = CompareAt(0);
    for (uint64_t position = 0; position < survey_.size && same.ok(); ++position) {
      const absl::StatusOr<ExportEntry> exported = reader.NextEntry();
      if (!exported.ok()) return exported.status();
      if (exported->state == ExportedPayload::kWithheld) {
        return absl::FailedPreconditionError(
            absl::StrCat("The export withholds the payload of position ", position, "."));
      }
      if (position >= head_.size) {
        const absl::Status sound = CheckMissing(*exported, position, entry);
        if (!sound.ok()) return sound;
      } else if (exported->state == ExportedPayload::kErased) {
        survey_.erased_before.push_back(position);
      }
      frontier_.Append(LeafHash(exported->entry), [&](const TileHash& made) {
        survey_.levels[made.level].push_back(made.hash);
      });
      same = CompareAt(position + 1);
      if ((position + 1) % kEntriesBetweenTellings == 0) {
        options_.on_progress(position + 1, 2 * survey_.size);
      }
    }
    return same;
  }

  // What both have is compared where the journal ends.
  absl::Status CompareAt(uint64_t size) const {
    if (size != head_.size || frontier_.Root() == head_.root) return absl::OkStatus();
    if (store_ == nullptr) return absl::InternalError("no journal has a root of its own");
    for (uint64_t position = 0; position < size; ++position) {
      const absl::StatusOr<std::vector<Hash>> leaf = store_->ReadNodes(0, position, 1);
      if (!leaf.ok()) return leaf.status();
      if (leaf->front() != survey_.levels.at(0)[position]) {
        return Differs(position, "is not the one that the journal has there");
      }
    }
    return absl::DataLossError("The journal's tree is damaged: its leaves have another root.");
  }

  absl::Status ReadCheckpoints(ExportReader& reader) {
    const absl::StatusOr<uint32_t> count = reader.CheckpointCount();
    if (!count.ok()) return count.status();
    uint64_t last = 0;
    for (uint32_t i = 0; i < *count; ++i) {
      absl::StatusOr<std::string> note = reader.NextCheckpoint();
      if (!note.ok()) return note.status();
      const absl::StatusOr<SignedCheckpoint> checkpoint = ParseSignedCheckpoint(*note);
      if (!checkpoint.ok()) {
        return absl::DataLossError(
            absl::StrCat("A checkpoint in the export is damaged: ", checkpoint.status().message()));
      }
      const absl::Status sound = CheckCheckpoint(checkpoint->checkpoint, last);
      if (!sound.ok()) return sound;
      last = checkpoint->checkpoint.head.size;
      if (IsTrusted(*checkpoint)) survey_.checkpoints[last] = *std::move(note);
    }
    if (survey_.size > 0 && survey_.checkpoints.count(survey_.size) == 0) {
      return absl::UnauthenticatedError(
          absl::StrCat("No checkpoint of all ", survey_.size,
                       " entries of the export is signed by a key of this log that is good for "
                       "so many."));
    }
    return absl::OkStatus();
  }

  // It must follow one of `last` entries, and its root must be that of the entries.
  absl::Status CheckCheckpoint(const Checkpoint& checkpoint, uint64_t last) const {
    const uint64_t size = checkpoint.head.size;
    if (size <= last || size > survey_.size) {
      return absl::DataLossError("The checkpoints in the export are in disorder.");
    }
    const absl::StatusOr<Hash> root = survey_.RootOf(size);
    if (!root.ok()) return root.status();
    if (*root == checkpoint.head.root) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("The export's checkpoint of ", size,
                                            " entries has another root than the entries."));
  }

  bool IsTrusted(const SignedCheckpoint& told) const {
    const uint64_t size = told.checkpoint.head.size;
    return std::any_of(options_.keys.begin(), options_.keys.end(), [&](const TrustedKey& trusted) {
      return trusted.from_size <= size && size <= trusted.until_size &&
             VerifyNote(told.note, trusted.key).ok() && told.checkpoint.origin == trusted.key.name;
    });
  }

  // Whoever has a key can sign any history from what the journal still has on: what this machine
  // signed last was one only.
  absl::Status CheckAnchor() const {
    if (!options_.anchor.has_value()) return absl::OkStatus();
    const Checkpoint& anchor = *options_.anchor;
    const uint64_t size = anchor.head.size;
    if (size == 0 || size > survey_.size) return absl::OkStatus();
    const absl::StatusOr<Hash> root = survey_.RootOf(size);
    if (!root.ok()) return root.status();
    if (*root == anchor.head.root) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(
        "A head of ", size, " entries was signed for ", anchor.origin, " with the root ",
        ToHex(anchor.head.root), ", as the anchor says, but the export's first ", size,
        " entries have the root ", ToHex(*root), ": it is the export of another history."));
  }

  const ReplayOptions& options_;
  const JournalStore* const store_;
  const Head head_;
  Frontier frontier_;
  Survey survey_;
};

}  // namespace

absl::StatusOr<Hash> Survey::RootOf(uint64_t of_size) const {
  return RootAt(of_size, [&](uint8_t level, uint64_t first, uint64_t count) {
    return HashesOf(*this, level, first, count);
  });
}

absl::StatusOr<Survey> SurveyExport(const ReplayOptions& options, const JournalStore* store,
                                    const Head& head) {
  return Surveyor(options, store, head).Run();
}

absl::Status CheckMissing(const ExportEntry& exported, uint64_t position, v1::Entry& entry) {
  const absl::Status parsed = ParseEntryInto(exported.entry, entry);
  if (!parsed.ok()) return Differs(position, absl::StrCat("is damaged: ", parsed.message()));
  if (entry.position() != position) return Differs(position, "says another position");
  if (exported.state == ExportedPayload::kHere &&
      (exported.payload.size() != entry.payload_length() ||
       AsBytes(Sha256(exported.payload)) != entry.payload_digest())) {
    return Differs(position, "has another payload than it says");
  }
  return absl::OkStatus();
}

absl::Status Differs(uint64_t position, std::string_view what) {
  return absl::DataLossError(
      absl::StrCat("The entry at position ", position, " of the export ", std::string(what), "."));
}

}  // namespace countersign::storage
