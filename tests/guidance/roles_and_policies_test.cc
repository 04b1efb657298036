// Chapter: who is what, and by whose rules a school counts. "If an individual has more than one
// line manager the head teacher will determine": an office is held from a day to a day. "The
// process recommended in this guidance note": a trust adopts it, and a school may depart from it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/london.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

constexpr v1::Role kOffice = v1::ROLE_OFFICE;
constexpr v1::Role kLead = v1::ROLE_TRUST_LEAD;

Scenario TheWorld() { return Given({}); }

// Carol in the office of the school for those days.
Scenario WithCarolInTheOffice(absl::string_view first_on, absl::string_view last_on) {
  return TheWorld().Knowing({RoleGranted(kCarol, kOffice, kSchool, first_on, last_on)});
}

bool IsInTheOffice(const Scenario& known, absl::string_view day) {
  return HasRole(SchoolIn(known.world(), kSchool).facts.roles(), kCarol, kOffice, On(day));
}

// R24: from the first day to the last, both included.
TEST(ARole, CountsFromItsFirstDayToItsLast) {
  const Scenario some_weeks = WithCarolInTheOffice("2026-09-14", "2026-10-02");
  EXPECT_FALSE(IsInTheOffice(some_weeks, "2026-09-13"));
  EXPECT_TRUE(IsInTheOffice(some_weeks, "2026-09-14"));
  EXPECT_TRUE(IsInTheOffice(some_weeks, "2026-10-02"));
  EXPECT_FALSE(IsInTheOffice(some_weeks, "2026-10-03"));
  EXPECT_TRUE(IsInTheOffice(WithCarolInTheOffice("", "2026-10-02"), "1999-01-01"));
  EXPECT_TRUE(IsInTheOffice(WithCarolInTheOffice("2026-09-14", ""), "2099-01-01"));
  EXPECT_TRUE(IsInTheOffice(WithCarolInTheOffice("", ""), "2099-01-01"));
}

// R24: a role of another kind, person or house is another role.
TEST(ARole, IsHeldByOnePersonInOneHouse) {
  const Scenario known = WithCarolInTheOffice("", "");
  const auto& roles = SchoolIn(known.world(), kSchool).facts.roles();
  EXPECT_FALSE(HasRole(roles, kCarol, v1::ROLE_GOVERNOR, On("2026-10-01")));
  EXPECT_FALSE(HasRole(roles, kBen, kOffice, On("2026-10-01")));
  EXPECT_FALSE(HasRole(known.world().trust.facts.roles(), kCarol, kOffice, On("2026-10-01")));
}

// R24: given for days, and given again for others.
TEST(ARole, IsGivenForDaysThatReplaceThoseBefore) {
  const Scenario given =
      TheWorld()
          .When(GrantRole(kCarol, kOffice, kSchool, "2026-09-14", "2026-10-02"))
          .By(kTess)
          .At("2026-09-01 09:00")
          .Then({RoleGranted(kCarol, kOffice, kSchool, "2026-09-14", "2026-10-02")});
  given.When(GrantRole(kCarol, kOffice, kSchool, "2026-09-14", "2026-10-02"))
      .By(kTess)
      .ThenAlreadySo();
  const Scenario longer = given.When(GrantRole(kCarol, kOffice, kSchool, "2026-09-21", ""))
                              .By(kTess)
                              .Then({RoleGranted(kCarol, kOffice, kSchool, "2026-09-21", "")});
  EXPECT_FALSE(IsInTheOffice(longer, "2026-09-14"));
  EXPECT_TRUE(IsInTheOffice(longer, "2027-09-14"));
  longer.When(GrantRole(kCarol, kOffice)).By(kTess).ThenAllowed();
}

// R24: days that cannot be meant are refused.
TEST(ARole, HasDaysThatCanBe) {
  const auto granted = [](absl::string_view first_on, absl::string_view last_on) {
    return TheWorld()
        .When(GrantRole(kCarol, kOffice, kSchool, first_on, last_on))
        .By(kTess)
        .At("2026-10-01 09:00");
  };
  granted("2026-10-06", "2026-10-05").ThenRefused(v1::ROLE_DAYS_UNCLEAR, "R24");
  granted("2026-09-01", "2026-09-30").ThenRefused(v1::ROLE_DAYS_UNCLEAR, "R24");
  granted("", "2026-09-30").ThenRefused(v1::ROLE_DAYS_UNCLEAR, "R24");
  granted("2026-09-01", "2026-10-01").ThenAllowed();
  granted("", "2026-10-01").ThenAllowed();
  granted("2026-10-05", "2026-10-05").ThenAllowed();
  granted("2020-01-01", "").ThenAllowed();
}

