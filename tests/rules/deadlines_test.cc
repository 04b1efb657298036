// Due dates against a second opinion, the status of an obligation on a day, and the sentences.

#include "services/rules/deadlines/deadlines.h"

#include <gtest/gtest.h>

#include "services/rules/deadlines/deadline_words.h"
#include "tests/rules/deadline_fixtures.h"
#include "tests/support/london.h"

namespace countersign::rules {
namespace {

// One plan with its facts; the inputs of the rules borrow from it.
struct Plan {
  absl::CivilDay meeting_on = On("2026-09-15");
  SchoolCalendar calendar = SchoolYear();
  WorkFacts reviewer = {};
  WorkFacts reviewee = {};
  DeadlinePolicy policy = {};
  std::vector<Rest> rests = {};
  std::optional<absl::CivilDay> extended_draft = {};
  std::optional<absl::CivilDay> extended_final = {};

  DeadlineInputs Inputs() const {
    return {.meeting_on = meeting_on,
            .calendar = &calendar,
            .holidays = &RealHolidays(),
            .reviewer = &reviewer,
            .reviewee = &reviewee,
            .policy = policy,
            .rests = rests,
            .extended_draft = extended_draft,
            .extended_final = extended_final};
  }

  DueDate Draft() const { return DraftDue(Inputs(), Detail::kWithWorking); }
  DueDate Final() const { return FinalDue(Inputs(), Detail::kWithWorking); }
  DueDate Notice() const { return NoticeBy(Inputs(), Detail::kWithWorking); }
};

// ---- Due dates. ----

TEST(DueDates, TheDateAloneIsTheSameAsWithItsWorking) {
  const Plan plan = {.reviewee = WhoWorks("mon tue wed thu")};
  EXPECT_EQ(FinalDue(plan.Inputs(), Detail::kDateOnly).due_on, plan.Final().due_on);
  EXPECT_TRUE(FinalDue(plan.Inputs(), Detail::kDateOnly).days.empty());
  EXPECT_EQ(plan.Final().days.back().day, plan.Final().due_on);
}

TEST(DueDates, TheWorkingOfNoticeRunsBackwardsFromTheMeeting) {
  const DueDate notice = Plan{}.Notice();
  EXPECT_EQ(notice.due_on, On("2026-09-08"));
  EXPECT_EQ(notice.days.front().day, On("2026-09-15"));
  EXPECT_EQ(notice.days.front().number, 1);
  EXPECT_EQ(notice.days.back().day, On("2026-09-09"));
  EXPECT_EQ(notice.days.back().number, 5);
}

TEST(DueDates, ADateIsSearchedForOn1500DaysAndNoFurther) {
  // Absent from the meeting on, until one day before or just at the end of the search.
  Plan plan;
  plan.policy.draft_days = 1;
  plan.reviewer.absences = {{plan.meeting_on, plan.meeting_on + kSearchDays - 1}};
  const absl::CivilDay last_searched = plan.meeting_on + kSearchDays;
  ASSERT_EQ(absl::GetWeekday(last_searched), absl::Weekday::thursday);
  EXPECT_EQ(plan.Draft().due_on, last_searched);
  plan.reviewer.absences = {{plan.meeting_on, last_searched}};
  EXPECT_EQ(plan.Draft().due_on, std::nullopt);
  EXPECT_TRUE(plan.Draft().suspended);
}

TEST(DueDates, NoticeIsSuspendedForSomebodyWhoNeverWorks) {
  const Plan plan = {.reviewee = WhoWorks("")};
  EXPECT_TRUE(plan.Notice().suspended);
  EXPECT_EQ(plan.Notice().due_on, std::nullopt);
  EXPECT_FALSE(plan.Notice().provisional);
  EXPECT_TRUE(plan.Notice().days.empty());
}

TEST(DueDates, WhenBothAreSuspendedTheReviewersCounts) {
  const Plan plan = {.reviewer = WhoWorks(""), .reviewee = WhoWorks("")};
  EXPECT_TRUE(plan.Final().suspended);
  EXPECT_EQ(plan.Final().counted_for, Party::kReviewer);
}

TEST(DueDates, AnExtensionKeepsTheComputedDate) {
  const Plan plan = {.extended_draft = On("2026-09-25")};
  EXPECT_EQ(plan.Draft().due_on, On("2026-09-25"));
  EXPECT_EQ(plan.Draft().computed_on, On("2026-09-22"));
  EXPECT_TRUE(plan.Draft().extended);
}

TEST(DueDates, ADraftIsOnTimeUntilTheLastSecondOfTheDayInLondon) {
  const auto text = [](absl::string_view day) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", DueInstant(On(day), London()),
                            absl::UTCTimeZone());
  };
  EXPECT_EQ(text("2026-01-15"), "2026-01-15T23:59:59Z");
  EXPECT_EQ(text("2026-07-15"), "2026-07-15T22:59:59Z") << "British Summer Time";
  EXPECT_EQ(text("2026-03-29"), "2026-03-29T22:59:59Z") << "The clocks go forward that morning.";
  EXPECT_EQ(text("2026-10-25"), "2026-10-25T23:59:59Z") << "The clocks go back that morning.";
}

