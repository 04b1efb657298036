// `countersign prepare ...`: PreparationService.

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "countersign/v1/preparation_service.pb.h"

namespace countersign::cli {
namespace {

std::string ConfirmNext(const std::string& plan_id) {
  return absl::StrCat("the reviewer says: countersign meeting confirm ", plan_id, " --on DAY");
}

Outcome Pack(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::IssuePreparationPackRequest>(session, arguments);
  if (!request.ok()) return request.status();
  for (const std::string& document : arguments.Texts("document")) {
    request->mutable_intent()->add_documents(document);
  }
  return session.Submit(*request, absl::StrCat("the reviewee may say: countersign prepare share ",
                                               request->plan_id(), " --text TEXT"));
}

Outcome Share(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::SharePreparationRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent()->set_text(arguments.Text("text"));
  return session.Submit(*request, ConfirmNext(request->plan_id()));
}

Outcome Consult(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::RecordConsultationRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent()->set_topic(arguments.Text("topic"));
  request->mutable_intent()->set_who(arguments.Text("who"));
  if (arguments.Has("person")) {
    const auto person = ResolvePerson(session, arguments.Text("person"));
    if (!person.ok()) return person.status();
    request->mutable_intent()->set_person_id(*person);
  }
  return session.Submit(*request, ConfirmNext(request->plan_id()));
}

Outcome Release(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::ArrangeReleaseRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent()->set_cover(arguments.Text("cover"));
  return session.Submit(*request, absl::StrCat("countersign plan timeline ", request->plan_id()));
}

}  // namespace

std::vector<CommandSpec> PreparationCommands() {
  const Parameter document = Required(
      Fills({"intent.documents"}, Repeated(Option("document", Kind::kText,
                                                  "A document that is in it, may be given several "
                                                  "times"))));
  return {
      {.noun = "prepare",
       .verb = "pack",
       .summary = "Records which documents the reviewee was given: the reviewer's to say",
       .examples = {"countersign prepare pack --of amina.yusuf --document 'Job description' "
                    "--document 'School improvement plan'"},
       .parameters = PlanParameters({document}),
       .writes = true,
       .run = Pack},
      {.noun = "prepare",
       .verb = "share",
       .summary = "Shares the reviewee's thoughts with all who may read the plan; nobody has to",
       .examples = {"countersign prepare share --of amina.yusuf "
                    "--text 'I would like to lead a phonics group'"},
       .parameters = PlanParameters({Required(Option("text", Kind::kText, "The words"))}),
       .writes = true,
       .run = Share},
      {.noun = "prepare",
       .verb = "consult",
       .summary = "Records whom the reviewer asked about objectives and support, and about what",
       .examples = {"countersign prepare consult --of amina.yusuf --person grace.tindall "
                    "--topic 'Support with the speech groups'"},
       .parameters = PlanParameters(
           {Required(Option("topic", Kind::kText, "About what")),
            Option("person", Kind::kPerson, "Who: staff key or id"),
            Option("who", Kind::kText, "Instead of --person: who, where the trust knows no such")}),
       .writes = true,
       .run = Consult},
      {.noun = "prepare",
       .verb = "release",
       .summary = "Records who stands in for the reviewee during the meeting",
       .examples = {"countersign prepare release --of amina.yusuf "
                    "--cover 'Chloe Abara covers Year 4'"},
       .parameters = PlanParameters({Required(Option("cover", Kind::kText, "How"))}),
       .writes = true,
       .run = Release},
  };
}

}  // namespace countersign::cli
