// What a whole log must not survive: each kind of edit, with the verdict and the position it has to
// be given.
#include "clients/verifier/log_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "clients/verifier/findings.h"
#include "clients/verifier/merkle.h"
#include "storage/hash.h"
#include "tests/verifier/signed_log.h"

namespace countersign::verifier {
namespace {

using testing::HasSubstr;

KeyFile Keys(const std::string& text) {
  absl::StatusOr<KeyFile> keys = ParseKeyFile(text);
  EXPECT_TRUE(keys.ok()) << keys.status();
  return keys.ok() ? *keys : KeyFile{};
}

LogCheckOptions WithTheKey() { return {.keys = Keys(KeyLine(*KeyOf(kOrigin, 0)))}; }

absl::StatusOr<LogReport> Check(std::string_view bytes, LogCheckOptions options = WithTheKey(),
                                size_t piece = 1 << 20) {
  LogCheck check(std::move(options));
  absl::Status ended;
  while (!bytes.empty() && ended.ok()) {
    ended = check.Add(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  absl::StatusOr<LogReport> report = check.Finish();
  // What ends a check early is never forgotten in the end.
  EXPECT_TRUE(ended.ok() || !report.ok()) << ended;
  return report;
}

SeenCheckpoint Seen(const std::string& note) {
  return {.checkpoint = *ParseCheckpoint(ParseNote(note)->text), .note = note};
}

TEST(AnUntouchedLog, VerifiesWithAllThatIsInIt) {
  const absl::StatusOr<LogReport> report = Check(TwentyEntries());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->last.origin, kOrigin);
  EXPECT_EQ(report->last.size, 20u);
  EXPECT_EQ(report->streams, 4u);
  EXPECT_EQ(report->checkpoints, 3u);
  EXPECT_EQ(report->payloads_checked, 20u);
  EXPECT_EQ(report->payloads_erased + report->payloads_withheld, 0u);
}

TEST(AnUntouchedLog, VerifiesWithoutItsPayloads) {
  const absl::StatusOr<LogReport> report = Check(TwentyEntries(/*payloads=*/false));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->payloads_withheld, 20u);
}

TEST(AnUntouchedLog, VerifiesWhateverThePiecesAndThreads) {
  const std::string bytes = TwentyEntries();
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}, bytes.size()}) {
    for (const int threads : {1, 2, 5}) {
      LogCheckOptions options = WithTheKey();
      options.threads = threads;
      EXPECT_TRUE(Check(bytes, options, piece).ok()) << piece << " " << threads;
    }
  }
}

TEST(AnUntouchedLog, VerifiesWithAnErasedPayload) {
  SignedLog log;
  log.Write(8);
  ASSERT_TRUE(log.journal().ErasePayloads({storage::StreamType::kPlan, storage::Id({1})}).ok());
  log.Sign();
  const absl::StatusOr<LogReport> report = Check(log.Export());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->payloads_erased, 2u);
  EXPECT_EQ(report->payloads_checked, 6u);
}

TEST(AnUntouchedLog, VerifiesWhenItIsLargerThanABatch) {
  SignedLog log;
  for (int i = 0; i < 5; ++i) {
    log.Write(1111);
    log.Sign();
  }
  const std::string bytes = log.Export();
  ASSERT_GT(bytes.size(), size_t{512} << 10);
  EXPECT_TRUE(Check(bytes).ok());
  EXPECT_TRUE(Check(bytes, WithTheKey(), 4099).ok());
  ExportParts parts = TakeApart(bytes);
  parts.items[4321].payload[0] ^= 1;
  EXPECT_EQ(WrongPositionOf(Check(parts.Bytes()).status()), 4321u);
}

// An edit, and what has to be said of it.
struct Edit {
  const char* name;
  std::function<void(ExportParts&)> edit;
  int exit_code;
  std::optional<uint64_t> position;
  const char* says;

  friend std::ostream& operator<<(std::ostream& out, const Edit& edit) { return out << edit.name; }
};

class EditedLog : public testing::TestWithParam<Edit> {};

TEST_P(EditedLog, IsFound) {
  const Edit& edit = GetParam();
  ExportParts parts = TakeApart(TwentyEntries());
  edit.edit(parts);
  const absl::Status found = Check(parts.Bytes()).status();
  EXPECT_EQ(ExitCodeOf(found), edit.exit_code) << found;
  EXPECT_EQ(WrongPositionOf(found), edit.position) << found;
  EXPECT_THAT(std::string(found.message()), HasSubstr(edit.says));
}

