// What is owed, as the cards say it: a card moves with everything that its due date is found from,
// and stays as it was once the obligation is met (design: deadlines, sections 1 and 2).
#include "services/projections/obligation_cards.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/projections/office.h"

namespace countersign::projections {
namespace {

using rules::ObligationKind;
using rules::Status;

TEST(ACardOfADraft, SaysAllThatItsStatusIsJudgedBy) {
  const v1::ObligationCard card = MeetingAtOak().Card(ObligationKind::kDraft);
  EXPECT_EQ(card.due_on(), "2026-10-06");
  EXPECT_EQ(card.starts_on(), "2026-09-29");
  EXPECT_EQ(card.due_soon_from_on(), "2026-10-02");
  EXPECT_EQ(card.owed_by_id(), "rui");
  EXPECT_EQ(card.reviewee_id(), "amina");
  EXPECT_EQ(card.reviewer_id(), "rui");
  EXPECT_EQ(card.school_id(), "oak");
  EXPECT_FALSE(card.provisional());
  EXPECT_FALSE(card.has_met());
}

TEST(APlanWithoutAMeeting, OwesAReviewerAndHasNoDueDates) {
  Office office = MeetingAtOak();
  office.Plan("amina", "oak", "plan-2");
  EXPECT_TRUE(office.Card(ObligationKind::kReviewerAssigned).owed_by_head());
  EXPECT_EQ(office.StatusOn("2026-09-15", ObligationKind::kReviewerAssigned), Status::kPending);
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "");
  EXPECT_EQ(office.StatusOn("2026-09-30", ObligationKind::kDraft), Status::kNotStarted);
}

TEST(ACardMoves, WhenABankHolidayIsProclaimed) {
  Office office = MeetingAtOak();
  office.BankHoliday("2026-10-05");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-07");
  EXPECT_EQ(office.DueOn(ObligationKind::kFinalAvailable), "2026-10-14");
}

TEST(ACardMoves, WhenTheSchoolCloses) {
  Office office = MeetingAtOak();
  office.Publishes("oak",
                   CalendarOf({{"2026-09-01", "2026-10-23"}}, {{"2026-10-02", "2026-10-02"}}));
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-07");
}

TEST(ACardStays, WhenAnotherSchoolCloses) {
  Office office = MeetingAtOak();
  office.Publishes("elm",
                   CalendarOf({{"2026-09-01", "2026-10-23"}}, {{"2026-10-02", "2026-10-02"}}));
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-06");
}

TEST(ACardMoves, WhenTheReviewerIsAway) {
  Office office = MeetingAtOak();
  office.Away("rui", 1, "2026-10-01", "2026-10-02");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-08");
  office.AwayAfterAll("rui", 1, "2026-10-01", "2026-10-01");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-07");
  office.NotAway("rui", 1);
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-06");
}

TEST(ACardMoves, WhenTheRevieweeIsAwayButOnlyForTheFinalRecord) {
  Office office = MeetingAtOak();
  office.Away("amina", 1, "2026-10-01", "2026-10-02");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-06");
  EXPECT_EQ(office.DueOn(ObligationKind::kFinalAvailable), "2026-10-15");
  EXPECT_EQ(office.DueOn(ObligationKind::kRevieweeSignature), "2026-10-15");
}

TEST(ACardMoves, WhenTheReviewerWorksOtherDays) {
  Office office = MeetingAtOak();
  office.Works("rui", {1, 2, 3, 4});
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-07");
  EXPECT_EQ(office.DueOn(ObligationKind::kFinalAvailable), "2026-10-15");
}

TEST(ACardMoves, WhenThePolicyChanges) {
  Office office = MeetingAtOak();
  office.DraftDays(3);
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-02");
}

TEST(ACardMoves, WhenTheReviewerIsReplaced) {
  Office office = MeetingAtOak();
  office.Person("vera", "oak").Works("vera", {1}).Reviewer("vera");
  // Five Mondays, without the one in half term.
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-11-09");
  EXPECT_EQ(office.Card(ObligationKind::kDraft).owed_by_id(), "vera");
  // From now on it is vera's work that counts.
  office.Away("rui", 1, "2026-10-01");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-11-09");
  office.Away("vera", 1, "2026-10-05", "2026-10-05");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-11-16");
}

TEST(ACardMoves, WhenTheMeetingDoes) {
  Office office = MeetingAtOak();
  office.Moved("2026-09-30");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-07");
  office.Cancelled();
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "");
  EXPECT_EQ(office.StatusOn("2026-10-08", ObligationKind::kNotice), Status::kPending);
}

