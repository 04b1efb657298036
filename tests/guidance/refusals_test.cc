// The rulebook saying no: every reason there is can be met with, says what to do, and comes in its
// turn: closed before state, state before time.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

// A situation in which somebody is refused, and words of the message that say what to do.
struct Situation {
  v1::Reason reason;
  std::string rule;
  Scenario scenario;
  std::string what_to_do;
};

Forms Incomplete() {
  Forms forms = CompleteForms();
  forms.plan.mutable_objectives(0)->clear_success_criteria();
  return forms;
}

std::vector<Situation> AboutPlans() {
  const Scenario answered = Given(ADraft()).And({ChangesRequested(), ChangeDeclined()});
  return {
      {v1::PLAN_WITHDRAWN, "R01",
       Given({Enrolled(), EnrolmentWithdrawn()}).When(AssignReviewer()).By(kHelen),
       "Enrol the person again"},
      {v1::RECORD_SIGNED, "R74", Given(ASignedRecord()).When(AddComment()).By(kAmina), "next plan"},
      {v1::ALREADY_ENROLLED, "R87", Given({PlanOpened(kAmina)}).When(Enrol()), "Use that plan"},
      {v1::NO_SCHOOL, "R24", Given({}).When(Enrol(kTess)), "Record their school"},
      {v1::REVIEWER_IS_REVIEWEE, "R24", Given(AnEnrolment()).When(AssignReviewer(kAmina)),
       "Choose the line manager"},
      {v1::REVIEWER_IS_CALLER, "R24", Given(AnEnrolment()).When(AssignReviewer(kHelen)).By(kHelen),
       "Name somebody else"},
      {v1::REVIEWER_NOT_ASSIGNED, "R24", Given(AnEnrolment()).When(ConfirmMeeting()),
       "Ask the head"},
      {v1::REVIEWER_ALREADY_ASSIGNED, "R27", Given(AnAssignment()).When(AssignReviewer(kHelen)),
       "in writing"},
      {v1::NOT_A_LINE_MANAGER, "R25",
       Given(AnEnrolment()).When(AssignReviewer(kCarol, AsLineManager())), "Record them as one"},
      {v1::SEVERAL_LINE_MANAGERS, "R26",
       Given(AnEnrolment())
           .Knowing({LineManagersNamed(kAmina, {kBen, kCarol})})
           .When(AssignReviewer(kBen, AsLineManager())),
       "give the basis as the head's choice"},
      {v1::NOTE_MISSING, "R25", Given(AnEnrolment()).When(AssignReviewer(kCarol)), "Say in a note"},
      {v1::MEETING_NOT_CONFIRMED, "R33", Given(AnAssignment()).When(CancelMeeting()),
       "Confirm it first"},
      {v1::MEETING_ALREADY_CONFIRMED, "R33",
       Given(AConfirmedMeeting()).When(ConfirmMeeting("2026-10-06")), "Move it, or correct it"},
      {v1::MEETING_ALREADY_HELD, "R68", Given(AHeldMeeting()).When(CancelMeeting()), "correct it"},
      {v1::MEETING_NOT_HELD, "R68", Given(AConfirmedMeeting()).When(IssueDraft()),
       "Record it first"},
      {v1::MEETING_IN_THE_FUTURE, "R68", Given(AConfirmedMeeting()).When(RecordMeetingHeld()),
       "Record it when it is over"},
      {v1::MEETING_OUTSIDE_CYCLE, "R20", Given(AnAssignment()).When(ConfirmMeeting("2036-09-29")),
       "Check the year"},
      {v1::NOTICE_NOT_SHORT, "R33", Given(AConfirmedMeeting()).When(WaiveNotice()).By(kAmina),
       "nothing to do"},
      {v1::DRAFT_NOT_ISSUED, "R71", Given(AHeldMeeting()).When(FinaliseRecord()),
       "Wait for the first draft"},
      {v1::DRAFT_ALREADY_ISSUED, "R72", Given(ADraft()).When(IssueDraft(RevisedForms())),
       "Revise it"},
      {v1::CHANGE_UNKNOWN, "R72", Given(ADraft()).When(DeclineChange(7)), "Look up its number"},
      {v1::CHANGE_ALREADY_ANSWERED, "R72", answered.When(DeclineChange(1, "Again")), "ask anew"},
      {v1::CHANGE_REQUEST_OPEN, "R72",
       Given(ADraft()).And({ChangesRequested()}).When(FinaliseRecord()),
       "Revise the draft, or decline it"},
      {v1::WITHDRAWAL_TOO_LATE, "R01", Given(AHeldMeeting()).When(WithdrawEnrolment()),
       "Go on with the plan"},
      {v1::RECORD_TOO_LONG, "R70", Given(ADraft()).When(ReviseDraft(LongForms())), "Shorten"},
      {v1::DRAFT_UNCHANGED, "R72",
       Given(ADraft()).And({ChangesRequested()}).When(ReviseDraft(CompleteForms())),
       "decline it with a reason"},
      {v1::RECORD_INCOMPLETE, "R43",
       Given(AHeldMeeting())
           .And({DraftIssued(RecordOf(WithHeader(Incomplete())))})
           .When(FinaliseRecord()),
       "Revise the draft: R43d"},
      {v1::RECORD_NOT_FINAL, "R73", Given(ADraft()).When(Sign()), "The reviewer finalises"},
      {v1::RECORD_MOVED_ON, "R74", Given(AFinalRecord()).When(Sign(DigestOf(RevisedRecord()))),
       "Read it again"},
      {v1::SIGNER_IS_NO_PARTY, "R74", Given(AFinalRecord()).When(Sign()).By(kHelen),
       "each for themselves"},
  };
}