void SetPayload(ExportParts& parts, uint64_t position, const std::string& payload) {
  parts.items[position].payload = payload;
  parts.Change(position, [&](v1::Entry& entry) {
    entry.set_payload_digest(std::string(storage::AsBytes(storage::Sha256(payload))));
    entry.set_payload_length(static_cast<uint32_t>(payload.size()));
  });
}

INSTANTIATE_TEST_SUITE_P(
    OfEntries, EditedLog,
    testing::Values(
        Edit{"a payload", [](ExportParts& log) { log.items[5].payload[3] ^= 1; }, kTampered, 5,
             "payload_digest: expected"},
        Edit{"a longer payload", [](ExportParts& log) { log.items[5].payload += "x"; }, kTampered,
             5, "payload_length: expected 10"},
        Edit{"a payload with its digest",
             [](ExportParts& log) { SetPayload(log, 5, "other words"); }, kTampered, 5,
             "position 5 was changed"},
        Edit{"an entry with another after it",
             [](ExportParts& log) {
               log.Change(9, [](v1::Entry& entry) { entry.set_event_type("draft_burnt"); });
             },
             kTampered, 9, "The entry at position 13 is wrong: previous_leaf_hash"},
        Edit{"an entry without another after it",
             [](ExportParts& log) {
               log.Change(18, [](v1::Entry& entry) { entry.set_event_type("draft_burnt"); });
             },
             kTampered, 15, "one of the entries at positions 15 to 19"},
        Edit{"a link to an entry that was signed",
             [](ExportParts& log) {
               log.Change(
                   9, [](v1::Entry& entry) { entry.set_previous_leaf_hash(std::string(32, 'x')); });
             },
             kTampered, 9, "The entry at position 5 is as it was signed"},
        Edit{"the first link of a stream",
             [](ExportParts& log) {
               log.Change(
                   2, [](v1::Entry& entry) { entry.set_previous_leaf_hash(std::string(32, 'x')); });
             },
             kTampered, 2, "previous_leaf_hash: expected 0 bytes"},
        Edit{"an entry left out",
             [](ExportParts& log) {
               log.items.erase(log.items.begin() + 7);
               --log.size;
             },
             kTampered, 7, "position: expected 7, found 8"},
        Edit{"an entry left out and the rest numbered anew",
             [](ExportParts& log) {
               log.items.erase(log.items.begin() + 7);
               --log.size;
               for (uint64_t i = 7; i < log.size; ++i) {
                 log.Change(i, [&](v1::Entry& entry) { entry.set_position(i); });
               }
             },
             kTampered, 10,
             "Before it, one of the entries at positions 0 to 7 was changed, put in or left out"},
        Edit{"two entries exchanged",
             [](ExportParts& log) { std::swap(log.items[6], log.items[7]); }, kTampered, 6,
             "position: expected 6, found 7"},
        Edit{"an entry twice",
             [](ExportParts& log) {
               log.items.insert(log.items.begin() + 4, log.items[3]);
               ++log.size;
             },
             kTampered, 4, "position: expected 4, found 3"},
        Edit{"an entry backdated",
             [](ExportParts& log) {
               log.Change(10, [](v1::Entry& entry) {
                 entry.set_recorded_at_us(entry.recorded_at_us() - 5);
               });
             },
             kTampered, 10, "recorded_at_us: expected more than"},
        Edit{"a time twice",
             [](ExportParts& log) {
               log.Change(10, [](v1::Entry& entry) {
                 entry.set_recorded_at_us(entry.recorded_at_us() - 1);
               });
             },
             kTampered, 10, "recorded_at_us: expected more than"},
        Edit{"a version",
             [](ExportParts& log) {
               log.Change(11, [](v1::Entry& entry) { entry.set_version(7); });
             },
             kTampered, 11, "version: expected 2, found 7"},
        Edit{"another stream",
             [](ExportParts& log) {
               log.Change(
                   11, [](v1::Entry& entry) { entry.set_stream("\x01" + std::string(16, 's')); });
             },
             kTampered, 11, "version: expected 0, found 2"}));

void Append(ExportParts& log, uint64_t position, const std::string& bytes) {
  log.items[position].entry += bytes;
}

