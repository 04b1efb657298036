// Every command at once: what holds for one holds for all.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/version.h"
#include "google/protobuf/descriptor.h"
#include "tests/cli/samples.h"

namespace countersign::cli {
namespace {

TEST(TheCommandTree, HasEveryCommandOnce) {
  std::set<std::string> names;
  for (const CommandSpec& command : AllCommands()) {
    EXPECT_TRUE(names.insert(NameOf(command)).second) << NameOf(command);
  }
}

TEST(TheCommandTree, GivesEveryCommandASummaryAndAnExample) {
  for (const CommandSpec& command : AllCommands()) {
    EXPECT_FALSE(command.summary.empty()) << NameOf(command);
    EXPECT_FALSE(command.examples.empty()) << NameOf(command);
    EXPECT_TRUE(command.run) << NameOf(command);
  }
}

TEST(TheCommandTree, ExplainsEveryNoun) {
  std::set<std::string> explained;
  for (const Noun& noun : AllNouns()) explained.insert(noun.name);
  std::set<std::string> used;
  for (const CommandSpec& command : AllCommands()) {
    if (!command.noun.empty()) used.insert(command.noun);
  }
  EXPECT_EQ(used, explained);
}

TEST(TheCommandTree, HasExamplesThatUseOnlyDeclaredFlagsAndEveryRequiredOne) {
  const std::set<std::string> global = {"--as", "--server"};
  for (const CommandSpec& command : AllCommands()) {
    for (const std::string& example : command.examples) {
      EXPECT_TRUE(absl::StartsWith(example, "countersign " + NameOf(command))) << example;
      std::set<std::string> flags = global;
      for (const Parameter& parameter : command.parameters) {
        if (parameter.place != Place::kOption) continue;
        flags.insert("--" + parameter.name);
        if (!parameter.required) continue;
        EXPECT_TRUE(absl::StrContains(example, "--" + parameter.name)) << example;
      }
      for (const absl::string_view word : absl::StrSplit(example, ' ')) {
        if (!absl::StartsWith(word, "--")) continue;
        EXPECT_TRUE(flags.count(std::string(word)) > 0) << example << ": " << word;
      }
    }
  }
}

TEST(TheCommandTree, DeclaresEveryParameterOnceAndExplainsIt) {
  for (const CommandSpec& command : AllCommands()) {
    std::set<std::string> names;
    for (const Parameter& parameter : command.parameters) {
      EXPECT_TRUE(names.insert(parameter.name).second) << NameOf(command) << " " << parameter.name;
      EXPECT_FALSE(parameter.summary.empty()) << NameOf(command) << " " << parameter.name;
      EXPECT_EQ(parameter.kind == Kind::kChoice, !parameter.choices.empty()) << parameter.name;
    }
  }
}

TEST(TheCommandTree, AnswersWithOneJsonDocumentOnStdoutAndSilenceOnStderr) {
  for (const CommandSpec& command : AllCommands()) {
    for (const bool every : {false, true}) {
      MadeUpServer server;
      server.is_demo = true;
      const Ended run = RunSample(server, command, every, OutputFormat::kJson);
      EXPECT_EQ(run.code, ExitCode::kDone) << NameOf(command) << "\n" << run.err;
      EXPECT_TRUE(nlohmann::json::accept(run.out)) << NameOf(command) << "\n" << run.out;
      EXPECT_EQ(run.err, "") << NameOf(command);
    }
  }
}

TEST(TheCommandTree, AnswersPeopleInLinesOfEightyColumns) {
  for (const CommandSpec& command : AllCommands()) {
    if (command.prints_file) continue;
    MadeUpServer server;
    const Ended run = RunSample(server, command, true, OutputFormat::kTable);
    EXPECT_EQ(run.code, ExitCode::kDone) << NameOf(command) << "\n" << run.err;
    EXPECT_FALSE(run.out.empty()) << NameOf(command);
    for (const absl::string_view line : absl::StrSplit(run.out, '\n')) {
      // A receipt names a stream by its id, which is never cut.
      const bool has_id = absl::StrContains(line, kPlanId);
      EXPECT_TRUE(line.size() <= 80 || has_id) << NameOf(command) << ": " << line;
    }
  }
}

TEST(TheCommandTree, TellsAFailureOfTheServerAsJsonWhenJsonWasAskedFor) {
  for (const CommandSpec& command : AllCommands()) {
    MadeUpServer probe;
    RunSample(probe, command, false, OutputFormat::kJson);
    if (probe.methods.empty()) continue;
    MadeUpServer server;
    server.AnswerTo(probe.methods.back(), [](google::protobuf::Message*) {
      return absl::PermissionDeniedError("This is not for you.");
    });
    const Ended run = RunSample(server, command, false, OutputFormat::kJson);
    EXPECT_EQ(run.code, ExitCode::kNotAllowed) << NameOf(command);
    EXPECT_EQ(run.out, "") << NameOf(command);
    const auto document = nlohmann::json::parse(run.err, nullptr, false);
    ASSERT_TRUE(document.is_object()) << NameOf(command) << "\n" << run.err;
    EXPECT_EQ(document["error"]["code"], "PERMISSION_DENIED") << NameOf(command);
  }
}

TEST(TheCommandTree, NamesTheNextStepAfterEveryChangeOfState) {
  for (const CommandSpec& command : AllCommands()) {
    if (!command.writes) continue;
    MadeUpServer server;
    const Ended run = RunSample(server, command, true, OutputFormat::kTable);
    EXPECT_TRUE(absl::StrContains(run.err, "next: ")) << NameOf(command) << "\n" << run.err;
    EXPECT_FALSE(absl::StrContains(run.err, "{")) << NameOf(command) << "\n" << run.err;
  }
}

TEST(TheCommandTree, ReachesEveryRpcOfEveryService) {
  std::set<std::string> reached;
  std::set<const google::protobuf::FileDescriptor*> files;
  for (const CommandSpec& command : AllCommands()) {
    MadeUpServer server;
    RunSample(server, command, true, OutputFormat::kJson);
    reached.insert(server.methods.begin(), server.methods.end());
  }
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const std::string service :
       {"TrustService", "SchoolService", "PeopleService", "EnrolmentService", "ReviewerService",
        "PreparationService", "MeetingService", "RecordingService", "SigningService",
        "CopiesService", "PlanService", "ComplianceService", "AdminService", "LogService",
        "DemoService"}) {
    const auto* descriptor = pool->FindServiceByName("countersign.v1." + service);
    ASSERT_NE(descriptor, nullptr) << service;
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const std::string method = service + "." + descriptor->method(i)->name();
      EXPECT_TRUE(reached.count(method) > 0) << method;
    }
  }
}

