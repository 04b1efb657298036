// `countersign reviewer ...`: ReviewerService.

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/as_of.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/text.h"
#include "countersign/v1/reviewer_service.pb.h"

namespace countersign::cli {
namespace {

// Fills in who shall review and on what ground: assigning, deciding and replacing say it alike. The
// failures of ResolvePerson().
template <typename Naming>
absl::Status FillReviewer(Session& session, const Arguments& arguments, Naming& naming) {
  const std::string& basis = arguments.Text("basis");
  if (basis == "line-manager") {
    naming.mutable_basis()->mutable_line_manager();
  } else if (basis == "head-choice") {
    naming.mutable_basis()->mutable_headteacher_choice();
  } else if (basis == "other" || arguments.Has("note")) {
    naming.mutable_basis()->mutable_other()->set_note(arguments.Text("note"));
  }
  const auto reviewer = ResolvePerson(session, arguments.Text("reviewer"));
  if (!reviewer.ok()) return reviewer.status();
  naming.set_reviewer_id(*reviewer);
  return absl::OkStatus();
}

std::string ConfirmNext(const std::string& plan_id) {
  return absl::StrCat("the reviewer says: countersign meeting confirm ", plan_id, " --on DAY");
}

Outcome Assign(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::AssignReviewerRequest>(session, arguments);
  if (!request.ok()) return request.status();
  absl::Status status = FillReviewer(session, arguments, *request->mutable_intent());
  if (!status.ok()) return status;
  return session.Submit(*request, ConfirmNext(request->plan_id()));
}

Outcome RequestReplacement(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::RequestReplacementRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent()->set_reasons(arguments.Text("reasons"));
  return session.Submit(
      *request, absl::StrCat("the head says: countersign reviewer decide ", request->plan_id(),
                             " --decision keep|replace --reasons TEXT"));
}

Outcome Decide(Session& session, const Arguments& arguments) {
  const bool replaces = arguments.Text("decision") == "replace";
  if (replaces != arguments.Has("reviewer")) {
    return MakeFailure(absl::StatusCode::kInvalidArgument,
                       {.reason = "USAGE",
                        .message = "Say who shall review, with --reviewer PERSON, where the "
                                   "decision is to replace, and only there."});
  }
  auto request = RequestAboutPlan<v1::DecideReplacementRequest>(session, arguments);
  if (!request.ok()) return request.status();
  v1::DecideReplacement& intent = *request->mutable_intent();
  intent.set_reasons(arguments.Text("reasons"));
  if (replaces) {
    absl::Status status = FillReviewer(session, arguments, *intent.mutable_replace());
    if (!status.ok()) return status;
  } else {
    intent.mutable_keep();
  }
  return session.Submit(*request, replaces ? ConfirmNext(request->plan_id())
                                           : absl::StrCat("the reviewee reads why: countersign "
                                                          "reviewer requests ",
                                                          request->plan_id()));
}

Outcome Replace(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::ReplaceReviewerRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent()->set_reason(arguments.Text("reason"));
  absl::Status status = FillReviewer(session, arguments, *request->mutable_intent());
  if (!status.ok()) return status;
  return session.Submit(*request, ConfirmNext(request->plan_id()));
}

std::string DecisionWords(const v1::ReplacementRequest& request) {
  switch (request.outcome()) {
    case v1::ReplacementRequest::OUTCOME_DECLINED:
      return "declined: the reviewer stays";
    case v1::ReplacementRequest::OUTCOME_UPHELD:
      return "upheld: somebody else reviews";
    default:
      return "not decided yet";
  }
}

void WriteRequests(const v1::GetReplacementRequestsResponse& answer, Terminal& terminal) {
  if (answer.requests().empty()) terminal.out << "Nobody asked for another reviewer.\n";
  for (const auto& request : answer.requests()) {
    WriteLine({{absl::StrCat("request ", request.replacement()), Tone::kBold},
               {absl::StrCat("  ", MomentWords(request.requested_at()),
                             ", reviewer then: ", request.reviewer().name())}},
              terminal);
    terminal.out << Paragraph(Printable(request.reasons()), 6, terminal.width);
    const bool decided = request.has_decided_at();
    WriteLine({{absl::StrCat("  ", DecisionWords(request)), Tone::kBold},
               {decided ? absl::StrCat("  ", MomentWords(request.decided_at())) : ""}},
              terminal);
    if (!request.decision_reasons().empty()) {
      terminal.out << Paragraph(Printable(request.decision_reasons()), 6, terminal.width);
    }
  }
}

Outcome Requests(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::GetReplacementRequestsRequest>(session, arguments);
  if (!request.ok()) return request.status();
  absl::Status status = FillAsOf(arguments, *request);
  if (!status.ok()) return status;
  const auto answer = session.Ask<v1::GetReplacementRequestsResponse>(*request);
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) { WriteRequests(*answer, terminal); });
}