TEST(AnObligation, IsSuspendedWhileTheReviewerIsAwayWithoutEnd) {
  Office office = MeetingAtOak();
  office.Away("rui", 1, "2026-10-01");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "");
  EXPECT_EQ(office.StatusOn("2026-12-01", ObligationKind::kDraft), Status::kSuspended);
  office.AwayAfterAll("rui", 1, "2026-10-01", "2026-10-02");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-08");
}

TEST(AnObligation, IsProvisionalPastTheLastPublishedTerm) {
  Office office = MeetingAtOak();
  office.Works("rui", {1, 2, 3, 4, 5}).Works("amina", {1, 2, 3, 4, 5}).Moved("2026-12-15");
  EXPECT_TRUE(office.Card(ObligationKind::kDraft).provisional());
}

TEST(TheHead, OwesTheReviewerByOfficeSoThatRolesMoveNoCard) {
  Office office = MeetingAtOak();
  office.Plan("rui", "oak", "plan-2");
  EXPECT_TRUE(office.Card(ObligationKind::kReviewerAssigned).owed_by_head());
  EXPECT_EQ(office.Card(ObligationKind::kReviewerAssigned).owed_by_id(), "");
  office.cards.ForgetCounts();
  office.Head("oak", "henk").HeadLeaves("oak", "hana");
  EXPECT_EQ(office.cards.writes, 2u) << "the school's own card, twice";
}

TEST(WhatIsMet, IsJudgedByWhatWasKnownThen) {
  Office office = MeetingAtOak();
  office.On("2026-09-29").Held("2026-09-29").On("2026-10-06").Draft();
  EXPECT_EQ(office.StatusOn("2026-10-06", ObligationKind::kDraft), Status::kMet);
  // Each of these would have moved it; the final record, which is still open, moves.
  office.BankHoliday("2026-10-05").DraftDays(2).Away("rui", 1, "2026-09-30", "2026-10-01");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-06");
  EXPECT_EQ(office.StatusOn("2026-12-01", ObligationKind::kDraft), Status::kMet);
  EXPECT_EQ(office.DueOn(ObligationKind::kFinalAvailable), "2026-10-16");
}

TEST(WhatIsMetLate, StaysLateWhenAnAbsenceIsRecordedAfterwards) {
  Office office = MeetingAtOak();
  office.On("2026-10-07").Draft().Away("rui", 1, "2026-10-05", "2026-10-06");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-06");
  EXPECT_EQ(office.StatusOn("2026-10-07", ObligationKind::kDraft), Status::kMetLate);
}

TEST(WhatIsMet, IsStillOwedToWhoMetIt) {
  Office office = MeetingAtOak();
  office.On("2026-10-05").Draft().Reviewer("vera");
  EXPECT_EQ(office.Card(ObligationKind::kDraft).owed_by_id(), "rui");
  EXPECT_EQ(office.Card(ObligationKind::kDraft).reviewer_id(), "vera");
  EXPECT_EQ(office.Card(ObligationKind::kFinalAvailable).owed_by_id(), "vera");
}

TEST(WhatIsOverdue, StillMovesWithItsInputs) {
  Office office = MeetingAtOak();
  office.On("2026-10-20").Away("rui", 1, "2026-10-05", "2026-10-16");
  EXPECT_EQ(office.StatusOn("2026-10-20", ObligationKind::kDraft), Status::kDueSoon);
}

TEST(TheNotice, IsJudgedByWhatWasKnownWhenTheMeetingWasConfirmed) {
  Office office = MeetingAtOak();
  EXPECT_EQ(office.DueOn(ObligationKind::kNotice), "2026-09-22");
  office.Away("amina", 1, "2026-09-16", "2026-09-28");
  EXPECT_EQ(office.DueOn(ObligationKind::kNotice), "2026-09-22");
  EXPECT_EQ(office.StatusOn("2026-09-29", ObligationKind::kNotice), Status::kMet);
}

TEST(TheNotice, IsJudgedAnewWhenTheMeetingIsMoved) {
  Office office = MeetingAtOak();
  office.On("2026-09-24").Moved("2026-09-30");
  EXPECT_EQ(office.DueOn(ObligationKind::kNotice), "2026-09-23");
  EXPECT_EQ(office.StatusOn("2026-09-30", ObligationKind::kNotice), Status::kMetLate);
}

