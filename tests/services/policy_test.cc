// Who may do what: the whole table against the design (confidentiality, section 1), every standing
// as it is found from facts, and every row that was ever shipped.
#include "services/permission/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/london.h"
#include "tests/support/people.h"

namespace countersign {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

// Added last to either enum: the loops below go over all.
constexpr Standing kLastStanding = Standing::kChallenged;
constexpr Action kLastAction = Action::kKeepBackups;

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
  const Roles head_or_substitute = {Standing::kHead, Standing::kSubstituteHead};
  const Roles listers = {Standing::kReviewee, Standing::kReviewer, Standing::kHead,
                         Standing::kOffice, Standing::kTrustLead};
  std::map<Action, Roles> design;
  const auto may = [&](const Roles& roles, const std::vector<Action>& actions) {
    for (const Action action : actions) {
      EXPECT_TRUE(design.emplace(action, roles).second) << NameOf(action) << " stands here twice";
    }
  };
  may({Standing::kFounder}, {Action::kFoundTrust});
  may(nobody_but_lead,
      {Action::kRegisterSchool, Action::kAdoptPolicy, Action::kOpenCycle, Action::kGrantTrustRole,
       Action::kEndTrustRole, Action::kAppointHead, Action::kOverridePolicy, Action::kRebuildCards,
       Action::kExportPayloads, Action::kKeepBackups});
  may({Standing::kTrustLead, Standing::kOffice},
      {Action::kImportBankHolidays, Action::kImportPeople});
  may({Standing::kTrustLead, Standing::kHead}, {Action::kGrantSchoolRole, Action::kEndSchoolRole});
  may(everybody, {Action::kSeeTrust, Action::kSeeSchools, Action::kSeeSelf, Action::kSeeLog});
  may({Standing::kAuditor, Standing::kTrustLead}, {Action::kReadLog});
  may(keepers_of_school, {Action::kImportCalendar, Action::kChangeWorkFacts, Action::kListPeople});
  may({Standing::kSelf, Standing::kLineManager, Standing::kOffice, Standing::kHead,
       Standing::kTrustLead},
      {Action::kSeePerson});
  may({Standing::kOffice, Standing::kHead}, {Action::kEnrol, Action::kWithdrawEnrolment});
  may(head_or_substitute,
      {Action::kAssignReviewer, Action::kDecideReplacement, Action::kReplaceReviewer,
       Action::kSuspendPlan, Action::kResumePlan, Action::kExtendDeadline, Action::kCloseUnsigned});
  may({Standing::kReviewee, Standing::kHead, Standing::kSubstituteHead},
      {Action::kSeeReplacementRequests});
  may(reviewer, {Action::kConfirmMeeting, Action::kMoveMeeting, Action::kCorrectMeeting,
                 Action::kCancelMeeting, Action::kRecordMeetingHeld, Action::kIssueDraft,
                 Action::kReviseDraft, Action::kDeclineChange, Action::kFinaliseRecord,
                 Action::kIssuePreparationPack, Action::kRecordConsultation});
  may(reviewee, {Action::kWaiveNotice, Action::kRequestChanges, Action::kAddComment,
                 Action::kRequestReplacement, Action::kSharePreparation, Action::kSeeAccesses});
  may({Standing::kReviewer, Standing::kReviewee}, {Action::kSign, Action::kDeclineSignature});
  may({Standing::kReviewer, Standing::kLineManager, Standing::kHead}, {Action::kArrangeRelease});
  may({Standing::kReviewer, Standing::kHead, Standing::kSubstituteHead}, {Action::kIssueCopies});
  may({Standing::kTrainingLead}, {Action::kSeeAnnex, Action::kListAnnexes});
  may({Standing::kTrustLead, Standing::kHead, Standing::kOffice, Standing::kGovernor},
      {Action::kSeeCompliance});
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

// R28: whoever was challenged reads no reasons, whatever else they are; all else stays as it was.
TEST(ThePolicy, BarsTheChallengedFromTheReasonsAndFromNothingElse) {
  for (const Action action : AllActions()) {
    for (const Standing standing : AllStandings()) {
      Standings alone;
      alone.Add(standing);
      Standings challenged = alone;
      challenged.Add(Standing::kChallenged);
      const PolicyRow* expected =
          action == Action::kSeeReplacementRequests ? nullptr : Permit(action, alone);
      EXPECT_EQ(Permit(action, challenged), expected)
          << NameOf(action) << " by " << NameOf(standing);
    }
  }
}

// Nobody gives or takes time on their own side of a plan, the head and the substitute included.
TEST(ThePolicy, KeepsTheTimeAndTheEndOfAPlanFromWhoeverReviewsItAndSaysWhoActsInstead) {
  const std::set<Action> barred = {Action::kExtendDeadline, Action::kSuspendPlan,
                                   Action::kResumePlan, Action::kCloseUnsigned};
  for (const Action action : AllActions()) {
    for (const Standing standing : AllStandings()) {
      Standings reviewing;
      reviewing.Add(standing);
      reviewing.Add(Standing::kReviewer);
      const PolicyBar* bar = BarAgainst(action, reviewing);
      if (barred.count(action) > 0) {
        EXPECT_EQ(Permit(action, reviewing), nullptr) << NameOf(action) << NameOf(standing);
        ASSERT_NE(bar, nullptr) << NameOf(action);
        EXPECT_THAT(std::string(bar->instead), HasSubstr("trust lead"));
      } else if (standing != Standing::kChallenged) {
        EXPECT_EQ(bar, nullptr) << NameOf(action) << NameOf(standing);
      }
    }
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

// The day on which everybody is asked how they stand.
constexpr char kToday[] = "2026-10-05";
constexpr char kYesterday[] = "2026-10-04";
constexpr char kTomorrow[] = "2026-10-06";

void Hold(google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles, const std::string& person,
          v1::Role role, const std::string& first_on = "", const std::string& last_on = "") {
  v1::RoleHeld* held = roles.Add();
  held->set_person_id(person);
  held->set_role(role);
  held->set_first_on(first_on);
  held->set_last_on(last_on);
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
    return Names(ToThePlanAs(person));
  }
  std::set<std::string> ToThePerson(const std::string& person) const {
    return Names(StandingsTo(reviewee_, school_, trust_, Somebody(person), On(kToday)));
  }
  Standings ToThePlanAs(const std::string& person) const {
    return StandingsTo(plan_, reviewee_, school_, trust_, Somebody(person), On(kToday));
  }
  // Under which standing an act of the person on the plan counts; "nobody" where it is denied.
  std::string CountsAs(const std::string& person, Action action) const {
    const PolicyRow* row = Permit(action, ToThePlanAs(person));
    return row == nullptr ? "nobody" : std::string(NameOf(row->standing));
  }
  // Under which standing the person reads the reasons of a request; "nobody" where they may not.
  std::string ReadsReasonsAs(const std::string& person, size_t request) const {
    const Standings standings =
        StandingsTo(plan_.replacements.at(request - 1), Somebody(person), ToThePlanAs(person));
    const PolicyRow* row = Permit(Action::kSeeReplacementRequests, standings);
    return row == nullptr ? "nobody" : std::string(NameOf(row->standing));
  }
  void Close() {
    plan_.progress.mutable_enrolled()->set_position_after(1);
    plan_.progress.mutable_closed_unsigned()->set_position_after(8);
  }
  // The reviewee asks for another reviewer.
  void Challenge() {
    rules::RequestedReplacement& request = plan_.replacements.emplace_back();
    request.replacement = static_cast<uint32_t>(plan_.replacements.size());
    request.reviewer_id = plan_.progress.reviewer_id();
    plan_.progress.mutable_replacement_requested()->set_position_after(1);
  }
  // The request is decided; the reviewer stays unless another takes over.
  void DecideChallenge(const std::string& new_reviewer = "") {
    plan_.replacements.back().decided = true;
    plan_.progress.clear_replacement_requested();
    if (new_reviewer.empty()) return;
    plan_.progress.set_reviewer_id(new_reviewer);
  }
  void IssueAnnex() { plan_.progress.mutable_annex_copy_issued()->set_position_after(9); }
  static std::set<std::string> Names(const Standings& standings) {
    std::set<std::string> names;
    for (const Standing standing : AllStandings()) {
      if (standings.Has(standing)) names.insert(std::string(NameOf(standing)));
    }
    return names;
  }
  void GiveInSchool(const std::string& person, v1::Role role, const std::string& first_on = "",
                    const std::string& last_on = "") {
    Hold(*school_.facts.mutable_roles(), person, role, first_on, last_on);
  }
  void GiveInTrust(const std::string& person, v1::Role role, const std::string& first_on = "",
                   const std::string& last_on = "") {
    Hold(*trust_.facts.mutable_roles(), person, role, first_on, last_on);
  }
  static bool SeesContent(const std::set<std::string>& names) {
    for (const Standing standing : AllStandings()) {
      Standings alone;
      alone.Add(standing);
      if (names.count(std::string(NameOf(standing))) > 0 &&
          (Permit(Action::kSeePlan, alone) != nullptr ||
           Permit(Action::kSeeTimeline, alone) != nullptr ||
           Permit(Action::kSeeDeadlines, alone) != nullptr ||
           Permit(Action::kSeeAnnex, alone) != nullptr)) {
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
              UnorderedElementsAre("office", "governor", "auditor", "member"));
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kCarol)));
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kOlive)));
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kTess)));
  EXPECT_TRUE(SeesContent(ToThePlan(rules::kHelen)));
}

