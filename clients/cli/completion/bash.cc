// Bash splits words at "=" and knows no summaries: three tables as functions, and one that walks
// the words typed so far.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/completion/completion.h"

namespace countersign::cli {
namespace {

constexpr char kHead[] =
    R"(# Completion of `countersign` in bash. To use it now, and in every new shell:
#   source <(countersign completion bash)
#   countersign completion bash > ~/.local/share/bash-completion/completions/countersign
)";

constexpr char kWalk[] = R"(
_countersign() {
  local cur=${COMP_WORDS[COMP_CWORD]} command='' pending='' place=1 values word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $pending ]]; then
      [[ $word == = ]] || pending=''
    elif [[ $word == -* ]]; then
      _countersign_value "$command $word" >/dev/null && pending=$word
    elif [[ -n $(_countersign_next "$command") ]]; then
      command=${command:+$command }$word
    else
      place=$((place + 1))
    fi
  done
  [[ $cur == = ]] && cur=''
  if [[ -n $pending ]]; then
    values=$(_countersign_value "$command $pending")
  elif [[ $cur == -* ]]; then
    values=$(_countersign_flags "$command")
  else
    values=$(_countersign_next "$command")
    [[ -n $values ]] || values=$(_countersign_value "$command $place")
  fi
  if [[ $values == @file ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
  fi
}

complete -F _countersign countersign
)";

std::string Row(const std::string& pattern, const std::vector<std::string>& words) {
  return absl::StrCat("    ", pattern, ") echo ", InQuotes(absl::StrJoin(words, " ")), " ;;\n");
}

std::vector<std::string> WordsOf(const std::vector<NextWord>& next) {
  std::vector<std::string> words;
  for (const NextWord& one : next) words.push_back(one.word);
  return words;
}

std::vector<std::string> FlagsOf(const std::vector<Parameter>& parameters) {
  std::vector<std::string> flags;
  for (const Parameter& parameter : parameters) {
    if (parameter.place == Place::kOption) flags.push_back(NameOf(parameter));
  }
  return flags;
}

// "plan show" as it stands before a flag or the number of a place; any command for none.
std::string Value(const std::string& command, const std::string& what, const Parameter& parameter) {
  const std::string pattern = command.empty() ? absl::StrCat("*", InQuotes(absl::StrCat(" ", what)))
                                              : InQuotes(absl::StrCat(command, " ", what));
  if (parameter.kind == Kind::kFile) return Row(pattern, {"@file"});
  return Row(pattern, parameter.choices);
}

std::string Values(const std::string& command, const std::vector<Parameter>& parameters) {
  std::string rows;
  int place = 0;
  for (const Parameter& parameter : parameters) {
    if (parameter.place == Place::kPositional) {
      absl::StrAppend(&rows, Value(command, absl::StrCat(++place), parameter));
    } else if (parameter.kind != Kind::kFlag) {
      for (const std::string& flag : FlagsOf(parameter)) {
        absl::StrAppend(&rows, Value(command, flag, parameter));
      }
    }
  }
  return rows;
}

}  // namespace

std::string BashCompletion(const CommandTree& tree) {
  std::string next = Row("''", WordsOf(NextWords(tree, "")));
  for (const Noun& noun : tree.nouns) {
    absl::StrAppend(&next, Row(InQuotes(noun.name), WordsOf(NextWords(tree, noun.name))));
  }
  const std::vector<std::string> globals = FlagsOf(tree.globals);
  std::string flags;
  std::string values;
  for (const CommandSpec& command : tree.commands) {
    std::vector<std::string> all = FlagsOf(command.parameters);
    all.insert(all.end(), globals.begin(), globals.end());
    all.push_back("--help");
    absl::StrAppend(&flags, Row(InQuotes(NameOf(command)), all));
    absl::StrAppend(&values, Values(NameOf(command), command.parameters));
  }
  absl::StrAppend(&flags, Row("*", globals));
  absl::StrAppend(&values, Values("", tree.globals), "    *) return 1 ;;\n");
  const auto function = [](const char* what, const char* name, const std::string& rows) {
    return absl::StrCat("\n# ", what, "\n", name, "() {\n  case \"$1\" in\n", rows, "  esac\n}\n");
  };
  return absl::StrCat(
      kHead,
      function("The words that may follow; none after a whole command.", "_countersign_next", next),
      function("The flags of a command.", "_countersign_flags", flags),
      function("What may stand after a flag or at a place: words, or a file. Fails for a flag that "
               "takes nothing.",
               "_countersign_value", values),
      kWalk);
}

}  // namespace countersign::cli
