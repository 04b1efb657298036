// Chapter: recording plans and reviews. "The reviewer should provide a draft within five working
// days and the reviewee may request changes and make written comments on the draft. A final record
// should be available ten working days after the meeting and this should be signed by both
// parties." And where both need more time, the head gives it.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/london.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

using Change = std::function<void(Forms&)>;

// A draft from which something was left out.
Forms Without(const Change& change) {
  Forms forms = CompleteForms();
  change(forms);
  return forms;
}

Scenario WithDraft(const Forms& forms) {
  return Given(AHeldMeeting()).And({DraftIssued(RecordOf(WithHeader(forms)))});
}

Scenario WithChangeRequested() { return Given(ADraft()).And({ChangesRequested()}); }

// R71: "The reviewer should provide a draft within five working days."
TEST(RecordingPlansAndReviews, ADraftIsDueWithinFiveWorkingDays) {
  Given(AHeldMeeting())
      .When(IssueDraft())
      .At("2026-10-06 23:59")
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kMet, kBen);
}

// R71: late is recorded, never blocked.
TEST(RecordingPlansAndReviews, ALateDraftIsIssuedAndShownAsLate) {
  Given(AHeldMeeting())
      .When(IssueDraft())
      .At("2026-10-07 00:00")
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kMetLate, kBen);
}

// R71: what the reviewee gets is what the reviewer wrote, with the names as they stand.
TEST(RecordingPlansAndReviews, ADraftCarriesTheFormsWithTheirHeader) {
  Given(AHeldMeeting()).When(IssueDraft()).Then({DraftIssued()});
}

// R71: a header cannot be made up by whoever writes the draft.
TEST(RecordingPlansAndReviews, TheHeaderOfADraftIsNotTheWritersToFillIn) {
  Given(AHeldMeeting())
      .When(IssueDraft(WithHeader(CompleteForms(), "2020-01-01", "Somebody Else")))
      .Then({DraftIssued()});
}

TEST(RecordingPlansAndReviews, TheHeaderShowsTheDayTheMeetingWasHeldAndTodaysJobTitle) {
  Forms forms = WithHeader(CompleteForms(), "2026-09-30");
  forms.plan.mutable_header()->set_job_title("Higher level teaching assistant");
  Given(AConfirmedMeeting())
      .And({MeetingHeld("2026-09-30").At("2026-09-30 16:00"),
            PostChanged(kAmina, "Higher level teaching assistant")})
      .When(IssueDraft())
      .Then({DraftIssued(RecordOf(forms))});
}

// R68, R71: the draft is of what was discussed, so there was a meeting.
TEST(RecordingPlansAndReviews, ThereIsNoDraftBeforeTheMeeting) {
  for (const std::vector<Past>& history : {AnEnrolment(), AnAssignment(), AConfirmedMeeting()}) {
    SCOPED_TRACE(history.size());
    Given(history).When(IssueDraft()).ThenRefused(v1::MEETING_NOT_HELD, "R68").Saying("held");
  }
}

TEST(RecordingPlansAndReviews, ASecondFirstDraftIsARevision) {
  Given(ADraft())
      .When(IssueDraft(RevisedForms()))
      .ThenRefused(v1::DRAFT_ALREADY_ISSUED, "R72")
      .Saying("evise");
}

TEST(RecordingPlansAndReviews, TheSameDraftAgainIsAlreadySo) {
  Given(ADraft()).When(IssueDraft()).ThenAlreadySo();
}

// R43: an unfinished draft can be talked about.
TEST(RecordingPlansAndReviews, AnIncompleteDraftIsIssued) {
  Given(AHeldMeeting())
      .When(IssueDraft(Forms()))
      .Then({DraftIssued(RecordOf(WithHeader(Forms())))});
}

// R72: "the reviewee may request changes".
TEST(RecordingPlansAndReviews, TheRevieweeMayRequestChanges) {
  Given(ADraft())
      .When(RequestChanges("Objective 1", "Name Carol as a partner"))
      .By(kAmina)
      .Then({ChangesRequested(1, "Objective 1", "Name Carol as a partner")})
      .When(RequestChanges("", "Shorter, please"))
      .By(kAmina)
      .Then({ChangesRequested(2, "", "Shorter, please")});
}

// R72: "and make written comments on the draft".
TEST(RecordingPlansAndReviews, TheRevieweeMayCommentOnTheDraft) {
  const std::string verbatim = "  I enjoyed it.\n\nMore \"phonics\", please \xE2\x80\x93 thanks  ";
  Given(ADraft()).When(AddComment(verbatim)).By(kAmina).Then({CommentAdded(verbatim)});
}

// R72: on the draft, so there is one.
TEST(RecordingPlansAndReviews, WhatIsNotIssuedIsNotAnsweredRevisedOrFinalised) {
  for (const Intent& intent :
       {RequestChanges(), AddComment(), ReviseDraft(), DeclineChange(), FinaliseRecord()}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(AHeldMeeting()).When(intent).ThenRefused(v1::DRAFT_NOT_ISSUED, "R71").Saying("draft");
  }
}

