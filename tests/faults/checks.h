// Every implementation of the checks of proofs, put behind one shape, so that each hostile input
// can be shown to all of them.
#ifndef COUNTERSIGN_TESTS_FAULTS_CHECKS_H_
#define COUNTERSIGN_TESTS_FAULTS_CHECKS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "storage/hash.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"

namespace countersign::faults {

// This entry is the leaf `index` of the tree of `size` leaves with this root.
struct InclusionClaim {
  uint64_t index;
  uint64_t size;
  std::string entry;
  std::vector<storage::Hash> path;
  storage::Hash root;
};

// The tree of `second` leaves extends that of `first`.
struct ConsistencyClaim {
  uint64_t first;
  uint64_t second;
  storage::Hash first_root;
  storage::Hash second_root;
  std::vector<storage::Hash> path;
};

std::string Describe(const InclusionClaim& claim);
std::string Describe(const ConsistencyClaim& claim);

// What a tlog-proof file proves once its checkpoint is found signed.
struct ProvenEntry {
  std::string entry;
  uint64_t index;
  uint64_t size;
  storage::Hash root;

  friend bool operator==(const ProvenEntry&, const ProvenEntry&) = default;
};

// The head that the note signs with this key, or nothing.
using CheckpointCheck = std::function<std::optional<storage::Checkpoint>(
    const std::string& note, const storage::VerifierKey& key)>;
using TlogProofCheck = std::function<std::optional<ProvenEntry>(const std::string& file,
                                                                const storage::VerifierKey& key)>;

// The journal's own check first, then the verifier's.
const std::vector<std::function<bool(const InclusionClaim&)>>& InclusionChecks();
const std::vector<std::function<bool(const ConsistencyClaim&)>>& ConsistencyChecks();
const std::vector<CheckpointCheck>& CheckpointChecks();
const std::vector<TlogProofCheck>& TlogProofChecks();

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_CHECKS_H_
