// The events of a plan in plain words: everybody who may read a plan reads what happened, and what
// people wrote as they wrote it.

#include "services/rules/timeline.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

// An event, and the text of its author, if any.
struct Written {
  Past past;
  std::string text;
};

std::vector<Written> EveryPlanEvent() {
  const std::string text = "  \"As I said\":\nmore \xE2\x80\x93 please. ";
  return {{Enrolled(), ""},
          {EnrolmentWithdrawn(text), text},
          {ReviewerAssigned(kBen, AsOther(text)), text},
          {MeetingConfirmed(), ""},
          {MeetingMoved("2026-10-06", text), text},
          {MeetingCorrected("2026-09-28", text), text},
          {MeetingCancelled(text), text},
          {NoticeWaived(text), text},
          {MeetingHeld(), ""},
          {DraftIssued(), ""},
          {ChangesRequested(1, "Objective 1", text), text},
          {CommentAdded(text), text},
          {DraftRevised(), ""},
          {ChangeDeclined(1, text), text},
          {RecordFinalised(), ""},
          {DeadlineExtended(TheDraft(), "2026-10-09"), ""},
          {Signed(kAmina), kMeaning},
          {SignatureDeclined(kAmina, text), text},
          {ClosedUnsigned(text), text},
          {PlanSuspended("2026-10-01"), ""},
          {PlanResumed("2026-11-09"), ""},
          {ReplacementRequested(1, text), text},
          {ReplacementDeclined(1, text), text},
          {ReplacementUpheld(1, text), text},
          {ReviewerReplaced(kBen, AsLineManager(), text), text},
          {PreparationPackIssued({text}), text},
          {PreparationShared(text), text},
          {ConsultationRecorded(kBen, text), text},
          {ReleaseArranged(text), text},
          {CopyIssued(), ""},
          {OriginalLodged(kBen), ""},
          {AnnexCopyIssued(kBen), ""}};
}

InWords WordsOf(const Past& past) {
  Recorded recorded;
  recorded.subject_id = past.subject_id;
  recorded.actor_id = past.by;
  recorded.event = past.event;
  const auto words = InWordsOf(recorded, [](const std::string& id) {
    if (id == kBen) return std::string("Ben Carter");
    return id == kAmina ? std::string("Amina Yusuf") : absl::StrCat("somebody else: ", id);
  });
  EXPECT_TRUE(words.ok()) << words.status();
  return words.value_or(InWords());
}

void AddLeaves(const google::protobuf::Descriptor& message, std::set<std::string>& names) {
  for (int i = 0; i < message.field_count(); ++i) {
    const google::protobuf::Descriptor* inner = message.field(i)->message_type();
    if (absl::EndsWith(inner->name(), "Event")) {
      AddLeaves(*inner, names);
    } else {
      names.insert(message.field(i)->name());
    }
  }
}

TEST(Timeline, EveryEventOfAPlanHasWords) {
  std::set<std::string> told;
  for (const Written& written : EveryPlanEvent()) {
    told.insert(EventNameOf(written.past.event).value_or(""));
    SCOPED_TRACE(*told.rbegin());
    const std::string words = WordsOf(written.past).words;
    EXPECT_GE(words.size(), 5u);
    EXPECT_FALSE(absl::EndsWith(words, ".")) << words;
    EXPECT_FALSE(absl::StrContains(words, "_")) << words;
    EXPECT_FALSE(absl::StrContains(words, "somebody else")) << words;
  }
  std::set<std::string> all;
  AddLeaves(*v1::PlanEvent::descriptor(), all);
  EXPECT_EQ(told, all);
}

// R70: what people wrote is never altered.
TEST(Timeline, WhatPeopleWroteIsShownVerbatim) {
  for (const Written& written : EveryPlanEvent()) {
    EXPECT_EQ(WordsOf(written.past).text, written.text)
        << EventNameOf(written.past.event).value_or("");
  }
}

TEST(Timeline, NoTwoEventsReadTheSame) {
  std::set<std::string> words;
  for (const Written& written : EveryPlanEvent()) words.insert(WordsOf(written.past).words);
  EXPECT_EQ(words.size(), EveryPlanEvent().size());
}

// R24: the reviewer is called by name.
TEST(Timeline, TheReviewerIsNamed) {
  EXPECT_THAT(WordsOf(ReviewerAssigned()).words, ::testing::HasSubstr("Ben Carter"));
}

// R29, A23: and so is whoever comes in, with the note of the head and the reason.
TEST(Timeline, TheNewReviewerIsNamedWithNoteAndReason) {
  const InWords words = WordsOf(ReviewerReplaced(kBen, AsOther("Knows the team"), "Carol leaves"));
  EXPECT_THAT(words.words, ::testing::HasSubstr("Ben Carter"));
  EXPECT_THAT(words.text, ::testing::AllOf(::testing::HasSubstr("Knows the team"),
                                           ::testing::HasSubstr("Carol leaves")));
  EXPECT_NE(WordsOf(ReviewerReplaced(kBen, AsLineManager())).words,
            WordsOf(ReviewerReplaced(kBen, AsHeadteacherChoice())).words);
}

// R39: whoever was consulted is told, known to the trust or not.
TEST(Timeline, WhoWasConsultedIsTold) {
  EXPECT_THAT(WordsOf(ConsultationRecorded(kBen, "Reading")).words,
              ::testing::HasSubstr("Ben Carter"));
  EXPECT_THAT(WordsOf(ConsultationRecorded("", "Speech", "Ms Orr, speech therapist")).words,
              ::testing::HasSubstr("Ms Orr, speech therapist"));
}

