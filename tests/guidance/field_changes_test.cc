// What each event of a plan changed, field by field, as whoever reads the history sees it.
#include "services/rules/field_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Names TestNames() {
  Names names;
  names.person = [](const std::string& id) -> std::string {
    if (id == kAmina) return "Amina Yusuf";
    if (id == kBen) return "Ben Carter";
    if (id == kHelen) return "Helen Marsh";
    return id == kCarol ? "Carol Byrne" : "";
  };
  names.school = [](const std::string&) { return "Harbour Primary"; };
  names.cycle = [](const std::string&) { return "2026/27"; };
  return names;
}

Plan After(const std::vector<Past>& history) {
  World world;
  for (const Past& past : history) {
    const absl::Status learnt = Learn(world, past);
    EXPECT_TRUE(learnt.ok()) << learnt;
  }
  return world.plans[kPlan];
}

std::vector<FieldChange> Between(const Plan& before, const Plan& after) {
  const auto changes = FieldChangesBetween(before, after, TestNames());
  EXPECT_TRUE(changes.ok()) << changes.status();
  return changes.value_or(std::vector<FieldChange>());
}

// What the last event of a history changed, as "field: before -> after".
std::vector<std::string> ChangedBy(const std::vector<Past>& before, const Past& event) {
  std::vector<std::string> lines;
  for (const FieldChange& change :
       Between(After(before), After(before + std::vector<Past>{event}))) {
    lines.push_back(absl::StrCat(change.field, ": ", change.before, " -> ", change.after));
  }
  return lines;
}

struct Happened {
  std::vector<Past> before;
  Past event;
};

std::vector<Happened> EveryPlanEvent() {
  const std::vector<Past> requested = AnAssignment() + std::vector<Past>{ReplacementRequested()};
  const std::vector<Past> wished = ADraft() + std::vector<Past>{ChangesRequested()};
  return {
      {{}, Enrolled()},
      {AnEnrolment(), EnrolmentWithdrawn()},
      {AnEnrolment(), PlanSuspended("2026-10-01")},
      {AnEnrolment() + std::vector<Past>{PlanSuspended("2026-10-01")}, PlanResumed("2026-11-09")},
      {AnEnrolment(), ReviewerAssigned()},
      {AnAssignment(), ReplacementRequested()},
      {requested, ReplacementDeclined()},
      {requested, ReplacementUpheld()},
      {AnAssignment(), ReviewerReplaced()},
      {AnAssignment(), PreparationPackIssued()},
      {AnAssignment(), PreparationShared()},
      {AnAssignment(), ConsultationRecorded()},
      {AnAssignment(), ReleaseArranged()},
      {AnAssignment(), MeetingConfirmed()},
      {AConfirmedMeeting(), MeetingMoved("2026-10-06")},
      {AConfirmedMeeting(), MeetingCorrected("2026-09-28")},
      {AConfirmedMeeting(), MeetingCancelled()},
      {AConfirmedMeeting(), NoticeWaived()},
      {AConfirmedMeeting(), MeetingHeld()},
      {AHeldMeeting(), DraftIssued()},
      {ADraft(), ChangesRequested()},
      {ADraft(), CommentAdded()},
      {wished, DraftRevised()},
      {wished, ChangeDeclined()},
      {ADraft(), RecordFinalised()},
      {AHeldMeeting(), DeadlineExtended(TheDraft(), "2026-10-09")},
      {AFinalRecord(), Signed(kAmina)},
      {AFinalRecord(), SignatureDeclined(kAmina)},
      {AFinalRecord(), ClosedUnsigned()},
      {ASignedRecord(), CopyIssued()},
      {ASignedRecord(), OriginalLodged()},
      {ASignedRecord(), AnnexCopyIssued()}};
}

void AddLeaves(const Descriptor& message, std::set<std::string>& names) {
  for (int i = 0; i < message.field_count(); ++i) {
    const Descriptor* inner = message.field(i)->message_type();
    if (absl::EndsWith(inner->name(), "Event")) {
      AddLeaves(*inner, names);
    } else {
      names.insert(message.field(i)->name());
    }
  }
}

