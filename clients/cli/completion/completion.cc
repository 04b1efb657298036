#include "clients/cli/completion/completion.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace countersign::cli {

std::vector<NextWord> NextWords(const CommandTree& tree, const std::string& noun) {
  std::vector<NextWord> words;
  const std::string beginning = noun.empty() ? "" : absl::StrCat(noun, " ");
  for (const Noun& one : tree.nouns) {
    absl::string_view word = one.name;
    if (!absl::ConsumePrefix(&word, beginning) || absl::StrContains(word, ' ')) continue;
    words.push_back({std::string(word), one.summary});
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