// Roles have days: both count, the days around them do not.
TEST_F(StandingsToAPlan, ARoleCountsFromItsFirstToItsLastDay) {
  struct Term {
    const char* first_on;
    const char* last_on;
    bool counts;
  };
  const Term kTerms[] = {
      {"", "", true},         {kToday, kToday, true},  {kYesterday, kTomorrow, true},
      {kTomorrow, "", false}, {"", kYesterday, false}, {kYesterday, kYesterday, false},
      {kYesterday, "", true}, {"", kToday, true},      {kTomorrow, kTomorrow, false},
  };
  for (const Term& term : kTerms) {
    school_.facts.clear_roles();
    GiveInSchool(rules::kCarol, v1::ROLE_HEADTEACHER, term.first_on, term.last_on);
    GiveInSchool(rules::kCarol, v1::ROLE_OFFICE, term.first_on, term.last_on);
    EXPECT_EQ(ToThePlan(rules::kCarol).count("headteacher"), term.counts ? 1u : 0u)
        << term.first_on << " to " << term.last_on;
    EXPECT_EQ(ToThePlan(rules::kCarol).count("office"), term.counts ? 1u : 0u);
    EXPECT_EQ(SeesContent(ToThePlan(rules::kCarol)), term.counts);
  }
}

TEST_F(StandingsToAPlan, ATrustLeadWhoseDaysAreOverSubstitutesForNobody) {
  GiveInSchool(rules::kAmina, v1::ROLE_HEADTEACHER);
  trust_.facts.clear_roles();
  GiveInTrust(rules::kTess, v1::ROLE_TRUST_LEAD, "", kYesterday);
  GiveInTrust(rules::kCarol, v1::ROLE_TRUST_LEAD, kTomorrow);
  EXPECT_THAT(ToThePlan(rules::kTess), UnorderedElementsAre("member"));
  EXPECT_THAT(ToThePlan(rules::kCarol), UnorderedElementsAre("member"));
}

