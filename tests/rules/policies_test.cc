// The policy in force (R02): the trust's, and over it a school's departures from it.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "services/rules/deadlines/obligations.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"
#include "services/rules/state/trust.h"
#include "tests/support/london.h"
#include "tests/support/people.h"

namespace countersign::rules {
namespace {

// The school has no calendar: every weekday that is no bank holiday counts.
class Policies : public testing::Test {
 protected:
  Policies() {
    trust_.facts.set_name("Harbour Learning Trust");
    school_.facts.set_school_id(kSchool);
    progress_.set_meeting_on(kMeetingDay);
  }

  void Adopt(const std::string& from_on, const v1::Policy& policy) {
    v1::DatedPolicy* dated = trust_.facts.add_policies();
    dated->set_effective_from_on(from_on);
    *dated->mutable_policy() = policy;
  }

  Decision Override(const std::string& from_on, const v1::Policy& policy) const {
    v1::SchoolCommand command;
    command.mutable_override_policy()->set_effective_from_on(from_on);
    *command.mutable_override_policy()->mutable_policy() = policy;
    return Decide(school_, Facts(), command);
  }

  // Decides, and lets the school live through it.
  void Depart(const std::string& from_on, const v1::Policy& policy) {
    const Decision decided = Override(from_on, policy);
    ASSERT_TRUE(decided.ok()) << decided.status();
    ASSERT_EQ(decided->size(), 1u);
    EXPECT_EQ(decided->front().subject_id, kSchool);
    Recorded recorded;
    recorded.subject_id = kSchool;
    recorded.event = decided->front().event;
    const absl::StatusOr<School> after = Evolve(school_, recorded);
    ASSERT_TRUE(after.ok()) << after.status();
    school_ = *after;
  }

  DeadlinePolicy PolicyFor(const std::string& meeting_on) const {
    return PolicyOn(trust_.facts, school_.facts, On(meeting_on));
  }

  // The due date of the draft after the meeting of Tuesday 29 September 2026.
  std::string DraftDueOn() const {
    const absl::StatusOr<DeadlineInputs> inputs =
        DeadlineInputsOf(progress_, trust_, school_, reviewer_, reviewee_);
    if (!inputs.ok()) return inputs.status().ToString();
    const DueDate due = DraftDue(*inputs, Detail::kDateOnly);
    return due.due_on.has_value() ? absl::FormatCivilTime(*due.due_on) : "none";
  }

