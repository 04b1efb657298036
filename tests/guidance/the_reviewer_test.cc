// Chapter: the reviewer. "The headteacher will identify a reviewer for each member of support
// staff, this will normally be the individual's line manager."
//
// "Where the member of staff is of the opinion that the person identified as the reviewer is
// unsuitable for professional reasons, she/he may ask the headteacher to consider replacing the
// reviewer. Any such request should be in writing and must state the reasons for the request."

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/london.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

Scenario WithTwoManagers() {
  return Given(AnEnrolment()).Knowing({LineManagersNamed(kAmina, {kBen, kCarol})});
}

// The same, with Ben chosen.
Scenario WithBenChosen() {
  return WithTwoManagers().And({ReviewerAssigned(kBen, AsHeadteacherChoice(), {kBen, kCarol})});
}

// Amina asked for another reviewer and nobody has decided.
Scenario Undecided(const std::vector<Past>& history = AnAssignment()) {
  return Given(history).And({ReplacementRequested()});
}

// Somebody replaces Ben, who leaves.
Past BenLeaves(absl::string_view reviewer = kCarol) {
  return ReviewerReplaced(reviewer, AsOther("Knows the team"), "Ben leaves at half term");
}

// R24: "The headteacher will identify a reviewer for each member of support staff."
TEST(TheReviewer, IsIdentifiedByTheHeadteacher) {
  Given(AnEnrolment())
      .When(AssignReviewer(kBen, AsLineManager()))
      .By(kHelen)
      .Then({ReviewerAssigned(kBen, AsLineManager())});
}

// R25: "this will normally be the individual's line manager": then nothing need be said.
TEST(TheReviewer, IsNormallyTheLineManager) {
  Given(AnEnrolment())
      .When(AssignReviewer(kBen))
      .By(kHelen)
      .Then({ReviewerAssigned(kBen, AsLineManager())});
}

// R25: nobody is called a line manager who is not recorded as one.
TEST(TheReviewer, IsNotCalledALineManagerWithoutBeingOne) {
  Given(AnEnrolment())
      .When(AssignReviewer(kCarol, AsLineManager()))
      .By(kHelen)
      .ThenRefused(v1::NOT_A_LINE_MANAGER, "R25");
}

// R25: normally, so somebody else may review, and the record says why.
TEST(TheReviewer, MayBeSomebodyElseWithANoteWhy) {
  Given(AnEnrolment())
      .When(AssignReviewer(kCarol, AsOther("Ben is on leave all year")))
      .By(kHelen)
      .Then({ReviewerAssigned(kCarol, AsOther("Ben is on leave all year"))});
}

TEST(TheReviewer, IsNotSomebodyElseWithoutANote) {
  for (const auto& basis : {std::optional<v1::AssignmentBasis>(), std::optional(AsOther(""))}) {
    Given(AnEnrolment())
        .When(AssignReviewer(kCarol, basis))
        .By(kHelen)
        .ThenRefused(v1::NOTE_MISSING, "R25");
  }
}

TEST(TheReviewer, OfSomebodyWithoutALineManagerNeedsANote) {
  const Scenario unmanaged = Given(AnEnrolment()).Knowing({LineManagersNamed(kAmina, {})});
  unmanaged.When(AssignReviewer(kBen)).By(kHelen).ThenRefused(v1::NOTE_MISSING, "R25");
  unmanaged.When(AssignReviewer(kBen, AsOther("Knows the team"))).By(kHelen).ThenAllowed();
}

// R26: "the head teacher will determine which line manager will be best placed".
TEST(TheReviewer, OfSeveralLineManagersIsTheHeadteachersChoice) {
  WithTwoManagers()
      .When(AssignReviewer(kCarol, AsHeadteacherChoice()))
      .By(kHelen)
      .Then({ReviewerAssigned(kCarol, AsHeadteacherChoice(), {kBen, kCarol})});
  WithTwoManagers()
      .When(AssignReviewer(kCarol))
      .By(kHelen)
      .Then({ReviewerAssigned(kCarol, AsHeadteacherChoice(), {kBen, kCarol})});
}

