// Who of the witnesses vouched for which checkpoint. Thread-safe.
#ifndef COUNTERSIGN_SERVICES_LOG_COSIGNATURES_H_
#define COUNTERSIGN_SERVICES_LOG_COSIGNATURES_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/journal.h"
#include "storage/signing/signed_note.h"

namespace countersign {

class Cosignatures {
 public:
  // Borrows both. Nothing is read yet.
  Cosignatures(const storage::Journal& journal, const std::vector<storage::VerifierKey>& witnesses)
      : journal_(journal), witnesses_(witnesses) {}

  // Looks up, through all notes that are kept, what the witnesses vouched for last.
  absl::Status Read();

  // `held` with the signatures of witnesses in `note`, which has the same text, added: one of each
  // witness. UNAUTHENTICATED when there are none that verify.
  absl::StatusOr<std::string> Join(uint64_t size, const std::string& held,
                                   const storage::SignedNote& note) const;
  // What Join() gave is stored.
  void Held(uint64_t size, const storage::SignedNote& note);

  // The greatest size that all of these vouched for. Asks memory alone. INVALID_ARGUMENT for a key
  // that is no witness's.
  absl::StatusOr<std::optional<uint64_t>> NewestBy(
      const std::vector<storage::VerifierKey>& witnesses) const;

 private:
  // Whose signature the note seems to bear, by witness.
  std::vector<bool> NamedIn(const storage::SignedNote& note) const;
  void HeldLocked(uint64_t size, const storage::SignedNote& note);  // Under lock_.

  const storage::Journal& journal_;
  const std::vector<storage::VerifierKey>& witnesses_;
  mutable std::mutex lock_;
  // The greatest size for which these witnesses vouched, and no others: one row for each set of
  // witnesses that ever did. Under lock_.
  std::map<std::vector<bool>, uint64_t> newest_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_LOG_COSIGNATURES_H_
