// The past over the API: every query answers as of any moment what it would have answered then, and
// the history of a plan says what changed, field by field.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "countersign/v1/compliance_service.pb.h"
#include "countersign/v1/copies_service.pb.h"
#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/reviewer_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "countersign/v1/trust_service.pb.h"
#include "tests/services/accesses.h"
#include "tests/services/as_of.h"
#include "tests/services/desk.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using ::google::protobuf::Message;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kReasons[] = "We were in dispute last year";
constexpr char kDecision[] = "I have spoken with both of you";

// Carol plans training in Amina's school, and Helen governs nothing.
class PastDesk : public SettledDesk {
 public:
  explicit PastDesk(ServerOptions options) : SettledDesk(std::move(options)) {
    GiveRole(school, carol, v1::ROLE_TRAINING_LEAD);
  }
  // Of any plan, also of a closed one: the size as an answer tells it that writes nothing.
  uint64_t JournalSize() {
    return *Reflected(*Call("T1", "TrustService.GetTrust", v1::GetTrustRequest()).response);
  }
  // Everything in a plan that can be walked through in a day; `then` after each step.
  void Walk(const std::function<void()>& then) {
    const auto step = [&](const char* who, const char* method, const rules::Intent& intent) {
      Wrote(who, method, plan, intent);
      then();
    };
    step("A1", "ReviewerService.RequestReplacement", rules::RequestReplacement(kReasons));
    step("H1", "ReviewerService.DecideReplacement", rules::KeepReviewer(kDecision));
    step("B1", "PreparationService.IssuePreparationPack", rules::IssuePreparationPack());
    step("B1", "MeetingService.ConfirmMeeting", rules::ConfirmMeeting("2026-09-29"));
    step("B1", "MeetingService.MoveMeeting", rules::MoveMeeting("2026-09-03"));
    step("A1", "MeetingService.WaiveNotice", rules::WaiveNotice());
    step("B1", "MeetingService.RecordMeetingHeld", rules::RecordMeetingHeld("2026-09-03"));
    step("B1", "RecordingService.IssueDraft", rules::IssueDraft());
    step("A1", "RecordingService.RequestChanges", rules::RequestChanges());
    step("B1", "RecordingService.ReviseDraft", rules::ReviseDraft());
    step("A1", "RecordingService.AddComment", rules::AddComment());
    step("B1", "RecordingService.FinaliseRecord", rules::FinaliseRecord());
    const std::string digest = Digest();
    step("B1", "SigningService.Sign", rules::Sign(digest));
    step("A1", "SigningService.Sign", rules::Sign(digest));
  }
  std::string Digest() {
    return absl::HexStringToBytes(Call("B1", "PlanService.GetPlan", About<v1::GetPlanRequest>())
                                      .As<v1::GetPlanResponse>()
                                      .plan()
                                      .digest());
  }
  template <typename Request>
  Request About() const {
    Request request;
    request.set_plan_id(plan);
    return request;
  }
  v1::GetHistoryResponse History(const std::string& as, v1::GetHistoryRequest request = {}) {
    request.set_plan_id(plan);
    const Reply reply = Call(as, "PlanService.GetHistory", request);
    EXPECT_TRUE(reply.ok()) << as << ": " << reply;
    return reply.As<v1::GetHistoryResponse>();
  }
  Reply Compare(const std::string& as, uint64_t first, uint64_t second) {
    auto request = About<v1::CompareVersionsRequest>();
    request.set_first_version(first);
    request.set_second_version(second);
    return Call(as, "PlanService.CompareVersions", request);
  }
  void PassTime(uint32_t seconds) {
    v1::AdvanceClockRequest request;
    request.set_by_seconds(seconds);
    EXPECT_TRUE(Call("T1", "DemoService.AdvanceClock", request).ok());
  }
};

