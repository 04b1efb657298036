#include "services/rpc/opened_plan.h"

#include <utility>

#include "services/rpc/hand_in.h"
#include "services/rpc/to_grpc_status.h"

namespace countersign::rpc {

absl::StatusOr<OpenedPlan> OpenPlan(const Office& office, const grpc::ServerContextBase& context,
                                    const Asked& asked) {
  OpenedPlan opened;
  absl::StatusOr<Reader> reader = Admit(office, context, asked.request, asked.more);
  if (!reader.ok()) return reader.status();
  opened.reader = *std::move(reader);
  // Found before the plan is read: an answer may take more entries into account than it says, but
  // never fewer.
  absl::StatusOr<Moment> moment = MomentOf(office.journal, office.clock, asked.as_of);
  // Who may look is asked of the present, whatever moment they look at.
  absl::StatusOr<PlanFile> present = FileOf(office, asked.plan_id);
  if (!present.ok()) {
    return UnreadableTo(office, opened.reader, asked.action, asked.plan_id, present.status());
  }
  opened.standings = StandingsTo(*present, opened.reader);
  opened.row = Permit(asked.action, opened.standings);
  if (opened.row == nullptr || present->plan->progress.plan_id().empty()) {
    return office.denials.Deny(opened.reader.caller.person_id, asked.action);
  }
  if (!moment.ok()) return moment.status();
  if (absl::Status token = CheckToken(asked.page, *moment, office.zone); !token.ok()) return token;
  opened.moment = *moment;
  opened.present = present->plan;
  opened.file = *std::move(present);
  if (!moment->is_past()) return opened;
  absl::StatusOr<PlanFile> past = FileOf(office, asked.plan_id, moment->before_position);
  if (!past.ok()) return past.status();
  opened.file = *std::move(past);
  if (opened.file.plan->progress.plan_id().empty()) {
    return absl::NotFoundError("There was no such plan at that moment.");
  }
  return opened;
}

bool SeesReasons(const OpenedPlan& opened, const rules::RequestedReplacement& request) {
  const Standings standings = StandingsTo(request, *opened.reader.person, opened.standings);
  return Permit(Action::kSeeReplacementRequests, standings) != nullptr;
}

grpc::ServerUnaryReactor* FinishWhenLogged(const Office& office,
                                           grpc::CallbackServerContext* context,
                                           const OpenedPlan& opened, v1::AccessEvent view) {
  NoticeDemo(office, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (opened.moment.is_past()) view.mutable_past_shown();
  Access access{opened.reader.caller.person_id, opened.row, opened.file.plan->progress.plan_id(),
                opened.file.plan.version, std::move(view)};
  office.access_log.Record(std::move(access), [reactor](const absl::Status& logged) {
    reactor->Finish(ToGrpcStatus(logged));
  });
  return reactor;
}

}  // namespace countersign::rpc
