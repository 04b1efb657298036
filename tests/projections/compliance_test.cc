// How far deadlines are kept: what is counted where, and how fast.
#include "services/projections/compliance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <map>
#include <string>
#include <utility>
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

constexpr char kCycle[] = "cycle-26";

Compliance Read(const CardReader& cards, const ComplianceFilter& filter) {
  const auto compliance = ReadCompliance(cards, filter);
  EXPECT_TRUE(compliance.ok()) << compliance.status();
  return *compliance;
}

ComplianceFilter OakOn(absl::string_view today) {
  return {kCycle, "", On(today), {.school_ids = {"oak"}}};
}

// The statuses of notice, draft, final record, reviewer's and reviewee's signature.
using Outcome = std::vector<Status>;

Outcome OutcomeOf(const ComplianceGroup& group) {
  Outcome outcome;
  for (const StatusCounts& counts : group.by_kind) {
    for (size_t status = 0; status < counts.by_status.size(); ++status) {
      outcome.insert(outcome.end(), counts.by_status[status], static_cast<Status>(status));
    }
  }
  return outcome;
}

// What a plan can come to, told in events, with how it then stands on 14 October 2026 by the
// guidance: a meeting on 29 September gives a draft due on 6 October and a record on 13 October.
struct Course {
  const char* name;
  void (*tell)(Office& office);
  Outcome outcome;
};

const std::vector<Course>& Courses() {
  constexpr Status kNo = Status::kNotStarted;
  constexpr Status kMet = Status::kMet;
  constexpr Status kLate = Status::kMetLate;
  constexpr Status kOver = Status::kOverdue;
  static const auto* const kCourses = new std::vector<Course>{
      {"enrolled", [](Office&) {}, {kNo, kNo, kNo, kNo, kNo}},
      {"reviewer assigned",
       [](Office& office) { office.Reviewer("rui"); },
       {Status::kPending, kNo, kNo, kNo, kNo}},
      {"withdrawn", [](Office& office) { office.Reviewer("rui").Withdrawn(); },
       Outcome(5, Status::kDischarged)},
      {"nothing after the meeting",
       [](Office& office) { office.Reviewer("rui").On("2026-09-15").Meeting("2026-09-29"); },
       {kMet, kOver, kOver, kOver, kOver}},
      {"all in time",
       [](Office& office) {
         office.Reviewer("rui").On("2026-09-15").Meeting("2026-09-29").On("2026-10-06").Draft();
         office.On("2026-10-13").Final().SignedByReviewer().SignedByReviewee();
       },
       Outcome(5, kMet)},
      {"all late",
       [](Office& office) {
         office.Reviewer("rui").On("2026-09-28").Meeting("2026-09-29").On("2026-10-07").Draft();
         office.On("2026-10-14").Final().SignedByReviewer();
       },
       {kLate, kLate, kLate, kLate, kOver}},
      {"short notice waived",
       [](Office& office) {
         office.Reviewer("rui").On("2026-10-09").Meeting("2026-10-12").NoticeWaived();
       },
       {Status::kWaived, Status::kPending, Status::kPending, Status::kPending, Status::kPending}},
      {"draft due soon",
       [](Office& office) { office.Reviewer("rui").On("2026-09-15").Meeting("2026-10-09"); },
       {kMet, Status::kDueSoon, Status::kPending, Status::kPending, Status::kPending}},
      {"at rest",
       [](Office& office) {
         office.Reviewer("rui").On("2026-09-15").Meeting("2026-09-29");
         office.On("2026-10-01").Suspended("2026-10-01");
       },
       {kMet, Status::kSuspended, Status::kSuspended, Status::kSuspended, Status::kSuspended}},
      {"closed unsigned",
       [](Office& office) {
         office.Reviewer("rui").On("2026-09-15").Meeting("2026-09-29").On("2026-10-06").Draft();
         office.On("2026-10-13").Final().RevieweeDeclinesToSign();
         office.On("2026-10-14").ClosedUnsigned();
       },
       {kMet, kMet, kMet, Status::kDischarged, kMet}},
  };
  return *kCourses;
}

// Schools oak and elm, with their calendar, in the trust; elm joined first.
Office TwoSchools() {
  Office office;
  office.On("2026-09-01").Joins("elm").Joins("oak");
  for (const char* school : {"elm", "oak"}) {
    office.Publishes(school,
                     CalendarOf({{"2026-09-01", "2026-10-23"}, {"2026-11-02", "2026-12-18"}}));
  }
  return office;
}

TEST(Compliance, CountsEachPlanByHowItsDeadlinesStand) {
  for (const Course& course : Courses()) {
    Office office = TwoSchools();
    office.Plan("amina", "oak");
    course.tell(office);
    const Compliance compliance = Read(office.cards, OakOn("2026-10-14"));
    EXPECT_EQ(OutcomeOf(compliance.all), course.outcome) << course.name;
    const bool is_withdrawn = course.name == std::string("withdrawn");
    EXPECT_EQ(compliance.all.people, is_withdrawn ? 0u : 1u) << course.name;
  }
}

