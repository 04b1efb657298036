// Completion scripts, over the whole command tree; bash's is run by bash itself.

#include "clients/cli/completion/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/cli/samples.h"

namespace countersign::cli {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

CommandTree Tree() { return {AllNouns(), AllCommands(), GlobalFlags()}; }

// A line that somebody is typing, by its words, and what is offered for the last of them.
struct Offer {
  std::vector<std::string> words;
  std::vector<std::string> expected;
  // Whether more may be offered, such as the files that happen to be there.
  bool at_least = false;
};

// What a command prints.
std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output += static_cast<char>(c);
  pclose(pipe);
  return output;
}

std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path =
      absl::StrCat(testing::TempDir(), "/countersign-completion-", getpid(), "-", name);
  std::ofstream(path) << text;
  return path;
}

// Asks bash for all of them at once: one shell, and a line of answers for each.
std::vector<std::vector<std::string>> AskBash(const std::vector<Offer>& offers) {
  std::string asking = BashCompletion(Tree());
  for (const Offer& offer : offers) {
    std::vector<std::string> quoted = {"countersign"};
    for (const std::string& word : offer.words) quoted.push_back(InQuotes(word));
    absl::StrAppend(&asking, "COMP_WORDS=(", absl::StrJoin(quoted, " "),
                    ")\nCOMP_CWORD=", offer.words.size(),
                    "\n_countersign\nprintf '%s\\t' \"${COMPREPLY[@]}\"; printf '\\n'\n");
  }
  const std::string path = WriteFile("asking.sh", asking);
  const std::string output = OutputOf(absl::StrCat("bash --norc --noprofile ", path, " 2>&1"));
  std::filesystem::remove(path);
  std::vector<std::vector<std::string>> answers;
  for (const absl::string_view line : absl::StrSplit(output, '\n', absl::SkipEmpty())) {
    answers.push_back(absl::StrSplit(line, '\t', absl::SkipEmpty()));
  }
  return answers;
}

void ExpectOffers(const std::vector<Offer>& offers) {
  const auto answers = AskBash(offers);
  ASSERT_EQ(answers.size(), offers.size());
  for (size_t i = 0; i < offers.size(); ++i) {
    SCOPED_TRACE(absl::StrCat("countersign ", absl::StrJoin(offers[i].words, " ")));
    if (offers[i].at_least) {
      EXPECT_THAT(answers[i], testing::IsSupersetOf(offers[i].expected));
    } else {
      EXPECT_THAT(answers[i], UnorderedElementsAreArray(offers[i].expected));
    }
  }
}

std::vector<std::string> WordsOf(const std::string& noun) {
  std::vector<std::string> words;
  for (const NextWord& next : NextWords(Tree(), noun)) words.push_back(next.word);
  return words;
}

