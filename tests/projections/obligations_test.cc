// Lists of what is owed: in order, page by page, and nothing but what the reader may see.
#include "services/projections/obligations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/projections/office.h"
#include "tests/support/london.h"

namespace countersign::projections {
namespace {

using rules::ObligationKind;
using rules::Status;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

ObligationFilter Everything(absl::string_view today = "2026-09-30") {
  ObligationFilter filter;
  filter.today = On(today);
  filter.reach.everything = true;
  return filter;
}

std::string InShort(const v1::ObligationCard& card) {
  return absl::StrCat(card.plan_id(), " ", rules::NameOf(static_cast<ObligationKind>(card.kind())));
}

std::vector<std::string> List(const Office& office, const ObligationFilter& filter) {
  const auto page = ListObligations(office.cards, filter, {.size = 1000});
  EXPECT_TRUE(page.ok()) << page.status();
  std::vector<std::string> rows;
  for (const ObligationRow& row : page->rows) rows.push_back(InShort(row.card));
  return rows;
}

// Three plans at two schools: plan-1 as in MeetingAtOak; plan-2 of rui at oak without a reviewer;
// plan-3 of bo at elm, reviewed by amina, with a meeting a day earlier.
Office TwoSchools() {
  Office office = MeetingAtOak();
  office.Plan("rui", "oak", "plan-2")
      .Plan("bo", "elm", "plan-3")
      .Reviewer("amina")
      .Meeting("2026-09-28");
  return office;
}

TEST(AListOfObligations, ShowsTheSoonestFirstAndThoseWithoutADueDateLast) {
  Office office = MeetingAtOak();
  office.Plan("rui", "oak", "plan-2");
  EXPECT_THAT(List(office, Everything()),
              ElementsAre("plan-1 draft", "plan-1 final_available", "plan-1 reviewer_signature",
                          "plan-1 reviewee_signature", "plan-2 notice", "plan-2 draft",
                          "plan-2 final_available", "plan-2 reviewer_signature",
                          "plan-2 reviewee_signature", "plan-2 reviewer_assigned"));
}

TEST(AListOfObligations, ShowsSuspendedOnesAfterAllOthers) {
  Office office = MeetingAtOak();
  office.Plan("rui", "oak", "plan-0").Away("rui", 1, "2026-10-01");
  const std::vector<std::string> rows = List(office, Everything());
  ASSERT_EQ(rows.size(), 10u);
  EXPECT_EQ(rows[0], "plan-0 notice");
  EXPECT_EQ(rows[6], "plan-1 draft");
}

TEST(AListOfObligations, ShowsWhatIsOpenUnlessAskedOtherwise) {
  const Office office = MeetingAtOak();
  ObligationFilter filter = Everything();
  filter.statuses = {Status::kMet};
  EXPECT_THAT(List(office, filter), ElementsAre("plan-1 notice", "plan-1 reviewer_assigned"));
}

TEST(AListOfObligations, MergesOpenAndSettledByDueDate) {
  ObligationFilter filter = Everything();
  filter.statuses = {Status::kMet, Status::kPending};
  EXPECT_THAT(List(MeetingAtOak(), filter),
              ElementsAre("plan-1 notice", "plan-1 draft", "plan-1 final_available",
                          "plan-1 reviewer_signature", "plan-1 reviewee_signature",
                          "plan-1 reviewer_assigned"));
}

TEST(AListOfObligations, ChangesWithTheDayAlone) {
  const Office office = MeetingAtOak();
  ObligationFilter filter = Everything("2026-10-01");
  filter.statuses = {Status::kDueSoon};
  EXPECT_THAT(List(office, filter), IsEmpty());
  filter.today = On("2026-10-02");
  EXPECT_THAT(List(office, filter), ElementsAre("plan-1 draft"));
  filter.today = On("2026-10-07");
  EXPECT_THAT(List(office, filter), IsEmpty());
  filter.statuses = {Status::kOverdue};
  EXPECT_THAT(List(office, filter), ElementsAre("plan-1 draft"));
}

TEST(AListOfObligations, CanBeOfOnePlanOwnerOrSchool) {
  const Office office = TwoSchools();
  ObligationFilter filter = Everything();
  filter.plan_id = "plan-3";
  filter.owner_id = "bo";
  EXPECT_THAT(List(office, filter), ElementsAre("plan-3 reviewee_signature"));
  filter = Everything();
  filter.owner_id = "amina";
  EXPECT_THAT(List(office, filter),
              ElementsAre("plan-3 draft", "plan-3 final_available", "plan-3 reviewer_signature",
                          "plan-1 reviewee_signature"));
  filter = Everything();
  filter.owner_id = "hana";
  EXPECT_THAT(List(office, filter), ElementsAre("plan-2 reviewer_assigned"));
  filter = Everything();
  filter.school_id = "elm";
  EXPECT_THAT(List(office, filter),
              ElementsAre("plan-3 draft", "plan-3 final_available", "plan-3 reviewer_signature",
                          "plan-3 reviewee_signature"));
}

TEST(AListOfObligations, ShowsNothingToWhoReachesNothing) {
  ObligationFilter filter;
  filter.today = On("2026-09-30");
  EXPECT_THAT(List(TwoSchools(), filter), IsEmpty());
  filter.plan_id = "plan-1";
  EXPECT_THAT(List(TwoSchools(), filter), IsEmpty());
  filter.school_id = "oak";
  EXPECT_THAT(List(TwoSchools(), filter), IsEmpty());
}

TEST(AListOfObligations, ShowsThePlansOfOnesSchoolsAndThoseOneTakesPartIn) {
  const Office office = TwoSchools();
  ObligationFilter filter;
  filter.today = On("2026-09-30");
  filter.reach.person_id = "amina";
  // Her own and the one that she reviews, what the others owe in them included.
  EXPECT_EQ(List(office, filter).size(), 8u);
  filter.reach.school_ids = {"oak"};
  EXPECT_EQ(List(office, filter).size(), 14u);
  filter.school_id = "elm";
  EXPECT_EQ(List(office, filter).size(), 4u);
  filter.reach.person_id = "hana";
  EXPECT_THAT(List(office, filter), IsEmpty());
  filter.school_id = "";
  filter.plan_id = "plan-3";
  EXPECT_THAT(List(office, filter), IsEmpty());
}

TEST(AListOfObligations, ForgetsTheFormerReviewer) {
  Office office = MeetingAtOak();
  office.On("2026-09-29").Held("2026-09-29").On("2026-10-05").Draft();
  ObligationFilter filter;
  filter.today = On("2026-10-05");
  filter.statuses = {Status::kMet, Status::kPending};
  filter.reach.person_id = "rui";
  EXPECT_EQ(List(office, filter).size(), 6u);
  office.Replaced("vera");
  EXPECT_THAT(List(office, filter), IsEmpty());
  // Not even what they owed and did.
  filter.owner_id = "rui";
  EXPECT_THAT(List(office, filter), IsEmpty());
}

TEST(PagesOfObligations, ShowEachRowOnce) {
  const Office office = TwoSchools();
  ObligationFilter filter = Everything();
  filter.statuses = {Status::kMet, Status::kPending, Status::kNotStarted, Status::kDueSoon,
                     Status::kMetLate};
  const std::vector<std::string> whole = List(office, filter);
  ASSERT_EQ(whole.size(), 18u);
  for (const size_t size : {1, 4, 17, 18}) {
    std::vector<std::string> rows;
    PageRequest request{.size = size};
    do {
      const auto page = ListObligations(office.cards, filter, request);
      ASSERT_TRUE(page.ok()) << page.status();
      ASSERT_LE(page->rows.size(), size);
      ASSERT_FALSE(page->rows.empty());
      for (const ObligationRow& row : page->rows) rows.push_back(InShort(row.card));
      request.token = page->next_token;
    } while (!request.token.empty());
    EXPECT_EQ(rows, whole) << "in pages of " << size;
  }
}

TEST(APageToken, ContinuesWhileTheListMovesAndTheDayChanges) {
  Office office = TwoSchools();
  ObligationFilter filter = Everything();
  const auto first = ListObligations(office.cards, filter, {.size = 2});
  ASSERT_TRUE(first.ok());
  // A row that was shown moves away; those to come keep their places.
  office.On("2026-10-01").Draft();
  filter.today = On("2026-10-01");
  const auto rest =
      ListObligations(office.cards, filter, {.size = 100, .token = first->next_token});
  ASSERT_TRUE(rest.ok());
  std::vector<std::string> rows;
  for (const ObligationRow& row : rest->rows) rows.push_back(InShort(row.card));
  std::vector<std::string> whole = List(office, filter);
  ASSERT_EQ(whole[0], "plan-1 draft");
  whole.erase(whole.begin());
  EXPECT_EQ(rows, whole);
}

TEST(APageToken, IsRefusedForAnotherListAndWhenItIsNone) {
  const Office office = TwoSchools();
  ObligationFilter filter = Everything();
  const auto page = ListObligations(office.cards, filter, {.size = 2});
  ASSERT_TRUE(page.ok());
  const PageRequest next{.size = 2, .token = page->next_token};
  filter.school_id = "oak";
  EXPECT_TRUE(absl::IsInvalidArgument(ListObligations(office.cards, filter, next).status()));
  filter = Everything();
  filter.reach = {.school_ids = {"oak"}};
  EXPECT_TRUE(absl::IsInvalidArgument(ListObligations(office.cards, filter, next).status()));
  for (const char* token : {"?", "AAAA", "bm8gdG9rZW4gYXQgYWxs"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(
        ListObligations(office.cards, Everything(), {.size = 2, .token = token}).status()));
  }
  EXPECT_TRUE(
      absl::IsInvalidArgument(ListObligations(office.cards, Everything(), {.size = 0}).status()));
}

TEST(APageToken, IsShortEnoughForARequest) {
  Office office;
  const std::string uuid = "6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e";
  office.On("2026-09-01").Plan(uuid, uuid, uuid);
  ObligationFilter filter = Everything();
  filter.plan_id = filter.owner_id = filter.school_id = uuid;
  for (int school = 0; school < 100; ++school) filter.reach.school_ids.push_back(uuid);
  const auto page = ListObligations(office.cards, Everything(), {.size = 1});
  ASSERT_TRUE(page.ok());
  EXPECT_FALSE(page->next_token.empty());
  EXPECT_LT(page->next_token.size(), 400u);
}

TEST(ACard, IsDamagedIfItCannotBeRead) {
  Office office = MeetingAtOak();
  for (auto& [key, card] : office.cards.rows) {
    if (key.substr(0, 2) == "o/") card = "\xff";
  }
  EXPECT_TRUE(absl::IsDataLoss(ListObligations(office.cards, Everything(), {.size = 5}).status()));
}

}  // namespace
}  // namespace countersign::projections