std::vector<Situation> AboutTheTurns() {
  const Scenario undecided = Given(AnAssignment()).And({ReplacementRequested()});
  const Scenario signed_record = Given(ASignedRecord()).And({CopyIssued()});
  return {
      {v1::PLAN_SUSPENDED, "R78",
       Given(ADraft()).And({PlanSuspended("2026-10-06")}).When(AddComment()).By(kAmina), "go on"},
      {v1::PLAN_NOT_SUSPENDED, "R78", Given(ADraft()).When(ResumePlan()).By(kHelen),
       "does not rest"},
      {v1::RECORD_CLOSED_UNSIGNED, "R74", Given(AClosedRecord()).When(Sign()).By(kAmina),
       "next plan"},
      {v1::REPLACEMENT_UNDECIDED, "R29", undecided.When(ConfirmMeeting()), "head"},
      {v1::REPLACEMENT_NOT_REQUESTED, "R29", Given(AnAssignment()).When(KeepReviewer()), "eplace"},
      {v1::REVIEWER_UNCHANGED, "R29", undecided.When(UpholdReplacement(kBen, AsLineManager())),
       "Name another one"},
      {v1::CONSULTED_NOBODY, "R39", Given(AnAssignment()).When(RecordConsultation("")), "Say whom"},
      {v1::MEETING_OUTSIDE_WORKING_TIME, "R86",
       Given(AnAssignment()).When(ConfirmMeeting("2026-10-02")),
       "Choose a time at which they work"},
      {v1::EXTENSION_GIVES_NO_TIME, "R78",
       Given(AHeldMeeting()).When(ExtendDeadline(TheDraft(), "2026-10-06")), "later day"},
      {v1::EXTENSION_TOO_LATE, "R78",
       Given(AHeldMeeting()).When(ExtendDeadline(TheDraft(), "2026-10-09")).At("2026-10-07 09:00"),
       "record the absence instead"},
      {v1::SIGNATURE_GIVEN, "R74",
       Given(AFinalRecord()).And({Signed(kAmina)}).When(DeclineSignature()).By(kAmina),
       "Ask for a change"},
      {v1::GRACE_NOT_OVER, "R74", Given(AFinalRecord()).When(CloseUnsigned()).By(kHelen),
       "after that day"},
      {v1::RECORD_NOT_CLOSED, "R75", Given(AFinalRecord()).When(IssueCopies()), "both have signed"},
      {v1::NO_HEADTEACHER, "R76",
       signed_record.Knowing({RoleEnded(kHelen, v1::ROLE_HEADTEACHER)}).When(IssueCopies()),
       "Appoint one"},
      {v1::NO_TRAINING_LEAD, "R77", signed_record.And({OriginalLodged()}).When(IssueCopies()),
       "Give somebody that role"},
  };
}

