// The newest checkpoint of a server, believed only as far as keys and earlier checkpoints go.

#ifndef COUNTERSIGN_CLIENTS_CLI_LOG_NEWEST_CHECKPOINT_H_
#define COUNTERSIGN_CLIENTS_CLI_LOG_NEWEST_CHECKPOINT_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/last_seen.h"
#include "clients/verifier/note.h"

namespace countersign::cli {

// Asks for the newest checkpoint, or for the newest that every one of `witnesses` cosigned, and
// opens it with `keys`. Failures of the call, and Verdict() of what does not verify.
absl::StatusOr<verifier::SeenCheckpoint> FetchNewest(
    Session& session, const verifier::KeyFile& keys,
    const std::vector<verifier::PublicKey>& witnesses = {});

// Asks the server to prove that `later` extends `earlier`, and checks it. A log that became
// shorter, or is another one, is evidence: Verdict(). So is a proof that does not fit.
absl::Status CheckExtends(Session& session, const verifier::Checkpoint& earlier,
                          const verifier::Checkpoint& later);

// CheckExtends() for an `earlier` that may be of an origin before that of `later`: returns how many
// of its entries were compared. Of a log that began a new epoch the key file must say where the old
// origin ended and that the new one began after it; otherwise FAILED_PRECONDITION, which says to
// read the whole log. What the old origin signed beyond its end is not of this log: nothing is
// compared.
absl::StatusOr<uint64_t> CheckFollows(Session& session, const verifier::KeyFile& keys,
                                      const verifier::Checkpoint& earlier,
                                      const verifier::Checkpoint& later);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_LOG_NEWEST_CHECKPOINT_H_
