// Single commands: what they send, what they show, how they end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "countersign/v1/meeting_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/recording_service.pb.h"
#include "countersign/v1/signing_service.pb.h"
#include "countersign/v1/trust_service.pb.h"
#include "tests/cli/cli_fixture.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using testing::HasSubstr;
using testing::Not;

// An answer that fails as the server's refusals do.
MadeUpServer::Answer Refuses(absl::StatusCode code, const Failure& failure) {
  return [=](Message*) { return MakeFailure(code, failure); };
}

TEST(APlan, IsFoundByItsPersonAndCycle) {
  MadeUpServer server;
  RunOn(server, CommandNamed("meeting", "held"),
        {{"of", {"amina.yusuf"}}, {"cycle", {kCycleName}}});
  EXPECT_EQ(server.Last<v1::GetPersonRequest>().staff_key(), "amina.yusuf");
  EXPECT_EQ(server.Last<v1::RecordMeetingHeldRequest>().plan_id(), kPlanId);
}

TEST(APlan, IsNotGuessedWhenThePersonHasSeveral) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.GetPerson", [](Message* response) {
    auto& facts = *static_cast<v1::GetPersonResponse*>(response)->mutable_person()->mutable_facts();
    facts.add_plans()->set_plan_id(kPlanId);
    facts.add_plans()->set_plan_id("aaaaaaaa-0000-4000-8000-000000000002");
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, CommandNamed("meeting", "held"), {{"of", {"amina.yusuf"}}});
  EXPECT_EQ(run.code, ExitCode::kConflict);
  EXPECT_THAT(run.err, HasSubstr("--cycle"));
  EXPECT_FALSE(server.Received<v1::RecordMeetingHeldRequest>());
}

TEST(APlan, MustBeNamedOnceAndOnlyOnce) {
  MadeUpServer server;
  const CommandSpec& held = CommandNamed("meeting", "held");
  EXPECT_EQ(RunOn(server, held, {}).code, ExitCode::kUsage);
  EXPECT_EQ(RunOn(server, held, {{"plan", {kPlanId}}, {"of", {"amina.yusuf"}}}).code,
            ExitCode::kUsage);
  EXPECT_TRUE(server.methods.empty());
}

TEST(AReceipt, ShowsEventPositionStreamAndVersionInOneLine) {
  MadeUpServer server;
  const Ended run = RunOn(server, CommandNamed("record", "finalise"), {{"plan", {kPlanId}}});
  EXPECT_EQ(run.out, "Recorded draft_issued at position 41: plan/aaaaaaaa version 7\n");
}

TEST(AReceipt, SpellsItsHashesInHexadecimalForPrograms) {
  MadeUpServer server;
  const Ended run = RunOn(server, CommandNamed("record", "finalise"), {{"plan", {kPlanId}}},
                          {.format = OutputFormat::kJson});
  const auto receipt = nlohmann::json::parse(run.out)["receipt"];
  EXPECT_EQ(receipt["entries"][0]["leaf_hash"].get<std::string>().substr(0, 4), "abab");
  EXPECT_EQ(receipt["head_root"].get<std::string>().size(), 64u);
}

TEST(ADemo, IsCalledOneOnStderr) {
  MadeUpServer server;
  server.is_demo = true;
  EXPECT_THAT(RunOn(server, CommandNamed("", "whoami"), {}).err, HasSubstr("demo: made-up people"));
}

TEST(ARefusal, SaysWhatHappenedWhyAndWhatToDo) {
  MadeUpServer server;
  server.AnswerTo("RecordingService.FinaliseRecord",
                  Refuses(absl::StatusCode::kFailedPrecondition,
                          {.reason = "CHANGE_REQUEST_OPEN",
                           .rule = "R72",
                           .message = "Change 1 has no answer yet.",
                           .next = "revise the draft or decline the change"}));
  const Ended run = RunOn(server, CommandNamed("record", "finalise"), {{"plan", {kPlanId}}});
  EXPECT_EQ(run.code, ExitCode::kConflict);
  EXPECT_EQ(run.err,
            "error: Change 1 has no answer yet.\n"
            "  why: CHANGE_REQUEST_OPEN (rule R72)\n"
            "  next: revise the draft or decline the change\n");
  EXPECT_EQ(run.out, "");
}

