// The zip of a pack: written in one way, read in that way alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/verifier/zip_reader.h"
#include "services/pack/zip_file.h"

namespace countersign {
namespace {

using verifier::ReadStoredZip;

std::string Zip(const std::vector<ZippedFile>& files) {
  const absl::StatusOr<std::string> zip = StoredZip(files);
  EXPECT_TRUE(zip.ok()) << zip.status();
  return zip.value_or("");
}

const std::vector<ZippedFile>& TwoFiles() {
  static const auto* const files =
      new std::vector<ZippedFile>{{"record.html", "hello"}, {"entries/12.entry", "wor"}};
  return *files;
}

TEST(AStoredZip, HasTheBytesOfItsFormat) {
  // By hand from docs/record-pack.md; the checksums are those of `crc32` on the same bytes.
  const std::string same = "0a000000000000002100";
  const std::string hello = absl::StrCat(same, "86a61036", "05000000", "05000000", "0b00", "0000");
  const std::string wor = absl::StrCat(same, "bfc091f2", "03000000", "03000000", "1000", "0000");
  const std::string expected = absl::StrCat(
      absl::HexStringToBytes("504b0304" + hello), "record.htmlhello",
      absl::HexStringToBytes("504b0304" + wor), "entries/12.entrywor",
      absl::HexStringToBytes("504b01023f00" + hello + "000000000000" + "00000000" + "00000000"),
      "record.html",
      absl::HexStringToBytes("504b01023f00" + wor + "000000000000" + "00000000" + "2e000000"),
      "entries/12.entry",
      absl::HexStringToBytes("504b0506"
                             "00000000"
                             "02000200"
                             "77000000"
                             "5f000000"
                             "0000"));
  EXPECT_EQ(absl::BytesToHexString(Zip(TwoFiles())), absl::BytesToHexString(expected));
}

TEST(AStoredZip, GivesBackWhatWentIn) {
  const std::string zip = Zip(TwoFiles());
  const auto files = ReadStoredZip(zip);
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ((*files)[i].name, TwoFiles()[i].name);
    EXPECT_EQ((*files)[i].bytes, TwoFiles()[i].bytes);
    EXPECT_TRUE((*files)[i].crc_fits);
  }
}

TEST(AStoredZip, MayHoldEmptyFilesAndLargeOnes) {
  const std::string large(3'000'000, 'x');
  const std::string zip = Zip({{"comments.bin", ""}, {"plan.bin", large}});
  const auto files = ReadStoredZip(zip);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ((*files)[0].bytes, "");
  EXPECT_EQ((*files)[1].bytes, large);
}

TEST(AStoredZip, IsNotWrittenWithANameTwice) {
  EXPECT_EQ(StoredZip({{"plan.bin", "a"}, {"plan.bin", "b"}}).status().code(),
            absl::StatusCode::kInternal);
}

TEST(AStoredZip, IsReadDespiteAWrongChecksumWhichIsTold) {
  std::string zip = Zip(TwoFiles());
  zip[zip.find("hello")] = 'j';
  const auto files = ReadStoredZip(zip);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_FALSE((*files)[0].crc_fits);
  EXPECT_TRUE((*files)[1].crc_fits);
}

// Ways to write a zip in which other programs might see something else.
struct Liberty {
  std::string name;
  std::function<std::string(std::string zip)> take;

  friend std::ostream& operator<<(std::ostream& out, const Liberty& liberty) {
    return out << liberty.name;
  }
};

std::string With(std::string zip, size_t at, char byte) {
  zip[at] = byte;
  return zip;
}

std::vector<Liberty> Liberties() {
  const auto before = [](const std::string& mark, const std::string& more) {
    return [=](std::string zip) { return zip.insert(zip.rfind(mark), more); };
  };
  const std::string central("PK\x01\x02", 4);
  const std::string end("PK\x05\x06", 4);
  return {
      {"Nothing", [](const std::string&) { return std::string(); }},
      {"SomethingBefore", [](const std::string& zip) { return "MZ" + zip; }},
      {"SomethingAfter", [](const std::string& zip) { return zip + "more"; }},
      {"SomethingBetween", before(central, "gap")},
      {"SomethingBeforeTheEnd", before(end, "gap")},
      {"AComment", [](std::string zip) { return With(zip, zip.size() - 2, 2) + "no"; }},
      {"Flags", [](const std::string& zip) { return With(zip, 6, 8); }},
      {"Compression", [](const std::string& zip) { return With(zip, 8, 8); }},
      {"ATime", [](const std::string& zip) { return With(zip, 10, 1); }},
      {"ADate", [](const std::string& zip) { return With(zip, 12, 0x22); }},
      {"AnotherSize", [](const std::string& zip) { return With(zip, 18, 4); }},
      {"AnExtraField", [](const std::string& zip) { return With(zip, 28, 4); }},
      {"AnotherNameInTheDirectory",
       [](std::string zip) { return zip.replace(zip.rfind("record.html"), 6, "recard"); }},
      {"AFileThatTheDirectoryLeavesOut",
       [](std::string zip) {
         const std::string more = Zip({{"more", "x"}});
         return zip.insert(0, more.substr(0, more.find(std::string("PK\x01\x02", 4))));
       }},
      {"TwoFilesOfOneName",
       [](const std::string&) {
         std::string twice = Zip({{"entries/12.entrx", "hello"}, {"entries/12.entry", "wor"}});
         for (size_t at = twice.find("entrx"); at != std::string::npos; at = twice.find("entrx")) {
           twice[at + 4] = 'y';
         }
         return twice;
       }},
      {"AnEmptyName",
       [](const std::string&) {
         return Zip({{" ", "x"}});
       }},
      {"ALongName",
       [](const std::string&) {
         return Zip({{std::string(65, 'n'), "x"}});
       }},
      {"TooManyFiles",
       [](const std::string&) {
         std::vector<ZippedFile> files;
         for (size_t i = 0; i <= verifier::kMostPackFiles; ++i)
           files.push_back({absl::StrCat(i), ""});
         return Zip(files);
       }},
      {"TooLarge",
       [](const std::string&) {
         return Zip({{"plan.bin", std::string(verifier::kMostPackBytes, 'x')}});
       }},
  };
}

class ALiberty : public testing::TestWithParam<Liberty> {};

TEST_P(ALiberty, IsNotTaken) {
  const std::string zip = Zip(TwoFiles());
  const std::string changed = GetParam().take(zip);
  ASSERT_NE(changed, zip);
  EXPECT_EQ(ReadStoredZip(changed).status().code(), absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(ZipFormat, ALiberty, testing::ValuesIn(Liberties()),
                         [](const auto& liberty) { return liberty.param.name; });

}  // namespace
}  // namespace countersign
