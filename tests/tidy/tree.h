// The source tree as the tidy tests see it: every file of the project, read once.
//
// A check is a function from a Tree to the faults it found. It runs over the project, and over a
// small bad example made by hand, because a check that cannot fail is no check.

#ifndef COUNTERSIGN_TESTS_TIDY_TREE_H_
#define COUNTERSIGN_TESTS_TIDY_TREE_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace countersign::tidy {

// One file. Immutable after the tree was made.
struct SourceFile {
  // From the repository's root, for example "storage/journal.h".
  std::string path;
  std::string text;
  // `text` without the ends of lines; lines[0] is line 1.
  std::vector<std::string> lines;
};

// What is wrong, one sentence each, "path:line: what is wrong and what to do" where it has a place.
using Faults = std::vector<std::string>;

// "path:line: what". Lines count from 1.
std::string FaultAt(const SourceFile& file, size_t line, absl::string_view what);

// One fault a line, the first 60, for the message of a failed test.
std::string InLines(const Faults& faults);

// Whether `word` stands in `text` with no letter, digit or underscore beside it: R7 is not in R71.
bool HasWord(absl::string_view text, absl::string_view word);

class Tree {
 public:
  // An example: path to text.
  static Tree Of(const std::map<std::string, std::string>& texts);

  // The project: what git tracks or would track, or every file outside build/ where there is no
  // checkout. Read at the first call; the process ends if the tree cannot be read.
  static const Tree& OfTheProject();

  // Ordered by path.
  const std::vector<SourceFile>& files() const { return files_; }

  // Null if there is no such file.
  const SourceFile* Find(absl::string_view path) const;

  // The files whose path begins with `prefix` and ends with one of `endings` (all, if none given).
  std::vector<const SourceFile*> Under(absl::string_view prefix,
                                       const std::vector<absl::string_view>& endings = {}) const;

  // Every folder that holds a file at any depth, with a slash at the end: "services/rules/".
  std::set<std::string> Folders() const;

 private:
  std::vector<SourceFile> files_;
};

}  // namespace countersign::tidy

#endif  // COUNTERSIGN_TESTS_TIDY_TREE_H_
