// The states of things: always what the streams say, whatever is cached, and as they were.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/registrar/registry.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using ::testing::SizeIs;

// All that a plan is, in words that can be compared.
std::string Said(const Folded<rules::Plan>& plan) {
  std::string said =
      absl::StrCat(plan.version, "\n", plan->progress.DebugString(), plan->meeting.DebugString(),
                   plan->record.DebugString(), plan->comments.Message().DebugString(),
                   absl::BytesToHexString(plan->digest));
  for (const rules::RequestedChange& change : plan->changes) {
    absl::StrAppend(&said, change.change, change.wish, change.open, change.declined_because, "\n");
  }
  for (const rules::StandingSignature& signature : plan->signatures) {
    absl::StrAppend(&said, signature.signer_id, signature.as_reviewer, "\n");
  }
  return said;
}

std::string Said(const Folded<rules::Person>& person) {
  return absl::StrCat(person.version, person->facts.DebugString(), person->name, person->job_title);
}

class StatesTest : public RegistryTest {
 protected:
  // Another plan in the same school.
  std::string Enrolled(const std::string& person) {
    return trust_.Wrote(Paper(trust_.helen, Action::kEnrol, rules::Enrol(person, trust_.cycle)))
        .subject_id;
  }
};

TEST_F(StatesTest, AnUnknownThingIsFreshAndHasNoVersion) {
  EXPECT_EQ(Must(registry_.states->PlanOf(rules::kNobody)).version, storage::kNoStream);
  EXPECT_FALSE(rules::IsKnown(*Must(registry_.states->PersonOf(rules::kNobody))));
  EXPECT_TRUE(absl::IsInvalidArgument(registry_.states->PlanOf("no UUID").status()));
}

TEST_F(StatesTest, ACacheOfOneIsAsRightAsNone) {
  States small(*registry_.journal, *registry_.keyring, 1, 1);
  const std::vector<std::string> plans = {trust_.plan, Enrolled(trust_.carol), Enrolled(trust_.ben),
                                          Enrolled(trust_.olive)};
  const std::vector<std::string> people = {trust_.amina, trust_.ben, trust_.carol, trust_.olive};
  std::mt19937 random(20260907);
  int accepted = 0;
  for (int step = 0; step < 400; ++step) {
    const size_t which = random() % plans.size();
    const std::string& plan = plans[which];
    const std::vector<Paper> choices = {
        Paper(trust_.helen, Action::kAssignReviewer,
              rules::AssignReviewer(trust_.hugo, rules::AsOther("Nobody else is free"))),
        Paper(trust_.hugo, Action::kConfirmMeeting, rules::ConfirmMeeting("2026-09-03")),
        Paper(trust_.hugo, Action::kRecordMeetingHeld, rules::RecordMeetingHeld("2026-09-03")),
        Paper(trust_.hugo, Action::kIssueDraft, rules::IssueDraft()),
        Paper(trust_.hugo, Action::kReviseDraft, rules::ReviseDraft()),
        Paper(people[which], Action::kRequestChanges, rules::RequestChanges()),
        Paper(people[which], Action::kAddComment, rules::AddComment(absl::StrCat("Step ", step))),
        Paper(trust_.hugo, Action::kFinaliseRecord, rules::FinaliseRecord())};
    accepted += Hand(choices[random() % choices.size()].About(plan)).ok() ? 1 : 0;
    const std::string absent = absl::FormatCivilTime(On("2026-10-01") + step);
    trust_.Wrote(Paper(trust_.helen, Action::kChangeWorkFacts,
                       rules::RecordAbsence(people[which], absent, absent)));
    States fresh(*registry_.journal, *registry_.keyring, 1, 1);
    const std::string& other = plans[random() % plans.size()];
    const std::string& somebody = people[random() % people.size()];
    const std::string truth = Said(Must(fresh.PlanOf(other)));
    ASSERT_EQ(Said(Must(small.PlanOf(other))), truth) << "step " << step;
    ASSERT_EQ(Said(Must(registry_.states->PlanOf(other))), truth) << "step " << step;
    ASSERT_EQ(Said(Must(small.PersonOf(somebody))), Said(Must(fresh.PersonOf(somebody))));
  }
  EXPECT_GT(accepted, 50);
}

