// The reading room: lists that show what was just written, pages, the past, and who looked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "tests/services/accesses.h"
#include "tests/services/desk.h"
#include "tests/services/slow_cards.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::GetPlanRequest AboutPlan(const std::string& plan) {
  v1::GetPlanRequest request;
  request.set_plan_id(plan);
  return request;
}

v1::GetTimelineRequest TimelineOf(const std::string& plan) {
  v1::GetTimelineRequest request;
  request.set_plan_id(plan);
  return request;
}

class Lists : public DeskTest {
 protected:
  v1::ListPlansResponse Plans(const v1::ListPlansRequest& request) {
    const Reply reply = desk_.Call("H1", "PlanService.ListPlans", request);
    EXPECT_TRUE(reply.ok()) << reply;
    return reply.As<v1::ListPlansResponse>();
  }
  void EnrolEverybody() {
    for (const char* key : {"B1", "C1", "H1", "O1"}) {
      const std::string person = desk_.IdOf(key);
      desk_.Wrote(key == std::string("O1") ? "H1" : "O1", "EnrolmentService.Enrol", person,
                  rules::Enrol(person, desk_.cycle));
    }
  }
};

TEST_F(Lists, ShowWhatWasJustWritten) {
  int plans = 1;
  for (const char* key : {"B1", "C1", "H1", "O1"}) {
    const std::string person = desk_.IdOf(key);
    const v1::Receipt receipt =
        desk_.Wrote(key == std::string("O1") ? "H1" : "O1", "EnrolmentService.Enrol", person,
                    rules::Enrol(person, desk_.cycle));
    const v1::ListPlansResponse listed = Plans({});
    EXPECT_THAT(listed.plans(), SizeIs(++plans));
    EXPECT_GE(listed.reflects().position(), receipt.head_size());
    EXPECT_FALSE(listed.reflects().behind());
  }
}

TEST_F(Lists, ShowNamesStatesAndSchoolsButNoContent) {
  desk_.WalkToTheDraft();
  const v1::ListPlansResponse listed = Plans({});
  ASSERT_THAT(listed.plans(), SizeIs(1));
  EXPECT_EQ(listed.plans(0).state(), v1::PLAN_STATE_DRAFT_ISSUED);
  EXPECT_EQ(listed.plans(0).reviewee().name(), "Amina Yusuf");
  EXPECT_EQ(listed.plans(0).school_name(), "Harbour Primary");
  EXPECT_EQ(listed.DebugString().find("phonics"), std::string::npos);
}

TEST_F(Lists, OwnObligationsAreTheOwners) {
  v1::ListObligationsRequest mine;
  mine.set_mine(true);
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
              rules::ConfirmMeeting("2026-09-29"));
  const Reply bens = desk_.Call("B1", "PlanService.ListObligations", mine);
  std::string due_before;
  ASSERT_GT(bens.As<v1::ListObligationsResponse>().obligations_size(), 2);
  for (const v1::Obligation& owed : bens.As<v1::ListObligationsResponse>().obligations()) {
    EXPECT_EQ(owed.owed_by().person_id(), desk_.ben);
    EXPECT_LE(due_before, owed.due_on()) << "soonest first";
    due_before = owed.due_on();
  }
}

