// Chapter: who takes part. "Good arrangements should be made in each school for the performance
// management and professional development of all support staff."

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/london.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

using ::testing::IsEmpty;

Past EnrolledAs(absl::string_view plan, absl::string_view person) {
  return Enrolled(person).About(plan);
}

// R01: arrangements for all support staff.
TEST(Enrolment, APersonTakesPartInACycleAndThisOpensTheirPlan) {
  Given({})
      .When(Enrol(kAmina))
      .By(kOlive)
      .Then({EnrolledAs(kFresh, kAmina), PlanOpened(kAmina, kFresh)});
}

// R01, R92: nobody is left out for what they do.
TEST(Enrolment, SomebodyWhoWorksWithOneChildOnlyTakesPart) {
  Given({})
      .Knowing({PostChanged(kCarol, "One-to-one support", "Inclusion")})
      .When(Enrol(kCarol))
      .By(kOlive)
      .Then({EnrolledAs(kFresh, kCarol), PlanOpened(kCarol, kFresh)});
}

// R88: a few hours are enough, unless the school's policy says otherwise.
TEST(Enrolment, SomebodyWhoWorksAFewHoursTakesPart) {
  Given({})
      .Knowing({WorkPatternChanged(kCarol, Week({3}, 120))})
      .When(Enrol(kCarol))
      .By(kOlive)
      .ThenAllowed();
}

// R01: an enrolment belongs to somebody the trust knows.
TEST(Enrolment, NobodyUnknownIsEnrolled) { Given({}).When(Enrol(kNobody)).ThenUnknown(); }

// R20: there is an annual cycle, and only in a cycle.
TEST(Enrolment, NobodyIsEnrolledInACycleThatWasNeverOpened) {
  Given({}).When(Enrol(kAmina, kNobody)).By(kOlive).ThenRefused(v1::CYCLE_UNKNOWN, "R20");
}

// R24: the headteacher of a school identifies the reviewer, so a school must hold the plan.
TEST(Enrolment, CentralStaffWithoutASchoolAreNotEnrolledBeforeTheyHaveOne) {
  Given({}).When(Enrol(kTess)).By(kOlive).ThenRefused(v1::NO_SCHOOL, "R24");
  Given({})
      .Knowing({PostChanged(kTess, "Trust lead", "", kSchool)})
      .When(Enrol(kTess))
      .By(kOlive)
      .ThenAllowed();
}

// R87: "Your job as a whole will be reviewed."
TEST(Enrolment, ThereIsOnePlanForAPersonAndACycle) {
  Given({PlanOpened(kAmina)})
      .When(Enrol(kAmina))
      .By(kOlive)
      .ThenRefused(v1::ALREADY_ENROLLED, "R87");
}

// R87: the next year is another plan.
TEST(Enrolment, TheNextCycleHasAPlanOfItsOwn) {
  Given({PlanOpened(kAmina)})
      .Knowing({CycleOpened(kNobody, "2027/28", "2027-09-01", "2028-08-31")})
      .When(Enrol(kAmina, kNobody))
      .By(kOlive)
      .ThenAllowed();
}

// R87: somebody else's plan is no reason against one's own.
TEST(Enrolment, AColleaguesPlanDoesNotStandInTheWay) {
  Given({PlanOpened(kCarol)}).When(Enrol(kAmina)).By(kOlive).ThenAllowed();
}

// R01: a mistake is taken back with a reason; nothing is deleted.
TEST(Enrolment, AMistakenEnrolmentIsTakenBack) {
  Given({Enrolled(), PlanOpened(kAmina)})
      .When(WithdrawEnrolment("Left in July"))
      .By(kOlive)
      .Then({EnrolmentWithdrawn("Left in July"), PlanClosedEarly(kAmina)});
}

TEST(Enrolment, AnEnrolmentIsTakenBackBeforeTheMeetingIsHeld) {
  for (const std::vector<Past>& history : {AnEnrolment(), AnAssignment(), AConfirmedMeeting()}) {
    SCOPED_TRACE(history.size());
    Given(history)
        .When(WithdrawEnrolment())
        .By(kOlive)
        .Then({EnrolmentWithdrawn(), PlanClosedEarly(kAmina)});
  }
}