// An event of a new kind is missing here until somebody says what it changes.
TEST(FieldChanges, EveryEventOfAPlanChangesSomethingThatIsSeen) {
  std::set<std::string> told;
  for (const Happened& happened : EveryPlanEvent()) {
    told.insert(EventNameOf(happened.event.event).value_or(""));
    SCOPED_TRACE(*told.rbegin());
    EXPECT_THAT(ChangedBy(happened.before, happened.event), ::testing::Not(IsEmpty()));
  }
  std::set<std::string> all;
  AddLeaves(*v1::PlanEvent::descriptor(), all);
  EXPECT_EQ(told, all);
}

TEST(FieldChanges, NothingChangesBetweenAStateAndItself) {
  for (const Happened& happened : EveryPlanEvent()) {
    const std::vector<Past> history = happened.before + std::vector<Past>{happened.event};
    EXPECT_THAT(Between(After(history), After(history)), IsEmpty());
  }
}

// Back and forth are mirror images: nothing is said of one side only.
TEST(FieldChanges, GoingBackUndoesEachOfThem) {
  for (const Happened& happened : EveryPlanEvent()) {
    const Plan before = After(happened.before);
    const Plan after = After(happened.before + std::vector<Past>{happened.event});
    const std::vector<FieldChange> forth = Between(before, after);
    const std::vector<FieldChange> back = Between(after, before);
    ASSERT_EQ(forth.size(), back.size());
    for (size_t i = 0; i < forth.size(); ++i) {
      EXPECT_EQ(forth[i].field, back[i].field);
      EXPECT_EQ(forth[i].before, back[i].after);
      EXPECT_EQ(forth[i].after, back[i].before);
    }
  }
}

// R33: moving a meeting.
TEST(FieldChanges, OfAMovedMeetingAreItsDayAndWhatFallsWithIt) {
  EXPECT_THAT(ChangedBy(AConfirmedMeeting() + std::vector<Past>{NoticeWaived()},
                        MeetingMoved("2026-10-06")),
              ElementsAre("Meeting: day: Tue 29 Sep 2026 -> Tue 6 Oct 2026",
                          "Meeting: notice waived: yes -> "));
}

TEST(FieldChanges, OfARevisedDraftAreTheFieldsThatDiffer) {
  const std::vector<Past> wished = ADraft() + std::vector<Past>{ChangesRequested()};
  EXPECT_THAT(ChangedBy(wished, DraftRevised()),
              ElementsAre("Objective 1: Lead the phonics group of Year 1 -> Lead the phonics group "
                          "of Year 1, with Carol",
                          "Change 1: answer: open -> made", "Draft: 1 -> 2",
                          "State: changes requested -> draft issued"));
}

// The form from top to bottom, then the annex, then what is beside it.
TEST(FieldChanges, StandInTheOrderOfThePaperForm) {
  std::vector<std::string> fields;
  for (const FieldChange& change : Between(After(AHeldMeeting()), After(AFinalRecord()))) {
    fields.push_back(change.field);
  }
  EXPECT_THAT(
      fields,
      ElementsAre(
          "Name of reviewee", "Job title", "Name of reviewer", "Team", "Date of review",
          "Objective 1", "Objective 1: action steps", "Objective 1: timescale",
          "Objective 1: success criteria", "Observation 1: to be observed", "Observation 1: term",
          "Observation 1: focus", "Observation 1: observer", "Other evidence 1: what or who",
          "Other evidence 1: when or where", "Other evidence 1: questions to ask",
          "Annex, personal development 1: support", "Annex, personal development 1: when",
          "Annex, support for objectives 1: objective", "Annex, support for objectives 1: support",
          "Annex, support for objectives 1: timescale", "Offered for signature",
          "Digest of the record", "Draft", "State"));
}

// R74: a comment opens a final record again, and signatures fall with it.
TEST(FieldChanges, OfACommentOnAFinalRecordAreTheSignaturesThatFall) {
  const std::vector<Past> signed_once = AFinalRecord() + std::vector<Past>{Signed(kBen)};
  const std::vector<std::string> changed = ChangedBy(signed_once, CommentAdded("I enjoyed it"));
  EXPECT_THAT(changed, Contains("Comment 1:  -> I enjoyed it"));
  EXPECT_THAT(changed, Contains("Reviewer's signature: Ben Carter -> "));
  EXPECT_THAT(changed, Contains("Offered for signature: yes -> "));
  EXPECT_THAT(changed, Contains("State: finalised -> draft issued"));
}

