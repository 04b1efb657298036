// The turns that a plan can take beside the main path, and what shows the whole: what the commands
// send, what they show, how they end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "clients/cli/output/compliance_text.h"
#include "clients/cli/output/text.h"
#include "clients/cli/record/record_text.h"
#include "countersign/v1/admin_service.pb.h"
#include "countersign/v1/compliance_service.pb.h"
#include "countersign/v1/copies_service.pb.h"
#include "countersign/v1/recording_service.pb.h"
#include "countersign/v1/reviewer_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "countersign/v1/signing_service.pb.h"
#include "tests/cli/cli_fixture.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Values kThePlan = {{"plan", {kPlanId}}};

Values With(Values values, const Values& more) {
  values.insert(more.begin(), more.end());
  return values;
}

TEST(ADecisionOnTheReviewer, NamesSomebodyExactlyWhereItReplaces) {
  MadeUpServer server;
  const CommandSpec& decide = CommandNamed("reviewer", "decide");
  const Values keep = With(kThePlan, {{"decision", {"keep"}}, {"reasons", {"Heard."}}});
  const Values replace = With(kThePlan, {{"decision", {"replace"}}, {"reasons", {"Heard."}}});
  const Values somebody = {{"reviewer", {"lucia.marchetti"}}};
  EXPECT_EQ(RunOn(server, decide, With(keep, somebody)).code, ExitCode::kUsage);
  EXPECT_EQ(RunOn(server, decide, replace).code, ExitCode::kUsage);
  EXPECT_TRUE(server.methods.empty());

  EXPECT_EQ(RunOn(server, decide, keep).code, ExitCode::kDone);
  EXPECT_TRUE(server.Last<v1::DecideReplacementRequest>().intent().has_keep());
  EXPECT_EQ(RunOn(server, decide, With(replace, somebody)).code, ExitCode::kDone);
  const auto sent = server.Last<v1::DecideReplacementRequest>();
  EXPECT_EQ(sent.intent().replace().reviewer_id(), kPersonId);
  EXPECT_EQ(sent.intent().reasons(), "Heard.");
}

TEST(RequestsForAnotherReviewer, AreShownWithReasonsAndDecision) {
  MadeUpServer server;
  v1::GetReplacementRequestsResponse answer;
  auto* request = answer.add_requests();
  request->set_replacement(1);
  request->set_reasons("We share a household.");
  request->mutable_reviewer()->set_name("Ben Carter");
  const CommandSpec& requests = CommandNamed("reviewer", "requests");
  server.AnswerTo("ReviewerService.GetReplacementRequests", Answers(answer));
  EXPECT_THAT(RunOn(server, requests, kThePlan).out,
              AllOf(HasSubstr("We share a household."), HasSubstr("not decided yet")));
  request->set_outcome(v1::ReplacementRequest::OUTCOME_UPHELD);
  request->set_decision_reasons("Then somebody else.");
  server.AnswerTo("ReviewerService.GetReplacementRequests", Answers(answer));
  EXPECT_THAT(RunOn(server, requests, kThePlan).out,
              AllOf(HasSubstr("upheld"), HasSubstr("Then somebody else.")));
}

TEST(Declining, ShowsTheRecordAndAsksForItsFingerprintAsSigningDoes) {
  MadeUpServer server;
  const CommandSpec& decline = CommandNamed("record", "decline");
  const Ended unasked = RunOn(server, decline, kThePlan);
  EXPECT_EQ(unasked.code, ExitCode::kUsage);
  EXPECT_THAT(unasked.err, HasSubstr("Nothing was declined"));
  EXPECT_EQ(RunOn(server, decline, With(kThePlan, {{"fingerprint", {"00000000"}}})).code,
            ExitCode::kConflict);
  EXPECT_FALSE(server.Received<v1::DeclineSignatureRequest>());

  const std::string digest = FinalRecord().digest();
  const Ended asked = RunOn(server, decline, With(kThePlan, {{"reason", {"Not what we agreed."}}}),
                            {.interactive = true, .stdin_text = digest.substr(0, 8) + "\n"});
  EXPECT_EQ(asked.code, ExitCode::kDone) << asked.err;
  EXPECT_THAT(asked.out, AllOf(HasSubstr("Lead a phonics group"), HasSubstr("You decline to sign"),
                               HasSubstr("Not what we agreed.")));
  EXPECT_THAT(asked.err, HasSubstr("to decline to sign it"));
  EXPECT_EQ(server.Last<v1::DeclineSignatureRequest>().intent().digest(), digest);
  EXPECT_EQ(server.Last<v1::DeclineSignatureRequest>().intent().reason(), "Not what we agreed.");
  EXPECT_FALSE(server.Received<v1::SignRequest>());
}

