// Chapter: the planning and review meeting. "This meeting should be planned, and confirmed five
// days in advance. Time during working hours should be set aside - an hour is sufficient in most
// cases."
//
// Amina works Monday to Thursday, so five of her days before and including Tuesday 29 September
// begin on Tuesday the 22nd: the meeting is confirmed by Monday the 21st.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

constexpr char kShort[] = "2026-09-24 09:00";  // A day on which notice for the 29th is short.

Scenario ConfirmedLate() { return Given(AnAssignment()).And({MeetingConfirmed().At(kShort)}); }

v1::Policy NoticePolicy(uint32_t days, v1::Policy::NoticeUnit unit, bool clear) {
  v1::Policy policy;
  policy.set_notice_days(days);
  policy.set_notice_unit(unit);
  policy.set_notice_clear(clear);
  return policy;
}

// R33: "planned, and confirmed".
TEST(TheMeeting, IsConfirmedByTheReviewer) {
  Given(AnAssignment()).When(ConfirmMeeting()).At("2026-09-16 09:00").Then({MeetingConfirmed()});
}

// R33, R24: before there is a reviewer, nobody could confirm it.
TEST(TheMeeting, IsNotConfirmedBeforeThereIsAReviewer) {
  Given(AnEnrolment()).When(ConfirmMeeting()).ThenRefused(v1::REVIEWER_NOT_ASSIGNED, "R24");
}

// R33: "five days in advance". A01: days that the reviewee works, the meeting's day the last.
TEST(TheMeeting, IsConfirmedFiveDaysInAdvance) {
  Given(AnAssignment())
      .When(ConfirmMeeting())
      .At("2026-09-21 23:59")
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMet, kBen);
}

// R33: late is recorded and shown, never blocked.
TEST(TheMeeting, ConfirmedAtShorterNoticeIsRecordedAndShownAsMissed) {
  Given(AnAssignment())
      .When(ConfirmMeeting())
      .At("2026-09-22 00:00")
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMetLate, kBen);
}

// R33: even a meeting written down after it took place is recorded.
TEST(TheMeeting, ConfirmedAfterItTookPlaceIsRecordedAndShownAsMissed) {
  Given(AnAssignment())
      .When(ConfirmMeeting())
      .At("2026-10-01 09:00")
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMetLate);
}

// A01: a policy may ask for clear days, or for days of the calendar.
TEST(TheMeeting, IsConfirmedAsTheTrustsPolicyCountsTheDays) {
  Given(AConfirmedMeeting())
      .Knowing({PolicyAdopted(NoticePolicy(5, v1::Policy::NOTICE_UNIT_WORKING, true))})
      .ThenOwes(ObligationKind::kNotice, "2026-09-20", Status::kMet);
  Given(AConfirmedMeeting())
      .Knowing({PolicyAdopted(NoticePolicy(5, v1::Policy::NOTICE_UNIT_CALENDAR, false))})
      .ThenOwes(ObligationKind::kNotice, "2026-09-24", Status::kMet);
  Given(AConfirmedMeeting())
      .Knowing({PolicyAdopted(NoticePolicy(10, v1::Policy::NOTICE_UNIT_WORKING, false))})
      .ThenOwes(ObligationKind::kNotice, "2026-09-13", Status::kMetLate);
}

// R02: the policy in force on the meeting's day counts, not one adopted for later days.
TEST(TheMeeting, IsCountedUnderThePolicyInForceOnItsDay) {
  Given(AConfirmedMeeting())
      .Knowing(
          {PolicyAdopted(NoticePolicy(5, v1::Policy::NOTICE_UNIT_WORKING, false), "2026-09-01"),
           PolicyAdopted(NoticePolicy(10, v1::Policy::NOTICE_UNIT_WORKING, false), "2026-09-30")})
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMet);
}

TEST(TheMeeting, IsCountedUnderAPolicyFromTheFirstDayOfItsForce) {
  for (const auto& [from, due] :
       {std::pair{kMeetingDay, "2026-09-13"}, {"2026-09-30", "2026-09-21"}}) {
    Given(AConfirmedMeeting())
        .Knowing({PolicyAdopted({}, "2026-09-01"),
                  PolicyAdopted(NoticePolicy(10, v1::Policy::NOTICE_UNIT_WORKING, false), from)})
        .At("2026-10-05 09:00")
        .ThenOwes(ObligationKind::kNotice, due,
                  due == std::string("2026-09-13") ? Status::kMetLate : Status::kMet);
  }
}

