// Chapter: copies. "The member of support staff will be given a copy and the original will be
// passed on to the headteacher for retention. A copy of the training and development section should
// also be given to the person responsible for planning the training and development of support
// staff at the school."

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

// Carol plans the training in the school.
Scenario WithTrainingLead(const std::vector<Past>& history) {
  return Given(history).Knowing({RoleGranted(kCarol, v1::ROLE_TRAINING_LEAD)});
}

Scenario WithoutHead(const std::vector<Past>& history) {
  return Given(history).Knowing({RoleEnded(kHelen, v1::ROLE_HEADTEACHER)});
}

std::vector<Past> SignedByBen() { return AFinalRecord() + std::vector{Signed(kBen)}; }

constexpr ObligationKind kCopy = ObligationKind::kCopy;
constexpr ObligationKind kOriginal = ObligationKind::kOriginal;
constexpr ObligationKind kAnnexCopy = ObligationKind::kAnnexCopy;

// R75: "will be given a copy". R76: "the original will be passed on to the headteacher". R77: "a
// copy of the training and development section": all three with the second signature.
TEST(Copies, GoOutWithTheSecondSignature) {
  WithTrainingLead(SignedByBen())
      .When(Sign())
      .By(kAmina)
      .Then({Signed(kAmina), CopyIssued(), OriginalLodged(kHelen), AnnexCopyIssued(kCarol)})
      .ThenIs(PlanState::kSigned);
  WithTrainingLead(AFinalRecord() + std::vector{Signed(kAmina)})
      .When(Sign())
      .By(kBen)
      .Then({Signed(kBen), CopyIssued(), OriginalLodged(kHelen), AnnexCopyIssued(kCarol)});
}

// R75 to R77: and with a record that the head closes, because it is as final as a signed one.
TEST(Copies, GoOutOfARecordThatIsClosedUnsigned) {
  WithTrainingLead(SignedByBen() + std::vector{SignatureDeclined(kAmina)})
      .When(CloseUnsigned())
      .By(kHelen)
      .Then({ClosedUnsigned(), CopyIssued(), OriginalLodged(kHelen), AnnexCopyIssued(kCarol)})
      .ThenIs(PlanState::kClosedUnsigned);
}

// R75: the copies follow from what closes the record, and are of the bytes that were signed.
TEST(Copies, AreOfTheRecordThatWasSigned) {
  const Decision decision = WithTrainingLead(SignedByBen()).When(Sign()).By(kAmina).Decided();
  ASSERT_TRUE(decision.ok()) << decision.status();
  ASSERT_EQ(decision->size(), 4u);
  EXPECT_FALSE(decision->front().follows_first);
  for (size_t i = 1; i < decision->size(); ++i) EXPECT_TRUE((*decision)[i].follows_first);
  EXPECT_EQ(decision->at(3).event.plan().copies().annex_copy_issued().digest(),
            DigestOf(CompleteRecord()));
}

TEST(Copies, DoNotGoOutWithTheFirstSignature) {
  WithTrainingLead(AFinalRecord()).When(Sign()).By(kAmina).Then({Signed(kAmina)});
  WithTrainingLead(AFinalRecord() + std::vector{SignatureDeclined(kBen)})
      .When(Sign())
      .By(kAmina)
      .Then({Signed(kAmina)});
}

// R76, R77: whom nobody can be given to waits; the signature does not.
TEST(Copies, ThatNobodyCouldTakeAreOwedStill) {
  const Scenario nobody = WithoutHead(SignedByBen())
                              .When(Sign())
                              .By(kAmina)
                              .Then({Signed(kAmina), CopyIssued()})
                              .ThenOwes(kCopy, "", Status::kMet, kBen)
                              .ThenOwes(kOriginal, "", Status::kPending, kBen)
                              .ThenOwes(kAnnexCopy, "", Status::kPending, kBen);
  nobody.Knowing({RoleGranted(kHelen, v1::ROLE_HEADTEACHER)})
      .When(IssueCopies())
      .Then({OriginalLodged(kHelen)})
      .ThenOwes(kOriginal, "", Status::kMet, kBen)
      .Knowing({RoleGranted(kCarol, v1::ROLE_TRAINING_LEAD)})
      .When(IssueCopies())
      .By(kHelen)
      .Then({AnnexCopyIssued(kCarol)})
      .ThenOwes(kAnnexCopy, "", Status::kMet, kBen)
      .When(IssueCopies())
      .ThenAlreadySo();
}

// R75 to R77: a record that was signed before copies went out with it is given out now.
TEST(Copies, OfAnOlderRecordAreGivenOutWhenAskedFor) {
  for (const std::vector<Past>& history : {ASignedRecord(), AClosedRecord()}) {
    WithTrainingLead(history)
        .When(IssueCopies())
        .Then({CopyIssued(), OriginalLodged(kHelen), AnnexCopyIssued(kCarol)})
        .When(IssueCopies())
        .ThenAlreadySo();
  }
}