// R72: the reviewer answers with another draft, which answers every open request unless it says
// which.
TEST(RecordingPlansAndReviews, ARevisedDraftAnswersTheRequestsForChange) {
  WithChangeRequested().When(ReviseDraft()).Then({DraftRevised(2, RevisedRecord(), {1})});
  const Scenario two = WithChangeRequested().And({ChangesRequested(2, "Annex", "A mentor")});
  two.When(ReviseDraft()).Then({DraftRevised(2, RevisedRecord(), {1, 2})});
  two.When(ReviseDraft(RevisedForms(), {2}))
      .Then({DraftRevised(2, RevisedRecord(), {2})})
      .When(FinaliseRecord())
      .ThenRefused(v1::CHANGE_REQUEST_OPEN, "R72")
      .With("changes", "1");
}

// R72: a draft may be improved without being asked.
TEST(RecordingPlansAndReviews, ADraftIsRevisedWithoutARequestToo) {
  Given(ADraft())
      .When(ReviseDraft())
      .Then({DraftRevised(2, RevisedRecord(), {})})
      .When(ReviseDraft(CompleteForms()))
      .Then({DraftRevised(3, CompleteRecord(), {})});
}

TEST(RecordingPlansAndReviews, TheSameDraftRevisedIntoItselfIsAlreadySo) {
  Given(ADraft()).When(ReviseDraft(CompleteForms())).ThenAlreadySo();
}

// R72: an unchanged draft is no answer; declining takes a reason.
TEST(RecordingPlansAndReviews, AnUnchangedDraftAnswersNoRequest) {
  WithChangeRequested()
      .When(ReviseDraft(CompleteForms()))
      .ThenRefused(v1::DRAFT_UNCHANGED, "R72")
      .Saying("reason");
}

// R70: the record bears the day of the meeting, so a day that was corrected asks for another draft.
TEST(RecordingPlansAndReviews, ACorrectedDayOfTheMeetingOpensTheRecordUntilADraftBearsIt) {
  const Scenario corrected = Given(AFinalRecord()).And({MeetingCorrected("2026-09-28")});
  corrected.When(Sign()).By(kAmina).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
  corrected.When(FinaliseRecord()).ThenRefused(v1::RECORD_INCOMPLETE, "R43").Saying("R70");
  const v1::Record redated = RecordOf(WithHeader(CompleteForms(), "2026-09-28"));
  corrected.When(ReviseDraft(CompleteForms())).Then({DraftRevised(2, redated, {})});
  corrected.And({DraftRevised(2, redated, {})}).When(FinaliseRecord()).ThenAllowed();
}

// R72: the day in its header is no change that the reviewee asked for.
TEST(RecordingPlansAndReviews, ADraftThatBearsAnotherDayAloneAnswersNoRequest) {
  const Scenario corrected = WithChangeRequested().And({MeetingCorrected("2026-09-28")});
  corrected.When(ReviseDraft(CompleteForms())).ThenRefused(v1::DRAFT_UNCHANGED, "R72");
  corrected.When(ReviseDraft())
      .Then({DraftRevised(2, RecordOf(WithHeader(RevisedForms(), "2026-09-28")))});
}

