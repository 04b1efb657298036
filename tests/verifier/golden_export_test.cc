// An export of version 1 as it was written once: it verifies for ever, and the journal that it was
// taken from still gives the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/verifier/log_check.h"
#include "tests/end_to_end/child.h"
#include "tests/storage/journal_fixtures.h"
#include "tests/verifier/signed_log.h"

namespace countersign::verifier {
namespace {

constexpr char kExport[] = TESTS_DIR "/golden/export-v1.bin";
constexpr char kKeys[] = TESTS_DIR "/golden/export-v1.keys";
constexpr char kWitnesses[] = TESTS_DIR "/golden/export-v1.witness";
constexpr char kWitness[] = "witness.example/golden";
constexpr uint8_t kWitnessSeed = 0x40;
constexpr uint64_t kCosignedAt = 1331035200;

std::string Read(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// Every field of an entry and every state of a payload; a key that was replaced; a cosignature.
std::string GoldenExport() {
  using storage::Event;
  using storage::IdOf;
  SignedLog log;
  log.Append(storage::Recording({Event(storage::School(1), "opened")}).By(std::nullopt));
  log.Append(storage::Recording({Event(storage::Plan(1), "a plan")}).As(1, "body"));
  log.Sign();
  storage::NewEvent sealed = Event(storage::Person(1), std::string(300, 's'));
  sealed.key_id = std::string(16, 'k');
  sealed.content_commitment = std::string(32, 'c');
  sealed.event_type = "work_facts_changed";
  storage::NewEvent caused = Event(storage::Plan(1), "");
  caused.caused_by = storage::EarlierEvent{0};
  storage::AppendRequest request = storage::Recording({sealed, caused}).As(2, "body");
  request.author.on_behalf_of = IdOf(0xb);
  log.Append(request);
  storage::NewEvent later = Event(storage::Plan(2), "erased");
  later.caused_by = storage::AtPosition{0};
  log.Append(storage::Recording({later, Event(storage::Plan(1), "the end")}).As(3, "body"));
  EXPECT_TRUE(log.journal().ErasePayloads(storage::Plan(2)).ok());
  const std::string note = log.Sign(*KeyOf(kOrigin, 0x80));
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const absl::Status stored = log.journal().StoreCheckpoint(
      6, note + CosignatureLine(kWitness, kWitnessSeed, kCosignedAt, text));
  EXPECT_TRUE(stored.ok()) << stored;
  return log.Export();
}

TEST(TheGoldenExport, IsWhatItsJournalStillGives) {
  const std::string now = GoldenExport();
  if (now == Read(kExport)) return;
  const std::string path = testing::TempDir() + "/export-v1.bin";
  std::ofstream(path, std::ios::binary) << now;
  FAIL() << "The journal's export has other bytes than " << kExport << "; they are in " << path;
}

TEST(TheGoldenExport, VerifiesForEver) {
  const absl::StatusOr<KeyFile> keys = ReadKeyFile(kKeys);
  ASSERT_TRUE(keys.ok()) << keys.status();
  const absl::StatusOr<std::vector<PublicKey>> witnesses = ReadWitnessFile(kWitnesses);
  ASSERT_TRUE(witnesses.ok()) << witnesses.status();
  LogCheck check({.keys = *keys, .witnesses = *witnesses});
  ASSERT_TRUE(check.Add(Read(kExport)).ok());
  const absl::StatusOr<LogReport> report = check.Finish();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->last.origin, kOrigin);
  EXPECT_EQ(report->last.size, 6u);
  EXPECT_EQ(report->checkpoints, 2u);
  EXPECT_EQ(report->streams, 4u);
  EXPECT_EQ(report->payloads_checked, 5u);
  EXPECT_EQ(report->payloads_erased, 1u);
}

TEST(TheGoldenExport, IsCheckedByHandAsTheDocumentSays) {
  const std::string page = Read(SOURCE_DIR "/docs/export-format.md");
  const size_t begin = page.find("```sh\n") + 6;
  const std::string script = page.substr(begin, page.find("```", begin) - begin);
  const end_to_end::Ran ran = end_to_end::Run(
      {"/bin/bash", {"-e", "-c", "cd " SOURCE_DIR "\n" + script}, {"PATH=/usr/bin:/bin"}});
  EXPECT_EQ(ran.code, 0) << ran.err;
  std::vector<std::string> lines = absl::StrSplit(ran.out, '\n');
  ASSERT_EQ(lines.size(), 11u) << ran.out;
  const auto last_word = [](const std::string& line) { return line.substr(line.rfind(' ') + 1); };
  EXPECT_EQ(last_word(lines[0]), last_word(lines[1]));
  for (const size_t position : {0, 1, 2, 3}) {
    EXPECT_EQ(lines[2 + position], absl::StrCat("payload ", position, " fits"));
  }
  EXPECT_EQ(lines[6], "payload 5 fits");
  EXPECT_EQ(last_word(lines[7]), last_word(lines[8]));
  EXPECT_EQ(last_word(lines[7]).size(), 64u);
  EXPECT_EQ(lines[9], "Signature Verified Successfully");
}

}  // namespace
}  // namespace countersign::verifier