// R76, R77: to whoever holds the office today.
TEST(Copies, GoToWhoeverHoldsTheOfficeOnTheDay) {
  const Scenario handover =
      Given(SignedByBen())
          .Knowing({RoleGranted(kHelen, v1::ROLE_HEADTEACHER, kSchool, "", "2026-10-15"),
                    RoleGranted(kOlive, v1::ROLE_HEADTEACHER, kSchool, "2026-10-16"),
                    RoleGranted(kCarol, v1::ROLE_TRAINING_LEAD, kSchool, "2026-10-16")});
  handover.When(Sign())
      .By(kAmina)
      .At("2026-10-15 23:59")
      .Then({Signed(kAmina), CopyIssued(), OriginalLodged(kHelen)});
  handover.When(Sign())
      .By(kAmina)
      .At("2026-10-16 00:00")
      .Then({Signed(kAmina), CopyIssued(), OriginalLodged(kOlive), AnnexCopyIssued(kCarol)});
}

// R76: the original goes with the office: a new head is not given it a second time.
TEST(Copies, StayWhereTheyAreWhenTheHeadChanges) {
  WithTrainingLead(ASignedRecord() +
                   std::vector{CopyIssued(), OriginalLodged(kHelen), AnnexCopyIssued()})
      .Knowing({RoleEnded(kHelen, v1::ROLE_HEADTEACHER), RoleGranted(kOlive, v1::ROLE_HEADTEACHER)})
      .When(IssueCopies())
      .ThenAlreadySo();
}

// R75: of a record, not of a draft.
TEST(Copies, AreNotGivenOutBefore) {
  for (const std::vector<Past>& history :
       {AnEnrolment(), AHeldMeeting(), ADraft(), AFinalRecord(), SignedByBen(),
        SignedByBen() + std::vector{SignatureDeclined(kAmina)}}) {
    SCOPED_TRACE(history.size());
    Given(history).When(IssueCopies()).ThenRefused(v1::RECORD_NOT_CLOSED, "R75");
  }
}

// R76: the first that is owed and cannot be given is named.
TEST(Copies, WithoutAHeadAreRefusedForTheOriginal) {
  WithoutHead(ASignedRecord() + std::vector{CopyIssued()})
      .When(IssueCopies())
      .ThenRefused(v1::NO_HEADTEACHER, "R76");
  WithoutHead(ASignedRecord() + std::vector{CopyIssued()})
      .Knowing({RoleGranted(kCarol, v1::ROLE_TRAINING_LEAD)})
      .When(IssueCopies())
      .Then({AnnexCopyIssued(kCarol)})
      .When(IssueCopies())
      .ThenRefused(v1::NO_HEADTEACHER, "R76");
}

// R77: and then whoever plans training.
TEST(Copies, WithoutATrainingLeadAreRefusedForTheAnnex) {
  Given(ASignedRecord() + std::vector{CopyIssued(), OriginalLodged()})
      .When(IssueCopies())
      .ThenRefused(v1::NO_TRAINING_LEAD, "R77");
}

// R75 to R77: owed by the reviewer from the day on which the record is closed.
TEST(Copies, AreOwedOnceTheRecordIsClosed) {
  for (const ObligationKind kind : {kCopy, kOriginal, kAnnexCopy}) {
    SCOPED_TRACE(NameOf(kind));
    Given(SignedByBen()).On("2026-12-01").ThenOwes(kind, "", Status::kNotStarted, kBen);
    Given(ASignedRecord()).On("2026-12-01").ThenOwes(kind, "", Status::kPending, kBen);
    Given(AClosedRecord()).On("2026-12-01").ThenOwes(kind, "", Status::kPending, kBen);
    Given(ASignedRecord() + std::vector{CopyIssued(), OriginalLodged(), AnnexCopyIssued()})
        .ThenOwes(kind, "", Status::kMet, kBen);
    Given({Enrolled(), ReviewerAssigned(), EnrolmentWithdrawn()})
        .ThenOwes(kind, "", Status::kDischarged, kBen);
  }
}

// R76, R77: who was given what can be looked up.
TEST(Copies, SayWhoWasGivenWhat) {
  const Plan plan = Given(ASignedRecord())
                        .And({CopyIssued(), OriginalLodged(kHelen), AnnexCopyIssued(kCarol)})
                        .plan();
  EXPECT_EQ(plan.original_lodged_with_id, kHelen);
  EXPECT_EQ(plan.annex_issued_to_id, kCarol);
}

}  // namespace
}  // namespace countersign::rules
