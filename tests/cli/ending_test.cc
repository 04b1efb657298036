// How a run ends: malformed fields by their flags, lost answers, progress, ids by their first
// digits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "clients/cli/flag_names.h"
#include "clients/cli/output/progress.h"
#include "countersign/v1/meeting_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/recording_service.pb.h"
#include "tests/cli/samples.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// The path of every field of plain type that is set, in the message and below.
void CollectPaths(const Message& message, const std::string& prefix,
                  std::vector<std::string>& paths) {
  const auto* reflection = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    const std::string path = absl::StrCat(prefix, field->name());
    const int size = field->is_repeated() ? reflection->FieldSize(message, field) : 0;
    if (field->message_type() == nullptr) {
      paths.push_back(field->is_repeated() ? absl::StrCat(path, "[0]") : path);
    } else if (!field->is_repeated()) {
      CollectPaths(reflection->GetMessage(message, field), absl::StrCat(path, "."), paths);
    }
    for (int i = 0; i < size && field->message_type() != nullptr; ++i) {
      CollectPaths(reflection->GetRepeatedMessage(message, field, i),
                   absl::StrCat(path, "[", i, "]."), paths);
    }
  }
}

// What the command line fills in by itself.
bool IsOurs(const CommandSpec& command, const std::string& path) {
  if (command.verb == "inbox" && (path == "mine" || path == "statuses[0]")) return true;
  // Which tiles there are follows from the checkpoint; a note is what the witness signs.
  if (command.noun == "log" && (path == "width" || path == "index" || path == "level")) return true;
  if (command.noun == "log" && (path == "first" || path == "second")) return true;
  if (command.noun == "witness" && path == "note") return true;
  return path == "request_id" || path == "page.page_size" || path == "intent.meaning";
}

TEST(AMalformedField, HasAFlagInEveryCommandThatFillsIt) {
  for (const CommandSpec& command : AllCommands()) {
    for (const bool every : {false, true}) {
      MadeUpServer server;
      RunSample(server, command, every, OutputFormat::kJson);
      if (server.last_request == nullptr) continue;
      Arguments given;
      for (const auto& [name, values] : SamplesFor(command, every)) given.Set(name, values);
      std::vector<std::string> paths;
      CollectPaths(*server.last_request, "", paths);
      for (const std::string& path : paths) {
        const std::string flag = FlagFor(command, given, path);
        EXPECT_TRUE(!flag.empty() || IsOurs(command, path)) << NameOf(command) << ": " << path;
        // What is named was typed, unless it has a default.
        for (const Parameter& parameter : command.parameters) {
          if (flag != NameOf(parameter) || IsOurs(command, path)) continue;
          EXPECT_TRUE(given.Has(parameter.name) || !parameter.required)
              << NameOf(command) << ": " << path << " is called " << flag;
        }
      }
    }
  }
}

TEST(AMalformedField, IsCalledByWhatWasTyped) {
  const auto flag = [](absl::string_view noun, absl::string_view verb, const std::string& given,
                       const std::string& path) {
    Arguments arguments;
    arguments.Set(given, {"something"});
    return FlagFor(CommandNamed(noun, verb), arguments, path);
  };
  EXPECT_EQ(flag("meeting", "confirm", "of", "intent.meeting.starts_at"), "--at");
  EXPECT_EQ(flag("meeting", "confirm", "of", "plan_id"), "--of");
  EXPECT_EQ(flag("meeting", "confirm", "plan", "plan_id"), "PLAN");
  EXPECT_EQ(flag("people", "name-managers", "manager", "intent.manager_ids[1]"), "--manager");
  EXPECT_EQ(flag("people", "show", "person", "staff_key"), "PERSON");
  EXPECT_EQ(flag("draft", "issue", "file", "intent.plan.objectives[1].achieve_by"),
            "--file: plan.objectives[1].achieve_by");
  EXPECT_EQ(flag("draft", "revise", "file", "intent.answers[0]"), "--answers");
  EXPECT_EQ(flag("comment", "add", "text", "request_id"), "--request-id");
  EXPECT_EQ(flag("comment", "add", "text", "intent.unheard_of"), "");
  EXPECT_EQ(flag("people", "import", "file", "people.csv:12: urn"), "");
}

