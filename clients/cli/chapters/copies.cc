// `countersign copies ...` and `annex ...`: CopiesService.

#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/as_of.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/json.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/table.h"
#include "clients/cli/output/text.h"
#include "clients/cli/record/record_text.h"
#include "clients/cli/transport/request_id.h"
#include "countersign/v1/copies_service.pb.h"
#include "countersign/v1/plan_views.pb.h"

namespace countersign::cli {
namespace {

Outcome Issue(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::IssueCopiesRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent();
  return session.Submit(*request, absl::StrCat("countersign copies list ", request->plan_id()));
}

void WriteCopies(const v1::ListCopiesResponse& answer, Terminal& terminal) {
  Table table({"COPY", "TO", "GIVEN OUT", "OPENED"});
  for (const auto& copy : answer.copies()) {
    table.AddRow({{CopyKindWords(copy.kind())},
                  {copy.recipient().name()},
                  {MomentWords(copy.issued_at())},
                  {copy.has_opened_at() ? MomentWords(copy.opened_at()) : "not yet"}});
  }
  WriteList(table, "No copy has been given out.", terminal);
}

Outcome List(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::ListCopiesRequest>(session, arguments);
  if (!request.ok()) return request.status();
  absl::Status status = FillAsOf(arguments, *request);
  if (!status.ok()) return status;
  const auto answer = session.Ask<v1::ListCopiesResponse>(*request);
  if (!answer.ok()) return answer.status();
  nlohmann::ordered_json document = {{"plan_id", request->plan_id()},
                                     {"copies", nlohmann::ordered_json::array()}};
  for (const auto& copy : answer->copies()) {
    auto row = ToJson(copy);
    if (!row.ok()) return row.status();
    document["copies"].push_back(*std::move(row));
  }
  return session.ShowDocument(
      document, {.rows = "copies", .columns = ColumnsFor(*v1::IssuedCopy::descriptor())},
      [&](Terminal& terminal) { WriteCopies(*answer, terminal); });
}

// The plan that PLAN names: whoever plans training may list no plans, so the front of an id is
// looked for among the annexes.
absl::StatusOr<std::string> ResolveAnnex(Session& session, const Arguments& arguments) {
  const std::string named = absl::AsciiStrToLower(arguments.Text("plan"));
  if (IsUuid(named)) return named;
  v1::ListAnnexesRequest request;
  const auto listed =
      session.AskForList<v1::ListAnnexesResponse>(request, std::numeric_limits<uint32_t>::max());
  if (!listed.ok()) return listed.status();
  std::vector<std::string> found;
  for (const auto& annex : listed->annexes()) {
    if (absl::StartsWith(annex.plan_id(), named)) found.push_back(annex.plan_id());
  }
  if (found.size() == 1) return found.front();
  return MakeFailure(
      found.empty() ? absl::StatusCode::kNotFound : absl::StatusCode::kFailedPrecondition,
      {.message = absl::StrCat(found.empty() ? "No annex" : "More than one annex",
                               " that you may see is of a plan that begins with ", named, "."),
       .next = "`countersign annex list --full-ids` shows the annexes"});
}

Outcome ShowAnnex(Session& session, const Arguments& arguments) {
  const auto plan = ResolveAnnex(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::GetAnnexRequest request;
  request.set_plan_id(*plan);
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  auto answer = session.Ask<v1::GetAnnexResponse>(request);
  if (!answer.ok()) return answer.status();
  // What is shown are the bytes that were signed, whatever else the answer says.
  if (!answer->mutable_annex()->ParseFromString(answer->annex_bytes())) {
    return MakeFailure(absl::StatusCode::kDataLoss,
                       {.reason = "RECORD_BYTES_DIFFER",
                        .message = "The stored bytes of the annex cannot be read."});
  }
  return session.Show(*answer, [&](Terminal& terminal) {
    terminal.out << AnnexText(answer->annex(), terminal.width, terminal.color_out) << "\n";
    WriteLine({{absl::StrCat("Its copy was given out on ", MomentWords(answer->issued_at()), ".")}},
              terminal);
  });
}

Outcome ListAnnexes(Session& session, const Arguments& arguments) {
  v1::ListAnnexesRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  if (arguments.Has("school")) {
    const auto school = ResolveSchool(session, arguments.Text("school"));
    if (!school.ok()) return school.status();
    request.set_school_id(*school);
  }
  const auto answer = session.AskForList<v1::ListAnnexesResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    Table table({"GIVEN OUT", "OF"});
    for (const auto& annex : answer->annexes()) {
      table.AddRow({{MomentWords(annex.issued_at())}, {annex.reviewee().name()}});
      table.AddNote(absl::StrCat("countersign annex show ",
                                 terminal.full_ids ? annex.plan_id() : ShortId(annex.plan_id())));
    }
    WriteList(table, "No annexes that you may see.", terminal);
  });
}

}  // namespace

std::vector<CommandSpec> CopiesCommands() {
  return {
      {.noun = "copies",
       .verb = "issue",
       .summary = "Gives out the copies that are still owed: to reviewee, head and training lead",
       .examples = {"countersign copies issue --of amina.yusuf"},
       .parameters = PlanParameters(),
       .writes = true,
       .run = Issue},
      {.noun = "copies",
       .verb = "list",
       .summary = "Lists who was given the record and when they first opened it; opens nothing",
       .examples = {"countersign copies list --of amina.yusuf"},
       .parameters = PlanParameters({AsOf()}),
       .run = List},
      {.noun = "annex",
       .verb = "show",
       .summary = "Shows the training annex of a plan and nothing else: for the training lead",
       .examples = {"countersign annex show 6f1c0e4e"},
       .parameters = {Required(
                          Fills({"plan_id"}, Positional("plan", Kind::kPlan,
                                                        "The plan, by id or its first 8 digits"))),
                      AsOf()},
       .run = ShowAnnex},
      {.noun = "annex",
       .verb = "list",
       .summary = "Lists the training annexes given out, newest first: for the training lead",
       .examples = {"countersign annex list --school 990001"},
       .parameters = {Option("school", Kind::kSchool, "Only of this school: URN or id"), AsOf(),
                      Limit()},
       .run = ListAnnexes},
  };
}

}  // namespace countersign::cli
