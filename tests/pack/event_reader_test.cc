// Events read by their field numbers, against the schema that writes them.
#include "clients/verifier/event_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/rules/event_type.h"
#include "tests/pack/plan_journal.h"

namespace countersign {
namespace {

using verifier::Capacity;
using verifier::EventFields;
using verifier::ReadEvent;

// Serialised, so that views into it stay valid.
struct Written {
  explicit Written(const rules::Past& past) : bytes(past.event.SerializeAsString()) {}
  std::string bytes;
};

TEST(AnEventByItsFieldNumbers, IsWhatTheSchemaWrote) {
  const v1::Record record = rules::CompleteRecord();
  for (const auto& [past, type] : {std::pair(rules::DraftIssued(record), "draft_issued"),
                                   {rules::DraftRevised(1, record), "draft_revised"}}) {
    const Written written(past);
    const EventFields draft = Sure(ReadEvent(type, written.bytes));
    EXPECT_EQ(draft.draft, 1u);
    EXPECT_EQ(draft.plan, record.plan().plan());
    EXPECT_EQ(draft.annex, record.plan().annex());
  }
  const Written finalised(Finalised(300, record, "said"));
  const EventFields final_record = Sure(ReadEvent("record_finalised", finalised.bytes));
  EXPECT_EQ(final_record.draft, 300u);
  EXPECT_EQ(final_record.comments, "said");
  EXPECT_EQ(final_record.digest, RecordDigestOf(record, "said"));
  const Written by_ben(rules::Signed(rules::kBen, "digest"));
  const EventFields as_reviewer = Sure(ReadEvent("signed", by_ben.bytes));
  EXPECT_EQ(as_reviewer.capacity, Capacity::kReviewer);
  EXPECT_EQ(as_reviewer.digest, "digest");
  EXPECT_EQ(as_reviewer.method, "demo");
  EXPECT_EQ(as_reviewer.words, rules::kMeaning);
  const Written declined(rules::SignatureDeclined(rules::kAmina, "Not my words", "digest"));
  const EventFields as_reviewee = Sure(ReadEvent("signature_declined", declined.bytes));
  EXPECT_EQ(as_reviewee.capacity, Capacity::kReviewee);
  EXPECT_EQ(as_reviewee.digest, "digest");
  EXPECT_EQ(as_reviewee.words, "Not my words");
  const Written closed(rules::ClosedUnsigned("So", "digest"));
  const EventFields closing = Sure(ReadEvent("closed_unsigned", closed.bytes));
  EXPECT_EQ(closing.digest, "digest");
  EXPECT_EQ(closing.words, "So");
}

TEST(AnEventByItsFieldNumbers, IsOfTheTypeThatItsEntryNames) {
  const std::vector<rules::Past> events = {
      rules::DraftIssued(),        rules::DraftRevised(),   Finalised(),
      rules::Signed(rules::kBen),  rules::ClosedUnsigned(), rules::SignatureDeclined(rules::kAmina),
      rules::CommentAdded("Said"), rules::Enrolled()};
  for (const rules::Past& past : events) {
    const std::string own = Sure(rules::EventTypeOf(past.event));
    const std::string bytes = past.event.SerializeAsString();
    for (const char* type : {"draft_issued", "draft_revised", "record_finalised", "signed",
                             "signature_declined", "closed_unsigned", "comment_added"}) {
      EXPECT_EQ(ReadEvent(type, bytes).ok(), type == own && verifier::IsOpenedType(own))
          << own << " as " << type;
    }
  }
}

TEST(AnEventByItsFieldNumbers, MayHoldFieldsOfALaterSchema) {
  rules::Past past = rules::Signed(rules::kBen, "digest");
  auto* given = past.event.mutable_plan()->mutable_signing()->mutable_signed_();
  auto* unknown = given->GetReflection()->MutableUnknownFields(given);
  unknown->AddVarint(200, 7);
  unknown->AddFixed32(201, 7);
  unknown->AddFixed64(202, 7);
  unknown->AddLengthDelimited(203, "later");
  const Written written(past);
  EXPECT_EQ(Sure(ReadEvent("signed", written.bytes)).digest, "digest");
}

// What one reader could take for one thing and another reader for another.
TEST(AnEventByItsFieldNumbers, IsRefusedWhenItCouldBeReadInTwoWays) {
  const std::string digest = absl::StrCat("\x0a\x02", "ab");
  const std::string reviewer = absl::HexStringToBytes("12020a00");
  const auto as_signed = [](const std::string& fact) {
    std::string bytes = fact;
    for (const char tag : {'\x0a', '\x2a', '\x0a'}) {
      bytes =
          absl::StrCat(std::string(1, tag), std::string(1, static_cast<char>(bytes.size())), bytes);
    }
    return bytes;
  };
  const std::string good = as_signed(digest + reviewer);
  ASSERT_TRUE(ReadEvent("signed", good).ok());
  const std::vector<std::string> bad = {
      "",
      good + good,
      good.substr(0, good.size() - 1),
      good + absl::HexStringToBytes("120101"),
      as_signed(digest + digest + reviewer),                          // A field twice.
      as_signed(digest + reviewer + reviewer),                        // The capacity twice.
      as_signed(digest),                                              // No capacity.
      as_signed(digest + absl::HexStringToBytes("12040a001200")),     // Both of them.
      as_signed(digest + absl::HexStringToBytes("12021a00")),         // A third one.
      as_signed(digest + absl::HexStringToBytes("12030a0141")),       // One with a content.
      as_signed(absl::HexStringToBytes("0801") + reviewer),           // A number as a digest.
      as_signed(digest + absl::HexStringToBytes("1282000a00")),       // A length in two bytes.
      as_signed(digest + absl::HexStringToBytes("9200020a00")),       // A tag in two bytes.
      as_signed(digest + reviewer + absl::HexStringToBytes("1b1c")),  // A group.
      as_signed(digest + reviewer + absl::HexStringToBytes("0001")),  // Field 0.
      as_signed(digest + reviewer + absl::HexStringToBytes("22ffffffffffffffff7f")),
  };
  for (const std::string& bytes : bad) {
    EXPECT_EQ(ReadEvent("signed", bytes).status().code(), absl::StatusCode::kInvalidArgument)
        << absl::BytesToHexString(bytes);
  }
}

TEST(ADraftByItsFieldNumbers, HasNoPartThatTheDigestWouldNotCover) {
  rules::Past past = rules::DraftIssued();
  auto* parts = past.event.mutable_plan()
                    ->mutable_recording()
                    ->mutable_draft_issued()
                    ->mutable_record()
                    ->mutable_plan();
  parts->GetReflection()->MutableUnknownFields(parts)->AddLengthDelimited(3, "a third part");
  const Written written(past);
  EXPECT_EQ(ReadEvent("draft_issued", written.bytes).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace countersign
