// Where a command writes, and how: the streams, whether colours are wanted, how wide a line is.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_TERMINAL_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_TERMINAL_H_

#include <istream>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"

namespace countersign::cli {

// What stdout carries: words for people, or one JSON document.
enum class OutputFormat { kTable, kJson };

// What a colour says. A word always says it too: colours are an aid, never the message.
enum class Tone { kPlain, kGood, kSoon, kBad, kDim, kBold };

// The streams of one run. Answers go to `out`; failures, hints and notes to `err`.
struct Terminal {
  std::ostream& out;
  std::ostream& err;
  std::istream& in;
  OutputFormat format = OutputFormat::kTable;
  bool color_out = false;
  bool color_err = false;
  // Columns of a line of a table.
  int width = 80;
  // Whether somebody sits there who can be asked.
  bool interactive = false;
};

// `text` in the colour of `tone` where colours are on; `text` must be printable already.
std::string Paint(absl::string_view text, Tone tone, bool color);

// Writes "next: ..." for people; nothing when JSON was asked for.
void TellNextStep(absl::string_view step, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_TERMINAL_H_
