// countersignd: flags, configuration file, signals. Everything else is wired in server.cc; what is
// done without a server stands in services/operator/.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/clock.h"
#include "services/operator/command.h"
#include "services/server.h"

namespace {

using countersign::OperatorCommand;
using countersign::Server;
using countersign::ServerOptions;

// Exit codes of the program; `countersign help exit-codes` lists the same for the CLI.
constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
// While the server starts.
constexpr std::chrono::milliseconds kSignalsAskedEvery(50);

struct Flags {
  std::string data;
  std::string listen;
  std::string config;
  std::string demo_now;
  std::string backups;
  std::string anchor;
  std::string origin;
  std::vector<std::string> witnesses;
  bool accept_missing_anchor = false;
  bool demo = false;
  bool confirm_clock = false;
};

// The flag that a line of the configuration file stands for; nullptr when there is none.
std::string* TextNamed(const std::string& name, Flags& flags) {
  if (name == "data") return &flags.data;
  if (name == "listen") return &flags.listen;
  if (name == "backups") return &flags.backups;
  if (name == "anchor") return &flags.anchor;
  if (name == "origin") return &flags.origin;
  return nullptr;
}

// Reads the list of witnesses, whose keys are texts; false when it is none.
bool ReadWitnesses(const toml::node& list, std::vector<std::string>& witnesses) {
  if (!list.is_array()) return false;
  std::vector<std::string> read;
  for (const toml::node& key : *list.as_array()) {
    const std::optional<std::string> text = key.value<std::string>();
    if (!text.has_value()) return false;
    read.push_back(*text);
  }
  if (witnesses.empty()) witnesses = std::move(read);
  return true;
}

// Reads the configuration file into what the flags left open. Returns what is wrong with it.
std::string ReadConfiguration(Flags& flags) {
  if (flags.config.empty()) return "";
  try {
    const toml::table table = toml::parse_file(flags.config);
    for (const auto& [key, value] : table) {
      const std::string name(key.str());
      if (name == "witnesses" && ReadWitnesses(value, flags.witnesses)) continue;
      const std::optional<std::string> text = value.value<std::string>();
      std::string* const flag = TextNamed(name, flags);
      if (flag == nullptr || !text.has_value()) {
        return flags.config + ": " + name + " is unknown or no text; write data = \"FOLDER\", " +
               "listen = \"127.0.0.1:7340\", backups = \"FOLDER\", anchor = \"FILE\", " +
               "origin = \"NAME\" or witnesses = [\"VERIFIER KEY\"]";
      }
      if (flag->empty()) *flag = *text;
    }
  } catch (const toml::parse_error& error) {
    return flags.config + ": " + std::string(error.description());
  }
  return "";
}

std::string ReadFlags(Flags& flags, ServerOptions& options) {
  if (std::string wrong = ReadConfiguration(flags); !wrong.empty()) return wrong;
  if (flags.data.empty()) return "say where the records are kept: --data DIR";
  if (!flags.demo_now.empty()) {
    absl::Time now;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, flags.demo_now, &now, &error) ||
        !countersign::IsWithinReach(now)) {
      return "--demo-now is no instant from 2000 to 2099; write it as 2026-09-07T08:00:00Z";
    }
    if (!flags.demo) return "--demo-now needs --demo: only a demo has a clock that can be moved";
    options.demo_now = now;
  }
  options.data = flags.data;
  if (!flags.listen.empty()) options.listen = flags.listen;
  options.demo = flags.demo;
  options.backups = flags.backups;
  options.confirm_clock = flags.confirm_clock;
  options.anchor = flags.anchor;
  options.accept_missing_anchor = flags.accept_missing_anchor;
  options.origin = flags.origin;
  for (const std::string& text : flags.witnesses) {
    absl::StatusOr<countersign::storage::VerifierKey> key =
        countersign::storage::ParseVerifierKey(text);
    if (!key.ok()) return "--witness: " + std::string(key.status().message());
    if (key->type != countersign::storage::SignatureType::kCosignature) {
      return "--witness: " + text + " is the key of a log, not that of a witness";
    }
    options.witnesses.push_back(*std::move(key));
  }
  options.version = COUNTERSIGN_VERSION;
  return "";
}

