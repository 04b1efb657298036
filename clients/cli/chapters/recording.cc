// `countersign draft ...`, `changes ...` and `comment ...`: RecordingService.

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "clients/cli/input/files.h"
#include "clients/cli/record/draft_file.h"
#include "countersign/v1/recording_service.pb.h"

namespace countersign::cli {
namespace {

absl::StatusOr<v1::IssueDraft> ReadDraft(Session& session, const Arguments& arguments) {
  const auto text = ReadFile(arguments.Text("file"), session.terminal().in);
  if (!text.ok()) return text.status();
  return ParseDraft(*text);
}

Outcome Issue(Session& session, const Arguments& arguments) {
  auto draft = ReadDraft(session, arguments);
  if (!draft.ok()) return draft.status();
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::IssueDraftRequest request;
  request.set_plan_id(*plan);
  *request.mutable_intent() = *std::move(draft);
  return session.Submit(
      request,
      absl::StrCat("the reviewee may say: countersign changes request ", *plan,
                   " --wish TEXT; else the reviewer: countersign record finalise ", *plan));
}

Outcome Revise(Session& session, const Arguments& arguments) {
  auto draft = ReadDraft(session, arguments);
  if (!draft.ok()) return draft.status();
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::ReviseDraftRequest request;
  request.set_plan_id(*plan);
  v1::ReviseDraft& intent = *request.mutable_intent();
  *intent.mutable_plan() = std::move(*draft->mutable_plan());
  if (draft->has_annex()) *intent.mutable_annex() = std::move(*draft->mutable_annex());
  for (const uint32_t change : arguments.Numbers("answers")) intent.add_answers(change);
  return session.Submit(request, absl::StrCat("countersign record finalise ", *plan));
}

Outcome Template(Session& session, const Arguments&) {
  const auto form = nlohmann::ordered_json::parse(
      DraftTemplate(), nullptr, /*allow_exceptions=*/false, /*ignore_comments=*/true);
  return session.ShowDocument(form, {}, [](Terminal& terminal) {
    terminal.out << DraftTemplate();
    TellNextStep("fill it in, then: countersign draft issue PLAN --file draft.json", terminal);
  });
}

Outcome RequestChanges(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::RequestChangesRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent()->set_section(arguments.Text("section"));
  request.mutable_intent()->set_wish(arguments.Text("wish"));
  return session.Submit(request, absl::StrCat("the reviewer says: countersign draft revise ", *plan,
                                              " --file FILE, or: countersign changes decline ",
                                              *plan, " --change N --reason TEXT"));
}

Outcome DeclineChange(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::DeclineChangeRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent()->set_change(arguments.Number("change"));
  request.mutable_intent()->set_reason(arguments.Text("reason"));
  return session.Submit(request, absl::StrCat("countersign record finalise ", *plan));
}

Outcome AddComment(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::AddCommentRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent()->set_text(arguments.Text("text"));
  return session.Submit(request,
                        absl::StrCat("the reviewer says: countersign record finalise ", *plan));
}

Parameter DraftFile() {
  return Required(
      Fills({"intent"}, Option("file", Kind::kFile, "The draft (draft template), or - for stdin")));
}

CommandSpec ReviseSpec() {
  Parameter answers =
      Fills({"intent.answers"}, Option("answers", Kind::kNumber,
                                       "A change request that it answers, may be given several "
                                       "times; default: every open one"));
  answers.repeated = true;
  return {.noun = "draft",
          .verb = "revise",
          .summary = "Issues another draft and answers the changes asked for",
          .examples = {"countersign draft revise --of amina.yusuf --file draft2.json --answers 1"},
          .parameters = PlanParameters({DraftFile(), answers}),
          .writes = true,
          .run = Revise};
}

}  // namespace

std::vector<CommandSpec> RecordingCommands() {
  return {
      {.noun = "draft",
       .verb = "template",
       .summary = "Prints the empty form, with its questions",
       .examples = {"countersign draft template > draft.json"},
       .prints_file = true,
       .run = Template},
      {.noun = "draft",
       .verb = "issue",
       .summary = "Gives the reviewee the first draft; it may be late and incomplete",
       .examples = {"countersign draft issue --of amina.yusuf --file draft.json"},
       .parameters = PlanParameters({DraftFile()}),
       .writes = true,
       .run = Issue},
      ReviseSpec(),
      {.noun = "changes",
       .verb = "request",
       .summary = "Asks for a change of the draft: the reviewee's to say",
       .examples = {"countersign changes request --of amina.yusuf --section 'Objective 2' "
                    "--wish 'Name the course'"},
       .parameters = PlanParameters({Required(Option("wish", Kind::kText, "What should change")),
                                     Option("section", Kind::kText, "Which part of the form")}),
       .writes = true,
       .run = RequestChanges},
      {.noun = "changes",
       .verb = "decline",
       .summary = "Declines a change that was asked for, with a reason",
       .examples = {"countersign changes decline --of amina.yusuf --change 1 "
                    "--reason 'Agreed otherwise in the meeting'"},
       .parameters =
           PlanParameters({Required(Option("change", Kind::kNumber, "Number of the change")),
                           Required(Option("reason", Kind::kText, "Why not"))}),
       .writes = true,
       .run = DeclineChange},
      {.noun = "comment",
       .verb = "add",
       .summary = "Writes a comment that becomes part of the record: the reviewee's to say",
       .examples = {"countersign comment add --of amina.yusuf --text 'I enjoyed this year.'"},
       .parameters = PlanParameters({Required(Option("text", Kind::kText, "The words"))}),
       .writes = true,
       .run = AddComment},
  };
}

}  // namespace countersign::cli
