// What a receipt with a checkpoint proves.

#ifndef COUNTERSIGN_CLIENTS_CLI_LOG_RECEIPT_PROOF_H_
#define COUNTERSIGN_CLIENTS_CLI_LOG_RECEIPT_PROOF_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/output/terminal.h"
#include "clients/verifier/key_file.h"
#include "countersign/v1/api.pb.h"

namespace countersign::cli {

// The keys in the file at `path`, to check receipts with. INVALID_ARGUMENT when there are none.
absl::StatusOr<verifier::KeyFile> ReadLogKeys(const std::string& path);

// OK when each of the receipt's first 500 entries is there with its bytes, these say what the
// receipt says of it and are of this request (a UUID), and it is in the tree of the receipt's
// checkpoint, which is signed under `log_keys` where they are given; or when there are no keys and
// no checkpoint. DATA_LOSS where that is not so; with keys also FAILED_PRECONDITION where there is
// no checkpoint, and the errors of OpenCheckpoint(), as Verdict().
absl::Status CheckReceipt(const v1::Receipt& receipt, const std::string& request_id,
                          const std::optional<verifier::KeyFile>& log_keys);

// Says to people what was checked. The receipt has a checkpoint, and CheckReceipt() was OK;
// `signature_was_checked`: with keys.
void WriteWhatIsProven(const v1::Receipt& receipt, bool signature_was_checked, Terminal& terminal);

// Writes the proof of the receipt's last entry (C2SP tlog-proof) into a new file at `path`; nothing
// when `path` is empty. UNKNOWN and INVALID_ARGUMENT as WriteNewFile(); FAILED_PRECONDITION when
// the receipt has no proof of it: nothing was written, or more than it proves.
absl::Status SaveProof(const v1::Receipt& receipt, const std::string& path);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_LOG_RECEIPT_PROOF_H_
