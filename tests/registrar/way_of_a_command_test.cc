// The way of a command through the registrar: what a receipt says, in which order a command is
// checked, what is remembered of it, and that several streams are written together or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/rules/refusals.h"
#include "storage/entry.h"
#include "storage/errors.h"
#include "storage/merkle_tree.h"
#include "tests/registrar/registry.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The reason of a refusal; REASON_UNSPECIFIED for any other answer.
v1::Reason ReasonOf(const absl::StatusOr<Receipt>& answer) {
  const std::optional<v1::Refusal> refusal = rules::RefusalOf(answer.status());
  return refusal.has_value() ? refusal->reason() : v1::REASON_UNSPECIFIED;
}

class Receipts : public RegistryTest {};
class TheOrderOfChecks : public RegistryTest {};
class RequestIds : public RegistryTest {};
class Versions : public RegistryTest {};
class SeveralStreams : public RegistryTest {};
class DryRuns : public RegistryTest {};
class UnknownThings : public RegistryTest {};

TEST_F(Receipts, SayWhereTheEventWasWrittenDown) {
  const uint64_t before = registry_.size();
  const Receipt receipt = Must(Hand(trust_.Assigning(trust_.ben)));
  ASSERT_THAT(receipt.appended.entries, SizeIs(1));
  const storage::AppendedEntry& entry = receipt.appended.entries.front();
  EXPECT_EQ(entry.position, before);
  EXPECT_EQ(storage::ToString(entry.stream), PlanStream());
  EXPECT_EQ(entry.version, 1u);
  EXPECT_THAT(receipt.event_types, ElementsAre("reviewer_assigned"));
  EXPECT_EQ(receipt.subject_id, trust_.plan);
  EXPECT_EQ(entry.leaf_hash, storage::LeafHash(Must(registry_.journal->ReadEntry(before))));
  EXPECT_EQ(receipt.appended.head, registry_.journal->head());
  EXPECT_EQ(receipt.appended.head.size, before + 1);
  EXPECT_FALSE(receipt.appended.repeated);
}

TEST_F(Receipts, NameWhatTheCommandOpened) {
  EXPECT_EQ(Must(registry_.states->PlanOf(trust_.plan))->progress.reviewee_id(), trust_.amina);
  EXPECT_EQ(Must(registry_.states->SchoolOf(trust_.school))->facts.urn(), "100001");
  const Folded<rules::Trust> trust = Must(registry_.states->TheTrust());
  EXPECT_NE(rules::FindCycle(trust->facts, trust_.cycle), nullptr);
}

TEST_F(Receipts, HaveNoEntriesWhenEverythingIsAlreadySo) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  const uint64_t size = registry_.size();
  const Receipt again = Must(Hand(trust_.Assigning(trust_.ben)));
  EXPECT_THAT(again.appended.entries, IsEmpty());
  EXPECT_EQ(again.appended.head.size, size);
  EXPECT_EQ(again.subject_id, trust_.plan);
  EXPECT_EQ(registry_.size(), size);
}

TEST_F(Receipts, TheEntrySaysWhoDidItAndWhichRowOfThePolicyAllowedIt) {
  const Receipt receipt = Must(Hand(trust_.Assigning(trust_.ben).As(RequestNumber(7))));
  const v1::Entry entry = Must(storage::ParseEntry(
      Must(registry_.journal->ReadEntry(receipt.appended.entries.front().position))));
  EXPECT_EQ(entry.actor(), IdOf(trust_.helen).bytes());
  EXPECT_EQ(entry.acting_as(), "headteacher");
  EXPECT_EQ(entry.policy_rule(), "P037");
  EXPECT_EQ(entry.request_id(), RequestNumber(7).bytes());
}