// ---- Status on a day. ----

// A draft due on Tuesday 22 September 2026; the meeting was on the 15th.
ObligationFacts DraftOfSeptember() {
  return {.starts_on = On("2026-09-15"), .due_on = On("2026-09-22")};
}

Status StatusOf(absl::string_view today, const ObligationFacts& facts, const Plan& plan = {}) {
  return StatusOn(On(today), facts, plan.Inputs(), Party::kReviewer, London());
}

absl::Time At(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) std::abort();
  return time;
}

TEST(StatusOnADay, FollowsTheCalendar) {
  const struct {
    const char* today;
    Status status;
  } kRows[] = {
      {"2026-09-14", Status::kNotStarted}, {"2026-09-15", Status::kPending},
      {"2026-09-17", Status::kPending},    {"2026-09-18", Status::kDueSoon},
      {"2026-09-20", Status::kDueSoon},    {"2026-09-22", Status::kDueSoon},
      {"2026-09-23", Status::kOverdue},    {"2027-09-23", Status::kOverdue},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(StatusOf(row.today, DraftOfSeptember()), row.status) << row.today;
  }
}

TEST(StatusOnADay, DueSoonIsCountedInDaysOfTheOneWhoOwes) {
  // Monday and Tuesday are left on the 15th for somebody who works on these two only.
  const Plan plan = {.reviewer = WhoWorks("mon tue")};
  EXPECT_EQ(StatusOf("2026-09-15", DraftOfSeptember(), plan), Status::kDueSoon);
  const Plan other = {.reviewee = WhoWorks("mon tue")};
  EXPECT_EQ(StatusOf("2026-09-15", DraftOfSeptember(), other), Status::kPending);
  EXPECT_EQ(
      StatusOn(On("2026-09-15"), DraftOfSeptember(), other.Inputs(), Party::kReviewee, London()),
      Status::kDueSoon);
}

TEST(StatusOnADay, CountsTheDaysAfterTodayUpToTheDueDate) {
  const auto left = [](absl::string_view today, int at_most) {
    return DaysLeft(On(today), On("2026-09-22"), Plan{}.Inputs(), Party::kReviewer, at_most);
  };
  EXPECT_EQ(left("2026-09-15", 99), 5);
  EXPECT_EQ(left("2026-09-15", 3), 3);
  EXPECT_EQ(left("2026-09-18", 99), 2);
  EXPECT_EQ(left("2026-09-22", 99), 0);
  EXPECT_EQ(left("2026-09-30", 99), 0);
}

TEST(StatusOnADay, WhatIsMetIsJudgedByTheDayInLondon) {
  ObligationFacts facts = DraftOfSeptember();
  facts.met_at = At("2026-09-22T22:59:59.999+00:00");
  EXPECT_EQ(StatusOf("2026-10-01", facts), Status::kMet);
  facts.met_at = At("2026-09-22T23:00:00+00:00");
  EXPECT_EQ(StatusOf("2026-10-01", facts), Status::kMetLate);
}