// A11: whose head needs a substitute is asked of today.
TEST_F(StandingsToAPlan, AHeadWhoIsHeadNoMoreNeedsNoSubstitute) {
  GiveInSchool(rules::kAmina, v1::ROLE_HEADTEACHER, "", kYesterday);
  EXPECT_EQ(ToThePlan(rules::kTess).count("substitute_head"), 0u);
  GiveInSchool(rules::kAmina, v1::ROLE_HEADTEACHER, kToday);
  EXPECT_EQ(ToThePlan(rules::kTess).count("substitute_head"), 1u);
}

// R28, A11: the head who reviews and is challenged does not decide on it.
TEST_F(StandingsToAPlan, AHeadUnderChallengeIsNoHeadAndTheTrustLeadSubstitutes) {
  plan_.progress.set_reviewer_id(rules::kHelen);
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kReplaceReviewer), "headteacher");
  Challenge();
  EXPECT_THAT(ToThePlan(rules::kHelen), UnorderedElementsAre("reviewer", "member"));
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kDecideReplacement), "nobody");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kSeeReplacementRequests), "nobody");
  EXPECT_EQ(CountsAs(rules::kTess, Action::kDecideReplacement), "substitute_head");
  EXPECT_EQ(CountsAs(rules::kTess, Action::kSeeReplacementRequests), "substitute_head");
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kTess))) << "to decide on a reviewer is not to read";
}