TEST(TheMeeting, ConfirmedAgainIsAlreadySo) {
  Given(AConfirmedMeeting()).When(ConfirmMeeting()).ThenAlreadySo();
}

TEST(TheMeeting, ConfirmedForOneDayIsNotConfirmedForAnother) {
  Given(AConfirmedMeeting())
      .When(ConfirmMeeting("2026-10-06"))
      .ThenRefused(v1::MEETING_ALREADY_CONFIRMED, "R33")
      .Saying("ove");  // Move it, or correct it.
}

// R34: "an hour is sufficient in most cases".
TEST(TheMeeting, TakesAnHourUnlessSomethingElseIsSaid) {
  Given(AnAssignment())
      .When(ConfirmMeeting(MeetingOn(kMeetingDay, "14:00", 0)))
      .Then({MeetingConfirmed()});
}

// R33: the reviewee may let the notice go.
TEST(TheMeeting, AtShortNoticeMayBeAcceptedByTheReviewee) {
  ConfirmedLate()
      .When(WaiveNotice("Suits me"))
      .By(kAmina)
      .At("2026-09-24 12:00")
      .Then({NoticeWaived("Suits me")})
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kWaived);
}

// R33: where no day of notice can be counted, the reviewee may still say that they do not mind.
TEST(TheMeeting, ThatNoNoticeCanBeCountedForMayBeWaived) {
  Given(AnAssignment())
      .Knowing({AbsenceRecorded(kAmina, "2015-01-01", "")})
      .And({MeetingConfirmed()})
      .When(WaiveNotice())
      .By(kAmina)
      .ThenAllowed();
}

TEST(TheMeeting, WithEnoughNoticeLeavesNothingToWaive) {
  Given(AConfirmedMeeting())
      .When(WaiveNotice())
      .By(kAmina)
      .ThenRefused(v1::NOTICE_NOT_SHORT, "R33");
}

// R33: confirmed on the last day that is in time is in time; a day later there is something to
// waive.
TEST(TheMeeting, ConfirmedOnTheLastDayLeavesNothingToWaive) {
  Given(AnAssignment() + std::vector{MeetingConfirmed().At("2026-09-21 23:59")})
      .When(WaiveNotice())
      .By(kAmina)
      .ThenRefused(v1::NOTICE_NOT_SHORT, "R33")
      .With("confirm_by", "2026-09-21");
  Given(AnAssignment() + std::vector{MeetingConfirmed().At("2026-09-22 00:00")})
      .When(WaiveNotice())
      .By(kAmina)
      .ThenAllowed();
}

TEST(TheMeeting, ThatNobodyConfirmedHasNoNoticeToWaive) {
  Given(AnAssignment())
      .When(WaiveNotice())
      .By(kAmina)
      .ThenRefused(v1::MEETING_NOT_CONFIRMED, "R33");
}

// R33: notice is judged once, by what was known when the meeting was confirmed: neither an absence
// that became known later nor one that turned out to be none changes what there is to waive.
TEST(TheMeeting, IsWaivedByWhatWasKnownWhenItWasConfirmed) {
  Given(AConfirmedMeeting())
      .Knowing({AbsenceRecorded(kAmina, "2026-09-15", "2026-09-24")})
      .When(WaiveNotice())
      .By(kAmina)
      .ThenRefused(v1::NOTICE_NOT_SHORT, "R33")
      .With("confirm_by", "2026-09-21");
  Given(AnAssignment())
      .Knowing({AbsenceRecorded(kAmina, "2026-09-15", "2026-09-24")})
      .And({MeetingConfirmed()})
      .Knowing({AbsenceWithdrawn(kAmina)})
      .When(WaiveNotice())
      .By(kAmina)
      .ThenAllowed();
}

// R33, A22: days of a rest that began after the meeting was confirmed were days of notice.
TEST(TheMeeting, ConfirmedInTimeStaysSoWhenThePlanRestsLater) {
  const Scenario rested =
      Given(AConfirmedMeeting()).And({PlanSuspended("2026-09-22"), PlanResumed("2026-09-28")});
  rested.ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMet);
  rested.When(WaiveNotice()).By(kAmina).ThenRefused(v1::NOTICE_NOT_SHORT, "R33");
}