// R24: what is over is not ended again; what has not begun can be.
TEST(ARole, IsEndedWhileItIsHeldOrToCome) {
  const Scenario some_weeks = WithCarolInTheOffice("2026-09-14", "2026-10-02");
  for (absl::string_view when : {"2026-09-01 09:00", "2026-10-02 23:59"}) {
    some_weeks.When(EndRole(kCarol, kOffice)).By(kTess).At(when).Then({RoleEnded(kCarol, kOffice)});
  }
  some_weeks.When(EndRole(kCarol, kOffice))
      .By(kTess)
      .At("2026-10-03 00:00")
      .ThenRefused(v1::ROLE_NOT_HELD, "R24");
}

// R02: somebody leads the trust today and without an end.
TEST(ARole, OfTheTrustLeadHasNoEndUnlessAnotherLeads) {
  TheWorld()
      .When(GrantRole(kTess, kLead, kTrustId, "", "2027-08-31"))
      .By(kHelen)
      .ThenRefused(v1::LAST_TRUST_LEAD, "R02");
  const Scenario for_a_year =
      TheWorld().Knowing({RoleGranted(kHelen, kLead, kTrustId, "", "2027-08-31")});
  for_a_year.When(EndRole(kTess, kLead, kTrustId)).ThenRefused(v1::LAST_TRUST_LEAD, "R02");
  const Scenario for_good = TheWorld().Knowing({RoleGranted(kHelen, kLead, kTrustId)});
  for_good.When(GrantRole(kTess, kLead, kTrustId, "", "2027-08-31")).By(kHelen).ThenAllowed();
  for_good.When(EndRole(kTess, kLead, kTrustId)).By(kHelen).ThenAllowed();
}

// R24: of several heads the one appointed last; of nobody, nobody.
TEST(ARole, OfTheHeadIsTheOneGrantedLastOfThoseWhoHoldIt) {
  const Scenario acting = TheWorld().Knowing(
      {RoleGranted(kCarol, v1::ROLE_HEADTEACHER, kSchool, "2026-11-02", "2026-11-30")});
  const v1::SchoolFacts& school = SchoolIn(acting.world(), kSchool).facts;
  EXPECT_EQ(HeadOf(school, On("2026-11-01")), kHelen);
  EXPECT_EQ(HeadOf(school, On("2026-11-02")), kCarol);
  EXPECT_EQ(HeadOf(school, On("2026-11-30")), kCarol);
  EXPECT_EQ(HeadOf(school, On("2026-12-01")), kHelen);
  EXPECT_EQ(TrainingLeadOf(school, On("2026-11-02")), "");
}

v1::Policy DraftIn(uint32_t days) {
  v1::Policy policy;
  policy.set_draft_days(days);
  return policy;
}

v1::Policy FinalIn(uint32_t days) {
  v1::Policy policy;
  policy.set_final_days(days);
  return policy;
}

Scenario CountedBy(const std::vector<Past>& rules) {
  return Given(AHeldMeeting()).Knowing(rules).On("2026-09-30");
}

// R02: "not statutory": a school adopts rules of its own, for meetings from a day on.
TEST(ASchoolsOwnRules, StandInPlaceOfTheTrusts) {
  TheWorld()
      .When(OverridePolicy(DraftIn(3), "2026-09-01"))
      .By(kTess)
      .Then({PolicyOverridden(DraftIn(3), "2026-09-01")});
  CountedBy({PolicyOverridden(DraftIn(3))})
      .ThenOwes(ObligationKind::kDraft, "2026-10-02", Status::kDueSoon)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-15", Status::kPending);
}

