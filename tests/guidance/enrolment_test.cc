// Chapter: who takes part. "Good arrangements should be made in each school for the performance
// management and professional development of all support staff."

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

TEST(Enrolment, AnEnrolmentIsTakenBackBeforeTheRevieweeHasADraft) {
  for (const std::vector<Past>& history :
       {AnEnrolment(), AnAssignment(), AConfirmedMeeting(), AHeldMeeting()}) {
    SCOPED_TRACE(history.size());
    Given(history)
        .When(WithdrawEnrolment())
        .By(kOlive)
        .Then({EnrolmentWithdrawn(), PlanClosedEarly(kAmina)});
  }
}

// R01: what has a draft is no slip any more, and nobody makes it vanish.
TEST(Enrolment, ThatHasADraftIsNotTakenBack) {
  for (const std::vector<Past>& history :
       {ADraft(), ADraft() + std::vector{ChangesRequested()}, AFinalRecord(),
        AFinalRecord() + std::vector{Signed(kBen)}}) {
    SCOPED_TRACE(history.size());
    Given(history)
        .When(WithdrawEnrolment())
        .By(kOlive)
        .ThenRefused(v1::WITHDRAWAL_TOO_LATE, "R01")
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
  for (const Intent& intent :
       {WithdrawEnrolment(), AssignReviewer(), ConfirmMeeting(), MoveMeeting("2026-10-06"),
        CorrectMeeting("2026-10-06"), CancelMeeting(), WaiveNotice(), RecordMeetingHeld(),
        IssueDraft(), RequestChanges(), AddComment(), ReviseDraft(), DeclineChange(),
        FinaliseRecord(), Sign()}) {
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

}  // namespace
}  // namespace countersign::rules
