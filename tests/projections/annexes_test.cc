// Lists of annexes that were given out.
#include "services/projections/annexes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/projections/office.h"
#include "tests/support/london.h"

namespace countersign::projections {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Annexes(const Office& office, const AnnexFilter& filter) {
  std::vector<std::string> plans;
  PageRequest request{.size = 2};
  do {
    const auto page = ListAnnexes(office.cards, filter, request);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const v1::PlanProgress& plan : page->rows) plans.push_back(plan.plan_id());
    request.token = page->next_token;
  } while (!request.token.empty());
  return plans;
}

// Annexes of plan-2, plan-1 and plan-4 at oak, in that order, with one of plan-3 at elm between.
Office FourAnnexes() {
  Office office;
  office.On("2026-09-01").Joins("oak").Joins("elm");
  const auto issue = [&](const char* reviewee, const char* school, const char* plan) {
    office.Plan(reviewee, school, plan).Reviewer("rui").SignedByReviewer().SignedByReviewee();
    office.CopyIssued().AnnexIssued();
  };
  issue("bo", "oak", "plan-2");
  issue("cleo", "elm", "plan-3");
  issue("amina", "oak", "plan-1");
  issue("dana", "oak", "plan-4");
  office.Plan("eve", "oak", "plan-5").Reviewer("rui").ClosedUnsigned().CopyIssued();
  return office;
}

TEST(ListsOfAnnexes, ShowThoseOfASchoolNewestFirst) {
  const Office office = FourAnnexes();
  EXPECT_THAT(Annexes(office, {.reach = {.school_ids = {"oak"}}}),
              ElementsAre("plan-4", "plan-1", "plan-2"));
  EXPECT_THAT(Annexes(office, {.school_id = "elm", .reach = {.school_ids = {"oak", "elm"}}}),
              ElementsAre("plan-3"));
}

TEST(ListsOfAnnexes, ShowThoseOfSeveralSchoolsInOneOrder) {
  const Office office = FourAnnexes();
  const auto all = ElementsAre("plan-4", "plan-1", "plan-3", "plan-2");
  EXPECT_THAT(Annexes(office, {.reach = {.school_ids = {"elm", "oak"}}}), all);
  EXPECT_THAT(Annexes(office, {.reach = {.everything = true}}), all);
}

TEST(ListsOfAnnexes, ShowNothingBeyondReach) {
  const Office office = FourAnnexes();
  EXPECT_THAT(Annexes(office, {}), IsEmpty());
  EXPECT_THAT(Annexes(office, {.reach = {.person_id = "amina"}}), IsEmpty());
  EXPECT_THAT(Annexes(office, {.school_id = "oak", .reach = {.school_ids = {"elm"}}}), IsEmpty());
}

TEST(ListsOfAnnexes, SayWhoseAndWhen) {
  const Office office = FourAnnexes();
  const auto page = ListAnnexes(office.cards, {.reach = {.school_ids = {"elm"}}}, {.size = 1});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->rows[0].reviewee_id(), "cleo");
  EXPECT_EQ(absl::ToCivilDay(
                absl::FromUnixMicros(page->rows[0].annex_copy_issued().recorded_at_us()), London()),
            On("2026-09-01"));
}

TEST(ListsOfAnnexes, RefuseATokenOfAnotherList) {
  const Office office = FourAnnexes();
  const auto page = ListAnnexes(office.cards, {.reach = {.everything = true}}, {.size = 1});
  ASSERT_TRUE(page.ok());
  const PageRequest next{.size = 1, .token = page->next_token};
  EXPECT_TRUE(absl::IsInvalidArgument(
      ListAnnexes(office.cards, {.reach = {.school_ids = {"oak"}}}, next).status()));
}

}  // namespace
}  // namespace countersign::projections