TEST_F(StandingsToAPlan, AHeadIsHeadAgainOnceItIsDecidedButNeverReadsTheReasons) {
  plan_.progress.set_reviewer_id(rules::kHelen);
  Challenge();
  DecideChallenge();
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kReplaceReviewer), "headteacher");
  EXPECT_EQ(ReadsReasonsAs(rules::kHelen, 1), "nobody");
  Challenge();
  DecideChallenge(rules::kBen);
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kSeePlan), "headteacher");
  EXPECT_EQ(ReadsReasonsAs(rules::kHelen, 1), "nobody");
  EXPECT_EQ(ReadsReasonsAs(rules::kHelen, 2), "nobody");
}

// R28: whom one request was about is nobody's judge of theirs, but may be of another's.
TEST_F(StandingsToAPlan, AHeadWhoWasChallengedOnceReadsWhatIsAskedOfSomebodyElse) {
  plan_.progress.set_reviewer_id(rules::kHelen);
  Challenge();
  DecideChallenge(rules::kBen);
  Challenge();
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kDecideReplacement), "headteacher");
  EXPECT_EQ(ReadsReasonsAs(rules::kHelen, 2), "headteacher");
  EXPECT_EQ(ReadsReasonsAs(rules::kHelen, 1), "nobody");
  EXPECT_EQ(ReadsReasonsAs(rules::kAmina, 1), "reviewee");
  EXPECT_EQ(ReadsReasonsAs(rules::kBen, 2), "nobody");
}

// Nobody decides on a request any more, so it takes nothing from the head; its reasons stay apart.
TEST_F(StandingsToAPlan, AChallengeEndsWithAClosedPlan) {
  plan_.progress.set_reviewer_id(rules::kHelen);
  Challenge();
  Close();
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kListObligations), "reviewer");
  EXPECT_TRUE(ToThePlan(rules::kHelen).count("headteacher") > 0);
  EXPECT_EQ(ReadsReasonsAs(rules::kHelen, 1), "nobody");
}

// A11: a head who reviews plays both parts, challenged or not.
TEST_F(StandingsToAPlan, TheTrustLeadSubstitutesForAHeadWhoReviews) {
  EXPECT_EQ(CountsAs(rules::kTess, Action::kExtendDeadline), "nobody");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kExtendDeadline), "headteacher");
  plan_.progress.set_reviewer_id(rules::kHelen);
  for (const Action action : {Action::kExtendDeadline, Action::kSuspendPlan, Action::kResumePlan,
                              Action::kCloseUnsigned}) {
    EXPECT_EQ(CountsAs(rules::kHelen, action), "nobody") << NameOf(action);
    EXPECT_EQ(CountsAs(rules::kTess, action), "substitute_head") << NameOf(action);
  }
  for (const Action action : {Action::kAssignReviewer, Action::kReplaceReviewer}) {
    EXPECT_EQ(CountsAs(rules::kHelen, action), "headteacher") << NameOf(action);
    EXPECT_EQ(CountsAs(rules::kTess, action), "substitute_head") << NameOf(action);
  }
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kWithdrawEnrolment), "headteacher");
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kTess)));
}