TEST(ARefusal, CannotDriveTheTerminal) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.WhoAmI",
                  [](Message*) { return absl::NotFoundError("\x1b[2Jgone"); });
  const Ended run = RunOn(server, CommandNamed("", "whoami"), {});
  EXPECT_EQ(run.code, ExitCode::kNotFound);
  EXPECT_THAT(run.err, Not(HasSubstr("\x1b")));
}

TEST(ACommandWithoutAnAnswer, SaysHowToRepeatTheVerySameRequest) {
  MadeUpServer server;
  server.AnswerTo("RecordingService.FinaliseRecord",
                  [](Message*) { return absl::UnavailableError("No server answers."); });
  const Ended run = RunOn(server, CommandNamed("record", "finalise"), {{"plan", {kPlanId}}});
  EXPECT_EQ(run.code, ExitCode::kUnreachable);
  EXPECT_THAT(run.err, HasSubstr("--request-id 11111111-1111-4111-9111-111111111111"));
}

TEST(AnImport, NamesTheFileAndTheLineOfEveryProblem) {
  MadeUpServer server;
  server.AnswerTo(
      "PeopleService.ImportPeople",
      Refuses(absl::StatusCode::kInvalidArgument, {.reason = "MALFORMED",
                                                   .message = "The file has 2 problems.",
                                                   .fields = {{"file:3: urn", "write six digits."},
                                                              {"file:9: works", "write days."}}}));
  const Ended run = RunOn(server, CommandNamed("people", "import"), {{"file", {"-"}}},
                          {.stdin_text = "staff_key,name\n"});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr("  -:3: urn: write six digits.\n  -:9: works: write days.\n"));
}

TEST(AnImport, ThatRunsDryShowsItsSummaryAndSaysThatNothingWasWritten) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.ImportPeople", [](Message* response) {
    auto* answer = static_cast<v1::ImportPeopleResponse*>(response);
    answer->add_summary("60 people would be registered.");
    answer->mutable_receipt();  // Of nothing, as the server gives one.
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, CommandNamed("people", "import"),
                          {{"file", {"-"}}, {"dry-run", {"yes"}}}, {.stdin_text = "x"});
  EXPECT_TRUE(server.Last<v1::ImportPeopleRequest>().dry_run());
  EXPECT_EQ(run.out, "60 people would be registered.\nDry run: nothing was written.\n");
  EXPECT_EQ(run.err, "next: the same without --dry-run\n");
}

TEST(AnImport, ThatRunsDryTellsEveryProblemWithItsPlaceInTheFile) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.ImportPeople", [](Message* response) {
    auto* answer = static_cast<v1::ImportPeopleResponse*>(response);
    auto* problem = answer->add_problems();
    problem->set_line(12);
    problem->set_field("urn");
    problem->set_message("write six digits.");
    answer->add_problems()->set_message("the file has no header line.");
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, CommandNamed("people", "import"),
                          {{"file", {"-"}}, {"dry-run", {"yes"}}}, {.stdin_text = "x"});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("  -:12: urn: write six digits.\n"
                                 "  -: the file has no header line.\n"));
}

TEST(AFile, ThatIsNotThereIsToldBeforeAnythingIsSent) {
  MadeUpServer server;
  const Ended run =
      RunOn(server, CommandNamed("people", "import"), {{"file", {"/no/such/people.csv"}}});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr("/no/such/people.csv"));
  EXPECT_TRUE(server.methods.empty());
}

TEST(AChangeOfPost, KeepsWhatIsNotSaidAndGuardsItWithTheVersionThatWasRead) {
  MadeUpServer server;
  RunOn(server, CommandNamed("people", "change-post"),
        {{"person", {"amina.yusuf"}}, {"job-title", {"Senior teaching assistant"}}});
  const auto request = server.Last<v1::ChangePostRequest>();
  EXPECT_EQ(request.intent().job_title(), "Senior teaching assistant");
  EXPECT_EQ(request.intent().team(), "Year 2");
  EXPECT_EQ(request.intent().school_id(), kSchoolId);
  EXPECT_EQ(request.expected_version(), 3u);
}

