// Chapter: preparing for the meeting. "Individuals can prepare for the events." What each of the
// two does beforehand is theirs to record or not: nothing here is owed, and nothing waits for it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

std::vector<Intent> EveryPreparation() {
  return {IssuePreparationPack(), SharePreparation(), RecordConsultation(), ArrangeRelease()};
}

// R36, R38: "ensure you have copies of all the documents you need", for both of them.
TEST(Preparation, BothHaveTheDocumentsTheyNeed) {
  Given(AnAssignment())
      .When(IssuePreparationPack({"Last year's plan", "The school's priorities"}))
      .By(kBen)
      .Then({PreparationPackIssued({"Last year's plan", "The school's priorities"})});
}

TEST(Preparation, OtherDocumentsAreAnotherPack) {
  const Scenario issued = Given(AnAssignment()).And({PreparationPackIssued()});
  issued.When(IssuePreparationPack()).ThenAlreadySo();
  const v1::Moment first = issued.plan().progress.preparation_pack_issued();
  const Scenario again = issued.When(IssuePreparationPack({"The standards"}))
                             .Then({PreparationPackIssued({"The standards"})});
  EXPECT_EQ(again.plan().progress.preparation_pack_issued().position_after(),
            first.position_after());
}

// R35: "making sure they put forward their views". R37: "consider what you would like to achieve
// next".
TEST(Preparation, TheRevieweeSharesThoughtsIfTheyWish) {
  const std::string verbatim = "  I would like to:\n- lead a group \xE2\x80\x93 soon  ";
  Given(AnAssignment())
      .When(SharePreparation(verbatim))
      .By(kAmina)
      .Then({PreparationShared(verbatim)})
      .When(SharePreparation(verbatim))
      .By(kAmina)
      .ThenAlreadySo();
  Given(AnAssignment())
      .And({PreparationShared()})
      .When(SharePreparation("And one thing more"))
      .By(kAmina)
      .Then({PreparationShared("And one thing more")});
}

// R39: "consult with colleagues and other professionals about possible objectives".
TEST(Preparation, TheReviewerConsultsColleaguesAndOtherProfessionals) {
  Given(AnAssignment())
      .When(RecordConsultation(kCarol, "Objectives for reading"))
      .Then({ConsultationRecorded(kCarol, "Objectives for reading")})
      .When(RecordConsultation(kCarol, "Objectives for reading"))
      .ThenAlreadySo();
  Given(AnAssignment())
      .When(RecordConsultation("", "Support for speech", "Ms Orr, speech therapist"))
      .Then({ConsultationRecorded("", "Support for speech", "Ms Orr, speech therapist")})
      .When(RecordConsultation("", "Support for speech", "Ms Orr, speech therapist"))
      .ThenAlreadySo();
}

TEST(Preparation, SomebodyIsConsultedAboutMoreThanOneThing) {
  const Scenario twice = Given(AnAssignment())
                             .And({ConsultationRecorded(kCarol, "Objectives for reading")})
                             .When(RecordConsultation(kCarol, "Support in the spring"))
                             .Then({ConsultationRecorded(kCarol, "Support in the spring")});
  EXPECT_THAT(twice.plan().progress.consulted_ids(), ::testing::ElementsAre(kCarol));
}

// R40: "consult with other line managers, where there are more than one": who was consulted can be
// compared with who manages.
TEST(Preparation, TheOtherLineManagersWhoWereConsultedAreKnown) {
  const Scenario consulted =
      Given(AnEnrolment())
          .Knowing({LineManagersNamed(kAmina, {kBen, kCarol, kHelen})})
          .And({ReviewerAssigned(kBen, AsHeadteacherChoice(), {kBen, kCarol, kHelen})})
          .When(RecordConsultation(kCarol))
          .ThenAllowed()
          .When(RecordConsultation(kHelen))
          .ThenAllowed()
          .When(RecordConsultation("", "Support for speech", "Ms Orr"))
          .ThenAllowed();
  EXPECT_THAT(consulted.plan().progress.consulted_ids(), ::testing::ElementsAre(kCarol, kHelen));
}

