#include "services/rpc/chapters/copies_rpc.h"

#include <utility>
#include <vector>

#include "services/projections/annexes.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/instants.h"
#include "services/rpc/opened_plan.h"
#include "services/rpc/plan_view.h"

namespace countersign::rpc {
namespace {

v1::IssuedAnnex AnnexOf(const Office& office, const v1::PlanProgress& progress) {
  v1::IssuedAnnex shown;
  shown.set_plan_id(progress.plan_id());
  *shown.mutable_reviewee() = NameOfPerson(office, progress.reviewee_id());
  shown.set_school_id(progress.school_id());
  *shown.mutable_issued_at() = TimestampOf(progress.annex_copy_issued());
  return shown;
}

}  // namespace

grpc::ServerUnaryReactor* CopiesRpc::IssueCopies(grpc::CallbackServerContext* context,
                                                 const v1::IssueCopiesRequest* request,
                                                 v1::IssueCopiesResponse* response) {
  Intent intent{Action::kIssueCopies, request->plan_id(), {}};
  *intent.command.mutable_plan()->mutable_issue_copies() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* CopiesRpc::ListCopies(grpc::CallbackServerContext* context,
                                                const v1::ListCopiesRequest* request,
                                                v1::ListCopiesResponse* response) {
  absl::StatusOr<OpenedPlan> opened =
      OpenPlan(office_, *context, {*request, request->plan_id(), Action::kSeePlan});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  absl::StatusOr<std::vector<v1::IssuedCopy>> copies =
      CopiesOf(office_, *opened->file.plan, opened->moment);
  if (!copies.ok()) return Finished(office_, context, copies.status());
  for (v1::IssuedCopy& copy : *copies) *response->add_copies() = std::move(copy);
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_copies_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

// Nobody has a standing to see the annex alone before it was issued (standings.h), so the record is
// closed here and its last draft is what was signed.
grpc::ServerUnaryReactor* CopiesRpc::GetAnnex(grpc::CallbackServerContext* context,
                                              const v1::GetAnnexRequest* request,
                                              v1::GetAnnexResponse* response) {
  absl::StatusOr<OpenedPlan> opened =
      OpenPlan(office_, *context, {*request, request->plan_id(), Action::kSeeAnnex});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  const std::string& annex = opened->file.plan->record.plan().annex();
  if (!response->mutable_annex()->ParseFromString(annex)) {
    response->Clear();
    return Finished(office_, context, absl::DataLossError("the stored annex cannot be read"));
  }
  response->set_annex_bytes(annex);
  *response->mutable_issued_at() = TimestampOf(opened->file.plan->progress.annex_copy_issued());
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_annex_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

grpc::ServerUnaryReactor* CopiesRpc::ListAnnexes(grpc::CallbackServerContext* context,
                                                 const v1::ListAnnexesRequest* request,
                                                 v1::ListAnnexesResponse* response) {
  absl::StatusOr<Reader> reader =
      Admit(office_, *context, *request, PageViolations(request->page()));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<projections::Reach> reach = ReachOf(office_, *reader, Action::kListAnnexes);
  if (!reach.ok()) return Finished(office_, context, reach.status());
  if (!reach->everything && reach->school_ids.empty()) {
    return Finished(office_, context,
                    office_.denials.Deny(reader->caller.person_id, Action::kListAnnexes));
  }
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  WhenCaughtUp(office_, reactor, response->mutable_reflects(),
               [this, request, response,
                reach = *std::move(reach)](const projections::CardReader& cards) -> absl::Status {
                 absl::StatusOr<projections::Page<v1::PlanProgress>> page =
                     projections::ListAnnexes(
                         cards, {request->school_id(), reach},
                         {PageSizeOf(request->page()), request->page().page_token()});
                 if (!page.ok()) return page.status();
                 for (const v1::PlanProgress& progress : page->rows) {
                   *response->add_annexes() = AnnexOf(office_, progress);
                 }
                 response->set_next_page_token(page->next_token);
                 return absl::OkStatus();
               });
  return reactor;
}

}  // namespace countersign::rpc