INSTANTIATE_TEST_SUITE_P(
    OfShapes, EditedLog,
    testing::Values(
        Edit{"a cause that comes later",
             [](ExportParts& log) {
               log.Change(12, [](v1::Entry& entry) { entry.set_caused_by(12); });
             },
             kTampered, 12, "caused_by: expected an earlier position"},
        Edit{"an unknown format",
             [](ExportParts& log) { log.Change(6, [](v1::Entry& entry) { entry.set_format(2); }); },
             kTampered, 6, "format: expected 1, found 2"},
        // Field 100, length-delimited, one byte.
        Edit{"an unknown field", [](ExportParts& log) { Append(log, 6, "\xa2\x06\x01x"); },
             kTampered, 6, "a field that no entry of format 1 has"},
        // Field 1, the same value again.
        Edit{"a field twice", [](ExportParts& log) { Append(log, 6, "\x08\x01"); }, kTampered, 6,
             "not written in the one way"},
        // Field 1 behind all others.
        Edit{"fields in another order",
             [](ExportParts& log) {
               std::string& entry = log.items[6].entry;
               std::rotate(entry.begin(), entry.begin() + 2, entry.end());
             },
             kTampered, 6, "not written in the one way"},
        Edit{"bytes that are no entry",
             [](ExportParts& log) { log.items[6].entry = "\xff\xff\xff"; }, kTampered, 6,
             "its bytes are no entry"},
        Edit{"an entry of no bytes", [](ExportParts& log) { log.items[6].entry = ""; }, kTampered,
             6, "its length is 0"},
        Edit{"a key without a commitment",
             [](ExportParts& log) {
               log.Change(6, [](v1::Entry& entry) { entry.set_key_id(std::string(16, 'k')); });
             },
             kTampered, 6, "content_commitment: expected 32 bytes, found 0 bytes"},
        Edit{
            "a commitment without a key",
            [](ExportParts& log) { log.Change(7, [](v1::Entry& entry) { entry.set_key_id(""); }); },
            kTampered, 7, "content_commitment: expected 0 bytes"},
        Edit{"a short actor",
             [](ExportParts& log) {
               log.Change(7, [](v1::Entry& entry) { entry.set_actor("short"); });
             },
             kTampered, 7, "actor: expected 16 bytes or none, found 5 bytes"},
        Edit{"a short digest",
             [](ExportParts& log) {
               log.Change(7, [](v1::Entry& entry) { entry.set_payload_digest("short"); });
             },
             kTampered, 7, "payload_digest: expected 32 bytes"},
        Edit{"no event type",
             [](ExportParts& log) {
               log.Change(7, [](v1::Entry& entry) { entry.set_event_type(""); });
             },
             kTampered, 7, "event_type"},
        Edit{"a long role",
             [](ExportParts& log) {
               log.Change(7, [](v1::Entry& entry) { entry.set_acting_as(std::string(256, 'r')); });
             },
             kTampered, 7, "acting_as: expected at most 255 bytes"},
        Edit{"a stream of type 0",
             [](ExportParts& log) {
               log.Change(7, [](v1::Entry& entry) { entry.set_stream(std::string(17, '\0')); });
             },
             kTampered, 7, "stream"},
        Edit{"a payload withheld where payloads are",
             [](ExportParts& log) { log.items[7].payload_state = 2; }, kTampered, 7,
             "withheld, in an export with payloads"},
        Edit{"an unknown payload state", [](ExportParts& log) { log.items[7].payload_state = 3; },
             kTampered, 7, "the state 3"}));

void LoseTheLastEntry(ExportParts& log) {
  log.items.pop_back();
  --log.size;
}

