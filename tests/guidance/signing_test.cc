// Chapter: signing. "A final record should be available ten working days after the meeting and this
// should be signed by both parties." What happens when somebody will not, or gives no answer, the
// guidance leaves open (A04): it is recorded, and the head may close the record.

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "tests/support/london.h"
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
                                      .Then({Signed(kAmina), CopyIssued(), OriginalLodged()})
                                      .ThenIs(PlanState::kSigned);
  EXPECT_EQ(signed_by_both.plan().signatures.size(), 2u);
}

TEST(Signing, TheOrderOfTheSignaturesIsFree) {
  Given(AFinalRecord())
      .When(Sign())
      .By(kAmina)
      .Then({Signed(kAmina)})
      .When(Sign())
      .By(kBen)
      .Then({Signed(kBen), CopyIssued(), OriginalLodged()})
      .ThenIs(PlanState::kSigned);
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

// A04: nobody has to sign, and who will not may say so, with a reason or without.
TEST(DecliningToSign, IsRecordedWithTheReasonIfThereIsOne) {
  for (absl::string_view reason : {"  Not \"my\" words.\n", ""}) {
    Given(AFinalRecord())
        .When(DeclineSignature(reason))
        .By(kAmina)
        .Then({SignatureDeclined(kAmina, reason)})
        .ThenIs(PlanState::kFinalised);
    Given(AFinalRecord())
        .When(DeclineSignature(reason))
        .By(kBen)
        .Then({SignatureDeclined(kBen, reason)});
  }
}

// A04: only what one would sign can be declined, by whoever would sign it, in the same order of
// checks.
TEST(DecliningToSign, IsAskedWhatSigningIsAsked) {
  for (absl::string_view person : {kHelen, kCarol, kTess, kNobody}) {
    Given(AFinalRecord())
        .When(DeclineSignature("", DigestOf(RevisedRecord())))
        .By(person)
        .ThenRefused(v1::SIGNER_IS_NO_PARTY, "R74");
  }
  Given(ADraft()).When(DeclineSignature()).By(kAmina).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
  Given(AFinalRecord())
      .When(DeclineSignature("", DigestOf(RevisedRecord())))
      .By(kAmina)
      .ThenRefused(v1::RECORD_MOVED_ON, "R74")
      .With("digest", absl::BytesToHexString(DigestOf(CompleteRecord())));
  Given(AFinalRecord())
      .And({Signed(kAmina)})
      .When(DeclineSignature("", DigestOf(RevisedRecord())))
      .By(kAmina)
      .ThenRefused(v1::RECORD_MOVED_ON, "R74");
}

// R74: a signature is not taken back.
TEST(DecliningToSign, ComesBeforeSigningOrNotAtAll) {
  Given(AFinalRecord())
      .And({Signed(kAmina)})
      .When(DeclineSignature())
      .By(kAmina)
      .ThenRefused(v1::SIGNATURE_GIVEN, "R74");
  Given(AFinalRecord())
      .And({Signed(kAmina)})
      .When(DeclineSignature())
      .By(kBen)
      .Then({SignatureDeclined(kBen)});
}

TEST(DecliningToSign, TwiceIsAlreadySo) {
  const Scenario declined = Given(AFinalRecord()).And({SignatureDeclined(kAmina)});
  declined.When(DeclineSignature()).By(kAmina).ThenAlreadySo();
  declined.When(DeclineSignature("In other words")).By(kAmina).ThenAlreadySo();
}

// R74, A04: who declined may think again; then nothing shows them as declining.
TEST(DecliningToSign, LeavesTheWayToSigningOpen) {
  const Scenario signed_after_all = Given(AFinalRecord())
                                        .And({SignatureDeclined(kAmina)})
                                        .When(Sign())
                                        .By(kAmina)
                                        .Then({Signed(kAmina)});
  EXPECT_TRUE(signed_after_all.plan().declined.empty());
  signed_after_all.When(DeclineSignature()).By(kAmina).ThenRefused(v1::SIGNATURE_GIVEN, "R74");
  signed_after_all.When(Sign())
      .By(kBen)
      .Then({Signed(kBen), CopyIssued(), OriginalLodged()})
      .ThenIs(PlanState::kSigned);
}

// A04: what was declined is the record as it was; on another one everybody decides anew.
TEST(DecliningToSign, IsVoidWhenTheRecordIsOpenedAgain) {
  const std::string digest = DigestOf(RevisedRecord());
  const Scenario reopened = Given(AFinalRecord())
                                .And({SignatureDeclined(kAmina), ChangesRequested(), DraftRevised(),
                                      RecordFinalised(2, RevisedRecord())});
  EXPECT_TRUE(reopened.plan().declined.empty());
  reopened.When(DeclineSignature("Still not", digest))
      .By(kAmina)
      .Then({SignatureDeclined(kAmina, "Still not", digest)});
  reopened.ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kDueSoon, kAmina);
}