// R75 to R77: reviewing lasts until nothing of it is left to do.
TEST_F(StandingsToAPlan, ReviewingEndsWithTheLastCopyOfAClosedPlan) {
  reviewee_.facts.clear_manager_ids();
  Close();
  EXPECT_EQ(CountsAs(rules::kBen, Action::kIssueCopies), "reviewer");
  EXPECT_EQ(CountsAs(rules::kBen, Action::kSeePlan), "reviewer");
  plan_.progress.mutable_copy_issued()->set_position_after(9);
  plan_.progress.mutable_original_lodged()->set_position_after(10);
  EXPECT_EQ(CountsAs(rules::kBen, Action::kSeePlan), "reviewer") << "the annex is still owed";
  plan_.progress.mutable_annex_copy_issued()->set_position_after(11);
  EXPECT_THAT(ToThePlan(rules::kBen), UnorderedElementsAre("member"));
}

TEST_F(StandingsToAPlan, ReviewingEndsWithAWithdrawnPlan) {
  reviewee_.facts.clear_manager_ids();
  plan_.progress.mutable_enrolled()->set_position_after(1);
  EXPECT_EQ(CountsAs(rules::kBen, Action::kSeePlan), "reviewer");
  plan_.progress.mutable_withdrawn()->set_position_after(5);
  EXPECT_THAT(ToThePlan(rules::kBen), UnorderedElementsAre("member"));
}

TEST_F(StandingsToAPlan, AHeadDecidesWhereSomebodyElseIsChallenged) {
  Challenge();
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kDecideReplacement), "headteacher");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kSeeReplacementRequests), "headteacher");
  EXPECT_EQ(CountsAs(rules::kTess, Action::kDecideReplacement), "nobody");
  EXPECT_EQ(ReadsReasonsAs(rules::kHelen, 1), "headteacher");
  EXPECT_EQ(ReadsReasonsAs(rules::kAmina, 1), "reviewee");
  EXPECT_EQ(CountsAs(rules::kAmina, Action::kSeeReplacementRequests), "reviewee");
  EXPECT_EQ(CountsAs(rules::kAmina, Action::kDecideReplacement), "nobody");
  EXPECT_EQ(CountsAs(rules::kBen, Action::kSeeReplacementRequests), "nobody");
}

TEST_F(StandingsToAPlan, ATrustLeadUnderChallengeIsNoSubstitute) {
  GiveInSchool(rules::kAmina, v1::ROLE_HEADTEACHER);
  plan_.progress.set_reviewer_id(rules::kTess);
  EXPECT_EQ(CountsAs(rules::kTess, Action::kReplaceReviewer), "substitute_head");
  Challenge();
  EXPECT_EQ(CountsAs(rules::kTess, Action::kDecideReplacement), "nobody");
  EXPECT_EQ(CountsAs(rules::kTess, Action::kSeeReplacementRequests), "nobody");
}

// A11: the head manages the reviewee. Both may assign; who reviews then decides what follows.
TEST_F(StandingsToAPlan, TheTrustLeadSubstitutesForAHeadWhoManagesWhomNobodyReviewsYet) {
  reviewee_ = Somebody(rules::kAmina, {rules::kBen, rules::kHelen});
  EXPECT_EQ(CountsAs(rules::kTess, Action::kReplaceReviewer), "nobody") << "Ben reviews";
  plan_.progress.clear_reviewer_id();
  EXPECT_EQ(CountsAs(rules::kTess, Action::kAssignReviewer), "substitute_head");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kAssignReviewer), "headteacher");
}

