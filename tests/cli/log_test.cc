// The log from outside: what verifies, what is evidence, what proves nothing, and that a witness
// never signs what it has not stored.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <new>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/failure.h"
#include "clients/cli/log/witness_key.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/tlog_proof.h"
#include "countersign/v1/log_service.pb.h"
#include "countersign/v1/recording_service.pb.h"
#include "storage/signing/signed_note.h"
#include "tests/cli/cli_fixture.h"
#include "tests/cli/sample_log.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::string ReadWhole(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Without the breaks that the terminal's width asks for.
std::string OnOneLine(const std::string& text) {
  return absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

template <typename Response>
MadeUpServer::Answer Instead(std::function<void(Response&)> change) {
  return [change = std::move(change)](Message* response) {
    change(dynamic_cast<Response&>(*response));
    return absl::OkStatus();
  };
}

class LogCommands : public testing::Test {
 protected:
  Ended Run(const std::string& verb, const Values& values,
            OutputFormat format = OutputFormat::kTable) {
    return RunOn(server_, CommandNamed("log", verb), values, {.format = format});
  }
  Ended Verify(Values more = {}) {
    more.insert({{"key", {key_}}, {"state", {state_}}});
    return Run("verify", more);
  }
  // The whole export in the first of the two answers.
  void Serve(const std::string& file) {
    auto turn = std::make_shared<int>(0);
    server_.AnswerTo("LogService.Export", Instead<v1::ExportResponse>([=](auto& response) {
                       if ((*turn)++ % 2 == 0) response.set_piece(file);
                     }));
  }
  void ServeCheckpoint(const std::string& note) {
    server_.AnswerTo("LogService.GetCheckpoint",
                     Instead<v1::GetCheckpointResponse>(
                         [=](auto& response) { response.mutable_checkpoint()->set_note(note); }));
  }

  MadeUpServer server_;
  const std::string key_ = FileWith("log-test-key", LogKey() + "\n");
  const std::string state_ = FreePath("log-test-state");
};

TEST_F(LogCommands, KeyPrintsAKeyFileTheNewestFirst) {
  EXPECT_EQ(Run("key", {}).out,
            absl::StrCat(LogKey(), " from 2\n", kLogOrigin, "+00000000+older until 2\n"));
}

TEST_F(LogCommands, CheckpointPrintsTheNoteByteForByte) {
  EXPECT_EQ(Run("checkpoint", {}).out, LogNote(kLogSize));
}

TEST_F(LogCommands, VerifyReadsEverythingWithoutPayloadsAndRemembersTheHead) {
  const Ended ended = Verify();
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Verified: 3 entries of elm.example/journal."));
  EXPECT_EQ(ReadWhole(state_), LogNote(kLogSize));
  EXPECT_FALSE(server_.Last<v1::ExportRequest>().payloads());
  EXPECT_EQ(Verify({{"payloads", {"yes"}}}).code, ExitCode::kDone);
  EXPECT_TRUE(server_.Last<v1::ExportRequest>().payloads());
}

TEST_F(LogCommands, VerifyTakesAChangedEntryForEvidence) {
  std::string file = LogExport(true);
  const size_t at = file.find("draft_issued");
  file[at] = 'c';
  Serve(file);
  const Ended ended = Verify();
  EXPECT_EQ(ended.code, ExitCode::kEvidenceOfChange) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("position 0"));
  EXPECT_THAT(ended.err, HasSubstr("tell the auditor"));
  EXPECT_FALSE(std::filesystem::exists(state_)) << "nothing is remembered of it";
}

TEST_F(LogCommands, VerifyProvesNothingFromACutExportAMissingKeyOrAForeignOne) {
  Serve(LogExport(true).substr(0, 200));
  EXPECT_EQ(Verify().code, ExitCode::kUnverifiable);
  Serve(LogExport(true));
  EXPECT_EQ(Verify({{"key", {FreePath("no-key")}}}).code, ExitCode::kUsage);
  const std::string foreign =
      storage::ToString(storage::SignatureKey("oak.example/journal", {}).verifier());
  EXPECT_EQ(Verify({{"key", {FileWith("foreign", foreign + "\n")}}}).code, ExitCode::kUnverifiable);
  EXPECT_EQ(Verify().code, ExitCode::kDone);
}

