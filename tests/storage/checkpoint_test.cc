// Checkpoints and proof files against vectors that another implementation made.
#include "storage/signing/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "storage/base64.h"
#include "storage/merkle_tree.h"
#include "storage/signing/signed_note.h"

namespace countersign::storage {
namespace {

using nlohmann::json;

const json& Vectors() {
  static const json vectors = json::parse(std::ifstream(TESTS_DIR "/storage/merkle-vectors.json"));
  return vectors;
}
std::string Note(const std::string& name) { return Vectors()["notes"][name].get<std::string>(); }

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(Checkpoints, AreWrittenAsTheVectorsSay) {
  const Checkpoint checkpoint = ParseCheckpointText(Note("checkpoint_body")).value();
  EXPECT_EQ(checkpoint.origin, Note("log_origin"));
  EXPECT_EQ(checkpoint.head.size, 8u);
  EXPECT_EQ(ToHex(checkpoint.head.root),
            "ef7f49b620f6c7ea9b963a214da34b5021c6ded8ed57734380a311ab726aa907");
  EXPECT_EQ(CheckpointText(checkpoint), Note("checkpoint_body"));
}

TEST(Checkpoints, OfTheSmallestAndTheGreatestSizeAreReadAgain) {
  for (const uint64_t size : {uint64_t{0}, UINT64_MAX}) {
    const Checkpoint checkpoint{.origin = "log.example/x", .head = {size, EmptyRoot()}};
    EXPECT_EQ(ParseCheckpointText(CheckpointText(checkpoint)).value(), checkpoint);
  }
}

TEST(Checkpoints, OfAnyOtherShapeAreRefused) {
  const std::string root = ToBase64(AsBytes(EmptyRoot()));
  const std::string cases[] = {
      "",
      "origin\n",
      "origin\n8\n",
      "origin\n8\n" + root,           // No newline.
      "\n8\n" + root + "\n",          // No origin.
      "origin\n\n" + root + "\n",     // No size.
      "origin\n08\n" + root + "\n",   // Two spellings of one number.
      "origin\n+8\n" + root + "\n",   //
      "origin\n 8\n" + root + "\n",   //
      "origin\n-1\n" + root + "\n",   //
      "origin\n8.0\n" + root + "\n",  //
      "origin\n0x8\n" + root + "\n",  //
      "origin\n18446744073709551616\n" + root + "\n",
      "origin\n8\n" + root + "\nmore\n",      // A line too many.
      "origin\n8\n" + root + "\n\n",          //
      "origin\n8\n" + root + " \n",           //
      "origin\n8\n" + root.substr(4) + "\n",  // A hash too short.
      "origin\n8\n" + ToBase64(std::string(33, 'x')) + "\n",
      "origin\r\n8\r\n" + root + "\r\n",
  };
  for (const std::string& text : cases) {
    EXPECT_EQ(ParseCheckpointText(text).status().code(), kInvalid) << text;
  }
}

TEST(SignedCheckpoints, AreANoteWhoseTextIsACheckpoint) {
  const SignedCheckpoint read = ParseSignedCheckpoint(Note("cosigned_checkpoint")).value();
  EXPECT_EQ(ToString(read.note), Note("cosigned_checkpoint"));
  EXPECT_EQ(CheckpointText(read.checkpoint), read.note.text);
  EXPECT_EQ(ParseSignedCheckpoint(Note("checkpoint_body")).status().code(), kInvalid);
  const std::string of_another_text =
      absl::StrReplaceAll(Note("cosigned_checkpoint"), {{"\n8\n", "\neight\n"}});
  EXPECT_TRUE(ParseNote(of_another_text).ok());
  EXPECT_EQ(ParseSignedCheckpoint(of_another_text).status().code(), kInvalid);
}

TEST(ProofFiles, AreReadAndWrittenByteForByte) {
  const TlogProof proof = ParseTlogProof(Note("tlog_proof_index_3")).value();
  EXPECT_EQ(proof.index, 3u);
  EXPECT_EQ(proof.path.size(), 3u);
  EXPECT_FALSE(proof.extra.has_value());
  EXPECT_EQ(proof.checkpoint, Note("cosigned_checkpoint"));
  EXPECT_EQ(ToString(proof), Note("tlog_proof_index_3"));
}

TEST(ProofFiles, ProveWhatTheySay) {
  const TlogProof proof = ParseTlogProof(Note("tlog_proof_index_3")).value();
  const SignedNote note = ParseNote(proof.checkpoint).value();
  EXPECT_TRUE(VerifyNote(note, ParseVerifierKey(Note("log_vkey")).value()).ok());
  const Head head = ParseCheckpointText(note.text).value().head;
  const std::string leaf =
      absl::HexStringToBytes(Vectors()["small"]["leaf_data"][3].get<std::string>());
  EXPECT_TRUE(VerifyInclusion(3, head.size, LeafHash(leaf), proof.path, head.root));
  EXPECT_FALSE(VerifyInclusion(4, head.size, LeafHash(leaf), proof.path, head.root));
}

TEST(ProofFiles, CarryTheEntryInTheirExtraLine) {
  TlogProof proof = ParseTlogProof(Note("tlog_proof_index_3")).value();
  for (const std::string& extra : {std::string(), std::string("\0\xff entry", 8)}) {
    proof.extra = extra;
    const std::string text = ToString(proof);
    EXPECT_EQ(ParseTlogProof(text).value().extra, extra);
    EXPECT_EQ(ToString(ParseTlogProof(text).value()), text);
  }
}

TEST(ProofFiles, OfALeafAloneHaveNoPath) {
  TlogProof proof = ParseTlogProof(Note("tlog_proof_index_3")).value();
  proof.path.clear();
  proof.index = 0;
  EXPECT_TRUE(ParseTlogProof(ToString(proof)).value().path.empty());
}

TEST(ProofFiles, MayHaveAPathOf63HashesAndNoLongerOne) {
  TlogProof proof = ParseTlogProof(Note("tlog_proof_index_3")).value();
  proof.path.resize(63);
  EXPECT_TRUE(ParseTlogProof(ToString(proof)).ok());
  proof.path.resize(64);
  EXPECT_EQ(ParseTlogProof(ToString(proof)).status().code(), kInvalid);
}

TEST(ProofFiles, OfAnyOtherShapeAreRefused) {
  const std::string file = Note("tlog_proof_index_3");
  const std::string hash = ToBase64(AsBytes(EmptyRoot())) + "\n";
  std::string too_long = hash;
  for (int i = 0; i < 6; ++i) too_long += too_long;
  const auto with = [&](const std::string& from, const std::string& to) {
    EXPECT_NE(file.find(from), std::string::npos) << from;
    return absl::StrReplaceAll(file, {{from, to}});
  };
  const std::string cases[] = {
      "",
      "c2sp.org/tlog-proof@v1",
      "c2sp.org/tlog-proof@v1\n",
      "c2sp.org/tlog-proof@v1\nindex 3\n",
      "c2sp.org/tlog-proof@v1\nindex 3\n\n",
      with("@v1", "@v2"),
      with("@v1\n", "@v1\r\n"),
      with("index 3", "index 03"),
      with("index 3", "index"),
      with("index 3", "index 18446744073709551616"),
      with("index 3", "Index 3"),
      with("index 3\n", ""),
      with("index 3\n", "extra ?\nindex 3\n"),
      with("index 3\n", "extra AAAA\nextra AAAA\nindex 3\n"),
      with("index 3\n", "index 3\nextra AAAA\n"),
      with("index 3\n", "index 3\nAAAA\n"),
      with("index 3\n", "index 3\n" + too_long),
      with("\n\nlog.example", "\nlog.example"),
      with("\n\nlog.example", "\n\n\x01log.example"),
      file.substr(0, file.size() - 1),
  };
  for (const std::string& text : cases) {
    EXPECT_EQ(ParseTlogProof(text).status().code(), kInvalid) << text;
  }
}

}  // namespace
}  // namespace countersign::storage
