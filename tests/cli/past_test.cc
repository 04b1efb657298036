// The past on the command line: --as-of on every query, the history of a plan, and two versions of
// it word by word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "countersign/v1/plan_service.pb.h"
#include "google/protobuf/descriptor.h"
#include "nlohmann/json.hpp"
#include "tests/cli/cli_fixture.h"
#include "tests/cli/samples.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using testing::HasSubstr;

// A query that is new takes --as-of from the first day on.
TEST(TheMoment, IsTakenByEveryCommandWhoseAnswerHasAPast) {
  std::set<std::string> asked;
  for (const CommandSpec& command : AllCommands()) {
    MadeUpServer server;
    RunSample(server, command, true, OutputFormat::kJson);
    // The last request is what the command is about; those before it look names up.
    if (command.writes || server.last_request == nullptr) continue;
    const auto* as_of = server.last_request->GetDescriptor()->FindFieldByName("as_of");
    if (as_of == nullptr) continue;
    // Both look at the record to do something else with it.
    const std::string name = NameOf(command);
    if (name == "record sign" || name == "draft fetch") continue;
    EXPECT_TRUE(server.last_request->GetReflection()->HasField(*server.last_request, as_of))
        << name << " sends no moment with " << server.last_request->GetTypeName();
    asked.insert(server.last_request->GetDescriptor()->name());
  }
  std::set<std::string> all;
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const char* service :
       {"Trust", "School", "People", "Reviewer", "Copies", "Plan", "Compliance"}) {
    const auto* descriptor =
        pool->FindServiceByName(absl::StrCat("countersign.v1.", service, "Service"));
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const auto* request = descriptor->method(i)->input_type();
      if (request->FindFieldByName("as_of") != nullptr) all.insert(request->name());
    }
  }
  EXPECT_EQ(asked, all);
}

TEST(TheMoment, IsAPositionOrAnInstant) {
  MadeUpServer server;
  const CommandSpec& inbox = CommandNamed("", "inbox");
  RunOn(server, inbox, {{"as-of", {"120"}}});
  EXPECT_EQ(server.Last<v1::ListObligationsRequest>().as_of().position(), 120u);
  RunOn(server, inbox, {{"as-of", {"2026-09-29T13:30:00Z"}}});
  EXPECT_EQ(server.Last<v1::ListObligationsRequest>().as_of().instant().seconds(), 1'790'688'600);
  MadeUpServer other;
  EXPECT_EQ(RunOn(other, inbox, {{"as-of", {"last Tuesday"}}}).code, ExitCode::kUsage);
  EXPECT_TRUE(other.methods.empty());
}

void AddWords(v1::FieldChange& change, v1::Words::In in, const std::string& text) {
  v1::Words* words = change.add_words();
  words->set_in(in);
  words->set_text(text);
}

TEST(ThePlansHistory, ShowsEachFieldBeforeAndAfter) {
  MadeUpServer server;
  server.AnswerTo("PlanService.GetHistory", [](Message* response) {
    auto* entry = static_cast<v1::GetHistoryResponse*>(response)->add_entries();
    entry->mutable_event()->set_position(41);
    entry->mutable_event()->set_version(7);
    entry->mutable_event()->mutable_recorded_at()->set_seconds(1'791'979'200);
    entry->mutable_event()->mutable_actor()->set_name("Ben Carter");
    entry->mutable_event()->set_acting_as("reviewer");
    entry->mutable_event()->set_words("moved the meeting to Tuesday 6 October 2026");
    entry->mutable_event()->set_text("The hall is taken");
    entry->set_policy_rule("P031");
    auto* change = entry->add_changes();
    change->set_field("Meeting: day");
    change->set_old_value("Tue 29 Sep 2026");
    change->set_new_value("Tue 6 Oct 2026");
    change = entry->add_changes();
    change->set_field("Meeting: place");
    change->set_new_value("Hall\n- no line of its own");
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, CommandNamed("plan", "history"), {{"plan", {kPlanId}}});
  EXPECT_EQ(run.out,
            "Wed 14 Oct 2026, 13:00  Ben Carter (reviewer)  position 41, version 7, row P031\n"
            "  moved the meeting to Tuesday 6 October 2026\n"
            "      The hall is taken\n"
            "  Meeting: day\n"
            "    - Tue 29 Sep 2026\n"
            "    + Tue 6 Oct 2026\n"
            "  Meeting: place\n"
            "    + Hall\n"
            "    + - no line of its own\n");
}

TEST(TwoVersions, AreBrokenIntoLinesBehindOneIndentation) {
  MadeUpServer server;
  server.AnswerTo("PlanService.CompareVersions", [](Message* response) {
    auto* change = static_cast<v1::CompareVersionsResponse*>(response)->add_changes();
    change->set_field("Objective 1");
    AddWords(*change, v1::Words::IN_NEW, std::string(100, 'x') + " and more words than fit here");
    AddWords(*change, v1::Words::IN_BOTH, ", " + std::string(60, 'y'));
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, CommandNamed("plan", "diff"),
                          {{"first", {"4"}}, {"second", {"6"}}, {"plan", {kPlanId}}});
  EXPECT_THAT(run.out, HasSubstr("Objective 1\n    {+" + std::string(74, 'x') + "\n    " +
                                 std::string(26, 'x') + " and more words than fit here+},\n    " +
                                 std::string(60, 'y') + "\n"));
}

TEST(TwoVersions, AreMarkedWordByWord) {
  MadeUpServer server;
  server.AnswerTo("PlanService.CompareVersions", [](Message* response) {
    auto& answer = *static_cast<v1::CompareVersionsResponse*>(response);
    answer.mutable_first_recorded_at()->set_seconds(1'791'979'200);
    answer.mutable_second_recorded_at()->set_seconds(1'791'979'260);
    auto* change = answer.add_changes();
    change->set_field("Objective 1");
    AddWords(*change, v1::Words::IN_BOTH, "Lead the ");
    AddWords(*change, v1::Words::IN_OLD, "phonics");
    AddWords(*change, v1::Words::IN_NEW, "reading\nand writing");
    AddWords(*change, v1::Words::IN_BOTH, " group");
    return absl::OkStatus();
  });
  const Ended run = RunOn(server, CommandNamed("plan", "diff"),
                          {{"first", {"4"}}, {"second", {"6"}}, {"plan", {kPlanId}}});
  EXPECT_EQ(run.out,
            "Wed 14 Oct 2026, 13:00  and  Wed 14 Oct 2026, 13:01\n"
            "Objective 1\n"
            "    Lead the [-phonics-]{+reading+}\n"
            "    {+and writing+} group\n");
  const auto request = server.Last<v1::CompareVersionsRequest>();
  EXPECT_EQ(request.first_version(), 4u);
  EXPECT_EQ(request.second_version(), 6u);
  const Ended json = RunOn(server, CommandNamed("plan", "diff"),
                           {{"first", {"4"}}, {"second", {"6"}}, {"plan", {kPlanId}}},
                           {.format = OutputFormat::kJson});
  EXPECT_EQ(nlohmann::json::parse(json.out)["changes"][0]["words"][1]["text"], "phonics");
}

}  // namespace
}  // namespace countersign::cli