// R02: what the school leaves open follows the trust, whenever the trust changes it.
TEST(ASchoolsOwnRules, LeaveTheRestToTheTrust) {
  for (const std::vector<Past>& rules :
       {std::vector{PolicyAdopted(DraftIn(7)), PolicyOverridden(FinalIn(8))},
        std::vector{PolicyOverridden(FinalIn(8)), PolicyAdopted(DraftIn(7), "2026-09-29")}}) {
    CountedBy(rules)
        .ThenOwes(ObligationKind::kDraft, "2026-10-08", Status::kPending)
        .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-13", Status::kPending);
  }
  CountedBy({PolicyOverridden(DraftIn(3)), PolicyAdopted(DraftIn(7), "2026-09-29")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-02", Status::kDueSoon);
}

// R02: for meetings from that day on; before it the trust's rules stand.
TEST(ASchoolsOwnRules, HoldForMeetingsFromTheirDayOn) {
  CountedBy({PolicyOverridden(DraftIn(3), kMeetingDay)})
      .ThenOwes(ObligationKind::kDraft, "2026-10-02", Status::kDueSoon);
  CountedBy({PolicyOverridden(DraftIn(3), "2026-09-30")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending);
  CountedBy(
      {PolicyOverridden(DraftIn(3), "2026-09-01"), PolicyOverridden(DraftIn(4), "2026-09-30")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-02", Status::kDueSoon);
}

// R02: the last departure stands alone; one in which nothing is set is none.
TEST(ASchoolsOwnRules, AreReplacedAsAWhole) {
  CountedBy(
      {PolicyOverridden(DraftIn(3), "2026-09-01"), PolicyOverridden(FinalIn(8), "2026-09-29")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending)
      .ThenOwes(ObligationKind::kFinalAvailable, "2026-10-13", Status::kPending);
  CountedBy({PolicyOverridden(DraftIn(3), "2026-09-01"), PolicyOverridden({}, "2026-09-29")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-06", Status::kPending);
  CountedBy(
      {PolicyOverridden(DraftIn(3), "2026-09-01"), PolicyOverridden(DraftIn(4), "2026-09-01")})
      .ThenOwes(ObligationKind::kDraft, "2026-10-05", Status::kPending);
}

// R02: "no" and "none" are said, not left open.
TEST(ASchoolsOwnRules, MaySayNoWhereTheTrustSaysYes) {
  v1::Policy clear;
  clear.set_notice_clear(true);
  v1::Policy unclear;
  unclear.set_notice_clear(false);
  CountedBy({PolicyAdopted(clear)}).ThenOwes(ObligationKind::kNotice, "2026-09-20", Status::kMet);
  CountedBy({PolicyAdopted(clear), PolicyOverridden(unclear)})
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMet);
  v1::Policy none;
  none.set_notice_days(0);
  CountedBy({PolicyOverridden(none)}).ThenOwes(ObligationKind::kNotice, kMeetingDay, Status::kMet);
  v1::Policy by_the_calendar;
  by_the_calendar.set_notice_unit(v1::Policy::NOTICE_UNIT_CALENDAR);
  v1::Policy by_working_days;
  by_working_days.set_notice_unit(v1::Policy::NOTICE_UNIT_WORKING);
  CountedBy({PolicyAdopted(by_the_calendar), PolicyOverridden(by_working_days)})
      .ThenOwes(ObligationKind::kNotice, "2026-09-21", Status::kMet);
}

// A04: the days of grace are one of the rules that a school may change.
TEST(ASchoolsOwnRules, HoldForTheDaysOfGraceToo) {
  v1::Policy none;
  none.set_signature_grace_days(0);
  Given(AFinalRecord())
      .Knowing({PolicyOverridden(none)})
      .When(CloseUnsigned())
      .By(kHelen)
      .At("2026-10-16 00:00")
      .ThenAllowed();
}

// R02: one after the other, as the trust's own.
TEST(ASchoolsOwnRules, AreChangedOneAfterTheOther) {
  const Scenario departed = TheWorld().Knowing({PolicyOverridden(DraftIn(3), "2027-01-01")});
  departed.When(OverridePolicy(DraftIn(4), "2026-12-31"))
      .By(kTess)
      .ThenRefused(v1::POLICY_NOT_LATEST, "R02");
  departed.When(OverridePolicy(DraftIn(4), "2027-01-02")).By(kTess).ThenAllowed();
  departed.When(OverridePolicy(DraftIn(4), "2027-01-01")).By(kTess).ThenAllowed();
  departed.When(OverridePolicy(DraftIn(3), "2027-01-01")).By(kTess).ThenAlreadySo();
  departed.When(AdoptPolicy(DraftIn(6), "2026-12-31")).By(kTess).ThenAllowed();
}

TEST(ASchoolsOwnRules, AreThoseOfASchoolThatIsKnown) {
  Intent intent = OverridePolicy(DraftIn(3));
  intent.subject_id = kNobody;
  TheWorld().When(intent).By(kTess).ThenUnknown();
}

}  // namespace
}  // namespace countersign::rules
