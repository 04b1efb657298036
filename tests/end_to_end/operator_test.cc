// What the operator does when the server is down, with the programs themselves: losing a folder and
// having it back, going on without what is lost, changing the key, and how each command ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/end_to_end/child.h"
#include "tests/end_to_end/registry.h"

namespace countersign::end_to_end {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

uint64_t FromSizeIn(const std::string& answer) {
  return nlohmann::json::parse(answer)["from_size"];
}

std::string Bin(absl::string_view name) { return absl::StrCat(BIN_DIR, "/", name); }

class TheOperator : public testing::Test {
 protected:
  // Serves a folder until Stop(); false when it does not start.
  bool Serve(const std::string& data, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"--data", data, "--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    server_ = std::make_unique<Child>(
        Program{.path = Bin("countersignd"), .words = words, .environment = {}},
        folder_.path("log"));
    const std::optional<std::string> line = server_->ReadLine(absl::Seconds(60));
    if (!line.has_value()) return false;
    address_ = std::string(absl::StripPrefix(*line, "listening on "));
    return true;
  }
  void Stop() {
    server_->Signal(SIGTERM);
    EXPECT_EQ(server_->Wait(), 0);
    server_.reset();
  }

  // `countersignd WORDS`; a word that begins with @ is a file of this test.
  Ran Daemon(absl::string_view words) { return RunHere("countersignd", words); }
  Ran Verifier(absl::string_view words) { return RunHere("countersign-verify", words); }
  std::string Cli(absl::string_view words) {
    const Ran ran = RunHere("countersign", absl::StrCat("--as theo.lindqvist ", words),
                            {absl::StrCat("COUNTERSIGN_SERVER=", address_)});
    EXPECT_EQ(ran.code, 0) << words << ran.out << ran.err;
    return ran.out;
  }
  Ran RunHere(absl::string_view program, absl::string_view words,
              std::vector<std::string> environment = {}) {
    Program run{.path = Bin(program), .words = {}, .environment = std::move(environment)};
    for (absl::string_view word : absl::StrSplit(words, ' ')) {
      const bool is_file = absl::ConsumePrefix(&word, "@");
      run.words.push_back(is_file ? File(word) : std::string(word));
    }
    return end_to_end::Run(run);
  }
  std::string File(absl::string_view name) const { return folder_.path(name); }
  void Write(absl::string_view name, const std::string& text) {
    std::ofstream(File(name), std::ios::binary | std::ios::trunc) << text;
  }

  // As Cli, where it may be refused.
  Ran TryCli(absl::string_view words) {
    return RunHere("countersign", absl::StrCat("--as theo.lindqvist ", words),
                   {absl::StrCat("COUNTERSIGN_SERVER=", address_)});
  }
  // On a server that runs: exports of every size that an export may have leave nothing behind that
  // makes the log look as if somebody had tampered with it.
  void ExpectExportsOfThePastDoNoHarm(uint64_t from_size, absl::string_view keys) {
    int refused = 0;
    for (uint64_t size = 1; size < from_size; ++size) {
      const Ran ran =
          TryCli(absl::StrCat("log export --size ", size, " --out ", File("past"), size));
      if (ran.code == 0) continue;
      ++refused;
      EXPECT_EQ(ran.code, 5) << size << ran.err;
      EXPECT_THAT(ran.err, HasSubstr("was not signed in its time"));
    }
    EXPECT_GE(refused, 1);
    Cli("log export --out " + File("whole.export"));
    const Ran verified =
        Verifier(absl::StrCat("log @whole.export --key ", File(keys), " --no-state"));
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  }

  // A demo with a backup, and something that was written and signed after it.
  void ADeploymentWithABackup() {
    ASSERT_TRUE(Serve(File("data"), {"--demo", "--demo-now", kBeginning, "--backups",
                                     File("backups"), "--anchor", File("anchor")}));
    Cli("trust found --name Otterby --group-uid 9901 --lead-name Theo --lead-key theo.lindqvist "
        "--lead-title Lead");
    Cli("admin backup create");
    Cli("school add --name Otter --urn 990001 --division england-and-wales");
    Write("log.key", Cli("log key"));
    Cli("log export --out " + File("online.export"));
    Stop();
  }

  const TemporaryFolder folder_;
  std::unique_ptr<Child> server_;
  std::string address_;
};