TEST(TheNotice, IsJudgedAnewWhenTheMeetingIsCorrected) {
  Office office = MeetingAtOak();
  office.On("2026-09-24").Corrected("2026-09-21");
  EXPECT_EQ(office.DueOn(ObligationKind::kNotice), "2026-09-14");
  EXPECT_EQ(office.StatusOn("2026-09-30", ObligationKind::kNotice), Status::kMetLate);
}

TEST(TheNotice, IsJudgedAnewWhenTheMeetingIsHeldOnAnotherDay) {
  Office office = MeetingAtOak();
  office.On("2026-09-29").Held("2026-09-18");
  EXPECT_EQ(office.DueOn(ObligationKind::kNotice), "2026-09-13");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-09-25");
}

TEST(TheNotice, IsWaivedByTheReviewee) {
  Office office = MeetingAtOak();
  office.On("2026-09-28").Moved("2026-09-30").NoticeWaived();
  EXPECT_EQ(office.StatusOn("2026-09-30", ObligationKind::kNotice), Status::kWaived);
  office.Moved("2026-10-01");
  EXPECT_EQ(office.StatusOn("2026-10-01", ObligationKind::kNotice), Status::kMetLate);
}

TEST(Withdrawing, DischargesWhatIsStillOpen) {
  Office office = MeetingAtOak();
  office.On("2026-10-05").Draft().Withdrawn();
  EXPECT_EQ(office.StatusOn("2026-10-20", ObligationKind::kDraft), Status::kMet);
  EXPECT_EQ(office.StatusOn("2026-10-20", ObligationKind::kFinalAvailable), Status::kDischarged);
  EXPECT_EQ(office.StatusOn("2026-10-20", ObligationKind::kRevieweeSignature), Status::kDischarged);
}

TEST(ACardMoves, WhenItsSchoolDepartsFromThePolicy) {
  Office office = MeetingAtOak();
  office.Overrides("elm", 2).Overrides("oak", 3);
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-02");
  EXPECT_EQ(office.DueOn(ObligationKind::kFinalAvailable), "2026-10-13");
}

TEST(ACardMoves, WhenTheHeadGivesMoreTime) {
  Office office = MeetingAtOak();
  office.ExtendsDraft("2026-10-08");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-08");
  EXPECT_TRUE(office.Card(ObligationKind::kDraft).extended());
  EXPECT_EQ(office.DueOn(ObligationKind::kFinalAvailable), "2026-10-13");
}

TEST(ACardMoves, WhenThePlanRests) {
  Office office = MeetingAtOak();
  office.On("2026-10-01").Suspended("2026-10-01");
  EXPECT_EQ(office.StatusOn("2026-10-20", ObligationKind::kDraft), Status::kSuspended);
  office.On("2026-10-06").Resumed("2026-10-06");
  // Thursday, Friday and Monday of the rest do not count.
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-10-09");
  EXPECT_EQ(office.DueOn(ObligationKind::kRevieweeSignature), "2026-10-16");
}

TEST(AReplacedReviewer, LeavesTheirWorkToTheNewOneWhoseDaysCountFromThenOn) {
  Office office = MeetingAtOak();
  office.Person("vera", "oak").Works("vera", {1}).On("2026-09-29").Held("2026-09-29");
  office.On("2026-10-01").Replaced("vera");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "2026-11-09");
  for (const ObligationKind kind : {ObligationKind::kDraft, ObligationKind::kReviewerSignature}) {
    EXPECT_EQ(office.Card(kind).owed_by_id(), "vera");
    EXPECT_EQ(office.Card(kind).reviewer_id(), "vera");
  }
  // Who confirmed the meeting in time did, and the plan is the new reviewer's.
  EXPECT_EQ(office.Card(ObligationKind::kNotice).owed_by_id(), "rui");
  EXPECT_EQ(office.Card(ObligationKind::kNotice).reviewer_id(), "vera");
}

TEST(AReplacedReviewer, TakesAMeetingYetToComeAlong) {
  Office office = MeetingAtOak();
  office.Replaced("vera");
  EXPECT_EQ(office.DueOn(ObligationKind::kDraft), "");
  EXPECT_EQ(office.StatusOn("2026-09-16", ObligationKind::kNotice), Status::kPending);
  EXPECT_EQ(office.Card(ObligationKind::kNotice).owed_by_id(), "vera");
}

