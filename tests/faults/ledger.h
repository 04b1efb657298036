// What a store has promised: the requests it acknowledged and the heads it signed; and whether it
// keeps its word.
#ifndef COUNTERSIGN_TESTS_FAULTS_LEDGER_H_
#define COUNTERSIGN_TESTS_FAULTS_LEDGER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "tests/faults/store.h"

namespace countersign::faults {

// The id of request `number`, and how many events it has: one to three.
storage::Id RequestIdOf(uint32_t number);
uint32_t EventsOf(uint32_t number);
// What event `event` of request `number` says.
std::string WordsOf(uint32_t number, uint32_t event);

// Request `number`: about several plans, every other event sealed. KeyDestroyed, UNAVAILABLE as
// Keyring::Seal.
absl::StatusOr<storage::AppendRequest> RequestOf(storage::Keyring& keyring, uint32_t number);

// What an auditor outside of the machine has seen. Not thread-safe.
class Ledger {
 public:
  void Acknowledged(uint32_t number, const storage::AppendReceipt& receipt);
  // A checkpoint left the store. DATA_LOSS when it contradicts one that left before.
  absl::Status Signed(const storage::Head& head);
  const std::map<uint32_t, std::vector<storage::Hash>>& acknowledged() const {
    return acknowledged_;
  }
  const std::map<uint64_t, storage::Hash>& signed_heads() const { return signed_; }

  // What of all this the store does not keep, in sentences; none when it keeps its word:
  // every acknowledged request is there once, whole, with its bytes, and is proved to be in the
  // head; no request is there in part; every signed head is one that the journal had; the journal
  // is not behind its anchor, and verifies.
  std::vector<std::string> BrokenBy(Store& store) const;

 private:
  std::map<uint32_t, std::vector<storage::Hash>> acknowledged_;  // Leaf hashes of their entries.
  std::map<uint64_t, storage::Hash> signed_;                     // By size.
};

// Appends the requests from `first` to before `end` and has every third head signed, noting what
// was promised. A request that is refused is passed over. DATA_LOSS when two signed heads
// contradict.
absl::Status Work(Store& store, Ledger& ledger, uint32_t first, uint32_t end);

std::string InLines(const std::vector<std::string>& lines);

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_LEDGER_H_
