// Who is what, and from when to when (R24): roles as they are granted, counted and ended.
#include "services/rules/state/roles.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/rules/refusals.h"
#include "services/rules/state/school.h"
#include "tests/support/london.h"
#include "tests/support/people.h"

namespace countersign::rules {
namespace {

using HeldRoles = google::protobuf::RepeatedPtrField<v1::RoleHeld>;

constexpr char kToday[] = "2026-10-05";
constexpr char kYesterday[] = "2026-10-04";
constexpr char kTomorrow[] = "2026-10-06";

v1::RoleEvent Granted(const std::string& person_id, v1::Role role, const std::string& first_on = "",
                      const std::string& last_on = "") {
  v1::RoleEvent event;
  event.mutable_role_granted()->set_person_id(person_id);
  event.mutable_role_granted()->set_role(role);
  event.mutable_role_granted()->set_first_on(first_on);
  event.mutable_role_granted()->set_last_on(last_on);
  return event;
}

// Roles as a history leaves them, on a day on which somebody asks for a change of them.
class Roles : public testing::Test {
 protected:
  Roles() {
    facts_.now = InLondon(absl::StrCat(kToday, " 09:00"));
    facts_.zone = London();
    facts_.caller_id = kTess;
    for (const char* id : {kAmina, kBen, kCarol, kHelen, kTess}) {
      people_[id].facts.set_person_id(id);
      facts_.people[id] = &people_[id];
    }
  }

  void Happened(const v1::RoleEvent& event) {
    ASSERT_TRUE(AdvanceRoles(*school_.mutable_roles(), event).ok());
  }

  // "2026-10-05 to ": the days that were granted; "already so"; or why not.
  std::string Grant(const std::string& person_id, v1::Role role, const std::string& first_on = "",
                    const std::string& last_on = "", House house = House::kTrust) {
    v1::GrantRole command;
    command.set_person_id(person_id);
    command.set_role(role);
    command.set_first_on(first_on);
    command.set_last_on(last_on);
    const absl::StatusOr<std::optional<v1::RoleEvent>> decided =
        DecideGrant(house, school_.roles(), facts_, command);
    if (!decided.ok()) return WhyNot(decided.status());
    if (!decided->has_value()) return "already so";
    const v1::RoleGranted& granted = (*decided)->role_granted();
    EXPECT_EQ(granted.person_id(), person_id);
    EXPECT_EQ(granted.role(), role);
    return absl::StrCat(granted.first_on(), " to ", granted.last_on());
  }

  // "ended", or why not.
  std::string End(const std::string& person_id, v1::Role role) {
    v1::EndRole command;
    command.set_person_id(person_id);
    command.set_role(role);
    const absl::StatusOr<v1::RoleEvent> decided = DecideEnd(school_.roles(), facts_, command);
    if (!decided.ok()) return WhyNot(decided.status());
    EXPECT_EQ(decided->role_ended().person_id(), person_id);
    EXPECT_EQ(decided->role_ended().role(), role);
    return "ended";
  }

  std::string HeadOn(const std::string& day) const { return HeadOf(school_, On(day)); }

  static std::string WhyNot(const absl::Status& status) {
    const std::optional<v1::Refusal> refusal = RefusalOf(status);
    return refusal.has_value() ? v1::Reason_Name(refusal->reason())
                               : std::string(absl::StatusCodeToString(status.code()));
  }

