// Malformed requests: every violated field at once, by its path, and nothing written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "countersign/v1/copies_service.pb.h"
#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/meeting_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/recording_service.pb.h"
#include "countersign/v1/reviewer_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "tests/services/desk.h"

namespace countersign {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Malformed : public DeskTest {
 protected:
  Malformed() : size_before_(desk_.JournalSize()) {}
  ~Malformed() override { EXPECT_EQ(desk_.JournalSize(), size_before_) << "something was written"; }

  // The paths of what is wrong with a request that Ben sends.
  std::vector<std::string> Wrong(const std::string& method,
                                 const google::protobuf::Message& request) {
    const Reply reply = desk_.Call("B1", method, request);
    EXPECT_EQ(reply.code(), grpc::INVALID_ARGUMENT) << reply;
    EXPECT_EQ(reply.Reason(), "MALFORMED");
    return reply.ViolatedFields();
  }
  std::vector<std::string> WrongWith(const rules::Intent& intent, const std::string& method) {
    auto request = RequestFor(method, desk_.plan, intent);
    return Wrong(method, WithRequestId(*request, RequestId(1)));
  }
  v1::RecordAbsenceRequest Absence(const std::string& first_on) const {
    v1::RecordAbsenceRequest request;
    request.set_request_id(RequestId(1));
    request.set_person_id(desk_.amina);
    request.mutable_intent()->set_first_on(first_on);
    return request;
  }