TEST_F(LogCommands, VerifyTakesARollbackAndAForkForEvidenceQuicklyToo) {
  for (const char* how : {"payloads", "quick"}) {
    FileWith("log-test-state", ForkedNote(2));
    EXPECT_EQ(Verify({{how, {"yes"}}}).code, ExitCode::kEvidenceOfChange) << how;
    EXPECT_EQ(ReadWhole(state_), ForkedNote(2)) << "what was seen is kept";
    FileWith("log-test-state", LogNote(kLogSize));
    ServeCheckpoint(LogNote(2));
    if (absl::string_view(how) == "quick") {
      EXPECT_EQ(Verify({{how, {"yes"}}}).code, ExitCode::kEvidenceOfChange) << "shorter";
    }
  }
}

TEST_F(LogCommands, VerifyQuicklyChecksTheSignatureAndThatItExtendsWhatWasSeen) {
  FileWith("log-test-state", LogNote(1));
  const Ended ended = Verify({{"quick", {"yes"}}});
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_EQ(ReadWhole(state_), LogNote(kLogSize));
  EXPECT_FALSE(server_.Received<v1::ExportRequest>());
  std::string unsigned_note = LogNote(kLogSize);
  unsigned_note[unsigned_note.size() - 10] ^= 1;
  ServeCheckpoint(unsigned_note);
  EXPECT_NE(Verify({{"quick", {"yes"}}}).code, ExitCode::kDone);
  EXPECT_EQ(ReadWhole(state_), LogNote(kLogSize));
}

// Of an epoch that ended and the one that began after it; the key file tells, or does not.
TEST_F(LogCommands, VerifyQuicklyFollowsTheLogIntoANewEpochOnlyAsTheKeyFileSays) {
  ServeCheckpoint(LaterLogNote(kLogSize));
  const auto verify = [&](const std::string& old_ends, const std::string& new_begins,
                          const std::string& seen) {
    FileWith("log-test-key",
             absl::StrCat(LogKey(), old_ends, "\n", LaterLogKey(), new_begins, "\n"));
    FileWith("log-test-state", seen);
    return Verify({{"quick", {"yes"}}});
  };
  EXPECT_EQ(verify(" until 2", " from 3", LogNote(2)).code, ExitCode::kDone);
  EXPECT_EQ(ReadWhole(state_), LaterLogNote(kLogSize));
  for (const auto& [old_ends, new_begins] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"", " from 3"}, {" until 2", ""}, {" until 2", " from 2"}}) {
    const Ended ended = verify(old_ends, new_begins, LogNote(2));
    EXPECT_EQ(ended.code, ExitCode::kUnverifiable) << old_ends << new_begins;
    EXPECT_THAT(OnOneLine(ended.err), HasSubstr("Leave --quick out"));
    EXPECT_EQ(ReadWhole(state_), LogNote(2)) << "what was seen is kept";
  }
}

TEST_F(LogCommands, VerifyQuicklyTakesAForkBeforeTheNewEpochForEvidence) {
  ServeCheckpoint(LaterLogNote(kLogSize));
  FileWith("log-test-key", absl::StrCat(LogKey(), " until 2\n", LaterLogKey(), " from 3\n"));
  FileWith("log-test-state", ForkedNote(2));
  EXPECT_EQ(Verify({{"quick", {"yes"}}}).code, ExitCode::kEvidenceOfChange);
  EXPECT_EQ(ReadWhole(state_), ForkedNote(2));
  FileWith("log-test-state", ForkedNote(3));
  const Ended lost = Verify({{"quick", {"yes"}}});
  EXPECT_EQ(lost.code, ExitCode::kDone) << "beyond the end of its origin: " << lost.err;
  EXPECT_THAT(OnOneLine(lost.out), HasSubstr("ended with its origin"));
}

// The log of an origin that the key file does not know was there before.
TEST_F(LogCommands, VerifyQuicklyForgetsNothingOfALogThatTheKeyFileDoesNotKnow) {
  FileWith("log-test-state", LaterLogNote(2));
  EXPECT_EQ(Verify({{"quick", {"yes"}}}).code, ExitCode::kUnverifiable);
  EXPECT_EQ(ReadWhole(state_), LaterLogNote(2));
}