// R33, A22: days of rest that were known are no days of notice.
TEST(TheMeeting, IsConfirmedFiveDaysInAdvanceBesideTheDaysOfRestBefore) {
  const Scenario rested = Given(AnAssignment())
                              .And({PlanSuspended("2026-09-14"), PlanResumed("2026-09-16"),
                                    MeetingConfirmed("2026-09-22").At("2026-09-16 10:00")});
  rested.ThenOwes(ObligationKind::kNotice, "2026-09-09", Status::kMetLate);
  rested.When(WaiveNotice()).By(kAmina).ThenAllowed();
  // Moved after another rest, it is judged beside both.
  rested
      .And({PlanSuspended("2026-09-17"), PlanResumed("2026-09-21"),
            MeetingMoved("2026-09-23").At("2026-09-21 10:00")})
      .ThenOwes(ObligationKind::kNotice, "2026-09-09", Status::kMetLate);
}

TEST(TheMeeting, AcceptedTwiceIsAlreadySo) {
  ConfirmedLate().And({NoticeWaived()}).When(WaiveNotice()).By(kAmina).ThenAlreadySo();
}

// R33, A01b: "Does moving the meeting restart the notice? Yes."
TEST(TheMeeting, MovedIsConfirmedAnew) {
  const Scenario moved = Given(AConfirmedMeeting())
                             .When(MoveMeeting("2026-10-06", "The hall is taken"))
                             .At("2026-09-24 09:00")
                             .Then({MeetingMoved("2026-10-06", "The hall is taken")});
  moved.ThenOwes(ObligationKind::kNotice, "2026-09-28", Status::kMet);
  Given(AConfirmedMeeting())
      .When(MoveMeeting("2026-09-30"))
      .At("2026-09-24 09:00")
      .ThenOwes(ObligationKind::kNotice, "2026-09-22", Status::kMetLate);
}

// A01b: likewise where the meeting turned out to have been on another day.
TEST(TheMeeting, HeldOnAnotherDayThanTheOneWaivedForNeedsAnotherWaiver) {
  const Scenario held =
      ConfirmedLate().And({NoticeWaived(), MeetingHeld("2026-09-28").At("2026-10-01 09:00")});
  held.When(WaiveNotice("Suits me"))
      .By(kAmina)
      .At("2026-10-01 10:00")
      .Then({NoticeWaived("Suits me")});
}

// A01b: a waiver was given for a day, not for any other.
TEST(TheMeeting, MovedAfterAWaiverNeedsAnotherOne) {
  ConfirmedLate()
      .And({NoticeWaived()})
      .When(MoveMeeting("2026-09-30"))
      .ThenOwes(ObligationKind::kNotice, "2026-09-22", Status::kMetLate);
}

TEST(TheMeeting, MovedToWhereItIsIsAlreadySo) {
  Given(AConfirmedMeeting()).When(MoveMeeting(kMeetingDay)).ThenAlreadySo();
}

TEST(TheMeeting, ThatNobodyConfirmedIsNotMovedCorrectedCancelledOrHeld) {
  for (const Intent& intent : {MoveMeeting("2026-10-06"), CorrectMeeting("2026-10-06"),
                               CancelMeeting(), RecordMeetingHeld()}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(AnAssignment())
        .When(intent)
        .At("2026-10-07 09:00")
        .ThenRefused(v1::MEETING_NOT_CONFIRMED, "R33")
        .Saying("onfirm");
  }
}

TEST(TheMeeting, OnceHeldIsNotConfirmedMovedOrCancelled) {
  for (const Intent& intent :
       {ConfirmMeeting("2026-10-06"), MoveMeeting("2026-10-06"), CancelMeeting()}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(AHeldMeeting()).When(intent).ThenRefused(v1::MEETING_ALREADY_HELD, "R68");
  }
}

// A01b: another day is another meeting, whatever the change is called.
TEST(TheMeeting, CorrectedToAnotherDayBeforeItWasHeldIsConfirmedAnew) {
  Given(AConfirmedMeeting())
      .When(CorrectMeeting("2026-09-30", "It was to be the 30th"))
      .At("2026-09-28 09:00")
      .Then({MeetingCorrected("2026-09-30", "It was to be the 30th")})
      .ThenOwes(ObligationKind::kNotice, "2026-09-22", Status::kMetLate);
}

TEST(TheMeeting, CorrectedToAnotherDayAfterAWaiverNeedsAnotherOne) {
  ConfirmedLate()
      .And({NoticeWaived()})
      .When(CorrectMeeting("2026-09-30"))
      .ThenOwes(ObligationKind::kNotice, "2026-09-22", Status::kMetLate)
      .When(WaiveNotice("Suits me"))
      .By(kAmina)
      .Then({NoticeWaived("Suits me")});
}

