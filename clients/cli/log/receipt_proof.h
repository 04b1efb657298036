// What a receipt with a checkpoint proves.

#ifndef COUNTERSIGN_CLIENTS_CLI_LOG_RECEIPT_PROOF_H_
#define COUNTERSIGN_CLIENTS_CLI_LOG_RECEIPT_PROOF_H_

#include <string>

#include "absl/status/status.h"
#include "clients/cli/output/terminal.h"
#include "countersign/v1/api.pb.h"

namespace countersign::cli {

// OK when every entry that the receipt proves is in the tree of its checkpoint, or when it has no
// checkpoint; else DATA_LOSS. Who signed the checkpoint is not looked at: that takes a key from
// somebody else (`countersign log prove --key`).
absl::Status CheckReceipt(const v1::Receipt& receipt);

// Says it to people. The receipt has been checked and has a checkpoint.
void WriteWhatIsProven(const v1::Receipt& receipt, Terminal& terminal);

// Writes the proof of the receipt's last entry (C2SP tlog-proof) into a new file at `path`; nothing
// when `path` is empty. UNKNOWN and INVALID_ARGUMENT as WriteNewFile(); FAILED_PRECONDITION when
// the receipt has no proof of it: nothing was written, or more than it proves.
absl::Status SaveProof(const v1::Receipt& receipt, const std::string& path);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_LOG_RECEIPT_PROOF_H_
