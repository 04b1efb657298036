// Who may do what: the whole table against the design (confidentiality, section 1), every standing
// as it is found from facts, and every row that was ever shipped.
#include "services/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/people.h"

namespace countersign {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

// Added last to either enum: the loops below go over all.
constexpr Standing kLastStanding = Standing::kFounder;
constexpr Action kLastAction = Action::kMoveClock;

std::vector<Standing> AllStandings() {
  std::vector<Standing> all;
  for (int i = 0; i <= static_cast<int>(kLastStanding); ++i)
    all.push_back(static_cast<Standing>(i));
  return all;
}

std::vector<Action> AllActions() {
  std::vector<Action> all;
  for (int i = 0; i <= static_cast<int>(kLastAction); ++i) all.push_back(static_cast<Action>(i));
  return all;
}

using Roles = std::set<Standing>;

// What the design says, by the thing and not by the row: who founds, who leads the trust, who keeps
// facts of work, who takes part in a plan, who reads it, who lists without content.
std::map<Action, Roles> TheDesign() {
  const Roles nobody_but_lead = {Standing::kTrustLead};
  const Roles everybody = {Standing::kMember};
  const Roles keepers_of_school = {Standing::kOffice, Standing::kHead, Standing::kTrustLead};
  const Roles reviewer = {Standing::kReviewer};
  const Roles reviewee = {Standing::kReviewee};
  const Roles readers = {Standing::kReviewee, Standing::kReviewer, Standing::kLineManager,
                         Standing::kHead};
  const Roles listers = {Standing::kReviewee, Standing::kReviewer, Standing::kHead,
                         Standing::kOffice, Standing::kTrustLead};
  std::map<Action, Roles> design;
  const auto may = [&](const Roles& roles, const std::vector<Action>& actions) {
    for (const Action action : actions) {
      EXPECT_TRUE(design.emplace(action, roles).second) << NameOf(action) << " stands here twice";
    }
  };
  may({Standing::kFounder}, {Action::kFoundTrust});
  may(nobody_but_lead, {Action::kRegisterSchool, Action::kAdoptPolicy, Action::kOpenCycle,
                        Action::kGrantTrustRole, Action::kEndTrustRole, Action::kAppointHead});
  may({Standing::kTrustLead, Standing::kOffice},
      {Action::kImportBankHolidays, Action::kImportPeople});
  may({Standing::kTrustLead, Standing::kHead}, {Action::kGrantSchoolRole, Action::kEndSchoolRole});
  may(everybody, {Action::kSeeTrust, Action::kSeeSchools, Action::kSeeSelf});
  may(keepers_of_school, {Action::kImportCalendar, Action::kChangeWorkFacts, Action::kListPeople});
  may({Standing::kSelf, Standing::kLineManager, Standing::kOffice, Standing::kHead,
       Standing::kTrustLead},
      {Action::kSeePerson});
  may({Standing::kOffice, Standing::kHead}, {Action::kEnrol, Action::kWithdrawEnrolment});
  may({Standing::kHead, Standing::kSubstituteHead}, {Action::kAssignReviewer});
  may(reviewer, {Action::kConfirmMeeting, Action::kMoveMeeting, Action::kCorrectMeeting,
                 Action::kCancelMeeting, Action::kRecordMeetingHeld, Action::kIssueDraft,
                 Action::kReviseDraft, Action::kDeclineChange, Action::kFinaliseRecord});
  may(reviewee, {Action::kWaiveNotice, Action::kRequestChanges, Action::kAddComment});
  may({Standing::kReviewer, Standing::kReviewee}, {Action::kSign});
  may(readers, {Action::kSeePlan, Action::kSeeTimeline, Action::kSeeDeadlines});
  may(listers, {Action::kListPlans, Action::kListObligations});
  may({Standing::kMember, Standing::kFounder}, {Action::kMoveClock});
  return design;
}

TEST(ThePolicy, AllowsWhatTheDesignSaysAndNothingElse) {
  const std::map<Action, Roles> design = TheDesign();
  for (const Action action : AllActions()) {
    ASSERT_TRUE(design.count(action) > 0) << "the design says nothing of " << NameOf(action);
    for (const Standing standing : AllStandings()) {
      Standings standings;
      standings.Add(standing);
      const PolicyRow* row = Permit(action, standings);
      EXPECT_EQ(row != nullptr, design.at(action).count(standing) > 0)
          << NameOf(action) << " by " << NameOf(standing);
      if (row == nullptr) continue;
      EXPECT_EQ(row->action, action);
      EXPECT_EQ(row->standing, standing);
    }
    EXPECT_EQ(Permit(action, Standings()), nullptr) << NameOf(action) << " by nobody";
  }
}

TEST(ThePolicy, HasARowForEveryActionAndEachRowOnce) {
  std::set<Action> allowed;
  std::set<std::pair<Action, Standing>> pairs;
  for (const PolicyRow& row : PolicyTable()) {
    allowed.insert(row.action);
    EXPECT_TRUE(pairs.insert({row.action, row.standing}).second) << row.id << " repeats a row";
  }
  EXPECT_EQ(allowed.size(), AllActions().size());
}

// Names go into entries and denials, where they stay.
TEST(ThePolicy, NamesEveryStandingAndEveryActionApart) {
  std::set<std::string> names;
  for (const Standing standing : AllStandings()) names.insert(std::string(NameOf(standing)));
  EXPECT_EQ(names.size(), AllStandings().size());
  EXPECT_EQ(names.count(""), 0u);
  EXPECT_EQ(NameOf(static_cast<Standing>(static_cast<int>(kLastStanding) + 1)), "");
  names.clear();
  for (const Action action : AllActions()) names.insert(std::string(NameOf(action)));
  EXPECT_EQ(names.size(), AllActions().size());
  EXPECT_EQ(names.count(""), 0u);
  EXPECT_EQ(NameOf(static_cast<Action>(static_cast<int>(kLastAction) + 1)), "");
}

std::vector<std::string> GoldenRows() {
  std::ifstream file(TESTS_DIR "/golden/policy_rows.txt");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(line);
  return rows;
}

// Entries name rows for ever, so the list is append-only.
TEST(ThePolicy, KeepsEveryRowThatWasEverShipped) {
  std::vector<std::string> rows;
  for (const PolicyRow& row : PolicyTable()) {
    rows.push_back(absl::StrCat(row.id, " ", NameOf(row.action), " ", NameOf(row.standing)));
  }
  const std::vector<std::string> golden = GoldenRows();
  ASSERT_THAT(golden, Not(IsEmpty()));
  for (const std::string& row : golden) {
    EXPECT_THAT(rows, testing::Contains(row)) << "tests/golden/policy_rows.txt is append-only";
  }
  for (const std::string& row : rows) {
    EXPECT_THAT(golden, testing::Contains(row)) << "append it to tests/golden/policy_rows.txt";
  }
}

TEST(ThePolicy, GivesEachRowAnIdOfItsOwn) {
  std::set<std::string> ids;
  for (const PolicyRow& row : PolicyTable()) {
    EXPECT_TRUE(ids.insert(std::string(row.id)).second) << row.id;
  }
}

// Standings, from facts.

rules::Person Somebody(const std::string& id, const std::vector<std::string>& managers = {}) {
  rules::Person person;
  person.facts.set_person_id(id);
  person.facts.set_school_id(rules::kSchool);
  for (const std::string& manager : managers) person.facts.add_manager_ids(manager);
  return person;
}

void Hold(google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles, const std::string& person,
          v1::Role role) {
  v1::RoleHeld* held = roles.Add();
  held->set_person_id(person);
  held->set_role(role);
}

rules::Trust FoundedTrust() {
  rules::Trust trust;
  trust.facts.set_name("Harbour Learning Trust");
  Hold(*trust.facts.mutable_roles(), rules::kTess, v1::ROLE_TRUST_LEAD);
  return trust;
}

// Of Amina, who is managed and reviewed by Ben, in the school whose head is Helen.
class AminasPlan : public testing::Test {
 protected:
  AminasPlan() {
    Hold(*school_.facts.mutable_roles(), rules::kHelen, v1::ROLE_HEADTEACHER);
    Hold(*school_.facts.mutable_roles(), rules::kOlive, v1::ROLE_OFFICE);
    school_.facts.set_school_id(rules::kSchool);
    plan_.progress.set_plan_id(rules::kPlan);
    plan_.progress.set_school_id(rules::kSchool);
    plan_.progress.set_reviewee_id(rules::kAmina);
    plan_.progress.set_reviewer_id(rules::kBen);
  }