// R28: the reasons say whose they are, and nothing else of the request does.
TEST(FieldChanges, OnlyReasonsForAnotherReviewerAreForFew) {
  const std::vector<FieldChange> changes = Between(
      After(AnAssignment()),
      After(AnAssignment() + std::vector<Past>{ReplacementRequested(), ReplacementDeclined()}));
  std::set<std::string> for_few;
  for (const FieldChange& change : changes) {
    const bool tells = absl::StrContains(change.after, kUnsuitable) ||
                       absl::StrContains(change.after, kDecisionReasons);
    EXPECT_EQ(change.replacement, tells ? 1u : 0u) << change.field;
    if (tells) for_few.insert(change.field);
  }
  EXPECT_THAT(for_few, SizeIs(2));
}

TEST(FieldChanges, SomebodyElseOfTheSameNameIsAChange) {
  Names names = TestNames();
  names.person = [](const std::string&) { return "Alex Smith"; };
  const auto changes = FieldChangesBetween(
      After(AnAssignment()), After(AnAssignment() + std::vector<Past>{ReviewerReplaced(kCarol)}),
      names);
  ASSERT_TRUE(changes.ok());
  ASSERT_THAT(*changes, ::testing::Not(IsEmpty()));
  EXPECT_EQ(changes->front().field, "Reviewer");
}

// Somebody whose key was destroyed has no name any more.
TEST(FieldChanges, WhoHasNoNameIsShownById) {
  EXPECT_THAT(ChangedBy(AnEnrolment(), ReviewerAssigned(kOlive)),
              Contains(absl::StrCat("Reviewer:  -> ", kOlive)));
}

// Fills in one field and leaves the rest empty.
void FillField(Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.is_repeated() ? reflection.AddString(&message, &field, "2026-10-09")
                                 : reflection.SetString(&message, &field, "2026-10-09");
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, true);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(&message, &field, 3);
    default:
      FAIL() << "a kind of field that is new to records: " << field.full_name();
  }
}

using Fill = std::function<void(Message&)>;

// One way for each field of the message and of the messages in it, with its name.
std::vector<std::pair<std::string, Fill>> EveryFieldOf(const Descriptor& type) {
  std::vector<std::pair<std::string, Fill>> ways;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.message_type() == nullptr) {
      ways.emplace_back(field.full_name(), [&](Message& message) { FillField(message, field); });
      continue;
    }
    for (const auto& [name, fill] : EveryFieldOf(*field.message_type())) {
      ways.emplace_back(name, [&field, fill = fill](Message& message) {
        const auto& reflection = *message.GetReflection();
        fill(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                 : *reflection.MutableMessage(&message, &field));
      });
    }
  }
  return ways;
}

// A field that is added to the form is missing from the history until somebody names it.
TEST(FieldChanges, NoFieldOfTheRecordChangesUnseen) {
  Plan empty;
  empty.progress.set_draft(1);
  size_t fields = 0;
  for (const auto& [name, fill] : EveryFieldOf(*v1::IndividualPlan::descriptor())) {
    v1::IndividualPlan form;
    fill(form);
    Plan filled = empty;
    filled.record.mutable_plan()->set_plan(form.SerializeAsString());
    EXPECT_THAT(Between(empty, filled), SizeIs(1)) << name;
    ++fields;
  }
  for (const auto& [name, fill] : EveryFieldOf(*v1::TrainingAnnex::descriptor())) {
    v1::TrainingAnnex form;
    fill(form);
    Plan filled = empty;
    filled.record.mutable_plan()->set_annex(form.SerializeAsString());
    EXPECT_THAT(Between(empty, filled), SizeIs(1)) << name;
    ++fields;
  }
  EXPECT_GE(fields, 35u);
}

TEST(FieldChanges, ARecordThatCannotBeReadIsSaidToBeDamaged) {
  Plan damaged;
  damaged.progress.set_draft(1);
  damaged.record.mutable_plan()->set_plan("\xFF\xFF");
  EXPECT_TRUE(absl::IsDataLoss(FieldChangesBetween(Plan(), damaged, TestNames()).status()));
}

}  // namespace
}  // namespace countersign::rules
