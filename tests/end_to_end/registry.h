// A registry under test: the real server on a folder of its own, the real command line beside it.
#ifndef COUNTERSIGN_TESTS_END_TO_END_REGISTRY_H_
#define COUNTERSIGN_TESTS_END_TO_END_REGISTRY_H_

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/end_to_end/child.h"

namespace countersign::end_to_end {

// Monday, 9:00 in London: when every story begins.
inline constexpr char kBeginning[] = "2026-09-07T08:00:00Z";

// Of the shipped demo: scripts/demo-trust.
std::string TrustFile(absl::string_view name);

// A folder that goes when its object goes.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(absl::string_view name) const { return path_ / std::string(name); }

  // Writes a file into it and returns its path.
  std::string Write(absl::string_view name, absl::string_view text) const;

 private:
  std::filesystem::path path_;
};

// The server, and the command line that talks to it.
class Registry {
 public:
  explicit Registry(std::string data_folder);

  // Starts the server as a demo, or a demo's folder again. Fails the test when it does not serve.
  void Start(bool new_demo);
  // Begins to start it, and does not wait until it serves.
  void BeginStart(bool new_demo);
  // Waits for it at most so long. False when it does not serve yet.
  bool WaitUntilServing(absl::Duration wait);
  // Asks it to stop and waits. Its exit code.
  int Stop();
  // Ends it as a power cut would end it.
  void Kill();

  // `countersign --as WHO WORDS MORE...`: `words` is split at its spaces, `more` is not.
  Ran Try(absl::string_view who, absl::string_view words,
          const std::vector<std::string>& more = {}) const;
  // The same, into a pipe that nobody reads, or into a file.
  Ran TryIntoClosedPipe(absl::string_view who, absl::string_view words,
                        const std::vector<std::string>& more = {}) const;
  Ran TryInto(const std::string& path, absl::string_view who, absl::string_view words,
              const std::vector<std::string>& more = {}) const;
  // The same on a terminal of 80 columns.
  Ran TryOnTerminal(absl::string_view who, absl::string_view words,
                    const std::vector<std::string>& environment) const;
  // The same; fails the test with what it said unless it ends with 0. What it printed.
  std::string Do(absl::string_view who, absl::string_view words,
                 const std::vector<std::string>& more = {}) const;
  // The same with -o json: the document.
  nlohmann::json Ask(absl::string_view who, absl::string_view words,
                     const std::vector<std::string>& more = {}) const;

  // Number of entries in the journal, asked for without adding one.
  uint64_t JournalSize() const;
  // Id of somebody's plan.
  std::string PlanOf(absl::string_view who) const;

  const std::string& address() const { return address_; }
  const std::string& data_folder() const { return data_folder_; }
  // What the server has said on stderr since the beginning.
  std::string Log() const;

 private:
  Program CommandLine(absl::string_view who, absl::string_view words,
                      const std::vector<std::string>& more) const;

  std::string data_folder_;
  std::string address_;
  std::unique_ptr<Child> server_;
};

// The whole of a file.
std::string ReadFile(const std::filesystem::path& path);

}  // namespace countersign::end_to_end

#endif  // COUNTERSIGN_TESTS_END_TO_END_REGISTRY_H_
