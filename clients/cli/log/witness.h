// A witness: sees to it, from another machine, that the log only grows, and says so by its
// signature.

#ifndef COUNTERSIGN_CLIENTS_CLI_LOG_WITNESS_H_
#define COUNTERSIGN_CLIENTS_CLI_LOG_WITNESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cli/log/witness_key.h"
#include "clients/cli/session.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/key_file.h"

namespace countersign::cli {

// Takes the newest checkpoint, which must be signed under `log_keys` and extend the one that the
// file at `state_path` remembers, remembers it there, synced, and only then cosigns it as of `now`
// and hands the cosignature in. A rollback and a fork are Verdict()s: nothing is remembered and
// nothing signed. Two runs at once on one state file would each believe the other's past: one is
// FAILED_PRECONDITION. Also the errors of WitnessKey::Cosign().
absl::StatusOr<verifier::Checkpoint> CosignNewest(Session& session, const WitnessKey& key,
                                                  const verifier::KeyFile& log_keys,
                                                  const std::string& state_path, absl::Time now);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_LOG_WITNESS_H_
