// `countersign plan ...`: EnrolmentService, and PlanService but for what is owed.

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/as_of.h"
#include "clients/cli/chapters/choices.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "clients/cli/output/changes_text.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/obligation_text.h"
#include "clients/cli/output/table.h"
#include "clients/cli/output/text.h"
#include "clients/cli/record/record_text.h"
#include "countersign/v1/enrolment_service.pb.h"
#include "countersign/v1/plan_service.pb.h"

namespace countersign::cli {
namespace {

// Fills the two fields that every query about a plan as it stood then has.
template <typename Request>
absl::Status FillPlanQuery(Session& session, const Arguments& arguments, Request& request) {
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  request.set_plan_id(*plan);
  return absl::OkStatus();
}

Outcome Enrol(Session& session, const Arguments& arguments) {
  const auto person = ResolvePerson(session, arguments.Text("person"));
  if (!person.ok()) return person.status();
  const auto cycle = ResolveCycle(session, arguments.Text("cycle"));
  if (!cycle.ok()) return cycle.status();
  v1::EnrolRequest request;
  request.set_person_id(*person);
  request.mutable_intent()->set_cycle_id(*cycle);
  return session.Submit(request,
                        "the head says: countersign reviewer assign {subject} --reviewer PERSON");
}

Outcome Withdraw(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::WithdrawEnrolmentRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent()->set_reason(arguments.Text("reason"));
  return session.Submit(request, "countersign plan list");
}

Outcome Show(Session& session, const Arguments& arguments) {
  v1::GetPlanRequest request;
  absl::Status status = FillPlanQuery(session, arguments, request);
  if (!status.ok()) return status;
  auto answer = session.Ask<v1::GetPlanResponse>(request);
  if (!answer.ok()) return answer.status();
  auto checked = CheckedRecord(answer->plan());
  if (!checked.ok()) return checked.status();
  *answer->mutable_plan() = *std::move(checked);
  return session.Show(*answer, [&](Terminal& terminal) {
    terminal.out << RecordText(answer->plan(), terminal.width, terminal.color_out) << "\nversion "
                 << answer->version() << "\n";
  });
}

void WriteTimeline(const v1::GetTimelineResponse& answer, Terminal& terminal) {
  if (answer.entries().empty()) terminal.out << "Nothing had happened yet.\n";
  for (const auto& entry : answer.entries()) WriteEvent(entry, "", terminal);
}

Outcome Timeline(Session& session, const Arguments& arguments) {
  v1::GetTimelineRequest request;
  absl::Status status = FillPlanQuery(session, arguments, request);
  if (!status.ok()) return status;
  const auto answer = session.AskForList<v1::GetTimelineResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) { WriteTimeline(*answer, terminal); });
}

Outcome History(Session& session, const Arguments& arguments) {
  v1::GetHistoryRequest request;
  absl::Status status = FillPlanQuery(session, arguments, request);
  if (!status.ok()) return status;
  const auto answer = session.AskForList<v1::GetHistoryResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) { WriteHistory(*answer, terminal); });
}

Outcome Diff(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::CompareVersionsRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->set_first_version(arguments.Number("first"));
  request->set_second_version(arguments.Number("second"));
  const auto answer = session.Ask<v1::CompareVersionsResponse>(*request);
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) { WriteComparison(*answer, terminal); });
}

Outcome List(Session& session, const Arguments& arguments) {
  v1::ListPlansRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  request.set_state(
      EnumNamed<v1::PlanState>(v1::PlanState_descriptor(), "PLAN_STATE_", arguments.Text("state")));
  if (arguments.Has("school")) {
    const auto school = ResolveSchool(session, arguments.Text("school"));
    if (!school.ok()) return school.status();
    request.set_school_id(*school);
  }
  const auto answer = session.AskForList<v1::ListPlansResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    Table table({"REVIEWEE", "REVIEWER", "STATE", "MEETING", "SCHOOL"});
    for (const auto& plan : answer->plans()) {
      table.AddRow({{plan.reviewee().name()},
                    {plan.reviewer().name()},
                    {PlanStateWords(plan.state())},
                    {DayWords(plan.meeting_on())},
                    {plan.school_name()}});
      table.AddNote(absl::StrCat("plan ", plan.plan_id(), "  ", plan.cycle_name()));
    }
    WriteList(table, "No plans that you may see.", terminal);
  });
}

Outcome Deadlines(Session& session, const Arguments& arguments) {
  v1::ExplainDeadlinesRequest request;
  absl::Status status = FillPlanQuery(session, arguments, request);
  if (!status.ok()) return status;
  const auto answer = session.Ask<v1::ExplainDeadlinesResponse>(request);
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    WriteDeadlines(answer->deadlines(), arguments.Flag("days"), terminal);
  });
}

Outcome Suspend(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::SuspendPlanRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent();
  return session.Submit(
      *request, absl::StrCat("when it shall go on: countersign plan resume ", request->plan_id()));
}

