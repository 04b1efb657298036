// countersign_bench: flags. scripts/bench runs it, docs/performance.md explains its figures.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/bench/load.h"
#include "tests/bench/offline.h"
#include "tests/bench/report.h"

namespace {

using countersign::bench::Figure;

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int Print(const absl::StatusOr<std::vector<Figure>>& figures) {
  if (!figures.ok()) {
    std::fprintf(stderr, "countersign_bench: %s\n", figures.status().ToString().c_str());
    return kFailed;
  }
  for (const Figure& figure : *figures) {
    std::printf("%s\n", countersign::bench::JsonLine(figure).c_str());
  }
  return kOk;
}

int PrintReport(const std::vector<std::string>& files) {
  std::string lines;
  for (const std::string& path : files) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
      std::fprintf(stderr, "countersign_bench: %s cannot be read\n", path.c_str());
      return kFailed;
    }
    absl::StrAppend(&lines, text.str(), "\n");
  }
  const auto figures = countersign::bench::ParseFigures(lines);
  std::printf("%s", countersign::bench::Report(figures).c_str());
  return kOk;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"countersign_bench: measures Countersign; every figure is a line of JSON"};
  app.require_subcommand(1);
  std::string folder;
  int repetitions = 3;
  double seconds = 3;
  const auto add = [&](const char* name, const char* what) {
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option("--reps", repetitions, "Repetitions; their median counts");
    return command;
  };

  countersign::bench::LoadOptions load_options;
  std::string before;
  CLI::App* load = add("load", "AddComment in a closed loop on a new server");
  load->add_option("--data", folder, "Folder for the server, not there yet")->required();
  load->add_option("--secs", seconds, "Seconds of each level in each repetition");
  load->add_option("--plans", load_options.plans, "Plans, at least four for each call in flight");
  load->add_option("--in-flight", load_options.levels, "Calls in flight, one or several levels");
  load->add_option("--before", before, "Line of shell to run before each repetition");

  countersign::bench::OpenOptions open_options;
  CLI::App* open = add("open", "GetPlan of plans with 40 entries on a new server");
  open->add_option("--data", folder, "Folder for the server, not there yet")->required();
  open->add_option("--secs", seconds, "Seconds of each level in each repetition");
  open->add_option("--plans", open_options.plans, "Plans");

  CLI::App* rebuild = add("rebuild", "All cards made anew from a stopped server's journal");
  rebuild->add_option("DIR", folder, "Data folder")->required();
  CLI::App* disk = add("disk", "Bytes per entry in a stopped server's folder, which is compacted");
  disk->add_option("DIR", folder, "Data folder")->required();
  CLI::App* machine = add("machine", "Cores, kernel, and how long a synced append takes");
  machine->add_option("DIR", folder, "Folder on the disk that is meant")->required();
  uint64_t entries = 1'000'000;
  CLI::App* verify = add("verify", "Verification of a whole export in memory, and its floor");
  verify->add_option("--entries", entries, "Entries with payloads of 300 bytes");
  CLI::App* table = app.add_subcommand("table", "Prints lines of JSON as tables with ratios");
  std::vector<std::string> files;
  table->add_option("FILE", files, "Files with one figure in each line")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }

  if (load->parsed()) {
    load_options.data = folder;
    load_options.length = absl::Seconds(seconds);
    load_options.repetitions = repetitions;
    load_options.before_repetition = [&](int) -> absl::Status {
      if (before.empty() || std::system(before.c_str()) == 0) return absl::OkStatus();
      return absl::InternalError(absl::StrCat("failed: ", before));
    };
    return Print(MeasureLoad(load_options));
  }
  if (open->parsed()) {
    open_options.data = folder;
    open_options.length = absl::Seconds(seconds);
    open_options.repetitions = repetitions;
    return Print(MeasureOpen(open_options));
  }
  if (rebuild->parsed()) return Print(countersign::bench::MeasureRebuild(folder, repetitions));
  if (verify->parsed()) {
    return Print(countersign::bench::MeasureVerification(entries, repetitions));
  }
  if (disk->parsed()) return Print(countersign::bench::MeasureDisk(folder));
  if (machine->parsed()) {
    return Print(countersign::bench::MeasureMachine(folder, absl::Seconds(1)));
  }
  return PrintReport(files);
}
