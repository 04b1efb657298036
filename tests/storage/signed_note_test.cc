// Signed notes against vectors that another implementation made, and against what is none.
#include "storage/signing/signed_note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "storage/base64.h"

namespace countersign::storage {
namespace {

using ::testing::HasSubstr;

std::string Vector(const std::string& name) {
  static const nlohmann::json vectors =
      nlohmann::json::parse(std::ifstream(TESTS_DIR "/storage/merkle-vectors.json"));
  return vectors["notes"][name].get<std::string>();
}

std::array<uint8_t, 32> SeedOf(const std::string& name) {
  const std::string bytes = absl::HexStringToBytes(Vector(name));
  std::array<uint8_t, 32> seed{};
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  return seed;
}

SignatureKey LogKey() { return SignatureKey(Vector("log_origin"), SeedOf("log_seed")); }
VerifierKey Log() { return ParseVerifierKey(Vector("log_vkey")).value(); }
VerifierKey Witness() { return ParseVerifierKey(Vector("witness_vkey")).value(); }
SignedNote Cosigned() { return ParseNote(Vector("cosigned_checkpoint")).value(); }

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kUnauthenticated = absl::StatusCode::kUnauthenticated;

TEST(SignedNotes, SignAsTheVectorsSay) {
  EXPECT_EQ(LogKey().SignatureLine(Vector("checkpoint_body")), Vector("log_signature_line"));
  EXPECT_EQ(ToString(LogKey().verifier()), Vector("log_vkey"));
  EXPECT_EQ(absl::StrCat(absl::Hex(LogKey().verifier().id(), absl::kZeroPad8)),
            Vector("log_key_id"));
}

TEST(SignedNotes, ReadTheKeysOfTheVectors) {
  EXPECT_EQ(Log(), LogKey().verifier());
  EXPECT_EQ(Witness().name, Vector("witness_name"));
  EXPECT_EQ(Witness().type, SignatureType::kCosignature);
  EXPECT_EQ(absl::StrCat(absl::Hex(Witness().id(), absl::kZeroPad8)), Vector("witness_key_id"));
  EXPECT_EQ(ToString(Witness()), Vector("witness_vkey"));
}

TEST(SignedNotes, AreReadAndWrittenByteForByte) {
  const SignedNote note = Cosigned();
  EXPECT_EQ(note.text, Vector("checkpoint_body"));
  ASSERT_EQ(note.signatures.size(), 2u);
  EXPECT_EQ(note.signatures[1].name, Vector("witness_name"));
  EXPECT_EQ(note.signatures[1].key_id, Witness().id());
  EXPECT_EQ(ToString(note), Vector("cosigned_checkpoint"));
}

TEST(SignedNotes, VerifyUnderTheKeysThatSigned) {
  EXPECT_TRUE(VerifyNote(Cosigned(), Log()).ok());
  EXPECT_EQ(VerifyCosignature(Cosigned(), Witness()).value(), 1679315147u);
}

TEST(SignedNotes, KeepTheirTextUpToTheLastEmptyLine) {
  const std::string text = "first\n\nsecond\n";
  const SignedNote note = ParseNote(absl::StrCat(text, "\n", LogKey().SignatureLine(text))).value();
  EXPECT_EQ(note.text, text);
  EXPECT_TRUE(VerifyNote(note, Log()).ok());
}

TEST(SignedNotes, DoNotVerifyWithAnyByteOfTheTextChanged) {
  for (size_t at = 0; at < Cosigned().text.size(); ++at) {
    SignedNote note = Cosigned();
    note.text[at] ^= 1;
    EXPECT_EQ(VerifyNote(note, Log()).code(), kUnauthenticated) << at;
    EXPECT_EQ(VerifyCosignature(note, Witness()).status().code(), kUnauthenticated) << at;
  }
}

TEST(SignedNotes, DoNotVerifyWithAnyByteOfASignatureChangedOrMissing) {
  for (size_t at = 0; at < 64; ++at) {
    SignedNote note = Cosigned();
    note.signatures[0].bytes[at] ^= 0x20;
    EXPECT_EQ(VerifyNote(note, Log()).code(), kUnauthenticated) << at;
  }
  for (size_t at = 0; at < 72; ++at) {
    SignedNote note = Cosigned();
    note.signatures[1].bytes[at] ^= 0x20;
    EXPECT_EQ(VerifyCosignature(note, Witness()).status().code(), kUnauthenticated) << at;
  }
  SignedNote longer = Cosigned();
  longer.signatures[0].bytes.push_back('x');
  EXPECT_EQ(VerifyNote(longer, Log()).code(), kUnauthenticated);
  SignedNote shorter = Cosigned();
  shorter.signatures[1].bytes.resize(7);
  EXPECT_EQ(VerifyCosignature(shorter, Witness()).status().code(), kUnauthenticated);
}

TEST(SignedNotes, WithAGoodAndABadSignatureOfOneKeyDoNotVerify) {
  SignedNote note = Cosigned();
  note.signatures.push_back(note.signatures[0]);
  EXPECT_TRUE(VerifyNote(note, Log()).ok());
  note.signatures.back().bytes[0] ^= 1;
  EXPECT_EQ(VerifyNote(note, Log()).code(), kUnauthenticated);
}

TEST(SignedNotes, OfOthersDoNotVerifyUnderAKey) {
  VerifierKey renamed = Log();
  renamed.name = "log.example/another";
  EXPECT_EQ(VerifyNote(Cosigned(), renamed).code(), kUnauthenticated);
  SignedNote alone = Cosigned();
  alone.signatures.erase(alone.signatures.begin());
  EXPECT_EQ(VerifyNote(alone, Log()).code(), kUnauthenticated);
  // A signature of one type is none of the other.
  EXPECT_EQ(VerifyNote(Cosigned(), Witness()).code(), kUnauthenticated);
  EXPECT_EQ(VerifyCosignature(Cosigned(), Log()).status().code(), kUnauthenticated);
}

TEST(SignedNotes, OfAHundredSignaturesAreReadAndOfMoreAreNot) {
  const std::string line = Vector("log_signature_line");
  std::string note = absl::StrCat(Vector("checkpoint_body"), "\n");
  for (int i = 0; i < 100; ++i) note.append(line);
  EXPECT_EQ(ParseNote(note).value().signatures.size(), 100u);
  EXPECT_EQ(ParseNote(note + line).status().code(), kInvalid);
}

struct Malformed {
  std::string what;
  std::string bytes;
};

TEST(SignedNotes, ThatAreMalformedAreRefused) {
  const std::string body = Vector("checkpoint_body");
  const std::string line = Vector("log_signature_line");
  const std::string dash = "\xe2\x80\x94 ";
  const Malformed cases[] = {
      {"nothing", ""},
      {"no empty line", body + line},
      {"no signature", body + "\n"},
      {"no newline at the end", body + "\n" + line.substr(0, line.size() - 1)},
      {"a control character", "a\tb\n\n" + line},
      {"a zero byte", std::string("a\0b\n\n", 5) + line},
      {"a carriage return", absl::StrReplaceAll(body + "\n" + line, {{"\n", "\r\n"}})},
      {"half a character", "a\xe2\x80\n\n" + line},
      {"a character that is longer than it needs to be", "a\xc0\xaf\n\n" + line},
      {"one that is so in three bytes", "a\xe0\x80\xaf\n\n" + line},
      {"a surrogate", "a\xed\xa0\x80\n\n" + line},
      {"one beyond Unicode", "a\xf4\x90\x80\x80\n\n" + line},
      {"a lone second byte", "a\x80\n\n" + line},
      {"another dash", body + "\n-" + line.substr(3)},
      {"a line behind the signatures", body + "\n" + line + "words\n"},
      {"no name", body + "\n" + dash + " " + ToBase64("12345") + "\n"},
      {"a name with a plus", body + "\n" + dash + "a+b " + ToBase64("12345") + "\n"},
      {"a name with a wide space",
       body + "\n" + dash + "a\xe3\x80\x80z " + ToBase64("12345") + "\n"},
      {"no signature behind the name", body + "\n" + dash + "name\n"},
      {"a key id alone", body + "\n" + dash + "name " + ToBase64("1234") + "\n"},
      {"no base64", body + "\n" + dash + "name 12345!78\n"},
      {"base64 without padding", body + "\n" + dash + "name MTIzNDU\n"},
      {"base64 with bits left over", body + "\n" + dash + "name MTIzNDV=\n"},
      {"base64 with a space", body + "\n" + dash + "name MTIz NDU=\n"},
      {"base64 for addresses", body + "\n" + dash + "name __--MTIzNDU=\n"},
  };
  for (const Malformed& malformed : cases) {
    EXPECT_EQ(ParseNote(malformed.bytes).status().code(), kInvalid) << malformed.what;
  }
}

TEST(SignedNotes, MayHoldAnyTextOfWholeCharacters) {
  const std::string line = Vector("log_signature_line");
  for (const std::string text :
       {"\n", "\xc3\xa9\n", "\xe2\x82\xac\n", "\xf0\x9f\x93\x9c\n", "\x7f\n"}) {
    EXPECT_TRUE(ParseNote(absl::StrCat(text, "\n", line)).ok()) << text;
  }
}

TEST(VerifierKeys, ThatAreMalformedAreRefusedWithTheReason) {
  const std::string key = Vector("log_vkey");
  const std::string name = Vector("log_origin");
  const std::pair<std::string, std::string> cases[] = {
      {"", "three parts"},
      {name, "three parts"},
      {name + "+f56bf481", "three parts"},
      {key.substr(name.size()), "name is empty"},
      {"a b" + key.substr(name.size()), "name is empty or holds a space"},
      {absl::StrReplaceAll(key, {{"+f56bf481+", "+f56bf482+"}}), "has f56bf481"},
      {absl::StrReplaceAll(key, {{"+f56bf481+", "+F56BF481+"}}), "id does not fit"},
      {absl::StrReplaceAll(key, {{"+f56bf481+", "+0f56bf481+"}}), "id does not fit"},
      {absl::StrReplaceAll(key, {{name, "log.example/other"}}), "id does not fit"},
      {key + "AA", "base64 of 33 bytes"},
      {key.substr(0, key.size() - 4), "base64 of 33 bytes"},
      {name + "+f56bf481+" + ToBase64("\x02" + std::string(32, 'x')), "type 2 is unknown"},
      {key + "\n", "base64 of 33 bytes"},
  };
  for (const auto& [text, why] : cases) {
    const absl::Status refused = ParseVerifierKey(text).status();
    EXPECT_EQ(refused.code(), kInvalid) << text;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(why)) << text;
  }
}

TEST(VerifierKeys, MayHaveAPlusInTheirBase64) {
  std::array<uint8_t, 32> seed{};
  for (int tries = 0; tries < 256; ++tries) {
    seed[0] = static_cast<uint8_t>(tries);
    const VerifierKey key = SignatureKey("log.example/x", seed).verifier();
    const std::string text = ToString(key);
    EXPECT_EQ(ParseVerifierKey(text).value(), key);
    if (std::count(text.begin(), text.end(), '+') > 2) return;
  }
  FAIL() << "no key of 256 had one";
}

TEST(KeyNames, HoldNeitherSpacesNorControlCharactersNorAPlus) {
  for (const char* name : {"a", "log.example/countersign-test", "sch\xc3\xb6n", "a/b:c"}) {
    EXPECT_TRUE(IsKeyName(name)) << name;
  }
  for (const char* name : {"", " ", "a b", "a+b", "a\nb", "a\x7f", "a\xc2\xa0z", "a\xe2\x80\x89z",
                           "a\xe2\x80\xa8z", "a\xe1\x9a\x80z", "a\xc2\x85z", "a\xff"}) {
    EXPECT_FALSE(IsKeyName(name)) << name;
  }
}

}  // namespace
}  // namespace countersign::storage
