#include "tests/scenario/step_kinds.h"

#include "absl/strings/str_cat.h"

namespace countersign::scenario {
namespace {

using Plan = v1::PlanCommand;

// The message of the innermost oneof that is set: "AssignReviewer".
std::string NameOf(const v1::Command& command) {
  const google::protobuf::Message* inner = &command;
  for (int depth = 0; depth < 2; ++depth) {
    const auto* reflection = inner->GetReflection();
    inner = &reflection->GetMessage(
        *inner, reflection->GetOneofFieldDescriptor(*inner, inner->GetDescriptor()->oneof_decl(0)));
  }
  return inner->GetDescriptor()->name();
}

std::string AboutMeeting(const ModelPlan& plan, const Plan& command) {
  if (command.has_record_meeting_held()) {
    const std::optional<Day> held_on = DayIn(command.record_meeting_held().held_on());
    if (plan.IsUndecided()) return "while another reviewer is asked for";
    return held_on.has_value() && held_on != plan.meeting_on ? "on another day" : "";
  }
  if (!plan.meeting_on) return "";
  if (command.has_move_meeting()) {
    const bool other_day = DayIn(command.move_meeting().meeting().on()) != plan.meeting_on;
    return other_day ? "to another day" : "on the same day";
  }
  const bool other_day = DayIn(command.correct_meeting().meeting().on()) != plan.meeting_on;
  return absl::StrCat(plan.held ? "after it was held" : "before it was held", ", ",
                      other_day ? "another day" : "the same day");
}

std::string AboutExtension(const ModelPlan& plan, const Model& model,
                           const v1::ExtendDeadline& command) {
  const bool draft = command.period().has_draft();
  if (!plan.meeting_on || (draft ? plan.draft_issued : plan.finalised)) return "";
  const std::optional<Day> due =
      model.DueOf(plan, draft ? v1::OBLIGATION_KIND_DRAFT : v1::OBLIGATION_KIND_FINAL_AVAILABLE);
  if (!due.has_value()) return "of a suspended date";
  return model.today() > *due ? "after the due date" : "before the due date";
}

std::string AboutReviewer(const ModelPlan& plan, const Model& model, const Asked& asked) {
  const Plan& command = asked.command.plan();
  const std::string head = model.HeadOf(plan.school);
  const auto naming = [&](const std::string& person) {
    return person == asked.actor ? "the caller" : person == head ? "the head" : "";
  };
  if (command.has_assign_reviewer()) return naming(command.assign_reviewer().reviewer_id());
  if (command.has_request_replacement() && plan.reviewer == head) return "of the head";
  if (command.has_decide_replacement() && command.decide_replacement().has_keep()) return "keep";
  return plan.draft > 0 ? "after a draft" : "";
}

std::string AboutSigning(const ModelPlan& plan, const Asked& asked) {
  const Plan& command = asked.command.plan();
  if (plan.IsUndecided()) return "while another reviewer is asked for";
  if (command.has_sign()) {
    const Party party = asked.actor == plan.reviewer ? kReviewer : kReviewee;
    return plan.declined[party] ? "after declining" : "";
  }
  if (command.has_decline_signature()) return "";
  return plan.declined[kReviewer] || plan.declined[kReviewee] ? "after declining"
                                                              : "after the grace";
}

// The turn that the step takes; empty when it is any step of its kind.
std::string TurnOf(const ModelPlan& plan, const Model& model, const Asked& asked) {
  const Plan& command = asked.command.plan();
  switch (command.intent_case()) {
    case Plan::kAssignReviewer:
    case Plan::kRequestReplacement:
    case Plan::kDecideReplacement:
    case Plan::kReplaceReviewer:
      return AboutReviewer(plan, model, asked);
    case Plan::kMoveMeeting:
    case Plan::kCorrectMeeting:
    case Plan::kRecordMeetingHeld:
      return AboutMeeting(plan, command);
    case Plan::kExtendDeadline:
      return AboutExtension(plan, model, command.extend_deadline());
    case Plan::kSign:
    case Plan::kDeclineSignature:
    case Plan::kCloseUnsigned:
      return AboutSigning(plan, asked);
    case Plan::kWithdrawEnrolment:
      return plan.held ? "after the meeting" : "before the meeting";
    case Plan::kSuspendPlan:
      return plan.IsFinal()    ? "of a final record"
             : plan.held       ? "after the meeting"
             : plan.meeting_on ? "before the meeting"
                               : "";
    case Plan::kReviseDraft:
    case Plan::kRequestChanges:
    case Plan::kAddComment:
      return plan.IsFinal() ? "of a final record" : "";
    default:
      return "";
  }
}

std::string TurnOf(const Model& model, const v1::Command& command) {
  const std::string today = Iso(model.today());
  if (command.person().has_record_absence()) {
    return command.person().record_absence().first_on() < today ? "late" : "";
  }
  if (command.person().has_change_work_pattern()) {
    const std::string& from = command.person().change_work_pattern().effective_from_on();
    return from.empty() ? "always so far" : from < today ? "late" : "";
  }
  if (command.person().has_name_line_managers()) {
    return command.person().name_line_managers().manager_ids_size() > 1 ? "several" : "";
  }
  if (command.trust().has_adopt_policy()) return model.trust.policies.empty() ? "the first" : "";
  return "";
}

}  // namespace

std::vector<std::string> KindsOf(const Asked& asked, const Model& model) {
  const std::string name = NameOf(asked.command);
  std::vector<std::string> kinds = {name};
  const auto plan = model.plans.find(asked.subject);
  std::string turn;
  if (asked.command.has_plan() && plan != model.plans.end()) {
    turn = TurnOf(plan->second, model, asked);
    const std::string& head = model.HeadOf(plan->second.school);
    if (asked.actor == head && head == plan->second.reviewer) {
      kinds.push_back(absl::StrCat(name, ", by a head who reviews"));
    }
    if (asked.actor == model.HolderOf(model.trust.grants, v1::ROLE_TRUST_LEAD)) {
      kinds.push_back(absl::StrCat(name, ", by the substitute"));
    }
  } else {
    turn = TurnOf(model, asked.command);
  }
  if (!turn.empty()) kinds.push_back(absl::StrCat(name, ", ", turn));
  return kinds;
}

std::vector<std::string> KindsToAccept() {
  std::vector<std::string> kinds = {
      "Enrol", "ChangePost", "ChangeWorkPattern", "ChangeWorkPattern, late", "NameLineManagers",
      "NameLineManagers, several", "RecordAbsence", "RecordAbsence, late", "CorrectAbsence",
      "WithdrawAbsence", "PublishCalendar", "GrantRole", "EndRole", "OverridePolicy", "AdoptPolicy",
      "AdoptPolicy, the first",
      // A head who reviews, and who is challenged (A11).
      "AssignReviewer, the head", "AssignReviewer, by the substitute",
      "RequestReplacement, of the head", "DecideReplacement, by the substitute",
      "ReplaceReviewer, by a head who reviews", "ExtendDeadline, by the substitute",
      "SuspendPlan, by the substitute", "ResumePlan, by the substitute",
      "CloseUnsigned, by the substitute", "DecideReplacement, keep",
      "DecideReplacement, after a draft", "ReplaceReviewer, after a draft",
      // Meetings (A01b).
      "MoveMeeting, to another day", "MoveMeeting, on the same day",
      "CorrectMeeting, before it was held, another day",
      "CorrectMeeting, before it was held, the same day",
      "CorrectMeeting, after it was held, another day", "RecordMeetingHeld, on another day",
      "RecordMeetingHeld, while another reviewer is asked for",
      // Time (R78, A22).
      "ExtendDeadline, before the due date", "ExtendDeadline, of a suspended date",
      "SuspendPlan, before the meeting", "SuspendPlan, after the meeting",
      "SuspendPlan, of a final record",
      // The end (A04).
      "ReviseDraft, of a final record", "RequestChanges, of a final record",
      "AddComment, of a final record", "Sign, after declining",
      "DeclineSignature, while another reviewer is asked for", "CloseUnsigned, after declining",
      "CloseUnsigned, after the grace"};
  const auto* intents = Plan::descriptor()->oneof_decl(0);
  for (int i = 0; i < intents->field_count(); ++i) {
    kinds.push_back(intents->field(i)->message_type()->name());
  }
  return kinds;
}

std::vector<std::string> KindsToRefuse() {
  return {"AssignReviewer, the caller",
          "CloseUnsigned, by a head who reviews",
          "CloseUnsigned, while another reviewer is asked for",
          "DecideReplacement, by a head who reviews",
          "ExtendDeadline, after the due date",
          "ExtendDeadline, by a head who reviews",
          "RecordMeetingHeld, while another reviewer is asked for",
          "ResumePlan, by a head who reviews",
          "Sign, while another reviewer is asked for",
          "SuspendPlan, by a head who reviews",
          "WithdrawEnrolment, after the meeting"};
}

}  // namespace countersign::scenario