TEST_F(TheOrderOfChecks, WhoComesBeforeClosed) {
  trust_.Wrote(trust_.Withdrawing());
  const Paper by_a_stranger =
      Paper(trust_.hugo, Action::kAssignReviewer, rules::AssignReviewer(trust_.ben))
          .About(trust_.plan);
  EXPECT_TRUE(absl::IsPermissionDenied(Hand(by_a_stranger).status()));
  EXPECT_EQ(ReasonOf(Hand(trust_.Assigning(trust_.ben))), v1::PLAN_WITHDRAWN);
}

TEST_F(TheOrderOfChecks, WhoComesBeforeTheVersion) {
  const Paper by_a_stranger =
      Paper(trust_.hugo, Action::kAssignReviewer, rules::AssignReviewer(trust_.ben))
          .About(trust_.plan)
          .Seen(99);
  EXPECT_TRUE(absl::IsPermissionDenied(Hand(by_a_stranger).status()));
}

TEST_F(TheOrderOfChecks, ClosedComesBeforeState) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  EXPECT_EQ(ReasonOf(Hand(trust_.Commenting())), v1::DRAFT_NOT_ISSUED);
  trust_.Wrote(trust_.Withdrawing());
  EXPECT_EQ(ReasonOf(Hand(trust_.Commenting())), v1::PLAN_WITHDRAWN);
}

TEST_F(TheOrderOfChecks, StateComesBeforeTime) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  EXPECT_EQ(ReasonOf(Hand(trust_.Holding("2027-01-05"))), v1::MEETING_NOT_CONFIRMED);
  trust_.Wrote(trust_.Confirming());
  EXPECT_EQ(ReasonOf(Hand(trust_.Holding("2027-01-05"))), v1::MEETING_IN_THE_FUTURE);
}

TEST_F(RequestIds, TheSameBodyGetsTheFirstAnswerAgain) {
  const Paper paper = trust_.Assigning(trust_.ben).As(RequestNumber(1));
  const Receipt first = Must(Hand(paper));
  const uint64_t size = registry_.size();
  const Receipt again = Must(Hand(paper));
  EXPECT_TRUE(again.appended.repeated);
  EXPECT_EQ(again.appended.entries, first.appended.entries);
  EXPECT_EQ(again.event_types, first.event_types);
  EXPECT_EQ(again.subject_id, first.subject_id);
  EXPECT_EQ(registry_.size(), size);
}

TEST_F(RequestIds, ARetryGetsTheFirstAnswerAfterTheStateMovedOn) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  const Paper paper = trust_.Confirming().As(RequestNumber(1));
  const Receipt first = Must(Hand(paper));
  trust_.Wrote(
      Paper(trust_.ben, Action::kCancelMeeting, rules::CancelMeeting()).About(trust_.plan));
  trust_.Wrote(trust_.Withdrawing());
  EXPECT_EQ(Must(Hand(paper)).appended.entries, first.appended.entries);
}

TEST_F(RequestIds, ARetryNamesAgainWhatTheFirstAnswerOpened) {
  const Paper paper = Paper(trust_.olive, Action::kEnrol, rules::Enrol(trust_.carol, trust_.cycle))
                          .As(RequestNumber(1));
  const Receipt first = Must(Hand(paper));
  EXPECT_NE(first.subject_id, trust_.carol);
  EXPECT_EQ(Must(Hand(paper)).subject_id, first.subject_id);
}

// Founding ends what allowed it: there is a trust now. The founder who heard no answer asks again.
TEST_F(RequestIds, ARetryGetsTheFirstAnswerThoughItsCallerMayNoLongerAsk) {
  Registry registry(disk_.get(), "/another");
  const std::string lead = Must(registry.registrar->PersonIdOf("T1"));
  const Paper founding = Paper(lead, Action::kFoundTrust, rules::FoundTrust()).As(RequestNumber(1));
  const Receipt first = Must(registry.Hand(founding));
  const absl::StatusOr<Receipt> again = registry.Hand(founding);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->appended.repeated);
  EXPECT_EQ(again->appended.entries, first.appended.entries);
}

