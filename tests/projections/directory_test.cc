// Lists of plans and people, by ids and states.
#include "services/projections/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/projections/office.h"
#include "tests/support/london.h"

namespace countersign::projections {
namespace {

using rules::PlanState;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Plans(const Office& office, const PlanFilter& filter) {
  std::vector<std::string> ids;
  PageRequest request{.size = 2};
  do {
    const auto page = ListPlans(office.cards, filter, request);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const v1::PlanProgress& plan : page->rows) ids.push_back(plan.plan_id());
    request.token = page->next_token;
  } while (!request.token.empty());
  return ids;
}

std::vector<std::string> People(const Office& office, const PeopleFilter& filter) {
  std::vector<std::string> ids;
  PageRequest request{.size = 2};
  do {
    const auto page = ListPeople(office.cards, filter, request);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const v1::PersonFacts& person : page->rows) ids.push_back(person.person_id());
    request.token = page->next_token;
  } while (!request.token.empty());
  return ids;
}

// plan-1 of amina at oak by rui, plan-2 of rui at oak, plan-3 of bo at elm by amina; cleo works for
// the trust.
Office TwoSchools() {
  Office office = MeetingAtOak();
  office.Person("bo", "elm")
      .Person("cleo", "")
      .Plan("rui", "oak", "plan-2")
      .Plan("bo", "elm", "plan-3")
      .Reviewer("amina");
  return office;
}

const Reach kEverything{.everything = true};

TEST(TheDirectory, ListsThePlansOfASchoolOfAPersonAndInAState) {
  const Office office = TwoSchools();
  EXPECT_THAT(Plans(office, {.reach = kEverything}), ElementsAre("plan-1", "plan-2", "plan-3"));
  EXPECT_THAT(Plans(office, {.school_id = "oak", .reach = kEverything}),
              ElementsAre("plan-1", "plan-2"));
  EXPECT_THAT(Plans(office, {.person_id = "amina", .reach = kEverything}),
              ElementsAre("plan-1", "plan-3"));
  EXPECT_THAT(Plans(office, {.school_id = "oak", .person_id = "amina", .reach = kEverything}),
              ElementsAre("plan-1"));
  EXPECT_THAT(Plans(office, {.state = PlanState::kReviewerAssigned, .reach = kEverything}),
              ElementsAre("plan-3"));
}

TEST(TheDirectory, ListsPlansWithinReachAlone) {
  const Office office = TwoSchools();
  EXPECT_THAT(Plans(office, {}), IsEmpty());
  EXPECT_THAT(Plans(office, {.person_id = "amina"}), IsEmpty());
  EXPECT_THAT(Plans(office, {.school_id = "oak"}), IsEmpty());
  EXPECT_THAT(Plans(office, {.reach = {.person_id = "rui"}}), ElementsAre("plan-1", "plan-2"));
  EXPECT_THAT(Plans(office, {.reach = {.school_ids = {"elm"}, .person_id = "rui"}}),
              ElementsAre("plan-1", "plan-2", "plan-3"));
  EXPECT_THAT(Plans(office, {.reach = {.school_ids = {"oak"}, .person_id = "rui"}}),
              ElementsAre("plan-1", "plan-2"));
  EXPECT_THAT(Plans(office, {.school_id = "elm", .reach = {.school_ids = {"oak"}}}), IsEmpty());
}

TEST(TheDirectory, ListsAPlanForItsNewReviewerAndNoLongerForTheOldOne) {
  Office office = MeetingAtOak();
  office.Replaced("vera");
  EXPECT_THAT(Plans(office, {.person_id = "rui", .reach = kEverything}), IsEmpty());
  EXPECT_THAT(Plans(office, {.reach = {.person_id = "rui"}}), IsEmpty());
  EXPECT_THAT(Plans(office, {.person_id = "vera", .reach = kEverything}), ElementsAre("plan-1"));
}

TEST(TheDirectory, ListsPlansThatRestAndThoseClosedUnsigned) {
  Office office = TwoSchools();
  office.Suspended("2026-09-15").Plan("cleo", "oak", "plan-4").Reviewer("rui").ClosedUnsigned();
  EXPECT_THAT(Plans(office, {.state = PlanState::kSuspended, .reach = kEverything}),
              ElementsAre("plan-3"));
  EXPECT_THAT(Plans(office, {.state = PlanState::kClosedUnsigned, .reach = kEverything}),
              ElementsAre("plan-4"));
}

TEST(TheDirectory, ListsPeopleBySchool) {
  const Office office = TwoSchools();
  EXPECT_THAT(People(office, {.reach = kEverything}), ElementsAre("amina", "bo", "cleo", "rui"));
  EXPECT_THAT(People(office, {.school_id = "oak", .reach = kEverything}),
              ElementsAre("amina", "rui"));
  EXPECT_THAT(People(office, {.reach = {.school_ids = {"elm", "oak"}}}),
              ElementsAre("amina", "bo", "rui"));
  EXPECT_THAT(People(office, {.school_id = "oak", .reach = {.school_ids = {"elm"}}}), IsEmpty());
  EXPECT_THAT(People(office, {.reach = {.person_id = "amina"}}), IsEmpty());
}

TEST(TheDirectory, FollowsPeopleToAnotherSchool) {
  Office office = TwoSchools();
  office.Post("rui", "elm");
  EXPECT_THAT(People(office, {.school_id = "oak", .reach = kEverything}), ElementsAre("amina"));
  EXPECT_THAT(People(office, {.school_id = "elm", .reach = kEverything}), ElementsAre("bo", "rui"));
}

TEST(TheDirectory, FindsOneCardByItsId) {
  const Office office = TwoSchools();
  EXPECT_EQ((*FindPlan(office.cards, "plan-1"))->reviewer_id(), "rui");
  EXPECT_EQ((*FindPerson(office.cards, "bo"))->school_id(), "elm");
  EXPECT_EQ(rules::HeadOf(**FindSchool(office.cards, "oak"), On("2026-09-30")), "hana");
  EXPECT_FALSE(FindTrust(office.cards)->has_value());
  EXPECT_FALSE(FindPlan(office.cards, "plan-9")->has_value());
}

TEST(TheDirectory, RefusesATokenOfAnotherList) {
  const Office office = TwoSchools();
  const auto plans = ListPlans(office.cards, {.reach = kEverything}, {.size = 1});
  ASSERT_TRUE(plans.ok());
  const PageRequest next{.size = 1, .token = plans->next_token};
  EXPECT_TRUE(ListPlans(office.cards, {.reach = kEverything}, next).ok());
  EXPECT_TRUE(
      absl::IsInvalidArgument(ListPeople(office.cards, {.reach = kEverything}, next).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      ListPlans(office.cards, {.state = PlanState::kEnrolled, .reach = kEverything}, next)
          .status()));
}

}  // namespace
}  // namespace countersign::projections
