// Checks a record pack (docs/record-pack.md): one record that was taken away, with its proofs. No
// server, no journal and no schema of events is needed. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/event_reader.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/note.h"

namespace countersign::verifier {

// What somebody did about the record, as the journal has it. Who they are is told by an id.
struct ProvedAct {
  std::string event_type{};  // "signed", "signature_declined" or "closed_unsigned".
  std::string actor{};       // A UUID.
  std::string acting_as{};   // The role, for example "reviewee".
  Capacity capacity = Capacity::kNone;
  uint64_t position = 0;
  int64_t recorded_at_us = 0;  // Microseconds since the Unix epoch, UTC: the journal's clock.
  std::string method{};        // How a signer was known.
  std::string words{};         // The meaning of a signature, or the reason. UTF-8 is not checked.
};

// What is proved of a record.
struct RecordReport {
  std::string plan_id{};          // A UUID.
  Hash digest{};                  // What was signed.
  uint64_t draft = 0;             // Number of the draft that became the record.
  bool is_signed = false;         // By both; else it was closed unsigned.
  std::vector<ProvedAct> acts{};  // In their order; the last one closed the record.
  uint64_t entries = 0;           // That are proved.
  Checkpoint checkpoint{};        // In which all of them are.
  std::string note{};             // The checkpoint's signed note.
};

// OK when all that docs/record-pack.md asks for holds, and every one of `witnesses` cosigned the
// checkpoint. DATA_LOSS for evidence that something was changed; WrongPositionOf() (findings.h)
// names the entry that is wrong, where one is. Otherwise nothing is proved either way:
//   INVALID_ARGUMENT     no record pack, or not one of version 1
//   NOT_FOUND            no key for the checkpoint's origin
//   FAILED_PRECONDITION  a witness's cosignature is missing
//   ABORTED              a damaged copy: a checksum is wrong although all that is proved is right
// Evidence goes before any of these.
absl::StatusOr<RecordReport> CheckRecordPack(std::string_view pack, const KeyFile& keys,
                                             absl::Span<const PublicKey> witnesses);

}  // namespace countersign::verifier