// A late retry of what needed no event must not undo what somebody did since.
TEST_F(RequestIds, ARetryOfWhatWasAlreadySoStaysSo) {
  trust_.Wrote(
      Paper(trust_.tess, Action::kGrantSchoolRole, rules::GrantRole(trust_.ben, v1::ROLE_GOVERNOR))
          .About(trust_.school));
  const Paper again =
      Paper(trust_.tess, Action::kGrantSchoolRole, rules::GrantRole(trust_.ben, v1::ROLE_GOVERNOR))
          .About(trust_.school)
          .As(RequestNumber(1));
  EXPECT_THAT(Must(Hand(again)).appended.entries, IsEmpty());
  trust_.Wrote(
      Paper(trust_.tess, Action::kEndSchoolRole, rules::EndRole(trust_.ben, v1::ROLE_GOVERNOR))
          .About(trust_.school));
  const uint64_t size = registry_.size();
  const Receipt late = Must(Hand(again));
  EXPECT_TRUE(late.appended.repeated);
  EXPECT_THAT(late.appended.entries, IsEmpty());
  EXPECT_EQ(registry_.size(), size);
}

TEST_F(RequestIds, AnotherBodyUnderAKnownIdIsRefused) {
  trust_.Wrote(trust_.Assigning(trust_.ben).As(RequestNumber(1)));
  const uint64_t size = registry_.size();
  const absl::StatusOr<Receipt> other = Hand(trust_.Assigning(trust_.carol).As(RequestNumber(1)));
  EXPECT_TRUE(storage::IsRequestIdReused(other.status())) << other.status();
  EXPECT_EQ(registry_.size(), size);
}

TEST_F(RequestIds, AnotherThingOrVersionIsAnotherBody) {
  trust_.Wrote(trust_.Assigning(trust_.ben).As(RequestNumber(1)));
  EXPECT_TRUE(storage::IsRequestIdReused(
      Hand(trust_.Assigning(trust_.ben).As(RequestNumber(1)).Seen(0)).status()));
  const Paper of_somebody = Paper(trust_.helen, Action::kChangeWorkFacts,
                                  rules::RecordAbsence(trust_.carol, "2026-10-01", "2026-10-02"))
                                .As(RequestNumber(2));
  trust_.Wrote(of_somebody);
  EXPECT_TRUE(storage::IsRequestIdReused(Hand(of_somebody.About(trust_.amina)).status()));
}

TEST_F(RequestIds, AreEachCallersOwn) {
  trust_.Wrote(trust_.Assigning(trust_.ben).As(RequestNumber(1)));
  EXPECT_TRUE(Hand(trust_.Confirming().As(RequestNumber(1))).ok());
}

TEST_F(RequestIds, WhoMayNotIsDeniedUnderAKnownIdToo) {
  trust_.Wrote(trust_.Assigning(trust_.ben).As(RequestNumber(1)));
  const Paper finalising =
      Paper(trust_.helen, Action::kFinaliseRecord, rules::FinaliseRecord()).About(trust_.plan);
  EXPECT_TRUE(absl::IsPermissionDenied(Hand(finalising.As(RequestNumber(1))).status()));
}

TEST_F(RequestIds, RefusedCommandsAreNotRemembered) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  const Paper drafting = trust_.Drafting().As(RequestNumber(1));
  EXPECT_EQ(ReasonOf(Hand(drafting)), v1::MEETING_NOT_HELD);
  trust_.Wrote(trust_.Confirming("2026-09-03"));
  trust_.Wrote(trust_.Holding("2026-09-03"));
  const Receipt written = Must(Hand(drafting));
  EXPECT_FALSE(written.appended.repeated);
  EXPECT_THAT(written.event_types, ElementsAre("draft_issued"));
}