constexpr char kOperatorExits[] =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 there is no such thing, 5 not in this state "
    "(a\n"
    "server holds the folder, or a file is there already), 6 evidence that something was altered "
    "or\n"
    "lost; 7 could not verify (`verify`, and `replay` from a damaged copy). Progress and errors go "
    "to stderr.";

// The words of a subcommand; the parser keeps pointers into it.
struct OperatorFlags {
  OperatorCommand command;
  std::string output = "text";
};

// A subcommand of countersignd with what all of them take.
CLI::App* AddOperatorCommand(CLI::App& app, OperatorFlags& flags, const char* name,
                             const char* summary, OperatorCommand::What what) {
  CLI::App* command = app.add_subcommand(name, summary);
  command->add_option("--data", flags.command.options.data, "Folder of the records")->required();
  command->add_option("-o,--output", flags.output, "text or json, one object on stdout")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(kOperatorExits);
  command->callback([&flags, what] { flags.command.what = what; });
  return command;
}

void AddAnchor(CLI::App& command, OperatorFlags& flags) {
  command.add_option("--anchor", flags.command.options.anchor,
                     "File that says what was signed last; default: in the folder of the records");
}

void BindOperatorCommands(CLI::App& app, OperatorFlags& flags) {
  using What = OperatorCommand::What;
  OperatorCommand& command = flags.command;
  CLI::App* verify = AddOperatorCommand(app, flags, "verify",
                                        "Checks every entry, payload and hash, and what was signed",
                                        What::kVerify);
  AddAnchor(*verify, flags);
  CLI::App* exported = AddOperatorCommand(
      app, flags, "export", "Writes the log to a file that is checked without this program",
      What::kExport);
  AddAnchor(*exported, flags);
  exported->add_option("--out", command.out, "The new file")->required();
  exported->add_flag("--entries-only", command.entries_only, "Without payloads: for an auditor");
  exported->add_option("--size", command.size,
                       "As many entries as an older checkpoint has; default: all of them");
  CLI::App* replay = AddOperatorCommand(
      app, flags, "replay", "Brings back from an export what the journal lost", What::kReplay);
  AddAnchor(*replay, flags);
  replay->add_option("--from", command.from, "The export, with payloads")->required();
  replay->add_option("--key", command.key_file,
                     "File of the log's keys, where the journal does not name them all");
  CLI::App* rotate = AddOperatorCommand(
      app, flags, "rotate-log-key", "Makes a new key that signs from now on", What::kRotateLogKey);
  AddAnchor(*rotate, flags);
  CLI::App* epoch = AddOperatorCommand(
      app, flags, "new-epoch",
      "Goes on, under a new origin, without entries that are lost for good", What::kNewEpoch);
  AddAnchor(*epoch, flags);
  epoch->add_option("--origin", command.epoch.origin, "The new origin line")->required();
  epoch->add_option("--reason", command.epoch.reason, "Why, for everybody who checks the log")
      ->required();
  epoch->add_flag("--key-lost", command.epoch.key_lost,
                  "Although nothing else is lost: nobody has the key that signs");
  epoch->add_flag(
      "--accept-missing-anchor", command.epoch.anchor_lost,
      "Nobody has the file of --anchor: what the journal knows as signed stands for it");
  CLI::App* restore = AddOperatorCommand(
      app, flags, "restore", "Restores a backup into a new folder, verified", What::kRestore);
  restore->add_option("--backups", command.backups, "Folder of the backups")->required();
  restore->add_option("--backup", command.backup, "Number of the backup; default: the newest");
}

void WaitForSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int received = 0;
  sigwait(&signals, &received);
}

// Before any thread is started: every thread inherits the mask, so that sigwait gets the signals.
void BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

// Starts the server. A signal that comes first ends the program at once: whatever a start was
// writing is as safe as in a power cut, and the disk it waits for may never answer.
absl::StatusOr<std::unique_ptr<Server>> StartUnlessStopped(ServerOptions options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  const timespec no_time = {};
  std::future<absl::StatusOr<std::unique_ptr<Server>>> started =
      std::async(std::launch::async, [&options] { return Server::Start(std::move(options)); });
  while (started.wait_for(kSignalsAskedEvery) != std::future_status::ready) {
    if (sigtimedwait(&signals, nullptr, &no_time) < 0) continue;
    std::fputs("countersignd: stopped before it served\n", stderr);
    std::_Exit(kOk);
  }
  return started.get();
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  CLI::App app{"countersignd: keeps and serves the performance-management records of a trust"};
  app.add_option("--data", flags.data, "Folder in which the records are kept; made if missing");
  app.add_option("--listen", flags.listen, "Loopback address, default 127.0.0.1:7340; port 0: any");
  app.add_option("--config", flags.config,
                 "TOML file with data, listen and backups; flags go first");
  app.add_option("--backups", flags.backups,
                 "Folder of the backups, best on another disk; made by the first one");
  app.add_flag("--demo", flags.demo,
               "Make a new journal a demo for ever: made-up people, a clock that can be moved");
  app.add_option("--demo-now", flags.demo_now, "Where a demo's clock starts: 2026-09-07T08:00:00Z");
  app.add_flag("--confirm-clock", flags.confirm_clock,
               "The machine's clock is right, although it is far from what the journal expects");
  app.add_option("--anchor", flags.anchor,
                 "File that says what was signed last, best on another disk; default: in DIR");
  app.add_flag("--accept-missing-anchor", flags.accept_missing_anchor,
               "Go on although that file is gone; a new one is written");
  app.add_option("--origin", flags.origin,
                 "Origin line of a new journal's checkpoints: log.school-trust.example/records");
  app.add_option("--witness", flags.witnesses,
                 "Verifier key of a witness whose cosignatures are held; may be repeated")
      ->allow_extra_args(false);
  app.set_version_flag("--version", std::string("countersignd ") + COUNTERSIGN_VERSION);
  OperatorFlags operator_flags;
  BindOperatorCommands(app, operator_flags);
  app.require_subcommand(0, 1);
  app.footer("Without a subcommand it serves. Exit codes: 0 stopped, 1 failed, 2 wrong usage.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  if (!app.get_subcommands().empty()) {
    operator_flags.command.json = operator_flags.output == "json";
    return static_cast<int>(
        countersign::RunOperatorCommand(operator_flags.command, std::cout, std::cerr));
  }
  spdlog::set_default_logger(spdlog::stderr_logger_mt("countersignd"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %l %v", spdlog::pattern_time_type::utc);
  ServerOptions options;
  if (const std::string wrong = ReadFlags(flags, options); !wrong.empty()) {
    std::fprintf(stderr, "countersignd: %s\n", wrong.c_str());
    return kUsage;
  }
  options.log = [](const std::string& line) { spdlog::info("{}", line); };
  options.log_error = [](const std::string& line) { spdlog::error("{}", line); };
  BlockSignals();
  absl::StatusOr<std::unique_ptr<Server>> server = StartUnlessStopped(std::move(options));
  if (!server.ok()) {
    std::fprintf(stderr, "countersignd: %s\n", std::string(server.status().message()).c_str());
    return kFailed;
  }
  // For whoever started it on any port.
  std::printf("listening on %s\n", (*server)->address().c_str());
  std::fflush(stdout);
  WaitForSignal();
  spdlog::info("stopping");
  (*server)->Stop();
  return kOk;
}
