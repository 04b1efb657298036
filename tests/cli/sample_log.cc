#include "tests/cli/sample_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/log/witness_key.h"
#include "clients/verifier/text.h"
#include "countersign/v1/entry.pb.h"
#include "countersign/v1/log_service.pb.h"
#include "storage/hash.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::cli {
namespace {

constexpr char kPayload[] = "words";
constexpr int64_t kNoonUs = 1'791'979'200'000'000;  // 2026-10-14T12:00:00Z.

constexpr char kLaterOrigin[] = "elm.example/journal/2";

storage::SignatureKey SigningKey(const std::string& origin = kLogOrigin) {
  std::array<uint8_t, 32> seed;
  seed.fill(0x5A);
  return storage::SignatureKey(origin, seed);
}

WitnessKey TheWitness() {
  const RandomSource fixed = [] {
    std::array<uint8_t, 16> bytes;
    bytes.fill(0x33);
    return bytes;
  };
  return *WitnessKey::Open(FreePath("the-witness"), "witness.example/union", fixed);
}

std::vector<std::string> Entries(const std::string& event_type = "draft_issued") {
  std::vector<std::string> entries;
  std::string previous;
  for (uint64_t i = 0; i < kLogSize; ++i) {
    v1::Entry entry;
    entry.set_format(1);
    entry.set_position(i);
    entry.set_recorded_at_us(kNoonUs + static_cast<int64_t>(i));
    entry.set_stream(std::string(1, '\x01') + std::string(16, '\xAA'));
    entry.set_version(i);
    entry.set_previous_leaf_hash(previous);
    entry.set_event_type(event_type);
    entry.set_request_id(std::string(16, '\xEE'));
    entry.set_payload_digest(std::string(storage::AsBytes(storage::Sha256(kPayload))));
    entry.set_payload_length(sizeof(kPayload) - 1);
    entries.push_back(entry.SerializeAsString());
    previous = std::string(storage::AsBytes(storage::LeafHash(entries.back())));
  }
  return entries;
}

std::vector<storage::Hash> Leaves(const std::vector<std::string>& entries = Entries()) {
  std::vector<storage::Hash> leaves;
  for (const std::string& entry : entries) leaves.push_back(storage::LeafHash(entry));
  return leaves;
}

// Only level 0 is ever read of so small a tree.
auto ReaderOf(const std::vector<storage::Hash>& leaves) {
  return [&leaves](uint8_t, uint64_t first, uint64_t count) {
    const auto begin = leaves.begin() + static_cast<ptrdiff_t>(first);
    return absl::StatusOr<std::vector<storage::Hash>>(
        std::vector<storage::Hash>(begin, begin + static_cast<ptrdiff_t>(count)));
  };
}

storage::Hash RootOf(uint64_t size, const std::vector<storage::Hash>& leaves) {
  const auto read = ReaderOf(leaves);
  return *storage::RootAt(size, read);
}

std::string NoteOf(uint64_t size, const std::vector<storage::Hash>& leaves,
                   const std::string& origin = kLogOrigin) {
  const std::string text = storage::CheckpointText({origin, {size, RootOf(size, leaves)}});
  return absl::StrCat(text, "\n", SigningKey(origin).SignatureLine(text));
}

void FillHashes(const std::vector<storage::Hash>& hashes,
                google::protobuf::RepeatedPtrField<std::string>* field) {
  for (const storage::Hash& hash : hashes) *field->Add() = std::string(storage::AsBytes(hash));
}

absl::Status Fill(const v1::ProveInclusionRequest& request, v1::ProveInclusionResponse* response) {
  if (request.position() >= kLogSize) return absl::OutOfRangeError("The journal has 3 entries.");
  const std::vector<storage::Hash> leaves = Leaves();
  const auto read = ReaderOf(leaves);
  const auto path = *storage::InclusionProof(request.position(), kLogSize, read);
  response->set_entry(Entries()[request.position()]);
  FillHashes(path, response->mutable_proof());
  response->set_size(kLogSize);
  response->set_root(std::string(storage::AsBytes(RootOf(kLogSize, leaves))));
  response->set_tlog_proof(storage::ToString(
      storage::TlogProof{response->entry(), request.position(), path, LogNote(kLogSize)}));
  return absl::OkStatus();
}

absl::Status Fill(const v1::ProveConsistencyRequest& request,
                  v1::ProveConsistencyResponse* response) {
  const std::vector<storage::Hash> leaves = Leaves();
  const auto read = ReaderOf(leaves);
  const auto proof = storage::ConsistencyProof(request.first(), request.second(), read);
  if (!proof.ok()) return proof.status();
  FillHashes(*proof, response->mutable_proof());
  return absl::OkStatus();
}

void Fill(size_t turn, v1::WatchResponse* response) {
  if (turn % 2 == 1) return response->set_caught_up(kLogSize);
  v1::WatchedEntry* entry = response->mutable_entry();
  entry->set_position(0);
  entry->mutable_recorded_at()->set_seconds(kNoonUs / 1'000'000);
  entry->set_stream("plan/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
  entry->set_event_type("draft_issued");
  entry->set_actor_id("bbbbbbbb-0000-4000-8000-000000000001");
  entry->set_acting_as("substitute_head");
  entry->set_policy_rule("P047");
  entry->set_entry(Entries()[0]);
}

// One folder for all tests of the program, removed when they are done.
class Scratch : public testing::Environment {
 public:
  void TearDown() override { folder_.reset(); }
  const storage::ScratchFolder& folder() const { return *folder_; }

 private:
  std::optional<storage::ScratchFolder> folder_{std::in_place};
};

const auto* const kScratch = static_cast<Scratch*>(testing::AddGlobalTestEnvironment(new Scratch));

void Fill(const v1::GetCheckpointRequest& request, v1::SignedCheckpoint* checkpoint) {
  checkpoint->set_note(LogNote(kLogSize, request.cosigned_by_size() > 0));
  checkpoint->set_size(kLogSize);
  checkpoint->set_root(std::string(storage::AsBytes(RootOf(kLogSize, Leaves()))));
}

}  // namespace

std::string FreePath(const std::string& name) {
  const std::string path = kScratch->folder() / name;
  std::filesystem::remove_all(path);
  return path;
}

std::string FileWith(const std::string& name, const std::string& text) {
  const std::string path = FreePath(name);
  std::ofstream(path) << text;
  return path;
}

std::string LogKey() { return storage::ToString(SigningKey().verifier()); }

std::string LaterLogKey() { return storage::ToString(SigningKey(kLaterOrigin).verifier()); }

std::string LaterLogNote(uint64_t size) { return NoteOf(size, Leaves(), kLaterOrigin); }

std::string WitnessKeyOfLog() { return verifier::ToString(TheWitness().verifier()); }

std::string LogNote(uint64_t size, bool cosigned) {
  std::string note = NoteOf(size, Leaves());
  if (cosigned) note += *TheWitness().Cosign(verifier::ParseNote(note)->text, kNoonUs / 1'000'000);
  return note;
}

std::string ForkedNote(uint64_t size) { return NoteOf(size, Leaves(Entries("draft_revised"))); }

std::string LogExport(bool payloads) {
  using verifier::BigEndianBytes;
  std::string file = absl::StrCat("countersign export v1\n", std::string(1, payloads ? 1 : 0),
                                  BigEndianBytes(kLogSize, 8));
  for (const std::string& entry : Entries()) {
    absl::StrAppend(&file, BigEndianBytes(entry.size(), 4), entry,
                    std::string(1, payloads ? 1 : 2));
    if (payloads) absl::StrAppend(&file, BigEndianBytes(sizeof(kPayload) - 1, 4), kPayload);
  }
  const std::string note = LogNote(kLogSize);
  absl::StrAppend(&file, BigEndianBytes(1, 4), BigEndianBytes(note.size(), 4), note);
  return file + std::string(storage::AsBytes(storage::Sha256(file)));
}

bool AnswerFromLog(const google::protobuf::Message& request, size_t turn,
                   google::protobuf::Message* response, absl::Status* status) {
  *status = absl::OkStatus();
  if (auto* keys = dynamic_cast<v1::GetLogKeysResponse*>(response)) {
    keys->set_origin(kLogOrigin);
    keys->add_keys()->set_verifier_key(LogKey());
    keys->mutable_keys(0)->set_from_size(2);
    keys->add_keys()->set_verifier_key(absl::StrCat(kLogOrigin, "+00000000+older"));
    keys->mutable_keys(1)->set_until_size(2);
    keys->add_witnesses(WitnessKeyOfLog());
  } else if (auto* checkpoint = dynamic_cast<v1::GetCheckpointResponse*>(response)) {
    Fill(dynamic_cast<const v1::GetCheckpointRequest&>(request), checkpoint->mutable_checkpoint());
  } else if (auto* inclusion = dynamic_cast<v1::ProveInclusionResponse*>(response)) {
    *status = Fill(dynamic_cast<const v1::ProveInclusionRequest&>(request), inclusion);
  } else if (auto* consistency = dynamic_cast<v1::ProveConsistencyResponse*>(response)) {
    *status = Fill(dynamic_cast<const v1::ProveConsistencyRequest&>(request), consistency);
  } else if (auto* tile = dynamic_cast<v1::GetTileResponse*>(response)) {
    for (const storage::Hash& leaf : Leaves()) tile->mutable_tile()->append(storage::AsBytes(leaf));
  } else if (auto* bundle = dynamic_cast<v1::GetEntryBundleResponse*>(response)) {
    bundle->set_bundle(*storage::EntryBundle(Entries()));
  } else if (auto* watched = dynamic_cast<v1::WatchResponse*>(response)) {
    Fill(turn, watched);
  } else if (auto* exported = dynamic_cast<v1::ExportResponse*>(response)) {
    // In two pieces, which meet within an entry.
    const std::string file = LogExport(dynamic_cast<const v1::ExportRequest&>(request).payloads());
    exported->set_piece(turn % 2 == 0 ? file.substr(0, 70) : file.substr(70));
    exported->set_entries(turn % 2 == 0 ? 0 : kLogSize);
    exported->set_entries_total(kLogSize);
  } else {
    return dynamic_cast<v1::AddCosignatureResponse*>(response) != nullptr;
  }
  return true;
}

}  // namespace countersign::cli
