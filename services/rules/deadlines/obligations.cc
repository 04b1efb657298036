#include "services/rules/deadlines/obligations.h"

#include <algorithm>

#include "services/rules/deadlines/days.h"
#include "services/rules/deadlines/notice.h"
#include "services/rules/state/plan.h"

namespace countersign::rules {
namespace {

std::optional<absl::Time> TimeOf(const v1::Moment& moment) {
  if (!Happened(moment)) return std::nullopt;
  return absl::FromUnixMicros(moment.recorded_at_us());
}

Obligation Owed(ObligationKind kind, Party party, const v1::PlanProgress& progress) {
  Obligation obligation;
  obligation.kind = kind;
  obligation.owed_by = party;
  obligation.owed_by_id =
      party == Party::kReviewer ? progress.reviewer_id() : progress.reviewee_id();
  return obligation;
}

// The obligations whose due dates are found by counting days.
class Counted {
 public:
  Counted(const v1::PlanProgress& progress, std::optional<DeadlineInputs> inputs,
          absl::TimeZone zone, Detail detail)
      : progress_(progress), inputs_(std::move(inputs)), zone_(zone), detail_(detail) {}

  Obligation Notice() const {
    Obligation notice = Owed(ObligationKind::kNotice, Party::kReviewer, progress_);
    notice.has_deadline = true;
    if (Happened(progress_.reviewer_assigned())) {
      notice.starts_on = DayOf(progress_.reviewer_assigned(), zone_);
    }
    if (inputs_.has_value()) notice.due = JudgeNotice(progress_, *inputs_, zone_, detail_).due;
    notice.met = progress_.meeting_confirmed();
    notice.waived = progress_.notice_waived();
    return notice;
  }

  Obligation Draft() const {
    Obligation draft = AfterMeeting(ObligationKind::kDraft, Party::kReviewer);
    if (inputs_.has_value()) draft.due = DraftDue(*inputs_, detail_);
    draft.met = progress_.draft_issued();
    return draft;
  }

  Obligation Final(ObligationKind kind, Party party, const v1::Moment& met) const {
    Obligation final_record = AfterMeeting(kind, party);
    if (inputs_.has_value()) final_record.due = FinalDue(*inputs_, detail_);
    final_record.met = met;
    return final_record;
  }

 private:
  Obligation AfterMeeting(ObligationKind kind, Party party) const {
    Obligation obligation = Owed(kind, party, progress_);
    obligation.has_deadline = true;
    if (inputs_.has_value()) obligation.starts_on = inputs_->meeting_on;
    return obligation;
  }

