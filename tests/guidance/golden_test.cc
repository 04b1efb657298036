// The golden samples: one serialised event of each kind, as it was first shipped, and a second one
// (role_granted.2) where an event gained fields since. Whatever the schema becomes, they parse,
// mean what they meant, and fold. A sample is never written again: COUNTERSIGN_WRITE_GOLDEN=1
// creates those that are missing and touches no other.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Lines of "name digest". A sample that changes no longer agrees with its line.
constexpr char kDigests[] = TESTS_DIR "/golden/event_digests.txt";

std::string PathOf(const std::string& name) {
  return absl::StrCat(TESTS_DIR "/golden/events/", name, ".bin");
}

std::optional<std::string> BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Forms in which nothing is left open.
Forms FullForms() {
  Forms forms = WithHeader(CompleteForms());
  v1::Objective* objective = forms.plan.mutable_objectives(0);
  objective->mutable_action_steps(0)->set_complete_by("2026-12-18");
  v1::Milestone* milestone = objective->add_milestones();
  milestone->set_milestone("First group assessed");
  milestone->set_reach_by("2027-02-12");
  objective->add_standards("TA standards 2.3");
  objective->add_priorities("Early reading");
  forms.plan.set_no_other_evidence(true);
  forms.plan.mutable_header()->set_job_title("Teaching assistant");
  forms.annex.mutable_header()->set_job_title("Teaching assistant");
  v1::DevelopmentSupport* development = forms.annex.mutable_personal_development(0);
  development->set_mentor("Ben Carter");
  development->set_course("Phonics for support staff");
  development->set_cost("45 pounds");
  forms.annex.mutable_objective_support(0)->set_none_needed(true);
  v1::AspirationSupport* aspiration = forms.annex.add_aspiration_support();
  aspiration->set_support("Visit to a special school");
  aspiration->set_timescale("Summer term");
  return forms;
}

std::vector<Past> PlanSamples() {
  v1::Meeting meeting = MeetingOn(kMeetingDay);
  meeting.set_place("Library");
  Past confirmed = MeetingConfirmed();
  *confirmed.event.mutable_plan()
       ->mutable_meeting()
       ->mutable_meeting_confirmed()
       ->mutable_meeting() = meeting;
  Past moved = MeetingMoved(kMeetingDay);
  *moved.event.mutable_plan()->mutable_meeting()->mutable_meeting_moved()->mutable_meeting() =
      meeting;
  Past corrected = MeetingCorrected(kMeetingDay);
  *corrected.event.mutable_plan()
       ->mutable_meeting()
       ->mutable_meeting_corrected()
       ->mutable_meeting() = meeting;
  const v1::Record record = RecordOf(FullForms());
  return {Enrolled(),
          EnrolmentWithdrawn(),
          ReviewerAssigned(kBen, AsOther("Knows the team"), {kBen, kCarol}),
          confirmed,
          moved,
          corrected,
          MeetingCancelled(),
          NoticeWaived(),
          MeetingHeld(),
          DraftIssued(record),
          ChangesRequested(),
          CommentAdded(),
          DraftRevised(2, record, {1}),
          ChangeDeclined(),
          RecordFinalised(2, record, CommentsOf({{"I enjoyed the year", "2026-10-07 10:30"}})),
          Signed(kAmina)};
}

// The other turns that a plan can take.
std::vector<Past> TurnSamples() {
  return {PlanSuspended("2026-10-01"),
          PlanResumed("2026-11-09"),
          ReplacementRequested(),
          ReplacementDeclined(),
          ReplacementUpheld(),
          ReviewerReplaced(kCarol, AsOther("Knows the team"), "Ben leaves at half term",
                           {kBen, kCarol}),
          PreparationPackIssued(),
          PreparationShared(),
          ConsultationRecorded(kCarol, "Objectives for reading", "Carol Hughes"),
          ReleaseArranged(),
          DeadlineExtended(TheFinalRecord(), "2026-10-20"),
          SignatureDeclined(kAmina),
          ClosedUnsigned(),
          CopyIssued(),
          OriginalLodged(),
          AnnexCopyIssued()};
}

