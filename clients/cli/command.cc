#include "clients/cli/command.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/failure.h"
#include "clients/cli/flag_names.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

constexpr uint32_t kListRowsDefault = 200;

// What is wrong with one value; empty when nothing is.
std::string ProblemWith(const Parameter& parameter, const std::string& value) {
  if (!IsValidUtf8(value)) return "is not valid UTF-8 text.";
  uint32_t number = 0;
  if (parameter.kind == Kind::kNumber && !absl::SimpleAtoi(value, &number)) {
    return "takes a whole number.";
  }
  if (number < parameter.least) return absl::StrCat("is at least ", parameter.least, ".");
  if (parameter.kind == Kind::kPlan && !IsUuidFront(value)) {
    return "takes the id of a plan, or its first 8 digits; a person's plan is found with --of "
           "STAFF_KEY.";
  }
  const auto& choices = parameter.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    return absl::StrCat("takes one of: ", absl::StrJoin(choices, ", "), ".");
  }
  return "";
}

// The answer is lost, but what the journal wrote down is not.
ExitCode EndUnshown(Session& session) {
  Terminal& terminal = session.terminal();
  if (session.receipt().has_value()) {
    const v1::Receipt& receipt = *session.receipt();
    std::string message = "Nothing had to be recorded, because it was already so";
    std::map<std::string, std::string> values = {{"subject_id", receipt.subject_id()}};
    if (!receipt.entries().empty()) {
      const std::string position = absl::StrCat(receipt.entries(0).position());
      message = absl::StrCat("The command was recorded at position ", position);
      values["position"] = position;
    }
    TellNote(absl::StrCat(message, "; only the answer could not be written to stdout. ",
                          "There is no need to repeat it."),
             terminal, values);
    return ExitCode::kRecordedNotShown;
  }
  const bool had_enough = terminal.reader_left && terminal.reader_left();
  if (!had_enough) {
    TellFailure(absl::UnknownError("The answer could not be written to stdout."), terminal);
  }
  return ExitCode::kFailed;
}

}  // namespace

void Arguments::Set(const std::string& name, std::vector<std::string> values) {
  values_[name] = std::move(values);
}

bool Arguments::Has(const std::string& name) const { return !Texts(name).empty(); }

const std::string& Arguments::Text(const std::string& name) const {
  static const auto* const none = new std::string;
  return Has(name) ? Texts(name).front() : *none;
}

const std::vector<std::string>& Arguments::Texts(const std::string& name) const {
  static const auto* const none = new std::vector<std::string>;
  const auto found = values_.find(name);
  return found == values_.end() ? *none : found->second;
}

uint32_t Arguments::Number(const std::string& name) const {
  const std::vector<uint32_t> numbers = Numbers(name);
  return numbers.empty() ? 0 : numbers.front();
}

std::vector<uint32_t> Arguments::Numbers(const std::string& name) const {
  std::vector<uint32_t> numbers;
  for (const std::string& text : Texts(name)) {
    uint32_t number = 0;
    if (absl::SimpleAtoi(text, &number)) numbers.push_back(number);
  }
  return numbers;
}

Parameter Required(Parameter parameter) {
  parameter.required = true;
  return parameter;
}

Parameter Positional(std::string name, Kind kind, std::string summary) {
  return {.name = std::move(name),
          .kind = kind,
          .place = Place::kPositional,
          .summary = std::move(summary)};
}

Parameter Option(std::string name, Kind kind, std::string summary) {
  return {.name = std::move(name), .kind = kind, .summary = std::move(summary)};
}

Parameter Flag(std::string name, std::string summary) {
  return Option(std::move(name), Kind::kFlag, std::move(summary));
}

Parameter NumberFrom(uint32_t least, std::string name, std::string summary) {
  Parameter parameter = Option(std::move(name), Kind::kNumber, std::move(summary));
  parameter.least = least;
  return parameter;
}

Parameter Choice(std::string name, std::vector<std::string> choices, std::string summary) {
  Parameter parameter = Option(std::move(name), Kind::kChoice, std::move(summary));
  parameter.choices = std::move(choices);
  return parameter;
}

Parameter Fills(std::vector<std::string> fields, Parameter parameter) {
  parameter.fields = std::move(fields);
  return parameter;
}

Parameter Repeated(Parameter parameter) {
  parameter.repeated = true;
  return parameter;
}

Parameter Limit() {
  return Fills(
      {"page"},
      NumberFrom(1, "limit", absl::StrCat("At most so many rows; default ", kListRowsDefault)));
}

uint32_t LimitOf(const Arguments& arguments) {
  return arguments.Has("limit") ? arguments.Number("limit") : kListRowsDefault;
}