// R33: a slip of the pen about the hour or the place does not restart the notice: the meeting was
// confirmed when it was, and what was waived stays so.
TEST(TheMeeting, CorrectedInItsHourOrPlaceIsNotConfirmedAnew) {
  v1::Meeting elsewhere = MeetingOn(kMeetingDay, "10:00", 30);
  elsewhere.set_place("Library");
  Given(AConfirmedMeeting())
      .When(CorrectMeeting(elsewhere))
      .At("2026-09-28 09:00")
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMet);
  ConfirmedLate()
      .And({NoticeWaived()})
      .When(CorrectMeeting(elsewhere))
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kWaived);
}

// R33: what is put right after the meeting says for which day notice was given, not when.
TEST(TheMeeting, CorrectedAfterItWasHeldWasConfirmedWhenItWas) {
  Given(AHeldMeeting())
      .When(CorrectMeeting("2026-09-28"))
      .At("2026-10-01 09:00")
      .ThenOwes(ObligationKind::kNotice, "2026-09-20", Status::kMet);
  Given(AHeldMeeting())
      .When(CorrectMeeting("2026-09-22"))
      .At("2026-10-01 09:00")
      .ThenOwes(ObligationKind::kNotice, "2026-09-14", Status::kMetLate);
}

// R33: and where it brings the day nearer, the notice that was given may turn out short.
TEST(TheMeeting, CorrectedToAnEarlierDayMayShowThatNoticeWasShort) {
  Given(AConfirmedMeeting())
      .When(CorrectMeeting("2026-09-22"))
      .ThenOwes(ObligationKind::kNotice, "2026-09-14", Status::kMetLate);
}

