// Where a command writes, and how: the streams, whether colours are wanted, how wide a line is.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_TERMINAL_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_TERMINAL_H_

#include <functional>
#include <istream>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace countersign::cli {

// What stdout carries.
enum class OutputFormat {
  kTable,  // Words and tables for people.
  kJson,   // One JSON document.
  kJsonl,  // One JSON object on each line: the rows of a list, or the one thing.
  kCsv,    // A header line, then a row for each: clients/cli/output/csv.h.
};

// Every format by the name that --output gives it, in the order of the help.
const std::vector<std::pair<std::string, OutputFormat>>& OutputFormats();

// What a colour says. A word always says it too: colours are an aid, never the message.
enum class Tone { kPlain, kGood, kSoon, kBad, kDim, kBold };

// Some text and its colour. The text may come from the server as it is: whoever renders it makes it
// printable.
struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

// How much is told while a long command runs.
enum class ProgressStyle {
  kNone,       // stderr is no terminal, and nobody asked.
  kRewritten,  // One line on a terminal, written again and again.
  kLines,      // --progress without a terminal: a line now and then.
};

// The streams of one run. Answers go to `out`; failures, hints, notes and progress to `err`.
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
  ProgressStyle progress = ProgressStyle::kNone;
  // Whether whoever read stdout has gone, as `head` does when it has enough; nothing: unknown.
  std::function<bool()> reader_left = {};
  // Whether ids in tables are shown whole, not by their first digits.
  bool full_ids = false;

  // Whether a program reads stdout.
  bool for_programs() const { return format != OutputFormat::kTable; }
  // Whether failures and notes on stderr are JSON, too.
  bool speaks_json() const {
    return format == OutputFormat::kJson || format == OutputFormat::kJsonl;
  }
};

// `text` in the colour of `tone` where colours are on; `text` must be printable already.
std::string Paint(absl::string_view text, Tone tone, bool color);

// Writes one line to stderr that is neither answer nor failure, such as that a list is not whole:
// {"note": {"message": ...}} where JSON was asked for.
// `values` are for programs only.
void TellNote(absl::string_view message, Terminal& terminal,
              const std::map<std::string, std::string>& values = {});

// Writes "next: ..." to stderr for people; nothing for programs.
void TellNextStep(absl::string_view step, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_TERMINAL_H_
