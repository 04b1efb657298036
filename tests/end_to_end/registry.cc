#include "tests/end_to_end/registry.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace countersign::end_to_end {
namespace {

// Far more than it takes: a machine may be busy, and nothing waits for its end.
constexpr absl::Duration kStartWait = absl::Seconds(60);

}  // namespace

std::string TrustFile(absl::string_view name) {
  return absl::StrCat(SOURCE_DIR, "/scripts/demo-trust/", name);
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TemporaryFolder::TemporaryFolder() {
  std::string path = testing::TempDir() + "/countersign-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) abort();
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::Write(absl::string_view name, absl::string_view text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

Registry::Registry(std::string data_folder) : data_folder_(std::move(data_folder)) {}

void Registry::BeginStart(bool new_demo) {
  std::vector<std::string> words = {"--data", data_folder_, "--listen", "127.0.0.1:0"};
  if (new_demo) words.insert(words.end(), {"--demo", "--demo-now", kBeginning});
  server_ = std::make_unique<Child>(
      Program{.path = absl::StrCat(BIN_DIR, "/countersignd"), .words = words, .environment = {}},
      data_folder_ + ".log");
}

bool Registry::WaitUntilServing(absl::Duration wait) {
  const auto line = server_->ReadLine(wait);
  if (!line.has_value()) return false;
  address_ = std::string(absl::StripPrefix(*line, "listening on "));
  return true;
}

void Registry::Start(bool new_demo) {
  BeginStart(new_demo);
  ASSERT_TRUE(WaitUntilServing(kStartWait)) << Log();
}

int Registry::Stop() {
  server_->Signal(SIGTERM);
  const int code = server_->Wait();
  server_.reset();
  return code;
}

void Registry::Kill() {
  server_->Signal(SIGKILL);
  server_->Wait();
  server_.reset();
}

Program Registry::CommandLine(absl::string_view who, absl::string_view words,
                              const std::vector<std::string>& more) const {
  Program program = {.path = absl::StrCat(BIN_DIR, "/countersign"),
                     .words = {"--as", std::string(who)},
                     .environment = {"COUNTERSIGN_SERVER=" + address_}};
  for (absl::string_view word : absl::StrSplit(words, ' ')) program.words.emplace_back(word);
  program.words.insert(program.words.end(), more.begin(), more.end());
  return program;
}

Ran Registry::Try(absl::string_view who, absl::string_view words,
                  const std::vector<std::string>& more) const {
  return Run(CommandLine(who, words, more));
}

Ran Registry::TryIntoClosedPipe(absl::string_view who, absl::string_view words,
                                const std::vector<std::string>& more) const {
  return RunIntoClosedPipe(CommandLine(who, words, more));
}

Ran Registry::TryInto(const std::string& path, absl::string_view who, absl::string_view words,
                      const std::vector<std::string>& more) const {
  return RunInto(CommandLine(who, words, more), path);
}

Ran Registry::TryOnTerminal(absl::string_view who, absl::string_view words,
                            const std::vector<std::string>& environment) const {
  Program program = CommandLine(who, words, {});
  program.environment.insert(program.environment.end(), environment.begin(), environment.end());
  return RunOnTerminal(program);
}

std::string Registry::Do(absl::string_view who, absl::string_view words,
                         const std::vector<std::string>& more) const {
  const Ran ran = Try(who, words, more);
  EXPECT_EQ(ran.code, 0) << who << ": " << words << "\n" << ran.err;
  return ran.out;
}

nlohmann::json Registry::Ask(absl::string_view who, absl::string_view words,
                             const std::vector<std::string>& more) const {
  const std::string out = Do(who, absl::StrCat("-o json ", words), more);
  nlohmann::json document = nlohmann::json::parse(out, nullptr, /*allow_exceptions=*/false);
  EXPECT_FALSE(document.is_discarded()) << who << ": " << words << " printed no JSON:\n" << out;
  return document;
}

uint64_t Registry::JournalSize() const {
  const nlohmann::json trust = Ask("theo.lindqvist", "trust show");
  return std::stoull(trust.at("reflects").at("position").get<std::string>());
}

std::string Registry::PlanOf(absl::string_view who) const {
  const nlohmann::json caller = Ask(who, "whoami").at("caller").at("person_id");
  const nlohmann::json listed = Ask(who, "plan list");
  for (const nlohmann::json& plan : listed.at("plans")) {
    // They may review others, whose plans they see as well.
    if (plan.at("reviewee").at("person_id") == caller) return plan.at("plan_id").get<std::string>();
  }
  ADD_FAILURE() << who << " has no plan";
  return "";
}

std::string Registry::Log() const { return ReadFile(data_folder_ + ".log"); }

}  // namespace countersign::end_to_end