// R36: each of the documents is told.
TEST(Timeline, TheDocumentsToPrepareWithAreTold) {
  EXPECT_THAT(WordsOf(PreparationPackIssued({"Last year's plan", "The standards"})).text,
              ::testing::AllOf(::testing::HasSubstr("Last year's plan"),
                               ::testing::HasSubstr("The standards")));
}

// R78: which period, until when and why, and no more than that.
TEST(Timeline, MoreTimeIsToldWithItsCause) {
  std::set<std::string> words;
  for (const v1::Period& period : {TheDraft(), TheFinalRecord()}) {
    for (const v1::ExtensionCause& cause : {ForAbsence(), ForWorkPattern()}) {
      words.insert(WordsOf(DeadlineExtended(period, "2026-10-09", cause)).words);
      EXPECT_THAT(*words.begin(), ::testing::HasSubstr("9 October 2026"));
    }
  }
  EXPECT_EQ(words.size(), 4u);
}

// R76, R77: who keeps the original and who has the annex is told.
TEST(Timeline, WhoWasGivenTheRecordIsTold) {
  for (const Past& past : {OriginalLodged(kBen), AnnexCopyIssued(kBen)}) {
    EXPECT_THAT(WordsOf(past).words, ::testing::HasSubstr("Ben Carter"));
  }
}

// A04: as whom somebody declined to sign is told.
TEST(Timeline, WhoDeclinedToSignIsTold) {
  EXPECT_THAT(WordsOf(SignatureDeclined(kAmina)).words, ::testing::HasSubstr("reviewee"));
  EXPECT_THAT(WordsOf(SignatureDeclined(kBen)).words, ::testing::HasSubstr("reviewer"));
}

// A22: from which day a plan rests or goes on is told.
TEST(Timeline, TheDaysOfRestAreTold) {
  EXPECT_THAT(WordsOf(PlanSuspended("2026-10-01")).words, ::testing::HasSubstr("1 October 2026"));
  EXPECT_THAT(WordsOf(PlanResumed("2026-11-09")).words, ::testing::HasSubstr("9 November 2026"));
}

// R33: the day of a meeting is told.
TEST(Timeline, TheDayOfAMeetingIsTold) {
  for (const Past& past : {MeetingConfirmed(), MeetingMoved(kMeetingDay, "x"),
                           MeetingCorrected(kMeetingDay, "x"), MeetingHeld()}) {
    EXPECT_THAT(WordsOf(past).words, ::testing::AnyOf(::testing::HasSubstr("29 September 2026"),
                                                      ::testing::HasSubstr(kMeetingDay)));
  }
}

// R72: which requests a draft answers is told by their numbers.
TEST(Timeline, WhatADraftAnswersIsTold) {
  EXPECT_THAT(WordsOf(DraftRevised(3, RevisedRecord(), {1, 2})).words,
              ::testing::AllOf(::testing::HasSubstr("draft 3"), ::testing::HasSubstr("1, 2")));
  EXPECT_THAT(WordsOf(DraftRevised(2, RevisedRecord(), {})).words,
              ::testing::Not(::testing::HasSubstr("answer")));
}

// R68: whether the reviewer summed up can be read.
TEST(Timeline, AMissingSummaryIsTold) {
  EXPECT_NE(WordsOf(MeetingHeld(kMeetingDay, true)).words,
            WordsOf(MeetingHeld(kMeetingDay, false)).words);
}

TEST(Timeline, AnEventThatIsNotOfAPlanHasNoPlaceInIt) {
  Recorded recorded;
  recorded.event = SchoolJoined().event;
  const auto name = [](const std::string& id) { return id; };
  EXPECT_EQ(InWordsOf(recorded, name).status().code(), absl::StatusCode::kDataLoss);
  recorded.event.mutable_plan()->mutable_recording();
  EXPECT_EQ(InWordsOf(recorded, name).status().code(), absl::StatusCode::kDataLoss);
}

// An event of a kind this program does not know is an error, never skipped.
TEST(Timeline, AnUnknownEventStopsEveryFold) {
  Recorded plan;
  plan.event.mutable_plan()->mutable_meeting();
  EXPECT_EQ(Evolve(Plan(), plan).status().code(), absl::StatusCode::kDataLoss);
  Recorded person;
  person.event.mutable_person()->mutable_work_facts_changed();
  EXPECT_EQ(Evolve(Person(), person).status().code(), absl::StatusCode::kDataLoss);
  Recorded school;
  school.event.mutable_school()->mutable_roles();
  EXPECT_EQ(Evolve(School(), school).status().code(), absl::StatusCode::kDataLoss);
  Recorded trust;
  trust.event.mutable_trust();
  EXPECT_EQ(Evolve(Trust(), trust).status().code(), absl::StatusCode::kDataLoss);
  for (const Recorded* unknown : {&plan, &person, &school, &trust}) {
    EXPECT_EQ(EventTypeOf(unknown->event).status().code(),
              unknown == &person ? absl::StatusCode::kOk : absl::StatusCode::kDataLoss);
    EXPECT_EQ(EventNameOf(unknown->event).status().code(), absl::StatusCode::kDataLoss);
  }
  EXPECT_EQ(Evolve(Plan(), trust).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Evolve(Trust(), plan).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace countersign::rules
