// Which of the log's keys signed a note: the one that signs now, or one of those before it, each in
// its time.
#ifndef COUNTERSIGN_SERVICES_LOG_LOG_SIGNERS_H_
#define COUNTERSIGN_SERVICES_LOG_LOG_SIGNERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/log/log_identity.h"
#include "storage/signing/signed_note.h"

namespace countersign {

// Unchanging, so safe from any thread.
class LogSigners {
 public:
  // `named`: as LogIdentity::keys; of these the keys of the present one's origin sign too.
  LogSigners(const NamedLogKey& present, const std::vector<NamedLogKey>& named);

  // The key that signed the note, a checkpoint of `size` entries, within the sizes that are its
  // own; nullptr when none did.
  const NamedLogKey* Of(const storage::SignedNote& note, uint64_t size) const;

 private:
  std::vector<NamedLogKey> keys_;
};

// The note with the signature of this key alone, as it was before others vouched for it. The key
// must have signed it.
std::string AsSignedBy(const storage::VerifierKey& key, const storage::SignedNote& note);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_LOG_LOG_SIGNERS_H_
