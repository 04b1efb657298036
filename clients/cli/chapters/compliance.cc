// `countersign compliance`: ComplianceService.

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/as_of.h"
#include "clients/cli/chapters/choices.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "clients/cli/output/compliance_text.h"
#include "countersign/v1/compliance_service.pb.h"

namespace countersign::cli {
namespace {

constexpr char kLevelPrefix[] = "COMPLIANCE_LEVEL_";

Outcome Compliance(Session& session, const Arguments& arguments) {
  v1::GetComplianceRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  request.set_level(EnumNamed<v1::ComplianceLevel>(v1::ComplianceLevel_descriptor(), kLevelPrefix,
                                                   arguments.Text("by")));
  request.set_by_kind(arguments.Flag("by-kind"));
  if (arguments.Has("school")) {
    const auto school = ResolveSchool(session, arguments.Text("school"));
    if (!school.ok()) return school.status();
    request.set_school_id(*school);
  }
  if (arguments.Has("cycle")) {
    const auto cycle = ResolveCycle(session, arguments.Text("cycle"));
    if (!cycle.ok()) return cycle.status();
    request.set_cycle_id(*cycle);
  }
  const auto answer = session.Ask<v1::GetComplianceResponse>(request);
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    WriteCompliance(*answer, arguments.Flag("by-kind"), terminal);
  });
}

}  // namespace

std::vector<CommandSpec> ComplianceCommands() {
  return {
      {.verb = "compliance",
       .summary = "Shows how far deadlines are kept, in all, by school or by team",
       .examples = {"countersign compliance",
                    "countersign compliance --by team --school 990001 --by-kind"},
       .parameters = {Fills({"level"},
                            Choice("by", ChoicesOf(v1::ComplianceLevel_descriptor(), kLevelPrefix),
                                   "What the figures are told apart by; default: school")),
                      Flag("by-kind", "Also one row for each kind of obligation"),
                      Option("school", Kind::kSchool, "Only this school: URN or id"),
                      Option("cycle", Kind::kCycle, "Of this cycle; default: today's"), AsOf()},
       .run = Compliance},
  };
}

}  // namespace countersign::cli