// R71, R73: the deadlines run from the day it was held, so a wrong day is put right afterwards too.
TEST(TheMeeting, CorrectedAfterItWasHeldMovesTheDeadlines) {
  Given(AHeldMeeting())
      .When(CorrectMeeting("2026-09-28"))
      .Then({MeetingCorrected("2026-09-28")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-05", Status::kPending);
}

// R68: who recorded that it was held knew of it, so it was over by then.
TEST(TheMeeting, ThatWasHeldIsNotCorrectedToADayAfterItWasRecorded) {
  const Scenario held = Given(AConfirmedMeeting()).And({MeetingHeld().At("2026-09-30 16:00")});
  held.When(CorrectMeeting("2026-09-30")).At("2026-10-07 09:00").ThenAllowed();
  held.When(CorrectMeeting("2026-10-01"))
      .At("2026-10-07 09:00")
      .ThenRefused(v1::MEETING_IN_THE_FUTURE, "R68")
      .Saying("Wednesday 30 September 2026")
      .With("recorded_on", "2026-09-30");
  held.When(CorrectMeeting("2026-10-06"))
      .At("2026-10-01 09:00")
      .ThenRefused(v1::MEETING_IN_THE_FUTURE, "R68");
}

TEST(TheMeeting, CorrectedToWhatItIsIsAlreadySo) {
  Given(AConfirmedMeeting()).When(CorrectMeeting(kMeetingDay)).ThenAlreadySo();
  Given(AHeldMeeting()).When(CorrectMeeting(kMeetingDay)).ThenAlreadySo();
}

TEST(TheMeeting, CancelledIsConfirmedAgainForAnotherDay) {
  Given(AConfirmedMeeting())
      .When(CancelMeeting("Ben is on a course"))
      .Then({MeetingCancelled("Ben is on a course")})
      .ThenOwes(ObligationKind::kNotice, "", Status::kPending)
      .When(ConfirmMeeting("2026-10-20"))
      .Then({MeetingConfirmed("2026-10-20")});
}

TEST(TheMeeting, CancelledTakesTheDeadlinesWithIt) {
  Given(AConfirmedMeeting())
      .And({MeetingCancelled()})
      .ThenOwes(ObligationKind::kDraft, "", Status::kNotStarted)
      .ThenOwes(ObligationKind::kFinalAvailable, "", Status::kNotStarted);
}

// R68: "At the end of the meeting, the reviewer should summarise the points".
TEST(TheMeeting, IsRecordedAsHeldWithWhetherTheReviewerSummedUp) {
  for (const bool summed_up : {true, false}) {
    Given(AConfirmedMeeting())
        .When(RecordMeetingHeld(kMeetingDay, summed_up))
        .At("2026-09-29 16:00")
        .Then({MeetingHeld(kMeetingDay, summed_up)});
  }
}

TEST(TheMeeting, WasHeldOnTheDayConfirmedUnlessAnotherIsSaid) {
  Given(AConfirmedMeeting())
      .When(RecordMeetingHeld(""))
      .At("2026-09-29 16:00")
      .Then({MeetingHeld(kMeetingDay)});
  Given(AConfirmedMeeting())
      .When(RecordMeetingHeld("2026-09-30"))
      .At("2026-10-01 09:00")
      .Then({MeetingHeld("2026-09-30")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-07", Status::kPending);
}

// R68: what has not happened is not recorded.
TEST(TheMeeting, IsNotRecordedAsHeldBeforeItsDay) {
  Given(AConfirmedMeeting())
      .When(RecordMeetingHeld())
      .At("2026-09-28 23:59")
      .ThenRefused(v1::MEETING_IN_THE_FUTURE, "R68");
  Given(AConfirmedMeeting())
      .When(RecordMeetingHeld(""))
      .At("2026-09-28 23:59")
      .ThenRefused(v1::MEETING_IN_THE_FUTURE, "R68");
  Given(AConfirmedMeeting()).When(RecordMeetingHeld()).At("2026-09-29 00:00").ThenAllowed();
}

TEST(TheMeeting, RecordedAsHeldAgainIsAlreadySo) {
  Given(AHeldMeeting()).When(RecordMeetingHeld()).ThenAlreadySo();
  Given(AHeldMeeting()).When(RecordMeetingHeld("")).ThenAlreadySo();
}

TEST(TheMeeting, IsNotHeldTwice) {
  Given(AHeldMeeting())
      .When(RecordMeetingHeld("2026-09-28"))
      .ThenRefused(v1::MEETING_ALREADY_HELD, "R68")
      .Saying("orrect");
}

// R29: a request is considered before the meeting it is about, so that is not put on another day.
TEST(TheMeeting, IsNotMovedWhileARequestForAnotherReviewerIsUndecided) {
  const Scenario undecided = Given(AConfirmedMeeting()).And({ReplacementRequested()});
  undecided.When(MoveMeeting("2026-10-06")).ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
  undecided.When(MoveMeeting(kMeetingDay)).ThenAlreadySo();
  undecided.And({ReplacementDeclined()}).When(MoveMeeting("2026-10-06")).ThenAllowed();
}

// R29: correcting a meeting yet to come onto another day is a move by another name; its hour may be
// put right, and so may the day of a meeting that was held.
TEST(TheMeeting, IsNotCorrectedOntoAnotherDayWhileARequestForAnotherReviewerIsUndecided) {
  const Scenario undecided = Given(AConfirmedMeeting()).And({ReplacementRequested()});
  undecided.When(CorrectMeeting("2026-10-06")).ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
  undecided.When(CorrectMeeting(kMeetingDay)).ThenAlreadySo();
  Given(AHeldMeeting())
      .And({ReplacementRequested()})
      .When(CorrectMeeting("2026-09-28"))
      .ThenAllowed();
}

// R29: a meeting that was held before the reviewee asked is a fact, and the deadlines run from it.
TEST(TheMeeting, HeldBeforeTheRequestIsRecordedThoughItIsUndecided) {
  const Scenario undecided =
      Given(AConfirmedMeeting()).And({ReplacementRequested().At("2026-09-30 00:30")});
  undecided.When(RecordMeetingHeld()).At("2026-10-01 09:00").Then({MeetingHeld()});
  for (absl::string_view held_on : {"2026-09-30", "2026-10-01"}) {
    undecided.When(RecordMeetingHeld(held_on))
        .At("2026-10-01 09:00")
        .ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
  }
}

// R29: nor is what was recorded after the request put onto a day that could not have been recorded.
TEST(TheMeeting, RecordedAfterARequestIsNotCorrectedOntoADayAfterIt) {
  const Scenario undecided = Given(AConfirmedMeeting())
                                 .And({ReplacementRequested().At("2026-09-30 09:00"),
                                       MeetingHeld("2026-09-28").At("2026-10-01 09:00")});
  for (absl::string_view corrected : {"2026-09-30", "2026-10-01"}) {
    undecided.When(CorrectMeeting(corrected))
        .At("2026-10-01 10:00")
        .ThenRefused(v1::REPLACEMENT_UNDECIDED, "R29");
  }
  undecided.When(CorrectMeeting("2026-09-29")).At("2026-10-01 10:00").ThenAllowed();
}

// R20: a year that was typed wrongly is no meeting of this cycle.
TEST(TheMeeting, LiesNoMoreThanAYearOutsideTheCycle) {
  for (absl::string_view allowed : {"2025-09-01", "2028-08-31"}) {
    SCOPED_TRACE(allowed);
    Given(AnAssignment()).When(ConfirmMeeting(allowed)).ThenAllowed();
    Given(AConfirmedMeeting()).When(MoveMeeting(allowed)).ThenAllowed();
    Given(AConfirmedMeeting()).When(CorrectMeeting(allowed)).ThenAllowed();
  }
  for (absl::string_view refused : {"2025-08-31", "2028-09-01"}) {
    SCOPED_TRACE(refused);
    for (const Intent& intent : {MoveMeeting(refused), CorrectMeeting(refused)}) {
      Given(AConfirmedMeeting()).When(intent).ThenRefused(v1::MEETING_OUTSIDE_CYCLE, "R20");
    }
    Given(AnAssignment())
        .When(ConfirmMeeting(refused))
        .ThenRefused(v1::MEETING_OUTSIDE_CYCLE, "R20");
  }
  Given(AConfirmedMeeting())
      .When(RecordMeetingHeld("2025-08-30"))
      .At("2026-10-01 09:00")
      .ThenRefused(v1::MEETING_OUTSIDE_CYCLE, "R20");
}

// Where Amina works from half past eight to half past three, Monday to Thursday.
Scenario WithHoursKnown() {
  return Given(AnAssignment())
      .Knowing({WorkPatternChanged(kAmina, WithHours({1, 2, 3, 4}, "08:30", "15:30"))});
}

void ExpectInTime(const Scenario& known, const v1::Meeting& meeting) {
  SCOPED_TRACE(meeting.ShortDebugString());
  known.When(ConfirmMeeting(meeting)).ThenAllowed();
}

void ExpectOutsideTime(const Scenario& known, const v1::Meeting& meeting) {
  SCOPED_TRACE(meeting.ShortDebugString());
  known.When(ConfirmMeeting(meeting)).ThenRefused(v1::MEETING_OUTSIDE_WORKING_TIME, "R86");
}

// R86: "Will I be expected to do this in my own time? No - Performance management should take place
// during working time." Friday is not one of Amina's days.
TEST(TheMeetingInWorkingTime, IsOnADayThatTheRevieweeWorks) {
  ExpectInTime(Given(AnAssignment()), MeetingOn("2026-10-01"));
  ExpectOutsideTime(Given(AnAssignment()), MeetingOn("2026-10-02"));
  ExpectOutsideTime(Given(AnAssignment()), MeetingOn("2026-10-02", ""));
}

// R86: however the meeting comes to be on that day.
TEST(TheMeetingInWorkingTime, IsNotMovedOrCorrectedOutOfIt) {
  const Scenario confirmed = Given(AConfirmedMeeting());
  for (const Intent& intent : {MoveMeeting("2026-10-02"), CorrectMeeting("2026-10-02")}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    confirmed.When(intent).ThenRefused(v1::MEETING_OUTSIDE_WORKING_TIME, "R86");
  }
  confirmed.When(MoveMeeting("2026-10-05")).ThenAllowed();
  confirmed.When(CorrectMeeting("2026-10-05")).ThenAllowed();
}

// R86: what happened is recorded as it happened, in working time or not.
TEST(TheMeetingInWorkingTime, IsNotAskedForOnceItWasHeld) {
  Given(AConfirmedMeeting())
      .When(RecordMeetingHeld("2026-10-02"))
      .At("2026-10-02 16:00")
      .Then({MeetingHeld("2026-10-02")});
  Given(AHeldMeeting())
      .When(CorrectMeeting("2026-09-25"))
      .At("2026-10-02 16:00")
      .Then({MeetingCorrected("2026-09-25")});
}

// R34: "Time during working hours should be set aside": the whole of it, where hours are known.
TEST(TheMeetingInWorkingTime, LiesWithinTheHoursOfTheDay) {
  const Scenario known = WithHoursKnown();
  ExpectInTime(known, MeetingOn(kMeetingDay, "08:30", 60));
  ExpectInTime(known, MeetingOn(kMeetingDay, "14:30", 60));
  ExpectInTime(known, MeetingOn(kMeetingDay, "14:30", 0));  // R34: an hour unless said.
  ExpectInTime(known, MeetingOn(kMeetingDay, "08:30", 420));
  ExpectOutsideTime(known, MeetingOn(kMeetingDay, "08:29", 60));
  ExpectOutsideTime(known, MeetingOn(kMeetingDay, "14:31", 60));
  ExpectOutsideTime(known, MeetingOn(kMeetingDay, "14:31", 0));
  ExpectOutsideTime(known, MeetingOn(kMeetingDay, "14:30", 61));
  ExpectOutsideTime(known, MeetingOn(kMeetingDay, "15:30", 30));
  ExpectOutsideTime(known, MeetingOn(kMeetingDay, "07:00", 30));
  ExpectOutsideTime(known, MeetingOn(kMeetingDay, "23:30", 600));
}

TEST(TheMeetingInWorkingTime, IsMovedWithinTheHoursOfTheDay) {
  const Scenario known = WithHoursKnown().And({MeetingConfirmed()});
  for (const Intent& intent : {MoveMeeting(MeetingOn(kMeetingDay, "15:00", 60)),
                               CorrectMeeting(MeetingOn(kMeetingDay, "15:00", 60))}) {
    known.When(intent).ThenRefused(v1::MEETING_OUTSIDE_WORKING_TIME, "R86");
  }
  known.When(MoveMeeting(MeetingOn(kMeetingDay, "10:00", 60))).ThenAllowed();
}

// R86: what is not known is not judged: the hours of a day, the hour of a meeting, or both.
TEST(TheMeetingInWorkingTime, IsNotJudgedByWhatNobodyRecorded) {
  ExpectInTime(WithHoursKnown(), MeetingOn(kMeetingDay, "", 600));
  ExpectInTime(Given(AnAssignment()), MeetingOn(kMeetingDay, "21:00", 60));
  const Scenario no_pattern =
      Given({Enrolled(kHelen), ReviewerAssigned(kBen, AsOther("Deputy head"))});
  for (absl::string_view day : {"2026-10-02", "2026-10-03"}) {
    ExpectInTime(no_pattern, MeetingOn(day, "21:00", 60));
  }
}

// R86: the pattern in force on the day counts.
TEST(TheMeetingInWorkingTime, FollowsTheHoursOfItsDay) {
  const Scenario changed = Given(AnAssignment())
                               .Knowing({WorkPatternChanged(
                                   kAmina, WithHours({5}, "09:00", "12:00"), true, "2026-11-02")});
  ExpectInTime(changed, MeetingOn("2026-10-22"));
  ExpectOutsideTime(changed, MeetingOn("2026-10-23"));
  ExpectOutsideTime(changed, MeetingOn("2026-11-02"));
  ExpectInTime(changed, MeetingOn("2026-11-06", "11:00"));
  ExpectOutsideTime(changed, MeetingOn("2026-11-06", "11:30"));
}

// R86: for those who work one week like this and the next like that, before the first of them too.
TEST(TheMeetingInWorkingTime, FollowsTheWeekOfTheCycle) {
  const Scenario in_turn =
      Given(AnAssignment())
          .Knowing({WorkPatternChanged(kAmina, InTurn({WithHours({1, 2}, "08:30", "12:30"),
                                                       WithHours({2, 3}, "12:00", "17:00")},
                                                      "2026-09-14"))});
  ExpectInTime(in_turn, MeetingOn("2026-09-14", "09:00"));  // A Monday of the first week.
  ExpectInTime(in_turn, MeetingOn("2026-09-15", "09:00"));
  ExpectOutsideTime(in_turn, MeetingOn("2026-09-15", "14:00"));
  ExpectOutsideTime(in_turn, MeetingOn("2026-09-16", "09:00"));
  ExpectOutsideTime(in_turn, MeetingOn("2026-09-21", "14:00"));  // The second week.
  ExpectInTime(in_turn, MeetingOn("2026-09-22", "14:00"));
  ExpectOutsideTime(in_turn, MeetingOn("2026-09-22", "09:00"));
  ExpectInTime(in_turn, MeetingOn("2026-09-23", "14:00"));
  ExpectInTime(in_turn, MeetingOn("2026-09-28", "09:00"));  // The first one again.
  ExpectInTime(in_turn, MeetingOn("2026-09-09", "14:00"));  // The week before the cycle began.
  ExpectOutsideTime(in_turn, MeetingOn("2026-09-07", "09:00"));
}

// R86: on an extra open day of the school everybody works, at hours that nobody recorded.
TEST(TheMeetingInWorkingTime, MayBeOnAnExtraOpenDay) {
  const Scenario open = WithHoursKnown().Knowing(
      {CalendarPublished(SchoolYear({}, {{"INSET", "2026-10-02"}, {"INSET", "2026-10-03"}}))});
  ExpectInTime(open, MeetingOn("2026-10-02", "17:00"));
  ExpectInTime(open, MeetingOn("2026-10-03", "14:00"));
  ExpectOutsideTime(open, MeetingOn("2026-10-09", "14:00"));
}

// R86: who works all year, every weekday.
Scenario WorkingAllYear() {
  return Given(AnAssignment()).Knowing({WorkPatternChanged(kAmina, EveryWeekday(), false)});
}

Refused OutsideTime(const Scenario& known, const v1::Meeting& meeting) {
  return known.When(ConfirmMeeting(meeting)).ThenRefused(v1::MEETING_OUTSIDE_WORKING_TIME, "R86");
}

TEST(TheMeetingInWorkingTime, IsNotOnABankHoliday) {
  OutsideTime(WorkingAllYear(), MeetingOn("2027-05-03")).Saying("Monday 3 May 2027 is a bank");
  OutsideTime(Given({Enrolled(kHelen), ReviewerAssigned(kBen, AsOther("Deputy head"))}),
              MeetingOn("2027-05-03"));
  ExpectInTime(WorkingAllYear(), MeetingOn("2027-05-04"));
}

TEST(TheMeetingInWorkingTime, IsNotOnADayOnWhichTheSchoolIsClosed) {
  const Scenario closed = WorkingAllYear().Knowing(
      {CalendarPublished(SchoolYear({{"Snow", "2026-12-01", "2026-12-02"}}))});
  for (absl::string_view day : {"2026-12-01", "2026-12-02"}) {
    OutsideTime(closed, MeetingOn(day)).Saying("closed on");
  }
  ExpectInTime(closed, MeetingOn("2026-12-03"));
}

// R86: half term is from 26 to 30 October. Who works all year works then, too.
TEST(TheMeetingInWorkingTime, IsNotInTheHolidaysOfThoseWhoWorkInTermOnly) {
  const Scenario in_term = Given(AnAssignment());
  ExpectInTime(in_term, MeetingOn("2026-10-22"));
  OutsideTime(in_term, MeetingOn("2026-10-26")).Saying("half term").Saying("term time only");
  ExpectInTime(WorkingAllYear(), MeetingOn("2026-10-26"));
  // Beyond the terms that are published nobody knows.
  ExpectInTime(in_term, MeetingOn("2026-08-26"));
  ExpectInTime(in_term, MeetingOn("2027-12-21"));
}

TEST(TheMeetingInWorkingTime, MayBeOnAnExtraOpenDayInAHoliday) {
  ExpectInTime(Given(AnAssignment())
                   .Knowing({CalendarPublished(SchoolYear({{"Repairs", "2026-10-27", "2026-10-27"}},
                                                          {{"INSET", "2026-10-27"}}))}),
               MeetingOn("2026-10-27"));
}

// R86: who is turned away reads at which hours of that day it could be.
TEST(TheMeetingInWorkingTime, IsRefusedWithTheHoursOfThatDay) {
  const Scenario in_turn =
      Given(AnAssignment())
          .Knowing({WorkPatternChanged(kAmina, InTurn({WithHours({1, 2}, "08:30", "12:30"),
                                                       WithHours({2, 3}, "12:00", "17:05")},
                                                      "2026-09-14"))});
  OutsideTime(in_turn, MeetingOn("2026-09-15", "14:00"))
      .Saying("on Tuesday 15 September 2026 they work 08:30 to 12:30")
      .With("hours", "08:30 to 12:30");
  OutsideTime(in_turn, MeetingOn("2026-09-22", "09:00"))
      .Saying("on Tuesday 22 September 2026 they work 12:00 to 17:05");
  const auto half_known = [](absl::string_view starts_at, absl::string_view ends_at) {
    return Given(AnAssignment())
        .Knowing({WorkPatternChanged(kAmina, WithHours({1, 2, 3, 4}, starts_at, ends_at))});
  };
  OutsideTime(half_known("08:30", ""), MeetingOn(kMeetingDay, "08:00")).Saying("work from 08:30");
  OutsideTime(half_known("", "12:30"), MeetingOn(kMeetingDay, "12:00")).Saying("work until 12:30");
  const v1::Refusal no_day =
      OutsideTime(Given(AnAssignment()), MeetingOn("2026-10-02")).Saying("Thursday").refusal();
  EXPECT_EQ(no_day.values().count("hours"), 0u);
}

// R86: it is the reviewee's time that is protected; the reviewer sees to their own.
TEST(TheMeetingInWorkingTime, IsTheReviewees) {
  ExpectInTime(Given(AnAssignment()).Knowing({WorkPatternChanged(kBen, Week({5}))}),
               MeetingOn(kMeetingDay));
}

}  // namespace
}  // namespace countersign::rules