std::vector<std::string> Typed(const CommandSpec& command, std::vector<std::string> more) {
  std::vector<std::string> words = absl::StrSplit(NameOf(command), ' ');
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(BashCompletionScript, OffersEveryNounAndVerb) {
  std::vector<Offer> offers = {{{""}, WordsOf("")}, {{"--as", "ben.carter", ""}, WordsOf("")}};
  for (const Noun& noun : AllNouns()) {
    std::vector<std::string> typed = absl::StrSplit(noun.name, ' ');
    typed.push_back("");
    offers.push_back({typed, WordsOf(noun.name)});
  }
  ExpectOffers(offers);
}

TEST(BashCompletionScript, OffersEveryFlagOfEveryCommandAndTheGlobalOnes) {
  std::vector<Offer> offers;
  for (const CommandSpec& command : AllCommands()) {
    std::vector<std::string> flags = {"--help"};
    for (const auto& parameters : {command.parameters, GlobalFlags()}) {
      for (const Parameter& parameter : parameters) {
        if (parameter.place == Place::kOption) flags.push_back("--" + parameter.name);
      }
    }
    offers.push_back({Typed(command, {"-"}), flags});
  }
  ExpectOffers(offers);
}

TEST(BashCompletionScript, OffersTheValuesOfEveryFlagAndPlace) {
  const std::string file = WriteFile("a draft.json", "{}");
  std::vector<Offer> offers;
  for (const CommandSpec& command : AllCommands()) {
    std::vector<std::string> places;
    for (const Parameter& parameter : command.parameters) {
      if (parameter.kind == Kind::kFlag) continue;
      std::vector<std::string> before = places;
      if (parameter.place == Place::kOption) {
        before = {"--" + parameter.name};
      } else {
        places.push_back("something");
      }
      const bool is_file = parameter.kind == Kind::kFile;
      before.push_back(is_file ? file.substr(0, file.size() - 4) : "");
      offers.push_back(
          {Typed(command, before), is_file ? std::vector<std::string>{file} : parameter.choices});
    }
  }
  ExpectOffers(offers);
  std::filesystem::remove(file);
}

TEST(BashCompletionScript, KnowsAFlagFromItsValue) {
  ExpectOffers({
      {{"-o", ""}, {"table", "json", "jsonl", "csv"}},
      {{"plan", "list", "--output", "=", "js"}, {"json", "jsonl"}},
      {{"plan", "list", "--output", "="}, {"table", "json", "jsonl", "csv"}},
      {{"--progress", "pl"}, {"plan"}},
      {{"plan", "list", "--state", "signed", "--sch"}, {"--school"}},
      {{"--as", "plan", "peo"}, {"people"}},
      {{"nonsense", ""}, {}},
  });
}

TEST(EveryCompletionScript, HasEveryCommandFlagAndChoice) {
  const std::map<std::string, std::string> scripts = {{"bash", BashCompletion(Tree())},
                                                      {"zsh", ZshCompletion(Tree())},
                                                      {"fish", FishCompletion(Tree())}};
  for (const auto& [shell, script] : scripts) {
    SCOPED_TRACE(shell);
    const std::string dashes = shell == "fish" ? "-l " : "--";
    for (const CommandSpec& command : AllCommands()) {
      EXPECT_THAT(script, HasSubstr(NameOf(command)));
      for (const Parameter& parameter : command.parameters) {
        if (parameter.place == Place::kOption) {
          EXPECT_THAT(script, HasSubstr(dashes + parameter.name));
        }
        for (const std::string& choice : parameter.choices) EXPECT_THAT(script, HasSubstr(choice));
      }
    }
  }
}

// Fish looks only at the name of a flag to know whether a value follows it.
TEST(TheCommandTree, HasNoFlagThatTakesAValueInOneCommandAndNoneInAnother) {
  std::map<std::string, bool> takes_value;
  for (const CommandSpec& command : AllCommands()) {
    for (const auto& parameters : {command.parameters, GlobalFlags()}) {
      for (const Parameter& parameter : parameters) {
        if (parameter.place != Place::kOption) continue;
        const bool takes = parameter.kind != Kind::kFlag;
        EXPECT_EQ(takes_value.emplace(parameter.name, takes).first->second, takes)
            << NameOf(command) << " --" << parameter.name;
      }
    }
  }
}

void ExpectParsedBy(const std::string& shell, const std::string& script) {
  if (OutputOf(absl::StrCat("command -v ", shell)).empty()) {
    GTEST_SKIP() << "This machine has no " << shell << ".";
  }
  const std::string path = WriteFile(absl::StrCat("script.", shell), script);
  EXPECT_EQ(OutputOf(absl::StrCat(shell, " -n ", path, " 2>&1 && echo fine")), "fine\n");
  std::filesystem::remove(path);
}

TEST(EveryCompletionScript, IsParsedByBash) { ExpectParsedBy("bash", BashCompletion(Tree())); }
TEST(EveryCompletionScript, IsParsedByZsh) { ExpectParsedBy("zsh", ZshCompletion(Tree())); }
TEST(EveryCompletionScript, IsParsedByFish) { ExpectParsedBy("fish", FishCompletion(Tree())); }

}  // namespace
}  // namespace countersign::cli
