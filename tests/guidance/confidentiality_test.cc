// Chapter: confidentiality. "The performance management process and the recording documents, in
// particular, should be treated with strict confidentiality at all times." Who may read is the
// policy's to say; here stands what the rules themselves give away.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/rules/timeline.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Words that stand in a plan of these tests and nowhere else.
const std::vector<std::string>& WordsOfThePlan() {
  static const auto* const kWords = new std::vector<std::string>{"phonics",
                                                                 "decodable",
                                                                 "Shadow",
                                                                 "I enjoyed",
                                                                 "partner",
                                                                 "nursery",
                                                                 "Yusuf",
                                                                 "Carter",
                                                                 "Teaching assistant",
                                                                 "hall is taken",
                                                                 "sooner",
                                                                 "slip of the pen",
                                                                 "dispute",
                                                                 "spoken with both",
                                                                 "Knows the team",
                                                                 "Byrne",
                                                                 "lead a group",
                                                                 "Last year's plan",
                                                                 "Objectives for reading",
                                                                 "Not my words"};
  return *kWords;
}

std::vector<Past> AFullHistory() {
  return {Enrolled(),
          ReviewerAssigned(),
          ReplacementRequested(),
          ReplacementDeclined(),
          PreparationPackIssued(),
          PreparationShared(),
          ConsultationRecorded(),
          ReleaseArranged(),
          MeetingConfirmed(),
          MeetingMoved("2026-10-01"),
          MeetingCorrected(kMeetingDay),
          NoticeWaived(),
          MeetingHeld(),
          DeadlineExtended(TheDraft(), "2026-10-09"),
          DraftIssued(),
          ChangesRequested(),
          CommentAdded(),
          ChangeDeclined(),
          DraftRevised(2, RevisedRecord(), {}),
          RecordFinalised(2, RevisedRecord()),
          SignatureDeclined(kAmina, "Not my words", DigestOf(RevisedRecord())),
          Signed(kBen, DigestOf(RevisedRecord())),
          Signed(kAmina, DigestOf(RevisedRecord())),
          CopyIssued(DigestOf(RevisedRecord())),
          OriginalLodged(kHelen, DigestOf(RevisedRecord())),
          AnnexCopyIssued(kCarol, DigestOf(RevisedRecord()))};
}

// R80: what lists and cards are made of holds ids, states and dates, never a word of a plan.
TEST(Confidentiality, WhatCardsRememberOfAPlanHoldsNoneOfItsText) {
  const v1::PlanProgress progress = Given(AFullHistory()).plan().progress;
  EXPECT_EQ(static_cast<int>(StateOf(progress)), static_cast<int>(PlanState::kSigned));
  for (const std::string& word : WordsOfThePlan()) {
    EXPECT_THAT(progress.DebugString(), Not(HasSubstr(word)));
  }
}

// R80: neither does what cards remember of a person: no name, no job title.
TEST(Confidentiality, WhatCardsRememberOfAPersonHoldsNoName) {
  const World world = Given({NameChanged(kAmina, "Amina Carter")}).world();
  const Person& amina = PersonIn(world, kAmina);
  EXPECT_EQ(amina.name, "Amina Carter");
  for (const std::string& word : WordsOfThePlan()) {
    EXPECT_THAT(amina.facts.DebugString(), Not(HasSubstr(word)));
  }
}

// R80: the types of entries stay readable for ever, so those of facts about somebody's work do not
// tell an absence from a change of hours.
TEST(Confidentiality, EveryFactAboutSomebodysWorkHasTheSameType) {
  for (const Past& past :
       {PersonRegistered(kAmina, "Amina Yusuf", "A1", "Teaching assistant"),
        NameChanged(kAmina, "Amina Carter"), PostChanged(kAmina, "Cook"),
        WorkPatternChanged(kAmina, EveryWeekday()), LineManagersNamed(kAmina, {kBen}),
        AbsenceRecorded(kAmina, "2026-10-05", ""), AbsenceCorrected(kAmina, "2026-10-05", ""),
        AbsenceWithdrawn(kAmina)}) {
    EXPECT_EQ(EventTypeOf(past.event).value_or(""), "work_facts_changed");
    EXPECT_NE(EventNameOf(past.event).value_or(""), "work_facts_changed");
  }
}

