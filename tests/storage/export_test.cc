// The journal as one file: what is written, and what is refused.
#include "storage/copies/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "storage/bytes.h"
#include "storage/copies/export_reader.h"
#include "storage/entry.h"
#include "storage/keys.h"
#include "storage/rocks.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"
#include "tests/storage/journal_fixtures.h"

namespace countersign::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Exports : public JournalTest {
 protected:
  Exports() { Open(); }

  void Sign() { Sign(journal_->head().size, SignatureKey("log.example", {1})); }
  void Sign(uint64_t size, const SignatureKey& key) {
    const Head head{size, journal_->RootOf(size).value()};
    const std::string text = CheckpointText({.origin = key.verifier().name, .head = head});
    const absl::Status stored =
        journal_->StoreCheckpoint(head.size, text + "\n" + key.SignatureLine(text));
    ASSERT_TRUE(stored.ok()) << stored;
  }
  // The sizes of the checkpoints in an export.
  std::vector<uint64_t> SizesIn(const absl::StatusOr<std::string>& bytes) {
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    const std::string path = folder_ / "export";
    EXPECT_TRUE(rocksdb::WriteStringToFile(options_.env, *bytes, path, true).ok());
    const auto reader = ExportReader::Open(options_.env, path).value();
    for (uint64_t i = 0; i < reader->size(); ++i) EXPECT_TRUE(reader->NextEntry().ok());
    std::vector<uint64_t> sizes;
    for (uint32_t left = reader->CheckpointCount().value(); left > 0; --left) {
      const SignedNote note = ParseNote(reader->NextCheckpoint().value()).value();
      sizes.push_back(ParseCheckpointText(note.text)->head.size);
    }
    return sizes;
  }

  absl::StatusOr<std::string> Export(uint64_t size, bool payloads = true) {
    std::string bytes;
    const absl::Status written = WriteExport(*journal_, {.size = size, .payloads = payloads},
                                             [&](std::string_view piece, uint64_t entries) {
                                               EXPECT_LE(entries, size);
                                               pieces_.push_back(piece.size());
                                               bytes.append(piece);
                                               return absl::OkStatus();
                                             });
    if (!written.ok()) return written;
    return bytes;
  }

  std::vector<size_t> pieces_;
};

TEST_F(Exports, AreAsTheFormatSays) {
  Wrote(Recording({Event(Plan(1), "one"), Event(Plan(2), "two")}));
  ASSERT_TRUE(journal_->ErasePayloads(Plan(2)).ok());
  Sign();
  std::string expected = "countersign export v1\n";
  AppendU8(1, expected);
  AppendU64(2, expected);
  AppendLong(*journal_->ReadEntry(0), expected);
  AppendU8(1, expected);
  AppendLong("one", expected);
  AppendLong(*journal_->ReadEntry(1), expected);
  AppendU8(0, expected);
  AppendU32(1, expected);
  AppendLong(**journal_->CheckpointOf(2), expected);
  expected.append(AsBytes(Sha256(expected)));
  EXPECT_EQ(*Export(2), expected);
}

TEST_F(Exports, WithoutPayloadsDoNotTellWhichWereErased) {
  Wrote(Recording({Event(Plan(1), "one"), Event(Plan(2), "two")}));
  Sign();
  const absl::StatusOr<std::string> before = Export(2, /*payloads=*/false);
  ASSERT_TRUE(journal_->ErasePayloads(Plan(2)).ok());
  EXPECT_EQ(*Export(2, /*payloads=*/false), *before);
  EXPECT_EQ(before->find("two"), std::string::npos);
}

TEST_F(Exports, OfAnEarlierHeadAreTheSameForEver) {
  Wrote(Recording({Event(Plan(1), "one")}));
  Sign();
  Wrote(Recording({Event(Plan(1), "two")}));
  Sign();
  const absl::StatusOr<std::string> then = Export(2);
  Wrote(Recording({Event(Plan(1), "three")}));
  Sign();
  EXPECT_EQ(*Export(2), *then);
}

