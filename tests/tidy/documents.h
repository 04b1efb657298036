// Documents that can lie are checked: the README's table of folders, the pages of decisions, the
// table that leads from a rule of the guidance to its events, refusals and tests.

#ifndef COUNTERSIGN_TESTS_TIDY_DOCUMENTS_H_
#define COUNTERSIGN_TESTS_TIDY_DOCUMENTS_H_

#include <string>
#include <vector>

#include "tests/tidy/schema.h"
#include "tests/tidy/tree.h"

namespace countersign::tidy {

// Folders that README.md's table under "## Folders" does not list, and rows for folders that are
// not there. A row is "| `services/rules/` | what it holds |". Asked for are the folders of the
// root and one level below services/, storage/, clients/ and tests/; deeper ones may be listed.
Faults FolderTableFaults(const Tree& tree);

// Pages of docs/decisions/ that are not named 0001-verb-phrase.md, share a number, lack one of the
// five parts, are longer than a page, or are not listed in docs/architecture.md.
Faults DecisionFaults(const Tree& tree);

// docs/guidance.md against the schema and the tests. Every rule that is cited has one row; the row
// names exactly the events and refusals that cite it, and at least one test; every test named is
// there. A row is "| R71 | what it asks | `Event` | `REFUSAL` | obligation | `Suite.Test` |".
Faults GuidanceTableFaults(const Tree& tree, const Citations& citations);

// Rules that are cited in the schema and by no file in tests/guidance/.
Faults UntestedRules(const Tree& tree, const Citations& citations);

// Reasons of refusals that no test outside tests/tidy/ mentions.
Faults UntestedRefusals(const Tree& tree, const std::vector<std::string>& reasons);

}  // namespace countersign::tidy

#endif  // COUNTERSIGN_TESTS_TIDY_DOCUMENTS_H_