TEST(AnExtension, SaysWhichPeriodWhyAndUntilWhen) {
  MadeUpServer server;
  const CommandSpec& extend = CommandNamed("record", "extend");
  const auto sent = [&](const std::string& period, const std::string& because) {
    RunOn(
        server, extend,
        With(kThePlan, {{"period", {period}}, {"because", {because}}, {"until", {"2026-11-13"}}}));
    return server.Last<v1::ExtendDeadlineRequest>().intent();
  };
  EXPECT_TRUE(sent("draft", "pattern").period().has_draft());
  EXPECT_TRUE(sent("draft", "pattern").cause().has_work_pattern());
  EXPECT_TRUE(sent("final", "absence").period().has_final());
  EXPECT_TRUE(sent("final", "absence").cause().has_absence());
  EXPECT_EQ(sent("final", "absence").due_on(), "2026-11-13");
}

TEST(ASchoolsPolicy, SetsOnlyWhatIsGiven) {
  MadeUpServer server;
  RunOn(server, CommandNamed("school", "override-policy"),
        {{"school", {kUrn}}, {"from", {"2026-11-02"}}, {"draft-days", {"8"}}});
  v1::OverridePolicy expected;
  expected.set_effective_from_on("2026-11-02");
  expected.mutable_policy()->set_draft_days(8);
  EXPECT_EQ(server.Last<v1::OverridePolicyRequest>().intent().DebugString(),
            expected.DebugString());
}

TEST(ARole, IsGrantedForDays) {
  MadeUpServer server;
  RunOn(server, CommandNamed("school", "grant"),
        {{"school", {kUrn}},
         {"person", {"dev.ramanathan"}},
         {"role", {"headteacher"}},
         {"from", {"2026-11-02"}},
         {"until", {"2026-12-18"}}});
  const auto sent = server.Last<v1::GrantSchoolRoleRequest>();
  EXPECT_EQ(sent.intent().first_on(), "2026-11-02");
  EXPECT_EQ(sent.intent().last_on(), "2026-12-18");
  v1::GetSchoolResponse school;
  auto* held = school.mutable_school()->add_roles();
  held->set_role(v1::ROLE_HEADTEACHER);
  held->set_last_on("2026-12-18");
  server.AnswerTo("SchoolService.GetSchool", Answers(school));
  EXPECT_THAT(RunOn(server, CommandNamed("school", "show"), {{"school", {kUrn}}}).out,
              HasSubstr("until Fri 18 Dec 2026"));
}

TEST(AnInbox, AsksForWhatWaitsAndSaysWhatIsOverdueInWords) {
  MadeUpServer server;
  v1::ListObligationsResponse answer;
  auto* draft = answer.add_obligations();
  draft->set_plan_id(kPlanId);
  draft->set_kind(v1::OBLIGATION_KIND_DRAFT);
  draft->set_status(v1::OBLIGATION_STATUS_OVERDUE);
  draft->set_due_on("2026-10-21");
  draft->mutable_reviewee()->set_name("Amina Yusuf");
  auto* decision = answer.add_obligations();
  decision->set_plan_id(kPlanId);
  decision->set_kind(v1::OBLIGATION_KIND_REPLACEMENT_DECISION);
  decision->set_replacement(2);
  decision->set_status(v1::OBLIGATION_STATUS_PENDING);
  server.AnswerTo("PlanService.ListObligations", Answers(answer));
  const Ended run = RunOn(server, CommandNamed("", "inbox"), {});
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("2 things wait for you, 1 overdue."),
                    HasSubstr("Wed 21 Oct 2026  overdue  draft                   Amina Yusuf"),
                    HasSubstr("countersign draft issue aaaaaaaa --file FILE"),
                    HasSubstr("replacement decision 2"),
                    HasSubstr("countersign reviewer requests aaaaaaaa")));
  EXPECT_THAT(RunOn(server, CommandNamed("", "inbox"), {}, {.full_ids = true}).out,
              HasSubstr(absl::StrCat("countersign reviewer requests ", kPlanId)));
  const auto sent = server.Last<v1::ListObligationsRequest>();
  EXPECT_TRUE(sent.mine());
  EXPECT_THAT(sent.statuses(),
              testing::ElementsAre(v1::OBLIGATION_STATUS_OVERDUE, v1::OBLIGATION_STATUS_DUE_SOON,
                                   v1::OBLIGATION_STATUS_PENDING));
}

TEST(AnInbox, SaysThatItIsEmpty) {
  MadeUpServer server;
  EXPECT_EQ(RunOn(server, CommandNamed("", "inbox"), {}).out, "Nothing waits for you.\n");
}

