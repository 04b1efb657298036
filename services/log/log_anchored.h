// Whether the journal is the one that was signed, and what to do where it is not.
#ifndef COUNTERSIGN_SERVICES_LOG_LOG_ANCHORED_H_
#define COUNTERSIGN_SERVICES_LOG_LOG_ANCHORED_H_

#include <string>

#include "absl/status/status.h"
#include "services/log/log_identity.h"
#include "storage/journal.h"
#include "storage/signing/anchor.h"

namespace countersign {

// What the operator decided, and what the advice in errors names.
struct AnchorCheck {
  std::string data;             // The data folder.
  bool accept_missing = false;  // Go on although there is no anchor.
};

// OK when nothing that was signed is missing from the journal or differs: to be asked before
// anything is appended. Else the error says what is wrong and what to do: IsBehindAnchor
// (storage/errors.h); FAILED_PRECONDITION for an anchor of another origin, and for none although
// the journal holds a checkpoint; DATA_LOSS for a damaged anchor.
absl::Status CheckAnchored(const storage::Journal& journal, const LogIdentity& identity,
                           const storage::Anchor& anchor, const AnchorCheck& check);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_LOG_LOG_ANCHORED_H_