TEST(TheReviewer, OfSeveralLineManagersIsNotAMatterOfCourse) {
  WithTwoManagers()
      .When(AssignReviewer(kBen, AsLineManager()))
      .By(kHelen)
      .ThenRefused(v1::SEVERAL_LINE_MANAGERS, "R26");
}

// R26: the choice is one among the line managers.
TEST(TheReviewer, OutsideTheLineManagersIsNotAChoiceAmongThem) {
  WithTwoManagers()
      .When(AssignReviewer(kOlive, AsHeadteacherChoice()))
      .By(kHelen)
      .ThenRefused(v1::NOT_A_LINE_MANAGER, "R25");
  WithTwoManagers()
      .When(AssignReviewer(kOlive, AsOther("Both are on leave")))
      .By(kHelen)
      .ThenAllowed();
}

// R24: the head identifies a reviewer; nobody takes it upon themselves, on whatever ground.
TEST(TheReviewer, IsNobodyWhoNamesThemselves) {
  for (const auto& basis : {std::optional<v1::AssignmentBasis>(), std::optional(AsLineManager()),
                            std::optional(AsOther("Nobody else is free"))}) {
    Given(AnEnrolment())
        .When(AssignReviewer(kHelen, basis))
        .By(kHelen)
        .ThenRefused(v1::REVIEWER_IS_CALLER, "R24")
        .Saying("line manager");
    Given(AnAssignment())
        .When(ReplaceReviewer(kHelen, basis))
        .By(kHelen)
        .ThenRefused(v1::REVIEWER_IS_CALLER, "R24");
    Undecided()
        .When(UpholdReplacement(kTess, basis))
        .By(kTess)
        .ThenRefused(v1::REVIEWER_IS_CALLER, "R24");
  }
}

// R25: unless it is recorded already, by somebody else, that they manage the reviewee.
TEST(TheReviewer, MayBeALineManagerWhoIsTheHead) {
  Given(AnEnrolment())
      .Knowing({LineManagersNamed(kAmina, {kHelen})})
      .When(AssignReviewer(kHelen))
      .By(kHelen)
      .Then({ReviewerAssigned(kHelen, AsLineManager())});
  Given(AnAssignment())
      .Knowing({LineManagersNamed(kAmina, {kHelen})})
      .When(ReplaceReviewer(kHelen, std::nullopt))
      .By(kHelen)
      .ThenAllowed();
}

// R24: nobody reviews themselves, on whatever ground.
TEST(TheReviewer, IsNeverTheReviewee) {
  for (const auto& basis :
       {std::optional<v1::AssignmentBasis>(), std::optional(AsLineManager()),
        std::optional(AsHeadteacherChoice()), std::optional(AsOther("Nobody else is free"))}) {
    Given(AnEnrolment())
        .When(AssignReviewer(kAmina, basis))
        .By(kHelen)
        .ThenRefused(v1::REVIEWER_IS_REVIEWEE, "R24");
  }
}

TEST(TheReviewer, IsSomebodyTheTrustKnows) {
  Given(AnEnrolment()).When(AssignReviewer(kNobody, AsOther("A friend"))).By(kHelen).ThenUnknown();
}

// R27: a reviewer is not quietly exchanged: the reviewee asks for it in writing.
TEST(TheReviewer, IsNotQuietlyExchanged) {
  Given(AnAssignment())
      .When(AssignReviewer(kCarol, AsOther("Changed my mind")))
      .By(kHelen)
      .ThenRefused(v1::REVIEWER_ALREADY_ASSIGNED, "R27");
}

TEST(TheReviewer, AssignedAgainIsAlreadySo) {
  Given(AnAssignment()).When(AssignReviewer(kBen)).By(kHelen).ThenAlreadySo();
  Given(AFinalRecord()).When(AssignReviewer(kBen, AsLineManager())).By(kHelen).ThenAlreadySo();
}