TEST_F(TheOperator, LosesTheFolderAndHasEverythingBackFromABackupAndAnExport) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  ASSERT_EQ(Daemon("export --data @data --anchor @anchor --out @off.export").code, 0);
  fs::rename(File("data"), File("lost"));

  const Ran restored = Daemon("restore --backups @backups --data @new -o json");
  ASSERT_EQ(restored.code, 0) << restored.err;
  EXPECT_EQ(nlohmann::json::parse(restored.out)["has_keys"], true);
  fs::copy(File("lost/log-keys"), File("new/log-keys"), fs::copy_options::recursive);
  EXPECT_FALSE(Serve(File("new"), {"--anchor", File("anchor")}));
  EXPECT_EQ(server_->Wait(), 1);
  EXPECT_THAT(ReadFile(File("log")),
              AllOf(HasSubstr("are missing"), HasSubstr("countersignd replay --data"),
                    HasSubstr("countersignd new-epoch --data")));
  const Ran behind = Daemon("verify --data @new --anchor @anchor");
  EXPECT_EQ(behind.code, 6) << behind.err;

  const Ran replayed = Daemon("replay --data @new --from @off.export -o json");
  ASSERT_EQ(replayed.code, 0) << replayed.err;
  const auto report = nlohmann::json::parse(replayed.out);
  EXPECT_LT(report["size_before"], report["size_after"]);
  EXPECT_EQ(report["anchored"], false);
  EXPECT_EQ(Daemon("verify --data @new --anchor @anchor").code, 0);
  ASSERT_TRUE(Serve(File("new"), {"--anchor", File("anchor")}));
  EXPECT_THAT(Cli("school list"), HasSubstr("Otter"));
  Stop();
}

TEST_F(TheOperator, GoesOnWithoutWhatIsLostUnderANewOriginThatTheVerifierAccepts) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  ASSERT_EQ(Daemon("restore --backups @backups --data @new").code, 0);
  fs::copy(File("data/log-keys"), File("new/log-keys"), fs::copy_options::recursive);
  const Ran begun = Daemon(
      "new-epoch --data @new --anchor @anchor --origin log.otterby.example --reason fire -o json");
  ASSERT_EQ(begun.code, 0) << begun.err;
  EXPECT_THAT(begun.out, HasSubstr("log.otterby.example+"));
  ASSERT_TRUE(Serve(File("new"), {"--anchor", File("anchor")}));
  Write("both.key", Cli("log key"));
  ExpectExportsOfThePastDoNoHarm(FromSizeIn(begun.out), "both.key");
  Stop();
  ASSERT_EQ(Daemon("export --data @new --anchor @anchor --out @epoch.export").code, 0);
  const Ran verified = Verifier("log @epoch.export --key @both.key --no-state");
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  const Ran by_the_old_key = Verifier("log @epoch.export --key @log.key --no-state");
  EXPECT_NE(by_the_old_key.code, 0) << by_the_old_key.out;
}

TEST_F(TheOperator, ChangesTheKeyThatSigns) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  const Ran rotated = Daemon("rotate-log-key --data @data --anchor @anchor -o json");
  ASSERT_EQ(rotated.code, 0) << rotated.err;
  const std::string key = nlohmann::json::parse(rotated.out)["key"];
  ASSERT_TRUE(Serve(File("data"), {"--anchor", File("anchor")}));
  Write("two.key", Cli("log key"));
  ExpectExportsOfThePastDoNoHarm(FromSizeIn(rotated.out), "two.key");
  Stop();
  EXPECT_THAT(ReadFile(File("two.key")), AllOf(HasSubstr(key), HasSubstr(" until ")));
  ASSERT_EQ(Daemon("export --data @data --anchor @anchor --out @two.export").code, 0);
  EXPECT_EQ(Verifier("log @two.export --key @two.key --no-state").code, 0);

  // A journal of the time before knows nothing of the new key: it is told, with its sizes.
  ASSERT_EQ(Daemon("restore --backups @backups --data @new").code, 0);
  const Ran unknown = Daemon("replay --data @new --from @two.export --anchor @anchor");
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("--key FILE"));
  Write("too-late.key", key + " from 1000000\n");
  EXPECT_EQ(
      Daemon("replay --data @new --from @two.export --anchor @anchor --key @too-late.key").code, 1);
  Write("wrong.key", key + " since 3\n");
  EXPECT_EQ(Daemon("replay --data @new --from @two.export --anchor @anchor --key @wrong.key").code,
            2);
  const Ran replayed =
      Daemon("replay --data @new --from @two.export --anchor @anchor --key @two.key");
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_EQ(Daemon("verify --data @new --anchor @anchor").code, 0);
}