TEST(AList, IsFetchedPageByPageUntilItEnds) {
  MadeUpServer server;
  int calls = 0;
  server.AnswerTo("PeopleService.ListPeople", [&](Message* response) {
    auto* page = static_cast<v1::ListPeopleResponse*>(response);
    page->add_people()->set_staff_key(absl::StrCat("person.", ++calls));
    if (calls < 3) page->set_next_page_token(absl::StrCat("after ", calls));
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, CommandNamed("people", "list"), {});
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(server.Last<v1::ListPeopleRequest>().page().page_token(), "after 2");
  EXPECT_THAT(run.out, HasSubstr("person.1"));
  EXPECT_THAT(run.out, HasSubstr("person.3"));
  EXPECT_THAT(run.err, Not(HasSubstr("more rows")));
}

TEST(AList, StopsAtItsLimitAndSaysThatThereIsMore) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.ListPeople", [&](Message* response) {
    auto* page = static_cast<v1::ListPeopleResponse*>(response);
    page->add_people();
    page->add_people();
    page->set_next_page_token(absl::StrCat("after ", server.methods.size()));
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, CommandNamed("people", "list"), {{"limit", {"4"}}});
  EXPECT_EQ(server.methods.size(), 2u);
  EXPECT_THAT(run.err, HasSubstr("more rows"));
}

TEST(AList, OfNoRowsIsNotAskedFor) {
  for (const CommandSpec& command : AllCommands()) {
    for (const Parameter& parameter : command.parameters) {
      if (parameter.name != "limit") continue;
      MadeUpServer server;
      const Ended run = RunOn(server, command, {{"limit", {"0"}}});
      EXPECT_EQ(run.code, ExitCode::kUsage) << NameOf(command);
      EXPECT_THAT(run.err, HasSubstr("--limit: is at least 1.")) << NameOf(command);
      EXPECT_TRUE(server.methods.empty()) << NameOf(command);
    }
  }
}

TEST(WhoIAm, WasNobodyBeforeTheJournalHadMyName) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.WhoAmI", [](Message*) { return absl::OkStatus(); });
  const Ended run = RunOn(server, CommandNamed("", "whoami"), {{"as-of", {"3"}}});
  EXPECT_EQ(run.code, ExitCode::kNotFound);
  EXPECT_THAT(run.err, HasSubstr("There was no such person then"));
  EXPECT_EQ(run.out, "");
}

const CommandSpec& Sign() { return CommandNamed("record", "sign"); }

TEST(Signing, ShowsTheRecordAndSignsTheDigestThatWasComputedHere) {
  MadeUpServer server;
  const std::string digest = FinalRecord().digest();
  const Ended run =
      RunOn(server, Sign(), {{"plan", {kPlanId}}, {"fingerprint", {digest.substr(0, 8)}}});
  EXPECT_EQ(run.code, ExitCode::kDone);
  EXPECT_THAT(run.out, HasSubstr("Lead a phonics group"));
  EXPECT_THAT(run.out, HasSubstr("I enjoyed this year."));
  const auto request = server.Last<v1::SignRequest>();
  EXPECT_EQ(request.intent().digest(), digest);
  EXPECT_EQ(request.intent().meaning(), "I agree that this is a fair record of our meeting.");
}

TEST(Signing, IsRefusedWhenTheServerNamesAnotherDigest) {
  MadeUpServer server;
  const std::string wrong(64, 'a');
  server.AnswerTo("PlanService.GetPlan", [&](Message* response) {
    auto* answer = static_cast<v1::GetPlanResponse*>(response);
    *answer->mutable_plan() = FinalRecord();
    answer->mutable_plan()->set_digest(wrong);
    return absl::OkStatus();
  });
  const Ended run =
      RunOn(server, Sign(), {{"plan", {kPlanId}}, {"fingerprint", {wrong.substr(0, 8)}}});
  EXPECT_EQ(run.code, ExitCode::kEvidenceOfChange);
  EXPECT_FALSE(server.Received<v1::SignRequest>());
}

