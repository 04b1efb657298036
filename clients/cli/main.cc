// `countersign`: a thin client of the server, one command for every RPC. This file is the only one
// that knows the parser: it turns the descriptions of clients/cli/command.h into a command line.

#include <openssl/rand.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/terminal.h"
#include "clients/cli/session.h"
#include "clients/cli/transport/request_id.h"
#include "clients/cli/transport/transport.h"

namespace countersign::cli {
namespace {

constexpr int kTableColumnsMin = 60;
constexpr int kTableColumnsMax = 120;

// Values of the flags that every command takes.
struct GlobalFlags {
  std::string server = "127.0.0.1:7340";
  std::string caller;
  std::string output = "table";
  std::string color = "auto";
  double timeout_seconds = 10;
  std::string request_id;
  std::optional<uint64_t> expected_version;
};

// A command with its options. The parser keeps pointers to the places that it writes to, so they
// stay where they are.
struct Bound {
  const CommandSpec* command = nullptr;
  CLI::App* app = nullptr;
  std::map<std::string, CLI::Option*> options;
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, bool> flags;
};

void AddGlobalFlags(CLI::App& app, GlobalFlags& flags) {
  app.add_option("--server", flags.server, "Address of the server")
      ->envname("COUNTERSIGN_SERVER")
      ->capture_default_str();
  app.add_option("--as", flags.caller, "Demo only: who you are, by staff key")
      ->envname("COUNTERSIGN_AS");
  app.add_option("-o,--output", flags.output, "Words for people, or one JSON document")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  app.add_option("--color", flags.color, "Colours; NO_COLOR turns them off")
      ->check(CLI::IsMember({"auto", "never", "always"}))
      ->capture_default_str();
  app.add_option("--timeout", flags.timeout_seconds, "Seconds that one call may take")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--request-id", flags.request_id,
                 "UUID of a command, to repeat it safely; default: a new one");
  app.add_option("--expected-version", flags.expected_version,
                 "Version of the thing that you have seen; refused if it has moved on");
}

// What stands for the value in the help.
std::string ValueWord(const Parameter& parameter) {
  if (parameter.place == Place::kPositional) return "";
  switch (parameter.kind) {
    case Kind::kDate:
      return "DAY";
    case Kind::kTime:
      return "TIME";
    case Kind::kAsOf:
      return "MOMENT";
    case Kind::kNumber:
      return "N";
    case Kind::kChoice:
      return parameter.choices.size() > 3 ? "WORD" : absl::StrJoin(parameter.choices, "|");
    case Kind::kPerson:
      return "PERSON";
    case Kind::kSchool:
      return "SCHOOL";
    case Kind::kCycle:
      return "CYCLE";
    case Kind::kPlan:
      return "PLAN";
    case Kind::kFile:
      return "FILE";
    case Kind::kText:
    case Kind::kFlag:
      return "TEXT";
  }
  return "";
}

std::string SummaryOf(const Parameter& parameter) {
  std::string summary = parameter.summary;
  if (parameter.choices.size() > 3 || parameter.place == Place::kPositional) {
    const std::string choices = absl::StrJoin(parameter.choices, ", ");
    if (!choices.empty()) absl::StrAppend(&summary, ": ", choices);
  }
  if (parameter.required && parameter.place == Place::kOption) {
    absl::StrAppend(&summary, " (required)");
  }
  return summary;
}

void Bind(const CommandSpec& command, CLI::App& parent, Bound& bound) {
  bound.command = &command;
  bound.app = parent.add_subcommand(command.verb, command.summary);
  std::string footer = "Examples:\n";
  for (const std::string& example : command.examples) absl::StrAppend(&footer, "  ", example, "\n");
  bound.app->footer(footer);
  for (const Parameter& parameter : command.parameters) {
    if (parameter.kind == Kind::kFlag) {
      bound.app->add_flag(absl::StrCat("--", parameter.name), bound.flags[parameter.name],
                          parameter.summary);
      continue;
    }
    const std::string name =
        parameter.place == Place::kPositional ? parameter.name : absl::StrCat("--", parameter.name);
    CLI::Option* option =
        bound.app->add_option(name, bound.values[parameter.name], SummaryOf(parameter));
    const std::string word = ValueWord(parameter);
    option->option_text(word.empty() ? " " : word);
    // One value each time, or the words that follow would be taken for more of them.
    option->expected(1)->allow_extra_args(false)->required(parameter.required);
    if (parameter.repeated) option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    bound.options[parameter.name] = option;
  }
}

// The whole tree. Commands stay bound as long as the returned list lives.
std::vector<std::unique_ptr<Bound>> BindAll(CLI::App& app) {
  std::map<std::string, CLI::App*> nouns;
  for (const Noun& noun : AllNouns()) {
    nouns[noun.name] = app.add_subcommand(noun.name, noun.summary);
    nouns[noun.name]->require_subcommand(1);
  }
  std::vector<std::unique_ptr<Bound>> all;
  for (const CommandSpec& command : AllCommands()) {
    all.push_back(std::make_unique<Bound>());
    Bind(command, command.noun.empty() ? app : *nouns.at(command.noun), *all.back());
  }
  return all;
}

Arguments ArgumentsOf(const Bound& bound) {
  Arguments arguments;
  // The words as they were typed: the parser would read "{}" or "[a,b]" as lists.
  for (const auto& [name, option] : bound.options) arguments.Set(name, option->results());
  for (const auto& [name, given] : bound.flags) {
    if (given) arguments.Set(name, {"yes"});
  }
  return arguments;
}

bool WantsColor(const std::string& choice, int descriptor) {
  if (choice != "auto") return choice == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string(term) == "dumb";
  return isatty(descriptor) && !dumb && (no_color == nullptr || *no_color == '\0');
}

int WidthOf(int descriptor) {
  winsize size = {};
  int columns = 80;
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
  return std::clamp(columns, kTableColumnsMin, kTableColumnsMax);
}

std::array<uint8_t, 16> RandomBytes() {
  std::array<uint8_t, 16> bytes;
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
    std::cerr << "error: this machine gives no random numbers\n";
    std::exit(static_cast<int>(ExitCode::kFailed));
  }
  return bytes;
}