TEST(ARate, IsRoundedButNeverToAllOrNone) {
  EXPECT_EQ(RateWords(17, 20), "17 of 20, 85 %");
  EXPECT_EQ(RateWords(2, 3), "2 of 3, 67 %");
  EXPECT_EQ(RateWords(999, 1000), "999 of 1000, 99 %");
  EXPECT_EQ(RateWords(1, 1000), "1 of 1000, 1 %");
  EXPECT_EQ(RateWords(0, 7), "0 of 7, 0 %");
  EXPECT_EQ(RateWords(7, 7), "7 of 7, 100 %");
  EXPECT_EQ(RateWords(0, 0), "none due yet");
  EXPECT_EQ(RateWords(4'000'000'000, 4'000'000'000), "4000000000 of 4000000000, 100 %");
}

v1::GetComplianceResponse Figures() {
  v1::GetComplianceResponse answer;
  answer.set_cycle_name("2026/27");
  answer.set_on("2026-11-09");
  auto* all = answer.add_rows();
  all->set_people(12);
  all->set_numerator(17);
  all->set_denominator(20);
  all->mutable_counts()->set_met(17);
  all->mutable_counts()->set_met_late(1);
  all->mutable_counts()->set_overdue(2);
  all->mutable_counts()->set_not_started(9);
  all->mutable_counts()->set_waived(4);
  auto* school = answer.add_rows();
  school->set_school_id(kSchoolId);
  school->set_school_name("Elm Lane Primary");
  school->set_people(3);
  school->set_withheld(true);
  auto* team = answer.add_rows();
  team->set_school_id(kSchoolId);
  team->set_is_team(true);
  team->set_team("Year 4");
  team->set_numerator(1);
  team->set_denominator(2);
  return answer;
}

TEST(Compliance, ShowsTheRateAndEveryOtherStatusAndWithholdsInWords) {
  MadeUpServer server;
  server.AnswerTo("ComplianceService.GetCompliance", Answers(Figures()));
  std::string out = RunOn(server, CommandNamed("", "compliance"), {}).out;
  EXPECT_THAT(out, AllOf(HasSubstr("2026/27"), HasSubstr("Mon 9 Nov 2026"),
                         HasSubstr("9 not started, 4 waived"),
                         HasSubstr("Elm Lane Primary  3       withheld        -"),
                         HasSubstr("- Year 4"), HasSubstr("fewer than five people")));
  EXPECT_THAT(out, HasSubstr("17\xC2\xA0of\xC2\xA0"
                             "20,\xC2\xA0"
                             "85\xC2\xA0%  1     2        0"));
  EXPECT_EQ(server.Last<v1::GetComplianceRequest>().level(), v1::COMPLIANCE_LEVEL_UNSPECIFIED);
  RunOn(server, CommandNamed("", "compliance"), {{"by", {"team"}}, {"by-kind", {"yes"}}});
  EXPECT_EQ(server.Last<v1::GetComplianceRequest>().level(), v1::COMPLIANCE_LEVEL_TEAM);
  EXPECT_TRUE(server.Last<v1::GetComplianceRequest>().by_kind());
}

TEST(Compliance, HasALineOfItsOwnForEveryRowWithTheDayAndTheCycle) {
  MadeUpServer server;
  server.AnswerTo("ComplianceService.GetCompliance", Answers(Figures()));
  const std::string lines =
      RunOn(server, CommandNamed("", "compliance"), {}, {.format = OutputFormat::kJsonl}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 3);
  const auto first = nlohmann::json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(first["on"], "2026-11-09");
  EXPECT_EQ(first["cycle_name"], "2026/27");
  EXPECT_EQ(first["numerator"], 17);
}

TEST(APlan, ShowsWhoDeclinedWhyItWasClosedAndWhoWasGivenIt) {
  v1::PlanView view = FinalRecord();
  view.set_suspended_from_on("2026-11-02");
  view.set_replacement_undecided(true);
  view.add_recommended("Consult Grace Tindall, who manages the reviewee as well (R40).");
  auto* declined = view.add_declined();
  declined->set_capacity("reviewee");
  declined->mutable_party()->set_name("Amina Yusuf");
  declined->set_reason("Not what we agreed.");
  view.set_closed_because("Both were heard.");
  for (const auto kind : {v1::COPY_KIND_COPY, v1::COPY_KIND_ORIGINAL}) {
    auto* copy = view.add_copies();
    copy->set_kind(kind);
    copy->mutable_recipient()->set_name("Helen Okafor");
  }
  view.mutable_copies(1)->mutable_opened_at()->set_seconds(1791979200);
  const std::string text = RecordText(view, 80, /*color=*/false);
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("Rests since:        Mon 2 Nov 2026"),
            HasSubstr("another reviewer was asked for; the head has not decided"),
            HasSubstr("Reviewer:           not signed"),
            HasSubstr("Reviewee:           declined to sign: Amina Yusuf"),
            HasSubstr("Not what we agreed."), HasSubstr("Closed unsigned:    Both were heard."),
            HasSubstr("Copy:               Helen Okafor"), HasSubstr("not opened yet"),
            HasSubstr("opened Wed 14 Oct 2026"), HasSubstr("- Consult Grace Tindall")));
  EXPECT_THAT(RecordText(FinalRecord(), 80, false),
              AllOf(Not(HasSubstr("Rests since")), Not(HasSubstr("declined")),
                    Not(HasSubstr("Copies")), Not(HasSubstr("Recommended"))));
}