class ThePastOfEverything : public testing::Test {
 protected:
  // Every query that there is, as somebody whose rights stay the same.
  struct Query {
    std::string method;
    std::string as;
    std::unique_ptr<Message> request;
  };
  template <typename Request>
  void Add(const std::string& method, const std::string& as, Request request) {
    queries_.push_back({method, as, std::make_unique<Request>(std::move(request))});
  }
  void AddQueries() {
    Add("PlanService.GetPlan", "A1", desk_.About<v1::GetPlanRequest>());
    Add("PlanService.GetTimeline", "A1", desk_.About<v1::GetTimelineRequest>());
    Add("PlanService.ExplainDeadlines", "A1", desk_.About<v1::ExplainDeadlinesRequest>());
    Add("PlanService.GetHistory", "A1", desk_.About<v1::GetHistoryRequest>());
    Add("PlanService.ListAccesses", "A1", desk_.About<v1::ListAccessesRequest>());
    Add("ReviewerService.GetReplacementRequests", "A1",
        desk_.About<v1::GetReplacementRequestsRequest>());
    Add("CopiesService.ListCopies", "A1", desk_.About<v1::ListCopiesRequest>());
    Add("CopiesService.GetAnnex", "C1", desk_.About<v1::GetAnnexRequest>());
    Add("CopiesService.ListAnnexes", "C1", v1::ListAnnexesRequest());
    Add("PlanService.ListPlans", "H1", v1::ListPlansRequest());
    v1::ListObligationsRequest owed;
    for (int status = 1; status <= 9; ++status) {
      owed.add_statuses(static_cast<v1::ObligationStatus>(status));
    }
    Add("PlanService.ListObligations", "H1", owed);
    v1::ListObligationsRequest mine;
    mine.set_mine(true);
    Add("PlanService.ListObligations", "B1", mine);
    v1::GetComplianceRequest compliance;
    compliance.set_level(v1::COMPLIANCE_LEVEL_TEAM);
    compliance.set_by_kind(true);
    Add("ComplianceService.GetCompliance", "H1", compliance);
    Add("TrustService.GetTrust", "T1", v1::GetTrustRequest());
    v1::GetSchoolRequest school;
    school.set_school_id(desk_.school);
    Add("SchoolService.GetSchool", "T1", school);
    Add("SchoolService.ListSchools", "T1", v1::ListSchoolsRequest());
    v1::GetPersonRequest person;
    person.set_staff_key("A1");
    Add("PeopleService.GetPerson", "T1", person);
    Add("PeopleService.ListPeople", "T1", v1::ListPeopleRequest());
    Add("PeopleService.WhoAmI", "C1", v1::WhoAmIRequest());
  }

  // Every page of a list as of a moment, one row to a page, so that no token has a row to hide.
  template <typename Response, typename Request>
  std::vector<Response> PagesOf(const std::string& as, const std::string& method, Request request,
                                uint64_t position) {
    std::vector<Response> pages;
    *request.mutable_as_of() = AfterEntries(position);
    request.mutable_page()->set_page_size(1);
    do {
      const Reply reply = desk_.Call(as, method, request);
      EXPECT_TRUE(reply.ok()) << as << ": " << reply;
      if (!reply.ok()) break;
      pages.push_back(reply.As<Response>());
      request.mutable_page()->set_page_token(pages.back().next_page_token());
    } while (!request.page().page_token().empty());
    return pages;
  }
  std::vector<std::string> PlansListedTo(const std::string& as, uint64_t position) {
    std::vector<std::string> plans;
    for (const auto& page : PagesOf<v1::ListPlansResponse>(as, "PlanService.ListPlans",
                                                           v1::ListPlansRequest(), position)) {
      EXPECT_THAT(page.plans(), SizeIs(1));
      for (const v1::PlanSummary& plan : page.plans()) plans.push_back(plan.plan_id());
    }
    return plans;
  }
  // The plans in which something was owed.
  std::set<std::string> PlansOwedFor(const std::string& as, uint64_t position) {
    std::set<std::string> plans;
    for (const auto& page : PagesOf<v1::ListObligationsResponse>(
             as, "PlanService.ListObligations", v1::ListObligationsRequest(), position)) {
      EXPECT_THAT(page.obligations(), SizeIs(1));
      for (const v1::Obligation& owed : page.obligations()) plans.insert(owed.plan_id());
    }
    return plans;
  }
  std::vector<std::string> PeopleListedTo(const std::string& as, uint64_t position) {
    std::vector<std::string> people;
    for (const auto& page : PagesOf<v1::ListPeopleResponse>(as, "PeopleService.ListPeople",
                                                            v1::ListPeopleRequest(), position)) {
      EXPECT_THAT(page.people(), SizeIs(1));
      for (const v1::Person& person : page.people()) people.push_back(person.person_id());
    }
    return people;
  }