// R01: what the parties met about is no slip any more, and nobody makes it vanish.
TEST(Enrolment, IsNotTakenBackAfterTheMeeting) {
  for (const std::vector<Past>& history :
       {AHeldMeeting(), AHeldMeeting() + std::vector{ReviewerReplaced()}, ADraft(),
        ADraft() + std::vector{ChangesRequested()}, AFinalRecord(),
        AFinalRecord() + std::vector{Signed(kBen)}}) {
    SCOPED_TRACE(history.size());
    Given(history)
        .When(WithdrawEnrolment())
        .By(kOlive)
        .ThenRefused(v1::WITHDRAWAL_TOO_LATE, "R01")
        .With("held_on", "2026-09-29")
        .Saying("Go on with the plan");
  }
}

// R01, R87: whoever was enrolled by mistake can be enrolled again.
TEST(Enrolment, AfterAMistakeThePersonIsEnrolledAnew) {
  Given({PlanOpened(kAmina), PlanClosedEarly(kAmina)})
      .When(Enrol(kAmina))
      .By(kOlive)
      .Then({EnrolledAs(kFresh, kAmina), PlanOpened(kAmina, kFresh)});
}

// R87: taking back one cycle's plan leaves the other cycle's alone.
TEST(Enrolment, TakingBackOnePlanDoesNotFreeAnother) {
  Given({PlanOpened(kAmina), PlanOpened(kAmina, kFresh, kNobody), PlanClosedEarly(kAmina, kFresh)})
      .When(Enrol(kAmina))
      .By(kOlive)
      .ThenRefused(v1::ALREADY_ENROLLED, "R87");
}

// R01: a closed plan is closed.
TEST(Enrolment, NothingMoreHappensToAWithdrawnPlan) {
  const Scenario withdrawn = Given({Enrolled(), EnrolmentWithdrawn()});
  for (const Intent& intent : {WithdrawEnrolment(),
                               AssignReviewer(),
                               ConfirmMeeting(),
                               MoveMeeting("2026-10-06"),
                               CorrectMeeting("2026-10-06"),
                               CancelMeeting(),
                               WaiveNotice(),
                               RecordMeetingHeld(),
                               IssueDraft(),
                               RequestChanges(),
                               AddComment(),
                               ReviseDraft(),
                               DeclineChange(),
                               FinaliseRecord(),
                               Sign(),
                               SuspendPlan(),
                               ResumePlan(),
                               RequestReplacement(),
                               KeepReviewer(),
                               ReplaceReviewer(),
                               IssuePreparationPack(),
                               SharePreparation(),
                               RecordConsultation(),
                               ArrangeRelease(),
                               ExtendDeadline(TheDraft(), "2026-12-01"),
                               DeclineSignature(),
                               CloseUnsigned(),
                               IssueCopies()}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    withdrawn.When(intent).ThenRefused(v1::PLAN_WITHDRAWN, "R01").Saying("Enrol");
  }
}

// R74: what both have signed is never taken back.
TEST(Enrolment, ASignedPlanIsNotWithdrawn) {
  Given(ASignedRecord()).When(WithdrawEnrolment()).By(kOlive).ThenRefused(v1::RECORD_SIGNED, "R74");
}

TEST(Enrolment, APlanThatNobodyOpenedIsUnknown) {
  Given({}).When(AssignReviewer()).By(kHelen).ThenUnknown();
}

// R94, R95: pay is not related to performance, so no form, event or command speaks of it.
TEST(Enrolment, NothingInAPlanSpeaksOfPay) {
  std::vector<std::string> found;
  for (const google::protobuf::Descriptor* message :
       {v1::IndividualPlan::descriptor(), v1::Objective::descriptor(),
        v1::TrainingAnnex::descriptor(), v1::PersonRegistered::descriptor(),
        v1::PostChanged::descriptor(), v1::StaffRow::descriptor()}) {
    for (int i = 0; i < message->field_count(); ++i) {
      const std::string& name = message->field(i)->name();
      for (absl::string_view word : {"pay", "salary", "grade", "spine"}) {
        if (absl::StrContains(name, word)) found.push_back(message->field(i)->full_name());
      }
    }
  }
  EXPECT_THAT(found, IsEmpty());
}

// A plan that rests from 1 October on, two days after the meeting.
Scenario AtRest() { return Given(AHeldMeeting()).And({PlanSuspended("2026-10-01")}); }

