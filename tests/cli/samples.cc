#include "tests/cli/samples.h"

#include <string>

#include "tests/cli/sample_log.h"

namespace countersign::cli {
namespace {

std::string FileFor(const CommandSpec& command) {
  if (command.noun == "deadlines") return std::string(TESTS_DIR) + "/rules/deadlines.json";
  return "-";
}

// Whom the commands that check the log believe, and what they saw before.
std::string LogFileFor(const CommandSpec& command, const std::string& parameter) {
  if (parameter == "state") return FileWith("state", LogNote(1));
  if (parameter == "witness") return FileWith("witness", WitnessKeyOfLog() + "\n");
  if (parameter == "key" && command.noun == "witness") return FreePath("witness-key");
  return FileWith("log-key", LogKey() + "\n");
}

// One value that fits the parameter.
std::string SampleFor(const CommandSpec& command, const Parameter& parameter, bool every) {
  if (parameter.name == "time") return "5d";
  if (parameter.name == "works") return "Mon-Thu";
  if (parameter.name == "type" && command.verb == "watch") return "draft_issued";
  // Only then another reviewer is named.
  if (parameter.name == "decision") return every ? "replace" : "keep";
  if (parameter.name == "fingerprint") return FinalRecord().digest().substr(0, 8);
  if (parameter.name == "out" || parameter.name == "tiles") return FreePath(parameter.name);
  if (command.noun == "witness" && parameter.name == "name") return "witness.example/union";
  if ((command.noun == "log" || command.noun == "witness") && parameter.kind == Kind::kFile) {
    return LogFileFor(command, parameter.name);
  }
  switch (parameter.kind) {
    case Kind::kText:
      return "Said in words";
    case Kind::kDate:
      return "2026-10-14";
    case Kind::kTime:
      return "14:00";
    case Kind::kAsOf:
      return "120";
    case Kind::kNumber:
      return "1";
    case Kind::kChoice:
      return parameter.choices.front();
    case Kind::kPerson:
      return "amina.yusuf";
    case Kind::kSchool:
      return kUrn;
    case Kind::kCycle:
      return kCycleName;
    case Kind::kPlan:
      return kPlanId;
    case Kind::kFile:
      return FileFor(command);
    case Kind::kFlag:
      return "yes";
  }
  return "";
}

}  // namespace

Values SamplesFor(const CommandSpec& command, bool every) {
  Values values;
  for (const Parameter& parameter : command.parameters) {
    const bool excludes_another = parameter.name == "of" || parameter.name == "cycle" ||
                                  parameter.name == "none" || parameter.name == "holidays" ||
                                  parameter.name == "central" || parameter.name == "every";
    const bool one_of_two = parameter.name == "manager" || parameter.name == "fingerprint" ||
                            parameter.name == "out" || parameter.name == "state" ||
                            parameter.name == "until-caught-up" || parameter.kind == Kind::kPlan;
    if (parameter.required || one_of_two || (every && !excludes_another) ||
        (parameter.name == "cycle" && command.verb == "enrol")) {
      values[parameter.name] = {SampleFor(command, parameter, every)};
    }
  }
  return values;
}

Ended RunSample(MadeUpServer& server, const CommandSpec& command, bool every, OutputFormat format) {
  Values values = SamplesFor(command, every);
  const auto fingerprint = values.find("fingerprint");
  if (fingerprint != values.end()) {
    fingerprint->second = {FinalRecord(server.is_full).digest().substr(0, 8)};
  }
  return RunOn(server, command, values, {.format = format, .stdin_text = kSampleDraft});
}

}  // namespace countersign::cli