TEST(Compliance, IsWhatWasMetOfWhatShouldHaveBeen) {
  Office office = TwoSchools();
  int plan = 0;
  for (const Course& course : Courses()) {
    office.On("2026-09-01").Plan(absl::StrCat("p", plan), "oak", absl::StrCat("plan-", plan));
    ++plan;
    course.tell(office);
  }
  const StatusCounts counts = Read(office.cards, OakOn("2026-10-14")).all.Together();
  EXPECT_EQ(counts.Numerator(), 1u + 5 + 1 + 1 + 4);
  EXPECT_EQ(counts.Denominator(), counts.Numerator() + /* late */ 4 + /* overdue */ 4 + 1);
  EXPECT_EQ(counts.Of(Status::kSuspended), 4u);
  EXPECT_EQ(counts.Of(Status::kWaived), 1u);
}

TEST(Compliance, LeavesOutWhatHasNoDeadline) {
  Office office = TwoSchools();
  office.Plan("amina", "oak").Reviewer("rui").AsksForAnother(1);
  office.On("2026-09-15").Meeting("2026-09-29").On("2026-10-06").Draft().Wish(1);
  EXPECT_EQ(OutcomeOf(Read(office.cards, OakOn("2026-10-06")).all).size(), 5u);
}

TEST(Compliance, IsJudgedOnTheDayOfAsking) {
  Office office = TwoSchools();
  office.Plan("amina", "oak").Reviewer("rui").On("2026-09-15").Meeting("2026-09-29");
  const auto draft_on = [&](absl::string_view today) {
    return OutcomeOf(Read(office.cards, OakOn(today)).all)[1];
  };
  EXPECT_EQ(draft_on("2026-09-28"), Status::kNotStarted);
  EXPECT_EQ(draft_on("2026-10-01"), Status::kPending);
  EXPECT_EQ(draft_on("2026-10-06"), Status::kDueSoon);
  EXPECT_EQ(draft_on("2026-10-07"), Status::kOverdue);
}

TEST(Compliance, IsOfOneCycle) {
  Office office = TwoSchools();
  office.Plan("amina", "oak").Plan("amina", "oak", "plan-2", "cycle-27").Reviewer("rui");
  ComplianceFilter filter = OakOn("2026-10-14");
  EXPECT_EQ(Read(office.cards, filter).all.by_kind[0].Of(Status::kNotStarted), 1u);
  filter.cycle_id = "cycle-27";
  EXPECT_EQ(Read(office.cards, filter).all.by_kind[0].Of(Status::kPending), 1u);
  filter.cycle_id = "cycle-28";
  EXPECT_EQ(Read(office.cards, filter).all.people, 0u);
}

TEST(Compliance, CountsAPersonOnceWhoWasEnrolledAnew) {
  Office office = TwoSchools();
  office.Plan("amina", "oak").Withdrawn().Plan("amina", "oak", "plan-2");
  const Compliance compliance = Read(office.cards, OakOn("2026-10-14"));
  EXPECT_EQ(compliance.all.people, 1u);
  EXPECT_EQ(OutcomeOf(compliance.all).size(), 10u);
}

TEST(Compliance, CountsNobodyWhosePlanWasWithdrawnAndShowsThePlanAsDischarged) {
  Office office = TwoSchools();
  office.Plan("amina", "oak").Withdrawn().Plan("bo", "oak", "plan-2");
  const Compliance compliance = Read(office.cards, OakOn("2026-10-14"));
  EXPECT_EQ(compliance.all.people, 1u);
  EXPECT_EQ(compliance.all.Together().Of(Status::kDischarged), 5u);
  EXPECT_EQ(compliance.all.Together().Of(Status::kNotStarted), 5u);
}

TEST(Compliance, TellsTeamsApartByWhereTheRevieweeWorksNow) {
  Office office = TwoSchools();
  office.Person("amina", "oak", "Kitchen").Person("bo", "oak", "Classrooms");
  office.Plan("amina", "oak").Plan("bo", "oak", "plan-2").Plan("cleo", "oak", "plan-3");
  const auto teams = [&] {
    std::map<std::string, size_t> people;
    const Compliance compliance = Read(office.cards, OakOn("2026-10-14"));
    for (const TeamCompliance& team : compliance.schools[0].teams) {
      people[team.team] = team.group.people;
    }
    return people;
  };
  using Teams = std::map<std::string, size_t>;
  EXPECT_EQ(teams(), (Teams{{"", 1}, {"Classrooms", 1}, {"Kitchen", 1}}));
  office.Post("amina", "oak", "Classrooms");
  EXPECT_EQ(teams(), (Teams{{"", 1}, {"Classrooms", 2}}));
}