Outcome Resume(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::ResumePlanRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent();
  return session.Submit(*request, absl::StrCat("countersign plan deadlines ", request->plan_id()));
}

Outcome Readers(Session& session, const Arguments& arguments) {
  v1::ListAccessesRequest request;
  absl::Status status = FillPlanQuery(session, arguments, request);
  if (!status.ok()) return status;
  const auto answer = session.AskForList<v1::ListAccessesResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    Table table({"WHEN", "WHO", "AS", "WHAT"});
    for (const auto& access : answer->accesses()) {
      table.AddRow({{MomentWords(access.recorded_at())},
                    {access.reader().name()},
                    {EnumWords(access.acting_as(), "")},
                    {EnumWords(access.view(), "")}});
    }
    WriteList(table, "Nobody has read this plan yet.", terminal);
  });
}

// FIRST and SECOND stand before PLAN, which is left out where --of says whose plan it is.
CommandSpec DiffSpec() {
  std::vector<Parameter> parameters = {
      Required(Fills({"first_version"},
                     Positional("first", Kind::kNumber, "The plan as this version left it"))),
      Required(Fills({"second_version"},
                     Positional("second", Kind::kNumber, "And as this later version left it")))};
  for (Parameter& parameter : PlanParameters()) parameters.push_back(std::move(parameter));
  return {.noun = "plan",
          .verb = "diff",
          .summary = "Shows two versions of a plan word by word: [-taken away-] and {+added+}",
          .examples = {"countersign plan diff 4 6 --of amina.yusuf",
                       "countersign plan diff 4 6 6f1c0e4e"},
          .parameters = std::move(parameters),
          .run = Diff};
}

}  // namespace

std::vector<CommandSpec> PlanCommands() {
  return {
      {.noun = "plan",
       .verb = "enrol",
       .summary = "Enrols somebody in a cycle and opens their plan",
       .examples = {"countersign plan enrol amina.yusuf --cycle 2026/27"},
       .parameters = {Required(Positional("person", Kind::kPerson, "Who: staff key or id")),
                      Required(Option("cycle", Kind::kCycle, "Cycle: name or id"))},
       .writes = true,
       .run = Enrol},
      {.noun = "plan",
       .verb = "withdraw",
       .summary = "Takes back a mistaken enrolment",
       .examples = {"countersign plan withdraw --of amina.yusuf --reason 'Wrong cycle'"},
       .parameters = PlanParameters({Required(Option("reason", Kind::kText, "Why"))}),
       .writes = true,
       .run = Withdraw},
      {.noun = "plan",
       .verb = "show",
       .summary = "Shows a plan with its record, like the paper form",
       .examples = {"countersign plan show --of amina.yusuf"},
       .parameters = PlanParameters({AsOf()}),
       .run = Show},
      {.noun = "plan",
       .verb = "timeline",
       .summary = "Shows everything that happened to a plan, newest last",
       .examples = {"countersign plan timeline --of amina.yusuf"},
       .parameters = PlanParameters({AsOf(), Limit()}),
       .run = Timeline},
      {.noun = "plan",
       .verb = "history",
       .summary = "Shows every change of a plan: who, as what, why, each field before and after",
       .examples = {"countersign plan history --of amina.yusuf",
                    "countersign plan history 6f1c0e4e --as-of 2026-10-14T12:00:00Z"},
       .parameters = PlanParameters({AsOf(), Limit()}),
       .run = History},
      DiffSpec(),
      {.noun = "plan",
       .verb = "list",
       .summary = "Lists plans",
       .examples = {"countersign plan list --school 990001 --state draft-issued"},
       .parameters = {Option("school", Kind::kSchool, "Only of this school: URN or id"),
                      Choice("state", ChoicesOf(v1::PlanState_descriptor(), "PLAN_STATE_"),
                             "Only in this state"),
                      AsOf(), Limit()},
       .run = List},
      {.noun = "plan",
       .verb = "deadlines",
       .summary = "Shows every deadline of a plan and how it was worked out",
       .examples = {"countersign plan deadlines --of amina.yusuf --days"},
       .parameters =
           PlanParameters({Flag("days", "Unfold the working, one line for each day"), AsOf()}),
       .run = Deadlines},
      {.noun = "plan",
       .verb = "suspend",
       .summary = "Lets a plan rest from today on; its days of rest count for nobody",
       .examples = {"countersign plan suspend --of amina.yusuf"},
       .parameters = PlanParameters(),
       .writes = true,
       .run = Suspend},
      {.noun = "plan",
       .verb = "resume",
       .summary = "Lets a plan that rests go on from today",
       .examples = {"countersign plan resume --of amina.yusuf"},
       .parameters = PlanParameters(),
       .writes = true,
       .run = Resume},
      {.noun = "plan",
       .verb = "readers",
       .summary = "Shows who read your plan, as what, and when, newest first",
       .examples = {"countersign plan readers --of amina.yusuf"},
       .parameters = PlanParameters({AsOf(), Limit()}),
       .run = Readers},
  };
}

}  // namespace countersign::cli
