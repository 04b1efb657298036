// What is owed, by whom, by when: each row of the table, open, met, met late, waived, discharged,
// suspended.
// Rows whose due date is found by counting days move with the facts as long as they are open.
//
// The meeting is on Tuesday 29 September 2026. Ben, the reviewer, works every weekday: his draft is
// due on 6 October. Amina works Monday to Thursday: the final record and both signatures are due on
// 15 October.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/london.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

constexpr ObligationKind kNotice = ObligationKind::kNotice;
constexpr ObligationKind kDraft = ObligationKind::kDraft;
constexpr ObligationKind kFinal = ObligationKind::kFinalAvailable;
constexpr ObligationKind kBenSigns = ObligationKind::kReviewerSignature;
constexpr ObligationKind kAminaSigns = ObligationKind::kRevieweeSignature;
constexpr ObligationKind kReviewer = ObligationKind::kReviewerAssigned;
constexpr ObligationKind kAnswer = ObligationKind::kChangeRequestAnswer;
constexpr ObligationKind kCopy = ObligationKind::kCopy;
constexpr ObligationKind kOriginal = ObligationKind::kOriginal;
constexpr ObligationKind kAnnexCopy = ObligationKind::kAnnexCopy;
constexpr ObligationKind kReplacement = ObligationKind::kReplacementDecision;

// One line of the table: after this, on that day, this is owed and stands like that.
struct Line {
  std::string name;
  std::vector<Past> history;
  std::string day;
  ObligationKind kind;
  std::string due;
  Status status;
  std::string owed_by;
};

class Obligations : public ::testing::TestWithParam<Line> {};

TEST_P(Obligations, StandAsTheTableSays) {
  const Line& line = GetParam();
  Given(line.history).On(line.day).ThenOwes(line.kind, line.due, line.status, line.owed_by);
}

std::vector<Past> Withdrawn(std::vector<Past> history) {
  history.push_back(EnrolmentWithdrawn());
  return history;
}

std::vector<Past> ShortNotice() {
  return AnAssignment() + std::vector{MeetingConfirmed().At("2026-09-24 09:00")};
}

std::vector<Past> AtRest(std::vector<Past> history) {
  history.push_back(PlanSuspended("2026-10-01"));
  return history;
}

std::vector<Past> AsksForAnother() { return AnAssignment() + std::vector{ReplacementRequested()}; }

std::vector<Past> AllGiven() {
  return ASignedRecord() + std::vector{CopyIssued(), OriginalLodged(), AnnexCopyIssued()};
}