MadeUpServer::Answer RefusesTheTime() {
  return [](Message*) {
    return MakeFailure(
        absl::StatusCode::kInvalidArgument,
        {.reason = "MALFORMED",
         .message = "The request is malformed: intent.meeting.starts_at is no time "
                    "of day; write it as 14:30",
         .fields = {{"intent.meeting.starts_at", "is no time of day; write it as 14:30"}}});
  };
}

TEST(AMalformedField, IsToldOnceToPeopleAndWithItsPathToPrograms) {
  MadeUpServer server;
  server.AnswerTo("MeetingService.ConfirmMeeting", RefusesTheTime());
  const Values values = {{"plan", {kPlanId}}, {"on", {"2026-10-14"}}, {"at", {"25:00"}}};
  const CommandSpec& confirm = CommandNamed("meeting", "confirm");
  EXPECT_EQ(RunOn(server, confirm, values).err,
            "error: The request is malformed.\n"
            "  --at: is no time of day; write it as 14:30\n"
            "  why: MALFORMED\n");
  const Ended run = RunOn(server, confirm, values, {.format = OutputFormat::kJson});
  const json error = json::parse(run.err)["error"];
  EXPECT_EQ(error["fields"][0]["field"], "intent.meeting.starts_at");
  EXPECT_EQ(error["fields"][0]["flag"], "--at");
  EXPECT_THAT(error["message"].get<std::string>(), HasSubstr("intent.meeting.starts_at"));
}

TEST(AFileWithMistakes, IsToldWithoutSayingTheFirstOneTwice) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.ImportPeople", [](Message*) {
    return MakeFailure(absl::StatusCode::kInvalidArgument,
                       {.reason = "MALFORMED",
                        .message = "Nothing was imported, because the file has 2 mistakes; a dry "
                                   "run shows them all: line 3: urn write six digits (and 1 more)",
                        .fields = {{"line 3: urn", "write six digits"}, {"line 9", "write days"}}});
  });
  EXPECT_THAT(RunOn(server, CommandNamed("people", "import"), {{"file", {"-"}}}).err,
              HasSubstr("error: Nothing was imported, because the file has 2 mistakes; a dry run "
                        "shows them all.\n"
                        "  -:3: urn: write six digits\n"
                        "  -:9: write days\n"));
}

// A stdout that takes nothing, as a full disk.
class Full : public std::streambuf {
 protected:
  int overflow(int) override { return traits_type::eof(); }
};

TEST(ALostAnswer, OfACommandThatWasRecordedSaysWhereAndIsNotCalledFailed) {
  Full full;
  for (const CommandSpec& command : AllCommands()) {
    // What is to be signed must be seen first.
    const bool shows_record =
        command.noun == "record" && (command.verb == "sign" || command.verb == "decline");
    if (!command.writes || shows_record) continue;
    MadeUpServer server;
    const Ended run = RunOn(server, command, SamplesFor(command, false),
                            {.stdin_text = kSampleDraft, .stdout_buffer = &full});
    EXPECT_EQ(run.code, ExitCode::kRecordedNotShown) << NameOf(command);
    EXPECT_THAT(run.err, HasSubstr("The command was recorded at position 41; only the answer"));
    EXPECT_THAT(run.err, Not(HasSubstr("error"))) << NameOf(command);
  }
}

TEST(ALostAnswer, OfACommandIsToldToProgramsWithItsPosition) {
  Full full;
  MadeUpServer server;
  const Ended run = RunOn(server, CommandNamed("record", "finalise"), {{"plan", {kPlanId}}},
                          {.format = OutputFormat::kJsonl, .stdout_buffer = &full});
  EXPECT_EQ(run.code, ExitCode::kRecordedNotShown);
  EXPECT_EQ(json::parse(run.err)["note"]["values"]["position"], "41");
}

