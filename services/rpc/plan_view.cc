#include "services/rpc/plan_view.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/rpc/instants.h"
#include "services/rules/chapters/completeness.h"
#include "services/rules/chapters/recommended.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/deadlines/deadline_words.h"
#include "services/rules/decide.h"
#include "services/rules/event_type.h"

namespace countersign::rpc {
namespace {

rules::ObligationInputs InputsOf(const PlanFile& file) {
  return {file.trust.state.get(), file.school.state.get(), file.reviewer.state.get(),
          file.reviewee.state.get()};
}

std::optional<rules::Deadline> DeadlineOf(rules::ObligationKind kind) {
  switch (kind) {
    case rules::ObligationKind::kNotice:
      return rules::Deadline::kNotice;
    case rules::ObligationKind::kDraft:
      return rules::Deadline::kDraft;
    case rules::ObligationKind::kFinalAvailable:
    case rules::ObligationKind::kReviewerSignature:
    case rules::ObligationKind::kRevieweeSignature:
      return rules::Deadline::kFinal;
    case rules::ObligationKind::kReviewerAssigned:
    case rules::ObligationKind::kChangeRequestAnswer:
    case rules::ObligationKind::kCopy:
    case rules::ObligationKind::kOriginal:
    case rules::ObligationKind::kAnnexCopy:
    case rules::ObligationKind::kReplacementDecision:
      break;
  }
  return std::nullopt;
}

absl::StatusOr<v1::ExplainedDeadline> Explained(const Office& office, const PlanFile& file,
                                                const rules::Obligation& owed,
                                                rules::Deadline deadline, const Moment& moment) {
  const absl::CivilDay today = absl::ToCivilDay(moment.at, office.zone);
  const v1::PlanProgress& progress = file.plan->progress;
  absl::StatusOr<rules::Status> status =
      rules::StatusOn(today, owed, progress, InputsOf(file), office.zone);
  if (!status.ok()) return status.status();
  v1::ExplainedDeadline explained;
  v1::Obligation& obligation = *explained.mutable_obligation();
  obligation.set_plan_id(progress.plan_id());
  obligation.set_kind(KindOf(owed.kind));
  *obligation.mutable_owed_by() = NameOfPerson(office, owed.owed_by_id, moment.before_position);
  *obligation.mutable_reviewee() =
      NameOfPerson(office, progress.reviewee_id(), moment.before_position);
  obligation.set_school_id(progress.school_id());
  obligation.set_status(StatusOf(*status));
  obligation.set_provisional(owed.due.provisional);
  if (owed.due.due_on.has_value()) {
    obligation.set_due_on(rules::IsoOf(owed.due.due_on));
    *obligation.mutable_due_at() = TimestampOf(rules::DueInstant(*owed.due.due_on, office.zone));
  }
  if (rules::Happened(owed.met)) {
    *obligation.mutable_met_at() = TimestampOf(owed.met);
  }
  if (progress.meeting_on().empty()) {
    explained.set_sentence("There is no meeting yet, so nothing is counted.");
    return explained;
  }
  absl::StatusOr<rules::DeadlineInputs> inputs =
      rules::DeadlineInputsOf(progress, *file.trust, *file.school, *file.reviewer, *file.reviewee);
  if (!inputs.ok()) return inputs.status();
  explained.set_sentence(
      rules::Sentence(deadline, owed.due, *inputs, {file.reviewer->name, file.reviewee->name}));
  explained.set_counted_for(std::string(rules::PartyName(owed.due.counted_for)));
  explained.set_extended(owed.due.extended);
  for (const rules::Working& working : owed.due.days) {
    v1::WorkingDay* day = explained.add_days();
    day->set_on(rules::IsoOf(working.day));
    day->set_number(static_cast<uint32_t>(working.number));
    if (working.reason.has_value()) {
      day->set_skipped(std::string(rules::ReasonName(*working.reason, owed.due.counted_for)));
    }
    day->set_name(working.title);
  }
  return explained;
}

void AddChange(const rules::RequestedChange& change, v1::PlanView& view) {
  v1::ChangeRequest* shown = view.add_changes();
  shown->set_change(change.change);
  shown->set_section(change.section);
  shown->set_wish(change.wish);
  shown->set_open(change.open);
  shown->set_declined_because(change.declined_because);
}

// What is between the main path's steps: a rest, a request that waits, advice not followed yet.
void AddTurns(const Office& office, const PlanFile& file, const Moment& moment,
              v1::PlanView& view) {
  const v1::PlanProgress& progress = file.plan->progress;
  const bool is_closed = rules::IsClosed(rules::StateOf(progress));
  view.set_replacement_undecided(!is_closed && rules::Happened(progress.replacement_requested()));
  view.set_closed_because(file.plan->closed_because);
  if (!is_closed && rules::IsSuspended(progress)) {
    view.set_suspended_from_on(progress.rests().rbegin()->first_on());
  }
  const auto name_of = [&](const std::string& id) {
    return NameOfPerson(office, id, moment.before_position).name();
  };
  for (std::string& advice : rules::Recommended(progress, file.reviewee->facts, name_of)) {
    view.add_recommended(std::move(advice));
  }
}

absl::string_view CapacityName(bool as_reviewer) { return as_reviewer ? "reviewer" : "reviewee"; }

// Who signed the record as it stands, and who would not.
void AddParties(const Office& office, const rules::Plan& plan, const Moment& moment,
                v1::PlanView& view) {
  for (const rules::StandingSignature& signature : plan.signatures) {
    v1::Signature* shown = view.add_signatures();
    *shown->mutable_signer() = NameOfPerson(office, signature.signer_id, moment.before_position);
    shown->set_capacity(std::string(CapacityName(signature.as_reviewer)));
    *shown->mutable_signed_at() = TimestampOf(absl::FromUnixMicros(signature.signed_at_us));
    shown->set_meaning(signature.meaning);
    shown->set_method(signature.method);
  }
  for (const rules::StandingDecline& decline : plan.declined) {
    v1::DeclinedSignature* shown = view.add_declined();
    *shown->mutable_party() = NameOfPerson(office, decline.party_id, moment.before_position);
    shown->set_capacity(std::string(CapacityName(decline.as_reviewer)));
    *shown->mutable_declined_at() = TimestampOf(absl::FromUnixMicros(decline.declined_at_us));
    shown->set_reason(decline.reason);
  }
}

// When it was settled: met, or discharged with its plan. Not happened while it is open.
const v1::Moment& Settled(const rules::Obligation& owed, const v1::PlanProgress& progress) {
  if (rules::Happened(owed.met) || !owed.discharged) return owed.met;
  return rules::Happened(progress.withdrawn()) ? progress.withdrawn() : progress.closed_unsigned();
}

// The same obligation with the inputs by which it is judged once it is settled: those that stood
// when it was, and for the notice those that stood when it was last in question
// (rules/deadlines/notice.h).
absl::StatusOr<std::pair<PlanFile, rules::Obligation>> AsKnownWhenJudged(
    const Office& office, const PlanFile& file, const rules::Obligation& owed) {
  const v1::PlanProgress& progress = file.plan->progress;
  const bool is_notice =
      owed.kind == rules::ObligationKind::kNotice && rules::Happened(progress.notice_judged());
  const v1::Moment& judged = is_notice ? progress.notice_judged() : Settled(owed, progress);
  absl::StatusOr<PlanFile> then = FileOf(office, progress.plan_id(), judged.position_after());
  if (!then.ok()) return then.status();
  absl::StatusOr<std::vector<rules::Obligation>> all = rules::ObligationsOf(
      then->plan->progress, InputsOf(*then), office.zone, rules::Detail::kWithWorking);
  if (!all.ok()) return all.status();
  for (rules::Obligation& candidate : *all) {
    if (candidate.kind != owed.kind) continue;
    candidate.met = owed.met;
    candidate.waived = owed.waived;
    candidate.discharged = owed.discharged;
    if (is_notice && judged.position_after() != owed.met.position_after()) {
      // Who confirmed the meeting has given the notice, whoever puts its day right later.
      absl::StatusOr<Folded<rules::Plan>> confirmed =
          office.states.PlanOf(progress.plan_id(), owed.met.position_after());
      if (!confirmed.ok()) return confirmed.status();
      candidate.owed_by_id = (*confirmed)->progress.reviewer_id();
    }
    return std::make_pair(*std::move(then), std::move(candidate));
  }
  return std::make_pair(file, owed);
}

}  // namespace

v1::PlanState StateOf(rules::PlanState state) {
  switch (state) {
    case rules::PlanState::kUnborn:
      return v1::PLAN_STATE_UNSPECIFIED;
    case rules::PlanState::kEnrolled:
      return v1::PLAN_STATE_ENROLLED;
    case rules::PlanState::kReviewerAssigned:
      return v1::PLAN_STATE_REVIEWER_ASSIGNED;
    case rules::PlanState::kMeetingConfirmed:
      return v1::PLAN_STATE_MEETING_CONFIRMED;
    case rules::PlanState::kMeetingHeld:
      return v1::PLAN_STATE_MEETING_HELD;
    case rules::PlanState::kDraftIssued:
      return v1::PLAN_STATE_DRAFT_ISSUED;
    case rules::PlanState::kChangesRequested:
      return v1::PLAN_STATE_CHANGES_REQUESTED;
    case rules::PlanState::kFinalised:
      return v1::PLAN_STATE_FINALISED;
    case rules::PlanState::kSigned:
      return v1::PLAN_STATE_SIGNED;
    case rules::PlanState::kWithdrawn:
      return v1::PLAN_STATE_WITHDRAWN;
    case rules::PlanState::kSuspended:
      return v1::PLAN_STATE_SUSPENDED;
    case rules::PlanState::kClosedUnsigned:
      return v1::PLAN_STATE_CLOSED_UNSIGNED;
  }
  return v1::PLAN_STATE_UNSPECIFIED;
}

v1::ObligationKind KindOf(rules::ObligationKind kind) {
  switch (kind) {
    case rules::ObligationKind::kNotice:
      return v1::OBLIGATION_KIND_NOTICE;
    case rules::ObligationKind::kDraft:
      return v1::OBLIGATION_KIND_DRAFT;
    case rules::ObligationKind::kFinalAvailable:
      return v1::OBLIGATION_KIND_FINAL_AVAILABLE;
    case rules::ObligationKind::kReviewerSignature:
      return v1::OBLIGATION_KIND_REVIEWER_SIGNATURE;
    case rules::ObligationKind::kRevieweeSignature:
      return v1::OBLIGATION_KIND_REVIEWEE_SIGNATURE;
    case rules::ObligationKind::kReviewerAssigned:
      return v1::OBLIGATION_KIND_REVIEWER_ASSIGNED;
    case rules::ObligationKind::kChangeRequestAnswer:
      return v1::OBLIGATION_KIND_CHANGE_REQUEST_ANSWER;
    case rules::ObligationKind::kCopy:
      return v1::OBLIGATION_KIND_COPY;
    case rules::ObligationKind::kOriginal:
      return v1::OBLIGATION_KIND_ORIGINAL;
    case rules::ObligationKind::kAnnexCopy:
      return v1::OBLIGATION_KIND_ANNEX_COPY;
    case rules::ObligationKind::kReplacementDecision:
      return v1::OBLIGATION_KIND_REPLACEMENT_DECISION;
  }
  return v1::OBLIGATION_KIND_UNSPECIFIED;
}

v1::ObligationStatus StatusOf(rules::Status status) {
  switch (status) {
    case rules::Status::kNotStarted:
      return v1::OBLIGATION_STATUS_NOT_STARTED;
    case rules::Status::kPending:
      return v1::OBLIGATION_STATUS_PENDING;
    case rules::Status::kDueSoon:
      return v1::OBLIGATION_STATUS_DUE_SOON;
    case rules::Status::kOverdue:
      return v1::OBLIGATION_STATUS_OVERDUE;
    case rules::Status::kMet:
      return v1::OBLIGATION_STATUS_MET;
    case rules::Status::kMetLate:
      return v1::OBLIGATION_STATUS_MET_LATE;
    case rules::Status::kSuspended:
      return v1::OBLIGATION_STATUS_SUSPENDED;
    case rules::Status::kWaived:
      return v1::OBLIGATION_STATUS_WAIVED;
    case rules::Status::kDischarged:
      return v1::OBLIGATION_STATUS_DISCHARGED;
  }
  return v1::OBLIGATION_STATUS_UNSPECIFIED;
}

v1::PlanSummary SummaryOf(const Office& office, const v1::PlanProgress& progress,
                          const rules::School& school, const rules::Trust& trust,
                          const Moment& moment) {
  v1::PlanSummary summary;
  summary.set_plan_id(progress.plan_id());
  summary.set_state(StateOf(rules::StateOf(progress)));
  *summary.mutable_reviewee() =
      NameOfPerson(office, progress.reviewee_id(), moment.before_position);
  *summary.mutable_reviewer() =
      NameOfPerson(office, progress.reviewer_id(), moment.before_position);
  summary.set_school_id(progress.school_id());
  summary.set_school_name(school.facts.name());
  summary.set_cycle_id(progress.cycle_id());
  if (const auto* cycle = rules::FindCycle(trust.facts, progress.cycle_id())) {
    summary.set_cycle_name(cycle->name());
  }
  summary.set_meeting_on(progress.meeting_on());
  return summary;
}

absl::StatusOr<v1::PlanView> ViewOf(const Office& office, const PlanFile& file,
                                    const Moment& moment) {
  const rules::Plan& plan = *file.plan;
  v1::PlanView view;
  *view.mutable_summary() = SummaryOf(office, plan.progress, *file.school, *file.trust, moment);
  view.set_draft(plan.progress.draft());
  *view.mutable_comments() = plan.comments.Message();
  for (const rules::RequestedChange& change : plan.changes) AddChange(change, view);
  AddTurns(office, file, moment, view);
  if (plan.progress.draft() == 0) return view;
  if (!view.mutable_plan()->ParseFromString(plan.record.plan().plan()) ||
      !view.mutable_annex()->ParseFromString(plan.record.plan().annex())) {
    return absl::DataLossError("the stored record cannot be read");
  }
  *view.mutable_record() = plan.record.plan();
  view.set_comments_bytes(plan.comments_bytes);
  view.set_digest(absl::BytesToHexString(plan.digest));
  AddParties(office, plan, moment, view);
  if (const auto* cycle = rules::FindCycle(file.trust->facts, plan.progress.cycle_id())) {
    for (std::string& missing : rules::Missing(view.plan(), view.annex(), cycle->last_on())) {
      view.add_missing(std::move(missing));
    }
  }
  absl::StatusOr<std::vector<v1::IssuedCopy>> copies = CopiesOf(office, plan, moment);
  if (!copies.ok()) return copies.status();
  for (v1::IssuedCopy& copy : *copies) *view.add_copies() = std::move(copy);
  return view;
}

absl::StatusOr<std::vector<v1::IssuedCopy>> CopiesOf(const Office& office, const rules::Plan& plan,
                                                     const Moment& moment) {
  const v1::PlanProgress& progress = plan.progress;
  std::vector<v1::IssuedCopy> copies;
  std::vector<Receiving> receivings;
  const auto add = [&](v1::CopyKind kind, const v1::Moment& issued, const std::string& recipient,
                       std::vector<absl::string_view> views) {
    if (!rules::Happened(issued)) return;
    v1::IssuedCopy& copy = copies.emplace_back();
    copy.set_kind(kind);
    *copy.mutable_recipient() = NameOfPerson(office, recipient, moment.before_position);
    *copy.mutable_issued_at() = TimestampOf(issued);
    receivings.push_back({recipient, std::move(views), issued.position_after()});
  };
  // Who takes the record away has opened what they were given.
  add(v1::COPY_KIND_COPY, progress.copy_issued(), progress.reviewee_id(),
      {"plan_shown", "record_taken"});
  add(v1::COPY_KIND_ORIGINAL, progress.original_lodged(), plan.original_lodged_with_id,
      {"plan_shown", "record_taken"});
  add(v1::COPY_KIND_ANNEX, progress.annex_copy_issued(), plan.annex_issued_to_id,
      {"annex_shown", "plan_shown", "record_taken"});
  if (receivings.empty()) return copies;
  const auto looks =
      office.history.FirstLooks(progress.plan_id(), receivings, moment.before_position);
  if (!looks.ok()) return looks.status();
  for (size_t i = 0; i < looks->size(); ++i) {
    const std::optional<absl::Time>& look = looks->at(i);
    if (look.has_value()) *copies[i].mutable_opened_at() = TimestampOf(*look);
  }
  return copies;
}

absl::StatusOr<v1::TimelineEntry> EntryOf(const Office& office, const rules::Recorded& recorded,
                                          bool sees_reasons, const Moment& moment) {
  const auto name_of = [&](const std::string& id) {
    return NameOfPerson(office, id, moment.before_position).name();
  };
  absl::StatusOr<rules::InWords> in_words = rules::InWordsOf(recorded, name_of);
  if (!in_words.ok()) return in_words.status();
  absl::StatusOr<std::string> event_type = rules::EventTypeOf(recorded.event);
  if (!event_type.ok()) return event_type.status();
  v1::TimelineEntry entry;
  entry.set_position(recorded.position);
  entry.set_version(recorded.version);
  *entry.mutable_recorded_at() = TimestampOf(absl::FromUnixMicros(recorded.recorded_at_us));
  *entry.mutable_actor() = NameOfPerson(office, recorded.actor_id, moment.before_position);
  entry.set_acting_as(recorded.acting_as);
  entry.set_event_type(*std::move(event_type));
  entry.set_words(std::move(in_words->words));
  // R28: the reasons are not for the reviewer whom they are about.
  if (!in_words->confidential || sees_reasons) entry.set_text(std::move(in_words->text));
  return entry;
}

absl::StatusOr<std::vector<v1::ExplainedDeadline>> DeadlinesOf(const Office& office,
                                                               const PlanFile& file,
                                                               const Moment& moment) {
  absl::StatusOr<std::vector<rules::Obligation>> owed = rules::ObligationsOf(
      file.plan->progress, InputsOf(file), office.zone, rules::Detail::kWithWorking);
  if (!owed.ok()) return owed.status();
  std::vector<v1::ExplainedDeadline> deadlines;
  for (const rules::Obligation& obligation : *owed) {
    const std::optional<rules::Deadline> deadline = DeadlineOf(obligation.kind);
    if (!deadline.has_value()) continue;
    absl::StatusOr<v1::ExplainedDeadline> explained = absl::UnknownError("");
    if (rules::Happened(Settled(obligation, file.plan->progress))) {
      auto then = AsKnownWhenJudged(office, file, obligation);
      if (!then.ok()) return then.status();
      explained = Explained(office, then->first, then->second, *deadline, moment);
    } else {
      explained = Explained(office, file, obligation, *deadline, moment);
    }
    if (!explained.ok()) return explained.status();
    deadlines.push_back(*std::move(explained));
  }
  return deadlines;
}

}  // namespace countersign::rpc
