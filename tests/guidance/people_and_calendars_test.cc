// Chapter: people and calendars. "The five and ten day period can be extended for those who do not
// work every day or are absent from work during this period." The facts from which days are
// counted, and who is what in schools and in the trust.

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/london.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

Scenario TheWorld() { return Given({}); }

// The draft that Ben owes after the meeting of 29 September, in a world where more is known.
Scenario DraftOwedKnowing(const std::vector<Past>& facts) {
  return Given(AHeldMeeting()).Knowing(facts).On("2026-10-01");
}

// R78: "extended for those who do not work every day".
TEST(PeopleAndCalendars, ThePeriodIsLongerForThoseWhoDoNotWorkEveryDay) {
  DraftOwedKnowing({WorkPatternChanged(kBen, Week({1, 3, 5}))})
      .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kPending);
  DraftOwedKnowing({WorkPatternChanged(kAmina, Week({2}))})
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-12-15", Status::kPending);
}

// R78: a pattern counts from its first day on.
TEST(PeopleAndCalendars, AChangeOfPatternTakesEffectOnItsDay) {
  DraftOwedKnowing({WorkPatternChanged(kBen, Week({1, 3, 5}), true, "2026-10-05")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-07", Status::kPending);
}

// R78: "or are absent from work during this period".
TEST(PeopleAndCalendars, ThePeriodIsLongerForThoseWhoAreAbsent) {
  DraftOwedKnowing({AbsenceRecorded(kBen, "2026-09-30", "2026-10-02")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-16", Status::kPending);
}

TEST(PeopleAndCalendars, AnAbsenceOfTheRevieweeExtendsTheFinalRecordOnly) {
  DraftOwedKnowing({AbsenceRecorded(kAmina, "2026-09-30", "2026-10-01")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-20", Status::kPending);
}

// R78: an absence without an end suspends what is owed until more is known.
TEST(PeopleAndCalendars, AnAbsenceWithoutAnEndSuspendsTheDeadline) {
  DraftOwedKnowing({AbsenceRecorded(kBen, "2026-09-30", "")})
      .ThenOwes(ObligationKind::kDraft, "", Status::kSuspended)
      .And({AbsenceCorrected(kBen, "2026-09-30", "2026-10-02")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kPending)
      .And({AbsenceWithdrawn(kBen)})
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending);
}

// R78: "can be extended": a trust may decide not to.
TEST(PeopleAndCalendars, APolicyMayLeaveOutTheExtensions) {
  v1::Policy policy;
  policy.set_extend_for_pattern(false);
  policy.set_extend_for_absence(false);
  DraftOwedKnowing({PolicyAdopted(policy), WorkPatternChanged(kBen, Week({1, 3, 5})),
                    AbsenceRecorded(kBen, "2026-09-30", "2026-10-02")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-13", Status::kPending);
}

// A07: school holidays count only for those who work all year. Half term is the last week of
// October.
TEST(PeopleAndCalendars, SchoolHolidaysDoNotCountForThoseWhoWorkInTermOnly) {
  const Scenario before_half_term = Given(AConfirmedMeeting())
                                        .And({MeetingHeld("2026-10-20").At("2026-10-20 16:00")})
                                        .On("2026-10-21");
  before_half_term.ThenOwes(ObligationKind::kDraft, "2026-11-03", Status::kPending);
  before_half_term.Knowing({WorkPatternChanged(kBen, EveryWeekday(), false)})
      .ThenOwes(ObligationKind::kDraft, "2026-10-27", Status::kPending);
}

// R78: who begins to work all year on a day worked in term only before it.
TEST(PeopleAndCalendars, WorkingAllYearTakesEffectOnItsDay) {
  const Scenario before_half_term = Given(AConfirmedMeeting())
                                        .And({MeetingHeld("2026-10-20").At("2026-10-20 16:00")})
                                        .On("2026-10-21");
  before_half_term.Knowing({WorkPatternChanged(kBen, EveryWeekday(), false, "2026-10-29")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-30", Status::kPending);
  before_half_term.Knowing({WorkPatternChanged(kBen, EveryWeekday(), false, "2026-11-30")})
      .ThenOwes(ObligationKind::kDraft, "2026-11-03", Status::kPending);
}

// R71: a bank holiday is no working day, and one that is announced later moves what is open.
TEST(PeopleAndCalendars, ABankHolidayMovesADeadline) {
  const Scenario spring = Given(AConfirmedMeeting())
                              .And({MeetingHeld("2027-04-27").At("2027-04-27 16:00")})
                              .On("2027-04-28");
  spring.ThenOwes(ObligationKind::kDraft, "2027-05-05", Status::kPending);
  spring
      .Knowing({BankHolidaysPublished(
          Holidays({{"Early May bank holiday", "2027-05-03"}, {"Jubilee", "2027-05-04"}}))})
      .ThenOwes(ObligationKind::kDraft, "2027-05-06", Status::kPending);
}

// R20, R71: a closure is no working day; an extra open day is one, on a Saturday too.
TEST(PeopleAndCalendars, ClosuresAndOpenDaysMoveADeadline) {
  DraftOwedKnowing({CalendarPublished(SchoolYear({{"Snow", "2026-10-01", "2026-10-02"}}))})
      .ThenOwes(ObligationKind::kDraft, "2026-10-08", Status::kPending);
  DraftOwedKnowing({CalendarPublished(SchoolYear({}, {{"INSET", "2026-10-03"}}))})
      .ThenOwes(ObligationKind::kDraft, "2026-10-05", Status::kPending);
}

// R78: who works when is recorded as it is; the office's word is enough.
TEST(PeopleAndCalendars, AWorkPatternIsRecorded) {
  TheWorld()
      .When(ChangeWorkPattern(kBen, Week({1, 3}), false, "2026-11-02"))
      .By(kOlive)
      .Then({WorkPatternChanged(kBen, Week({1, 3}), false, "2026-11-02")});
}

// R78: the same from another day, or in another order, is a change.
TEST(PeopleAndCalendars, TheSamePatternAgainIsAlreadySo) {
  const Scenario shorter_week =
      TheWorld().Knowing({WorkPatternChanged(kBen, Week({1, 3}), true, "2026-11-02")});
  shorter_week.When(ChangeWorkPattern(kBen, Week({1, 3}), true, "2026-11-02")).ThenAlreadySo();
  shorter_week.When(ChangeWorkPattern(kBen, Week({1, 3}), true, "2026-11-09")).ThenAllowed();
  shorter_week.When(ChangeWorkPattern(kBen, EveryWeekday(), true, "2026-11-02")).ThenAllowed();
  TheWorld().When(ChangeWorkPattern(kBen, EveryWeekday(), false)).ThenAllowed();
  TheWorld().When(ChangeWorkPattern(kBen, EveryWeekday())).By(kOlive).ThenAlreadySo();
}

// R78: whether somebody works in term only is said of each pattern, not of the last one.
TEST(PeopleAndCalendars, AnEarlierPatternIsPutRightThoughALaterOneSaysTheSameOfTerms) {
  const Scenario all_year_later =
      TheWorld().Knowing({WorkPatternChanged(kBen, Week({1, 3}), true, "2026-11-02"),
                          WorkPatternChanged(kBen, EveryWeekday(), false, "2027-01-04")});
  all_year_later.When(ChangeWorkPattern(kBen, Week({1, 3}), false, "2026-11-02"))
      .By(kOlive)
      .Then({WorkPatternChanged(kBen, Week({1, 3}), false, "2026-11-02")});
  all_year_later.When(ChangeWorkPattern(kBen, Week({1, 3}), true, "2026-11-02")).ThenAlreadySo();
}

TEST(PeopleAndCalendars, APatternThatCannotBeCountedWithIsNotRecorded) {
  v1::WorkPattern two_weeks = Week({1, 2});
  *two_weeks.add_weeks() = Week({4}).weeks(0);
  for (absl::string_view anchor : {"", "2026-09-08"}) {
    two_weeks.set_anchor_on(std::string(anchor));
    TheWorld()
        .When(ChangeWorkPattern(kBen, two_weeks))
        .ThenRefused(v1::PATTERN_UNCLEAR, "R78")
        .Saying("Monday");
  }
  two_weeks.set_anchor_on("2026-09-07");
  TheWorld().When(ChangeWorkPattern(kBen, two_weeks)).ThenAllowed();
  TheWorld().When(ChangeWorkPattern(kBen, Week({1, 2, 1}))).ThenRefused(v1::PATTERN_UNCLEAR, "R78");
}

// R78: an absence has days and a number, and never a reason.
TEST(PeopleAndCalendars, AnAbsenceIsRecordedWithoutAReason) {
  TheWorld()
      .When(RecordAbsence(kAmina, "2026-10-05", "2026-10-06"))
      .By(kOlive)
      .Then({AbsenceRecorded(kAmina, "2026-10-05", "2026-10-06", 1)})
      .When(RecordAbsence(kAmina, "2026-11-09", ""))
      .By(kOlive)
      .Then({AbsenceRecorded(kAmina, "2026-11-09", "", 2)});
  const google::protobuf::Descriptor& event = *v1::AbsenceRecorded::descriptor();
  EXPECT_EQ(event.FindFieldByName("reason"), nullptr);
  EXPECT_EQ(event.field_count(), 3);
}

TEST(PeopleAndCalendars, TheSameAbsenceAgainIsAlreadySo) {
  TheWorld()
      .Knowing({AbsenceRecorded(kAmina, "2026-10-05", "2026-10-06")})
      .When(RecordAbsence(kAmina, "2026-10-05", "2026-10-06"))
      .ThenAlreadySo();
}

TEST(PeopleAndCalendars, AnAbsenceOfOneDayBeginsAndEndsOnIt) {
  TheWorld().When(RecordAbsence(kAmina, "2026-10-05", "2026-10-05")).ThenAllowed();
}

TEST(PeopleAndCalendars, AnAbsenceDoesNotEndBeforeItBegins) {
  TheWorld()
      .When(RecordAbsence(kAmina, "2026-10-06", "2026-10-05"))
      .ThenRefused(v1::ABSENCE_ENDS_BEFORE_IT_BEGINS, "R78");
  TheWorld()
      .Knowing({AbsenceRecorded(kAmina, "2026-10-05", "")})
      .When(CorrectAbsence(kAmina, 1, "2026-10-06", "2026-10-05"))
      .ThenRefused(v1::ABSENCE_ENDS_BEFORE_IT_BEGINS, "R78");
}

TEST(PeopleAndCalendars, AnAbsenceIsCorrectedAndTakenBackByItsNumber) {
  const Scenario absent = TheWorld().Knowing({AbsenceRecorded(kAmina, "2026-10-05", "")});
  absent.When(CorrectAbsence(kAmina, 1, "2026-10-05", "2026-10-09"))
      .Then({AbsenceCorrected(kAmina, "2026-10-05", "2026-10-09")})
      .When(CorrectAbsence(kAmina, 1, "2026-10-05", "2026-10-09"))
      .ThenAlreadySo();
  absent.When(WithdrawAbsence(kAmina, 1)).Then({AbsenceWithdrawn(kAmina)});
  for (const Intent& intent :
       {CorrectAbsence(kAmina, 2, "2026-10-05", ""), WithdrawAbsence(kAmina, 2)}) {
    absent.When(intent).ThenRefused(v1::ABSENCE_UNKNOWN, "R78");
  }
}

// R78: what was taken back is gone for good; the next absence has a number of its own.
TEST(PeopleAndCalendars, TheNumberOfAnAbsenceIsNeverUsedAgain) {
  const Scenario taken_back =
      TheWorld().Knowing({AbsenceRecorded(kAmina, "2026-10-05", ""), AbsenceWithdrawn(kAmina)});
  taken_back.When(CorrectAbsence(kAmina, 1, "2026-10-05", "2026-10-06"))
      .ThenRefused(v1::ABSENCE_UNKNOWN, "R78");
  taken_back.When(RecordAbsence(kAmina, "2026-10-12", "2026-10-12"))
      .Then({AbsenceRecorded(kAmina, "2026-10-12", "2026-10-12", 2)});
}

// R25, R81: who manages somebody decides who normally reviews and who may read.
TEST(PeopleAndCalendars, LineManagersAreNamed) {
  TheWorld()
      .When(NameLineManagers(kAmina, {kCarol, kHelen}))
      .By(kOlive)
      .Then({LineManagersNamed(kAmina, {kCarol, kHelen})})
      .When(NameLineManagers(kAmina, {}))
      .Then({LineManagersNamed(kAmina, {})});
  TheWorld().When(NameLineManagers(kAmina, {kBen})).ThenAlreadySo();
}

TEST(PeopleAndCalendars, NobodyManagesThemselves) {
  TheWorld()
      .When(NameLineManagers(kAmina, {kBen, kAmina}))
      .ThenRefused(v1::MANAGER_IS_PERSON, "R25");
}

TEST(PeopleAndCalendars, ALineManagerIsSomebodyTheTrustKnows) {
  TheWorld().When(NameLineManagers(kAmina, {kNobody})).ThenUnknown();
}

// R87: one person, one job as a whole, wherever they work now.
TEST(PeopleAndCalendars, APostChanges) {
  TheWorld()
      .When(ChangePost(kAmina, "Higher level teaching assistant", "Key Stage 2"))
      .By(kOlive)
      .Then({PostChanged(kAmina, "Higher level teaching assistant", "Key Stage 2")});
  TheWorld().When(ChangePost(kAmina, "Teaching assistant")).By(kOlive).ThenAlreadySo();
}

TEST(PeopleAndCalendars, NothingIsRecordedAboutSomebodyUnknown) {
  for (const Intent& intent :
       {ChangePost(kNobody, "Cook"), ChangeWorkPattern(kNobody, EveryWeekday()),
        NameLineManagers(kNobody, {kBen}), RecordAbsence(kNobody, "2026-10-05", ""),
        CorrectAbsence(kNobody, 1, "2026-10-05", ""), WithdrawAbsence(kNobody, 1)}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    TheWorld().When(intent).ThenUnknown();
  }
}

// R02: the process is the trust's own; it is founded once, with somebody who may act.
TEST(PeopleAndCalendars, ATrustIsFoundedOnceWithItsFirstTrustLead) {
  const std::string lead = NewIdFor("T1");
  GivenNothing()
      .When(FoundTrust())
      .By(lead)
      .Then({TrustFounded(), PersonRegistered(lead, "Tess Adeyemi", "T1", "Trust lead", "", ""),
             RoleGranted(lead, v1::ROLE_TRUST_LEAD, kTrustId)})
      .When(FoundTrust("Another Trust"))
      .ThenRefused(v1::TRUST_ALREADY_FOUNDED, "R02");
}

TEST(PeopleAndCalendars, NothingHappensInATrustBeforeItIsFounded) {
  for (const Intent& intent :
       {RegisterSchool("Moorhill Primary", "100001"), AdoptPolicy({}),
        PublishBankHolidays({RealHolidays()}), OpenCycle("2026/27", "2026-09-01", "2027-08-31"),
        RegisterPeople({Row("Dora Lane", "D1", {}, "")}),
        GrantRole(kTess, v1::ROLE_TRUST_LEAD, kTrustId),
        EndRole(kTess, v1::ROLE_TRUST_LEAD, kTrustId)}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    GivenNothing().When(intent).ThenRefused(v1::TRUST_NOT_FOUNDED, "R02");
  }
}

// R01: "in each school".
TEST(PeopleAndCalendars, ASchoolJoinsTheTrustOnce) {
  TheWorld()
      .When(RegisterSchool("Lakeside Primary", "100003"))
      .By(kTess)
      .Then(
          {SchoolRegistered(kFresh, "Lakeside Primary", "100003"), SchoolJoined(kFresh, "100003")});
  TheWorld()
      .When(RegisterSchool("Moorhill Primary and Nursery", "100001"))
      .ThenRefused(v1::SCHOOL_ALREADY_REGISTERED, "R01");
}

TEST(PeopleAndCalendars, TheNumberOfASchoolHasSixDigits) {
  for (absl::string_view urn : {"", "12345", "1234567", "12345a", " 12345", "-12345"}) {
    SCOPED_TRACE(urn);
    TheWorld()
        .When(RegisterSchool("Lakeside Primary", urn))
        .ThenRefused(v1::URN_UNCLEAR, "R01")
        .Saying("six");
  }
}

// R20: "schools need to build an annual cycle".
TEST(PeopleAndCalendars, ACycleIsOpened) {
  TheWorld()
      .When(OpenCycle("2027/28", "2027-09-01", "2028-08-31"))
      .By(kTess)
      .Then({CycleOpened(kFresh, "2027/28", "2027-09-01", "2028-08-31")});
  TheWorld()
      .When(OpenCycle("2027/28", "2028-08-31", "2027-09-01"))
      .ThenRefused(v1::CYCLE_UNCLEAR, "R20");
  TheWorld()
      .When(OpenCycle("2026/27", "2027-09-01", "2028-08-31"))
      .ThenRefused(v1::CYCLE_UNCLEAR, "R20");
  TheWorld()
      .When(OpenCycle("Another name", "2026-09-01", "2027-08-31"))
      .ThenRefused(v1::CYCLE_UNCLEAR, "R20");
}

TEST(PeopleAndCalendars, TheSameCycleAgainIsAlreadySo) {
  TheWorld().When(OpenCycle("2026/27", "2026-09-01", "2027-08-31")).ThenAlreadySo();
}

// R20: the school's year is published, and a published year can be published anew.
TEST(PeopleAndCalendars, ACalendarIsPublished) {
  const v1::SchoolCalendar snow = SchoolYear({{"Snow", "2026-12-01", "2026-12-01"}});
  TheWorld().When(PublishCalendar(snow)).By(kOlive).Then({CalendarPublished(snow)});
}

// R20: publishing the same year twice leaves the year as it is, term by term.
TEST(PeopleAndCalendars, TheSameCalendarAgainChangesNoDay) {
  const Scenario twice = TheWorld().Knowing({CalendarPublished()});
  EXPECT_EQ(SchoolIn(twice.world(), kSchool).facts.DebugString(),
            SchoolIn(TheWorld().world(), kSchool).facts.DebugString());
}

// R20: an import that is run again says nothing new.
TEST(PeopleAndCalendars, ACalendarThatSaysWhatStandsIsAlreadySo) {
  const std::vector<Span> snow = {{"Snow", "2026-12-01", "2026-12-01"}};
  const std::vector<Holiday> inset = {{"INSET", "2026-10-03"}};
  const Scenario known = TheWorld().Knowing({CalendarPublished(SchoolYear(snow, inset))});
  known.When(PublishCalendar(SchoolYear(snow, inset))).By(kOlive).ThenAlreadySo();
  v1::SchoolCalendar shuffled = SchoolYear(snow, inset);
  shuffled.mutable_terms()->SwapElements(0, 3);
  known.When(PublishCalendar(shuffled)).By(kOlive).ThenAlreadySo();
  v1::SchoolCalendar autumn;
  autumn.set_covers_first_on("2026-09-01");
  autumn.set_covers_last_on("2026-10-23");
  *autumn.add_terms() = SchoolYear().terms(0);
  *autumn.add_open_days() = known.world().schools.at(kSchool).facts.calendar().open_days(0);
  known.When(PublishCalendar(autumn)).By(kOlive).ThenAlreadySo();
  autumn.mutable_open_days()->RemoveLast();
  known.When(PublishCalendar(autumn)).By(kOlive).Then({CalendarPublished(autumn)});
  known.When(PublishCalendar(SchoolYear({}, inset)))
      .By(kOlive)
      .Then({CalendarPublished(SchoolYear({}, inset))});
}

// A closure from that day on into the next year.
v1::NamedDays Christmas(absl::string_view first_on) {
  v1::NamedDays closure;
  closure.set_name("Christmas");
  closure.set_first_on(std::string(first_on));
  closure.set_last_on("2028-01-03");
  return closure;
}

TEST(PeopleAndCalendars, ACalendarThatContradictsItselfIsNotPublished) {
  const std::vector<std::function<void(v1::SchoolCalendar&)>> faults = {
      [](v1::SchoolCalendar& year) { year.set_covers_last_on("2026-08-01"); },
      [](v1::SchoolCalendar& year) { year.mutable_terms(0)->set_last_on("2026-08-01"); },
      [](v1::SchoolCalendar& year) { year.mutable_terms(0)->set_first_on("2026-08-31"); },
      [](v1::SchoolCalendar& year) { year.mutable_terms(1)->set_first_on("2026-10-23"); },
      [](v1::SchoolCalendar& year) { year.set_covers_last_on("2027-12-16"); },
      [](v1::SchoolCalendar& year) {
        v1::NamedDays* closure = year.add_closures();
        closure->set_name("Snow");
        closure->set_first_on("2026-12-02");
        closure->set_last_on("2026-12-01");
      },
      [](v1::SchoolCalendar& year) { *year.add_closures() = Christmas("2027-12-17"); },
      [](v1::SchoolCalendar& year) { *year.add_closures() = Christmas("2027-12-18"); },
      [](v1::SchoolCalendar& year) { year.add_open_days()->set_on("2026-08-31"); }};
  for (size_t i = 0; i < faults.size(); ++i) {
    SCOPED_TRACE(i);
    v1::SchoolCalendar year = SchoolYear();
    faults[i](year);
    TheWorld().When(PublishCalendar(year)).By(kOlive).ThenRefused(v1::CALENDAR_UNCLEAR, "R20");
  }
}

// R20: a calendar speaks for the days it covers; what an earlier one says of other days stands.
TEST(PeopleAndCalendars, ALaterCalendarLeavesTheDaysItDoesNotCoverAlone) {
  v1::SchoolCalendar next_year;
  next_year.set_covers_first_on("2027-09-01");
  next_year.set_covers_last_on("2028-07-31");
  v1::NamedDays* autumn = next_year.add_terms();
  autumn->set_name("Autumn");
  autumn->set_first_on("2027-09-06");
  autumn->set_last_on("2027-12-17");
  const Scenario half_term = Given(AConfirmedMeeting())
                                 .And({MeetingHeld("2026-10-20").At("2026-10-20 16:00")})
                                 .Knowing({CalendarPublished(next_year)});
  half_term.On("2026-10-21").ThenOwes(ObligationKind::kDraft, "2026-11-03", Status::kPending);
}

// R20: also where it begins in the middle of a term: the days before it are in term as they were.
TEST(PeopleAndCalendars, ACalendarForPartOfATermLeavesTheRestOfTheTermAlone) {
  v1::SchoolCalendar december;
  december.set_covers_first_on("2026-12-01");
  december.set_covers_last_on("2026-12-10");
  v1::NamedDays* weeks = december.add_terms();
  weeks->set_name("Autumn 2");
  weeks->set_first_on("2026-12-01");
  weeks->set_last_on("2026-12-09");
  const auto held_on = [&](absl::string_view day) {
    return Given(AConfirmedMeeting())
        .And({MeetingHeld(day).At(absl::StrCat(day, " 16:00"))})
        .Knowing({CalendarPublished(december)});
  };
  held_on("2026-11-03").ThenOwes(ObligationKind::kDraft, "2026-11-10", Status::kPending);
  // The 10th is a holiday now; the term goes on after it.
  held_on("2026-12-08").ThenOwes(ObligationKind::kDraft, "2026-12-16", Status::kPending);
  held_on("2026-11-27").ThenOwes(ObligationKind::kDraft, "2026-12-04", Status::kPending);
}

// R71: the government's list.
TEST(PeopleAndCalendars, BankHolidaysArePublished) {
  const v1::DivisionHolidays next = Holidays({{"New Year's Day", "2028-01-03"}});
  TheWorld().When(PublishBankHolidays({next})).By(kTess).Then({BankHolidaysPublished(next)});
}

TEST(PeopleAndCalendars, TheSameBankHolidaysAgainChangeNoDay) {
  const Scenario twice = TheWorld().Knowing({BankHolidaysPublished()});
  EXPECT_EQ(twice.world().trust.facts.DebugString(), TheWorld().world().trust.facts.DebugString());
}

// R71: an import that is run every week leaves a trace when the government changes its list.
TEST(PeopleAndCalendars, BankHolidaysThatStandAreAlreadySo) {
  TheWorld().When(PublishBankHolidays({RealHolidays()})).By(kTess).ThenAlreadySo();
  v1::DivisionHolidays later_years = RealHolidays();
  later_years.mutable_days()->DeleteSubrange(0, 2);
  TheWorld().When(PublishBankHolidays({later_years})).By(kTess).ThenAlreadySo();
  v1::DivisionHolidays moved = RealHolidays();
  moved.mutable_days()->DeleteSubrange(1, 1);
  TheWorld().When(PublishBankHolidays({moved})).By(kTess).Then({BankHolidaysPublished(moved)});
  v1::DivisionHolidays scotland = RealHolidays();
  scotland.set_division(v1::DIVISION_SCOTLAND);
  TheWorld().When(PublishBankHolidays({RealHolidays(), scotland})).By(kTess).ThenAllowed();
}

// R71: the government drops past years and adds later ones; what was known of other years stands.
TEST(PeopleAndCalendars, ALaterListLeavesTheYearsItDoesNotNameAlone) {
  const Scenario spring = Given(AConfirmedMeeting())
                              .And({MeetingHeld("2027-04-27").At("2027-04-27 16:00")})
                              .On("2027-04-28");
  for (const Holiday& other : {Holiday("Early", "2026-05-04"), Holiday("Late", "2028-05-01")}) {
    spring.Knowing({BankHolidaysPublished(Holidays({other}))})
        .ThenOwes(ObligationKind::kDraft, "2027-05-05", Status::kPending);
  }
}

TEST(PeopleAndCalendars, AListOfBankHolidaysThatIsNoListIsNotPublished) {
  const v1::DivisionHolidays backwards =
      Holidays({{"Boxing Day", "2028-12-26"}, {"Christmas Day", "2028-12-25"}});
  const v1::DivisionHolidays twice =
      Holidays({{"Christmas Day", "2028-12-25"}, {"Christmas Day", "2028-12-25"}});
  v1::DivisionHolidays nowhere = RealHolidays();
  nowhere.set_division(v1::DIVISION_UNSPECIFIED);
  const std::vector<std::vector<v1::DivisionHolidays>> lists = {
      {Holidays({})}, {backwards}, {twice}, {RealHolidays(), RealHolidays()}, {nowhere}};
  for (size_t i = 0; i < lists.size(); ++i) {
    SCOPED_TRACE(i);
    TheWorld().When(PublishBankHolidays(lists[i])).ThenRefused(v1::HOLIDAYS_UNCLEAR, "R71");
  }
}

// R02: a policy is adopted for meetings to come, one after the other.
TEST(PeopleAndCalendars, APolicyIsAdoptedForMeetingsFromADayOn) {
  v1::Policy policy;
  policy.set_draft_days(7);
  TheWorld()
      .When(AdoptPolicy(policy, "2027-01-01"))
      .By(kTess)
      .Then({PolicyAdopted(policy, "2027-01-01")});
  const Scenario adopted = TheWorld().Knowing({PolicyAdopted({}, "2027-01-01")});
  adopted.When(AdoptPolicy(policy, "2026-12-31")).ThenRefused(v1::POLICY_NOT_LATEST, "R02");
  adopted.When(AdoptPolicy(policy, "2027-01-02")).ThenAllowed();
  adopted.When(AdoptPolicy({}, "2027-01-01")).ThenAlreadySo();
}

// R02: a policy that was adopted wrongly is adopted again for the same day, and the later one
// stands.
TEST(PeopleAndCalendars, APolicyIsCorrectedByAdoptingAnotherForTheSameDay) {
  v1::Policy policy;
  policy.set_draft_days(7);
  Given(AHeldMeeting())
      .Knowing({PolicyAdopted({}, "2026-09-01")})
      .When(AdoptPolicy(policy, "2026-09-01"))
      .Then({PolicyAdopted(policy, "2026-09-01")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-08", Status::kPending);
}

// R71, R73: the numbers of days are the policy's.
TEST(PeopleAndCalendars, APolicyMayGiveMoreOrFewerDays) {
  v1::Policy policy;
  policy.set_draft_days(7);
  policy.set_final_days(8);
  DraftOwedKnowing({PolicyAdopted(policy)})
      .ThenOwes(ObligationKind::kDraft, "2026-10-08", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-13", Status::kPending);
}

// R24: the head is somebody, from a moment on and until another.
TEST(PeopleAndCalendars, ARoleIsGivenAndEnds) {
  TheWorld()
      .When(GrantRole(kCarol, v1::ROLE_TRAINING_LEAD))
      .By(kTess)
      .Then({RoleGranted(kCarol, v1::ROLE_TRAINING_LEAD)})
      .When(GrantRole(kCarol, v1::ROLE_TRAINING_LEAD))
      .ThenAlreadySo();
  TheWorld()
      .When(EndRole(kOlive, v1::ROLE_OFFICE))
      .By(kTess)
      .Then({RoleEnded(kOlive, v1::ROLE_OFFICE)});
  TheWorld()
      .When(GrantRole(kCarol, v1::ROLE_AUDITOR, kTrustId))
      .Then({RoleGranted(kCarol, v1::ROLE_AUDITOR, kTrustId)});
}

TEST(PeopleAndCalendars, ARoleIsHeldWhereItBelongs) {
  for (const v1::Role role : {v1::ROLE_TRUST_LEAD, v1::ROLE_AUDITOR}) {
    TheWorld().When(GrantRole(kCarol, role)).ThenRefused(v1::ROLE_MISPLACED, "R24");
  }
  for (const v1::Role role : {v1::ROLE_HEADTEACHER, v1::ROLE_TRAINING_LEAD}) {
    TheWorld().When(GrantRole(kCarol, role, kTrustId)).ThenRefused(v1::ROLE_MISPLACED, "R24");
  }
  for (absl::string_view house : {absl::string_view(kSchool), absl::string_view(kTrustId)}) {
    TheWorld().When(GrantRole(kCarol, v1::ROLE_GOVERNOR, house)).ThenAllowed();
  }
}

TEST(PeopleAndCalendars, NobodyLosesARoleTheyDoNotHave) {
  TheWorld().When(EndRole(kCarol, v1::ROLE_HEADTEACHER)).ThenRefused(v1::ROLE_NOT_HELD, "R24");
  TheWorld()
      .When(EndRole(kCarol, v1::ROLE_TRUST_LEAD, kTrustId))
      .ThenRefused(v1::ROLE_NOT_HELD, "R24");
}

TEST(PeopleAndCalendars, ARoleIsGivenToSomebodyTheTrustKnows) {
  TheWorld().When(GrantRole(kNobody, v1::ROLE_OFFICE)).ThenUnknown();
  TheWorld().When(GrantRole(kNobody, v1::ROLE_AUDITOR, kTrustId)).ThenUnknown();
}

// R02: somebody can always act for the trust.
TEST(PeopleAndCalendars, TheLastTrustLeadStays) {
  TheWorld()
      .When(EndRole(kTess, v1::ROLE_TRUST_LEAD, kTrustId))
      .ThenRefused(v1::LAST_TRUST_LEAD, "R02");
  TheWorld()
      .Knowing({RoleGranted(kHelen, v1::ROLE_TRUST_LEAD, kTrustId)})
      .When(EndRole(kTess, v1::ROLE_TRUST_LEAD, kTrustId))
      .Then({RoleEnded(kTess, v1::ROLE_TRUST_LEAD, kTrustId)});
}

// R01: a list of staff brings new people in.
TEST(PeopleAndCalendars, AListOfStaffRegistersWhoIsNew) {
  v1::StaffRow dora = Row("Dora Lane", "D1", {"B1"});
  *dora.mutable_pattern() = MondayToThursday();
  const std::string id = NewIdFor("D1");
  const Scenario registered = TheWorld().When(RegisterPeople({dora})).By(kOlive).ThenAllowed();
  const Person& person = PersonIn(registered.world(), id);
  EXPECT_EQ(person.name, "Dora Lane");
  EXPECT_EQ(person.job_title, "Teaching assistant");
  EXPECT_EQ(person.facts.school_id(), kSchool);
  ASSERT_EQ(person.facts.manager_ids_size(), 1);
  EXPECT_EQ(person.facts.manager_ids(0), kBen);
  EXPECT_EQ(WorksInWords(person.work, On("2026-09-29")), "Monday to Thursday, term time only");
  registered.When(RegisterPeople({dora})).By(kOlive).ThenAlreadySo();
}

// R25: managers may stand in the same list, before or after those they manage.
TEST(PeopleAndCalendars, AListOfStaffNamesManagersByTheirKeys) {
  const Scenario registered = TheWorld()
                                  .When(RegisterPeople({Row("Dora Lane", "D1", {"M1"}),
                                                        Row("Max Orr", "M1", {}, "100001", 3)}))
                                  .By(kOlive)
                                  .ThenAllowed();
  EXPECT_EQ(PersonIn(registered.world(), NewIdFor("D1")).facts.manager_ids(0), NewIdFor("M1"));
}

// R81: a list says nothing about the work of whoever hands it in that the single commands would not
// let them say.
TEST(PeopleAndCalendars, AListOfStaffDoesNotChangeTheWorkOfWhoeverHandsItIn) {
  v1::StaffRow same = Row("Olive Grant", "O1");
  same.set_job_title("School secretary");
  same.set_team("Office");
  same.set_term_time_only(false);
  TheWorld().When(RegisterPeople({same})).By(kOlive).ThenAlreadySo();
  std::vector<v1::StaffRow> changes(5, same);
  changes[0].set_job_title("Bursar");
  changes[1].set_team("Leadership");
  changes[2].set_urn("100002");
  *changes[3].mutable_pattern() = MondayToThursday();
  changes[4].add_manager_staff_keys("B1");
  for (const v1::StaffRow& change : changes) {
    SCOPED_TRACE(change.ShortDebugString());
    TheWorld()
        .When(RegisterPeople({change}))
        .By(kOlive)
        .ThenRefused(v1::STAFF_LIST_UNCLEAR, "R01")
        .With("problems", "line 2: nobody changes the facts about their own work");
    TheWorld().When(RegisterPeople({change})).By(kTess).ThenAllowed();
  }
  same.set_name("Olive Grant-Hughes");
  TheWorld()
      .When(RegisterPeople({same}))
      .By(kOlive)
      .Then({NameChanged(kOlive, "Olive Grant-Hughes")});
}

// R81: founding says little of the first trust lead; their first list says the rest, and no more.
TEST(PeopleAndCalendars, AListOfStaffSaysOnceWhatFoundingLeftUnsaidOfTheTrustLead) {
  v1::StaffRow tess = Row("Tess Adeyemi", "T1", {}, "");
  tess.set_team("Central");
  *tess.mutable_pattern() = EveryWeekday();
  const Scenario said = TheWorld().When(RegisterPeople({tess})).By(kTess).ThenAllowed();
  said.When(RegisterPeople({tess})).By(kTess).ThenAlreadySo();
  *tess.mutable_pattern() = MondayToThursday();
  said.When(RegisterPeople({tess})).By(kTess).ThenRefused(v1::STAFF_LIST_UNCLEAR, "R01");
}

// R01: and brings what is known of the others up to date, saying no more than what changed.
TEST(PeopleAndCalendars, AListOfStaffChangesOnlyWhatIsDifferent) {
  v1::StaffRow carol = Row("Carol Bright", "C1");
  carol.set_team("Key Stage 1");
  *carol.mutable_pattern() = EveryWeekday();
  TheWorld().When(RegisterPeople({carol})).By(kOlive).Then({NameChanged(kCarol, "Carol Bright")});
}

TEST(PeopleAndCalendars, AListOfStaffThatContradictsItselfIsRefusedAsAWhole) {
  const std::vector<std::vector<v1::StaffRow>> lists = {
      {Row("Dora Lane", "D1"), Row("Max Orr", "D1", {}, "100001", 3)},
      {Row("Dora Lane", "D1", {"X9"})},
      {Row("Dora Lane", "D1", {}, "999999")}};
  for (size_t i = 0; i < lists.size(); ++i) {
    SCOPED_TRACE(i);
    TheWorld().When(RegisterPeople(lists[i])).By(kOlive).ThenRefused(v1::STAFF_LIST_UNCLEAR, "R01");
  }
}

// R01: all that is wrong with a list is said at once, with its lines.
TEST(PeopleAndCalendars, AListOfStaffIsToldAllItsFaultsWithTheirLines) {
  const Refused refused = TheWorld()
                              .When(RegisterPeople({Row("Dora Lane", "D1", {"X9"}, "100001", 2),
                                                    Row("Max Orr", "M1", {}, "999999", 3),
                                                    Row("Ida Moss", "I1", {"I1"}, "100001", 4)}))
                              .ThenRefused(v1::STAFF_LIST_UNCLEAR, "R01");
  std::string told = refused.refusal().message();
  for (const auto& [name, value] : refused.refusal().values()) absl::StrAppend(&told, " ", value);
  for (absl::string_view part : {"line 2", "line 3", "line 4", "X9", "999999"}) {
    EXPECT_THAT(told, ::testing::HasSubstr(std::string(part)));
  }
}

// R81: a line manager reads the plan, so nobody opens it to themselves.
TEST(PeopleAndCalendars, NobodyMakesThemselvesALineManagerOrGivesThemselvesARole) {
  Given({}).When(NameLineManagers(kAmina, {kOlive})).By(kHelen).ThenAllowed();
  Given({})
      .When(NameLineManagers(kAmina, {kOlive}))
      .By(kOlive)
      .ThenRefused(v1::MANAGER_IS_CALLER, "R81");
  Given({}).When(GrantRole(kBen, v1::ROLE_TRAINING_LEAD)).By(kHelen).ThenAllowed();
  Given({})
      .When(GrantRole(kHelen, v1::ROLE_TRAINING_LEAD))
      .By(kHelen)
      .ThenRefused(v1::ROLE_TO_ONESELF, "R81");
}

// R26: somebody named twice is still one line manager.
TEST(PeopleAndCalendars, ALineManagerNamedTwiceIsOne) {
  Given({})
      .When(NameLineManagers(kAmina, {kCarol, kCarol}))
      .By(kHelen)
      .Then({LineManagersNamed(kAmina, {kCarol})});
}

}  // namespace
}  // namespace countersign::rules