TEST(ALostAnswer, OfAQueryIsAFailureUnlessTheReaderHadEnough) {
  Full full;
  MadeUpServer server;
  const CommandSpec& list = CommandNamed("people", "list");
  const Ended lost = RunOn(server, list, {}, {.stdout_buffer = &full});
  EXPECT_EQ(lost.code, ExitCode::kFailed);
  EXPECT_THAT(lost.err, HasSubstr("error: The answer could not be written to stdout."));
  const Ended left =
      RunOn(server, list, {}, {.stdout_buffer = &full, .reader_left = [] { return true; }});
  EXPECT_EQ(left.code, ExitCode::kFailed);
  EXPECT_EQ(left.err, "");
}

TEST(ALostAnswer, OfARecordThatIsToBeSignedLeavesItUnsigned) {
  Full full;
  MadeUpServer server;
  for (const std::string verb : {"sign", "decline"}) {
    const Ended run = RunOn(server, CommandNamed("record", verb),
                            {{"plan", {kPlanId}}, {"fingerprint", {FinalRecord().digest()}}},
                            {.stdout_buffer = &full});
    EXPECT_EQ(run.code, ExitCode::kFailed);
    EXPECT_THAT(run.err, HasSubstr(verb == "sign" ? "Nothing was signed" : "Nothing was declined"));
  }
  EXPECT_THAT(server.methods, testing::Each(std::string("PlanService.GetPlan")));
}

TEST(AReceipt, ShowsWholeIdsWhereTheyAreWanted) {
  MadeUpServer server;
  EXPECT_EQ(
      RunOn(server, CommandNamed("record", "finalise"), {{"plan", {kPlanId}}}, {.full_ids = true})
          .out,
      absl::StrCat("Recorded draft_issued at position 41: plan/", kPlanId, "\n    version 7\n"));
}

MadeUpServer::Answer Lists(std::vector<std::string> plan_ids) {
  return [=](Message* response) {
    for (const std::string& id : plan_ids) {
      static_cast<v1::ListPlansResponse*>(response)->add_plans()->set_plan_id(id);
    }
    return absl::OkStatus();
  };
}

TEST(APlan, IsFoundByTheFirstDigitsOfItsId) {
  MadeUpServer server;
  server.AnswerTo("PlanService.ListPlans",
                  Lists({kPlanId, "aaaaaaab-0000-4000-8000-000000000001"}));
  const CommandSpec& held = CommandNamed("meeting", "held");
  EXPECT_EQ(RunOn(server, held, {{"plan", {"AAAAAAAA"}}}).code, ExitCode::kDone);
  EXPECT_EQ(server.Last<v1::RecordMeetingHeldRequest>().plan_id(), kPlanId);
  EXPECT_EQ(RunOn(server, held, {{"plan", {"bbbbbbbb"}}}).code, ExitCode::kNotFound);
  EXPECT_EQ(RunOn(server, held, {{"plan", {"aaaaaaa"}}}).code, ExitCode::kUsage);
  EXPECT_EQ(RunOn(server, held, {{"plan", {"nonsense"}}}).code, ExitCode::kUsage);
}

TEST(APlan, IsNotGuessedWhereSeveralBeginSo) {
  MadeUpServer server;
  server.AnswerTo("PlanService.ListPlans",
                  Lists({kPlanId, "aaaaaaaa-1000-4000-8000-000000000001"}));
  const CommandSpec& held = CommandNamed("meeting", "held");
  EXPECT_EQ(RunOn(server, held, {{"plan", {"aaaaaaaa"}}}).code, ExitCode::kConflict);
  EXPECT_FALSE(server.Received<v1::RecordMeetingHeldRequest>());
  EXPECT_EQ(RunOn(server, held, {{"plan", {"aaaaaaaa-1"}}}).code, ExitCode::kDone);
}