TEST(Signing, ShowsTheBytesThatAreSignedWhateverElseTheAnswerSays) {
  MadeUpServer server;
  server.AnswerTo("PlanService.GetPlan", [&](Message* response) {
    auto* answer = static_cast<v1::GetPlanResponse*>(response);
    *answer->mutable_plan() = FinalRecord();
    answer->mutable_plan()->mutable_plan()->add_objectives()->set_objective("Something milder");
    return absl::OkStatus();
  });
  const Ended run =
      RunOn(server, Sign(), {{"plan", {kPlanId}}, {"fingerprint", {FinalRecord().digest()}}});
  EXPECT_THAT(run.out, HasSubstr("Lead a phonics group"));
  EXPECT_THAT(run.out, Not(HasSubstr("Something milder")));
}

TEST(Signing, NeedsAFingerprintWhereNobodyCanBeAsked) {
  MadeUpServer server;
  const Ended run = RunOn(server, Sign(), {{"plan", {kPlanId}}});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr("--fingerprint"));
  EXPECT_FALSE(server.Received<v1::SignRequest>());
}

TEST(Signing, AsksForTheFingerprintAtATerminal) {
  MadeUpServer server;
  const std::string typed = FinalRecord().digest().substr(0, 8) + "\n";
  const Ended run =
      RunOn(server, Sign(), {{"plan", {kPlanId}}}, {.interactive = true, .stdin_text = typed});
  EXPECT_EQ(run.code, ExitCode::kDone);
  EXPECT_THAT(run.err, HasSubstr("Type the first 8 digits"));
  EXPECT_TRUE(server.Received<v1::SignRequest>());
}

TEST(Signing, IsRefusedForAnotherFingerprintAndForOneThatIsTooShort) {
  MadeUpServer server;
  const auto sign = [&](const std::string& fingerprint) {
    return RunOn(server, Sign(), {{"plan", {kPlanId}}, {"fingerprint", {fingerprint}}}).code;
  };
  std::string other = FinalRecord().digest().substr(0, 8);
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_EQ(sign(other), ExitCode::kConflict);
  EXPECT_EQ(sign(FinalRecord().digest().substr(0, 7)), ExitCode::kUsage);
  EXPECT_EQ(sign("not a fingerprint"), ExitCode::kUsage);
  EXPECT_FALSE(server.Received<v1::SignRequest>());
}

TEST(Signing, IsNotOpenBeforeTheRecordIsFinal) {
  MadeUpServer server;
  server.AnswerTo("PlanService.GetPlan", [](Message* response) {
    auto* plan = static_cast<v1::GetPlanResponse*>(response)->mutable_plan();
    *plan = FinalRecord();
    plan->clear_digest();
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, Sign(), {{"plan", {kPlanId}}, {"fingerprint", {"3f2a91c0"}}});
  EXPECT_EQ(run.code, ExitCode::kConflict);
  EXPECT_THAT(run.err, HasSubstr("countersign record finalise"));
}

TEST(ADeadline, ShowsItsSentenceAndUnfoldsItsDays) {
  MadeUpServer server;
  server.AnswerTo("PlanService.ExplainDeadlines", [](Message* response) {
    auto* deadline = static_cast<v1::ExplainDeadlinesResponse*>(response)->add_deadlines();
    deadline->mutable_obligation()->set_kind(v1::OBLIGATION_KIND_DRAFT);
    deadline->mutable_obligation()->set_due_on("2026-10-21");
    deadline->mutable_obligation()->set_status(v1::OBLIGATION_STATUS_OVERDUE);
    deadline->mutable_obligation()->mutable_owed_by()->set_name("Ben Carter");
    deadline->set_sentence("5 working days for Ben.");
    auto* worked = deadline->add_days();
    worked->set_on("2026-10-15");
    worked->set_number(1);
    auto* skipped = deadline->add_days();
    skipped->set_on("2026-10-17");
    skipped->set_skipped("weekend");
    return absl::OkStatus();
  });
  const CommandSpec& deadlines = CommandNamed("plan", "deadlines");
  const std::string folded =
      "draft  Ben Carter, due Wed 21 Oct 2026, overdue\n"
      "  5 working days for Ben.\n";
  EXPECT_EQ(RunOn(server, deadlines, {{"plan", {kPlanId}}}).out, folded);
  EXPECT_EQ(RunOn(server, deadlines, {{"plan", {kPlanId}}, {"days", {"yes"}}}).out,
            folded +
                "    Thu 15 Oct 2026    1\n"
                "    Sat 17 Oct 2026    -  weekend\n");
}

}  // namespace
}  // namespace countersign::cli
