#include "tests/bench/founding.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "countersign/v1/enrolment_service.grpc.pb.h"
#include "countersign/v1/meeting_service.grpc.pb.h"
#include "countersign/v1/people_service.grpc.pb.h"
#include "countersign/v1/recording_service.grpc.pb.h"
#include "countersign/v1/reviewer_service.grpc.pb.h"
#include "countersign/v1/school_service.grpc.pb.h"
#include "countersign/v1/trust_service.grpc.pb.h"
#include "tests/bench/words.h"

namespace countersign::bench {
namespace {

constexpr char kLead[] = "lead";
constexpr char kHead[] = "head";
constexpr char kUrn[] = "990001";
// The day on which the demo's clock stands: confirmed, held and drafted on one day.
constexpr char kMeetingOn[] = "2026-09-07";
constexpr int kPeoplePerList = 1000;
constexpr int kReviewedByOne = 20;
constexpr int kInFlight = 64;
constexpr int kTriesForCards = 60;
constexpr uint32_t kRequestSeries = 1;

std::string RevieweeKey(int plan) { return absl::StrCat("reviewee.", plan); }
std::string ReviewerKey(int plan) { return absl::StrCat("reviewer.", plan / kReviewedByOne); }

std::string StaffRow(const std::string& staff_key, const std::string& title,
                     const std::string& manager) {
  return absl::StrCat(staff_key, ",Person ", staff_key, ",", title, ",Year 4,", kUrn, ",", manager,
                      "\n");
}

v1::IndividualPlan DraftOf(int plan) {
  v1::IndividualPlan draft;
  v1::Objective* objective = draft.add_objectives();
  objective->set_objective(CommentText(SplitMix64(plan)));
  objective->set_achieve_by("2027-07-02");
  objective->set_success_criteria(CommentText(SplitMix64(plan) + 1).substr(0, 120));
  draft.set_no_other_evidence(true);
  return draft;
}

class Founding {
 public:
  Founding(const Channels& channels, int plans) : channels_(channels), plans_(plans) {}

  absl::StatusOr<std::vector<OpenPlan>> Run();

 private:
  absl::Status FoundTrust();
  absl::Status RegisterPeople();
  absl::Status FindPeople();
  absl::Status Enrol();
  absl::Status AssignReviewers();
  absl::Status HoldMeetings();
  absl::Status IssueDrafts();
  absl::Status WaitForCards();

  template <typename Request>
  Request New() {
    Request request;
    request.set_request_id(request_ids_.Next());
    return request;
  }

  // One call for each plan, many at once. `ask` fills in what is wanted and returns who asks.
  template <typename Service, typename Request, typename Response>
  absl::Status ForEachPlan(Method<typename Service::Stub, Request, Response> method,
                           std::function<std::string(int plan, Request& request)> ask,
                           std::function<void(int plan, const v1::Receipt& receipt)> take) {
    std::vector<int> plan_of_slot(kInFlight);
    int next = 0;
    Talk<Request, Response> talk;
    talk.ask = [&](int slot, Request& request) -> std::optional<std::string> {
      if (next == static_cast<int>(plans_.size())) return std::nullopt;
      plan_of_slot[slot] = next;
      request.set_request_id(request_ids_.Next());
      return ask(next++, request);
    };
    talk.take = [&](int slot, const Response& response) {
      take(plan_of_slot[slot], response.receipt());
      return absl::OkStatus();
    };
    return AskInClosedLoop(channels_.Stubs<Service>(), method, kInFlight, absl::InfiniteDuration(),
                           std::move(talk))
        .status();
  }