TEST(StatusOnADay, WhatHasNoDueDateIsPendingUntilMet) {
  ObligationFacts facts = {.starts_on = On("2026-09-15")};
  EXPECT_EQ(StatusOf("2027-09-15", facts), Status::kPending);
  facts.met_at = At("2027-09-15T10:00:00+00:00");
  EXPECT_EQ(StatusOf("2027-09-16", facts), Status::kMet);
}

TEST(StatusOnADay, IsSuspendedOnlyWhileItIsOwed) {
  ObligationFacts facts = {.starts_on = On("2026-09-15"), .suspended = true};
  EXPECT_EQ(StatusOf("2026-09-14", facts), Status::kNotStarted);
  EXPECT_EQ(StatusOf("2026-09-15", facts), Status::kSuspended);
  facts.met_at = At("2026-09-20T10:00:00+00:00");
  EXPECT_EQ(StatusOf("2026-09-21", facts), Status::kMet);
}

TEST(StatusOnADay, WhatHasNoBeginningHasNotStarted) {
  EXPECT_EQ(StatusOf("2026-09-15", {}), Status::kNotStarted);
}

TEST(StatusOnADay, AWaiverCoversALateAnswerButNotOneOnTime) {
  ObligationFacts facts = DraftOfSeptember();
  facts.waived = true;
  EXPECT_EQ(StatusOf("2026-10-01", facts), Status::kWaived);
  facts.met_at = At("2026-09-25T10:00:00+00:00");
  EXPECT_EQ(StatusOf("2026-10-01", facts), Status::kWaived);
  facts.met_at = At("2026-09-21T10:00:00+00:00");
  EXPECT_EQ(StatusOf("2026-10-01", facts), Status::kMet);
}

TEST(StatusOnADay, WithdrawingDischargesOnlyWhatIsStillOpen) {
  ObligationFacts facts = DraftOfSeptember();
  facts.discharged = true;
  EXPECT_EQ(StatusOf("2026-10-01", facts), Status::kDischarged);
  facts.met_at = At("2026-09-25T10:00:00+00:00");
  EXPECT_EQ(StatusOf("2026-10-01", facts), Status::kMetLate);
  facts.met_at.reset();
  facts.waived = true;
  EXPECT_EQ(StatusOf("2026-10-01", facts), Status::kWaived);
}

// ---- Sentences. ----

const PartyNames kNames = {.reviewer = "Rui", .reviewee = "Amina"};

std::string DraftSentence(const Plan& plan) {
  return Sentence(Deadline::kDraft, plan.Draft(), plan.Inputs(), kNames);
}

std::string FinalSentence(const Plan& plan) {
  return Sentence(Deadline::kFinal, plan.Final(), plan.Inputs(), kNames);
}

std::string NoticeSentence(const Plan& plan) {
  return Sentence(Deadline::kNotice, plan.Notice(), plan.Inputs(), kNames);
}

TEST(Sentences, SayNoMoreThanWhatMovedTheDate) {
  EXPECT_EQ(DraftSentence({}), "5 working days for Rui.");
  EXPECT_EQ(DraftSentence({.policy = {.draft_days = 1}}), "1 working day for Rui.");
  EXPECT_EQ(FinalSentence({}), "10 working days for Rui.");
  EXPECT_EQ(DraftSentence({.meeting_on = On("2026-09-21"),
                           .reviewer = WhoWorks("tue wed thu fri"),
                           .policy = {.draft_days = 4}}),
            "4 working days for Rui.")
      << "The Monday that Rui does not work is not among the days.";
}

TEST(Sentences, NameTheDaysWorkedAndTheHalfTerm) {
  EXPECT_EQ(
      FinalSentence({.meeting_on = On("2026-10-20"), .reviewee = WhoWorks("mon tue wed thu")}),
      "10 working days for Amina, who works Monday to Thursday; half term does not count.");
}

