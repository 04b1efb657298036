#include "services/rpc/chapters/copies_rpc.h"

#include <optional>
#include <utility>
#include <vector>

#include "services/pack/record_pack.h"
#include "services/projections/annexes.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/instants.h"
#include "services/rpc/opened_plan.h"
#include "services/rpc/plan_view.h"
#include "services/rpc/signing_stopped.h"
#include "services/rpc/to_grpc_status.h"
#include "services/rules/refusals.h"

namespace countersign::rpc {
namespace {

v1::IssuedAnnex AnnexOf(const Office& office, const v1::PlanProgress& progress,
                        const Moment& moment) {
  v1::IssuedAnnex shown;
  shown.set_plan_id(progress.plan_id());
  *shown.mutable_reviewee() = NameOfPerson(office, progress.reviewee_id(), moment.before_position);
  shown.set_school_id(progress.school_id());
  *shown.mutable_issued_at() = TimestampOf(progress.annex_copy_issued());
  return shown;
}

absl::Status RefuseUnlessClosed(const rules::Plan& plan) {
  const rules::PlanState state = rules::StateOf(plan.progress);
  if (state == rules::PlanState::kSigned || state == rules::PlanState::kClosedUnsigned) {
    return absl::OkStatus();
  }
  return rules::Refuse(v1::RECORD_NOT_CLOSED,
                       "The record can be taken away once both have signed it, or the head has "
                       "closed it. Until then read it with the plan.");
}

// Waits for a checkpoint of at least `size` entries. One that every witness cosigned says more than
// a newer one that none did, unless it is so old that another key signed it.
void AwaitEvidence(Checkpointer& checkpointer, uint64_t size, Checkpointer::Done done) {
  if (!checkpointer.witnesses().empty()) {
    absl::StatusOr<std::optional<SignedHead>> cosigned =
        checkpointer.NewestCosignedBy(checkpointer.witnesses());
    if (cosigned.ok() && cosigned->has_value() && (*cosigned)->head.size >= size &&
        IsSignedBy(**cosigned, checkpointer.verifier())) {
      return done(**cosigned);
    }
  }
  checkpointer.Await(size, std::move(done));
}

absl::Status Pack(const Office& office, const GatheredRecord& record,
                  const absl::StatusOr<SignedHead>& signed_head,
                  v1::GetRecordPackResponse& response) {
  if (!signed_head.ok()) return AboutSigning(office.checkpointer, signed_head.status());
  absl::StatusOr<std::string> pack =
      PackRecord(record, office.journal, *signed_head, office.checkpointer.verifier());
  if (!pack.ok()) return pack.status();
  response.set_pack(*std::move(pack));
  return absl::OkStatus();
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
  absl::StatusOr<OpenedPlan> opened = OpenPlan(
      office_, *context, {*request, request->plan_id(), Action::kSeePlan, request->as_of()});
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

// Nobody has a standing to see the annex alone before it was issued (standings.h). From then on the
// record is closed and its last draft is what was signed; what was drafted before is not shown.
grpc::ServerUnaryReactor* CopiesRpc::GetAnnex(grpc::CallbackServerContext* context,
                                              const v1::GetAnnexRequest* request,
                                              v1::GetAnnexResponse* response) {
  absl::StatusOr<OpenedPlan> opened = OpenPlan(
      office_, *context, {*request, request->plan_id(), Action::kSeeAnnex, request->as_of()});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  if (opened->moment.is_past() &&
      !rules::Happened(opened->file.plan->progress.annex_copy_issued())) {
    return Finished(office_, context,
                    absl::NotFoundError("The annex had not been given out at that moment."));
  }
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
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of(), request->page());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  return ListFrom(
      office_, context, asking->moment, response->mutable_reflects(),
      [this, request, response, reach = PlansAsOf(office_, asking->moment, *std::move(reach)),
       moment = asking->moment](const projections::CardReader& cards) -> absl::Status {
        absl::StatusOr<projections::Page<v1::PlanProgress>> page =
            projections::ListAnnexes(cards, {request->school_id(), reach},
                                     {PageSizeOf(request->page()), PlaceIn(request->page())});
        if (!page.ok()) return page.status();
        for (const v1::PlanProgress& progress : page->rows) {
          *response->add_annexes() = AnnexOf(office_, progress, moment);
        }
        response->set_next_page_token(TokenOf(page->next_token, moment, office_.zone));
        return absl::OkStatus();
      });
}

// What is in the pack is read here; the proofs wait for a checkpoint and are then read in the
// reading room, so that whoever signs goes on. Only then is the access written down, so that nobody
// is said to have taken what they never got.
grpc::ServerUnaryReactor* CopiesRpc::GetRecordPack(grpc::CallbackServerContext* context,
                                                   const v1::GetRecordPackRequest* request,
                                                   v1::GetRecordPackResponse* response) {
  absl::StatusOr<OpenedPlan> opened =
      OpenPlan(office_, *context, {*request, request->plan_id(), Action::kSeePlan});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  const rules::Plan& plan = *opened->file.plan;
  if (absl::Status open = RefuseUnlessClosed(plan); !open.ok()) {
    return Finished(office_, context, open);
  }
  absl::StatusOr<GatheredRecord> gathered = GatherRecord(
      office_.journal, office_.keyring, plan.progress.plan_id(),
      [&](const std::string& id) { return NameOfPerson(office_, id).name(); }, office_.zone);
  if (!gathered.ok()) return Finished(office_, context, gathered.status());
  response->set_file_name(PackNameOf(plan.progress.plan_id()));
  Access access{opened->reader.caller.person_id,
                opened->row,
                plan.progress.plan_id(),
                opened->file.plan.version,
                {}};
  access.view.mutable_record_taken();
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const uint64_t size = gathered->size();
  const auto finish = [this, response, reactor, record = *std::move(gathered),
                       access = std::move(access)](const absl::StatusOr<SignedHead>& signed_head) {
    const absl::Status packed = Pack(office_, record, signed_head, *response);
    if (!packed.ok()) return reactor->Finish(ToGrpcStatus(packed));
    office_.access_log.Record(
        access, [reactor](const absl::Status& logged) { reactor->Finish(ToGrpcStatus(logged)); });
  };
  AwaitEvidence(office_.checkpointer, size,
                [this, finish](const absl::StatusOr<SignedHead>& signed_head) {
                  office_.reading_room.Run([finish, signed_head] { finish(signed_head); });
                });
  return reactor;
}

}  // namespace countersign::rpc