// A server that lets somebody wait.
class SlowServer : public MadeUpServer {
 public:
  absl::Status Call(const std::string& method, const Message& request, Message* response) override {
    for (int seconds = 1; waiting_ && seconds <= 12; ++seconds) waiting_(absl::Seconds(seconds));
    return MadeUpServer::Call(method, request, response);
  }
  void TellWaiting(std::function<void(absl::Duration)> waiting) override {
    waiting_ = std::move(waiting);
  }

 private:
  std::function<void(absl::Duration)> waiting_;
};

Ended ImportWith(ProgressStyle style, OutputFormat format = OutputFormat::kCsv) {
  SlowServer server;
  server.AnswerTo("PeopleService.ImportPeople", [](Message*) { return absl::OkStatus(); });
  return RunOn(server, CommandNamed("people", "import"), {{"file", {"-"}}, {"dry-run", {"yes"}}},
               {.format = format, .stdin_text = "staff_key\namina.yusuf\n", .progress = style});
}

TEST(TheProgressOfAnImport, IsOneLineOnATerminalAndGoneAtItsEnd) {
  const Ended run = ImportWith(ProgressStyle::kRewritten);
  EXPECT_THAT(run.err, HasSubstr("\r-: 2 lines sent, the server works on them: 12 s"));
  EXPECT_THAT(run.err, Not(HasSubstr("\n")));
  EXPECT_TRUE(absl::EndsWith(run.err, " \r"));
  EXPECT_THAT(run.out, Not(HasSubstr("lines sent")));
}

TEST(TheProgressOfAnImport, IsNotTalkedAboutWhereNobodyLooksOn) {
  EXPECT_EQ(ImportWith(ProgressStyle::kNone).err, "");
}

TEST(TheProgressOfAnImport, IsToldInLinesWhereItIsAskedFor) {
  EXPECT_EQ(ImportWith(ProgressStyle::kLines).err,
            "-: 2 lines sent, the server works on them: 1 s\n");
  const json told = json::parse(ImportWith(ProgressStyle::kLines, OutputFormat::kJsonl).err);
  EXPECT_EQ(told["progress"]["done"], 1);
}

TEST(Progress, CountsInThousandsAndSaysHowMuchOfTheWhole) {
  EXPECT_EQ(CountWords(0), "0");
  EXPECT_EQ(CountWords(999), "999");
  EXPECT_EQ(CountWords(1234567), "1,234,567");
  EXPECT_EQ(StepWords({.doing = "rebuilding", .done = 1143, .total = 60000, .unit = "entries"}),
            "rebuilding: 1,143 of 60,000 entries, 1 %");
}

TEST(Progress, LeavesNothingOfALongerLineBefore) {
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in;
  Terminal terminal{
      .out = out, .err = err, .in = in, .width = 40, .progress = ProgressStyle::kRewritten};
  {
    Progress progress(terminal);
    progress.Show({.doing = "comparing", .done = 1000, .unit = "cards"});
    progress.Show({.doing = "done", .done = 7, .unit = "cards"});
    progress.Show({.doing = std::string(60, 'x'), .unit = "cards"});
  }
  EXPECT_EQ(err.str(), absl::StrCat("\rcomparing: 1,000 cards\rdone: 7 cards", std::string(9, ' '),
                                    "\r", std::string(38, 'x'), "…\r", std::string(39, ' '), "\r"));
}

TEST(Progress, IsToldEveryTenSecondsInLines) {
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in;
  Terminal terminal{.out = out, .err = err, .in = in, .progress = ProgressStyle::kLines};
  absl::Time now = absl::UnixEpoch();
  Progress progress(terminal, [&] { return now; });
  for (uint64_t second = 0; second <= 20; ++second, now += absl::Seconds(1)) {
    progress.Show({.doing = "rebuilding", .done = second, .unit = "entries"});
  }
  EXPECT_EQ(err.str(), "rebuilding: 0 entries\nrebuilding: 10 entries\nrebuilding: 20 entries\n");
}

}  // namespace
}  // namespace countersign::cli
