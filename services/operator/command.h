// The subcommands of countersignd: what is done with a data folder that no server holds, told to
// people or, as JSON, to programs. Parsing the command line is main's business.
#ifndef COUNTERSIGN_SERVICES_OPERATOR_COMMAND_H_
#define COUNTERSIGN_SERVICES_OPERATOR_COMMAND_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "services/operator/offline.h"

namespace countersign {

// PERSISTENT: scripts rely on these numbers, which mean what those of the command line mean
// (clients/cli/exit_code.h).
enum class OperatorExit : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kNotFound = 3,
  kConflict = 5,  // Not in this state: a server holds the folder, a file is there already.
  kEvidence = 6,  // Something was altered or lost.
  // Of `verify`, in place of 1, 3 and 5; of `replay`, when the export is a damaged or cut-off copy.
  kCouldNotVerify = 7,
};

struct OperatorCommand {
  enum class What { kExport, kVerify, kReplay, kRotateLogKey, kNewEpoch, kRestore };
  What what = What::kVerify;
  OfflineOptions options;
  bool json = false;

  std::string out;            // kExport: the new file.
  bool entries_only = false;  // kExport: withhold the payloads.
  uint64_t size = 0;          // kExport: of an older head; 0: the head.
  std::string from;           // kReplay: the export.
  std::string key_file;       // kReplay: further keys to trust; may be empty.
  NewEpoch epoch;             // kNewEpoch.
  std::string backups;        // kRestore: their folder.
  uint32_t backup = 0;        // kRestore; 0: the newest.
};

// Runs a command. The answer goes to `out`: sentences, or one JSON document with the fields that
// docs/operating.md lists. Progress and errors go to `err`; with `json` an error is a document
// {"error": {"code", "message"}} there.
OperatorExit RunOperatorCommand(const OperatorCommand& command, std::ostream& out,
                                std::ostream& err);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_OPERATOR_COMMAND_H_
