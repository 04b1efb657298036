// Zsh shows a summary beside each candidate: tables of 'word:summary', and a walk over the words.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/completion/completion.h"

namespace countersign::cli {
namespace {

constexpr char kHead[] = R"(#compdef countersign
# Completion of `countersign` in zsh. Put it in a folder of $fpath, or into ~/.zshrc:
#   source <(countersign completion zsh)
)";

constexpr char kWalk[] = R"(
_countersign() {
  local command='' pending='' word
  local -a reply
  integer i place=1
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
    if [[ -n $pending ]]; then
      pending=''
    elif [[ $word == --*=* ]]; then
      continue
    elif [[ $word == -* ]]; then
      _countersign_value "$command $word" && pending=$word
    elif _countersign_next "$command"; then
      command="${command:+$command }$word"
    else
      place=$((place + 1))
    fi
  done
  if [[ -z $pending && $PREFIX == --*=* ]]; then
    pending=${PREFIX%%=*}
    compset -P '*='
  fi
  reply=()
  if [[ -n $pending ]]; then
    _countersign_value "$command $pending"
  elif [[ $PREFIX == -* ]]; then
    _countersign_flags "$command"
    _describe -o flag reply
    return
  elif _countersign_next "$command"; then
    _describe word reply
    return
  else
    _countersign_value "$command $place"
  fi
  if [[ ${reply[1]} == @file ]]; then
    _files
  else
    compadd -a reply
  fi
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _countersign "$@"
else
  compdef _countersign countersign
fi
)";

// 'word:summary'; a colon inside the word or the summary is not the one between them.
std::string Described(absl::string_view word, absl::string_view summary) {
  const auto escaped = [](absl::string_view text) {
    return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {":", "\\:"}});
  };
  return InQuotes(absl::StrCat(escaped(word), ":", escaped(summary)));
}

std::string Row(const std::string& pattern, const std::vector<std::string>& quoted) {
  return absl::StrCat("    ", pattern, ") reply=(", absl::StrJoin(quoted, " "), ") ;;\n");
}

std::vector<std::string> Described(const std::vector<NextWord>& next) {
  std::vector<std::string> quoted;
  for (const NextWord& one : next) quoted.push_back(Described(one.word, one.summary));
  return quoted;
}

std::vector<std::string> Described(const std::vector<Parameter>& parameters) {
  std::vector<std::string> quoted;
  for (const Parameter& parameter : parameters) {
    for (const std::string& flag : FlagsOf(parameter)) {
      quoted.push_back(Described(flag, parameter.summary));
    }
  }
  return quoted;
}

std::string Values(const std::string& command, const std::vector<Parameter>& parameters) {
  std::string rows;
  int place = 0;
  for (const Parameter& parameter : parameters) {
    std::vector<std::string> quoted;
    for (const std::string& choice : parameter.choices) quoted.push_back(InQuotes(choice));
    if (parameter.kind == Kind::kFile) quoted = {"@file"};
    std::vector<std::string> typed = FlagsOf(parameter);
    if (parameter.place == Place::kPositional) typed = {absl::StrCat(++place)};
    if (parameter.kind == Kind::kFlag) continue;
    for (const std::string& one : typed) {
      const std::string what = InQuotes(absl::StrCat(command, " ", one));
      absl::StrAppend(&rows, Row(absl::StrCat(command.empty() ? "*" : "", what), quoted));
    }
  }
  return rows;
}

}  // namespace

std::string ZshCompletion(const CommandTree& tree) {
  std::string next = Row("''", Described(NextWords(tree, "")));
  for (const Noun& noun : tree.nouns) {
    absl::StrAppend(&next, Row(InQuotes(noun.name), Described(NextWords(tree, noun.name))));
  }
  const std::vector<std::string> globals = Described(tree.globals);
  std::string flags;
  std::string values;
  for (const CommandSpec& command : tree.commands) {
    std::vector<std::string> all = Described(command.parameters);
    all.insert(all.end(), globals.begin(), globals.end());
    all.push_back(Described("--help", "Explains the command"));
    absl::StrAppend(&flags, Row(InQuotes(NameOf(command)), all));
    absl::StrAppend(&values, Values(NameOf(command), command.parameters));
  }
  absl::StrAppend(&flags, Row("*", globals));
  const auto function = [](const char* what, const char* name, const std::string& rows) {
    return absl::StrCat("\n# ", what, "\n", name, "() {\n  case \"$1\" in\n", rows,
                        "    *) return 1 ;;\n  esac\n}\n");
  };
  return absl::StrCat(
      kHead,
      function("The words that may follow; fails after a whole command.", "_countersign_next",
               next),
      function("The flags of a command.", "_countersign_flags", flags),
      function("What may stand after a flag or at a place: words, or a file. Fails for a flag "
               "that takes nothing.",
               "_countersign_value", absl::StrCat(values, Values("", tree.globals))),
      kWalk);
}

}  // namespace countersign::cli