TEST(Compliance, ShowsTheSchoolsInSightInTheOrderInWhichTheyJoined) {
  Office office = TwoSchools();
  office.Plan("amina", "oak");
  ComplianceFilter filter = {kCycle, "", On("2026-10-14"), {.school_ids = {"oak", "elm"}}};
  const Compliance both = Read(office.cards, filter);
  ASSERT_EQ(both.schools.size(), 2u);
  EXPECT_EQ(both.schools[0].school_id, "elm");
  EXPECT_EQ(both.schools[0].group.people, 0u);
  EXPECT_FALSE(both.schools[0].group.withheld);
  EXPECT_EQ(both.schools[1].group.people, 1u);
  filter.school_id = "elm";
  EXPECT_EQ(Read(office.cards, filter).all.people, 0u);
  filter.sight.school_ids = {"oak"};
  EXPECT_THAT(Read(office.cards, filter).schools, IsEmpty());
}

// An independent count: every card that is there, school by school, with no index and no ladder but
// the words of the design.
std::map<std::pair<std::string, std::string>, std::map<std::string, uint32_t>> CountByHand(
    const MemoryCards& cards, const std::string& today) {
  std::map<std::pair<std::string, std::string>, std::map<std::string, uint32_t>> counted;
  for (const auto& [key, bytes] : cards.rows) {
    if (key.substr(0, 2) != "o/") continue;
    v1::ObligationCard card;
    EXPECT_TRUE(card.ParseFromString(bytes));
    if (card.kind() > 5 || card.cycle_id() != kCycle) continue;
    v1::PersonFacts person;
    const auto found = cards.rows.find(keys::Person(card.reviewee_id()));
    if (found != cards.rows.end()) person.ParseFromString(found->second);
    const bool late = !card.due_on().empty() &&
                      (card.has_met() ? card.met_on() > card.due_on() : today > card.due_on());
    const bool begun = !card.starts_on().empty() && card.starts_on() <= today;
    const bool lifted = card.discharged() || card.has_waived();
    auto& counts = counted[{card.school_id(), person.team()}];
    counts["met"] += card.has_met() && !late;
    counts["denominator"] += (card.has_met() && (!late || !card.has_waived())) ||
                             (!card.has_met() && !lifted && begun && late);
    counts["all"] += 1;
  }
  return counted;
}

TEST(Compliance, AgreesWithACountByHandOverManyPlans) {
  Office office = TwoSchools();
  const char* const kTeams[] = {"Kitchen", "Classrooms", ""};
  for (int i = 0; i < 120; ++i) {
    const std::string school = i % 3 == 0 ? "elm" : "oak";
    const std::string person = absl::StrCat("p", i);
    office.On("2026-09-01").Person(person, school, kTeams[i % 7 % 3]);
    office.Plan(person, school, absl::StrCat("plan-", i));
    Courses()[i % Courses().size()].tell(office);
  }
  for (const char* today : {"2026-09-20", "2026-10-06", "2026-10-14", "2027-01-10"}) {
    auto by_hand = CountByHand(office.cards, today);
    const Compliance compliance =
        Read(office.cards, {kCycle, "", On(today), {.school_ids = {"oak", "elm"}}});
    uint32_t together = 0;
    for (const SchoolCompliance& school : compliance.schools) {
      EXPECT_EQ(school.teams.size(), 3u);
      for (const TeamCompliance& team : school.teams) {
        const StatusCounts counts = team.group.Together();
        auto& expected = by_hand[{school.school_id, team.team}];
        EXPECT_EQ(counts.Numerator(), expected["met"]) << today;
        EXPECT_EQ(counts.Denominator(), expected["denominator"]) << today;
        uint32_t all = 0;
        for (const uint32_t count : counts.by_status) all += count;
        EXPECT_EQ(all, expected["all"]) << today;
        together += expected["met"];
      }
    }
    EXPECT_EQ(compliance.all.Together().Numerator(), together) << today;
    EXPECT_GT(together, 0u);
  }
}

// The aim is 200 ms on a quiet machine; the bound only says that nothing is counted twice over.
TEST(Compliance, OfFifteenThousandObligationsIsCountedInOneBreath) {
  Office office = TwoSchools();
  for (int i = 0; i < 3000; ++i) {
    office.Person(absl::StrCat("p", i), "oak", absl::StrCat("Team ", i % 40))
        .Plan(absl::StrCat("p", i), "oak", absl::StrCat("plan-", i));
    if (i % 2 == 0) office.Reviewer("rui").Meeting("2026-09-29");
  }
  const auto began = std::chrono::steady_clock::now();
  const Compliance compliance = Read(office.cards, OakOn("2026-10-14"));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  uint32_t counted = 0;
  for (const uint32_t count : compliance.all.Together().by_status) counted += count;
  EXPECT_EQ(counted, 15'000u);
  std::cout << "compliance over " << counted << " obligations: " << took.count() << " ms\n";
  EXPECT_LT(took.count(), 5'000);
}

}  // namespace
}  // namespace countersign::projections