// R70: a record is a fair summary, so it stays short enough to be read.
TEST(RecordingPlansAndReviews, ARecordOrCommentsBeyondReadingAreRefused) {
  Given(AHeldMeeting()).When(IssueDraft(LongForms())).ThenRefused(v1::RECORD_TOO_LONG, "R70");
  std::vector<Past> history = ADraft();
  for (int i = 0; i < 249; ++i) history.push_back(CommentAdded(std::string(4'000, 'x')));
  Given(history).When(AddComment("One more")).By(kAmina).ThenAllowed();
  history.push_back(CommentAdded(std::string(4'000, 'x')));
  Given(history).When(AddComment("One more")).By(kAmina).ThenRefused(v1::RECORD_TOO_LONG, "R70");
}

// R73: who opens a final record unasked has not made it available after all.
TEST(RecordingPlansAndReviews, AReviewerWhoOpensAFinalRecordUnaskedOwesItAnew) {
  Given(AFinalRecord())
      .And({DraftRevised(2, RevisedRecord(), {})})
      .On("2026-10-20")
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kOverdue);
}

// R43e: support for an objective that is not there is a slip.
TEST(RecordingPlansAndReviews, SupportForAnObjectiveThatIsNotThereIsNamed) {
  Forms forms = CompleteForms();
  v1::ObjectiveSupport* row = forms.annex.add_objective_support();
  row->set_objective(static_cast<uint32_t>(forms.plan.objectives_size()) + 1);
  row->set_support("A mentor");
  Given(AHeldMeeting())
      .And({DraftIssued(RecordOf(WithHeader(forms)))})
      .When(FinaliseRecord())
      .ThenRefused(v1::RECORD_INCOMPLETE, "R43")
      .Saying("which the plan does not have");
}

TEST(RecordingPlansAndReviews, OnlyRequestsThatWereMadeAreAnswered) {
  WithChangeRequested()
      .When(ReviseDraft(RevisedForms(), {2}))
      .ThenRefused(v1::CHANGE_UNKNOWN, "R72");
  WithChangeRequested().When(DeclineChange(2)).ThenRefused(v1::CHANGE_UNKNOWN, "R72");
  Given(ADraft()).When(DeclineChange(1)).ThenRefused(v1::CHANGE_UNKNOWN, "R72");
  Given(ADraft()).When(DeclineChange(0)).ThenRefused(v1::CHANGE_UNKNOWN, "R72");
}

// R72: a request may be declined, with the reason.
TEST(RecordingPlansAndReviews, ARequestIsDeclinedWithAReason) {
  WithChangeRequested()
      .When(DeclineChange(1, "Carol has left"))
      .Then({ChangeDeclined(1, "Carol has left")})
      .When(FinaliseRecord())
      .ThenAllowed();
}

TEST(RecordingPlansAndReviews, ARequestIsAnsweredOnce) {
  const Scenario answered = WithChangeRequested().And({DraftRevised()});
  answered.When(DeclineChange(1)).ThenRefused(v1::CHANGE_ALREADY_ANSWERED, "R72");
  answered.When(ReviseDraft(CompleteForms(), {1})).ThenRefused(v1::CHANGE_ALREADY_ANSWERED, "R72");
  WithChangeRequested()
      .And({ChangeDeclined(1, "Carol has left")})
      .When(DeclineChange(1, "Another reason"))
      .ThenRefused(v1::CHANGE_ALREADY_ANSWERED, "R72");
}

TEST(RecordingPlansAndReviews, TheSameAnswerAgainIsAlreadySo) {
  WithChangeRequested()
      .And({ChangeDeclined(1, "Carol has left")})
      .When(DeclineChange(1, "Carol has left"))
      .ThenAlreadySo();
}

// R72: what is asked again while it is open is asked once.
TEST(RecordingPlansAndReviews, TheSameRequestWhileItIsOpenIsAlreadySo) {
  WithChangeRequested().When(RequestChanges()).By(kAmina).ThenAlreadySo();
  WithChangeRequested()
      .And({ChangeDeclined()})
      .When(RequestChanges())
      .By(kAmina)
      .Then({ChangesRequested(2)});
}

// R69, R72: "Both parties should agree the content and wording."
TEST(RecordingPlansAndReviews, TheRecordIsNotFinalWhileARequestIsOpen) {
  WithChangeRequested()
      .When(FinaliseRecord())
      .ThenRefused(v1::CHANGE_REQUEST_OPEN, "R72")
      .With("changes", "1");
}

// R73: "A final record should be available ten working days after the meeting." For Amina, who
// does not work on Fridays, that is the 15th; for Ben the 13th: the later one stands (A06).
TEST(RecordingPlansAndReviews, AFinalRecordIsDueTenWorkingDaysAfterTheMeeting) {
  Given(ADraft())
      .When(FinaliseRecord())
      .At("2026-10-15 23:59")
      .Then({RecordFinalised()})
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kMet, kBen);
}

TEST(RecordingPlansAndReviews, ALateFinalRecordIsRecordedAndShownAsLate) {
  Given(ADraft())
      .When(FinaliseRecord())
      .At("2026-10-16 00:00")
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kMetLate, kBen);
}

TEST(RecordingPlansAndReviews, FinalisedAgainIsAlreadySo) {
  Given(AFinalRecord()).When(FinaliseRecord()).ThenAlreadySo();
}

// R70: "a fair summary": what the reviewee wrote is part of the record, verbatim and in order.
TEST(RecordingPlansAndReviews, TheRecordContainsTheRevieweesCommentsVerbatim) {
  const std::string comments =
      CommentsOf({{"First.", "2026-10-07 10:00"}, {"Second.", "2026-10-08 11:00"}});
  Given(ADraft())
      .And({CommentAdded("First.").At("2026-10-07 10:00"),
            CommentAdded("Second.").At("2026-10-08 11:00")})
      .When(FinaliseRecord())
      .Then({RecordFinalised(1, CompleteRecord(), comments)});
}

// R70, A05: with the moment at which the journal recorded them, to the microsecond.
TEST(RecordingPlansAndReviews, ACommentIsKeptWithItsExactMoment) {
  const Past past = CommentAdded("I agree.");
  Recorded recorded;
  recorded.subject_id = past.subject_id;
  recorded.recorded_at_us = 1'791'363'600'000'123;
  recorded.event = past.event;
  const absl::StatusOr<Plan> plan = Evolve(Given(ADraft()).plan(), recorded);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const v1::RevieweeComments comments = plan->comments.Message();
  ASSERT_EQ(comments.comments_size(), 1);
  EXPECT_EQ(comments.comments(0).recorded_at().seconds(), 1'791'363'600);
  EXPECT_EQ(comments.comments(0).recorded_at().nanos(), 123'000);
  EXPECT_EQ(plan->comments.bytes(), comments.ByteSizeLong());
}

// R70: nobody takes a comment out of the record.
TEST(RecordingPlansAndReviews, ACommentSurvivesEveryLaterDraft) {
  const std::string comments = CommentsOf({{"I disagree.", "2026-10-07 10:00"}});
  Given(ADraft())
      .And({CommentAdded("I disagree.").At("2026-10-07 10:00"), ChangesRequested(), DraftRevised()})
      .When(FinaliseRecord())
      .Then({RecordFinalised(2, RevisedRecord(), comments)});
}

// R43, letter by letter: "Plans should cover". A draft without it is issued, but not final.
struct Gap {
  std::string rule;
  std::string words;
  Change leave_out;
};

class EveryPlan : public ::testing::TestWithParam<Gap> {};

TEST_P(EveryPlan, CoversWhatTheGuidanceAsksBeforeItIsFinal) {
  const Forms forms = Without(GetParam().leave_out);
  Given(AHeldMeeting()).When(IssueDraft(forms)).ThenAllowed();
  const Refused refused =
      WithDraft(forms).When(FinaliseRecord()).ThenRefused(v1::RECORD_INCOMPLETE, "R43");
  refused.Saying(GetParam().words);
  refused.With("missing", GetParam().rule);
  const auto missing = refused.refusal().values().find("missing");
  ASSERT_NE(missing, refused.refusal().values().end());
  for (absl::string_view other : {"R43a", "R43b", "R43c", "R43d", "R43e", "R43f", "R43g", "R48"}) {
    if (other == GetParam().rule) continue;
    EXPECT_FALSE(absl::StrContains(missing->second, other)) << missing->second;
  }
}

void RemoveObjectives(Forms& forms) {
  forms.plan.clear_objectives();
  forms.annex.clear_objective_support();
}

INSTANTIATE_TEST_SUITE_P(
    RecordingPlansAndReviews, EveryPlan,
    ::testing::Values(
        // R43a: "objectives for the member of support staff".
        Gap{"R43a", "objective", RemoveObjectives},
        Gap{"R43a", "objective",
            [](Forms& f) { f.plan.mutable_objectives(0)->set_objective(" "); }},
        // R43b: "arrangements for monitoring and observing performance".
        Gap{"R43b", "monitor",
            [](Forms& f) {
              f.plan.clear_observations();
              f.plan.clear_other_evidence();
              f.plan.set_no_other_evidence(true);
            }},
        // R43c: "any other evidence that will be taken into account": a blank is not an answer.
        Gap{"R43c", "evidence", [](Forms& f) { f.plan.clear_other_evidence(); }},
        // R43d: "the performance criteria for each of the objectives".
        Gap{"R43d", "criteria",
            [](Forms& f) { f.plan.mutable_objectives(0)->clear_success_criteria(); }},
        // R43e: "the support that will be provided".
        Gap{"R43e", "support", [](Forms& f) { f.annex.clear_objective_support(); }},
        Gap{"R43e", "support",
            [](Forms& f) { f.annex.mutable_objective_support(0)->clear_support(); }},
        // R43f: "the timescale for the achievement of objectives".
        Gap{"R43f", "objective 1",
            [](Forms& f) { f.plan.mutable_objectives(0)->clear_achieve_by(); }},
        // R43g, R66: "training and development needs and actions".
        Gap{"R43g", "raining",
            [](Forms& f) {
              f.annex.clear_personal_development();
              f.annex.mutable_objective_support(0)->clear_support();
              f.annex.mutable_objective_support(0)->set_none_needed(true);
            }},
        // R48: "milestones toward the objective need to be set in the current cycle".
        Gap{"R48", "milestone",
            [](Forms& f) { f.plan.mutable_objectives(0)->set_achieve_by("2027-09-01"); }},
        Gap{"R48", "milestone",
            [](Forms& f) {
              f.plan.mutable_objectives(0)->set_achieve_by("2028-07-01");
              v1::Milestone* late = f.plan.mutable_objectives(0)->add_milestones();
              late->set_milestone("Halfway");
              late->set_reach_by("2027-09-01");
            }}),
    [](const ::testing::TestParamInfo<Gap>& gap) {
      return absl::StrCat(gap.param.rule, "_", gap.index);
    });

// R43c: "explicit none" is an answer. R43b: other evidence is an arrangement for those who are not
// observed in a classroom. R43e: so is "none needed".
TEST(RecordingPlansAndReviews, AnExplicitNoneIsAnAnswer) {
  WithDraft(Without([](Forms& forms) {
    forms.plan.clear_other_evidence();
    forms.plan.set_no_other_evidence(true);
  }))
      .When(FinaliseRecord())
      .ThenAllowed();
  WithDraft(Without([](Forms& forms) { forms.plan.clear_observations(); }))
      .When(FinaliseRecord())
      .ThenAllowed();
  WithDraft(Without([](Forms& forms) {
    forms.annex.mutable_objective_support(0)->clear_support();
    forms.annex.mutable_objective_support(0)->set_none_needed(true);
  }))
      .When(FinaliseRecord())
      .ThenAllowed();
}

// R43d to R43f: for each of the objectives, not for one of them.
TEST(RecordingPlansAndReviews, EveryObjectiveNeedsItsOwnCriteriaSupportAndTimescale) {
  WithDraft(Without([](Forms& forms) { forms.plan.add_objectives()->set_objective("Lunch club"); }))
      .When(FinaliseRecord())
      .ThenRefused(v1::RECORD_INCOMPLETE, "R43")
      .With("missing", "R43d")
      .With("missing", "R43e")
      .With("missing", "R43f")
      .Saying("objective 2");
}

// R43: everything that is missing is named at once.
TEST(RecordingPlansAndReviews, AnEmptyRecordNamesAllThatIsMissing) {
  const Refused refused =
      WithDraft(Forms()).When(FinaliseRecord()).ThenRefused(v1::RECORD_INCOMPLETE, "R43");
  for (absl::string_view rule : {"R43a", "R43b", "R43c", "R43g"}) refused.With("missing", rule);
}

// R48: an objective may outlast the cycle with a milestone within it.
TEST(RecordingPlansAndReviews, AnObjectiveBeyondTheCycleHasAMilestoneWithinIt) {
  WithDraft(Without([](Forms& forms) {
    forms.plan.mutable_objectives(0)->set_achieve_by("2028-07-01");
    v1::Milestone* milestone = forms.plan.mutable_objectives(0)->add_milestones();
    milestone->set_milestone("Half of the modules");
    milestone->set_reach_by("2027-08-31");
  }))
      .When(FinaliseRecord())
      .ThenAllowed();
}

// R48: the last day of the cycle is within it.
TEST(RecordingPlansAndReviews, AnObjectiveForTheLastDayOfTheCycleNeedsNoMilestone) {
  WithDraft(
      Without([](Forms& forms) { forms.plan.mutable_objectives(0)->set_achieve_by("2027-08-31"); }))
      .When(FinaliseRecord())
      .ThenAllowed();
}

// R72, A05: a comment or a request after the record was final opens it again, and signatures on
// what it was are void.
TEST(RecordingPlansAndReviews, ALaterCommentOpensTheRecordAgain) {
  const Scenario reopened = Given(AFinalRecord())
                                .And({Signed(kBen)})
                                .When(AddComment("One more thing"))
                                .By(kAmina)
                                .Then({CommentAdded("One more thing")});
  EXPECT_EQ(static_cast<int>(StateOf(reopened.plan().progress)),
            static_cast<int>(PlanState::kDraftIssued));
  EXPECT_TRUE(reopened.plan().signatures.empty());
  EXPECT_TRUE(reopened.plan().digest.empty());
  reopened.ThenOwes(ObligationKind::kReviewerSignature, "2026-10-15", Status::kDueSoon, kBen);
  reopened.When(Sign()).By(kAmina).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
}

TEST(RecordingPlansAndReviews, ALaterRequestForChangeOpensTheRecordAgain) {
  const Scenario reopened = Given(AFinalRecord())
                                .And({Signed(kBen)})
                                .When(RequestChanges())
                                .By(kAmina)
                                .Then({ChangesRequested()});
  EXPECT_TRUE(reopened.plan().signatures.empty());
  reopened.When(Sign()).By(kBen).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
  reopened.When(FinaliseRecord()).ThenRefused(v1::CHANGE_REQUEST_OPEN, "R72");
}

TEST(RecordingPlansAndReviews, ALaterRevisionOpensTheRecordAgain) {
  Given(AFinalRecord())
      .And({Signed(kAmina)})
      .When(ReviseDraft())
      .Then({DraftRevised(2, RevisedRecord(), {})})
      .When(FinaliseRecord())
      .Then({RecordFinalised(2, RevisedRecord())})
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-15", Status::kDueSoon, kAmina);
}

// R73: once available on time, a record that is opened again was still available on time.
TEST(RecordingPlansAndReviews, ARecordOpenedAgainWasStillAvailableInTime) {
  Given(AFinalRecord())
      .And({CommentAdded("Late thought").At("2026-10-20 09:00")})
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kMet)
      .When(FinaliseRecord())
      .At("2026-10-21 09:00")
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kMet);
}

// R74: what both have signed changes no more.
TEST(RecordingPlansAndReviews, NothingMoreIsWrittenIntoASignedRecord) {
  for (const Intent& intent : {IssueDraft(), RequestChanges(), AddComment(), ReviseDraft(),
                               DeclineChange(), FinaliseRecord(), CorrectMeeting("2026-09-30")}) {
    SCOPED_TRACE(intent.command.ShortDebugString());
    Given(ASignedRecord()).When(intent).ThenRefused(v1::RECORD_SIGNED, "R74");
  }
}

// R78: "The five and ten day period can be extended for those who do not work every day or are
// absent from work during this period." Where the recorded facts do not say it, the head does.
TEST(MoreTime, IsGivenByTheHeadForThePeriodNamed) {
  for (const v1::ExtensionCause& cause : {ForAbsence(), ForWorkPattern()}) {
    SCOPED_TRACE(cause.ShortDebugString());
    Given(AHeldMeeting())
        .When(ExtendDeadline(TheDraft(), "2026-10-09", cause))
        .By(kHelen)
        .Then({DeadlineExtended(TheDraft(), "2026-10-09", cause)})
        .On("2026-10-01")
        .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kPending)
        .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kPending);
    Given(AHeldMeeting())
        .When(ExtendDeadline(TheFinalRecord(), "2026-10-20", cause))
        .By(kHelen)
        .Then({DeadlineExtended(TheFinalRecord(), "2026-10-20", cause)})
        .On("2026-10-01")
        .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending)
        .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-20", Status::kPending);
  }
}