TEST(Sentences, NameBankHolidaysByTitle) {
  EXPECT_EQ(DraftSentence({.meeting_on = On("2027-03-23")}),
            "5 working days for Rui; Good Friday, Easter Monday and the Easter holiday do not "
            "count.");
  EXPECT_EQ(DraftSentence({.meeting_on = On("2027-04-29")}),
            "5 working days for Rui; the Early May bank holiday does not count.");
}

TEST(Sentences, NameClosuresAndAbsences) {
  Plan plan = {.reviewer = Absent({}, "2026-09-21", "2026-09-22")};
  EXPECT_EQ(DraftSentence(plan), "5 working days for Rui; days of recorded absence do not count.");
  plan.calendar.closures = {{"Snow", On("2026-09-17"), On("2026-09-18")}};
  EXPECT_EQ(DraftSentence(plan),
            "5 working days for Rui; the school closure (Snow) and days of recorded absence do not "
            "count.");
  plan.calendar.closures[0].name.clear();
  EXPECT_EQ(DraftSentence({.calendar = plan.calendar}),
            "5 working days for Rui; the school closure does not count.");
}

TEST(Sentences, NameAnOpenDayThatMovedTheDate) {
  Plan plan;
  plan.calendar.open_days = {{"INSET", On("2026-09-19")}, {"INSET", On("2026-09-17")}};
  EXPECT_EQ(DraftSentence(plan),
            "5 working days for Rui; INSET on Saturday 19 September 2026 counts.");
  plan.calendar.open_days.push_back({"", On("2026-09-20")});
  EXPECT_EQ(DraftSentence(plan),
            "5 working days for Rui; INSET on Saturday 19 September 2026 and the extra open day on "
            "Sunday 20 September 2026 count.");
}

TEST(Sentences, NameAChangeOfPattern) {
  Plan plan;
  plan.reviewer.patterns = {{.from = {}, .weeks = {Week("mon tue wed thu")}, .anchor = {}},
                            {.from = On("2026-09-21"), .weeks = {Week("mon")}, .anchor = {}}};
  EXPECT_EQ(DraftSentence(plan),
            "5 working days for Rui, who works Monday to Thursday, and Mondays only from 21 "
            "September 2026.");
}

TEST(Sentences, SayThatADateIsProvisional) {
  EXPECT_EQ(DraftSentence({.meeting_on = On("2027-10-19")}),
            "5 working days for Rui; provisional, because the school has not published all its "
            "term dates for this time.");
}

TEST(Sentences, SayThatADateIsExtended) {
  EXPECT_EQ(DraftSentence({.extended_draft = On("2026-09-25")}),
            "5 working days for Rui; extended by the head from 22 September 2026 to 25 September "
            "2026.");
}

TEST(Sentences, SayWhyThereIsNoDate) {
  Plan plan = {.reviewee = AbsentWithNoEnd({}, "2026-09-16")};
  EXPECT_EQ(FinalSentence(plan),
            "No due date for now: 10 working days for Amina, who is recorded absent with no end "
            "date, cannot be counted.");
  plan.extended_final = On("2027-01-29");
  EXPECT_EQ(FinalSentence(plan),
            "10 working days for Amina, who is recorded absent with no end date, cannot be "
            "counted; the head has set 29 January 2027.");
  EXPECT_EQ(DraftSentence({.reviewer = WhoWorks("")}),
            "No due date for now: 5 working days for Rui, who has too few working days within "
            "1500 days of the meeting, cannot be counted.");
}