TEST_F(Versions, AStaleOneIsAnsweredWithBothVersions) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  const absl::StatusOr<Receipt> stale = Hand(trust_.Confirming().Seen(0));
  const std::optional<storage::VersionConflict> conflict =
      storage::VersionConflictOf(stale.status());
  ASSERT_TRUE(conflict.has_value()) << stale.status();
  EXPECT_EQ(storage::ToString(conflict->stream), PlanStream());
  EXPECT_EQ(conflict->expected, 0);
  EXPECT_EQ(conflict->actual, 1);
  EXPECT_TRUE(Hand(trust_.Confirming().Seen(1)).ok());
}

// Versions come as 64 bits without a sign, and the journal's own marks are negative.
TEST_F(Versions, OneThatNoStreamCanHaveMeansNoneOfTheJournalsMarks) {
  const absl::StatusOr<Receipt> absurd =
      Hand(trust_.Assigning(trust_.ben).Seen(static_cast<uint64_t>(storage::kAnyVersion)));
  const std::optional<storage::VersionConflict> conflict =
      storage::VersionConflictOf(absurd.status());
  ASSERT_TRUE(conflict.has_value()) << absurd.status();
  EXPECT_GT(conflict->expected, 0);
  Registry registry(disk_.get(), "/another");
  const Paper founding(Must(registry.registrar->PersonIdOf("T1")), Action::kFoundTrust,
                       rules::FoundTrust());
  EXPECT_TRUE(absl::IsAborted(
      registry.Hand(founding.Seen(static_cast<uint64_t>(storage::kNoStream))).status()));
}

TEST_F(SeveralStreams, AnEnrolmentIsWrittenToThePlanAndThePersonTogether) {
  const uint64_t before = registry_.size();
  const Receipt receipt =
      Must(Hand(Paper(trust_.olive, Action::kEnrol, rules::Enrol(trust_.carol, trust_.cycle))));
  EXPECT_THAT(registry_.EntriesFrom(before),
              ElementsAre(Written{"plan/" + receipt.subject_id, "enrolled"},
                          Written{PersonStream(trust_.carol), "plan_opened"}));
  EXPECT_THAT(receipt.appended.entries, SizeIs(2));
}

TEST_F(SeveralStreams, AnEnrolmentThatOneStreamForbidsWritesNeither) {
  const uint64_t before = registry_.size();
  EXPECT_EQ(
      ReasonOf(Hand(Paper(trust_.olive, Action::kEnrol, rules::Enrol(trust_.amina, trust_.cycle)))),
      v1::ALREADY_ENROLLED);
  EXPECT_EQ(registry_.size(), before);
}

TEST_F(SeveralStreams, AListOfStaffIsOneRequestAndRepeatingItChangesNothing) {
  std::vector<v1::StaffRow> rows = FoundedTrust::Staff();
  rows[0].set_job_title("Senior teaching assistant");
  rows.push_back(rules::Row("Nina Owen", "KN1", {"KA1"}));
  const uint64_t before = registry_.size();
  const Paper importing(trust_.tess, Action::kImportPeople, rules::RegisterPeople(rows));
  const Receipt receipt = Must(Hand(importing));
  const std::string nina = Must(registry_.registrar->PersonIdOf("KN1"));
  EXPECT_THAT(registry_.EntriesFrom(before),
              ElementsAre(Written{PersonStream(trust_.amina), "work_facts_changed"},
                          Written{PersonStream(nina), "work_facts_changed"},
                          Written{PersonStream(nina), "work_facts_changed"},
                          Written{PersonStream(nina), "work_facts_changed"}));
  EXPECT_EQ(receipt.appended.head.size, before + 4);
  EXPECT_THAT(Must(Hand(importing)).appended.entries, IsEmpty());
  EXPECT_EQ(registry_.size(), before + 4);
}

TEST_F(SeveralStreams, OneWrongLineOfAListKeepsAllOfItOut) {
  std::vector<v1::StaffRow> rows = {rules::Row("Nina Owen", "KN1"),
                                    rules::Row("Omar Pike", "KO9", {"KZ9"}, "100001", 3)};
  const uint64_t before = registry_.size();
  EXPECT_EQ(ReasonOf(Hand(Paper(trust_.tess, Action::kImportPeople, rules::RegisterPeople(rows)))),
            v1::STAFF_LIST_UNCLEAR);
  EXPECT_EQ(registry_.size(), before);
}