INSTANTIATE_TEST_SUITE_P(
    OfEnds, EditedLog,
    testing::Values(Edit{"the last entry gone", LoseTheLastEntry, kTampered, std::nullopt,
                         "20 entries was signed, but only 19 are here"},
                    Edit{"the last entry and its checkpoint gone",
                         [](ExportParts& log) {
                           LoseTheLastEntry(log);
                           log.notes.pop_back();
                         },
                         kTampered, 15, "from position 15 on were never signed"},
                    Edit{"no checkpoint at all", [](ExportParts& log) { log.notes.clear(); },
                         kTampered, 0, "never signed"},
                    Edit{"an entry put in at the end",
                         [](ExportParts& log) {
                           log.items.push_back(log.items.back());
                           ++log.size;
                           log.Change(20, [&](v1::Entry& entry) {
                             entry.set_position(20);
                             entry.set_version(0);
                             entry.set_stream("\x01" + std::string(16, 's'));
                             entry.clear_previous_leaf_hash();
                             entry.set_recorded_at_us(entry.recorded_at_us() + 1);
                           });
                         },
                         kTampered, 20, "those from position 20 on were never signed"},
                    Edit{"nothing left",
                         [](ExportParts& log) {
                           log.items.clear();
                           log.notes.clear();
                           log.size = 0;
                         },
                         kUnverifiable, std::nullopt, "The log is empty"}));

// Signs anew, as somebody who has the key, over whatever the entries are now.
std::string SignedOver(const ExportParts& parts, const storage::SignatureKey& key) {
  Tree tree;
  for (const ExportParts::Item& item : parts.items) tree.Append(LeafHash(item.entry));
  return NoteOf({.size = tree.size(), .root = tree.Root()}, key);
}

INSTANTIATE_TEST_SUITE_P(
    OfCheckpoints, EditedLog,
    testing::Values(
        Edit{"a signature",
             [](ExportParts& log) {
               std::string& note = log.notes[1];
               char& letter = note[note.size() - 20];
               letter = letter == 'A' ? 'B' : 'A';
             },
             kTampered, std::nullopt, "The signature of"},
        Edit{"a size",
             [](ExportParts& log) { log.notes[0].replace(log.notes[0].find("\n8\n"), 3, "\n7\n"); },
             kTampered, std::nullopt, "The signature of"},
        Edit{"something else", [](ExportParts& log) { log.notes[1] = "a letter"; }, kTampered,
             std::nullopt, "Checkpoint number 2 is damaged"},
        Edit{"two exchanged", [](ExportParts& log) { std::swap(log.notes[0], log.notes[1]); },
             kTampered, std::nullopt, "of 8 entries comes after one of 15"},
        Edit{"one twice", [](ExportParts& log) { log.notes[1] = log.notes[0]; }, kTampered,
             std::nullopt, "of 8 entries comes after one of 8"},
        Edit{"a root that was signed for other entries",
             [](ExportParts& log) {
               log.notes[1] = NoteOf({.size = 15, .root = {1, 2, 3}}, *KeyOf(kOrigin, 0));
             },
             kTampered, 8, "For 15 entries the root 010203"},
        Edit{"one signed by somebody else under the log's name",
             [](ExportParts& log) { log.notes[2] = SignedOver(log, *KeyOf(kOrigin, 99)); },
             kTampered, std::nullopt, "signed by no key of the key file"},
        Edit{"one of another log",
             [](ExportParts& log) { log.notes[2] = SignedOver(log, *KeyOf("other.example", 9)); },
             kUnverifiable, std::nullopt, "There is no key for the origin other.example"}));

TEST(ADamagedCopy, ProvesNothing) {
  const std::string bytes = TwentyEntries();
  std::string other_digest = bytes;
  other_digest.back() ^= 1;
  std::string other_version = bytes;
  other_version[20] = '2';
  std::string other_flags = bytes;
  other_flags[22] |= 2;
  for (const std::string& damaged :
       {std::string(), std::string("countersign"), std::string("a letter, and a long one at that"),
        bytes.substr(0, bytes.size() - 1), bytes.substr(0, bytes.size() - 33),
        bytes.substr(0, bytes.size() / 2), bytes.substr(0, 25), bytes + "x", other_digest,
        other_version, other_flags}) {
    const absl::Status found = Check(damaged).status();
    EXPECT_EQ(ExitCodeOf(found), kUnverifiable) << found;
  }
}

TEST(ADamagedCopy, StillShowsWhatWasChangedBeforeTheDamage) {
  ExportParts parts = TakeApart(TwentyEntries());
  parts.items[3].payload[0] ^= 1;
  const std::string bytes = parts.Bytes();
  const absl::Status cut_off = Check(bytes.substr(0, bytes.size() / 2)).status();
  EXPECT_EQ(ExitCodeOf(cut_off), kTampered) << cut_off;
  EXPECT_EQ(WrongPositionOf(cut_off), 3u);
}

