// What a reader of files answers with: an intent, or everything that is wrong with the file.

#ifndef COUNTERSIGN_SERVICES_IMPORTS_IMPORTED_H_
#define COUNTERSIGN_SERVICES_IMPORTS_IMPORTED_H_

#include <string>
#include <vector>

namespace countersign::imports {

// One mistake in a file, for the person who wrote the file.
struct ImportProblem {
  // Line of the file as an editor counts it, from 1; 0 for the file as a whole.
  int line;
  // The column, the iCalendar property or the JSON path it is about; empty for what has none: the
  // file or line as a whole, or a column or division that nobody knows.
  std::string field;
  // One English sentence that says what to write instead.
  std::string message;
};

// A file that has been read. Either `problems` is empty and `intent` can be handed in, or there are
// problems, `intent` and `summary` are empty and nothing may be written.
template <typename Intent>
struct Imported {
  Intent intent;
  // What the file says, one line each, for people.
  std::vector<std::string> summary;
  // Every mistake, in the order of the lines.
  std::vector<ImportProblem> problems;
};

}  // namespace countersign::imports

#endif  // COUNTERSIGN_SERVICES_IMPORTS_IMPORTED_H_