  const std::unique_ptr<rocksdb::Env> disk_{NewMemoryDisk()};
  PastDesk desk_{DemoOn(disk_.get())};
  std::vector<Query> queries_;
};

// A query that is new has its past from the first day on.
TEST_F(ThePastOfEverything, IsOpenToEveryQueryThatHasOne) {
  AddQueries();
  std::set<std::string> asked;
  for (const Query& query : queries_) asked.insert(query.method);
  std::set<std::string> all;
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const char* name :
       {"plan", "reviewer", "copies", "compliance", "trust", "school", "people"}) {
    const auto* service =
        pool->FindFileByName(absl::StrCat("countersign/v1/", name, "_service.proto"))->service(0);
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      const bool is_query =
          absl::StartsWith(method->name(), "Get") || absl::StartsWith(method->name(), "List") ||
          absl::StartsWith(method->name(), "Explain") || method->name() == "WhoAmI";
      // A pack is of the closed record, which has no past.
      if (!is_query || method->name() == "GetRecordPack") continue;
      EXPECT_NE(method->input_type()->FindFieldByName("as_of"), nullptr) << method->full_name();
      all.insert(absl::StrCat(service->name(), ".", method->name()));
    }
  }
  EXPECT_EQ(asked, all);
}

TEST_F(ThePastOfEverything, IsWhatWasAnsweredThen) {
  AddQueries();
  struct Answered {
    const Query* query;
    v1::AsOf moment;
    std::string bytes;
  };
  std::vector<Answered> answers;
  const auto record = [&] {
    for (const Query& query : queries_) {
      const uint64_t size = desk_.JournalSize();
      const Reply live = desk_.Call(query.as, query.method, *query.request);
      // Nobody may see the annex alone before it is given out.
      if (live.code() == grpc::PERMISSION_DENIED) continue;
      ASSERT_TRUE(live.ok()) << query.method << ": " << live;
      answers.push_back({&query, AfterEntries(Reflected(*live.response).value_or(size)),
                         Neutral(*live.response)});
    }
  };
  record();
  desk_.Walk(record);
  // On another day much is known otherwise: names, roles, calendars, how things stand.
  desk_.PassTime(5 * 86'400);
  desk_.GiveRole(desk_.school, desk_.ben, v1::ROLE_OFFICE);
  v1::ImportPeopleRequest people;
  people.set_request_id(desk_.NextRequestId());
  people.set_file(
      "staff_key,name,job_title,team,urn,line_managers\n"
      "A1,Amina Khan,Higher level teaching assistant,Key Stage 2,100001,C1\n"
      "B1,Benjamin Carter,Senior teaching assistant,Key Stage 1,100001,\n");
  Desk::ReceiptIn(desk_.Call("T1", "PeopleService.ImportPeople", people));
  desk_.Wrote("T1", "PeopleService.RecordAbsence", desk_.amina,
              rules::RecordAbsence(desk_.amina, "2026-09-08", "2026-09-09"));
  record();
  ASSERT_GT(answers.size(), 250u);
  // Asked for again in no order, as people do.
  for (size_t i = 0; i < answers.size(); ++i) {
    const Answered& then = answers[i * 97 % answers.size()];
    const Reply past =
        desk_.Call(then.query->as, then.query->method, *AsOf(*then.query->request, then.moment));
    ASSERT_TRUE(past.ok()) << then.query->method << " as of " << then.moment.position() << ": "
                           << past;
    EXPECT_EQ(Reflected(*past.response).value_or(then.moment.position()), then.moment.position());
    ASSERT_EQ(Neutral(*past.response), then.bytes)
        << then.query->method << " as of " << then.moment.position() << "\n"
        << past.response->DebugString();
  }
}

TEST_F(ThePastOfEverything, EndsAtTheHead) {
  AddQueries();
  desk_.Walk([] {});
  for (const Query& query : queries_) {
    const Reply reply =
        desk_.Call(query.as, query.method, *AsOf(*query.request, AfterEntries(1'000'000)));
    EXPECT_EQ(reply.code(), grpc::OUT_OF_RANGE) << query.method << ": " << reply;
    EXPECT_TRUE(absl::StrContains(reply.status.error_message(), "entries")) << reply;
  }
}

// Before the beginning there is an empty journal, to whoever may ask.
TEST_F(ThePastOfEverything, BeginsWithNothing) {
  AddQueries();
  desk_.Walk([] {});
  v1::AsOf long_ago;
  long_ago.mutable_instant()->set_seconds(0);
  for (const Query& query : queries_) {
    for (const v1::AsOf& moment : {AfterEntries(0), long_ago}) {
      const Reply reply = desk_.Call(query.as, query.method, *AsOf(*query.request, moment));
      const bool is_list = query.method == "PlanService.ListPlans" ||
                           query.method == "PlanService.ListObligations" ||
                           query.method == "CopiesService.ListAnnexes" ||
                           query.method == "SchoolService.ListSchools" ||
                           query.method == "PeopleService.ListPeople";
      if (is_list) {
        ASSERT_TRUE(reply.ok()) << query.method << ": " << reply;
        EXPECT_EQ(Neutral(*reply.response), "") << query.method;
      } else if (query.method == "PeopleService.WhoAmI") {
        EXPECT_THAT(reply.As<v1::WhoAmIResponse>().roles(), IsEmpty());
      } else {
        EXPECT_EQ(reply.code(), grpc::NOT_FOUND) << query.method << ": " << reply;
      }
    }
  }
}

// The rights of a former reviewer ended; so did their sight of the time when they had them.
TEST_F(ThePastOfEverything, IsSeenByTheRightsOfNow) {
  const uint64_t then = desk_.JournalSize();
  auto request = desk_.About<v1::GetPlanRequest>();
  *request.mutable_as_of() = AfterEntries(then);
  EXPECT_TRUE(desk_.Call("B1", "PlanService.GetPlan", request).ok());
  EXPECT_EQ(desk_.Call("C1", "PlanService.GetPlan", request).code(), grpc::PERMISSION_DENIED);
  desk_.Wrote("O1", "PeopleService.NameLineManagers", desk_.amina,
              rules::NameLineManagers(desk_.amina, {desk_.carol}));
  desk_.Wrote("H1", "ReviewerService.ReplaceReviewer", desk_.plan,
              rules::ReplaceReviewer(desk_.carol, std::nullopt));
  EXPECT_EQ(desk_.Call("B1", "PlanService.GetPlan", request).code(), grpc::PERMISSION_DENIED);
  EXPECT_TRUE(desk_.Call("C1", "PlanService.GetPlan", request).ok());
}

// Lists are made from cards that tell who took part then; who lists is judged by who takes part
// now.
TEST_F(ThePastOfEverything, ListsToAFormerReviewerOnlyWhatTheyMayStillList) {
  desk_.Wrote("O1", "PeopleService.NameLineManagers", desk_.carol,
              rules::NameLineManagers(desk_.carol, {desk_.ben}));
  const std::string kept = desk_
                               .Wrote("O1", "EnrolmentService.Enrol", desk_.carol,
                                      rules::Enrol(desk_.carol, desk_.cycle))
                               .subject_id();
  desk_.Wrote("H1", "ReviewerService.AssignReviewer", kept, rules::AssignReviewer(desk_.ben));
  const uint64_t then = desk_.JournalSize();
  EXPECT_THAT(PlansListedTo("B1", then), UnorderedElementsAre(desk_.plan, kept));
  EXPECT_THAT(PlansOwedFor("B1", then), UnorderedElementsAre(desk_.plan, kept));
  desk_.Wrote("O1", "PeopleService.NameLineManagers", desk_.amina,
              rules::NameLineManagers(desk_.amina, {desk_.carol}));
  desk_.Wrote("H1", "ReviewerService.ReplaceReviewer", desk_.plan,
              rules::ReplaceReviewer(desk_.carol, std::nullopt));
  EXPECT_THAT(PlansListedTo("B1", then), ElementsAre(kept));
  EXPECT_THAT(PlansOwedFor("B1", then), ElementsAre(kept));
  // Who reviews it now did not take part then.
  EXPECT_THAT(PlansListedTo("C1", then), ElementsAre(kept));
  EXPECT_THAT(PlansOwedFor("C1", then), ElementsAre(kept));
  EXPECT_THAT(PlansListedTo("A1", then), ElementsAre(desk_.plan));
  for (const char* who : {"H1", "T1"}) {
    EXPECT_THAT(PlansListedTo(who, then), UnorderedElementsAre(desk_.plan, kept)) << who;
    EXPECT_THAT(PlansOwedFor(who, then), UnorderedElementsAre(desk_.plan, kept)) << who;
  }
}

TEST_F(ThePastOfEverything, ListsToAHeadNobodyWhoHasMovedAway) {
  const uint64_t then = desk_.JournalSize();
  EXPECT_THAT(PeopleListedTo("H1", then), Contains(desk_.amina));
  desk_.Wrote("T1", "PeopleService.ChangePost", desk_.amina,
              rules::ChangePost(desk_.amina, "Teaching assistant", "Year 1", desk_.other_school));
  EXPECT_THAT(PeopleListedTo("H1", then), AllOf(Not(Contains(desk_.amina)), Contains(desk_.ben)));
  EXPECT_THAT(PeopleListedTo("H2", then), AllOf(Not(Contains(desk_.amina)), Contains(desk_.sam)));
  EXPECT_THAT(PeopleListedTo("T1", then), Contains(desk_.amina));
}

// R77: the training lead was given what was signed, and no draft of it.
TEST_F(ThePastOfEverything, OfAnAnnexBeginsWhenItIsGivenOut) {
  std::vector<uint64_t> moments;
  desk_.Walk([&] { moments.push_back(desk_.JournalSize()); });
  auto request = desk_.About<v1::GetAnnexRequest>();
  for (const uint64_t moment : moments) {
    *request.mutable_as_of() = AfterEntries(moment);
    const Reply reply = desk_.Call("C1", "CopiesService.GetAnnex", request);
    EXPECT_EQ(reply.code(), moment == moments.back() ? grpc::OK : grpc::NOT_FOUND) << reply;
  }
}

TEST_F(ThePastOfEverything, HasPageTokensOfItsOwn) {
  for (const char* key : {"B1", "C1"}) {
    desk_.Wrote("O1", "EnrolmentService.Enrol", desk_.IdOf(key),
                rules::Enrol(desk_.IdOf(key), desk_.cycle));
  }
  desk_.Walk([] {});
  const uint64_t size = desk_.JournalSize();
  struct List {
    const char* method;
    const char* as;
    std::unique_ptr<Message> request;
  };
  std::vector<List> lists;
  lists.push_back({"PlanService.ListPlans", "H1", std::make_unique<v1::ListPlansRequest>()});
  lists.push_back(
      {"PlanService.ListObligations", "H1", std::make_unique<v1::ListObligationsRequest>()});
  lists.push_back({"PeopleService.ListPeople", "H1", std::make_unique<v1::ListPeopleRequest>()});
  lists.push_back({"SchoolService.ListSchools", "H1", std::make_unique<v1::ListSchoolsRequest>()});
  lists.push_back(
      {"PlanService.GetTimeline", "A1",
       std::make_unique<v1::GetTimelineRequest>(desk_.About<v1::GetTimelineRequest>())});
  lists.push_back({"PlanService.GetHistory", "A1",
                   std::make_unique<v1::GetHistoryRequest>(desk_.About<v1::GetHistoryRequest>())});
  lists.push_back(
      {"PlanService.ListAccesses", "A1",
       std::make_unique<v1::ListAccessesRequest>(desk_.About<v1::ListAccessesRequest>())});
  for (const char* who : {"A1", "B1", "H1"}) {
    EXPECT_TRUE(desk_.Call(who, "PlanService.GetPlan", desk_.About<v1::GetPlanRequest>()).ok());
  }
  const uint64_t later = desk_.JournalSize();
  for (const List& list : lists) {
    const auto page_of = [&](Message& request) -> v1::Page& {
      return dynamic_cast<v1::Page&>(*request.GetReflection()->MutableMessage(
          &request, request.GetDescriptor()->FindFieldByName("page")));
    };
    const auto token_in = [](const Reply& reply) {
      return reply.response->GetReflection()->GetString(
          *reply.response, reply.response->GetDescriptor()->FindFieldByName("next_page_token"));
    };
    page_of(*list.request).set_page_size(1);
    // One by one, the pages of the past hold what one page of it holds.
    auto past = AsOf(*list.request, AfterEntries(later));
    const Reply first = desk_.Call(list.as, list.method, *past);
    ASSERT_TRUE(first.ok()) << list.method << ": " << first;
    const std::string token = token_in(first);
    ASSERT_NE(token, "") << list.method;
    page_of(*past).set_page_token(token);
    const Reply second = desk_.Call(list.as, list.method, *past);
    EXPECT_TRUE(second.ok()) << list.method << ": " << second;
    EXPECT_NE(Neutral(*second.response), Neutral(*first.response)) << list.method;
    // A token of one moment is none of another, nor of the present; nor the other way round.
    auto other = AsOf(*past, AfterEntries(later - 1));
    EXPECT_EQ(desk_.Call(list.as, list.method, *other).code(), grpc::INVALID_ARGUMENT)
        << list.method;
    page_of(*list.request).set_page_token(token);
    EXPECT_EQ(desk_.Call(list.as, list.method, *list.request).code(), grpc::INVALID_ARGUMENT)
        << list.method;
    page_of(*list.request).clear_page_token();
    const std::string present = token_in(desk_.Call(list.as, list.method, *list.request));
    ASSERT_NE(present, "") << list.method;
    page_of(*past).set_page_token(present);
    EXPECT_EQ(desk_.Call(list.as, list.method, *past).code(), grpc::INVALID_ARGUMENT)
        << list.method;
  }
  EXPECT_GT(later, size);
}

// The day on which things are due is the day of that moment.
TEST_F(ThePastOfEverything, JudgesWhatIsDueByTheDayOfTheMoment) {
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
              rules::ConfirmMeeting("2026-09-29"));
  const uint64_t then = desk_.JournalSize();
  desk_.PassTime(60 * 86'400);
  v1::ListObligationsRequest overdue;
  overdue.add_statuses(v1::OBLIGATION_STATUS_OVERDUE);
  EXPECT_THAT(desk_.Call("H1", "PlanService.ListObligations", overdue)
                  .As<v1::ListObligationsResponse>()
                  .obligations(),
              Not(IsEmpty()));
  *overdue.mutable_as_of() = AfterEntries(then);
  EXPECT_THAT(desk_.Call("H1", "PlanService.ListObligations", overdue)
                  .As<v1::ListObligationsResponse>()
                  .obligations(),
              IsEmpty());
  // No entry was written on that day: the instant alone says which day is meant.
  overdue.mutable_as_of()->mutable_instant()->set_seconds(
      absl::ToUnixSeconds(InLondon("2026-10-30 09:00")));
  const Reply by_instant = desk_.Call("H1", "PlanService.ListObligations", overdue);
  EXPECT_THAT(by_instant.As<v1::ListObligationsResponse>().obligations(), Not(IsEmpty()));
}

class TheHistory : public testing::Test {
 protected:
  static std::vector<std::string> ChangesIn(const v1::HistoryEntry& entry) {
    std::vector<std::string> changes;
    for (const v1::FieldChange& change : entry.changes()) {
      changes.push_back(
          absl::StrCat(change.field(), ": ", change.old_value(), " -> ", change.new_value()));
    }
    return changes;
  }

  const std::unique_ptr<rocksdb::Env> disk_{NewMemoryDisk()};
  PastDesk desk_{DemoOn(disk_.get())};
};

TEST_F(TheHistory, SaysWhoChangedWhatAndWhichRowAllowedIt) {
  desk_.Walk([] {});
  const v1::GetHistoryResponse history = desk_.History("A1");
  ASSERT_GT(history.entries_size(), 15);
  for (const v1::HistoryEntry& entry : history.entries()) {
    EXPECT_THAT(entry.changes(), Not(IsEmpty())) << entry.DebugString();
    EXPECT_FALSE(entry.policy_rule().empty()) << entry.DebugString();
    EXPECT_FALSE(entry.event().actor().name().empty());
  }
  EXPECT_THAT(ChangesIn(history.entries(0)),
              ElementsAre("Reviewee:  -> Amina Yusuf", "School:  -> Harbour Primary",
                          "Cycle:  -> 2026/27", "State:  -> enrolled"));
  EXPECT_THAT(ChangesIn(history.entries(6)),
              Contains("Meeting: day: Tue 29 Sep 2026 -> Thu 3 Sep 2026"));
  EXPECT_EQ(history.entries(6).event().text(), "The hall is taken");
}

TEST_F(TheHistory, ComesInPagesThatTogetherAreTheWholeOfIt) {
  desk_.Walk([] {});
  const v1::GetHistoryResponse whole = desk_.History("A1");
  v1::GetHistoryRequest request;
  request.mutable_page()->set_page_size(4);
  int next = 0;
  do {
    const v1::GetHistoryResponse page = desk_.History("A1", request);
    ASSERT_THAT(page.entries(), Not(IsEmpty()));
    for (const v1::HistoryEntry& entry : page.entries()) {
      EXPECT_EQ(entry.SerializeAsString(), whole.entries(next++).SerializeAsString());
    }
    request.mutable_page()->set_page_token(page.next_page_token());
  } while (!request.page().page_token().empty());
  EXPECT_EQ(next, whole.entries_size());
}

// Drafts as long as a draft may be: a page holds fewer of them.
TEST_F(TheHistory, FitsIntoOneMessageHoweverMuchChanged) {
  desk_.WalkToTheDraft();
  for (int i = 0; i < 8; ++i) {
    rules::Forms forms = rules::CompleteForms();
    for (int step = 0; step < 90; ++step) {
      forms.plan.mutable_objectives(0)->add_action_steps()->set_task(
          std::string(4'000, static_cast<char>('a' + i)));
    }
    desk_.Wrote("B1", "RecordingService.ReviseDraft", desk_.plan, rules::ReviseDraft(forms));
  }
  v1::GetHistoryRequest request;
  int entries = 0;
  do {
    const v1::GetHistoryResponse page = desk_.History("A1", request);
    EXPECT_LT(page.ByteSizeLong(), 4u << 20);
    entries += page.entries_size();
    request.mutable_page()->set_page_token(page.next_page_token());
  } while (!request.page().page_token().empty() && entries < 100);
  EXPECT_EQ(entries, 13);
  const Reply compared = desk_.Compare("A1", 0, 12);
  ASSERT_TRUE(compared.ok()) << compared;
  EXPECT_LT(compared.response->ByteSizeLong(), 4u << 20);
}

// R28: why another reviewer was asked for, and why it was decided so, is not for the reviewer.
TEST_F(TheHistory, KeepsReasonsForAnotherReviewerFromTheReviewer) {
  desk_.Walk([] {});
  const auto everything = [&](const std::string& as) {
    const Reply compared = desk_.Compare(as, 1, 3);
    EXPECT_TRUE(compared.ok()) << compared;
    v1::GetHistoryRequest past;
    *past.mutable_as_of() = AfterEntries(desk_.JournalSize());
    return absl::StrCat(desk_.History(as).SerializeAsString(),
                        desk_.History(as, past).SerializeAsString(),
                        compared.response->SerializeAsString());
  };
  for (const char* who : {"A1", "H1"}) {
    EXPECT_TRUE(absl::StrContains(everything(who), kReasons)) << who;
    EXPECT_TRUE(absl::StrContains(everything(who), kDecision)) << who;
  }
  const std::string shown_to_ben = everything("B1");
  EXPECT_FALSE(absl::StrContains(shown_to_ben, kReasons));
  EXPECT_FALSE(absl::StrContains(shown_to_ben, kDecision));
  EXPECT_TRUE(absl::StrContains(shown_to_ben, "the reviewer stays"));
}

TEST_F(TheHistory, ComparesTwoVersionsWordByWord) {
  desk_.Walk([] {});
  // Version 9 is the first draft, 11 the second.
  const Reply reply = desk_.Compare("B1", 9, 11);
  ASSERT_TRUE(reply.ok()) << reply;
  const auto& compared = reply.As<v1::CompareVersionsResponse>();
  ASSERT_THAT(compared.changes(), Not(IsEmpty()));
  const v1::FieldChange& objective = compared.changes(0);
  EXPECT_EQ(objective.field(), "Objective 1");
  ASSERT_THAT(objective.words(), SizeIs(2));
  EXPECT_EQ(objective.words(0).in(), v1::Words::IN_BOTH);
  EXPECT_EQ(objective.words(0).text(), "Lead the phonics group of Year 1");
  EXPECT_EQ(objective.words(1).in(), v1::Words::IN_NEW);
  EXPECT_EQ(objective.words(1).text(), ", with Carol");
  EXPECT_LT(
      compared.first_recorded_at().seconds() * 1'000'000'000 + compared.first_recorded_at().nanos(),
      compared.second_recorded_at().seconds() * 1'000'000'000 +
          compared.second_recorded_at().nanos());
}

TEST_F(TheHistory, ComparesOnlyVersionsThatThereAreInTheirOrder) {
  EXPECT_EQ(desk_.Compare("B1", 1, 1).code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(desk_.Compare("B1", 1, 0).code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(desk_.Compare("B1", 0, 2).code(), grpc::OUT_OF_RANGE);
  EXPECT_EQ(desk_.Compare("S2", 0, 2).code(), grpc::PERMISSION_DENIED);
  EXPECT_TRUE(desk_.Compare("B1", 0, 1).ok());
}

// R75 to R77: looking at what was before is no receipt of what was given since.
TEST_F(TheHistory, OpensNoCopy) {
  std::vector<uint64_t> moments;
  desk_.Walk([&] { moments.push_back(desk_.JournalSize()); });
  auto then = desk_.About<v1::GetPlanRequest>();
  for (const uint64_t moment : moments) {
    *then.mutable_as_of() = AfterEntries(moment);
    for (const char* who : {"A1", "H1"}) {
      ASSERT_TRUE(desk_.Call(who, "PlanService.GetPlan", then).ok());
    }
  }
  desk_.History("A1");
  ASSERT_TRUE(desk_.Compare("A1", 9, 11).ok());
  auto annex = desk_.About<v1::GetAnnexRequest>();
  *annex.mutable_as_of() = AfterEntries(moments.back());
  ASSERT_TRUE(desk_.Call("C1", "CopiesService.GetAnnex", annex).ok());
  const auto copies = [&] {
    return desk_.Call("B1", "CopiesService.ListCopies", desk_.About<v1::ListCopiesRequest>())
        .As<v1::ListCopiesResponse>();
  };
  ASSERT_THAT(copies().copies(), SizeIs(3));
  const v1::ListCopiesResponse unopened = copies();
  for (const v1::IssuedCopy& copy : unopened.copies()) {
    EXPECT_FALSE(copy.has_opened_at()) << copy.DebugString();
  }
  ASSERT_TRUE(desk_.Call("A1", "PlanService.GetPlan", desk_.About<v1::GetPlanRequest>()).ok());
  EXPECT_TRUE(copies().copies(0).has_opened_at());
}

TEST(LooksAtThePast, AreJournaledAsSuch) {
  const std::unique_ptr<rocksdb::Env> disk(NewMemoryDisk());
  std::string plan;
  {
    PastDesk desk(DemoOn(disk.get()));
    plan = desk.plan;
    const auto look = [&](const char* method, auto request, bool then) {
      if (then) *request.mutable_as_of() = AfterEntries(desk.JournalSize());
      EXPECT_TRUE(desk.Call("A1", method, request).ok()) << method;
      desk.PassTime(601);
    };
    look("PlanService.GetHistory", desk.About<v1::GetHistoryRequest>(), false);
    EXPECT_TRUE(desk.Compare("A1", 0, 1).ok());
    look("PlanService.GetHistory", desk.About<v1::GetHistoryRequest>(), true);
    look("PlanService.GetPlan", desk.About<v1::GetPlanRequest>(), true);
    look("PlanService.GetTimeline", desk.About<v1::GetTimelineRequest>(), true);
    look("PlanService.ExplainDeadlines", desk.About<v1::ExplainDeadlinesRequest>(), true);
    look("CopiesService.ListCopies", desk.About<v1::ListCopiesRequest>(), true);
    look("ReviewerService.GetReplacementRequests", desk.About<v1::GetReplacementRequestsRequest>(),
         true);
    // As every list of accesses: none.
    look("PlanService.ListAccesses", desk.About<v1::ListAccessesRequest>(), true);
  }
  EXPECT_THAT(AccessesIn(disk.get(), plan),
              ElementsAre("reviewee history_shown", "reviewee comparison_shown",
                          "reviewee past_shown", "reviewee past_shown", "reviewee past_shown",
                          "reviewee past_shown", "reviewee past_shown", "reviewee past_shown"));
}

}  // namespace
}  // namespace countersign