// R24, R33, R71, R72, R73, R74.
INSTANTIATE_TEST_SUITE_P(
    TheTable, Obligations,
    ::testing::Values(
        // R24: the reviewer, owed by the head; without a date nothing is late.
        Line{"ReviewerOpen", AnEnrolment(), "2026-12-01", kReviewer, "", Status::kPending, kHelen},
        Line{"ReviewerMet", AnAssignment(), "2026-12-01", kReviewer, "", Status::kMet, kHelen},
        Line{"ReviewerDischarged", Withdrawn(AnEnrolment()), "2026-12-01", kReviewer, "",
             Status::kDischarged, kOlive},
        // R33: the notice.
        Line{"NoticeNotStarted", AnEnrolment(), "2026-09-04", kNotice, "", Status::kNotStarted, ""},
        Line{"NoticeOpen", AnAssignment(), "2026-09-08", kNotice, "", Status::kPending, kBen},
        Line{"NoticeMet", AConfirmedMeeting(), "2026-09-16", kNotice, "2026-09-21", Status::kMet,
             kBen},
        Line{"NoticeMissed", ShortNotice(), "2026-09-24", kNotice, "2026-09-21", Status::kMetLate,
             kBen},
        Line{"NoticeWaived", ShortNotice() + std::vector{NoticeWaived()}, "2026-09-24", kNotice,
             "2026-09-21", Status::kWaived, kBen},
        Line{"NoticeDischarged", Withdrawn(AnAssignment()), "2026-09-24", kNotice, "",
             Status::kDischarged, kBen},
        Line{"NoticeMetStaysMet", Withdrawn(AConfirmedMeeting()), "2026-09-24", kNotice,
             "2026-09-21", Status::kMet, kBen},
        // R71: the draft.
        Line{"DraftNotStarted", AConfirmedMeeting(), "2026-09-28", kDraft, "2026-10-06",
             Status::kNotStarted, kBen},
        Line{"DraftPending", AHeldMeeting(), "2026-10-01", kDraft, "2026-10-06", Status::kPending,
             kBen},
        Line{"DraftDueSoon", AHeldMeeting(), "2026-10-02", kDraft, "2026-10-06", Status::kDueSoon,
             kBen},
        Line{"DraftDueToday", AHeldMeeting(), "2026-10-06", kDraft, "2026-10-06", Status::kDueSoon,
             kBen},
        Line{"DraftOverdue", AHeldMeeting(), "2026-10-07", kDraft, "2026-10-06", Status::kOverdue,
             kBen},
        Line{"DraftMet", ADraft(), "2026-12-01", kDraft, "2026-10-06", Status::kMet, kBen},
        Line{"DraftMetLate", AHeldMeeting() + std::vector{DraftIssued().At("2026-10-07 08:00")},
             "2026-12-01", kDraft, "2026-10-06", Status::kMetLate, kBen},
        Line{"DraftDischarged", Withdrawn(AHeldMeeting()), "2026-12-01", kDraft, "2026-10-06",
             Status::kDischarged, kBen},
        Line{"DraftMetStaysMet", Withdrawn(ADraft()), "2026-12-01", kDraft, "2026-10-06",
             Status::kMet, kBen},
        // R73: the final record.
        Line{"FinalNotStarted", AConfirmedMeeting(), "2026-09-28", kFinal, "2026-10-15",
             Status::kNotStarted, kBen},
        Line{"FinalPending", ADraft(), "2026-10-12", kFinal, "2026-10-15", Status::kPending, kBen},
        Line{"FinalDueSoon", ADraft(), "2026-10-13", kFinal, "2026-10-15", Status::kDueSoon, kBen},
        Line{"FinalOverdue", ADraft(), "2026-10-16", kFinal, "2026-10-15", Status::kOverdue, kBen},
        Line{"FinalMet", AFinalRecord(), "2026-12-01", kFinal, "2026-10-15", Status::kMet, kBen},
        Line{"FinalMetLate", ADraft() + std::vector{RecordFinalised().At("2026-10-16 00:00")},
             "2026-12-01", kFinal, "2026-10-15", Status::kMetLate, kBen},
        Line{"FinalDischarged", Withdrawn(ADraft()), "2026-12-01", kFinal, "2026-10-15",
             Status::kDischarged, kBen},
        // R74: the signatures, one each.
        Line{"BenSignsNotStarted", AConfirmedMeeting(), "2026-09-28", kBenSigns, "2026-10-15",
             Status::kNotStarted, kBen},
        Line{"BenSignsOverdue", AFinalRecord(), "2026-10-16", kBenSigns, "2026-10-15",
             Status::kOverdue, kBen},
        Line{"BenSignsMet", AFinalRecord() + std::vector{Signed(kBen)}, "2026-12-01", kBenSigns,
             "2026-10-15", Status::kMet, kBen},
        Line{"AminaSignsPending", AFinalRecord(), "2026-10-12", kAminaSigns, "2026-10-15",
             Status::kPending, kAmina},
        Line{"AminaSignsDueSoon", AFinalRecord(), "2026-10-13", kAminaSigns, "2026-10-15",
             Status::kDueSoon, kAmina},
        Line{"AminaSignsOverdue", AFinalRecord(), "2026-10-16", kAminaSigns, "2026-10-15",
             Status::kOverdue, kAmina},
        Line{"AminaSignsMet", ASignedRecord(), "2026-12-01", kAminaSigns, "2026-10-15",
             Status::kMet, kAmina},
        Line{"AminaSignsMetLate",
             AFinalRecord() + std::vector{Signed(kAmina).At("2026-10-16 00:00")}, "2026-12-01",
             kAminaSigns, "2026-10-15", Status::kMetLate, kAmina},
        Line{"AminaSignsDischarged", Withdrawn(AFinalRecord()), "2026-12-01", kAminaSigns,
             "2026-10-15", Status::kDischarged, kAmina},
        // R72: an answer to each request for change, without a date.
        Line{"AnswerOpen", ADraft() + std::vector{ChangesRequested()}, "2026-12-01", kAnswer, "",
             Status::kPending, kBen},
        Line{"AnswerRevised", ADraft() + std::vector{ChangesRequested(), DraftRevised()},
             "2026-12-01", kAnswer, "", Status::kMet, kBen},
        Line{"AnswerDeclined", ADraft() + std::vector{ChangesRequested(), ChangeDeclined()},
             "2026-12-01", kAnswer, "", Status::kMet, kBen},
        Line{"AnswerDischarged", Withdrawn(ADraft() + std::vector{ChangesRequested()}),
             "2026-12-01", kAnswer, "", Status::kDischarged, kBen}),
    [](const ::testing::TestParamInfo<Line>& line) { return line.param.name; });

