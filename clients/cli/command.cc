#include "clients/cli/command.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

constexpr uint32_t kListRowsDefault = 200;

std::string NameOf(const Parameter& parameter) {
  return parameter.place == Place::kPositional ? absl::AsciiStrToUpper(parameter.name)
                                               : absl::StrCat("--", parameter.name);
}

// What is wrong with one value; empty when nothing is.
std::string ProblemWith(const Parameter& parameter, const std::string& value) {
  if (!IsValidUtf8(value)) return "is not valid UTF-8 text.";
  uint32_t number = 0;
  if (parameter.kind == Kind::kNumber && !absl::SimpleAtoi(value, &number)) {
    return "takes a whole number.";
  }
  if (parameter.kind == Kind::kPlan && !IsUuid(value)) {
    return "takes the id of a plan; a person's plan is found with --of STAFF_KEY.";
  }
  const auto& choices = parameter.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    return absl::StrCat("takes one of: ", absl::StrJoin(choices, ", "), ".");
  }
  return "";
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

Parameter Choice(std::string name, std::vector<std::string> choices, std::string summary) {
  Parameter parameter = Option(std::move(name), Kind::kChoice, std::move(summary));
  parameter.choices = std::move(choices);
  return parameter;
}

Parameter Limit() {
  return Option("limit", Kind::kNumber,
                absl::StrCat("At most so many rows; default ", kListRowsDefault));
}

uint32_t LimitOf(const Arguments& arguments) {
  return arguments.Has("limit") ? arguments.Number("limit") : kListRowsDefault;
}

const std::vector<CommandSpec>& AllCommands() {
  static const auto* const commands = [] {
    auto* all = new std::vector<CommandSpec>;
    for (const auto& chapter :
         {TrustCommands(), SchoolCommands(), PeopleCommands(), PlanCommands(), MeetingCommands(),
          RecordingCommands(), SigningCommands(), DemoCommands(), AboutCommands()}) {
      all->insert(all->end(), chapter.begin(), chapter.end());
    }
    return all;
  }();
  return *commands;
}

const std::vector<Noun>& AllNouns() {
  static const auto* const nouns = new std::vector<Noun>{
      {"trust", "The trust: policy, bank holidays, cycles, roles"},
      {"school", "Schools: calendars and roles"},
      {"people", "People: posts, days worked, line managers"},
      {"absence", "Days on which somebody is away, never why"},
      {"plan", "Plans: the record of one person for one cycle"},
      {"reviewer", "Who reviews"},
      {"meeting", "The planning and review meeting"},
      {"draft", "Drafts of the record"},
      {"changes", "Changes that the reviewee asks for"},
      {"comment", "The reviewee's written comments"},
      {"record", "The final record and its signatures"},
      {"obligations", "What is owed, by whom, by when"},
      {"deadlines", "Checks the working of deadlines, without a server"},
      {"demo", "The clock of a demo"},
      {"help", "Longer explanations"},
  };
  return *nouns;
}

absl::Status CheckArguments(const CommandSpec& command, const Arguments& arguments) {
  Failure failure;
  for (const Parameter& parameter : command.parameters) {
    if (parameter.required && !arguments.Has(parameter.name)) {
      failure.fields.push_back({NameOf(parameter), "is required."});
    }
    if (parameter.kind == Kind::kFlag) continue;
    for (const std::string& value : arguments.Texts(parameter.name)) {
      std::string problem = ProblemWith(parameter, value);
      if (!problem.empty()) failure.fields.push_back({NameOf(parameter), std::move(problem)});
    }
  }
  if (failure.fields.empty()) return absl::OkStatus();
  failure.reason = "USAGE";
  failure.message = "The command line cannot be understood. Nothing was sent.";
  failure.next = absl::StrCat("`countersign ", command.noun, command.noun.empty() ? "" : " ",
                              command.verb, " --help` shows how it is used");
  return MakeFailure(absl::StatusCode::kInvalidArgument, failure);
}

ExitCode RunCommand(const CommandSpec& command, const Arguments& arguments, Session& session,
                    const Transport& transport) {
  const absl::Status checked = CheckArguments(command, arguments);
  const Outcome outcome = checked.ok() ? command.run(session, arguments) : Outcome(checked);
  if (!outcome.ok()) TellFailure(outcome.status(), session.terminal());
  if (transport.demo() && !session.json()) {
    session.terminal().err << Paint("demo: made-up people, movable clock", Tone::kDim,
                                    session.terminal().color_err)
                           << "\n";
  }
  return outcome.ok() ? *outcome : ExitCodeFor(outcome.status());
}

}  // namespace countersign::cli
