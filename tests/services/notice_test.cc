// Notice over the wire (R33, A01b): the cards, the explanation and the waiver judge it by the same
// facts, those that were known when it was last in question, whatever happens to the meeting, the
// plan and the people afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "tests/services/desk.h"

namespace countersign {
namespace {

using ::testing::StartsWith;

class Notice : public DeskTest {
 protected:
  void OnTheDay(const std::string& day) {
    v1::AdvanceClockRequest request;
    request.set_to(day + "T08:00:00Z");
    const Reply reply = desk_.Call("T1", "DemoService.AdvanceClock", request);
    EXPECT_TRUE(reply.ok()) << reply;
  }
  Reply Hand(const std::string& as, const std::string& method, const rules::Intent& intent) {
    return desk_.HandIn(as, method, desk_.plan, intent);
  }
  void Does(const std::string& as, const std::string& method, const rules::Intent& intent) {
    const Reply reply = Hand(as, method, intent);
    EXPECT_TRUE(reply.ok()) << method << ": " << reply;
  }
  void Confirm(const std::string& day) {
    Does("B1", "MeetingService.ConfirmMeeting", rules::ConfirmMeeting(day));
  }
  void Correct(const v1::Meeting& meeting) {
    Does("B1", "MeetingService.CorrectMeeting", rules::CorrectMeeting(meeting));
  }
  void AminaIsAway(const std::string& first_on, const std::string& last_on) {
    desk_.Wrote("O1", "PeopleService.RecordAbsence", desk_.amina,
                rules::RecordAbsence(desk_.amina, first_on, last_on));
  }
  void RestUntil(const std::string& day) {
    Does("H1", "EnrolmentService.SuspendPlan", rules::SuspendPlan());
    ExpectAgreement();
    OnTheDay(day);
    Does("H1", "EnrolmentService.ResumePlan", rules::ResumePlan());
  }