// R29, R74 (A04), R75, R76, R77, R78 (A22).
INSTANTIATE_TEST_SUITE_P(
    TheTurns, Obligations,
    ::testing::Values(
        // R29: a decision on each request for another reviewer, owed by the head, without a date.
        Line{"DecisionOpen", AsksForAnother(), "2026-12-01", kReplacement, "", Status::kPending,
             kHelen},
        Line{"DecisionDeclined", AsksForAnother() + std::vector{ReplacementDeclined()},
             "2026-12-01", kReplacement, "", Status::kMet, kHelen},
        Line{"DecisionUpheld",
             AsksForAnother() + std::vector{ReplacementUpheld(), ReviewerReplaced()}, "2026-12-01",
             kReplacement, "", Status::kMet, kHelen},
        Line{"DecisionWhileAtRest", AtRest(AsksForAnother()), "2026-12-01", kReplacement, "",
             Status::kPending, kHelen},
        Line{"DecisionDischargedByWithdrawal", Withdrawn(AsksForAnother()), "2026-12-01",
             kReplacement, "", Status::kDischarged, kOlive},
        Line{"DecisionDischargedBySignatures",
             AFinalRecord() + std::vector{ReplacementRequested(), Signed(kBen), Signed(kAmina)},
             "2026-12-01", kReplacement, "", Status::kDischarged, kAmina},
        Line{"DecisionDischargedByClosing",
             AFinalRecord() + std::vector{ReplacementRequested(), SignatureDeclined(kAmina),
                                          SignatureDeclined(kBen), ClosedUnsigned()},
             "2026-12-01", kReplacement, "", Status::kDischarged, kHelen},
        Line{"DecisionMetStaysMet",
             Withdrawn(AsksForAnother() + std::vector{ReplacementDeclined()}), "2026-12-01",
             kReplacement, "", Status::kMet, kHelen},
        // R74, A04: declining answers what is owed; closing discharges what has no answer.
        Line{"AminaDeclined", AFinalRecord() + std::vector{SignatureDeclined(kAmina)}, "2026-12-01",
             kAminaSigns, "2026-10-15", Status::kMet, kAmina},
        Line{"AminaDeclinedLate",
             AFinalRecord() + std::vector{SignatureDeclined(kAmina).At("2026-10-16 00:00")},
             "2026-12-01", kAminaSigns, "2026-10-15", Status::kMetLate, kAmina},
        Line{"BenDeclined", AFinalRecord() + std::vector{SignatureDeclined(kBen)}, "2026-12-01",
             kBenSigns, "2026-10-15", Status::kMet, kBen},
        Line{"BenStillOwesHis", AFinalRecord() + std::vector{SignatureDeclined(kAmina)},
             "2026-10-16", kBenSigns, "2026-10-15", Status::kOverdue, kBen},
        Line{"AminaSilentWhenClosed",
             AFinalRecord() + std::vector{Signed(kBen), ClosedUnsigned().At("2026-11-03 09:00")},
             "2026-12-01", kAminaSigns, "2026-10-15", Status::kDischarged, kAmina},
        Line{"AminaDeclinedBeforeItWasClosed", AClosedRecord(), "2026-12-01", kAminaSigns,
             "2026-10-15", Status::kMet, kAmina},
        Line{"FinalStaysMetWhenClosed", AClosedRecord(), "2026-12-01", kFinal, "2026-10-15",
             Status::kMet, kBen},
        // R75: the reviewee's copy.
        Line{"CopyNotStarted", AFinalRecord(), "2026-12-01", kCopy, "", Status::kNotStarted, kBen},
        Line{"CopyOpen", ASignedRecord(), "2027-12-01", kCopy, "", Status::kPending, kBen},
        Line{"CopyOpenWhenClosed", AClosedRecord(), "2027-12-01", kCopy, "", Status::kPending,
             kBen},
        Line{"CopyMet", ASignedRecord() + std::vector{CopyIssued()}, "2027-12-01", kCopy, "",
             Status::kMet, kBen},
        Line{"CopyDischarged", Withdrawn(AnAssignment()), "2026-12-01", kCopy, "",
             Status::kDischarged, kBen},
        // R76: the original.
        Line{"OriginalNotStarted", AFinalRecord(), "2026-12-01", kOriginal, "", Status::kNotStarted,
             kBen},
        Line{"OriginalOpen", ASignedRecord() + std::vector{CopyIssued(), AnnexCopyIssued()},
             "2027-12-01", kOriginal, "", Status::kPending, kBen},
        Line{"OriginalMet", AllGiven(), "2027-12-01", kOriginal, "", Status::kMet, kBen},
        Line{"OriginalDischarged", Withdrawn(AnAssignment()), "2026-12-01", kOriginal, "",
             Status::kDischarged, kBen},
        // R77: the annex.
        Line{"AnnexNotStarted", AFinalRecord(), "2026-12-01", kAnnexCopy, "", Status::kNotStarted,
             kBen},
        Line{"AnnexOpen", ASignedRecord() + std::vector{CopyIssued(), OriginalLodged()},
             "2027-12-01", kAnnexCopy, "", Status::kPending, kBen},
        Line{"AnnexMet", AllGiven(), "2027-12-01", kAnnexCopy, "", Status::kMet, kBen},
        Line{"AnnexDischarged", Withdrawn(AnAssignment()), "2026-12-01", kAnnexCopy, "",
             Status::kDischarged, kBen},
        // R78, A22: while the plan rests nothing has a date; what is owed without one is owed
        // still.
        Line{"DraftAtRest", AtRest(AHeldMeeting()), "2026-12-01", kDraft, "", Status::kSuspended,
             kBen},
        Line{"FinalAtRest", AtRest(AHeldMeeting()), "2026-12-01", kFinal, "", Status::kSuspended,
             kBen},
        Line{"SignatureAtRest", AtRest(AHeldMeeting()), "2026-12-01", kAminaSigns, "",
             Status::kSuspended, kAmina},
        Line{"ReviewerAtRest", AtRest(AnEnrolment()), "2026-12-01", kReviewer, "", Status::kPending,
             kHelen},
        Line{"NoticeMetBeforeTheRest", AtRest(AConfirmedMeeting()), "2026-12-01", kNotice,
             "2026-09-21", Status::kMet, kBen},
        Line{"DraftAtRestAndTakenBack", Withdrawn(AtRest(AHeldMeeting())), "2026-12-01", kDraft, "",
             Status::kDischarged, kBen}),
    [](const ::testing::TestParamInfo<Line>& line) { return line.param.name; });

