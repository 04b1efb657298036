// Completion of the command line in a shell: scripts made from the description of the commands, so
// that no command, flag or choice is written down twice.

#ifndef COUNTERSIGN_CLIENTS_CLI_COMPLETION_COMPLETION_H_
#define COUNTERSIGN_CLIENTS_CLI_COMPLETION_COMPLETION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/command.h"

namespace countersign::cli {

// The whole command line. Borrows what it points to.
struct CommandTree {
  const std::vector<Noun>& nouns;
  const std::vector<CommandSpec>& commands;
  const std::vector<Parameter>& globals;
};

// A script for the shell to read. Each completes nouns, verbs, flags, choices and files; it knows
// no people and no plans, for it never asks the server.
std::string BashCompletion(const CommandTree& tree);
std::string ZshCompletion(const CommandTree& tree);
std::string FishCompletion(const CommandTree& tree);

// What may stand after the words of an unfinished command: a noun or a verb.
struct NextWord {
  std::string word;
  std::string summary;
};

// The verbs under a noun and the nouns of two words that begin with it; for the empty noun, every
// noun of one word and every verb without one.
std::vector<NextWord> NextWords(const CommandTree& tree, const std::string& noun);

// The parameters that stand at places, in their order.
std::vector<Parameter> PlacesOf(const CommandSpec& command);

// How a parameter is typed behind dashes, its letter first: {"-o", "--output"}. Empty for one that
// stands at a place.
std::vector<std::string> FlagsOf(const Parameter& parameter);

// `text` between single quotes, as bash and zsh read it.
std::string InQuotes(absl::string_view text);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_COMPLETION_COMPLETION_H_