// A22: who is away for long has a plan that waits for them.
TEST(APlanAtRest, RestsFromTheDayOnWhichThatIsRecorded) {
  const Scenario resting = Given(AHeldMeeting())
                               .When(SuspendPlan())
                               .By(kHelen)
                               .At("2026-10-01 00:30")
                               .Then({PlanSuspended("2026-10-01")})
                               .ThenIs(PlanState::kSuspended);
  resting.When(SuspendPlan()).By(kHelen).At("2026-10-14 09:00").ThenAlreadySo();
}

// A22: and goes on where it was.
TEST(APlanAtRest, GoesOnFromTheDayOnWhichThatIsRecorded) {
  AtRest()
      .When(ResumePlan())
      .By(kHelen)
      .At("2026-11-09 09:00")
      .Then({PlanResumed("2026-11-09")})
      .ThenIs(PlanState::kMeetingHeld)
      .When(ResumePlan())
      .By(kHelen)
      .ThenRefused(v1::PLAN_NOT_SUSPENDED, "R78");
  Given(AHeldMeeting()).When(ResumePlan()).By(kHelen).ThenRefused(v1::PLAN_NOT_SUSPENDED, "R78");
}

// R78: nobody asks why, so nobody can write it down.
TEST(APlanAtRest, RestsWithoutAReason) {
  EXPECT_EQ(v1::SuspendPlan::descriptor()->field_count(), 0);
  EXPECT_EQ(v1::PlanSuspended::descriptor()->field_count(), 1);
  EXPECT_EQ(v1::PlanResumed::descriptor()->field_count(), 1);
}

// A22: meeting, preparation, recording and signing wait, whatever else would be wrong with them.
TEST(APlanAtRest, WaitsWithTheMeetingTheRecordAndTheSignatures) {
  for (const std::vector<Past>& history :
       {AnEnrolment(), AnAssignment(), AConfirmedMeeting(), AHeldMeeting(), ADraft(),
        ADraft() + std::vector{ChangesRequested()}, AFinalRecord(),
        AFinalRecord() + std::vector{Signed(kBen)}}) {
    SCOPED_TRACE(history.size());
    const Scenario resting = Given(history).And({PlanSuspended("2026-10-20")});
    for (const Intent& intent : {IssuePreparationPack(),
                                 SharePreparation(),
                                 RecordConsultation(),
                                 ArrangeRelease(),
                                 ConfirmMeeting("2099-01-01"),
                                 MoveMeeting("2026-10-06"),
                                 CorrectMeeting("2026-10-06"),
                                 CancelMeeting(),
                                 WaiveNotice(),
                                 RecordMeetingHeld("2099-01-01"),
                                 IssueDraft(),
                                 RequestChanges(),
                                 AddComment(),
                                 ReviseDraft(),
                                 DeclineChange(9),
                                 FinaliseRecord(),
                                 ExtendDeadline(TheDraft(), "2026-12-01"),
                                 Sign(),
                                 DeclineSignature(),
                                 CloseUnsigned()}) {
      SCOPED_TRACE(intent.command.ShortDebugString());
      resting.When(intent).ThenRefused(v1::PLAN_SUSPENDED, "R78");
    }
  }
}

// A22: who takes part and who reviews can be settled meanwhile.
TEST(APlanAtRest, MayGetAReviewerOrBeTakenBack) {
  const Scenario enrolled = Given(AnEnrolment()).And({PlanSuspended("2026-09-07")});
  enrolled.When(AssignReviewer())
      .By(kHelen)
      .Then({ReviewerAssigned()})
      .ThenIs(PlanState::kSuspended);
  enrolled.When(WithdrawEnrolment()).By(kOlive).ThenAllowed().ThenIs(PlanState::kWithdrawn);
  AtRest().When(ReplaceReviewer()).By(kHelen).ThenAllowed();
  AtRest()
      .When(RequestReplacement())
      .By(kAmina)
      .Then({ReplacementRequested()})
      .When(UpholdReplacement())
      .By(kHelen)
      .ThenAllowed()
      .ThenIs(PlanState::kSuspended);
}

// R01, R74: what is closed is closed; it neither rests nor goes on.
TEST(APlanAtRest, IsOpen) {
  for (const Intent& intent : {SuspendPlan(), ResumePlan()}) {
    Given(ASignedRecord()).When(intent).By(kHelen).ThenRefused(v1::RECORD_SIGNED, "R74");
    Given(AClosedRecord()).When(intent).By(kHelen).ThenRefused(v1::RECORD_CLOSED_UNSIGNED, "R74");
  }
  Given({Enrolled(), PlanSuspended("2026-09-07"), EnrolmentWithdrawn()})
      .When(ResumePlan())
      .By(kHelen)
      .ThenRefused(v1::PLAN_WITHDRAWN, "R01");
}