// R90: "Can I choose? No, the headteacher will decide": until then there is no reviewer, and
// nothing that others do makes one.
TEST(TheReviewer, ComesFromAnAssignmentAndFromNothingElse) {
  const Scenario enrolled = Given(AnEnrolment());
  for (const Intent& intent : {ConfirmMeeting(), MoveMeeting("2026-10-06"), RecordMeetingHeld(),
                               IssueDraft(), FinaliseRecord()}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    EXPECT_FALSE(enrolled.When(intent).Decided().ok());
  }
  EXPECT_EQ(enrolled.plan().progress.reviewer_id(), "");
  enrolled.When(ConfirmMeeting()).ThenRefused(v1::REVIEWER_NOT_ASSIGNED, "R24").Saying("reviewer");
}

// R24: the head owes every reviewee a reviewer.
TEST(TheReviewer, IsOwedByTheHeadFromTheEnrolment) {
  Given(AnEnrolment())
      .On("2026-09-04")
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kPending, kHelen);
  Given(AnAssignment())
      .On("2026-09-07")
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kMet, kHelen);
}

// R24: who did it has done it, whoever is the head afterwards.
TEST(TheReviewer, WasOwedByWhoeverIdentifiedThem) {
  Given(AnAssignment())
      .Knowing({RoleEnded(kHelen, v1::ROLE_HEADTEACHER), RoleGranted(kCarol, v1::ROLE_HEADTEACHER)})
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kMet, kHelen);
}

// R24, A11: a head who manages the reviewee would choose among themselves and others.
TEST(TheReviewer, OfSomebodyWhomTheHeadManagesIsOwedByTheTrustLead) {
  Given(AnEnrolment())
      .Knowing({LineManagersNamed(kAmina, {kBen, kHelen})})
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kPending, kTess);
}

// R24: the office owes it, whoever holds the office.
TEST(TheReviewer, IsOwedByWhoeverIsHeadNow) {
  Given(AnEnrolment())
      .Knowing({RoleEnded(kHelen, v1::ROLE_HEADTEACHER)})
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kPending);
  Given(AnEnrolment())
      .Knowing({RoleEnded(kHelen, v1::ROLE_HEADTEACHER), RoleGranted(kCarol, v1::ROLE_HEADTEACHER)})
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kPending, kCarol);
}

// R24: during a handover the head appointed last decides.
TEST(TheReviewer, IsOwedByTheHeadAppointedLast) {
  Given(AnEnrolment())
      .Knowing({RoleGranted(kCarol, v1::ROLE_HEADTEACHER)})
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kPending, kCarol);
}

// R24: a mistaken enrolment needs no reviewer any more.
TEST(TheReviewer, OfAWithdrawnPlanIsNotOwed) {
  Given({Enrolled(), EnrolmentWithdrawn()})
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kDischarged);
  Given({Enrolled(), ReviewerAssigned(), EnrolmentWithdrawn()})
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kMet);
}

// R24: an office has a first and a last day.
TEST(TheReviewer, IsOwedByWhoeverIsHeadOnTheDay) {
  const Scenario handover =
      Given(AnEnrolment())
          .Knowing({RoleGranted(kHelen, v1::ROLE_HEADTEACHER, kSchool, "", "2026-10-31"),
                    RoleGranted(kCarol, v1::ROLE_HEADTEACHER, kSchool, "2026-11-02")});
  handover.On("2026-10-31")
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kPending, kHelen);
  handover.On("2026-11-02")
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kPending, kCarol);
  EXPECT_EQ(HeadOf(SchoolIn(handover.world(), kSchool).facts, On("2026-11-01")), "");
}

// R27: "she/he may ask the headteacher to consider replacing the reviewer". R28: "in writing and
// must state the reasons".
TEST(AnotherReviewer, IsAskedForByTheRevieweeWithReasons) {
  Given(AnAssignment())
      .When(RequestReplacement("We were in dispute last year"))
      .By(kAmina)
      .Then({ReplacementRequested(1, "We were in dispute last year")});
}