TEST_F(LogCommands, VerifyAsksForTheCheckpointOfEachWitnessApart) {
  const RandomSource fixed = [] {
    std::array<uint8_t, 16> bytes;
    bytes.fill(0x44);
    return bytes;
  };
  const auto other = WitnessKey::Open(FreePath("other-witness"), "witness.example/heads", fixed);
  ASSERT_TRUE(other.ok()) << other.status();
  const std::string other_key = verifier::ToString(other->verifier());
  // They never met: the one saw three entries, the other two.
  std::string of_the_other = LogNote(2);
  server_.AnswerTo(
      "LogService.GetCheckpoint", Instead<v1::GetCheckpointResponse>([&](auto& response) {
        const auto request = server_.Last<v1::GetCheckpointRequest>();
        EXPECT_LE(request.cosigned_by_size(), 1);
        const bool is_other =
            request.cosigned_by_size() == 1 && request.cosigned_by(0) == other_key;
        const std::string text = verifier::ParseNote(of_the_other)->text;
        response.mutable_checkpoint()->set_note(is_other ? of_the_other +
                                                               *other->Cosign(text, 1'800'000'000)
                                                         : LogNote(kLogSize, true));
      }));
  const Values witnesses = {{"witness",
                             {FileWith("log-test-witness", WitnessKeyOfLog() + "\n"),
                              FileWith("log-test-other", other_key + "\n")}}};
  const Ended ended = Verify(witnesses);
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Every witness vouches for the first 2 entries."));
  of_the_other = ForkedNote(2);
  EXPECT_EQ(Verify(witnesses).code, ExitCode::kEvidenceOfChange) << "it saw another log";
}

TEST_F(LogCommands, VerifyDemandsTheWitness) {
  const Values witness = {{"witness", {FileWith("log-test-witness", WitnessKeyOfLog() + "\n")}}};
  const Ended ended = Verify(witness);
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Every witness vouches for the first 3 entries."));
  EXPECT_EQ(server_.Last<v1::GetCheckpointRequest>().cosigned_by(0), WitnessKeyOfLog());
  ServeCheckpoint(LogNote(kLogSize));
  EXPECT_EQ(Verify(witness).code, ExitCode::kUnverifiable) << "it did not cosign this one";
  server_.AnswerTo("LogService.GetCheckpoint",
                   [](Message*) { return absl::NotFoundError("There is none yet."); });
  EXPECT_EQ(Verify(witness).code, ExitCode::kUnverifiable);
}

TEST_F(LogCommands, ProveChecksTheProofAndKeepsIt) {
  const std::string out = FreePath("entry.tlog-proof");
  const Values values = {{"position", {"1"}}, {"out", {out}}, {"key", {key_}}};
  const Ended ended = Run("prove", values);
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("signed under your key"));
  const auto proof = verifier::ParseTlogProof(ReadWhole(out));
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_TRUE(verifier::CheckTlogProof(*proof, *proof->extra, *verifier::ReadKeyFile(key_)).ok());
  server_.methods.clear();
  EXPECT_EQ(Run("prove", values).code, ExitCode::kUsage) << "the file is there already";
  EXPECT_TRUE(server_.methods.empty());
}

TEST_F(LogCommands, ProveTakesAProofThatDoesNotFitForEvidenceAlsoWithoutAKey) {
  for (const bool with_key : {false, true}) {
    Values values = {{"position", {"2"}}};
    if (with_key) values["key"] = {key_};
    server_.AnswerTo("LogService.ProveInclusion",
                     Instead<v1::ProveInclusionResponse>([](auto& response) {
                       v1::ProveInclusionRequest request;
                       request.set_position(1);
                       absl::Status status;
                       AnswerFromLog(request, 0, &response, &status);
                     }));
    EXPECT_EQ(Run("prove", values).code, ExitCode::kEvidenceOfChange) << "of another entry";
    values["position"] = {"1"};
    EXPECT_EQ(Run("prove", values).code, ExitCode::kDone);
    server_.AnswerTo("LogService.ProveInclusion",
                     Instead<v1::ProveInclusionResponse>([](auto& response) {
                       v1::ProveInclusionRequest request;
                       request.set_position(1);
                       absl::Status status;
                       AnswerFromLog(request, 0, &response, &status);
                       response.mutable_entry()->back() ^= 1;
                     }));
    EXPECT_EQ(Run("prove", values).code, ExitCode::kEvidenceOfChange) << "of other bytes";
  }
}

