// `countersign`: a thin client of the server, one command for every RPC. This file is the only one
// that knows the parser: it turns the descriptions of clients/cli/command.h into a command line.

#include <openssl/rand.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/log/receipt_proof.h"
#include "clients/cli/output/new_file.h"
#include "clients/cli/output/terminal.h"
#include "clients/cli/session.h"
#include "clients/cli/transport/request_id.h"
#include "clients/cli/transport/transport.h"

namespace countersign::cli {
namespace {

constexpr int kTableColumnsMin = 60;
constexpr int kTableColumnsMax = 120;

constexpr char kFormatsHelp[] =
    "Output: json is the answer as the API has it. In jsonl and csv a list has one line for each "
    "of\n"
    "its rows, anything else one line. Columns of csv are the API's field paths (reviewee.name);\n"
    "repeated fields hold JSON. Against formulas, a cell that begins with = + - @ a tab, a line\n"
    "break or an apostrophe has an apostrophe put before it: take one off to get the text back.\n"
    "In tables, words too long for their column end in \u2026, and ids are shown by their first 8\n"
    "digits, which are understood for plans; --full-ids and the other formats have them whole.\n";
constexpr char kServerUnlessSaid[] = "127.0.0.1:7340";
constexpr double kWaitSecondsMin = 0.1;
constexpr double kWaitSecondsMax = 3600;

// What the flags say that every command takes.
struct GlobalValues {
  Address address;
  RequestOptions request;
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

void BindParameter(const Parameter& parameter, Bound& bound) {
  const std::string letter =
      parameter.letter == 0 ? "" : absl::StrCat("-", std::string(1, parameter.letter), ",");
  if (parameter.kind == Kind::kFlag) {
    bound.app->add_flag(absl::StrCat(letter, "--", parameter.name), bound.flags[parameter.name],
                        parameter.summary);
    return;
  }
  const std::string name = parameter.place == Place::kPositional
                               ? parameter.name
                               : absl::StrCat(letter, "--", parameter.name);
  CLI::Option* option =
      bound.app->add_option(name, bound.values[parameter.name], SummaryOf(parameter));
  const std::string word = ValueWord(parameter);
  option->option_text(word.empty() ? " " : word);
  // One value each time, or the words that follow would be taken for more of them.
  option->expected(1)->allow_extra_args(false)->required(parameter.required);
  if (parameter.repeated) option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  bound.options[parameter.name] = option;
}

void Bind(const CommandSpec& command, CLI::App& parent, Bound& bound) {
  bound.command = &command;
  bound.app = parent.add_subcommand(command.verb, command.summary);
  std::string footer = "Examples:\n";
  for (const std::string& example : command.examples) absl::StrAppend(&footer, "  ", example, "\n");
  bound.app->footer(footer);
  for (const Parameter& parameter : command.parameters) BindParameter(parameter, bound);
}

// The whole tree. Commands stay bound as long as the returned list lives.
std::vector<std::unique_ptr<Bound>> BindAll(CLI::App& app) {
  std::map<std::string, CLI::App*> nouns;
  for (const Noun& noun : AllNouns()) {
    const size_t space = noun.name.find(' ');
    CLI::App& parent = space == std::string::npos ? app : *nouns.at(noun.name.substr(0, space));
    const std::string word = space == std::string::npos ? noun.name : noun.name.substr(space + 1);
    nouns[noun.name] = parent.add_subcommand(word, noun.summary);
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

absl::Status Usage(std::string flag, std::string problem) {
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "USAGE",
                      .message = "The command line cannot be understood. Nothing was sent.",
                      .next = "`countersign --help`, or --help after any command",
                      .fields = {{.field = std::move(flag), .problem = std::move(problem)}}});
}

std::string FromEnvironment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

absl::StatusOr<GlobalValues> ReadGlobals(const Arguments& globals, const CommandSpec& command) {
  const absl::Status checked = CheckArguments({.parameters = GlobalFlags()}, globals);
  if (!checked.ok()) return checked;
  GlobalValues values;
  values.address.server = globals.Has("server")
                              ? globals.Text("server")
                              : FromEnvironment("COUNTERSIGN_SERVER", kServerUnlessSaid);
  values.address.caller =
      globals.Has("as") ? globals.Text("as") : FromEnvironment("COUNTERSIGN_AS", "");
  // Whoever waits for more than the disk waits longer than the server does.
  const bool waits = globals.Has("wait") || globals.Has("receipt") || globals.Has("log-key");
  double seconds = waits ? 30 : 10;
  if (globals.Has("timeout") && (!absl::SimpleAtod(globals.Text("timeout"), &seconds) ||
                                 !(seconds >= kWaitSecondsMin && seconds <= kWaitSecondsMax))) {
    return Usage("--timeout", absl::StrCat("takes seconds from ", kWaitSecondsMin, " to ",
                                           kWaitSecondsMax, "."));
  }
  values.address.call_wait = absl::Seconds(seconds);
  for (const char* name : {"request-id", "expected-version", "wait", "receipt", "log-key"}) {
    if (globals.Has(name) && !command.writes) {
      return Usage(absl::StrCat("--", name), "is for commands that change something.");
    }
  }
  values.request.request_id = globals.Text("request-id");
  if (globals.Has("request-id") && !IsUuid(values.request.request_id)) {
    return Usage("--request-id", "takes a UUID.");
  }
  values.request.proof_path = globals.Text("receipt");
  if (globals.Has("receipt")) {
    const absl::Status place = CheckPlaceFor(globals.Text("receipt"), /*force=*/false);
    if (!place.ok()) return place;
  }
  if (globals.Has("log-key")) {
    auto keys = ReadLogKeys(globals.Text("log-key"));
    if (!keys.ok()) return keys.status();
    values.request.log_keys = *std::move(keys);
  }
  if (values.request.log_keys.has_value() || globals.Has("receipt") ||
      globals.Text("wait") == "checkpointed") {
    values.request.wait_for = v1::WAIT_FOR_CHECKPOINTED;
  } else if (globals.Text("wait") == "projected") {
    values.request.wait_for = v1::WAIT_FOR_PROJECTED;
  }
  uint64_t version = 0;
  if (globals.Has("expected-version")) {
    if (!absl::SimpleAtoi(globals.Text("expected-version"), &version)) {
      return Usage("--expected-version", "takes a whole number.");
    }
    values.request.expected_version = version;
  }
  return values;
}

OutputFormat FormatNamed(const std::string& named) {
  for (const auto& [name, format] : OutputFormats()) {
    if (name == named) return format;
  }
  return OutputFormat::kTable;
}

// What was asked for on a command line that could not be parsed.
OutputFormat FormatIn(int argc, char** argv) {
  OutputFormat format = OutputFormat::kTable;
  for (int i = 1; i < argc; ++i) {
    absl::string_view word = argv[i];
    const std::string next = i + 1 < argc ? argv[i + 1] : "";
    if (word == "-o" || word == "--output") {
      format = FormatNamed(next);
    } else if (absl::ConsumePrefix(&word, "--output=") || absl::ConsumePrefix(&word, "-o=") ||
               (!absl::StartsWith(word, "--") && absl::ConsumePrefix(&word, "-o"))) {
      format = FormatNamed(std::string(word));
    }
  }
  return format;
}

// Whether nobody reads stdout any more.
bool ReaderLeft() {
  pollfd end = {.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&end, 1, 0) > 0 && (end.revents & (POLLERR | POLLHUP)) != 0;
}

void SetUp(const Arguments& globals, Terminal& terminal) {
  const std::string color = globals.Has("color") ? globals.Text("color") : "auto";
  terminal.format = FormatNamed(globals.Text("output"));
  terminal.color_out = WantsColor(color, STDOUT_FILENO);
  terminal.color_err = WantsColor(color, STDERR_FILENO);
  terminal.width = WidthOf(STDOUT_FILENO);
  terminal.interactive = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
  if (isatty(STDERR_FILENO)) {
    terminal.progress = ProgressStyle::kRewritten;
  } else if (globals.Flag("progress")) {
    terminal.progress = ProgressStyle::kLines;
  }
  terminal.full_ids = globals.Flag("full-ids");
  terminal.reader_left = ReaderLeft;
}

ExitCode Run(const Bound& bound, const Arguments& globals, Terminal& terminal) {
  const absl::StatusOr<GlobalValues> values = ReadGlobals(globals, *bound.command);
  if (!values.ok()) {
    TellFailure(values.status(), terminal);
    return ExitCodeFor(values.status());
  }
  const auto transport = MakeGrpcTransport(values->address);
  const auto retrying = MakeRetryingTransport(*transport, absl::SleepFor);
  Session session(*retrying, terminal, RandomBytes, values->request);
  return RunCommand(*bound.command, ArgumentsOf(bound), session, *retrying);
}

int Main(int argc, char** argv) {
  // Writing to a pipe that nobody reads shall be an error that can be told, not an end.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("Performance management records of school support staff that nobody can alter",
               "countersign");
  app.require_subcommand(1);
  app.fallthrough();
  app.get_formatter()->column_width(34);
  app.footer(kFormatsHelp);
  Bound globals;
  globals.app = &app;
  for (const Parameter& flag : GlobalFlags()) BindParameter(flag, globals);
  const auto commands = BindAll(app);
  Terminal terminal{.out = std::cout, .err = std::cerr, .in = std::cin};
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& mistake) {
    terminal.format = FormatIn(argc, argv);
    std::string next = "`countersign --help`, or --help after any command";
    for (const auto& bound : commands) {
      if (!bound->app->parsed()) continue;
      next =
          absl::StrCat("`countersign ", NameOf(*bound->command), " --help` shows how it is used");
    }
    TellFailure(MakeFailure(absl::StatusCode::kInvalidArgument,
                            {.reason = "USAGE", .message = mistake.what(), .next = next}),
                terminal);
    return static_cast<int>(ExitCode::kUsage);
  }
  const Arguments global_arguments = ArgumentsOf(globals);
  SetUp(global_arguments, terminal);
  for (const auto& bound : commands) {
    if (bound->app->parsed()) return static_cast<int>(Run(*bound, global_arguments, terminal));
  }
  return static_cast<int>(ExitCode::kUsage);
}

}  // namespace
}  // namespace countersign::cli

int main(int argc, char** argv) { return countersign::cli::Main(argc, argv); }
