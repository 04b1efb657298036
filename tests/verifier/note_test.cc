// Notes, checkpoints and proof files against the vectors, and against those who would forge them.
#include "clients/verifier/note.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/tlog_proof.h"
#include "tests/verifier/signed_log.h"

namespace countersign::verifier {
namespace {

using nlohmann::json;

std::string Vector(const char* name) {
  static const json vectors =
      json::parse(std::ifstream(TESTS_DIR "/storage/merkle-vectors.json"))["notes"];
  return vectors[name].get<std::string>();
}

KeyFile LogKeys() { return *ParseKeyFile(Vector("log_vkey")); }
PublicKey Witness() { return *ParsePublicKey(Vector("witness_vkey")); }

TEST(AVerifierKey, IsReadAndWrittenAsTheVectorsHaveIt) {
  const absl::StatusOr<PublicKey> key = ParsePublicKey(Vector("log_vkey"));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->name, Vector("log_origin"));
  EXPECT_EQ(key->type, KeyType::kLog);
  EXPECT_EQ(key->Id(), 0xf56bf481u);
  EXPECT_EQ(ToString(*key), Vector("log_vkey"));
  EXPECT_EQ(Witness().type, KeyType::kWitness);
  EXPECT_EQ(Witness().Id(), 0x20324abeu);
}

TEST(ANote, IsVerifiedAsTheVectorsHaveIt) {
  const absl::StatusOr<Note> note = ParseNote(Vector("cosigned_checkpoint"));
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->text, Vector("checkpoint_body"));
  ASSERT_EQ(note->signatures.size(), 2u);
  EXPECT_EQ(ToString(note->signatures[0]), Vector("log_signature_line"));
  EXPECT_EQ(ToString(note->signatures[1]), Vector("cosignature_line"));
  EXPECT_TRUE(VerifySignature(*note, *ParsePublicKey(Vector("log_vkey"))).ok());
  const absl::StatusOr<uint64_t> seconds = VerifyCosignature(*note, Witness());
  ASSERT_TRUE(seconds.ok()) << seconds.status();
  EXPECT_EQ(*seconds, 1679315147u);
  EXPECT_EQ(CosignedBytes(*seconds, note->text), Vector("cosigned_message"));
}

TEST(ANote, IsNotVerifiedByAKeyOfTheOtherKind) {
  const Note note = *ParseNote(Vector("cosigned_checkpoint"));
  EXPECT_TRUE(absl::IsNotFound(VerifySignature(note, Witness())));
  EXPECT_TRUE(
      absl::IsNotFound(VerifyCosignature(note, *ParsePublicKey(Vector("log_vkey"))).status()));
}

TEST(ANote, WithAnyByteChangedIsNotThisCheckpoint) {
  const std::string note =
      absl::StrCat(Vector("checkpoint_body"), "\n", Vector("log_signature_line"));
  const Checkpoint genuine = *OpenCheckpoint(note, LogKeys());
  for (size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = note;
      changed[i] ^= static_cast<char>(1 << bit);
      EXPECT_FALSE(OpenCheckpoint(changed, LogKeys()).ok()) << "byte " << i << " bit " << bit;
    }
  }
  EXPECT_EQ(genuine.size, 8u);
}

class NoNote : public testing::TestWithParam<std::string> {};

TEST_P(NoNote, IsRead) {
  EXPECT_TRUE(absl::IsInvalidArgument(ParseNote(GetParam()).status())) << GetParam();
}

const std::string& Line() {
  static const std::string line = Vector("log_signature_line");
  return line;
}

INSTANTIATE_TEST_SUITE_P(
    Notes, NoNote,
    testing::Values("", "text\n", "text\n\n", "text\n" + Line(), "text\n\n" + Line() + "x",
                    "text\n\n" + Line().substr(0, Line().size() - 1), "te\x01xt\n\n" + Line(),
                    "te\rxt\n\n" + Line(), "te\xfft\n\n" + Line(), "te\xc0\x80t\n\n" + Line(),
                    "te\xed\xa0\x80t\n\n" + Line(), "text\n\n- name AAAAAAA=\n",
                    "text\n\n\xe2\x80\x94 name AAAA\n", "text\n\n\xe2\x80\x94 na+me AAAAAAA=\n",
                    "text\n\n\xe2\x80\x94 name AAAAAAA\n", "text\n\n\xe2\x80\x94  AAAAAAA=\n",
                    "text\n\n\xe2\x80\x94 name AAAAAAB=\n"));