// A04: to decline is an answer; nothing is owed after it. A late answer is a late answer.
TEST(DecliningToSign, MeetsWhatIsOwed) {
  Given(AFinalRecord())
      .When(DeclineSignature())
      .By(kAmina)
      .At("2026-10-15 23:59")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kMet, kAmina)
      .ThenOwes(ObligationKind::kReviewerSignature, "2026-10-15", Status::kDueSoon, kBen);
  Given(AFinalRecord())
      .When(DeclineSignature())
      .By(kAmina)
      .At("2026-10-16 00:00")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kMetLate, kAmina);
}

// A04: who declined in time gave an answer in time, however long nothing follows.
TEST(DecliningToSign, InTimeStaysAnAnswerInTime) {
  Given(AFinalRecord())
      .And({SignatureDeclined(kAmina).At("2026-10-14 09:00")})
      .On("2026-12-01")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kMet, kAmina);
}

// A04: thinking again is no lateness: the earlier of the two answers counts.
TEST(DecliningToSign, InTimeStaysAnAnswerInTimeThoughTheSignatureComesLater) {
  Given(AFinalRecord())
      .And({SignatureDeclined(kAmina).At("2026-10-14 09:00")})
      .When(Sign())
      .By(kAmina)
      .At("2026-10-20 09:00")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kMet, kAmina);
  Given(AFinalRecord())
      .And({SignatureDeclined(kBen).At("2026-10-14 09:00")})
      .When(Sign())
      .By(kBen)
      .At("2026-10-20 09:00")
      .ThenOwes(ObligationKind::kReviewerSignature, "2026-10-15", Status::kMet, kBen);
  Given(AFinalRecord())
      .And({SignatureDeclined(kAmina).At("2026-10-16 09:00")})
      .When(Sign())
      .By(kAmina)
      .At("2026-10-20 09:00")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kMetLate, kAmina);
}

// R74, A04: on a record opened again the answer to the one before counts no more.
TEST(DecliningToSign, AndSigningBothFallWithTheRecordTheyWereAbout) {
  Given(AFinalRecord())
      .And({SignatureDeclined(kAmina).At("2026-10-13 09:00"), Signed(kAmina).At("2026-10-13 10:00"),
            CommentAdded()})
      .On("2026-10-20")
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kOverdue, kAmina);
}

// Amina has neither signed nor declined; Ben has signed. Her five days after Thursday 15 October
// end on Monday 2 November: she works Monday to Thursday, and half term lies between.
Scenario AminaIsSilent() { return Given(AFinalRecord()).And({Signed(kBen)}); }

// A04: the head may close the record when somebody declined to sign and nobody is left to answer.
TEST(ClosingUnsigned, FollowsARefusalToSignAtOnce) {
  Given(AFinalRecord())
      .And({Signed(kBen), SignatureDeclined(kAmina)})
      .When(CloseUnsigned("Amina does not wish to sign"))
      .By(kHelen)
      .Then({ClosedUnsigned("Amina does not wish to sign"), CopyIssued(), OriginalLodged()})
      .ThenIs(PlanState::kClosedUnsigned);
  Given(AFinalRecord())
      .And({SignatureDeclined(kBen), SignatureDeclined(kAmina)})
      .When(CloseUnsigned())
      .By(kHelen)
      .ThenAllowed();
}

// A04: or when the days of grace are over for who gave no answer.
TEST(ClosingUnsigned, WaitsForWhoHasNotAnswered) {
  AminaIsSilent()
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-11-02 23:59")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-02");
  AminaIsSilent().When(CloseUnsigned()).By(kHelen).At("2026-11-03 00:00").ThenAllowed();
}

// A04: days that count for Ben, who works on Fridays: they end on 22 October.
TEST(ClosingUnsigned, WaitsAsLongAsEachOneWorks) {
  for (const Past& hers : {Signed(kAmina), SignatureDeclined(kAmina)}) {
    const Scenario silent = Given(AFinalRecord()).And({hers});
    silent.When(CloseUnsigned())
        .By(kHelen)
        .At("2026-10-22 12:00")
        .ThenRefused(v1::GRACE_NOT_OVER, "R74")
        .With("grace_ends_on", "2026-10-22");
    silent.When(CloseUnsigned()).By(kHelen).At("2026-10-23 00:00").ThenAllowed();
  }
}