  const Channels& channels_;
  RequestIds request_ids_{kRequestSeries};
  std::string cycle_id_;
  std::map<std::string, std::string> person_ids_;  // By staff key.
  std::vector<OpenPlan> plans_;
};

absl::Status Founding::FoundTrust() {
  const auto trust = channels_.Stubs<v1::TrustService>();
  auto found = New<v1::FoundTrustRequest>();
  found.mutable_intent()->set_name("Benchmark Learning Trust");
  found.mutable_intent()->set_group_uid("9901");
  found.mutable_intent()->set_lead_name("Lee Lead");
  found.mutable_intent()->set_lead_staff_key(kLead);
  found.mutable_intent()->set_lead_job_title("Director of People");
  absl::Status done =
      AskOnce(trust, &v1::TrustService::Stub::PrepareAsyncFoundTrust, kLead, found).status();
  if (!done.ok()) return done;
  auto school = New<v1::RegisterSchoolRequest>();
  school.mutable_intent()->set_name("Otterby Primary School");
  school.mutable_intent()->set_urn(kUrn);
  school.mutable_intent()->set_division(v1::DIVISION_ENGLAND_AND_WALES);
  const absl::StatusOr<v1::RegisterSchoolResponse> registered =
      AskOnce(trust, &v1::TrustService::Stub::PrepareAsyncRegisterSchool, kLead, school);
  if (!registered.ok()) return registered.status();
  auto cycle = New<v1::OpenCycleRequest>();
  cycle.mutable_intent()->set_name("2026/27");
  cycle.mutable_intent()->set_first_on("2026-09-01");
  cycle.mutable_intent()->set_last_on("2027-08-31");
  const absl::StatusOr<v1::OpenCycleResponse> opened =
      AskOnce(trust, &v1::TrustService::Stub::PrepareAsyncOpenCycle, kLead, cycle);
  if (!opened.ok()) return opened.status();
  cycle_id_ = opened->receipt().subject_id();
  if (done = RegisterPeople(); !done.ok()) return done;
  if (done = FindPeople(); !done.ok()) return done;
  auto grant = New<v1::GrantSchoolRoleRequest>();
  grant.set_school_id(registered->receipt().subject_id());
  grant.mutable_intent()->set_person_id(person_ids_[kHead]);
  grant.mutable_intent()->set_role(v1::ROLE_HEADTEACHER);
  return AskOnce(channels_.Stubs<v1::SchoolService>(),
                 &v1::SchoolService::Stub::PrepareAsyncGrantSchoolRole, kLead, grant)
      .status();
}

absl::Status Founding::RegisterPeople() {
  std::vector<std::string> rows = {StaffRow(kHead, "Headteacher", "")};
  for (size_t plan = 0; plan < plans_.size(); ++plan) {
    if (plan % kReviewedByOne == 0) rows.push_back(StaffRow(ReviewerKey(plan), "Teacher", ""));
    rows.push_back(StaffRow(RevieweeKey(plan), "Teaching Assistant", ReviewerKey(plan)));
  }
  const auto people = channels_.Stubs<v1::PeopleService>();
  for (size_t first = 0; first < rows.size(); first += kPeoplePerList) {
    auto list = New<v1::ImportPeopleRequest>();
    list.set_file("staff_key,name,job_title,team,urn,line_managers\n");
    const size_t end = std::min(first + kPeoplePerList, rows.size());
    for (size_t row = first; row < end; ++row) list.mutable_file()->append(rows[row]);
    const absl::Status done =
        AskOnce(people, &v1::PeopleService::Stub::PrepareAsyncImportPeople, kLead, list).status();
    if (!done.ok()) return done;
  }
  return absl::OkStatus();
}

absl::Status Founding::FindPeople() {
  const auto people = channels_.Stubs<v1::PeopleService>();
  v1::ListPeopleRequest request;
  request.mutable_page()->set_page_size(500);
  do {
    const absl::StatusOr<v1::ListPeopleResponse> page =
        AskOnce(people, &v1::PeopleService::Stub::PrepareAsyncListPeople, kLead, request);
    if (!page.ok()) return page.status();
    for (const v1::Person& person : page->people()) {
      person_ids_[person.staff_key()] = person.person_id();
    }
    request.mutable_page()->set_page_token(page->next_page_token());
  } while (!request.page().page_token().empty());
  return absl::OkStatus();
}

absl::Status Founding::Enrol() {
  return ForEachPlan<v1::EnrolmentService>(
      &v1::EnrolmentService::Stub::PrepareAsyncEnrol,
      std::function([&](int plan, v1::EnrolRequest& request) -> std::string {
        plans_[plan].reviewee = RevieweeKey(plan);
        request.set_person_id(person_ids_[RevieweeKey(plan)]);
        request.mutable_intent()->set_cycle_id(cycle_id_);
        return kHead;
      }),
      [&](int plan, const v1::Receipt& receipt) { plans_[plan].plan_id = receipt.subject_id(); });
}

absl::Status Founding::AssignReviewers() {
  return ForEachPlan<v1::ReviewerService>(
      &v1::ReviewerService::Stub::PrepareAsyncAssignReviewer,
      std::function([&](int plan, v1::AssignReviewerRequest& request) -> std::string {
        request.set_plan_id(plans_[plan].plan_id);
        request.mutable_intent()->set_reviewer_id(person_ids_[ReviewerKey(plan)]);
        return kHead;
      }),
      [](int, const v1::Receipt&) {});
}

absl::Status Founding::HoldMeetings() {
  const absl::Status confirmed = ForEachPlan<v1::MeetingService>(
      &v1::MeetingService::Stub::PrepareAsyncConfirmMeeting,
      std::function([&](int plan, v1::ConfirmMeetingRequest& request) {
        request.set_plan_id(plans_[plan].plan_id);
        request.mutable_intent()->mutable_meeting()->set_on(kMeetingOn);
        return ReviewerKey(plan);
      }),
      [](int, const v1::Receipt&) {});
  if (!confirmed.ok()) return confirmed;
  return ForEachPlan<v1::MeetingService>(
      &v1::MeetingService::Stub::PrepareAsyncRecordMeetingHeld,
      std::function([&](int plan, v1::RecordMeetingHeldRequest& request) {
        request.set_plan_id(plans_[plan].plan_id);
        request.mutable_intent()->set_summary_given(true);
        return ReviewerKey(plan);
      }),
      [](int, const v1::Receipt&) {});
}

absl::Status Founding::IssueDrafts() {
  return ForEachPlan<v1::RecordingService>(
      &v1::RecordingService::Stub::PrepareAsyncIssueDraft,
      std::function([&](int plan, v1::IssueDraftRequest& request) {
        request.set_plan_id(plans_[plan].plan_id);
        *request.mutable_intent()->mutable_plan() = DraftOf(plan);
        return ReviewerKey(plan);
      }),
      [&](int plan, const v1::Receipt& receipt) {
        plans_[plan].version = receipt.entries(0).version();
      });
}

// The server still writes the cards of what was founded. It is not measured with that on its back.
absl::Status Founding::WaitForCards() {
  const auto people = channels_.Stubs<v1::PeopleService>();
  v1::ListPeopleRequest request;
  request.mutable_page()->set_page_size(1);
  // An answer that is behind has waited for two seconds.
  for (int tries = 0; tries < kTriesForCards; ++tries) {
    const absl::StatusOr<v1::ListPeopleResponse> page =
        AskOnce(people, &v1::PeopleService::Stub::PrepareAsyncListPeople, kLead, request);
    if (!page.ok()) return page.status();
    if (!page->reflects().behind()) return absl::OkStatus();
  }
  return absl::DeadlineExceededError("the cards do not catch up with the journal");
}

absl::StatusOr<std::vector<OpenPlan>> Founding::Run() {
  for (const auto step :
       {&Founding::FoundTrust, &Founding::Enrol, &Founding::AssignReviewers,
        &Founding::HoldMeetings, &Founding::IssueDrafts, &Founding::WaitForCards}) {
    if (absl::Status done = (this->*step)(); !done.ok()) return done;
  }
  return std::move(plans_);
}

}  // namespace

absl::StatusOr<std::vector<OpenPlan>> FoundWithDrafts(const Channels& channels, int plans) {
  return Founding(channels, plans).Run();
}

}  // namespace countersign::bench
