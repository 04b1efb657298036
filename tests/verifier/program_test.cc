// countersign-verify as people run it: what it prints, what it remembers, how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "clients/verifier/last_seen.h"
#include "tests/end_to_end/child.h"
#include "tests/storage/scratch_folder.h"
#include "tests/verifier/signed_log.h"

namespace countersign::verifier {
namespace {

using end_to_end::Ran;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

class TheProgram : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& bytes) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  static std::string Read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  Ran Run(std::vector<std::string> words, std::vector<std::string> environment = {}) {
    if (environment.empty()) environment = {"XDG_STATE_HOME=" + (folder_ / "state")};
    return end_to_end::Run({BIN_DIR "/countersign-verify", std::move(words), environment});
  }
  Ran Verify(const std::string& bytes, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"log", Write("log.export", bytes), "--key", keys_};
    words.insert(words.end(), more.begin(), more.end());
    return Run(words);
  }

  storage::ScratchFolder folder_;
  std::string keys_ = Write("log.keys", KeyLine(*KeyOf(kOrigin, 0)));
};

TEST_F(TheProgram, VerifiesALogAndRemembersIt) {
  const std::string bytes = TwentyEntries();
  const Ran ran = Verify(bytes);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Verified: 20 entries of log.example/countersign-test."));
  EXPECT_THAT(ran.err, IsEmpty());
  const std::string remembered =
      (folder_ / "state/countersign/verify/") + ToHex(Sha256(kOrigin)).substr(0, 32);
  EXPECT_EQ(Read(remembered), TakeApart(bytes).notes[2]);
  EXPECT_EQ(std::filesystem::status(remembered).permissions() & std::filesystem::perms::others_all,
            std::filesystem::perms::none);
  // Nothing is left beside it.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "state/countersign/verify"),
                          std::filesystem::directory_iterator()),
            1);
}

TEST_F(TheProgram, TellsProgramsInJson) {
  const json good = json::parse(Verify(TwentyEntries(), {"-o", "json"}).out);
  EXPECT_EQ(good["verdict"], "verified");
  EXPECT_EQ(good["size"], 20);
  EXPECT_EQ(good["payloads"]["checked"], 20);
  ExportParts parts = TakeApart(TwentyEntries());
  parts.items[5].payload[0] ^= 1;
  const Ran ran = Verify(parts.Bytes(), {"-o", "json"});
  const json bad = json::parse(ran.out);
  EXPECT_EQ(ran.code, 6);
  EXPECT_EQ(bad["verdict"], "tampered");
  EXPECT_EQ(bad["exit_code"], 6);
  EXPECT_EQ(bad["position"], 5);
  const json unverifiable = json::parse(Verify("x", {"-o", "json"}).out);
  EXPECT_EQ(unverifiable["verdict"], "unverifiable");
  EXPECT_TRUE(unverifiable["position"].is_null());
}

TEST_F(TheProgram, NamesTheFirstWrongEntryAndRemembersNothing) {
  ExportParts parts = TakeApart(TwentyEntries());
  parts.items[5].payload[0] ^= 1;
  const Ran ran = Verify(parts.Bytes());
  EXPECT_EQ(ran.code, 6);
  EXPECT_THAT(ran.err, HasSubstr("TAMPERED: The entry at position 5 is wrong"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "state"));
}

TEST_F(TheProgram, FindsALogThatWasRolledBack) {
  SignedLog log;
  log.Write(8);
  log.Sign();
  const std::string shorter = log.Export();
  log.Write(4);
  log.Sign();
  EXPECT_EQ(Verify(shorter).code, 0);
  EXPECT_EQ(Verify(log.Export()).code, 0);
  const std::string state = folder_ / "one-file";
  EXPECT_EQ(Verify(log.Export(), {"--state", state}).code, 0);
  const std::string remembered = Read(state);

  for (const std::vector<std::string>& where :
       {std::vector<std::string>{}, std::vector<std::string>{"--state", state}}) {
    const Ran ran = Verify(shorter, where);
    EXPECT_EQ(ran.code, 6);
    EXPECT_THAT(ran.err, HasSubstr("rolled back: 12 entries"));
  }
  EXPECT_EQ(Read(state), remembered);
  EXPECT_EQ(Verify(shorter, {"--no-state"}).code, 0);
}

TEST_F(TheProgram, AccusesNobodyWhereWhatItRememberedWasDamaged) {
  const std::string state = folder_ / "state-file";
  EXPECT_EQ(Verify(TwentyEntries(), {"--state", state}).code, 0);
  std::string remembered = Read(state);
  const size_t root = remembered.find("\n20\n") + 4;
  remembered[root] = remembered[root] == 'A' ? 'B' : 'A';
  Write("state-file", remembered);
  const Ran ran = Verify(TwentyEntries(), {"--state", state});
  EXPECT_EQ(ran.code, 7);
  EXPECT_THAT(ran.err, HasSubstr("damaged"));
}

TEST_F(TheProgram, FindsALogThatWasForked) {
  EXPECT_EQ(Verify(TwentyEntries()).code, 0);
  SignedLog other;
  other.Write(4);
  other.Append(
      storage::AppendRequest{.events = {{.stream = {storage::StreamType::kSchool, storage::Id({7})},
                                         .event_type = "school_named",
                                         .payload = "x"}},
                             .author = {}});
  other.Write(20);
  other.Sign();
  const Ran ran = Verify(other.Export());
  EXPECT_EQ(ran.code, 6);
  EXPECT_THAT(ran.err, HasSubstr("forked"));
}