// R28: the words stay as they were written.
TEST(AnotherReviewer, IsAskedForInWordsThatAreKept) {
  const std::string verbatim = "  \"Unsuitable\":\nsee my letter \xE2\x80\x93 thanks  ";
  const Scenario asked = Given(AnAssignment())
                             .When(RequestReplacement(verbatim))
                             .By(kAmina)
                             .Then({ReplacementRequested(1, verbatim)});
  ASSERT_EQ(asked.plan().replacements.size(), 1u);
  EXPECT_EQ(asked.plan().replacements[0].reasons, verbatim);
  EXPECT_EQ(asked.plan().replacements[0].reviewer_id, kBen);
}

// R27: at any time: nothing in the guidance makes it too late before the record is closed.
TEST(AnotherReviewer, MayBeAskedForUntilThePlanIsClosed) {
  for (const std::vector<Past>& history :
       {AnAssignment(), AConfirmedMeeting(), AHeldMeeting(), ADraft(),
        ADraft() + std::vector{ChangesRequested()}, AFinalRecord(),
        AFinalRecord() + std::vector{Signed(kBen)}}) {
    SCOPED_TRACE(history.size());
    Given(history).When(RequestReplacement()).By(kAmina).Then({ReplacementRequested()});
  }
  Given(ASignedRecord())
      .When(RequestReplacement())
      .By(kAmina)
      .ThenRefused(v1::RECORD_SIGNED, "R74");
  Given(AClosedRecord())
      .When(RequestReplacement())
      .By(kAmina)
      .ThenRefused(v1::RECORD_CLOSED_UNSIGNED, "R74");
}

// R27: it is "the person identified as the reviewer" who is unsuitable, so there is one.
TEST(AnotherReviewer, IsNotAskedForBeforeThereIsOne) {
  Given(AnEnrolment())
      .When(RequestReplacement())
      .By(kAmina)
      .ThenRefused(v1::REVIEWER_NOT_ASSIGNED, "R24");
}

// R29: one request at a time; what is asked again in the same words is asked once.
TEST(AnotherReviewer, IsAskedForOnceUntilItIsDecided) {
  Undecided().When(RequestReplacement()).By(kAmina).ThenAlreadySo();
  Undecided()
      .When(RequestReplacement("And another thing"))
      .By(kAmina)
      .ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
}

// R27: after a decision the right is still there, in the same words too.
TEST(AnotherReviewer, MayBeAskedForAgainAfterTheDecision) {
  Undecided()
      .And({ReplacementDeclined()})
      .When(RequestReplacement())
      .By(kAmina)
      .Then({ReplacementRequested(2)})
      .When(KeepReviewer("As before"))
      .By(kHelen)
      .Then({ReplacementDeclined(2, "As before")});
}

// R29: the head considers it, and the reviewer stays.
TEST(AnotherReviewer, IsDeclinedWithReasons) {
  const Scenario declined = Undecided(AConfirmedMeeting())
                                .When(KeepReviewer("I see no conflict"))
                                .By(kHelen)
                                .Then({ReplacementDeclined(1, "I see no conflict")})
                                .ThenIs(PlanState::kMeetingConfirmed);
  EXPECT_EQ(declined.plan().progress.reviewer_id(), kBen);
  ASSERT_EQ(declined.plan().replacements.size(), 1u);
  EXPECT_TRUE(declined.plan().replacements[0].decided);
  EXPECT_FALSE(declined.plan().replacements[0].upheld);
  EXPECT_EQ(declined.plan().replacements[0].decision_reasons, "I see no conflict");
}

// R29: or agrees, and names somebody else in the same decision: there is always a reviewer.
TEST(AnotherReviewer, IsNamedInTheDecisionThatUpholdsTheRequest) {
  const Scenario upheld = Undecided()
                              .When(UpholdReplacement(kCarol, AsOther("Knows the team")))
                              .By(kHelen)
                              .Then({ReplacementUpheld(), ReviewerReplaced()})
                              .ThenIs(PlanState::kReviewerAssigned);
  EXPECT_EQ(upheld.plan().progress.reviewer_id(), kCarol);
  EXPECT_TRUE(upheld.plan().replacements[0].upheld);
}

