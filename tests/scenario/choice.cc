#include "tests/scenario/choice.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/record.h"

namespace countersign::scenario {
namespace {

using Plan = v1::PlanCommand;

constexpr char kUnknownPerson[] = "00000000-0000-4000-8000-000000000099";

const std::vector<Plan::IntentCase>& EveryIntent() {
  static const auto& intents = *new std::vector<Plan::IntentCase>([] {
    std::vector<Plan::IntentCase> all;
    const auto* choice = Plan::descriptor()->oneof_decl(0);
    for (int i = 0; i < choice->field_count(); ++i) {
      all.push_back(static_cast<Plan::IntentCase>(choice->field(i)->number()));
    }
    return all;
  }());
  return intents;
}

}  // namespace

int Choice::Liveliness(const ModelPlan& plan) const {
  switch (model_.StateOf(plan)) {
    case v1::PLAN_STATE_WITHDRAWN:
    case v1::PLAN_STATE_SIGNED:
    case v1::PLAN_STATE_CLOSED_UNSIGNED:
      return plan.IsSettled() ? 2 : 10;
    case v1::PLAN_STATE_SUSPENDED:
      return 11;
    case v1::PLAN_STATE_FINALISED:
      return 15;
    case v1::PLAN_STATE_REVIEWER_ASSIGNED:
      return 9;
    default:
      return 13;
  }
}

bool Choice::ReviewedByHead(const ModelPlan& plan) const {
  return !plan.reviewer.empty() && plan.reviewer == model_.HeadOf(plan.school);
}

Choice::Intent Choice::NextBeforeTheMeeting(const ModelPlan& plan) {
  if (model_.StateOf(plan) == v1::PLAN_STATE_REVIEWER_ASSIGNED) {
    return dice_.Pick<Intent>(
        {Plan::kConfirmMeeting, Plan::kConfirmMeeting, Plan::kConfirmMeeting,
         Plan::kIssuePreparationPack, Plan::kSharePreparation, Plan::kRecordConsultation,
         Plan::kArrangeRelease,
         ReviewedByHead(plan) ? Plan::kRequestReplacement : Plan::kConfirmMeeting});
  }
  if (*plan.meeting_on <= model_.today() && dice_.Chance(75)) return Plan::kRecordMeetingHeld;
  return dice_.Pick<Intent>({Plan::kMoveMeeting, Plan::kCorrectMeeting, Plan::kCancelMeeting,
                             Plan::kWaiveNotice, Plan::kWaiveNotice, Plan::kSharePreparation,
                             Plan::kRecordConsultation, Plan::kArrangeRelease,
                             Plan::kExtendDeadline, Plan::kSuspendPlan, Plan::kRequestReplacement,
                             Plan::kMoveMeeting, Plan::kCorrectMeeting});
}

Choice::Intent Choice::NextIn(const ModelPlan& plan) {
  if (dice_.Chance(22)) {
    const Intent any = dice_.Pick(EveryIntent());
    // Withdrawn plans have no story to tell, so few are.
    if (any != Plan::kWithdrawEnrolment || dice_.Chance(25)) return any;
  }
  if (plan.IsUndecided() && dice_.Chance(50)) return Plan::kDecideReplacement;
  switch (model_.StateOf(plan)) {
    case v1::PLAN_STATE_ENROLLED:
      return dice_.Chance(95) ? Plan::kAssignReviewer : Plan::kWithdrawEnrolment;
    case v1::PLAN_STATE_REVIEWER_ASSIGNED:
    case v1::PLAN_STATE_MEETING_CONFIRMED:
      return NextBeforeTheMeeting(plan);
    case v1::PLAN_STATE_MEETING_HELD:
      return dice_.Pick<Intent>({Plan::kIssueDraft, Plan::kIssueDraft, Plan::kIssueDraft,
                                 Plan::kCorrectMeeting, Plan::kExtendDeadline, Plan::kSuspendPlan});
    case v1::PLAN_STATE_DRAFT_ISSUED:
      return dice_.Pick<Intent>(
          {Plan::kFinaliseRecord, Plan::kFinaliseRecord, Plan::kReviseDraft, Plan::kReviseDraft,
           Plan::kRequestChanges, Plan::kAddComment, Plan::kExtendDeadline, Plan::kFinaliseRecord,
           dice_.Chance(30) ? Plan::kReplaceReviewer : Plan::kRequestReplacement});
    case v1::PLAN_STATE_CHANGES_REQUESTED:
      return dice_.Pick<Intent>({Plan::kReviseDraft, Plan::kReviseDraft, Plan::kDeclineChange,
                                 Plan::kDeclineChange, Plan::kFinaliseRecord});
    case v1::PLAN_STATE_FINALISED:
      return dice_.Pick<Intent>(
          {Plan::kSign, Plan::kSign, Plan::kSign, Plan::kSign, Plan::kDeclineSignature,
           Plan::kCloseUnsigned, Plan::kCloseUnsigned, Plan::kAddComment, Plan::kRequestChanges,
           Plan::kReviseDraft, Plan::kCorrectMeeting, Plan::kRequestReplacement, Plan::kSuspendPlan,
           Plan::kSign, Plan::kSign});
    case v1::PLAN_STATE_SUSPENDED:
      return Plan::kResumePlan;
    default:
      return dice_.Chance(60) ? Plan::kIssueCopies : dice_.Pick(EveryIntent());
  }
}

std::optional<std::string> Choice::ActorFor(const ModelPlan& plan, const Plan& command) {
  if (dice_.Chance(2)) return cast_.stranger;
  std::vector<std::string> actors = cast_.heads.at(plan.school);
  actors.push_back(cast_.offices.at(plan.school));
  actors.push_back(cast_.trust_lead);
  actors.push_back(plan.reviewee);
  if (!plan.reviewer.empty()) actors.push_back(plan.reviewer);
  for (const std::string& manager : model_.people.at(plan.reviewee).managers) {
    actors.push_back(manager);
  }
  std::vector<std::string> able;
  for (const std::string& actor : actors) {
    if (model_.May(actor, plan, command)) able.push_back(actor);
  }
  // R28, A11: the head whose review is challenged does not decide on it, and whose own time it is
  // does not give it.
  const bool barred = command.has_decide_replacement() || command.has_extend_deadline() ||
                      command.has_suspend_plan() || command.has_resume_plan() ||
                      command.has_close_unsigned();
  if (barred && ReviewedByHead(plan) && dice_.Chance(25)) return plan.reviewer;
  if (able.empty()) return std::nullopt;
  // Who would not sign may think again.
  for (const Party party : {kReviewer, kReviewee}) {
    if (!command.has_sign() || !plan.declined[party] || !dice_.Chance(40)) continue;
    return party == kReviewer ? plan.reviewer : plan.reviewee;
  }
  return dice_.Pick(able);
}

std::optional<Asked> Choice::InPlan(const ModelPlan& plan) {
  Asked asked;
  asked.subject = plan.id;
  const Plan command = Fill(NextIn(plan), plan);
  const std::optional<std::string> actor = ActorFor(plan, command);
  if (!actor.has_value()) return std::nullopt;
  asked.actor = *actor;
  *asked.command.mutable_plan() = command;
  return asked;
}

v1::PlanCommand Choice::Fill(Intent intent, const ModelPlan& plan) {
  Plan command;
  if (FillReviewer(intent, plan, command)) return command;
  if (FillPreparation(intent, plan, command)) return command;
  if (FillMeeting(intent, plan, command)) return command;
  if (FillRecording(intent, plan, command)) return command;
  FillClosing(intent, plan, command);
  return command;
}

// From a small stock, so that the same words come again.
std::string Choice::Words() {
  return dice_.Pick<std::string>(
      {"Because of the timetable", "It suits everybody better", "As we discussed on the phone"});
}

std::string Choice::SomeReviewer(const ModelPlan& plan) {
  const auto& managers = model_.people.at(plan.reviewee).managers;
  if (!managers.empty() && dice_.Chance(60)) return dice_.Pick(managers);
  const int chance = dice_.Below(20);
  if (chance == 0) return plan.reviewee;
  if (chance == 1) return kUnknownPerson;
  if (chance < 6) return dice_.Pick(cast_.heads.at(plan.school));
  if (chance < 9 && !plan.reviewer.empty()) return plan.reviewer;
  return dice_.Pick(cast_.colleagues);
}

void Choice::SomeBasis(v1::AssignmentBasis& basis) {
  const int chance = dice_.Below(4);
  if (chance == 0) {
    basis.mutable_line_manager();
  } else if (chance == 1) {
    basis.mutable_headteacher_choice();
  } else {
    basis.mutable_other()->set_note(Words());
  }
}

bool Choice::FillReviewer(Intent intent, const ModelPlan& plan, Plan& command) {
  const bool with_basis = dice_.Chance(60);
  if (intent == Plan::kAssignReviewer) {
    command.mutable_assign_reviewer()->set_reviewer_id(SomeReviewer(plan));
    if (with_basis) SomeBasis(*command.mutable_assign_reviewer()->mutable_basis());
  } else if (intent == Plan::kRequestReplacement) {
    command.mutable_request_replacement()->set_reasons(Words());
  } else if (intent == Plan::kDecideReplacement) {
    v1::DecideReplacement* decide = command.mutable_decide_replacement();
    decide->set_reasons(Words());
    if (dice_.Chance(40)) {
      decide->mutable_keep();
    } else {
      decide->mutable_replace()->set_reviewer_id(SomeReviewer(plan));
      if (with_basis) SomeBasis(*decide->mutable_replace()->mutable_basis());
    }
  } else if (intent == Plan::kReplaceReviewer) {
    v1::ReplaceReviewer* replace = command.mutable_replace_reviewer();
    replace->set_reviewer_id(SomeReviewer(plan));
    replace->set_reason(Words());
    if (with_basis) SomeBasis(*replace->mutable_basis());
  } else {
    return false;
  }
  return true;
}

bool Choice::FillPreparation(Intent intent, const ModelPlan& plan, Plan& command) {
  if (intent == Plan::kIssuePreparationPack) {
    v1::IssuePreparationPack* pack = command.mutable_issue_preparation_pack();
    pack->add_documents("Last year's plan");
    if (dice_.Chance(50)) pack->add_documents("Job description");
  } else if (intent == Plan::kSharePreparation) {
    command.mutable_share_preparation()->set_text(Words());
  } else if (intent == Plan::kArrangeRelease) {
    command.mutable_arrange_release()->set_cover(Words());
  } else if (intent == Plan::kRecordConsultation) {
    v1::RecordConsultation* consulted = command.mutable_record_consultation();
    consulted->set_topic(Words());
    const int chance = dice_.Below(10);
    if (chance == 0) return true;  // Nobody.
    if (chance == 1) consulted->set_person_id(plan.reviewee);
    if (chance == 2) consulted->set_person_id(kUnknownPerson);
    if (chance == 3 || chance == 4) consulted->set_who("The music service");
    if (chance > 4) consulted->set_person_id(SomeReviewer(plan));
  } else {
    return false;
  }
  return true;
}

v1::Meeting Choice::SomeMeeting(const ModelPlan& plan) {
  v1::Meeting meeting;
  Day day = plan.held ? plan.held->on + dice_.Between(-8, dice_.Chance(80) ? 0 : 8)
                      : model_.today() + dice_.Between(-2, 18);
  if (dice_.Chance(3)) day = Day(2030, 1, 15);
  if (dice_.Chance(85)) {
    while (absl::GetWeekday(day) > absl::Weekday::friday) --day;
  }
  if (dice_.Chance(20) && plan.meeting_on) day = *plan.meeting_on;
  meeting.set_on(Iso(day));
  if (dice_.Chance(50)) {
    meeting.set_starts_at(dice_.Pick<std::string>({"08:30", "09:30", "11:30", "14:30", "16:00"}));
    meeting.set_minutes(dice_.Pick<uint32_t>({0, 45, 60, 90}));
  }
  return meeting;
}

bool Choice::FillMeeting(Intent intent, const ModelPlan& plan, Plan& command) {
  if (intent == Plan::kConfirmMeeting) {
    *command.mutable_confirm_meeting()->mutable_meeting() = SomeMeeting(plan);
  } else if (intent == Plan::kMoveMeeting) {
    *command.mutable_move_meeting()->mutable_meeting() = SomeMeeting(plan);
    command.mutable_move_meeting()->set_reason(Words());
  } else if (intent == Plan::kCorrectMeeting) {
    *command.mutable_correct_meeting()->mutable_meeting() = SomeMeeting(plan);
    command.mutable_correct_meeting()->set_reason(Words());
  } else if (intent == Plan::kCancelMeeting) {
    command.mutable_cancel_meeting()->set_reason(Words());
  } else if (intent == Plan::kWaiveNotice) {
    command.mutable_waive_notice()->set_reason(Words());
  } else if (intent == Plan::kRecordMeetingHeld) {
    v1::RecordMeetingHeld* held = command.mutable_record_meeting_held();
    held->set_summary_given(dice_.Chance(80));
    if (dice_.Chance(25)) held->set_held_on(Iso(model_.today() + dice_.Between(-3, 1)));
    if (dice_.Chance(2)) held->set_held_on("2021-03-01");
  } else {
    return false;
  }
  return true;
}

template <typename Command>
void Choice::SomeForms(Command& command) {
  rules::Forms forms = rules::CompleteForms();
  const int chance = dice_.Below(100);
  if (chance == 0) {
    forms = rules::LongForms();
    // As many as a request may hold.
    forms.plan.mutable_objectives(0)->mutable_action_steps()->RemoveLast();
  }
  if (chance > 0 && chance < 20) forms.plan.mutable_objectives(0)->clear_success_criteria();
  if (chance > 60) forms.plan.mutable_objectives(0)->set_objective("Lead the lunch club");
  if (chance > 80) forms.plan.mutable_objectives(0)->set_objective("Run the library");
  *command.mutable_plan() = forms.plan;
  *command.mutable_annex() = forms.annex;
}

bool Choice::FillRecording(Intent intent, const ModelPlan& plan, Plan& command) {
  const int some_change = 1 + dice_.Below(static_cast<int>(plan.changes.size()) + 1);
  if (intent == Plan::kIssueDraft) {
    SomeForms(*command.mutable_issue_draft());
  } else if (intent == Plan::kReviseDraft) {
    SomeForms(*command.mutable_revise_draft());
    if (dice_.Chance(25)) {
      command.mutable_revise_draft()->add_answers(static_cast<uint32_t>(some_change));
    }
  } else if (intent == Plan::kRequestChanges) {
    command.mutable_request_changes()->set_section(dice_.Chance(50) ? "Objective 1" : "");
    command.mutable_request_changes()->set_wish(Words());
  } else if (intent == Plan::kAddComment) {
    command.mutable_add_comment()->set_text(Words());
  } else if (intent == Plan::kDeclineChange) {
    command.mutable_decline_change()->set_change(static_cast<uint32_t>(some_change));
    command.mutable_decline_change()->set_reason(Words());
  } else if (intent == Plan::kFinaliseRecord) {
    command.mutable_finalise_record();
  } else if (intent == Plan::kExtendDeadline) {
    v1::ExtendDeadline* extend = command.mutable_extend_deadline();
    dice_.Chance(50) ? void(extend->mutable_period()->mutable_draft())
                     : void(extend->mutable_period()->mutable_final());
    dice_.Chance(50) ? void(extend->mutable_cause()->mutable_absence())
                     : void(extend->mutable_cause()->mutable_work_pattern());
    const Day from = dice_.Chance(70) ? plan.meeting_on.value_or(model_.today()) : model_.today();
    extend->set_due_on(Iso(from + dice_.Between(3, 45)));
  } else {
    return false;
  }
  return true;
}

void Choice::FillClosing(Intent intent, const ModelPlan& plan, Plan& command) {
  const std::string offered = Model::RecordOf(plan);
  const std::string shown = offered.empty() || dice_.Chance(7) ? "another record" : offered;
  if (intent == Plan::kSign) {
    command.mutable_sign()->set_digest(shown);
  } else if (intent == Plan::kDeclineSignature) {
    command.mutable_decline_signature()->set_digest(shown);
  } else if (intent == Plan::kCloseUnsigned) {
    command.mutable_close_unsigned()->set_reason(Words());
  } else if (intent == Plan::kIssueCopies) {
    command.mutable_issue_copies();
  } else if (intent == Plan::kSuspendPlan) {
    command.mutable_suspend_plan();
  } else if (intent == Plan::kResumePlan) {
    command.mutable_resume_plan();
  } else {
    command.mutable_withdraw_enrolment()->set_reason(Words());
  }
}

}  // namespace countersign::scenario
