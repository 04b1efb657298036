// MeasureMachine: what everything else ran on.
#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/bench/offline.h"

namespace countersign::bench {
namespace {

constexpr char kMachine[] = "machine";
// About what one comment brings to the write-ahead log in a batch of its own.
constexpr size_t kAppendBytes = 450;

std::string ProcessorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    absl::string_view rest = line;
    if (!absl::ConsumePrefix(&rest, "model name")) continue;
    const size_t colon = rest.find(": ");
    if (colon != absl::string_view::npos) return std::string(rest.substr(colon + 2));
  }
  return "unknown processor";
}

}  // namespace

absl::StatusOr<std::vector<Figure>> MeasureMachine(const std::string& folder,
                                                   absl::Duration length) {
  utsname system = {};
  uname(&system);
  const std::string path = absl::StrCat(folder, "/synced-append");
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  unlink(path.c_str());
  const std::string bytes(kAppendBytes, 'x');
  std::vector<float> latencies_us;
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  Clock::time_point last = begin;
  while (last - begin < absl::ToChronoNanoseconds(length)) {
    const Clock::time_point sent_at = last;
    if (write(file, bytes.data(), bytes.size()) < 0 || fdatasync(file) != 0) {
      close(file);
      return absl::UnavailableError(absl::StrCat("cannot sync ", path));
    }
    last = Clock::now();
    latencies_us.push_back(std::chrono::duration<float, std::micro>(last - sent_at).count());
  }
  close(file);
  const double seconds = std::chrono::duration<double>(last - begin).count();
  const double synced = latencies_us.size() / seconds;
  return std::vector<Figure>{
      {.peer = kMachine,
       .name = "cores",
       .unit = "cores",
       .values = {static_cast<double>(std::thread::hardware_concurrency())},
       .note = absl::StrCat(ProcessorName(), "; ", system.sysname, " ", system.release)},
      {.peer = kMachine,
       .name = "fdatasync_append_450B",
       .in_flight = 1,
       .unit = "syncs_per_second",
       .values = {synced},
       .p50_us = {Quantile(latencies_us, 0.5)},
       .p99_us = {Quantile(latencies_us, 0.99)}}};
}

}  // namespace countersign::bench