TEST_F(TheOperator, BringsBackNothingThatTheAnchorContradicts) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  ASSERT_EQ(Daemon("export --data @data --anchor @anchor --out @off.export").code, 0);
  ASSERT_EQ(Daemon("restore --backups @backups --data @new").code, 0);
  // Of another log, with fewer entries.
  ASSERT_TRUE(Serve(File("other"), {"--demo", "--demo-now", kBeginning}));
  Stop();
  const Ran refused =
      Daemon("replay --data @new --from @off.export --anchor @other/anchor/last-signed");
  EXPECT_EQ(refused.code, 6) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("another history"));
  const Ran untouched = Daemon("replay --data @new --from @off.export --anchor @anchor -o json");
  ASSERT_EQ(untouched.code, 0) << untouched.err;
  const auto report = nlohmann::json::parse(untouched.out);
  EXPECT_LT(report["size_before"], report["size_after"]);
  EXPECT_EQ(report["anchored"], true);
}

TEST_F(TheOperator, GoesOnWithoutTheKeyThatEverybodyLost) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  // What is refused changes nothing, the cards included.
  const std::string words = "new-epoch --data @data --origin log.otterby.example --reason lost";
  EXPECT_EQ(Daemon(words + " --anchor @anchor").code, 5);
  EXPECT_EQ(Daemon(words + " --anchor @anchor --key-lost").code, 5);
  EXPECT_TRUE(fs::exists(File("data/views")));
  fs::remove_all(File("data/log-keys"));
  EXPECT_FALSE(Serve(File("data"), {"--anchor", File("anchor")}));
  EXPECT_EQ(server_->Wait(), 1);
  EXPECT_THAT(ReadFile(File("log")), HasSubstr("--key-lost"));
  const Ran begun = Daemon(words + " --anchor @anchor --key-lost");
  ASSERT_EQ(begun.code, 0) << begun.err;
  ASSERT_TRUE(Serve(File("data"), {"--anchor", File("anchor")}));
  Write("both.key", Cli("log key"));
  EXPECT_THAT(Cli("school list"), HasSubstr("Otter"));
  Cli("log export --out " + File("whole.export"));
  Stop();
  const Ran verified = Verifier("log @whole.export --key @both.key --no-state");
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

// The machine is gone, its other disk as well: a backup is all there is.
TEST_F(TheOperator, GoesOnWithABackupAlone) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  ASSERT_EQ(Daemon("restore --backups @backups --data @new").code, 0);
  fs::remove_all(File("data"));
  fs::remove(File("anchor"));
  EXPECT_FALSE(Serve(File("new"), {"--anchor", File("anchor")}));
  EXPECT_EQ(server_->Wait(), 1);
  EXPECT_THAT(ReadFile(File("log")),
              AllOf(HasSubstr("countersignd new-epoch"), HasSubstr("--accept-missing-anchor")));
  const std::string words =
      "new-epoch --data @new --anchor @anchor --origin log.otterby.example --reason fire";
  EXPECT_EQ(Daemon(words).code, 5);
  const Ran begun = Daemon(words + " --key-lost --accept-missing-anchor");
  ASSERT_EQ(begun.code, 0) << begun.err;
  ASSERT_TRUE(Serve(File("new"), {"--anchor", File("anchor")}));
  Write("both.key", Cli("log key"));
  Cli("log export --out " + File("whole.export"));
  Stop();
  const Ran verified = Verifier("log @whole.export --key @both.key --no-state");
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

TEST_F(TheOperator, GetsTheBytesThatTheServerGaveForTheSameHead) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  const Ran verified = Verifier("log @online.export --key @log.key --no-state -o json");
  ASSERT_EQ(verified.code, 0) << verified.err;
  // The header: a line, flags, and the size in eight bytes.
  const std::string online = ReadFile(File("online.export"));
  const size_t size_at = std::string("countersign export v1\n").size() + 1;
  uint64_t size = 0;
  for (size_t i = 0; i < 8; ++i) size = size << 8 | static_cast<uint8_t>(online[size_at + i]);
  const Ran exported =
      Daemon(absl::StrCat("export --data @data --anchor @anchor --out @same.export --size ", size));
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(ReadFile(File("same.export")), online);
  EXPECT_EQ(Daemon("export --data @data --anchor @anchor --out @same.export").code, 5);
}

TEST_F(TheOperator, IsToldTheNearestSizesWhereAnOlderHeadWasNotSigned) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  int refused = 0;
  for (int size = 1;; ++size) {
    const std::string out = absl::StrCat("older", size);
    const Ran ran =
        Daemon(absl::StrCat("export --data @data --anchor @anchor --out @", out, " --size ", size));
    EXPECT_EQ(fs::exists(File(out)), ran.code == 0);
    EXPECT_FALSE(fs::exists(File(out + ".unfinished")));
    if (ran.code == 2) break;  // Beyond the head.
    if (ran.code == 0) continue;
    ++refused;
    EXPECT_EQ(ran.code, 5) << ran.err;
    const std::vector<std::string> words = absl::StrSplit(ran.err, ' ');
    const auto of = std::find(words.begin(), words.end(), "one");
    ASSERT_LT(of + 2, words.end()) << ran.err;
    EXPECT_EQ(Daemon(absl::StrCat("export --data @data --anchor @anchor --out @near", size,
                                  " --size ", *(of + 2)))
                  .code,
              0)
        << ran.err;
  }
  EXPECT_GE(refused, 1);
}