// A04: who declined and then signed has answered once, and the other one still has their days.
TEST(ClosingUnsigned, WaitsForTheOtherOfOneWhoDeclinedAndThenSigned) {
  Given(AFinalRecord())
      .And({SignatureDeclined(kBen), Signed(kBen)})
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-11-02 23:59")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-02");
}

// R29: whoever reviews signs, so it is decided first who that is.
TEST(Signing, WaitsForTheDecisionOnAnotherReviewer) {
  const Scenario undecided = Given(AFinalRecord()).And({Signed(kAmina), ReplacementRequested()});
  undecided.When(Sign())
      .By(kBen)
      .ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29")
      .Saying("The head decides first");
  undecided.When(Sign()).By(kAmina).ThenAlreadySo();
  undecided.When(DeclineSignature()).By(kBen).ThenAllowed();
  undecided.And({ReplacementDeclined()}).When(Sign()).By(kBen).ThenIs(PlanState::kSigned);
}

// R29: and closing would leave the request without its answer.
TEST(ClosingUnsigned, WaitsForTheDecisionOnAnotherReviewer) {
  const Scenario undecided =
      Given(AFinalRecord())
          .And({SignatureDeclined(kBen), SignatureDeclined(kAmina), ReplacementRequested()});
  undecided.When(CloseUnsigned()).By(kHelen).ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
  undecided.And({ReplacementDeclined()}).When(CloseUnsigned()).By(kHelen).ThenAllowed();
}

// A04: where neither has answered, the later day counts; one refusal is not two.
TEST(ClosingUnsigned, WaitsForTheLaterOfTheTwo) {
  Given(AFinalRecord())
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-10-23 09:00")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-02");
  Given(AFinalRecord())
      .And({SignatureDeclined(kBen)})
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-10-23 09:00")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-02");
  Given(AFinalRecord()).When(CloseUnsigned()).By(kHelen).At("2026-11-03 00:00").ThenAllowed();
}

// A03, A04: a late record takes no time to sign from anybody.
TEST(ClosingUnsigned, CountsFromTheDayOnWhichALateRecordWasFinal) {
  const Scenario late =
      Given(ADraft()).And({RecordFinalised().At("2026-10-20 09:00"), Signed(kBen)});
  late.When(CloseUnsigned())
      .By(kHelen)
      .At("2026-11-04 12:00")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-04");
  late.When(CloseUnsigned()).By(kHelen).At("2026-11-05 00:00").ThenAllowed();
}

// A04: the record as it stands: one that was opened and finalised again is offered anew.
TEST(ClosingUnsigned, CountsFromTheLastTimeTheRecordWasFinal) {
  Given(AFinalRecord())
      .And({CommentAdded("One more thing").At("2026-10-19 09:00"),
            RecordFinalised(1, CompleteRecord(),
                            CommentsOf({{"One more thing", "2026-10-19 09:00"}}))
                .At("2026-10-20 09:00")})
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-11-03 09:00")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-04");
}

// A04, R78: absences and more time for the record are time to sign as well.
TEST(ClosingUnsigned, WaitsLongerForWhoIsAwayOrWasGivenTime) {
  AminaIsSilent()
      .Knowing({AbsenceRecorded(kAmina, "2026-10-19", "2026-10-20")})
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-11-04 09:00")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-04");
  Given(AHeldMeeting())
      .And({DeadlineExtended(TheFinalRecord(), "2026-10-20"), DraftIssued(), RecordFinalised(),
            Signed(kBen)})
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-11-04 09:00")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-04");
}

// A04: the number of days is the policy's: none at all means the day after the due date.
TEST(ClosingUnsigned, GivesTheDaysOfGraceThatThePolicySays) {
  v1::Policy none;
  none.set_signature_grace_days(0);
  v1::Policy one;
  one.set_signature_grace_days(1);
  for (const auto& [policy, last] : {std::pair{none, "2026-10-15"}, {one, "2026-10-19"}}) {
    const Scenario known = AminaIsSilent().Knowing({PolicyAdopted(policy)});
    known.When(CloseUnsigned())
        .By(kHelen)
        .At(absl::StrCat(last, " 23:59"))
        .ThenRefused(v1::GRACE_NOT_OVER, "R74")
        .With("grace_ends_on", last);
    known.When(CloseUnsigned())
        .By(kHelen)
        .At(absl::StrCat(absl::FormatCivilTime(On(last) + 1), " 00:00"))
        .ThenAllowed();
  }
}