// A03: signatures are due when the record is.
TEST(MoreTime, ForTheRecordIsMoreTimeToSignIt) {
  Given(AHeldMeeting())
      .And({DeadlineExtended(TheFinalRecord(), "2026-10-20")})
      .ThenOwes(ObligationKind::kReviewerSignature, "2026-10-20", Status::kPending)
      .ThenOwes(ObligationKind::kRevieweeSignature, "2026-10-20", Status::kPending);
}

// R78: nobody writes down more than which of the two causes it was.
TEST(MoreTime, SaysNoMoreThanOneOfTwoCauses) {
  EXPECT_EQ(v1::DeadlineExtended::descriptor()->field_count(), 3);
  for (const google::protobuf::Descriptor* cause :
       {v1::ExtensionCause::NotEveryDay::descriptor(), v1::ExtensionCause::Absence::descriptor()}) {
    EXPECT_EQ(cause->field_count(), 0);
  }
}

// R78: it is the least that is given: what the facts say later may be more.
TEST(MoreTime, NeverMeansLessTime) {
  const Scenario extended =
      Given(AHeldMeeting()).And({DeadlineExtended(TheDraft(), "2026-10-09")}).On("2026-10-01");
  extended.Knowing({AbsenceRecorded(kBen, "2026-10-01", "2026-10-02")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kPending);
  extended.Knowing({AbsenceRecorded(kBen, "2026-10-01", "2026-10-06")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-12", Status::kPending);
}

// R78: a day that the head sets stands where none could be found.
TEST(MoreTime, EndsASuspension) {
  const Scenario away = Given(AHeldMeeting()).Knowing({AbsenceRecorded(kBen, "2026-09-30", "")});
  away.ThenOwes(ObligationKind::kDraft, "", Status::kSuspended);
  away.When(ExtendDeadline(TheDraft(), "2026-10-02"))
      .By(kHelen)
      .On("2026-09-30")
      .ThenOwes(ObligationKind::kDraft, "2026-10-02", Status::kDueSoon)
      .ThenOwes(ObligationKind::kFinalAvailable, "", Status::kSuspended);
}

TEST(MoreTime, IsGivenAgain) {
  const Scenario extended = Given(AHeldMeeting()).And({DeadlineExtended(TheDraft(), "2026-10-09")});
  extended.When(ExtendDeadline(TheDraft(), "2026-10-12"))
      .By(kHelen)
      .Then({DeadlineExtended(TheDraft(), "2026-10-12")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-12", Status::kPending);
  extended.When(ExtendDeadline(TheDraft(), "2026-10-09")).By(kHelen).ThenAlreadySo();
  extended.When(ExtendDeadline(TheDraft(), "2026-10-08"))
      .By(kHelen)
      .ThenRefused(v1::EXTENSION_GIVES_NO_TIME, "R78")
      .With("due_on", "2026-10-09");
}

// R71, R78: what is late stays late, whatever the head gives afterwards.
TEST(MoreTime, IsNotGivenForWhatIsOverdue) {
  const Scenario more = Given(AHeldMeeting()).When(ExtendDeadline(TheDraft(), "2026-10-09"));
  more.By(kHelen).At("2026-10-06 23:59").ThenAllowed();
  more.By(kHelen)
      .At("2026-10-07 00:00")
      .ThenRefused(v1::EXTENSION_TOO_LATE, "R78")
      .Saying("It was due on Tuesday 6 October 2026")
      .With("due_on", "2026-10-06");
  const Scenario again = Given(AHeldMeeting())
                             .And({DeadlineExtended(TheDraft(), "2026-10-09")})
                             .When(ExtendDeadline(TheDraft(), "2026-10-16"))
                             .By(kHelen);
  again.At("2026-10-09 23:59").ThenAllowed();
  again.At("2026-10-10 00:00")
      .ThenRefused(v1::EXTENSION_TOO_LATE, "R78")
      .With("due_on", "2026-10-09");
  again.When(ExtendDeadline(TheDraft(), "2026-10-09"))
      .By(kHelen)
      .At("2026-10-10 00:00")
      .ThenAlreadySo();
}

// R78: who was away has it recorded, and the date moves by itself; then there is time to extend.
TEST(MoreTime, FollowsARecordedAbsenceWhereItIsTooLate) {
  const Scenario away =
      Given(AHeldMeeting()).Knowing({AbsenceRecorded(kBen, "2026-10-01", "2026-10-05")});
  away.On("2026-10-08").ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kDueSoon);
  away.When(ExtendDeadline(TheDraft(), "2026-10-12"))
      .By(kHelen)
      .At("2026-10-08 09:00")
      .ThenOwes(ObligationKind::kDraft, "2026-10-12", Status::kDueSoon);
}

// R78: a day that has passed takes time where no day stood.
TEST(MoreTime, IsNeverADayThatHasPassed) {
  const Scenario away = Given(AHeldMeeting())
                            .Knowing({AbsenceRecorded(kBen, "2026-09-30", "")})
                            .At("2026-10-08 09:00")
                            .By(kHelen);
  away.When(ExtendDeadline(TheDraft(), "2026-10-07"))
      .ThenRefused(v1::EXTENSION_GIVES_NO_TIME, "R78")
      .Saying("Give a day to come");
  away.When(ExtendDeadline(TheDraft(), "2026-10-08")).ThenAllowed();
}

// A22, R78: nobody can do anything in a plan that rests, so what was to come has no day, the head's
// neither; what was late when the rest began stays late.
TEST(MoreTime, GivesNoDayWhileThePlanRests) {
  const Scenario extended = Given(AHeldMeeting()).And({DeadlineExtended(TheDraft(), "2026-10-09")});
  for (absl::string_view rests_from : {"2026-10-01", "2026-10-07", "2026-10-09"}) {
    SCOPED_TRACE(rests_from);
    extended.And({PlanSuspended(rests_from)})
        .On("2026-10-12")
        .ThenOwes(ObligationKind::kDraft, "", Status::kSuspended);
  }
  extended.And({PlanSuspended("2026-10-10")})
      .On("2026-10-12")
      .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kOverdue);
}

// As above, where no day was in sight, or one later than the head's, when the rest began.
TEST(MoreTime, GivesNoDayWhileThePlanRestsWhateverElseMovesIt) {
  const Scenario away = Given(AHeldMeeting())
                            .Knowing({AbsenceRecorded(kBen, "2026-09-30", "")})
                            .And({DeadlineExtended(TheDraft(), "2026-10-09")});
  away.And({PlanSuspended("2026-10-07")})
      .On("2026-10-08")
      .ThenOwes(ObligationKind::kDraft, "", Status::kSuspended);
  away.And({PlanSuspended("2026-10-12")})
      .On("2026-10-12")
      .ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kOverdue);
  // Counted to the 16th by now.
  Given(AHeldMeeting())
      .And({DeadlineExtended(TheDraft(), "2026-10-09")})
      .Knowing({AbsenceRecorded(kBen, "2026-10-01", "2026-10-12")})
      .And({PlanSuspended("2026-10-12")})
      .On("2026-10-12")
      .ThenOwes(ObligationKind::kDraft, "", Status::kSuspended);
}

// A22, R78: after the rest the head's day is again the least that is given.
TEST(MoreTime, StandsAgainAfterARest) {
  const Scenario extended = Given(AHeldMeeting())
                                .And({DeadlineExtended(TheDraft(), "2026-10-09"),
                                      PlanSuspended("2026-10-01"), PlanResumed("2026-10-02")});
  extended.On("2026-10-02").ThenOwes(ObligationKind::kDraft, "2026-10-09", Status::kPending);
}

// R78: an extension is later than what it extends.
TEST(MoreTime, IsMoreThanThereIs) {
  for (absl::string_view day : {"2026-09-30", "2026-10-05", "2026-10-06"}) {
    SCOPED_TRACE(day);
    Given(AHeldMeeting())
        .When(ExtendDeadline(TheDraft(), day))
        .By(kHelen)
        .ThenRefused(v1::EXTENSION_GIVES_NO_TIME, "R78")
        .With("due_on", "2026-10-06");
  }
  Given(AHeldMeeting()).When(ExtendDeadline(TheDraft(), "2026-10-07")).By(kHelen).ThenAllowed();
  Given(AHeldMeeting())
      .When(ExtendDeadline(TheFinalRecord(), "2026-10-15"))
      .By(kHelen)
      .ThenRefused(v1::EXTENSION_GIVES_NO_TIME, "R78")
      .With("due_on", "2026-10-15");
  Given(AHeldMeeting())
      .When(ExtendDeadline(TheFinalRecord(), "2026-10-16"))
      .By(kHelen)
      .ThenAllowed();
}

// R78: for what is done there is no more time to give, though it be opened again.
TEST(MoreTime, IsNotGivenForWhatIsDone) {
  Given(ADraft())
      .When(ExtendDeadline(TheDraft(), "2026-12-01"))
      .By(kHelen)
      .ThenRefused(v1::EXTENSION_GIVES_NO_TIME, "R78");
  Given(ADraft()).When(ExtendDeadline(TheFinalRecord(), "2026-12-01")).By(kHelen).ThenAllowed();
  Given(AFinalRecord())
      .When(ExtendDeadline(TheFinalRecord(), "2026-12-01"))
      .By(kHelen)
      .ThenRefused(v1::EXTENSION_GIVES_NO_TIME, "R78");
  Given(AFinalRecord())
      .And({CommentAdded()})
      .When(ExtendDeadline(TheFinalRecord(), "2026-12-01"))
      .By(kHelen)
      .ThenRefused(v1::EXTENSION_GIVES_NO_TIME, "R78");
}

// R71, R73: both periods run from the meeting, so there is the day of one, held or to come.
TEST(MoreTime, IsCountedFromAMeeting) {
  for (const v1::Period& period : {TheDraft(), TheFinalRecord()}) {
    for (const std::vector<Past>& history :
         {AnEnrolment(), AnAssignment(), AConfirmedMeeting() + std::vector{MeetingCancelled()}}) {
      Given(history)
          .When(ExtendDeadline(period, "2026-12-01"))
          .By(kHelen)
          .ThenRefused(v1::MEETING_NOT_CONFIRMED, "R33");
    }
    Given(AConfirmedMeeting()).When(ExtendDeadline(period, "2026-12-01")).By(kHelen).ThenAllowed();
  }
}

// R78: with the meeting falls what was given for it.
TEST(MoreTime, FallsWithACancelledMeeting) {
  Given(AConfirmedMeeting())
      .And({DeadlineExtended(TheDraft(), "2026-10-20"),
            DeadlineExtended(TheFinalRecord(), "2026-11-20"), MeetingCancelled()})
      .When(ConfirmMeeting("2026-10-05"))
      .On("2026-10-05")
      .ThenOwes(ObligationKind::kDraft, "2026-10-12", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-21", Status::kPending);
}

// R78: a period that runs from another day is another period.
TEST(MoreTime, FallsWithTheDayOfTheMeeting) {
  const Scenario extended = Given(AConfirmedMeeting())
                                .And({DeadlineExtended(TheDraft(), "2026-10-20"),
                                      DeadlineExtended(TheFinalRecord(), "2026-11-20")});
  const Scenario held = extended.And({MeetingHeld()});
  for (const Scenario& another_day :
       {extended.And({MeetingMoved("2026-10-05")}), extended.And({MeetingCorrected("2026-10-05")}),
        extended.And({MeetingHeld("2026-10-05").At("2026-10-05 16:00")}),
        extended.And({MeetingHeld().At("2026-10-05 16:00"), MeetingCorrected("2026-10-05")})}) {
    another_day.On("2026-10-05")
        .ThenOwes(ObligationKind::kDraft, "2026-10-12", Status::kPending)
        .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-21", Status::kPending);
  }
  for (const Scenario& same_day : {held, extended.And({MeetingMoved("2026-09-29")}),
                                   held.And({MeetingCorrected("2026-09-29")}),
                                   extended.And({MeetingCorrected("2026-09-29")})}) {
    same_day.On("2026-10-05")
        .ThenOwes(ObligationKind::kDraft, "2026-10-20", Status::kPending)
        .ThenOwes(ObligationKind::kFinalAvailable, "2026-11-20", Status::kPending);
  }
}

// R78: the answer says that the head set the day, and what was counted.
TEST(MoreTime, ShowsWhatWasCountedBesideIt) {
  const Scenario extended = Given(AHeldMeeting()).And({DeadlineExtended(TheDraft(), "2026-10-09")});
  const v1::PlanProgress& progress = extended.plan().progress;
  const auto owed =
      ObligationsOf(progress, InputsIn(extended.world(), progress), London(), Detail::kDateOnly);
  ASSERT_TRUE(owed.ok()) << owed.status();
  for (const Obligation& obligation : *owed) {
    if (obligation.kind != ObligationKind::kDraft) continue;
    EXPECT_TRUE(obligation.due.extended);
    EXPECT_EQ(obligation.due.computed_on, On("2026-10-06"));
    EXPECT_EQ(obligation.due.due_on, On("2026-10-09"));
  }
}

}  // namespace
}  // namespace countersign::rules