// The obligations of a plan, found from what another world knows.
std::vector<Obligation> ObligationsKnown(const Scenario& plan, const Scenario& known) {
  const v1::PlanProgress& progress = plan.plan().progress;
  const auto found =
      ObligationsOf(progress, InputsIn(known.world(), progress), London(), Detail::kWithWorking);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.value_or(std::vector<Obligation>());
}

Status DraftStatusKnown(const Scenario& plan, const Scenario& known, absl::string_view day) {
  const v1::PlanProgress& progress = plan.plan().progress;
  for (const Obligation& owed : ObligationsKnown(plan, known)) {
    if (owed.kind != kDraft) continue;
    return StatusOn(On(day), owed, progress, InputsIn(known.world(), progress), London())
        .value_or(Status::kNotStarted);
  }
  return Status::kNotStarted;
}

// R71: an overdue obligation is open, and its date still moves with its inputs.
TEST(ObligationsMove, AnAbsenceRecordedLaterMovesWhatIsOverdue) {
  const Scenario overdue = Given(AHeldMeeting()).On("2026-10-08");
  overdue.ThenOwes(kDraft, "2026-10-06", Status::kOverdue);
  overdue.Knowing({AbsenceRecorded(kBen, "2026-10-01", "2026-10-06")})
      .ThenOwes(kDraft, "2026-10-12", Status::kDueSoon)
      .On("2026-10-07")
      .ThenOwes(kDraft, "2026-10-12", Status::kPending);
}