std::vector<Past> PersonSamples() {
  v1::WorkPattern fortnight = Week({1, 3}, 390);
  *fortnight.add_weeks() = Week({2}, 390).weeks(0);
  fortnight.set_anchor_on("2026-09-07");
  return {PersonRegistered(kAmina, "Amina Yusuf", "A1", "Teaching assistant"),
          NameChanged(kAmina, "Amina Carter"),
          PostChanged(kAmina, "Higher level teaching assistant"),
          WorkPatternChanged(kAmina, fortnight, true, "2026-09-01"),
          LineManagersNamed(kAmina, {kBen, kCarol}),
          AbsenceRecorded(kAmina, "2026-10-05", "2026-10-06"),
          AbsenceCorrected(kAmina, "2026-10-05", "2026-10-07"),
          AbsenceWithdrawn(kAmina),
          PlanOpened(kAmina),
          PlanClosedEarly(kAmina)};
}

v1::Policy FullPolicy() {
  v1::Policy policy;
  policy.set_notice_days(5);
  policy.set_notice_unit(v1::Policy::NOTICE_UNIT_CALENDAR);
  policy.set_notice_clear(true);
  policy.set_draft_days(5);
  policy.set_final_days(10);
  policy.set_signature_grace_days(5);
  policy.set_extend_for_pattern(true);
  policy.set_extend_for_absence(true);
  return policy;
}

std::vector<Past> HouseSamples() {
  return {SchoolRegistered(),
          CalendarPublished(
              SchoolYear({{"Snow", "2026-12-01", "2026-12-01"}}, {{"INSET", "2026-10-03"}})),
          // The two events about roles stand for schools and for the trust, one each.
          RoleGranted(kHelen, v1::ROLE_HEADTEACHER),
          RoleEnded(kTess, v1::ROLE_TRUST_LEAD, kTrustId), TrustFounded(), SchoolJoined(),
          PolicyAdopted(FullPolicy()), PolicyOverridden(FullPolicy()), BankHolidaysPublished(),
          CycleOpened()};
}

// A real note, signed with the Ed25519 key of the seed 00 01 ... 1f.
constexpr char kLogKeyNote[] =
    "countersign log key v1\n"
    "log.example/countersign-test\n"
    "log.example/countersign-test+f56bf481+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"
    "none\n"
    "\n"
    "\xe2\x80\x94 log.example/countersign-test "
    "9Wv0gS6AC/TqETZhvaqFFcmgTrOret4gZv9Lp8FNjF/"
    "5yfaRZNXNr+Qd2BowEQrdBTk1ysyqUsHBTyxUCMVZsH69Ego=\n";

std::vector<Past> JournalSamples() {
  std::vector<Past> samples(17);
  samples[0].event.mutable_access()->mutable_plan_shown();
  samples[1].event.mutable_access()->mutable_timeline_shown();
  samples[2].event.mutable_access()->mutable_deadlines_shown();
  samples[3].event.mutable_caller()->mutable_access_denied()->set_action("ShowPlan");
  samples[4].event.mutable_journal()->mutable_journal_opened()->set_demo(true);
  v1::SoftwareStarted* started = samples[5].event.mutable_journal()->mutable_software_started();
  started->set_version("0.1.0");
  started->set_configuration_digest(StandInDigest("configuration"));
  samples[6].event.mutable_journal()->mutable_demo_clock_moved()->set_to("2026-09-29T13:00:00Z");
  samples[7].event.mutable_access()->mutable_replacement_request_shown();
  samples[8].event.mutable_access()->mutable_annex_shown();
  samples[9].event.mutable_access()->mutable_copies_shown();
  samples[10].event.mutable_access()->mutable_past_shown();
  samples[11].event.mutable_access()->mutable_history_shown();
  samples[12].event.mutable_access()->mutable_comparison_shown();
  samples[13].event.mutable_access()->mutable_record_taken();
  samples[14].event.mutable_journal()->mutable_log_key_named()->set_note(kLogKeyNote);
  v1::EpochBegun* begun = samples[15].event.mutable_journal()->mutable_epoch_begun();
  begun->set_origin("log.example/countersign-test-2");
  begun->set_old_origin("log.example/countersign-test");
  begun->set_old_checkpoint(
      "log.example/countersign-test\n8\n739JtiD2x+qbljohTaNLUCHG3tjtV3NDgKMRq3JqqQc=\n");
  begun->set_reason("The disk failed, and the backup was two hours old");
  v1::LogExported* exported = samples[16].event.mutable_journal()->mutable_log_exported();
  exported->set_size(8);
  exported->set_payloads(true);
  return samples;
}

