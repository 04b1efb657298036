// How a file is imported: read it, report every mistake, hand the intent in, or in a dry run only
// say what would happen.
#ifndef COUNTERSIGN_SERVICES_RPC_IMPORT_FILE_H_
#define COUNTERSIGN_SERVICES_RPC_IMPORT_FILE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/imports/imported.h"
#include "services/rpc/hand_in.h"

namespace countersign::rpc {

// INVALID_ARGUMENT with the mistakes as field violations "line 12: works"; OK for none.
absl::Status ProblemsError(const std::vector<imports::ImportProblem>& problems);

// Reads request->file() with `read` into `part`, which is the part of intent.command that the file
// fills in, and hands the intent in. A file with mistakes writes nothing: it is INVALID_ARGUMENT,
// or in a dry run an answer with every mistake. Whoever may not import the file is told so and
// nothing of its mistakes.
template <typename Request, typename Response, typename ReadFile, typename Part>
grpc::ServerUnaryReactor* ImportFile(const Office& office, grpc::CallbackServerContext* context,
                                     const Request* request, Response* response, ReadFile read,
                                     Part& part, Intent& intent) {
  absl::Status refused = MalformedError(ViolationsIn(*request));
  if (refused.ok()) refused = MayHandIn(office, *context, intent);
  if (!refused.ok()) return Finished(office, context, refused, request->request_id());
  auto imported = read(request->file());
  for (std::string& line : imported.summary) response->add_summary(std::move(line));
  if (!imported.problems.empty() && !request->dry_run()) {
    return Finished(office, context, ProblemsError(imported.problems), request->request_id());
  }
  if (!imported.problems.empty()) {
    for (imports::ImportProblem& problem : imported.problems) {
      v1::ImportProblem* shown = response->add_problems();
      shown->set_line(static_cast<uint32_t>(problem.line));
      shown->set_field(std::move(problem.field));
      shown->set_message(std::move(problem.message));
    }
    return Finished(office, context, absl::OkStatus());
  }
  part = std::move(imported.intent);
  intent.dry_run = request->dry_run();
  return HandIn(office, context, request, response, std::move(intent));
}

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_IMPORT_FILE_H_