  v1::SchoolFacts school_;  // The trust's roles are kept in the same way.
  Facts facts_;
  std::map<std::string, Person> people_;
};

TEST_F(Roles, CountFromTheirFirstToTheirLastDay) {
  Happened(Granted(kHelen, v1::ROLE_HEADTEACHER, "2026-09-01", "2027-08-31"));
  EXPECT_EQ(HeadOn("2026-08-31"), "");
  EXPECT_EQ(HeadOn("2026-09-01"), kHelen);
  EXPECT_EQ(HeadOn("2027-08-31"), kHelen);
  EXPECT_EQ(HeadOn("2027-09-01"), "");
  EXPECT_TRUE(HasRole(school_.roles(), kHelen, v1::ROLE_HEADTEACHER, On("2027-01-01")));
  EXPECT_FALSE(HasRole(school_.roles(), kHelen, v1::ROLE_HEADTEACHER, On("2027-09-01")));
  EXPECT_FALSE(HasRole(school_.roles(), kHelen, v1::ROLE_OFFICE, On("2027-01-01")));
  EXPECT_FALSE(HasRole(school_.roles(), kBen, v1::ROLE_HEADTEACHER, On("2027-01-01")));
}

TEST_F(Roles, WithoutDaysCountAlways) {
  Happened(Granted(kHelen, v1::ROLE_HEADTEACHER));
  EXPECT_EQ(HeadOn("2000-01-01"), kHelen);
  EXPECT_EQ(HeadOn("2099-12-31"), kHelen);
}

TEST_F(Roles, LeaveTheOfficeToWhomItWasGrantedLast) {
  Happened(Granted(kHelen, v1::ROLE_HEADTEACHER));
  Happened(Granted(kCarol, v1::ROLE_HEADTEACHER, kTomorrow));
  Happened(Granted(kBen, v1::ROLE_TRAINING_LEAD));
  EXPECT_EQ(HeadOn(kToday), kHelen) << "Carol's days have not begun";
  EXPECT_EQ(HeadOn(kTomorrow), kCarol);
  EXPECT_EQ(TrainingLeadOf(school_, On(kToday)), kBen);
  EXPECT_EQ(TrainingLeadOf(v1::SchoolFacts(), On(kToday)), "");
}

TEST_F(Roles, GrantedAgainHaveTheirNewDaysAlone) {
  Happened(Granted(kHelen, v1::ROLE_HEADTEACHER, "2026-09-01", "2026-10-31"));
  Happened(Granted(kHelen, v1::ROLE_OFFICE));
  Happened(Granted(kHelen, v1::ROLE_HEADTEACHER, "2026-10-06"));
  EXPECT_EQ(HeadOn(kToday), "");
  EXPECT_EQ(HeadOn("2026-11-01"), kHelen);
  EXPECT_TRUE(HasRole(school_.roles(), kHelen, v1::ROLE_OFFICE, On(kToday)));
  EXPECT_EQ(school_.roles_size(), 2);
}

TEST_F(Roles, GrantedAgainAreTheLastOnesGranted) {
  Happened(Granted(kHelen, v1::ROLE_HEADTEACHER, "", kYesterday));
  Happened(Granted(kCarol, v1::ROLE_HEADTEACHER));
  Happened(Granted(kHelen, v1::ROLE_HEADTEACHER));
  EXPECT_EQ(HeadOn(kToday), kHelen);
}

TEST_F(Roles, AreGrantedForDays) {
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR), " to ");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "2026-09-01", "2027-08-31"), "2026-09-01 to 2027-08-31");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "2027-09-01"), "2027-09-01 to ");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "", kToday), " to 2026-10-05");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, kToday, kToday), "2026-10-05 to 2026-10-05");
}

TEST_F(Roles, AreAlreadySoForTheSameDaysAndReplacedForOthers) {
  Happened(Granted(kBen, v1::ROLE_AUDITOR, "2026-09-01", "2027-08-31"));
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "2026-09-01", "2027-08-31"), "already so");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "2026-09-01", "2027-07-31"), "2026-09-01 to 2027-07-31");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "2026-09-01"), "2026-09-01 to ");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR), " to ");
  EXPECT_EQ(Grant(kCarol, v1::ROLE_AUDITOR, "2026-09-01", "2027-08-31"), "2026-09-01 to 2027-08-31")
      << "somebody else's days are nobody's business";
}

TEST_F(Roles, AreNotGrantedForDaysThatAreNone) {
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "2026-12-02", "2026-12-01"), "ROLE_DAYS_UNCLEAR");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "2026-09-01", kYesterday), "ROLE_DAYS_UNCLEAR");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "", kYesterday), "ROLE_DAYS_UNCLEAR");
  Happened(Granted(kBen, v1::ROLE_AUDITOR, "", kYesterday));
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "", kYesterday), "ROLE_DAYS_UNCLEAR")
      << "it is not so any more";
}

// The day turns at midnight in London, not in Greenwich: in summer an hour earlier.
TEST_F(Roles, HaveTheDaysOfTheSchools) {
  facts_.now = InLondon("2026-06-30 23:30");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "", "2026-06-30"), " to 2026-06-30");
  facts_.now = InLondon("2026-07-01 00:30");
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "", "2026-06-30"), "ROLE_DAYS_UNCLEAR");
}