  // The standings of a person to the plan, in words.
  std::set<std::string> ToThePlan(const std::string& person) const {
    return Names(StandingsTo(plan_, reviewee_, school_, trust_, Somebody(person)));
  }
  std::set<std::string> ToThePerson(const std::string& person) const {
    return Names(StandingsTo(reviewee_, school_, trust_, Somebody(person)));
  }
  static std::set<std::string> Names(const Standings& standings) {
    std::set<std::string> names;
    for (const Standing standing : AllStandings()) {
      if (standings.Has(standing)) names.insert(std::string(NameOf(standing)));
    }
    return names;
  }
  void GiveInSchool(const std::string& person, v1::Role role) {
    Hold(*school_.facts.mutable_roles(), person, role);
  }
  void GiveInTrust(const std::string& person, v1::Role role) {
    Hold(*trust_.facts.mutable_roles(), person, role);
  }
  static bool SeesContent(const std::set<std::string>& names) {
    for (const Standing standing : AllStandings()) {
      Standings alone;
      alone.Add(standing);
      if (names.count(std::string(NameOf(standing))) > 0 &&
          (Permit(Action::kSeePlan, alone) != nullptr ||
           Permit(Action::kSeeTimeline, alone) != nullptr ||
           Permit(Action::kSeeDeadlines, alone) != nullptr)) {
        return true;
      }
    }
    return false;
  }