// A22: "deadlines paused": while it rests nobody knows when anything is due.
TEST(APlanAtRest, HasNoDueDates) {
  AtRest()
      .On("2026-12-01")
      .ThenOwes(ObligationKind::kDraft, "", Status::kSuspended)
      .ThenOwes(ObligationKind::kFinalAvailable, "", Status::kSuspended)
      .ThenOwes(ObligationKind::kRevieweeSignature, "", Status::kSuspended);
}

// A22: the days of rest count for neither party; the day on which it goes on counts.
TEST(APlanAtRest, IsNotCounted) {
  AtRest()
      .And({PlanResumed("2026-11-09")})
      .On("2026-11-09")
      .ThenOwes(ObligationKind::kDraft, "2026-11-12", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-11-23", Status::kPending);
}

// A22: what was late before is late.
TEST(APlanAtRest, DoesNotUndoWhatWasLateBefore) {
  Given(AHeldMeeting())
      .And({PlanSuspended("2026-10-08")})
      .On("2026-10-09")
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kOverdue)
      .ThenOwes(ObligationKind::kFinalAvailable, "", Status::kSuspended);
}

TEST(APlanAtRest, ForLessThanADayDidNotRest) {
  AtRest()
      .And({PlanResumed("2026-10-01")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kPending);
}

TEST(APlanAtRest, MayRestAgain) {
  AtRest()
      .And({PlanResumed("2026-10-02"), PlanSuspended("2026-10-05"), PlanResumed("2026-10-07")})
      .On("2026-10-07")
      .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kDueSoon);
  AtRest()
      .And({PlanResumed("2026-10-02")})
      .When(SuspendPlan())
      .By(kHelen)
      .At("2026-10-02 17:00")
      .Then({PlanSuspended("2026-10-02")})
      .ThenOwes(ObligationKind::kDraft, "", Status::kSuspended);
}

// A22: always: neither an extra open day nor a policy makes a day of rest count.
TEST(APlanAtRest, IsNotCountedOnAnExtraOpenDayOrByPolicy) {
  v1::Policy policy;
  policy.set_extend_for_pattern(false);
  policy.set_extend_for_absence(false);
  AtRest()
      .Knowing(
          {PolicyAdopted(policy), CalendarPublished(SchoolYear({}, {{"INSET", "2026-10-03"}}))})
      .And({PlanResumed("2026-10-05")})
      .On("2026-10-05")
      .ThenOwes(ObligationKind::kDraft, "2026-10-08", Status::kPending);
}

// R33, A22: nor is it notice.
TEST(APlanAtRest, IsNoNoticeOfAMeeting) {
  Given(AnAssignment())
      .And({PlanSuspended("2026-09-21"), PlanResumed("2026-09-24")})
      .When(ConfirmMeeting())
      .At("2026-09-24 10:00")
      .ThenOwes(ObligationKind::kNotice, "2026-09-15", Status::kMetLate);
}

// A22: the working says that the plan rested, after every reason of the calendar and the person.
TEST(APlanAtRest, IsNamedInTheWorking) {
  const Scenario rested =
      AtRest()
          .Knowing({CalendarPublished(SchoolYear({}, {{"INSET", "2026-10-03"}}))})
          .And({PlanResumed("2026-10-05")});
  const v1::PlanProgress& progress = rested.plan().progress;
  const auto owed =
      ObligationsOf(progress, InputsIn(rested.world(), progress), London(), Detail::kWithWorking);
  ASSERT_TRUE(owed.ok()) << owed.status();
  std::vector<std::string> lines;
  for (const Obligation& obligation : *owed) {
    if (obligation.kind != ObligationKind::kDraft) continue;
    for (const Working& line : obligation.due.days) {
      lines.push_back(line.reason.has_value()
                          ? std::string(ReasonName(*line.reason, obligation.due.counted_for))
                          : absl::StrCat(line.number));
    }
  }
  EXPECT_THAT(lines, ::testing::ElementsAre("1", "plan_suspended", "plan_suspended",
                                            "plan_suspended", "weekend", "2", "3", "4", "5"));
}

}  // namespace
}  // namespace countersign::rules
