// How far a long command is, on stderr, so that nobody mistakes work for a standstill.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_PROGRESS_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/output/terminal.h"

namespace countersign::cli {

// Where a command stands.
struct Step {
  std::string doing = {};  // Such as "rebuilding obligations".
  uint64_t done = 0;
  uint64_t total = 0;     // 0: nobody knows.
  std::string unit = {};  // Such as "entries".
};

// `number` with a comma before every three digits: "1,143".
std::string CountWords(uint64_t number);

// "rebuilding obligations: 1,143 of 60,000 entries, 1 %", or without the total.
std::string StepWords(const Step& step);

// Tells the steps of one command as the terminal's ProgressStyle says: on one line that is written
// again and taken off at the end; in lines, one for whatever is newly done and then one every ten
// seconds, {"progress": {doing, done, total, unit}} where JSON was asked for; or not at all. Never
// on stdout. Not safe for several threads.
class Progress {
 public:
  // `terminal` must outlive it.
  explicit Progress(Terminal& terminal, std::function<absl::Time()> clock = absl::Now);
  // Takes the line off the terminal.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(const Step& step);

 private:
  void Rewrite(const std::string& line);

  Terminal& terminal_;
  std::function<absl::Time()> clock_;
  int shown_columns_ = 0;
  std::string last_doing_;
  absl::Time last_line_ = absl::InfinitePast();
};

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_PROGRESS_H_