// R78: what was met is judged by what was known then; who asks hands in what was known.
TEST(ObligationsMove, WhatWasMetIsJudgedByTheInputsThatAreHandedIn) {
  const Scenario as_known_then = Given(AHeldMeeting())
                                     .Knowing({AbsenceRecorded(kBen, "2026-09-30", "2026-10-02")})
                                     .And({DraftIssued().At("2026-10-08 12:00")});
  const Scenario as_known_now = as_known_then.Knowing({AbsenceWithdrawn(kBen)});
  EXPECT_EQ(DraftStatusKnown(as_known_now, as_known_then, "2026-12-01"), Status::kMet);
  EXPECT_EQ(DraftStatusKnown(as_known_now, as_known_now, "2026-12-01"), Status::kMetLate);
}

// R72: each request is answered for itself.
TEST(ObligationsMove, EachRequestForChangeIsOwedAnAnswerOfItsOwn) {
  const Scenario two = Given(ADraft()).And(
      {ChangesRequested(1), ChangesRequested(2, "Annex", "A mentor"), ChangeDeclined(2)});
  std::vector<std::pair<uint32_t, bool>> answers;
  for (const Obligation& owed : ObligationsKnown(two, two)) {
    if (owed.kind == kAnswer) answers.emplace_back(owed.change, Happened(owed.met));
  }
  EXPECT_THAT(answers, ::testing::UnorderedElementsAre(std::pair(1u, false), std::pair(2u, true)));
  Given(ADraft()).ThenOwesNo(kAnswer);
}

// R29: each request for another reviewer is decided for itself.
TEST(ObligationsMove, EachRequestForAnotherReviewerIsOwedADecisionOfItsOwn) {
  const Scenario two = Given(AsksForAnother() +
                             std::vector{ReplacementDeclined(), ReplacementRequested(2, "Again")});
  std::vector<std::pair<uint32_t, bool>> decisions;
  for (const Obligation& owed : ObligationsKnown(two, two)) {
    if (owed.kind == kReplacement) decisions.emplace_back(owed.replacement, Happened(owed.met));
  }
  EXPECT_THAT(decisions,
              ::testing::UnorderedElementsAre(std::pair(1u, true), std::pair(2u, false)));
}