// R39: somebody else, then: not nobody, and neither of the two.
TEST(Preparation, NobodyIsConsultedByAskingThemselves) {
  for (const Intent& intent : {RecordConsultation(""), RecordConsultation("", "Reading", "  "),
                               RecordConsultation(kBen), RecordConsultation(kAmina)}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(AnAssignment()).When(intent).ThenRefused(v1::CONSULTED_NOBODY, "R39");
  }
  Given(AnAssignment()).When(RecordConsultation(kNobody)).ThenUnknown();
}

// A23: who reviewed before can be asked by who reviews now.
TEST(Preparation, TheFormerReviewerMayBeConsulted) {
  Given(AnAssignment())
      .And({ReviewerReplaced()})
      .When(RecordConsultation(kBen))
      .By(kCarol)
      .Then({ConsultationRecorded(kBen)});
}

// R86: "Arrangements should be made to release you from your duties."
TEST(Preparation, TheRevieweeIsReleasedFromTheirDuties) {
  const Scenario released = Given(AnAssignment())
                                .When(ArrangeRelease("Ms Byrne covers Year 3"))
                                .By(kHelen)
                                .Then({ReleaseArranged("Ms Byrne covers Year 3")});
  released.When(ArrangeRelease("Ms Byrne covers Year 3")).By(kHelen).ThenAlreadySo();
  released.When(ArrangeRelease("Mr Orr covers Year 3"))
      .By(kHelen)
      .Then({ReleaseArranged("Mr Orr covers Year 3")});
}

// R24: with whom, is known before: there is a reviewer.
TEST(Preparation, BeginsWhenThereIsAReviewer) {
  for (const Intent& intent : EveryPreparation()) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(AnEnrolment())
        .When(intent)
        .ThenRefused(v1::REVIEWER_NOT_ASSIGNED, "R24")
        .Saying("reviewer");
  }
}

// R34 to R40: written down before the meeting or later, as on paper.
TEST(Preparation, IsRecordedAtAnyTimeWhileThePlanIsOpen) {
  for (const std::vector<Past>& history :
       {AnAssignment(), AConfirmedMeeting(), AHeldMeeting(), ADraft(), AFinalRecord()}) {
    SCOPED_TRACE(history.size());
    for (const Intent& intent : EveryPreparation()) {
      SCOPED_TRACE(intent.command.ShortDebugString());
      const PlanState before = StateOf(Given(history).plan().progress);
      Given(history).When(intent).ThenAllowed().ThenIs(before);
    }
  }
}

// R35 to R40: it leaves a final record final, and the signatures on it.
TEST(Preparation, OpensNoRecordAgain) {
  const Scenario half_signed = Given(AFinalRecord()).And({Signed(kBen)});
  for (const Intent& intent : EveryPreparation()) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    EXPECT_EQ(half_signed.When(intent).ThenAllowed().plan().signatures.size(), 1u);
  }
}

TEST(Preparation, IsOverWhenThePlanIsClosed) {
  for (const Intent& intent : EveryPreparation()) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(ASignedRecord()).When(intent).ThenRefused(v1::RECORD_SIGNED, "R74");
    Given(AClosedRecord()).When(intent).ThenRefused(v1::RECORD_CLOSED_UNSIGNED, "R74");
    Given({Enrolled(), ReviewerAssigned(), EnrolmentWithdrawn()})
        .When(intent)
        .ThenRefused(v1::PLAN_WITHDRAWN, "R01");
  }
}

// R35: "This does not have to be a formal activity": a meeting needs none of it.
TEST(Preparation, IsNobodysDebt) {
  Given(AnAssignment()).When(ConfirmMeeting()).ThenAllowed();
  for (const ObligationKind kind : AllObligationKinds()) {
    EXPECT_FALSE(absl::StrContains(NameOf(kind), "prepar")) << NameOf(kind);
    EXPECT_FALSE(absl::StrContains(NameOf(kind), "consult")) << NameOf(kind);
  }
}

}  // namespace
}  // namespace countersign::rules