  const uint64_t size_before_;
};

TEST_F(Malformed, ListsEveryViolatedFieldAtOnce) {
  v1::ConfirmMeetingRequest request;
  request.set_request_id("no UUID");
  v1::Meeting* meeting = request.mutable_intent()->mutable_meeting();
  meeting->set_on("2026-02-30");
  meeting->set_starts_at("25:00");
  meeting->set_minutes(601);
  meeting->set_place(std::string(201, 'x'));
  EXPECT_THAT(Wrong("MeetingService.ConfirmMeeting", request),
              ElementsAre("request_id", "plan_id", "intent.meeting.on", "intent.meeting.starts_at",
                          "intent.meeting.minutes", "intent.meeting.place"));
}

TEST_F(Malformed, AMissingIntentIsOneMistake) {
  v1::CancelMeetingRequest request;
  request.set_request_id(RequestId(1));
  request.set_plan_id(desk_.plan);
  EXPECT_THAT(Wrong("MeetingService.CancelMeeting", request), ElementsAre("intent"));
}

TEST_F(Malformed, DaysThatAreNoneOrOutOfRange) {
  for (const char* day : {"2026-02-30", "2026-13-01", "2025-02-29", "1999-12-31", "2100-01-01",
                          "2026-2-3", "29/09/2026", "2026-09-29T00:00:00Z", " 2026-09-29"}) {
    EXPECT_THAT(Wrong("PeopleService.RecordAbsence", Absence(day)), ElementsAre("intent.first_on"))
        << day;
  }
}

TEST_F(Malformed, BlankReasonsAndTexts) {
  for (const char* blank : {"", " ", "\t\n "}) {
    EXPECT_THAT(WrongWith(rules::CancelMeeting(blank), "MeetingService.CancelMeeting"),
                ElementsAre("intent.reason"));
    EXPECT_THAT(WrongWith(rules::AddComment(blank), "RecordingService.AddComment"),
                ElementsAre("intent.text"));
  }
}

TEST_F(Malformed, TextsThatAreTooLong) {
  EXPECT_THAT(WrongWith(rules::RequestChanges(std::string(201, 'x'), std::string(4001, 'x')),
                        "RecordingService.RequestChanges"),
              ElementsAre("intent.section", "intent.wish"));
}

TEST_F(Malformed, TooManyItemsAndWrongOnesInsideOthers) {
  rules::Forms forms = rules::CompleteForms();
  for (int i = 0; i < 20; ++i) forms.plan.add_objectives();
  forms.annex.mutable_objective_support(0)->set_objective(21);
  EXPECT_THAT(WrongWith(rules::IssueDraft(forms), "RecordingService.IssueDraft"),
              ElementsAre("intent.plan.objectives", "intent.annex.objective_support[0].objective"));
  forms = rules::CompleteForms();
  forms.plan.add_objectives()->add_milestones()->set_reach_by("soon");
  EXPECT_THAT(WrongWith(rules::IssueDraft(forms), "RecordingService.IssueDraft"),
              ElementsAre("intent.plan.objectives[1].milestones[0].reach_by"));
}

TEST_F(Malformed, ChoicesThatAreNone) {
  v1::GrantSchoolRoleRequest granting;
  granting.set_request_id(RequestId(1));
  granting.set_school_id(desk_.school);
  granting.mutable_intent()->set_person_id(desk_.amina);
  granting.mutable_intent()->set_role(static_cast<v1::Role>(99));
  EXPECT_THAT(Wrong("SchoolService.GrantSchoolRole", granting), ElementsAre("intent.role"));
  granting.mutable_intent()->clear_role();
  EXPECT_THAT(Wrong("SchoolService.GrantSchoolRole", granting), ElementsAre("intent.role"));
  v1::ListPlansRequest plans;
  plans.set_state(static_cast<v1::PlanState>(99));
  plans.mutable_page()->set_page_size(501);
  EXPECT_THAT(Wrong("PlanService.ListPlans", plans), ElementsAre("state", "page.page_size"));
  v1::ListObligationsRequest owed;
  owed.add_statuses(v1::OBLIGATION_STATUS_OVERDUE);
  owed.add_statuses(static_cast<v1::ObligationStatus>(99));
  owed.add_statuses(v1::OBLIGATION_STATUS_UNSPECIFIED);
  EXPECT_THAT(Wrong("PlanService.ListObligations", owed),
              ElementsAre("statuses[1]", "statuses[2]"));
}

// Ids are compared as text behind the counter: in another spelling, the reviewee would pass for
// somebody else and could be made their own reviewer.
TEST_F(Malformed, IdsInAnotherSpellingThanTheirOwn) {
  v1::AssignReviewerRequest request;
  request.set_request_id(RequestId(1));
  request.set_plan_id(desk_.plan);
  std::string capitals = "ABCDEF00-0000-4000-8000-000000000001";
  request.mutable_intent()->set_reviewer_id(capitals);
  EXPECT_THAT(Wrong("ReviewerService.AssignReviewer", request), ElementsAre("intent.reviewer_id"));
}

// What this version cannot check it does not write down either.
TEST_F(Malformed, FieldsThatNobodyKnows) {
  v1::AddCommentRequest request;
  request.set_request_id(RequestId(1));
  request.set_plan_id(desk_.plan);
  request.mutable_intent()->set_text("A comment");
  auto& intent = *request.mutable_intent();
  intent.GetReflection()->MutableUnknownFields(&intent)->AddLengthDelimited(77, "smuggled");
  EXPECT_THAT(Wrong("RecordingService.AddComment", request), ElementsAre("intent.77"));
}

TEST_F(Malformed, ComesBeforeWhoAsks) {
  const Reply reply = desk_.Call("", "PlanService.GetPlan", v1::GetPlanRequest());
  EXPECT_EQ(reply.code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(reply.ViolatedFields(), ElementsAre("plan_id"));
}

// What the schema cannot say is judged with the rest of the request.
TEST_F(Malformed, TokensAndChoicesComeBeforeWhoAsksToo) {
  const auto wrong = [&](const std::string& method, const google::protobuf::Message& request) {
    const Reply reply = desk_.Call("", method, request);
    EXPECT_EQ(reply.code(), grpc::INVALID_ARGUMENT) << method << ": " << reply;
    return reply.ViolatedFields();
  };
  const auto with_token = [&](auto request) {
    request.mutable_page()->set_page_token("x");
    return request;
  };
  v1::GetTimelineRequest timeline;
  timeline.set_plan_id(desk_.plan);
  v1::ListAccessesRequest accesses;
  accesses.set_plan_id(desk_.plan);
  EXPECT_THAT(wrong("PlanService.GetTimeline", with_token(timeline)),
              ElementsAre("page.page_token"));
  EXPECT_THAT(wrong("PlanService.ListAccesses", with_token(accesses)),
              ElementsAre("page.page_token"));
  EXPECT_THAT(wrong("PlanService.ListPlans", with_token(v1::ListPlansRequest())),
              ElementsAre("page.page_token"));
  EXPECT_THAT(wrong("PlanService.ListObligations", with_token(v1::ListObligationsRequest())),
              ElementsAre("page.page_token"));
  EXPECT_THAT(wrong("PeopleService.ListPeople", with_token(v1::ListPeopleRequest())),
              ElementsAre("page.page_token"));
  EXPECT_THAT(wrong("CopiesService.ListAnnexes", with_token(v1::ListAnnexesRequest())),
              ElementsAre("page.page_token"));
  EXPECT_THAT(wrong("SchoolService.ListSchools", with_token(v1::ListSchoolsRequest())),
              ElementsAre("page.page_token"));
  EXPECT_THAT(wrong("PeopleService.GetPerson", v1::GetPersonRequest()), ElementsAre("person_id"));
  EXPECT_THAT(wrong("DemoService.AdvanceClock", v1::AdvanceClockRequest()),
              ElementsAre("by_seconds"));
}

class Unreadable : public Malformed {
 protected:
  void ExpectUnreadable(const std::string& method, const std::string& bytes) {
    const Reply reply = desk_.CallWithBytes("B1", PathOf(method), bytes);
    EXPECT_EQ(reply.code(), grpc::INVALID_ARGUMENT) << reply;
    EXPECT_EQ(reply.Reason(), "MALFORMED");
    EXPECT_THAT(reply.status.error_message(), HasSubstr("cannot be read"));
  }
};

TEST_F(Unreadable, ATextThatIsNotUtf8) {
  v1::AddCommentRequest request;
  request.set_request_id(RequestId(1));
  request.set_plan_id(desk_.plan);
  request.mutable_intent()->set_text("a comment with QQ in it");
  std::string bytes = request.SerializeAsString();
  for (const char* wrong : {"\xff\xfe", "\xc3\x28", "\xed\xa0", "\xc0\xaf"}) {
    ExpectUnreadable("RecordingService.AddComment", absl::StrReplaceAll(bytes, {{"QQ", wrong}}));
  }
}

TEST_F(Unreadable, BytesThatAreNoMessage) {
  for (const std::string& bytes : {std::string("\x0a\xff"), std::string(100, '\xff')}) {
    ExpectUnreadable("RecordingService.AddComment", bytes);
    ExpectUnreadable("PlanService.GetPlan", bytes);
  }
}

TEST_F(Unreadable, ButAMethodThatDoesNotExistIsUnimplemented) {
  EXPECT_EQ(desk_.CallWithBytes("B1", "/countersign.v1.PlanService/Forge", "").code(),
            grpc::UNIMPLEMENTED);
}

}  // namespace
}  // namespace countersign
