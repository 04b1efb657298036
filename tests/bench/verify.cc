// MeasureVerification: an export of made-up entries, verified with every check, and the floor under
// it in the same run.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/verifier/log_check.h"
#include "countersign/v1/entry.pb.h"
#include "storage/bytes.h"
#include "storage/copies/export_format.h"
#include "storage/entry.h"
#include "storage/hash.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"
#include "tests/bench/offline.h"

namespace countersign::bench {
namespace {

constexpr char kOrigin[] = "log.example/bench";
constexpr size_t kPayloadBytes = 300;
// As many entries as an active plan has, so that streams come to an end and others begin.
constexpr uint64_t kEntriesOfAStream = 40;
constexpr uint64_t kStreamsAtOnce = 500;
constexpr uint64_t kEntriesBetweenCheckpoints = 1000;
constexpr size_t kPieceBytes = size_t{1} << 20;

// What the journal writes for sealed payloads, without a disk.
class MadeUpLog {
 public:
  explicit MadeUpLog(uint64_t size) : heads_(kStreamsAtOnce) {
    bytes_ = std::string(storage::kExportMagic);
    storage::AppendU8(storage::kExportHasPayloads, bytes_);
    storage::AppendU64(size, bytes_);
    bytes_.reserve(size * (kPayloadBytes + 330));
    for (uint64_t position = 0; position < size; ++position) AddEntry(position);
    if (size % kEntriesBetweenCheckpoints != 0) Sign();
    storage::AppendU32(static_cast<uint32_t>(notes_.size()), bytes_);
    for (const std::string& note : notes_) storage::AppendLong(note, bytes_);
    bytes_.append(storage::AsBytes(storage::Sha256(bytes_)));
  }

  const std::string& bytes() const { return bytes_; }
  std::string KeyLine() const { return storage::ToString(key_.verifier()); }

 private:
  void AddEntry(uint64_t position) {
    const uint64_t round = position / kStreamsAtOnce;
    const uint64_t version = round % kEntriesOfAStream;
    std::string& previous = heads_[position % kStreamsAtOnce];
    std::string id;
    storage::AppendU64(position % kStreamsAtOnce, id);
    storage::AppendU64(round / kEntriesOfAStream, id);
    payload_.assign(kPayloadBytes - 8, 'p');
    storage::AppendU64(position, payload_);
    entry_.set_format(storage::kEntryFormat);
    entry_.set_position(position);
    entry_.set_recorded_at_us(1'331'035'200'000'000 + static_cast<int64_t>(position) * 1000);
    entry_.set_stream("\x01" + id);
    entry_.set_version(version);
    entry_.set_previous_leaf_hash(version == 0 ? "" : previous);
    entry_.set_event_type("comment_added");
    entry_.set_actor(id);
    entry_.set_acting_as("reviewee");
    entry_.set_request_id(id);
    entry_.set_policy_rule("P021");
    entry_.set_key_id(id);
    entry_.set_payload_digest(std::string(storage::AsBytes(storage::Sha256(payload_))));
    entry_.set_payload_length(static_cast<uint32_t>(payload_.size()));
    entry_.set_content_commitment(std::string(32, 'c'));
    const std::string encoded = *storage::EncodeEntry(entry_);
    storage::AppendLong(encoded, bytes_);
    storage::AppendU8(static_cast<uint8_t>(storage::ExportedPayload::kHere), bytes_);
    storage::AppendLong(payload_, bytes_);
    const storage::Hash leaf = storage::LeafHash(encoded);
    previous = std::string(storage::AsBytes(leaf));
    frontier_.Append(leaf, [](const storage::TileHash&) {});
    if (frontier_.size() % kEntriesBetweenCheckpoints == 0) Sign();
  }

  void Sign() {
    const std::string text = storage::CheckpointText(
        {.origin = kOrigin, .head = {.size = frontier_.size(), .root = frontier_.Root()}});
    notes_.push_back(text + "\n" + key_.SignatureLine(text));
  }

  storage::SignatureKey key_{kOrigin, {7}};
  std::vector<std::string> heads_;  // Leaf hashes of the streams' last entries.
  storage::Frontier frontier_;
  std::vector<std::string> notes_;
  v1::Entry entry_;
  std::string payload_;
  std::string bytes_;
};

absl::Status Verify(const std::string& bytes, const verifier::KeyFile& keys, int threads) {
  verifier::LogCheck check({.keys = keys, .witnesses = {}, .seen = {}, .threads = threads});
  for (size_t begin = 0; begin < bytes.size(); begin += kPieceBytes) {
    const absl::Status ended = check.Add(std::string_view(bytes).substr(begin, kPieceBytes));
    if (!ended.ok()) break;
  }
  return check.Finish().status();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> MeasureVerification(uint64_t entries, int repetitions) {
  const MadeUpLog log(entries);
  const absl::StatusOr<verifier::KeyFile> keys = verifier::ParseKeyFile(log.KeyLine());
  if (!keys.ok()) return keys.status();
  const double count = static_cast<double>(entries);
  Figure floor = {.name = "sha256_floor",
                  .in_flight = 1,
                  .unit = "entries_per_second",
                  .note = "one core, SHA-256 once over the export's bytes"};
  std::vector<Figure> figures;
  for (const int threads : {1, 2}) {
    figures.push_back({.name = "verify",
                       .in_flight = threads,
                       .unit = "entries_per_second",
                       .note = absl::StrCat(entries, " entries with payloads of ", kPayloadBytes,
                                            " bytes, ", log.bytes().size(), " bytes, ",
                                            entries / kEntriesBetweenCheckpoints, " checkpoints")});
  }
  Figure ratio = {.name = "verify_to_floor", .in_flight = 2, .unit = "ratio"};
  for (int i = 0; i < repetitions; ++i) {
    const absl::Time hashed = absl::Now();
    // Looked at, so that it cannot be left out.
    if (storage::Sha256(log.bytes()) == storage::Hash{}) return absl::InternalError("no hash");
    floor.values.push_back(count / absl::ToDoubleSeconds(absl::Now() - hashed));
    for (Figure& figure : figures) {
      const absl::Time begun = absl::Now();
      const absl::Status verified = Verify(log.bytes(), *keys, figure.in_flight);
      if (!verified.ok()) return verified;
      figure.values.push_back(count / absl::ToDoubleSeconds(absl::Now() - begun));
    }
    ratio.values.push_back(figures.back().values.back() / floor.values.back());
  }
  figures.push_back(floor);
  figures.push_back(ratio);
  return figures;
}

}  // namespace countersign::bench
