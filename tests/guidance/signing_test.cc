// Chapter: signing. "A final record should be available ten working days after the meeting and this
// should be signed by both parties."

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

// R74: "signed by both parties". R69: over the same content and wording.
TEST(Signing, BothPartiesSignTheSameRecord) {
  const Scenario signed_by_both = Given(AFinalRecord())
                                      .When(Sign())
                                      .By(kBen)
                                      .Then({Signed(kBen)})
                                      .When(Sign())
                                      .By(kAmina)
                                      .Then({Signed(kAmina)});
  EXPECT_EQ(static_cast<int>(StateOf(signed_by_both.plan().progress)),
            static_cast<int>(PlanState::kSigned));
}

TEST(Signing, TheOrderOfTheSignaturesIsFree) {
  Given(AFinalRecord())
      .When(Sign())
      .By(kAmina)
      .Then({Signed(kAmina)})
      .When(Sign())
      .By(kBen)
      .Then({Signed(kBen)});
}

// R74: one signature is not both.
TEST(Signing, OneSignatureDoesNotCloseTheRecord) {
  const Scenario half = Given(AFinalRecord()).And({Signed(kBen)});
  EXPECT_FALSE(IsClosed(StateOf(half.plan().progress)));
  half.On("2026-10-13").ThenOwes(ObligationKind::kReviewerSignature, "2026-10-15", Status::kMet);
  half.On("2026-10-13")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kDueSoon, kAmina);
}

// R74: both are due when the record is (A03), and a late one is taken and shown as late.
TEST(Signing, ALateSignatureIsRecordedAndShownAsLate) {
  Given(AFinalRecord())
      .When(Sign())
      .By(kAmina)
      .At("2026-10-15 23:59")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kMet, kAmina);
  Given(AFinalRecord())
      .When(Sign())
      .By(kAmina)
      .At("2026-10-16 00:00")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kMetLate, kAmina);
}

// A04: a missing signature stays open; nobody signs automatically.
TEST(Signing, AMissingSignatureStaysOverdue) {
  Given(AFinalRecord())
      .And({Signed(kBen)})
      .On("2027-06-01")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kOverdue, kAmina);
}

// R73: what is not final is not signed.
TEST(Signing, ADraftIsNotSigned) {
  for (const std::vector<Past>& history :
       {AHeldMeeting(), ADraft(), ADraft() + std::vector{ChangesRequested()}}) {
    SCOPED_TRACE(history.size());
    Given(history).When(Sign()).By(kAmina).ThenRefused(v1::RECORD_NOT_FINAL, "R73").Saying("inal");
  }
}

// A04: nobody signs for another: not the head, not a line manager, not a colleague.
TEST(Signing, NobodyButThePartiesSigns) {
  for (absl::string_view person : {kHelen, kCarol, kOlive, kTess, kNobody}) {
    SCOPED_TRACE(person);
    Given(AFinalRecord()).When(Sign()).By(person).ThenRefused(v1::SIGNER_IS_NO_PARTY, "R74");
  }
}

// A04: the same person in somebody else's name is somebody else signing.
TEST(Signing, NobodySignsOnBehalfOfAParty) {
  const Scenario final_record = Given(AFinalRecord());
  const Intent sign = Sign();
  Facts facts = FactsFor(final_record.world(), sign, InLondon("2026-10-14 09:00"), kHelen);
  facts.on_behalf_of = kAmina;
  const Decision for_another = Decide(final_record.plan(), facts, sign.command.plan());
  ASSERT_FALSE(for_another.ok());
  EXPECT_EQ(RefusalOf(for_another.status())->reason(), v1::SIGNER_IS_NO_PARTY);
  facts.caller_id = kBen;
  const Decision by_the_other_party = Decide(final_record.plan(), facts, sign.command.plan());
  ASSERT_FALSE(by_the_other_party.ok());
  EXPECT_EQ(RefusalOf(by_the_other_party.status())->reason(), v1::SIGNER_IS_NO_PARTY);
}

// R69, R74: who was shown something else is told what there is now.
TEST(Signing, AnOutdatedDigestIsRefusedWithTheCurrentOne) {
  const std::string current = absl::BytesToHexString(DigestOf(CompleteRecord()));
  Given(AFinalRecord())
      .When(Sign(DigestOf(RevisedRecord())))
      .By(kAmina)
      .ThenRefused(v1::RECORD_MOVED_ON, "R74")
      .With("digest", current);
  for (absl::string_view no_digest : {"", "short"}) {
    Given(AFinalRecord()).When(Sign(no_digest)).By(kAmina).ThenRefused(v1::RECORD_MOVED_ON, "R74");
  }
}

// R74: who may not sign at all is not told the digest.
TEST(Signing, SomebodyElseIsNotToldTheDigest) {
  const Refused refused = Given(AFinalRecord())
                              .When(Sign(DigestOf(RevisedRecord())))
                              .By(kCarol)
                              .ThenRefused(v1::SIGNER_IS_NO_PARTY, "R74");
  EXPECT_EQ(refused.refusal().values().count("digest"), 0u);
}

// R74: hexadecimal digits are the same digits in capitals.
TEST(Signing, ADigestInCapitalsIsTheSameDigest) {
  Intent sign = Sign();
  std::string* digest = sign.command.mutable_plan()->mutable_sign()->mutable_digest();
  *digest = absl::AsciiStrToUpper(*digest);
  Given(AFinalRecord()).When(sign).By(kAmina).Then({Signed(kAmina)});
}

TEST(Signing, SignedTwiceIsAlreadySo) {
  Given(AFinalRecord()).And({Signed(kBen)}).When(Sign()).By(kBen).ThenAlreadySo();
}