std::vector<Situation> AboutFacts() {
  v1::SchoolCalendar backwards = SchoolYear();
  backwards.mutable_terms(0)->set_last_on("2026-08-30");
  return {
      {v1::ABSENCE_ENDS_BEFORE_IT_BEGINS, "R78",
       Given({}).When(RecordAbsence(kBen, "2026-10-06", "2026-10-05")), "Check both days"},
      {v1::ABSENCE_UNKNOWN, "R78", Given({}).When(WithdrawAbsence(kBen, 3)), "Look up its number"},
      {v1::MANAGER_IS_CALLER, "R81", Given({}).When(NameLineManagers(kBen, {kOlive})).By(kOlive),
       "Ask the head"},
      {v1::ROLE_TO_ONESELF, "R81",
       Given({}).When(GrantRole(kOlive, v1::ROLE_TRAINING_LEAD)).By(kOlive), "somebody else"},
      {v1::MANAGER_IS_PERSON, "R25", Given({}).When(NameLineManagers(kBen, {kBen})),
       "Name somebody else"},
      {v1::PATTERN_UNCLEAR, "R78", Given({}).When(ChangeWorkPattern(kBen, Week({1, 1}))),
       "names a day twice"},
      {v1::SCHOOL_ALREADY_REGISTERED, "R01",
       Given({}).When(RegisterSchool("Moorhill Academy", "100001")), "Use that school"},
      {v1::URN_UNCLEAR, "R01", Given({}).When(RegisterSchool("Lakeside", "12")), "six digits"},
      {v1::CALENDAR_UNCLEAR, "R20", Given({}).When(PublishCalendar(backwards)),
       "the term Autumn 1 ends before it begins"},
      {v1::TRUST_ALREADY_FOUNDED, "R02", Given({}).When(FoundTrust("Another")),
       "Add its schools and people"},
      {v1::TRUST_NOT_FOUNDED, "R02", GivenNothing().When(RegisterSchool("Lakeside", "100003")),
       "Found it first"},
      {v1::CYCLE_UNCLEAR, "R20", Given({}).When(OpenCycle("2027/28", "2028-08-31", "2027-09-01")),
       "Check its name"},
      {v1::CYCLE_UNKNOWN, "R20", Given({}).When(Enrol(kAmina, kNobody)), "Open it first"},
      {v1::POLICY_NOT_LATEST, "R02",
       Given({PolicyAdopted({}, "2027-01-01")}).When(AdoptPolicy({}, "2026-01-01")),
       "Adopt one from that day"},
      {v1::HOLIDAYS_UNCLEAR, "R71", Given({}).When(PublishBankHolidays({Holidays({})})),
       "Give one list"},
      {v1::ROLE_MISPLACED, "R24", Given({}).When(GrantRole(kCarol, v1::ROLE_TRUST_LEAD)),
       "belong to a school"},
      {v1::ROLE_NOT_HELD, "R24", Given({}).When(EndRole(kCarol, v1::ROLE_OFFICE)),
       "Check the role"},
      {v1::ROLE_DAYS_UNCLEAR, "R24",
       Given({}).When(GrantRole(kCarol, v1::ROLE_OFFICE, kSchool, "2026-10-02", "2026-10-01")),
       "Check both days"},
      {v1::LAST_TRUST_LEAD, "R02", Given({}).When(EndRole(kTess, v1::ROLE_TRUST_LEAD, kTrustId)),
       "Give somebody else the role first"},
      {v1::STAFF_LIST_UNCLEAR, "R01",
       Given({}).When(RegisterPeople({Row("Dora Lane", "D1", {"X9"})})), "line 2"},
  };
}

std::vector<Situation> EverySituation() {
  std::vector<Situation> all = AboutPlans();
  for (Situation& situation : AboutTheTurns()) all.push_back(std::move(situation));
  for (Situation& situation : AboutFacts()) all.push_back(std::move(situation));
  return all;
}

// R01 to R90: each reason says which rule is broken and what to do.
TEST(Refusals, EachSaysWhatIsWrongAndWhatToDo) {
  for (const Situation& situation : EverySituation()) {
    SCOPED_TRACE(v1::Reason_Name(situation.reason));
    situation.scenario.ThenRefused(situation.reason, situation.rule).Saying(situation.what_to_do);
  }
}