TEST(ARequestForAnotherReviewer, IsOwedADecisionByTheHeadEachTime) {
  Office office = MeetingAtOak();
  const ObligationKind decision = ObligationKind::kReplacementDecision;
  office.On("2026-09-16").AsksForAnother(1);
  EXPECT_TRUE(office.Card(decision, 1).owed_by_head());
  EXPECT_EQ(office.DueOn(decision, 1), "");
  EXPECT_EQ(office.StatusOn("2026-09-16", decision, 1), Status::kPending);
  office.On("2026-09-17").ReviewerStays(1).AsksForAnother(2);
  EXPECT_EQ(office.StatusOn("2026-09-17", decision, 1), Status::kMet);
  EXPECT_EQ(office.StatusOn("2026-09-17", decision, 2), Status::kPending);
  office.Upheld(2).Replaced("vera");
  EXPECT_EQ(office.StatusOn("2026-09-17", decision, 2), Status::kMet);
  EXPECT_EQ(office.Card(decision, 1).replacement(), 1u);
}

TEST(ASignature, IsMetByDecliningAndTakenAwayByClosing) {
  Office office = MeetingAtOak();
  office.On("2026-10-05").Draft().Final().RevieweeDeclinesToSign();
  EXPECT_EQ(office.StatusOn("2026-10-05", ObligationKind::kRevieweeSignature), Status::kMet);
  EXPECT_EQ(office.StatusOn("2026-10-20", ObligationKind::kReviewerSignature), Status::kOverdue);
  office.On("2026-10-26").ClosedUnsigned();
  EXPECT_EQ(office.StatusOn("2026-10-26", ObligationKind::kRevieweeSignature), Status::kMet);
  EXPECT_EQ(office.StatusOn("2026-10-26", ObligationKind::kReviewerSignature), Status::kDischarged);
}

TEST(TheCopies, AreOwedFromTheDayTheRecordIsClosed) {
  Office office = MeetingAtOak();
  office.On("2026-10-05").Draft().Final().SignedByReviewee();
  for (const auto& [key, card] : office.cards.rows) {
    EXPECT_EQ(key.find("/08/"), std::string::npos) << "no copy is owed yet: " << key;
  }
  office.On("2026-10-07").SignedByReviewer().CopyIssued();
  EXPECT_EQ(office.StatusOn("2026-10-07", ObligationKind::kCopy), Status::kMet);
  EXPECT_EQ(office.StatusOn("2026-10-07", ObligationKind::kOriginal), Status::kPending);
  EXPECT_EQ(office.Card(ObligationKind::kOriginal).starts_on(), "2026-10-07");
  EXPECT_EQ(office.Card(ObligationKind::kAnnexCopy).owed_by_id(), "rui");
}

TEST(WhatWasDischarged, StaysAsItWasWhenACopyFollows) {
  Office office = MeetingAtOak();
  office.On("2026-10-05").Draft().Final().ClosedUnsigned();
  EXPECT_EQ(office.DueOn(ObligationKind::kReviewerSignature), "2026-10-13");
  office.BankHoliday("2026-10-12").CopyIssued();
  EXPECT_EQ(office.DueOn(ObligationKind::kReviewerSignature), "2026-10-13");
}

TEST(Preparing, WritesNoCardOfAnObligation) {
  Office office = MeetingAtOak();
  office.cards.ForgetCounts();
  office.PackIssued();
  EXPECT_EQ(office.cards.writes, 1u);
  EXPECT_EQ(office.cards.scans, 0u);
  office.cards.ForgetCounts();
  office.ThoughtsShared();
  EXPECT_EQ(office.cards.gets + office.cards.scans + office.cards.writes, 0u);
}

TEST(AClosedPlan, StaysAsItWasWhenItClosed) {
  Office office = MeetingAtOak();
  office.Withdrawn();
  const auto before = office.cards.rows;
  office.BankHoliday("2026-10-05").HeadLeaves("oak", "hana").Away("rui", 1, "2026-10-01");
  for (const auto& [key, card] : before) {
    if (key.substr(0, 2) == "o/" || key.substr(0, 2) == "i/") {
      EXPECT_EQ(office.cards.rows[key], card) << key;
    }
  }
}