TEST_F(Lists, ComeInPagesThatTogetherAreTheWholeList) {
  EnrolEverybody();
  std::set<std::string> seen;
  v1::ListPlansRequest request;
  request.mutable_page()->set_page_size(2);
  int pages = 0;
  do {
    const v1::ListPlansResponse page = Plans(request);
    EXPECT_LE(page.plans_size(), 2);
    for (const v1::PlanSummary& plan : page.plans()) {
      EXPECT_TRUE(seen.insert(plan.plan_id()).second) << "seen twice";
    }
    request.mutable_page()->set_page_token(page.next_page_token());
  } while (++pages < 10 && !request.page().page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(seen, SizeIs(5));
}

TEST_F(Lists, OfSchoolsAndPeopleComeInPagesToo) {
  v1::ListSchoolsRequest schools;
  schools.mutable_page()->set_page_size(1);
  const Reply first = desk_.Call("S2", "SchoolService.ListSchools", schools);
  ASSERT_THAT(first.As<v1::ListSchoolsResponse>().schools(), SizeIs(1));
  schools.mutable_page()->set_page_token(first.As<v1::ListSchoolsResponse>().next_page_token());
  const Reply second = desk_.Call("S2", "SchoolService.ListSchools", schools);
  EXPECT_EQ(second.As<v1::ListSchoolsResponse>().schools(0).school_id(), desk_.other_school);
  EXPECT_THAT(second.As<v1::ListSchoolsResponse>().next_page_token(), IsEmpty());
  v1::ListPeopleRequest people;
  people.mutable_page()->set_page_size(500);
  const Reply of_school = desk_.Call("H1", "PeopleService.ListPeople", people);
  EXPECT_THAT(of_school.As<v1::ListPeopleResponse>().people(), SizeIs(5));
  const Reply of_trust = desk_.Call("T1", "PeopleService.ListPeople", people);
  EXPECT_THAT(of_trust.As<v1::ListPeopleResponse>().people(), SizeIs(8));
}

TEST_F(Lists, ATimelineComesInPagesOldestFirst) {
  desk_.WalkToTheDraft();
  v1::GetTimelineRequest request = TimelineOf(desk_.plan);
  request.mutable_page()->set_page_size(2);
  std::vector<std::string> types;
  for (int pages = 0; pages < 10; ++pages) {
    const Reply reply = desk_.Call("A1", "PlanService.GetTimeline", request);
    ASSERT_TRUE(reply.ok()) << reply;
    for (const v1::TimelineEntry& entry : reply.As<v1::GetTimelineResponse>().entries()) {
      EXPECT_EQ(entry.version(), types.size());
      types.push_back(entry.event_type());
    }
    const std::string& next = reply.As<v1::GetTimelineResponse>().next_page_token();
    if (next.empty()) break;
    request.mutable_page()->set_page_token(next);
  }
  EXPECT_THAT(types, ElementsAre("enrolled", "reviewer_assigned", "meeting_confirmed",
                                 "meeting_held", "draft_issued"));
}

TEST_F(Lists, ATokenOfSomebodyElsesIsRefused) {
  for (const char* token : {"x", "-1", "99999999999999999999"}) {
    v1::ListPlansRequest plans;
    plans.mutable_page()->set_page_token(token);
    EXPECT_EQ(desk_.Call("H1", "PlanService.ListPlans", plans).code(), grpc::INVALID_ARGUMENT);
    v1::GetTimelineRequest timeline = TimelineOf(desk_.plan);
    timeline.mutable_page()->set_page_token(token);
    EXPECT_EQ(desk_.Call("A1", "PlanService.GetTimeline", timeline).code(), grpc::INVALID_ARGUMENT);
    v1::ListSchoolsRequest schools;
    schools.mutable_page()->set_page_token(token);
    EXPECT_EQ(desk_.Call("A1", "SchoolService.ListSchools", schools).code(),
              grpc::INVALID_ARGUMENT);
  }
}

// A demo whose cards can be held up.
class SlowCards : public testing::Test {
 protected:
  // Somebody is enrolled while the cards stand still.
  void EnrolBehindTheCards() {
    gate_->Close();
    receipt_ = desk_.Wrote("O1", "EnrolmentService.Enrol", desk_.carol,
                           rules::Enrol(desk_.carol, desk_.cycle));
    gate_->WaitUntilSomebodyWaits();
  }
  v1::ListPlansResponse Plans() {
    const Reply reply = desk_.Call("H1", "PlanService.ListPlans", v1::ListPlansRequest());
    EXPECT_TRUE(reply.ok()) << reply;
    return reply.As<v1::ListPlansResponse>();
  }

  const std::unique_ptr<rocksdb::Env> memory_{NewMemoryDisk()};
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  const std::unique_ptr<rocksdb::Env> disk_ =
      rocksdb::NewCompositeEnv(std::make_shared<GatedCards>(memory_->GetFileSystem(), gate_));
  SettledDesk desk_{DemoOn(disk_.get())};
  v1::Receipt receipt_;
};

TEST_F(SlowCards, AListWaitsUntilTheyReflectWhatIsWritten) {
  ASSERT_THAT(Plans().plans(), SizeIs(1));
  EnrolBehindTheCards();
  std::future<v1::ListPlansResponse> listed =
      std::async(std::launch::async, [&] { return Plans(); });
  EXPECT_EQ(listed.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout)
      << "answered from cards that are behind";
  gate_->Open();
  const v1::ListPlansResponse list = listed.get();
  EXPECT_THAT(list.plans(), SizeIs(2));
  EXPECT_GE(list.reflects().position(), receipt_.head_size());
  EXPECT_FALSE(list.reflects().behind());
}

TEST_F(SlowCards, AListThatWaitedLongEnoughSaysThatItIsBehind) {
  ASSERT_THAT(Plans().plans(), SizeIs(1));
  EnrolBehindTheCards();
  const v1::ListPlansResponse list = Plans();
  EXPECT_THAT(list.plans(), SizeIs(1));
  EXPECT_TRUE(list.reflects().behind());
  EXPECT_LT(list.reflects().position(), receipt_.head_size());
  gate_->Open();
}

class ThePast : public DeskTest {};

TEST_F(ThePast, IsShownAsItStoodAfterThatManyEntries) {
  const uint64_t before = desk_.JournalSize();
  desk_.WalkToTheDraft();
  v1::GetPlanRequest request = AboutPlan(desk_.plan);
  request.mutable_as_of()->set_position(before);
  const Reply then = desk_.Call("A1", "PlanService.GetPlan", request);
  ASSERT_TRUE(then.ok()) << then;
  EXPECT_EQ(then.As<v1::GetPlanResponse>().plan().summary().state(),
            v1::PLAN_STATE_REVIEWER_ASSIGNED);
  EXPECT_EQ(then.As<v1::GetPlanResponse>().reflects().position(), before);
  const Reply now = desk_.Call("A1", "PlanService.GetPlan", AboutPlan(desk_.plan));
  EXPECT_EQ(now.As<v1::GetPlanResponse>().plan().summary().state(), v1::PLAN_STATE_DRAFT_ISSUED);
  EXPECT_EQ(now.As<v1::GetPlanResponse>().plan().plan().objectives(0).objective(),
            "Lead the phonics group of Year 1");
}

TEST_F(ThePast, IsShownAsItStoodAtAnInstant) {
  v1::AdvanceClockRequest a_day;
  a_day.set_by_seconds(86'400);
  ASSERT_TRUE(desk_.Call("T1", "DemoService.AdvanceClock", a_day).ok());
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan, rules::ConfirmMeeting());
  v1::GetPlanRequest request = AboutPlan(desk_.plan);
  request.mutable_as_of()->mutable_instant()->set_seconds(
      absl::ToUnixSeconds(InLondon("2026-09-03 23:00")));
  const Reply then = desk_.Call("A1", "PlanService.GetPlan", request);
  ASSERT_TRUE(then.ok()) << then;
  EXPECT_EQ(then.As<v1::GetPlanResponse>().plan().summary().meeting_on(), "");
}

// An entry is stamped before it can be read: an instant that might still gain one is no moment yet.
TEST_F(ThePast, OfAnInstantIsSettledOnceNoEntryOfItCanBeOnItsWay) {
  v1::AdvanceClockRequest advance;
  advance.set_by_seconds(3'600);
  ASSERT_TRUE(desk_.Call("T1", "DemoService.AdvanceClock", advance).ok());
  v1::GetPlanRequest request = AboutPlan(desk_.plan);
  const auto asked_at = [&](absl::Time instant) {
    request.mutable_as_of()->mutable_instant()->set_seconds(absl::ToUnixSeconds(instant));
    return desk_.Call("A1", "PlanService.GetPlan", request);
  };
  const absl::Time now = InLondon("2026-09-03 10:00");
  const Reply too_early = asked_at(now - absl::Seconds(59));
  EXPECT_EQ(too_early.code(), grpc::OUT_OF_RANGE) << too_early;
  EXPECT_TRUE(absl::StrContains(too_early.status.error_message(), "entries, which is how things"))
      << too_early;
  EXPECT_EQ(asked_at(now).code(), grpc::OUT_OF_RANGE);
  EXPECT_TRUE(asked_at(now - absl::Minutes(1)).ok());
  // What comes after an entry is stamped later, so up to it nothing changes any more.
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan, rules::ConfirmMeeting());
  EXPECT_TRUE(asked_at(now).ok());
  EXPECT_TRUE(asked_at(now - absl::Seconds(59)).ok());
}

TEST_F(ThePast, EndsAtTheHeadAndBeginsWithThePlan) {
  v1::GetPlanRequest request = AboutPlan(desk_.plan);
  request.mutable_as_of()->set_position(1'000'000);
  EXPECT_EQ(desk_.Call("A1", "PlanService.GetPlan", request).code(), grpc::OUT_OF_RANGE);
  EXPECT_EQ(desk_.Call("S2", "PlanService.GetPlan", request).code(), grpc::PERMISSION_DENIED)
      << "who comes before when";
  request.mutable_as_of()->set_position(3);
  EXPECT_EQ(desk_.Call("A1", "PlanService.GetPlan", request).code(), grpc::NOT_FOUND);
  request.mutable_as_of()->mutable_instant()->set_seconds(
      absl::ToUnixSeconds(InLondon("2026-09-04 09:00")));
  EXPECT_EQ(desk_.Call("A1", "PlanService.GetPlan", request).code(), grpc::OUT_OF_RANGE);
}

TEST(WhoLooked, IsWrittenOncePerRoleViewAndVersionOwnReadsIncluded) {
  const std::unique_ptr<rocksdb::Env> disk(NewMemoryDisk());
  std::string plan;
  {
    SettledDesk desk(DemoOn(disk.get()));
    plan = desk.plan;
    const auto look = [&](const char* who) {
      EXPECT_TRUE(desk.Call(who, "PlanService.GetPlan", AboutPlan(plan)).ok()) << who;
    };
    for (int i = 0; i < 3; ++i) look("A1");
    look("H1");
    EXPECT_TRUE(desk.Call("A1", "PlanService.GetTimeline", TimelineOf(plan)).ok());
    desk.Wrote("B1", "MeetingService.ConfirmMeeting", plan, rules::ConfirmMeeting());
    look("A1");
    v1::AdvanceClockRequest ten_minutes;
    ten_minutes.set_by_seconds(600);
    EXPECT_TRUE(desk.Call("T1", "DemoService.AdvanceClock", ten_minutes).ok());
    look("A1");
    EXPECT_FALSE(desk.Call("S2", "PlanService.GetPlan", AboutPlan(plan)).ok());
    EXPECT_FALSE(desk.Call("O1", "PlanService.GetPlan", AboutPlan(plan)).ok());
  }
  EXPECT_THAT(AccessesIn(disk.get(), plan),
              ElementsAre("reviewee plan_shown", "headteacher plan_shown",
                          "reviewee timeline_shown", "reviewee plan_shown", "reviewee plan_shown"));
}

TEST(WhoLooked, NothingIsShownWhenItCannotBeWritten) {
  const storage::ScratchFolder folder;
  storage::PowerCutDisk disk;
  SettledDesk desk(DemoOn(disk.env(), folder / "records"));
  desk.WalkToTheDraft();
  const std::string request = AboutPlan(desk.plan).SerializeAsString();
  disk.FailSyncs();
  for (const char* view : {"GetPlan", "GetTimeline", "ExplainDeadlines"}) {
    const Reply reply =
        desk.CallWithBytes("A1", absl::StrCat("/countersign.v1.PlanService/", view), request);
    EXPECT_EQ(reply.code(), grpc::UNAVAILABLE) << view << ": " << reply;
    EXPECT_THAT(reply.bytes, IsEmpty());
    EXPECT_EQ(reply.status.error_details().find("phonics"), std::string::npos);
  }
}

}  // namespace
}  // namespace countersign
