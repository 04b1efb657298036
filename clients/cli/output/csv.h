// Comma-separated values (RFC 4180): a header line, then rows, each line ended by CR LF, in UTF-8
// without a byte order mark.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_CSV_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_CSV_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace countersign::cli {

// One line. A cell with a comma, a quote, a line break or a blank at its ends stands in quotes.
//
// No cell can become a formula in a spreadsheet: one that begins with = + - @ (or their full-width
// forms), a tab, a line break or an apostrophe has an apostrophe put before it. To get the text
// back, take one apostrophe off every cell that begins with one. Control characters other than tab
// and line breaks, and bytes that are not UTF-8, become U+FFFD.
std::string CsvLine(const std::vector<std::string>& cells);

// The text of a cell as CsvLine() writes it, before it is quoted.
std::string WithoutFormula(absl::string_view text);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_CSV_H_
