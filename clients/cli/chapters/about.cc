// Commands that need no server: `countersign deadlines check`, `version`, `completion`, `help
// exit-codes`.

#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_format.h"
#include "clients/cli/command.h"
#include "clients/cli/completion/completion.h"
#include "clients/cli/deadlines/check.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/text.h"
#include "clients/cli/version.h"

namespace countersign::cli {
namespace {

Outcome CheckCases(Session& session, const Arguments& arguments) {
  std::optional<std::string> holidays;
  if (arguments.Has("holidays")) holidays = arguments.Text("holidays");
  const auto report = CheckDeadlines(arguments.Text("file"), holidays);
  if (!report.ok()) {
    return MakeFailure(absl::StatusCode::kInvalidArgument,
                       {.reason = "FILE_UNUSABLE",
                        .message = std::string(report.status().message()),
                        .next = "mend the file, or name another one"});
  }
  const Outcome shown = session.ShowDocument(
      ReportDocument(*report),
      {.rows = "differences", .columns = {"name", "field", "expected", "got"}},
      [&](Terminal& terminal) { terminal.out << Printable(ReportText(*report)); });
  return report->failed.empty() ? shown : ExitCode::kFailed;
}

Outcome Version(Session& session, const Arguments&) {
  return session.ShowDocument({{"version", kVersion}}, {}, [](Terminal& terminal) {
    terminal.out << "countersign " << kVersion << "\n";
  });
}

Outcome ExitCodes(Session& session, const Arguments&) {
  nlohmann::ordered_json document;
  document["exit_codes"] = nlohmann::ordered_json::array();
  for (const ExitCodeMeaning& row : ExitCodeMeanings()) {
    document["exit_codes"].push_back(
        {{"code", static_cast<int>(row.code)}, {"meaning", std::string(row.meaning)}});
  }
  return session.ShowDocument(
      document, {.rows = "exit_codes", .columns = {"code", "meaning"}}, [](Terminal& terminal) {
        for (const ExitCodeMeaning& row : ExitCodeMeanings()) {
          const std::string code = absl::StrFormat("%2d", static_cast<int>(row.code));
          terminal.out << Labelled(code, row.meaning, 4, terminal.width);
        }
        terminal.out << "New codes may come; one that you do not know means failure.\n";
      });
}

Outcome Completion(Session& session, const Arguments& arguments) {
  const CommandTree tree = {AllNouns(), AllCommands(), GlobalFlags()};
  const std::string& shell = arguments.Text("shell");
  const std::string script = shell == "bash"  ? BashCompletion(tree)
                             : shell == "zsh" ? ZshCompletion(tree)
                                              : FishCompletion(tree);
  return session.ShowDocument({{"shell", shell}, {"script", script}}, {},
                              [&](Terminal& terminal) { terminal.out << script; });
}

CommandSpec CompletionSpec() {
  Parameter shell = Required(Positional("shell", Kind::kChoice, "The shell"));
  shell.choices = {"bash", "zsh", "fish"};
  return {.verb = "completion",
          .summary = "Prints a script that completes commands and flags in a shell",
          .examples = {"countersign completion bash"},
          .parameters = {shell},
          .prints_file = true,
          .run = Completion};
}

}  // namespace

std::vector<CommandSpec> AboutCommands() {
  return {
      {.noun = "deadlines",
       .verb = "check",
       .summary = "Computes the due dates of a file of cases and says where they differ",
       .examples = {"countersign deadlines check cases.json"},
       .parameters = {Required(Positional("file", Kind::kFile, "The cases, as JSON")),
                      Option("holidays", Kind::kFile,
                             "Bank holidays, as the government publishes them; default: those "
                             "known when this program was built")},
       .run = CheckCases},
      {.verb = "version",
       .summary = "Says which version this is",
       .examples = {"countersign version"},
       .run = Version},
      CompletionSpec(),
      {.noun = "help",
       .verb = "exit-codes",
       .summary = "Explains the exit codes",
       .examples = {"countersign help exit-codes"},
       .run = ExitCodes},
  };
}

}  // namespace countersign::cli