// R29: the new reviewer follows from the decision.
TEST(AnotherReviewer, IsTheConsequenceOfTheDecision) {
  const Decision decision = Undecided().When(UpholdReplacement()).By(kHelen).Decided();
  ASSERT_TRUE(decision.ok()) << decision.status();
  ASSERT_EQ(decision->size(), 2u);
  EXPECT_FALSE(decision->front().follows_first);
  EXPECT_TRUE(decision->back().follows_first);
}

// R29: nobody decides on what nobody asked, or asked and was answered.
TEST(AnotherReviewer, IsNotDecidedOnUnlessItWasAskedFor) {
  for (const Intent& intent : {KeepReviewer(), UpholdReplacement()}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(AnAssignment()).When(intent).By(kHelen).ThenRefused(v1::REPLACEMENT_NOT_REQUESTED, "R29");
    Undecided()
        .And({ReplacementDeclined()})
        .When(intent)
        .By(kHelen)
        .ThenRefused(v1::REPLACEMENT_NOT_REQUESTED, "R29");
  }
}

// R29: the one who is to be replaced is no replacement.
TEST(AnotherReviewer, IsSomebodyElse) {
  Undecided()
      .When(UpholdReplacement(kBen, AsLineManager()))
      .By(kHelen)
      .ThenRefused(v1::REVIEWER_UNCHANGED, "R29");
}

// R24 to R26: who comes in is chosen as the first reviewer was.
TEST(AnotherReviewer, IsChosenByTheSameRules) {
  for (const bool asked : {true, false}) {
    SCOPED_TRACE(asked);
    const auto with = [asked](absl::string_view reviewer,
                              const std::optional<v1::AssignmentBasis>& basis) {
      return asked ? UpholdReplacement(reviewer, basis) : ReplaceReviewer(reviewer, basis);
    };
    const Scenario one = asked ? Undecided() : Given(AnAssignment());
    one.When(with(kAmina, AsOther("Herself"))).ThenRefused(v1::REVIEWER_IS_REVIEWEE, "R24");
    one.When(with(kCarol, std::nullopt)).ThenRefused(v1::NOTE_MISSING, "R25");
    one.When(with(kCarol, AsOther(" "))).ThenRefused(v1::NOTE_MISSING, "R25");
    one.When(with(kCarol, AsLineManager())).ThenRefused(v1::NOT_A_LINE_MANAGER, "R25");
    one.When(with(kNobody, AsOther("A friend"))).ThenUnknown();
    const Scenario two = asked ? WithBenChosen().And({ReplacementRequested()}) : WithBenChosen();
    two.When(with(kCarol, AsLineManager())).ThenRefused(v1::SEVERAL_LINE_MANAGERS, "R26");
    const Scenario after = two.When(with(kCarol, std::nullopt)).ThenAllowed();
    EXPECT_EQ(after.plan().progress.reviewer_id(), kCarol);
  }
}

// R26: among whom the head chose belongs to the record of the choice.
TEST(AnotherReviewer, IsChosenAmongTheLineManagers) {
  WithBenChosen()
      .When(ReplaceReviewer(kCarol, std::nullopt, "Ben leaves"))
      .By(kHelen)
      .Then({ReviewerReplaced(kCarol, AsHeadteacherChoice(), "Ben leaves", {kBen, kCarol})});
  WithBenChosen()
      .And({ReplacementRequested()})
      .When(UpholdReplacement(kCarol, AsHeadteacherChoice()))
      .By(kHelen)
      .Then({ReplacementUpheld(),
             ReviewerReplaced(kCarol, AsHeadteacherChoice(), "", {kBen, kCarol})});
}

// R29: "consider": no meeting is confirmed or held, and nobody is exchanged, over an open request.
TEST(AnotherReviewer, IsDecidedOnBeforeTheMeetingGoesAhead) {
  Undecided().When(ConfirmMeeting()).ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
  Undecided(AConfirmedMeeting())
      .When(RecordMeetingHeld())
      .At("2026-09-29 16:00")
      .ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
  Undecided().When(ReplaceReviewer()).By(kHelen).ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
  // R33: a meeting that is confirmed already is, asked again or not.
  Undecided(AConfirmedMeeting()).When(ConfirmMeeting()).ThenAlreadySo();
  const Scenario kept = Undecided(AConfirmedMeeting()).And({ReplacementDeclined()});
  kept.When(RecordMeetingHeld()).At("2026-09-29 16:00").ThenAllowed();
}