const std::vector<Parameter>& GlobalFlags() {
  static const auto* const flags = [] {
    std::vector<std::string> formats;
    for (const auto& [name, format] : OutputFormats()) formats.push_back(name);
    Parameter output = Choice("output", formats,
                              "Words and tables for people, one JSON document, a JSON object on "
                              "each line, or CSV; default table");
    output.letter = 'o';
    return new std::vector<Parameter>{
        Option("server", Kind::kText,
               "Address of the server; default COUNTERSIGN_SERVER, else 127.0.0.1:7340"),
        Option("as", Kind::kText, "Demo only: who you are, by staff key; default COUNTERSIGN_AS"),
        output,
        Choice("color", {"auto", "never", "always"}, "Colours; NO_COLOR turns them off"),
        Option("timeout", Kind::kText, "Seconds that one call may take; default 10"),
        Option("request-id", Kind::kText,
               "UUID of a command, to repeat it safely; default: a new one"),
        Option("expected-version", Kind::kText,
               "Version of the thing that you have seen; refused if it has moved on"),
        Choice("wait", {"durable", "projected", "checkpointed"},
               "What a command's answer waits for: the disk, every list, or a signed checkpoint "
               "with proofs; default durable"),
        Option("receipt", Kind::kFile,
               "New file for the proof of what a command recorded; waits for the checkpoint"),
        Option("log-key", Kind::kFile,
               "Keys under which a command's checkpoint must be signed, from somebody you trust; "
               "waits for it"),
        Flag("progress", "Say on stderr how far it is, also where that is no terminal"),
        Flag("full-ids", "Show ids whole, not by their first 8 digits"),
    };
  }();
  return *flags;
}

const std::vector<CommandSpec>& AllCommands() {
  static const auto* const commands = [] {
    auto* all = new std::vector<CommandSpec>;
    for (const auto& chapter :
         {TrustCommands(), SchoolCommands(), PeopleCommands(), PlanCommands(), ReviewerCommands(),
          PreparationCommands(), MeetingCommands(), RecordingCommands(), SigningCommands(),
          RecordPackCommands(), CopiesCommands(), ObligationCommands(), ComplianceCommands(),
          AdminCommands(), BackupCommands(), LogCommands(), WitnessCommands(), DemoCommands(),
          AboutCommands()}) {
      all->insert(all->end(), chapter.begin(), chapter.end());
    }
    return all;
  }();
  return *commands;
}

const std::vector<Noun>& AllNouns() {
  static const auto* const nouns = new std::vector<Noun>{
      {"trust", "The trust: policy, bank holidays, cycles, roles"},
      {"school", "Schools: calendars, policy and roles"},
      {"people", "People: posts, days worked, line managers"},
      {"absence", "Days on which somebody is away, never why"},
      {"plan", "Plans: the record of one person for one cycle"},
      {"reviewer", "Who reviews"},
      {"prepare", "What both do before the meeting"},
      {"meeting", "The planning and review meeting"},
      {"draft", "Drafts of the record"},
      {"changes", "Changes that the reviewee asks for"},
      {"comment", "The reviewee's written comments"},
      {"record", "The final record and its signatures"},
      {"copies", "Who is given the signed record"},
      {"annex", "Training annexes: the training lead's part of the record"},
      {"obligations", "What is owed, by whom, by when"},
      {"deadlines", "Checks the working of deadlines, without a server"},
      {"admin", "Keeping the server in order"},
      {"admin backup", "Backups, made while the server serves"},
      {"log", "The journal, for those who check it: keys, checkpoints, proofs, exports"},
      {"witness", "Vouching, from another machine, that the journal only grows"},
      {"demo", "The clock of a demo"},
      {"help", "Longer explanations"},
  };
  return *nouns;
}

std::string NameOf(const Parameter& parameter) {
  return parameter.place == Place::kPositional ? absl::AsciiStrToUpper(parameter.name)
                                               : absl::StrCat("--", parameter.name);
}

std::string NameOf(const CommandSpec& command) {
  return absl::StrCat(command.noun, command.noun.empty() ? "" : " ", command.verb);
}

absl::Status CheckArguments(const CommandSpec& command, const Arguments& arguments) {
  Failure failure;
  for (const Parameter& parameter : command.parameters) {
    if (parameter.required && !arguments.Has(parameter.name)) {
      failure.fields.push_back({.field = NameOf(parameter), .problem = "is required."});
    }
    if (parameter.kind == Kind::kFlag) continue;
    for (const std::string& value : arguments.Texts(parameter.name)) {
      std::string problem = ProblemWith(parameter, value);
      if (!problem.empty())
        failure.fields.push_back({.field = NameOf(parameter), .problem = std::move(problem)});
    }
  }
  if (failure.fields.empty()) return absl::OkStatus();
  failure.reason = "USAGE";
  failure.message = "The command line cannot be understood. Nothing was sent.";
  failure.next = absl::StrCat("`countersign ", NameOf(command), " --help` shows how it is used");
  return MakeFailure(absl::StatusCode::kInvalidArgument, failure);
}

ExitCode RunCommand(const CommandSpec& command, const Arguments& arguments, Session& session,
                    const Transport& transport) {
  const absl::Status checked = CheckArguments(command, arguments);
  const Outcome outcome = checked.ok() ? command.run(session, arguments) : Outcome(checked);
  Terminal& terminal = session.terminal();
  terminal.out.flush();
  if (!outcome.ok()) {
    Failure failure = ReadFailure(outcome.status());
    for (FieldProblem& field : failure.fields) {
      field.flag = FlagFor(command, arguments, field.field);
    }
    TellFailure(failure, terminal);
  }
  if (transport.demo() && !terminal.speaks_json()) {
    terminal.err << Paint("demo: made-up people, movable clock", Tone::kDim, terminal.color_err)
                 << "\n";
  }
  if (!outcome.ok()) return ExitCodeFor(outcome.status());
  return terminal.out.good() ? *outcome : EndUnshown(session);
}

}  // namespace countersign::cli