// --basis and --note, which fill the field `basis` below `path`.
std::vector<Parameter> BasisParameters(const std::string& path) {
  return {Fills({absl::StrCat(path, ".basis")},
                Choice("basis", {"line-manager", "head-choice", "other"},
                       "On what ground; default: what the recorded line managers show")),
          Fills({absl::StrCat(path, ".basis.other.note")},
                Option("note", Kind::kText, "With --basis other: why"))};
}

std::vector<Parameter> NamingParameters(const std::string& path, std::vector<Parameter> before) {
  for (Parameter& parameter : BasisParameters(path)) before.push_back(std::move(parameter));
  return PlanParameters(std::move(before));
}

CommandSpec DecideSpec() {
  return {.noun = "reviewer",
          .verb = "decide",
          .summary = "Decides on a request for another reviewer: the head's to say",
          .examples = {"countersign reviewer decide --of amina.yusuf --decision keep "
                       "--reasons 'You were heard; the meeting will be shared'",
                       "countersign reviewer decide --of amina.yusuf --decision replace "
                       "--reviewer lucia.marchetti --reasons 'She sees more of your work'"},
          .parameters = NamingParameters(
              "intent.replace",
              {Required(Fills({"intent.keep", "intent.replace"},
                              Choice("decision", {"keep", "replace"}, "Who reviews from now on"))),
               Required(Option("reasons", Kind::kText, "Why, for the reviewee alone")),
               Option("reviewer", Kind::kPerson, "With --decision replace: who")}),
          .writes = true,
          .run = Decide};
}

}  // namespace

std::vector<CommandSpec> ReviewerCommands() {
  const Parameter reviewer = Required(Option("reviewer", Kind::kPerson, "Who: staff key or id"));
  return {
      {.noun = "reviewer",
       .verb = "assign",
       .summary = "Identifies the reviewer of a plan: the head's to say",
       .examples = {"countersign reviewer assign --of amina.yusuf --reviewer ben.carter",
                    "countersign reviewer assign --of amina.yusuf --reviewer dan.wu "
                    "--basis other --note 'Leads the phase she works in'"},
       .parameters = NamingParameters("intent", {reviewer}),
       .writes = true,
       .run = Assign},
      {.noun = "reviewer",
       .verb = "request-replacement",
       .summary = "Asks the head for another reviewer, with reasons that the reviewer never sees",
       .examples = {"countersign reviewer request-replacement --of amina.yusuf "
                    "--reasons 'We share a household'"},
       .parameters =
           PlanParameters({Required(Option("reasons", Kind::kText, "Why, for the head alone"))}),
       .writes = true,
       .run = RequestReplacement},
      DecideSpec(),
      {.noun = "reviewer",
       .verb = "replace",
       .summary = "Names another reviewer because the present one leaves: the head's to say",
       .examples = {"countersign reviewer replace --of amina.yusuf --reviewer lucia.marchetti "
                    "--reason 'Ben Carter has left the school'"},
       .parameters =
           NamingParameters("intent", {reviewer, Required(Option("reason", Kind::kText, "Why"))}),
       .writes = true,
       .run = Replace},
      {.noun = "reviewer",
       .verb = "requests",
       .summary = "Shows requests for another reviewer with their reasons, to those who may know",
       .examples = {"countersign reviewer requests --of amina.yusuf"},
       .parameters = PlanParameters({AsOf()}),
       .run = Requests},
  };
}

}  // namespace countersign::cli
