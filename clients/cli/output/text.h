// Text as a terminal sees it: valid UTF-8, harmless, measured in columns, wrapped.
//
// Pure functions without errors. A code point counts as one column, as two in the wide ranges of
// East Asian scripts and emoji, as none when it combines with the one before.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_TEXT_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace countersign::cli {

// Whether `text` is UTF-8 as RFC 3629 has it: no overlong forms, no surrogates.
bool IsValidUtf8(absl::string_view text);

// `text` without anything that could drive a terminal: control characters, bytes that are not
// UTF-8 and marks that change the direction of writing become U+FFFD, a tab becomes a space. Line
// breaks stay.
std::string Printable(absl::string_view text);

// Printable(), and on one line: line breaks become spaces.
std::string PrintableLine(absl::string_view text);

// Columns that `text`, one printable line, takes.
int ColumnsOf(absl::string_view text);

// `text`, printable, in lines of at most `width` columns, broken at spaces and where the text
// breaks itself. A longer word has a line of its own, whole. At least one line, maybe empty.
std::vector<std::string> Wrap(absl::string_view text, int width);

// Wrap(), each line after `indent` spaces and before a line break.
std::string Paragraph(absl::string_view text, int indent, int width);

// The name of an enum's value in words: "PLAN_STATE_DRAFT_ISSUED" without the prefix "PLAN_STATE_"
// as "draft issued". "unknown" for the empty name of a value that this program does not know.
std::string EnumWords(absl::string_view name, absl::string_view prefix);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_TEXT_H_