TEST_F(Exports, ComeInPiecesOfAboutTheSameSize) {
  for (int i = 0; i < 40; ++i) {
    Wrote(Recording({Event(Plan(1), std::string(20'000, 'x'))}));
  }
  Sign();
  ASSERT_TRUE(Export(40).ok());
  ASSERT_GE(pieces_.size(), 3u);
  for (const size_t piece : pieces_) EXPECT_LE(piece, size_t{290} << 10);
}

TEST_F(Exports, WriteAsManyCheckpointsAsTheySaidAlthoughMoreAreSigned) {
  Wrote(Recording({Event(Plan(1), std::string(300'000, 'x'))}));
  Wrote(Recording({Event(Plan(1), "one")}));
  Sign();
  std::string bytes;
  const absl::Status written =
      WriteExport(*journal_, {.size = 2}, [&](std::string_view piece, uint64_t) {
        bytes.append(piece);
        return journal_->StoreCheckpoint(1, "a note");
      });
  ASSERT_TRUE(written.ok()) << written;
  const std::string path = folder_ / "export";
  ASSERT_TRUE(rocksdb::WriteStringToFile(options_.env, bytes, path, true).ok());
  absl::StatusOr<std::unique_ptr<ExportReader>> reader = ExportReader::Open(options_.env, path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE((*reader)->NextEntry().ok());
  const absl::StatusOr<uint32_t> count = (*reader)->CheckpointCount();
  for (uint32_t i = 0; i < *count; ++i) ASSERT_TRUE((*reader)->NextCheckpoint().ok());
  EXPECT_TRUE((*reader)->Finish().ok());
}

// A reading that stands as long as somebody takes a piece keeps the store from letting go of what
// is rewritten meanwhile; what is written meanwhile shows whether there is one.
TEST_F(Exports, KeepNoReadingOpenWhileAPieceIsTaken) {
  Wrote(Recording({Event(Plan(1), std::string(300'000, 'x')), Event(Plan(2), "two")}));
  Wrote(Recording({Event(Plan(3), "three"), Event(Plan(4), "four")}));
  const std::string old_note(300'000, 'o');
  const std::string new_note(300'000, 'n');
  for (const uint64_t size : {1u, 2u, 3u}) {
    ASSERT_TRUE(journal_->StoreCheckpoint(size, old_note).ok());
  }
  Sign();
  const std::string path = folder_ / "export";
  std::string bytes;
  const absl::Status written =
      WriteExport(*journal_, {.size = 4}, [&](std::string_view piece, uint64_t entries) {
        bytes.append(piece);
        return entries == 4 ? journal_->StoreCheckpoint(3, new_note)
                            : journal_->ErasePayloads(Plan(2));
      });
  ASSERT_TRUE(written.ok()) << written;
  ASSERT_TRUE(rocksdb::WriteStringToFile(options_.env, bytes, path, true).ok());
  const auto reader = ExportReader::Open(options_.env, path).value();
  EXPECT_EQ(reader->NextEntry()->state, ExportedPayload::kHere);
  EXPECT_EQ(reader->NextEntry()->state, ExportedPayload::kErased);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(reader->NextEntry()->state, ExportedPayload::kHere);
  ASSERT_EQ(*reader->CheckpointCount(), 4u);
  for (const char first : {'o', 'o', 'n'}) EXPECT_EQ(reader->NextCheckpoint()->front(), first);
  EXPECT_TRUE(reader->NextCheckpoint().ok());
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(Exports, OfAHeadThatWasNotSignedNameTheNearestSizesThatCanBeTaken) {
  for (int i = 0; i < 8; ++i) Wrote(Recording({Event(Plan(1))}));
  const SignatureKey key("log.example", {1});
  for (const uint64_t size : {2u, 6u}) Sign(size, key);
  const std::map<uint64_t, std::string> expected = {{1, "Take one of 2 entries"},
                                                    {4, "Take one of 2 or 6 entries"},
                                                    {7, "Take one of 6 entries"}};
  for (const auto& [size, words] : expected) {
    const absl::Status refused = Export(size).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(words)) << size;
    EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("have it signed"))) << size;
    EXPECT_EQ(CheckExport(*journal_, size), refused);
  }
  const std::string of_the_head(Export(8).status().message());
  EXPECT_THAT(of_the_head, HasSubstr("have it signed"));
  EXPECT_THAT(of_the_head, HasSubstr("6 entries"));
  EXPECT_TRUE(CheckExport(*journal_, 6).ok());
}

TEST_F(Exports, AreRefusedBeyondTheHeadAndWithoutACheckpoint) {
  Wrote(Recording({Event(Plan(1))}));
  EXPECT_TRUE(absl::IsFailedPrecondition(Export(1).status()));
  const absl::Status beyond = Export(2).status();
  EXPECT_TRUE(absl::IsOutOfRange(beyond)) << beyond;
  EXPECT_THAT(std::string(beyond.message()), HasSubstr("1 entries"));
}

TEST_F(Exports, EndWithTheErrorOfWhoTakesThem) {
  Wrote(Recording({Event(Plan(1))}));
  Sign();
  const absl::Status ended = WriteExport(*journal_, {.size = 1}, [](std::string_view, uint64_t) {
    return absl::CancelledError("enough");
  });
  EXPECT_TRUE(absl::IsCancelled(ended)) << ended;
}

TEST_F(Exports, NameTheFirstEntryThatTheTreeDoesNotHold) {
  Wrote(Recording({Event(Plan(1)), Event(Plan(2)), Event(Plan(3))}));
  Sign();
  const std::string other = *journal_->ReadEntry(1);
  Close();
  {
    absl::StatusOr<std::unique_ptr<Rocks>> rocks =
        Rocks::Open(options_.path, options_.env, Rocks::Recovery::kRefuseDamage, {});
    ASSERT_TRUE(rocks.ok());
    // The same entry of another actor: all that the row copies still fits but this.
    v1::Entry entry;
    ASSERT_TRUE(entry.ParseFromString(other));
    entry.set_policy_rule("P99");
    ASSERT_TRUE((*rocks)
                    ->db()
                    .Put(Synced(), (*rocks)->family(keys::kEntryFamily), keys::Position(1),
                         entry.SerializeAsString())
                    .ok());
  }
  Open();
  for (const bool payloads : {true, false}) {
    const absl::Status found = Export(3, payloads).status();
    EXPECT_TRUE(absl::IsDataLoss(found)) << found;
    EXPECT_THAT(std::string(found.message()), HasSubstr("position 1 is not what the tree holds"));
  }
}

TEST_F(Exports, RefuseACheckpointOfAnotherRoot) {
  Wrote(Recording({Event(Plan(1))}));
  const std::string text =
      CheckpointText({.origin = "log.example", .head = {.size = 1, .root = {}}});
  const SignatureKey key("log.example", {1});
  ASSERT_TRUE(journal_->StoreCheckpoint(1, text + "\n" + key.SignatureLine(text)).ok());
  EXPECT_TRUE(absl::IsDataLoss(Export(1).status()));
}

// A note that a later key signed of the past, whether of a later epoch or of the same, would make
// every verifier call the log evidence of tampering.
TEST_F(Exports, LeaveOutWhatAKeySignedOfATimeBeforeItsOwn) {
  for (int i = 0; i < 8; ++i) Wrote(Recording({Event(Plan(1))}));
  const SignatureKey first("log.example", {1});
  const SignatureKey rotated("log.example", {2});
  const SignatureKey next_epoch("log.example/2", {3});
  for (const uint64_t size : {1u, 4u}) Sign(size, first);
  for (const uint64_t size : {3u, 5u, 7u}) Sign(size, rotated);
  for (const uint64_t size : {2u, 6u, 8u}) Sign(size, next_epoch);
  EXPECT_THAT(SizesIn(Export(8)), ElementsAre(1u, 4u, 5u, 7u, 8u));
  EXPECT_THAT(SizesIn(Export(5)), ElementsAre(1u, 4u, 5u));
  const std::map<uint64_t, std::string> nearest = {{2, "1 or 4"}, {3, "1 or 4"}, {6, "5 or 7"}};
  for (const auto& [size, words] : nearest) {
    const absl::Status refused = Export(size).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << size;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(words));
  }
}

}  // namespace
}  // namespace countersign::storage