// R74: with both signatures the record is closed.
TEST(Signing, ARecordThatBothHaveSignedIsClosed) {
  Given(ASignedRecord()).When(Sign()).By(kAmina).ThenRefused(v1::RECORD_SIGNED, "R74");
}

// R69: signatures on what the record was do not count for what it is.
TEST(Signing, AfterARevisionBothSignAgain) {
  const std::string digest = DigestOf(RevisedRecord());
  Given(AFinalRecord() + std::vector{Signed(kBen), ChangesRequested(), DraftRevised(),
                                     RecordFinalised(2, RevisedRecord())})
      .When(Sign(digest))
      .By(kAmina)
      .Then({Signed(kAmina, digest)})
      .When(Sign())
      .By(kBen)
      .ThenRefused(v1::RECORD_MOVED_ON, "R74");
}

TEST(Signing, AfterARevisionASignatureOnTheNewRecordIsNotAlreadySo) {
  const std::string digest = DigestOf(RevisedRecord());
  Given(AFinalRecord() + std::vector{Signed(kBen), ChangesRequested(), DraftRevised(),
                                     RecordFinalised(2, RevisedRecord())})
      .When(Sign(digest))
      .By(kBen)
      .Then({Signed(kBen, digest)});
}

// R74: the event says who signed what, as whom, how they were known and what it means.
TEST(Signing, ASignatureHoldsDigestCapacityMethodAndMeaning) {
  const Decision decision = Given(AFinalRecord()).When(Sign()).By(kAmina).Decided();
  ASSERT_TRUE(decision.ok());
  const v1::Signed& event = decision->front().event.plan().signing().signed_();
  EXPECT_EQ(event.digest(), DigestOf(CompleteRecord()));
  EXPECT_TRUE(event.capacity().has_reviewee());
  EXPECT_EQ(event.method(), "demo");
  EXPECT_EQ(event.meaning(), kMeaning);
}

// R74: a signature always says what it means, also where the signer did not spell it out.
TEST(Signing, ASignatureWithoutWordsStillHasAMeaning) {
  Intent sign = Sign();
  sign.command.mutable_plan()->mutable_sign()->clear_meaning();
  const Decision decision = Given(AFinalRecord()).When(sign).By(kAmina).Decided();
  ASSERT_TRUE(decision.ok());
  EXPECT_NE(decision->front().event.plan().signing().signed_().meaning(), "");
}

// R69: the digest is the design's, part by part.
TEST(Signing, TheDigestIsMadeOfPlanAnnexAndComments) {
  const std::string comments = CommentsOf({{"I agree.", "2026-10-07 10:00"}});
  EXPECT_EQ(RecordDigest(CompleteRecord(), comments, StandInDigest),
            DigestOf(CompleteRecord(), comments));
}

// R69: every byte counts, and no byte counts for another part.
TEST(Signing, TheDigestChangesWithEveryByteOfEveryPart) {
  const v1::Record record = CompleteRecord();
  const std::string comments = CommentsOf({{"I agree.", "2026-10-07 10:00"}});
  std::set<std::string> digests = {RecordDigest(record, comments, StandInDigest)};
  size_t variants = 1;
  const auto flip = [](std::string text, size_t at) {
    text[at] = static_cast<char>(text[at] ^ 1);
    return text;
  };
  for (size_t at = 0; at < record.plan().plan().size(); ++at, ++variants) {
    v1::Record other = record;
    other.mutable_plan()->set_plan(flip(record.plan().plan(), at));
    digests.insert(RecordDigest(other, comments, StandInDigest));
  }
  for (size_t at = 0; at < record.plan().annex().size(); ++at, ++variants) {
    v1::Record other = record;
    other.mutable_plan()->set_annex(flip(record.plan().annex(), at));
    digests.insert(RecordDigest(other, comments, StandInDigest));
  }
  for (size_t at = 0; at < comments.size(); ++at, ++variants) {
    digests.insert(RecordDigest(record, flip(comments, at), StandInDigest));
  }
  EXPECT_GT(variants, 300u);
  EXPECT_EQ(digests.size(), variants);
}

TEST(Signing, ThePartsOfTheDigestDoNotRunIntoEachOther) {
  v1::Record ab;
  ab.mutable_plan()->set_plan("a");
  ab.mutable_plan()->set_annex("b");
  v1::Record merged;
  merged.mutable_plan()->set_plan("ab");
  v1::Record swapped;
  swapped.mutable_plan()->set_plan("b");
  swapped.mutable_plan()->set_annex("a");
  const std::set<std::string> digests = {
      RecordDigest(ab, "", StandInDigest), RecordDigest(merged, "", StandInDigest),
      RecordDigest(swapped, "", StandInDigest), RecordDigest(ab, "b", StandInDigest)};
  EXPECT_EQ(digests.size(), 4u);
}

// R73: what was finalised is what is signed: the stored bytes, with the comments as they were.
TEST(Signing, TheDigestOfTheFinalRecordCoversTheCommentsMadeSoFar) {
  const Scenario commented = Given(ADraft())
                                 .And({CommentAdded("I agree.").At("2026-10-07 10:00")})
                                 .When(FinaliseRecord())
                                 .ThenAllowed();
  EXPECT_EQ(commented.plan().digest,
            DigestOf(CompleteRecord(), CommentsOf({{"I agree.", "2026-10-07 10:00"}})));
  EXPECT_NE(commented.plan().digest, DigestOf(CompleteRecord()));
  commented.When(Sign()).By(kAmina).ThenRefused(v1::RECORD_MOVED_ON, "R74");
}

}  // namespace
}  // namespace countersign::rules