TEST(AnAnnex, IsFoundAmongTheAnnexesByTheFrontOfItsPlansId) {
  MadeUpServer server;
  v1::ListAnnexesResponse annexes;
  annexes.add_annexes()->set_plan_id(kPlanId);
  server.AnswerTo("CopiesService.ListAnnexes", Answers(annexes));
  const CommandSpec& show = CommandNamed("annex", "show");
  EXPECT_EQ(RunOn(server, show, {{"plan", {"aaaaaaaa"}}}).code, ExitCode::kDone);
  EXPECT_EQ(server.Last<v1::GetAnnexRequest>().plan_id(), kPlanId);
  EXPECT_EQ(RunOn(server, show, {{"plan", {"bbbbbbbb"}}}).code, ExitCode::kNotFound);
  annexes.add_annexes()->set_plan_id("aaaaaaaa-0000-4000-8000-000000000002");
  server.AnswerTo("CopiesService.ListAnnexes", Answers(annexes));
  EXPECT_EQ(RunOn(server, show, {{"plan", {"aaaaaaaa"}}}).code, ExitCode::kConflict);
}

TEST(AnAnnex, IsReadFromTheBytesThatWereSigned) {
  MadeUpServer server;
  v1::TrainingAnnex was_signed;
  was_signed.add_personal_development()->set_support("Phonics course");
  v1::GetAnnexResponse answer;
  answer.set_annex_bytes(was_signed.SerializeAsString());
  answer.mutable_annex()->add_personal_development()->set_support("Something else");
  server.AnswerTo("CopiesService.GetAnnex", Answers(answer));
  EXPECT_THAT(RunOn(server, CommandNamed("annex", "show"), kThePlan).out,
              AllOf(HasSubstr("Phonics course"), Not(HasSubstr("Something else"))));
}

v1::RebuildProgress Told(v1::RebuildProgress::Phase phase) {
  v1::RebuildProgress told;
  told.set_projection("obligations");
  told.set_phase(phase);
  told.set_entries(1143);
  told.set_entries_total(60000);
  told.set_cards_compared(279);
  return told;
}

TEST(ARebuild, TellsItsProgressAndThenWhatItFound) {
  MadeUpServer server;
  int calls = 0;
  server.AnswerTo("AdminService.Rebuild", [&](Message* response) {
    const bool is_first = ++calls % 2 == 1;
    response->CopyFrom(
        Told(is_first ? v1::RebuildProgress::PHASE_BUILDING : v1::RebuildProgress::PHASE_DONE));
    return absl::OkStatus();
  });
  const CommandSpec& rebuild = CommandNamed("admin", "rebuild");
  const Ended run = RunOn(server, rebuild, {}, {.progress = ProgressStyle::kLines});
  EXPECT_EQ(run.code, ExitCode::kDone);
  EXPECT_EQ(run.err, "rebuilding cards of obligations: 1,143 of 60,000 entries, 1 %\n");
  EXPECT_EQ(run.out,
            "obligations: rebuilt from 1,143 entries; of 279 cards compared all were the same.\n");
  const Ended csv = RunOn(server, rebuild, {}, {.format = OutputFormat::kCsv});
  EXPECT_THAT(csv.out, HasSubstr("\r\nobligations,PHASE_DONE,1143,60000,279,"));
}

TEST(ARebuild, ThatWasStoppedSaysThatNothingChanged) {
  MadeUpServer server;
  server.AnswerTo("AdminService.Rebuild",
                  [](Message*) { return absl::CancelledError("Cancelled on the client"); });
  const Ended run = RunOn(server, CommandNamed("admin", "rebuild"), {});
  EXPECT_EQ(run.code, ExitCode::kFailed);
  EXPECT_THAT(run.err, HasSubstr("The rebuild was stopped."));
  EXPECT_EQ(run.out, "");
}

}  // namespace
}  // namespace countersign::cli