// A23: whoever reviewed the plan before has lost it.
TEST_F(StandingsToAPlan, AFormerReviewerMayDoNothingWithThePlan) {
  reviewee_.facts.clear_manager_ids();
  Challenge();
  DecideChallenge(rules::kCarol);
  EXPECT_THAT(ToThePlan(rules::kBen), UnorderedElementsAre("member"));
  const Standings member = StandingsTo(trust_, Somebody(rules::kBen), On(kToday));
  for (const Action action : AllActions()) {
    EXPECT_EQ(Permit(action, ToThePlanAs(rules::kBen)), Permit(action, member)) << NameOf(action);
  }
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kSeePlan), "reviewer");
}

// R77: nothing of the plan but the annex, and that only once it was passed on.
TEST_F(StandingsToAPlan, ATrainingLeadSeesTheAnnexOnceItWasPassedOn) {
  GiveInSchool(rules::kCarol, v1::ROLE_TRAINING_LEAD);
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kSeeAnnex), "nobody");
  IssueAnnex();
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kSeeAnnex), "training_lead");
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kSeePlan), "nobody");
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kSeeTimeline), "nobody");
  for (const char* person : {rules::kAmina, rules::kBen, rules::kHelen, rules::kOlive}) {
    EXPECT_EQ(CountsAs(person, Action::kSeeAnnex), "nobody") << person;
  }
  GiveInSchool(rules::kBen, v1::ROLE_TRAINING_LEAD, "", kYesterday);
  EXPECT_EQ(CountsAs(rules::kBen, Action::kSeeAnnex), "nobody") << "a former training lead";
}

// Several hats. Each act counts under the standing that allows it, and nobody acts on their own
// plan as head or office.

TEST_F(StandingsToAPlan, SomebodyInTheOfficeWhoIsTheRevieweeActsAsTheReviewee) {
  GiveInSchool(rules::kAmina, v1::ROLE_OFFICE);
  GiveInTrust(rules::kAmina, v1::ROLE_OFFICE);
  EXPECT_EQ(CountsAs(rules::kAmina, Action::kAddComment), "reviewee");
  EXPECT_EQ(CountsAs(rules::kAmina, Action::kListPlans), "reviewee");
  EXPECT_EQ(CountsAs(rules::kAmina, Action::kWithdrawEnrolment), "nobody");
  EXPECT_EQ(ToThePerson(rules::kAmina).count("office"), 0u) << "nor do they record their own work";
}

TEST_F(StandingsToAPlan, AHeadWhoManagesAndReviewsActsUnderEachOfTheThree) {
  reviewee_ = Somebody(rules::kAmina, {rules::kHelen});
  plan_.progress.set_reviewer_id(rules::kHelen);
  EXPECT_THAT(ToThePlan(rules::kHelen),
              UnorderedElementsAre("reviewer", "line_manager", "headteacher", "member"));
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kConfirmMeeting), "reviewer");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kSign), "reviewer");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kReplaceReviewer), "headteacher");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kArrangeRelease), "reviewer");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kSeePlan), "reviewer");
  plan_.progress.set_reviewer_id(rules::kBen);
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kArrangeRelease), "line_manager");
  EXPECT_EQ(CountsAs(rules::kHelen, Action::kConfirmMeeting), "nobody");
}

