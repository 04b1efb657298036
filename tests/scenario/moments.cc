#include "tests/scenario/moments.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "countersign/v1/compliance_service.pb.h"
#include "countersign/v1/copies_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/reviewer_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "countersign/v1/trust_service.pb.h"
#include "tests/services/as_of.h"

namespace countersign::scenario {
namespace {

template <typename Request>
Request About(const std::string& plan) {
  Request request;
  request.set_plan_id(plan);
  return request;
}

}  // namespace

void Moments::Ask(Desk& desk, const std::string& method, const std::string& as,
                  const google::protobuf::Message& request) {
  const Reply live = desk.Call(as, method, request);
  // Nobody may see an annex before it is given out, for example.
  if (live.code() == grpc::PERMISSION_DENIED || live.code() == grpc::NOT_FOUND) return;
  if (!live.ok()) ADD_FAILURE() << method << ": " << live;
  last_position_ = Reflected(*live.response).value_or(last_position_);
  std::unique_ptr<google::protobuf::Message> asked(request.New());
  asked->CopyFrom(request);
  moments_.back().push_back(
      {method, as, std::move(asked), last_position_, Neutral(*live.response)});
}

void Moments::Remember(Desk& desk, const Subject& subject) {
  moments_.emplace_back();
  v1::ListPlansRequest plans;
  plans.mutable_page()->set_page_size(15);
  if (dice_.Chance(30)) plans.set_school_id(subject.school);
  Ask(desk, "PlanService.ListPlans", "T1", plans);
  v1::ListObligationsRequest owed;
  owed.mutable_page()->set_page_size(40);
  for (int status = 1; status <= 9; ++status) {
    if (dice_.Chance(60)) owed.add_statuses(static_cast<v1::ObligationStatus>(status));
  }
  Ask(desk, "PlanService.ListObligations", "T1", owed);
  v1::ListObligationsRequest mine;
  mine.set_mine(true);
  // Who has no role but that of a reviewee sees the same for ever.
  if (subject.reviewee[0] == 'S') Ask(desk, "PlanService.ListObligations", subject.reviewee, mine);
  v1::GetComplianceRequest compliance;
  compliance.set_level(dice_.Chance(50) ? v1::COMPLIANCE_LEVEL_TEAM : v1::COMPLIANCE_LEVEL_SCHOOL);
  compliance.set_by_kind(dice_.Chance(50));
  Ask(desk, "ComplianceService.GetCompliance", "T1", compliance);
  v1::ListPeopleRequest people;
  people.mutable_page()->set_page_size(10);
  Ask(desk, "PeopleService.ListPeople", "T1", people);
  Ask(desk, "CopiesService.ListAnnexes", absl::StrCat("L", subject.school_letter),
      v1::ListAnnexesRequest());
  Ask(desk, "TrustService.GetTrust", "T1", v1::GetTrustRequest());
  v1::GetSchoolRequest school;
  school.set_school_id(subject.school);
  Ask(desk, "SchoolService.GetSchool", "T1", school);
  Ask(desk, "SchoolService.ListSchools", subject.reviewee, v1::ListSchoolsRequest());
  v1::GetPersonRequest person;
  person.set_staff_key(subject.reviewee);
  Ask(desk, "PeopleService.GetPerson", "T1", person);
  Ask(desk, "PeopleService.WhoAmI", absl::StrCat("H", subject.school_letter), v1::WhoAmIRequest());
  const std::string& plan = subject.plan;
  Ask(desk, "PlanService.ListAccesses", subject.reviewee, About<v1::ListAccessesRequest>(plan));
  for (const std::string& who : {subject.reviewee, subject.reviewer}) {
    if (who.empty()) continue;
    Ask(desk, "PlanService.GetPlan", who, About<v1::GetPlanRequest>(plan));
    Ask(desk, "PlanService.ExplainDeadlines", who, About<v1::ExplainDeadlinesRequest>(plan));
  }
  const std::string& who = subject.reviewee;
  Ask(desk, "PlanService.GetTimeline", who, About<v1::GetTimelineRequest>(plan));
  Ask(desk, "PlanService.GetHistory", who, About<v1::GetHistoryRequest>(plan));
  Ask(desk, "ReviewerService.GetReplacementRequests", who,
      About<v1::GetReplacementRequestsRequest>(plan));
  Ask(desk, "CopiesService.ListCopies", who, About<v1::ListCopiesRequest>(plan));
  Ask(desk, "CopiesService.GetAnnex", absl::StrCat("L", subject.school_letter),
      About<v1::GetAnnexRequest>(plan));
}

std::string Moments::Compare(Desk& desk) {
  std::vector<size_t> order(moments_.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[dice_.Below(static_cast<int>(i))]);
  }
  for (const size_t moment : order) {
    for (const Answered& then : moments_[moment]) {
      const Reply past =
          desk.Call(then.as, then.method, *AsOf(*then.request, AfterEntries(then.position)));
      if (past.code() == grpc::PERMISSION_DENIED) {
        ++no_longer_seen_;
        continue;
      }
      ++compared_;
      ++compared_by_method_[then.method];
      if (past.ok() && Neutral(*past.response) == then.bytes) continue;
      std::unique_ptr<google::protobuf::Message> was(past.response->New());
      was->ParseFromString(then.bytes);
      return absl::StrCat(then.method, " by ", then.as, " as of position ", then.position,
                          "\n--- was answered then:\n", was->DebugString(),
                          "\n--- is answered now: ", past.status.error_message(), "\n",
                          past.response->DebugString());
    }
  }
  return "";
}

}  // namespace countersign::scenario