// Another one than whoever appends, so that it knows only what it is told and what it reads.
TEST_F(StatesTest, WhatItWasToldOfIsNotReadBack) {
  States states(*registry_.journal, *registry_.keyring);
  trust_.WalkToTheDraft();
  const Folded<rules::Plan> before = Must(states.PlanOf(trust_.plan));
  const storage::StreamId stream{storage::StreamType::kPlan, IdOf(trust_.plan)};
  storage::AppendRequest unreadable;
  unreadable.events.push_back(
      {.stream = stream, .event_type = "comment_added", .payload = "no event"});
  const storage::AppendReceipt receipt = Must(registry_.journal->Append(unreadable));
  rules::Recorded recorded;
  recorded.version = receipt.entries[0].version;
  recorded.position = receipt.entries[0].position;
  recorded.subject_id = trust_.plan;
  recorded.event.mutable_plan()->mutable_recording()->mutable_comment_added()->set_text("Told.");
  states.Follow(stream, recorded);
  const Folded<rules::Plan> after = Must(states.PlanOf(trust_.plan));
  EXPECT_EQ(after.version, before.version + 1);
  EXPECT_EQ(after->comments.Message().comments(0).text(), "Told.");
  EXPECT_EQ(before->comments.bytes(), 0u) << "who holds a state sees it change";
}

TEST_F(StatesTest, WhatDoesNotFollowOnWhatIsKnownIsReadBack) {
  States states(*registry_.journal, *registry_.keyring);
  trust_.WalkToTheDraft();
  const Folded<rules::Plan> known = Must(states.PlanOf(trust_.plan));
  trust_.Wrote(trust_.Commenting("The first."));
  trust_.Wrote(trust_.Commenting("The second."));
  rules::Recorded second;
  second.version = static_cast<uint64_t>(known.version) + 2;
  second.event.mutable_plan()->mutable_recording()->mutable_comment_added()->set_text("Untrue.");
  states.Follow({storage::StreamType::kPlan, IdOf(trust_.plan)}, second);
  States fresh(*registry_.journal, *registry_.keyring);
  EXPECT_EQ(Said(Must(states.PlanOf(trust_.plan))), Said(Must(fresh.PlanOf(trust_.plan))));
}

TEST_F(StatesTest, AsOfAPositionIsWhatWasTrueThen) {
  std::map<uint64_t, std::string> then;
  std::map<uint64_t, std::string> person_then;
  const auto look = [&] {
    then[registry_.size()] = Said(Must(registry_.states->PlanOf(trust_.plan)));
    person_then[registry_.size()] = Said(Must(registry_.states->PersonOf(trust_.amina)));
  };
  look();
  int day = 10;
  for (const Paper& paper :
       {trust_.Assigning(trust_.ben), trust_.Confirming("2026-09-03"), trust_.Holding("2026-09-03"),
        trust_.Drafting(), trust_.Commenting(), trust_.Finalising()}) {
    trust_.Wrote(paper);
    look();
    const std::string absent = absl::StrCat("2026-10-", ++day);
    trust_.Wrote(Paper(trust_.olive, Action::kChangeWorkFacts,
                       rules::RecordAbsence(trust_.amina, absent, absent)));
    look();
  }
  ASSERT_THAT(then, SizeIs(13));
  for (const auto& [position, said] : then) {
    EXPECT_EQ(Said(Must(registry_.states->PlanOf(trust_.plan, position))), said) << position;
    EXPECT_EQ(Said(Must(registry_.states->PersonOf(trust_.amina, position))),
              person_then[position]);
  }
  EXPECT_EQ(Must(registry_.states->PlanOf(trust_.plan, 0)).version, storage::kNoStream);
  look();
  EXPECT_EQ(then.rbegin()->second, Said(Must(registry_.states->PlanOf(trust_.plan))))
      << "looking at the past changed the present";
}

}  // namespace
}  // namespace countersign