  rules::Trust trust_ = FoundedTrust();
  rules::School school_;
  rules::Person reviewee_ = Somebody(rules::kAmina, {rules::kBen});
  rules::Plan plan_;
};
using StandingsToAPlan = AminasPlan;
using StandingsToAPerson = AminasPlan;
using StandingsToTheTrust = AminasPlan;

TEST_F(StandingsToAPlan, AreThoseOfTheGuidance) {
  EXPECT_THAT(ToThePlan(rules::kAmina), UnorderedElementsAre("reviewee", "member"));
  EXPECT_THAT(ToThePlan(rules::kBen), UnorderedElementsAre("reviewer", "line_manager", "member"));
  EXPECT_THAT(ToThePlan(rules::kHelen), UnorderedElementsAre("headteacher", "member"));
  EXPECT_THAT(ToThePlan(rules::kOlive), UnorderedElementsAre("office", "member"));
  EXPECT_THAT(ToThePlan(rules::kCarol), UnorderedElementsAre("member"));
  EXPECT_THAT(ToThePlan(rules::kTess), UnorderedElementsAre("trust_lead", "member"));
}

TEST_F(StandingsToAPlan, LastAsLongAsTheFactDoes) {
  reviewee_.facts.clear_manager_ids();
  plan_.progress.set_reviewer_id(rules::kCarol);
  plan_.progress.add_former_reviewer_ids(rules::kBen);
  EXPECT_THAT(ToThePlan(rules::kBen), UnorderedElementsAre("member"))
      << "a former reviewer and former line manager";
  school_.facts.clear_roles();
  EXPECT_THAT(ToThePlan(rules::kHelen), UnorderedElementsAre("member")) << "a former head";
}

// R90: nobody picks their own reviewer. A11: where the head is challenged, somebody else acts.
TEST_F(StandingsToAPlan, AHeadHasNoPowersInTheirOwnPlanAndTheTrustLeadSubstitutes) {
  GiveInSchool(rules::kAmina, v1::ROLE_HEADTEACHER);
  GiveInSchool(rules::kAmina, v1::ROLE_OFFICE);
  EXPECT_THAT(ToThePlan(rules::kAmina), UnorderedElementsAre("reviewee", "member"));
  EXPECT_THAT(ToThePlan(rules::kTess),
              UnorderedElementsAre("trust_lead", "substitute_head", "member"));
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kTess))) << "to assign a reviewer is not to read";
}

