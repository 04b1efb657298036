// A record that somebody brings, and the zip that it is.
#include "clients/verifier/record_pack.h"

#include <array>
#include <cstdint>
#include <string>

#include "clients/verifier/zip_reader.h"
#include "storage/signing/signed_note.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {
namespace {

// The key of the journal that the seeds come from: its seed is the bytes 0 to 31.
const storage::SignatureKey& PackKey() {
  static const auto* const key = [] {
    std::array<uint8_t, 32> seed{};
    for (uint8_t i = 0; i < seed.size(); ++i) seed[i] = i;
    return new storage::SignatureKey("elm.example/journal", seed);
  }();
  return *key;
}

}  // namespace

void ReadRecordPack(std::string_view bytes) {
  static const auto* const keys =
      new verifier::KeyFile(verifier::ParseKeyFile(ToString(PackKey().verifier()) + "\n").value());
  const absl::StatusOr<std::vector<verifier::StoredFile>> files = verifier::ReadStoredZip(bytes);
  if (files.ok()) {
    size_t total = 0;
    for (const verifier::StoredFile& file : *files) {
      Require(file.bytes.empty() ||
                  (file.bytes.data() >= bytes.data() &&
                   file.bytes.data() + file.bytes.size() <= bytes.data() + bytes.size()),
              "a file lies in the zip");
      total += file.bytes.size();
    }
    Require(total < bytes.size(), "no byte is in two files");
  }
  const absl::StatusOr<verifier::RecordReport> report = verifier::CheckRecordPack(bytes, *keys, {});
  if (!report.ok()) {
    Require(!report.status().message().empty(), "an error says something");
    return;
  }
  Require(files.ok(), "a record is a zip");
  for (const verifier::StoredFile& file : *files) Require(file.crc_fits, "of sound files");
  Require(report->checkpoint.origin == PackKey().verifier().name,
          "only what this log signed verifies");
  Require(!report->acts.empty(), "somebody closed the record");
  for (const verifier::ProvedAct& act : report->acts) {
    Require(act.position < report->checkpoint.size, "an act is in the tree");
  }
}

}  // namespace countersign::fuzz