TEST(ANote, HasAtMostAHundredSignatures) {
  std::string note = "text\n\n";
  for (int i = 0; i < 100; ++i) note += Line();
  EXPECT_TRUE(ParseNote(note).ok());
  EXPECT_FALSE(ParseNote(note + Line()).ok());
}

TEST(ANote, EndsItsTextAtTheLastEmptyLine) {
  EXPECT_EQ(ParseNote("one\n\ntwo\n\n" + Line())->text, "one\n\ntwo\n");
}

TEST(ACheckpoint, IsWrittenAsTheVectorsHaveIt) {
  const absl::StatusOr<Checkpoint> read = ParseCheckpoint(Vector("checkpoint_body"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ToString(*read), Vector("checkpoint_body"));
}

TEST(ACheckpoint, HasExactlyThreeLinesInOneSpelling) {
  const std::string body = Vector("checkpoint_body");
  for (const std::string& wrong :
       {std::string(), body + "more\n", body.substr(0, body.size() - 1),
        absl::StrReplaceAll(body, {{"\n8\n", "\n08\n"}}),
        absl::StrReplaceAll(body, {{"\n8\n", "\n+8\n"}}),
        absl::StrReplaceAll(body, {{"\n8\n", "\n99999999999999999999\n"}}),
        absl::StrReplaceAll(body, {{"=\n", "\n"}}), absl::StrReplaceAll(body, {{"log.", "lo g."}}),
        body.substr(body.find('\n'))}) {
    EXPECT_FALSE(ParseCheckpoint(wrong).ok()) << wrong;
  }
}

TEST(ACheckpoint, OfAnotherNameThanItsKeyIsNotOpened) {
  const std::unique_ptr<storage::SignatureKey> key = KeyOf("log.example/one", 3);
  const std::string text = ToString(Checkpoint{.origin = "log.example/two", .size = 1});
  const std::string note = text + "\n" + key->SignatureLine(text);
  EXPECT_TRUE(absl::IsNotFound(OpenCheckpoint(note, *ParseKeyFile(KeyLine(*key))).status()));
}

TEST(AProofFile, IsReadAndCheckedAsTheVectorsHaveIt) {
  const std::string text = Vector("tlog_proof_index_3");
  const absl::StatusOr<TlogProof> proof = ParseTlogProof(text);
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(ToString(*proof), text);
  const absl::StatusOr<Checkpoint> checkpoint = CheckTlogProof(*proof, "\x03", LogKeys());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->size, 8u);
  const absl::Status other = CheckTlogProof(*proof, "\x04", LogKeys()).status();
  EXPECT_EQ(ExitCodeOf(other), kTampered);
  EXPECT_EQ(WrongPositionOf(other), 3u);
}

TEST(AProofFile, KeepsItsExtraLine) {
  TlogProof proof = *ParseTlogProof(Vector("tlog_proof_index_3"));
  proof.extra = "entry\n bytes";
  EXPECT_EQ(ParseTlogProof(ToString(proof))->extra, proof.extra);
}

TEST(AProofFile, OfAnotherFormIsRefused) {
  const std::string text = Vector("tlog_proof_index_3");
  for (const std::string& wrong :
       {std::string(), text.substr(1), absl::StrReplaceAll(text, {{"@v1", "@v2"}}),
        absl::StrReplaceAll(text, {{"index 3", "index 03"}}),
        absl::StrReplaceAll(text, {{"index 3", "place 3"}}),
        absl::StrReplaceAll(text, {{"index 3\n", "index 3\nextra AAAA\n"}}),
        absl::StrReplaceAll(text, {{"index 3\n", "index 3\nAAAA\n"}}),
        text.substr(0, text.find("\n\n") + 2)}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseTlogProof(wrong).status())) << wrong;
  }
}

}  // namespace
}  // namespace countersign::verifier
