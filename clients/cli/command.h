// What a command is: a description, from which the command line, its help and its tests are made.

#ifndef COUNTERSIGN_CLIENTS_CLI_COMMAND_H_
#define COUNTERSIGN_CLIENTS_CLI_COMMAND_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/session.h"

namespace countersign::cli {

// What a value on the command line is. Numbers, choices and ids of plans are checked here, so that
// they can be put into a request; everything else is for the server to judge.
enum class Kind {
  kText,
  kDate,    // ISO 8601, such as 2026-09-29.
  kTime,    // Time of day, such as 14:00.
  kAsOf,    // A position of the journal or an instant.
  kNumber,  // Decimal, fits 32 bits.
  kChoice,  // One of `choices`.
  kPerson,  // Staff key or UUID.
  kSchool,  // URN or UUID.
  kCycle,   // Name or UUID.
  kPlan,    // UUID, or its first digits: at least 8.
  kFile,    // Path; "-" is stdin.
  kFlag,    // No value: given or not.
};

// Where a value stands: by its place, or behind its --name.
enum class Place { kPositional, kOption };

// One value that a command takes.
struct Parameter {
  std::string name = {};  // Such as "reason": --reason, or REASON by place.
  Kind kind = Kind::kText;
  Place place = Place::kOption;
  std::string summary = {};
  bool required = false;
  bool repeated = false;
  std::vector<std::string> choices = {};
  uint32_t least = 0;  // Of a kNumber: the least that it may be.
  // Paths of the fields of the request that it fills, or of messages that it fills, such as
  // "intent.meeting.starts_at". Only where the name does not tell: clients/cli/flag_names.h.
  std::vector<std::string> fields = {};
  // For a global flag: its short form, such as 'o'; 0 for none.
  char letter = 0;
};

// The values of one run, by name of parameter.
class Arguments {
 public:
  void Set(const std::string& name, std::vector<std::string> values);

  bool Has(const std::string& name) const;
  // The first value; empty when there is none.
  const std::string& Text(const std::string& name) const;
  // Every value.
  const std::vector<std::string>& Texts(const std::string& name) const;
  // The value of a kNumber that has been checked; 0 when there is none.
  uint32_t Number(const std::string& name) const;
  std::vector<uint32_t> Numbers(const std::string& name) const;
  // Whether a kFlag was given.
  bool Flag(const std::string& name) const { return Has(name); }
  // Whether a choice of yes and no is "yes".
  bool Yes(const std::string& name) const { return Text(name) == "yes"; }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

// One command: `countersign <noun> <verb>`, or `countersign <verb>` when the noun is empty. A noun
// of two words, such as "admin backup", stands under the noun that is its first.
struct CommandSpec {
  std::string noun = {};
  std::string verb = {};
  std::string summary = {};
  // Whole lines, beginning with "countersign".
  std::vector<std::string> examples = {};
  std::vector<Parameter> parameters = {};
  // Whether it hands in something that the journal may write down; only then --request-id and
  // --expected-version have a meaning.
  bool writes = false;
  // Whether what it prints is a file for another program, such as a form to fill in or a script,
  // and so is not wrapped to the terminal's width.
  bool prints_file = false;
  std::function<Outcome(Session&, const Arguments&)> run = {};
};

// What the commands under one noun are about, for help.
struct Noun {
  std::string name;
  std::string summary;
};

// Parameters, in the order in which a description reads.
Parameter Required(Parameter parameter);
Parameter Positional(std::string name, Kind kind, std::string summary);
Parameter Option(std::string name, Kind kind, std::string summary);
Parameter Flag(std::string name, std::string summary);
Parameter NumberFrom(uint32_t least, std::string name, std::string summary);
Parameter Choice(std::string name, std::vector<std::string> choices, std::string summary);

// `parameter`, which fills these fields.
Parameter Fills(std::vector<std::string> fields, Parameter parameter);

// `parameter`, which may be given more than once.
Parameter Repeated(Parameter parameter);

// --limit, which every list takes.
Parameter Limit();

// How many rows a list shall have; 200 where nothing is said.
uint32_t LimitOf(const Arguments& arguments);

// The flags that every command takes, in the order of the help.
const std::vector<Parameter>& GlobalFlags();

// Every command, by chapter; the order is that of the help.
const std::vector<CommandSpec>& AllCommands();

// Every noun, in the order of the help; one of two words after that of the first.
const std::vector<Noun>& AllNouns();

// The chapters that AllCommands() is gathered from.
std::vector<CommandSpec> TrustCommands();
std::vector<CommandSpec> SchoolCommands();
std::vector<CommandSpec> PeopleCommands();
std::vector<CommandSpec> PlanCommands();
std::vector<CommandSpec> ReviewerCommands();
std::vector<CommandSpec> PreparationCommands();
std::vector<CommandSpec> MeetingCommands();
std::vector<CommandSpec> RecordingCommands();
std::vector<CommandSpec> SigningCommands();
std::vector<CommandSpec> RecordPackCommands();
std::vector<CommandSpec> CopiesCommands();
std::vector<CommandSpec> ObligationCommands();
std::vector<CommandSpec> ComplianceCommands();
std::vector<CommandSpec> AdminCommands();
std::vector<CommandSpec> BackupCommands();
std::vector<CommandSpec> LogCommands();
std::vector<CommandSpec> WitnessCommands();
std::vector<CommandSpec> DemoCommands();
std::vector<CommandSpec> AboutCommands();

// How a parameter is typed: "--reason", or "REASON" by its place.
std::string NameOf(const Parameter& parameter);

// "plan show", or "whoami".
std::string NameOf(const CommandSpec& command);

// INVALID_ARGUMENT with every value that is not UTF-8, no number, too small, no choice, no id or
// missing.
absl::Status CheckArguments(const CommandSpec& command, const Arguments& arguments);

// Checks the arguments, runs the command, tells a failure on stderr, and says whether the server is
// a demo. Where stdout did not take the answer, a command that was recorded is not called failed:
// it is said on stderr with its position. This is all of a run but the parsing of the command line.
ExitCode RunCommand(const CommandSpec& command, const Arguments& arguments, Session& session,
                    const Transport& transport);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_COMMAND_H_
