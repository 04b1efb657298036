// What a reader would otherwise have to say in every review: sizes, white space, names of files.

#ifndef COUNTERSIGN_TESTS_TIDY_STYLE_H_
#define COUNTERSIGN_TESTS_TIDY_STYLE_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/tidy/tree.h"

namespace countersign::tidy {

// A file that may be longer than the others, and why.
struct LongFile {
  absl::string_view path;
  size_t lines_max;
  absl::string_view reason;
};

// Lines over 100 columns; a character of several bytes is one column. Sources, schema, scripts
// (what begins with "#!").
Faults LongLines(const Tree& tree);

// Tabs, blanks at the end of a line, a last line without its end.
Faults StrayBlanks(const Tree& tree);

// Marks of unfinished work. What is not done is said in an issue, not in the source.
Faults UnfinishedMarks(const Tree& tree);

// File and folder names with a word that says nothing: every file holds data and helps somebody.
Faults VagueNames(const Tree& tree);

// Sources over 400 lines, tests over 800; an entry of `allowed` that is no longer needed.
Faults LongFiles(const Tree& tree, const std::vector<LongFile>& allowed);

// Functions over 80 lines, from the line with the brace to the closing one; rows of a table and
// cases of a switch are not counted. Sees what begins in the first column, which is every function
// but those inside a class.
Faults LongFunctions(const Tree& tree);

// Headers that do not open with a comment: a header is a contract.
Faults SilentHeaders(const Tree& tree);

// `default` cases in rules and projections. Without one, the compiler names every switch that
// forgot a new event.
Faults DefaultCases(const Tree& tree);

}  // namespace countersign::tidy

#endif  // COUNTERSIGN_TESTS_TIDY_STYLE_H_