// R80: whoever sees a plan leaves an entry whose type says what they saw, and nothing else.
TEST(Confidentiality, EachViewOfAPlanHasATypeAndNoContent) {
  for (absl::string_view view : {"plan_shown", "timeline_shown", "deadlines_shown",
                                 "replacement_request_shown", "annex_shown", "copies_shown"}) {
    const absl::StatusOr<v1::Event> event = AccessEventOf(view);
    ASSERT_TRUE(event.ok()) << event.status();
    EXPECT_EQ(EventTypeOf(*event).value_or(""), view);
    EXPECT_LE(event->ByteSizeLong(), 4u);
  }
  EXPECT_EQ(AccessEventOf("draft_issued").status().code(), absl::StatusCode::kDataLoss);
}

// R80: a denial says what was asked for, without saying of what.
TEST(Confidentiality, ADenialNamesNoThing) {
  EXPECT_EQ(v1::AccessDenied::descriptor()->field_count(), 1);
}

// R80: neither does a plan that was closed unsigned, nor one whose reviewer was replaced.
TEST(Confidentiality, WhatCardsRememberOfOtherTurnsHoldsNoTextEither) {
  for (const std::vector<Past>& history :
       {AClosedRecord(), AnAssignment() + std::vector{ReplacementRequested(), ReplacementUpheld(),
                                                      ReviewerReplaced()}}) {
    const v1::PlanProgress progress = Given(history).plan().progress;
    for (const std::string& word : WordsOfThePlan()) {
      EXPECT_THAT(progress.DebugString(), Not(HasSubstr(word)));
    }
    EXPECT_THAT(progress.DebugString(), Not(HasSubstr("wish to sign")));
  }
}

// R28: the reasons of a request for another reviewer, and of the decision on it, are for the
// reviewee and for whoever decides: of everything in the timeline these are kept back from others.
TEST(Confidentiality, TheReasonsForAnotherReviewerAreMarked) {
  const auto confidential = [](const Past& past) {
    Recorded recorded;
    recorded.subject_id = past.subject_id;
    recorded.event = past.event;
    const auto words = InWordsOf(recorded, [](const std::string& id) { return id; });
    EXPECT_TRUE(words.ok()) << words.status();
    return words.ok() && words->confidential;
  };
  for (const Past& past : {ReplacementRequested(), ReplacementDeclined(), ReplacementUpheld()}) {
    EXPECT_TRUE(confidential(past)) << past.event.ShortDebugString();
  }
  for (const std::vector<Past>& history : {AFullHistory(), AClosedRecord()}) {
    for (const Past& past : history) {
      const v1::ReviewerEvent& reviewer = past.event.plan().reviewer();
      if (reviewer.has_replacement_requested() || reviewer.has_replacement_declined()) continue;
      EXPECT_FALSE(confidential(past)) << past.event.ShortDebugString();
    }
  }
  EXPECT_FALSE(confidential(ReviewerReplaced()));
}

// R81: each of the line managers, as long as they are.
TEST(Confidentiality, WhoseLineManagersHaveAccessIsKnownAsOfNow) {
  const Scenario changed =
      Given({LineManagersNamed(kAmina, {kBen, kCarol}), LineManagersNamed(kAmina, {kCarol})});
  const v1::PersonFacts& facts = PersonIn(changed.world(), kAmina).facts;
  ASSERT_EQ(facts.manager_ids_size(), 1);
  EXPECT_EQ(facts.manager_ids(0), kCarol);
}

// R77, R81: the annex can be given to the training lead alone: it stands and is digested alone, and
// its head has no job title.
TEST(Confidentiality, TheAnnexStandsAlone) {
  const Plan plan = Given(ADraft()).plan();
  v1::TrainingAnnex annex;
  ASSERT_TRUE(annex.ParseFromString(plan.record.plan().annex()));
  EXPECT_EQ(annex.header().reviewee_name(), "Amina Yusuf");
  EXPECT_EQ(annex.header().job_title(), "");
  EXPECT_THAT(annex.DebugString(), Not(HasSubstr("Nine of twelve")));
}

}  // namespace
}  // namespace countersign::rules