// Events that carry the fields their kind gained after its first sample was written.
std::vector<Past> SecondSamples() {
  v1::WorkPattern fortnight =
      InTurn({WithHours({1, 3}, "08:30", "15:00"), WithHours({2}, "12:00", "17:00")}, "2026-09-07");
  for (v1::WorkWeek& week : *fortnight.mutable_weeks()) {
    for (v1::WorkWeek::Day& day : *week.mutable_days()) day.set_minutes(300);
  }
  Past opened;
  opened.event.mutable_journal()->mutable_journal_opened()->set_demo(true);
  opened.event.mutable_journal()->mutable_journal_opened()->set_origin(
      "log.example/countersign-test");
  return {WorkPatternChanged(kAmina, fortnight, true, "2026-11-02"), opened,
          RoleGranted(kHelen, v1::ROLE_HEADTEACHER, kSchool, "2026-09-01", "2027-08-31")};
}

// "role_granted" of "role_granted.2".
std::string EventOfSample(const std::string& sample) { return sample.substr(0, sample.find('.')); }

// What each sample was made from, by its name: that of its event.
std::map<std::string, Past> Samples() {
  std::map<std::string, Past> samples;
  for (const auto& some :
       {PlanSamples(), TurnSamples(), PersonSamples(), HouseSamples(), JournalSamples()}) {
    for (const Past& past : some) {
      const absl::StatusOr<std::string> name = EventNameOf(past.event);
      EXPECT_TRUE(name.ok()) << name.status();
      EXPECT_TRUE(samples.emplace(name.value_or(""), past).second) << *name << " twice";
    }
  }
  for (const Past& past : SecondSamples()) {
    samples.emplace(absl::StrCat(EventNameOf(past.event).value_or(""), ".2"), past);
  }
  return samples;
}

void AddLeaves(const google::protobuf::Descriptor& message, std::set<std::string>& names) {
  for (int i = 0; i < message.field_count(); ++i) {
    const google::protobuf::Descriptor* inner = message.field(i)->message_type();
    if (inner != nullptr && absl::EndsWith(inner->name(), "Event")) {
      AddLeaves(*inner, names);
    } else {
      names.insert(message.field(i)->name());
    }
  }
}

// The fields of `message` that are not filled, at any depth; of a oneof one field is enough.
void AddEmptyFields(const Message& message, std::vector<std::string>& empty) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->is_repeated()) {
      const int size = reflection.FieldSize(message, field);
      if (size == 0) empty.push_back(field->full_name());
      if (field->message_type() == nullptr) continue;
      for (int j = 0; j < size; ++j) {
        AddEmptyFields(reflection.GetRepeatedMessage(message, field, j), empty);
      }
      continue;
    }
    const auto* choice = field->real_containing_oneof();
    const bool filled = choice == nullptr ? reflection.HasField(message, field)
                                          : reflection.HasOneof(message, choice);
    // Microseconds are seldom asked for; a comment's moment is whole seconds here.
    if (!filled && field->full_name() != "google.protobuf.Timestamp.nanos") {
      empty.push_back(field->full_name());
    }
    if (field->message_type() != nullptr && reflection.HasField(message, field)) {
      AddEmptyFields(reflection.GetMessage(message, field), empty);
    }
  }
}

// The forms inside a record, which are bytes to the event.
std::vector<std::string> EmptyFieldsOf(const v1::Event& event) {
  std::vector<std::string> empty;
  AddEmptyFields(event, empty);
  const v1::RecordingEvent& recording = event.plan().recording();
  for (const v1::Record* record :
       {&recording.draft_issued().record(), &recording.draft_revised().record()}) {
    if (!record->has_plan()) continue;
    v1::IndividualPlan plan;
    v1::TrainingAnnex annex;
    if (!plan.ParseFromString(record->plan().plan())) empty.push_back("plan");
    if (!annex.ParseFromString(record->plan().annex())) empty.push_back("annex");
    AddEmptyFields(plan, empty);
    AddEmptyFields(annex, empty);
  }
  return empty;
}

std::map<std::string, std::string> PinnedDigests() {
  std::map<std::string, std::string> pinned;
  std::ifstream file(kDigests);
  std::string name;
  std::string digest;
  while (file >> name >> digest) pinned[name] = digest;
  return pinned;
}

std::string PinOf(const std::string& bytes) { return absl::BytesToHexString(StandInDigest(bytes)); }

TEST(GoldenEvents, MissingSamplesAreWrittenWhenAskedForAndNoneIsWrittenAgain) {
  const char* asked = std::getenv("COUNTERSIGN_WRITE_GOLDEN");
  if (asked == nullptr || std::string(asked) != "1") return;
  const std::map<std::string, std::string> pinned = PinnedDigests();
  for (const auto& [name, past] : Samples()) {
    if (BytesOf(PathOf(name)).has_value()) continue;
    ASSERT_EQ(pinned.count(name), 0u) << name << " was lost; take it from an earlier commit";
    const std::string bytes = past.event.SerializeAsString();
    std::ofstream(PathOf(name), std::ios::binary) << bytes;
    std::ofstream(kDigests, std::ios::app) << name << " " << PinOf(bytes) << "\n";
  }
}