// An export over a slow line, or from a stick: what is broken there is no evidence against anybody.
TEST_F(TheOperator, IsToldThatACopyIsDamagedAsTheVerifierSaysIt) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  ASSERT_EQ(Daemon("restore --backups @backups --data @new").code, 0);
  const std::string whole = ReadFile(File("online.export"));
  std::string changed = whole;
  changed.back() ^= 1;
  Write("changed.export", changed);
  Write("cut.export", whole.substr(0, whole.size() / 2));
  for (const char* copy : {"@changed.export", "@cut.export"}) {
    const Ran ran = Daemon(absl::StrCat("replay --data @new --anchor @anchor --from ", copy));
    EXPECT_EQ(ran.code, 7) << ran.err;
    EXPECT_EQ(Verifier(absl::StrCat("log ", copy, " --key @log.key --no-state")).code, 7);
  }
  Write("long.key", std::string((1 << 20) + 1, '#'));
  const Ran wrong =
      Daemon("replay --data @new --anchor @anchor --from @online.export --key @long.key");
  EXPECT_EQ(wrong.code, 2) << wrong.err;
  EXPECT_EQ(Daemon("replay --data @new --anchor @anchor --from @online.export").code, 0);
}

TEST_F(TheOperator, ExportsOverNothingThatIsNoExport) {
  ASSERT_TRUE(Serve(File("data"), {"--demo", "--demo-now", kBeginning}));
  Stop();
  const std::string words = "export --data @data --out @x.export";
  ASSERT_EQ(::mkfifo(File("x.export.unfinished").c_str(), 0600), 0);
  EXPECT_EQ(Daemon(words).code, 5) << "a pipe, which nobody reads";
  fs::remove(File("x.export.unfinished"));
  Write("x.export.unfinished", "minutes of a meeting");
  EXPECT_EQ(Daemon(words).code, 5);
  EXPECT_EQ(ReadFile(File("x.export.unfinished")), "minutes of a meeting");
  // What an export that was killed left is one.
  Write("x.export.unfinished", "countersign export v1\n and more");
  EXPECT_EQ(Daemon(words).code, 0);
  EXPECT_FALSE(fs::exists(File("x.export.unfinished")));
}

TEST_F(TheOperator, IsToldWhereADamagedJournalCanBeReadTo) {
  ASSERT_NO_FATAL_FAILURE(ADeploymentWithABackup());
  int changed = 0;
  for (const auto& item : fs::directory_iterator(File("data/journal"))) {
    if (item.path().extension() != ".log") continue;
    std::string bytes = ReadFile(item.path());
    const size_t at = bytes.find("school_registered");
    if (at == std::string::npos) continue;
    bytes[at] ^= 1;
    std::ofstream(item.path(), std::ios::binary | std::ios::trunc) << bytes;
    ++changed;
  }
  ASSERT_EQ(changed, 1);
  for (const char* words : {"verify --data @data --anchor @anchor",
                            "export --data @data --anchor @anchor --out @damaged.export"}) {
    const Ran ran = Daemon(words);
    EXPECT_EQ(ran.code, 6) << words << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("is the first that cannot be read")) << words;
  }
  EXPECT_FALSE(fs::exists(File("damaged.export")));
}

TEST_F(TheOperator, IsRefusedWhileAServerHoldsTheFolderAndWhereThereIsNone) {
  ASSERT_TRUE(Serve(File("data"), {"--demo", "--demo-now", kBeginning}));
  EXPECT_EQ(Daemon("verify --data @data").code, 7) << "could not verify";
  const Ran exported = Daemon("export --data @data --out @x.export");
  EXPECT_EQ(exported.code, 5);
  EXPECT_THAT(exported.err, HasSubstr("countersign log export"));
  Stop();
  EXPECT_EQ(Daemon("export --data @nowhere --out @x.export").code, 3);
  EXPECT_EQ(Daemon("verify --data @nowhere").code, 7);
  EXPECT_EQ(Daemon("restore --backups @nowhere --data @new").code, 3);
  EXPECT_FALSE(fs::exists(File("nowhere")));
  EXPECT_EQ(Daemon("replay --data @nowhere --from @x.export").code, 2) << "no key to trust";
  EXPECT_EQ(Daemon("new-epoch --data @data").code, 2) << "no origin";
  EXPECT_EQ(Daemon("verify --help").code, 0);
}

}  // namespace
}  // namespace countersign::end_to_end