TEST(AChangeRequest, IsAnObligationOfItsOwnUntilItIsAnswered) {
  Office office = MeetingAtOak();
  office.On("2026-10-05").Draft().Wish(1).Wish(2).On("2026-10-07").Declined(1);
  EXPECT_EQ(office.StatusOn("2026-10-07", ObligationKind::kChangeRequestAnswer, 1), Status::kMet);
  EXPECT_EQ(office.StatusOn("2026-10-07", ObligationKind::kChangeRequestAnswer, 2),
            Status::kPending);
  EXPECT_EQ(office.Card(ObligationKind::kChangeRequestAnswer, 2).owed_by_id(), "rui");
}

TEST(AComment, CostsOneGetIfItsPlanIsNotRememberedAndWritesNothing) {
  Office office = MeetingAtOak();
  office.On("2026-10-05").Draft();
  office.cards.ForgetCounts();
  office.Comment();
  EXPECT_EQ(office.cards.gets, 0u);
  office.cards.TakeMemory();
  office.Comment();
  office.Comment();
  EXPECT_EQ(office.cards.gets, 1u);
  EXPECT_EQ(office.cards.scans, 0u);
  EXPECT_EQ(office.cards.writes, 0u);
}

TEST(AComment, OpensAFinalRecordAgainAndTakesTheSignatures) {
  Office office = MeetingAtOak();
  office.On("2026-10-05").Draft().Final().SignedByReviewee();
  EXPECT_EQ(office.StatusOn("2026-10-05", ObligationKind::kRevieweeSignature), Status::kMet);
  office.Comment();
  EXPECT_EQ(office.StatusOn("2026-10-14", ObligationKind::kRevieweeSignature), Status::kOverdue);
  // The record was there in time once; that it is opened again does not make it late.
  EXPECT_EQ(office.StatusOn("2026-10-14", ObligationKind::kFinalAvailable), Status::kMet);
}

TEST(AFactThatMovesNothing, WritesOnlyItsOwnCard) {
  Office office = MeetingAtOak();
  office.cards.ForgetCounts();
  office.Away("rui", 1, "2027-06-01", "2027-06-30");
  EXPECT_EQ(office.cards.writes, 1u);
}

TEST(ANewName, TouchesNoCard) {
  Office office = MeetingAtOak();
  office.cards.ForgetCounts();
  office.Renamed("rui", "Rui Costa");
  EXPECT_EQ(office.cards.gets + office.cards.scans + office.cards.writes, 0u);
}

TEST(AnEventOfUnknownKind, IsAnError) {
  Office office = MeetingAtOak();
  v1::Event event;
  EXPECT_TRUE(absl::IsDataLoss(office.Try("plan-1", event)));
  event.mutable_plan();
  EXPECT_TRUE(absl::IsDataLoss(office.Try("plan-1", event)));
  event.mutable_plan()->mutable_recording();
  EXPECT_TRUE(absl::IsDataLoss(office.Try("plan-1", event)));
  event.mutable_plan()->mutable_signing();
  EXPECT_TRUE(absl::IsDataLoss(office.Try("plan-1", event)));
  event.mutable_person()->mutable_work_facts_changed();
  EXPECT_TRUE(absl::IsDataLoss(office.Try("rui", event)));
  event.mutable_school()->mutable_roles();
  EXPECT_TRUE(absl::IsDataLoss(office.Try("oak", event)));
  event.mutable_trust()->mutable_calendar();
  EXPECT_TRUE(absl::IsDataLoss(office.Try(rules::kTrustId, event)));
}

TEST(APlanThatWasNeverOpened, IsAnError) {
  v1::Event event;
  event.mutable_plan()->mutable_reviewer()->mutable_reviewer_assigned()->set_reviewer_id("rui");
  EXPECT_TRUE(absl::IsDataLoss(Office().Try("plan-9", event)));
}

TEST(EventsAboutReadersAndTheJournal, ChangeNoCard) {
  Office office = MeetingAtOak();
  office.cards.ForgetCounts();
  v1::Event event;
  event.mutable_access()->mutable_plan_shown();
  office.Happens("plan-1", event);
  event.mutable_caller()->mutable_access_denied()->set_action("GetPlan");
  office.Happens("rui", event);
  event.mutable_journal()->mutable_software_started();
  office.Happens("journal", event);
  EXPECT_EQ(office.cards.gets + office.cards.scans + office.cards.writes, 0u);
}

}  // namespace
}  // namespace countersign::projections
