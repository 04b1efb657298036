#include "services/rpc/chapters/plan_rpc.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/projections/directory.h"
#include "services/projections/obligations.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/history_view.h"
#include "services/rpc/instants.h"
#include "services/rpc/opened_plan.h"
#include "services/rpc/plan_view.h"
#include "services/rpc/reading.h"
#include "services/rules/deadlines/days.h"

namespace countersign::rpc {
namespace {

std::optional<rules::Status> StatusAsked(v1::ObligationStatus status) {
  for (const rules::Status candidate :
       {rules::Status::kNotStarted, rules::Status::kPending, rules::Status::kDueSoon,
        rules::Status::kOverdue, rules::Status::kMet, rules::Status::kMetLate,
        rules::Status::kSuspended, rules::Status::kWaived, rules::Status::kDischarged}) {
    if (StatusOf(candidate) == status) return candidate;
  }
  return std::nullopt;
}

std::optional<rules::PlanState> StateAsked(v1::PlanState state) {
  for (const rules::PlanState candidate :
       {rules::PlanState::kEnrolled, rules::PlanState::kReviewerAssigned,
        rules::PlanState::kMeetingConfirmed, rules::PlanState::kMeetingHeld,
        rules::PlanState::kDraftIssued, rules::PlanState::kChangesRequested,
        rules::PlanState::kFinalised, rules::PlanState::kSigned, rules::PlanState::kWithdrawn,
        rules::PlanState::kSuspended, rules::PlanState::kClosedUnsigned}) {
    if (StateOf(candidate) == state) return candidate;
  }
  return std::nullopt;
}

// A person by id or by the trust's own key.
absl::StatusOr<std::string> RevieweeAsked(const Office& office, const std::string& named) {
  if (absl::StatusOr<storage::Id> id = storage::ParseId(named); id.ok()) {
    return storage::ToString(*id);
  }
  return office.registrar.PersonIdOf(named);
}

v1::Obligation ObligationOf(const Office& office, const projections::ObligationRow& row,
                            uint64_t before_position) {
  const v1::ObligationCard& card = row.card;
  v1::Obligation shown;
  shown.set_plan_id(card.plan_id());
  shown.set_kind(KindOf(static_cast<rules::ObligationKind>(card.kind())));
  shown.set_change(card.change());
  shown.set_replacement(card.replacement());
  *shown.mutable_owed_by() = NameOfPerson(office, card.owed_by_id(), before_position);
  *shown.mutable_reviewee() = NameOfPerson(office, card.reviewee_id(), before_position);
  shown.set_school_id(card.school_id());
  shown.set_due_on(card.due_on());
  if (const std::optional<absl::CivilDay> due_on = rules::DayOf(card.due_on())) {
    *shown.mutable_due_at() = TimestampOf(rules::DueInstant(*due_on, office.zone));
  }
  shown.set_status(StatusOf(row.status));
  if (rules::Happened(card.met())) {
    *shown.mutable_met_at() = TimestampOf(card.met());
  }
  shown.set_provisional(card.provisional());
  return shown;
}

}  // namespace

grpc::ServerUnaryReactor* PlanRpc::GetPlan(grpc::CallbackServerContext* context,
                                           const v1::GetPlanRequest* request,
                                           v1::GetPlanResponse* response) {
  absl::StatusOr<OpenedPlan> opened = OpenPlan(
      office_, *context, {*request, request->plan_id(), Action::kSeePlan, request->as_of()});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  absl::StatusOr<v1::PlanView> view = ViewOf(office_, opened->file, opened->moment);
  if (!view.ok()) return Finished(office_, context, view.status());
  *response->mutable_plan() = *std::move(view);
  response->set_version(static_cast<uint64_t>(opened->file.plan.version));
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_plan_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

grpc::ServerUnaryReactor* PlanRpc::GetTimeline(grpc::CallbackServerContext* context,
                                               const v1::GetTimelineRequest* request,
                                               v1::GetTimelineResponse* response) {
  // Versions are gapless, so the version with which the next page begins is the token.
  std::vector<FieldViolation> foreign;
  const uint64_t from_version = VersionInToken(request->page(), foreign);
  absl::StatusOr<OpenedPlan> opened = OpenPlan(office_, *context,
                                               {*request, request->plan_id(), Action::kSeeTimeline,
                                                request->as_of(), request->page(), foreign});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  absl::StatusOr<EventPage> page =
      office_.history.EventsOf(request->plan_id(), from_version, PageSizeOf(request->page()),
                               opened->moment.before_position);
  if (!page.ok()) return Finished(office_, context, page.status());
  for (const rules::Recorded& recorded : page->events) {
    absl::StatusOr<v1::TimelineEntry> entry =
        EntryOf(office_, recorded, SeesReasonsIn(*opened, recorded.event.plan().reviewer()),
                opened->moment);
    if (!entry.ok()) return Finished(office_, context, entry.status());
    *response->add_entries() = *std::move(entry);
  }
  if (page->next_version.has_value()) {
    response->set_next_page_token(
        TokenOf(absl::StrCat(*page->next_version), opened->moment, office_.zone));
  }
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_timeline_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

grpc::ServerUnaryReactor* PlanRpc::ExplainDeadlines(grpc::CallbackServerContext* context,
                                                    const v1::ExplainDeadlinesRequest* request,
                                                    v1::ExplainDeadlinesResponse* response) {
  absl::StatusOr<OpenedPlan> opened = OpenPlan(
      office_, *context, {*request, request->plan_id(), Action::kSeeDeadlines, request->as_of()});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  absl::StatusOr<std::vector<v1::ExplainedDeadline>> deadlines =
      DeadlinesOf(office_, opened->file, opened->moment);
  if (!deadlines.ok()) return Finished(office_, context, deadlines.status());
  for (v1::ExplainedDeadline& deadline : *deadlines) {
    *response->add_deadlines() = std::move(deadline);
  }
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_deadlines_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

grpc::ServerUnaryReactor* PlanRpc::GetHistory(grpc::CallbackServerContext* context,
                                              const v1::GetHistoryRequest* request,
                                              v1::GetHistoryResponse* response) {
  std::vector<FieldViolation> foreign;
  const uint64_t from_version = VersionInToken(request->page(), foreign);
  absl::StatusOr<OpenedPlan> opened = OpenPlan(
      office_, *context,
      {*request, request->plan_id(), Action::kSeePlan, request->as_of(), request->page(), foreign});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  const absl::Status filled =
      FillHistory(office_, *opened, from_version, PageSizeOf(request->page()), *response);
  if (!filled.ok()) {
    response->Clear();
    return Finished(office_, context, filled);
  }
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_history_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

grpc::ServerUnaryReactor* PlanRpc::CompareVersions(grpc::CallbackServerContext* context,
                                                   const v1::CompareVersionsRequest* request,
                                                   v1::CompareVersionsResponse* response) {
  std::vector<FieldViolation> backwards;
  if (request->second_version() <= request->first_version()) {
    backwards.push_back({"second_version", "name a version after first_version"});
  }
  absl::StatusOr<OpenedPlan> opened =
      OpenPlan(office_, *context,
               {*request, request->plan_id(), Action::kSeePlan, v1::AsOf(), v1::Page(), backwards});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  const absl::Status filled = FillComparison(office_, *opened, request->first_version(),
                                             request->second_version(), *response);
  if (!filled.ok()) return Finished(office_, context, filled);
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_comparison_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

grpc::ServerUnaryReactor* PlanRpc::ListAccesses(grpc::CallbackServerContext* context,
                                                const v1::ListAccessesRequest* request,
                                                v1::ListAccessesResponse* response) {
  std::vector<FieldViolation> foreign;
  const uint64_t token = VersionInToken(request->page(), foreign);
  absl::StatusOr<OpenedPlan> opened = OpenPlan(office_, *context,
                                               {*request, request->plan_id(), Action::kSeeAccesses,
                                                request->as_of(), request->page(), foreign});
  if (!opened.ok()) return Finished(office_, context, opened.status());
  absl::StatusOr<AccessPage> page = office_.history.AccessesOf(
      request->plan_id(), request->page().page_token().empty() ? States::kNow : token,
      PageSizeOf(request->page()), opened->moment.before_position);
  if (!page.ok()) return Finished(office_, context, page.status());
  for (const PastAccess& past : page->accesses) {
    v1::Access* shown = response->add_accesses();
    *shown->mutable_reader() =
        NameOfPerson(office_, past.reader_id, opened->moment.before_position);
    shown->set_acting_as(past.acting_as);
    shown->set_view(past.view);
    *shown->mutable_recorded_at() = TimestampOf(past.recorded_at);
  }
  if (page->next_before.has_value()) {
    response->set_next_page_token(
        TokenOf(absl::StrCat(*page->next_before), opened->moment, office_.zone));
  }
  response->mutable_reflects()->set_position(opened->moment.reflects);
  // Nothing is journaled: who looked is no content of the plan, and each look at this list would
  // lengthen it.
  return Finished(office_, context, absl::OkStatus());
}

grpc::ServerUnaryReactor* PlanRpc::ListPlans(grpc::CallbackServerContext* context,
                                             const v1::ListPlansRequest* request,
                                             v1::ListPlansResponse* response) {
  absl::StatusOr<Reader> reader =
      Admit(office_, *context, *request, PageViolations(request->page()));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<projections::Reach> reach = ReachOf(office_, *reader, Action::kListPlans);
  if (!reach.ok()) return Finished(office_, context, reach.status());
  projections::PlanFilter filter;
  filter.school_id = request->school_id();
  filter.state = StateAsked(request->state());
  if (!request->reviewee().empty()) {
    absl::StatusOr<std::string> reviewee_id = RevieweeAsked(office_, request->reviewee());
    if (!reviewee_id.ok()) return Finished(office_, context, reviewee_id.status());
    filter.person_id = *std::move(reviewee_id);
  }
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of(), request->page());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  filter.reach = PlansAsOf(office_, asking->moment, *std::move(reach));
  absl::StatusOr<Folded<rules::Trust>> trust = office_.states.TheTrust(asking->before_position());
  if (!trust.ok()) return Finished(office_, context, trust.status());
  return ListFrom(
      office_, context, asking->moment, response->mutable_reflects(),
      [this, request, response, filter = std::move(filter), moment = asking->moment,
       trust = *trust](const projections::CardReader& cards) -> absl::Status {
        absl::StatusOr<projections::Page<v1::PlanProgress>> page = projections::ListPlans(
            cards, filter, {PageSizeOf(request->page()), PlaceIn(request->page())});
        if (!page.ok()) return page.status();
        for (const v1::PlanProgress& progress : page->rows) {
          // The cards know whose plan it is and who reviews it under one key.
          if (!request->reviewee().empty() && progress.reviewee_id() != filter.person_id) continue;
          absl::StatusOr<Folded<rules::School>> school =
              office_.states.SchoolOf(progress.school_id(), moment.before_position);
          if (!school.ok()) return school.status();
          *response->add_plans() = SummaryOf(office_, progress, **school, *trust, moment);
        }
        response->set_next_page_token(TokenOf(page->next_token, moment, office_.zone));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* PlanRpc::ListObligations(grpc::CallbackServerContext* context,
                                                   const v1::ListObligationsRequest* request,
                                                   v1::ListObligationsResponse* response) {
  absl::StatusOr<Reader> reader =
      Admit(office_, *context, *request, PageViolations(request->page()));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<projections::Reach> reach = ReachOf(office_, *reader, Action::kListObligations);
  if (!reach.ok()) return Finished(office_, context, reach.status());
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of(), request->page());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  projections::ObligationFilter filter;
  if (request->mine()) filter.owner_id = reader->id();
  filter.plan_id = request->plan_id();
  filter.school_id = request->school_id();
  filter.today = asking->today;
  filter.reach = PlansAsOf(office_, asking->moment, *std::move(reach));
  for (const int status : request->statuses()) {
    const auto asked = StatusAsked(static_cast<v1::ObligationStatus>(status));
    if (asked.has_value()) filter.statuses.push_back(*asked);
  }
  return ListFrom(office_, context, asking->moment, response->mutable_reflects(),
                  [this, request, response, filter = std::move(filter),
                   moment = asking->moment](const projections::CardReader& cards) -> absl::Status {
                    absl::StatusOr<projections::Page<projections::ObligationRow>> page =
                        projections::ListObligations(
                            cards, filter, {PageSizeOf(request->page()), PlaceIn(request->page())});
                    if (!page.ok()) return page.status();
                    for (const projections::ObligationRow& row : page->rows) {
                      *response->add_obligations() =
                          ObligationOf(office_, row, moment.before_position);
                    }
                    response->set_next_page_token(TokenOf(page->next_token, moment, office_.zone));
                    return absl::OkStatus();
                  });
}

}  // namespace countersign::rpc
