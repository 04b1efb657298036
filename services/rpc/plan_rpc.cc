#include "services/rpc/plan_rpc.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/event_codec.h"
#include "services/projections/directory.h"
#include "services/projections/obligations.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/instants.h"
#include "services/rpc/plan_view.h"
#include "services/rpc/reading.h"
#include "services/rules/days.h"
#include "services/rules/event_type.h"
#include "services/rules/timeline.h"

namespace countersign::rpc {
namespace {

// Content of one plan as it stood at a moment, for a reader who may see it.
struct Opened {
  Reader reader;
  Moment moment;
  PlanFile file;
  const PolicyRow* row = nullptr;
};

template <typename Request>
absl::StatusOr<Opened> OpenFile(const Office& office, const grpc::ServerContextBase& context,
                                const Request& request, Action action) {
  Opened opened;
  absl::StatusOr<Reader> reader = Admit(office, context, request);
  if (!reader.ok()) return reader.status();
  opened.reader = *std::move(reader);
  // Found before the plan is read: an answer may take more entries into account than it says, but
  // never fewer.
  absl::StatusOr<Moment> moment = MomentOf(office, request.has_as_of(), request.as_of());
  // Who may look is asked of the present, whatever moment they look at.
  absl::StatusOr<PlanFile> present = FileOf(office, request.plan_id());
  if (!present.ok()) return present.status();
  opened.row = Permit(action, StandingsTo(*present, opened.reader));
  if (opened.row == nullptr || present->plan->progress.plan_id().empty()) {
    return office.denials.Deny(opened.reader.caller.person_id, action);
  }
  if (!moment.ok()) return moment.status();
  opened.moment = *moment;
  opened.file = *std::move(present);
  if (moment->before_position != States::kNow) {
    absl::StatusOr<PlanFile> past = FileOf(office, request.plan_id(), moment->before_position);
    if (!past.ok()) return past.status();
    opened.file = *std::move(past);
    if (opened.file.plan->progress.plan_id().empty()) {
      return absl::NotFoundError("There was no such plan at that moment.");
    }
  }
  return opened;
}

// No log, no read (R80): the answer, which is complete by now, leaves when the access is durable.
grpc::ServerUnaryReactor* FinishWhenLogged(const Office& office,
                                           grpc::CallbackServerContext* context,
                                           const Opened& opened, v1::AccessEvent view) {
  NoticeDemo(office, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  Access access{opened.reader.caller.person_id, opened.row, opened.file.plan->progress.plan_id(),
                opened.file.plan.version, std::move(view)};
  office.access_log.Record(std::move(access), [reactor](const absl::Status& logged) {
    reactor->Finish(ToGrpcStatus(logged));
  });
  return reactor;
}

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
        rules::PlanState::kFinalised, rules::PlanState::kSigned, rules::PlanState::kWithdrawn}) {
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

v1::Obligation ObligationOf(const Office& office, const projections::ObligationRow& row) {
  const v1::ObligationCard& card = row.card;
  v1::Obligation shown;
  shown.set_plan_id(card.plan_id());
  shown.set_kind(KindOf(static_cast<rules::ObligationKind>(card.kind())));
  shown.set_change(card.change());
  *shown.mutable_owed_by() = NameOfPerson(office, card.owed_by_id());
  *shown.mutable_reviewee() = NameOfPerson(office, card.reviewee_id());
  shown.set_school_id(card.school_id());
  shown.set_due_on(card.due_on());
  if (const std::optional<absl::CivilDay> due_on = rules::DayOf(card.due_on())) {
    *shown.mutable_due_at() = TimestampOf(rules::DueInstant(*due_on, office.zone));
  }
  shown.set_status(StatusOf(row.status));
  if (rules::Happened(card.met())) {
    *shown.mutable_met_at() = TimestampOf(absl::FromUnixMicros(card.met().recorded_at_us()));
  }
  shown.set_provisional(card.provisional());
  return shown;
}

}  // namespace

grpc::ServerUnaryReactor* PlanRpc::GetPlan(grpc::CallbackServerContext* context,
                                           const v1::GetPlanRequest* request,
                                           v1::GetPlanResponse* response) {
  absl::StatusOr<Opened> opened = OpenFile(office_, *context, *request, Action::kSeePlan);
  if (!opened.ok()) return Finished(office_, context, opened.status());
  absl::StatusOr<v1::PlanView> view = ViewOf(office_, opened->file);
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
  absl::StatusOr<Opened> opened = OpenFile(office_, *context, *request, Action::kSeeTimeline);
  if (!opened.ok()) return Finished(office_, context, opened.status());
  // Versions are gapless, so the version of the last event shown is the token.
  const std::string& token = request->page().page_token();
  uint64_t from_version = 0;
  if (!token.empty() && !absl::SimpleAtoi(token, &from_version)) {
    return Finished(office_, context,
                    MalformedError({{"page.page_token", "is none of ours; begin again"}}));
  }
  const uint64_t end = from_version + PageSizeOf(request->page());
  const auto name_of = [&](const std::string& id) { return NameOfPerson(office_, id).name(); };
  const storage::StreamId stream{storage::StreamType::kPlan, *storage::ParseId(request->plan_id())};
  const absl::Status read = office_.journal.ReadStream(
      stream, from_version, opened->moment.before_position,
      [&](const storage::StoredEvent& stored) -> absl::Status {
        if (stored.version >= end) {
          response->set_next_page_token(absl::StrCat(end));
          return absl::OkStatus();
        }
        absl::StatusOr<rules::Recorded> recorded = Open(office_.keyring, stored);
        if (!recorded.ok()) return recorded.status();
        absl::StatusOr<rules::InWords> in_words = rules::InWordsOf(*recorded, name_of);
        if (!in_words.ok()) return in_words.status();
        absl::StatusOr<std::string> event_type = rules::EventTypeOf(recorded->event);
        if (!event_type.ok()) return event_type.status();
        v1::TimelineEntry* entry = response->add_entries();
        entry->set_position(recorded->position);
        entry->set_version(recorded->version);
        *entry->mutable_recorded_at() = TimestampOf(absl::FromUnixMicros(recorded->recorded_at_us));
        *entry->mutable_actor() = NameOfPerson(office_, recorded->actor_id);
        entry->set_acting_as(recorded->acting_as);
        entry->set_event_type(*std::move(event_type));
        entry->set_words(std::move(in_words->words));
        entry->set_text(std::move(in_words->text));
        return absl::OkStatus();
      });
  if (!read.ok()) return Finished(office_, context, read);
  response->mutable_reflects()->set_position(opened->moment.reflects);
  v1::AccessEvent access;
  access.mutable_timeline_shown();
  return FinishWhenLogged(office_, context, *opened, std::move(access));
}

grpc::ServerUnaryReactor* PlanRpc::ExplainDeadlines(grpc::CallbackServerContext* context,
                                                    const v1::ExplainDeadlinesRequest* request,
                                                    v1::ExplainDeadlinesResponse* response) {
  absl::StatusOr<Opened> opened = OpenFile(office_, *context, *request, Action::kSeeDeadlines);
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

grpc::ServerUnaryReactor* PlanRpc::ListPlans(grpc::CallbackServerContext* context,
                                             const v1::ListPlansRequest* request,
                                             v1::ListPlansResponse* response) {
  absl::StatusOr<Reader> reader = Admit(office_, *context, *request);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<projections::Reach> reach = ReachOf(office_, *reader, Action::kListPlans);
  if (!reach.ok()) return Finished(office_, context, reach.status());
  projections::PlanFilter filter;
  filter.school_id = request->school_id();
  filter.state = StateAsked(request->state());
  filter.reach = *std::move(reach);
  if (!request->reviewee().empty()) {
    absl::StatusOr<std::string> reviewee_id = RevieweeAsked(office_, request->reviewee());
    if (!reviewee_id.ok()) return Finished(office_, context, reviewee_id.status());
    filter.person_id = *std::move(reviewee_id);
  }
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  WhenCaughtUp(office_, reactor, response->mutable_reflects(),
               [this, request, response, filter = std::move(filter),
                trust = reader->trust](const projections::CardReader& cards) -> absl::Status {
                 absl::StatusOr<projections::Page<v1::PlanProgress>> page = projections::ListPlans(
                     cards, filter, {PageSizeOf(request->page()), request->page().page_token()});
                 if (!page.ok()) return page.status();
                 for (const v1::PlanProgress& progress : page->rows) {
                   // The cards know whose plan it is and who reviews it under one key.
                   if (!request->reviewee().empty() && progress.reviewee_id() != filter.person_id) {
                     continue;
                   }
                   absl::StatusOr<Folded<rules::School>> school =
                       office_.states.SchoolOf(progress.school_id());
                   if (!school.ok()) return school.status();
                   *response->add_plans() = SummaryOf(office_, progress, **school, *trust);
                 }
                 response->set_next_page_token(page->next_token);
                 return absl::OkStatus();
               });
  return reactor;
}

grpc::ServerUnaryReactor* PlanRpc::ListObligations(grpc::CallbackServerContext* context,
                                                   const v1::ListObligationsRequest* request,
                                                   v1::ListObligationsResponse* response) {
  absl::StatusOr<Reader> reader = Admit(office_, *context, *request);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<projections::Reach> reach = ReachOf(office_, *reader, Action::kListObligations);
  if (!reach.ok()) return Finished(office_, context, reach.status());
  projections::ObligationFilter filter;
  if (request->mine()) filter.owner_id = reader->id();
  filter.plan_id = request->plan_id();
  filter.school_id = request->school_id();
  filter.today = absl::ToCivilDay(office_.clock.Now(), office_.zone);
  filter.reach = *std::move(reach);
  for (const int status : request->statuses()) {
    const auto asked = StatusAsked(static_cast<v1::ObligationStatus>(status));
    if (asked.has_value()) filter.statuses.push_back(*asked);
  }
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  WhenCaughtUp(office_, reactor, response->mutable_reflects(),
               [this, request, response,
                filter = std::move(filter)](const projections::CardReader& cards) -> absl::Status {
                 absl::StatusOr<projections::Page<projections::ObligationRow>> page =
                     projections::ListObligations(
                         cards, filter,
                         {PageSizeOf(request->page()), request->page().page_token()});
                 if (!page.ok()) return page.status();
                 for (const projections::ObligationRow& row : page->rows) {
                   *response->add_obligations() = ObligationOf(office_, row);
                 }
                 response->set_next_page_token(page->next_token);
                 return absl::OkStatus();
               });
  return reactor;
}

}  // namespace countersign::rpc