  const v1::PlanProgress& progress_;
  std::optional<DeadlineInputs> inputs_;
  absl::TimeZone zone_;
  Detail detail_;
};

Obligation OwedByHead(ObligationKind kind) {
  Obligation obligation;
  obligation.kind = kind;
  obligation.owed_by_head = true;
  return obligation;
}

Obligation Assignment(const v1::PlanProgress& progress, absl::TimeZone zone) {
  Obligation assignment = OwedByHead(ObligationKind::kReviewerAssigned);
  assignment.starts_on = DayOf(progress.enrolled(), zone);
  assignment.met = progress.reviewer_assigned();
  assignment.owed_by_id = progress.reviewer_assigned_by_id();
  return assignment;
}

Obligation Answer(const v1::PlanProgress& progress, uint32_t change, const v1::Moment& requested,
                  const v1::Moment& answered, absl::TimeZone zone) {
  Obligation answer = Owed(ObligationKind::kChangeRequestAnswer, Party::kReviewer, progress);
  answer.change = change;
  answer.starts_on = DayOf(requested, zone);
  answer.met = answered;
  return answer;
}

Obligation DecisionOwed(uint32_t replacement, const v1::Moment& requested, absl::TimeZone zone) {
  Obligation decision = OwedByHead(ObligationKind::kReplacementDecision);
  decision.replacement = replacement;
  decision.starts_on = DayOf(requested, zone);
  return decision;
}

// Who declined to sign has answered as well as who signed (A04). Who signs after having declined
// answered then: declining cannot follow signing.
const v1::Moment& SignedOrDeclined(const v1::Moment& given, const v1::Moment& declined) {
  return Happened(declined) ? declined : given;
}

// The day on which the record was closed: by the second signature, or by the head.
std::optional<absl::CivilDay> ClosedOn(const v1::PlanProgress& progress, absl::TimeZone zone) {
  if (Happened(progress.closed_unsigned())) return DayOf(progress.closed_unsigned(), zone);
  if (StateOf(progress) != PlanState::kSigned) return std::nullopt;
  return std::max(DayOf(progress.signed_by_reviewer(), zone),
                  DayOf(progress.signed_by_reviewee(), zone));
}

Obligation Copy(ObligationKind kind, const v1::PlanProgress& progress,
                std::optional<absl::CivilDay> closed_on, const v1::Moment& given) {
  Obligation copy = Owed(kind, Party::kReviewer, progress);
  copy.starts_on = closed_on;
  copy.met = given;
  return copy;
}

// Whether nobody owes it any more although it was not met.
bool IsDischarged(ObligationKind kind, PlanState state) {
  if (state == PlanState::kWithdrawn) return true;
  switch (kind) {
    case ObligationKind::kReviewerSignature:
    case ObligationKind::kRevieweeSignature:
      return state == PlanState::kClosedUnsigned;
    case ObligationKind::kReplacementDecision:
      return IsClosed(state);
    case ObligationKind::kNotice:
    case ObligationKind::kDraft:
    case ObligationKind::kFinalAvailable:
    case ObligationKind::kReviewerAssigned:
    case ObligationKind::kChangeRequestAnswer:
    case ObligationKind::kCopy:
    case ObligationKind::kOriginal:
    case ObligationKind::kAnnexCopy:
      return false;
  }
  return false;
}

absl::StatusOr<std::optional<absl::CivilDay>> OptionalDay(const std::string& iso) {
  if (iso.empty()) return std::optional<absl::CivilDay>();
  const std::optional<absl::CivilDay> day = rules::DayOf(iso);
  if (!day.has_value()) return absl::DataLossError("a plan with a day that is none");
  return day;
}

absl::StatusOr<std::optional<DeadlineInputs>> CountingInputs(const v1::PlanProgress& progress,
                                                             const ObligationInputs& inputs) {
  if (progress.meeting_on().empty()) return std::optional<DeadlineInputs>();
  absl::StatusOr<DeadlineInputs> found =
      DeadlineInputsOf(progress, *inputs.trust, *inputs.school, *inputs.reviewer, *inputs.reviewee);
  if (!found.ok()) return found.status();
  return std::optional<DeadlineInputs>(*found);
}

}  // namespace

std::vector<ObligationKind> AllObligationKinds() {
  return {ObligationKind::kNotice,
          ObligationKind::kDraft,
          ObligationKind::kFinalAvailable,
          ObligationKind::kReviewerSignature,
          ObligationKind::kRevieweeSignature,
          ObligationKind::kReviewerAssigned,
          ObligationKind::kChangeRequestAnswer,
          ObligationKind::kCopy,
          ObligationKind::kOriginal,
          ObligationKind::kAnnexCopy,
          ObligationKind::kReplacementDecision};
}

absl::string_view NameOf(ObligationKind kind) {
  switch (kind) {
    case ObligationKind::kNotice:
      return "notice";
    case ObligationKind::kDraft:
      return "draft";
    case ObligationKind::kFinalAvailable:
      return "final_available";
    case ObligationKind::kReviewerSignature:
      return "reviewer_signature";
    case ObligationKind::kRevieweeSignature:
      return "reviewee_signature";
    case ObligationKind::kReviewerAssigned:
      return "reviewer_assigned";
    case ObligationKind::kChangeRequestAnswer:
      return "change_request_answer";
    case ObligationKind::kCopy:
      return "copy";
    case ObligationKind::kOriginal:
      return "original";
    case ObligationKind::kAnnexCopy:
      return "annex_copy";
    case ObligationKind::kReplacementDecision:
      return "replacement_decision";
  }
  return "";
}

absl::StatusOr<DeadlineInputs> DeadlineInputsOf(const v1::PlanProgress& progress,
                                                const Trust& trust, const School& school,
                                                const Person& reviewer, const Person& reviewee) {
  const std::optional<absl::CivilDay> meeting_on = rules::DayOf(progress.meeting_on());
  if (!meeting_on.has_value()) return absl::InternalError("deadlines asked for without a meeting");
  DeadlineInputs inputs;
  inputs.meeting_on = *meeting_on;
  inputs.calendar = &school.calendar;
  inputs.holidays = &trust.holidays;
  inputs.reviewer = &reviewer.work;
  inputs.reviewee = &reviewee.work;
  inputs.policy = PolicyOn(trust.facts, school.facts, *meeting_on);
  for (const v1::PlanProgress::Rest& rest : progress.rests()) {
    absl::StatusOr<std::optional<absl::CivilDay>> first = OptionalDay(rest.first_on());
    if (!first.ok()) return first.status();
    absl::StatusOr<std::optional<absl::CivilDay>> last = OptionalDay(rest.last_on());
    if (!last.ok()) return last.status();
    if (first->has_value()) inputs.rests.push_back({**first, *last});
  }
  absl::StatusOr<std::optional<absl::CivilDay>> draft =
      OptionalDay(progress.draft_extended_to_on());
  if (!draft.ok()) return draft.status();
  inputs.extended_draft = *draft;
  absl::StatusOr<std::optional<absl::CivilDay>> final_record =
      OptionalDay(progress.final_extended_to_on());
  if (!final_record.ok()) return final_record.status();
  inputs.extended_final = *final_record;
  return inputs;
}

absl::StatusOr<std::vector<Obligation>> ObligationsOf(const v1::PlanProgress& progress,
                                                      const ObligationInputs& inputs,
                                                      absl::TimeZone zone, Detail detail) {
  absl::StatusOr<std::optional<DeadlineInputs>> counting = CountingInputs(progress, inputs);
  if (!counting.ok()) return counting.status();
  const Counted counted(progress, *std::move(counting), zone, detail);
  std::vector<Obligation> owed = {
      counted.Notice(),
      counted.Draft(),
      counted.Final(ObligationKind::kFinalAvailable, Party::kReviewer, progress.finalised()),
      counted.Final(
          ObligationKind::kReviewerSignature, Party::kReviewer,
          SignedOrDeclined(progress.signed_by_reviewer(), progress.declined_by_reviewer())),
      counted.Final(
          ObligationKind::kRevieweeSignature, Party::kReviewee,
          SignedOrDeclined(progress.signed_by_reviewee(), progress.declined_by_reviewee())),
      Assignment(progress, zone)};
  for (const auto& change : progress.answered_changes()) {
    owed.push_back(Answer(progress, change.change(), change.requested(), change.answered(), zone));
  }
  for (const auto& change : progress.open_changes()) {
    owed.push_back(Answer(progress, change.change(), change.requested(), v1::Moment(), zone));
  }
  const std::optional<absl::CivilDay> closed_on = ClosedOn(progress, zone);
  owed.push_back(Copy(ObligationKind::kCopy, progress, closed_on, progress.copy_issued()));
  owed.push_back(Copy(ObligationKind::kOriginal, progress, closed_on, progress.original_lodged()));
  owed.push_back(
      Copy(ObligationKind::kAnnexCopy, progress, closed_on, progress.annex_copy_issued()));
  for (const auto& decided : progress.decided_replacements()) {
    Obligation decision = DecisionOwed(decided.replacement(), decided.requested(), zone);
    decision.met = decided.decided();
    decision.owed_by_id = decided.decided_by_id();
    owed.push_back(std::move(decision));
  }
  if (Happened(progress.replacement_requested())) {
    owed.push_back(DecisionOwed(progress.replacements(), progress.replacement_requested(), zone));
  }
  const PlanState state = StateOf(progress);
  for (Obligation& obligation : owed) {
    obligation.discharged = IsDischarged(obligation.kind, state);
    if (obligation.owed_by_head && obligation.discharged && !Happened(obligation.met)) {
      obligation.owed_by_id = progress.ended_by_id();
    }
  }
  return owed;
}

ObligationFacts FactsOf(const Obligation& obligation) {
  ObligationFacts facts;
  facts.starts_on = obligation.starts_on;
  facts.due_on = obligation.due.due_on;
  facts.suspended = obligation.due.suspended;
  facts.met_at = TimeOf(obligation.met);
  facts.waived = Happened(obligation.waived);
  facts.discharged = obligation.discharged;
  return facts;
}

absl::StatusOr<Status> StatusOn(absl::CivilDay today, const Obligation& obligation,
                                const v1::PlanProgress& progress, const ObligationInputs& inputs,
                                absl::TimeZone zone) {
  absl::StatusOr<std::optional<DeadlineInputs>> counting = CountingInputs(progress, inputs);
  if (!counting.ok()) return counting.status();
  // Without a meeting nothing is counted, and no input but the zone is looked at.
  const DeadlineInputs none;
  return StatusOn(today, FactsOf(obligation), counting->has_value() ? **counting : none,
                  obligation.owed_by, zone);
}

}  // namespace countersign::rules
