// Who of the witnesses vouched for which checkpoint. Not thread-safe.
#ifndef COUNTERSIGN_SERVICES_COSIGNATURES_H_
#define COUNTERSIGN_SERVICES_COSIGNATURES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/journal.h"
#include "storage/signed_note.h"

namespace countersign {

class Cosignatures {
 public:
  // Borrows both. Nothing is read yet.
  Cosignatures(const storage::Journal& journal, const std::vector<storage::VerifierKey>& witnesses)
      : journal_(journal), witnesses_(witnesses), newest_(witnesses.size(), 0) {}

  // Looks up what each witness vouched for last: through all notes that are kept, where one of them
  // never did.
  absl::Status Read();

  // `held` with the signatures of witnesses in `note`, which has the same text, added: one of each
  // witness. UNAUTHENTICATED when there are none that verify.
  absl::StatusOr<std::string> Join(uint64_t size, const std::string& held,
                                   const storage::SignedNote& note) const;
  // What Join() joined is stored.
  void Held(uint64_t size, const storage::SignedNote& note);

  // The greatest size that all of these vouched for. INVALID_ARGUMENT for a key that is no
  // witness's.
  absl::StatusOr<std::optional<uint64_t>> NewestBy(
      const std::vector<storage::VerifierKey>& witnesses) const;

 private:
  const storage::Journal& journal_;
  const std::vector<storage::VerifierKey>& witnesses_;
  std::vector<uint64_t> newest_;  // By witness; 0: none.
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_COSIGNATURES_H_