// The draft is counted to 22 September, and the head has given time until the 25th.
TEST(Sentences, SayThatAPlanRestsWhateverTheHeadGave) {
  Plan plan = {.rests = {{On("2026-09-18"), std::nullopt}}};
  EXPECT_EQ(DraftSentence(plan),
            "No due date for now: 5 working days for Rui, whose plan rests, cannot be counted.");
  plan.extended_draft = On("2026-09-25");
  EXPECT_EQ(DraftSentence(plan),
            "No due date for now: 5 working days for Rui, whose plan rests, cannot be counted.");
  plan.rests[0].first = On("2026-09-23");
  EXPECT_TRUE(plan.Draft().suspended);
  EXPECT_FALSE(plan.Draft().extended);
  EXPECT_EQ(DraftSentence(plan),
            "No due date for now: the plan rests. The head had given time until 25 September "
            "2026.");
  plan.rests[0].last = On("2026-09-23");
  EXPECT_EQ(DraftSentence(plan),
            "5 working days for Rui; extended by the head from 22 September 2026 to 25 September "
            "2026.");
  plan.rests = {{On("2026-09-26"), std::nullopt}};
  EXPECT_EQ(DraftSentence(plan),
            "5 working days for Rui; extended by the head from 22 September 2026 to 25 September "
            "2026.")
      << "it was late before the plan rested";
  plan = {.rests = {{On("2026-09-30"), std::nullopt}}, .extended_final = On("2026-10-02")};
  EXPECT_EQ(FinalSentence(plan),
            "No due date for now: the plan rests. The head had given time until 2 October 2026.");
}

TEST(Sentences, SayHowNoticeIsCounted) {
  EXPECT_EQ(NoticeSentence({}), "5 working days of notice for Amina.");
  EXPECT_EQ(NoticeSentence({.meeting_on = On("2026-11-10"),
                            .reviewee = WhoWorks("mon tue"),
                            .policy = {.notice_clear = true}}),
            "5 clear working days of notice for Amina, who works Monday and Tuesday; half term "
            "does not count.");
  EXPECT_EQ(NoticeSentence({.policy = {.notice_unit = NoticeUnit::kCalendar}}),
            "5 days before the meeting; every day counts, weekends and holidays too.");
  EXPECT_EQ(NoticeSentence({.policy = {.notice_days = 0}}),
            "No notice is asked for: the day of the meeting will do.");
}

TEST(Sentences, SayHowAnObligationStands) {
  const auto standing = [](absl::string_view today, const ObligationFacts& facts) {
    return StandingSentence(On(today), facts, Plan{}.Inputs(), Party::kReviewer, London());
  };
  ObligationFacts facts = DraftOfSeptember();
  EXPECT_EQ(standing("2026-09-01", facts), "Not started: begins on Tuesday 15 September 2026.");
  EXPECT_EQ(standing("2026-09-01", {}), "Not started: no date to count from yet.");
  EXPECT_EQ(standing("2026-09-16", facts), "Due on Tuesday 22 September 2026.");
  EXPECT_EQ(standing("2026-09-18", facts),
            "Due on Tuesday 22 September 2026: 2 working days left.");
  EXPECT_EQ(standing("2026-09-21", facts), "Due on Tuesday 22 September 2026: 1 working day left.");
  EXPECT_EQ(standing("2026-09-22", facts), "Due today, Tuesday 22 September 2026.");
  EXPECT_EQ(standing("2026-09-23", facts), "Was due on Tuesday 22 September 2026: 1 day late.");
  EXPECT_EQ(standing("2026-09-30", facts), "Was due on Tuesday 22 September 2026: 8 days late.");
  facts.met_at = At("2026-09-25T10:00:00+01:00");
  EXPECT_EQ(standing("2026-09-30", facts), "Done on Friday 25 September 2026, 3 days late.");
  facts.waived = true;
  EXPECT_EQ(standing("2026-09-30", facts), "Waived.");
  facts.met_at = At("2026-09-21T10:00:00+01:00");
  EXPECT_EQ(standing("2026-09-30", facts), "Done on Monday 21 September 2026, on time.");
  const absl::CivilDay meeting = On("2026-09-15");
  EXPECT_EQ(standing("2026-09-30", {.starts_on = meeting}), "Open, with no due date.");
  EXPECT_EQ(standing("2026-09-30", {.starts_on = meeting, .suspended = true}),
            "No due date for now.");
  EXPECT_EQ(standing("2026-09-30", {.starts_on = meeting, .discharged = true}), "No longer owed.");
}

}  // namespace
}  // namespace countersign::rules
