// A file of the log's keys: the operator's commands accept what everybody accepts who checks the
// log, and refuse the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/operator/offline.h"
#include "storage/signing/signed_note.h"

namespace countersign {
namespace {

using testing::HasSubstr;

class AKeyFile : public testing::Test {
 protected:
  absl::StatusOr<std::vector<storage::TrustedKey>> Read(const std::string& text) {
    const rocksdb::Status written =
        rocksdb::WriteStringToFile(env_.get(), text, "/keys", /*should_sync=*/true);
    EXPECT_TRUE(written.ok()) << written.ToString();
    return KeysInFile(env_.get(), "/keys");
  }

  const std::unique_ptr<rocksdb::Env> env_{rocksdb::NewMemEnv(rocksdb::Env::Default())};
  const std::string one_ = ToString(storage::SignatureKey("log.example", {1}).verifier());
  const std::string two_ = ToString(storage::SignatureKey("log.example", {2}).verifier());
};

TEST_F(AKeyFile, NamesKeysWithTheSizesThatTheySign) {
  const absl::StatusOr<std::vector<storage::TrustedKey>> keys = Read(
      absl::StrCat("# the log's\n\n", one_, " until 9 # retired\r\n  ", two_, " from 9 until 20"));
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ(ToString((*keys)[0].key), one_);
  EXPECT_EQ((*keys)[0].from_size, 0u);
  EXPECT_EQ((*keys)[0].until_size, 9u);
  EXPECT_EQ((*keys)[1].from_size, 9u);
  EXPECT_EQ((*keys)[1].until_size, 20u);
}

TEST_F(AKeyFile, IsRefusedForWhatTheVerifierRefusesNamingTheLine) {
  storage::VerifierKey witness = storage::SignatureKey("witness.example", {3}).verifier();
  witness.type = storage::SignatureType::kCosignature;
  const std::string cases[] = {
      ToString(witness), one_ + " from 9 until 3", two_ + " until 20",
      one_ + " from +5", one_ + " from 05",        one_ + " since 5",
      one_ + " until",   one_ + " until 5 from 3", one_ + " from 3 more",
      "no key",
  };
  for (const std::string& line : cases) {
    const absl::Status refused = Read(absl::StrCat(two_, "\n# two\n", line, "\n")).status();
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << line << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("Line 3: ")) << line;
  }
}

TEST_F(AKeyFile, MustHoldAKeyAndNotAMebibyteOfSomethingElse) {
  EXPECT_TRUE(absl::IsInvalidArgument(Read("# none\n").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Read(std::string((1 << 20) + 1, '#')).status()));
  EXPECT_TRUE(absl::IsNotFound(KeysInFile(env_.get(), "/missing").status()));
}

}  // namespace
}  // namespace countersign