// A04: days on which the plan rested are no days of grace.
TEST(ClosingUnsigned, DoesNotCountDaysOfRest) {
  AminaIsSilent()
      .And({PlanSuspended("2026-10-19"), PlanResumed("2026-10-21")})
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-11-04 09:00")
      .ThenRefused(v1::GRACE_NOT_OVER, "R74")
      .With("grace_ends_on", "2026-11-04");
}

// A04, R78: who is away without an end has not been silent for any number of days.
TEST(ClosingUnsigned, WaitsWhileNobodyKnowsHowLong) {
  const Scenario away = AminaIsSilent().Knowing({AbsenceRecorded(kAmina, "2026-10-01", "")});
  const Refused refused = away.When(CloseUnsigned())
                              .By(kHelen)
                              .At("2027-06-01 09:00")
                              .ThenRefused(v1::GRACE_NOT_OVER, "R74");
  EXPECT_EQ(refused.refusal().values().count("grace_ends_on"), 0u);
  away.And({SignatureDeclined(kAmina)}).When(CloseUnsigned()).By(kHelen).ThenAllowed();
}

// A04: what the head is told to do can be done: a final record is extended no more.
TEST(ClosingUnsigned, SaysWhatCanBeDoneMeanwhile) {
  const Refused refused = AminaIsSilent()
                              .Knowing({AbsenceRecorded(kAmina, "2026-10-01", "")})
                              .When(CloseUnsigned())
                              .By(kHelen)
                              .At("2027-06-01 09:00")
                              .ThenRefused(v1::GRACE_NOT_OVER, "R74");
  EXPECT_FALSE(absl::StrContains(refused.refusal().message(), "xtend"))
      << refused.refusal().message();
}

// R73: what is not final is not closed.
TEST(ClosingUnsigned, NeedsAFinalRecord) {
  for (const std::vector<Past>& history :
       {AnEnrolment(), AHeldMeeting(), ADraft(), AFinalRecord() + std::vector{CommentAdded()}}) {
    SCOPED_TRACE(history.size());
    Given(history)
        .When(CloseUnsigned())
        .By(kHelen)
        .At("2027-06-01 09:00")
        .ThenRefused(v1::RECORD_NOT_FINAL, "R73");
  }
}

// A04: "nobody signs for another": no signature comes of it, and the one that is missing is no
// longer owed.
TEST(ClosingUnsigned, SignsForNobody) {
  const Scenario closed =
      AminaIsSilent().When(CloseUnsigned()).By(kHelen).At("2026-11-03 09:00").ThenAllowed();
  ASSERT_EQ(closed.plan().signatures.size(), 1u);
  EXPECT_TRUE(closed.plan().signatures[0].as_reviewer);
  EXPECT_EQ(closed.plan().digest, DigestOf(CompleteRecord()));
  closed.ThenOwes(ObligationKind::kReviewerSignature, "2026-10-15", Status::kMet, kBen)
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kDischarged, kAmina)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kMet);
}

TEST(ClosingUnsigned, LeavesARefusalToSignAsItWas) {
  Given(AClosedRecord())
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kMet, kAmina);
}

// A04: a closed record cannot change any more.
TEST(ClosingUnsigned, ClosesThePlan) {
  for (const Intent& intent :
       {Sign(), DeclineSignature(), CloseUnsigned(), AddComment(), RequestChanges(), ReviseDraft(),
        FinaliseRecord(), CorrectMeeting("2026-09-28"), WithdrawEnrolment(), SuspendPlan(),
        RequestReplacement(), ReplaceReviewer(), SharePreparation(),
        ExtendDeadline(TheDraft(), "2027-01-01"), AssignReviewer()}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(AClosedRecord()).When(intent).By(kAmina).ThenRefused(v1::RECORD_CLOSED_UNSIGNED, "R74");
  }
}

// R74: what both have signed is not closed unsigned.
TEST(ClosingUnsigned, IsNotForARecordThatBothHaveSigned) {
  Given(ASignedRecord()).When(CloseUnsigned()).By(kHelen).ThenRefused(v1::RECORD_SIGNED, "R74");
}

}  // namespace
}  // namespace countersign::rules