// R29: a meeting that was held before the request was made stays held, and what follows it goes on.
TEST(AnotherReviewer, LeavesTheRecordingOfAMeetingThatWasHeldAlone) {
  Undecided(AHeldMeeting()).When(IssueDraft()).Then({DraftIssued()});
  Undecided(AHeldMeeting()).When(RecordMeetingHeld()).ThenAlreadySo();
  Undecided(ADraft()).When(FinaliseRecord()).ThenAllowed();
}

// A23: a reviewer who leaves is replaced by the head, with a reason and without a request.
TEST(AnotherReviewer, ComesInForOneWhoLeaves) {
  const Scenario replaced =
      Given(AHeldMeeting())
          .When(ReplaceReviewer(kCarol, AsOther("Knows the team"), "Ben leaves at half term"))
          .By(kHelen)
          .Then({BenLeaves()})
          .ThenIs(PlanState::kMeetingHeld);
  EXPECT_EQ(replaced.plan().progress.reviewer_id(), kCarol);
  replaced.When(ReplaceReviewer()).By(kHelen).ThenAlreadySo();
}

// R24: who was never identified is not replaced.
TEST(AnotherReviewer, DoesNotReplaceNobody) {
  Given(AnEnrolment())
      .When(ReplaceReviewer())
      .By(kHelen)
      .ThenRefused(v1::REVIEWER_NOT_ASSIGNED, "R24");
}

// A23: who took over may be replaced as well.
TEST(AnotherReviewer, MayBeReplacedInTurn) {
  const v1::PlanProgress progress =
      Given(AnAssignment()).And({BenLeaves(), BenLeaves(kHelen)}).plan().progress;
  EXPECT_EQ(progress.reviewer_id(), kHelen);
}

// R33, A23: a meeting that was not held was the former reviewer's to confirm: the new one confirms
// it anew, with notice of its own.
TEST(AnotherReviewer, ConfirmsTheMeetingAnew) {
  const Scenario replaced = Given(AConfirmedMeeting())
                                .And({DeadlineExtended(TheDraft(), "2026-10-09"), BenLeaves()})
                                .ThenIs(PlanState::kReviewerAssigned);
  EXPECT_EQ(replaced.plan().meeting.on(), "");
  replaced.ThenOwes(ObligationKind::kNotice, "", Status::kPending, kCarol)
      .ThenOwes(ObligationKind::kDraft, "", Status::kNotStarted, kCarol);
  replaced.When(RecordMeetingHeld())
      .At("2026-10-01 09:00")
      .ThenRefused(v1::MEETING_NOT_CONFIRMED, "R33");
  // R78: the time that the head gave for the meeting fell with it.
  replaced.When(ConfirmMeeting("2026-10-01"))
      .By(kCarol)
      .On("2026-10-02")
      .ThenOwes(ObligationKind::kDraft, "2026-10-08", Status::kPending, kCarol);
}

// R33: a waiver was given to the meeting that fell.
TEST(AnotherReviewer, NeedsAWaiverOfTheirOwn) {
  Given(AnAssignment())
      .And({MeetingConfirmed().At("2026-09-24 09:00"), NoticeWaived(), BenLeaves()})
      .When(ConfirmMeeting())
      .By(kCarol)
      .At("2026-09-25 09:00")
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMetLate, kCarol);
}

// R73, R78: a meeting that was held stays held, with the time that the head gave for it.
TEST(AnotherReviewer, OwesWhatTheFormerOneOwed) {
  Given(AHeldMeeting())
      .And({DeadlineExtended(TheFinalRecord(), "2026-10-20"), BenLeaves()})
      .On("2026-10-01")
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending, kCarol)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-20", Status::kPending, kCarol)
      .ThenOwes(ObligationKind::kReviewerSignature, "2026-10-20", Status::kPending, kCarol)
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-20", Status::kPending, kAmina)
      .ThenOwes(ObligationKind::kReviewerAssigned, "", Status::kMet, kHelen);
}

