// What may happen in a plan after its meeting: drafts, the final record, signatures, copies.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/scenario/model.h"

namespace countersign::scenario {
namespace {

// R70 asks for a fair summary, not for a number of bytes; the drafts of this test have either a few
// hundred or a few hundred thousand.
constexpr size_t kBeyondReading = 500'000;

// R43d is the one thing that the drafts of this test may lack.
bool HasEveryCriterion(const v1::IndividualPlan& plan) {
  return std::all_of(
      plan.objectives().begin(), plan.objectives().end(),
      [](const v1::Objective& objective) { return !objective.success_criteria().empty(); });
}

}  // namespace

std::string HeaderOf(const ModelPerson& reviewee, const std::string& reviewer, Day review_on) {
  return absl::StrCat(reviewee.job_title, "|", reviewee.team, "|", reviewer, "|", Iso(review_on));
}

std::string Model::RecordOf(const ModelPlan& plan) {
  return plan.IsFinal()
             ? absl::StrCat(plan.id, "|", plan.forms, "|", plan.header, "|", plan.comments)
             : "";
}

std::string Model::TakeDraft(ModelPlan& plan, const v1::PlanCommand& command) {
  const bool first = command.has_issue_draft();
  const v1::IndividualPlan& form =
      first ? command.issue_draft().plan() : command.revise_draft().plan();
  const v1::TrainingAnnex& annex =
      first ? command.issue_draft().annex() : command.revise_draft().annex();
  if (first && !plan.held) return "MEETING_NOT_HELD";
  if (!first && plan.draft == 0) return "DRAFT_NOT_ISSUED";
  const std::string forms = absl::StrCat(form.SerializeAsString(), "|", annex.SerializeAsString());
  const std::string header = HeaderOf(people.at(plan.reviewee), plan.reviewer, *plan.meeting_on);
  const bool same_forms = plan.draft > 0 && forms == plan.forms;
  const bool same = same_forms && header == plan.header;
  std::set<int> answers;
  if (first) {
    if (plan.draft > 0) return same ? "already so" : "DRAFT_ALREADY_ISSUED";
  } else {
    for (const uint32_t number : command.revise_draft().answers()) {
      if (number > plan.changes.size()) return "CHANGE_UNKNOWN";
      if (plan.changes[number - 1].answered) return "CHANGE_ALREADY_ANSWERED";
      answers.insert(static_cast<int>(number));
    }
    for (size_t i = 0; command.revise_draft().answers().empty() && i < plan.changes.size(); ++i) {
      if (!plan.changes[i].answered) answers.insert(static_cast<int>(i) + 1);
    }
    // Another header answers nobody's wish.
    if (same_forms && !answers.empty()) return "DRAFT_UNCHANGED";
    if (same) return "already so";
  }
  if (forms.size() > kBeyondReading) return "RECORD_TOO_LONG";
  // Who opens a final record unasked has not made it available after all.
  if (plan.IsFinal()) plan.finalised.reset();
  Reopen(plan);
  if (first) plan.draft_issued = now_;
  ++plan.draft;
  plan.forms = forms;
  plan.header = header;
  plan.complete = HasEveryCriterion(form);
  plan.drafted_by = plan.reviewer;
  plan.drafted_for = plan.meeting_on;
  for (const int number : answers) plan.changes[number - 1].answered = now_;
  return "accepted";
}

std::string Model::TakeRecording(ModelPlan& plan, const v1::PlanCommand& command) {
  if (command.has_extend_deadline()) return TakeExtension(plan, command.extend_deadline());
  if (plan.draft == 0) return "DRAFT_NOT_ISSUED";
  if (command.has_request_changes()) {
    const v1::RequestChanges& request = command.request_changes();
    for (const ModelChange& change : plan.changes) {
      if (!change.answered && change.section == request.section() &&
          change.wish == request.wish()) {
        return "already so";
      }
    }
    plan.changes.push_back({request.section(), request.wish(), now_, {}, ""});
    Reopen(plan);
    return "accepted";
  }
  if (command.has_add_comment()) {
    ++plan.comments;
    Reopen(plan);
    return "accepted";
  }
  if (command.has_decline_change()) {
    const v1::DeclineChange& decline = command.decline_change();
    if (decline.change() > plan.changes.size()) return "CHANGE_UNKNOWN";
    ModelChange& change = plan.changes[decline.change() - 1];
    if (change.answered) {
      return change.declined_because == decline.reason() ? "already so" : "CHANGE_ALREADY_ANSWERED";
    }
    change.answered = now_;
    change.declined_because = decline.reason();
    return "accepted";
  }
  if (plan.IsFinal()) return "already so";
  if (std::any_of(plan.changes.begin(), plan.changes.end(),
                  [](const ModelChange& change) { return !change.answered; })) {
    return "CHANGE_REQUEST_OPEN";
  }
  if (!plan.complete || plan.drafted_by != plan.reviewer || plan.drafted_for != plan.meeting_on) {
    return "RECORD_INCOMPLETE";
  }
  plan.offered = now_;
  if (!plan.finalised) plan.finalised = now_;
  return "accepted";
}

std::string Model::TakeExtension(ModelPlan& plan, const v1::ExtendDeadline& command) {
  if (!plan.meeting_on) return "MEETING_NOT_CONFIRMED";
  const bool draft = command.period().has_draft();
  if (draft ? plan.draft_issued : plan.finalised) return "EXTENSION_GIVES_NO_TIME";
  const std::optional<Day> due =
      DueOf(plan, draft ? v1::OBLIGATION_KIND_DRAFT : v1::OBLIGATION_KIND_FINAL_AVAILABLE);
  const Day floor = *DayIn(command.due_on());
  if (due == floor && (draft ? plan.draft_floor : plan.final_floor) == floor) return "already so";
  // Whose day has passed is late; an absence that is recorded now moves the date by itself.
  if (due.has_value() && now_.on > *due) return "EXTENSION_TOO_LATE";
  if (floor < now_.on || (due.has_value() && floor <= *due)) return "EXTENSION_GIVES_NO_TIME";
  (draft ? plan.draft_floor : plan.final_floor) = floor;
  return "accepted";
}

std::string Model::TakeSigning(ModelPlan& plan, const Asked& asked) {
  const v1::PlanCommand& command = asked.command.plan();
  if (command.has_close_unsigned()) return TakeClosing(plan);
  if (!plan.IsFinal()) return "RECORD_NOT_FINAL";
  const bool signs = command.has_sign();
  const std::string& shown = signs ? command.sign().digest() : command.decline_signature().digest();
  if (shown != RecordOf(plan)) return "RECORD_MOVED_ON";
  const Party party = asked.actor == plan.reviewer ? kReviewer : kReviewee;
  if (plan.has_signed[party]) return signs ? "already so" : "SIGNATURE_GIVEN";
  if (!signs) {
    if (plan.declined[party]) return "already so";
    plan.declined[party] = now_;
    plan.answered[party] = now_;
    return "accepted";
  }
  // R29: it may be another reviewer who has to sign.
  if (plan.IsUndecided()) return "REPLACEMENT_UNDECIDED";
  plan.declined[party].reset();
  plan.has_signed[party] = now_;
  if (!plan.answered[party]) plan.answered[party] = now_;
  if (plan.IsSigned()) GiveCopies(plan);
  return "accepted";
}

std::string Model::TakeClosing(ModelPlan& plan) {
  if (!plan.IsFinal()) return "RECORD_NOT_FINAL";
  if (plan.IsUndecided()) return "REPLACEMENT_UNDECIDED";
  std::vector<Party> silent;
  for (const Party party : {kReviewer, kReviewee}) {
    if (!plan.has_signed[party] && !plan.declined[party]) silent.push_back(party);
  }
  if (!silent.empty()) {
    const std::optional<Day> due = DueOf(plan, v1::OBLIGATION_KIND_FINAL_AVAILABLE);
    if (!due.has_value()) return "GRACE_NOT_OVER";
    const Day from = std::max(*due, plan.offered->on);
    const int grace = KnobsOn(plan).signature_grace_days;
    for (const Party party : silent) {
      const std::optional<Day> ends =
          grace == 0 ? from : NthAfter(from, grace, CountingFor(plan, party));
      if (!ends.has_value() || now_.on <= *ends) return "GRACE_NOT_OVER";
    }
  }
  plan.closed_unsigned = now_;
  GiveCopies(plan);
  return "accepted";
}

void Model::GiveCopies(ModelPlan& plan) {
  if (!plan.copied) plan.copied = now_;
  if (!plan.lodged && !HeadOf(plan.school).empty()) plan.lodged = now_;
  const auto& grants = schools.at(plan.school).grants;
  if (!plan.annexed && !HolderOf(grants, v1::ROLE_TRAINING_LEAD).empty()) plan.annexed = now_;
}

std::string Model::TakeCopies(ModelPlan& plan) {
  if (!plan.IsClosed()) return "RECORD_NOT_CLOSED";
  if (plan.lodged && plan.annexed) return "already so";
  const bool lodged = plan.lodged.has_value();
  const bool annexed = plan.annexed.has_value();
  GiveCopies(plan);
  if (lodged != plan.lodged.has_value() || annexed != plan.annexed.has_value()) return "accepted";
  return lodged ? "NO_TRAINING_LEAD" : "NO_HEADTEACHER";
}

}  // namespace countersign::scenario