TEST_F(DryRuns, SayWhatWouldHappenAndWriteNothing) {
  const uint64_t before = registry_.size();
  const Paper assigning = trust_.Assigning(trust_.ben).As(RequestNumber(1));
  const Receipt receipt = Must(Hand(assigning.Dry()));
  EXPECT_THAT(receipt.appended.entries, IsEmpty());
  ASSERT_THAT(receipt.would_happen, SizeIs(1));
  EXPECT_TRUE(receipt.would_happen.front().event.plan().reviewer().has_reviewer_assigned());
  EXPECT_EQ(registry_.size(), before);
  EXPECT_FALSE(Must(Hand(assigning)).appended.repeated);
}

TEST_F(DryRuns, AreRefusedAsTheCommandWouldBe) {
  EXPECT_EQ(ReasonOf(Hand(trust_.Assigning(trust_.amina).Dry())), v1::REVIEWER_IS_REVIEWEE);
  EXPECT_TRUE(absl::IsPermissionDenied(
      Hand(Paper(trust_.sam, Action::kImportPeople, rules::RegisterPeople({})).Dry()).status()));
}

TEST_F(UnknownThings, AnUnknownPlanIsDeniedLikeAForeignOne) {
  const Paper foreign =
      Paper(trust_.sam, Action::kConfirmMeeting, rules::ConfirmMeeting()).About(trust_.plan);
  const absl::Status of_foreign = Hand(foreign).status();
  const absl::Status of_unknown = Hand(foreign.About(rules::kNobody)).status();
  EXPECT_TRUE(absl::IsPermissionDenied(of_foreign));
  EXPECT_EQ(of_foreign, of_unknown);
}

// The trust lead may do this to everybody, so that nobody is given away.
TEST_F(UnknownThings, AreNotFoundByWhoMaySeeAllOfThem) {
  const Paper about_nobody(trust_.tess, Action::kChangeWorkFacts,
                           rules::RecordAbsence(rules::kNobody, "2026-10-01", "2026-10-02"));
  EXPECT_TRUE(absl::IsNotFound(Hand(about_nobody).status()));
  EXPECT_TRUE(absl::IsNotFound(Hand(trust_.AppointedHead(trust_.ben, rules::kNobody)).status()));
  EXPECT_TRUE(absl::IsNotFound(Hand(trust_.AppointedHead(rules::kNobody, trust_.school)).status()));
}

// Keys are for ever: a person who is registered later gets theirs under an id that nobody erased.
TEST_F(UnknownThings, NoKeyIsMadeForWhatDoesNotExist) {
  uint64_t drawn = 0;
  storage::KeyringOptions options;
  options.path = "/counted";
  options.env = disk_.get();
  options.random = [&](absl::Span<uint8_t> bytes) {
    ++drawn;
    storage::SystemRandom(bytes);
  };
  const auto keyring = Must(storage::Keyring::Open(std::move(options)));
  Registrar registrar(*registry_.journal, *keyring, *registry_.states, registry_.clock,
                      *registry_.denials, London());
  ASSERT_TRUE(registrar.PersonIdOf("KT1").ok());  // The trust has its key now.
  const uint64_t before = drawn;
  Submission submission = Paper(trust_.tess, Action::kChangeWorkFacts,
                                rules::RecordAbsence(rules::kNobody, "2026-10-01", "2026-10-02"))
                              .As(RequestNumber(1))
                              .submission();
  absl::Status answered;
  registrar.Hand(submission,
                 [&](const absl::StatusOr<Receipt>& receipt) { answered = receipt.status(); });
  EXPECT_TRUE(absl::IsNotFound(answered)) << answered;
  EXPECT_EQ(drawn, before);
}

}  // namespace
}  // namespace countersign
