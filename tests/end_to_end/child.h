// Programs run as people run them: as processes of their own, with pipes for what they print.
//
// Whatever a test starts, it ends, by the process id: a child that still runs when its object goes
// is killed, and so is one whose test program dies.
#ifndef COUNTERSIGN_TESTS_END_TO_END_CHILD_H_
#define COUNTERSIGN_TESTS_END_TO_END_CHILD_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace countersign::end_to_end {

// What to run.
struct Program {
  std::string path;
  std::vector<std::string> words;        // The arguments, without the program's own name.
  std::vector<std::string> environment;  // NAME=value; nothing is inherited.
};

// How a program ended.
struct Ran {
  int code = -1;  // Exit code; 128 + N when signal N ended it.
  std::string out;
  std::string err;
};

// Runs a program to its end, without any input.
Ran Run(const Program& program);

// The same, into a pipe that nobody reads any more.
Ran RunIntoClosedPipe(const Program& program);

// The same, with the file at `path` as its stdout.
Ran RunInto(const Program& program, const std::string& path);

// Whether this machine has pseudo-terminals; some containers have no /dev/pts.
bool HasTerminals();

// The same, with a terminal of 80 columns as its output and errors; both come back in `out`. Dies
// where there are none.
Ran RunOnTerminal(const Program& program);

// A program that goes on running. Not safe for several threads.
class Child {
 public:
  // Starts it; what it says on stderr is added to the file at `log`. Dies when that fails.
  Child(const Program& program, const std::string& log);
  // Kills it if it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next line of its stdout. Nothing when it ended first, or said none within `wait`.
  std::optional<std::string> ReadLine(absl::Duration wait);

  // Sends a signal. Only while it has not been waited for.
  void Signal(int number);

  // Waits for its end, and says how it came, as in Ran.
  int Wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string unread_;
  std::optional<int> code_;
};

}  // namespace countersign::end_to_end

#endif  // COUNTERSIGN_TESTS_END_TO_END_CHILD_H_