TEST(Refusals, EveryReasonThereIsCanBeMetWith) {
  std::set<int> met;
  for (const Situation& situation : EverySituation()) met.insert(situation.reason);
  for (int i = 0; i < v1::Reason_descriptor()->value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor& reason = *v1::Reason_descriptor()->value(i);
    if (reason.number() == v1::REASON_UNSPECIFIED) continue;
    EXPECT_EQ(met.count(reason.number()), 1u) << reason.name();
    EXPECT_NE(RuleOf(static_cast<v1::Reason>(reason.number())), "") << reason.name();
  }
}

// Two things are wrong; the first in the order is told.
struct Order {
  std::string name;
  Scenario scenario;
  v1::Reason told;
  v1::Reason not_told;
};

TEST(Refusals, ComeInTheOrderClosedStateTime) {
  const Scenario withdrawn = Given({Enrolled(), EnrolmentWithdrawn()});
  const Scenario signed_record = Given(ASignedRecord());
  const std::vector<Order> table = {
      {"closed before state: withdrawn", withdrawn.When(ConfirmMeeting()), v1::PLAN_WITHDRAWN,
       v1::REVIEWER_NOT_ASSIGNED},
      {"closed before time: withdrawn", withdrawn.When(RecordMeetingHeld("2099-01-01")),
       v1::PLAN_WITHDRAWN, v1::MEETING_IN_THE_FUTURE},
      {"closed before state: signed", signed_record.When(DeclineChange(9)), v1::RECORD_SIGNED,
       v1::CHANGE_UNKNOWN},
      {"closed before time: signed", signed_record.When(ConfirmMeeting("2036-09-29")),
       v1::RECORD_SIGNED, v1::MEETING_OUTSIDE_CYCLE},
      {"state before time: no reviewer", Given(AnEnrolment()).When(ConfirmMeeting("2036-09-29")),
       v1::REVIEWER_NOT_ASSIGNED, v1::MEETING_OUTSIDE_CYCLE},
      {"state before time: not confirmed",
       Given(AnAssignment()).When(RecordMeetingHeld("2027-01-12")), v1::MEETING_NOT_CONFIRMED,
       v1::MEETING_IN_THE_FUTURE},
      {"state before time: moved when not confirmed",
       Given(AnAssignment()).When(MoveMeeting("2036-09-29")), v1::MEETING_NOT_CONFIRMED,
       v1::MEETING_OUTSIDE_CYCLE},
      {"state before time: held already",
       Given(AHeldMeeting()).When(RecordMeetingHeld("2027-01-12")), v1::MEETING_ALREADY_HELD,
       v1::MEETING_IN_THE_FUTURE},
      {"state before time: confirmed already",
       Given(AConfirmedMeeting()).When(ConfirmMeeting("2036-09-29")), v1::MEETING_ALREADY_CONFIRMED,
       v1::MEETING_OUTSIDE_CYCLE},
      {"closed before suspended",
       Given({Enrolled(), PlanSuspended("2026-09-07"), EnrolmentWithdrawn()}).When(AddComment()),
       v1::PLAN_WITHDRAWN, v1::PLAN_SUSPENDED},
      {"closed before state: closed unsigned", Given(AClosedRecord()).When(DeclineChange(9)),
       v1::RECORD_CLOSED_UNSIGNED, v1::CHANGE_UNKNOWN},
      {"closed before state: another reviewer", signed_record.When(KeepReviewer()),
       v1::RECORD_SIGNED, v1::REPLACEMENT_NOT_REQUESTED},
      {"closed before state: goes on", signed_record.When(ResumePlan()), v1::RECORD_SIGNED,
       v1::PLAN_NOT_SUSPENDED},
      {"suspended before state: no reviewer",
       Given(AnEnrolment()).And({PlanSuspended("2026-09-07")}).When(ConfirmMeeting()),
       v1::PLAN_SUSPENDED, v1::REVIEWER_NOT_ASSIGNED},
      {"suspended before state: no draft",
       Given(AHeldMeeting()).And({PlanSuspended("2026-10-01")}).When(FinaliseRecord()),
       v1::PLAN_SUSPENDED, v1::DRAFT_NOT_ISSUED},
      {"suspended before time: not a working day",
       Given(AnAssignment()).And({PlanSuspended("2026-09-08")}).When(ConfirmMeeting("2026-10-02")),
       v1::PLAN_SUSPENDED, v1::MEETING_OUTSIDE_WORKING_TIME},
      {"suspended before time: grace",
       Given(AFinalRecord()).And({PlanSuspended("2026-10-14")}).When(CloseUnsigned()),
       v1::PLAN_SUSPENDED, v1::GRACE_NOT_OVER},
      {"suspended before the party",
       Given(AFinalRecord()).And({PlanSuspended("2026-10-14")}).When(Sign()).By(kHelen),
       v1::PLAN_SUSPENDED, v1::SIGNER_IS_NO_PARTY},
      {"state before time: no reviewer, no working day",
       Given(AnEnrolment()).When(ConfirmMeeting("2026-10-02")), v1::REVIEWER_NOT_ASSIGNED,
       v1::MEETING_OUTSIDE_WORKING_TIME},
      {"state before time: undecided, no working day",
       Given(AnAssignment()).And({ReplacementRequested()}).When(ConfirmMeeting("2026-10-02")),
       v1::REPLACEMENT_UNDECIDED, v1::MEETING_OUTSIDE_WORKING_TIME},
      {"state before time: undecided, not held yet",
       Given(AConfirmedMeeting()).And({ReplacementRequested()}).When(RecordMeetingHeld()),
       v1::REPLACEMENT_UNDECIDED, v1::MEETING_IN_THE_FUTURE},
      {"state before time: held, no working day",
       Given(AHeldMeeting()).When(MoveMeeting("2026-10-02")), v1::MEETING_ALREADY_HELD,
       v1::MEETING_OUTSIDE_WORKING_TIME},
      {"state before time: not final, no grace", Given(ADraft()).When(CloseUnsigned()),
       v1::RECORD_NOT_FINAL, v1::GRACE_NOT_OVER},
      {"state before time: undecided, no grace",
       Given(AFinalRecord()).And({ReplacementRequested()}).When(CloseUnsigned()),
       v1::REPLACEMENT_UNDECIDED, v1::GRACE_NOT_OVER},
      {"state before time: drafted, too late to extend",
       Given(ADraft()).When(ExtendDeadline(TheDraft(), "2026-12-01")).At("2026-11-30 09:00"),
       v1::EXTENSION_GIVES_NO_TIME, v1::EXTENSION_TOO_LATE},
      {"state before time: no meeting to extend from",
       Given(AnAssignment()).When(ExtendDeadline(TheDraft(), "2020-01-01")),
       v1::MEETING_NOT_CONFIRMED, v1::EXTENSION_GIVES_NO_TIME},
      {"the digest before the decision",
       Given(AFinalRecord())
           .And({ReplacementRequested()})
           .When(Sign(DigestOf(RevisedRecord())))
           .By(kAmina),
       v1::RECORD_MOVED_ON, v1::REPLACEMENT_UNDECIDED},
      {"the digest before the signature",
       Given(AFinalRecord())
           .And({Signed(kAmina)})
           .When(DeclineSignature("", DigestOf(RevisedRecord())))
           .By(kAmina),
       v1::RECORD_MOVED_ON, v1::SIGNATURE_GIVEN},
      {"the party before the digest",
       Given(AFinalRecord()).When(Sign(DigestOf(RevisedRecord()))).By(kHelen),
       v1::SIGNER_IS_NO_PARTY, v1::RECORD_MOVED_ON},
  };
  for (const Order& order : table) {
    SCOPED_TRACE(order.name);
    ASSERT_NE(order.told, order.not_told);
    order.scenario.ThenRefused(order.told, RuleOf(order.told));
  }
}

// Whoever is refused twice is told the same twice: a refusal changes nothing.
TEST(Refusals, ChangeNothing) {
  const Scenario draft = Given(ADraft());
  const std::string before = draft.plan().progress.SerializeAsString();
  draft.When(Sign()).By(kAmina).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
  EXPECT_EQ(draft.plan().progress.SerializeAsString(), before);
  draft.When(Sign()).By(kAmina).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
}

TEST(Refusals, AnyOtherErrorIsNoRefusal) {
  EXPECT_EQ(RefusalOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(RefusalOf(absl::NotFoundError("there is no such plan")), std::nullopt);
}

}  // namespace
}  // namespace countersign::rules