TEST(ADamagedCopy, IsNotTakenForARollback) {
  const std::string bytes = TwentyEntries();
  LogCheckOptions options = WithTheKey();
  options.seen = {Seen(TakeApart(bytes).notes[2])};
  EXPECT_EQ(ExitCodeOf(Check(bytes.substr(0, bytes.size() / 2), options).status()), kUnverifiable);
}

TEST(ALogWithOneByteChanged, NeverVerifies) {
  const std::string bytes = TwentyEntries();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] ^= static_cast<char>(1 << i % 8);
    LogCheckOptions options = WithTheKey();
    options.threads = 1;
    EXPECT_FALSE(Check(changed, options).ok()) << "byte " << i;
  }
}

TEST(ALogWithOneByteChanged, IsEvidenceWhereverTheByteIsHashedOrSigned) {
  const ExportParts parts = TakeApart(TwentyEntries());
  for (size_t position = 0; position < parts.items.size(); ++position) {
    for (size_t i = 0; i < parts.items[position].entry.size(); i += 5) {
      ExportParts changed = parts;
      changed.items[position].entry[i] ^= 1;
      LogCheckOptions options = WithTheKey();
      options.threads = 1;
      const absl::Status found = Check(changed.Bytes(), options).status();
      EXPECT_EQ(ExitCodeOf(found), kTampered) << position << " byte " << i << ": " << found;
    }
  }
}

TEST(WhatWasSeen, MustBeTheBeginningOfTheLog) {
  SignedLog log;
  log.Write(8);
  const std::string seen = log.Sign();
  log.Write(5);
  log.Sign();
  LogCheckOptions options = WithTheKey();
  options.seen = {Seen(seen)};
  EXPECT_TRUE(Check(log.Export(), options).ok());
}

TEST(WhatWasSeen, ShowsALogThatWasRolledBack) {
  const std::string bytes = TwentyEntries();
  SignedLog shorter;
  shorter.Write(8);
  shorter.Sign();
  LogCheckOptions options = WithTheKey();
  options.seen = {Seen(TakeApart(bytes).notes[1])};
  const absl::Status found = Check(shorter.Export(), options).status();
  EXPECT_EQ(ExitCodeOf(found), kTampered);
  EXPECT_THAT(std::string(found.message()), HasSubstr("rolled back: 15 entries"));
}

TEST(WhatWasSeen, ShowsALogThatWasForked) {
  SignedLog other;
  other.Append(
      storage::AppendRequest{.events = {{.stream = {storage::StreamType::kSchool, storage::Id({7})},
                                         .event_type = "school_named",
                                         .payload = "x"}},
                             .author = {}});
  const std::string seen = other.Sign();
  LogCheckOptions options = WithTheKey();
  options.seen = {Seen(seen)};
  const absl::Status found = Check(TwentyEntries(), options).status();
  EXPECT_EQ(ExitCodeOf(found), kTampered);
  EXPECT_EQ(WrongPositionOf(found), 0u);
  EXPECT_THAT(std::string(found.message()), HasSubstr("forked"));
}

TEST(WhatWasSeen, OfAnotherLogProvesNothing) {
  LogCheckOptions options = WithTheKey();
  options.seen = {Seen(NoteOf({.size = 1, .root = {}}, *KeyOf("other.example", 5)))};
  EXPECT_EQ(ExitCodeOf(Check(TwentyEntries(), options).status()), kUnverifiable);
}

// A log whose key was replaced after 8 entries, and which has 12.
class ARotatedKey : public testing::Test {
 protected:
  ARotatedKey() {
    log_.Write(8);
    log_.Sign();
    log_.Write(4);
    log_.Sign(*second_);
  }
  absl::Status With(const std::string& key_file) {
    return Check(log_.Export(), {.keys = Keys(key_file)}).status();
  }

  SignedLog log_;
  std::unique_ptr<storage::SignatureKey> second_ = KeyOf(kOrigin, 50);
  std::string first_line_ = storage::ToString(log_.key().verifier());
  std::string second_line_ = storage::ToString(second_->verifier());
};

TEST_F(ARotatedKey, IsGoodForWhatItSigned) {
  EXPECT_TRUE(With(second_line_ + " from 9\n" + first_line_ + " until 8\n").ok());
}

TEST_F(ARotatedKey, IsRefusedAboveItsGreatestSize) {
  EXPECT_EQ(ExitCodeOf(With(second_line_ + "\n" + first_line_ + " until 7\n")), kTampered);
}

