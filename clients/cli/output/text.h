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

// `text` for files that programs read: as Printable(), but line breaks, tabs and marks of direction
// stay as they are.
std::string Harmless(absl::string_view text);

// Printable(), and on one line: line breaks become spaces.
std::string PrintableLine(absl::string_view text);

// Columns that `text`, one printable line, takes.
int ColumnsOf(absl::string_view text);

// The front of `text`, printable, that fits into `columns`, at least one character of it.
absl::string_view FrontOf(absl::string_view text, int columns);

// `text`, one printable line, in at most `columns`: the end of what is longer gives way to "…".
std::string Shortened(absl::string_view text, int columns);

// The first 8 digits of a UUID; any other text as it is.
std::string ShortId(absl::string_view id);

// `text`, printable, in lines of at most `width` columns, broken at spaces and where the text
// breaks itself, a word that is longer than a line also within. Nothing is left out. At least one
// line, maybe empty.
std::vector<std::string> Wrap(absl::string_view text, int width);

// Wrap(), each line after `indent` spaces and before a line break. Of a terminal too narrow for it,
// 20 columns are taken for the text.
std::string Paragraph(absl::string_view text, int indent, int width);

// A Paragraph() whose first line is not indented.
std::string Hanging(absl::string_view text, int indent, int width);

// A Paragraph() whose first line begins with `label` instead of the indentation; a label that is
// too long for it has a line of its own.
std::string Labelled(absl::string_view label, absl::string_view text, int indent, int width);

// The name of an enum's value in words: "PLAN_STATE_DRAFT_ISSUED" without the prefix "PLAN_STATE_"
// as "draft issued". "unknown" for the empty name of a value that this program does not know.
std::string EnumWords(absl::string_view name, absl::string_view prefix);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_TEXT_H_