TEST(TheCommandTree, SendsARequestIdAndTheExpectedVersionWithEveryCommandThatWrites) {
  for (const CommandSpec& command : AllCommands()) {
    if (!command.writes) continue;
    MadeUpServer server;
    RunOn(server, command, SamplesFor(command, false),
          {.options = {.expected_version = 7}, .stdin_text = kSampleDraft});
    const auto* descriptor = server.last_request->GetDescriptor();
    const auto* reflection = server.last_request->GetReflection();
    const std::string sent_id =
        reflection->GetString(*server.last_request, descriptor->FindFieldByName("request_id"));
    const uint64_t sent_version = reflection->GetUInt64(
        *server.last_request, descriptor->FindFieldByName("expected_version"));
    EXPECT_EQ(sent_id, "11111111-1111-4111-9111-111111111111") << NameOf(command);
    EXPECT_EQ(sent_version, 7u) << NameOf(command);
  }
}

TEST(TheCommandTree, RefusesTextThatIsNotUtf8BeforeAnythingIsSent) {
  for (const CommandSpec& command : AllCommands()) {
    for (const Parameter& parameter : command.parameters) {
      if (parameter.kind == Kind::kFlag) continue;
      MadeUpServer server;
      Values values = SamplesFor(command, false);
      values[parameter.name] = {"Caf\xE9"};
      const Ended run = RunOn(server, command, values, {.stdin_text = kSampleDraft});
      EXPECT_EQ(run.code, ExitCode::kUsage) << NameOf(command) << " " << parameter.name;
      EXPECT_TRUE(server.methods.empty()) << NameOf(command) << " " << parameter.name;
    }
  }
}

TEST(TheVersion, IsThatOfTheProject) {
  std::ifstream file(std::string(SOURCE_DIR) + "/CMakeLists.txt");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(absl::StrContains(text.str(), absl::StrCat("VERSION ", kVersion, " ")));
}

}  // namespace
}  // namespace countersign::cli