TEST_F(TheProgram, CannotVerifyWithoutWhatItNeeds) {
  const std::string log = Write("log.export", TwentyEntries());
  const std::string nothing = folder_ / "nothing";
  const std::string damaged = Write("damaged", "a letter\n");
  const std::string witness = Write("witness.keys", WitnessKeyLine("witness.example/w1", 0x20));
  for (const std::vector<std::string>& words : {
           std::vector<std::string>{},
           {"log"},
           {"read", log},
           {"log", log},
           {"log", log, "--key"},
           {"log", log, "--key", nothing},
           {"log", log, "--key", damaged},
           {"log", log, "--key", witness},
           {"log", nothing, "--key", keys_},
           {"log", folder_ / ".", "--key", keys_},
           {"log", damaged, "--key", keys_},
           {"log", log, "--key", keys_, "--state", damaged},
           {"log", log, "--key", keys_, "--state", "/proc/nowhere/state"},
           {"log", log, "--key", keys_, "--state", nothing, "--no-state"},
           {"log", log, "--key", keys_, "--witness", nothing},
           {"log", log, "--key", keys_, "--witness", keys_},
           {"log", log, "--key", keys_, "--witness", witness},
           {"log", log, "--key", keys_, "-o", "xml"},
           {"log", log, "--key", keys_, "--quickly"},
       }) {
    const Ran ran = Run(words);
    EXPECT_EQ(ran.code, 7) << testing::PrintToString(words) << ran.out << ran.err;
    EXPECT_THAT(ran.out + ran.err, testing::Not(IsEmpty()));
  }
  EXPECT_EQ(Read(damaged), "a letter\n");
  const Ran homeless = Run({"log", log, "--key", keys_}, {"LANG=C"});
  EXPECT_EQ(homeless.code, 7);
  EXPECT_THAT(homeless.err, HasSubstr("--state"));
}

// `command` in a shell, where $V is the program.
Ran InShell(const std::string& command) {
  return end_to_end::Run(
      {"/bin/bash", {"-c", command}, {"V=" BIN_DIR "/countersign-verify", "PATH=/usr/bin:/bin"}});
}

TEST_F(TheProgram, ReadsWhatIsPipedIntoItAndKeysThatACommandPrints) {
  const std::string log = Write("log.export", TwentyEntries());
  for (const std::string& how : {
           "cat " + log + " | $V log - --no-state --key " + keys_,
           "$V log - --no-state --key " + keys_ + " <" + log,
           "$V log <(cat " + log + ") --no-state --key " + keys_,
           "$V log " + log + " --no-state --key <(sed -n p " + keys_ + ")",
           // One that has something to do first: its pipe is held open and still empty.
           "$V log " + log + " --no-state --key <(seq 2000000 | cksum >&2; sed -n p " + keys_ + ")",
           "sed -n p " + keys_ + " | $V log " + log + " --no-state --key -",
       }) {
    const Ran ran = InShell(how);
    EXPECT_EQ(ran.code, 0) << how << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("Verified: 20 entries")) << how;
  }
  ExportParts parts = TakeApart(TwentyEntries());
  parts.items[5].payload[0] ^= 1;
  const std::string tampered = Write("tampered.export", parts.Bytes());
  EXPECT_EQ(InShell("cat " + tampered + " | $V log - --no-state --key " + keys_).code, 6);
}

TEST_F(TheProgram, WaitsForNobodyAndSaysWhatIsNeitherFileNorPipe) {
  const std::string log = Write("log.export", TwentyEntries());
  const std::string fifo = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const Ran nobody = Run({"log", log, "--key", fifo});
  EXPECT_EQ(nobody.code, 7);
  EXPECT_THAT(nobody.err, HasSubstr("Nothing came through " + fifo));
  const Ran failed = InShell("$V log " + log + " --no-state --key <(false)");
  EXPECT_EQ(failed.code, 7);
  EXPECT_THAT(failed.err, HasSubstr("the command that should have failed"));
  const Ran endless = InShell("$V log " + log + " --no-state --key <(yes)");
  EXPECT_EQ(endless.code, 7);
  EXPECT_THAT(endless.err, HasSubstr("is longer than"));
  const Ran no_input = Run({"log", "-", "--key", keys_});
  EXPECT_EQ(no_input.code, 7);
  EXPECT_THAT(no_input.err, HasSubstr("standard input is neither a file nor a pipe"));
  EXPECT_EQ(Run({"log", log, "--key", keys_, "--state", fifo}).code, 7);
  EXPECT_TRUE(std::filesystem::is_fifo(fifo)) << "what is written stays a regular file";
}

TEST_F(TheProgram, SaysHowItEnds) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--help"}, std::vector<std::string>{"log", "--help"}}) {
    const Ran help = Run(words);
    EXPECT_EQ(help.code, 0);
    for (const char* line : {"  0  verified", "  6  evidence of tampering", "  7  could not"}) {
      EXPECT_THAT(help.out, HasSubstr(line));
    }
  }
}

TEST_F(TheProgram, DoesNotClaimWhatNobodyCouldRead) {
  const std::string log = Write("log.export", TwentyEntries());
  const Ran ran = end_to_end::RunInto(
      {BIN_DIR "/countersign-verify", {"log", log, "--key", keys_, "--no-state"}, {}}, "/dev/full");
  EXPECT_EQ(ran.code, 7);
}

}  // namespace
}  // namespace countersign::verifier
