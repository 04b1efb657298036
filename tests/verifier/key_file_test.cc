// Key files as people write them, and as they must not.
#include "clients/verifier/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/storage/scratch_folder.h"

namespace countersign::verifier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kKey[] =
    "log.example/countersign-test+f56bf481+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr char kWitness[] =
    "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";

TEST(AKeyFile, HoldsKeysWithCommentsAndLimits) {
  const absl::StatusOr<KeyFile> file = ParseKeyFile(std::string("# from the trust's office\n\n") +
                                                    kKey + "  from 9 until 20 # retired\r\n");
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->keys.size(), 1u);
  EXPECT_EQ(ToString(file->keys[0].key), kKey);
  EXPECT_EQ(file->keys[0].from_size, 9u);
  EXPECT_EQ(file->keys[0].until_size, 20u);
  EXPECT_FALSE(file->IsOpen("log.example/countersign-test"));
  EXPECT_THAT(file->Origins(), ElementsAre("log.example/countersign-test"));
}

TEST(AKeyFile, NeedsNoNewlineAtItsEnd) {
  const absl::StatusOr<KeyFile> file = ParseKeyFile(kKey);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->IsOpen("log.example/countersign-test"));
}

struct Wrong {
  std::string text;
  const char* says;
};

class AWrongKeyFile : public testing::TestWithParam<Wrong> {};

TEST_P(AWrongKeyFile, IsRefusedWithItsLine) {
  const absl::Status refused = ParseKeyFile(GetParam().text).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr(GetParam().says));
}

const std::string kLine = kKey;

INSTANTIATE_TEST_SUITE_P(
    KeyFiles, AWrongKeyFile,
    testing::Values(
        Wrong{"", "There is no key in it"}, Wrong{"# only words\n", "There is no key in it"},
        Wrong{"\nlog.example\n", "Line 2: "}, Wrong{kWitness, "the key of a witness"},
        Wrong{kLine + " until\n", "Line 1: after the key"},
        Wrong{kLine + " until 08\n", "Line 1: after the key"},
        Wrong{kLine + " until 8 from 2\n", "Line 1: after the key"},
        Wrong{kLine + " until 18446744073709551616\n", "Line 1: after the key"},
        Wrong{kLine + " from 9 until 8\n", "good for no size"},
        Wrong{kLine + "\n" + kLine + " until 8\n", "Line 2: this key stands in a line above"},
        Wrong{"log.example/other" + kLine.substr(kLine.find('+')), "the id is not that of the key"},
        Wrong{"log.example/countersign-test+F56BF481" + kLine.substr(kLine.rfind("+AQ")),
              "the id is not that of the key"},
        Wrong{kLine.substr(0, kLine.size() - 4), "the key is not 33 bytes"},
        Wrong{"+f56bf481+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "the name is not one"}));

TEST(AKeyFile, ThatIsMissingIsNamed) {
  const storage::ScratchFolder folder;
  const absl::Status missing = ReadKeyFile(folder / "log.keys").status();
  EXPECT_TRUE(absl::IsNotFound(missing)) << missing;
  EXPECT_THAT(std::string(missing.message()), HasSubstr("log.keys"));
}

TEST(AWitnessFile, HoldsKeysOfWitnessesOnly) {
  const absl::StatusOr<std::vector<PublicKey>> keys = ParseWitnessFile(kWitness);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(ToString(keys->at(0)), kWitness);
  EXPECT_TRUE(absl::IsInvalidArgument(ParseWitnessFile(kKey).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ParseWitnessFile("").status()));
}

}  // namespace
}  // namespace countersign::verifier