TEST_F(StandingsToAPlan, TheTrustLeadSubstitutesForNobodyElse) {
  EXPECT_EQ(ToThePlan(rules::kTess).count("substitute_head"), 0u);
  GiveInTrust(rules::kAmina, v1::ROLE_TRUST_LEAD);
  GiveInSchool(rules::kAmina, v1::ROLE_HEADTEACHER);
  EXPECT_EQ(ToThePlan(rules::kAmina).count("substitute_head"), 0u)
      << "a lead who is head and reviewee at once";
}

TEST_F(StandingsToAPlan, OfficeGovernorsAuditorsLeadsAndOperatorsSeeNoContent) {
  GiveInTrust(rules::kCarol, v1::ROLE_OFFICE);
  GiveInTrust(rules::kCarol, v1::ROLE_GOVERNOR);
  GiveInTrust(rules::kCarol, v1::ROLE_AUDITOR);
  GiveInSchool(rules::kCarol, v1::ROLE_GOVERNOR);
  GiveInSchool(rules::kCarol, v1::ROLE_TRAINING_LEAD);
  EXPECT_THAT(ToThePlan(rules::kCarol),
              UnorderedElementsAre("office", "governor", "auditor", "training_lead", "member"));
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kCarol)));
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kOlive)));
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kTess)));
  EXPECT_TRUE(SeesContent(ToThePlan(rules::kHelen)));
}

TEST_F(StandingsToAPlan, NobodyUnregisteredHasAny) {
  EXPECT_THAT(Names(StandingsTo(plan_, reviewee_, school_, trust_, rules::Person())), IsEmpty());
}

// An unknown plan has no parties: not even somebody without an id is one of them.
TEST_F(StandingsToAPlan, AnUnknownPlanHasNoParties) {
  EXPECT_THAT(Names(StandingsTo(rules::Plan(), rules::Person(), rules::School(), trust_,
                                Somebody(rules::kBen))),
              UnorderedElementsAre("member"));
  EXPECT_THAT(Names(StandingsTo(rules::Plan(), rules::Person(), rules::School(), trust_,
                                Somebody(rules::kTess))),
              UnorderedElementsAre("trust_lead", "member"));
}

TEST_F(StandingsToAPerson, AreTheirOwnTheirManagersAndTheirHouses) {
  EXPECT_THAT(ToThePerson(rules::kAmina), UnorderedElementsAre("self", "member"));
  EXPECT_THAT(ToThePerson(rules::kBen), UnorderedElementsAre("line_manager", "member"));
  EXPECT_THAT(ToThePerson(rules::kHelen), UnorderedElementsAre("headteacher", "member"));
  EXPECT_THAT(ToThePerson(rules::kCarol), UnorderedElementsAre("member"));
}

TEST_F(StandingsToAPerson, TheOfficeOfTheTrustStandsToEverybodyInIt) {
  GiveInTrust(rules::kCarol, v1::ROLE_OFFICE);
  EXPECT_THAT(ToThePerson(rules::kCarol), UnorderedElementsAre("office", "member"));
}

TEST_F(StandingsToTheTrust, EverybodyIsAFounderWhileThereIsNoneAndNobodyAfterwards) {
  EXPECT_THAT(Names(StandingsTo(rules::Trust(), rules::Person())), UnorderedElementsAre("founder"));
  EXPECT_THAT(Names(StandingsTo(trust_, rules::Person())), IsEmpty());
  EXPECT_THAT(Names(StandingsTo(trust_, Somebody(rules::kCarol))), UnorderedElementsAre("member"));
  EXPECT_THAT(Names(StandingsTo(trust_, Somebody(rules::kHelen))), UnorderedElementsAre("member"))
      << "the head of one school";
}

}  // namespace
}  // namespace countersign
