#include "services/log/log_signers.h"

#include <algorithm>

namespace countersign {

LogSigners::LogSigners(const NamedLogKey& present, const std::vector<NamedLogKey>& named)
    : keys_{present} {
  for (const NamedLogKey& other : named) {
    if (other.key.name == present.key.name && other.key != present.key) keys_.push_back(other);
  }
}

const NamedLogKey* LogSigners::Of(const storage::SignedNote& note, uint64_t size) const {
  const auto signer = std::find_if(keys_.begin(), keys_.end(), [&](const NamedLogKey& named) {
    return named.from_size <= size && (named.until_size == 0 || size <= named.until_size) &&
           storage::VerifyNote(note, named.key).ok();
  });
  return signer == keys_.end() ? nullptr : &*signer;
}

std::string AsSignedBy(const storage::VerifierKey& key, const storage::SignedNote& note) {
  storage::SignedNote alone{.text = note.text, .signatures = {}};
  for (const storage::NoteSignature& signature : note.signatures) {
    if (signature.name != key.name || signature.key_id != key.id()) continue;
    alone.signatures.push_back(signature);
    break;
  }
  return storage::ToString(alone);
}

}  // namespace countersign
