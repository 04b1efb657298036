// The commands under `countersign log` that have a file of their own.

#ifndef COUNTERSIGN_CLIENTS_CLI_CHAPTERS_LOG_H_
#define COUNTERSIGN_CLIENTS_CLI_CHAPTERS_LOG_H_

#include "clients/cli/command.h"

namespace countersign::cli {

CommandSpec LogVerifyCommand();
CommandSpec LogWatchCommand();
CommandSpec LogExportCommand();

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_CHAPTERS_LOG_H_