TEST_F(LogCommands, ProveKeepsNoProofOfOtherBytes) {
  const std::string out = FreePath("entry.tlog-proof");
  server_.AnswerTo("LogService.ProveInclusion",
                   Instead<v1::ProveInclusionResponse>([](auto& response) {
                     v1::ProveInclusionRequest request;
                     request.set_position(1);
                     absl::Status status;
                     AnswerFromLog(request, 0, &response, &status);
                     auto proof = *verifier::ParseTlogProof(response.tlog_proof());
                     proof.extra->back() ^= 1;
                     response.set_tlog_proof(verifier::ToString(proof));
                   }));
  const Values values = {{"position", {"1"}}, {"out", {out}}, {"key", {key_}}};
  EXPECT_EQ(Run("prove", values).code, ExitCode::kEvidenceOfChange);
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(LogCommands, WatchSendsItsFiltersAndTellsALineForEachMessage) {
  const Ended ended = Run("watch",
                          {{"from", {"5"}},
                           {"type", {"draft_issued", "signed"}},
                           {"stream", {"plan"}},
                           {"until-caught-up", {"yes"}}},
                          OutputFormat::kJsonl);
  const auto request = server_.Last<v1::WatchRequest>();
  EXPECT_EQ(request.from_position(), 5u);
  EXPECT_THAT(request.event_types(), testing::ElementsAre("draft_issued", "signed"));
  EXPECT_THAT(request.streams(), testing::ElementsAre("plan"));
  const std::vector<std::string> lines = absl::StrSplit(ended.out, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(nlohmann::json::parse(lines[0])["entry"]["event_type"], "draft_issued");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["caught_up"], "3");
}

TEST_F(LogCommands, WatchWithoutAnEndWritesLinesAndNoDocument) {
  for (const OutputFormat format : {OutputFormat::kJson, OutputFormat::kCsv}) {
    const Ended ended = Run("watch", {}, format);
    EXPECT_EQ(ended.code, ExitCode::kUsage);
    EXPECT_THAT(OnOneLine(ended.err), HasSubstr("-o jsonl"));
    EXPECT_TRUE(server_.methods.empty());
    server_.methods.clear();
    EXPECT_EQ(Run("watch", {{"until-caught-up", {"yes"}}}, format).code, ExitCode::kDone);
    server_.methods.clear();
  }
  EXPECT_EQ(Run("watch", {}, OutputFormat::kJsonl).code, ExitCode::kDone);
}

TEST_F(LogCommands, WatchTakesOnlyTypesOfEventsThatThereAre) {
  const Ended ended = Run("watch", {{"type", {"draft_issued", "draft_isued", "work_facts_changed"}},
                                    {"until-caught-up", {"yes"}}});
  EXPECT_EQ(ended.code, ExitCode::kUsage);
  EXPECT_THAT(ended.err, HasSubstr("--type: draft_isued is no type of event."));
  EXPECT_THAT(ended.err, Not(HasSubstr("draft_issued is")));
  EXPECT_THAT(ended.err, Not(HasSubstr("work_facts_changed is")));
  EXPECT_TRUE(server_.methods.empty());
  // A fact whose own name the journal does not tell.
  EXPECT_EQ(Run("watch", {{"type", {"absence_recorded"}}}).code, ExitCode::kUsage);
  EXPECT_EQ(Run("watch", {{"type", {"plan_shown", "log_exported"}}}).code, ExitCode::kDone);
}

TEST_F(LogCommands, CheckpointSaysWhatIsMissingOfAWitness) {
  const std::string key =
      RunOn(server_, CommandNamed("witness", "key"), {{"key", {FreePath("a-witness")}}}).out;
  const Values values = {{"witness", {FileWith("witness-keys", key)}}};
  server_.AnswerTo("LogService.GetCheckpoint",
                   [](Message*) { return absl::NotFoundError("Nobody cosigned yet."); });
  const Ended none = Run("checkpoint", values);
  EXPECT_EQ(none.code, ExitCode::kNotFound) << none.err;
  EXPECT_THAT(none.err, HasSubstr("countersign witness cosign"));
  EXPECT_THAT(none.err, Not(HasSubstr("plan list")));
  server_.AnswerTo("LogService.GetCheckpoint", [](Message*) {
    return MakeFailure(absl::StatusCode::kInvalidArgument,
                       {.reason = "MALFORMED",
                        .message = "The request is malformed: cosigned_by is unknown.",
                        .fields = {{"cosigned_by", "is unknown."}}});
  });
  const Ended unknown = Run("checkpoint", values);
  EXPECT_EQ(unknown.code, ExitCode::kUsage);
  EXPECT_THAT(unknown.err, HasSubstr("countersignd --witness KEY"));
  const Ended unverified = Verify({{"witness", values.at("witness")}});
  EXPECT_EQ(unverified.code, ExitCode::kUnverifiable);
  EXPECT_THAT(unverified.err, HasSubstr("countersignd --witness KEY"));
}

TEST_F(LogCommands, ExportRefusesStdoutAndASizeOfNothing) {
  const Ended into_stdout = Run("export", {{"out", {"-"}}});
  EXPECT_EQ(into_stdout.code, ExitCode::kUsage);
  const Ended of_nothing = Run("export", {{"out", {FreePath("sizeless")}}, {"size", {"0"}}});
  EXPECT_EQ(of_nothing.code, ExitCode::kUsage);
  EXPECT_THAT(of_nothing.err, HasSubstr("--size: is at least 1."));
  EXPECT_TRUE(server_.methods.empty());
}

TEST_F(LogCommands, WaitForNoPipe) {
  const std::string fifo = FreePath("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(Verify({{"state", {fifo}}}).code, ExitCode::kUnverifiable);
  EXPECT_EQ(Run("verify", {{"key", {fifo}}, {"state", {state_}}}).code, ExitCode::kUsage);
  const Ended key = RunOn(server_, CommandNamed("witness", "key"), {{"key", {fifo}}});
  EXPECT_EQ(key.code, ExitCode::kUsage);
  EXPECT_THAT(key.err, HasSubstr("no regular file"));
  const Ended people = RunOn(server_, CommandNamed("people", "import"), {{"file", {fifo}}});
  EXPECT_EQ(people.code, ExitCode::kUsage);
  EXPECT_THAT(people.err, HasSubstr("no regular file"));
  EXPECT_EQ(RunOn(server_, CommandNamed("deadlines", "check"), {{"file", {fifo}}}).code,
            ExitCode::kUsage);
  EXPECT_TRUE(std::filesystem::is_fifo(fifo));
  std::filesystem::remove(fifo);
}

TEST_F(LogCommands, ExportWritesTheFileByteForByteAndNothingWhenItBreaksOff) {
  const std::string out = FreePath("journal.export");
  EXPECT_EQ(Run("export", {{"out", {out}}}).code, ExitCode::kDone);
  EXPECT_EQ(ReadWhole(out), LogExport(true));
  const std::string broken = FreePath("broken.export");
  auto turn = std::make_shared<int>(0);
  server_.AnswerTo("LogService.Export", [turn](Message* response) {
    dynamic_cast<v1::ExportResponse&>(*response).set_piece("countersign");
    return (*turn)++ == 0 ? absl::OkStatus() : absl::UnavailableError("The server went away.");
  });
  EXPECT_EQ(Run("export", {{"out", {broken}}}).code, ExitCode::kUnreachable);
  for (const auto& file :
       std::filesystem::directory_iterator(std::filesystem::path(broken).parent_path())) {
    EXPECT_FALSE(absl::StartsWith(file.path().string(), broken)) << file.path();
  }
  EXPECT_EQ(Run("export", {}).code, ExitCode::kUsage) << "into nothing";
}

TEST_F(LogCommands, ExportReplacesNothingThatCameToLieThereMeanwhile) {
  const std::string out = FreePath("raced.export");
  auto turn = std::make_shared<int>(0);
  server_.AnswerTo("LogService.Export", Instead<v1::ExportResponse>([=](auto& response) {
                     if ((*turn)++ == 0) std::ofstream(out) << "somebody else's";
                     response.set_piece("countersign");
                   }));
  EXPECT_EQ(Run("export", {{"out", {out}}}).code, ExitCode::kUsage);
  EXPECT_EQ(ReadWhole(out), "somebody else's");
}

class Witnesses : public LogCommands {
 protected:
  Ended Cosign() {
    return RunOn(server_, CommandNamed("witness", "cosign"),
                 {{"key", {own_key_}}, {"log-key", {key_}}, {"state", {state_}}});
  }
  const std::string own_key_ = FreePath("own-witness-key");
};

TEST_F(Witnesses, MakeTheirKeyOnceForThemselvesAlone) {
  const auto show = [&] {
    return RunOn(server_, CommandNamed("witness", "key"), {{"key", {own_key_}}}).out;
  };
  const std::string first = show();
  EXPECT_THAT(first, HasSubstr("countersign-witness+"));
  EXPECT_EQ(show(), first);
  struct stat found = {};
  ASSERT_EQ(::stat(own_key_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  ASSERT_EQ(::chmod(own_key_.c_str(), 0644), 0);
  EXPECT_EQ(show(), "") << "others may have read it";
}

RandomSource Threes() {
  return [] {
    std::array<uint8_t, 16> bytes;
    bytes.fill(0x33);
    return bytes;
  };
}

// As on a machine whose OpenSSL is configured to give nothing of the kind.
class WithoutEd25519 {
 public:
  WithoutEd25519() { EVP_set_default_properties(nullptr, "provider=none"); }
  ~WithoutEd25519() { EVP_set_default_properties(nullptr, ""); }
};

TEST(WitnessKeys, NeitherSignNorAreMadeWhereOpenSslCannot) {
  const auto key = WitnessKey::Open(FreePath("signing-witness"), "", Threes());
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_TRUE(key->Cosign("a text\n", 1).ok());
  const std::string unmade = FreePath("unmade-witness");
  const WithoutEd25519 without;
  EXPECT_EQ(key->Cosign("a text\n", 1).status().code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(WitnessKey::Open(unmade, "", Threes()).status().code(), absl::StatusCode::kUnknown);
  EXPECT_FALSE(std::filesystem::exists(unmade));
}

TEST(WitnessKeys, LeaveNoSeedInMemoryWhenTheyGo) {
  absl::StatusOr<WitnessKey> opened = WitnessKey::Open(FreePath("gone-witness"), "", Threes());
  ASSERT_TRUE(opened.ok()) << opened.status();
  alignas(WitnessKey) std::array<char, sizeof(WitnessKey)> room{};
  const std::string seed(32, '\x33');
  const auto holds_seed = [&] {
    return std::string(room.data(), room.size()).find(seed) != std::string::npos;
  };
  auto* key = new (room.data()) WitnessKey(*std::move(opened));
  EXPECT_TRUE(holds_seed());
  key->~WitnessKey();
  EXPECT_FALSE(holds_seed());
}

TEST_F(Witnesses, HandInACosignatureThatVerifies) {
  const Ended ended = Cosign();
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  const std::string public_key =
      RunOn(server_, CommandNamed("witness", "key"), {{"key", {own_key_}}}).out;
  const auto key = verifier::ParsePublicKey(public_key.substr(0, public_key.size() - 1));
  ASSERT_TRUE(key.ok()) << key.status();
  const std::string note = server_.Last<v1::AddCosignatureRequest>().note();
  EXPECT_TRUE(verifier::CheckCosigned(note, {*key}).ok());
  EXPECT_TRUE(verifier::OpenCheckpoint(note, *verifier::ReadKeyFile(key_)).ok());
}

TEST_F(Witnesses, RestForASecondAtLeast) {
  server_.AnswerTo("LogService.GetCheckpoint",
                   [](Message*) { return absl::PermissionDeniedError("Not you."); });
  const Ended ended =
      RunOn(server_, CommandNamed("witness", "cosign"),
            {{"key", {own_key_}}, {"log-key", {key_}}, {"state", {state_}}, {"every", {"0"}}});
  EXPECT_EQ(ended.code, ExitCode::kUsage);
  EXPECT_THAT(ended.err, HasSubstr("--every"));
  EXPECT_TRUE(server_.methods.empty());
}

TEST_F(Witnesses, VouchAgainForTheSameHeadByOneSignature) {
  Cosign();
  ServeCheckpoint(server_.Last<v1::AddCosignatureRequest>().note());
  EXPECT_EQ(Cosign().code, ExitCode::kDone);
  const auto note = verifier::ParseNote(server_.Last<v1::AddCosignatureRequest>().note());
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->signatures.size(), 2u) << "the log's and its own";
}

TEST_F(Witnesses, SayWhereTheServerLearnsOfThem) {
  server_.AnswerTo("LogService.AddCosignature",
                   [](Message*) { return absl::InvalidArgumentError("Nobody known signed it."); });
  const Ended ended = Cosign();
  EXPECT_EQ(ended.code, ExitCode::kUsage);
  EXPECT_THAT(OnOneLine(ended.err), HasSubstr("countersignd --witness KEY"));
}

TEST_F(Witnesses, StoreBeforeTheyHandIn) {
  std::string stored;
  server_.AnswerTo("LogService.AddCosignature", [&](Message*) {
    stored = ReadWhole(state_);
    return absl::UnavailableError("The server went away.");
  });
  EXPECT_EQ(Cosign().code, ExitCode::kUnreachable);
  EXPECT_EQ(stored, LogNote(kLogSize));
}

TEST_F(Witnesses, NeitherSignNorForgetAfterARollbackOrAFork) {
  FileWith("log-test-state", ForkedNote(2));
  EXPECT_EQ(Cosign().code, ExitCode::kEvidenceOfChange);
  EXPECT_EQ(ReadWhole(state_), ForkedNote(2));
  FileWith("log-test-state", ForkedNote(3));
  EXPECT_EQ(Cosign().code, ExitCode::kEvidenceOfChange) << "of the same size";
  FileWith("log-test-state", LogNote(3));
  ServeCheckpoint(LogNote(2));
  EXPECT_EQ(Cosign().code, ExitCode::kEvidenceOfChange) << "shorter";
  EXPECT_EQ(ReadWhole(state_), LogNote(3));
  EXPECT_FALSE(server_.Received<v1::AddCosignatureRequest>());
}

// A receipt that proves entry 1 of the sample log.
void FillProven(v1::Receipt& receipt) {
  v1::ProveInclusionRequest request;
  request.set_position(1);
  v1::ProveInclusionResponse proven;
  absl::Status status;
  AnswerFromLog(request, 0, &proven, &status);
  auto* entry = receipt.add_entries();
  entry->set_position(1);
  entry->set_stream(absl::StrCat("plan/", kPlanId));
  entry->set_event_type("draft_issued");
  entry->set_version(1);
  entry->set_entry(proven.entry());
  entry->set_leaf_hash(std::string(
      verifier::AsBytes(verifier::Sha256({std::string_view("\0", 1), proven.entry()}))));
  *entry->mutable_inclusion_proof() = proven.proof();
  receipt.set_checkpoint(LogNote(kLogSize));
}

class ReceiptsThatProve : public LogCommands {
 protected:
  Ended AddComment(const RequestOptions& options) {
    return RunOn(server_, CommandNamed("comment", "add"),
                 {{"plan", {kPlanId}}, {"text", {"I enjoyed this year."}}}, {.options = options});
  }
  void Answer(std::function<void(v1::Receipt&)> fill) {
    server_.AnswerTo("RecordingService.AddComment",
                     Instead<v1::AddCommentResponse>([fill = std::move(fill)](auto& response) {
                       fill(*response.mutable_receipt());
                     }));
  }
};

TEST_F(ReceiptsThatProve, SendWhatIsWaitedForAndSayWhatWasChecked) {
  Answer(FillProven);
  const std::string out = FreePath("comment.tlog-proof");
  const Ended ended = AddComment(
      {.request_id = kLogRequestId, .wait_for = v1::WAIT_FOR_CHECKPOINTED, .proof_path = out});
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_EQ(server_.Last<v1::AddCommentRequest>().wait_for(), v1::WAIT_FOR_CHECKPOINTED);
  const std::string words = OnOneLine(ended.out);
  EXPECT_THAT(words,
              HasSubstr("Proven: 1 entry leads to a checkpoint of 3 entries of elm.example"));
  EXPECT_THAT(words, HasSubstr("who signed it was not checked"));
  const auto proof = verifier::ParseTlogProof(ReadWhole(out));
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(proof->index, 1u);
  EXPECT_TRUE(verifier::CheckTlogProof(*proof, *proof->extra, *verifier::ReadKeyFile(key_)).ok());
}

TEST_F(ReceiptsThatProve, SayThatTheCommandStandsWhereTheProofCannotBeKept) {
  Answer(FillProven);
  const std::string taken = FileWith("taken.tlog-proof", "of another command");
  for (const std::string& out : {taken, FreePath("no-folder") + "/comment.tlog-proof"}) {
    const Ended ended = AddComment(
        {.request_id = kLogRequestId, .wait_for = v1::WAIT_FOR_CHECKPOINTED, .proof_path = out});
    EXPECT_EQ(ended.code, ExitCode::kRecordedNotShown) << ended.err;
    EXPECT_THAT(OnOneLine(ended.out), HasSubstr("at position 1:")) << "what was recorded is shown";
    const std::string words = OnOneLine(ended.err);
    EXPECT_THAT(words, HasSubstr("The command was recorded at position 1; only its proof was not"));
    EXPECT_THAT(words,
                HasSubstr("do not repeat the command; `countersign log prove 1 --out FILE`"));
  }
  EXPECT_EQ(ReadWhole(taken), "of another command");
}

TEST_F(ReceiptsThatProve, AreCheckedUnderTheKeyThatIsGiven) {
  RequestOptions options = {.request_id = kLogRequestId,
                            .wait_for = v1::WAIT_FOR_CHECKPOINTED,
                            .log_keys = *verifier::ReadKeyFile(key_)};
  Answer(FillProven);
  const Ended ended = AddComment(options);
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(OnOneLine(ended.out), HasSubstr("signed under your key"));
  options.log_keys = *verifier::ParseKeyFile(LaterLogKey() + "\n");
  EXPECT_EQ(AddComment(options).code, ExitCode::kUnverifiable) << "a key of another log";
  options.log_keys = *verifier::ParseKeyFile(LogKey() + " until 2\n");
  EXPECT_NE(AddComment(options).code, ExitCode::kDone) << "a key that has retired";
  options.log_keys = *verifier::ReadKeyFile(key_);
  Answer([](v1::Receipt& receipt) {
    FillProven(receipt);
    std::string& note = *receipt.mutable_checkpoint();
    note[note.size() - 10] = note[note.size() - 10] == 'A' ? 'B' : 'A';
  });
  EXPECT_EQ(AddComment(options).code, ExitCode::kEvidenceOfChange) << "a wrong signature";
  Answer([](v1::Receipt& receipt) {
    FillProven(receipt);
    receipt.clear_checkpoint();
  });
  EXPECT_EQ(AddComment(options).code, ExitCode::kUnverifiable) << "there is nothing to check";
}

TEST_F(ReceiptsThatProve, AreEvidenceWhenTheyDoNot) {
  const std::vector<std::function<void(v1::Receipt&)>> changes = {
      [](v1::Receipt& receipt) { receipt.mutable_entries(0)->mutable_entry()->back() ^= 1; },
      [](v1::Receipt& receipt) { receipt.mutable_entries(0)->clear_entry(); },
      [](v1::Receipt& receipt) { receipt.mutable_entries(0)->set_position(2); },
      [](v1::Receipt& receipt) { receipt.mutable_entries(0)->set_version(2); },
      [](v1::Receipt& receipt) { receipt.mutable_entries(0)->set_event_type("comment_added"); },
      [](v1::Receipt& receipt) { receipt.mutable_entries(0)->clear_inclusion_proof(); },
      [](v1::Receipt& receipt) { receipt.mutable_entries(0)->mutable_leaf_hash()->back() ^= 1; },
      [](v1::Receipt& receipt) { receipt.set_checkpoint(ForkedNote(kLogSize)); },
      [](v1::Receipt& receipt) { receipt.set_checkpoint("signed, honestly"); }};
  for (size_t i = 0; i < changes.size(); ++i) {
    Answer([&](v1::Receipt& receipt) {
      FillProven(receipt);
      changes[i](receipt);
    });
    const Ended ended =
        AddComment({.request_id = kLogRequestId, .wait_for = v1::WAIT_FOR_CHECKPOINTED});
    EXPECT_EQ(ended.code, ExitCode::kEvidenceOfChange) << i << ": " << ended.out;
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(ReceiptsThatProve, AreEvidenceWhenTheyProveWhatAnotherRequestDid) {
  Answer(FillProven);
  const Ended ended = AddComment({.request_id = "eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeed",
                                  .wait_for = v1::WAIT_FOR_CHECKPOINTED});
  EXPECT_EQ(ended.code, ExitCode::kEvidenceOfChange) << ended.out;
  EXPECT_THAT(OnOneLine(ended.err), HasSubstr("of another request"));
}

// A command that wrote more entries than are given with their proofs.
TEST_F(ReceiptsThatProve, ProveTheFirstFiveHundredEntries) {
  const auto fill = [](v1::Receipt& receipt, int proven) {
    v1::Receipt one;
    FillProven(one);
    for (int i = 0; i < 502; ++i) {
      v1::Receipt::Entry* entry = receipt.add_entries();
      *entry = one.entries(0);
      if (i >= proven) entry->clear_entry();
    }
    receipt.set_checkpoint(one.checkpoint());
  };
  for (const int proven : {500, 499}) {
    Answer([&](v1::Receipt& receipt) { fill(receipt, proven); });
    EXPECT_EQ(AddComment({.request_id = kLogRequestId, .wait_for = v1::WAIT_FOR_CHECKPOINTED}).code,
              proven == 500 ? ExitCode::kDone : ExitCode::kEvidenceOfChange)
        << proven;
  }
}

}  // namespace
}  // namespace countersign::cli
