// `countersign inbox` and `obligations ...`: what is owed, of PlanService.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/as_of.h"
#include "clients/cli/chapters/choices.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/obligation_text.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/output/table.h"
#include "countersign/v1/plan_service.pb.h"

namespace countersign::cli {
namespace {

Outcome List(Session& session, const Arguments& arguments) {
  v1::ListObligationsRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  request.set_mine(arguments.Flag("mine"));
  if (arguments.Has("plan") || arguments.Has("of")) {
    const auto plan = ResolvePlan(session, arguments);
    if (!plan.ok()) return plan.status();
    request.set_plan_id(*plan);
  }
  if (arguments.Has("school")) {
    const auto school = ResolveSchool(session, arguments.Text("school"));
    if (!school.ok()) return school.status();
    request.set_school_id(*school);
  }
  for (const std::string& choice : arguments.Texts("status")) {
    request.add_statuses(EnumNamed<v1::ObligationStatus>(v1::ObligationStatus_descriptor(),
                                                         "OBLIGATION_STATUS_", choice));
  }
  const auto answer = session.AskForList<v1::ListObligationsResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    WriteList(ObligationTable(answer->obligations()), "Nothing is owed.", terminal);
  });
}

// "3 things wait for you, 1 of them overdue."
void WriteInbox(const v1::ListObligationsResponse& answer, Terminal& terminal) {
  const auto& owed = answer.obligations();
  if (owed.empty()) {
    terminal.out << "Nothing waits for you.\n";
    return;
  }
  const int64_t overdue =
      std::count_if(owed.begin(), owed.end(), [](const v1::Obligation& obligation) {
        return obligation.status() == v1::OBLIGATION_STATUS_OVERDUE;
      });
  WriteLine({{owed.size() == 1 ? "1 thing waits for you"
                               : absl::StrCat(CountWords(owed.size()), " things wait for you"),
              Tone::kBold},
             {overdue == 0 ? ", nothing overdue." : absl::StrCat(", ", overdue, " overdue."),
              overdue == 0 ? Tone::kPlain : Tone::kBad}},
            terminal);
  terminal.out << "\n"
               << InboxTable(owed, terminal.full_ids).Render(terminal.width, terminal.color_out);
}

Outcome Inbox(Session& session, const Arguments& arguments) {
  v1::ListObligationsRequest request;
  absl::Status filled = FillAsOf(arguments, request);
  if (!filled.ok()) return filled;
  request.set_mine(true);
  for (const auto status : {v1::OBLIGATION_STATUS_OVERDUE, v1::OBLIGATION_STATUS_DUE_SOON,
                            v1::OBLIGATION_STATUS_PENDING}) {
    request.add_statuses(status);
  }
  const auto answer = session.AskForList<v1::ListObligationsResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) { WriteInbox(*answer, terminal); });
}

}  // namespace

std::vector<CommandSpec> ObligationCommands() {
  Parameter status =
      Choice("status", ChoicesOf(v1::ObligationStatus_descriptor(), "OBLIGATION_STATUS_"),
             "Only with this status, may be given several times; default: all that are open");
  status.repeated = true;
  status.fields = {"statuses"};
  return {
      {.verb = "inbox",
       .summary = "Shows what waits for you, soonest first, and the command for each",
       .examples = {"countersign inbox"},
       .parameters = {AsOf(), Limit()},
       .run = Inbox},
      {.noun = "obligations",
       .verb = "list",
       .summary = "Lists what is owed, soonest first",
       .examples = {"countersign obligations list --mine",
                    "countersign obligations list --school 990001 --status overdue"},
       .parameters = PlanParameters({Flag("mine", "Only what you owe"),
                                     Option("school", Kind::kSchool, "Only of this school"), status,
                                     AsOf(), Limit()}),
       .run = List},
  };
}

}  // namespace countersign::cli
