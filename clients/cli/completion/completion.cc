#include "clients/cli/completion/completion.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace countersign::cli {

std::vector<NextWord> NextWords(const CommandTree& tree, const std::string& noun) {
  std::vector<NextWord> words;
  if (noun.empty()) {
    for (const Noun& one : tree.nouns) words.push_back({one.name, one.summary});
  }
  for (const CommandSpec& command : tree.commands) {
    if (command.noun == noun) words.push_back({command.verb, command.summary});
  }
  return words;
}

std::vector<Parameter> PlacesOf(const CommandSpec& command) {
  std::vector<Parameter> places;
  for (const Parameter& parameter : command.parameters) {
    if (parameter.place == Place::kPositional) places.push_back(parameter);
  }
  return places;
}

std::vector<std::string> FlagsOf(const Parameter& parameter) {
  if (parameter.place == Place::kPositional) return {};
  std::vector<std::string> flags;
  if (parameter.letter != 0) flags.push_back(absl::StrCat("-", std::string(1, parameter.letter)));
  flags.push_back(NameOf(parameter));
  return flags;
}

std::string InQuotes(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

}  // namespace countersign::cli
