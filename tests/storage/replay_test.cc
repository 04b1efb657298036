// A journal that lost its end gets it back from an export, whenever that is interrupted; and is
// left alone by an export of anything else.
#include "storage/copies/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "storage/copies/export.h"
#include "storage/errors.h"
#include "storage/signing/checkpoint.h"
#include "tests/storage/journal_fixtures.h"
#include "tests/storage/power_cut.h"

namespace countersign::storage {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Two copies of a journal after its first six entries; one of them goes on.
class Replays : public JournalTest {
 protected:
  Replays() {
    Open();
    Wrote(Recording({Event(Plan(1), "a"), Event(Plan(2), "b")}).As(1, "first"));
    Wrote(Recording({Event(Person(1), "c"), Event(Plan(1), "d")}).As(2, "second"));
    Wrote(Recording({Event(School(1), "e"), Event(Plan(2), "f")}));
    Sign(key_);
    Close();
    fs::copy(options_.path, shorter_, fs::copy_options::recursive);
    Open();
  }

  // What was written after the copy was taken.
  void GoOn() {
    Wrote(
        Recording({Event(Plan(1), "g"), Event(Plan(3), "h"), Event(Plan(3), "i")}).As(3, "third"));
    Wrote(Recording({Event(Plan(2), "j")}).By(std::nullopt).As(4, "fourth"));
    Sign(key_);
    Wrote(Recording({Event(Plan(1), "k")}));
    Sign(key_);
  }

  void Sign(const SignatureKey& key) {
    const Head head = journal_->head();
    const std::string text = CheckpointText({.origin = "log.example", .head = head});
    ASSERT_TRUE(journal_->StoreCheckpoint(head.size, text + "\n" + key.SignatureLine(text)).ok());
  }

  std::string Export(bool payloads = true) {
    std::string bytes;
    const absl::Status written =
        WriteExport(*journal_, {.size = journal_->head().size, .payloads = payloads},
                    [&](std::string_view piece, uint64_t) {
                      bytes.append(piece);
                      return absl::OkStatus();
                    });
    EXPECT_TRUE(written.ok()) << written;
    return bytes;
  }

  absl::StatusOr<ReplayReport> From(const std::string& bytes) {
    ReplayOptions options;
    options.keys = {key_.verifier()};
    return From(bytes, std::move(options));
  }
  // With these keys and this anchor.
  absl::StatusOr<ReplayReport> From(const std::string& bytes, ReplayOptions options) {
    options.journal_path = shorter_;
    options.export_path = folder_ / "export";
    EXPECT_TRUE(
        rocksdb::WriteStringToFile(rocksdb::Env::Default(), bytes, options.export_path).ok());
    return Replay(options);
  }

