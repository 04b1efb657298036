// One line of an answer for people, in pieces of different colours.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_LINE_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_LINE_H_

#include <vector>

#include "clients/cli/output/terminal.h"

namespace countersign::cli {

// Writes the pieces to the terminal's stdout, one after the other, and a line break. Where they do
// not fit into its width the line is broken at spaces, and what follows is indented by four.
void WriteLine(const std::vector<Cell>& pieces, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_LINE_H_
