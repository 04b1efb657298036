// Chapter: the reviewer. "The headteacher will identify a reviewer for each member of support
// staff, this will normally be the individual's line manager."

#include <gtest/gtest.h>

#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

Scenario WithTwoManagers() {
  return Given(AnEnrolment()).Knowing({LineManagersNamed(kAmina, {kBen, kCarol})});
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
      .When(AssignReviewer(kHelen, AsHeadteacherChoice()))
      .By(kHelen)
      .ThenRefused(v1::NOT_A_LINE_MANAGER, "R25");
  WithTwoManagers()
      .When(AssignReviewer(kHelen, AsOther("Both are on leave")))
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

}  // namespace
}  // namespace countersign::rules
