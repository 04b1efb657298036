// Which keys a log says that it was signed with, and which of them follow from a key that is known:
// what tells a key that was replaced from one that a forger made.
//
// A log_key_named entry holds a signed note of four lines: "countersign log key v1", the origin,
// the new key, and the one that it follows or "none". It is signed under the new key and, where
// there is one, the old (docs/export-format.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/note.h"

namespace countersign::verifier {

// Not thread-safe.
class KeyChain {
 public:
  // `keys` must outlive it.
  explicit KeyChain(const KeyFile& keys) : keys_(keys) {}

  // A log_key_named entry at `position`. `event` is its payload, empty where that is not here. What
  // is no note, or is not signed by both, names nothing.
  void Add(uint64_t position, std::string_view event);

  // Why a checkpoint that no key of the key file signed may be genuine all the same, in a sentence
  // that says what to do: it is signed by a key that follows from a known one or that a known one
  // follows, or the entries that would tell have no payload here. Nothing when nothing speaks for
  // it.
  std::optional<std::string> Explain(std::string_view checkpoint_note) const;

 private:
  // A replacement of one key by another, which both signed.
  struct Change {
    uint64_t position;
    PublicKey before;
    PublicKey after;
  };

  bool IsKnown(const PublicKey& key) const;
  // Follows the changes from the known keys as far as they lead.
  std::vector<const Change*> Linked() const;

  const KeyFile& keys_;
  std::vector<Change> changes_;
  uint64_t named_ = 0;                 // Keys that were named, with or without payload.
  std::optional<uint64_t> untold_at_;  // The last that was named without payload.
};

}  // namespace countersign::verifier
