// What may happen in a plan up to its meeting, in the order closed, state, time.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/scenario/model.h"

namespace countersign::scenario {
namespace {

using Plan = v1::PlanCommand;

bool SameMeeting(const v1::Meeting& a, const v1::Meeting& b) {
  const auto minutes = [](const v1::Meeting& m) { return m.minutes() == 0 ? 60 : m.minutes(); };
  return a.on() == b.on() && a.starts_at() == b.starts_at() && minutes(a) == minutes(b) &&
         a.place() == b.place();
}

// Whether this waits while a plan rests: everything but who takes part and who reviews.
bool StandsStill(const Plan& command) {
  switch (command.intent_case()) {
    case Plan::kWithdrawEnrolment:
    case Plan::kSuspendPlan:
    case Plan::kResumePlan:
    case Plan::kAssignReviewer:
    case Plan::kRequestReplacement:
    case Plan::kDecideReplacement:
    case Plan::kReplaceReviewer:
      return false;
    default:
      return true;
  }
}

// What somebody wrote about preparing, as one text.
std::string PreparationIn(const Plan& command) {
  if (command.has_issue_preparation_pack()) {
    return absl::StrCat("pack ", absl::StrJoin(command.issue_preparation_pack().documents(), "|"));
  }
  if (command.has_share_preparation()) {
    return absl::StrCat("thoughts ", command.share_preparation().text());
  }
  if (command.has_arrange_release()) {
    return absl::StrCat("release ", command.arrange_release().cover());
  }
  const v1::RecordConsultation& consulted = command.record_consultation();
  return absl::StrCat("consulted ", consulted.person_id(), "|", consulted.who(), "|",
                      consulted.topic());
}

}  // namespace

bool Model::NeedsSubstitute(const ModelPlan& plan) const {
  const std::string head = HeadOf(plan.school);
  if (head.empty()) return false;
  if (head == plan.reviewee || plan.IsReviewedBy(head)) return true;
  const auto& managers = people.at(plan.reviewee).managers;
  return plan.reviewer.empty() && !plan.IsClosed() &&
         std::count(managers.begin(), managers.end(), head) > 0;
}

std::string Model::DeciderOf(const ModelPlan& plan) const {
  return NeedsSubstitute(plan) ? HolderOf(trust.grants, v1::ROLE_TRUST_LEAD) : HeadOf(plan.school);
}

bool Model::May(const std::string& person, const ModelPlan& plan, const Plan& command) const {
  const ModelSchool& school = schools.at(plan.school);
  const auto& managers = people.at(plan.reviewee).managers;
  const bool reviewee = person == plan.reviewee;
  const bool reviewer = plan.IsReviewedBy(person);
  // A head who is challenged is no head for this plan until that is decided (A11), or the plan is
  // closed.
  const bool challenged = !plan.IsClosed() && plan.IsUndecided() && reviewer;
  const bool head = !reviewee && !challenged && Has(school.grants, person, v1::ROLE_HEADTEACHER);
  const bool acts_as_head = head || (!reviewee && NeedsSubstitute(plan) &&
                                     Has(trust.grants, person, v1::ROLE_TRUST_LEAD));
  const bool office = !reviewee && Has(school.grants, person, v1::ROLE_OFFICE);
  switch (command.intent_case()) {
    case Plan::kWithdrawEnrolment:
      return office || head;
    case Plan::kSuspendPlan:
    case Plan::kResumePlan:
    case Plan::kExtendDeadline:
    case Plan::kCloseUnsigned:
      // Whose own time it is does not give it, the head included.
      return acts_as_head && !reviewer;
    case Plan::kAssignReviewer:
    case Plan::kReplaceReviewer:
    case Plan::kDecideReplacement:
      return acts_as_head;
    case Plan::kRequestReplacement:
    case Plan::kSharePreparation:
    case Plan::kWaiveNotice:
    case Plan::kRequestChanges:
    case Plan::kAddComment:
      return reviewee;
    case Plan::kArrangeRelease:
      return reviewer || head || std::count(managers.begin(), managers.end(), person) > 0;
    case Plan::kSign:
    case Plan::kDeclineSignature:
      return reviewer || reviewee;
    case Plan::kIssueCopies:
      return reviewer || acts_as_head;
    default:
      return reviewer;
  }
}

std::string Model::TakeAboutPlan(ModelPlan& plan, const Asked& asked) {
  const Plan& command = asked.command.plan();
  if (!May(asked.actor, plan, command)) return "PERMISSION_DENIED";
  if (plan.withdrawn) return "PLAN_WITHDRAWN";
  if (plan.IsClosed() && !command.has_issue_copies()) {
    return plan.IsSigned() ? "RECORD_SIGNED" : "RECORD_CLOSED_UNSIGNED";
  }
  if (!plan.IsClosed() && plan.IsResting() && StandsStill(command)) return "PLAN_SUSPENDED";
  const std::optional<Day> met_on = plan.meeting_on;
  std::string answer;
  switch (command.intent_case()) {
    case Plan::kWithdrawEnrolment:
    case Plan::kSuspendPlan:
    case Plan::kResumePlan:
      answer = TakeEnrolment(plan, command);
      break;
    case Plan::kAssignReviewer:
    case Plan::kRequestReplacement:
    case Plan::kDecideReplacement:
    case Plan::kReplaceReviewer:
      answer = TakeReviewer(plan, asked);
      break;
    case Plan::kIssuePreparationPack:
    case Plan::kSharePreparation:
    case Plan::kRecordConsultation:
    case Plan::kArrangeRelease:
      answer = TakePreparation(plan, command);
      break;
    case Plan::kSign:
    case Plan::kDeclineSignature:
    case Plan::kCloseUnsigned:
      answer = TakeSigning(plan, asked);
      break;
    case Plan::kIssueCopies:
      answer = TakeCopies(plan);
      break;
    case Plan::kIssueDraft:
    case Plan::kReviseDraft:
      answer = TakeDraft(plan, command);
      break;
    case Plan::kRequestChanges:
    case Plan::kAddComment:
    case Plan::kDeclineChange:
    case Plan::kFinaliseRecord:
    case Plan::kExtendDeadline:
      answer = TakeRecording(plan, command);
      break;
    default:
      answer = TakeMeeting(plan, command);
      break;
  }
  if (answer != "accepted") return answer;
  // The notice is in question again when the meeting was moved or has another day.
  Judge(plan, asked.actor, command.has_move_meeting() || met_on != plan.meeting_on);
  return answer;
}

std::string Model::TakeEnrolment(ModelPlan& plan, const Plan& command) {
  if (command.has_withdraw_enrolment()) {
    if (plan.held) return "WITHDRAWAL_TOO_LATE";
    plan.withdrawn = now_;
    people.at(plan.reviewee).plans.erase(plan.cycle);
    return "accepted";
  }
  if (command.has_suspend_plan()) {
    if (plan.IsResting()) return "already so";
    plan.rests.push_back({now_.on, std::nullopt});
    return "accepted";
  }
  if (!plan.IsResting()) return "PLAN_NOT_SUSPENDED";
  plan.rests.back().last = now_.on - 1;
  return "accepted";
}

std::string Model::WrongBasis(const ModelPlan& plan, const std::string& actor,
                              const std::string& reviewer, bool has_basis,
                              const v1::AssignmentBasis& basis) const {
  if (reviewer == plan.reviewee) return "REVIEWER_IS_REVIEWEE";
  if (people.count(reviewer) == 0) return "NOT_FOUND";
  const auto& managers = people.at(plan.reviewee).managers;
  const bool manages = std::count(managers.begin(), managers.end(), reviewer) > 0;
  // Nobody opens a plan to themselves.
  if (reviewer == actor && !manages) return "REVIEWER_IS_CALLER";
  if (!has_basis) return manages ? "" : "NOTE_MISSING";
  if (basis.has_other()) return "";
  if (!manages) return "NOT_A_LINE_MANAGER";
  return basis.has_line_manager() && managers.size() > 1 ? "SEVERAL_LINE_MANAGERS" : "";
}

// A record that was final is a draft again, and nobody's signature stands on it.
void Model::Reopen(ModelPlan& plan) {
  plan.offered.reset();
  plan.has_signed = {};
  plan.declined = {};
  plan.answered = {};
}

void Model::Replace(ModelPlan& plan, const std::string& reviewer) {
  plan.reviewer = reviewer;
  if (!plan.held) {
    plan.confirmed.reset();
    plan.waived.reset();
    FixMeeting(plan, {});
  }
  Reopen(plan);
}

std::string Model::TakeReviewer(ModelPlan& plan, const Asked& asked) {
  const Plan& command = asked.command.plan();
  if (command.has_assign_reviewer()) {
    const v1::AssignReviewer& assign = command.assign_reviewer();
    if (!plan.reviewer.empty()) {
      return assign.reviewer_id() == plan.reviewer ? "already so" : "REVIEWER_ALREADY_ASSIGNED";
    }
    const std::string wrong =
        WrongBasis(plan, asked.actor, assign.reviewer_id(), assign.has_basis(), assign.basis());
    if (!wrong.empty()) return wrong;
    plan.reviewer = assign.reviewer_id();
    plan.assigned = now_;
    return "accepted";
  }
  if (command.has_request_replacement()) {
    if (plan.reviewer.empty()) return "REVIEWER_NOT_ASSIGNED";
    const std::string& reasons = command.request_replacement().reasons();
    if (plan.IsUndecided()) {
      return plan.replacements.back().reasons == reasons ? "already so" : "REPLACEMENT_UNDECIDED";
    }
    plan.replacements.push_back({reasons, now_, {}});
    return "accepted";
  }
  if (command.has_decide_replacement()) {
    const v1::DecideReplacement& decide = command.decide_replacement();
    if (!plan.IsUndecided()) return "REPLACEMENT_NOT_REQUESTED";
    if (decide.has_replace()) {
      const v1::DecideReplacement::Replace& other = decide.replace();
      if (other.reviewer_id() == plan.reviewer) return "REVIEWER_UNCHANGED";
      const std::string wrong =
          WrongBasis(plan, asked.actor, other.reviewer_id(), other.has_basis(), other.basis());
      if (!wrong.empty()) return wrong;
      Replace(plan, other.reviewer_id());
    }
    plan.replacements.back().decided = now_;
    return "accepted";
  }
  const v1::ReplaceReviewer& other = command.replace_reviewer();
  if (plan.reviewer.empty()) return "REVIEWER_NOT_ASSIGNED";
  if (other.reviewer_id() == plan.reviewer) return "already so";
  if (plan.IsUndecided()) return "REPLACEMENT_UNDECIDED";
  const std::string wrong =
      WrongBasis(plan, asked.actor, other.reviewer_id(), other.has_basis(), other.basis());
  if (!wrong.empty()) return wrong;
  Replace(plan, other.reviewer_id());
  return "accepted";
}

std::string Model::TakePreparation(ModelPlan& plan, const Plan& command) {
  if (plan.reviewer.empty()) return "REVIEWER_NOT_ASSIGNED";
  if (command.has_record_consultation()) {
    const v1::RecordConsultation& consulted = command.record_consultation();
    const std::string& person = consulted.person_id();
    if (person.empty() && consulted.who().empty()) return "CONSULTED_NOBODY";
    if (person == plan.reviewee || person == plan.reviewer) return "CONSULTED_NOBODY";
    if (!person.empty() && people.count(person) == 0) return "NOT_FOUND";
  }
  // A pack and a release replace the one before; thoughts and consultations add up.
  const std::string words = PreparationIn(command);
  if (plan.preparations.count(words) > 0) return "already so";
  if (command.has_issue_preparation_pack() || command.has_arrange_release()) {
    std::string& last = command.has_arrange_release() ? plan.last_release : plan.last_pack;
    plan.preparations.erase(last);
    last = words;
  }
  plan.preparations.insert(words);
  return "accepted";
}

// R20: a year either side of the cycle is the farthest that anybody can have meant.
std::string Model::WrongDay(const ModelPlan& plan, Day day) const {
  const auto& [first, last] = trust.cycles.at(plan.cycle);
  const bool within = day >= Day(first.year() - 1, first.month(), first.day()) &&
                      day <= Day(last.year() + 1, last.month(), last.day());
  return within ? "" : "MEETING_OUTSIDE_CYCLE";
}

std::string Model::WrongMeeting(const ModelPlan& plan, const v1::Meeting& meeting) const {
  const Day day = *DayIn(meeting.on());
  const std::string wrong = WrongDay(plan, day);
  if (!wrong.empty()) return wrong;
  const SchoolDays& school = schools.at(plan.school).days;
  if (school.open_days.count(day) > 0) return "";
  const Worker& reviewee = people.at(plan.reviewee).work;
  if (IsFree(day, school, reviewee)) return "MEETING_OUTSIDE_WORKING_TIME";
  const std::optional<Shift> shift = ShiftOn(reviewee, day);
  if (!shift.has_value()) return "";
  if (!shift->works) return "MEETING_OUTSIDE_WORKING_TIME";
  if (meeting.starts_at().empty() || shift->starts < 0) return "";
  const int starts =
      std::stoi(meeting.starts_at().substr(0, 2)) * 60 + std::stoi(meeting.starts_at().substr(3));
  const int ends = starts + (meeting.minutes() == 0 ? 60 : static_cast<int>(meeting.minutes()));
  return starts < shift->starts || ends > shift->ends ? "MEETING_OUTSIDE_WORKING_TIME" : "";
}

// Another day takes with it what the head and the reviewee had given for the one before.
void Model::FixMeeting(ModelPlan& plan, const v1::Meeting& meeting) {
  const std::optional<Day> day = DayIn(meeting.on());
  if (day != plan.meeting_on) {
    plan.draft_floor.reset();
    plan.final_floor.reset();
    plan.waived.reset();
  }
  plan.meeting = meeting;
  plan.meeting_on = day;
}

std::string Model::TakeHeld(ModelPlan& plan, const v1::RecordMeetingHeld& command) {
  const Day held_on = DayIn(command.held_on()).value_or(*plan.meeting_on);
  if (plan.held && held_on == *plan.meeting_on) return "already so";
  if (plan.held) return "MEETING_ALREADY_HELD";
  // R29: nobody meets from the day on which another reviewer was asked for until the head decides.
  if (plan.IsUndecided() && held_on >= plan.replacements.back().asked.on) {
    return "REPLACEMENT_UNDECIDED";
  }
  if (held_on > now_.on) return "MEETING_IN_THE_FUTURE";
  const std::string wrong = WrongDay(plan, held_on);
  if (!wrong.empty()) return wrong;
  plan.held = now_;
  v1::Meeting meeting = plan.meeting;
  meeting.set_on(Iso(held_on));
  FixMeeting(plan, meeting);
  return "accepted";
}

std::string Model::TakeMeeting(ModelPlan& plan, const Plan& command) {
  if (!command.has_confirm_meeting() && !plan.meeting_on) return "MEETING_NOT_CONFIRMED";
  if (command.has_waive_notice()) {
    if (plan.waived) return "already so";
    // Whether it was short is judged as it is shown: by what was known then.
    const Judged& notice = plan.judged.at({v1::OBLIGATION_KIND_NOTICE, 0});
    if (notice.dated.due.has_value() && plan.confirmed->on <= *notice.dated.due) {
      return "NOTICE_NOT_SHORT";
    }
    plan.waived = now_;
    return "accepted";
  }
  if (command.has_record_meeting_held()) return TakeHeld(plan, command.record_meeting_held());
  if (command.has_cancel_meeting()) {
    if (plan.held) return "MEETING_ALREADY_HELD";
    plan.confirmed.reset();
    plan.waived.reset();
    FixMeeting(plan, {});
    return "accepted";
  }
  const bool corrects = command.has_correct_meeting();
  const v1::Meeting& meeting = command.has_confirm_meeting() ? command.confirm_meeting().meeting()
                               : corrects                    ? command.correct_meeting().meeting()
                                                             : command.move_meeting().meeting();
  const bool same = plan.meeting_on && SameMeeting(plan.meeting, meeting);
  const bool stands_so = same && !plan.held;
  const Day day = *DayIn(meeting.on());
  // A correction of the day before the meeting is a move by another name; one of the hour is not.
  const bool moves = corrects ? !plan.held && day != plan.meeting_on : true;
  if (plan.held && command.has_move_meeting()) return "MEETING_ALREADY_HELD";
  if (plan.IsUndecided() && moves && !stands_so) return "REPLACEMENT_UNDECIDED";
  if (plan.held && !corrects) return "MEETING_ALREADY_HELD";
  if (same) return "already so";
  if (command.has_confirm_meeting() && plan.meeting_on) return "MEETING_ALREADY_CONFIRMED";
  const std::string wrong = plan.held ? WrongDay(plan, day) : WrongMeeting(plan, meeting);
  if (!wrong.empty()) return wrong;
  if (plan.held && plan.IsUndecided()) {
    const Moment& asked = plan.replacements.back().asked;
    if (plan.held->step > asked.step && day >= asked.on) return "REPLACEMENT_UNDECIDED";
  }
  if (plan.held && day > plan.held->on) return "MEETING_IN_THE_FUTURE";
  if (moves) {
    plan.confirmed = now_;
    plan.waived.reset();
  }
  FixMeeting(plan, meeting);
  // R70: the record bears the day of the meeting. Nobody asked the reviewer to open it again, so it
  // was not available after all.
  if (plan.IsFinal() && plan.drafted_for != plan.meeting_on) {
    plan.finalised.reset();
    Reopen(plan);
  }
  return "accepted";
}

}  // namespace countersign::scenario