TEST_F(Roles, BelongToASchoolOrToTheTrust) {
  for (const v1::Role role : {v1::ROLE_HEADTEACHER, v1::ROLE_TRAINING_LEAD}) {
    EXPECT_EQ(Grant(kBen, role, "", "", House::kSchool), " to ");
    EXPECT_EQ(Grant(kBen, role, "", "", House::kTrust), "ROLE_MISPLACED");
  }
  for (const v1::Role role : {v1::ROLE_TRUST_LEAD, v1::ROLE_AUDITOR}) {
    EXPECT_EQ(Grant(kBen, role, "", "", House::kSchool), "ROLE_MISPLACED");
  }
  EXPECT_EQ(Grant(kBen, v1::ROLE_AUDITOR, "", "", House::kTrust), " to ");
  for (const v1::Role role : {v1::ROLE_OFFICE, v1::ROLE_GOVERNOR}) {
    EXPECT_EQ(Grant(kBen, role, "", "", House::kSchool), " to ");
    EXPECT_EQ(Grant(kBen, role, "", "", House::kTrust), " to ");
  }
  EXPECT_EQ(Grant(kNobody, v1::ROLE_OFFICE), "NOT_FOUND");
}

// R81: some roles read plans.
TEST_F(Roles, AreNotGivenToOneselfNorMadeLonger) {
  EXPECT_EQ(Grant(kTess, v1::ROLE_OFFICE), "ROLE_TO_ONESELF");
  Happened(Granted(kTess, v1::ROLE_OFFICE, "", kTomorrow));
  EXPECT_EQ(Grant(kTess, v1::ROLE_OFFICE, "", kTomorrow), "already so");
  EXPECT_EQ(Grant(kTess, v1::ROLE_OFFICE), "ROLE_TO_ONESELF");
}

TEST_F(Roles, EndWhileTheyLastAndBeforeTheyBegin) {
  Happened(Granted(kBen, v1::ROLE_AUDITOR));
  Happened(Granted(kCarol, v1::ROLE_AUDITOR, kTomorrow));
  Happened(Granted(kHelen, v1::ROLE_AUDITOR, "", kYesterday));
  Happened(Granted(kAmina, v1::ROLE_AUDITOR, "", kToday));
  EXPECT_EQ(End(kBen, v1::ROLE_AUDITOR), "ended");
  EXPECT_EQ(End(kCarol, v1::ROLE_AUDITOR), "ended");
  EXPECT_EQ(End(kAmina, v1::ROLE_AUDITOR), "ended");
  EXPECT_EQ(End(kHelen, v1::ROLE_AUDITOR), "ROLE_NOT_HELD") << "its days are over";
  EXPECT_EQ(End(kBen, v1::ROLE_OFFICE), "ROLE_NOT_HELD");
}

// R02: a trust without a trust lead could never have one again.
TEST_F(Roles, LeaveTheTrustALeadWithoutAnEnd) {
  Happened(Granted(kTess, v1::ROLE_TRUST_LEAD));
  facts_.caller_id = kHelen;
  EXPECT_EQ(End(kTess, v1::ROLE_TRUST_LEAD), "LAST_TRUST_LEAD");
  EXPECT_EQ(Grant(kTess, v1::ROLE_TRUST_LEAD, "", "2027-08-31"), "LAST_TRUST_LEAD");
  EXPECT_EQ(Grant(kTess, v1::ROLE_TRUST_LEAD, kTomorrow), "LAST_TRUST_LEAD");
  EXPECT_EQ(Grant(kTess, v1::ROLE_TRUST_LEAD, kToday), "2026-10-05 to ");
  EXPECT_EQ(Grant(kBen, v1::ROLE_TRUST_LEAD, kTomorrow, "2027-08-31"), "2026-10-06 to 2027-08-31")
      << "Tess leads on";
  Happened(Granted(kBen, v1::ROLE_TRUST_LEAD, "", "2027-08-31"));
  EXPECT_EQ(End(kTess, v1::ROLE_TRUST_LEAD), "LAST_TRUST_LEAD") << "Ben leads to a last day";
  Happened(Granted(kCarol, v1::ROLE_TRUST_LEAD, kTomorrow));
  EXPECT_EQ(End(kTess, v1::ROLE_TRUST_LEAD), "LAST_TRUST_LEAD") << "Carol leads from tomorrow";
  Happened(Granted(kCarol, v1::ROLE_TRUST_LEAD, kToday));
  EXPECT_EQ(End(kTess, v1::ROLE_TRUST_LEAD), "ended");
  EXPECT_EQ(Grant(kTess, v1::ROLE_TRUST_LEAD, "", "2027-08-31"), " to 2027-08-31");
}

}  // namespace
}  // namespace countersign::rules