// R78: days count for whoever reviews now.
TEST(AnotherReviewer, IsCountedForThemselves) {
  Given(AHeldMeeting())
      .Knowing({WorkPatternChanged(kCarol, Week({1, 3, 5}))})
      .And({BenLeaves()})
      .On("2026-10-01")
      .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kPending, kCarol);
}

// R74: nobody signs in the name of somebody who is no longer the reviewer: a final record is opened
// again, and what was signed is void. R73: it was available all the same.
TEST(AnotherReviewer, OpensAFinalRecordAgain) {
  const Scenario replaced = Given(AFinalRecord())
                                .And({Signed(kBen), SignatureDeclined(kAmina), BenLeaves()})
                                .ThenIs(PlanState::kDraftIssued);
  EXPECT_TRUE(replaced.plan().signatures.empty());
  EXPECT_TRUE(replaced.plan().declined.empty());
  EXPECT_TRUE(replaced.plan().digest.empty());
  replaced.When(Sign()).By(kAmina).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
  replaced.When(CloseUnsigned()).By(kHelen).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
  replaced.On("2026-10-15")
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kMet)
      .ThenOwes(ObligationKind::kReviewerSignature, "2026-10-15", Status::kDueSoon, kCarol)
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kDueSoon, kAmina);
}

// R43: the record bears the reviewer's name, so the draft is issued again before it is final.
TEST(AnotherReviewer, IssuesTheDraftAgainInTheirOwnName) {
  const v1::Record in_her_name = RecordOf(WithHeader(CompleteForms(), kMeetingDay, "Carol Hughes"));
  for (const std::vector<Past>& history : {ADraft(), AFinalRecord()}) {
    SCOPED_TRACE(history.size());
    const Scenario replaced = Given(history).And({BenLeaves()});
    replaced.When(FinaliseRecord())
        .By(kCarol)
        .ThenRefused(v1::RECORD_INCOMPLETE, "R43")
        .Saying("reviewer");
    replaced.When(ReviseDraft(CompleteForms()))
        .By(kCarol)
        .Then({DraftRevised(2, in_her_name, {})})
        .When(FinaliseRecord())
        .By(kCarol)
        .Then({RecordFinalised(2, in_her_name)})
        .When(Sign(DigestOf(in_her_name)))
        .By(kCarol)
        .Then({Signed(kCarol, DigestOf(in_her_name))});
  }
}

// R72: a draft that differs in the reviewer's name alone answers no request for change.
TEST(AnotherReviewer, StillOwesAnAnswerToWhatWasAskedOfTheFormerOne) {
  const Scenario asked = Given(ADraft()).And({ChangesRequested(), BenLeaves()});
  asked.ThenOwes(ObligationKind::kChangeRequestAnswer, "", Status::kPending, kCarol);
  for (const Intent& intent : {ReviseDraft(CompleteForms()), ReviseDraft(CompleteForms(), {1})}) {
    asked.When(intent).By(kCarol).ThenRefused(v1::DRAFT_UNCHANGED, "R72");
  }
  asked.When(DeclineChange()).By(kCarol).Then({ChangeDeclined()});
  asked.When(ReviseDraft())
      .By(kCarol)
      .Then({DraftRevised(2, RecordOf(WithHeader(RevisedForms(), kMeetingDay, "Carol Hughes")))});
}

// R43: also where the new reviewer bears the name of the former one, byte for byte.
TEST(AnotherReviewer, OfTheSameNameIssuesTheDraftAgainToo) {
  const Scenario namesake =
      Given(ADraft()).Knowing({NameChanged(kCarol, "Ben Carter")}).And({BenLeaves()});
  namesake.When(FinaliseRecord()).By(kCarol).ThenRefused(v1::RECORD_INCOMPLETE, "R43");
  namesake.When(ReviseDraft(CompleteForms()))
      .By(kCarol)
      .Then({DraftRevised(2, CompleteRecord(), {})})
      .When(FinaliseRecord())
      .By(kCarol)
      .Then({RecordFinalised(2)});
}

