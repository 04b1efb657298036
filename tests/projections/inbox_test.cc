// What somebody owes on a day, in all their capacities: as a party to plans, as the head of a
// school, and for a head who is a party (A11).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/rules/deadlines/days.h"
#include "tests/projections/office.h"
#include "tests/projections/random_history.h"
#include "tests/support/london.h"

namespace countersign::projections {
namespace {

using rules::ObligationKind;
using rules::Status;
using testing::ElementsAre;
using testing::IsEmpty;

ObligationFilter OwedBy(const std::string& person, absl::string_view today) {
  ObligationFilter filter;
  filter.owner_id = person;
  filter.today = On(today);
  filter.reach.everything = true;
  return filter;
}

std::vector<ObligationRow> Rows(const CardReader& cards, const ObligationFilter& filter,
                                size_t size = 10'000) {
  std::vector<ObligationRow> rows;
  PageRequest request{.size = size};
  do {
    const auto page = ListObligations(cards, filter, request);
    EXPECT_TRUE(page.ok()) << page.status();
    rows.insert(rows.end(), page->rows.begin(), page->rows.end());
    request.token = page->next_token;
  } while (!request.token.empty());
  return rows;
}

// "plan-1 draft", in the order of the list.
std::vector<std::string> Inbox(const Office& office, const std::string& person,
                               absl::string_view today = "2026-09-30") {
  std::vector<std::string> inbox;
  for (const ObligationRow& row : Rows(office.cards, OwedBy(person, today), 2)) {
    EXPECT_EQ(row.card.owed_by_id(), person);
    inbox.push_back(absl::StrCat(row.card.plan_id(), " ",
                                 rules::NameOf(static_cast<ObligationKind>(row.card.kind()))));
  }
  return inbox;
}

// MeetingAtOak, with a trust lead; amina has asked for another reviewer. Plan-2 of bo at oak is
// without a reviewer, and so is plan-3 of hana, who is the head.
Office BusyOak() {
  Office office = MeetingAtOak();
  office.TrustLead("tess")
      .AsksForAnother(1)
      .Plan("bo", "oak", "plan-2")
      .Plan("hana", "oak", "plan-3");
  return office;
}

TEST(AnInbox, HoldsWhatIOweMyselfAndWhatIOweAsHeadSoonestFirstAndUndatedLast) {
  Office office = BusyOak();
  // Hana reviews a plan at another school, and signs there.
  office.Plan("rui", "elm", "plan-4").Reviewer("hana").Meeting("2026-09-28");
  EXPECT_THAT(Inbox(office, "hana"),
              ElementsAre("plan-4 draft", "plan-4 final_available", "plan-4 reviewer_signature",
                          "plan-1 replacement_decision", "plan-2 reviewer_assigned",
                          "plan-3 reviewee_signature"));
}

TEST(AnInbox, OfTheTrustLeadHoldsWhatAHeadMayNotDecide) {
  const Office office = BusyOak();
  EXPECT_THAT(Inbox(office, "tess"), ElementsAre("plan-3 reviewer_assigned"));
}

TEST(AnInbox, OfTheTrustLeadHoldsTheRequestAgainstAHeadWhoReviews) {
  Office office = BusyOak();
  office.Replaced("hana").Plan("bo", "oak", "plan-5").Reviewer("hana").AsksForAnother(1);
  EXPECT_THAT(Inbox(office, "tess"),
              ElementsAre("plan-3 reviewer_assigned", "plan-5 replacement_decision"));
}

// A11: the head would choose among themselves and others; the trust lead chooses.
TEST(AnInbox, OfTheTrustLeadHoldsTheReviewerOfWhomTheHeadManages) {
  Office office = BusyOak();
  office.Managers("bo", {"hana", "rui"});
  EXPECT_THAT(Inbox(office, "tess"),
              ElementsAre("plan-2 reviewer_assigned", "plan-3 reviewer_assigned"));
  EXPECT_THAT(Inbox(office, "hana"),
              ElementsAre("plan-1 replacement_decision", "plan-3 reviewee_signature"));
  office.Managers("bo", {"rui"});
  EXPECT_THAT(Inbox(office, "tess"), ElementsAre("plan-3 reviewer_assigned"));
}

// What is settled is somebody's deed, and no other head's.
TEST(AnInbox, KeepsWhatWasSettledWithWhoeverSettledIt) {
  Office office = BusyOak();
  office.By("hana").ReviewerStays("plan-1", 1);
  office.By("tess").Plan("hana", "oak", "plan-7").Reviewer("rui");
  office.By("olive").Plan("bo", "oak", "plan-8").Withdrawn();
  office.HeadLeaves("oak", "hana").Head("oak", "henk");
  std::map<std::string, std::string> owners;
  ObligationFilter filter = OwedBy("", "2026-09-30");
  filter.statuses = {Status::kMet, Status::kDischarged};
  for (const ObligationRow& row : Rows(office.cards, filter)) {
    if (!row.card.owed_by_head()) continue;
    owners[absl::StrCat(row.card.plan_id(), " ",
                        rules::NameOf(static_cast<ObligationKind>(row.card.kind())))] =
        row.card.owed_by_id();
  }
  EXPECT_EQ(owners["plan-1 replacement_decision"], "hana");
  EXPECT_EQ(owners["plan-7 reviewer_assigned"], "tess");
  EXPECT_EQ(owners["plan-8 reviewer_assigned"], "olive");
  filter.owner_id = "tess";
  ASSERT_EQ(Rows(office.cards, filter).size(), 1u);
  EXPECT_EQ(Rows(office.cards, filter).front().card.plan_id(), "plan-7");
  filter.owner_id = "henk";
  EXPECT_THAT(Rows(office.cards, filter), IsEmpty());
}

// Reviewing ends with the plan, and so does what its reviewer is shown of it.
TEST(AnInbox, OfAFormerReviewerShowsNothingOfAPlanThatHasEnded) {
  const auto shown_to_rui = [](const Office& office) {
    ObligationFilter filter = OwedBy("", "2026-09-30");
    filter.reach = {.person_id = "rui"};
    filter.statuses = {Status::kMet, Status::kMetLate, Status::kPending, Status::kNotStarted,
                       Status::kDischarged};
    const auto plans = ListPlans(office.cards, {.reach = filter.reach}, PageRequest());
    EXPECT_TRUE(plans.ok()) << plans.status();
    return std::make_pair(Rows(office.cards, filter).size(), plans->rows.size());
  };
  Office office = MeetingAtOak();
  EXPECT_GT(shown_to_rui(office).first, 0u);
  EXPECT_EQ(shown_to_rui(office).second, 1u);
  office.Withdrawn();
  EXPECT_EQ(shown_to_rui(office), std::make_pair(size_t{0}, size_t{0}));
}

TEST(AnInbox, FollowsTheDaysOfAHeadsRole) {
  Office office = MeetingAtOak();
  office.Plan("bo", "oak", "plan-2").Head("oak", "hana", "", "2026-09-30");
  office.Head("oak", "henk", "2026-10-01");
  const auto assigned = ElementsAre("plan-2 reviewer_assigned");
  EXPECT_THAT(Inbox(office, "hana", "2026-09-30"), assigned);
  EXPECT_THAT(Inbox(office, "henk", "2026-09-30"), IsEmpty());
  EXPECT_THAT(Inbox(office, "hana", "2026-10-01"), IsEmpty());
  EXPECT_THAT(Inbox(office, "henk", "2026-10-01"), assigned);
}

TEST(AnInbox, FollowsTheDaysOfASubstitutesRole) {
  Office office = BusyOak();
  office.TrustLead("toby", "2026-10-01", "2026-10-02");
  EXPECT_THAT(Inbox(office, "toby", "2026-09-30"), IsEmpty());
  EXPECT_THAT(Inbox(office, "toby", "2026-10-01"), ElementsAre("plan-3 reviewer_assigned"));
  EXPECT_THAT(Inbox(office, "tess", "2026-10-01"), IsEmpty());
  EXPECT_THAT(Inbox(office, "tess", "2026-10-03"), ElementsAre("plan-3 reviewer_assigned"));
}

TEST(AnInbox, OfNobodyHoldsWhatAVacantOfficeOwes) {
  Office office = BusyOak();
  office.HeadLeaves("oak", "hana");
  EXPECT_THAT(Inbox(office, "hana"), ElementsAre("plan-3 reviewee_signature"));
  EXPECT_THAT(Inbox(office, "tess"), IsEmpty());
  ObligationFilter plan = OwedBy("", "2026-09-30");
  plan.plan_id = "plan-2";
  EXPECT_EQ(Rows(office.cards, plan).back().card.owed_by_id(), "");
}

TEST(AnInbox, NeverMakesATrustLeadDecideInTheirOwnPlan) {
  Office office = BusyOak();
  office.Plan("hana", "oak", "plan-6").Reviewer("tess").AsksForAnother(1);
  EXPECT_THAT(Inbox(office, "tess"),
              ElementsAre("plan-3 reviewer_assigned", "plan-6 notice", "plan-6 draft",
                          "plan-6 final_available", "plan-6 reviewer_signature"));
  office.TrustLead("tara", "", "2026-12-31").TrustLead("tess");
  EXPECT_THAT(Inbox(office, "tara"), ElementsAre("plan-6 replacement_decision"));
}

TEST(AnInbox, ShowsWhoOwesItInEveryOtherListToo) {
  const Office office = BusyOak();
  std::map<std::string, std::string> owners;
  for (const ObligationRow& row : Rows(office.cards, OwedBy("", "2026-09-30"))) {
    if (row.card.owed_by_head()) owners[row.card.plan_id()] = row.card.owed_by_id();
  }
  EXPECT_EQ(owners, (std::map<std::string, std::string>{
                        {"plan-1", "hana"}, {"plan-2", "hana"}, {"plan-3", "tess"}}));
}

// A head of a large school pages through what waits for them, and each page costs what it shows.
TEST(AnInbox, ReadsNotMuchMoreThanItShows) {
  Office office = MeetingAtOak();
  for (int i = 0; i < 300; ++i) {
    office.Plan(absl::StrCat("person-", i), "oak", absl::StrCat("plan-", 100 + i)).Reviewer("rui");
  }
  office.Plan("bo", "oak", "plan-2").Plan("amina", "oak", "plan-3");
  office.cards.ForgetCounts();
  EXPECT_THAT(Inbox(office, "hana"),
              ElementsAre("plan-2 reviewer_assigned", "plan-3 reviewer_assigned"));
  EXPECT_LT(office.cards.gets, 10u);
}

class AnyHistoryOfRoles : public testing::TestWithParam<uint32_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, AnyHistoryOfRoles, testing::Values(11u, 12u, 13u));

// Whoever owes a thing finds it in their inbox and nobody else does, whatever happened before.
TEST_P(AnyHistoryOfRoles, PutsEverythingOpenIntoTheInboxOfWhoOwesIt) {
  MemoryCards cards;
  const ObligationCards projection(London());
  RandomHistory history(GetParam());
  std::set<std::string> people;
  size_t owed_by_offices = 0;
  for (int i = 0; i < 2400; ++i) {
    const rules::Recorded recorded = history.NextRecorded();
    if (recorded.event.has_person()) people.insert(recorded.subject_id);
    ASSERT_TRUE(projection.Apply(recorded, cards).ok());
    if (i % 300 != 299) continue;
    for (const char* today : {"2026-09-01", "2026-10-10", "2026-11-20"}) {
      std::map<std::string, std::vector<std::string>> expected;
      for (const ObligationRow& row : Rows(cards, OwedBy("", today))) {
        if (row.card.owed_by_id().empty()) continue;
        owed_by_offices += row.card.owed_by_head();
        expected[row.card.owed_by_id()].push_back(keys::DueOrder(row.card));
      }
      for (const std::string& person : people) {
        std::vector<std::string> found;
        for (const ObligationRow& row : Rows(cards, OwedBy(person, today), 7)) {
          found.push_back(keys::DueOrder(row.card));
        }
        ASSERT_EQ(found, expected[person]) << person << " on " << today;
      }
    }
  }
  EXPECT_GT(owed_by_offices, 20u);
}

}  // namespace
}  // namespace countersign::projections
