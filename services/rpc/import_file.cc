#include "services/rpc/import_file.h"

namespace countersign::rpc {

absl::Status ProblemsError(const std::vector<imports::ImportProblem>& problems) {
  std::vector<FieldViolation> violations;
  for (const imports::ImportProblem& problem : problems) {
    const std::string line = problem.line == 0 ? "file" : absl::StrCat("line ", problem.line);
    violations.push_back(
        {problem.field.empty() ? line : absl::StrCat(line, ": ", problem.field), problem.message});
  }
  return MalformedError(
      violations, absl::StrCat("Nothing was imported, because the file has ", violations.size(),
                               violations.size() == 1 ? " mistake" : " mistakes",
                               "; a dry run shows them all"));
}

}  // namespace countersign::rpc