TEST(GoldenEvents, ThereIsASampleOfEveryEvent) {
  std::set<std::string> all;
  AddLeaves(*v1::Event::descriptor(), all);
  for (const std::string& name : all) {
    EXPECT_TRUE(BytesOf(PathOf(name)).has_value())
        << name << ": add it to this file, then run with COUNTERSIGN_WRITE_GOLDEN=1";
  }
  std::set<std::string> made;
  for (const auto& [name, past] : Samples()) {
    made.insert(EventOfSample(name));
    EXPECT_TRUE(BytesOf(PathOf(name)).has_value()) << name;
  }
  EXPECT_EQ(made, all);
}

TEST(GoldenEvents, NoSampleWasEverChanged) {
  const std::map<std::string, std::string> pinned = PinnedDigests();
  EXPECT_EQ(pinned.size(), Samples().size());
  for (const auto& [name, digest] : pinned) {
    EXPECT_EQ(PinOf(BytesOf(PathOf(name)).value_or("missing")), digest) << name;
  }
}

TEST(GoldenEvents, EverySampleParsesAndIsOfTheKindOfItsName) {
  for (const auto& [name, past] : Samples()) {
    v1::Event event;
    ASSERT_TRUE(event.ParseFromString(BytesOf(PathOf(name)).value_or("missing"))) << name;
    EXPECT_EQ(EventNameOf(event).value_or(""), EventOfSample(name));
  }
}

// A field that changed its number or its meaning would still parse.
TEST(GoldenEvents, EverySampleMeansWhatItMeant) {
  for (const auto& [name, past] : Samples()) {
    v1::Event event;
    ASSERT_TRUE(event.ParseFromString(BytesOf(PathOf(name)).value_or("missing"))) << name;
    google::protobuf::util::MessageDifferencer differencer;
    // Fields that the schema gained since are no difference.
    differencer.set_scope(google::protobuf::util::MessageDifferencer::PARTIAL);
    std::string differences;
    differencer.ReportDifferencesToString(&differences);
    EXPECT_TRUE(differencer.Compare(event, past.event)) << name << "\n" << differences;
  }
}

// Of a kind with two samples the second has what the first could not have.
TEST(GoldenEvents, TheSamplesOfAnEventLeaveNoFieldOut) {
  const std::map<std::string, Past> samples = Samples();
  for (const auto& [name, past] : samples) {
    if (name != EventOfSample(name)) continue;
    const auto second = samples.find(absl::StrCat(name, ".2"));
    EXPECT_THAT(EmptyFieldsOf(second == samples.end() ? past.event : second->second.event),
                ::testing::IsEmpty())
        << name;
  }
}

// Every sample folds: alone, and after everything else that can have happened.
TEST(GoldenEvents, EverySampleFolds) {
  const Scenario lived = Given(ADraft() + std::vector{ChangesRequested()})
                             .Knowing({AbsenceRecorded(kAmina, "2026-10-05", "")});
  for (const auto& [name, past] : Samples()) {
    v1::Event event;
    ASSERT_TRUE(event.ParseFromString(BytesOf(PathOf(name)).value_or("missing"))) << name;
    for (World world : {World(), lived.world()}) {
      const absl::Status folded = Learn(world, {past.subject_id, event, kTess, kLongAgo});
      EXPECT_TRUE(folded.ok()) << name << ": " << folded;
    }
  }
}

// Cards are made from the same events, without the text.
TEST(GoldenEvents, EverySampleAdvancesTheCardsOfItsStream) {
  for (const auto& [name, past] : Samples()) {
    Recorded recorded;
    recorded.subject_id = past.subject_id;
    recorded.event = past.event;
    v1::PlanProgress progress;
    v1::PersonFacts person;
    v1::SchoolFacts school;
    v1::TrustFacts trust;
    EXPECT_EQ(Advance(progress, recorded).ok(), past.event.has_plan()) << name;
    EXPECT_EQ(Advance(person, recorded).ok(), past.event.has_person()) << name;
    EXPECT_EQ(Advance(school, recorded).ok(), past.event.has_school()) << name;
    EXPECT_EQ(Advance(trust, recorded).ok(), past.event.has_trust()) << name;
  }
}

}  // namespace
}  // namespace countersign::rules
