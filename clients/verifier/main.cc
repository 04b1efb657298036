// countersign-verify: flags, and nothing else. It checks what was taken away from a server, without
// the server: log_check.h says what that means.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "clients/verifier/command.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/record_command.h"

namespace {

using countersign::verifier::CommandOptions;
using countersign::verifier::Outcome;

constexpr char kFooter[] =
    "Exit codes:\n"
    "  0  verified: everything is as it was signed\n"
    "  6  evidence of tampering: something was changed, removed, put in, rolled back\n"
    "     or forked; the message names the first entry that is wrong\n"
    "  7  could not verify: a file is missing, cut off, damaged or of an unknown\n"
    "     format, there is no key for it, or the command line is wrong\n"
    "\n"
    "The key file holds the log's verifier keys, a line each, from somebody you trust,\n"
    "not from the server: KEY, KEY from SIZE, KEY until SIZE or KEY from SIZE until\n"
    "SIZE, as `countersign log key` prints them; # begins a comment. After a successful\n"
    "check of a log its last checkpoint is remembered, and every later log must begin\n"
    "with it. What is checked and the keys may come through a pipe; - is the standard\n"
    "input.";

// A command: its options are bound to `options`.
CLI::App* AddCommand(CLI::App& app, const char* name, const char* what, const char* file,
                     const char* file_is, const char* state_is, const char* no_state_is,
                     CommandOptions& options) {
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option(file, options.file, file_is)->required();
  command->add_option("--key", options.key_path, "File with the log's verifier keys")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--witness", options.witness_paths,
                   "File with keys of witnesses who must have cosigned; may be given again")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  CLI::Option* state =
      command->add_option("--state", options.state_path, state_is)->type_name("FILE");
  command
      ->add_flag_callback(
          "--no-state", [&options] { options.use_state = false; }, no_state_is)
      ->excludes(state);
  command
      ->add_option_function<std::string>(
          "-o,--output", [&options](const std::string& form) { options.json = form == "json"; },
          "text or json, one object on stdout")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(kFooter);
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"countersign-verify: checks what a Countersign server gave away, without it"};
  app.require_subcommand(1);
  app.footer(kFooter);
  CommandOptions options;
  const CLI::App* log = AddCommand(
      app, "log", "Checks a whole exported log", "EXPORT", "The export; - for the standard input",
      "Remember in this file, not below $XDG_STATE_HOME/countersign/verify",
      "Neither remember nor compare", options);
  const CLI::App* record =
      AddCommand(app, "record", "Checks one record that was taken away", "FILE",
                 "The record pack; - for the standard input",
                 "Compare with what this file remembers of the log; it is not changed",
                 "Do not compare with what is remembered of the log", options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? countersign::verifier::kVerified
                                : countersign::verifier::kUnverifiable;
  }
  Outcome outcome;
  if (log->parsed()) outcome = RunLog(options);
  if (record->parsed()) outcome = RunRecord(options);
  std::fputs(outcome.out.c_str(), stdout);
  std::fputs(outcome.err.c_str(), stderr);
  // A verdict that nobody could read was not given.
  if (std::fflush(stdout) != 0 && outcome.exit_code == countersign::verifier::kVerified) {
    return countersign::verifier::kUnverifiable;
  }
  return outcome.exit_code;
}