  Trust trust_;
  School school_;
  Person reviewer_;
  Person reviewee_;
  v1::PlanProgress progress_;
};

v1::Policy DraftDays(uint32_t days) {
  v1::Policy policy;
  policy.set_draft_days(days);
  return policy;
}

TEST_F(Policies, OfASchoolMoveItsDueDates) {
  EXPECT_EQ(DraftDueOn(), "2026-10-06");
  Depart("2026-09-01", DraftDays(7));
  EXPECT_EQ(DraftDueOn(), "2026-10-08");
  Depart("2026-09-30", DraftDays(2));
  EXPECT_EQ(DraftDueOn(), "2026-10-08") << "for meetings from the next day on";
  Depart("2026-09-30", DraftDays(1));
  EXPECT_EQ(PolicyFor("2026-09-30").draft_days, 1) << "of two from one day the later";
}

TEST_F(Policies, OfASchoolFollowTheTrustInWhatTheyDoNotSay) {
  v1::Policy adopted;
  adopted.set_notice_days(10);
  adopted.set_notice_unit(v1::Policy::NOTICE_UNIT_CALENDAR);
  adopted.set_notice_clear(true);
  adopted.set_draft_days(6);
  adopted.set_final_days(12);
  adopted.set_signature_grace_days(4);
  adopted.set_extend_for_pattern(false);
  adopted.set_extend_for_absence(false);
  Adopt("2026-09-01", adopted);
  Depart("2026-09-01", DraftDays(8));
  const DeadlinePolicy policy = PolicyFor("2026-09-29");
  EXPECT_EQ(policy.draft_days, 8);
  EXPECT_EQ(policy.notice_days, 10);
  EXPECT_EQ(policy.notice_unit, NoticeUnit::kCalendar);
  EXPECT_TRUE(policy.notice_clear);
  EXPECT_EQ(policy.final_days, 12);
  EXPECT_EQ(policy.signature_grace_days, 4);
  EXPECT_FALSE(policy.extend_for_pattern);
  EXPECT_FALSE(policy.extend_for_absence);
  Adopt("2026-09-15", DraftDays(3));
  EXPECT_EQ(PolicyFor("2026-09-29").draft_days, 8) << "a departure outlives what it departs from";
  EXPECT_EQ(PolicyFor("2026-09-29").final_days, DeadlinePolicy().final_days)
      << "what is unset follows the trust of that day";
}

// Unset and set to nothing are not the same.
TEST_F(Policies, OfASchoolMaySayNoAndNone) {
  v1::Policy adopted;
  adopted.set_notice_unit(v1::Policy::NOTICE_UNIT_CALENDAR);
  adopted.set_notice_clear(true);
  Adopt("2026-09-01", adopted);
  v1::Policy departure;
  departure.set_notice_days(0);
  departure.set_notice_unit(v1::Policy::NOTICE_UNIT_WORKING);
  departure.set_notice_clear(false);
  departure.set_signature_grace_days(0);
  departure.set_extend_for_absence(false);
  Depart("2026-09-01", departure);
  const DeadlinePolicy policy = PolicyFor("2026-09-29");
  EXPECT_EQ(policy.notice_days, 0);
  EXPECT_EQ(policy.notice_unit, NoticeUnit::kWorking);
  EXPECT_FALSE(policy.notice_clear);
  EXPECT_EQ(policy.signature_grace_days, 0);
  EXPECT_FALSE(policy.extend_for_absence);
  EXPECT_TRUE(policy.extend_for_pattern);
}

TEST_F(Policies, OfTheTrustStandBeforeASchoolsFirstDeparture) {
  Adopt("2026-09-01", DraftDays(6));
  Depart("2026-10-01", DraftDays(9));
  EXPECT_EQ(PolicyFor("2026-09-30").draft_days, 6);
  EXPECT_EQ(PolicyFor("2026-10-01").draft_days, 9);
  EXPECT_EQ(PolicyOn(trust_.facts, v1::SchoolFacts(), On("2026-10-01")).draft_days, 6)
      << "another school";
}

// R02: a due date that stood yesterday is not moved by a policy that begins later.
TEST_F(Policies, OfTheTrustNeverReachBack) {
  Adopt("2026-09-15", DraftDays(6));
  EXPECT_EQ(PolicyFor("2026-09-14").draft_days, DeadlinePolicy().draft_days);
  EXPECT_EQ(PolicyFor("2026-09-15").draft_days, 6);
  Adopt("2026-10-01", DraftDays(9));
  EXPECT_EQ(PolicyFor("2026-09-14").draft_days, DeadlinePolicy().draft_days);
  EXPECT_EQ(PolicyFor("2026-09-30").draft_days, 6);
  Depart("2026-09-01", DraftDays(4));
  EXPECT_EQ(PolicyFor("2026-09-14").draft_days, 4) << "a school's, before any of the trust's";
}

TEST_F(Policies, OfASchoolEndWhereNothingIsSet) {
  Adopt("2026-09-01", DraftDays(6));
  Depart("2026-09-01", DraftDays(9));
  Depart("2026-11-01", v1::Policy());
  EXPECT_EQ(PolicyFor("2026-10-31").draft_days, 9);
  EXPECT_EQ(PolicyFor("2026-11-01").draft_days, 6);
}

TEST_F(Policies, OfASchoolAreAlreadySoWhenSaidAgain) {
  Depart("2026-09-01", DraftDays(9));
  const Decision again = Override("2026-09-01", DraftDays(9));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->empty());
  EXPECT_EQ(Override("2026-09-01", DraftDays(8))->size(), 1u) << "other words";
  EXPECT_EQ(Override("2026-09-02", DraftDays(9))->size(), 1u) << "another day";
}

TEST_F(Policies, OfASchoolAreSaidInTheOrderOfTheirDays) {
  Depart("2026-09-15", DraftDays(9));
  const std::optional<v1::Refusal> refusal =
      RefusalOf(Override("2026-09-14", DraftDays(9)).status());
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason(), v1::POLICY_NOT_LATEST);
  EXPECT_EQ(refusal->values().at("latest_from_on"), "2026-09-15");
}

TEST_F(Policies, OfNoSchoolAreNotFound) {
  school_.facts.clear_school_id();
  EXPECT_EQ(Override("2026-09-15", DraftDays(9)).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace countersign::rules
