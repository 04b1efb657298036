#include "services/rpc/chapters/reviewer_rpc.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/rpc/hand_in.h"
#include "services/rpc/instants.h"
#include "services/rpc/opened_plan.h"

namespace countersign::rpc {
namespace {

v1::ReplacementRequest RequestOf(const Office& office, const rules::RequestedReplacement& request,
                                 const Moment& moment) {
  v1::ReplacementRequest shown;
  shown.set_replacement(request.replacement);
  *shown.mutable_reviewer() = NameOfPerson(office, request.reviewer_id, moment.before_position);
  shown.set_reasons(request.reasons);
  *shown.mutable_requested_at() = TimestampOf(absl::FromUnixMicros(request.requested_at_us));
  if (!request.decided) return shown;
  shown.set_outcome(request.upheld ? v1::ReplacementRequest::OUTCOME_UPHELD
                                   : v1::ReplacementRequest::OUTCOME_DECLINED);
  shown.set_decision_reasons(request.decision_reasons);
  *shown.mutable_decided_at() = TimestampOf(absl::FromUnixMicros(request.decided_at_us));
  return shown;
}

}  // namespace

grpc::ServerUnaryReactor* ReviewerRpc::AssignReviewer(grpc::CallbackServerContext* context,
                                                      const v1::AssignReviewerRequest* request,
                                                      v1::AssignReviewerResponse* response) {
  Intent intent{Action::kAssignReviewer, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_assign_reviewer() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* ReviewerRpc::RequestReplacement(
    grpc::CallbackServerContext* context, const v1::RequestReplacementRequest* request,
    v1::RequestReplacementResponse* response) {
  Intent intent{Action::kRequestReplacement, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_request_replacement() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* ReviewerRpc::DecideReplacement(
    grpc::CallbackServerContext* context, const v1::DecideReplacementRequest* request,
    v1::DecideReplacementResponse* response) {
  Intent intent{Action::kDecideReplacement, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_decide_replacement() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* ReviewerRpc::ReplaceReviewer(grpc::CallbackServerContext* context,
                                                       const v1::ReplaceReviewerRequest* request,
                                                       v1::ReplaceReviewerResponse* response) {
  Intent intent{Action::kReplaceReviewer, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_replace_reviewer() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* ReviewerRpc::GetReplacementRequests(
    grpc::CallbackServerContext* context, const v1::GetReplacementRequestsRequest* request,
    v1::GetReplacementRequestsResponse* response) {
  absl::StatusOr<OpenedPlan> opened =
      OpenPlan(office_, *context,
               {*request, request->plan_id(), Action::kSeeReplacementRequests, request->as_of()});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  // Who may see none of those that there are by now may not ask about the past either.
  const std::vector<rules::RequestedReplacement>& all = opened->present->replacements;
  const bool sees_any = std::any_of(all.begin(), all.end(),
                                    [&](const auto& one) { return SeesReasons(*opened, one); });
  for (const rules::RequestedReplacement& replacement : opened->file.plan->replacements) {
    if (!SeesReasons(*opened, replacement)) continue;
    *response->add_requests() = RequestOf(office_, replacement, opened->moment);
  }
  if (!all.empty() && !sees_any) {
    return Finished(
        office_, context,
        office_.denials.Deny(opened->reader.caller.person_id, Action::kSeeReplacementRequests));
  }
  response->set_version(static_cast<uint64_t>(opened->file.plan.version));
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_replacement_request_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

}  // namespace countersign::rpc