TEST_F(ARotatedKey, IsRefusedBelowItsSmallestSize) {
  EXPECT_EQ(ExitCodeOf(With(second_line_ + " from 13\n" + first_line_ + "\n")), kTampered);
}

TEST_F(ARotatedKey, IsMissed) { EXPECT_EQ(ExitCodeOf(With(first_line_ + "\n")), kTampered); }

// A log that was signed up to 12 entries, lost 4, and went on from 8 as another origin.
class ANewEpoch : public testing::Test {
 protected:
  ANewEpoch() {
    SignedLog lost;
    lost.Write(8);
    lost.Sign();
    lost.Append(storage::AppendRequest{
        .events = {{.stream = {storage::StreamType::kSchool, storage::Id({7})},
                    .event_type = "school_named",
                    .payload = "x"}},
        .author = {}});
    seen_ = {Seen(lost.Sign())};
    log_.Write(8);
    log_.Sign();
    log_.Write(4);
    log_.Sign(*next_);
  }

  std::vector<SeenCheckpoint> seen_;
  SignedLog log_;
  std::unique_ptr<storage::SignatureKey> next_ = KeyOf("log.example/second", 60);
  std::string old_line_ = storage::ToString(log_.key().verifier());
  std::string new_line_ = storage::ToString(next_->verifier());
};

TEST_F(ANewEpoch, VerifiesWithTheKeysOfBoth) {
  const absl::StatusOr<LogReport> report =
      Check(log_.Export(), {.keys = Keys(old_line_ + "\n" + new_line_ + "\n")});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->last.origin, "log.example/second");
}

TEST_F(ANewEpoch, CannotBeVerifiedWithoutTheOldKey) {
  EXPECT_EQ(ExitCodeOf(Check(log_.Export(), {.keys = Keys(new_line_)}).status()), kUnverifiable);
}

TEST_F(ANewEpoch, ContradictsWhatWasSeenOfTheOld) {
  const absl::Status found =
      Check(log_.Export(), {.keys = Keys(old_line_ + "\n" + new_line_), .seen = seen_}).status();
  EXPECT_EQ(ExitCodeOf(found), kTampered) << found;
}

TEST_F(ANewEpoch, IsAcceptedWhenTheKeyFileSaysWhereTheOldOneEnded) {
  const absl::StatusOr<LogReport> report =
      Check(log_.Export(), {.keys = Keys(old_line_ + " until 8\n" + new_line_), .seen = seen_});
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->remarks.size(), 1u);
  EXPECT_THAT(report->remarks[0], HasSubstr("9 entries of log.example/countersign-test"));
}

TEST_F(ANewEpoch, DoesNotGoBackToTheOldOrigin) {
  // Put together by hand: an export of our own leaves out what cannot follow.
  const ExportParts before = TakeApart(log_.Export());
  log_.Write(1);
  const std::string back = log_.Sign();
  ExportParts parts = TakeApart(log_.Export());
  parts.notes = before.notes;
  parts.notes.push_back(back);
  const absl::Status found =
      Check(parts.Bytes(), {.keys = Keys(old_line_ + "\n" + new_line_)}).status();
  EXPECT_EQ(ExitCodeOf(found), kTampered) << found;
}

TEST(Witnesses, MustHaveCosignedTheLastCheckpoint) {
  SignedLog log;
  log.Write(3);
  std::string note = log.Sign();
  LogCheckOptions options = WithTheKey();
  options.witnesses = *ParseWitnessFile(WitnessKeyLine("witness.example/w1", 0x20));
  EXPECT_EQ(ExitCodeOf(Check(log.Export(), options).status()), kUnverifiable);

  const std::string text = note.substr(0, note.find("\n\n") + 1);
  note += CosignatureLine("witness.example/w1", 0x20, 1331035200, text);
  ASSERT_TRUE(log.journal().StoreCheckpoint(3, note).ok());
  EXPECT_TRUE(Check(log.Export(), options).ok());

  ExportParts parts = TakeApart(log.Export());
  char& letter = parts.notes[0][parts.notes[0].size() - 20];
  letter = letter == 'A' ? 'B' : 'A';
  EXPECT_EQ(ExitCodeOf(Check(parts.Bytes(), options).status()), kTampered);
}

}  // namespace
}  // namespace countersign::verifier
