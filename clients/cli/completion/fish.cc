// Fish wants one line for each candidate, with the condition under which it is offered.

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/completion/completion.h"

namespace countersign::cli {
namespace {

constexpr char kHead[] = R"(# Completion of `countersign` in fish:
#   countersign completion fish > ~/.config/fish/completions/countersign.fish
)";

// __countersign_at COMMAND [PLACE]: whether the words before the cursor are this command, and,
// where a place is given, whether the cursor stands at it and not at the value of a flag.
constexpr char kWalk[] = R"(
function __countersign_at
    set -l command
    set -l place 1
    set -l pending no
    for word in (commandline -opc)[2..-1]
        if test $pending = yes
            set pending no
        else if string match -q -- '--*=*' $word
            continue
        else if string match -q -- '-*' $word
            contains -- $word $__countersign_with_value; and set pending yes
        else if contains -- "$command" $__countersign_commands
            set place (math $place + 1)
        else
            set command (string trim -- "$command $word")
        end
    end
    test "$command" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; and return 0
    test $pending = no; and test $place -eq $argv[2]
end

complete -c countersign -f
)";

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

// The beginning of a line: offered where __countersign_at says so.
std::string OfferedAt(const std::string& command, const std::string& place = "") {
  return absl::StrCat(
      "complete -c countersign -n ",
      Quoted(absl::StrCat("__countersign_at ", Quoted(command), place.empty() ? "" : " ", place)));
}

std::string ValueOf(const Parameter& parameter) {
  if (parameter.kind == Kind::kFlag) return "";
  if (parameter.kind == Kind::kFile) return " -r -F";
  if (parameter.choices.empty()) return " -x";
  return absl::StrCat(" -x -a ", Quoted(absl::StrJoin(parameter.choices, " ")));
}

std::string FlagLine(const std::string& head, const Parameter& parameter) {
  const std::string letter =
      parameter.letter == 0 ? "" : absl::StrCat(" -s ", std::string(1, parameter.letter));
  return absl::StrCat(head, letter, " -l ", parameter.name, ValueOf(parameter), " -d ",
                      Quoted(parameter.summary), "\n");
}

std::string LinesOf(const CommandSpec& command) {
  std::string lines;
  int place = 0;
  for (const Parameter& parameter : command.parameters) {
    if (parameter.place == Place::kOption) {
      absl::StrAppend(&lines, FlagLine(OfferedAt(NameOf(command)), parameter));
      continue;
    }
    ++place;
    const bool file = parameter.kind == Kind::kFile;
    if (!file && parameter.choices.empty()) continue;
    absl::StrAppend(
        &lines, OfferedAt(NameOf(command), absl::StrCat(place)),
        file ? " -F" : absl::StrCat(" -a ", Quoted(absl::StrJoin(parameter.choices, " "))), "\n");
  }
  return lines;
}

void AddWithValue(const std::vector<Parameter>& parameters, std::set<std::string>& flags) {
  for (const Parameter& parameter : parameters) {
    if (parameter.kind == Kind::kFlag) continue;
    for (const std::string& flag : FlagsOf(parameter)) flags.insert(flag);
  }
}

}  // namespace

std::string FishCompletion(const CommandTree& tree) {
  std::set<std::string> with_value;
  std::vector<std::string> commands;
  std::string lines;
  AddWithValue(tree.globals, with_value);
  std::vector<std::string> beginnings = {""};
  for (const Noun& noun : tree.nouns) beginnings.push_back(noun.name);
  for (const std::string& beginning : beginnings) {
    for (const NextWord& next : NextWords(tree, beginning)) {
      absl::StrAppend(&lines, OfferedAt(beginning, "1"), " -a ", Quoted(next.word), " -d ",
                      Quoted(next.summary), "\n");
    }
  }
  for (const CommandSpec& command : tree.commands) {
    commands.push_back(Quoted(NameOf(command)));
    AddWithValue(command.parameters, with_value);
    absl::StrAppend(&lines, LinesOf(command));
  }
  for (const Parameter& flag : tree.globals) {
    absl::StrAppend(&lines, FlagLine("complete -c countersign", flag));
  }
  return absl::StrCat(kHead, "\nset -g __countersign_commands ", absl::StrJoin(commands, " "),
                      "\nset -g __countersign_with_value ", absl::StrJoin(with_value, " "), "\n",
                      kWalk, lines);
}

}  // namespace countersign::cli