  // Every file in a folder, as it is.
  static std::map<std::string, std::string> FilesIn(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
      std::ifstream file(item.path(), std::ios::binary);
      files[item.path()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return files;
  }

  // From now on the shorter journal is the one that is open.
  void OpenTheShorterOne() {
    Close();
    options_.path = shorter_;
    Open();
  }

  std::string shorter_ = folder_ / "shorter";
  SignatureKey key_{"log.example", {1, 2, 3}};
};

TEST_F(Replays, BringBackEverythingWithItsExactBytes) {
  GoOn();
  const std::string bytes = Export();
  const Head head = journal_->head();
  const std::vector<std::string> all = All();
  const absl::StatusOr<ReplayReport> report = From(bytes);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(*report, (ReplayReport{.size_before = 6,
                                   .size_after = 11,
                                   .payloads_erased = 0,
                                   .checkpoints = 2,
                                   .requests = 2}));
  OpenTheShorterOne();
  EXPECT_EQ(journal_->head(), head);
  EXPECT_EQ(All(), all);
  EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
  // Its export has the same bytes, checkpoints included.
  EXPECT_EQ(Export(), bytes);
}

TEST_F(Replays, MakeAWholeJournalWhereThereIsNone) {
  GoOn();
  const std::string bytes = Export();
  fs::remove_all(shorter_);
  const absl::StatusOr<ReplayReport> report = From(bytes);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->size_after, 11u);
  OpenTheShorterOne();
  EXPECT_TRUE(journal_->Verify().ok());
  EXPECT_EQ(Export(), bytes);
}

TEST_F(Replays, LeaveAJournalThatGoesOn) {
  GoOn();
  ASSERT_TRUE(From(Export()).ok());
  OpenTheShorterOne();
  EXPECT_EQ(Wrote(Recording({Event(Plan(3), "next")}).Expecting(Plan(3), 1)).entries[0].position,
            11u);
  EXPECT_TRUE(journal_->Verify().ok());
}

TEST_F(Replays, RefuseRepetitionsWhoseBodyNobodyCanCompare) {
  GoOn();
  ASSERT_TRUE(From(Export()).ok());
  OpenTheShorterOne();
  // One that the journal had is answered again, as ever.
  EXPECT_TRUE(Append(Recording({Event(Plan(1), "d")}).As(2, "second"))->repeated);
  for (const AppendRequest& request :
       {AppendRequest(Recording({Event(Plan(1), "g")}).As(3, "third")),
        AppendRequest(Recording({Event(Plan(2), "j")}).By(std::nullopt).As(4, "fourth"))}) {
    const absl::Status refused = Append(request).status();
    EXPECT_TRUE(IsRequestIdReused(refused)) << refused;
  }
  const absl::StatusOr<std::optional<KnownRequest>> known =
      journal_->FindRequest(IdOf(0xa), IdOf(3));
  ASSERT_TRUE(known.ok() && known->has_value());
  EXPECT_EQ((*known)->first_position, 6u);
  EXPECT_EQ((*known)->count, 3u);
  EXPECT_EQ(journal_->head().size, 11u);
}

TEST_F(Replays, EraseWhatWasErasedMeanwhile) {
  GoOn();
  ASSERT_TRUE(journal_->ErasePayloads(Plan(1)).ok());
  const std::string bytes = Export();
  const absl::StatusOr<ReplayReport> report = From(bytes);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->payloads_erased, 2u);
  OpenTheShorterOne();
  EXPECT_THAT(Stream(Plan(1)),
              testing::ElementsAre("0@0 erased", "1@3 erased", "2@6 erased", "3@10 erased"));
  EXPECT_TRUE(journal_->Verify().ok());
}

TEST_F(Replays, DoNotBringBackWhatWasErasedHere) {
  GoOn();
  const std::string bytes = Export();
  OpenTheShorterOne();
  ASSERT_TRUE(journal_->ErasePayloads(Plan(1)).ok());
  Close();
  ASSERT_TRUE(From(bytes).ok());
  Open();
  EXPECT_THAT(Stream(Plan(1)), testing::ElementsAre("0@0 erased", "1@3 erased", "2@6 g", "3@10 k"));
}

