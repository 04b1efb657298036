#include "tests/end_to_end/child.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "absl/time/clock.h"

namespace countersign::end_to_end {
namespace {

[[noreturn]] void Die(const char* doing) {
  std::perror(doing);
  std::abort();
}

// Both ends vanish in every other child, or a pipe would stay open after its writer has ended.
std::array<int, 2> Pipe() {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) Die("pipe2");
  return ends;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

pid_t Spawn(const Program& program, int out, int err) {
  std::vector<std::string> words = {program.path};
  words.insert(words.end(), program.words.begin(), program.words.end());
  const std::vector<char*> arguments = Pointers(words);
  const std::vector<char*> environment = Pointers(program.environment);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0) Die("/dev/null");
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) Die("fork");
  if (pid == 0) {
    // Other threads may hold any lock here, so only system calls until the program begins.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execve(program.path.c_str(), arguments.data(), environment.data());
    _exit(127);
  }
  close(nothing);
  return pid;
}

int Reap(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) Die("waitpid");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Adds what there is to read. False when there will never be more; a terminal says so by an error.
bool ReadSome(int from, std::string& text) {
  std::array<char, 65536> chunk;
  const ssize_t count = read(from, chunk.data(), chunk.size());
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  text.append(chunk.data(), static_cast<size_t>(count));
  return true;
}

// Runs a program with `out` as its stdout, which is closed here, and reads what comes out of
// `read_out`, unless that is -1.
Ran RunWith(const Program& program, int out, int read_out) {
  const std::array<int, 2> err = Pipe();
  const pid_t pid = Spawn(program, out, err[1]);
  close(out);
  close(err[1]);
  Ran ran;
  std::array<pollfd, 2> open_ends = {{{read_out, POLLIN, 0}, {err[0], POLLIN, 0}}};
  while (open_ends[0].fd >= 0 || open_ends[1].fd >= 0) {
    if (poll(open_ends.data(), open_ends.size(), -1) < 0 && errno != EINTR) Die("poll");
    for (pollfd& end : open_ends) {
      if (end.fd < 0 || end.revents == 0) continue;
      if (!ReadSome(end.fd, end.fd == read_out ? ran.out : ran.err)) end.fd = -1;
    }
  }
  if (read_out >= 0) close(read_out);
  close(err[0]);
  ran.code = Reap(pid);
  return ran;
}

}  // namespace

Ran Run(const Program& program) {
  const std::array<int, 2> out = Pipe();
  return RunWith(program, out[1], out[0]);
}

Ran RunIntoClosedPipe(const Program& program) {
  const std::array<int, 2> out = Pipe();
  close(out[0]);
  return RunWith(program, out[1], -1);
}

Ran RunInto(const Program& program, const std::string& path) {
  const int out = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (out < 0) Die(path.c_str());
  return RunWith(program, out, -1);
}

bool HasTerminals() {
  int ours = -1;
  int theirs = -1;
  if (openpty(&ours, &theirs, nullptr, nullptr, nullptr) != 0) return false;
  close(ours);
  close(theirs);
  return true;
}

Ran RunOnTerminal(const Program& program) {
  int ours = -1;
  int theirs = -1;
  const winsize size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  if (openpty(&ours, &theirs, nullptr, nullptr, &size) != 0) Die("openpty");
  const pid_t pid = Spawn(program, theirs, theirs);
  close(theirs);
  Ran ran;
  while (ReadSome(ours, ran.out)) {
  }
  close(ours);
  ran.code = Reap(pid);
  return ran;
}

Child::Child(const Program& program, const std::string& log) {
  const std::array<int, 2> out = Pipe();
  const int err = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (err < 0) Die(log.c_str());
  pid_ = Spawn(program, out[1], err);
  close(out[1]);
  close(err);
  out_ = out[0];
}

Child::~Child() {
  if (!code_.has_value()) {
    Signal(SIGKILL);
    Wait();
  }
  close(out_);
}

std::optional<std::string> Child::ReadLine(absl::Duration wait) {
  const absl::Time until = absl::Now() + wait;
  while (true) {
    const size_t end = unread_.find('\n');
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    const int left_ms = static_cast<int>(absl::ToInt64Milliseconds(until - absl::Now()));
    if (left_ms < 0) return std::nullopt;
    pollfd readable = {out_, POLLIN, 0};
    if (poll(&readable, 1, left_ms) <= 0) {
      if (absl::Now() >= until) return std::nullopt;
      continue;
    }
    if (!ReadSome(out_, unread_)) return std::nullopt;
  }
}

void Child::Signal(int number) { kill(pid_, number); }

int Child::Wait() {
  if (!code_.has_value()) code_ = Reap(pid_);
  return *code_;
}

}  // namespace countersign::end_to_end