absl::Status CheckFlags(const GlobalFlags& flags, const CommandSpec& command) {
  const bool for_writing = !flags.request_id.empty() || flags.expected_version.has_value();
  if (for_writing && !command.writes) {
    return absl::InvalidArgumentError(
        "--request-id and --expected-version are for commands that change something.");
  }
  if (!flags.request_id.empty() && !IsUuid(flags.request_id)) {
    return absl::InvalidArgumentError("--request-id takes a UUID.");
  }
  return absl::OkStatus();
}

ExitCode Run(const Bound& bound, const GlobalFlags& flags, Terminal& terminal) {
  const absl::Status checked = CheckFlags(flags, *bound.command);
  if (!checked.ok()) {
    TellFailure(checked, terminal);
    return ExitCodeFor(checked);
  }
  const auto transport = MakeGrpcTransport({.server = flags.server,
                                            .caller = flags.caller,
                                            .call_wait = absl::Seconds(flags.timeout_seconds)});
  const auto retrying = MakeRetryingTransport(*transport, absl::SleepFor);
  Session session(*retrying, terminal, RandomBytes,
                  {.request_id = flags.request_id, .expected_version = flags.expected_version});
  return RunCommand(*bound.command, ArgumentsOf(bound), session, *retrying);
}

// Whether JSON was asked for on a command line that could not be parsed.
bool AsksForJson(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::string next = i + 1 < argc ? argv[i + 1] : "";
    if (word == "-ojson" || word == "--output=json") return true;
    if ((word == "-o" || word == "--output") && next == "json") return true;
  }
  return false;
}

int Main(int argc, char** argv) {
  CLI::App app("Performance management records of school support staff that nobody can alter",
               "countersign");
  app.require_subcommand(1);
  app.fallthrough();
  app.get_formatter()->column_width(34);
  GlobalFlags flags;
  AddGlobalFlags(app, flags);
  const auto commands = BindAll(app);
  Terminal terminal{.out = std::cout, .err = std::cerr, .in = std::cin};
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& mistake) {
    if (AsksForJson(argc, argv)) terminal.format = OutputFormat::kJson;
    TellFailure(MakeFailure(absl::StatusCode::kInvalidArgument,
                            {.reason = "USAGE",
                             .message = mistake.what(),
                             .next = "`countersign --help`, or --help after any command"}),
                terminal);
    return static_cast<int>(ExitCode::kUsage);
  }
  terminal.format = flags.output == "json" ? OutputFormat::kJson : OutputFormat::kTable;
  terminal.color_out = WantsColor(flags.color, STDOUT_FILENO);
  terminal.color_err = WantsColor(flags.color, STDERR_FILENO);
  terminal.width = WidthOf(STDOUT_FILENO);
  terminal.interactive = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
  for (const auto& bound : commands) {
    if (!bound->app->parsed()) continue;
    const ExitCode code = Run(*bound, flags, terminal);
    std::cout.flush();
    return static_cast<int>(std::cout.good() ? code : ExitCode::kFailed);
  }
  return static_cast<int>(ExitCode::kUsage);
}

}  // namespace
}  // namespace countersign::cli

int main(int argc, char** argv) { return countersign::cli::Main(argc, argv); }