TEST_F(Replays, CanBeRunAgainWhereverTheyWereInterrupted) {
  for (int i = 0; i < 40; ++i) {
    AppendRequest request = Recording({}).As(static_cast<uint8_t>(10 + i), "body");
    for (int event = 0; event < 77; ++event) request.events.push_back(Event(Plan(event % 5)));
    Wrote(request);
  }
  Sign(key_);
  const std::string bytes = Export();
  const Head head = journal_->head();
  Close();
  const std::string kept = folder_ / "kept";
  fs::copy(shorter_, kept, fs::copy_options::recursive);
  int cuts = 0;
  // The machine loses its power, or the program alone is killed.
  for (int call = 1, is_killed = 0;; is_killed = 1 - is_killed, call += 3) {
    SCOPED_TRACE(call);
    fs::remove_all(shorter_);
    fs::copy(kept, shorter_, fs::copy_options::recursive);
    PowerCutDisk disk;
    const std::string path = folder_ / "export";
    ASSERT_TRUE(rocksdb::WriteStringToFile(rocksdb::Env::Default(), bytes, path).ok());
    ReplayOptions options;
    options.journal_path = shorter_;
    options.export_path = path;
    options.keys = {key_.verifier()};
    options.env = disk.env();
    disk.CutAtCall(call);
    const bool survived = Replay(options).ok();
    disk.Cut();
    is_killed == 1 ? disk.RestoreAll() : disk.Restore();
    const absl::StatusOr<ReplayReport> again = Replay(options);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->size_after, head.size);
    EXPECT_EQ(survived ? again->size_before : head.size, head.size);
    OpenTheShorterOne();
    EXPECT_TRUE(journal_->Verify().ok()) << journal_->Verify();
    // The rows of requests are whole too.
    for (int i = 0; i < 40; ++i) {
      const auto known = journal_->FindRequest(IdOf(0xa), IdOf(static_cast<uint8_t>(10 + i)));
      ASSERT_TRUE(known.ok() && known->has_value()) << i;
      EXPECT_EQ((*known)->count, 77u) << i;
      EXPECT_EQ((*known)->first_position, 6u + 77u * static_cast<unsigned>(i)) << i;
    }
    Close();
    if (survived) break;
    ++cuts;
  }
  EXPECT_GE(cuts, 2);
}

TEST_F(Replays, OfAnotherHistoryAreRefusedNamingWhereItDiffers) {
  Close();
  fs::remove_all(options_.path);
  Open();
  Wrote(Recording({Event(Plan(1), "a"), Event(Plan(2), "b")}).As(1, "first"));
  for (int i = 0; i < 6; ++i) Wrote(Recording({Event(Plan(1), "other")}));
  Sign(key_);
  const absl::Status refused = From(Export()).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("position 2"));
  OpenTheShorterOne();
  EXPECT_EQ(journal_->head().size, 6u);
}

TEST_F(Replays, OfAnExportSignedBySomebodyElseAreRefused) {
  Wrote(Recording({Event(Plan(1), "g")}));
  Sign(SignatureKey("log.example", {9}));
  EXPECT_TRUE(absl::IsUnauthenticated(From(Export()).status()));
  OpenTheShorterOne();
  EXPECT_EQ(journal_->head().size, 6u);
}

// Whoever has a key that was retired could else write the log's future.
TEST_F(Replays, OfAnExportSignedByAKeyOutOfItsTimeAreRefused) {
  GoOn();
  const std::string bytes = Export();
  for (const TrustedKey& key :
       {TrustedKey(key_.verifier(), 0, 6), TrustedKey(key_.verifier(), 0, 10),
        TrustedKey(key_.verifier(), 12)}) {
    ReplayOptions options;
    options.keys = {key};
    EXPECT_TRUE(absl::IsUnauthenticated(From(bytes, options).status()));
  }
  OpenTheShorterOne();
  EXPECT_EQ(journal_->head().size, 6u);
  Close();
  ReplayOptions options;
  options.keys = {TrustedKey(key_.verifier(), 11, 11)};
  const absl::StatusOr<ReplayReport> report = From(bytes, options);
  ASSERT_TRUE(report.ok()) << report.status();
  // Of what was signed before the time of the key, nothing is taken.
  EXPECT_EQ(report->checkpoints, 1u);
}

TEST_F(Replays, OfAHistoryThatTheAnchorContradictsAreRefused) {
  GoOn();
  const std::string bytes = Export();
  ReplayOptions options;
  options.keys = {key_.verifier()};
  for (const uint64_t size : {3u, 9u, 11u}) {
    options.anchor = Checkpoint{"log.example", {size, Sha256("another history")}};
    const absl::Status refused = From(bytes, options).status();
    EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("another history"));
  }
  // What was signed beyond the export cannot be compared; what was signed within it agrees.
  const Checkpoint within{"log.example", {9, journal_->RootOf(9).value()}};
  OpenTheShorterOne();
  EXPECT_EQ(journal_->head().size, 6u);
  Close();
  options.anchor = Checkpoint{"log.example", {12, Sha256("more of this history")}};
  EXPECT_TRUE(From(bytes, options).ok());
  options.anchor = within;
  EXPECT_TRUE(From(bytes, options).ok());
}

