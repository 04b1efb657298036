// Who may include what: the layers of docs/architecture.md as a table. The build links the same
// boxes, but all includes share one root, so that links alone would not stop an include.

#ifndef COUNTERSIGN_TESTS_TIDY_LAYERS_H_
#define COUNTERSIGN_TESTS_TIDY_LAYERS_H_

#include "tests/tidy/tree.h"

namespace countersign::tidy {

// Includes that the row of their file does not allow; files of no row; includes that are not rooted
// at the repository. The longest row that fits a file's path is the one that counts.
Faults ForbiddenIncludes(const Tree& tree);

// Files outside tests that include both the storage and the rules, other than the few where they
// meet. The errors of the storage and the names of its streams may stand beside the rules.
Faults ForbiddenMeetings(const Tree& tree);

// Headers that are slow to compile, included where the table of layers.cc does not expect them.
Faults SlowIncludes(const Tree& tree);

}  // namespace countersign::tidy

#endif  // COUNTERSIGN_TESTS_TIDY_LAYERS_H_
