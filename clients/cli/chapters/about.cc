// Commands that need no server: `countersign deadlines check`, `version`, `help exit-codes`.

#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/deadlines/check.h"
#include "clients/cli/output/json.h"
#include "clients/cli/version.h"

namespace countersign::cli {
namespace {

Outcome CheckCases(Session& session, const Arguments& arguments) {
  Terminal& terminal = session.terminal();
  std::optional<std::string> holidays;
  if (arguments.Has("holidays")) holidays = arguments.Text("holidays");
  const int status = CheckDeadlines(arguments.Text("file"), holidays,
                                    session.json() ? CheckOutput::kJson : CheckOutput::kTable,
                                    terminal.out, terminal.err);
  return status == 0 ? ExitCode::kDone : status == 1 ? ExitCode::kFailed : ExitCode::kUsage;
}

Outcome Version(Session& session, const Arguments&) {
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.out << DumpJson({{"version", kVersion}}) << "\n";
  } else {
    terminal.out << "countersign " << kVersion << "\n";
  }
  return ExitCode::kDone;
}

Outcome ExitCodes(Session& session, const Arguments&) {
  Terminal& terminal = session.terminal();
  nlohmann::ordered_json document;
  document["exit_codes"] = nlohmann::ordered_json::array();
  std::string words;
  for (const ExitCodeMeaning& row : ExitCodeMeanings()) {
    const int code = static_cast<int>(row.code);
    document["exit_codes"].push_back({{"code", code}, {"meaning", std::string(row.meaning)}});
    absl::StrAppend(&words, code, "  ", row.meaning, "\n");
  }
  if (session.json()) {
    terminal.out << DumpJson(document) << "\n";
  } else {
    terminal.out << words << "New codes may come; one that you do not know means failure.\n";
  }
  return ExitCode::kDone;
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
      {.noun = "help",
       .verb = "exit-codes",
       .summary = "Explains the exit codes",
       .examples = {"countersign help exit-codes"},
       .run = ExitCodes},
  };
}

}  // namespace countersign::cli