  // Everything with a deadline, as one line for each kind.
  using Lines = std::map<v1::ObligationKind, std::string>;
  static std::string LineOf(const v1::Obligation& owed) {
    const std::string status = v1::ObligationStatus_Name(owed.status());
    return absl::StrCat(owed.owed_by().name(), " by ", owed.due_on(), " ",
                        absl::StripPrefix(status, "OBLIGATION_STATUS_"), " at ",
                        owed.met_at().seconds(), owed.provisional() ? " provisional" : "");
  }
  Lines Explained() {
    v1::ExplainDeadlinesRequest request;
    request.set_plan_id(desk_.plan);
    const Reply reply = desk_.Call("A1", "PlanService.ExplainDeadlines", request);
    EXPECT_TRUE(reply.ok()) << reply;
    Lines lines;
    for (const auto& deadline : reply.As<v1::ExplainDeadlinesResponse>().deadlines()) {
      lines[deadline.obligation().kind()] = LineOf(deadline.obligation());
    }
    return lines;
  }
  Lines Listed() {
    v1::ListObligationsRequest request;
    request.set_plan_id(desk_.plan);
    for (int status = v1::ObligationStatus_MIN + 1; status <= v1::ObligationStatus_MAX; ++status) {
      request.add_statuses(static_cast<v1::ObligationStatus>(status));
    }
    const Reply reply = desk_.Call("A1", "PlanService.ListObligations", request);
    EXPECT_TRUE(reply.ok()) << reply;
    Lines lines;
    for (const auto& owed : reply.As<v1::ListObligationsResponse>().obligations()) {
      lines[owed.kind()] = LineOf(owed);
    }
    return lines;
  }
  void ExpectAgreement(int line = __builtin_LINE()) {
    SCOPED_TRACE(absl::StrCat("in line ", line));
    const Lines explained = Explained();
    EXPECT_EQ(explained.size(), 5u);
    Lines listed = Listed();
    for (auto owed = listed.begin(); owed != listed.end();) {
      owed = explained.count(owed->first) == 0 ? listed.erase(owed) : std::next(owed);
    }
    EXPECT_EQ(listed, explained);
  }
  // What both say of the notice: "Ben Carter by 2026-09-21 MET".
  void ExpectNotice(const std::string& said, int line = __builtin_LINE()) {
    ExpectAgreement(line);
    EXPECT_THAT(Explained()[v1::OBLIGATION_KIND_NOTICE], StartsWith(said + " at "))
        << "in line " << line;
  }
  // Empty where the reviewee may waive it.
  std::string RefusedToWaive() {
    return Hand("A1", "MeetingService.WaiveNotice", rules::WaiveNotice()).Reason();
  }
};

// Days of rest and of absence that nobody knew of when it was given were days of notice.
TEST_F(Notice, GivenInTimeStaysSoWhateverBecomesKnownLater) {
  OnTheDay("2026-09-16");
  Confirm("2026-09-29");
  ExpectNotice("Ben Carter by 2026-09-22 MET");
  OnTheDay("2026-09-22");
  RestUntil("2026-09-24");
  ExpectNotice("Ben Carter by 2026-09-22 MET");
  AminaIsAway("2026-09-24", "2026-09-28");
  ExpectNotice("Ben Carter by 2026-09-22 MET");
  Correct(rules::MeetingOn("2026-09-29", "09:00", 30));
  ExpectNotice("Ben Carter by 2026-09-22 MET");
  EXPECT_EQ(RefusedToWaive(), "NOTICE_NOT_SHORT");
}

TEST_F(Notice, GivenLateMayBeWaivedThoughTheAbsenceTurnedOutToBeNone) {
  OnTheDay("2026-09-16");
  AminaIsAway("2026-09-24", "2026-09-25");
  OnTheDay("2026-09-21");
  Confirm("2026-09-29");
  ExpectNotice("Ben Carter by 2026-09-20 MET_LATE");
  desk_.Wrote("O1", "PeopleService.WithdrawAbsence", desk_.amina,
              rules::WithdrawAbsence(desk_.amina, 1));
  ExpectNotice("Ben Carter by 2026-09-20 MET_LATE");
  EXPECT_EQ(RefusedToWaive(), "");
  ExpectNotice("Ben Carter by 2026-09-20 WAIVED");
}

TEST_F(Notice, IsGivenAnewForEveryOtherDayBeforeTheMeeting) {
  OnTheDay("2026-09-16");
  Confirm("2026-09-29");
  OnTheDay("2026-09-17");
  RestUntil("2026-09-21");
  Does("B1", "MeetingService.MoveMeeting", rules::MoveMeeting("2026-09-23"));
  // The 23rd, 22nd, 21st, 16th and 15th are days of notice, those of the rest are none.
  ExpectNotice("Ben Carter by 2026-09-14 MET_LATE");
  EXPECT_EQ(RefusedToWaive(), "");
  ExpectNotice("Ben Carter by 2026-09-14 WAIVED");
  Correct(rules::MeetingOn("2026-09-23", "09:00", 30));
  ExpectNotice("Ben Carter by 2026-09-14 WAIVED");
  Correct(rules::MeetingOn("2026-09-24"));
  ExpectNotice("Ben Carter by 2026-09-15 MET_LATE");
  Does("B1", "MeetingService.MoveMeeting", rules::MoveMeeting("2026-10-06"));
  ExpectNotice("Ben Carter by 2026-09-29 MET");
  EXPECT_EQ(RefusedToWaive(), "NOTICE_NOT_SHORT");
}

// The day turns out to be another; when it was confirmed, and by whom, is what it was.
TEST_F(Notice, OfAMeetingThatWasHeldIsJudgedForTheDayThatItReallyWas) {
  OnTheDay("2026-09-16");
  Confirm("2026-09-29");
  OnTheDay("2026-10-01");
  Does("B1", "MeetingService.RecordMeetingHeld", rules::RecordMeetingHeld("2026-09-30"));
  ExpectNotice("Ben Carter by 2026-09-23 MET");
  AminaIsAway("2026-09-17", "2026-09-22");
  ExpectNotice("Ben Carter by 2026-09-23 MET");
  Does("H1", "ReviewerService.ReplaceReviewer", rules::ReplaceReviewer(desk_.carol));
  ExpectNotice("Ben Carter by 2026-09-23 MET");
  Does("C1", "MeetingService.CorrectMeeting", rules::CorrectMeeting("2026-09-24"));
  ExpectNotice("Ben Carter by 2026-09-13 MET_LATE");
  RestUntil("2026-10-05");
  ExpectNotice("Ben Carter by 2026-09-13 MET_LATE");
  EXPECT_EQ(RefusedToWaive(), "");
  ExpectNotice("Ben Carter by 2026-09-13 WAIVED");
}

// What nobody owes any more is shown as it stood when that came about.
TEST_F(Notice, AndTheOtherDeadlinesOfAPlanThatWasWithdrawnStayAsTheyWere) {
  OnTheDay("2026-09-16");
  Confirm("2026-09-29");
  Does("H1", "EnrolmentService.WithdrawEnrolment", rules::WithdrawEnrolment());
  ExpectAgreement();
  const Lines before = Explained();
  AminaIsAway("2026-09-30", "2026-11-30");
  ExpectAgreement();
  EXPECT_EQ(Explained(), before);
}

}  // namespace
}  // namespace countersign