TEST_F(Replays, NeedPayloadsAndAsManyEntries) {
  GoOn();
  EXPECT_TRUE(absl::IsFailedPrecondition(From(Export(/*payloads=*/false)).status()));
  const std::string whole = Export();
  ASSERT_TRUE(From(whole).ok());
  const absl::StatusOr<ReplayReport> again = From(whole);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->size_before, again->size_after);
  Wrote(Recording({Event(Plan(1), "l")}));
  Sign(key_);
  ASSERT_TRUE(From(Export()).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(From(whole).status()));
}

TEST_F(Replays, OfAChangedExportChangeNothing) {
  GoOn();
  const std::string bytes = Export();
  // A prime number of bytes apart, so that every kind of field is met.
  for (size_t i = 0; i < bytes.size(); i += 97) {
    std::string changed = bytes;
    changed[i] ^= 1;
    ASSERT_FALSE(From(changed).ok()) << "byte " << i;
  }
  ASSERT_FALSE(From(bytes.substr(0, bytes.size() / 2)).ok());
  ASSERT_FALSE(From(bytes + "x").ok());
  OpenTheShorterOne();
  EXPECT_EQ(journal_->head().size, 6u);
  EXPECT_TRUE(journal_->Verify().ok());
}

TEST_F(Replays, OfAnExportThatIsCutOffEndThereWhateverTheAnchorSays) {
  GoOn();
  const std::string bytes = Export();
  const size_t header = std::string("countersign export v1\n").size() + 1 + 8;
  ReplayOptions options;
  options.keys = {key_.verifier()};
  for (const size_t length : {header, bytes.size() / 3, bytes.size() - 33}) {
    for (const uint64_t size : {1u, 6u, 11u}) {
      options.anchor = Checkpoint{"log.example", {size, journal_->RootOf(size).value()}};
      const absl::Status refused = From(bytes.substr(0, length), options).status();
      EXPECT_TRUE(absl::IsOutOfRange(refused)) << length << " " << size << refused;
    }
  }
}

TEST_F(Replays, OfAnExportWithAWrongDigestSayThatTheCopyIsDamagedAndNotThatItIsEvidence) {
  GoOn();
  std::string bytes = Export();
  bytes.back() ^= 1;
  const absl::Status refused = From(bytes).status();
  EXPECT_TRUE(absl::IsAborted(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("copy it again"));
}

TEST_F(Replays, ThatAreRefusedMakeNoJournalAndChangeNoByteOfOne) {
  GoOn();
  const std::string bytes = Export();
  ReplayOptions by_nobody;
  by_nobody.keys = {SignatureKey("log.example", {9}).verifier()};
  const std::map<std::string, std::string> before = FilesIn(shorter_);
  EXPECT_TRUE(absl::IsUnauthenticated(From(bytes, by_nobody).status()));
  EXPECT_TRUE(absl::IsOutOfRange(From(bytes.substr(0, bytes.size() / 2)).status()));
  EXPECT_EQ(FilesIn(shorter_), before);
  fs::remove_all(shorter_);
  EXPECT_TRUE(absl::IsUnauthenticated(From(bytes, by_nobody).status()));
  EXPECT_TRUE(absl::IsOutOfRange(From(bytes.substr(0, bytes.size() / 2)).status()));
  EXPECT_FALSE(fs::exists(shorter_));
}

TEST_F(Replays, LeaveAJournalThatSomebodyHasOpen) {
  GoOn();
  const std::string bytes = Export();
  OpenTheShorterOne();
  EXPECT_TRUE(absl::IsUnavailable(From(bytes).status()));
}

}  // namespace
}  // namespace countersign::storage