TEST_F(StandingsToAPlan, AHeadWhoIsTheRevieweeIsNothingElse) {
  GiveInSchool(rules::kAmina, v1::ROLE_HEADTEACHER);
  GiveInSchool(rules::kAmina, v1::ROLE_OFFICE);
  GiveInTrust(rules::kAmina, v1::ROLE_TRUST_LEAD);
  for (const Action action :
       {Action::kAssignReviewer, Action::kReplaceReviewer, Action::kDecideReplacement,
        Action::kSuspendPlan, Action::kResumePlan, Action::kExtendDeadline, Action::kCloseUnsigned,
        Action::kIssueCopies, Action::kWithdrawEnrolment, Action::kArrangeRelease}) {
    EXPECT_EQ(CountsAs(rules::kAmina, action), "nobody") << NameOf(action);
  }
  EXPECT_EQ(CountsAs(rules::kAmina, Action::kSeePlan), "reviewee");
  for (const Action action : {Action::kSuspendPlan, Action::kExtendDeadline, Action::kCloseUnsigned,
                              Action::kReplaceReviewer}) {
    EXPECT_EQ(CountsAs(rules::kTess, action), "substitute_head") << NameOf(action);
  }
}

// R84: a governor sees figures; who leads the trust besides sees them as the trust lead does.
TEST_F(StandingsToAPlan, AGovernorWhoLeadsTheTrustSeesAsTheTrustLead) {
  GiveInSchool(rules::kTess, v1::ROLE_GOVERNOR);
  EXPECT_EQ(CountsAs(rules::kTess, Action::kSeeCompliance), "trust_lead");
  EXPECT_EQ(CountsAs(rules::kTess, Action::kListObligations), "trust_lead");
  GiveInSchool(rules::kCarol, v1::ROLE_GOVERNOR);
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kSeeCompliance), "governor");
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kListObligations), "nobody");
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kListPlans), "nobody");
  EXPECT_FALSE(SeesContent(ToThePlan(rules::kTess)));
}

// R81: every line manager reads the plan, and manages no more than one of them would.
TEST_F(StandingsToAPlan, EveryLineManagerIsOne) {
  reviewee_ = Somebody(rules::kAmina, {rules::kBen, rules::kCarol, rules::kOlive});
  EXPECT_THAT(ToThePlan(rules::kBen), UnorderedElementsAre("reviewer", "line_manager", "member"));
  EXPECT_THAT(ToThePlan(rules::kCarol), UnorderedElementsAre("line_manager", "member"));
  EXPECT_THAT(ToThePlan(rules::kOlive), UnorderedElementsAre("line_manager", "office", "member"));
  EXPECT_EQ(CountsAs(rules::kOlive, Action::kSeePlan), "line_manager");
  EXPECT_EQ(CountsAs(rules::kOlive, Action::kWithdrawEnrolment), "office");
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kArrangeRelease), "line_manager");
  EXPECT_EQ(CountsAs(rules::kCarol, Action::kIssueDraft), "nobody");
}

TEST_F(StandingsToAPlan, NobodyUnregisteredHasAny) {
  EXPECT_THAT(Names(StandingsTo(plan_, reviewee_, school_, trust_, rules::Person(), On(kToday))),
              IsEmpty());
}

// An unknown plan has no parties: not even somebody without an id is one of them.
TEST_F(StandingsToAPlan, AnUnknownPlanHasNoParties) {
  EXPECT_THAT(Names(StandingsTo(rules::Plan(), rules::Person(), rules::School(), trust_,
                                Somebody(rules::kBen), On(kToday))),
              UnorderedElementsAre("member"));
  EXPECT_THAT(Names(StandingsTo(rules::Plan(), rules::Person(), rules::School(), trust_,
                                Somebody(rules::kTess), On(kToday))),
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
  EXPECT_THAT(Names(StandingsTo(rules::Trust(), rules::Person(), On(kToday))),
              UnorderedElementsAre("founder"));
  EXPECT_THAT(Names(StandingsTo(trust_, rules::Person(), On(kToday))), IsEmpty());
  EXPECT_THAT(Names(StandingsTo(trust_, Somebody(rules::kCarol), On(kToday))),
              UnorderedElementsAre("member"));
  EXPECT_THAT(Names(StandingsTo(trust_, Somebody(rules::kHelen), On(kToday))),
              UnorderedElementsAre("member"))
      << "the head of one school";
}

}  // namespace
}  // namespace countersign
