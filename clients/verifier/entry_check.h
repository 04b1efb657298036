// What can be said of an entry by itself, and what of entries in their order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "clients/verifier/export_reader.h"
#include "clients/verifier/sha256.h"
#include "countersign/v1/entry.pb.h"

namespace countersign::verifier {

// One byte of type, then 16 bytes of id.
struct StreamName {
  std::array<char, 17> bytes{};

  friend bool operator==(const StreamName&, const StreamName&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const StreamName& name) {
    return H::combine_contiguous(std::move(state), name.bytes.data(), name.bytes.size());
  }
};

// What an entry says, and what is wrong with it taken by itself.
struct JudgedEntry {
  // Later ones can only be found where the earlier ones are not.
  enum class Fault { kNone, kNoEntry, kShape, kPayload };

  Fault fault = Fault::kNone;
  std::string wrong{};  // Completes "The entry at position N is wrong: ...".
  Hash leaf{};
  StreamName stream{};
  uint64_t position = 0;
  int64_t recorded_at_us = 0;
  uint64_t version = 0;
  Hash previous_leaf{};  // Zeros in a stream's first entry.
  PayloadState payload_state = PayloadState::kWithheld;
  bool names_key = false;   // It is a log_key_named.
  std::string key_event{};  // Then its payload, where that is here and as it was.
};

// Judges entries one by one, in whatever order. Not thread-safe: it reads them into one message
// again and again.
class EntryJudge {
 public:
  JudgedEntry Judge(const ExportedEntry& exported);

 private:
  v1::Entry entry_;
  std::string serialised_;
};

// The first entry that is wrong.
struct EntryFault {
  uint64_t position = 0;
  // Where it names another leaf hash for its stream's previous entry, the position of that entry:
  // either of the two may be the one that was changed.
  std::optional<uint64_t> contradicts{};
  std::string wrong{};
};

// Judges entries in their order. Not thread-safe.
class EntryChain {
 public:
  // The next entry. Nothing when all is well with it. Call no more after a fault.
  std::optional<EntryFault> Add(const JudgedEntry& entry);

  uint64_t streams() const { return heads_.size(); }

 private:
  struct Head {
    uint64_t version;
    uint64_t position;
    Hash leaf;
  };

  uint64_t next_ = 0;
  int64_t recorded_at_us_ = 0;  // Of the last entry.
  absl::flat_hash_map<StreamName, Head> heads_;
};

}  // namespace countersign::verifier