// R24, A11: what the head owes is owed by the office; who holds it is for the day of asking to say.
TEST(ObligationsMove, WhatTheHeadOwesNamesNobodyUntilItIsSettled) {
  const Scenario asked = Given(AsksForAnother());
  std::set<ObligationKind> of_the_head;
  for (const Obligation& owed : ObligationsKnown(asked, asked)) {
    if (!owed.owed_by_head) continue;
    of_the_head.insert(owed.kind);
    EXPECT_EQ(owed.owed_by_id, Happened(owed.met) ? kHelen : "") << NameOf(owed.kind);
    EXPECT_FALSE(owed.has_deadline) << NameOf(owed.kind);
  }
  EXPECT_THAT(of_the_head, ::testing::UnorderedElementsAre(kReviewer, kReplacement));
}

// R71, R73: every due date comes with its working, a line for each day.
TEST(ObligationsMove, EveryDueDateExplainsItself) {
  const Scenario held = Given(AHeldMeeting());
  std::set<ObligationKind> explained;
  for (const Obligation& owed : ObligationsKnown(held, held)) {
    if (!owed.has_deadline) continue;
    explained.insert(owed.kind);
    ASSERT_FALSE(owed.due.days.empty()) << NameOf(owed.kind);
    EXPECT_EQ(owed.due.days.back().day, *owed.due.due_on + (owed.kind == kNotice ? 1 : 0))
        << NameOf(owed.kind);
  }
  EXPECT_THAT(explained,
              ::testing::UnorderedElementsAre(kNotice, kDraft, kFinal, kBenSigns, kAminaSigns));
}

// R33, R71: a change of the clocks does not make a day shorter. They went back on 25 October 2026.
TEST(ObligationsMove, TheLastSecondOfTheDayIsInTimeInWinterToo) {
  const std::vector<Past> autumn =
      AnAssignment() +
      std::vector{MeetingConfirmed("2026-10-16"), MeetingHeld("2026-10-16").At("2026-10-16 16:00")};
  Given(autumn + std::vector{DraftIssued().At("2026-10-23 23:59")})
      .ThenOwes(kDraft, "2026-10-23", Status::kMet);
  const std::vector<Past> winter =
      AnAssignment() +
      std::vector{MeetingConfirmed("2026-11-03"), MeetingHeld("2026-11-03").At("2026-11-03 16:00")};
  Given(winter + std::vector{DraftIssued().At("2026-11-10 23:59")})
      .ThenOwes(kDraft, "2026-11-10", Status::kMet);
  Given(winter + std::vector{DraftIssued().At("2026-11-11 00:00")})
      .ThenOwes(kDraft, "2026-11-10", Status::kMetLate);
}

// R71: the moment that counts is when the journal recorded it, not what somebody says.
TEST(ObligationsMove, AMeetingRecordedLateLeavesTheDeadlineWhereItWas) {
  Given(AConfirmedMeeting())
      .And({MeetingHeld().At("2026-10-20 09:00")})
      .ThenOwes(kDraft, "2026-10-06", Status::kOverdue);
}

// Every kind has a name of its own, and stands in the table above.
TEST(ObligationsMove, EveryKindHasANameOfItsOwn) {
  std::set<std::string> names;
  for (const ObligationKind kind : AllObligationKinds()) names.insert(std::string(NameOf(kind)));
  EXPECT_THAT(names, ::testing::UnorderedElementsAre(
                         "notice", "draft", "final_available", "reviewer_signature",
                         "reviewee_signature", "reviewer_assigned", "change_request_answer", "copy",
                         "original", "annex_copy", "replacement_decision"));
}

}  // namespace
}  // namespace countersign::rules