// R74, A23: who reviewed before is no party any more.
TEST(AnotherReviewer, SignsInsteadOfTheFormerOne) {
  const v1::Record in_her_name = RecordOf(WithHeader(CompleteForms(), kMeetingDay, "Carol Hughes"));
  Given(ADraft())
      .And({BenLeaves(), DraftRevised(2, in_her_name, {}), RecordFinalised(2, in_her_name)})
      .When(Sign(DigestOf(in_her_name)))
      .By(kBen)
      .ThenRefused(v1::SIGNER_IS_NO_PARTY, "R74");
}

// R29: the head owes a decision on every request, without a date.
TEST(AnotherReviewer, IsADecisionThatTheHeadOwes) {
  Given(AnAssignment()).ThenOwesNo(ObligationKind::kReplacementDecision);
  Undecided()
      .On("2026-12-01")
      .ThenOwes(ObligationKind::kReplacementDecision, "", Status::kPending, kHelen)
      .And({ReplacementDeclined(), RoleGranted(kCarol, v1::ROLE_HEADTEACHER)})
      .ThenOwes(ObligationKind::kReplacementDecision, "", Status::kMet, kHelen);
  Undecided()
      .When(UpholdReplacement())
      .By(kHelen)
      .ThenOwes(ObligationKind::kReplacementDecision, "", Status::kMet, kHelen);
}

// A11: a head who is challenged, or whose own plan it is, does not decide: the trust lead does.
TEST(AnotherReviewer, ThanTheHeadIsDecidedOnByTheTrustLead) {
  Given({Enrolled(), ReviewerAssigned(kHelen, AsOther("Nobody else is free")),
         ReplacementRequested()})
      .ThenOwes(ObligationKind::kReplacementDecision, "", Status::kPending, kTess);
  Given({Enrolled(kHelen), ReviewerAssigned(kBen, AsOther("Deputy head")), ReplacementRequested()})
      .ThenOwes(ObligationKind::kReplacementDecision, "", Status::kPending, kTess);
  Undecided().ThenOwes(ObligationKind::kReplacementDecision, "", Status::kPending, kHelen);
}

// R33, A23: the waiver falls with the meeting, in what lists remember too.
TEST(AnotherReviewer, LeavesNothingOfAMeetingThatWasNotHeld) {
  const v1::PlanProgress progress =
      Given(AConfirmedMeeting())
          .And({NoticeWaived(), DeadlineExtended(TheDraft(), "2026-10-09"),
                DeadlineExtended(TheFinalRecord(), "2026-10-20"), BenLeaves()})
          .plan()
          .progress;
  EXPECT_EQ(progress.meeting_on(), "");
  EXPECT_FALSE(Happened(progress.meeting_confirmed()));
  EXPECT_FALSE(Happened(progress.notice_waived()));
  EXPECT_EQ(progress.draft_extended_to_on(), "");
  EXPECT_EQ(progress.final_extended_to_on(), "");
}

// R29: on a plan that is closed nobody decides any more.
TEST(AnotherReviewer, IsNotOwedADecisionOnceThePlanIsClosed) {
  for (const std::vector<Past>& end :
       {std::vector{Signed(kBen), Signed(kAmina)},
        std::vector{Signed(kBen), SignatureDeclined(kAmina), ClosedUnsigned()}}) {
    const Scenario closed = Undecided(AFinalRecord()).And(end);
    closed.ThenOwes(ObligationKind::kReplacementDecision, "", Status::kDischarged);
    EXPECT_FALSE(closed.When(KeepReviewer()).By(kHelen).Decided().ok());
  }
  Undecided()
      .And({EnrolmentWithdrawn()})
      .ThenOwes(ObligationKind::kReplacementDecision, "", Status::kDischarged);
}

}  // namespace
}  // namespace countersign::rules
